"""Counters over a rolling window of 60 buckets.

One row counts what happened in the current bucket and the 59 before it: an hour in minutes, or a
day in buckets of 24 minutes. It is exact to a bucket; limits that must be exact to a tick keep a
ring of times instead.

Arrays, one row an owner and window: `windows` WINDOW (rows), `counts` int32 (rows, 60). A row of
zeros is a row that has counted nothing, whatever its head. Ticks of one row never go back; they
may be negative. Bucket numbers lie within 2^31 of zero: three centuries in buckets of 5 s.

Which buckets hold something is written beside the sum. A number that calls twice an hour would
otherwise look through half an hour of empty minutes at each call, all of them far away in memory.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.bits import lowest_bit
from dialsim.core.counts import quotient, remainder
from dialsim.core.jit import kernel
from dialsim.core.prefetch import prefetch

BUCKETS = 60
WINDOW = np.dtype(
    [
        ("filled", "u8"),  # bits ``1 << place``: the bucket there has been counted in
        ("head", "i4"),  # number of the newest bucket, ``tick // bucket_ms``
        ("total", "i4"),  # sum of the row's counts
    ],
    align=True,
)
"""The sum of one window, and where it stands (16 bytes)."""
_ONE = np.uint64(1)
_EARLIER = BUCKETS << 26  # a whole number of rows, before the first bucket there may be


@kernel
def window_add(
    windows: NDArray[Any], counts: NDArray[Any], row: int, tick: int, bucket_ms: int, amount: int
) -> None:
    """Count `amount` at a tick; O(1), or what left the window since the last call if it is more.

    A negative amount takes back what was counted in the same bucket.
    """
    window, bucket = windows[row], _bucket(tick, bucket_ms)
    _advance(window, counts, row, bucket)
    place = _place(bucket)
    counts[row, place] += amount
    window["filled"] |= _ONE << np.uint64(place)
    window["total"] += amount


@kernel
def window_total(
    windows: NDArray[Any], counts: NDArray[Any], row: int, tick: int, bucket_ms: int
) -> int:
    """Return what was counted in the window that ends with a tick's bucket, and forget the rest."""
    window = windows[row]
    _advance(window, counts, row, _bucket(tick, bucket_ms))
    return np.int64(window["total"])


@kernel
def window_soon(
    windows: NDArray[Any], counts: NDArray[Any], row: int, tick: int, bucket_ms: int
) -> None:
    """Ask for the memory that :func:`window_add` at about a tick will touch; change nothing."""
    window, bucket = windows[row], _bucket(tick, bucket_ms)
    prefetch(counts, row * BUCKETS + _place(bucket))
    going = _going(window, bucket)
    if going != 0:
        prefetch(counts, row * BUCKETS + lowest_bit(going))


@kernel
def window_clear(windows: NDArray[Any], counts: NDArray[Any], row: int) -> None:
    """Forget all that was counted."""
    windows[row]["filled"] = 0
    windows[row]["total"] = 0
    for place in range(BUCKETS):
        counts[row, place] = 0


@kernel
def _bucket(tick: int, bucket_ms: int) -> int:
    """Return the number of the bucket a tick lies in."""
    return quotient(tick, bucket_ms) if tick >= 0 else tick // bucket_ms


@kernel
def _place(bucket: int) -> int:
    """Return where in its row a bucket is counted."""
    return remainder(bucket + _EARLIER, BUCKETS)


@kernel
def _advance(window: Any, counts: NDArray[Any], row: int, bucket: int) -> None:
    """Make a bucket the newest one and clear those that fell out of the window."""
    if bucket == np.int64(window["head"]):
        return
    going = _going(window, bucket)
    window["filled"] = np.uint64(window["filled"]) & ~going
    while going != 0:
        place = lowest_bit(going)
        window["total"] -= counts[row, place]
        counts[row, place] = 0
        going &= going - _ONE
    window["head"] = bucket


@kernel
def _going(window: Any, bucket: int) -> Any:
    """Bits of the filled places that leave a window once a bucket is its newest."""
    filled = np.uint64(window["filled"])
    passed = bucket - np.int64(window["head"])
    # A row that was never used may have any head, also a later one: nothing in it is filled.
    if filled == 0 or passed >= BUCKETS:
        return filled
    run = (_ONE << np.uint64(passed)) - _ONE
    first = _place(bucket - passed + 1)
    return filled & ((run << np.uint64(first)) | (run >> np.uint64(BUCKETS - first)))
