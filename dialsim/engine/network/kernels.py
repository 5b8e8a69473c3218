"""The network after a call: reactions, cases, ladders, notices to the dialer."""

from typing import Any

import numpy as np

from dialsim.carrier.behaviour.kernels import (
    block_class,
    count_delivered,
    enterprise_too_short,
    judge_behaviour,
    notice_due,
)
from dialsim.carrier.complaints.kernels import (
    complaints,
    has_refused,
    is_marked,
    is_off_hour,
    note_delivered,
    working_later,
)
from dialsim.carrier.contexts import Attempt, Channels, Circumstances, Complaint, WeekCounts
from dialsim.carrier.contract.kernels import note_trunk_call
from dialsim.carrier.frequency.kernels import (
    operator_there,
    seat_here,
    seat_there,
    shared_row,
)
from dialsim.carrier.labels.kernels import (
    block_caller,
    file_appeal,
    may_file_at,
    note_mark,
    sees_label,
    take_label_away,
)
from dialsim.carrier.ladder.kernels import climb_ladder
from dialsim.carrier.layout import (
    ASKED_NOT_TO_CALL,
    CASE_NODES,
    CLASSES,
    LabelAppeal,
    Measure,
    SubscriberFlag,
)
from dialsim.compliance.kernels import (
    BY_NUMBER,
    BY_PLATFORM,
    BY_STOP,
    BY_TRUNK,
    bar_caller,
    reinstate_caller,
)
from dialsim.core.codes import Action, EventCode, Kind, Rule, Seen, Stream
from dialsim.core.person_flags import PersonFlag
from dialsim.core.queue import queue_is_in, queue_put, queue_remove
from dialsim.core.rng import draw_by, hit
from dialsim.core.time_units import DAY_MS
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel
from dialsim.outcomes.kernels import log_action, log_event
from dialsim.outcomes.layout import NetworkAction

MEASURES = 3  # of how calls went: short ones, answers, talk
FIRST_GATEWAY = -2  # caller ID of gateway 0 in the log, -3 of gateway 1
DEAD_SHIFT = 5  # bits 5-7: the person's second, third and fourth number are dead


@kernel
def move_ladder_node(k: Static, s: State, row: int, tick: int) -> None:
    """Move a caller ID's node to a tick."""
    node = np.int64(k.world[0]["node_ladder"]) + row
    if queue_is_in(s.queue, node):
        queue_remove(s.queue, node)
    if tick >= 0:
        queue_put(s.queue, node, tick, Kind.NETWORK)


@kernel(inlined=True)
def await_rung(k: Static, s: State, row: int, now: int) -> None:
    """Schedule the rung pending on a row (-1: none) after the detection delay."""
    if row < 0:
        return
    operator = s.carrier.numbers[row]["pending_by"]
    delay_ms = np.int64(k.profile.operators[operator]["delay_ms"])
    move_ladder_node(k, s, row, now + max(1, delay_ms))


@kernel
def sign_action(s: State, row: int, operator: int) -> None:
    """Note in the last action which operator acted, and whether it was the callee's.

    A row there is logged as the caller ID it stands for.
    """
    action = s.memory.actions[s.control[0]["actions"] - 1]
    shown = np.int64(s.carrier.numbers[row]["shown"])
    action["operator"] = operator
    action["there"] = 0 if shown == row else 1
    action["target"] = shown


@kernel
def apply_notice(s: State, row: int, action: int, rule: int) -> None:
    """Apply a formal notice: stopped numbers stay unused until another notice.

    ``row`` -1 speaks of the whole enterprise, -2 - t of trunk t. Warnings and throttling change
    nothing by themselves, nor does the end of a suspension that nobody appealed.
    """
    if Action.SUSPEND <= action <= Action.STOP:
        apply_to_callers(s, row, rule, True)
    elif action == Action.LIFT:
        if rule == Rule.APPEAL or rule == Rule.PLATFORM or rule == Rule.CONTRACT_COMPLAINTS:
            apply_to_callers(s, row, rule, False)


