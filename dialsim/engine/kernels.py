"""The loop, and how a campaign dials: due, verdict, caller ID; then `calls` takes over.

``advance`` pops events in the order of SEMANTICS.md and hands each to its kernel; the stages
decide, the engine moves leads from state to state (`transitions.py`) and puts the nodes.

Read on in `order/kernels.py` for whose turn it is, in `calls/kernels.py` for one call from dial to
settlement, in `retries/kernels.py` and `leads/kernels.py` for what becomes of a lead, in
`network/kernels.py` for what the network does later.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.agents.kernels import end_shift, note_next_end, start_shift
from dialsim.compliance.kernels import take_up_again, verdict
from dialsim.core.codes import Kind, LeadState, Limit, Status, Verdict
from dialsim.core.person_flags import PersonFlag
from dialsim.core.queue import (
    queue_is_in,
    queue_kind,
    queue_next,
    queue_now,
    queue_put,
    queue_remove,
    queue_remove_now,
    queue_take,
)
from dialsim.core.queue_fifo import list_pop
from dialsim.engine.caller_status.kernels import on_block, on_dated, on_platform, on_trunk
from dialsim.engine.calls.kernels import (
    add_flags,
    on_agent,
    on_answer,
    on_call_end,
    on_wait_end,
    place_call,
)
from dialsim.engine.complaints.kernels import on_case_node, on_review_end, on_stop_appeal
from dialsim.engine.leads.kernels import (
    area_of,
    finish_lead,
    hours_of,
    make_ready,
    on_due,
    person_of,
    request_decision,
    request_decisions,
    sleep,
)
from dialsim.engine.network.kernels import on_calm, on_gateway, on_label, on_ladder
from dialsim.engine.order.kernels import (
    FRESH,
    choose_lead,
    fresh_lead,
    next_turn,
    note_turn,
    pick_for,
)
from dialsim.engine.pacing.kernels import decide_anew, next_second, on_pace, resume_seconds
from dialsim.engine.prefetching.kernels import (
    NOTHING_AHEAD,
    prefetch_list_row,
    prefetch_ready,
    prepare_window,
)
from dialsim.engine.retries.kernels import lapse_decline
from dialsim.engine.sharing.kernels import may_risk, whose_turn
from dialsim.engine.state import REPLAY, State, Static
from dialsim.jit.decorator import kernel
from dialsim.outcomes.layout import INTERVAL_MS
from dialsim.pacing.kernels import held_by_itself, set_limit
from dialsim.pacing.layout import GAP_BITS

Array = NDArray[Any]

EVENT_ROWS = 6  # most rows one step may log of each kind
ACTION_ROWS = 8
CASE_ROWS = 3


@kernel
def advance(k: Static, s: State, until: int, budget: int) -> int:
    """Play every event before ``until``, at most ``budget`` of them; return a `Status`."""
    control = s.control[0]
    world = k.world[0]
    end = min(until, np.int64(world["end"]))
    status, played, last = Status.YIELD, np.int64(0), np.int64(0)
    ahead = NOTHING_AHEAD
    steps = np.int64(0)  # that the logs surely have room for
    for _ in range(budget):
        if steps == 0:
            steps = steps_with_room(s)
            if steps == 0:
                status = Status.LOG_FULL if logs_full(s) else Status.CASES_FULL
                break
        steps -= 1
        node = queue_next(s.queue, end)
        if node < 0:
            status = Status.DONE if until >= world["end"] else Status.REACHED
            break
        now, kind = queue_now(s.queue), queue_kind(s.queue, node)
        if kind < Kind.PACE:  # pacing and dialling follow at the same tick
            ahead = prepare_window(k, s, ahead, now)
        if kind == Kind.DIAL:
            if on_dial(k, s, node - np.int64(world["node_dial"]), now) == Status.NEED_LEADS:
                status = Status.NEED_LEADS
                break
        else:
            queue_take(s.queue, node)
            if kind >= Kind.AGENT:
                dispatch_dialler(k, s, node, kind, now)
            else:
                dispatch_call(k, s, node, kind, now)
        last = now
        played += 1
    if played > 0:
        control["now"] = last
        control["events"] += played
    return status


@kernel
def steps_with_room(s: State) -> int:
    """Count the steps that surely fit into the logs."""
    control = s.control[0]
    calls = s.memory.calls.shape[0] - np.int64(control["calls"])
    events = (s.memory.events.shape[0] - np.int64(control["events_logged"])) // EVENT_ROWS
    actions = (s.memory.actions.shape[0] - np.int64(control["actions"])) // ACTION_ROWS
    cases = (s.carrier.cases.shape[0] - np.int64(control["cases"])) // CASE_ROWS
    return max(min(calls, events, actions, cases), 0)


@kernel
def logs_full(s: State) -> bool:
    """Whether a log might lack room for the rows of one more step."""
    control = s.control[0]
    return bool(
        control["calls"] >= s.memory.calls.shape[0]
        or control["events_logged"] + EVENT_ROWS > s.memory.events.shape[0]
        or control["actions"] + ACTION_ROWS > s.memory.actions.shape[0]
    )


@kernel
def apply_updates(k: Static, s: State, entries: Array, now: int) -> int:
    """Apply updates from outside (DATED[n]) at ``now``; return how many fitted into the logs."""
    for i in range(entries.shape[0]):
        if logs_full(s):
            return i
        person = np.int64(entries[i]["row"])
        add_flags(k, s, person, np.int64(entries[i]["flags"]), now)
    return np.int64(entries.shape[0])


@kernel
def dispatch_call(k: Static, s: State, node: int, kind: int, now: int) -> None:
    """Handle an event of a call under way or of the network."""
    world = k.world[0]
    if kind == Kind.CALL_END:
        on_call_end(k, s, node - np.int64(world["node_call"]), now)
    elif kind == Kind.ANSWER:
        on_answer(k, s, node - np.int64(world["node_call"]), now)
    elif kind == Kind.WAIT_END:
        on_wait_end(k, s, node - np.int64(world["node_call"]), now)
    elif kind == Kind.CASE:
        on_case_node(k, s, node - np.int64(world["node_case"]), now)
    elif node >= world["node_stop_appeal"]:
        dispatch_standing(k, s, node, now)
    elif node == world["node_enterprise"]:
        on_review_end(k, s, now)
    elif node >= world["node_label"]:
        on_label(k, s, node - np.int64(world["node_label"]), now)
    elif node >= world["node_calm"]:
        on_calm(k, s, node - np.int64(world["node_calm"]), now)
    elif node >= world["node_gateway"]:
        on_gateway(k, s, node - np.int64(world["node_gateway"]), now)
    else:
        on_ladder(k, s, node - np.int64(world["node_ladder"]), now)


@kernel
def dispatch_standing(k: Static, s: State, node: int, now: int) -> None:
    """Handle an event that changes many numbers; a replay only hears of it by a notice."""
    world = k.world[0]
    if world["tape"] == REPLAY:
        return
    if node == world["node_dated"]:
        on_dated(k, s, now)
    elif node >= world["node_trunk"]:
        on_trunk(k, s, node - np.int64(world["node_trunk"]), now)
    elif node >= world["node_block"]:
        on_block(k, s, node - np.int64(world["node_block"]), now)
    elif node == world["node_platform"]:
        on_platform(k, s, now)
    else:
        on_stop_appeal(k, s, now)


@kernel
def dispatch_dialler(k: Static, s: State, node: int, kind: int, now: int) -> None:
    """Handle an event of agents, hours, due leads or pacing."""
    world = k.world[0]
    if kind == Kind.AGENT:
        on_agent(k, s, node - np.int64(world["node_agent"]), now)
    elif kind == Kind.DUE:
        on_due(k, s, node - np.int64(world["node_lead"]), now)
    elif kind == Kind.PACE:
        on_pace(k, s, node, now)
    elif kind == Kind.CALLER:
        request_decision(k, s, node - np.int64(world["node_wake"]), now)
    elif kind == Kind.WINDOW:
        on_window(k, s, node - np.int64(world["node_class"]), now)
    else:
        on_shift(k, s, node - np.int64(world["node_group"]), now)


@kernel(inlined=True)
def on_dial(k: Static, s: State, campaign: int, now: int) -> int:
    """Dial once, for the campaign whose turn it is; NEED_LEADS leaves everything unchanged."""
    some = True
    if s.progress.shape[0] > 1:
        campaign = whose_turn(k, s, campaign)
        some = decide_anew(k, s, campaign, now)
    node = np.int64(k.world[0]["node_dial"]) + campaign
    progress = s.progress[campaign]
    if not some or progress["to_dial"] <= 0:
        queue_remove_now(s.queue, node)
        return Status.REACHED
    if not may_risk(k, s, campaign, now):
        queue_remove_now(s.queue, node)
        stop_dialling(k, s, campaign, Limit.ABANDON_GUARD, now)
        return Status.REACHED
    row, caller, wake, lacking = choose_lead(k, s, campaign, now)
    taken = next_turn(k, s, campaign, row)
    lead = np.int64(-1)
    if row >= 0 and taken != FRESH:
        lead = list_pop(s.queue, s.ready, row) - np.int64(k.world[0]["node_lead"])
        prefetch_ready(k, s, row)
        s.queue.timers[np.int64(k.world[0]["node_lead"]) + lead]["due"] = -1
    elif caller >= 0 or lacking < 0:  # lacking nothing without a caller ID: all are barred
        lead = fresh_lead(k, s, campaign, now)
        if lead == -2:
            return Status.NEED_LEADS
        if lead >= 0:
            prefetch_list_row(k, s, lead)
            if k.areas.groups.shape[1] > 1:
                caller = pick_for(k, s, campaign, area_of(k, s, lead), now)[0]
            if s.leads[lead]["state"] != LeadState.FRESH:
                return Status.REACHED  # it has begun before; its row is passed by
    note_turn(k, s, campaign, taken)
    if lead < 0:
        queue_remove_now(s.queue, node)
        if lacking >= 0:
            wait_for_caller(k, s, campaign, wake)
        stop_dialling(k, s, campaign, lacking if lacking >= 0 else Limit.LEADS, now)
        return Status.REACHED
    try_lead(k, s, campaign, lead, caller, now)
    if progress["to_dial"] <= 0:
        queue_remove_now(s.queue, node)
        set_limit(progress, s.limit_ms[campaign], held_by_itself(k.campaigns[campaign]), now)
    return Status.REACHED


@kernel
def stop_dialling(k: Static, s: State, campaign: int, limit: int, now: int) -> None:
    """Stop dialling until the next decision, and record the limit."""
    progress = s.progress[campaign]
    progress["to_dial"] = 0
    set_limit(progress, s.limit_ms[campaign], limit, now)
    if limit != Limit.LEADS:  # of which whoever comes due tells
        resume_seconds(k, s, campaign, now)  # no event may tell when it lacks no more


@kernel
def wait_for_caller(k: Static, s: State, campaign: int, wake: int) -> None:
    """Move the campaign's wake-up to the tick at which a caller ID is available."""
    node = np.int64(k.world[0]["node_wake"]) + campaign
    if queue_is_in(s.queue, node):
        queue_remove(s.queue, node)
    if wake < k.world[0]["end"]:
        queue_put(s.queue, node, wake, Kind.CALLER)


