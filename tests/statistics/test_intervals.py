from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dialsim.statistics.intervals import count_interval, mean_interval, share_interval

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30)


@given(VALUES, st.sampled_from([0.5, 0.95, 0.999]))
def test_mean_interval_is_that_of_scipy(values: list[float], level: float) -> None:
    found = mean_interval(values, level)
    error = np.std(values, ddof=1) / np.sqrt(len(values))
    half = stats.t.ppf((1 + level) / 2, len(values) - 1) * error
    assert found.half_width == pytest.approx(half, rel=1e-6, abs=1e-9)
    assert found.value == pytest.approx(np.mean(values), rel=1e-9, abs=1e-9)
    assert (found.n, found.kind) == (len(values), "t")


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_share_interval_is_that_of_scipy(case: tuple[int, int]) -> None:
    hits, n = case
    found = share_interval(hits, n)
    exact = stats.binomtest(hits, n).proportion_ci(0.95, method="exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=1e-9)
    assert found.value == hits / n


def test_what_has_no_value_is_left_out() -> None:
    assert mean_interval([1.0, np.nan, 3.0]).n == 2
    one = mean_interval([2.0, np.nan])
    assert (one.value, one.low, one.high, one.half_width) == (2.0, None, None, None)
    assert mean_interval([]).value is None
    assert share_interval(0, 0).low is None


@pytest.mark.parametrize("level", [0.0, 1.0, 95])
def test_a_level_is_a_share(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        mean_interval([1.0, 2.0], level)
    with pytest.raises(ValueError, match="level"):
        share_interval(1, 2, level)


def test_more_hits_than_tries_are_no_share() -> None:
    with pytest.raises(ValueError, match="no share"):
        share_interval(3, 2)


@given(st.integers(0, 150), st.sampled_from([0.9, 0.95, 0.999]))
def test_a_rare_count_has_garwoods_interval(events: int, level: float) -> None:
    values = np.zeros(400)
    values[:events] = 1
    found = count_interval(values, level)
    tail = (1 - level) / 2
    low = stats.chi2.ppf(tail, 2 * events) / 2 if events else 0.0
    high = stats.chi2.ppf(1 - tail, 2 * events + 2) / 2
    assert (found.low, found.high) == pytest.approx((low / 400, high / 400))
    assert (found.value, found.kind, found.n) == (events / 400, "Garwood", 400)


def test_clumps_count_once() -> None:
    """30 numbers suspended in each of four replications say no more than four events."""
    values = np.zeros(1000)
    values[:4] = 30
    clump = values.var(ddof=1) / values.mean()
    found = count_interval(values)
    tail = stats.norm.sf(stats.t.ppf(0.975, 999))  # the clumps are an estimate themselves
    assert found.high == pytest.approx(stats.chi2.isf(tail, 2 * 0.12 * 1000 / clump + 2) / 2
                                       * clump / 1000)  # fmt: skip
    assert found.high / found.value > 2.5
    assert found.low is not None
    assert 0 < found.low < found.value / 3


def test_a_count_that_is_not_rare_has_a_t_interval() -> None:
    often = np.tile([0.0, 1.0, 2.0], 100)  # 300 events
    large = [5.0, 6.0, 7.0]
    for values in (often, large):
        assert count_interval(values) == mean_interval(values)
    assert count_interval([0.0, np.nan]).kind == "t"
    assert count_interval([]).value is None
