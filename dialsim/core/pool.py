"""Priority pools for keys that mostly rise: a sorted lane and a heap.

A caller ID that was just dialled from is free again later than nearly every other: whoever goes
out at the front comes back at the end. The members of a pool therefore stand in its *lane*, a ring
of entries (:func:`dialsim.core.heap.entry_of`) in rising order: out of it and in again is a few
instructions, and memory is read and written in sequence, where a heap of a hundred thousand sinks
six levels at random. Who would come before the lane's last waits in the pool's heap instead, and
so do a few of the last themselves where they stand too far ahead, so that one key in the far future
does not bar the lane for all others. Both are in order, so the first is the lesser of two. Who has
the last's key and a lower id is let in before the few it comes before: several dials of one tick go
once round the numbers, and the heap would hold them for a whole turn.

Order is that of the heap: the least (key, id), whatever happened before. All kernels are O(1) for a
member of the lane that comes to its end, on average, and O(log n) otherwise; nothing is allocated.

Who leaves the lane from its middle leaves a gap, which is skipped as it comes to the front. A ring
has at least twice as many places as the pool may have members: when it is full, half of it are
gaps, and it is closed up. The first and the last of a lane are never gaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.aligned import aligned_zeros
from dialsim.core.heap import (
    ID_BITS,
    ID_MASK,
    LAST_KEY,
    check_heap,
    entry_of,
    heap_add,
    heap_drop,
    heap_from,
)
from dialsim.core.prefetch import prefetch_near
from dialsim.jit.decorator import kernel
from dialsim.jit.frame import frame
from dialsim.jit.specialise import grant_lengths

NOBODY = (1 << 63) - 1
"""An entry behind all others, of no member: a gap, or the top of an empty pool."""
NONE_YET = -(1 << 63)
"""An entry before all others, of no member: the last of an empty lane."""
AHEAD = 12  # entries of a lane
FEW = 8  # entries at most that make way at the end of a lane for one that comes before them

POOL = np.dtype(
    [
        ("top", "<i8"),  # the pool's least entry, NOBODY if it is empty
        ("last", "<i8"),  # the lane's last entry, NONE_YET if it is empty
        ("begin", "<i8"),  # number of the lane's first, which counts on for ever ...
        ("end", "<i8"),  # ... and the number behind its last's
        ("lane", "<i8"),  # place where its ring begins, behind its heap
        ("mask", "<i8"),  # places of the ring, a power of two, less one
        ("heap", "<i8"),  # place where its heap begins
        ("heaped", "<i8"),  # members in the heap
    ],
    align=True,
)


@frame
class Pools(NamedTuple):
    """The arrays of several pools; a copy of them is a copy of the pools.

    An id is in one pool of each track at most. Its keys are the caller's own: ``key``, int64
    (tracks, ids), above -2^43, those from 2^43 - 1 on counted as equal. Ids are below 2^20 - 1.

    Attributes
    ----------
    pools
        :data:`POOL` records (tracks, pools).
    entries
        int64 (places): of each pool its heap and, behind that, its lane; track by track.
    pos
        int32 (tracks, ids): place of each id in `entries`, -1 for one that is in no pool.
    """

    pools: NDArray[Any]
    entries: NDArray[Any]
    pos: NDArray[Any]


grant_lengths("usual", Pools, pools=(1, None), pos=(1, None))  # one track


def make_pools(tracks: int, sizes: Sequence[int]) -> Pools:
    """Return empty pools, the same in each track, for ids from 0 on.

    Costs 28 to 44 bytes an id and track; what is not used of it is not touched.

    Parameters
    ----------
    sizes
        Members each pool may have at most, one or more.
    """
    pools = np.zeros((tracks, len(sizes)), POOL)
    pools["top"], pools["last"] = NOBODY, NONE_YET
    place = 0
    for track, row in np.ndindex(pools.shape):
        pool, size = pools[track, row], sizes[row]
        pool["heap"] = heap_from(place)
        pool["lane"] = heap_from(pool["heap"] + size - 1) + 1
        ring = 1 << (2 * size - 1).bit_length()
        pool["mask"] = ring - 1
        place = pool["lane"] + ring
    return Pools(
        pools=pools,
        entries=aligned_zeros(place, np.int64),
        pos=np.full((tracks, sum(sizes)), -1, np.int32),
    )


def pool_build(p: Pools, key: NDArray[Any], track: int, row: int, members: NDArray[Any]) -> None:
    """Replace a pool's members by these, ids in any order, all in its lane.

    O(n log n). Those it had and has no more must be in no other pool of the track.
    """
    pool, pos = p.pools[track, row], p.pos[track]
    for old in _members(p, track, row):
        pos[old] = -1
    ordered = np.sort(np.minimum(key[track, members], LAST_KEY) << ID_BITS | members)
    lane, n = int(pool["lane"]), len(ordered)
    p.entries[lane : lane + n] = ordered
    pos[ordered & ID_MASK] = np.arange(lane, lane + n)
    pool["begin"], pool["end"], pool["heaped"] = 0, n, 0
    pool["top"], pool["last"] = (ordered[0], ordered[-1]) if n else (NOBODY, NONE_YET)


@kernel
def pool_key(p: Pools, track: int, row: int) -> int:
    """Return the key of the top of a pool, LAST_KEY at most, and of an empty pool."""
    return np.int64(p.pools[track, row]["top"]) >> ID_BITS


@kernel
def pool_top(p: Pools, track: int, row: int) -> int:
    """Return the id with the least (key, id) of a pool, or -1 if the pool is empty."""
    return _member(np.int64(p.pools[track, row]["top"]))


@kernel(inlined=True)
def pool_update(p: Pools, key: NDArray[Any], track: int, row: int, member: int) -> None:
    """Put a member of the pool in its place after its key was changed, up or down."""
    pool = p.pools[track, row]
    entry = entry_of(np.int64(key[track, member]), member)
    begin = np.int64(pool["begin"])
    in_order = entry >= pool["last"]
    is_first = p.pos[track, member] == _place(pool, begin)
    if not is_first or not (in_order or _may_let_in(p, pool, entry)):
        _move(p, pool, key, track, member)
        return
    pool["begin"] = _next_in_lane(p, pool, begin)
    if in_order:
        _append(p, pool, track, entry)
    else:
        _let_in(p, pool, track, entry)
    _find_top(p, pool)


@kernel
def pool_add(p: Pools, key: NDArray[Any], track: int, row: int, member: int) -> None:
    """Add an id that is in no pool of the track."""
    pool = p.pools[track, row]
    _enter_heap(p, pool, key, track, member)
    _find_top(p, pool)


@kernel
def pool_drop(p: Pools, key: NDArray[Any], track: int, row: int, member: int) -> None:
    """Take a member out of the pool, wherever it stands."""
    pool = p.pools[track, row]
    _leave(p, pool, key, track, member)
    p.pos[track, member] = -1
    _find_top(p, pool)


@kernel
def pool_soon(p: Pools, track: int, row: int) -> None:
    """Ask for an entry of the lane that will be its first a dozen calls from now.

    A line of memory holds eight, and a round through many members is longer than a cache keeps it.
    """
    pool = p.pools[track, row]
    prefetch_near(p.entries, _place(pool, np.int64(pool["begin"]) + AHEAD))


@kernel
def _member(entry: int) -> int:
    """Whose an entry is; -1: it is a gap."""
    return -1 if entry == NOBODY else entry & ID_MASK


@kernel
def _place(pool: Any, number: int) -> int:
    """Where the lane's entry of a number stands."""
    return np.int64(pool["lane"]) + (number & np.int64(pool["mask"]))


