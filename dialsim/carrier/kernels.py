"""What the network does with one attempt, and what it remembers of it.

Which window row belongs to whom: see `dialsim.carrier.layout`; seats and rows "there", with the
callee's own operator: `dialsim.carrier.frequency.kernels`.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.behaviour.kernels import count_callee, is_new, looks_for_new
from dialsim.carrier.contexts import Attempt, Judged
from dialsim.carrier.contract.kernels import contract_cause
from dialsim.carrier.dated.kernels import BLOCKED, INTERCEPTED, THROTTLED, THROTTLED_THERE, in_force
from dialsim.carrier.delivery.kernels import delivery_cause, draw_fate, duration, sent_back
from dialsim.carrier.filing.kernels import is_shut, worst_state
from dialsim.carrier.frequency.kernels import (
    add_call,
    apply_frequency,
    classes_there,
    count_call,
    counts_calls,
    operator_there,
    row_there,
    seat_here,
    seat_there,
    shared_row,
)
from dialsim.carrier.gateways.kernels import gateway_cause
from dialsim.carrier.labels.kernels import sees_label
from dialsim.carrier.layout import PLATFORM, Carrier, Profile, SubscriberFlag, Table
from dialsim.carrier.subscribers.kernels import own_block
from dialsim.core.codes import Action, Cause, Stream
from dialsim.core.rng import draw_by, hit
from dialsim.core.time_units import MINUTE_MS
from dialsim.jit.decorator import kernel

Array = NDArray[Any]


@kernel(inlined=True)
def refusal(
    record: Any, state: int, dated: int, subscriber: Any, network: Any, attempt: Attempt
) -> int:
    """Cause from the refuse-call registry's live copy, or NONE.

    A registered caller ID is intercepted by an event alone (``dated`` as of `in_force`).
    """
    keys, key, n = attempt.keys, attempt.key, attempt.n
    lag_ms = np.int64(network["refusal_lag_ms"][np.int64(subscriber["operator"])])
    listed = np.int64(subscriber["registered_min"]) * MINUTE_MS + lag_ms <= attempt.now
    if record["registered"] == 1:
        if listed and (np.int64(subscriber["refused"]) >> np.int64(record["category"])) & 1:
            u = draw_by(keys, Stream.REFUSE_CALL, key, n)
            if hit(u, np.int64(network["intercept_registered"])):
                return Cause.REFUSED_CATEGORY
        state = Action.NONE
    if (state == Action.INTERCEPT or dated & INTERCEPTED) and listed:
        u = draw_by(keys, Stream.REFUSE_CALL, key, n)
        return (
            Cause.REFUSED_FLAGGED if hit(u, np.int64(network["intercept_flagged"])) else Cause.NONE
        )
    return Cause.NONE


@kernel
def rungs(carrier: Carrier, own: int, target: int, classes: int, now: int) -> tuple[int, bool]:
    """The severer of two rows' states (-1: no such row), and whether one of them intercepts.

    To the state of the first belongs what is in force on the caller IDs that it replaces
    (``classes`` as of `worst_state`).
    """
    if own < 0:
        return Action.NONE, False
    first = worst_state(carrier, own, classes, now)
    second = first if target < 0 else np.int64(carrier.numbers[target]["state"])
    return max(first, second), first == Action.INTERCEPT or second == Action.INTERCEPT


@kernel
def throttles(profile: Profile, operator: int, stream: int, attempt: Attempt) -> bool:
    """Whether an operator refuses a call of a throttled caller ID that is above its ceiling."""
    u = draw_by(attempt.keys, stream, attempt.key, attempt.n)
    return hit(u, np.int64(profile.operators[operator]["throttle_refuses"]))


@kernel
def blocked_cause(
    carrier: Carrier,
    profile: Profile,
    subscriber: Any,
    target: int,
    judged: Judged,
    attempt: Attempt,
) -> int:
    """Cause of a block before the trunk contract, or NONE (N-JUDGE).

    ``target``: row that stands for the caller ID's class, or -1 alone.
    """
    now, caller = attempt.now, attempt.caller
    network = profile.network[0]
    record = carrier.numbers[caller]
    if record["authentic"] == 0:
        return Cause.NOT_AUTHENTIC
    callers = np.int64(carrier.enterprise[0]["callers"])
    state, flagged = rungs(carrier, caller, target, callers, now)
    if state >= Action.SUSPEND or is_shut(carrier, record, now):
        return Cause.LINE_SHUT
    classes = classes_there(carrier, callers, np.int64(subscriber["operator"]))
    state_there, flagged_there = rungs(carrier, judged.row_there, judged.target_there, classes, now)
    if state_there >= Action.SUSPEND:
        return Cause.SHUT_THERE
    dated = in_force(carrier, record, caller, np.int64(subscriber["operator"]), now)
    if record["gateway"] >= 0:
        if dated & BLOCKED:
            return Cause.GATEWAY_SHUT
        cause = gateway_cause(carrier, network, np.int64(record["gateway"]), attempt)
        if cause != Cause.NONE:
            return cause
    if np.int64(subscriber["flags"]) & SubscriberFlag.WHITELIST:
        return Cause.NONE
    if np.int64(subscriber["handset"]) > PLATFORM:
        cause = own_block(carrier, subscriber, caller)
        if cause != Cause.NONE:
            return cause
    if network["off_refuse_call"] == 0:
        rung = Action.INTERCEPT if flagged or flagged_there else Action.NONE
        cause = refusal(record, rung, dated, subscriber, network, attempt)
        if cause != Cause.NONE:
            return cause
    if (judged.above and state >= Action.THROTTLE) or dated & THROTTLED:
        if throttles(profile, np.int64(record["operator"]), Stream.THROTTLE, attempt):
            return Cause.THROTTLED
    if (judged.above_there and state_there >= Action.THROTTLE) or dated & THROTTLED_THERE:
        if throttles(profile, np.int64(subscriber["operator"]), Stream.THROTTLE_THERE, attempt):
            return Cause.THROTTLED_THERE
    return Cause.NONE


@kernel
def count_here(
    carrier: Carrier, profile: Profile, target: int, attempt: Attempt
) -> tuple[bool, int, int]:
    """The caller ID's own operator counts and judges how often it calls.

    Returns whether it is above a throttling ceiling, the row whose rung is now pending (-1), and
    whether the callee is new (1), known (0) or not looked at (-1).
    """
    if not counts_calls(profile):
        return False, -1, -1
    now, caller = attempt.now, attempt.caller
    callers = np.int64(carrier.enterprise[0]["callers"])
    count_call(carrier, caller, target >= 0, callers, now)
    seat = seat_here(caller, target, callers)
    record = carrier.numbers[caller]
    new = -1
    if looks_for_new(profile, record):
        known = carrier.last_calls
        new = np.int64(is_new(profile, record, known, attempt.person, seat.counter, now))
        count_callee(carrier, seat, new == 1, now)
    above, raised = apply_frequency(carrier, profile, caller, seat, attempt)
    return above, raised, new


@kernel
def count_there(
    carrier: Carrier, profile: Profile, subscriber: Any, target: int, new: int, attempt: Attempt
) -> tuple[bool, int, int, int]:
    """The callee's operator does the same, if it judges the caller ID.

    ``target``: the row of its class, or -1 alone; ``new``: as `count_here` returns it. Returns
    whether it is above a throttling ceiling, the row whose rung is now pending, its row there and
    the target there (-1 each: none).
    """
    caller = attempt.caller
    callers = np.int64(carrier.enterprise[0]["callers"])
    operator = operator_there(carrier, profile, subscriber, caller)
    if operator < 0:
        return False, -1, -1, -1
    seat = seat_there(carrier, caller, target, callers, operator)
    row = row_there(carrier, caller, callers, operator)
    if not counts_calls(profile):
        return False, -1, row, seat.row
    add_call(carrier, seat.counter, attempt.now)
    if new >= 0:
        count_callee(carrier, seat, new == 1, attempt.now)
    above, raised = apply_frequency(carrier, profile, row, seat, attempt)
    return above, raised, row, seat.row


@kernel
def judge(
    carrier: Carrier,
    profile: Profile,
    trunk: Any,
    call: Any,
    fate: Any,
    attempt: Attempt,
    ring_timeout_ms: int,
) -> tuple[int, int]:
    """Decide one attempt and write what comes back (``call``) and what is (``fate``).

    Returns the rows of `numbers` whose pending rung was just set, here and there, or -1.
    """
    now, caller, keys, key, n = attempt.now, attempt.caller, attempt.keys, attempt.key, attempt.n
    network = profile.network[0]
    record = carrier.numbers[caller]
    subscriber = carrier.subscribers[attempt.person]
    target = shared_row(carrier, caller, now)
    above, raised, new = count_here(carrier, profile, target, attempt)
    above_there, raised_there, row, target_there = count_there(
        carrier, profile, subscriber, target, new, attempt
    )
    set_up_ms = duration(profile, Table.POST_DIAL, Stream.POST_DIAL, keys, key, n)
    judged = Judged(above, above_there, row, target_there)
    robot = np.int64(call["robot"])
    ring_ms = 0
    cause = blocked_cause(carrier, profile, subscriber, target, judged, attempt)
    if cause == Cause.NONE and network["off_contract"] == 0:
        number = np.int64(call["trunk"])
        cause = contract_cause(carrier, profile, subscriber, trunk, number, now)
    if cause == Cause.NONE:
        labelled = sees_label(carrier, attempt.person, caller, target, now)
        cause, ring_ms = delivery_cause(
            subscriber, record, labelled, robot, profile, ring_timeout_ms, attempt
        )
        after = set_up_ms + ring_ms
    elif cause == Cause.BLOCKED_BY_CALLEE:
        after = set_up_ms
    else:
        after = duration(profile, Table.REFUSAL_DELAY, Stream.SIGNAL_DELAY, keys, key, n)
    answered = cause == Cause.LIVE or cause == Cause.ASSISTANT
    call["announcement"] = 0
    call["after_ms"] = max(after, 1)
    call["answered"] = 1 if answered else 0
    fate["cause"] = cause
    fate["attempt"] = n
    fate["delivered"] = 1 if answered or cause == Cause.NO_ANSWER else 0
    if answered:
        call["sip"] = 200
        draw_fate(fate, subscriber, profile, cause, robot, attempt)
    else:
        call["sip"] = sent_back(
            profile.signals, profile.signal_starts, cause, Stream.SIGNAL, attempt
        )
        call["announcement"] = sent_back(
            profile.announcements, profile.announcement_starts, cause, Stream.ANNOUNCEMENT, attempt
        )
        fate["live"] = 0
        fate["opt_out"] = 0
    return raised, raised_there
