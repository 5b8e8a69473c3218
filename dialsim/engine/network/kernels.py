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
from dialsim.carrier.contract.kernels import note_trunk_call
from dialsim.carrier.frequency.kernels import (
    operator_there,
    seat_here,
    seat_there,
    shared_row,
)
from dialsim.carrier.labels.kernels import (
    block_line,
    file_appeal,
    may_file_at,
    note_mark,
    sees_label,
    take_label_away,
)
from dialsim.carrier.ladder.kernels import climb_ladder
from dialsim.carrier.layout import ASKED_NOT_TO_CALL, CASE_NODES, SubscriberFlag
from dialsim.compliance.kernels import (
    BY_LINE,
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

ANSWERS = 1
MEASURES = 3  # of how calls went: short ones, answers, talk
CLASSES = 9
TO_FILE = 1
FIRST_GATEWAY = -2  # line of gateway 0 in the log, -3 of gateway 1
DEAD_SHIFT = 5  # bits 5-7: the person's second, third and fourth number are dead


@kernel
def move_line_node(k: Static, s: State, row: int, tick: int) -> None:
    """Put a line's node at a tick, wherever it was."""
    node = np.int64(k.world[0]["node_line"]) + row
    if queue_is_in(s.queue, node):
        queue_remove(s.queue, node)
    if tick >= 0:
        queue_put(s.queue, node, tick, Kind.LINE)


@kernel(inlined=True)
def await_rung(k: Static, s: State, row: int, now: int) -> None:
    """A rung is pending on a row (-1: none): it takes effect after the detection delay."""
    if row < 0:
        return
    operator = s.carrier.lines[row]["pending_by"]
    delay_ms = np.int64(k.profile.operators[operator]["delay_ms"])
    move_line_node(k, s, row, now + max(1, delay_ms))


@kernel
def sign(s: State, row: int, operator: int) -> None:
    """Write into the last action whose it was, and of a row there that it is one.

    A row there is logged as the line it stands for.
    """
    action = s.memory.actions[s.control[0]["actions"] - 1]
    shown = np.int64(s.carrier.lines[row]["shown"])
    action["operator"] = operator
    action["there"] = 0 if shown == row else 1
    action["line"] = shown


@kernel
def apply_notice(s: State, row: int, action: int, rule: int) -> None:
    """A formal notice reaches the dialer: stopped numbers are used no more, until another notice.

    ``row`` -1 speaks of the whole enterprise, -2 - t of trunk t. Warnings and throttling change
    nothing by themselves, nor does the end of a suspension that nobody appealed.
    """
    if Action.SUSPEND <= action <= Action.STOP:
        reach(s, row, rule, True)
    elif action == Action.LIFT:
        if rule == Rule.APPEAL or rule == Rule.PLATFORM or rule == Rule.CONTRACT_COMPLAINTS:
            reach(s, row, rule, False)


@kernel
def hear_of_complaint(s: State, person: int) -> None:
    """The dialer learns of a complaint: the person is on the own do-not-call list from now on."""
    who = s.people[person]
    who["flags"] = np.int64(who["flags"]) | PersonFlag.INTERNAL_DNC | PersonFlag.COMPLAINED


@kernel
def reach(s: State, row: int, rule: int, bars: bool) -> None:
    """Give up the caller IDs that a notice reaches, or take them into use again."""
    if row >= 0:
        change_use(s, row, BY_LINE, bars)
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
def act(s: State, row: int, rule: int, person: int, result: Any) -> None:
    """Log an action on a line and tell the dialer if the line is registered.

    ``result``: (tick, action, measured, threshold, until).
    """
    now, action, measured, threshold, until = result
    told = np.int64(s.carrier.lines[row]["registered"])
    at = (now, action, measured, threshold, until, person)
    log_action(s.memory, s.control[0], row, rule, told, at)
    sign(s, row, np.int64(s.carrier.lines[row]["operator"]))
    if told == 1:
        apply_notice(s, row, action, rule)


@kernel
def on_line(k: Static, s: State, row: int, now: int) -> None:
    """A rung of a line's ladder takes effect, is spared or lifts."""
    record = s.carrier.lines[row]
    rule, operator = np.int64(record["state_rule"]), np.int64(record["state_by"])
    if record["pending"] != Action.NONE:
        rule, operator = np.int64(record["pending_rule"]), np.int64(record["pending_by"])
    action, measured, threshold, until = climb_ladder(s.carrier, k.profile, row, now)
    if until >= 0:
        move_line_node(k, s, row, until)
    if action == Action.NONE:
        return
    shown_until = np.int64(-1) if action == Action.SPARE else until
    act(s, row, rule, -1, (now, action, measured, threshold, shown_until))
    sign(s, row, operator)


@kernel
def mark(k: Static, s: State, call: Any, person: int, campaign: int, now: int) -> None:
    """A callee marks the number on the handset."""
    log_event(s.memory, s.control[0], call, person, campaign, (now, EventCode.MARK))
    s.memory.later[campaign]["marks"] += 1
    line = np.int64(call["caller"])
    callers = np.int64(k.world[0]["callers"])
    target = shared_row(s.carrier, line, now)
    action, measured, threshold, row = note_mark(
        s.carrier, k.profile.network[0], line, target, callers, now
    )
    if action != Action.NONE:
        at = (now, action, measured, threshold, -1, person)
        log_action(s.memory, s.control[0], row, Rule.MARKS, 0, at)
        await_appeal(k, s, row, now)
    after_mark = np.int64(k.profile.network[0]["after_mark"])
    n = np.int64(s.people[person]["attempts"]) - 1
    u = draw_by(k.stream_keys, Stream.HANDSET_BLOCK, s.people[person]["key"], n)
    if after_mark > 0 and hit(u, after_mark):
        block_line(s.carrier.subscribers[person], line)


@kernel
def await_appeal(k: Static, s: State, row: int, now: int) -> None:
    """An owner who looks numbers up will see the label that a row has just got."""
    record = s.carrier.lines[row]
    if record["appeals"] == 0 or record["appeal_stage"] != 0:
        return
    record["appeal_stage"] = TO_FILE
    lookup_ms = max(1, np.int64(k.profile.network[0]["lookup_ms"]))
    queue_put(s.queue, np.int64(k.world[0]["node_label"]) + row, now + lookup_ms, Kind.LINE)


@kernel
def on_label(k: Static, s: State, row: int, now: int) -> None:
    """A label is appealed, or goes after its appeal."""
    record = s.carrier.lines[row]
    network = k.profile.network[0]
    node = np.int64(k.world[0]["node_label"]) + row
    if record["appeal_stage"] != TO_FILE:
        take_label_away(s.carrier, row, np.int64(k.world[0]["callers"]))
        log_action(s.memory, s.control[0], row, Rule.MARKS, 0, (now, Action.LIFT, 0, 0, -1, -1))
        return
    tick = may_file_at(record, network)
    if tick > now:
        queue_put(s.queue, node, tick, Kind.LINE)
        return
    file_appeal(record, now)
    until = working_later(k.profile.working, now, np.int64(network["appeal_days"]))
    queue_put(s.queue, node, until, Kind.LINE)
    log_action(s.memory, s.control[0], row, Rule.MARKS, 0, (now, Action.REVIEW, 0, 0, until, -1))


@kernel
def on_gateway(k: Static, s: State, gateway: int, now: int) -> None:
    """A gateway is blocked for what other tenants send."""
    blocks = s.carrier.gateway_blocks[gateway]
    for i in range(0, blocks.shape[0], 2):
        if blocks[i] == now:
            at = (now, Action.SUSPEND, 0, 0, blocks[i + 1], -1)
            log_action(s.memory, s.control[0], FIRST_GATEWAY - gateway, Rule.GATEWAY, 0, at)
        elif now < blocks[i] < k.world[0]["horizon"]:
            queue_put(s.queue, np.int64(k.world[0]["node_gateway"]) + gateway, blocks[i], Kind.LINE)
            return


@kernel
def on_calm(k: Static, s: State, gateway: int, now: int) -> None:
    """A gateway throttles no more, unless its calls were above the ceiling meanwhile."""
    record = s.carrier.gateways[gateway]
    if record["calm_tick"] > now:
        put_calm(k, s, gateway)
        return
    record["throttling"] = 0
    at = (now, Action.LIFT, 0, 0, -1, -1)
    log_action(s.memory, s.control[0], FIRST_GATEWAY - gateway, Rule.GATEWAY_CALLS, 0, at)


@kernel
def put_calm(k: Static, s: State, gateway: int) -> None:
    """Put the node at which a gateway's throttling may end."""
    node = np.int64(k.world[0]["node_calm"]) + gateway
    queue_put(s.queue, node, np.int64(s.carrier.gateways[gateway]["calm_tick"]), Kind.LINE)


@kernel
def log_gateway(k: Static, s: State, gateway: int, now: int) -> None:
    """Log that a gateway has begun to throttle its calls."""
    record = s.carrier.gateways[gateway]
    record["raised"] = 0
    put_calm(k, s, gateway)
    at = (now, Action.THROTTLE, np.int64(record["measured"]), np.int64(record["ceiling"]), -1, -1)
    log_action(s.memory, s.control[0], FIRST_GATEWAY - gateway, Rule.GATEWAY_CALLS, 0, at)


@kernel
def watch(k: Static, s: State, slot: int, person: int, at: Any) -> None:
    """The operators take note of how a delivered call went (``at``: now, shared row or -1)."""
    now, target = at
    call = s.calls[slot]
    line = np.int64(call["caller"])
    callers = np.int64(k.world[0]["callers"])
    record = s.carrier.lines[line]
    operator = np.int64(record["operator"])
    duration_ms = np.int64(-1)
    if call["answered"] == 1:
        duration_ms = now - np.int64(call["answer_tick"])
    seat = seat_here(line, target, callers)
    short_ms = np.int64(k.profile.operators[operator]["short_ms"])
    counted = count_delivered(s.carrier, seat, duration_ms, short_ms, now)
    if record["registered"] == 1:
        notify(k, s, line, counted, (now, duration_ms >= 0))
        return
    n = np.int64(s.fates[slot]["attempt"])
    about = (now, k.stream_keys, s.people[person]["key"], n)
    await_rung(k, s, judge_behaviour(s.carrier, k.profile, line, operator, seat, about), now)
    there = operator_there(s.carrier, k.profile, s.carrier.subscribers[person], line)
    if there >= 0:
        seat = seat_there(s.carrier, line, target, callers, there)
        short_ms = np.int64(k.profile.operators[there]["short_ms"])
        count_delivered(s.carrier, seat, duration_ms, short_ms, now)
        await_rung(k, s, judge_behaviour(s.carrier, k.profile, line, there, seat, about), now)
    if target >= 0 and duration_ms >= 0:
        watch_enterprise(k, s, call, duration_ms, now)


@kernel
def notify(k: Static, s: State, line: int, counted: Any, at: Any) -> None:
    """A registered line is notified that its calls look bad: nothing else follows.

    ``counted`` as `figures` returns it, ``at``: (now, whether the call was answered). One that was
    not changes the share of answers alone.
    """
    now, answered = at
    operator = s.carrier.lines[line]["operator"]
    if counted[0] < k.profile.operators[operator]["at_least"]:
        return  # too few delivered are too few answered
    for measure in range(MEASURES):
        if not answered and measure != ANSWERS:
            continue
        rule, figure, threshold = notice_due(s.carrier, k.profile, line, measure, counted, now)
        if rule > 0:
            act(s, line, rule, -1, (now, Action.WARN, figure, threshold, -1))


@kernel
def watch_enterprise(k: Static, s: State, call: Any, duration_ms: int, now: int) -> None:
    """Too many short calls of an enterprise in a day: all its unregistered numbers are blocked."""
    operator = np.int64(s.carrier.lines[call["caller"]]["operator"])
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
    """What a callee whose phone rang does with it: marks, complains.

    Returns what weighed on complaints (`grounds`), 0 where they are off.
    """
    call = s.calls[slot]
    fate = s.fates[slot]
    campaign = np.int64(call["campaign"])
    line = np.int64(call["caller"])
    callers = np.int64(k.world[0]["callers"])
    target = shared_row(s.carrier, line, now)
    dial_tick = np.int64(call["dial_tick"])
    network = k.profile.network[0]
    note_delivered(s.carrier, network, line, target, callers, (dial_tick, now))
    note_trunk_call(s.carrier, np.int64(call["trunk"]), dial_tick)
    if network["off_behaviour"] == 0:
        watch(k, s, slot, person, (now, target))
    subscriber = s.carrier.subscribers[person]
    genuine = np.int64(subscriber["flags"]) & SubscriberFlag.GENUINE
    abandoned = call["seen"] == Seen.ABANDONED
    key, n = s.people[person]["key"], np.int64(fate["attempt"])
    weighs, complains, calls_hotline, calls_sector = np.int64(0), False, False, False
    if network["off_complaints"] == 0:
        labelled = sees_label(s.carrier, person, line, target, now)
        refused = has_refused(subscriber, np.int64(k.campaigns[campaign]["category"]), dial_tick)
        off_hours = is_off_hour(k.profile, np.int64(s.people[person]["zone"]), dial_tick)
        at = (k.stream_keys, n, abandoned, labelled, off_hours, refused, call["robot"] >= 1)
        complains, calls_hotline, calls_sector, weighs = complaints(
            network, s.carrier.lines[line], genuine, key, at
        )
    if call["seen"] == Seen.CONNECTED and fate["opt_out"] == 1:
        subscriber["refused"] = np.int64(subscriber["refused"]) | ASKED_NOT_TO_CALL
    if is_marked(network, genuine, key, (k.stream_keys, n, abandoned)):
        mark(k, s, call, person, campaign, now)
    if complains or calls_hotline or calls_sector:
        acts = (now, complains, calls_hotline, calls_sector)
        complain(k, s, call, person, campaign, acts)
    return weighs


@kernel
def complain(k: Static, s: State, call: Any, person: int, campaign: int, acts: Any) -> None:
    """A callee complains (``acts``: tick, whether at 12321, at a hotline, at the regulator)."""
    now, complains, calls_hotline, calls_sector = acts
    tally = s.memory.later[campaign]
    if complains:
        log_event(s.memory, s.control[0], call, person, campaign, (now, EventCode.COMPLAINT_12321))
        tally["complaints_12321"] += 1
        file_case(k, s, call, person, EventCode.COMPLAINT_12321, now)
    if calls_hotline:
        log_event(
            s.memory, s.control[0], call, person, campaign, (now, EventCode.COMPLAINT_HOTLINE)
        )
        tally["complaints_hotline"] += 1
        file_case(k, s, call, person, EventCode.COMPLAINT_HOTLINE, now)
    if calls_sector:
        log_event(s.memory, s.control[0], call, person, campaign, (now, EventCode.COMPLAINT_SECTOR))
        tally["complaints_sector"] += 1
        file_case(k, s, call, person, EventCode.COMPLAINT_SECTOR, now)


@kernel
def file_case(k: Static, s: State, call: Any, person: int, channel: int, now: int) -> None:
    """Open a complaint case; some working days later it counts, and the enterprise knows."""
    campaign = np.int64(call["campaign"])
    days = np.int64(k.profile.network[0]["triage_days"])
    if channel == EventCode.COMPLAINT_HOTLINE:
        days = np.int64(k.profile.network[0]["hotline_days"])
    elif channel == EventCode.COMPLAINT_SECTOR:
        days = np.int64(k.profile.network[0]["sector_days"])
    tick = working_later(k.profile.working, now, days)
    about = (np.int64(call["dial_tick"]), np.int64(call["caller"]), person, campaign, channel)
    open_case(k, s, about, tick)


@kernel
def open_case(k: Static, s: State, about: Any, tick: int) -> None:
    """Open a case that counts from a tick on (dial tick, line, person, campaign and code)."""
    call_tick, line, person, campaign, channel = about
    control = s.control[0]
    number = np.int64(control["cases"])
    control["cases"] += 1
    purpose = np.int64(k.campaigns[campaign]["purpose"])
    case = s.carrier.cases[number]
    case["call_tick"] = call_tick
    case["line"] = line
    case["person"] = person
    case["channel"] = channel
    case["campaign"] = campaign
    case["stage"] = 0
    case["proof"] = (np.int64(s.people[person]["flags"]) >> purpose) & 1
    if np.int64(s.carrier.subscribers[person]["flags"]) & SubscriberFlag.GENUINE:
        case["proof"] = 2
    queue_put(s.queue, np.int64(k.world[0]["node_case"]) + CASE_NODES * number, tick, Kind.CASE)


@kernel
def change_number(s: State, person: int, number: int) -> None:
    """From now on the person is called on another of their numbers, alive or not."""
    subscriber = s.carrier.subscribers[person]
    flags = np.int64(subscriber["flags"])
    dead = (flags >> (DEAD_SHIFT + number - 1)) & 1
    flags &= ~(SubscriberFlag.EMPTY | SubscriberFlag.SUSPENDED_NUMBER | SubscriberFlag.DORMANT)
    subscriber["flags"] = flags | (SubscriberFlag.EMPTY if dead == 1 else 0)