@kernel(inlined=True)
def _next_in_lane(p: Pools, pool: Any, number: int) -> int:
    """Return the number of the entry behind one of the lane, gaps apart; `end`: there is none."""
    number += 1
    while number < pool["end"] and p.entries[_place(pool, number)] == NOBODY:
        number += 1
    return number


@kernel(inlined=True)
def _find_top(p: Pools, pool: Any) -> None:
    """Write down which entry is the pool's least."""
    begin = np.int64(pool["begin"])
    top = np.int64(p.entries[_place(pool, begin)]) if begin < pool["end"] else NOBODY
    if pool["heaped"] > 0:
        top = min(top, np.int64(p.entries[pool["heap"]]))
    pool["top"] = top


@kernel(inlined=True)
def _append(p: Pools, pool: Any, track: int, entry: int) -> None:
    """Put one who stands nowhere at the lane's end, where there is a place."""
    end = np.int64(pool["end"])
    place = _place(pool, end)
    p.entries[place] = entry
    p.pos[track, entry & ID_MASK] = place
    pool["end"] = end + 1
    pool["last"] = entry


@kernel(inlined=False)
def _move(p: Pools, pool: Any, key: NDArray[Any], track: int, member: int) -> None:
    """Put a member in its place, from any to any."""
    entry = entry_of(np.int64(key[track, member]), member)
    _leave(p, pool, key, track, member)
    lets_in = _may_let_in(p, pool, entry)
    if not lets_in:
        _make_way(p, pool, key, track, entry)
    if entry < pool["last"] and not lets_in:
        _enter_heap(p, pool, key, track, member)
    else:
        if np.int64(pool["end"]) - np.int64(pool["begin"]) > pool["mask"]:
            _close_up(p, pool, track)
        if lets_in:
            _let_in(p, pool, track, entry)
        else:
            _append(p, pool, track, entry)
    _find_top(p, pool)


@kernel
def _may_let_in(p: Pools, pool: Any, entry: int) -> bool:
    """Whether an entry comes before a few at the lane's end, all of its own key."""
    last, end = np.int64(pool["last"]), np.int64(pool["end"])
    if entry > last or entry >> ID_BITS != last >> ID_BITS:
        return False
    return end - pool["begin"] <= FEW or p.entries[_place(pool, end - FEW - 1)] < entry


