"""The event queue: a hierarchical timing wheel with intrusive lists.

A node is a number from 0 to n-1 that stands for an owner (a lead, a call, a shift); it waits for
at most one event. Five levels of 256 slots cover 2**40 ticks (34 years): a node lies at the level
of the highest base-256 digit in which its tick differs from the cursor, in the slot of that digit.
As the cursor comes to a slot of a higher level, its nodes fall to lower levels. Put and remove are
O(1), pop O(1) on average; nothing is allocated.

Order is total: (tick, kind, node). Nodes that stand for places which others take in turn are
ordered by a rank instead, that of whoever is in the place. A list of level 0 holds one tick only
and is sorted when the cursor first reaches it; what is put at that same tick later is inserted in
its place. What is put there while nobody else waits for that tick, as one event calls for another,
lies in no list until a second one comes: it stands alone.

While a node is not in the wheel its links are free: `dialsim.core.fifo` keeps it in lists by them.
How the list of a tick is sorted: `dialsim.core.queue_order`. The arrays, and what they are read by:
`dialsim.core.queue_layout`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.bits import highest_bit, lowest_bit
from dialsim.core.jit import kernel
from dialsim.core.queue_layout import (
    ALONE,
    COUNT,
    CURSOR,
    FAULT,
    HORIZON,
    KIND,
    KINDS,
    LEVELS,
    NEVER,
    NO_FAULT,
    NOT_QUEUED,
    PUT_FAR,
    PUT_LATE,
    PUT_TWICE,
    SLOTS,
    SORTED,
    TAIL,
    Queue,
)
from dialsim.core.queue_order import is_before, sort_slot

_ONE = np.uint64(1)


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
    timer, alone = q.timers[node], q.clock[ALONE] < 0 and q.heads[tick & 255] < 0
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
    first = q.heads[q.clock[CURSOR] & 255] == node and q.clock[SORTED] == q.clock[CURSOR]
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
    digit = q.clock[CURSOR] & 255
    behind = np.int64(q.timers[node]["next"])
    q.heads[digit] = behind
    if behind >= 0:
        q.timers[behind]["prev"] = -1
    else:
        word = digit >> 6
        q.bits[word] = q.bits[word] & ~(_ONE << np.uint64(digit & 63))
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
        first = np.int64(q.heads[cursor & 255])
        if first >= 0:
            return first
    while True:
        cursor = q.clock[CURSOR]
        digit = _next_slot(q, 0, cursor & 255)
        if digit >= 0:
            tick = (cursor & ~255) | digit
            if tick >= until:
                return -1
            q.clock[CURSOR] = tick
            if q.clock[SORTED] != tick:
                sort_slot(q, digit)
                q.clock[SORTED] = tick
            return np.int64(q.heads[digit])
        level = 1
        while level < LEVELS:
            digit = _next_slot(q, level, (cursor >> (8 * level)) & 255)
            if digit >= 0:
                break
            level += 1
        if level == LEVELS:
            return -1
        start = ((cursor >> (8 * level + 8)) << (8 * level + 8)) | (digit << (8 * level))
        if start >= until:
            return -1
        q.clock[CURSOR] = start
        _cascade(q, level * SLOTS + digit)


@kernel
def queue_now(q: Queue) -> int:
    """Return the tick of the node that :func:`queue_next` returned last."""
    return np.int64(q.clock[CURSOR])


@kernel
def queue_soon(q: Queue, out: NDArray[Any]) -> int:
    """Write nodes that lie within the cursor's 256 ticks into `out`, as many as it holds.

    Returns
    -------
    How many, sorted by tick alone; what is put there later is not among them. Moves nothing.
    """
    found, first = 0, q.clock[CURSOR] & 255
    if q.clock[ALONE] >= 0 and out.shape[0] > 0:
        out[0] = q.clock[ALONE]
        found = 1
    for word in range(first >> 6, SLOTS >> 6):
        used = q.bits[word]
        if word == first >> 6:
            used = (used >> np.uint64(first & 63)) << np.uint64(first & 63)
        while used:
            node = np.int64(q.heads[word * 64 + lowest_bit(used)])
            used &= used - _ONE
            while node >= 0:
                if found == out.shape[0]:
                    return found
                out[found] = node
                found += 1
                node = np.int64(q.timers[node]["next"])
    return found


@kernel
def queue_peek(q: Queue) -> int:
    """Return the earliest tick in the wheel, or NEVER; moves nothing.

    Costs the length of one slot's list when the earliest node is 256 ticks away or more.
    """
    cursor = q.clock[CURSOR]
    if q.clock[ALONE] >= 0:
        return cursor
    digit = _next_slot(q, 0, cursor & 255)
    if digit >= 0:
        return (cursor & ~255) | digit
    for level in range(1, LEVELS):
        digit = _next_slot(q, level, (cursor >> (8 * level)) & 255)
        if digit >= 0:
            earliest = NEVER
            node = np.int64(q.heads[level * SLOTS + digit])
            while node >= 0:
                earliest = min(earliest, queue_tick(q, node))
                node = np.int64(q.timers[node]["next"])
            return earliest
    return NEVER


@kernel
def _fault(q: Queue, what: int) -> None:
    if q.clock[FAULT] == NO_FAULT:
        q.clock[FAULT] = what


@kernel
def _slot(q: Queue, tick: int) -> int:
    """Return the index in `heads` where a tick lies, as seen from the cursor.

    It does not change while a node waits: the cursor cannot pass a slot without emptying it, and
    before that it shares all higher digits with the ticks in it.
    """
    level = highest_bit((tick ^ q.clock[CURSOR]) | 1) >> 3
    return level * SLOTS + ((tick >> (8 * level)) & 255)


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
    q.bits[word] = q.bits[word] | (_ONE << np.uint64(slot & 63))


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
        slot = _slot(q, tick)
        q.heads[slot] = behind
        if behind < 0:
            word = slot >> 6
            q.bits[word] = q.bits[word] & ~(_ONE << np.uint64(slot & 63))
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
    word = slot >> 6
    q.bits[word] = q.bits[word] & ~(_ONE << np.uint64(slot & 63))
    lowest = slot < 2 * SLOTS
    while node >= 0:
        behind = np.int64(q.timers[node]["next"])
        tick = queue_tick(q, node)
        _push(q, node, tick & 255 if lowest else _slot(q, tick))
        node = behind


@kernel
def _next_slot(q: Queue, level: int, at_least: int) -> int:
    """Return the first slot of a level that is not empty, from digit `at_least` on; or -1."""
    words, first, low = level * 4, at_least >> 6, np.uint64(at_least & 63)
    here = (q.bits[words + first] >> low) << low
    if here:
        return first * 64 + lowest_bit(here)
    # Which of the others it is is as good as random: a loop would be foreseen wrong each time.
    used = np.int64(q.bits[words + 1] != 0) << 1 | np.int64(q.bits[words + 2] != 0) << 2
    used = (used | np.int64(q.bits[words + 3] != 0) << 3) & (-2 << first)
    if used == 0:
        return -1
    word = lowest_bit(used)
    return word * 64 + lowest_bit(q.bits[words + word])
