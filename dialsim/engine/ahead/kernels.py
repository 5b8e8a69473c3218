"""Asking early for the memory of calls that are about to end and of people about to be dialled.

Each event touches records of one lead, its person and its call, at random in gigabytes. Here they
are asked for some events before; nothing that is computed depends on it.
"""

import numpy as np

from dialsim.core.jit import kernel
from dialsim.core.prefetch import prefetch
from dialsim.core.queue import queue_soon
from dialsim.engine.state import State, Static


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
