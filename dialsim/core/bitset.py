"""Four sets of numbers in one: an exact paged bitset with four bits per number.

The numbers are dense indices from 0 up; one probe answers for all four sets, the *lanes*, with one
cache line. Between a number and its half byte stand two levels: `top` has a row for 2^26 numbers
and names a *leaf*; a leaf names a *page* for each of its stretches; a page holds the half bytes.
Leaves and pages are made where a number is, so that empty space costs nothing. Leaf 0 and page 0
are those of numbers nobody added: all zero for ever, so that a probe never asks whether a page is
there.

A page costs its bytes for the first number in it, and numbers of a registry lie far apart: large
pages waste what lies between them, small ones need a large directory. The more numbers there are,
the smaller are pages (:func:`page_bits_of`): five million strewn over China's five thousand million
mobiles take 460 MB in pages of 64 B, where pages of 512 B take 1.6 GB and an array without any
directory 2.5 GB; and what is smaller is probed faster.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.bits import ONE
from dialsim.core.prefetch import prefetch
from dialsim.errors import CapacityError
from dialsim.jit.decorator import kernel
from dialsim.jit.frame import frame
from dialsim.messages.text import message

LANES = 4
TOP_BITS = 26
SPREAD_OVER = 5_000_000_000
"""Over how many numbers those of a registry lie strewn: about as many mobiles China has."""
LEAST_PAGE_BITS = 5
MOST_PAGE_BITS = 16
USUAL_PAGE_BITS = 10  # where nobody knows how many numbers there will be

MOST_RESERVED = 1 << 31
"""Bytes of pages reserved before the first number is there."""

# How many probes ahead memory is asked for; from 16 on it makes little difference.
_AHEAD = 32

_TWO = np.uint64(2)
_HALF_BYTE = np.uint64(15)
_TOP = np.uint64(TOP_BITS)
_IN_TOP = np.uint64((1 << TOP_BITS) - 1)

BITSET_SIZES = np.dtype(
    [
        ("space", "i8"),  # numbers are 0 to space - 1
        ("page_bits", "i8"),  # a page holds 2 ** page_bits numbers
        ("leaves", "i8"),  # rows of `leaves` in use, the empty one included
        ("pages", "i8"),  # rows of `pages` in use, the empty one included
    ],
    align=True,
)
"""The sizes of a bitset."""


@frame
class Bitset(NamedTuple):
    """Four exact sets over one space; made by :func:`make_bitset`."""

    top: NDArray[Any]  # int32: leaf of each 2^26 numbers, 0 none; the last is none for ever
    leaves: NDArray[Any]  # int32, flat rows of 2^(26 - page_bits): page of each stretch, 0 none
    pages: NDArray[Any]  # uint8, flat rows of 2^(page_bits - 1): half bytes, even number low
    counts: NDArray[Any]  # int64[4]: numbers in each lane
    sizes: NDArray[Any]  # BITSET_SIZES[1]


def make_bitset(space: int, numbers: int = 0, page_bits: int | None = None) -> Bitset:
    """Return four empty sets.

    Parameters
    ----------
    space
        The sets hold numbers from 0 to ``space - 1``.
    numbers
        An upper bound of how many will be added, 0 if nobody knows. It decides the pages' size
        and reserves their room at once; beyond it the room is doubled when it is full.
    page_bits
        Numbers in a page as a power of two, 1 to 26; absent: :func:`page_bits_of` `numbers`.

    Notes
    -----
    Costs address space, not memory: what is never touched is never given by the system.

    Examples
    --------
    >>> bits = bitset_add(make_bitset(10**12), np.array([5, 999_999_999_999]), lane=2)
    >>> probe_bitset(bits, np.array([4, 5, -1, 999_999_999_999])).tolist()
    [0, 4, 0, 4]
    """
    if page_bits is None:
        page_bits = page_bits_of(numbers)
    rows = (space >> TOP_BITS) + 1
    sizes = np.zeros(1, BITSET_SIZES)
    sizes[0] = (space, page_bits, 1, 1)
    pages = min((space >> page_bits) + 1, numbers, MOST_RESERVED >> (page_bits - 1))
    return Bitset(
        top=_zeros(rows + 1, np.int32),
        leaves=_zeros(2 << (TOP_BITS - page_bits), np.int32),
        pages=_reserved(1 + pages, 1 << (page_bits - 1)),
        counts=np.zeros(LANES, np.int64),
        sizes=sizes,
    )


def page_bits_of(numbers: int) -> int:
    """Return the page size for so many numbers, as a power of two of numbers.

    Pages of 2^b numbers take 2^b / 2 bytes for each number that is there, their directory four
    bytes for each 2^b of the space. Where both are the same they take least. Here they are a power
    up: a quarter more, half at most, and probed fastest, since more of the directory stays in the
    cache. Of more numbers than there are pages of the least size most pages exist: they are large
    then, and the directory is nothing.

    Examples
    --------
    >>> [page_bits_of(numbers) for numbers in (2, 100_000, 1_000_000, 5_000_000, 100_000_000)]
    [16, 10, 9, 7, 5]
    >>> page_bits_of(200_000_000), page_bits_of(0)
    (16, 10)
    """
    if numbers == 0:
        return USUAL_PAGE_BITS
    if numbers << LEAST_PAGE_BITS > SPREAD_OVER:
        return MOST_PAGE_BITS
    least = math.log2(8 * SPREAD_OVER / numbers) / 2
    return min(max(round(least + 1), LEAST_PAGE_BITS), MOST_PAGE_BITS)


def bitset_add(bits: Bitset, index: NDArray[np.int64], lane: int) -> Bitset:
    """Add numbers to one lane and return the resulting bitset.

    Parameters
    ----------
    bits
        Not to be used any more: the result may share its arrays, or have larger ones.
    index
        int64; below 0 stands for no number and is left out. A number may come twice.
    lane
        0 to 3.

    Raises
    ------
    IndexError
        A number lies beyond the space, or there is no such lane.
    CapacityError
        The machine has no room for the pages.
    """
    space = int(bits.sizes[0]["space"])
    if not 0 <= lane < LANES:
        raise IndexError(f"lane {lane} is none of 0 to {LANES - 1}")
    if len(index) and int(index.max()) >= space:
        raise IndexError(f"number {int(index.max())} lies beyond the space of {space}")
    index = np.ascontiguousarray(index, np.int64)
    done = 0
    while (done := int(add_while_room(bits, index, lane, done))) < len(index):
        bits = _grown(bits)
    return bits


def probe_bitset(bits: Bitset, index: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the lanes of each number, bit ``1 << lane``; 0 for an index below 0."""
    out = np.zeros(len(index), np.uint8)
    bitset_probe(bits, np.ascontiguousarray(index, np.int64), np.zeros(2 * _AHEAD, np.uint64), out)
    return out


