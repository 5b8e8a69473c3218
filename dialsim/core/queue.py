"""The event queue: a hierarchical timing wheel with intrusive lists.

A node is a number from 0 to n-1 that stands for an owner (a lead, a call, a shift); it waits for
at most one event. The first level has 65,536 slots, one a tick, and holds whoever is due within so
many ticks of the cursor: it is a ring. Three further ones have 256 each, and reach 2**40 ticks (34
years). A tick is written in digits, the lowest of 16 bits, the others of 8: a node that is due
later lies at the level of the highest digit in which its tick differs from the cursor, in the slot
of that digit. As the cursor comes to a slot of a further level, its nodes fall to nearer levels,
before anybody is played who is due in it. Put and remove are O(1), pop O(1) on average, but that it
looks once at each 64 ticks in which nobody is due; nothing is allocated.

Order is total: (tick, kind, node). Nodes that stand for places which others take in turn are
ordered by a rank instead, that of whoever is in the place. A list of the first level holds one tick
only and is sorted when the cursor first reaches it; what is put at that same tick later is inserted
in its place. What is put there while nobody else waits for that tick, as one event calls for
another, lies in no list until a second one comes: it stands alone.

While a node is not in the wheel its links are free: `dialsim.core.queue_fifo` keeps it in lists by
them. How the list of a tick is sorted: `dialsim.core.queue_order`. The arrays, and what they are
read by: `dialsim.core.queue_layout`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.bits import ONE, highest_bit, lowest_bit
from dialsim.core.queue_layout import (
    ALONE,
    COUNT,
    COUNT_BITS,
    CURSOR,
    FAULT,
    HORIZON,
    KIND,
    KINDS,
    LEVELS,
    NEAR,
    NEAR_BITS,
    NO_FAULT,
    NOT_QUEUED,
    PUT_FAR,
    PUT_LATE,
    PUT_TWICE,
    ROW_BITS,
    SLOTS,
    SORTED,
    TAIL,
    Queue,
)
from dialsim.core.queue_order import is_before, sort_slot
from dialsim.core.time_units import NEVER
from dialsim.jit.decorator import kernel

_LOW = NEAR - 1
_WORDS = NEAR >> 6
_ROW, _COUNT = (1 << ROW_BITS) - 1, (1 << COUNT_BITS) - 1
_WINDOW = 256  # ticks: what lies there is told at once


@kernel
def node_due(tick: int, kind: int) -> int:
    """Return the sort key of a tick and a kind: what `due` holds."""
    return tick * KINDS + kind


@kernel
def queue_is_in(q: Queue, node: int) -> bool:
    """Return whether the node waits in the wheel."""
    return bool(q.timers[node]["due"] >= 0)


@kernel
def queue_tick(q: Queue, node: int) -> int:
    """Return the tick of a node that is in the wheel."""
    return np.int64(q.timers[node]["due"]) >> 4


@kernel
def queue_kind(q: Queue, node: int) -> int:
    """Return the kind of a node that is in the wheel."""
    return np.int64(q.timers[node]["due"]) & 15


@kernel
def queue_put(q: Queue, node: int, tick: int, kind: int) -> None:
    """Let a node wait for a tick.

    Parameters
    ----------
    node
        Must not be in the wheel, nor in a list of the caller.
    tick
        Not before the node popped last; after a pop that gave -1, not before its `until`.
        The tick of the node popped last is allowed: the node then takes its place among those
        that still wait there.
    kind
        0 to 15.
    """
    timer = q.timers[node]
    if timer["due"] >= 0:
        _fault(q, PUT_TWICE)
    elif tick < q.clock[CURSOR]:
        _fault(q, PUT_LATE)
    elif tick >= HORIZON:
        _fault(q, PUT_FAR)
    else:
        timer["due"] = node_due(tick, kind)
        q.clock[COUNT] += 1
        _file(q, node, tick)


@kernel
def queue_put_now(q: Queue, node: int, tick: int, kind: int) -> None:
    """Do what :func:`queue_put` does; quicker for the tick that is played if it holds no more."""
    timer, alone = q.timers[node], q.clock[ALONE] < 0 and q.heads[tick & _LOW] < 0
    if alone and q.clock[SORTED] == tick and q.clock[CURSOR] == tick and timer["due"] < 0:
        timer["due"], timer["next"] = node_due(tick, kind), -1
        q.clock[ALONE] = node
        q.clock[COUNT] += 1
    else:
        queue_put(q, node, tick, kind)


@kernel
def queue_remove(q: Queue, node: int) -> None:
    """Take a node out of the wheel before its time; O(1)."""
    if q.timers[node]["due"] < 0:
        _fault(q, NOT_QUEUED)
    elif node == q.clock[ALONE]:
        queue_take(q, node)
    else:
        _unlink(q, node, queue_tick(q, node))
        q.timers[node]["due"] = -1
        q.clock[COUNT] -= 1


@kernel
def queue_remove_now(q: Queue, node: int) -> None:
    """Do what :func:`queue_remove` does at the tick that is played; quicker for the first there."""
    first = q.heads[q.clock[CURSOR] & _LOW] == node and q.clock[SORTED] == q.clock[CURSOR]
    if node == q.clock[ALONE] or first:
        queue_take(q, node)
    else:
        queue_remove(q, node)


@kernel
def queue_pop(q: Queue, until: int) -> int:
    """Take out the node with the least (tick, kind, node or rank) and a tick before `until`.

    Returns
    -------
    The node, or -1 if none is due before `until`. Its tick and kind are then in ``clock[CURSOR]``
    and ``clock[KIND]``, until the next call.
    """
    node = queue_next(q, until)
    if node >= 0:
        q.clock[KIND] = queue_kind(q, node)
        queue_take(q, node)
    return node


@kernel
def queue_take(q: Queue, node: int) -> None:
    """Take out the first node at the tick that is played: what :func:`queue_next` returns."""
    q.timers[node]["due"] = -1
    q.clock[COUNT] -= 1
    if node == q.clock[ALONE]:
        q.clock[ALONE] = -1
        return
    digit = q.clock[CURSOR] & _LOW
    behind = np.int64(q.timers[node]["next"])
    q.heads[digit] = behind
    if behind >= 0:
        q.timers[behind]["prev"] = -1
    else:
        _call_empty(q, digit)
        q.clock[TAIL] = -1


@kernel
def queue_next(q: Queue, until: int) -> int:
    """Return the node that :func:`queue_pop` would take, and leave it in the wheel.

    The cursor moves to its tick, or to a tick before `until` if there is none.
    """
    cursor, alone = q.clock[CURSOR], q.clock[ALONE]
    if alone >= 0:
        return alone if cursor < until else np.int64(-1)
    if q.clock[SORTED] == cursor and cursor < until:
        first = np.int64(q.heads[cursor & _LOW])
        if first >= 0:
            return first
    while True:
        cursor = q.clock[CURSOR]
        tick, slot, start = _next_tick(q, cursor), np.int64(-1), NEVER
        if tick > (cursor | _LOW):
            slot, start = _next_slot(q, cursor)
        if min(tick, start) >= until:
            return -1
        if tick < start:
            q.clock[CURSOR] = tick
            if q.clock[SORTED] != tick:
                sort_slot(q, tick & _LOW)
                q.clock[SORTED] = tick
            return np.int64(q.heads[tick & _LOW])
        q.clock[CURSOR] = start
        _cascade(q, slot)


@kernel
def queue_now(q: Queue) -> int:
    """Return the tick of the node that :func:`queue_next` returned last."""
    return np.int64(q.clock[CURSOR])


@kernel
def queue_soon(q: Queue, rows: int, out: NDArray[Any]) -> int:
    """Write nodes that wait for one of the cursor's 256 ticks into `out`, by kind; moves nothing.

    What happens next is not foreseen, so there is no branch on it.

    Parameters
    ----------
    rows
        Which row nodes of a kind go to: ROW_BITS a kind, those of kind 0 lowest.
    out
        int32 (5, n): as many nodes as a row holds, each row sorted by tick alone; n below
        2**COUNT_BITS.

    Returns
    -------
    How many stand in each row: COUNT_BITS a row, those of row 0 lowest. What is put there later is
    not among them, nor who stands alone at the tick that is played.
    """
    counts, left, first = np.int64(0), out.shape[1], q.clock[CURSOR] & _LOW
    for word in range(first >> 6, (first | (_WINDOW - 1)) + 1 >> 6):
        used = q.bits[word]
        if word == first >> 6:
            used = (used >> np.uint64(first & 63)) << np.uint64(first & 63)
        while used:
            node = np.int64(q.heads[word * 64 + lowest_bit(used)])
            used &= used - ONE
            while node >= 0:
                if left == 0:
                    return counts
                left -= 1
                row = (rows >> ROW_BITS * queue_kind(q, node)) & _ROW
                out[row, (counts >> COUNT_BITS * row) & _COUNT] = node
                counts += 1 << COUNT_BITS * row
                node = np.int64(q.timers[node]["next"])
    return counts


@kernel
def queue_peek(q: Queue) -> int:
    """Return the earliest tick in the wheel, or NEVER; moves nothing.

    Costs the length of one slot's list when none waits for a tick of this minute.
    """
    cursor = q.clock[CURSOR]
    if q.clock[ALONE] >= 0:
        return cursor
    earliest = _next_tick(q, cursor)
    if earliest <= (cursor | _LOW):
        return earliest
    slot, _ = _next_slot(q, cursor)
    node = np.int64(q.heads[slot]) if slot >= 0 else np.int64(-1)
    while node >= 0:
        earliest = min(earliest, queue_tick(q, node))
        node = np.int64(q.timers[node]["next"])
    return earliest


@kernel
def _fault(q: Queue, what: int) -> None:
    if q.clock[FAULT] == NO_FAULT:
        q.clock[FAULT] = what


@kernel
def _slot(q: Queue, tick: int) -> int:
    """Return the index in `heads` where a node that is put now lies."""
    if tick - q.clock[CURSOR] < NEAR:
        return tick & _LOW
    return _far_slot(q, tick)


@kernel
def _far_slot(q: Queue, tick: int) -> int:
    """Return the index in `heads` of a slot of a further level, as seen from the cursor.

    It does not change while a node waits there: the cursor cannot pass a slot without emptying it,
    and before that it shares all higher digits with the ticks in it.
    """
    bits = highest_bit((tick ^ q.clock[CURSOR]) | NEAR) & ~7
    return NEAR + (bits - NEAR_BITS) * (SLOTS >> 3) + ((tick >> bits) & (SLOTS - 1))


@kernel
def _file(q: Queue, node: int, tick: int) -> None:
    """Link a node whose `due` is set into its slot: at the head, or in its place if sorted."""
    slot = _slot(q, tick)
    if tick == q.clock[SORTED]:
        _join(q, node, slot)
    else:
        _push(q, node, slot)


@kernel(inlined=False)
def _join(q: Queue, node: int, slot: int) -> None:
    """Put a node among those that wait for the tick that is played."""
    alone = q.clock[ALONE]
    if alone >= 0:
        q.clock[ALONE] = -1
        _push(q, alone, slot)
        q.clock[TAIL] = alone
    if q.heads[slot] >= 0:
        _insert(q, slot, node)
    else:
        _push(q, node, slot)
        q.clock[TAIL] = node


@kernel
def _push(q: Queue, node: int, slot: int) -> None:
    """Link a node into a slot, at the head.

    Whether others lie there is as good as random: instead of a branch on it, a node that is alone
    is named as the one before itself, and then it is not; its slot is marked in any case.
    """
    head = np.int64(q.heads[slot])
    q.timers[head if head >= 0 else node]["prev"] = node
    timer = q.timers[node]
    timer["next"] = head
    timer["prev"] = -1
    q.heads[slot] = node
    word = slot >> 6
    q.bits[word] = q.bits[word] | (ONE << np.uint64(slot & 63))


@kernel
def _call_empty(q: Queue, slot: int) -> None:
    """Mark a slot as empty."""
    word = slot >> 6
    q.bits[word] = q.bits[word] & ~(ONE << np.uint64(slot & 63))


@kernel
def _insert(q: Queue, slot: int, node: int) -> None:
    """Put a node in its place in a sorted list, looking from both ends at once."""
    due = q.timers[node]["due"]
    low = np.int64(q.heads[slot])
    high = q.clock[TAIL]
    after = -1
    while True:
        if is_before(q, node, due, low):
            after = low
            break
        if not is_before(q, node, due, high):
            after = np.int64(q.timers[high]["next"])
            break
        low = np.int64(q.timers[low]["next"])
        high = np.int64(q.timers[high]["prev"])
    before = np.int64(q.timers[after]["prev"]) if after >= 0 else high
    q.timers[node]["next"] = after
    q.timers[node]["prev"] = before
    if before >= 0:
        q.timers[before]["next"] = node
    else:
        q.heads[slot] = node
    if after >= 0:
        q.timers[after]["prev"] = node
    else:
        q.clock[TAIL] = node


@kernel
def _unlink(q: Queue, node: int, tick: int) -> None:
    """Take a node out of the list of its tick's slot."""
    before = np.int64(q.timers[node]["prev"])
    behind = np.int64(q.timers[node]["next"])
    if before >= 0:
        q.timers[before]["next"] = behind
    else:
        slot = tick & _LOW
        if q.heads[slot] != node:  # it was put so early that it lies at a further level
            slot = _far_slot(q, tick)
        q.heads[slot] = behind
        if behind < 0:
            _call_empty(q, slot)
    if behind >= 0:
        q.timers[behind]["prev"] = before
    elif tick == q.clock[SORTED]:
        q.clock[TAIL] = before


