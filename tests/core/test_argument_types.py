"""What a kernel is compiled for: plain integers in place of literals and members, in tuples too."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numba
import pytest

from dialsim.jit.argument_types import compiled_for
from dialsim.jit.decorator import kernel

pytestmark = pytest.mark.needs_jit


class Step(IntEnum):
    FIRST = 1
    SECOND = 2


class Place(NamedTuple):
    step: int
    tick: int


class Pair(NamedTuple):
    place: Place
    share: float


TYPES: Any = numba.types
_typeof: Any = numba.typeof
INT = TYPES.int64
NARROW = TYPES.int32


@kernel
def _of_pair(pair: Pair) -> float:
    return pair.place.step * 100 + pair.place.tick + pair.share


@kernel
def _asks(step: int, narrow: int) -> float:
    first = Pair(Place(step, 7), 0.5)
    return float(_of_pair(first) + _of_pair(Pair(Place(Step.SECOND, narrow), 1)))


@pytest.mark.parametrize("given", [INT, TYPES.literal(3), _typeof(Step.FIRST)])
def test_an_integer_of_any_kind_is_one_type(given: Any) -> None:
    assert compiled_for(given) == INT
    assert compiled_for(TYPES.Tuple([given, INT])) == TYPES.UniTuple(INT, 2)


def test_a_named_tuple_keeps_its_name_and_its_items_become_integers() -> None:
    member = _typeof(Step.FIRST)
    given = TYPES.NamedTuple([member, TYPES.literal(4)], Place)
    assert compiled_for(given) == TYPES.NamedUniTuple(INT, 2, Place)


def test_other_types_stay_as_they_are() -> None:
    for each in (TYPES.float64, TYPES.boolean, INT[::1], NARROW):
        assert compiled_for(each) == each


def test_items_of_a_named_tuple_are_cast_when_a_kernel_hands_it_on() -> None:
    """A member, an integer and a whole number in place of a float, in a tuple within a tuple."""
    assert _asks(1, 9) == (100 + 7 + 0.5) + (200 + 9 + 1)
    assert _asks(Step.SECOND, 9) == (200 + 7 + 0.5) + (200 + 9 + 1)
