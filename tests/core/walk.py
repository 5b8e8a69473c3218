"""The walk through a whole timing wheel: is everything where it should be?"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from dialsim.core.queue_layout import (
    ALONE,
    HORIZON,
    NEAR,
    NEAR_BITS,
    NO_FAULT,
    RANKED,
    SLOTS,
    TAIL,
    Queue,
)


def check_queue(q: Queue, in_lines: Collection[int] = ()) -> None:
    """Walk the whole wheel and raise AssertionError, with the state, where it is inconsistent.

    Costs every slot and every node. ``in_lines``: nodes that wait outside (`dialsim.core.delays`).
    """
    cursor, count, sorted_tick, fault = (int(value) for value in q.clock[:4])
    seen: set[int] = set()

    def hold(truth: object, what: str) -> None:
        if not truth:
            raise AssertionError(
                f"{what}\nclock {q.clock.tolist()}, used slots "
                f"{[(i, int(h)) for i, h in enumerate(q.heads) if h >= 0]}\n"
                f"timers {[(i, *t) for i, t in enumerate(q.timers.tolist()) if t[0] >= 0]}"
            )

    hold(fault == NO_FAULT, f"fault {fault}")
    used = q.heads >= 0
    marked = np.unpackbits(q.bits.view(np.uint8), bitorder="little") > 0
    hold(bool(np.array_equal(used, marked)), f"bits of slots {np.flatnonzero(used != marked)}")
    for slot in np.flatnonzero(used).tolist():
        level, digit = divmod(slot - NEAR, SLOTS) if slot >= NEAR else (-1, slot)
        bits = NEAR_BITS + 8 * level if level >= 0 else 0
        size = SLOTS if level >= 0 else NEAR
        head = int(q.heads[slot])
        before, node, last_key = -1, head, (-1, -1)
        while node >= 0:
            due, behind, prev = q.timers[node].tolist()
            tick = due >> 4
            hold(node not in seen, f"node {node} is in two places or in a ring")
            seen.add(node)
            hold(due >= 0, f"node {node} in slot {slot} is not due")
            hold(cursor <= tick < HORIZON, f"node {node} at tick {tick} is out of range")
            hold((tick >> bits) % size == digit, f"node {node} is in the wrong slot {slot}")
            hold(
                tick - cursor < NEAR
                if level < 0
                else (tick >> bits) // size == (cursor >> bits) // size
                and digit > (cursor >> bits) % size,
                f"node {node} is on the wrong level {level}",
            )
            hold(prev == before, f"node {node} does not link back to {before}")
            if level < 0 and tick == sorted_tick:
                place = node - int(q.clock[RANKED])
                rank = int(q.ranks[place]) if 0 <= place < len(q.ranks) else node
                hold((due, rank) > last_key, f"node {node} is out of order")
                last_key = (due, rank)
            else:
                last_key = (due, node)
            before, node = node, behind
        if level < 0 and last_key[0] >> 4 == sorted_tick:
            hold(int(q.clock[TAIL]) == before, f"slot {slot}: its last node is not {before}")
    alone = int(q.clock[ALONE])
    if alone >= 0:
        hold(alone not in seen, f"node {alone} is alone and in a list")
        hold(q.timers[alone]["due"] >> 4 == cursor == sorted_tick, f"node {alone} is not played")
        behind = int(q.timers[alone]["next"])
        hold(behind == q.heads[cursor % NEAR] == -1, f"node {alone} is not alone")
        seen.add(alone)
    hold(len(seen) == count, f"{len(seen)} nodes found, {count} counted")
    hold(
        seen.isdisjoint(in_lines)
        and seen.union(in_lines) == set(np.flatnonzero(q.timers["due"] >= 0).tolist()),
        "a node is due and in no slot, or in a line too",
    )
