"""What is lost, or used, where nothing queues: renewal arrivals, bursts, lines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dialsim.theory import (
    BirthDeath,
    burst_mismatch,
    erlang_b,
    even_dials,
    mean_lines,
    mean_lines_of_day,
    poisson_arrivals,
    progressive_utilisation,
    renewal_loss,
)

AGENTS = st.integers(1, 60)
SHARES = st.floats(0.02, 1.0)


@given(AGENTS, st.floats(0.05, 2.0), st.floats(1.0, 400.0))
def test_exponential_gaps_are_erlang_b(agents: int, load: float, service_s: float) -> None:
    found = renewal_loss(poisson_arrivals(load * agents / service_s), service_s, agents)
    assert found == pytest.approx(erlang_b(load * agents, agents), rel=1e-11)


@given(st.integers(1, 20), st.floats(0.2, 2.0), SHARES)
def test_even_dials_are_a_chain_from_dial_to_dial(agents: int, load: float, answer: float) -> None:
    service_s = 60.0
    spacing_s = answer * service_s / (load * agents)
    still = np.exp(-spacing_s / service_s)
    busy = np.arange(agents + 1)
    thinned = stats.binom.pmf(busy[None, :], busy[:, None], still)
    up = np.minimum(busy + 1, agents)
    step = answer * thinned[up] + (1 - answer) * thinned
    system = np.vstack([step.T - np.eye(agents + 1), np.ones(agents + 1)])
    seen = np.linalg.lstsq(system, np.append(np.zeros(agents + 1), 1.0), rcond=None)[0]
    found = renewal_loss(even_dials(spacing_s, answer), service_s, agents)
    assert found == pytest.approx(seen[-1], rel=1e-6, abs=1e-12)


@given(AGENTS, st.floats(0.05, 2.0))
def test_rare_answers_to_even_dials_are_poisson_arrivals(agents: int, load: float) -> None:
    gap = even_dials(1e-7 * 60 / (load * agents), 1e-7)
    lost = renewal_loss(gap, 60, agents)
    assert lost == pytest.approx(erlang_b(load * agents, agents), rel=1e-5)


def test_arrivals_too_rare_to_meet_lose_nothing() -> None:
    assert renewal_loss(even_dials(1e6, 1.0), 1.0, 3) == 0
    assert 0 <= renewal_loss(poisson_arrivals(1e-9), 1.0, 200) < 1e-300


def test_a_transform_stays_within_a_probability() -> None:
    with pytest.raises(ValueError, match=r"^`gap` must give values within 0 and 1, gave 1.5"):
        renewal_loss(lambda s: 1.5, 60, 3)


@given(st.integers(0, 300), st.integers(1, 400), SHARES)
def test_burst_mismatch_is_that_of_the_binomial_law(
    free_agents: int, dials: int, answer: float
) -> None:
    x = np.arange(free_agents, dials + 1)
    excess = float((x - free_agents) @ stats.binom.pmf(x, dials, answer)) if len(x) else 0.0
    found = burst_mismatch(free_agents, dials, answer)
    assert found == pytest.approx(excess / (dials * answer), rel=1e-9, abs=1e-15)
    assert burst_mismatch(0, dials, answer) == pytest.approx(1, rel=1e-12)


def test_burst_of_certain_answers() -> None:
    assert burst_mismatch(3, 4, 1.0) == 0.25
    assert burst_mismatch(5, 4, 1.0) == 0


def test_lines_of_a_day_with_exponential_holds_are_those_of_a_chain() -> None:
    dials_per_s, hold_s, day_s, most = 0.2, 30.0, 3000.0, 60
    deaths = np.arange(1, most + 1) / hold_s
    shares = BirthDeath(np.full(most, dials_per_s), deaths).averaged(day_s)
    found = mean_lines_of_day(dials_per_s, hold_s, 2 * hold_s**2, day_s)
    assert found == pytest.approx(float(np.arange(most + 1) @ shares), rel=1e-9)
    assert mean_lines(dials_per_s, hold_s) == 6.0


def test_lines_of_a_day_with_constant_holds_are_a_ramp_and_a_level() -> None:
    found = mean_lines_of_day(2.0, 10.0, 100.0, 40.0)
    assert found == pytest.approx((0.5 * 20 * 10 + 20 * 30) / 40)
    with pytest.raises(ValueError, match="`hold_square_s2` must be at least the square"):
        mean_lines_of_day(2.0, 10.0, 99.0, 40.0)


@given(SHARES, st.floats(1, 600), st.floats(0, 60), st.floats(0, 60))
def test_progressive_utilisation_is_handling_over_a_cycle(
    answer: float, handling_s: float, answered_s: float, unanswered_s: float
) -> None:
    found = progressive_utilisation(answer, handling_s, answered_s, unanswered_s)
    tries = 1 / answer  # dials to an answer, all but the last in vain
    cycle_s = (tries - 1) * unanswered_s + answered_s + handling_s
    assert found == pytest.approx(handling_s / cycle_s, rel=1e-12)
