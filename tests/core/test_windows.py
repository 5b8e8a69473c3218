"""Rolling counters against a plain list."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core.windows import (
    BUCKETS,
    WINDOW,
    window_add,
    window_clear,
    window_soon,
    window_total,
)


@given(
    start=st.integers(-(10**10), 10**10),
    bucket_ms=st.sampled_from([5, 7, 1_000, 60_000, 1_440_000]),
    steps=st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 9), st.booleans()), min_size=1, max_size=80
    ),
)
def test_it_counts_what_a_list_counts(
    start: int, bucket_ms: int, steps: list[tuple[int, int, bool]]
) -> None:
    windows, counts = np.zeros(3, WINDOW), np.zeros((3, BUCKETS), np.int32)
    seen: list[tuple[int, int]] = []
    tick = start
    for gap, amount, is_read in steps:
        tick += gap * bucket_ms // 3
        if is_read:
            newest = tick // bucket_ms
            expected = sum(a for t, a in seen if newest - t // bucket_ms < BUCKETS)
            assert window_total(windows, counts, 1, tick, bucket_ms) == expected
        else:
            window_add(windows, counts, 1, tick, bucket_ms, amount)
            seen.append((tick, amount))
        assert int(counts[1].sum()) == windows["total"][1]
        assert windows["head"][1] == tick // bucket_ms
        empty = [place for place in range(BUCKETS) if not int(windows["filled"][1]) >> place & 1]
        assert not counts[1, empty].any()
    assert not counts[[0, 2]].any()


@pytest.mark.parametrize(("gap", "left"), [(59, 5), (60, 0), (61, 0), (10_000, 0)])
def test_the_window_is_the_current_bucket_and_the_59_before(gap: int, left: int) -> None:
    windows, counts = np.zeros(1, WINDOW), np.zeros((1, BUCKETS), np.int32)
    window_add(windows, counts, 0, -1, 1_000, 5)
    assert windows["head"][0] == -1
    assert window_total(windows, counts, 0, -1_000 + gap * 1_000, 1_000) == left


def test_what_is_asked_for_is_not_changed() -> None:
    """Nothing leaves yet, one bucket leaves, all leave."""
    windows, counts = np.zeros(1, WINDOW), np.zeros((1, BUCKETS), np.int32)
    window_add(windows, counts, 0, 5_000, 1_000, 3)
    before = windows.copy(), counts.copy()
    for tick in (5_000, 30_000, 66_000, 10**6):
        window_soon(windows, counts, 0, tick, 1_000)
    assert (windows == before[0]).all()
    assert (counts == before[1]).all()


def test_a_window_that_is_cleared_counts_anew() -> None:
    windows, counts = np.zeros(2, WINDOW), np.zeros((2, BUCKETS), np.int32)
    for row in (0, 1):
        for tick in (0, 5_000):
            window_add(windows, counts, row, tick, 1_000, 3)
    window_clear(windows, counts, 0)
    window_add(windows, counts, 0, 6_000, 1_000, 1)
    assert [window_total(windows, counts, row, 62_000, 1_000) for row in (0, 1)] == [1, 3]
