"""A complaint case from triage to its end, with the reviews, tracebacks and appeals it causes."""

from typing import Any

import numpy as np

from dialsim.carrier.appeals.kernels import (
    ask_traceback,
    decide_appeal,
    decide_stop_appeal,
    end_traceback,
)
from dialsim.carrier.complaints.kernels import (
    act_on_caller,
    end_review,
    review_due,
    triage,
    working_later,
)
from dialsim.carrier.layout import CASE_NODES, CaseNode
from dialsim.core.codes import Action, EventCode, Kind, Rule
from dialsim.core.queue import queue_is_in, queue_put
from dialsim.core.time_units import DAY_MS
from dialsim.engine.caller_status.kernels import check_trunk
from dialsim.engine.network.kernels import (
    apply_notice,
    log_caller_action,
    move_ladder_node,
    sign_action,
    suppress_complainant,
)
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel
from dialsim.outcomes.kernels import log_action, write_event
from dialsim.outcomes.layout import EventSubject, NetworkAction


@kernel
def case_node(k: Static, number: int, which: int) -> int:
    """Queue node of a case (`CaseNode`)."""
    return np.int64(k.world[0]["node_case"]) + CASE_NODES * number + which


@kernel
def on_case_node(k: Static, s: State, node: int, now: int) -> None:
    """Handle a due node of a case (``node`` counts from the first case's)."""
    number, which = node // CASE_NODES, node % CASE_NODES
    if which == CaseNode.TRACEBACK:
        on_traceback(k, s, number, now)
    elif which == CaseNode.APPEAL:
        on_appeal(k, s, number, now)
    else:
        on_case(k, s, number, now)


@kernel
def on_case(k: Static, s: State, number: int, now: int) -> None:
    """Move a complaint case to its next stage."""
    case = s.carrier.cases[number]
    network = k.profile.network[0]
    days = network["investigate_days"]
    if case["stage"] == 0:
        pass_on(s, case, now)
        if case["channel"] == EventCode.COMPLAINT_SECTOR:
            case["stage"] = 3
            return
        count_case(k, s, number, now)
        if case["channel"] == EventCode.COMPLAINT_HOTLINE:
            case["stage"] = 3
            return
        action, measured, threshold, until = triage(s.carrier, network, case, now)
        days = network["act_days"]
        await_answer(k, s, number, now)
    else:
        action, measured, threshold, until = act_on_caller(s.carrier, network, case, now)
    if action != Action.NONE:
        person = np.int64(case["person"])
        act = NetworkAction(now, action, measured, threshold, until, person)
        act_on_case(k, s, number, Rule.COMPLAINTS_NUMBER, act)
    case["stage"] += 1
    if case["stage"] < 3:
        tick = working_later(k.profile.working, now, np.int64(days))
        queue_put(s.queue, case_node(k, number, 0), tick, Kind.CASE)


@kernel
def pass_on(s: State, case: Any, now: int) -> None:
    """Notify the enterprise of a complaint: the person goes on the own do-not-call list."""
    person = np.int64(case["person"])
    suppress_complainant(s, person)
    call_tick, caller = np.int64(case["call_tick"]), np.int64(case["caller"])
    subject = EventSubject(call_tick, caller, person, np.int64(case["campaign"]))
    write_event(s.memory, s.control[0], subject, EventCode.PASSED_ON, now)


@kernel
def act_on_case(k: Static, s: State, number: int, rule: int, act: NetworkAction) -> None:
    """Act on the caller ID of a case; its suspension may be appealed."""
    case = s.carrier.cases[number]
    caller = np.int64(case["caller"])
    if act.action >= Action.SUSPEND:
        move_ladder_node(k, s, caller, act.until)
    log_caller_action(s, caller, rule, act)
    network = k.profile.network[0]
    noticed = s.carrier.numbers[caller]["registered"] == 1
    node = case_node(k, number, CaseNode.APPEAL)
    if (
        act.action != Action.SUSPEND
        or not noticed
        or network["appeals"] == 0
        or queue_is_in(s.queue, node)
    ):
        return
    case["appealed_until"] = act.until
    tick = working_later(k.profile.working, act.tick, np.int64(network["case_appeal_days"]))
    queue_put(s.queue, node, tick, Kind.CASE)


