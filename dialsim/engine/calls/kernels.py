"""One attempt from dial to settlement: signal, answer, agent, talk, and the lead's next step."""

from typing import Any

import numpy as np

from dialsim.agents.kernels import (
    end_wrap_up,
    free_agent,
    set_agent_state,
    take_agent,
    wait_push,
    wait_remove,
    wrap_up_ms,
)
from dialsim.carrier.contexts import Attempt
from dialsim.carrier.delivery.kernels import RECORDING, patience
from dialsim.carrier.kernels import judge
from dialsim.carrier.layout import SubscriberFlag
from dialsim.compliance.kernels import (
    is_route_refusal,
    retire_caller,
    take_caller,
    take_trunk,
    try_route,
)
from dialsim.compliance.limits.kernels import pack_attempt, remembered
from dialsim.core.causes import is_blocked
from dialsim.core.codes import (
    NO_INDEX,
    AgentState,
    Cause,
    EventCode,
    Kind,
    LeadState,
    Limit,
    Seen,
    Stream,
)
from dialsim.core.counts import place_in_ring
from dialsim.core.person_flags import OPERATOR, PersonFlag
from dialsim.core.queue import queue_put, queue_remove
from dialsim.core.rng import draw_by, happens
from dialsim.engine.caller_status.kernels import report_excess
from dialsim.engine.leads.kernels import free_person, put_call, request_decision
from dialsim.engine.network.kernels import await_rung, log_gateway, mark_number, react
from dialsim.engine.pacing.kernels import (
    choose_probe,
    judge_end,
    more_than_one_each,
    note_dial,
    note_end,
    note_free,
    note_served,
    note_taken,
    request_linked_decisions,
    request_pool_decisions,
    resume_seconds,
)
from dialsim.engine.prefetching.kernels import prefetch_next_call, prefetch_slot
from dialsim.engine.retries.kernels import keep_appointment, next_step
from dialsim.engine.sharing.kernels import next_waiting, take_turn
from dialsim.engine.state import State, Static
from dialsim.engine.transfer.kernels import (
    ON_HOLD,
    WITH_ROBOT,
    abandon_hold,
    begin_transfer,
    desk_talk_ms,
    hand_over,
    take_held,
)
from dialsim.jit.decorator import kernel
from dialsim.outcomes.kernels import (
    add_digest,
    log_event,
    tally_attempt,
    write_call,
    write_transfer,
)
from dialsim.outcomes.layout import INTERVAL_MS
from dialsim.pacing.kernels import book_answer, book_estimate
from dialsim.pacing.layout import MACHINES_OUT

SIP_CANCELLED = 487
PURPOSES = 3
RECORD, REPLAY = 1, 2  # values of WORLD's `tape`


@kernel
def place_call(
    k: Static, s: State, campaign: int, lead: int, person: int, caller: int, now: int
) -> None:
    """Dial: book person, caller ID, trunk and pool, then let the network decide."""
    record = s.leads[lead]
    who = s.people[person]
    n = np.int64(who["attempts"])
    if np.int64(who["flags"]) & PersonFlag.COMPLAINED:
        s.control[0]["to_complainants"] += 1
    who["flags"] |= PersonFlag.BUSY
    ring = s.rings[person]
    ring[place_in_ring(n, ring.shape[0])] = pack_attempt(now, caller, campaign)
    who["attempts"] = n + 1
    record["attempts"] += 1
    record["state"] = LeadState.DIALLING
    keep_appointment(k, s, lead, now)
    take_caller(s.resources, k.limits, caller, np.int64(who["home"]) & OPERATOR, now)
    prefetch_next_call(k, s, caller)
    trunk = np.int64(s.resources.groups[s.resources.callers[caller]["group"]]["trunk"])
    take_trunk(s.resources, k.limits, trunk, now)
    if s.resources.trunks[trunk]["abroad"] == 1:
        most, retry_ms = k.world[0]["rejections_to_retire"], k.world[0]["route_retry_ms"]
        try_route(s.resources.trunks[trunk], np.int64(most), np.int64(retry_ms), now)
    note_dial(k, s, campaign, now)
    s.progress[campaign]["to_dial"] -= 1
    if s.progress.shape[0] > 1:
        take_turn(k, s, campaign)
    slot = take_slot(s, lead, caller, trunk, now)
    call = s.calls[slot]
    call["person"], call["campaign"] = person, campaign
    call["robot"] = k.campaigns[campaign]["robot"]
    if k.campaigns[campaign]["transfer_share"] > 0:
        begin_transfer(s.transfers[slot])
    choose_probe(k, s, slot, now)
    ask_network(k, s, slot, n, now)
    kind = Kind.ANSWER if call["answered"] == 1 else Kind.CALL_END
    put_call(k, s, slot, now + np.int64(call["after_ms"]), kind)