def bitset_bytes(bits: Bitset) -> int:
    """Return the bytes that the used leaves and pages occupy."""
    sizes = bits.sizes[0]
    page_bits = int(sizes["page_bits"])
    leaves = int(sizes["leaves"]) << (TOP_BITS - page_bits + 2)
    return leaves + (int(sizes["pages"]) << (page_bits - 1))


@kernel
def bitset_probe(
    bits: Bitset, index: NDArray[Any], places: NDArray[Any], out: NDArray[Any]
) -> None:
    """Write the lanes of each number to `out` (uint8); 0 for an index outside the space.

    Two things may be far away: the leaf's entry and the page's byte. Both are asked for while
    earlier numbers are answered; where they are stands in `places` (uint64[2 * _AHEAD]) until it is
    their turn.
    """
    page_bits = np.uint64(bits.sizes[0]["page_bits"])
    count = index.shape[0]
    turn = 2 * _AHEAD - 1
    for i in range(count + 2 * _AHEAD):
        answered = i - 2 * _AHEAD
        if answered >= 0:
            byte = np.uint64(bits.pages[places[i & turn]])
            out[answered] = np.uint8((byte >> _shift(index[answered])) & _HALF_BYTE)
        if i < count:
            place = _leaf_place(bits, index[i], page_bits)
            places[i & turn] = place
            prefetch(bits.leaves, place)
        paged = i - _AHEAD
        if 0 <= paged < count:
            place = _in_page(bits, places[paged & turn], index[paged], page_bits)
            places[paged & turn] = place
            prefetch(bits.pages, place)


@kernel
def add_while_room(bits: Bitset, index: NDArray[Any], lane: int, start: int) -> int:
    """Add ``index[start:]`` to a lane as long as there is room; return how far it came."""
    page_bits = np.uint64(bits.sizes[0]["page_bits"])
    last = index.shape[0] - 1
    for i in range(start, index.shape[0]):
        prefetch(bits.leaves, _leaf_place(bits, index[min(i + 2 * _AHEAD, last)], page_bits))
        prefetch(bits.pages, _byte_place(bits, index[min(i + _AHEAD, last)], page_bits))
        if index[i] < 0:
            continue
        if not _make_page(bits, index[i], page_bits):
            return i
        place = _byte_place(bits, index[i], page_bits)
        byte = np.uint64(bits.pages[place])
        bit = (ONE << np.uint64(lane)) << _shift(index[i])
        if byte & bit == np.uint64(0):
            bits.counts[lane] += 1
            bits.pages[place] = np.uint8(byte | bit)
    return index.shape[0]