@kernel(inlined=True)
def try_lead(k: Static, s: State, campaign: int, lead: int, caller: int, now: int) -> None:
    """Ask the compliance kernel about a lead of a campaign, and act on its verdict.

    ``caller`` -1: none that may call the person is free, or none may at all.
    """
    record = s.leads[lead]
    person = person_of(k, s, lead)
    world = k.world[0]
    barred = k.areas.groups[campaign, area_of(k, s, lead), 0] < 0
    hours = hours_of(k, s, campaign, person)
    if s.open[hours] == 0 or (caller < 0 and not barred):
        make_ready(k, s, lead, now)
        return
    if s.declines.shape[0] > 0:
        lapse_decline(k, s, person, now)
    answer, reason, until = verdict(
        s.people[person],
        s.rings[person],
        k.campaigns[campaign],
        caller,
        k.limits,
        np.int64(world["retry_gap_ms"]),
        now,
    )
    if answer == Verdict.FINAL:
        finish_lead(s, lead, reason)
    elif answer == Verdict.UNTIL:
        sleep(k, s, lead, until)
    elif answer == Verdict.ON:
        record["state"] = LeadState.HELD
        s.people[person]["flags"] |= PersonFlag.HELD
    else:
        place_call(k, s, campaign, lead, person, caller, now)


