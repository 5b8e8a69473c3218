"""How a caller ID's calls went, and which rung or notice that calls for.

Seats are those of `dialsim.carrier.frequency.kernels`; only the counter that judges is kept.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.contexts import Attempt, Seat, WeekCounts
from dialsim.carrier.counters.kernels import count_one, count_week, week_of
from dialsim.carrier.ladder.kernels import call_for, test_call
from dialsim.carrier.layout import (
    DAY_BUCKET_MS,
    FIVE_MINUTE_BUCKET_MS,
    W_NEW_5MIN,
    W_NEW_DAY,
    W_REPEATS,
    WHOLE,
    Carrier,
    Measure,
    Profile,
)
from dialsim.core.codes import Action, NumberClass, Rule
from dialsim.core.counts import quotient
from dialsim.core.time_units import HOUR_MS
from dialsim.jit.decorator import kernel

Array = NDArray[Any]

RULES = 5  # on how calls went, of each operator
HOUR_BITS = 14
MOST_TALK_S = 1 << 30  # a counter's talk stops growing here: 34 years


@kernel
def looks_for_new(profile: Profile, record: Any) -> bool:
    """Whether new callees of a caller ID are counted apart."""
    unregistered = record["registered"] == 0 and record["number_class"] == NumberClass.MOBILE
    return unregistered and profile.network[0]["off_behaviour"] == 0


@kernel
def is_new(
    profile: Profile, record: Any, last_calls: Array, person: int, counter: int, now: int
) -> bool:
    """Whether a callee is new to a counter; from here on it is not."""
    hour = now // HOUR_MS
    last = np.int64(last_calls[person])
    last_calls[person] = ((counter + 1) << HOUR_BITS) | hour
    if last >> HOUR_BITS != counter + 1:
        return True
    passed = hour - (last & ((1 << HOUR_BITS) - 1))
    return passed >= profile.operators[record["operator"]]["new_after_h"]


@kernel
def count_callee(carrier: Carrier, seat: Seat, new: bool, now: int) -> None:
    """Count an attempt in a seat's windows of new callees, or of repeats."""
    if not new:
        count_one(carrier, seat.counter, W_REPEATS, DAY_BUCKET_MS, now)
        return
    count_one(carrier, seat.counter, W_NEW_5MIN, FIVE_MINUTE_BUCKET_MS, now)
    count_one(carrier, seat.counter, W_NEW_DAY, DAY_BUCKET_MS, now)


@kernel(inlined=True)
def count_delivered(
    carrier: Carrier, seat: Seat, duration_ms: int, short_ms: int, now: int
) -> WeekCounts:
    """Count how a delivered call went; ``duration_ms`` -1: no answer. Returns the week's counts."""
    answered = np.int64(duration_ms >= 0)
    short = answered & np.int64(duration_ms <= short_ms)
    seconds = quotient(duration_ms + 500, 1000)  # 0 if nobody answered
    counted = count_week(carrier, seat.counter, WeekCounts(1, answered, short, seconds), now)
    if counted.talk_s - seconds >= MOST_TALK_S:
        return count_week(carrier, seat.counter, WeekCounts(0, 0, 0, -seconds), now)
    return counted


@kernel
def is_past(distance: int, n: int, variance: int) -> bool:
    """Whether a sum of n terms is past its threshold by more than chance.

    ``distance`` is how far, from n times the threshold to the side that is bad; asked is whether
    ``distance^2 / n > variance``. Exact while n and distance / n stay below 2^31 and n times
    variance below 2^62: the quotient is put together from whole and rest.
    """
    if distance <= 0:
        return False
    whole = distance // n
    if whole * whole > variance:
        return True
    rest = distance % n
    return whole * whole * n + 2 * whole * rest + (rest * rest + n - 1) // n > variance


@kernel(inlined=True)
def judged_calls(measure: int, counted: WeekCounts) -> int:
    """How many calls a measure is about: delivered ones for answers, else answered ones."""
    return counted.delivered if measure == Measure.ANSWERS else counted.answered