@kernel
def _make_page(bits: Bitset, number: int, page_bits: np.uint64) -> bool:
    """See to it that a number's page is there; False if there is no room for it."""
    sizes = bits.sizes[0]
    row = np.uint64(number) >> _TOP
    if bits.top[row] == 0:
        if (sizes["leaves"] << (TOP_BITS - sizes["page_bits"])) >= bits.leaves.shape[0]:
            return False
        bits.top[row] = sizes["leaves"]
        sizes["leaves"] += 1
    place = _leaf_place(bits, number, page_bits)
    if bits.leaves[place] == 0:
        if (sizes["pages"] << (sizes["page_bits"] - 1)) >= bits.pages.shape[0]:
            return False
        bits.leaves[place] = sizes["pages"]
        sizes["pages"] += 1
    return True


@kernel
def _leaf_place(bits: Bitset, number: int, page_bits: np.uint64) -> np.uint64:
    """Return where in `leaves` a number's page is named; outside the space: in the empty leaf."""
    row = np.uint64(number) >> _TOP  # below 0: far beyond the last
    last = np.uint64(bits.top.shape[0] - 1)
    leaf = np.uint64(bits.top[min(row, last)])
    return (leaf << (_TOP - page_bits)) | ((np.uint64(number) & _IN_TOP) >> page_bits)


@kernel
def _byte_place(bits: Bitset, number: int, page_bits: np.uint64) -> np.uint64:
    """Return where in `pages` a number's byte is."""
    return _in_page(bits, _leaf_place(bits, number, page_bits), number, page_bits)


@kernel
def _in_page(bits: Bitset, leaf_place: np.uint64, number: int, page_bits: np.uint64) -> np.uint64:
    """Return where in `pages` a number's byte is whose page is named at a place in `leaves`."""
    page = np.uint64(bits.leaves[leaf_place])
    within = np.uint64(number) & ((ONE << page_bits) - ONE)
    return (page << (page_bits - ONE)) | (within >> ONE)


@kernel
def _shift(number: int) -> np.uint64:
    """Return how far up in its byte a number's half byte stands: 0 or 4."""
    return (np.uint64(number) & ONE) << _TWO


def _grown(bits: Bitset) -> Bitset:
    """Return the bitset with twice the room for leaves or pages, whichever is full."""
    sizes = bits.sizes[0]
    leaves, pages = bits.leaves, bits.pages
    if int(sizes["leaves"]) << (TOP_BITS - int(sizes["page_bits"])) >= len(leaves):
        leaves = _zeros(2 * len(leaves), np.int32)
        leaves[: len(bits.leaves)] = bits.leaves
    if int(sizes["pages"]) << (int(sizes["page_bits"]) - 1) >= len(pages):
        pages = _zeros(2 * len(pages), np.uint8)
        pages[: len(bits.pages)] = bits.pages
    return bits._replace(leaves=leaves, pages=pages)


def _reserved(rows: int, row_bytes: int) -> NDArray[Any]:
    """Return room for so many rows, or for a few if memory for more cannot be reserved."""
    try:
        return np.zeros(rows * row_bytes, np.uint8)
    except MemoryError:
        return _zeros(min(rows, 4) * row_bytes, np.uint8)


def _zeros(count: int, kind: type[np.generic]) -> NDArray[Any]:
    try:
        return np.zeros(count, kind)
    except MemoryError:
        figure = message("{size} bytes for numbers that may not be called").filled(
            size=f"{count * np.dtype(kind).itemsize:,}"
        )
        raise CapacityError(message("memory"), figure, "registries") from None


def check_bitset(bits: Bitset) -> None:
    """Raise AssertionError unless the bitset is sound: for tests, O(size)."""
    sizes = bits.sizes[0]
    page_bits = int(sizes["page_bits"])
    leaf_row, page_row = 1 << (TOP_BITS - page_bits), 1 << (page_bits - 1)
    assert bits.top[-1] == 0
    assert not bits.leaves[:leaf_row].any()
    assert not bits.pages[:page_row].any()
    for names, used in ((bits.top, sizes["leaves"]), (bits.leaves, sizes["pages"])):
        assert sorted(names[names > 0].tolist()) == list(range(1, int(used)))
    assert not bits.leaves[int(sizes["leaves"]) * leaf_row :].any()
    assert not bits.pages[int(sizes["pages"]) * page_row :].any()
    for lane in range(LANES):
        low = (bits.pages >> lane) & 1
        high = (bits.pages >> (lane + 4)) & 1
        assert int(low.sum(dtype=np.int64) + high.sum(dtype=np.int64)) == int(bits.counts[lane])
