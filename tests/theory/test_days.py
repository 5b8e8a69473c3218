"""Days from empty: what they are by the matrix exponential, by other models and in the long run."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import linalg

from dialsim.theory import (
    ErlangA,
    ErlangC,
    FixedPatience,
    FixedPatienceDay,
    QueueDay,
    erlang_b,
)
from dialsim.theory.laplace import invert
from dialsim.theory.waiting import WaitingRoom

AGENTS = st.integers(1, 20)
LOADS = st.floats(0.1, 1.4)
SERVICE = st.floats(10.0, 200.0)
DAYS = st.floats(60.0, 3000.0)


@st.composite
def fixed_days(draw: st.DrawFn) -> FixedPatienceDay:
    agents, service_s = draw(AGENTS), draw(SERVICE)
    arrivals_per_s = draw(LOADS) * agents / service_s
    return FixedPatienceDay(arrivals_per_s, service_s, agents, draw(st.floats(0.5, 50)), draw(DAYS))


@given(AGENTS, LOADS, SERVICE, DAYS, st.none() | st.floats(5.0, 300.0))
def test_a_day_keeps_its_balances(
    agents: int, load: float, service_s: float, day_s: float, patience_s: float | None
) -> None:
    arrivals_per_s = load * agents / service_s
    day = QueueDay(arrivals_per_s, service_s, agents, day_s, patience_s)
    assert day.state_shares.sum() == pytest.approx(1, abs=1e-12)
    assert day.state_shares[-1] < 1e-15
    assert day.p_lost == pytest.approx(0, abs=1e-12)
    served = day.service_level(1e9)
    assert served == pytest.approx(1 - day.p_abandon, abs=1e-11)
    assert day.service_level(0) == pytest.approx(1 - day.p_wait, abs=1e-11)
    # What came less what went is what is left: all counted within the day.
    chain = WaitingRoom(arrivals_per_s, service_s, agents, patience_s).chain(len(day.state_shares))
    left = float(np.arange(chain.states) @ chain.at(day_s))
    handled = day.occupancy * agents * day_s / service_s
    assert day.arrivals - handled - day.abandoned_in_the_day == pytest.approx(left, abs=1e-7)


@pytest.mark.parametrize("patience_s", [None, 40.0])
@pytest.mark.parametrize("day_s", [30.0, 900.0])
def test_a_small_day_is_that_of_the_matrix_exponential(
    patience_s: float | None, day_s: float
) -> None:
    agents, arrivals, service_s, places, n = 3, 0.05, 60.0, 9, 13
    day = QueueDay(arrivals, service_s, agents, day_s, patience_s, places)
    rates = np.zeros((n + 1, n + 1))
    for k in range(n - 1):
        rates[k, k + 1] = arrivals
        busy, waiting = min(k + 1, agents), max(k + 1 - agents, 0)
        rates[k + 1, k] = busy / service_s + (waiting / patience_s if patience_s else 0)
    rates -= np.diag(rates.sum(axis=1))

    def average(of: Sequence[float]) -> float:
        """A reward collected while in each state, by a last column that adds it up."""
        rates[:n, n] = of
        return float(linalg.expm(rates * day_s)[0, n]) / day_s

    queue = [max(k - agents, 0) for k in range(n)]
    gone = 1 / patience_s if patience_s else 0.0
    full = agents / service_s
    ahead = [0.0] * agents + [1.0 + k for k in range(places)] + [0.0]
    wait = [m / (full + m * gone) for m in ahead]
    assert day.mean_queue == pytest.approx(average(queue), abs=1e-11)
    assert day.occupancy == pytest.approx(
        average([min(k, agents) / agents for k in range(n)]), abs=1e-11
    )
    assert day.p_lost == pytest.approx(average([0] * (n - 1) + [1]), abs=1e-11)
    assert day.p_wait == pytest.approx(average([float(m > 0) for m in ahead]), abs=1e-11)
    # The exponential itself is good to some 1e-11 of its largest entry, by processor.
    assert day.mean_wait_s == pytest.approx(average(wait), rel=1e-10, abs=1e-10)
    assert day.p_abandon == pytest.approx(average([gone * w for w in wait]), abs=1e-11)
    assert day.abandoned_in_the_day == pytest.approx(day_s * gone * average(queue), abs=1e-9)


@given(AGENTS, st.floats(0.1, 0.6), st.none() | st.floats(5.0, 300.0))
def test_long_days_end_in_the_steady_state(
    agents: int, load: float, patience_s: float | None
) -> None:
    """What the start costs is the same for a day twice as long, once it is over."""
    given = (load * agents / 60, 60.0, agents)
    day, longer = (QueueDay(*given, day_s, patience_s) for day_s in (40_000, 80_000))
    steady = ErlangC(*given) if patience_s is None else ErlangA(*given, patience_s)
    for figure in ("p_wait", "mean_wait_s", "mean_queue", "occupancy"):
        limit = 2 * getattr(longer, figure) - getattr(day, figure)
        assert limit == pytest.approx(getattr(steady, figure), rel=1e-6, abs=1e-9)
    limit = 2 * longer.service_level(10) - day.service_level(10)
    assert limit == pytest.approx(steady.service_level(10), abs=1e-8)
    if isinstance(steady, ErlangA):
        assert longer.mean_wait_served_s == pytest.approx(
            steady.mean_wait_served_s, rel=0.1, abs=1e-9
        )


@given(AGENTS, LOADS)
def test_a_day_without_places_is_erlang_b(agents: int, load: float) -> None:
    day, longer = (QueueDay(load * agents / 60, 60, agents, t, places=0) for t in (2e4, 4e4))
    limit = 2 * longer.p_lost - day.p_lost
    assert limit == pytest.approx(erlang_b(load * agents, agents), abs=1e-11)
    assert (day.p_wait, day.mean_wait_s, day.p_abandon, day.abandoned) == (0, 0, 0, 0)
    assert day.service_level(5) == pytest.approx(1 - day.p_lost, abs=1e-12)


@pytest.mark.parametrize("load", [0.6, 1.0, 1.7])
def test_states_that_a_day_may_leave_out_do_not_matter(load: float) -> None:
    room = WaitingRoom(load * 5 / 60, 60.0, 5)
    states = room.states_by(4000.0)
    more = room.chain(2 * states).averaged(4000.0)
    assert more[states - 1 :].sum() < 1e-15
    assert room.chain(states).averaged(4000.0) == pytest.approx(more[:states], abs=1e-13)
    assert room.states_by(0.0) == 6


@given(fixed_days())
def test_a_day_with_fixed_patience_keeps_its_balances(day: FixedPatienceDay) -> None:
    assert day.service_level(0) == pytest.approx(1 - day.p_wait, abs=1e-9)
    assert day.service_level(day.drop_after_s) == pytest.approx(1 - day.p_drop, abs=1e-9)
    waited = day.mean_wait_served_s * (1 - day.p_drop) + day.p_drop * day.drop_after_s
    assert waited == pytest.approx(day.mean_wait_s, rel=1e-9)
    within = [day.service_level(part * day.drop_after_s) for part in (0, 0.3, 0.6, 1)]
    assert within == sorted(within)


@given(fixed_days())
def test_long_days_with_fixed_patience_end_in_the_steady_state(day: FixedPatienceDay) -> None:
    given = (day.arrivals_per_s, day.service_s, day.agents, day.drop_after_s)
    day, longer = (FixedPatienceDay(*given, day_s) for day_s in (2e5, 4e5))
    steady = FixedPatience(*given)
    for figure in ("p_drop", "p_wait", "mean_wait_s", "occupancy"):
        limit = 2 * getattr(longer, figure) - getattr(day, figure)
        assert limit == pytest.approx(getattr(steady, figure), rel=1e-7, abs=1e-9)
    assert longer.mean_wait_served_s == pytest.approx(steady.mean_wait_served_s, rel=0.05)


@given(AGENTS, LOADS, SERVICE, DAYS)
def test_dropping_at_once_is_a_day_without_places(
    agents: int, load: float, service_s: float, day_s: float
) -> None:
    arrivals_per_s = load * agents / service_s
    found = FixedPatienceDay(arrivals_per_s, service_s, agents, 0, day_s)
    chain = QueueDay(arrivals_per_s, service_s, agents, day_s, places=0)
    assert found.p_drop == pytest.approx(chain.p_lost, rel=1e-9, abs=1e-10)
    assert found.occupancy == pytest.approx(chain.occupancy, abs=1e-10)
    assert found.dropped == pytest.approx(chain.arrivals * chain.p_lost, rel=1e-9, abs=1e-8)
    assert (found.mean_wait_s, found.mean_wait_served_s) == (0, 0)


@given(AGENTS, LOADS, SERVICE, DAYS)
def test_never_dropping_is_a_day_without_an_end_to_the_queue(
    agents: int, load: float, service_s: float, day_s: float
) -> None:
    arrivals_per_s = load * agents / service_s
    found = FixedPatienceDay(arrivals_per_s, service_s, agents, 1e7, day_s)
    chain = QueueDay(arrivals_per_s, service_s, agents, day_s)
    for figure in ("p_wait", "mean_wait_s", "mean_wait_served_s", "occupancy"):
        assert getattr(found, figure) == pytest.approx(getattr(chain, figure), rel=1e-8, abs=1e-9)
    assert found.service_level(20) == pytest.approx(chain.service_level(20), abs=1e-9)
    assert found.p_drop == pytest.approx(0, abs=1e-12)


def test_a_day_with_fixed_patience_is_that_of_days_drawn() -> None:
    """An overloaded hour of three agents, by the waits of one arrival after another."""
    arrivals, service_s, agents, drop_after_s, day_s, days = 0.05, 60.0, 3, 15.0, 600.0, 20_000
    draws = np.random.default_rng(7)
    now, free_at = np.zeros(days), np.zeros((days, agents))
    counts = {name: np.zeros(days) for name in ("dropped", "waiting", "waited", "within", "all")}
    while True:
        now += draws.exponential(1 / arrivals, days)
        today = now < day_s
        if not today.any():
            break
        first = free_at.argmin(axis=1)
        wait = np.maximum(free_at[np.arange(days), first] - now, 0)
        served = wait < drop_after_s
        ends = now + wait + draws.exponential(service_s, days)
        free_at[np.flatnonzero(served), first[served]] = ends[served]
        counts["all"] += today
        counts["dropped"] += today & ~served
        counts["waiting"] += today & (wait > 0)
        counts["waited"] += today * np.minimum(wait, drop_after_s)
        counts["within"] += today & (wait <= 5)
    day = FixedPatienceDay(arrivals, service_s, agents, drop_after_s, day_s)
    exact = {
        "all": 1.0,
        "dropped": day.p_drop,
        "waiting": day.p_wait,
        "waited": day.mean_wait_s,
        "within": day.service_level(5),
    }
    for name, each in counts.items():
        error = each.std() / math.sqrt(days)
        assert abs(each.mean() - exact[name] * day.arrivals) < 4 * error, name


@pytest.mark.parametrize("time_s", [0.3, 4.0, 5000.0])
def test_inversion_finds_known_functions(time_s: float) -> None:
    found = invert(lambda s: 1 / (s * s) + 1 / (s * (s + 0.5)), time_s)
    assert found == pytest.approx(time_s + 2 * (1 - math.exp(-time_s / 2)), rel=2e-10)
