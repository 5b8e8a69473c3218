"""Indexed 8-ary heaps: the members of a pool that are not in its lane.

A heap is a stretch ``heap[lo : lo + n]`` of one array that holds its members as entries, key and id
in one number (:func:`entry_of`); `key` and `pos` are indexed by id and shared by all heaps. The top
is the member with the least (key, id), so that equal keys are decided by number and never by
history. Its place is the heap's first. All kernels are O(log n).

The eight children of a place lie side by side, 64 bytes in all: one level costs a wait for memory
at most, and a hundred thousand members stand on six levels. With ids alone in the heap, and two
children, it was seventeen levels of two waits each.

Arrays: `heap` int64 (entries), `pos` int32 (place of each id in `heap`, -1 for one that is in no
heap), `key` int64, not below -2^43; those from 2^43 - 1 on (278 years in ms) count as equal. Ids
are below 2^20. In a heap that begins one place before a line of memory (:func:`heap_from`) all
children of a place lie in one line.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.jit.decorator import kernel

CHILDREN = 8
ID_BITS = 20
ID_MASK = (1 << ID_BITS) - 1
LAST_KEY = (1 << 63 - ID_BITS) - 1


@kernel
def entry_of(key: int, member: int) -> int:
    """Return what stands in a heap for an id: key and id in one number, ordered as both are."""
    return (min(np.int64(key), LAST_KEY) << ID_BITS) | member


def heap_from(place: int) -> int:
    """Return the first valid start of a heap at or after a place in the array.

    Examples
    --------
    >>> [heap_from(place) for place in (0, 7, 8)]
    [7, 7, 15]
    """
    return -(-(place + 1) // CHILDREN) * CHILDREN - 1


@kernel
def heap_add(
    heap: NDArray[Any], pos: NDArray[Any], key: NDArray[Any], lo: int, n: int, member: int
) -> int:
    """Add an id that is in no heap; return the new `n`. ``heap[lo + n]`` must be the heap's."""
    heap[lo + n] = entry_of(np.int64(key[member]), member)
    _rise(heap, pos, lo, lo + n)
    return n + 1


@kernel
def heap_drop(
    heap: NDArray[Any], pos: NDArray[Any], key: NDArray[Any], lo: int, n: int, member: int
) -> int:
    """Take a member out of the heap, wherever it stands; return the new `n`."""
    place = np.int64(pos[member])
    last = np.int64(heap[lo + n - 1]) & ID_MASK
    pos[member] = -1
    if last != member:
        heap[place] = entry_of(np.int64(key[last]), last)
        pos[last] = place
        _rise(heap, pos, lo, place)
        _sink(heap, pos, lo, n - 1, np.int64(pos[last]))
    return n - 1


@kernel
def _lesser(place: int, entry: int, other: int, theirs: int) -> tuple[int, int]:
    """Of two places and what stands there, the lesser.

    Without a branch: which comes first is a coin's throw, and one taken wrong costs more than both.
    """
    return (place if entry < theirs else other), min(entry, theirs)


@kernel
def _least_of_eight(heap: NDArray[Any], below: int) -> tuple[int, int]:
    """Place of the least of eight side by side, and what stands there: found in three rounds."""
    entries = (
        np.int64(heap[below]),
        np.int64(heap[below + 1]),
        np.int64(heap[below + 2]),
        np.int64(heap[below + 3]),
        np.int64(heap[below + 4]),
        np.int64(heap[below + 5]),
        np.int64(heap[below + 6]),
        np.int64(heap[below + 7]),
    )
    a, a_entry = _lesser(below, entries[0], below + 1, entries[1])
    b, b_entry = _lesser(below + 2, entries[2], below + 3, entries[3])
    c, c_entry = _lesser(below + 4, entries[4], below + 5, entries[5])
    d, d_entry = _lesser(below + 6, entries[6], below + 7, entries[7])
    a, a_entry = _lesser(a, a_entry, b, b_entry)
    c, c_entry = _lesser(c, c_entry, d, d_entry)
    return _lesser(a, a_entry, c, c_entry)


@kernel
def _rise(heap: NDArray[Any], pos: NDArray[Any], lo: int, place: int) -> None:
    """Move what stands at a place towards the top until its parent comes before it."""
    entry = np.int64(heap[place])
    while place > lo:
        above = lo + (place - lo - 1) // CHILDREN
        parent = np.int64(heap[above])
        if parent < entry:
            break
        heap[place] = parent
        pos[parent & ID_MASK] = place
        place = above
    heap[place] = entry
    pos[entry & ID_MASK] = place


@kernel(inlined=True)
def _sink(heap: NDArray[Any], pos: NDArray[Any], lo: int, n: int, place: int) -> None:
    """Move what stands at a place away from the top until it comes before its children."""
    entry = np.int64(heap[place])
    end = lo + n
    while True:
        below = lo + CHILDREN * (place - lo) + 1
        if below >= end:
            break
        if below + CHILDREN <= end:
            first, least = _least_of_eight(heap, below)
        else:
            first, least = below, np.int64(heap[below])
            for other in range(below + 1, end):
                first, least = _lesser(first, least, other, np.int64(heap[other]))
        if entry < least:
            break
        heap[place] = least
        pos[least & ID_MASK] = place
        place = first
    heap[place] = entry
    pos[entry & ID_MASK] = place


def check_heap(heap: NDArray[Any], pos: NDArray[Any], key: NDArray[Any], lo: int, n: int) -> None:
    """Raise AssertionError, with the state, if a heap is out of order. For tests; O(n)."""
    members = [int(entry) & ID_MASK for entry in heap[lo : lo + n]]
    state = f"members {members}, keys {[int(key[m]) for m in members]}"
    if len(set(members)) != n:
        raise AssertionError(f"a member stands twice: {state}")
    for offset, member in enumerate(members):
        if int(heap[lo + offset]) != (min(int(key[member]), LAST_KEY) << ID_BITS) | member:
            raise AssertionError(f"the entry of {member} has another key: {state}")
        if int(pos[member]) != lo + offset:
            raise AssertionError(f"pos of {member} is {pos[member]}, not {lo + offset}: {state}")
        parent = members[(offset - 1) // CHILDREN] if offset else member
        if (key[parent], parent) > (key[member], member):
            raise AssertionError(f"{parent} stands above {member}: {state}")
