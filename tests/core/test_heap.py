"""The indexed heap against a sorted list."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core import heap as h


def pools(keys: list[int], lo: int) -> tuple[Any, Any, Any]:
    """A pool of all ids, the last put in first, between strangers that must not be touched."""
    heap, pos = np.full(lo + len(keys) + 3, -7, np.int64), np.full(len(keys), -1, np.int32)
    key = np.array(keys, np.int64)
    for n, member in enumerate(reversed(range(len(keys)))):
        assert h.heap_add(heap, pos, key, lo, n, member) == n + 1
    return heap, pos, key


def top_of(heap: Any, lo: int, n: int) -> int:
    return int(heap[lo]) & h.ID_MASK if n else -1


keys_lists = st.lists(st.integers(-50, 50), min_size=1, max_size=60)


@given(keys=keys_lists, lo=st.integers(0, 5))
def test_it_pops_in_order_of_key_and_id(keys: list[int], lo: int) -> None:
    heap, pos, key = pools(keys, lo)
    n = len(keys)
    h.check_heap(heap, pos, key, lo, n)
    popped = []
    while n:
        top = top_of(heap, lo, n)
        popped.append(top)
        n = h.heap_drop(heap, pos, key, lo, n, top)
        h.check_heap(heap, pos, key, lo, n)
    assert top_of(heap, lo, n) == -1
    assert popped == sorted(range(len(keys)), key=lambda i: (keys[i], i))
    assert (heap[:lo] == -7).all()
    assert (heap[lo + len(keys) :] == -7).all()


steps = st.lists(
    st.tuples(st.sampled_from(["change", "drop", "add"]), st.integers(0, 59), st.integers(-50, 50)),
    max_size=80,
)


@given(keys=keys_lists, changes=steps)
def test_changes_in_the_middle(keys: list[int], changes: list[tuple[str, int, int]]) -> None:
    lo = 2
    heap, pos, key = pools(keys, lo)
    n = len(keys)
    inside = set(range(n))
    for what, number, value in changes:
        member = number % len(keys)
        if what == "add" and member not in inside:
            key[member] = value
            n = h.heap_add(heap, pos, key, lo, n, member)
            inside.add(member)
        elif what == "change" and member in inside:
            n = h.heap_drop(heap, pos, key, lo, n, member)
            key[member] = value
            n = h.heap_add(heap, pos, key, lo, n, member)
        elif what == "drop" and member in inside:
            n = h.heap_drop(heap, pos, key, lo, n, member)
            inside.remove(member)
            assert pos[member] == -1
        h.check_heap(heap, pos, key, lo, n)
        assert n == len(inside)
        expected = min(inside, key=lambda i: (int(key[i]), i), default=-1)
        assert top_of(heap, lo, n) == expected


def test_keys_too_far_to_tell_apart_are_the_last() -> None:
    heap, pos, key = pools([1 << 62, h.LAST_KEY, 5, 1 << 50], 0)
    n, order = 4, []
    while n:
        h.check_heap(heap, pos, np.minimum(key, h.LAST_KEY), 0, n)
        order.append(top_of(heap, 0, n))
        n = h.heap_drop(heap, pos, key, 0, n, order[-1])
    assert order == [2, 0, 1, 3]


def swapped(heap: Any, pos: Any, key: Any) -> None:
    """Give the top the greatest key, and write it down everywhere."""
    key[0] = 99
    heap[0] = h.entry_of(99, 0)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda heap, pos, key: heap.__setitem__(3, heap[2]), "stands twice"),
        (lambda heap, pos, key: pos.__setitem__(1, 9), "pos of 1 is 9"),
        (lambda heap, pos, key: key.__setitem__(0, 99), "0 has another key"),
        (swapped, "0 stands above"),
    ],
)
def test_the_check_bites(spoil: Any, message: str) -> None:
    heap, pos, key = pools([1, 2, 3, 4], 0)
    spoil(heap, pos, key)
    with pytest.raises(AssertionError, match=message):
        h.check_heap(heap, pos, key, 0, 4)
