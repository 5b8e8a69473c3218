"""Asking early for the memory of calls that are about to end and of people about to be dialled.

Each event touches records of one lead, its person and its call, at random in gigabytes. Here they
are asked for some events before; nothing that is computed depends on it.
"""

import numpy as np

from dialsim.carrier.layout import (
    DAY_BUCKET_MS,
    FAMILIES,
    HOUR_BUCKET_MS,
    MONTH_BUCKET_MS,
    W_DAY,
    W_DELIVERED,
    W_HOUR,
    W_TALK,
    W_WEEK_DELIVERED,
    WEEK_BUCKET_MS,
)
from dialsim.core.jit import kernel
from dialsim.core.prefetch import prefetch
from dialsim.core.queue import SLOTS, Queue, queue_soon
from dialsim.core.windows import BUCKETS
from dialsim.engine.state import State, Static

FEW = 1000  # caller IDs of which all that is kept stays in the cache by itself
DIALLED, SETTLED = 0, 1  # of `ask_for_line`
CACHE_LINE = 64
MINUTE_BITS = 16  # a slot of the wheel's second level: 65.5 s
MINUTES = 2 * SLOTS  # the first of them


@kernel
def look_ahead(k: Static, s: State, now: int) -> None:
    """Ask for all that the events of the next quarter of a second will touch.

    A lead's record tells whose it is and in which call, and the call's from which caller ID: each
    must have come before those can be asked for, hence three rounds.
    """
    first = np.int64(k.world[0]["node_lead"])
    last = first + s.leads.shape[0]
    soon = s.soon
    nodes = queue_soon(s.queue, soon)
    leads = calls = 0
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
            soon[calls] = call
            calls += 1
    if s.resources.callers.shape[0] > FEW:
        for i in range(calls):
            ask_for_line(s, np.int64(s.calls[soon[i]]["caller"]), SETTLED, now)


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
def look_for_next(s: State, caller: int, now: int) -> None:
    """Ask for what the next call from a caller ID's group will touch, once this one has its turn.

    Where there are few caller IDs, they are at hand.
    """
    if s.resources.callers.shape[0] <= FEW:
        return
    first = np.int64(s.resources.groups[s.resources.callers[caller]["group"]]["first"])
    ask_for_line(s, np.int64(s.resources.heap[0, first]), DIALLED, now)


@kernel
def ask_for_line(s: State, line: int, what: int, now: int) -> None:
    """Ask for what the dialer and the network keep of a caller ID, and its windows of this minute.

    ``what``: DIALLED or SETTLED, which count in windows of their own.
    """
    prefetch(s.resources.callers, line)
    prefetch(s.carrier.lines, line)
    prefetch(s.carrier.lines, line, CACHE_LINE)
    first = line * FAMILIES
    prefetch(s.carrier.window_heads, first)
    prefetch(s.carrier.window_totals, first)
    counts = s.carrier.window_counts
    if what == DIALLED:
        prefetch(s.resources.rings, line * s.resources.rings.shape[1])
        prefetch(counts, (first + W_HOUR) * BUCKETS + now // HOUR_BUCKET_MS % BUCKETS)
        prefetch(counts, (first + W_DAY) * BUCKETS + now // DAY_BUCKET_MS % BUCKETS)
        return
    prefetch(s.carrier.lines, line, 2 * CACHE_LINE)
    prefetch(s.carrier.window_heads, first, CACHE_LINE)
    prefetch(counts, (first + W_DELIVERED) * BUCKETS + now // MONTH_BUCKET_MS % BUCKETS)
    week = now // WEEK_BUCKET_MS % BUCKETS
    for family in range(W_WEEK_DELIVERED, W_TALK + 1):
        prefetch(counts, (first + family) * BUCKETS + week)


@kernel
def ask_for_person(s: State, person: int) -> None:
    """Ask for what the dialer and the network keep of a person."""
    prefetch(s.people, person)
    prefetch(s.rings, person * s.rings.shape[1])
    prefetch(s.carrier.subscribers, person)