@kernel
def _cascade(q: Queue, slot: int) -> None:
    """Empty a slot the cursor has come to; its nodes fall to lower levels.

    Of none of their ticks is the list sorted: the cursor has not been there.
    """
    node = np.int64(q.heads[slot])
    q.heads[slot] = -1
    _call_empty(q, slot)
    while node >= 0:
        behind = np.int64(q.timers[node]["next"])
        tick = queue_tick(q, node)
        _push(q, node, _slot(q, tick))
        node = behind


@kernel
def _next_tick(q: Queue, cursor: int) -> int:
    """Return the first tick from the cursor's on for which a node waits at the first level.

    NEVER if there is none.
    """
    word, low = (cursor & _LOW) >> 6, np.uint64(cursor & 63)
    used = (q.bits[word] >> low) << low
    for _ in range(_WORDS + 1):  # of the first one at last the ticks before the cursor's
        if used:
            tick = (cursor & ~_LOW) | (word << 6) | lowest_bit(used)
            return tick if tick >= cursor else tick + NEAR
        word = (word + 1) & (_WORDS - 1)
        used = q.bits[word]
    return NEVER


@kernel
def _next_slot(q: Queue, cursor: int) -> tuple[int, int]:
    """Return the first slot of a further level that is not empty, and where its ticks begin.

    Of the nearest level that has one; -1 and NEVER if none has.
    """
    for level in range(LEVELS - 1):
        bits, first = NEAR_BITS + 8 * level, NEAR + SLOTS * level
        digit = (cursor >> bits) & (SLOTS - 1)
        low = np.uint64(digit & 63)
        for word in range((first + digit) >> 6, (first + SLOTS) >> 6):
            here = (q.bits[word] >> low) << low
            if here:
                slot = word * 64 + lowest_bit(here)
                start = ((cursor >> (bits + 8)) << (bits + 8)) | ((slot & (SLOTS - 1)) << bits)
                return slot, start
            low = np.uint64(0)
    return -1, NEVER
