"""What the network does with one attempt, and what it remembers of it.

Which window row belongs to whom: line r of N has hour r, day M + r, marks 2 M + r, delivered
3 M + r, triaged complaints 4 M + r, with M = N + 1; row N of the first four is the counter that all
linked unregistered numbers share.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.layout import Carrier, Profile
from dialsim.core.codes import Action, Cause, Operator, Stream
from dialsim.core.jit import kernel
from dialsim.core.quantiles import quantile
from dialsim.core.rng import draw, first_above, hit
from dialsim.core.windows import window_add, window_total

Array = NDArray[Any]

GENUINE = 1
EMPTY = 2
SUSPENDED_NUMBER = 4
WHITELIST = 8
DORMANT = 16
DEAD = 32
OPERATOR_ABROAD = int(Operator.ABROAD)
RELATION_SHIFT = 20
OPERATOR = 7  # bits of PERSON.home
ALTERNATES_SHIFT = 22
NEVER_MIN = 2**31 - 1
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
HOUR_BUCKET_MS = 60_000
DAY_BUCKET_MS = 24 * 60_000
HIGH = np.uint64(32)
CERTAIN = 1 << 32

POST_DIAL, RING, TALK_OPTED_IN, ASSISTANT_TALK = 0, 1, 2, 4
PATIENCE, REFUSAL_DELAY, PROPENSITY = 5, 6, 7

A_NONE = int(Action.NONE)
A_THROTTLE = int(Action.THROTTLE)
A_INTERCEPT = int(Action.INTERCEPT)
A_SUSPEND = int(Action.SUSPEND)

C_NONE = int(Cause.NONE)
C_LIVE = int(Cause.LIVE)
C_ASSISTANT = int(Cause.ASSISTANT)
C_NO_ANSWER = int(Cause.NO_ANSWER)
C_BUSY = int(Cause.BUSY)
C_UNREACHABLE = int(Cause.UNREACHABLE)
C_INVALID = int(Cause.INVALID)
C_REFUSED_CATEGORY = int(Cause.REFUSED_CATEGORY)
C_REFUSED_FLAGGED = int(Cause.REFUSED_FLAGGED)
C_THROTTLED = int(Cause.THROTTLED)
C_CONTRACT_CALLEE = int(Cause.CONTRACT_CALLEE)
C_LINE_SHUT = int(Cause.LINE_SHUT)
C_NOT_AUTHENTIC = int(Cause.NOT_AUTHENTIC)

S_OPERATOR = int(Stream.OPERATOR)
S_PORTED = int(Stream.PORTED)
S_GENUINE = int(Stream.GENUINE)
S_NUMBER_STATUS = int(Stream.NUMBER_STATUS)
S_DORMANT = int(Stream.DORMANT)
S_REGISTERED = int(Stream.REGISTERED)
S_REFUSED = int(Stream.REFUSED)
S_WHITELIST = int(Stream.WHITELIST)
S_PROPENSITY = int(Stream.PROPENSITY)
S_REFUSE_CALL = int(Stream.REFUSE_CALL)
S_THROTTLE = int(Stream.THROTTLE)
S_UNREACHABLE = int(Stream.UNREACHABLE)
S_BUSY = int(Stream.BUSY)
S_ANSWER = int(Stream.ANSWER)
S_ASSISTANT = int(Stream.ASSISTANT)
S_POST_DIAL = int(Stream.POST_DIAL)
S_RING = int(Stream.RING)
S_TALK = int(Stream.TALK)
S_ASSISTANT_TALK = int(Stream.ASSISTANT_TALK)
S_PATIENCE = int(Stream.PATIENCE)
S_SIGNAL = int(Stream.SIGNAL)
S_SIGNAL_DELAY = int(Stream.SIGNAL_DELAY)
S_OPT_OUT = int(Stream.OPT_OUT)


@kernel
def registration_minute(population: Any, u: np.uint64) -> int:
    """Minute in which a person's refuse-call registration begins.

    One draw places everybody on a line of growing penetration: below today's share, registered
    since ever; above it, at the minute the growing share passes them.
    """
    above = np.int64(u >> HIGH) - np.int64(population["registered_share"])
    if above < 0:
        return -NEVER_MIN
    growth = np.int64(population["growth_per_min"])
    if growth <= 0:
        return NEVER_MIN
    return min(above // growth, NEVER_MIN)


@kernel
def number_flags(population: Any, base: np.uint64, key: np.uint64, alternates: int) -> int:
    """Which of a person's numbers are dead, and whether the phone of the first is ever on."""
    empty = np.int64(population["empty"])
    dead = empty + np.int64(population["suspended"])
    flags = 0
    status = np.int64(draw(base, S_NUMBER_STATUS, key, 0) >> HIGH)
    if status < empty:
        flags |= EMPTY
    elif status < dead:
        flags |= SUSPENDED_NUMBER
    elif hit(draw(base, S_DORMANT, key, 0), np.int64(population["dormant"])):
        flags |= DORMANT
    for number in range(1, 1 + alternates):
        if hit(draw(base, S_NUMBER_STATUS, key, number), dead):
            flags |= DEAD << (number - 1)
    return flags


