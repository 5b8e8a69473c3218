"""Asking early for the memory of calls that are about to end and of people about to be dialled.

Each event touches records of one lead and its person, at random in gigabytes. Here they are asked
for some events before; nothing that is computed depends on it.
"""

from typing import Any

import numpy as np

from dialsim.carrier.layout import (
    MONTH_BUCKET_MS,
    W_DELIVERED,
    WEEK_BUCKET_MS,
)
from dialsim.core.counts import remainder
from dialsim.core.jit import kernel
from dialsim.core.pool import pool_second, pool_top
from dialsim.core.prefetch import prefetch, prefetch_near
from dialsim.core.queue import SLOTS, Queue, queue_soon
from dialsim.core.windows import BESIDE, bucket_soon, four_soon
from dialsim.engine.leads.kernels import person_of
from dialsim.engine.state import State, Static

A_LINE = 8  # ticks in a line of memory
A_CALLER_ID = 64  # ticks' room that is kept of one beside the ring of its calls
AT_HAND = 640_000  # of all of them, up to which most of it stays in the cache: asking costs more
MINUTE_BITS = 16  # a slot of the wheel's second level: 65.5 s
MINUTES = 2 * SLOTS  # the first of them


@kernel
def look_ahead(k: Static, s: State, now: int) -> None:
    """Ask for all that the events of the next quarter of a second will touch.

    A call's record tells whose it is and from which caller ID, a lead's where its person is: both
    must have come before those can be asked for, hence two rounds. Who is a lead and who is a call
    is not foreseen: instead of branches on it, the first of all is asked for once more.
    """
    first, first_call = np.int64(k.world[0]["node_lead"]), np.int64(k.world[0]["node_call"])
    soon, due = s.soon[0], s.soon[1]
    nodes = queue_soon(s.queue, soon)
    leads = calls = 0
    for i in range(nodes):
        lead = np.int64(soon[i]) - first
        is_lead = np.int64(np.uint64(lead) < np.uint64(s.leads.shape[0]))
        prefetch(s.leads, lead * is_lead)
        due[leads] = lead
        leads += is_lead
        call = np.int64(soon[i]) - first_call
        is_call = np.int64(np.uint64(call) < np.uint64(s.calls.shape[0]))
        prefetch(s.calls, call * is_call)
        prefetch(s.fates, call * is_call)
        soon[calls] = call
        calls += is_call
    for i in range(leads):
        ask_for_person(s, person_of(k, s, np.int64(due[i])))
    for i in range(calls):
        call = s.calls[soon[i]]
        ask_for_person(s, np.int64(call["person"]))
        prefetch(s.leads, np.int64(call["lead"]))
        prefetch(s.queue.timers, first + np.int64(call["lead"]))
        if lie_far(s):
            ask_for_counts(s, call, now)


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
    ask_for_person(s, person_of(k, s, node - first))
    after = np.int64(s.queue.timers[node]["next"])
    if after >= 0:
        prefetch(s.queue.timers, after)
        prefetch(s.leads, after - first)


@kernel
def look_on_the_list(k: Static, s: State, lead: int) -> None:
    """Ask for the next row of the list from which a fresh lead was just taken.

    One list is read ahead by the processor itself; of many that take turns it loses the thread.
    """
    after = lead + 1
    if s.progress.shape[0] == 1 or after >= s.leads.shape[0]:
        return
    prefetch(s.leads, after)
    prefetch(s.queue.timers, np.int64(k.world[0]["node_lead"]) + after)
    person = person_of(k, s, lead) + 1
    if person < s.people.shape[0]:
        ask_for_person(s, person)


@kernel
def lie_far(s: State) -> bool:
    """Whether more is kept of the caller IDs than stays in the cache by itself."""
    callers, depth = s.resources.rings.shape
    return bool(callers * (A_CALLER_ID + depth) > AT_HAND)


@kernel
def look_for_next(k: Static, s: State, caller: int) -> None:
    """Ask for the records that the next call but one from a caller ID's group will touch.

    Their counts lie beside those of their neighbours, who call shortly before. A long ring of calls
    does not; where it is looked at the next one's record says, which was asked for one call ago.
    """
    if not lie_far(s):
        return
    resources, carrier = s.resources, s.carrier
    group = np.int64(resources.callers[caller]["group"])
    following = pool_second(resources.pools, 0, group)
    if following < 0:
        return
    prefetch_near(resources.callers, following)
    prefetch_near(resources.free, following)
    prefetch_near(resources.pools.pos, following)
    if resources.rings.shape[1] <= A_LINE:
        prefetch_near(resources.rings, following * resources.rings.shape[1])
    prefetch_near(carrier.lines, following)
    prefetch_near(carrier.windows, following * BESIDE)
    if resources.rings.shape[1] > A_LINE:
        ask_for_ring(k, s, pool_top(resources.pools, 0, group))


@kernel
def ask_for_ring(k: Static, s: State, caller: int) -> None:
    """Ask for which of a caller ID's calls its limits look at after the next, and for its place."""
    rings, limits = s.resources.rings, k.limits.caller
    depth = rings.shape[1]
    made = np.int64(s.resources.callers[caller]["attempts"])
    prefetch_near(rings, caller * depth + remainder(made, depth))
    for i in range(limits.shape[0]):
        place = made + 1 - np.int64(limits[i]["count"])
        if place >= 0:
            prefetch_near(rings, caller * depth + remainder(place, depth))


@kernel
def ask_for_counts(s: State, call: Any, now: int) -> None:
    """Ask for what the end of a call, or its answer, touches of its caller ID."""
    line = np.int64(call["caller"])
    prefetch(s.resources.callers, line)
    if call["answered"] == 1 and call["answer_tick"] < 0:
        return
    prefetch(s.carrier.lines, line)
    prefetch(s.carrier.windows, line * BESIDE)
    bucket_soon(s.carrier.window_counts, W_DELIVERED, line, now, MONTH_BUCKET_MS)
    four_soon(s.carrier.weeks, s.carrier.week_counts, line, now, WEEK_BUCKET_MS)


@kernel
def ask_for_person(s: State, person: int) -> None:
    """Ask for what the dialer and the network keep of a person."""
    prefetch(s.people, person)
    prefetch(s.rings, person * s.rings.shape[1])
    prefetch(s.carrier.subscribers, person)