@kernel
def count_case(k: Static, s: State, number: int, now: int) -> None:
    """Count a case for the enterprise and the trunk; call for a review if the rate is too high."""
    case = s.carrier.cases[number]
    s.carrier.enterprise_days[np.int64(case["call_tick"]) // DAY_MS, 1] += 1
    action, measured, threshold, _ = review_due(s.carrier, k.profile)
    if action != Action.NONE:
        s.carrier.enterprise[0]["proof"] = case["proof"]
        days = np.int64(k.profile.network[0]["review_days"])
        tick = working_later(k.profile.working, now, days)
        queue_put(s.queue, np.int64(k.world[0]["node_enterprise"]), tick, Kind.NETWORK)
        review = NetworkAction(now, action, measured, threshold, tick, np.int64(case["person"]))
        log_action(s.memory, s.control[0], -1, Rule.COMPLAINTS_ENTERPRISE, 0, review)
    check_trunk(k, s, case, now)


@kernel
def on_review_end(k: Static, s: State, now: int) -> None:
    """End the review of the enterprise: all numbers are stopped, or none."""
    world = k.world[0]
    enterprise = s.carrier.enterprise[0]
    proof = np.int64(enterprise["proof"])
    key, base = world["enterprise_key"], world["run_base"]
    if not end_review(s.carrier, k.profile, proof, key, base):
        end = NetworkAction(now, Action.LIFT, 0, 0, -1, -1)
        log_action(s.memory, s.control[0], -1, Rule.COMPLAINTS_ENTERPRISE, 0, end)
        return
    stop = NetworkAction(now, Action.STOP, 0, 0, -1, -1)
    log_action(s.memory, s.control[0], -1, Rule.COMPLAINTS_ENTERPRISE, 1, stop)
    apply_notice(s, -1, Action.STOP, Rule.COMPLAINTS_ENTERPRISE)
    network = k.profile.network[0]
    if network["appeals"] == 1 and enterprise["appealed"] == 0:
        enterprise["appealed"] = 1
        tick = working_later(k.profile.working, now, np.int64(network["case_appeal_days"]))
        queue_put(s.queue, np.int64(world["node_stop_appeal"]), tick, Kind.NETWORK)


@kernel
def await_answer(k: Static, s: State, number: int, now: int) -> None:
    """Ask for a traceback, and schedule the tick at which it is overdue."""
    if k.profile.network[0]["off_traceback"] == 1:
        return
    late = ask_traceback(s.carrier, k.profile, s.carrier.cases[number], now)
    if late >= 0:
        queue_put(s.queue, case_node(k, number, CaseNode.TRACEBACK), late, Kind.CASE)


@kernel
def on_traceback(k: Static, s: State, number: int, now: int) -> None:
    """Handle a traceback that was not answered in time."""
    case = s.carrier.cases[number]
    action, measured, threshold, until = end_traceback(s.carrier, k.profile.network[0], case, now)
    if action != Action.NONE:
        person = np.int64(case["person"])
        act = NetworkAction(now, action, measured, threshold, until, person)
        act_on_case(k, s, number, Rule.TRACEBACK, act)


@kernel
def on_appeal(k: Static, s: State, number: int, now: int) -> None:
    """Decide an appeal against a suspension."""
    case = s.carrier.cases[number]
    caller, person = np.int64(case["caller"]), np.int64(case["person"])
    key = s.people[person]["key"]
    action, proof = decide_appeal(
        s.carrier, k.profile.network[0], case, key, k.world[0]["run_base"]
    )
    if action == Action.NONE:
        return
    if action == Action.LIFT:
        move_ladder_node(k, s, caller, -1)
    answer = NetworkAction(now, action, proof, 0, -1, person)
    log_action(s.memory, s.control[0], caller, Rule.APPEAL, 1, answer)
    sign_action(s, caller, np.int64(s.carrier.numbers[caller]["operator"]))
    apply_notice(s, caller, action, Rule.APPEAL)


@kernel
def on_stop_appeal(k: Static, s: State, now: int) -> None:
    """Decide the appeal against the stop of all numbers."""
    world = k.world[0]
    action = decide_stop_appeal(
        s.carrier, k.profile.network[0], world["enterprise_key"], world["run_base"]
    )
    proof = np.int64(s.carrier.enterprise[0]["proof"])
    answer = NetworkAction(now, action, proof, 0, -1, -1)
    log_action(s.memory, s.control[0], -1, Rule.APPEAL, 1, answer)
    apply_notice(s, -1, action, Rule.APPEAL)