@kernel
def take_slot(s: State, lead: int, caller: int, trunk: int, now: int) -> int:
    """Open a free call slot."""
    control = s.control[0]
    slot = np.int64(control["free_call"])
    call = s.calls[slot]
    following = np.int64(call["next"])
    control["free_call"] = following
    control["attempts"] += 1
    prefetch_slot(s, max(following, 0))
    s.queue.ranks[slot] = lead
    call["dial_tick"] = now
    call["answer_tick"] = -1
    call["lead"] = lead
    call["caller"] = caller
    call["trunk"] = trunk
    call["agent"] = NO_INDEX
    call["wait_ms"] = 0
    call["seen"] = 0
    call["stage"] = WITH_ROBOT
    return slot


@kernel
def ask_network(k: Static, s: State, slot: int, n: int, now: int) -> None:
    """Get what comes back for an attempt, from the network or from a replay's tape."""
    call = s.calls[slot]
    fate = s.fates[slot]
    world = k.world[0]
    campaign = k.campaigns[call["campaign"]]
    if world["tape"] == REPLAY:
        play_back(s.tape[s.control[0]["attempts"] - 1], call, fate, n)
    else:
        person, caller = np.int64(call["person"]), np.int64(call["caller"])
        attempt = Attempt(now, person, caller, k.stream_keys, s.people[person]["key"], n)
        if campaign["transfer_share"] > 0:
            fate["desk_ms"] = desk_talk_ms(k, s, person, n)
        trunk = s.resources.trunks[call["trunk"]]
        timeout_ms = np.int64(campaign["ring_timeout_ms"])
        raised, raised_there = judge(s.carrier, k.profile, trunk, call, fate, attempt, timeout_ms)
        fate["declined"] = will_decline(k, s, slot, n)
        await_rung(k, s, raised, now)
        await_rung(k, s, raised_there, now)
        gateway = np.int64(s.carrier.numbers[caller]["gateway"])
        if gateway >= 0 and s.carrier.gateways[gateway]["raised"] == 1:
            log_gateway(k, s, gateway, now)
        report_excess(s, np.int64(call["trunk"]), np.int64(fate["cause"]), now)
    if call["answered"] == 0:
        call["seen"] = outcome_seen(k.profile, call)
    if world["tape"] == RECORD:
        if call["answered"] == 1:
            patience_of(k, s, slot)
        record_signal(s.tape[s.control[0]["attempts"] - 1], call, fate)


@kernel
def will_decline(k: Static, s: State, slot: int, n: int) -> int:
    """Whether a callee, once connected, will say that they are not interested.

    Nobody says so to a recording, nor who hangs up at the recording notice.
    """
    call, fate = s.calls[slot], s.fates[slot]
    network = k.profile.network[0]
    if call["answered"] == 0 or fate["live"] == 0 or call["robot"] == RECORDING:
        return 0
    if fate["talk_ms"] <= network["notice_ms"]:
        return 0
    person = np.int64(call["person"])
    genuine = np.int64(s.carrier.subscribers[person]["flags"]) & SubscriberFlag.GENUINE
    row = 0 if genuine else PURPOSES
    chance = np.int64(network["declined"][row + np.int64(k.campaigns[call["campaign"]]["purpose"])])
    return 1 if happens(k.stream_keys, Stream.DECLINED, s.people[person]["key"], n, chance) else 0


