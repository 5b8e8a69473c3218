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
    act_on_line,
    end_review,
    review_due,
    triage,
    working_later,
)
from dialsim.carrier.layout import CASE_NODES
from dialsim.core.codes import Action, EventCode, Kind, Rule
from dialsim.core.queue import queue_is_in, queue_put
from dialsim.core.time_units import DAY_MS
from dialsim.engine.caller_status.kernels import check_trunk
from dialsim.engine.network.kernels import (
    act,
    apply_notice,
    hear_of_complaint,
    move_line_node,
    sign,
)
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel
from dialsim.outcomes.kernels import log_action, write_event

TRACEBACK, APPEAL = 1, 2  # nodes of a case behind that of its stages


@kernel
def case_node(k: Static, number: int, which: int) -> int:
    """Queue node of a case: 0 its stages, TRACEBACK, APPEAL."""
    return np.int64(k.world[0]["node_case"]) + CASE_NODES * number + which


@kernel
def on_case_node(k: Static, s: State, node: int, now: int) -> None:
    """A node of a case is due (``node`` counts from the first case's)."""
    number, which = node // CASE_NODES, node % CASE_NODES
    if which == TRACEBACK:
        on_traceback(k, s, number, now)
    elif which == APPEAL:
        on_appeal(k, s, number, now)
    else:
        on_case(k, s, number, now)


@kernel
def on_case(k: Static, s: State, number: int, now: int) -> None:
    """A complaint case reaches its next stage."""
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
        result = triage(s.carrier, network, case, now)
        days = network["act_days"]
        await_answer(k, s, number, now)
    else:
        result = act_on_line(s.carrier, network, case, now)
    if result[0] != Action.NONE:
        act_on_case(
            k, s, number, Rule.COMPLAINTS_NUMBER, (now, result[0], result[1], result[2], result[3])
        )
    case["stage"] += 1
    if case["stage"] < 3:
        tick = working_later(k.profile.working, now, np.int64(days))
        queue_put(s.queue, case_node(k, number, 0), tick, Kind.CASE)


@kernel
def pass_on(s: State, case: Any, now: int) -> None:
    """The enterprise learns of a complaint: who had called, and whom."""
    person = np.int64(case["person"])
    hear_of_complaint(s, person)
    about = (
        np.int64(case["call_tick"]),
        np.int64(case["line"]),
        person,
        np.int64(case["campaign"]),
    )
    write_event(s.memory, s.control[0], about, (now, EventCode.PASSED_ON))


@kernel
def act_on_case(k: Static, s: State, number: int, rule: int, result: Any) -> None:
    """Act on the line of a case (``result`` as of `act`); a suspension may be appealed."""
    case = s.carrier.cases[number]
    line = np.int64(case["line"])
    now, action, until = result[0], result[1], result[4]
    if action >= Action.SUSPEND:
        move_line_node(k, s, line, until)
    act(s, line, rule, np.int64(case["person"]), result)
    network = k.profile.network[0]
    told = s.carrier.lines[line]["registered"] == 1
    node = case_node(k, number, APPEAL)
    if (
        action != Action.SUSPEND
        or not told
        or network["appeals"] == 0
        or queue_is_in(s.queue, node)
    ):
        return
    case["appealed_until"] = until
    tick = working_later(k.profile.working, now, np.int64(network["case_appeal_days"]))
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
        queue_put(s.queue, np.int64(k.world[0]["node_enterprise"]), tick, Kind.LINE)
        at = (now, action, measured, threshold, tick, np.int64(case["person"]))
        log_action(s.memory, s.control[0], -1, Rule.COMPLAINTS_ENTERPRISE, 0, at)
    check_trunk(k, s, case, now)


@kernel
def on_review_end(k: Static, s: State, now: int) -> None:
    """The review of the enterprise ends: every number is stopped, or none."""
    world = k.world[0]
    enterprise = s.carrier.enterprise[0]
    proof = np.int64(enterprise["proof"])
    key, base = world["enterprise_key"], world["run_base"]
    if not end_review(s.carrier, k.profile, proof, key, base):
        log_action(
            s.memory,
            s.control[0],
            -1,
            Rule.COMPLAINTS_ENTERPRISE,
            0,
            (now, Action.LIFT, 0, 0, -1, -1),
        )
        return
    log_action(
        s.memory, s.control[0], -1, Rule.COMPLAINTS_ENTERPRISE, 1, (now, Action.STOP, 0, 0, -1, -1)
    )
    apply_notice(s, -1, Action.STOP, Rule.COMPLAINTS_ENTERPRISE)
    network = k.profile.network[0]
    if network["appeals"] == 1 and enterprise["appealed"] == 0:
        enterprise["appealed"] = 1
        tick = working_later(k.profile.working, now, np.int64(network["case_appeal_days"]))
        queue_put(s.queue, np.int64(world["node_stop_appeal"]), tick, Kind.LINE)


@kernel
def await_answer(k: Static, s: State, number: int, now: int) -> None:
    """The operator asks where a call came from; a node waits for an answer that will not come."""
    if k.profile.network[0]["off_traceback"] == 1:
        return
    late = ask_traceback(s.carrier, k.profile, s.carrier.cases[number], now)
    if late >= 0:
        queue_put(s.queue, case_node(k, number, TRACEBACK), late, Kind.CASE)


@kernel
def on_traceback(k: Static, s: State, number: int, now: int) -> None:
    """The time for an answer is over."""
    case = s.carrier.cases[number]
    result = end_traceback(s.carrier, k.profile.network[0], case, now)
    if result[0] != Action.NONE:
        act_on_case(k, s, number, Rule.TRACEBACK, (now, result[0], result[1], result[2], result[3]))


@kernel
def on_appeal(k: Static, s: State, number: int, now: int) -> None:
    """An appeal against a suspension is decided."""
    case = s.carrier.cases[number]
    line, person = np.int64(case["line"]), np.int64(case["person"])
    key = s.people[person]["key"]
    action, proof = decide_appeal(
        s.carrier, k.profile.network[0], case, key, k.world[0]["run_base"]
    )
    if action == Action.NONE:
        return
    if action == Action.LIFT:
        move_line_node(k, s, line, -1)
    log_action(s.memory, s.control[0], line, Rule.APPEAL, 1, (now, action, proof, 0, -1, person))
    sign(s, line, np.int64(s.carrier.lines[line]["operator"]))
    apply_notice(s, line, action, Rule.APPEAL)


@kernel
def on_stop_appeal(k: Static, s: State, now: int) -> None:
    """The appeal against the stop of all numbers is decided."""
    world = k.world[0]
    action = decide_stop_appeal(
        s.carrier, k.profile.network[0], world["enterprise_key"], world["run_base"]
    )
    proof = np.int64(s.carrier.enterprise[0]["proof"])
    log_action(s.memory, s.control[0], -1, Rule.APPEAL, 1, (now, action, proof, 0, -1, -1))
    apply_notice(s, -1, action, Rule.APPEAL)