@kernel
def on_window(k: Static, s: State, row: int, now: int) -> None:
    """Open or close an hours class."""
    record = s.classes[row]
    s.open[row] = 1 - s.open[row]
    record["position"] += 1
    if record["position"] < record["count"]:
        tick = np.int64(k.boundaries[row, record["position"]])
        queue_put(s.queue, np.int64(k.world[0]["node_class"]) + row, tick, Kind.WINDOW)
    request_decision(k, s, row // np.int64(k.world[0]["zones"]), now)
    rest_ms = np.int64(k.world[0]["suspicion_rest_ms"])
    if s.open[row] == 1 and take_up_again(s.resources, rest_ms, now):
        for campaign in range(s.progress.shape[0]):
            if s.progress[campaign]["limit"] == Limit.CALLER_IDS:
                request_decision(k, s, campaign, now)


@kernel
def on_shift(k: Static, s: State, group: int, now: int) -> None:
    """Log a group in or out."""
    world = k.world[0]
    record = s.crew.groups[group]
    pool = np.int64(record["pool"])
    starts = record["on_shift"] == 0
    if starts:
        base = world["past_base"] if now < world["past_until"] else world["run_base"]
        start_shift(s.crew, group, now, INTERVAL_MS, base)
    else:
        end_shift(s.crew, group, now, INTERVAL_MS)
    record["position"] += 1
    if record["position"] < record["boundaries"]:
        tick = np.int64(k.shifts[group, record["position"]])
        queue_put(s.queue, np.int64(world["node_group"]) + group, tick, Kind.SHIFT)
    note_next_end(s.crew, k.shifts, pool)
    s.crew.pools[pool]["followed"] = 0  # others count as busy now; whoever asks counts them anew
    request_decisions(k, s, pool, now)
    served = k.routes.served[pool]
    for i in range(served.shape[0]):
        if served[i] < 0:
            return
        campaign = np.int64(served[i])
        node = np.int64(world["node_second"]) + campaign
        if not starts:
            resume_seconds(k, s, campaign, now - 1)  # its seconds end with its agents' work
        elif s.progress[campaign]["rested"] == 0 and not queue_is_in(s.queue, node):
            s.progress[campaign]["due"] = now << GAP_BITS
            queue_put(s.queue, node, next_second(k, s, campaign, now), Kind.PACE)
