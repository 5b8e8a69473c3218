"""Transfers from a robot to a person (转人工): requests, takeovers, and hang-ups on hold.

The groups of a campaign's desk take over calls and nothing else; each is a pool of its own.
"""

from typing import Any

import numpy as np

from dialsim.agents.kernels import take_agent, wait_push, wait_remove
from dialsim.carrier.layout import TALK_OPTED_IN
from dialsim.core.codes import Kind, LeadState, Stream
from dialsim.core.quantiles import quantile
from dialsim.core.queue import queue_remove
from dialsim.core.rng import draw_by, hit
from dialsim.engine.leads.kernels import put_call
from dialsim.engine.pacing.kernels import note_taken
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel
from dialsim.outcomes.layout import INTERVAL_MS
from dialsim.pacing.layout import GAP_UNIT

NOBODY = -1
WITH_ROBOT, ON_HOLD, HANDED_OVER = 0, 1, 2


@kernel
def hand_over(k: Static, s: State, slot: int, now: int) -> bool:
    """A robot's talk is over: whether the call goes on, with a person or on hold for one."""
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
    if agent != NOBODY:
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
    """No transfer was asked for yet."""
    transfer["robot"] = NOBODY
    transfer["robot_ms"] = transfer["hold_ms"] = 0


@kernel
def desk_agent(k: Static, s: State, campaign: int) -> int:
    """Who takes over a call: of the first group of the desk with one, the longest idle agent."""
    desk = k.routes.desks[campaign]
    for i in range(desk.shape[0]):
        if desk[i] < 0:
            break
        agent = np.int64(s.crew.pools[desk[i]]["idle_head"])
        if agent != NOBODY:
            return agent
    return NOBODY


@kernel
def take_over(k: Static, s: State, agent: int, slot: int, now: int) -> None:
    """Put a callee who asked for a person and an agent of the desk together."""
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
    """How long somebody talks who is handed over in their n-th attempt."""
    u = draw_by(k.stream_keys, Stream.TRANSFER_TALK, s.people[person]["key"], n)
    return max(np.int64(quantile(k.profile.tables[TALK_OPTED_IN], u)), 1)


@kernel
def end_hold(s: State, slot: int, now: int) -> None:
    """Book the time on hold as time waited."""
    transfer = s.transfers[slot]
    transfer["hold_ms"] = now - np.int64(transfer["hold_tick"])
    s.calls[slot]["wait_ms"] += transfer["hold_ms"]


@kernel
def give_up(s: State, slot: int, now: int) -> None:
    """A callee on hold hangs up or is released; the robot's call it was."""
    campaign = np.int64(s.calls[slot]["campaign"])
    wait_remove(s.desks[campaign], s.calls, slot)
    end_hold(s, slot, now)
    s.progress[campaign]["not_taken"] += 1


@kernel
def next_held(k: Static, s: State, pool: int) -> int:
    """Call slot of the callee on hold longest for a group of a desk; -1: there is none."""
    served = k.routes.at_desk[pool]
    slot = np.int64(NOBODY)
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
def relieve(k: Static, s: State, agent: int, now: int) -> bool:
    """Give a free agent of a desk the callee on hold longest; false: no callee is on hold."""
    if s.transfers.shape[0] == 0:
        return False
    slot = next_held(k, s, np.int64(s.crew.agents[agent]["pool"]))
    if slot == NOBODY:
        return False
    wait_remove(s.desks[s.calls[slot]["campaign"]], s.calls, slot)
    queue_remove(s.queue, np.int64(k.world[0]["node_call"]) + slot)
    take_over(k, s, agent, slot, now)
    return True