@kernel
def suppress_complainant(s: State, person: int) -> None:
    """Put a person who complained on the own do-not-call list."""
    who = s.people[person]
    who["flags"] = np.int64(who["flags"]) | PersonFlag.INTERNAL_DNC | PersonFlag.COMPLAINED


@kernel
def apply_to_callers(s: State, row: int, rule: int, bars: bool) -> None:
    """Bar the caller IDs that a notice is about, or reinstate them."""
    if row >= 0:
        change_use(s, row, BY_NUMBER, bars)
        return
    for caller in range(s.resources.callers.shape[0]):
        group = s.resources.callers[caller]["group"]
        if row == -1:
            change_use(s, caller, BY_PLATFORM if rule == Rule.PLATFORM else BY_STOP, bars)
        elif s.resources.groups[group]["trunk"] == -2 - row:
            change_use(s, caller, BY_TRUNK, bars)


@kernel
def change_use(s: State, caller: int, why: int, bars: bool) -> None:
    """Bar a caller ID for a reason, or take the reason away."""
    if bars:
        bar_caller(s.resources, caller, why)
    else:
        reinstate_caller(s.resources, caller, why)


@kernel
def log_caller_action(s: State, row: int, rule: int, act: NetworkAction) -> None:
    """Log an action on a caller ID, and notify the dialer if the caller ID is registered."""
    noticed = np.int64(s.carrier.numbers[row]["registered"])
    log_action(s.memory, s.control[0], row, rule, noticed, act)
    sign_action(s, row, np.int64(s.carrier.numbers[row]["operator"]))
    if noticed == 1:
        apply_notice(s, row, act.action, rule)


@kernel
def on_ladder(k: Static, s: State, row: int, now: int) -> None:
    """Put a rung of a caller ID's ladder into force, spare it or lift it."""
    record = s.carrier.numbers[row]
    rule, operator = np.int64(record["state_rule"]), np.int64(record["state_by"])
    if record["pending"] != Action.NONE:
        rule, operator = np.int64(record["pending_rule"]), np.int64(record["pending_by"])
    action, measured, threshold, until = climb_ladder(s.carrier, k.profile, row, now)
    if until >= 0:
        move_ladder_node(k, s, row, until)
    if action == Action.NONE:
        return
    shown_until = np.int64(-1) if action == Action.SPARE else until
    act = NetworkAction(now, action, measured, threshold, shown_until, -1)
    log_caller_action(s, row, rule, act)
    sign_action(s, row, operator)


@kernel
def mark_number(k: Static, s: State, call: Any, person: int, campaign: int, now: int) -> None:
    """Mark the calling number on the callee's handset."""
    log_event(s.memory, s.control[0], call, person, campaign, EventCode.MARK, now)
    s.memory.later[campaign]["marks"] += 1
    caller = np.int64(call["caller"])
    callers = np.int64(k.world[0]["callers"])
    target = shared_row(s.carrier, caller, now)
    action, measured, threshold, row = note_mark(
        s.carrier, k.profile.network[0], caller, target, callers, now
    )
    if action != Action.NONE:
        label = NetworkAction(now, action, measured, threshold, -1, person)
        log_action(s.memory, s.control[0], row, Rule.MARKS, 0, label)
        await_appeal(k, s, row, now)
    after_mark = np.int64(k.profile.network[0]["after_mark"])
    n = np.int64(s.people[person]["attempts"]) - 1
    u = draw_by(k.stream_keys, Stream.HANDSET_BLOCK, s.people[person]["key"], n)
    if after_mark > 0 and hit(u, after_mark):
        block_caller(s.carrier.subscribers[person], caller)


@kernel
def await_appeal(k: Static, s: State, row: int, now: int) -> None:
    """Let the owner of a row that has just got a label look it up later."""
    record = s.carrier.numbers[row]
    if record["appeals"] == 0 or record["appeal_stage"] != 0:
        return
    record["appeal_stage"] = LabelAppeal.TO_FILE
    lookup_ms = max(1, np.int64(k.profile.network[0]["lookup_ms"]))
    queue_put(s.queue, np.int64(k.world[0]["node_label"]) + row, now + lookup_ms, Kind.NETWORK)


