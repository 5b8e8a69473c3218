"""Transfers from a robot to a person (转人工): requests, takeovers, and hang-ups on hold.

The groups of a campaign's desk take over calls and nothing else; each is a pool of its own.
"""

from typing import Any

import numpy as np

from dialsim.agents.kernels import take_agent, wait_push, wait_remove
from dialsim.carrier.layout import Table
from dialsim.core.codes import NO_INDEX, Kind, LeadState, Stream
from dialsim.core.quantiles import quantile
from dialsim.core.queue import queue_remove
from dialsim.core.rng import draw_by, hit
from dialsim.engine.leads.kernels import put_call
from dialsim.engine.pacing.kernels import note_taken
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel
from dialsim.outcomes.layout import INTERVAL_MS
from dialsim.pacing.layout import GAP_UNIT

WITH_ROBOT, ON_HOLD, HANDED_OVER = 0, 1, 2


@kernel
def hand_over(k: Static, s: State, slot: int, now: int) -> bool:
    """End a robot's talk; return whether the call goes on, with a person or on hold for one."""
    call = s.calls[slot]
    campaign = np.int64(call["campaign"])
    share = np.int64(k.campaigns[campaign]["transfer_share"])
    fate = s.fates[slot]
    if share == 0 or call["stage"] != WITH_ROBOT or fate["live"] == 0 or fate["opt_out"] == 1:
        return False
    keys, n = k.stream_keys, np.int64(fate["attempt"])
    key = s.people[call["person"]]["key"]
    if not hit(draw_by(keys, Stream.TRANSFER, key, n), share):
        return False
    s.progress[campaign]["asked"] += 1
    transfer = s.transfers[slot]
    transfer["robot"] = call["agent"]
    transfer["robot_ms"] = now - np.int64(call["answer_tick"]) - np.int64(call["wait_ms"])
    transfer["hold_tick"] = now
    agent = desk_agent(k, s, campaign)
    if agent != NO_INDEX:
        take_over(k, s, agent, slot, now)
        return True
    mean_ms = np.int64(k.campaigns[campaign]["hold_patience_ms"])
    patience_ms = (
        mean_ms * np.int64(quantile(k.gaps, draw_by(keys, Stream.HOLD, key, n))) // GAP_UNIT
    )
    hold_ms = min(np.int64(k.campaigns[campaign]["hold_ms"]), patience_ms)
    if hold_ms <= 0:
        s.progress[campaign]["not_taken"] += 1
        return False
    call["stage"] = ON_HOLD
    s.leads[call["lead"]]["state"] = LeadState.WAITING
    wait_push(s.desks[campaign], s.calls, slot)
    put_call(k, s, slot, now + hold_ms, Kind.WAIT_END)
    return True


@kernel
def begin_transfer(transfer: Any) -> None:
    """Set a call's record of transfers to none."""
    transfer["robot"] = NO_INDEX
    transfer["robot_ms"] = transfer["hold_ms"] = 0


@kernel
def desk_agent(k: Static, s: State, campaign: int) -> int:
    """Choose who takes over a call: the longest idle agent of the desk's first group with one."""
    desk = k.routes.desks[campaign]
    for i in range(desk.shape[0]):
        if desk[i] < 0:
            break
        agent = np.int64(s.crew.pools[desk[i]]["idle_head"])
        if agent != NO_INDEX:
            return agent
    return NO_INDEX


@kernel
def take_over(k: Static, s: State, agent: int, slot: int, now: int) -> None:
    """Connect a callee who asked for a person with an agent of the desk."""
    call = s.calls[slot]
    campaign = np.int64(call["campaign"])
    progress = s.progress[campaign]
    end_hold(s, slot, now)
    progress["taken_over"] += 1
    progress["hold_ms"] += s.transfers[slot]["hold_ms"]
    take_agent(s.crew, agent, campaign, now, INTERVAL_MS)
    note_taken(s, agent, now)
    s.leads[call["lead"]]["state"] = LeadState.TALKING
    call["agent"] = agent
    call["stage"] = HANDED_OVER
    talk_ms = np.int64(s.fates[slot]["desk_ms"])
    put_call(k, s, slot, now + talk_ms, Kind.CALL_END)


@kernel
def desk_talk_ms(k: Static, s: State, person: int, n: int) -> int:
    """How long a callee talks who is handed over in their n-th attempt."""
    u = draw_by(k.stream_keys, Stream.TRANSFER_TALK, s.people[person]["key"], n)
    return max(np.int64(quantile(k.profile.tables[Table.TALK_OPTED_IN], u)), 1)


@kernel
def end_hold(s: State, slot: int, now: int) -> None:
    """Book the time on hold as waiting."""
    transfer = s.transfers[slot]
    transfer["hold_ms"] = now - np.int64(transfer["hold_tick"])
    s.calls[slot]["wait_ms"] += transfer["hold_ms"]


@kernel
def abandon_hold(s: State, slot: int, now: int) -> None:
    """End the call of a callee on hold: they hang up or are released."""
    campaign = np.int64(s.calls[slot]["campaign"])
    wait_remove(s.desks[campaign], s.calls, slot)
    end_hold(s, slot, now)
    s.progress[campaign]["not_taken"] += 1


@kernel
def next_held(k: Static, s: State, pool: int) -> int:
    """Call slot of the callee on hold longest for a group of a desk; -1: there is none."""
    served = k.routes.at_desk[pool]
    slot = np.int64(NO_INDEX)
    for i in range(served.shape[0]):
        if served[i] < 0:
            break
        head = np.int64(s.desks[served[i]]["wait_head"])
        if head < 0:
            continue
        if slot < 0 or s.transfers[head]["hold_tick"] < s.transfers[slot]["hold_tick"]:
            slot = head
    return slot


@kernel
def take_held(k: Static, s: State, agent: int, now: int) -> bool:
    """Give a free agent of a desk the callee on hold longest; false: no callee is on hold."""
    if s.transfers.shape[0] == 0:
        return False
    slot = next_held(k, s, np.int64(s.crew.agents[agent]["pool"]))
    if slot == NO_INDEX:
        return False
    wait_remove(s.desks[s.calls[slot]["campaign"]], s.calls, slot)
    queue_remove(s.queue, np.int64(k.world[0]["node_call"]) + slot)
    take_over(k, s, agent, slot, now)
    return True
