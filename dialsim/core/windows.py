"""Counters over a rolling window of 60 buckets.

One row counts what happened in the current bucket and the 59 before it: an hour in minutes, or a
day in buckets of 24 minutes. It is exact to a bucket; limits that must be exact to a tick keep a
ring of times instead.

Arrays, one row an owner and window: `counts` int32 (rows, 60), `heads` int64 (rows): number of
the newest bucket, ``tick // bucket_ms``; `totals` int32 (rows): sum of `counts`. A row of zeros
is a row that has counted nothing, whatever its head. Ticks of one row never go back; they may be
negative.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.jit import kernel

BUCKETS = 60


@kernel
def window_add(
    counts: NDArray[Any],
    heads: NDArray[Any],
    totals: NDArray[Any],
    row: int,
    tick: int,
    bucket_ms: int,
    amount: int,
) -> None:
    """Count `amount` at a tick; O(1), or the number of buckets since the last call if that is more.

    A negative amount takes back what was counted in the same bucket.
    """
    _advance(counts, heads, totals, row, tick // bucket_ms)
    counts[row, np.int64(heads[row]) % BUCKETS] += amount
    totals[row] += amount


@kernel
def window_total(
    counts: NDArray[Any],
    heads: NDArray[Any],
    totals: NDArray[Any],
    row: int,
    tick: int,
    bucket_ms: int,
) -> int:
    """Return what was counted in the window that ends with a tick's bucket, and forget the rest."""
    _advance(counts, heads, totals, row, tick // bucket_ms)
    return np.int64(totals[row])


@kernel
def _advance(
    counts: NDArray[Any], heads: NDArray[Any], totals: NDArray[Any], row: int, bucket: int
) -> None:
    """Make a bucket the newest one and clear those that fell out of the window."""
    head = np.int64(heads[row])
    if bucket == head:
        return
    if totals[row] != 0:
        # A row that was never used may have any head, also a later one: it is all zeros.
        if bucket - head >= BUCKETS:
            for place in range(BUCKETS):
                counts[row, place] = 0
            totals[row] = 0
        else:
            for passed in range(head + 1, bucket + 1):
                totals[row] -= counts[row, passed % BUCKETS]
                counts[row, passed % BUCKETS] = 0
    heads[row] = bucket
