"""Four counters over one rolling window of 60 buckets, packed together.

They are windows as in :mod:`dialsim.core.windows`, but kept side by side and moved on once. Three
count events, the last is a sum, of seconds for example. Arrays: `windows` FOUR (rows), `counts`
FourCounts (64, rows).

What a bucket has counted, all four, is a word of 32 bits, most of them the sum's. Above each stands
a bit that is never set: one addition counts all four, and what no longer fits shows there. It then
stands in an array of its own, of which as a rule little is ever touched: memory that is new costs
as much as what is done in it. The word of the newest bucket is kept beside the sums, and goes to
the others when the next one begins: most calls touch no more than one line of memory.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.aligned import spread_zeros
from dialsim.core.bits import ONE, lowest_bit
from dialsim.core.windows import NEWEST, PLACES, aged, bucket_of, place_of
from dialsim.jit.decorator import kernel
from dialsim.jit.frame import frame
from dialsim.jit.specialise import grant_lengths

FOUR = np.dtype(
    [
        ("filled", "u8"),  # as in WINDOW: what any of the four was counted in
        ("head", "i4"),
        ("newest", "u4"),  # the word of its bucket
        ("totals", "i4", (4,)),
    ],
    align=True,
)
"""The sums of a window of four counts, and where it stands (32 bytes)."""

BITS = (6, 5, 5, 12)
"""Of each count in a word: up to 63, 31, 31 and 4,095."""
B0, B1, B2, B3 = BITS
S1, S2, S3 = B0 + 1, B0 + B1 + 2, B0 + B1 + B2 + 3  # where the others begin
M0, M1, M2, M3 = ((1 << bits) - 1 for bits in BITS)
NO_COUNT = ~(M0 | M1 << S1 | M2 << S2 | M3 << S3)
"""Of a sum of words, the bits that are set only if a count does not fit or is below zero."""
ELSEWHERE = NO_COUNT & (1 << 32) - 1
"""Instead of a word: the four stand elsewhere."""


@frame
class FourCounts(NamedTuple):
    """Counts of all buckets except each row's newest; read with :func:`all_four`.

    Attributes
    ----------
    small
        uint32[64, rows]: four counts in a word, or ELSEWHERE.
    large
        int32[64, rows, 4]: those of which one does not fit, the newest too; else it means nothing.
    """

    small: NDArray[Any]
    large: NDArray[Any]


grant_lengths("usual", FourCounts, small=(PLACES, None), large=(PLACES, None, 4))


def no_four_counts(rows: int) -> FourCounts:
    """Return counts that are all zero."""
    small = spread_zeros((PLACES, rows), np.uint32)
    return FourCounts(small, spread_zeros((PLACES, rows, 4), np.int32))


def all_four(windows: NDArray[Any], counts: FourCounts) -> NDArray[np.int32]:
    """Return the counts of each bucket, int32[64, rows, 4]; O(size).

    >>> windows, counts = np.zeros(1, FOUR), no_four_counts(1)
    >>> for tick, seconds in ((0, 4), (1_000, 3000)):
    ...     _ = four_add(windows, counts, 0, tick, 1_000, (1, 1, 0, seconds))
    >>> all_four(windows, counts)[:2, 0].tolist()
    [[1, 1, 0, 4], [1, 1, 0, 3000]]
    """
    words = counts.small.copy()
    words[windows["head"] % PLACES, np.arange(len(windows))] = windows["newest"]
    words = words[:, :, None]
    parts = (words >> np.uint32([0, S1, S2, S3])) & np.uint32([M0, M1, M2, M3])
    return np.where(words == ELSEWHERE, counts.large, parts.astype(np.int32))


@kernel(inlined=True)
def four_add(
    windows: NDArray[Any], counts: FourCounts, row: int, tick: int, bucket_ms: int, amounts: Any
) -> tuple[int, int, int, int]:
    """Count three times 0 or 1 and an amount, which may be below zero; return the four sums.

    Else as `window_count`.
    """
    window, bucket = windows[row], bucket_of(tick, bucket_ms)
    _advance(window, counts, row, bucket)
    window["filled"] |= NEWEST
    for i in range(4):
        window["totals"][i] += amounts[i]
    newest = np.int64(window["newest"])
    if newest == ELSEWHERE:
        place = place_of(bucket)
        for i in range(4):
            counts.large[place, row, i] += amounts[i]
        return _sums(window)
    word = newest + amounts[0] + (amounts[1] << S1) + (amounts[2] << S2) + (amounts[3] << S3)
    if word & NO_COUNT == 0:
        window["newest"] = word
    else:
        _move_elsewhere(window, counts, row, amounts)
    return _sums(window)


@kernel
def four_totals(
    windows: NDArray[Any], counts: FourCounts, row: int, tick: int, bucket_ms: int
) -> tuple[int, int, int, int]:
    """Return the four sums of the window that ends with a tick's bucket, and forget the rest."""
    window = windows[row]
    _advance(window, counts, row, bucket_of(tick, bucket_ms))
    return _sums(window)


@kernel
def _four(word: int, large: Any) -> tuple[int, int, int, int]:
    """Return what a word, or `large` in its place, has counted."""
    if word == ELSEWHERE:
        return np.int64(large[0]), np.int64(large[1]), np.int64(large[2]), np.int64(large[3])
    return word & M0, word >> S1 & M1, word >> S2 & M2, word >> S3


@kernel(inlined=False)
def _move_elsewhere(window: Any, counts: FourCounts, row: int, amounts: Any) -> None:
    """Count amounts in the newest bucket, whose word has no room for them."""
    place = place_of(np.int64(window["head"]))
    four = _four(np.int64(window["newest"]), counts.large[place, row])
    for i in range(4):
        counts.large[place, row, i] = four[i] + amounts[i]
    window["newest"] = ELSEWHERE


@kernel
def _sums(window: Any) -> tuple[int, int, int, int]:
    """Return the four sums as they stand."""
    totals = window["totals"]
    return np.int64(totals[0]), np.int64(totals[1]), np.int64(totals[2]), np.int64(totals[3])


@kernel
def _advance(window: Any, counts: FourCounts, row: int, bucket: int) -> None:
    """Make a bucket the newest one and clear those that fell out of the window."""
    head, newest = np.int64(window["head"]), np.int64(window["newest"])
    if bucket == head:
        return
    if newest != 0:
        counts.small[place_of(head), row] = newest
        window["newest"] = 0
    stays, goes, youngest = aged(np.uint64(window["filled"]), head, bucket)
    window["filled"] = stays
    window["head"] = bucket
    while goes != 0:
        place = place_of(youngest - lowest_bit(goes))
        four = _four(np.int64(counts.small[place, row]), counts.large[place, row])
        for i in range(4):
            window["totals"][i] -= four[i]
        counts.small[place, row] = 0
        goes &= goes - ONE
