"""Prefetching for calls that are about to end and people about to be dialled.

Each event touches records of one lead and its person, at random in gigabytes. Here they are asked
for some events before; nothing that is computed depends on it.
"""

import numpy as np

from dialsim.carrier.layout import MONTH_BUCKET_MS, SUBSCRIBER, W_DELIVERED, W_HOUR
from dialsim.core.codes import Kind
from dialsim.core.counts import remainder
from dialsim.core.pool import pool_soon
from dialsim.core.prefetch import prefetch, prefetch_near
from dialsim.core.queue import queue_soon
from dialsim.core.queue_layout import COUNT_BITS, NEAR, NEAR_BITS, ROW_BITS, SLOTS, Queue
from dialsim.core.windows import place_of_record, window_soon
from dialsim.engine.leads.kernels import hand_on_lines, person_of
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel

A_LINE = 8  # ticks in a line of memory
SUBSCRIBER_END = SUBSCRIBER.itemsize - 1
A_CALLER_ID = 64  # ticks' room that is kept of one beside the ring of its calls
AT_HAND = 100_000  # of all of them, up to which most of it stays in a second cache of 1 MiB
LEADS, CALLS, AGENTS, ANSWERS, OTHERS = 0, 1, 2, 3, 4  # rows of `soon`
_ROWS = {
    Kind.DUE: LEADS,
    Kind.CALL_END: CALLS,
    Kind.WAIT_END: CALLS,
    Kind.AGENT: AGENTS,
    Kind.ANSWER: ANSWERS,
}
ROWS = sum(_ROWS.get(kind, OTHERS) << ROW_BITS * kind for kind in Kind)
COUNT = (1 << COUNT_BITS) - 1
WINDOW_BITS = 8  # 256 ms: what `queue_soon` lists
LATE = 0xC0  # of a window's number: in the last quarter of its minute
WAKEN = 3  # windows, this one and two more, whose due leads are moved to the queue
NOTHING_AHEAD = (-1, -1)


@kernel(inlined=True)
def prepare_window(k: Static, s: State, ahead: tuple[int, int], now: int) -> tuple[int, int]:
    """Prepare the events after ``now``: once a window, leads due soon and what their events touch.

    ``ahead``: the window that is prepared, and the node of the next minute whose successor is
    prefetched with this event (-1: none). Returns both as they stand after this event.
    """
    window, scout = ahead
    if now >> WINDOW_BITS != window:
        window = now >> WINDOW_BITS
        hand_on_lines(k, s, (window + WAKEN) << WINDOW_BITS)
        prefetch_window(k, s, now)
        if scout < 0 and window & LATE == LATE:
            scout = next_minute(s.queue, now)
    if scout >= 0:
        scout = prefetch_node(s.queue, scout)
    return window, scout


@kernel(inlined=False)
def prefetch_window(k: Static, s: State, now: int) -> None:
    """Prefetch the records that the next 256 ms of events will touch.

    A call's record tells whose it is and from which caller ID, a lead's where its person is: both
    must have come before those can be asked for, hence two rounds.
    """
    counts = queue_soon(s.queue, ROWS, s.soon)
    leads, calls = counts & COUNT, counts >> COUNT_BITS * CALLS & COUNT
    agents, answers = counts >> COUNT_BITS * AGENTS & COUNT, counts >> COUNT_BITS * ANSWERS & COUNT
    due, soon, free, picked_up = s.soon[LEADS], s.soon[CALLS], s.soon[AGENTS], s.soon[ANSWERS]
    first, first_call = np.int64(k.world[0]["node_lead"]), np.int64(k.world[0]["node_call"])
    first_agent = np.int64(k.world[0]["node_agent"])
    for i in range(leads):
        prefetch(s.leads, due[i] - first)
    for i in range(calls):
        prefetch(s.calls, soon[i] - first_call)
        prefetch(s.fates, soon[i] - first_call)
    for i in range(answers):
        prefetch(s.calls, picked_up[i] - first_call)
        prefetch(s.fates, picked_up[i] - first_call)
    for i in range(agents):
        prefetch(s.crew.agents, free[i] - first_agent)
    for i in range(leads):
        prefetch_person(s, person_of(k, s, due[i] - first))
    for i in range(calls):
        call = s.calls[soon[i] - first_call]
        prefetch_person(s, np.int64(call["person"]))
        lead, agent = np.int64(call["lead"]), max(np.int64(call["agent"]), 0)
        prefetch(s.leads, lead)
        prefetch(s.queue.timers, first + lead)
        prefetch(s.crew.agents, agent)
        prefetch(s.queue.timers, first_agent + agent)
        if exceeds_cache(s):
            prefetch_counts(s, np.int64(call["caller"]), now)
    for i in range(answers):
        call = s.calls[picked_up[i] - first_call]
        prefetch(s.leads, np.int64(call["lead"]))
        if exceeds_cache(s):
            prefetch(s.resources.callers, np.int64(call["caller"]))