@kernel
def on_label(k: Static, s: State, row: int, now: int) -> None:
    """File the appeal against a label, or remove the label after it."""
    record = s.carrier.numbers[row]
    network = k.profile.network[0]
    node = np.int64(k.world[0]["node_label"]) + row
    if record["appeal_stage"] != LabelAppeal.TO_FILE:
        take_label_away(s.carrier, row, np.int64(k.world[0]["callers"]))
        end = NetworkAction(now, Action.LIFT, 0, 0, -1, -1)
        log_action(s.memory, s.control[0], row, Rule.MARKS, 0, end)
        return
    tick = may_file_at(record, network)
    if tick > now:
        queue_put(s.queue, node, tick, Kind.NETWORK)
        return
    file_appeal(record, now)
    until = working_later(k.profile.working, now, np.int64(network["appeal_days"]))
    queue_put(s.queue, node, until, Kind.NETWORK)
    review = NetworkAction(now, Action.REVIEW, 0, 0, until, -1)
    log_action(s.memory, s.control[0], row, Rule.MARKS, 0, review)


@kernel
def on_gateway(k: Static, s: State, gateway: int, now: int) -> None:
    """Block a gateway for what other tenants send."""
    blocks = s.carrier.gateway_blocks[gateway]
    for i in range(0, blocks.shape[0], 2):
        if blocks[i] == now:
            act = NetworkAction(now, Action.SUSPEND, 0, 0, blocks[i + 1], -1)
            log_action(s.memory, s.control[0], FIRST_GATEWAY - gateway, Rule.GATEWAY, 0, act)
        elif now < blocks[i] < k.world[0]["horizon"]:
            queue_put(
                s.queue, np.int64(k.world[0]["node_gateway"]) + gateway, blocks[i], Kind.NETWORK
            )
            return


@kernel
def on_calm(k: Static, s: State, gateway: int, now: int) -> None:
    """End a gateway's throttling, unless its calls were above the ceiling meanwhile."""
    record = s.carrier.gateways[gateway]
    if record["calm_tick"] > now:
        put_calm(k, s, gateway)
        return
    record["throttling"] = 0
    end = NetworkAction(now, Action.LIFT, 0, 0, -1, -1)
    log_action(s.memory, s.control[0], FIRST_GATEWAY - gateway, Rule.GATEWAY_CALLS, 0, end)


@kernel
def put_calm(k: Static, s: State, gateway: int) -> None:
    """Schedule the tick at which a gateway's throttling may end."""
    node = np.int64(k.world[0]["node_calm"]) + gateway
    queue_put(s.queue, node, np.int64(s.carrier.gateways[gateway]["calm_tick"]), Kind.NETWORK)


@kernel
def log_gateway(k: Static, s: State, gateway: int, now: int) -> None:
    """Log that a gateway has begun to throttle its calls."""
    record = s.carrier.gateways[gateway]
    record["raised"] = 0
    put_calm(k, s, gateway)
    measured, ceiling = np.int64(record["measured"]), np.int64(record["ceiling"])
    act = NetworkAction(now, Action.THROTTLE, measured, ceiling, -1, -1)
    log_action(s.memory, s.control[0], FIRST_GATEWAY - gateway, Rule.GATEWAY_CALLS, 0, act)