@kernel
def patience_of(k: Static, s: State, slot: int) -> int:
    """How long the callee of a call waits, in ms; drawn when first needed."""
    fate = s.fates[slot]
    if fate["patience_ms"] == 0:
        key = s.people[s.calls[slot]["person"]]["key"]
        fate["patience_ms"] = patience(k.profile, k.stream_keys, key, np.int64(fate["attempt"]))
    return np.int64(fate["patience_ms"])


@kernel
def draw_patience(k: Static, s: State) -> None:
    """Draw how long the callees of all calls under way wait, from the streams of their dials."""
    for slot in range(s.calls.shape[0]):
        if s.calls[slot]["lead"] != NO_INDEX and s.calls[slot]["answered"] == 1:
            patience_of(k, s, slot)


@kernel
def outcome_seen(profile: Any, call: Any) -> int:
    """The outcome that a dialer sees of a failed call: by its code, or by its announcement."""
    said = profile.announced[call["announcement"]]
    if said != 0 and profile.ambiguous[call["sip"]] == 1:
        return np.int64(said)
    return np.int64(profile.meaning[call["sip"]])


@kernel
def play_back(heard: Any, call: Any, fate: Any, n: int) -> None:
    """Replay the recorded signal of an attempt; its true cause is not known."""
    call["after_ms"] = heard["after_ms"]
    call["sip"] = heard["sip"]
    call["announcement"] = heard["announcement"]
    call["answered"] = heard["answered"]
    fate["talk_ms"] = heard["talk_ms"]
    fate["patience_ms"] = heard["patience_ms"]
    fate["desk_ms"] = heard["desk_ms"]
    fate["live"] = heard["live"]
    fate["opt_out"] = heard["opt_out"]
    fate["declined"] = heard["declined"]
    fate["attempt"] = n
    fate["cause"] = 0
    fate["delivered"] = 0


@kernel
def record_signal(heard: Any, call: Any, fate: Any) -> None:
    """Record all that reaches the dialer of an attempt, for a replay."""
    heard["after_ms"] = call["after_ms"]
    heard["sip"] = call["sip"]
    heard["announcement"] = call["announcement"]
    heard["answered"] = call["answered"]
    heard["talk_ms"] = fate["talk_ms"]
    heard["patience_ms"] = fate["patience_ms"]
    heard["desk_ms"] = fate["desk_ms"]
    heard["live"] = fate["live"]
    heard["opt_out"] = fate["opt_out"]
    heard["declined"] = fate["declined"]


@kernel
def on_answer(k: Static, s: State, slot: int, now: int) -> None:
    """A person or an assistant answers."""
    call = s.calls[slot]
    campaign = np.int64(call["campaign"])
    note_end(k, s, campaign, np.int64(call["dial_tick"]), 1, now)
    judge_end(k, s, slot, 1, now)
    call["answer_tick"] = now
    agent = free_agent(s.crew, k.routes, campaign)
    if agent != NO_INDEX:
        connect(k, s, agent, slot, now)
        if s.progress[campaign]["limit"] == Limit.LEADS and more_than_one_each(
            k.campaigns[campaign]
        ):
            resume_seconds(k, s, campaign, now - 1)  # its agents may hold it now, not its list
        return
    drop_after_ms = np.int64(k.campaigns[campaign]["drop_after_ms"])
    wait_ms = min(drop_after_ms, patience_of(k, s, slot))
    if wait_ms <= 0:
        abandon(k, s, slot, now)
        return
    s.leads[call["lead"]]["state"] = LeadState.WAITING
    wait_push(s.ledgers[campaign], s.calls, slot)
    put_call(k, s, slot, now + wait_ms, Kind.WAIT_END)


