"""Birth-death chains against the matrix exponential, and the Poisson weights they are mixed by."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import linalg, stats

from dialsim.theory import BirthDeath
from dialsim.theory.chains import poisson_weights

Floats = NDArray[np.float64]


@st.composite
def chains(draw: st.DrawFn, least: float = 0.01) -> BirthDeath:
    steps = draw(st.integers(1, 12))
    rates = st.lists(st.floats(least, 5.0), min_size=steps, max_size=steps)
    return BirthDeath(draw(rates), draw(rates))


def generator(chain: BirthDeath) -> Floats:
    out = np.diag(np.asarray(chain.births_per_s, float), 1)
    out += np.diag(np.asarray(chain.deaths_per_s, float), -1)
    filled: Floats = out - np.diag(out.sum(axis=1))
    return filled


def exactly(chain: BirthDeath, time_s: float, start: int) -> tuple[Floats, Floats]:
    """The distribution at a moment, and its average until then (Van Loan's block matrix)."""
    n = chain.states
    block = np.zeros((2 * n, 2 * n))
    block[:n, :n] = generator(chain)
    block[:n, n:] = np.eye(n)
    power = linalg.expm(block * time_s)
    return power[start, :n], power[start, n:] / time_s


@given(chains(0.0), st.floats(0.01, 30.0), st.integers(0, 12))
def test_moments_and_averages_are_those_of_the_matrix_exponential(
    chain: BirthDeath, time_s: float, start: int
) -> None:
    start %= chain.states
    at, averaged = exactly(chain, time_s, start)
    assert chain.at(time_s, start) == pytest.approx(at, abs=1e-11)
    assert chain.averaged(time_s, start) == pytest.approx(averaged, abs=1e-11)


@given(chains(0.05))
def test_long_times_end_in_the_steady_state(chain: BirthDeath) -> None:
    steady = chain.steady_state()
    flows = steady[:-1] * np.asarray(chain.births_per_s)
    assert flows == pytest.approx(steady[1:] * np.asarray(chain.deaths_per_s), rel=1e-11)
    if steady.min() > 1e-3:  # or it may take for ever
        assert chain.at(2e4) == pytest.approx(steady, abs=1e-11)
    assert chain.at(3.0, steady) == pytest.approx(steady, abs=1e-11)
    assert chain.averaged(3.0, steady) == pytest.approx(steady, abs=1e-11)


def test_a_start_may_be_a_distribution() -> None:
    chain = BirthDeath([1.0, 2.0], [3.0, 0.5])
    mixed = 0.25 * chain.at(0.7, 0) + 0.75 * chain.at(0.7, 2)
    assert chain.at(0.7, [0.25, 0.0, 0.75]) == pytest.approx(mixed, abs=1e-14)


def test_no_time_is_the_start() -> None:
    chain = BirthDeath([1.0], [3.0])
    assert chain.at(0.0, 1).tolist() == chain.averaged(0.0, 1).tolist() == [0.0, 1.0]
    assert chain.averaged(1e-12) == pytest.approx([1.0, 5e-13], rel=1e-9)


def test_chains_that_do_not_move_stay() -> None:
    assert BirthDeath([], []).at(5.0).tolist() == [1.0]
    assert BirthDeath([], []).steady_state().tolist() == [1.0]
    assert BirthDeath([0.0], [0.0]).averaged(5.0, 1).tolist() == [0.0, 1.0]


def test_two_valleys_and_large_ratios_do_no_harm() -> None:
    births, deaths = np.full(600, 1e3), np.full(600, 1.0)
    births[300:], deaths[300:] = 1.0, 1e3
    steady = BirthDeath(births, deaths).steady_state()
    assert steady.argmax() == 300
    assert steady.sum() == pytest.approx(1, abs=1e-14)
    turned = BirthDeath(deaths, births).steady_state()
    assert turned[0] == pytest.approx(turned[-1], rel=1e-9)
    assert turned[300] == 0


@pytest.mark.parametrize("mean", [1e-12, 0.3, 1.0, 17.5, 400.0, 123_456.7])
def test_poisson_weights_are_those_of_scipy(mean: float) -> None:
    first, weights = poisson_weights(mean)
    k = np.arange(first, first + len(weights))
    assert weights == pytest.approx(stats.poisson.pmf(k, mean), rel=1e-8, abs=1e-17)
    assert weights.sum() == pytest.approx(1, abs=1e-14)
    assert stats.poisson.cdf(first - 1, mean) + stats.poisson.sf(k[-1], mean) < 1e-17


@pytest.mark.parametrize("start", [-1, 2, 0.5, True, [0.5, 0.4], [1.5, -0.5], [1.0], np.nan])
def test_a_start_is_a_state_or_a_distribution(start: object) -> None:
    with pytest.raises(ValueError, match=r"^`start` must be a state from 0 to 1"):
        BirthDeath([1.0], [1.0]).at(1.0, start)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("births", "deaths", "message"),
    [
        ([1.0], [1.0, 2.0], r"two rows of one length, were of shapes \(1,\) and \(2,\)"),
        ([[1.0]], [[1.0]], "two rows of one length"),
        ([-1.0], [1.0], "`births_per_s` must be at least 0 and finite, was -1.0"),
        ([1.0], [np.nan], "`deaths_per_s` must be at least 0 and finite, was nan"),
        ([np.inf], [1.0], "`births_per_s` must be at least 0 and finite, was inf"),
    ],
)
def test_rates_are_two_rows_of_numbers(
    births: list[float], deaths: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        BirthDeath(births, deaths)


def test_a_long_run_needs_every_rate() -> None:
    with pytest.raises(ValueError, match="`deaths_per_s` must be above 0 for a long run"):
        BirthDeath([1.0], [0.0]).steady_state()