@kernel
def judge_delivered(k: Static, s: State, slot: int, person: int, target: int, now: int) -> None:
    """Let the operators count and judge how a delivered call went.

    ``target``: row of the caller ID's class, or -1 alone.
    """
    call = s.calls[slot]
    caller = np.int64(call["caller"])
    callers = np.int64(k.world[0]["callers"])
    record = s.carrier.numbers[caller]
    operator = np.int64(record["operator"])
    duration_ms = np.int64(-1)
    if call["answered"] == 1:
        duration_ms = now - np.int64(call["answer_tick"])
    seat = seat_here(caller, target, callers)
    short_ms = np.int64(k.profile.operators[operator]["short_ms"])
    counted = count_delivered(s.carrier, seat, duration_ms, short_ms, now)
    if record["registered"] == 1:
        notify(k, s, caller, counted, duration_ms >= 0, now)
        return
    n = np.int64(s.fates[slot]["attempt"])
    attempt = Attempt(now, person, caller, k.stream_keys, s.people[person]["key"], n)
    await_rung(k, s, judge_behaviour(s.carrier, k.profile, operator, seat, attempt), now)
    there = operator_there(s.carrier, k.profile, s.carrier.subscribers[person], caller)
    if there >= 0:
        seat = seat_there(s.carrier, caller, target, callers, there)
        short_ms = np.int64(k.profile.operators[there]["short_ms"])
        count_delivered(s.carrier, seat, duration_ms, short_ms, now)
        await_rung(k, s, judge_behaviour(s.carrier, k.profile, there, seat, attempt), now)
    if target >= 0 and duration_ms >= 0:
        judge_enterprise(k, s, call, duration_ms, now)


@kernel
def notify(k: Static, s: State, caller: int, counted: WeekCounts, answered: bool, now: int) -> None:
    """Notify a registered caller ID's owner that its calls look bad; nothing else follows.

    A call that was not answered changes the share of answers alone.
    """
    operator = s.carrier.numbers[caller]["operator"]
    if counted.delivered < k.profile.operators[operator]["at_least"]:
        return  # too few delivered are too few answered
    for measure in range(MEASURES):
        if not answered and measure != Measure.ANSWERS:
            continue
        rule, figure, threshold = notice_due(s.carrier, k.profile, caller, measure, counted, now)
        if rule > 0:
            warning = NetworkAction(now, Action.WARN, figure, threshold, -1, -1)
            log_caller_action(s, caller, rule, warning)


@kernel
def judge_enterprise(k: Static, s: State, call: Any, duration_ms: int, now: int) -> None:
    """Suspend all unregistered numbers of an enterprise with too many short calls in a day."""
    operator = np.int64(s.carrier.numbers[call["caller"]]["operator"])
    day = np.int64(call["dial_tick"]) // DAY_MS
    figure = enterprise_too_short(s.carrier, k.profile, operator, duration_ms, day)
    if figure < 0:
        return
    callers = np.int64(k.world[0]["callers"])
    for row in range(callers, callers + CLASSES):
        if block_class(s.carrier, k.profile, row, operator, figure):
            await_rung(k, s, row, now)


@kernel
def react(k: Static, s: State, slot: int, person: int, now: int) -> int:
    """Draw what a callee whose phone rang does: mark, complain.

    Returns what weighed on complaints (`grounds`), 0 where they are off.
    """
    call = s.calls[slot]
    fate = s.fates[slot]
    campaign = np.int64(call["campaign"])
    caller = np.int64(call["caller"])
    callers = np.int64(k.world[0]["callers"])
    target = shared_row(s.carrier, caller, now)
    dial_tick = np.int64(call["dial_tick"])
    network = k.profile.network[0]
    note_delivered(s.carrier, network, caller, target, callers, dial_tick, now)
    note_trunk_call(s.carrier, np.int64(call["trunk"]), dial_tick)
    if network["off_behaviour"] == 0:
        judge_delivered(k, s, slot, person, target, now)
    subscriber = s.carrier.subscribers[person]
    genuine = np.int64(subscriber["flags"]) & SubscriberFlag.GENUINE
    abandoned = call["seen"] == Seen.ABANDONED
    key, n = s.people[person]["key"], np.int64(fate["attempt"])
    weighs, labelled, refused, off_hours = np.int64(0), False, False, False
    if network["off_complaints"] == 0:
        labelled = sees_label(s.carrier, person, caller, target, now)
        refused = has_refused(subscriber, np.int64(k.campaigns[campaign]["category"]), dial_tick)
        off_hours = is_off_hour(k.profile, np.int64(s.people[person]["zone"]), dial_tick)
    if call["seen"] == Seen.CONNECTED and fate["opt_out"] == 1:
        subscriber["refused"] = np.int64(subscriber["refused"]) | ASKED_NOT_TO_CALL
    robot = call["robot"] >= 1
    about = Circumstances(k.stream_keys, n, abandoned, labelled, off_hours, refused, robot)
    if is_marked(network, genuine, key, about):
        mark_number(k, s, call, person, campaign, now)
    if network["off_complaints"] == 0:
        channels, weighs = complaints(network, s.carrier.numbers[caller], genuine, key, about)
        if channels.at_12321 or channels.at_hotline or channels.at_regulator:
            complain(k, s, call, person, campaign, channels, now)
    return weighs


