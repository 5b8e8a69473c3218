"""Counters over a rolling window of 60 buckets.

One window counts what happened in the current bucket and the 59 before it: an hour in minutes, or
a day in buckets of 24 minutes. It is exact to a bucket; limits that must be exact to a tick keep a
ring of times instead. Four counts that always go on together share a window:
:mod:`dialsim.core.packed_windows`.

Arrays: `windows` WINDOW (families // 2, rows, 2), `counts` Counts (families, 64, rows). Bucket n
stands at place n mod 64; the four that have just left are empty. Zeros are a window that has
counted nothing, whatever its head. Ticks of one window never go back; they may be negative. Bucket
numbers lie within 2^31 of zero: three centuries in buckets of 5 s.

Which buckets have counted something is written beside the sum, a bit each: that is the first of a
bucket, and only what it counts beyond stands in `counts`. A number that calls twice an hour counts
its calls in a word, and those that leave it are counted there; as long as the sum is that of the
bits, there is nothing to look for elsewhere.

Beyond the first, the rows of a bucket lie together, not the buckets of a row: a hundred thousand
owners count in the same bucket at about the same time. That is a hundred kilobytes, and a family or
a bucket that nobody counts in is memory never touched. Two families that count at the same moment,
as a call begins or as it ends, lie side by side; the owner behind, who will call next, shares their
line of memory.

A count is a byte, and where it does not fit into one it stands in an array of its own, of which as
a rule no page is ever touched: memory that is new costs as much as what is done in it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.aligned import spread_zeros
from dialsim.core.bits import ONE, ZERO, lowest_bit, set_bits
from dialsim.core.counts import quotient
from dialsim.core.prefetch import prefetch
from dialsim.jit.decorator import kernel
from dialsim.jit.frame import frame
from dialsim.jit.specialise import grant_lengths

BUCKETS = 60
PLACES = 64
BESIDE = 2  # families of an owner that lie side by side: half a line of memory
MOST = 127  # that a count may be where it stands
ELSEWHERE = -1  # instead of one that is more
WINDOW = np.dtype(
    [
        ("filled", "u8"),  # bits ``NEWEST << age``: the bucket so many before head was counted in
        ("head", "i4"),  # number of the newest bucket, ``tick // bucket_ms``
        ("total", "i4"),  # sum of the window's counts
    ],
    align=True,
)
"""The sum of one window, and where it stands (16 bytes)."""


@frame
class Counts(NamedTuple):
    """Counts of buckets above one, read with :func:`counted`.

    Attributes
    ----------
    small
        int8, three axes: the count, or ELSEWHERE; 0 of a bucket that has counted nothing.
    large
        int32 of the same shape: those that do not fit; elsewhere it means nothing.
    """

    small: NDArray[Any]
    large: NDArray[Any]


grant_lengths("usual", Counts, small=(None, PLACES, None), large=(None, PLACES, None))


def no_counts(families: int, rows: int) -> Counts:
    """Return counts that are all zero."""
    shape = families, PLACES, rows
    return Counts(spread_zeros(shape, np.int8), spread_zeros(shape, np.int32))


def counted(windows: NDArray[Any], counts: Counts, family: int) -> NDArray[np.int32]:
    """Return the bucket counts of a family, int32[64, rows]; O(size).

    >>> windows, counts = np.zeros((1, 1, BESIDE), WINDOW), no_counts(1, 1)
    >>> for tick in (0, 1_000, 1_999):
    ...     window_count(windows, counts, 0, 0, tick, 1_000)
    >>> counted(windows, counts, 0)[:3, 0].tolist()
    [1, 2, 0]
    """
    small, large, mine = counts.small[family], counts.large[family], of_family(windows, family)
    ages = (mine["head"] - np.arange(PLACES)[:, None]) % PLACES
    first = mine["filled"] >> (ages + PLACES - BUCKETS).astype(np.uint64) & ONE
    some = (ages < BUCKETS) & (first == 1)
    return some + np.where(small == ELSEWHERE, large, small)


def in_order(windows: NDArray[Any], counts: Counts, family: int, last: int) -> NDArray[np.int32]:
    """Return the counts of a family's buckets up to `last`, int32[rows, 60], the oldest first.

    Of windows that are empty or have `last` for their newest. O(size).

    >>> windows, counts = np.zeros((1, 1, BESIDE), WINDOW), no_counts(1, 1)
    >>> for bucket in (-1, 0, 0, 1):
    ...     window_count(windows, counts, 0, 0, bucket, 1)
    >>> in_order(windows, counts, 0, 1)[0, -4:].tolist()
    [0, 1, 2, 1]
    """
    places = np.arange(last - BUCKETS + 1, last + 1) % PLACES
    return np.ascontiguousarray(counted(windows, counts, family)[places].T)


def count_as(
    windows: NDArray[Any], counts: Counts, family: int, values: NDArray[Any], last: int
) -> None:
    """Set a family's windows, which end with a bucket, to an array (64, rows) of counts.

    Rows that count nothing become windows that were never used. O(size).
    """
    beyond = np.maximum(values - 1, 0)
    fits = beyond <= MOST
    np.copyto(counts.small[family], np.where(fits, beyond, ELSEWHERE), casting="same_kind")
    np.copyto(counts.large[family], beyond, where=~fits, casting="same_kind")
    bits = NEWEST << ((last - np.arange(PLACES)) % PLACES).astype(np.uint64)
    mine = of_family(windows, family)
    mine["filled"] = (bits[:, None] * (values > 0)).sum(axis=0)
    mine["total"] = values.sum(axis=0)
    mine["head"] = np.where(mine["filled"] > 0, last, 0)


def of_family(windows: NDArray[Any], family: int) -> NDArray[Any]:
    """Return a view of a family's records, WINDOW[rows]."""
    return windows[family // BESIDE, :, family % BESIDE]


NEWEST = np.uint64(1 << PLACES - BUCKETS)
"""The newest bucket's bit; above it those before, so that the oldest fall out at the word's end."""
_WORD, _BELOW = np.uint64(PLACES), np.uint64(PLACES - BUCKETS)


@kernel(inlined=True)
def window_count(
    windows: NDArray[Any], counts: Counts, family: int, row: int, tick: int, bucket_ms: int
) -> None:
    """Count one at a tick; O(1), or what left the window since the last call if it is more."""
    window, bucket = windows[family // BESIDE, row, family % BESIDE], bucket_of(tick, bucket_ms)
    _advance(window, counts, family, row, bucket)
    window["total"] += 1
    filled = np.uint64(window["filled"])
    if filled & NEWEST == 0:
        window["filled"] = filled | NEWEST
        return
    place = place_of(bucket)
    _put(counts, family, place, row, _count(counts, family, place, row) + 1)


@kernel(inlined=True)
def window_total(
    windows: NDArray[Any], counts: Counts, family: int, row: int, tick: int, bucket_ms: int
) -> int:
    """Return what was counted in the window that ends with a tick's bucket, and forget the rest."""
    window = windows[family // BESIDE, row, family % BESIDE]
    _advance(window, counts, family, row, bucket_of(tick, bucket_ms))
    return np.int64(window["total"])


@kernel
def window_last(windows: NDArray[Any], family: int, row: int) -> int:
    """Return what was counted in the window that ends with the bucket it was last moved to.

    Quicker than :func:`window_total`, and the same at the tick of the last call that moved it.
    """
    return np.int64(windows[family // BESIDE, row, family % BESIDE]["total"])


@kernel
def window_clear(windows: NDArray[Any], counts: Counts, family: int, row: int) -> None:
    """Forget all that was counted."""
    window = windows[family // BESIDE, row, family % BESIDE]
    _advance(window, counts, family, row, np.int64(window["head"]) + BUCKETS)


@kernel
def place_of_record(windows: NDArray[Any], family: int, row: int) -> int:
    """Return at which place of `windows` two families of a row begin, to be asked for."""
    return (family // BESIDE * windows.shape[1] + row) * BESIDE


@kernel
def window_soon(counts: Counts, family: int, row: int, tick: int, bucket_ms: int) -> None:
    """Ask for what :func:`window_count` at about a tick may touch beside the window's record."""
    rows = counts.small.shape[2]
    prefetch(counts.small, (family * PLACES + place_of(bucket_of(tick, bucket_ms))) * rows + row)


@kernel(inlined=True)
def _count(counts: Counts, i: int, j: int, k: int) -> int:
    """Return the count at a place."""
    found = np.int64(counts.small[i, j, k])
    return found if found != ELSEWHERE else np.int64(counts.large[i, j, k])


@kernel(inlined=True)
def _put(counts: Counts, i: int, j: int, k: int, value: int) -> None:
    """Write the count at a place, or where there is room for it."""
    if value <= MOST:
        counts.small[i, j, k] = value
    else:
        counts.small[i, j, k] = ELSEWHERE
        counts.large[i, j, k] = value


@kernel
def bucket_of(tick: int, bucket_ms: int) -> int:
    """Return the number of the bucket a tick lies in."""
    return quotient(tick, bucket_ms) if tick >= 0 else tick // bucket_ms


@kernel
def place_of(bucket: int) -> int:
    """Return where in its column a bucket is counted."""
    return bucket & (PLACES - 1)


@kernel
def _advance(window: Any, counts: Counts, family: int, row: int, bucket: int) -> None:
    """Make a bucket the newest one and forget those that fell out of the window."""
    head, filled = np.int64(window["head"]), np.uint64(window["filled"])
    if bucket == head:
        return
    stays, goes, youngest = aged(filled, head, bucket)
    window["filled"] = stays
    window["head"] = bucket
    beyond = window["total"] - set_bits(filled)
    left = 0
    while goes != 0 and left < beyond:
        place = place_of(youngest - lowest_bit(goes))
        left += _count(counts, family, place, row)
        counts.small[family, place, row] = 0
        goes &= goes - ONE
    window["total"] = set_bits(stays) + beyond - left


@kernel
def aged(filled: Any, head: int, bucket: int) -> tuple[Any, Any, int]:
    """Bits of the buckets that stay once another is the newest, by age, and of those that go.

    Bit n of these is n buckets before the third that is returned. A window that was never used may
    have any head, also a later one: nothing in it is filled.
    """
    passed = bucket - head
    if 0 < passed < BUCKETS:
        by = np.uint64(passed)
        return filled << by, filled >> (_WORD - by), bucket - BUCKETS
    return ZERO, filled >> _BELOW, head
