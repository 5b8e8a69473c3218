"""The paged bitset against four Python sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core import bitset as b
from dialsim.errors import CapacityError

SPACE = 10**12
PAGE, LEAF = 1 << 10, 1 << b.TOP_BITS

# near the borders of half bytes, pages and leaves, far apart, and no number at all
indices = st.one_of(
    st.integers(-3, 5),
    st.integers(PAGE - 2, PAGE + 2),
    st.integers(LEAF - 2, LEAF + 2),
    st.integers(7 * LEAF - 2, 7 * LEAF + 2),
    st.integers(SPACE - 3, SPACE - 1),
    st.integers(0, SPACE - 1),
)
batches = st.lists(st.tuples(st.integers(0, 3), st.lists(indices, max_size=40)), max_size=6)


def expected(sets: list[set[int]], probes: Any) -> list[int]:
    return [sum(1 << lane for lane in range(4) if int(i) in sets[lane]) for i in probes]


@given(
    batches=batches, probes=st.lists(indices, max_size=60), page_bits=st.sampled_from([5, 10, 16])
)
def test_it_equals_four_sets(
    batches: list[tuple[int, list[int]]], probes: list[int], page_bits: int
) -> None:
    bits = b.make_bitset(SPACE, page_bits=page_bits)
    sets: list[set[int]] = [set(), set(), set(), set()]
    for lane, numbers in batches:
        bits = b.bitset_add(bits, np.array(numbers, np.int64), lane)
        sets[lane] |= {n for n in numbers if n >= 0}
        near = [n + step for n in numbers for step in (-1, 0, 1)]
        asked = np.array([*probes, *near], np.int64)
        assert b.probe_bitset(bits, asked).tolist() == expected(sets, asked)
    assert bits.counts.tolist() == [len(s) for s in sets]
    b.check_bitset(bits)


@pytest.mark.parametrize("page_bits", [5, 10, 16, 18])
def test_room_grows_when_the_bound_was_wrong(page_bits: int) -> None:
    """Said to hold one number, given some in each of many leaves."""
    bits = b.make_bitset(1 << 29, 1, page_bits)
    numbers = np.arange(0, 1 << 29, 1 << 26, dtype=np.int64)
    bits = b.bitset_add(bits, np.concatenate([numbers, numbers + 1]), 3)
    assert b.probe_bitset(bits, numbers).tolist() == [8] * len(numbers)
    assert b.probe_bitset(bits, numbers + 2).tolist() == [0] * len(numbers)
    assert bits.counts.tolist() == [0, 0, 0, 2 * len(numbers)]
    b.check_bitset(bits)


def test_empty_sets_and_empty_batches() -> None:
    bits = b.make_bitset(0)
    none = np.zeros(0, np.int64)
    assert b.probe_bitset(bits, none).tolist() == []
    assert b.probe_bitset(bits, np.array([-1, 0, 1, 10**15])).tolist() == [0] * 4
    bits = b.bitset_add(bits, none, 0)
    bits = b.bitset_add(bits, np.array([-1, -(1 << 63)]), 0)
    assert bits.counts.tolist() == [0, 0, 0, 0]
    b.check_bitset(bits)


def test_the_last_number_of_the_space_and_what_lies_beyond() -> None:
    for space in (1, PAGE, LEAF, LEAF + 1):
        bits = b.bitset_add(b.make_bitset(space, 1), np.array([space - 1]), 1)
        asked = np.array([space - 1, space, space + 2 * LEAF, (1 << 63) - 1])
        assert b.probe_bitset(bits, asked).tolist() == [2, 0, 0, 0]
        with pytest.raises(IndexError, match=f"number {space} lies beyond the space of {space}"):
            b.bitset_add(bits, np.array([space]), 1)
        with pytest.raises(IndexError, match="lane 4"):
            b.bitset_add(bits, np.array([0]), 4)


def test_pages_are_smaller_the_more_numbers_there_are() -> None:
    """A thousand numbers strewn over China's mobiles cost 8 KiB each and a directory of 0.3 MB."""
    bits = b.make_bitset(5 * 10**9, 1000)
    bits = b.bitset_add(bits, np.arange(1000, dtype=np.int64) * 5 * 10**6, 0)
    page_bits = int(bits.sizes[0]["page_bits"])
    assert page_bits == b.page_bits_of(1000) == 14
    assert b.bitset_bytes(bits) == (1001 << 13) + 76 * 4 * (LEAF >> 14)


@given(numbers=st.integers(1, 100_000_000))
def test_pages_take_little_more_than_those_of_the_best_size(numbers: int) -> None:
    """Directory and pages of numbers strewn at random, against every other size."""

    def bytes_of(page_bits: int) -> float:
        pages = b.SPREAD_OVER / (1 << page_bits)
        there = pages * -np.expm1(-numbers / pages)
        return float(4 * pages + there * (1 << page_bits) / 2)

    best = min(map(bytes_of, range(1, b.TOP_BITS + 1)))
    assert bytes_of(b.page_bits_of(numbers)) < 1.65 * best


@pytest.mark.parametrize("count", [0, 1, 31, 32, 33, 63, 64, 65, 129])
def test_as_many_are_answered_as_are_asked(count: int) -> None:
    """However many are under way when the last has been asked for."""
    asked = np.arange(count, dtype=np.int64)[::-1].copy()
    bits = b.bitset_add(b.make_bitset(1 << 30), asked[asked % 3 == 0], 1)
    assert b.probe_bitset(bits, asked).tolist() == [2 * (n % 3 == 0) for n in asked.tolist()]


def test_strided_batches_are_taken() -> None:
    numbers = np.arange(20, dtype=np.int64)
    bits = b.bitset_add(b.make_bitset(100), numbers[::2], 0)
    assert b.probe_bitset(bits, numbers[::-1]).tolist() == [0, 1] * 10


def test_no_room_is_said() -> None:
    with pytest.raises(CapacityError, match="bytes for numbers that may not be called"):
        b._zeros(1 << 58, np.uint8)
    assert len(b._reserved(1 << 50, 8)) == 32


def test_a_bound_far_too_high_reserves_little() -> None:
    bits = b.make_bitset(1 << 50, 1 << 50)
    assert bits.pages.nbytes <= b.MOST_RESERVED + (1 << b.MOST_PAGE_BITS)


@pytest.mark.slow_without_jit
def test_many_numbers() -> None:
    rng = np.random.default_rng(5)
    inside = rng.integers(0, 1 << 34, 200_000)
    bits = b.bitset_add(b.make_bitset(1 << 34, len(inside)), inside, 2)
    asked = np.concatenate([inside, rng.integers(0, 1 << 34, 200_000)])
    assert ((b.probe_bitset(bits, asked) == 4) == np.isin(asked, inside)).all()
    assert int(bits.counts[2]) == len(np.unique(inside))