@kernel
def complain(
    k: Static, s: State, call: Any, person: int, campaign: int, channels: Channels, now: int
) -> None:
    """Log a callee's complaints about a call, and open their cases."""
    tally = s.memory.later[campaign]
    if channels.at_12321:
        log_event(s.memory, s.control[0], call, person, campaign, EventCode.COMPLAINT_12321, now)
        tally["complaints_12321"] += 1
        file_case(k, s, call, person, EventCode.COMPLAINT_12321, now)
    if channels.at_hotline:
        log_event(s.memory, s.control[0], call, person, campaign, EventCode.COMPLAINT_HOTLINE, now)
        tally["complaints_hotline"] += 1
        file_case(k, s, call, person, EventCode.COMPLAINT_HOTLINE, now)
    if channels.at_regulator:
        log_event(s.memory, s.control[0], call, person, campaign, EventCode.COMPLAINT_SECTOR, now)
        tally["complaints_sector"] += 1
        file_case(k, s, call, person, EventCode.COMPLAINT_SECTOR, now)


@kernel
def file_case(k: Static, s: State, call: Any, person: int, channel: int, now: int) -> None:
    """Open a complaint case that counts some working days later."""
    campaign = np.int64(call["campaign"])
    days = np.int64(k.profile.network[0]["triage_days"])
    if channel == EventCode.COMPLAINT_HOTLINE:
        days = np.int64(k.profile.network[0]["hotline_days"])
    elif channel == EventCode.COMPLAINT_SECTOR:
        days = np.int64(k.profile.network[0]["sector_days"])
    tick = working_later(k.profile.working, now, days)
    dial_tick, caller = np.int64(call["dial_tick"]), np.int64(call["caller"])
    open_case(k, s, Complaint(dial_tick, caller, person, campaign, channel), tick)


@kernel
def open_case(k: Static, s: State, about: Complaint, tick: int) -> None:
    """Open a case that counts from a tick on."""
    control = s.control[0]
    number = np.int64(control["cases"])
    control["cases"] += 1
    purpose = np.int64(k.campaigns[about.campaign]["purpose"])
    case = s.carrier.cases[number]
    case["call_tick"] = about.call_tick
    case["caller"] = about.caller
    case["person"] = about.person
    case["channel"] = about.channel
    case["campaign"] = about.campaign
    case["stage"] = 0
    case["proof"] = (np.int64(s.people[about.person]["flags"]) >> purpose) & 1
    if np.int64(s.carrier.subscribers[about.person]["flags"]) & SubscriberFlag.GENUINE:
        case["proof"] = 2
    queue_put(s.queue, np.int64(k.world[0]["node_case"]) + CASE_NODES * number, tick, Kind.CASE)


@kernel
def change_number(s: State, person: int, number: int) -> None:
    """Call a person on another of their numbers from now on, alive or not."""
    subscriber = s.carrier.subscribers[person]
    flags = np.int64(subscriber["flags"])
    dead = (flags >> (DEAD_SHIFT + number - 1)) & 1
    flags &= ~(SubscriberFlag.EMPTY | SubscriberFlag.SUSPENDED_NUMBER | SubscriberFlag.DORMANT)
    subscriber["flags"] = flags | (SubscriberFlag.EMPTY if dead == 1 else 0)
