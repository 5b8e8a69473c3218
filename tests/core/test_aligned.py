"""Arrays that lie as they will be touched."""

from __future__ import annotations

import mmap
from typing import Any, NamedTuple

import numpy as np
import pytest

from dialsim.core.aligned import CACHE_LINE, LARGE_BYTES, SMALL_BYTES, side_by_side, spread_zeros


@pytest.mark.parametrize("bytes_each", [1, LARGE_BYTES // 60 // 8 + 1])
def test_strewn_zeros_are_zeros(bytes_each: int) -> None:
    """Few are numpy's own, of many each page is made when it is touched; both may be written."""
    found = spread_zeros((60, bytes_each, 4), np.int16)
    assert (found.shape, found.dtype, found.flags.c_contiguous) == (
        (60, bytes_each, 4),
        np.int16,
        True,
    )
    assert found.ctypes.data % CACHE_LINE == 0
    assert not found.any()
    found[...] = 7
    assert (found.copy() == 7).all()


def test_without_such_pages_they_are_zeros_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(mmap, "MADV_NOHUGEPAGE", raising=False)
    found = spread_zeros(LARGE_BYTES, np.int8)
    assert found.shape == (LARGE_BYTES,)
    assert not found[:: LARGE_BYTES // 8].any()


def test_where_the_system_knows_no_huge_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answer is that the advice means nothing to it."""

    class Plain(mmap.mmap):
        def madvise(self, *advice: int) -> None:
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(mmap, "mmap", Plain)
    assert not spread_zeros(2 * LARGE_BYTES, np.int8).any()


def test_more_than_there_is() -> None:
    with pytest.raises(MemoryError):
        spread_zeros(1 << 60, np.int8)


class Inner(NamedTuple):
    ranks: Any
    rings: Any


class Outer(NamedTuple):
    clock: Any
    inner: Inner
    calls: Any


def outer() -> Outer:
    records = np.zeros(3, [("a", "i8"), ("b", "u1")])
    records["b"] = 7
    return Outer(np.arange(5), Inner(records, np.zeros((0, 4), np.int32)), np.ones(9))


def test_small_arrays_lie_in_one_block() -> None:
    """Each begins with a line, none overlaps another; types, shapes and values are as before."""
    was = outer()
    found = side_by_side(was)
    assert isinstance(found, Outer)
    assert isinstance(found.inner, Inner)
    moved = [found.clock, found.inner.ranks, found.calls]
    for before, after in zip([was.clock, was.inner.ranks, was.calls], moved, strict=True):
        assert (before == after).all()
        assert (before.dtype, before.shape) == (after.dtype, after.shape)
        assert not np.shares_memory(before, after)
    places = [each.ctypes.data for each in moved]
    assert places == sorted(places)
    assert {place % CACHE_LINE for place in places} == {0}
    ends = [each.ctypes.data + each.nbytes for each in moved]
    assert all(
        end <= place < end + CACHE_LINE for end, place in zip(ends, places[1:], strict=False)
    )
    found.clock[...] = -1
    assert found.inner.ranks["b"].tolist() == [7, 7, 7]


def test_some_arrays_stay_where_they_are() -> None:
    """Those of a name, the large and the empty ones: by identity."""
    was, large = outer(), np.zeros(SMALL_BYTES, np.uint8)
    found, far = side_by_side((was, large), apart=("calls",))
    assert found.calls is was.calls
    assert found.inner.rings is was.inner.rings
    assert far is large
    assert found.clock is not was.clock


def test_one_array_under_two_names_is_one_still() -> None:
    array = np.zeros(3, np.int64)
    found = side_by_side(Inner(array, array))
    found.ranks[1] = 5
    assert found.rings.tolist() == [0, 5, 0]


def test_nothing_is_side_by_side_with_nothing() -> None:
    assert side_by_side(()) == ()
