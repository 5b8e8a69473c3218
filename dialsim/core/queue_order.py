"""Order of the nodes at one tick, established when the cursor reaches their slot.

A few nodes are merged, run by run. Where very many wait for one tick, as people whom nobody may
call before a part of the day begins, each round of that would wait for each node's memory anew. As
nodes of one kind go by their number, and that is their place in memory, those of the kind that
is commonest are marked and then looked for from the lowest to the highest.
"""

from __future__ import annotations

import numpy as np

from dialsim.core.queue_layout import RANKED, TAIL, Queue
from dialsim.jit.decorator import kernel

FEW = 32
"""Nodes that are merged in any wheel."""
MANY_OF = 6
"""One in two to this power of all nodes there may be: so many are looked for in memory's order."""
MARKED = -2


@kernel
def is_before(q: Queue, node: int, due: int, other: int) -> bool:
    """Return whether a node comes before another one by (due, node or rank)."""
    theirs = q.timers[other]["due"]
    return bool(due < theirs or (due == theirs and _rank(q, node) < _rank(q, other)))


@kernel
def _rank(q: Queue, node: int) -> int:
    """Return what decides between nodes of one tick and kind."""
    place = node - q.clock[RANKED]
    if 0 <= place < q.ranks.shape[0]:
        return np.int64(q.ranks[place])
    return node


@kernel
def sort_slot(q: Queue, slot: int) -> None:
    """Sort a slot's list by (due, node or rank); nothing is allocated."""
    head = node = np.int64(q.heads[slot])
    behind = np.int64(q.timers[head]["next"])
    # Nodes put one after another lie in order, or the other way round: each level turns them.
    rises = falls = True
    while behind >= 0 and (rises or falls):
        in_order = is_before(q, node, q.timers[node]["due"], behind)
        rises, falls = rises and in_order, falls and not in_order
        node, behind = behind, np.int64(q.timers[behind]["next"])
    if rises:
        q.clock[TAIL] = node
    elif falls:
        _reverse(q, slot, head, node)
    elif _are_many(q, head):
        _sort_by_place(q, slot)
    else:
        _merge_sort(q, slot)


@kernel
def _reverse(q: Queue, slot: int, head: int, tail: int) -> None:
    """Turn a slot's list round."""
    node = head
    while node >= 0:
        timer = q.timers[node]
        node = np.int64(timer["next"])
        timer["next"] = timer["prev"]
        timer["prev"] = node
    q.heads[slot] = tail
    q.clock[TAIL] = head


@kernel
def _are_many(q: Queue, node: int) -> bool:
    """Whether so many nodes stand from one on that they are to be looked for."""
    left = max(q.timers.shape[0] >> MANY_OF, FEW)
    while node >= 0 and left > 0:
        node = np.int64(q.timers[node]["next"])
        left -= 1
    return bool(node >= 0)


@kernel(inlined=False)
def _sort_by_place(q: Queue, slot: int) -> None:
    """Sort a slot's list: those of the commonest kind as they lie in memory, the others by merging.

    Costs a walk along the list and a look at each node between the lowest and the highest.
    """
    due = _commonest_due(q, slot)
    low, high = _mark(q, slot, due)
    if q.heads[slot] >= 0:
        _merge_sort(q, slot)
        if high < 0:  # all go by their rank
            return
    before, after = -1, np.int64(q.heads[slot])
    while after >= 0 and q.timers[after]["due"] < due:
        before, after = after, np.int64(q.timers[after]["next"])
    for node in range(low, high + 1):
        if q.timers[node]["prev"] == MARKED:
            q.timers[node]["prev"] = before
            if before >= 0:
                q.timers[before]["next"] = node
            else:
                q.heads[slot] = node
            before = node
    q.timers[before]["next"] = after
    if after >= 0:
        q.timers[after]["prev"] = before
    else:
        q.clock[TAIL] = before


@kernel
def _commonest_due(q: Queue, slot: int) -> int:
    """Return the `due` of most nodes of a slot's list; if none has most, that of some node."""
    node, due, votes = np.int64(q.heads[slot]), np.int64(-1), 0
    while node >= 0:
        theirs = np.int64(q.timers[node]["due"])
        if votes == 0:
            due = theirs
        votes += 1 if theirs == due else -1
        node = np.int64(q.timers[node]["next"])
    return due


@kernel
def _mark(q: Queue, slot: int, due: int) -> tuple[int, int]:
    """Mark the nodes of a slot's list that go by their number and have a `due`; keep the others.

    Returns the lowest and the highest of them.
    """
    low, high, kept = q.timers.shape[0], -1, -1
    node = np.int64(q.heads[slot])
    while node >= 0:
        timer, place = q.timers[node], node - q.clock[RANKED]
        behind = np.int64(timer["next"])
        if timer["due"] == due and not 0 <= place < q.ranks.shape[0]:
            timer["prev"] = MARKED
            low, high = min(low, node), max(high, node)
        else:
            timer["next"] = kept
            kept = node
        node = behind
    q.heads[slot] = kept
    return low, high


@kernel
def _merge_sort(q: Queue, slot: int) -> None:
    """Sort a slot's list by merging runs, each round twice as long."""
    head = np.int64(q.heads[slot])
    tail = head
    width = 1
    merges = 2
    while merges > 1:
        merges = 0
        left = head
        head = tail = -1
        while left >= 0:
            merges += 1
            right = left
            n_left = 0
            while n_left < width and right >= 0:
                n_left += 1
                right = np.int64(q.timers[right]["next"])
            n_right = width
            while n_left > 0 or (n_right > 0 and right >= 0):
                if n_left == 0:
                    from_left = False
                elif n_right == 0 or right < 0:
                    from_left = True
                else:
                    from_left = is_before(q, left, q.timers[left]["due"], right)
                if from_left:
                    node = left
                    left = np.int64(q.timers[left]["next"])
                    n_left -= 1
                else:
                    node = right
                    right = np.int64(q.timers[right]["next"])
                    n_right -= 1
                if tail < 0:
                    head = node
                else:
                    q.timers[tail]["next"] = node
                q.timers[node]["prev"] = tail
                tail = node
            left = right
        q.timers[tail]["next"] = -1
        width *= 2
    q.timers[head]["prev"] = -1
    q.heads[slot] = head
    q.clock[TAIL] = tail