@kernel
def next_minute(q: Queue, now: int) -> int:
    """First node of those due in the minute after this one, -1: none; see `prefetch_node`.

    The slot of the wheel's second level that the cursor comes to next.
    """
    return np.int64(q.heads[NEAR + (((now >> NEAR_BITS) + 1) & (SLOTS - 1))])


@kernel
def prefetch_node(q: Queue, node: int) -> int:
    """Prefetch the record behind a node, and return its number.

    Each record names the next, so that a list strewn over memory costs a wait at each; a step for
    each event, a quarter of a minute ahead, waits for hardly more than the first. Where
    the list changed meanwhile it leads elsewhere, which costs nothing.
    """
    after = np.int64(q.timers[node]["next"])
    if after >= 0:
        prefetch(q.timers, after)
    return after


@kernel
def prefetch_ready(k: Static, s: State, row: int) -> None:
    """Prefetch the next two leads of a ready list from which one was just taken."""
    node = np.int64(s.ready[row, 0])
    if node < 0:
        return
    first = np.int64(k.world[0]["node_lead"])
    prefetch_person(s, person_of(k, s, node - first))
    after = np.int64(s.queue.timers[node]["next"])
    if after >= 0:
        prefetch(s.queue.timers, after)
        prefetch(s.leads, after - first)


@kernel
def prefetch_list_row(k: Static, s: State, lead: int) -> None:
    """Prefetch the next row of the list from which a fresh lead was just taken.

    The processor itself reads ahead along a list only while little else is read in between.
    """
    after = lead + 1
    if after >= s.leads.shape[0]:
        return
    prefetch(s.leads, after)
    prefetch(s.queue.timers, np.int64(k.world[0]["node_lead"]) + after)
    person = person_of(k, s, lead) + 1
    if person < s.people.shape[0]:
        prefetch_person(s, person)


@kernel
def exceeds_cache(s: State) -> bool:
    """Whether the records of the caller IDs are more than a cache holds."""
    callers, depth = s.resources.rings.shape
    return bool(callers * (A_CALLER_ID + depth) > AT_HAND)


@kernel
def prefetch_next_call(k: Static, s: State, caller: int) -> None:
    """Prefetch what the next call but one from a caller ID's group will touch.

    Those of a group take turns, so as a rule it is the next but one by number. Their counts lie
    beside those of their neighbours, who call shortly before. A long ring of calls does not; where
    it is looked at the next one's record says, which was asked for one call ago.
    """
    resources, carrier, following = s.resources, s.carrier, caller + 2
    if not exceeds_cache(s) or following >= resources.callers.shape[0]:
        return
    prefetch_near(resources.callers, following)
    prefetch_near(resources.free, following)
    prefetch_near(resources.pools.pos, following)
    pool_soon(resources.pools, 0, np.int64(resources.callers[caller]["group"]))
    if resources.rings.shape[1] <= A_LINE:
        prefetch_near(resources.rings, following * resources.rings.shape[1])
    prefetch_near(carrier.numbers, following)
    prefetch_near(carrier.windows, place_of_record(carrier.windows, W_HOUR, following))
    if resources.rings.shape[1] > A_LINE:
        prefetch_ring(k, s, caller + 1)


@kernel
def prefetch_ring(k: Static, s: State, caller: int) -> None:
    """Prefetch the call times that a caller ID's limits look at after the next."""
    rings, limits = s.resources.rings, k.limits.caller
    depth = rings.shape[1]
    made = np.int64(s.resources.callers[caller]["attempts"])
    prefetch_near(rings, caller * depth + remainder(made, depth))
    for i in range(limits.shape[0]):
        place = made + 1 - np.int64(limits[i]["count"])
        if place >= 0:
            prefetch_near(rings, caller * depth + remainder(place, depth))


@kernel
def prefetch_counts(s: State, caller: int, now: int) -> None:
    """Prefetch what the end of a call touches of its caller ID."""
    prefetch(s.resources.callers, caller)
    prefetch(s.carrier.numbers, caller)
    prefetch(s.carrier.windows, place_of_record(s.carrier.windows, W_DELIVERED, caller))
    window_soon(s.carrier.window_counts, W_DELIVERED, caller, now, MONTH_BUCKET_MS)
    prefetch(s.carrier.weeks, caller)


@kernel
def prefetch_slot(s: State, slot: int) -> None:
    """Prefetch the call slot of the next dial, unless another is freed before."""
    prefetch_near(s.calls, slot)
    prefetch_near(s.fates, slot)


@kernel
def prefetch_person(s: State, person: int) -> None:
    """Prefetch what the dialer and the network keep of a person."""
    prefetch(s.people, person)
    depth = s.rings.shape[1]
    prefetch(s.rings, person * depth)
    prefetch(s.rings, person * depth + depth - 1)
    prefetch(s.carrier.subscribers, person)
    prefetch(s.carrier.subscribers, person, SUBSCRIBER_END)
