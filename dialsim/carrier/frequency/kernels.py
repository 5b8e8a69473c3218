"""High-frequency interception: what a caller ID's windows count, and which rung that calls for.

A caller ID is judged in a *seat*: (counter, target). The counter's windows count, the rung falls on
row ``target`` of `numbers`. Its own operator's seat is the caller ID's, or the one that all linked
unregistered caller IDs share; another operator whose subscribers it calls has seats of its own
behind those.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.contexts import Attempt, Seat
from dialsim.carrier.counters.kernels import count_in, count_one, counted_last
from dialsim.carrier.filing.kernels import class_row
from dialsim.carrier.ladder.kernels import call_for, test_call
from dialsim.carrier.layout import (
    CLASSES,
    DAY_BUCKET_MS,
    HOUR_BUCKET_MS,
    W_DAY,
    W_HOUR,
    Carrier,
    Profile,
)
from dialsim.core.codes import Action
from dialsim.core.counts import quotient
from dialsim.core.time_units import DAY_MS
from dialsim.jit.decorator import kernel

Array = NDArray[Any]

OPERATORS = 5


@kernel
def shared_row(carrier: Carrier, caller: int, now: int) -> int:
    """Row that stands for a linked unregistered caller ID's class, or -1 for one on its own."""
    return class_row(carrier, carrier.numbers[caller], now)


@kernel
def seat_here(caller: int, shared: int, callers: int) -> Seat:
    """Seat of a caller ID with its own operator (``shared``: its class row, -1 alone)."""
    if shared >= 0:
        return Seat(callers, shared)
    return Seat(caller, caller)


@kernel
def row_there(carrier: Carrier, caller: int, callers: int, operator: int) -> int:
    """Row of `numbers` that keeps what another operator thinks of a caller ID."""
    seats = np.int64(carrier.enterprise[0]["seats"])
    seat = np.int64(carrier.numbers[caller]["seat"])
    return callers + CLASSES + operator * (seats + CLASSES) + seat


@kernel
def classes_there(carrier: Carrier, callers: int, operator: int) -> int:
    """First row of classes of another operator; any `Operator`, also one that judges no class."""
    seats = np.int64(carrier.enterprise[0]["seats"])
    return callers + CLASSES + operator * (seats + CLASSES) + seats


@kernel
def seat_there(carrier: Carrier, caller: int, shared: int, callers: int, operator: int) -> Seat:
    """Seat of an unregistered caller ID with another operator."""
    seats = np.int64(carrier.enterprise[0]["seats"])
    first = callers + 1 + operator * (seats + 1)
    target = row_there(carrier, caller, callers, operator)
    seat = np.int64(carrier.numbers[caller]["seat"])
    if shared >= 0:
        return Seat(first + seats, target - seat + seats + shared - callers)
    return Seat(first + seat, target)


@kernel
def operator_there(carrier: Carrier, profile: Profile, subscriber: Any, caller: int) -> int:
    """The callee's operator if it judges the caller ID besides the caller ID's own, else -1."""
    record = carrier.numbers[caller]
    if record["registered"] == 1 or record["seat"] < 0:
        return -1
    operator = np.int64(subscriber["operator"])
    if operator >= OPERATORS or operator == record["operator"]:
        return -1
    if profile.network[0]["off_terminating"] == 1:
        return -1
    return operator


@kernel
def counts_calls(profile: Profile) -> bool:
    """Whether it matters to anything that is on how often a caller ID calls."""
    network = profile.network[0]
    return network["off_frequency"] == 0 or network["off_behaviour"] == 0


@kernel(inlined=True)
def add_call(carrier: Carrier, counter: int, now: int) -> None:
    """Count an attempt in a counter's hour and day."""
    count_one(carrier, counter, W_HOUR, HOUR_BUCKET_MS, now)
    count_one(carrier, counter, W_DAY, DAY_BUCKET_MS, now)


@kernel
def count_call(carrier: Carrier, caller: int, shared: bool, callers: int, now: int) -> None:
    """Count an attempt in the caller ID's windows, and in the enterprise's shared ones."""
    add_call(carrier, caller, now)
    if shared:
        add_call(carrier, callers, now)
        carrier.enterprise_days[quotient(now, DAY_MS), 2] += 1


@kernel(inlined=True)
def apply_frequency(
    carrier: Carrier, profile: Profile, judged: int, seat: Seat, attempt: Attempt
) -> tuple[bool, int]:
    """Compare a seat's counts with its rules, the attempt already counted.

    ``judged`` is the row whose rules apply: the caller ID's, or its row there. Returns whether a
    throttling ceiling is exceeded right now, and the row whose pending rung has just been set (-1:
    none); the engine puts that row's node after the detection delay.
    """
    rules = carrier.numbers[judged]
    operator = np.int64(rules["operator"])
    target = carrier.numbers[seat.row]
    throttled = False
    raised = -1
    first = np.int64(rules["rule_first"])
    for i in range(first, first + np.int64(rules["rule_count"])):
        rule = profile.frequency[i]
        ceiling = np.int64(rule["ceiling"])
        if ceiling < 0:
            ceiling = np.int64(rules["filed_daily"])
        if ceiling < 0 or rule["action"] == Action.NONE:
            continue
        family = np.int64(rule["window"])
        if family <= W_DAY:  # it ends with this attempt's bucket
            count = counted_last(carrier, seat.counter, family)
        else:
            bucket_ms = np.int64(rule["bucket_ms"])
            count = count_in(carrier, seat.counter, family, bucket_ms, attempt.now)
        if count <= ceiling:
            continue
        if rule["action"] == Action.THROTTLE:
            throttled = True
        action, number = np.int64(rule["action"]), np.int64(rule["rule"])
        if call_for(target, action, number, count, ceiling, operator, attempt.now) == 1:
            test_call(carrier, profile, seat.row, operator, attempt)
            raised = seat.row
    if target["slow"] == 1:
        count = counted_last(carrier, seat.counter, W_HOUR)
        if count > np.int64(profile.operators[operator]["slow_per_hour"]):
            throttled = True
    return throttled, raised
