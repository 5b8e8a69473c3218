"""Rolling counters against a plain list."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core import windows as w
from dialsim.core.windows import (
    BUCKETS,
    FOUR,
    PLACES,
    WINDOW,
    count_as,
    counted,
    four_add,
    four_soon,
    four_totals,
    in_order,
    no_counts,
    window_add,
    window_clear,
    window_last,
    window_total,
)

STARTS = st.integers(-(10**10), 10**10)
LENGTHS = st.sampled_from([5, 7, 1_000, 60_000, 1_440_000])
ROWS = 3
SOME = st.integers(0, 9) | st.integers(100, 300)  # together more than a byte holds


def made() -> tuple[Any, Any]:
    """Return the records of some rows' windows, of two families, and their counts."""
    return np.zeros((1, ROWS, 4), WINDOW), no_counts(2, ROWS)


def made_of_four() -> tuple[Any, Any]:
    """Return the records of some windows of four and their counts."""
    return np.zeros(ROWS, FOUR), np.zeros((PLACES, ROWS, 4), np.int32)


def read(counts: Any) -> Any:
    """Return all counts of windows of one as they are."""
    return np.stack([counted(counts, family) for family in range(len(counts.small))])


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
    seen: list[tuple[int, int]] = []
    tick = start
    for gap, amount, is_read in steps:
        tick += gap * bucket_ms // 3
        if is_read:
            newest = tick // bucket_ms
            expected = sum(a for t, a in seen if newest - t // bucket_ms < BUCKETS)
            assert window_total(windows, counts, family, 1, tick, bucket_ms) == expected
            assert window_last(windows, family, 1) == expected
        else:
            window_add(windows, counts, family, 1, tick, bucket_ms, amount)
            seen.append((tick, amount))
            told = window_last(windows, family, 1)
            assert told == window_total(windows, counts, family, 1, tick, bucket_ms)
        mine, column = windows[0, 1, family], counted(counts, family)[:, 1]
        assert int(column.sum()) == mine["total"]
        assert mine["head"] == tick // bucket_ms
        empty = [place for place in range(PLACES) if not int(mine["filled"]) >> place & 1]
        assert not column[empty].any()
    mine["filled"], mine["head"], mine["total"] = 0, 0, 0
    counts.small[family, :, 1] = counts.large[family, :, 1] = 0
    assert not counts.small.any()
    assert not counts.large.any()
    assert not windows.view(np.uint8).any()


@pytest.mark.parametrize(("gap", "left"), [(59, 5), (60, 0), (61, 0), (10_000, 0)])
def test_the_window_is_the_current_bucket_and_the_59_before(gap: int, left: int) -> None:
    windows, counts = made()
    window_add(windows, counts, 1, 2, -1, 1_000, 5)
    assert windows["head"][0, 2, 1] == -1
    assert counts.small[1, 63, 2] == 5
    assert window_total(windows, counts, 1, 2, -1_000 + gap * 1_000, 1_000) == left
    assert read(counts).sum() == left


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, int]]:
    """What is asked for ahead: each array and the place in it, counted row by row."""
    found: list[tuple[Any, int]] = []

    def prefetch(array: Any, place: Any, behind: int = 0) -> None:
        assert behind % array.itemsize == 0
        found.append((array, int(place) + behind // array.itemsize))

    monkeypatch.setattr(w, "prefetch", prefetch)
    return found


def plain(kernel: Any) -> Any:
    """The kernel as plain Python, compiled or not."""
    return getattr(kernel, "py_func", kernel)


@pytest.mark.parametrize("tick", [5_000, 66_000, -1])
def test_of_four_what_is_asked_for_is_what_will_be_counted_in(
    tick: int, asked: list[tuple[Any, int]]
) -> None:
    windows, counts = made_of_four()
    plain(four_soon)(windows, counts, 2, tick, 1_000)
    four_add(windows, counts, 2, tick, 1_000, (1, 2, 3, 4))
    (records, row), (buckets, place) = asked
    assert (records is windows, row, buckets is counts) == (True, 2, True)
    assert np.flatnonzero(counts.ravel()).tolist() == list(range(place, place + 4))


def test_of_a_bucket_that_comes_or_goes_the_neighbours_counts_are_asked_for(
    asked: list[tuple[Any, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line of memory on, once: while the bucket stays nothing is asked for."""
    for name, kernel in vars(w).copy().items():
        monkeypatch.setattr(w, name, plain(kernel))
    windows, counts = made()
    places = []
    for tick in (5_000, 5_999, 9_000, 66_000):
        w.window_add(windows, counts, 1, 2, tick, 1_000, 4)
        places.append(len(asked))
    assert places == [1, 1, 2, 4]
    buckets = [5, 9, 66 % PLACES, 5]  # of the last, 66 comes and 5 goes
    flat = [(PLACES + place) * ROWS + 2 + 64 for place in buckets]
    assert [place for _, place in asked] == flat
    assert all(array is counts.small for array, _ in asked)


@pytest.mark.parametrize("value", [0, 1, 127, 128, 255, 256, 2**31 - 1, -1, -2])
def test_a_count_is_what_was_counted_whatever_its_size(value: int) -> None:
    """And where it no longer needs the room elsewhere it stands where it stood."""
    windows, counts = made()
    window_add(windows, counts, 1, 2, 5_000, 1_000, value)
    assert counted(counts, 1)[5, 2] == value == window_total(windows, counts, 1, 2, 5_000, 1_000)
    assert (counts.small[1, 5, 2] == w.ELSEWHERE) == (not 0 <= value <= 127)
    window_add(windows, counts, 1, 2, 5_999, 1_000, 7 - value)
    assert counts.small[1, 5, 2] == 7 == window_total(windows, counts, 1, 2, 5_999, 1_000)
    written = np.full((PLACES, ROWS), value)
    count_as(counts, 0, written)
    assert (counted(counts, 0) == written).all()
    assert counted(counts, 1).sum() == 7


def test_small_counts_touch_no_room_for_large_ones() -> None:
    windows, counts = made()
    for tick in range(0, 200_000, 300):
        window_add(windows, counts, 0, 1, tick, 1_000, 20)
    window_clear(windows, counts, 0, 1)
    count_as(counts, 1, np.full((PLACES, ROWS), 127))
    assert not counts.large.any()


@pytest.mark.parametrize("last", [-1, 0, 3, 59, 60, 63, 64, -70])
def test_buckets_in_order_are_those_of_the_window(last: int) -> None:
    """The oldest first, wherever they stand; what has left is not among them."""
    windows, counts = made()
    for bucket in range(last - 80, last + 1):
        window_add(windows, counts, 1, 2, bucket * 1_000, 1_000, bucket - last + 81)
    found = in_order(counts, 1, last)
    assert found.tolist() == [[0] * 60, [0] * 60, list(range(22, 82))]


def test_a_window_that_is_cleared_counts_anew() -> None:
    windows, counts = made()
    places = ((0, 0), (0, 1), (1, 0))
    for family, row in places:
        for tick in (0, 5_000):
            window_add(windows, counts, family, row, tick, 1_000, 3)
    window_clear(windows, counts, 0, 0)
    assert not counted(counts, 0)[:, 0].any()
    window_add(windows, counts, 0, 0, 6_000, 1_000, 1)
    found = [window_total(windows, counts, *place, 62_000, 1_000) for place in places]
    assert found == [1, 3, 3]


AMOUNTS = st.tuples(*[st.integers(-9, 9)] * 4)


@given(
    start=STARTS,
    bucket_ms=LENGTHS,
    steps=st.lists(st.tuples(st.integers(0, 200), AMOUNTS, st.booleans()), min_size=1, max_size=80),
)
def test_four_count_what_four_lists_count(
    start: int, bucket_ms: int, steps: list[tuple[int, tuple[int, ...], bool]]
) -> None:
    """Both kernels return the sums of the buckets not yet gone, what was just added with them."""
    windows, counts = made_of_four()
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
        kept = [a for bucket, a in seen if newest - bucket < BUCKETS]
        expected = [sum(each[i] for each in kept) for i in range(4)]
        assert list(told) == windows["totals"][1].tolist() == expected
        assert counts[:, 1].sum(axis=0).tolist() == expected
        assert windows["head"][1] == newest
        filled = {bucket % PLACES for bucket, _ in seen if newest - bucket < BUCKETS}
        assert int(windows["filled"][1]) == sum(1 << place for place in filled)
    assert not counts[:, [0, 2]].any()
    for name in FOUR.names or ():
        assert not windows[name][[0, 2]].any()


@pytest.mark.parametrize(("gap", "left"), [(59, 1), (60, 0), (61, 0), (10_000, 0)])
def test_a_window_of_four_is_as_long(gap: int, left: int) -> None:
    windows, counts = made_of_four()
    four_add(windows, counts, 2, -1, 1_000, (5, 0, 7, -2))
    assert windows["head"][2] == -1
    assert counts[63, 2].tolist() == [5, 0, 7, -2]
    told = four_totals(windows, counts, 2, -1_000 + gap * 1_000, 1_000)
    assert told == (5 * left, 0, 7 * left, -2 * left)


def test_of_four_only_what_left_is_forgotten() -> None:
    """Two buckets leave at once, the third stays."""
    windows, counts = made_of_four()
    for tick, amounts in ((0, (1, 2, 3, 4)), (9_000, (1, 0, 0, 1)), (30_000, (0, 5, 0, 6))):
        four_add(windows, counts, 0, tick, 1_000, amounts)
    assert four_totals(windows, counts, 0, 59_999, 1_000) == (2, 7, 3, 11)
    assert four_totals(windows, counts, 0, 69_000, 1_000) == (0, 5, 0, 6)
    assert np.argwhere(counts[:, 0].any(axis=1)).tolist() == [[30]]


def test_of_four_what_is_asked_for_is_not_changed() -> None:
    windows, counts = made_of_four()
    four_add(windows, counts, 1, 5_000, 1_000, (1, 2, 3, 4))
    before = windows.copy(), counts.copy()
    for tick in (5_000, 30_000, 66_000, 10**6):
        four_soon(windows, counts, 1, tick, 1_000)
    assert (windows == before[0]).all()
    assert (counts == before[1]).all()
