from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dialsim.report.intervals import mean_interval, share_interval

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