@kernel
def true_operator(profile: Profile, population: Any, person: Any, base: np.uint64) -> int:
    """Operator a number is with: its prefix's, or another if it was taken along."""
    operator = np.int64(person["home"]) & OPERATOR
    key = person["key"]
    if operator == OPERATOR_ABROAD:
        return operator
    if hit(draw(base, S_PORTED, key, 0), np.int64(population["ported"])):
        return first_above(profile.operator_share, draw(base, S_OPERATOR, key, 1))
    return operator


@kernel
def fill_subscriber(subscriber: Any, profile: Profile, person: Any, base: np.uint64) -> None:
    """Fill the network's record of one person from its key (SEMANTICS.md, People).

    Of the dialer's record it reads what is true of the person either way: key, list, relation,
    further numbers and the operator of the prefix.
    """
    key = person["key"]
    relation = (np.int64(person["flags"]) >> RELATION_SHIFT) & 3
    alternates = (np.int64(person["flags"]) >> ALTERNATES_SHIFT) & 3
    population = profile.populations[person["source"], relation]
    flags = number_flags(population, base, key, alternates)
    if hit(draw(base, S_GENUINE, key, 0), np.int64(population["genuine"])):
        flags |= GENUINE
    if hit(draw(base, S_WHITELIST, key, 0), np.int64(population["whitelist"])):
        flags |= WHITELIST
    refused = 0
    for category in range(7):
        u = draw(base, S_REFUSED, key, category)
        if hit(u, np.int64(population["category_share"][category])):
            refused |= 1 << category
    propensity = quantile(profile.tables[PROPENSITY + relation], draw(base, S_PROPENSITY, key, 0))
    subscriber["propensity"] = 2 * np.int64(propensity)
    subscriber["registered_min"] = registration_minute(population, draw(base, S_REGISTERED, key, 0))
    subscriber["refused"] = refused
    subscriber["operator"] = true_operator(profile, population, person, base)
    subscriber["flags"] = flags
    subscriber["day"] = -1


@kernel
def fill_subscribers(
    carrier: Carrier, profile: Profile, people: Array, base: np.uint64, lo: int, hi: int
) -> None:
    """Fill subscriber rows ``lo .. hi`` of people already filled; 60 ns a row."""
    for i in range(lo, hi):
        fill_subscriber(carrier.subscribers[i], profile, people[i], base)


@kernel
def count_call(carrier: Carrier, line: int, shared: bool, callers: int, now: int) -> None:
    """Count an attempt in the line's windows, and in the enterprise's shared ones."""
    counts, heads, totals = carrier.window_counts, carrier.window_heads, carrier.window_totals
    window_add(counts, heads, totals, line, now, HOUR_BUCKET_MS, 1)
    window_add(counts, heads, totals, callers + 1 + line, now, DAY_BUCKET_MS, 1)
    if shared:
        window_add(counts, heads, totals, callers, now, HOUR_BUCKET_MS, 1)
        window_add(counts, heads, totals, 2 * callers + 1, now, DAY_BUCKET_MS, 1)


