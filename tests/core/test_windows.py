"""Rolling counters against a plain list."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core import windows as w
from dialsim.core.windows import (
    BESIDE,
    BUCKETS,
    NEWEST,
    PLACES,
    WINDOW,
    count_as,
    counted,
    in_order,
    no_counts,
    window_clear,
    window_count,
    window_last,
    window_soon,
    window_total,
)

STARTS = st.integers(-(10**10), 10**10)
LENGTHS = st.sampled_from([5, 7, 1_000, 60_000, 1_440_000])
ROWS = 3
SOME = st.integers(1, 3) | st.integers(100, 300)  # together more than a byte holds


def made() -> tuple[Any, Any]:
    """Return the records of some rows' windows, of two families, and their counts."""
    return np.zeros((1, ROWS, BESIDE), WINDOW), no_counts(2, ROWS)


def count(made: tuple[Any, Any], family: int, row: int, tick: int, times: int) -> None:
    """Count so often at a tick, in buckets of a second."""
    for _ in range(times):
        window_count(*made, family, row, tick, 1_000)


@pytest.mark.rule("N-LOG-6")
@given(
    start=STARTS,
    bucket_ms=LENGTHS,
    family=st.integers(0, 1),
    steps=st.lists(st.tuples(st.integers(0, 200), SOME, st.booleans()), min_size=1, max_size=80),
)
def test_it_counts_what_a_list_counts(
    start: int, bucket_ms: int, family: int, steps: list[tuple[int, int, bool]]
) -> None:
    """And touches no other window."""
    windows, counts = made()
    seen: list[int] = []
    tick = start
    for gap, times, is_read in steps:
        tick += gap * bucket_ms // 3
        if is_read:
            told = window_total(windows, counts, family, 1, tick, bucket_ms)
        else:
            for _ in range(times):
                window_count(windows, counts, family, 1, tick, bucket_ms)
            seen += [tick // bucket_ms] * times
            told = window_last(windows, family, 1)
            assert told == window_total(windows, counts, family, 1, tick, bucket_ms)
        newest = tick // bucket_ms
        seen = [bucket for bucket in seen if newest - bucket < BUCKETS]
        assert told == window_last(windows, family, 1) == len(seen)
        expected = np.zeros(PLACES, np.int64)
        np.add.at(expected, np.array(seen, np.int64) % PLACES, 1)
        mine = windows[0, 1, family]
        assert (counted(windows, counts, family)[:, 1] == expected).all()
        assert (mine["total"], mine["head"]) == (len(seen), newest)
        assert int(mine["filled"]) == sum(int(NEWEST) << newest - each for each in set(seen))
        assert np.flatnonzero(counts.small[family, :, 1]).tolist() == [
            place for place in range(PLACES) if expected[place] > 1
        ]
    mine["filled"], mine["head"], mine["total"] = 0, 0, 0
    counts.small[family, :, 1] = counts.large[family, :, 1] = 0
    assert not counts.small.any()
    assert not counts.large.any()
    assert not windows.view(np.uint8).any()


@pytest.mark.parametrize(("gap", "left"), [(59, 5), (60, 0), (61, 0), (10_000, 0)])
def test_the_window_is_the_current_bucket_and_the_59_before(gap: int, left: int) -> None:
    windows, counts = kept = made()
    count(kept, 1, 2, -1, 5)
    assert windows["head"][0, 2, 1] == -1
    assert counts.small[1, 63, 2] == 4
    assert window_total(windows, counts, 1, 2, -1_000 + gap * 1_000, 1_000) == left
    assert counted(windows, counts, 1).sum() == left
    assert counts.small.sum() == max(left - 1, 0)


def test_what_may_be_touched_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, int]] = []
    monkeypatch.setattr(w, "prefetch", lambda array, place: asked.append((array, int(place))))
    windows, counts = made()
    for tick in (5_000, 66_000, -1):
        getattr(window_soon, "py_func", window_soon)(counts, 1, 2, tick, 1_000)
        count((windows.copy(), counts), 1, 2, tick, 2)
    assert all(array is counts.small for array, _ in asked)
    assert sorted(place for _, place in asked) == np.flatnonzero(counts.small).tolist()