@kernel(inlined=True)
def connect(k: Static, s: State, agent: int, slot: int, now: int) -> None:
    """Connect an idle agent and a callee."""
    call = s.calls[slot]
    campaign = np.int64(call["campaign"])
    fate = s.fates[slot]
    take_agent(s.crew, agent, campaign, now, INTERVAL_MS)
    note_taken(s, agent, now)
    s.leads[call["lead"]]["state"] = LeadState.TALKING
    call["agent"] = agent
    call["wait_ms"] = now - np.int64(call["answer_tick"])
    call["seen"] = Seen.CONNECTED if fate["live"] == 1 else Seen.ASSISTANT
    terms = k.campaigns[campaign]
    if fate["live"] == 1 or terms["counts_assistants"] != 0:
        late = 1 if fate["live"] == 1 and call["wait_ms"] > terms["connect_within_ms"] else 0
        if terms["counts_assistants"] == MACHINES_OUT:
            book_estimate(s.ledgers[campaign], np.int64(fate["live"]), late, 0, now)
        else:
            book_answer(s.ledgers[campaign], late, now)
        s.progress[campaign]["connected_late"] += late
        note_served(k, s, campaign, late, now)
    talk_ms = np.int64(fate["talk_ms"])
    if terms["robot"] == RECORDING and talk_ms >= terms["message_ms"]:
        talk_ms = np.int64(terms["message_ms"])  # the recording is over
        s.progress[campaign]["heard_out"] += np.int64(fate["live"])
    put_call(k, s, slot, now + talk_ms, Kind.CALL_END)


@kernel
def on_wait_end(k: Static, s: State, slot: int, now: int) -> None:
    """End a callee's wait: they hang up or are released."""
    if s.calls[slot]["stage"] == ON_HOLD:
        abandon_hold(s, slot, now)
        settle(k, s, slot, now)
        return
    wait_remove(s.ledgers[s.calls[slot]["campaign"]], s.calls, slot)
    s.calls[slot]["wait_ms"] = now - np.int64(s.calls[slot]["answer_tick"])
    abandon(k, s, slot, now)


@kernel
def abandon(k: Static, s: State, slot: int, now: int) -> None:
    """End an answered call for want of an agent; the dialer counts it as a person's."""
    campaign = np.int64(s.calls[slot]["campaign"])
    if k.campaigns[campaign]["counts_assistants"] == MACHINES_OUT:
        book_estimate(s.ledgers[campaign], 0, 0, 1, now)
    else:
        book_answer(s.ledgers[campaign], 1, now)
    note_served(k, s, campaign, 1, now)
    s.calls[slot]["seen"] = Seen.ABANDONED
    settle(k, s, slot, now)


@kernel
def on_call_end(k: Static, s: State, slot: int, now: int) -> None:
    """End a call: it failed, or its talk is over."""
    call = s.calls[slot]
    agent = np.int64(call["agent"])
    if call["answered"] == 0:
        note_end(k, s, np.int64(call["campaign"]), np.int64(call["dial_tick"]), 0, now)
        judge_end(k, s, slot, 0, now)
    if agent >= 0:
        begin_wrap_up(k, s, slot, now)
        if hand_over(k, s, slot, now):
            return
    settle(k, s, slot, now)