@kernel
def apply_frequency(
    carrier: Carrier, profile: Profile, line: int, shared: bool, callers: int, now: int
) -> tuple[bool, int]:
    """Compare a line's counts with its rules, the attempt at ``now`` already counted.

    Returns whether a throttling ceiling is exceeded right now, and the row whose pending rung
    has just been set (-1: none); the engine puts that row's node after the detection delay.
    """
    record = carrier.lines[line]
    target_row = line
    counter = line
    if shared:
        target_row = callers + np.int64(record["number_class"])
        counter = callers
    target = carrier.lines[target_row]
    throttled = False
    raised = -1
    counts, heads, totals = carrier.window_counts, carrier.window_heads, carrier.window_totals
    first = np.int64(record["rule_first"])
    for i in range(first, first + np.int64(record["rule_count"])):
        rule = profile.frequency[i]
        ceiling = np.int64(rule["ceiling"])
        if ceiling < 0:
            ceiling = np.int64(record["filed_daily"])
            if ceiling < 0:
                continue
        if rule["window"] == 0:
            count = window_total(counts, heads, totals, counter, now, HOUR_BUCKET_MS)
        else:
            row = callers + 1 + counter
            count = window_total(counts, heads, totals, row, now, DAY_BUCKET_MS)
        if count <= ceiling:
            continue
        action = np.int64(rule["action"])
        if action == A_THROTTLE:
            throttled = True
        if action == target["state"]:
            target["over_tick"] = now
        if action > target["state"] and action > target["pending"]:
            target["pending"] = action
            target["pending_rule"] = rule["rule"]
            target["measured"] = count
            target["ceiling"] = ceiling
            raised = target_row
    return throttled, raised


@kernel
def refusal(record: Any, state: int, subscriber: Any, network: Any, u: np.uint64, now: int) -> int:
    """Cause from the refuse-call registry's live copy, or NONE."""
    if np.int64(subscriber["registered_min"]) * MINUTE_MS > now:
        return C_NONE
    if record["registered"] == 1:
        if not (np.int64(subscriber["refused"]) >> np.int64(record["category"])) & 1:
            return C_NONE
        if hit(u, np.int64(network["intercept_registered"])):
            return C_REFUSED_CATEGORY
        return C_NONE
    if state == A_INTERCEPT and hit(u, np.int64(network["intercept_flagged"])):
        return C_REFUSED_FLAGGED
    return C_NONE


@kernel
def within_contract(subscriber: Any, trunk: Any, month: int, now: int) -> bool:
    """Count an attempt against the line contract's callee limits; false when one is used up."""
    per_day = np.int64(trunk["callee_per_day"])
    per_month = np.int64(trunk["callee_per_month"])
    today = now // DAY_MS
    if subscriber["day"] != today:
        if subscriber["day"] < 0 or subscriber["month"] != month:
            subscriber["month"] = month
            subscriber["month_calls"] = 0
        subscriber["day"] = today
        subscriber["day_calls"] = 0
    if per_day >= 0 and subscriber["day_calls"] >= per_day:
        return False
    if per_month >= 0 and subscriber["month_calls"] >= per_month:
        return False
    if subscriber["day_calls"] < 255:
        subscriber["day_calls"] += 1
    if subscriber["month_calls"] < 255:
        subscriber["month_calls"] += 1
    return True


@kernel
def shared_row(carrier: Carrier, line: int, callers: int, now: int) -> int:
    """Row that stands for a linked unregistered line's class, or -1 for a line on its own."""
    record = carrier.lines[line]
    if record["registered"] == 1 or now < record["linked_tick"]:
        return -1
    return callers + np.int64(record["number_class"])


