"""Asking for memory: an instruction each, of the level that was asked for, and no more."""

from __future__ import annotations

import re
from typing import Any

import numba
import numpy as np
import pytest
from numba.core.errors import TypingError

from dialsim.core.prefetch import prefetch, prefetch_near

RECORD = np.dtype([("a", "i8", (9,))])


def ask(array: Any, place: int) -> int:
    prefetch(array, place)
    prefetch_near(array, place, 64)
    return place


@pytest.mark.needs_jit
def test_each_asks_for_its_level_and_changes_nothing() -> None:
    """Locality 2 is the second-level cache, 3 the first."""
    asked = numba.njit(ask)
    for array in (np.arange(12).reshape(3, 4), np.zeros(5, RECORD)):
        before = array.copy()
        assert asked(array, 4) == 4
        assert (array == before).all()
    for code in asked.inspect_llvm().values():
        calls = re.findall(r"call void @llvm\.prefetch\S*\(.*?, i32 0, i32 (\d), i32 1\)", code)
        assert sorted(set(calls)) == ["2", "3"]


@pytest.mark.needs_jit
@pytest.mark.parametrize(("array", "place"), [(3, 4), (np.zeros(3), 1.5)])
def test_only_a_place_in_an_array_is_asked_for(array: Any, place: Any) -> None:
    with pytest.raises(TypingError):
        numba.njit(ask)(array, place)


def test_without_the_compiler_nothing_happens() -> None:
    array = np.arange(3)
    assert ask(array, 99) == 99
    assert array.tolist() == [0, 1, 2]