@kernel
def _let_in(p: Pools, pool: Any, track: int, entry: int) -> None:
    """Put one who stands nowhere before those of the lane that come after it, where there is room.

    They and the gaps among them move on by a place.
    """
    begin, number = np.int64(pool["begin"]), np.int64(pool["end"])
    while number > begin:
        other = np.int64(p.entries[_place(pool, number - 1)])
        if other < entry:
            break
        place = _place(pool, number)
        p.entries[place] = other
        if other != NOBODY:
            p.pos[track, other & ID_MASK] = place
        number -= 1
    place = _place(pool, number)
    p.entries[place] = entry
    p.pos[track, entry & ID_MASK] = place
    pool["end"] += 1


@kernel
def _enter_heap(p: Pools, pool: Any, key: NDArray[Any], track: int, member: int) -> None:
    """Put one who stands nowhere in the heap."""
    heap, heaped = np.int64(pool["heap"]), np.int64(pool["heaped"])
    pool["heaped"] = heap_add(p.entries, p.pos[track], key[track], heap, heaped, member)


@kernel
def _leave(p: Pools, pool: Any, key: NDArray[Any], track: int, member: int) -> None:
    """Take a member away from where it stands, which stays written down for it, and the top too."""
    place = np.int64(p.pos[track, member])
    if place < pool["lane"]:
        heap, heaped = np.int64(pool["heap"]), np.int64(pool["heaped"])
        pool["heaped"] = heap_drop(p.entries, p.pos[track], key[track], heap, heaped, member)
        return
    p.entries[place] = NOBODY
    begin, end = np.int64(pool["begin"]), np.int64(pool["end"])
    while begin < end and p.entries[_place(pool, begin)] == NOBODY:
        begin += 1
    while begin < end and p.entries[_place(pool, end - 1)] == NOBODY:
        end -= 1
    pool["begin"], pool["end"] = begin, end
    pool["last"] = p.entries[_place(pool, end - 1)] if begin < end else NONE_YET


@kernel
def _make_way(p: Pools, pool: Any, key: NDArray[Any], track: int, entry: int) -> None:
    """Move those at the lane's end that come after an entry to the heap, a few at most."""
    for _ in range(FEW):
        last = np.int64(pool["last"])
        if last < entry:
            break
        _leave(p, pool, key, track, last & ID_MASK)
        _enter_heap(p, pool, key, track, last & ID_MASK)


@kernel
def _close_up(p: Pools, pool: Any, track: int) -> None:
    """Let all in the lane stand one behind another again, from its first on."""
    end = np.int64(pool["begin"])
    for number in range(end, np.int64(pool["end"])):
        entry = np.int64(p.entries[_place(pool, number)])
        if entry != NOBODY:
            place = _place(pool, end)
            p.entries[place] = entry
            p.pos[track, entry & ID_MASK] = place
            end += 1
    pool["end"] = end


def _members(p: Pools, track: int, row: int) -> list[int]:
    """Return a pool's members: those of its heap, then those of its lane, in stored order."""
    pool, heap = p.pools[track, row], int(p.pools[track, row]["heap"])
    lane = p.entries[_places(pool)]
    both = np.concatenate([p.entries[heap : heap + pool["heaped"]], lane[lane != NOBODY]])
    return (both & ID_MASK).tolist()


def _places(pool: Any) -> NDArray[Any]:
    """Return the places of all lane entries, gaps included, in order."""
    return np.array(pool["lane"] + (np.arange(pool["begin"], pool["end"]) & pool["mask"]))


def check_pool(p: Pools, key: NDArray[Any], track: int, row: int) -> list[int]:
    """Return the members of a pool in order. For tests; O(n log n).

    Raises
    ------
    AssertionError
        If the pool is out of order, with its state.
    """
    pool, keys, pos = p.pools[track, row], np.minimum(key[track], LAST_KEY), p.pos[track]
    heap, heaped = int(pool["heap"]), int(pool["heaped"])
    check_heap(p.entries, pos, keys, heap, heaped)
    members = _members(p, track, row)
    queued = members[heaped:]
    places = _places(pool)
    lane = p.entries[places]
    state = f"{pool}, members {members}, keys {keys[members].tolist()}, lane {lane.tolist()}"
    if len(set(members)) != len(members) or len(places) > pool["mask"] + 1:
        raise AssertionError(f"a member stands twice: {state}")
    if len(lane) and NOBODY in (lane[0], lane[-1]):
        raise AssertionError(f"a gap is first or last: {state}")
    if pos[queued].tolist() != places[lane != NOBODY].tolist():
        raise AssertionError(f"pos of one in the lane is wrong: {state}")
    right = [entry_of(keys[member], member) for member in queued]
    if lane[lane != NOBODY].tolist() != right or right != sorted(right):
        raise AssertionError(f"the lane is out of order: {state}")
    if pool["last"] != max(right, default=NONE_YET):
        raise AssertionError(f"another is the last of the lane: {state}")
    ordered = sorted(members, key=lambda member: (int(keys[member]), member))
    if pool["top"] != (entry_of(keys[ordered[0]], ordered[0]) if ordered else NOBODY):
        raise AssertionError(f"another is the top: {state}")
    return ordered
