"""Rolling counters of four against plain lists, and where their counts stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core import packed_windows as w
from dialsim.core.packed_windows import (
    ELSEWHERE,
    FOUR,
    all_four,
    four_add,
    four_totals,
    no_four_counts,
)
from dialsim.core.windows import BUCKETS, NEWEST, PLACES
from tests.core.test_windows import LENGTHS, ROWS, STARTS


def made() -> tuple[Any, Any]:
    """Return the records of some windows of four and their counts."""
    return np.zeros(ROWS, FOUR), no_four_counts(ROWS)


EVENT = st.integers(0, 1)
AMOUNTS = st.tuples(EVENT, EVENT, EVENT, st.integers(-9, 99) | st.integers(-5000, 5000))


@given(
    start=STARTS,
    bucket_ms=LENGTHS,
    steps=st.lists(st.tuples(st.integers(0, 90), AMOUNTS, st.booleans()), min_size=1, max_size=90),
)
def test_they_count_what_four_lists_count(
    start: int, bucket_ms: int, steps: list[tuple[int, tuple[int, ...], bool]]
) -> None:
    """Both kernels return the sums of the buckets not yet gone, what was just added with them."""
    windows, counts = made()
    seen: list[tuple[int, tuple[int, ...]]] = []
    tick = start
    for gap, amounts, is_read in steps:
        tick += gap * bucket_ms // 3
        newest = tick // bucket_ms
        if not is_read:
            seen.append((newest, amounts))
            told = four_add(windows, counts, 1, tick, bucket_ms, amounts)
        else:
            told = four_totals(windows, counts, 1, tick, bucket_ms)
        kept = [(bucket, a) for bucket, a in seen if newest - bucket < BUCKETS]
        expected = np.zeros((PLACES, 4), np.int64)
        for bucket, a in kept:
            expected[bucket % PLACES] += a
        assert (all_four(windows, counts)[:, 1] == expected).all()
        assert list(told) == windows["totals"][1].tolist() == expected.sum(axis=0).tolist()
        assert windows["head"][1] == newest
        ages = {newest - bucket for bucket, _ in kept}
        assert int(windows["filled"][1]) == sum(int(NEWEST) << age for age in ages)
    assert not all_four(windows, counts)[:, [0, 2]].any()
    for name in FOUR.names or ():
        assert not windows[name][[0, 2]].any()


@pytest.mark.parametrize(("gap", "left"), [(59, 1), (60, 0), (61, 0), (10_000, 0)])
def test_a_window_is_the_current_bucket_and_the_59_before(gap: int, left: int) -> None:
    windows, counts = made()
    four_add(windows, counts, 2, -1, 1_000, (1, 0, 1, -2))
    assert windows["head"][2] == -1
    assert all_four(windows, counts)[63, 2].tolist() == [1, 0, 1, -2]
    told = four_totals(windows, counts, 2, -1_000 + gap * 1_000, 1_000)
    assert told == (left, 0, left, -2 * left)


def test_only_what_left_is_forgotten() -> None:
    """Two buckets leave at once, the third stays."""
    windows, counts = made()
    for tick, amounts in ((0, (1, 0, 1, 4)), (9_000, (1, 0, 0, 1)), (30_000, (0, 1, 0, 6))):
        four_add(windows, counts, 0, tick, 1_000, amounts)
    assert four_totals(windows, counts, 0, 59_999, 1_000) == (2, 1, 1, 11)
    assert four_totals(windows, counts, 0, 69_000, 1_000) == (0, 1, 0, 6)
    assert np.flatnonzero(counts.small[:, 0]).tolist() == [30]


@pytest.mark.parametrize("which", range(3))
def test_events_are_what_was_counted_however_many(which: int) -> None:
    """Up to what a word has room for they stand in it, once they are more elsewhere."""
    most = (1 << w.BITS[which]) - 1
    windows, counts = made()
    amounts, expected = [0, 0, 0, 2], [0, 0, 0, 2 * (most + 3)]
    amounts[which], expected[which] = 1, most + 3
    for n in range(1, most + 4):
        four_add(windows, counts, 2, 5_000, 1_000, tuple(amounts))
        assert (windows["newest"][2] == ELSEWHERE) == (n > most) == counts.large.any()
    assert all_four(windows, counts)[5, 2].tolist() == expected
    assert list(four_totals(windows, counts, 2, 64_999, 1_000)) == expected
    assert all_four(windows, counts)[5, 2].tolist() == expected
    assert list(four_totals(windows, counts, 2, 65_000, 1_000)) == [0, 0, 0, 0]
    assert not counts.small.any()


@pytest.mark.parametrize("value", [0, 4095, 4096, 2**21, 2**30, -1, -4096])
def test_a_sum_is_what_was_counted_whatever_its_size(value: int) -> None:
    """Once elsewhere, all of its bucket stays there; the next begins anew."""
    windows, counts = made()
    told = four_add(windows, counts, 2, 5_000, 1_000, (1, 1, 0, value))
    assert list(told) == [1, 1, 0, value] == all_four(windows, counts)[5, 2].tolist()
    assert (windows["newest"][2] == ELSEWHERE) == (not 0 <= value < 4096)
    told = four_add(windows, counts, 2, 5_999, 1_000, (1, 0, 1, 7 - value))
    assert list(told) == [2, 1, 1, 7] == all_four(windows, counts)[5, 2].tolist()
    assert (windows["newest"][2] == ELSEWHERE) == (not 0 <= value < 4096)
    four_add(windows, counts, 2, 5_999, 1_000, (0, 0, 0, value))
    four_add(windows, counts, 2, 6_000, 1_000, (1, 0, 0, 0))
    assert windows["newest"][2] == 1
    assert all_four(windows, counts)[5:7, 2].tolist() == [[2, 1, 1, 7 + value], [1, 0, 0, 0]]
    assert list(four_totals(windows, counts, 2, 65_000, 1_000)) == [1, 0, 0, 0]


def test_small_counts_touch_no_room_for_large_ones() -> None:
    windows, counts = made()
    for tick in range(0, 200_000, 300):
        four_add(windows, counts, 1, tick, 1_000, (1, 1, 1, 40))
    assert not counts.large.any()
