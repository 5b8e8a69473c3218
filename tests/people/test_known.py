"""Tables of numbers and identifiers: against dictionaries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core.rng import wrapping
from dialsim.people.identity_index import kernels, layout
from dialsim.people.identity_index.layout import MOBILES, MOBILES_FROM, MOST_FAR, NUMBER_SLOT, SLOT

LAST_ROW = (1 << 31) - 2
MOBILE = st.integers(MOBILES_FROM, MOBILES_FROM + MOBILES - 1)
EDGES = (1, MOBILES_FROM - 1, MOBILES_FROM, MOBILES_FROM + 1, MOBILES_FROM + MOBILES - 1)
ANY_NUMBER = st.one_of(
    MOBILE,
    st.integers(1, 10**15 - 1),
    st.sampled_from((*EDGES, MOBILES_FROM + MOBILES, MOBILES_FROM + (1 << 33), 10**15 - 1)),
)
ROW = st.one_of(st.integers(0, 40), st.sampled_from([LAST_ROW - 1, LAST_ROW]))
STEPS = st.lists(st.tuples(ANY_NUMBER, ROW, st.sampled_from(["put", "turn over"])), max_size=24)


def told(numbers: Any, far: Any, number: int) -> int:
    """Return the row that a table says of a number."""
    return int(kernels.owner_of_number(numbers, kernels.find_number(numbers, far, number)))


@given(STEPS, st.integers(25, 40))
def test_numbers_are_known_like_those_of_a_dictionary(
    steps: list[tuple[int, int, str]], slots: int
) -> None:
    """Nearly full, of all kinds of numbers; and the same in a larger table."""
    numbers, far = np.zeros(slots, NUMBER_SLOT), np.zeros(26, np.int64)
    known: dict[int, int] = {}
    with wrapping():
        for number, row, step in steps:
            if step == "put" or number not in known:
                kernels.put_number(numbers, far, number, row)
                known.setdefault(number, row)
            else:
                kernels.turn_over(numbers, kernels.find_number(numbers, far, number), row)
                known[number] = row
            assert told(numbers, far, number) == known[number]
        larger = np.zeros(slots + 9, NUMBER_SLOT)
        kernels.refill_numbers(numbers, far, larger)
        for table in (numbers, larger):
            assert {number: told(table, far, number) for number in known} == known
            assert np.count_nonzero(table) == len(known)
            found = [int(kernels.number_in(far, word)) for word in table[table != 0]]
            assert sorted(found) == sorted(known)
        others = [n for n in known if not MOBILES_FROM <= n < MOBILES_FROM + MOBILES]
        assert far[1 : 1 + far[0]].tolist() == others  # known keeps the order in which they came


@given(st.lists(st.tuples(st.integers(1, (1 << 64) - 1), ROW), max_size=24), st.integers(25, 40))
def test_identifiers_are_known_like_those_of_a_dictionary(
    steps: list[tuple[int, int]], slots: int
) -> None:
    """Put once, found in the table and in a larger one."""
    ids = np.zeros(slots, SLOT)
    known: dict[int, int] = {}
    with wrapping():
        for key, row in steps:
            assert kernels.put_id(ids, np.uint64(key), row) == (key not in known)
            known.setdefault(key, row)
        larger = np.zeros(slots + 9, SLOT)
        kernels.refill_ids(ids, larger)
        for table in (ids, larger):
            for key, row in known.items():
                at = kernels.find_id(table, np.uint64(key))
                assert int(kernels.owner_of_id(table, at)) == row
            assert np.count_nonzero(table["key"]) == len(known)


@pytest.mark.parametrize("number", EDGES)
def test_what_nobody_has_is_not_known(number: int) -> None:
    """An empty table, and one that holds the neighbours."""
    numbers, far = np.zeros(16, NUMBER_SLOT), np.zeros(9, np.int64)
    with wrapping():
        assert told(numbers, far, number) == -1
        for other in (number - 1, number + 1, number + MOBILES):
            kernels.put_number(numbers, far, other, 3)
        assert told(numbers, far, number) == -1


def test_constants_of_the_kernels() -> None:
    """Kernels cannot import them; a code and a row + 1 fill a word, and no code is left over."""
    assert kernels.MOBILES_FROM == MOBILES_FROM
    assert kernels.MOBILES == MOBILES
    assert int(kernels.ROW_BITS) == layout.ROW_BITS
    assert int(kernels.ROW_MASK) == (1 << layout.ROW_BITS) - 1 == LAST_ROW + 1
    assert MOBILES + MOST_FAR == 1 << 33
