"""What the network does after a call: reactions, cases, ladders, notices to the dialer."""

from typing import Any

import numpy as np

from dialsim.carrier.complaints.kernels import (
    act_on_line,
    climb_ladder,
    end_review,
    note_delivered,
    note_mark,
    reactions,
    review_due,
    triage,
    working_later,
)
from dialsim.carrier.kernels import shared_row, shows_label
from dialsim.compliance.kernels import retire_caller
from dialsim.core.codes import Action, EventCode, Kind, Rule, Seen
from dialsim.core.jit import kernel
from dialsim.core.queue import queue_is_in, queue_put, queue_remove
from dialsim.engine.state import State, Static
from dialsim.outcomes.kernels import log_action, log_event

K_CASE = int(Kind.CASE)
K_LINE = int(Kind.LINE)
SEEN_ABANDONED = int(Seen.ABANDONED)
A_NONE = int(Action.NONE)
A_SUSPEND = int(Action.SUSPEND)
A_STOP = int(Action.STOP)
A_LIFT = int(Action.LIFT)
RULE_NUMBER = int(Rule.COMPLAINTS_NUMBER)
RULE_ENTERPRISE = int(Rule.COMPLAINTS_ENTERPRISE)
RULE_MARKS = int(Rule.MARKS)
E_MARK = int(EventCode.MARK)
E_12321 = int(EventCode.COMPLAINT_12321)
E_HOTLINE = int(EventCode.COMPLAINT_HOTLINE)
GENUINE = 1
EMPTY = 2
SUSPENDED_NUMBER = 4
DORMANT = 16
DEAD_SHIFT = 5  # bits 5-7: the person's second, third and fourth number are dead


@kernel
def move_line_node(k: Static, s: State, row: int, tick: int) -> None:
    """Put a line's node at a tick, wherever it was."""
    node = np.int64(k.world[0]["node_line"]) + row
    if queue_is_in(s.queue, node):
        queue_remove(s.queue, node)
    if tick >= 0:
        queue_put(s.queue, node, tick, K_LINE)


@kernel
def apply_notice(s: State, row: int, action: int) -> None:
    """A formal notice reaches the dialer: stopped numbers are used no more.

    ``row`` -1 speaks of the whole enterprise. Warnings and throttling change nothing by themselves.
    """
    if action < A_SUSPEND or action > A_STOP:
        return
    if row >= 0:
        retire_caller(s.resources, row)
        return
    for caller in range(s.resources.callers.shape[0]):
        retire_caller(s.resources, caller)


@kernel
def act(s: State, row: int, rule: int, person: int, result: Any) -> None:
    """Log an action on a line and tell the dialer if the line is registered.

    ``result``: (tick, action, measured, threshold, until).
    """
    now, action, measured, threshold, until = result
    told = np.int64(s.carrier.lines[row]["registered"])
    at = (now, action, measured, threshold, until, person)
    log_action(s.memory, s.control[0], row, rule, told, at)
    if told == 1:
        apply_notice(s, row, action)


@kernel
def on_line(k: Static, s: State, row: int, now: int) -> None:
    """A rung of a line's ladder takes effect or lifts."""
    pending_rule = np.int64(s.carrier.lines[row]["pending_rule"])
    action, measured, threshold, until = climb_ladder(s.carrier, k.profile.network[0], row, now)
    if until >= 0:
        move_line_node(k, s, row, until)
    if action != A_NONE:
        act(s, row, pending_rule, -1, (now, action, measured, threshold, until))


@kernel
def on_case(k: Static, s: State, number: int, now: int) -> None:
    """A complaint case reaches its next stage."""
    case = s.carrier.cases[number]
    network = k.profile.network[0]
    callers = np.int64(k.world[0]["callers"])
    line = np.int64(case["line"])
    person = np.int64(case["person"])
    days = network["investigate_days"]
    if case["stage"] == 0:
        count_case(k, s, number, now)
        if case["channel"] == E_HOTLINE:
            case["stage"] = 3
            return
        action, measured, threshold, until = triage(s.carrier, network, line, callers, now)
        days = network["act_days"]
    else:
        action, measured, threshold, until = act_on_line(s.carrier, network, case, callers, now)
        if action != A_NONE:
            move_line_node(k, s, line, until)
    if action != A_NONE:
        act(s, line, RULE_NUMBER, person, (now, action, measured, threshold, until))
    case["stage"] += 1
    if case["stage"] < 3:
        tick = working_later(k.profile.working, now, np.int64(days))
        queue_put(s.queue, np.int64(k.world[0]["node_case"]) + number, tick, K_CASE)


