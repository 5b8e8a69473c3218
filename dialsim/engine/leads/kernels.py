"""States of leads: ready, asleep, finished; and which campaigns decide after a move."""

import numpy as np

from dialsim.core.codes import Kind, LeadState, Limit
from dialsim.core.delays import NO_LINE, delay_of, delay_put, delays_hand_on
from dialsim.core.person_flags import PersonFlag
from dialsim.core.queue import queue_is_in, queue_put, queue_put_now
from dialsim.core.queue_fifo import list_push
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel

BEHIND = 1 << 41  # more ticks than a run has


@kernel
def request_decision(k: Static, s: State, campaign: int, now: int) -> None:
    """Let a campaign decide at this tick how many to dial."""
    node = np.int64(k.world[0]["node_pace"]) + campaign
    if not queue_is_in(s.queue, node):
        queue_put_now(s.queue, node, now, Kind.PACE)


@kernel(inlined=True)
def request_decisions(k: Static, s: State, pool: int, now: int) -> None:
    """Let every campaign decide that a pool serves, and those that share agents with one."""
    first = np.int64(k.routes.served[pool, 0])
    if first < 0:
        return
    campaigns = k.routes.linked[first]
    for i in range(campaigns.shape[0]):
        if campaigns[i] < 0:
            return
        request_decision(k, s, np.int64(campaigns[i]), now)


@kernel(inlined=True)
def person_of(k: Static, s: State, lead: int) -> int:
    """Row of a lead's person."""
    record = s.leads[lead]
    return lead - np.int64(k.leads_of[record["campaign"], record["block"]]["shift"])


@kernel
def put_call(k: Static, s: State, slot: int, tick: int, kind: int) -> None:
    """Schedule the next event of a lead's call; at equal ticks leads' numbers decide."""
    queue_put(s.queue, np.int64(k.world[0]["node_call"]) + slot, tick, kind)


@kernel
def class_of(k: Static, s: State, lead: int) -> int:
    """Row of a lead's hours class."""
    return hours_of(k, s, np.int64(s.leads[lead]["campaign"]), person_of(k, s, lead))


@kernel
def hours_of(k: Static, s: State, campaign: int, person: int) -> int:
    """Row of the hours class in which a campaign may call a person."""
    return campaign * np.int64(k.world[0]["zones"]) + np.int64(s.people[person]["zone"])


@kernel
def area_of(k: Static, s: State, lead: int) -> int:
    """Area of a lead: which caller IDs may call its person."""
    if k.areas.groups.shape[1] == 1:
        return 0
    campaign = s.leads[lead]["campaign"]
    return np.int64(k.areas.of[campaign, s.people[person_of(k, s, lead)]["home"]])


@kernel
def make_ready(k: Static, s: State, lead: int, now: int) -> None:
    """Put a lead at the tail of the ready list of its hours class, area and grade.

    Grade 0 are calls that were agreed on, and go first; without such calls there is one grade.
    The mark of a lead in a list is below zero, and the larger the sooner it goes.
    """
    s.leads[lead]["state"] = LeadState.READY
    grades = np.int64(k.world[0]["grades"])
    agreed = grades > 1 and s.appointments[lead] >= 0
    row = class_of(k, s, lead) * k.areas.groups.shape[1] + area_of(k, s, lead)
    row = row * grades + (0 if agreed else grades - 1)
    node = np.int64(k.world[0]["node_lead"]) + lead
    list_push(s.queue, s.ready, row, node)
    s.queue.timers[node]["due"] = -2 - now - (0 if agreed else BEHIND)


@kernel
def finish_lead(s: State, lead: int, reason: int) -> None:
    """Close a lead for good."""
    s.leads[lead]["state"] = LeadState.FINISHED
    s.leads[lead]["reason"] = reason
    s.control[0]["finished"] += 1


@kernel(inlined=True)
def sleep(k: Static, s: State, lead: int, until: int) -> None:
    """Make a lead wait until a tick; beyond the last day it never comes due."""
    s.leads[lead]["state"] = LeadState.SLEEPING
    if until < k.world[0]["horizon"]:
        queue_put(s.queue, np.int64(k.world[0]["node_lead"]) + lead, until, Kind.DUE)


@kernel(inlined=True)
def sleep_in_line(k: Static, s: State, lead: int, until: int, now: int) -> None:
    """Make a lead wait until a tick, in a delay line if those before it are due no later."""
    row = delay_of(s.delays, until - now)
    if row == NO_LINE or until >= k.world[0]["horizon"]:
        sleep(k, s, lead, until)
        return
    s.leads[lead]["state"] = LeadState.SLEEPING
    delay_put(s.queue, s.delays, row, np.int64(k.world[0]["node_lead"]) + lead, now, Kind.DUE)


@kernel(inlined=True)
def hand_on_lines(k: Static, s: State, until: int) -> None:
    """Move leads due before a tick from the delay lines to the queue."""
    delays_hand_on(s.queue, s.delays, until, s.leads, np.int64(k.world[0]["node_lead"]))


@kernel
def on_due(k: Static, s: State, lead: int, now: int) -> None:
    """Make a lead ready whose wait is over."""
    make_ready(k, s, lead, now)
    campaign = np.int64(s.leads[lead]["campaign"])
    if s.progress[campaign]["limit"] == Limit.LEADS:
        request_decision(k, s, campaign, now)


@kernel
def free_person(k: Static, s: State, person: int, now: int) -> None:
    """Release a person whose call has ended: leads held by it come due."""
    who = s.people[person]
    held = np.int64(who["flags"]) & PersonFlag.HELD
    who["flags"] = np.int64(who["flags"]) & ~(PersonFlag.BUSY | PersonFlag.HELD)
    if not held:
        return
    source = np.int64(who["source"])
    row = person - np.int64(s.lists[source]["first"])
    for campaign in range(k.lead_base.shape[0]):
        base = np.int64(k.lead_base[campaign, source])
        if base < 0:
            continue
        if s.leads[base + row]["state"] == LeadState.HELD:
            node = np.int64(k.world[0]["node_lead"]) + base + row
            s.leads[base + row]["state"] = LeadState.SLEEPING
            queue_put(s.queue, node, now, Kind.DUE)
