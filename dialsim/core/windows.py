"""Counters over a rolling window of 60 buckets.

One window counts what happened in the current bucket and the 59 before it: an hour in minutes, or
a day in buckets of 24 minutes. It is exact to a bucket; limits that must be exact to a tick keep a
ring of times instead. Four counts that always go on together share a window (`four_add` ...): they
are kept side by side and move on once.

Arrays: `windows` WINDOW (families // 4, rows, 4), `counts` Counts (families, 64, rows); of four
FOUR (rows) and int32 (64, rows, 4). Bucket n stands at place n mod 64, each a bit of a word; the
four that have just left are empty. Zeros are a window that has counted nothing, whatever its head.
Ticks of one window never go back; they may be negative. Bucket numbers lie within 2^31 of zero:
three centuries in buckets of 5 s.

The rows of a bucket lie together, not the buckets of a row: a hundred thousand owners count in the
same bucket at about the same time. That is a hundred kilobytes, and a family or a bucket that
nobody counts in is memory never touched. Four families of an owner lie together instead, a line of
memory: each call reads several.

Many owners count little each. A count is a byte, and where it does not fit into one it stands in
an array of its own, of which as a rule no page is ever touched: memory that is new costs as much
as what is done in it.

Which buckets hold something is written beside the sum. A number that calls twice an hour would
otherwise look through half an hour of empty minutes at each call, all of them far away in memory.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.aligned import CACHE_LINE, strewn_zeros
from dialsim.core.bits import lowest_bit
from dialsim.core.counts import quotient
from dialsim.core.frame import frame
from dialsim.core.granted import grant_lengths
from dialsim.core.jit import kernel
from dialsim.core.prefetch import prefetch

BUCKETS = 60
PLACES = 64
BESIDE = 4  # families of an owner that lie side by side
MOST = 127  # that a count may be where it stands
ELSEWHERE = -1  # instead of one that is more
WINDOW = np.dtype(
    [
        ("filled", "u8"),  # bits ``1 << place``: the bucket there has been counted in
        ("head", "i4"),  # number of the newest bucket, ``tick // bucket_ms``
        ("total", "i4"),  # sum of the window's counts
    ],
    align=True,
)
"""The sum of one window, and where it stands (16 bytes)."""
FOUR = np.dtype(
    [
        ("filled", "u8"),  # as in WINDOW: what any of the four has been counted in
        ("head", "i4"),
        ("totals", "i4", (4,)),
    ],
    align=True,
)
"""The sums of a window of four counts, and where it stands (32 bytes)."""


@frame
class Counts(NamedTuple):
    """The counts of many buckets, to be read by :func:`counted`.

    Attributes
    ----------
    small
        int8, three axes: the count, or ELSEWHERE.
    large
        int32 of the same shape: those that do not fit; elsewhere it means nothing.
    """

    small: NDArray[Any]
    large: NDArray[Any]


grant_lengths("usual", Counts, small=(None, PLACES, None), large=(None, PLACES, None))


def no_counts(families: int, rows: int) -> Counts:
    """Return counts that are all zero."""
    shape = families, PLACES, rows
    return Counts(strewn_zeros(shape, np.int8), strewn_zeros(shape, np.int32))


def counted(counts: Counts, family: int) -> NDArray[np.int32]:
    """Return the counts of a family, int32[64, rows]; O(size).

    >>> counted(Counts(np.array([[[3, -1]]], np.int8), np.array([[[7, 300]]], np.int32)), 0)
    array([[  3, 300]], dtype=int32)
    """
    small, large = counts.small[family], counts.large[family]
    return np.where(small == ELSEWHERE, large, small)


def in_order(counts: Counts, family: int, last: int) -> NDArray[np.int32]:
    """Return the counts of a family's buckets up to `last`, int32[rows, 60], the oldest first.

    Of windows that are empty or have `last` for their newest. O(size).

    >>> counts = no_counts(1, 1)
    >>> counts.small[0, [63, 0, 1], 0] = 5, 6, 7
    >>> in_order(counts, 0, 1)[0, -4:].tolist(), int(in_order(counts, 0, 61)[0].sum())
    ([0, 5, 6, 7], 0)
    """
    places = np.arange(last - BUCKETS + 1, last + 1) % PLACES
    return np.ascontiguousarray(counted(counts, family)[places].T)


def count_as(counts: Counts, family: int, values: NDArray[Any]) -> None:
    """Let a family count what an array (64, rows) says; O(size)."""
    small = counts.small[family]
    fits = (values >= 0) & (values <= MOST)
    np.copyto(small, np.where(fits, values, ELSEWHERE), casting="same_kind")
    np.copyto(counts.large[family], values, where=~fits, casting="same_kind")


def of_family(windows: NDArray[Any], family: int) -> NDArray[Any]:
    """Return a family's records, WINDOW[rows], as they lie there."""
    return windows[family // BESIDE, :, family % BESIDE]


_ONE = np.uint64(1)


@kernel(inlined=True)
def window_add(
    windows: NDArray[Any],
    counts: Counts,
    family: int,
    row: int,
    tick: int,
    bucket_ms: int,
    amount: int,
) -> None:
    """Count `amount` at a tick; O(1), or what left the window since the last call if it is more.

    A negative amount takes back what was counted in the same bucket.
    """
    window, bucket = windows[family // BESIDE, row, family % BESIDE], _bucket(tick, bucket_ms)
    _advance(window, counts, family, row, bucket)
    place = _place(bucket)
    _put(counts, family, place, row, _count(counts, family, place, row) + amount)
    window["filled"] |= _ONE << np.uint64(place)
    window["total"] += amount


@kernel(inlined=True)
def window_total(
    windows: NDArray[Any], counts: Counts, family: int, row: int, tick: int, bucket_ms: int
) -> int:
    """Return what was counted in the window that ends with a tick's bucket, and forget the rest."""
    window = windows[family // BESIDE, row, family % BESIDE]
    _advance(window, counts, family, row, _bucket(tick, bucket_ms))
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
    window["filled"] = 0
    window["total"] = 0
    for place in range(PLACES):
        counts.small[family, place, row] = 0


@kernel(inlined=True)
def four_add(
    windows: NDArray[Any], counts: NDArray[Any], row: int, tick: int, bucket_ms: int, amounts: Any
) -> tuple[int, int, int, int]:
    """Count four amounts at a tick, and return the four sums; as :func:`window_add`."""
    window, bucket = windows[row], _bucket(tick, bucket_ms)
    _advance_four(window, counts, row, bucket)
    place = _place(bucket)
    for i in range(4):
        counts[place, row, i] += amounts[i]
        window["totals"][i] += amounts[i]
    window["filled"] |= _ONE << np.uint64(place)
    return _sums(window)


@kernel
def four_totals(
    windows: NDArray[Any], counts: NDArray[Any], row: int, tick: int, bucket_ms: int
) -> tuple[int, int, int, int]:
    """Return the four sums of the window that ends with a tick's bucket, and forget the rest."""
    window = windows[row]
    _advance_four(window, counts, row, _bucket(tick, bucket_ms))
    return _sums(window)


@kernel
def window_soon(counts: Counts, family: int, row: int, tick: int, bucket_ms: int) -> None:
    """Ask for the count that :func:`window_add` at about a tick will touch, not for its sum."""
    rows = counts.small.shape[2]
    prefetch(counts.small, (family * PLACES + _place(_bucket(tick, bucket_ms))) * rows + row)


@kernel
def four_soon(
    windows: NDArray[Any], counts: NDArray[Any], row: int, tick: int, bucket_ms: int
) -> None:
    """Ask for a row of `windows` and the bucket that :func:`four_add` at about a tick will touch.

    Which buckets leave by then only the record could tell, which is not waited for.
    """
    prefetch(windows, row)
    prefetch(counts, (_place(_bucket(tick, bucket_ms)) * counts.shape[1] + row) * 4)


@kernel(inlined=True)
def _count(counts: Counts, i: int, j: int, k: int) -> int:
    """Return the count at a place."""
    found = np.int64(counts.small[i, j, k])
    return found if found != ELSEWHERE else np.int64(counts.large[i, j, k])


@kernel(inlined=True)
def _put(counts: Counts, i: int, j: int, k: int, value: int) -> None:
    """Write the count at a place, or where there is room for it."""
    if 0 <= value <= MOST:
        counts.small[i, j, k] = value
    else:
        counts.small[i, j, k] = ELSEWHERE
        counts.large[i, j, k] = value


@kernel
def _bucket(tick: int, bucket_ms: int) -> int:
    """Return the number of the bucket a tick lies in."""
    return quotient(tick, bucket_ms) if tick >= 0 else tick // bucket_ms


@kernel
def _place(bucket: int) -> int:
    """Return where in its column a bucket is counted."""
    return bucket & (PLACES - 1)


@kernel
def _sums(window: Any) -> tuple[int, int, int, int]:
    """Return the four sums as they stand."""
    totals = window["totals"]
    return np.int64(totals[0]), np.int64(totals[1]), np.int64(totals[2]), np.int64(totals[3])


@kernel
def _advance(window: Any, counts: Counts, family: int, row: int, bucket: int) -> None:
    """Make a bucket the newest one and clear those that fell out of the window.

    The rows that follow will as a rule come to the same buckets, one after another: the next line
    of each is asked for.
    """
    filled, head = np.uint64(window["filled"]), np.int64(window["head"])
    if bucket == head:
        return
    going = _going(filled, head, bucket)
    window["filled"] = filled & ~going
    _line_soon(counts, family, _place(bucket), row)
    while going != 0:
        place = lowest_bit(going)
        _line_soon(counts, family, place, row)
        window["total"] -= _count(counts, family, place, row)
        counts.small[family, place, row] = 0
        going &= going - _ONE
    window["head"] = bucket


@kernel
def _line_soon(counts: Counts, family: int, place: int, row: int) -> None:
    """Ask for the line of memory behind that of a row's count, whosever counts are there."""
    rows = counts.small.shape[2]
    prefetch(counts.small, (family * PLACES + place) * rows + row, CACHE_LINE)


@kernel
def _advance_four(window: Any, counts: NDArray[Any], row: int, bucket: int) -> None:
    """Do the same with four counts."""
    filled, head = np.uint64(window["filled"]), np.int64(window["head"])
    if bucket == head:
        return
    going = _going(filled, head, bucket)
    window["filled"] = filled & ~going
    while going != 0:
        place = lowest_bit(going)
        for i in range(4):
            window["totals"][i] -= counts[place, row, i]
            counts[place, row, i] = 0
        going &= going - _ONE
    window["head"] = bucket


@kernel
def _going(filled: Any, head: int, bucket: int) -> Any:
    """Bits of the filled places that leave a window once a bucket is its newest."""
    passed = bucket - head
    # A window that was never used may have any head, also a later one: nothing in it is filled.
    if filled == 0 or passed >= BUCKETS:
        return filled
    run = (_ONE << np.uint64(passed)) - _ONE  # as many as are new, from the oldest on
    oldest = head - BUCKETS + 1
    turned = (run << np.uint64(_place(oldest))) | (run >> np.uint64(_place(-oldest)))
    return filled & turned