@kernel
def shows_label(carrier: Carrier, line: int, target: int) -> bool:
    """Whether a line, or the class it is linked with (``target``, -1 none), is labelled."""
    if carrier.lines[line]["labelled"] == 1:
        return True
    return target >= 0 and carrier.lines[target]["labelled"] == 1


@kernel
def answer_threshold(
    subscriber: Any, record: Any, labelled: bool, profile: Profile, now: int
) -> int:
    """32-bit threshold to answer: propensity x hour of the week x display x label."""
    network = profile.network[0]
    behaviour = 0 if np.int64(subscriber["flags"]) & GENUINE else 1
    weekday = (profile.weekday[0] + now // DAY_MS) % 7
    p = np.int64(subscriber["propensity"])
    p = (p * profile.hour_factor[weekday * 24 + now // HOUR_MS % 24]) >> 16
    if record["named"] == 1:
        p = (p * np.int64(network["display_factor"][behaviour])) >> 16
    if labelled:
        p = (p * np.int64(network["label_factor"])) >> 16
    return min(p, CERTAIN)


@kernel
def blocked_cause(
    carrier: Carrier, profile: Profile, subscriber: Any, line: int, throttled: bool, at: Any
) -> int:
    """Cause of a block before the line contract, or NONE (SEMANTICS.md, Judge 1-5).

    ``at``: (now, run base, person key, attempt n, shared target row or -1).
    """
    now, base, key, n, target = at
    network = profile.network[0]
    record = carrier.lines[line]
    if record["authentic"] == 0:
        return C_NOT_AUTHENTIC
    state = np.int64(record["state"])
    flagged = state == A_INTERCEPT
    if target >= 0:
        other = np.int64(carrier.lines[target]["state"])
        flagged = flagged or other == A_INTERCEPT
        state = max(state, other)
    if carrier.enterprise[0]["stopped"] == 1 or state >= A_SUSPEND:
        return C_LINE_SHUT
    if np.int64(subscriber["flags"]) & WHITELIST:
        return C_NONE
    if network["off_refuse_call"] == 0:
        u = draw(base, S_REFUSE_CALL, key, n)
        rung = A_INTERCEPT if flagged else A_NONE
        cause = refusal(record, rung, subscriber, network, u, now)
        if cause != C_NONE:
            return cause
    if state >= A_THROTTLE and throttled:
        if hit(draw(base, S_THROTTLE, key, n), np.int64(network["throttle_refuses"])):
            return C_THROTTLED
    return C_NONE


@kernel
def delivery_cause(
    subscriber: Any, record: Any, labelled: bool, profile: Profile, ring_timeout_ms: int, at: Any
) -> tuple[int, int]:
    """Cause and ring time of an attempt that no rule stopped (SEMANTICS.md, Judge 7-8)."""
    now, base, key, n, _ = at
    network = profile.network[0]
    if np.int64(subscriber["flags"]) & (EMPTY | SUSPENDED_NUMBER):
        return C_INVALID, 0
    if np.int64(subscriber["flags"]) & DORMANT:
        return C_UNREACHABLE, 0
    if hit(draw(base, S_UNREACHABLE, key, n), np.int64(network["unreachable"])):
        return C_UNREACHABLE, 0
    if hit(draw(base, S_BUSY, key, n), np.int64(network["busy"])):
        return C_BUSY, 0
    u = draw(base, S_ANSWER, key, n)
    if np.int64(u >> HIGH) >= answer_threshold(subscriber, record, labelled, profile, now):
        return C_NO_ANSWER, ring_timeout_ms
    ring_ms = np.int64(quantile(profile.tables[RING], draw(base, S_RING, key, n)))
    if ring_ms > ring_timeout_ms - 1:
        return C_NO_ANSWER, ring_timeout_ms
    if hit(draw(base, S_ASSISTANT, key, n), np.int64(network["assistant"])):
        return C_ASSISTANT, ring_ms
    return C_LIVE, ring_ms


@kernel
def sip_code(signals: Array, cause: int, u: np.uint64) -> int:
    """Code a cause comes back as, drawn from its row of the confusion matrix."""
    row = signals[cause]
    high = np.int64(u >> HIGH)
    last = row.shape[0] - 1
    for i in range(last):
        if high < row[i, 0]:
            return row[i, 1]
    return row[last, 1]


@kernel
def draw_fate(fate: Any, subscriber: Any, profile: Profile, cause: int, at: Any) -> None:
    """Draw what an answered callee will do: talk, wait, ask to be left alone."""
    _, base, key, n, _ = at
    behaviour = 0 if np.int64(subscriber["flags"]) & GENUINE else 1
    if cause == C_LIVE:
        talk = quantile(profile.tables[TALK_OPTED_IN + behaviour], draw(base, S_TALK, key, n))
        chance = np.int64(profile.network[0]["opt_out"][behaviour])
        fate["opt_out"] = 1 if hit(draw(base, S_OPT_OUT, key, n), chance) else 0
        fate["live"] = 1
    else:
        u = draw(base, S_ASSISTANT_TALK, key, n)
        talk = quantile(profile.tables[ASSISTANT_TALK], u)
        fate["opt_out"] = 0
        fate["live"] = 0
    fate["talk_ms"] = max(np.int64(talk), 1)
    patience = quantile(profile.tables[PATIENCE], draw(base, S_PATIENCE, key, n))
    fate["patience_ms"] = max(np.int64(patience), 1)


@kernel
def judge(
    carrier: Carrier,
    profile: Profile,
    trunk: Any,
    person: int,
    line: int,
    call: Any,
    fate: Any,
    at: Any,
) -> int:
    """Decide one attempt and write what comes back (``call``) and what is (``fate``).

    ``at``: (now, run base, person key, attempt n, callers N, ring timeout ms). Returns the row
    of `lines` whose pending rung was just set, or -1. Draws: streams 32-45.
    """
    now, base, key, n, callers, ring_timeout_ms = at
    network = profile.network[0]
    record = carrier.lines[line]
    subscriber = carrier.subscribers[person]
    target = shared_row(carrier, line, callers, now)
    shared = target >= 0
    count_call(carrier, line, shared, callers, now)
    throttled, raised = False, -1
    if network["off_frequency"] == 0:
        throttled, raised = apply_frequency(carrier, profile, line, shared, callers, now)
    here = (now, base, key, n, target)
    ring_ms = 0
    cause = blocked_cause(carrier, profile, subscriber, line, throttled, here)
    if cause == C_NONE and network["off_contract"] == 0:
        month = np.int64(profile.month_of_day[now // DAY_MS])
        if not within_contract(subscriber, trunk, month, now):
            cause = C_CONTRACT_CALLEE
    if cause == C_NONE:
        labelled = shows_label(carrier, line, target)
        cause, ring_ms = delivery_cause(
            subscriber, record, labelled, profile, ring_timeout_ms, here
        )
        after = np.int64(quantile(profile.tables[POST_DIAL], draw(base, S_POST_DIAL, key, n)))
        after += ring_ms
    else:
        u = draw(base, S_SIGNAL_DELAY, key, n)
        after = np.int64(quantile(profile.tables[REFUSAL_DELAY], u))
    answered = cause == C_LIVE or cause == C_ASSISTANT
    call["after_ms"] = max(after, 1)
    call["answered"] = 1 if answered else 0
    fate["cause"] = cause
    fate["attempt"] = n
    fate["delivered"] = 1 if answered or cause == C_NO_ANSWER else 0
    if answered:
        call["sip"] = 200
        draw_fate(fate, subscriber, profile, cause, here)
    else:
        call["sip"] = sip_code(profile.signals, cause, draw(base, S_SIGNAL, key, n))
        fate["live"] = 0
        fate["opt_out"] = 0
    return raised
