"""Asking early for the memory of calls that are about to end and of people about to be dialled.

Each event touches records of one lead and its person, at random in gigabytes. Here they are asked
for some events before; nothing that is computed depends on it.
"""

from typing import Any

import numpy as np

from dialsim.carrier.layout import MONTH_BUCKET_MS, SUBSCRIBER, W_DELIVERED, WEEK_BUCKET_MS
from dialsim.core.aligned import CACHE_LINE
from dialsim.core.counts import remainder
from dialsim.core.jit import kernel
from dialsim.core.pool import pool_soon
from dialsim.core.prefetch import prefetch, prefetch_near
from dialsim.core.queue import queue_soon
from dialsim.core.queue_layout import SLOTS, Queue
from dialsim.core.windows import BESIDE, four_soon, window_soon
from dialsim.engine.leads.kernels import person_of
from dialsim.engine.state import State, Static

A_LINE = 8  # ticks in a line of memory
SUBSCRIBER_END = SUBSCRIBER.itemsize - 1
A_CALLER_ID = 64  # ticks' room that is kept of one beside the ring of its calls
AT_HAND = 640_000  # of all of them, up to which most of it stays in the cache: asking costs more
WINDOW_BITS = 8  # a slot of the wheel's first level: a quarter of a second
WINDOWS = SLOTS  # the first of them
MINUTE_BITS = 16  # of its second level: 65.5 s
MINUTES = 2 * SLOTS


@kernel(inlined=False)
def look_ahead(k: Static, s: State, found: int, now: int) -> None:
    """Ask for all that the events of the next quarter of a second will touch.

    ``found``: how many of their nodes stand in ``soon``; -1: they are to be looked for. A call's
    record tells whose it is and from which caller ID, a lead's where its person is: both must have
    come before those can be asked for, hence two rounds.
    """
    if found < 0:
        found = queue_soon(s.queue, s.soon[3])
    leads, calls, agents = sort_out(k, s, found)
    due, soon, free = s.soon[0], s.soon[1], s.soon[2]
    for i in range(leads):
        prefetch(s.leads, np.int64(due[i]))
    for i in range(calls):
        prefetch(s.calls, np.int64(soon[i]))
        prefetch(s.calls, np.int64(soon[i]), CACHE_LINE)
        prefetch(s.fates, np.int64(soon[i]))
    for i in range(agents):
        prefetch(s.crew.agents, np.int64(free[i]))
    first, first_agent = np.int64(k.world[0]["node_lead"]), np.int64(k.world[0]["node_agent"])
    for i in range(leads):
        ask_for_person(s, person_of(k, s, np.int64(due[i])))
    for i in range(calls):
        call = s.calls[soon[i]]
        ask_for_person(s, np.int64(call["person"]))
        lead = max(np.int64(call["lead"]), 0)  # some are over since they were noted
        prefetch(s.leads, lead)
        prefetch(s.queue.timers, first + lead)
        agent = max(np.int64(call["agent"]), 0)
        prefetch(s.crew.agents, agent)
        prefetch(s.queue.timers, first_agent + agent)
        if lie_far(s):
            ask_for_counts(s, call, now)


@kernel
def sort_out(k: Static, s: State, nodes: int) -> tuple[int, int, int]:
    """Write which leads, calls and agents the next events are about into ``soon``; return how many.

    What an event is about is not foreseen: instead of branches on it, each is written three times,
    and counts where it belongs.
    """
    first, first_call = np.int64(k.world[0]["node_lead"]), np.int64(k.world[0]["node_call"])
    first_agent = np.int64(k.world[0]["node_agent"])
    leads = calls = agents = 0
    for i in range(nodes):
        node = np.int64(s.soon[3, i])
        s.soon[0, leads] = node - first
        leads += np.int64(np.uint64(node - first) < np.uint64(s.leads.shape[0]))
        s.soon[1, calls] = node - first_call
        calls += np.int64(np.uint64(node - first_call) < np.uint64(s.calls.shape[0]))
        s.soon[2, agents] = node - first_agent
        agents += np.int64(np.uint64(node - first_agent) < np.uint64(s.crew.agents.shape[0]))
    return leads, calls, agents


@kernel
def note_on(s: State, node: int, found: int) -> tuple[int, int]:
    """Write a node of the next quarter of a second into ``soon``: who follows, and how many stand.

    What is put there meanwhile stands before it, and is not among them.
    """
    if found == s.soon.shape[1]:
        return np.int64(-1), found
    s.soon[3, found] = node
    return walk_on(s.queue, node), found + 1


@kernel
def next_window(q: Queue, now: int) -> int:
    """First node of those that fall due in the quarter of a second after this one, -1: none.

    At a minute's end none lie there yet.
    """
    return np.int64(q.heads[WINDOWS + (((now >> WINDOW_BITS) + 1) & (SLOTS - 1))])


@kernel
def next_minute(q: Queue, now: int) -> int:
    """First node of those that fall due in the minute after this one, -1: none; see `walk_on`.

    The slot of the wheel's second level that the cursor comes to next.
    """
    slot = MINUTES + (((now >> MINUTE_BITS) + 1) & (SLOTS - 1))
    return np.int64(q.heads[slot])


@kernel
def walk_on(q: Queue, node: int) -> int:
    """Ask for the record behind a node, and return its number.

    Each record names the next, so that a list strewn over memory costs a wait at each; a step for
    each event, a quarter of a second or a minute ahead, waits for hardly more than the first. Where
    the list changed meanwhile it leads elsewhere, which costs nothing.
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

    The processor itself reads ahead along a list only while little else is read in between.
    """
    after = lead + 1
    if after >= s.leads.shape[0]:
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

    Those of a group take turns, so as a rule it is the next but one by number. Their counts lie
    beside those of their neighbours, who call shortly before. A long ring of calls does not; where
    it is looked at the next one's record says, which was asked for one call ago.
    """
    resources, carrier, following = s.resources, s.carrier, caller + 2
    if not lie_far(s) or following >= resources.callers.shape[0]:
        return
    prefetch_near(resources.callers, following)
    prefetch_near(resources.free, following)
    prefetch_near(resources.pools.pos, following)
    pool_soon(resources.pools, 0, np.int64(resources.callers[caller]["group"]))
    if resources.rings.shape[1] <= A_LINE:
        prefetch_near(resources.rings, following * resources.rings.shape[1])
    prefetch_near(carrier.lines, following)
    prefetch_near(carrier.windows, following * BESIDE)
    if resources.rings.shape[1] > A_LINE:
        ask_for_ring(k, s, caller + 1)


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
    window_soon(s.carrier.window_counts, W_DELIVERED, line, now, MONTH_BUCKET_MS)
    four_soon(s.carrier.weeks, s.carrier.week_counts, line, now, WEEK_BUCKET_MS)


@kernel
def ask_for_slot(s: State, slot: int) -> None:
    """Ask for a call slot that the next dial takes, unless another is given back before."""
    prefetch_near(s.calls, slot)
    prefetch_near(s.calls, slot, CACHE_LINE)
    prefetch_near(s.fates, slot)


@kernel
def ask_for_person(s: State, person: int) -> None:
    """Ask for what the dialer and the network keep of a person."""
    prefetch(s.people, person)
    depth = s.rings.shape[1]
    prefetch(s.rings, person * depth)
    prefetch(s.rings, person * depth + depth - 1)
    prefetch(s.carrier.subscribers, person)
    prefetch(s.carrier.subscribers, person, SUBSCRIBER_END)
