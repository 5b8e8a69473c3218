"""Indexed binary min-heaps, which tell the member of a pool that is free first.

A pool is a stretch ``heap[lo : lo + n]`` of one array that holds the ids of its members; `key` and
`pos` are indexed by id and shared by all pools. The top is the member with the least (key, id), so
that equal keys are decided by number and never by history. All kernels are O(log n) but
:func:`heap_build`, O(n), and :func:`heap_top`, O(1).

Arrays: `heap` int32 (ids), `pos` int32 (place of each id in `heap`, -1 for one that is in no
pool), `key` int64.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.jit import kernel


@kernel
def heap_build(heap: NDArray[Any], pos: NDArray[Any], key: NDArray[Any], lo: int, n: int) -> None:
    """Order a pool whose ids stand in ``heap[lo : lo + n]`` in any order, and set their `pos`."""
    for place in range(lo, lo + n):
        pos[heap[place]] = place
    for offset in range((n >> 1) - 1, -1, -1):
        _sink(heap, pos, key, lo, n, lo + offset)


@kernel
def heap_top(heap: NDArray[Any], lo: int, n: int) -> int:
    """Return the id with the least (key, id) of a pool, or -1 if the pool is empty."""
    if n <= 0:
        return -1
    return np.int64(heap[lo])


@kernel
def heap_update(
    heap: NDArray[Any], pos: NDArray[Any], key: NDArray[Any], lo: int, n: int, member: int
) -> None:
    """Put a member of the pool in its place after its key was changed, up or down."""
    place = np.int64(pos[member])
    above = np.int64(heap[lo + ((place - lo - 1) >> 1)]) if place > lo else member
    if _comes_first(key, member, above):
        _rise(heap, pos, key, lo, place, lo)
    else:
        _sink(heap, pos, key, lo, n, place)


@kernel
def heap_add(
    heap: NDArray[Any], pos: NDArray[Any], key: NDArray[Any], lo: int, n: int, member: int
) -> int:
    """Add an id that is in no pool; return the new `n`. ``heap[lo + n]`` must be the pool's."""
    heap[lo + n] = member
    pos[member] = lo + n
    _rise(heap, pos, key, lo, lo + n, lo)
    return n + 1


@kernel
def heap_drop(
    heap: NDArray[Any], pos: NDArray[Any], key: NDArray[Any], lo: int, n: int, member: int
) -> int:
    """Take a member out of the pool, wherever it stands; return the new `n`."""
    place = np.int64(pos[member])
    last = np.int64(heap[lo + n - 1])
    pos[member] = -1
    if last != member:
        heap[place] = last
        pos[last] = place
        heap_update(heap, pos, key, lo, n - 1, last)
    return n - 1


@kernel
def _comes_first(key: NDArray[Any], a: int, b: int) -> bool:
    # no short cut: which comes first is a coin's throw, and a branch on it costs more than both
    return bool((key[a] < key[b]) | ((key[a] == key[b]) & (a < b)))


@kernel
def _rise(
    heap: NDArray[Any], pos: NDArray[Any], key: NDArray[Any], lo: int, place: int, top: int
) -> None:
    """Move what stands at a place towards a place `top` until its parent comes before it."""
    member = np.int64(heap[place])
    while place > top:
        above = lo + ((place - lo - 1) >> 1)
        parent = np.int64(heap[above])
        if not _comes_first(key, member, parent):
            break
        heap[place] = parent
        pos[parent] = place
        place = above
    heap[place] = member
    pos[member] = place


@kernel
def _sink(
    heap: NDArray[Any], pos: NDArray[Any], key: NDArray[Any], lo: int, n: int, place: int
) -> None:
    """Move what stands at a place away from the top until it comes before its children.

    The first children move up all the way to the bottom, and it rises again from there: it mostly
    belongs there, as who has just called is free last.
    """
    member = np.int64(heap[place])
    top = place
    while True:
        below = lo + 2 * (place - lo) + 1
        if below + 1 >= lo + n:
            break
        below += _comes_first(key, heap[below + 1], heap[below])
        child = np.int64(heap[below])
        heap[place] = child
        pos[child] = place
        place = below
    if below < lo + n:  # a last child without a neighbour
        child = np.int64(heap[below])
        heap[place] = child
        pos[child] = place
        place = below
    heap[place] = member
    _rise(heap, pos, key, lo, place, top)


def check_heap(heap: NDArray[Any], pos: NDArray[Any], key: NDArray[Any], lo: int, n: int) -> None:
    """Raise AssertionError, with the state, if a pool is out of order. For tests; O(n)."""
    members = heap[lo : lo + n].tolist()
    state = f"members {members}, keys {[int(key[m]) for m in members]}"
    if len(set(members)) != n:
        raise AssertionError(f"a member stands twice: {state}")
    for offset, member in enumerate(members):
        if int(pos[member]) != lo + offset:
            raise AssertionError(f"pos of {member} is {pos[member]}, not {lo + offset}: {state}")
        parent = members[(offset - 1) >> 1] if offset else member
        if (key[parent], parent) > (key[member], member):
            raise AssertionError(f"{parent} stands above {member}: {state}")