@pytest.mark.parametrize("times", [1, 2, 127, 128, 129, 256, 1000])
def test_a_count_is_what_was_counted_whatever_its_size(times: int) -> None:
    """The first in a word of bits, what is beyond in a byte, and more than it holds elsewhere."""
    windows, counts = kept = made()
    count(kept, 1, 2, 5_000, times)
    assert counted(windows, counts, 1)[5, 2] == times
    assert counts.small[1, 5, 2] == (times - 1 if times <= 128 else w.ELSEWHERE)
    assert counts.large.any() == (times > 128)
    assert window_total(windows, counts, 1, 2, 64_999, 1_000) == times
    assert window_total(windows, counts, 1, 2, 65_000, 1_000) == 0
    assert not counts.small.any()


@pytest.mark.parametrize("last", [-1, 0, 3, 59, 60, 63, 64, -70])
def test_windows_may_be_told_what_they_have_counted(last: int) -> None:
    """They go on as if they had counted it; a row that counts nothing is as if it were new."""
    values = np.zeros((PLACES, ROWS), np.int32)
    for bucket in range(last - 59, last + 1):
        values[bucket % PLACES, 1:] = (bucket - last + 59) * 5 % 299, bucket % 2
    windows, counts = made()
    count_as(windows, counts, 1, values, last)
    assert (counted(windows, counts, 1) == values).all()
    assert not windows[0, 0].view(np.uint8).any()
    assert not counted(windows, counts, 0).any()
    others = windows_2, counts_2 = made()
    for bucket in range(last - 59, last + 1):
        for row in (1, 2):
            count(others, 1, row, bucket * 1_000, int(values[bucket % PLACES, row]))
    for bucket in (last + 1, last + 2, last + 40, last + 200):
        for row in (1, 2):
            found = [
                window_total(*each, 1, row, bucket * 1_000, 1_000)
                for each in ((windows, counts), others)
            ]
            assert found[0] == found[1]
        assert (counted(windows, counts, 1) == counted(windows_2, counts_2, 1)).all()
        assert (windows == windows_2).all()


def test_small_counts_touch_no_room_for_large_ones() -> None:
    """Nor does whoever counts once in a bucket touch any."""
    windows, counts = kept = made()
    for tick in range(0, 200_000, 1_000):
        count(kept, 0, 1, tick, 1)
    assert window_last(windows, 0, 1) == 60
    assert not counts.small.any()
    for tick in range(200_000, 400_000, 300):
        count(kept, 0, 1, tick, 20)
    window_clear(windows, counts, 0, 1)
    count_as(windows, counts, 1, np.full((PLACES, ROWS), 128), 3)
    assert not counts.large.any()


@pytest.mark.parametrize("last", [-1, 0, 3, 59, 60, 63, 64, -70])
def test_buckets_in_order_are_those_of_the_window(last: int) -> None:
    """The oldest first, wherever they stand; what has left is not among them."""
    kept = made()
    for bucket in range(last - 80, last + 1):
        count(kept, 1, 2, bucket * 1_000, bucket - last + 81)
    found = in_order(*kept, 1, last)
    assert found.tolist() == [[0] * 60, [0] * 60, list(range(22, 82))]


def test_a_window_that_is_cleared_counts_anew() -> None:
    windows, counts = kept = made()
    places = ((0, 0), (0, 1), (1, 0))
    for family, row in places:
        for tick in (0, 5_000):
            count(kept, family, row, tick, 3)
    window_clear(windows, counts, 0, 0)
    assert not counted(windows, counts, 0)[:, 0].any()
    assert not counts.small[0, :, 0].any()
    count(kept, 0, 0, 6_000, 1)
    found = [window_total(windows, counts, *place, 62_000, 1_000) for place in places]
    assert found == [1, 3, 3]