@kernel
def count_case(k: Static, s: State, number: int, now: int) -> None:
    """Count a case for the enterprise, and call for its review when the rate is too high."""
    case = s.carrier.cases[number]
    s.carrier.enterprise_days[np.int64(case["call_tick"]) // 86_400_000, 1] += 1
    action, measured, threshold, _ = review_due(s.carrier, k.profile)
    if action == A_NONE:
        return
    s.carrier.enterprise[0]["proof"] = case["proof"]
    days = np.int64(k.profile.network[0]["review_days"])
    tick = working_later(k.profile.working, now, days)
    queue_put(s.queue, np.int64(k.world[0]["node_enterprise"]), tick, K_LINE)
    at = (now, action, measured, threshold, tick, np.int64(case["person"]))
    log_action(s.memory, s.control[0], -1, RULE_ENTERPRISE, 0, at)


@kernel
def on_review_end(k: Static, s: State, now: int) -> None:
    """The review of the enterprise ends: every number is stopped, or none."""
    world = k.world[0]
    proof = np.int64(s.carrier.enterprise[0]["proof"])
    key, base = world["enterprise_key"], world["run_base"]
    if end_review(s.carrier, k.profile, proof, key, base):
        log_action(s.memory, s.control[0], -1, RULE_ENTERPRISE, 1, (now, A_STOP, 0, 0, -1, -1))
        apply_notice(s, -1, A_STOP)
    else:
        log_action(s.memory, s.control[0], -1, RULE_ENTERPRISE, 0, (now, A_LIFT, 0, 0, -1, -1))


@kernel
def mark(k: Static, s: State, call: Any, person: int, campaign: int, now: int) -> None:
    """A callee marks the number on the handset."""
    log_event(s.memory, s.control[0], call, person, campaign, (now, E_MARK))
    s.memory.tallies[campaign]["marks"] += 1
    line = np.int64(call["caller"])
    callers = np.int64(k.world[0]["callers"])
    target = shared_row(s.carrier, line, callers, now)
    action, measured, threshold, row = note_mark(
        s.carrier, k.profile.network[0], line, target, callers, now
    )
    if action != A_NONE:
        at = (now, action, measured, threshold, -1, person)
        log_action(s.memory, s.control[0], row, RULE_MARKS, 0, at)


@kernel
def react(k: Static, s: State, slot: int, person: int, now: int) -> None:
    """What a callee whose phone rang does with it: marks, complains."""
    call = s.calls[slot]
    fate = s.fates[slot]
    campaign = np.int64(s.leads[call["lead"]]["campaign"])
    line = np.int64(call["caller"])
    callers = np.int64(k.world[0]["callers"])
    target = shared_row(s.carrier, line, callers, now)
    note_delivered(s.carrier, line, target, callers, np.int64(call["dial_tick"]), now)
    genuine = np.int64(s.carrier.subscribers[person]["flags"]) & GENUINE
    labelled = shows_label(s.carrier, line, target)
    abandoned = call["seen"] == SEEN_ABANDONED
    at = (k.world[0]["run_base"], np.int64(fate["attempt"]), abandoned, labelled)
    marked, complains, calls_hotline = reactions(
        k.profile.network[0], s.carrier.lines[line], genuine, s.people[person]["key"], at
    )
    if marked:
        mark(k, s, call, person, campaign, now)
    if complains:
        log_event(s.memory, s.control[0], call, person, campaign, (now, E_12321))
        s.memory.tallies[campaign]["complaints_12321"] += 1
        file_case(k, s, call, person, E_12321, now)
    if calls_hotline:
        log_event(s.memory, s.control[0], call, person, campaign, (now, E_HOTLINE))
        s.memory.tallies[campaign]["complaints_hotline"] += 1
        file_case(k, s, call, person, E_HOTLINE, now)


@kernel
def file_case(k: Static, s: State, call: Any, person: int, channel: int, now: int) -> None:
    """Open a complaint case; it counts some working days later."""
    control = s.control[0]
    number = np.int64(control["cases"])
    control["cases"] += 1
    purpose = np.int64(k.campaigns[s.leads[call["lead"]]["campaign"]]["purpose"])
    case = s.carrier.cases[number]
    case["call_tick"] = call["dial_tick"]
    case["line"] = call["caller"]
    case["person"] = person
    case["channel"] = channel
    case["stage"] = 0
    case["proof"] = (np.int64(s.people[person]["flags"]) >> purpose) & 1
    if np.int64(s.carrier.subscribers[person]["flags"]) & GENUINE:
        case["proof"] = 2
    days = np.int64(k.profile.network[0]["triage_days"])
    if channel == E_HOTLINE:
        days = np.int64(k.profile.network[0]["hotline_days"])
    tick = working_later(k.profile.working, now, days)
    queue_put(s.queue, np.int64(k.world[0]["node_case"]) + number, tick, K_CASE)


@kernel
def change_number(s: State, person: int, number: int) -> None:
    """From now on the person is called on another of their numbers, alive or not."""
    subscriber = s.carrier.subscribers[person]
    flags = np.int64(subscriber["flags"])
    dead = (flags >> (DEAD_SHIFT + number - 1)) & 1
    flags &= ~(EMPTY | SUSPENDED_NUMBER | DORMANT)
    subscriber["flags"] = flags | (EMPTY if dead == 1 else 0)