@kernel
def begin_wrap_up(k: Static, s: State, slot: int, now: int) -> None:
    """Begin the wrap-up of a call's agent."""
    call = s.calls[slot]
    agent = np.int64(call["agent"])
    talk_ms = now - np.int64(s.crew.agents[agent]["since"])
    set_agent_state(s.crew, agent, AgentState.WRAP_UP, now, INTERVAL_MS)
    group = s.crew.groups[s.crew.agents[agent]["group"]]
    fate = s.fates[slot]
    live, n = np.int64(fate["live"]), np.int64(fate["attempt"])
    key = s.people[call["person"]]["key"]
    wrap_ms = wrap_up_ms(group, k.wraps, live, talk_ms, k.stream_keys, key, n)
    if call["stage"] == WITH_ROBOT:  # a desk takes no turns
        s.progress[call["campaign"]]["busy_ms"] += talk_ms + wrap_ms
    queue_put(s.queue, np.int64(k.world[0]["node_agent"]) + agent, now + wrap_ms, Kind.AGENT)


@kernel
def on_agent(k: Static, s: State, agent: int, now: int) -> None:
    """End an agent's wrap-up: serve the callee waiting or on hold longest, or decide anew."""
    pool = np.int64(s.crew.agents[agent]["pool"])
    note_free(k, s, agent, now)
    if not end_wrap_up(s.crew, agent, now, INTERVAL_MS):
        return
    if take_held(k, s, agent, now):
        return
    slot = next_waiting(k, s, pool)
    if slot == NO_INDEX:
        request_pool_decisions(k, s, pool, 1, now)
        return
    campaign = np.int64(s.calls[slot]["campaign"])
    wait_remove(s.ledgers[campaign], s.calls, slot)
    queue_remove(s.queue, np.int64(k.world[0]["node_call"]) + slot)
    connect(k, s, agent, slot, now)
    resume_seconds(k, s, campaign, now - 1)  # others may be idle who came while the callee waited


@kernel
def settle(k: Static, s: State, slot: int, now: int) -> None:
    """Close an attempt: log, count, draw the callee's reactions, choose the lead's next step."""
    call = s.calls[slot]
    fate = s.fates[slot]
    control = s.control[0]
    lead = np.int64(call["lead"])
    campaign = np.int64(call["campaign"])
    person = np.int64(call["person"])
    who = s.people[person]
    ring = s.rings[person]
    quick_ms = np.int64(k.world[0]["suspicion_quick_ms"])
    after_ms = now - np.int64(call["dial_tick"])
    seen = remembered(np.int64(call["seen"]), after_ms, quick_ms)
    ring[place_in_ring(np.int64(fate["attempt"]), ring.shape[0])] |= seen
    row = s.memory.calls[control["calls"]]
    write_call(row, call, fate, now)
    if k.campaigns[campaign]["transfer_share"] > 0:
        write_transfer(row, s.transfers[slot])
    row["person"] = person
    row["campaign"] = campaign
    row["attempt"] = s.leads[lead]["attempts"]
    row["seen_operator"] = np.int64(who["home"]) & OPERATOR
    row["true_operator"] = s.carrier.subscribers[person]["operator"]
    control["calls"] += 1
    s.progress[campaign]["ended"] += 1
    live = np.int64(fate["live"])
    first_reach = 0
    if live == 1 and not np.int64(who["flags"]) & PersonFlag.REACHED:
        who["flags"] |= PersonFlag.REACHED
        first_reach = 1
    tally_attempt(s.memory, row, live, first_reach)
    add_digest(control, who["key"], call, fate, row)
    note_rejection(k, s, call, now)
    opt_out(k, s, slot, person, now)
    if fate["delivered"] == 1:
        row["grounds"] = react(k, s, slot, person, now)
    release(k, s, slot, now)
    next_step(k, s, lead, slot, now)
    free_person(k, s, person, now)
    changed = 1 if call["agent"] == NO_INDEX else 0
    request_linked_decisions(k, s, campaign, changed, now)


