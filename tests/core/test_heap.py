"""The indexed heap against a sorted list."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.core import heap as h


def pools(keys: list[int], lo: int) -> tuple[Any, Any, Any]:
    """A pool of all ids in reversed order, between strangers that must not be touched."""
    n = len(keys)
    heap = np.full(lo + n + 3, -7, np.int64)
    heap[lo : lo + n] = np.arange(n)[::-1]
    return heap, np.full(n, -1, np.int32), np.array(keys, np.int64)


keys_lists = st.lists(st.integers(-50, 50), min_size=1, max_size=60)


@given(keys=keys_lists, lo=st.integers(0, 5))
def test_it_pops_in_order_of_key_and_id(keys: list[int], lo: int) -> None:
    heap, pos, key = pools(keys, lo)
    n = len(keys)
    h.heap_build(heap, pos, key, lo, n)
    h.check_heap(heap, pos, key, lo, n)
    popped = []
    while n:
        top = h.heap_top(heap, lo, n)
        popped.append(top)
        n = h.heap_drop(heap, pos, key, lo, n, top)
        h.check_heap(heap, pos, key, lo, n)
    assert h.heap_top(heap, lo, n) == -1
    assert popped == sorted(range(len(keys)), key=lambda i: (keys[i], i))
    assert (heap[:lo] == -7).all()
    assert (heap[lo + len(keys) :] == -7).all()


steps = st.lists(
    st.tuples(st.sampled_from(["update", "drop", "add"]), st.integers(0, 59), st.integers(-50, 50)),
    max_size=80,
)


@given(keys=keys_lists, changes=steps)
def test_changes_in_the_middle(keys: list[int], changes: list[tuple[str, int, int]]) -> None:
    lo = 2
    heap, pos, key = pools(keys, lo)
    n = len(keys)
    h.heap_build(heap, pos, key, lo, n)
    inside = set(range(n))
    for what, number, value in changes:
        member = number % len(keys)
        if what == "add" and member not in inside:
            key[member] = value
            n = h.heap_add(heap, pos, key, lo, n, member)
            inside.add(member)
        elif what == "update" and member in inside:
            key[member] = value
            h.heap_update(heap, pos, key, lo, n, member)
        elif what == "drop" and member in inside:
            n = h.heap_drop(heap, pos, key, lo, n, member)
            inside.remove(member)
            assert pos[member] == -1
        h.check_heap(heap, pos, key, lo, n)
        assert n == len(inside)
        expected = min(inside, key=lambda i: (int(key[i]), i), default=-1)
        assert h.heap_top(heap, lo, n) == expected
        behind = min(inside - {expected}, key=lambda i: (int(key[i]), i), default=-1)
        assert h.heap_second(heap, lo, n) == behind


def test_a_member_moves_up_and_down() -> None:
    """From the bottom to the top of three levels and back, from among twenty."""
    heap, pos, key = pools(list(range(100, 120)), 7)
    h.heap_build(heap, pos, key, 7, 20)
    order = []
    for value in (1, 110, 500, 104):
        key[19] = value
        h.heap_update(heap, pos, key, 7, 20, 19)
        h.check_heap(heap, pos, key, 7, 20)
        order.append(int(h.heap_top(heap, 7, 20)))
    assert order == [19, 0, 0, 0]


def test_keys_too_far_to_tell_apart_are_the_last() -> None:
    heap, pos, key = pools([1 << 62, h.LAST_KEY, 5, 1 << 50], 0)
    h.heap_build(heap, pos, key, 0, 4)
    n, order = 4, []
    while n:
        h.check_heap(heap, pos, np.minimum(key, h.LAST_KEY), 0, n)
        order.append(int(h.heap_top(heap, 0, n)))
        n = h.heap_drop(heap, pos, key, 0, n, order[-1])
    assert order == [2, 0, 1, 3]


def test_who_stands_alone_has_nobody_behind() -> None:
    heap, pos, key = pools([3], 0)
    h.heap_build(heap, pos, key, 0, 1)
    assert (h.heap_top(heap, 0, 1), h.heap_second(heap, 0, 1)) == (0, -1)
    assert h.heap_key(heap, 0) == 3


def swapped(heap: Any, pos: Any, key: Any) -> None:
    """Give the top the greatest key, and write it down everywhere."""
    key[0] = 99
    heap[0] = h.entry_of(key, 0)


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
    h.heap_build(heap, pos, key, 0, 4)
    spoil(heap, pos, key)
    with pytest.raises(AssertionError, match=message):
        h.check_heap(heap, pos, key, 0, 4)