@kernel(inlined=True)
def exceeds(rule: Any, counted: WeekCounts) -> bool:
    """Whether a rule on how calls went is exceeded."""
    threshold = np.int64(rule["threshold"])
    n = judged_calls(np.int64(rule["measure"]), counted)
    distance = n * threshold
    if rule["measure"] == Measure.TALK:
        distance -= 1000 * counted.talk_s
    elif rule["measure"] == Measure.SHORT:
        distance = WHOLE * counted.short - distance
    else:
        distance -= WHOLE * counted.answered
    return is_past(distance, n, np.int64(rule["variance"]))


@kernel
def figure_of(measure: int, counted: WeekCounts) -> int:
    """The figure of a measure: ten-thousandths, of talk ms."""
    if measure == Measure.TALK:
        return 1000 * counted.talk_s // counted.answered
    if measure == Measure.SHORT:
        return WHOLE * counted.short // counted.answered
    return WHOLE * counted.answered // counted.delivered


@kernel
def judge_behaviour(
    carrier: Carrier, profile: Profile, operator: int, seat: Seat, attempt: Attempt
) -> int:
    """Compare an unregistered caller ID's calls with an operator's rules, the last one counted.

    Returns the row whose pending rung has just been
    set, or -1.
    """
    now = attempt.now
    target = carrier.numbers[seat.row]
    at_least = np.int64(profile.operators[operator]["at_least"])
    counted = week_of(carrier, seat.counter, now)
    slow, raised = 0, -1
    for i in range(operator * RULES, (operator + 1) * RULES):
        rule = profile.behaviour[i]
        measure = np.int64(rule["measure"])
        if judged_calls(measure, counted) < at_least or not exceeds(rule, counted):
            continue
        if rule["action"] == Action.THROTTLE:
            slow = 1
        threshold = np.int64(rule["threshold"])
        figure = figure_of(measure, counted)
        action, number = np.int64(rule["action"]), np.int64(rule["rule"])
        if call_for(target, action, number, figure, threshold, operator, now) == 1:
            test_call(carrier, profile, seat.row, operator, attempt)
            raised = seat.row
    target["slow"] = slow
    return raised


@kernel(inlined=True)
def notice_due(
    carrier: Carrier, profile: Profile, caller: int, measure: int, counted: WeekCounts, now: int
) -> tuple[int, int, int]:
    """Whether a registered caller ID is warned of its calls: (rule or 0, figure, threshold)."""
    record = carrier.numbers[caller]
    operator = np.int64(record["operator"])
    terms = profile.operators[operator]
    if judged_calls(measure, counted) < terms["at_least"] or now < record["notice_from"][measure]:
        return 0, 0, 0
    for i in range(operator * RULES, (operator + 1) * RULES):
        rule = profile.behaviour[i]
        if rule["measure"] != measure or rule["action"] != Action.WARN:
            continue
        if exceeds(rule, counted):
            record["notice_from"][measure] = now + np.int64(terms["notice_ms"])
            figure = figure_of(measure, counted)
            return np.int64(rule["rule"]), figure, np.int64(rule["threshold"])
    return 0, 0, 0


@kernel
def enterprise_too_short(
    carrier: Carrier, profile: Profile, operator: int, duration_ms: int, day: int
) -> int:
    """Count an answered call of a linked caller ID; return the share of short ones if too many."""
    terms = profile.operators[operator]
    days = carrier.enterprise_days
    days[day, 3] += 1
    if duration_ms <= terms["short_ms"]:
        days[day, 4] += 1
    if days[day, 2] < terms["enterprise_calls"]:
        return -1
    if days[day, 4] * WHOLE <= np.int64(terms["enterprise_short"]) * days[day, 3]:
        return -1
    return days[day, 4] * WHOLE // days[day, 3]


@kernel
def block_class(carrier: Carrier, profile: Profile, row: int, operator: int, figure: int) -> bool:
    """Let a class of unregistered numbers be suspended with the enterprise; false if it is."""
    record = carrier.numbers[row]
    if (
        record["members"] == 0
        or record["state"] >= Action.SUSPEND
        or record["pending"] >= Action.SUSPEND
    ):
        return False
    record["pending"] = Action.SUSPEND
    record["pending_rule"] = Rule.SHORT_ENTERPRISE
    record["pending_by"] = operator
    record["measured"] = figure
    record["ceiling"] = profile.operators[operator]["enterprise_short"]
    record["spares"] = 0
    return True