@kernel
def note_rejection(k: Static, s: State, call: Any, now: int) -> None:
    """Retire a caller ID that was refused several times in a row.

    What a route refuses whichever number calls says nothing of the number: the route rests.
    """
    caller = np.int64(call["caller"])
    record = s.resources.callers[caller]
    trunk = s.resources.trunks[call["trunk"]]
    rejected = call["seen"] == Seen.LINE_REJECTED
    most, retry_ms = k.world[0]["rejections_to_retire"], k.world[0]["route_retry_ms"]
    held = trunk["held_until"] > 0
    if is_route_refusal(trunk, rejected, np.int64(most), np.int64(retry_ms), now):
        return
    if held and not rejected:
        for campaign in range(s.progress.shape[0]):
            if s.progress[campaign]["limit"] in (Limit.TRUNKS, Limit.CALLER_IDS):
                request_decision(k, s, campaign, now)
    if not rejected:
        record["rejected"] = 0
        return
    record["rejected"] += 1
    if record["rejected"] >= k.world[0]["rejections_to_retire"]:
        retire_caller(s.resources, caller)


@kernel
def opt_out(k: Static, s: State, slot: int, person: int, now: int) -> None:
    """Put a connected callee who asks not to be called again on the own list.

    Without a way to ask, half of them mark the number instead.
    """
    call = s.calls[slot]
    fate = s.fates[slot]
    if call["seen"] != Seen.CONNECTED or fate["opt_out"] == 0:
        return
    campaign = np.int64(call["campaign"])
    if k.campaigns[campaign]["opt_out_offered"] == 1:
        s.people[person]["flags"] |= PersonFlag.WITHDRAWN
        log_event(s.memory, s.control[0], call, person, campaign, EventCode.OPT_OUT, now)
        s.memory.later[campaign]["opt_outs"] += 1
        return
    if k.world[0]["tape"] == REPLAY or k.profile.network[0]["off_labels"] == 1:
        return
    u = draw_by(k.stream_keys, Stream.OPT_OUT, s.people[person]["key"], np.int64(fate["attempt"]))
    if np.int64(u & np.uint64(1)) == 1:
        mark_number(k, s, call, person, campaign, now)


@kernel
def release(k: Static, s: State, slot: int, now: int) -> None:
    """Free the call slot and its channel; let campaigns that lacked a trunk decide."""
    call = s.calls[slot]
    trunk = s.resources.trunks[call["trunk"]]
    full = trunk["in_use"] == trunk["channels"]
    trunk["in_use"] -= 1
    call["lead"] = NO_INDEX
    call["next"] = s.control[0]["free_call"]
    s.control[0]["free_call"] = slot
    if not full:
        return
    for campaign in range(s.progress.shape[0]):
        if s.progress[campaign]["limit"] == Limit.TRUNKS:
            request_decision(k, s, campaign, now)


@kernel
def add_flags(k: Static, s: State, person: int, bits: int, now: int) -> None:
    """Add flags to a person; a withdrawn consent cancels a ringing call."""
    who = s.people[person]
    who["flags"] = np.int64(who["flags"]) | bits
    if not bits & PersonFlag.WITHDRAWN or not np.int64(who["flags"]) & PersonFlag.BUSY:
        return
    for slot in range(s.calls.shape[0]):
        call = s.calls[slot]
        if call["lead"] == NO_INDEX or call["person"] != person:
            continue
        if s.leads[call["lead"]]["state"] == LeadState.DIALLING:
            cancel(k, s, slot, now)


@kernel
def cancel(k: Static, s: State, slot: int, now: int) -> None:
    """Cancel an attempt that is not answered yet."""
    queue_remove(s.queue, np.int64(k.world[0]["node_call"]) + slot)
    call = s.calls[slot]
    fate = s.fates[slot]
    call["after_ms"] = now - np.int64(call["dial_tick"])
    call["answered"] = 0
    call["sip"] = SIP_CANCELLED
    call["announcement"] = 0
    call["seen"] = Seen.CANCELLED
    fate["live"] = 0
    fate["delivered"] = 0
    if not is_blocked(np.int64(fate["cause"])):
        fate["cause"] = Cause.CANCELLED
    on_call_end(k, s, slot, now)
