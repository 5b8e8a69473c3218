"""Asking early for the memory of calls that are about to end and of people about to be dialled.

Each event touches records of one lead, its person and its call, at random in gigabytes. Here they
are asked for some events before; nothing that is computed depends on it.
"""

import numpy as np

from dialsim.core.jit import kernel
from dialsim.core.prefetch import prefetch
from dialsim.core.queue import SLOTS, Queue, queue_soon
from dialsim.engine.state import State, Static

MINUTE_BITS = 16  # a slot of the wheel's second level: 65.5 s
MINUTES = 2 * SLOTS  # the first of them


@kernel
def look_ahead(k: Static, s: State) -> None:
    """Ask for all that the events of the next quarter of a second will touch.

    A lead's record tells whose it is and in which call: it must have come before those can be
    asked for, hence two rounds.
    """
    first = np.int64(k.world[0]["node_lead"])
    last = first + s.leads.shape[0]
    soon = s.soon
    nodes = queue_soon(s.queue, soon)
    leads = 0
    for i in range(nodes):
        node = np.int64(soon[i])
        if first <= node < last:
            prefetch(s.leads, node - first)
            soon[leads] = node - first
            leads += 1
    for i in range(leads):
        record = s.leads[soon[i]]
        ask_for_person(s, np.int64(record["person"]))
        call = np.int64(record["call"])
        if call >= 0:
            prefetch(s.calls, call)
            prefetch(s.fates, call)


@kernel
def next_minute(q: Queue, now: int) -> int:
    """First node of those that fall due in the minute after this one, -1: none; see `walk_on`.

    The slot of the wheel's second level that the cursor comes to next.
    """
    slot = MINUTES + (((now >> MINUTE_BITS) + 1) & (SLOTS - 1))
    return np.int64(q.heads[slot])


@kernel
def walk_on(q: Queue, node: int) -> int:
    """Ask for the record behind a node that was asked for before, and return its number.

    Each record names the next, so that a list strewn over memory costs a wait at each; a step for
    each event, a minute ahead, waits for none of them. Where the list changed meanwhile it leads
    elsewhere, which costs nothing.
    """
    after = np.int64(q.timers[node]["next"])
    if after >= 0:
        prefetch(q.timers, after)
    return after


@kernel
def look_behind(k: Static, s: State, row: int) -> None:
    """Ask for the next in a ready list from which somebody was just taken, and the one after."""
    node = np.int64(s.ready[row, 0])
    if node < 0:
        return
    first = np.int64(k.world[0]["node_lead"])
    ask_for_person(s, np.int64(s.leads[node - first]["person"]))
    after = np.int64(s.queue.timers[node]["next"])
    if after >= 0:
        prefetch(s.queue.timers, after)
        prefetch(s.leads, after - first)


@kernel
def ask_for_person(s: State, person: int) -> None:
    """Ask for what the dialer and the network keep of a person."""
    prefetch(s.people, person)
    prefetch(s.rings, person * s.rings.shape[1])
    prefetch(s.carrier.subscribers, person)
