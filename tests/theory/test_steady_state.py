"""Queues in the long run: laws that hold for any parameters, and each figure by another way."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, linalg

from dialsim.theory import (
    ErlangA,
    ErlangC,
    FixedPatience,
    erlang_b,
    erlang_b_load,
    fixed_patience_load,
)
from dialsim.theory.waiting import WaitingRoom

AGENTS = st.integers(1, 60)
LOADS = st.floats(0.05, 1.6)  # erlangs an agent
SERVICE = st.floats(5.0, 400.0)
WAITS = st.floats(0.1, 600.0)


@st.composite
def erlang_a(draw: st.DrawFn) -> ErlangA:
    agents, service_s = draw(AGENTS), draw(SERVICE)
    return ErlangA(draw(LOADS) * agents / service_s, service_s, agents, draw(WAITS))


@st.composite
def fixed_patience(draw: st.DrawFn) -> FixedPatience:
    agents, service_s = draw(AGENTS), draw(SERVICE)
    return FixedPatience(draw(LOADS) * agents / service_s, service_s, agents, draw(WAITS))


@given(erlang_a())
def test_erlang_a_keeps_its_balances(queue: ErlangA) -> None:
    gone_per_s = queue.p_abandon * queue.arrivals_per_s
    assert gone_per_s == pytest.approx(queue.mean_queue / queue.patience_s, rel=1e-9, abs=1e-15)
    assert queue.mean_queue == pytest.approx(
        queue.arrivals_per_s * queue.mean_wait_s, rel=1e-9, abs=1e-15
    )
    served = (1 - queue.p_abandon) * queue.load / queue.agents
    assert queue.occupancy == pytest.approx(served, rel=1e-11)
    assert queue.state_shares.sum() == pytest.approx(1, abs=1e-12)
    assert queue.state_shares[-1] < 1e-13


@given(erlang_a(), WAITS)
def test_erlang_a_service_level_goes_from_no_wait_to_all_served(
    queue: ErlangA, within_s: float
) -> None:
    assert queue.service_level(0) == pytest.approx(1 - queue.p_wait, abs=1e-12)
    assert queue.service_level(1e9) == pytest.approx(1 - queue.p_abandon, abs=1e-12)
    assert queue.service_level(within_s) <= queue.service_level(2 * within_s) + 1e-12


@given(erlang_a())
def test_erlang_a_wait_of_the_served_is_that_of_its_service_levels(queue: ErlangA) -> None:
    served = 1 - queue.p_abandon
    fastest = queue.agents / queue.service_s + 1 / queue.patience_s
    ends = [0.0, *np.geomspace(1 / fastest, 40 * queue.patience_s + 40 / fastest, 12)]
    missing = sum(
        integrate.quad(lambda t: served - queue.service_level(t), low, high)[0]
        for low, high in pairwise(ends)
    )
    assert missing / served == pytest.approx(queue.mean_wait_served_s, rel=1e-6, abs=1e-7)


@given(AGENTS, st.floats(0.05, 0.95), SERVICE, WAITS)
def test_erlang_a_lies_between_b_and_c(
    agents: int, load: float, service_s: float, within_s: float
) -> None:
    arrivals_per_s = load * agents / service_s
    patient = ErlangA(arrivals_per_s, service_s, agents, 1e12)
    for_ever = ErlangC(arrivals_per_s, service_s, agents)
    for figure in ("p_wait", "mean_wait_s", "mean_queue", "occupancy"):
        assert getattr(patient, figure) == pytest.approx(
            getattr(for_ever, figure), rel=1e-6, abs=1e-12
        )
    assert patient.mean_wait_served_s == pytest.approx(for_ever.mean_wait_s, rel=1e-6, abs=1e-12)
    assert patient.service_level(within_s) == pytest.approx(
        for_ever.service_level(within_s), rel=1e-6
    )
    hasty = ErlangA(arrivals_per_s, service_s, agents, 1e-9)
    lost = erlang_b(arrivals_per_s * service_s, agents)
    assert hasty.p_abandon == pytest.approx(lost, rel=1e-6, abs=1e-12)
    assert hasty.p_wait == pytest.approx(lost, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("patience_s", [3.0, 60.0, 4000.0])
@pytest.mark.parametrize("within_s", [0.5, 7.0, 120.0])
def test_service_within_is_that_of_the_way_to_the_agent(patience_s: float, within_s: float) -> None:
    room = WaitingRoom(0.1, 60.0, 4, patience_s)
    found = room.p_served_within(16, within_s)
    free, gone = 4 / 60, 1 / patience_s
    # Place m: m departures to go. The callee's own hanging up leaves the way.
    way = np.zeros((13, 13))
    for m in range(1, 13):
        way[m, m - 1] = free + (m - 1) * gone
        way[m, m] = -way[m, m - 1] - gone
    reached = linalg.expm(way * within_s)[:, 0]
    assert found[:4].tolist() == [1.0] * 4
    assert found[4:] == pytest.approx(reached[1:], abs=1e-11)


@given(fixed_patience())
def test_fixed_patience_keeps_its_balances(queue: FixedPatience) -> None:
    served = (1 - queue.p_drop) * queue.load / queue.agents
    assert queue.occupancy == pytest.approx(served, rel=1e-11)
    assert queue.mean_queue == pytest.approx(
        queue.arrivals_per_s * queue.mean_wait_s, rel=1e-12, abs=0
    )
    assert queue.service_level(0) == pytest.approx(1 - queue.p_wait, abs=1e-12)
    assert queue.service_level(queue.drop_after_s) == pytest.approx(1 - queue.p_drop, abs=1e-12)
    waited = queue.mean_wait_served_s * (1 - queue.p_drop) + queue.p_drop * queue.drop_after_s
    assert waited == pytest.approx(queue.mean_wait_s, rel=1e-11)


@given(AGENTS, LOADS, st.floats(20.0, 400.0), st.floats(0.1, 60.0), st.floats(0.0, 1.0))
def test_fixed_patience_is_its_textbook_formula(
    agents: int, load: float, service_s: float, drop_after_s: float, part: float
) -> None:
    arrivals = load * agents / service_s
    full, a = agents / service_s, load * agents
    growth = arrivals - full
    queue = FixedPatience(arrivals, service_s, agents, drop_after_s)
    terms = [math.exp(j * math.log(a) - math.lgamma(j + 1)) for j in range(agents)]
    epsilon = sum(terms) / terms[-1]

    def weight(until: float, moment: int = 0) -> float:
        return float(
            integrate.quad(lambda x: x**moment * math.exp(growth * x), 0, until, epsabs=0)[0]
        )

    last = math.exp(growth * drop_after_s) / full
    j = weight(drop_after_s) + last
    total = epsilon + arrivals * j
    assert queue.p_drop == pytest.approx((1 + growth * j) / total, rel=1e-7, abs=1e-13)
    assert queue.p_wait == pytest.approx(arrivals * j / total, rel=1e-8)
    waited = arrivals * (weight(drop_after_s, 1) + drop_after_s * last) / total
    assert queue.mean_wait_s == pytest.approx(waited, rel=1e-8)
    within = part * drop_after_s
    level = (epsilon + arrivals * weight(within)) / total
    assert queue.service_level(within) == pytest.approx(level, rel=1e-8)


@given(AGENTS, st.floats(0.05, 0.9), SERVICE, WAITS)
def test_fixed_patience_lies_between_b_and_c(
    agents: int, load: float, service_s: float, within_s: float
) -> None:
    arrivals_per_s = load * agents / service_s
    at_once = FixedPatience(arrivals_per_s, service_s, agents, 0)
    lost = erlang_b(arrivals_per_s * service_s, agents)
    assert at_once.p_drop == pytest.approx(lost, rel=1e-12, abs=1e-300)
    assert at_once.p_wait == at_once.p_drop
    assert at_once.mean_wait_s == at_once.mean_wait_served_s == 0
    patient = FixedPatience(arrivals_per_s, service_s, agents, 1e7)
    for_ever = ErlangC(arrivals_per_s, service_s, agents)
    for figure in ("p_wait", "mean_wait_s", "mean_queue", "occupancy"):
        assert getattr(patient, figure) == pytest.approx(
            getattr(for_ever, figure), rel=1e-10, abs=1e-300
        )
    assert patient.service_level(within_s) == pytest.approx(
        for_ever.service_level(within_s), rel=1e-12
    )


@pytest.mark.parametrize("agents", [1, 10, 2000])
@pytest.mark.parametrize("drop_after_s", [0.0, 2.0, 1e6])
def test_fixed_patience_takes_loads_at_and_far_from_the_agents(
    agents: int, drop_after_s: float
) -> None:
    at, near = (
        FixedPatience(load * agents / 180, 180, agents, drop_after_s) for load in (1, 1 + 1e-13)
    )
    assert near.p_drop == pytest.approx(at.p_drop, rel=1e-4)
    assert near.mean_wait_s == pytest.approx(at.mean_wait_s, rel=1e-4)
    over = FixedPatience(5 * agents / 180, 180, agents, drop_after_s)
    assert over.p_drop >= 0.8 - 1e-12
    assert over.occupancy <= 1 + 1e-12
    idle = FixedPatience(1e-9 * agents / 180, 180, agents, drop_after_s)
    assert 0 <= idle.p_drop <= 1e-8
    assert idle.service_level(0) == pytest.approx(1, abs=1e-8)


@given(st.floats(1e-6, 0.9), st.integers(1, 200), st.floats(0.0, 60.0))
def test_loads_are_the_largest_that_keep_the_share(
    share: float, agents: int, drop_after_s: float
) -> None:
    load = erlang_b_load(share, agents)
    assert erlang_b(load, agents) == pytest.approx(share, rel=1e-11)
    assert erlang_b(load, agents) <= share
    assert erlang_b(load * (1 + 1e-12), agents) > share
    more = fixed_patience_load(share, 180, agents, drop_after_s)
    assert more >= load * (1 - 1e-12)
    assert FixedPatience(more / 180, 180, agents, drop_after_s).p_drop == pytest.approx(
        share, rel=1e-10
    )


def test_nothing_lost_is_no_load() -> None:
    assert erlang_b_load(0, 5) < 1e-40
    assert erlang_b(0, 5) == 0
    assert erlang_b(3, 0) == 1


def test_a_queue_that_never_drains_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^`load` must be below `agents`.* was 10.0 erlangs"):
        ErlangC(10 / 64, 64, 10)
    with pytest.raises(ValueError, match="`patience_s` must be given"):
        WaitingRoom(0.5, 64, 10).states_in_the_long_run()
