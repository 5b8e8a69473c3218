"""Marks and complaint cases, each step a pure change of the network's memory.

Kernels that act return ``(action, measured, threshold, until)`` for the log, action NONE when
nothing is to be told; the engine writes the row and puts the nodes.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.contexts import Channels, Circumstances
from dialsim.carrier.counters.kernels import count_in, count_one
from dialsim.carrier.layout import (
    ASKED_NOT_TO_CALL,
    MONTH_BUCKET_MS,
    W_DELIVERED,
    W_TRIAGED,
    Carrier,
    Profile,
    SubscriberFlag,
)
from dialsim.core.codes import Action, Rule, Stream
from dialsim.core.counts import quotient, remainder
from dialsim.core.rng import draw, happens, hit
from dialsim.core.time_units import DAY_MS, HOUR_MS, MINUTE_MS
from dialsim.jit.decorator import kernel

Array = NDArray[Any]

THIRD_CALL, LABELLED, DROPPED, NAMED = 1, 2, 4, 8  # bits of `grounds`, in order of the modifiers
ROBOT, OUT_OF_HOURS, AFTER_REFUSAL, WITH_CONSENT = 16, 32, 64, 128
MODIFIERS = WITH_CONSENT - 1  # those of the bits that change a threshold
REVIEW_DAYS = 30  # "in the 30 d up to the last call" (S0, section 6): the window's definition
MILLION = 1_000_000


@kernel
def working_later(working: Array, tick: int, days: int) -> int:
    """The tick ``days`` working days after ``tick``, same time of day."""
    day = tick // DAY_MS
    last = working.shape[0] - 1
    left = days
    while left > 0 and day < last:
        day += 1
        left -= np.int64(working[day])
    return day * DAY_MS + tick % DAY_MS


@kernel
def note_delivered(
    carrier: Carrier,
    network: Any,
    caller: int,
    target: int,
    callers: int,
    dial_tick: int,
    now: int,
) -> None:
    """Count a delivered call (``target``: row of the caller ID's class, -1 alone).

    For the shares of marks among the caller ID's and the enterprise's calls, if any are looked at,
    and for the enterprise's day.
    """
    if network["off_labels"] == 0:
        count_one(carrier, caller, W_DELIVERED, MONTH_BUCKET_MS, now)
        if target >= 0:
            count_one(carrier, callers, W_DELIVERED, MONTH_BUCKET_MS, now)
    note_day(carrier, dial_tick)


@kernel
def note_day(carrier: Carrier, dial_tick: int) -> None:
    """Count a delivered call for the enterprise's day."""
    day = quotient(dial_tick, DAY_MS)
    carrier.enterprise_days[day, 0] += 1
    enterprise = carrier.enterprise[0]
    if day > enterprise["last_call_day"]:
        enterprise["last_call_day"] = day


@kernel
def mark_threshold(network: Any, behaviour: int, abandoned: bool) -> int:
    """32-bit threshold that a delivered call is marked."""
    p = np.int64(network["mark"][behaviour])
    if abandoned:
        p = (p * np.int64(network["dropped"])) >> 16
    return p


@kernel
def grounds(record: Any, genuine: int, call: Circumstances) -> int:
    """Bits of what weighs on a complaint about a call."""
    found = THIRD_CALL if call.n >= 2 else 0
    if call.labelled:
        found |= LABELLED
    if call.abandoned:
        found |= DROPPED
    if record["named"] == 1:
        found |= NAMED
    if call.robot:
        found |= ROBOT
    if call.off_hours:
        found |= OUT_OF_HOURS
    if call.refused:
        found |= AFTER_REFUSAL
    if genuine:
        found |= WITH_CONSENT
    return found


@kernel
def complaint_modifier(network: Any, weighs: int, p: int) -> int:
    """A complaint threshold after its modifiers, one by one (``weighs``: `grounds`)."""
    if weighs & MODIFIERS == 0:
        return p
    if weighs & THIRD_CALL:
        p = (p * np.int64(network["third_call"])) >> 16
    if weighs & LABELLED:
        p = (p * np.int64(network["labelled"])) >> 16
    if weighs & DROPPED:
        p = (p * np.int64(network["dropped"])) >> 16
    if weighs & NAMED:
        p = (p * np.int64(network["named"])) >> 16
    if weighs & ROBOT:
        p = (p * np.int64(network["robot"])) >> 16
    if weighs & OUT_OF_HOURS:
        p = (p * np.int64(network["out_of_hours"])) >> 16
    if weighs & AFTER_REFUSAL:
        p = (p * np.int64(network["after_refusal"])) >> 16
    return p


@kernel
def has_refused(subscriber: Any, category: int, dial_tick: int) -> bool:
    """Whether a person had refused a call: asked the enterprise, or registered the category.

    Who has put the number on the personal whitelist wants its calls all the same.
    """
    refused = np.int64(subscriber["refused"])
    if refused & ASKED_NOT_TO_CALL:
        return True
    if np.int64(subscriber["flags"]) & SubscriberFlag.WHITELIST or not (refused >> category) & 1:
        return False
    return np.int64(subscriber["registered_min"]) * MINUTE_MS <= dial_tick


@kernel
def is_off_hour(profile: Profile, zone: int, dial_tick: int) -> bool:
    """Whether a call came at an hour of the callee's clock at which none is expected."""
    shifts = profile.zone_shift[zone]
    row = min(quotient(dial_tick, HOUR_MS), shifts.shape[0] - 1)
    local_ms = dial_tick + np.int64(shifts[row]) + DAY_MS  # a day on: not before the first midnight
    hour = remainder(quotient(local_ms, HOUR_MS), 24)
    return profile.off_hour[hour] == 1


@kernel
def is_marked(network: Any, genuine: int, key: np.uint64, call: Circumstances) -> bool:
    """Whether the callee marks a delivered call."""
    if network["off_labels"] == 1:
        return False
    threshold = mark_threshold(network, 0 if genuine else 1, call.abandoned)
    return happens(call.keys, Stream.MARK, key, call.n, threshold)


@kernel
def complaints(
    network: Any, record: Any, genuine: int, key: np.uint64, call: Circumstances
) -> tuple[Channels, int]:
    """Where a delivered call is complained about, and the `grounds` that weighed on it."""
    keys, n = call.keys, call.n
    behaviour = 0 if genuine else 1
    weighs = grounds(record, genuine, call)
    p = np.int64(network["complaint"][behaviour])
    q = np.int64(network["hotline"][behaviour])
    r = np.int64(network["sector"][behaviour])
    complains = happens(keys, Stream.COMPLAINT, key, n, complaint_modifier(network, weighs, p))
    calls_hotline = happens(keys, Stream.HOTLINE, key, n, complaint_modifier(network, weighs, q))
    calls_sector = happens(
        keys, Stream.COMPLAINT_SECTOR, key, n, complaint_modifier(network, weighs, r)
    )
    return Channels(complains, calls_hotline, calls_sector), weighs


@kernel
def suspend_caller(carrier: Carrier, network: Any, caller: int, rule: int, now: int) -> int:
    """Suspend a caller ID for the ladder's time, by a rule on complaints; returns its end."""
    record = carrier.numbers[caller]
    until = now + np.int64(network["hold_ms"][Action.SUSPEND])
    record["state"] = Action.SUSPEND
    record["pending"] = Action.NONE
    record["state_rule"] = rule
    record["state_by"] = record["operator"]
    record["until"] = until
    return until


@kernel
def close_caller(carrier: Carrier, caller: int) -> None:
    """Close a caller ID for good."""
    record = carrier.numbers[caller]
    record["state"] = Action.CLOSE
    record["state_rule"] = Rule.COMPLAINTS_NUMBER
    record["state_by"] = record["operator"]
    record["pending"] = Action.NONE
    record["until"] = -1


@kernel
def triage(carrier: Carrier, network: Any, case: Any, now: int) -> tuple[int, int, int, int]:
    """A 12321 complaint counts for its caller ID and those it replaces; the first is a warning."""
    record = carrier.numbers[case["caller"]]
    record["proofs"] = np.int64(record["proofs"]) | (1 << np.int64(case["proof"]))
    root = np.int64(record["root"])
    count_one(carrier, root, W_TRIAGED, MONTH_BUCKET_MS, now)
    triaged = count_in(carrier, root, W_TRIAGED, MONTH_BUCKET_MS, now)
    if triaged == network["number_warn"]:
        return Action.WARN, triaged, np.int64(network["number_warn"]), -1
    return Action.NONE, 0, 0, -1


@kernel
def act_on_caller(carrier: Carrier, network: Any, case: Any, now: int) -> tuple[int, int, int, int]:
    """Suspend (stage 1) or close (stage 2) a caller ID for its triaged complaints in 30 days."""
    caller = np.int64(case["caller"])
    root = np.int64(carrier.numbers[caller]["root"])
    triaged = count_in(carrier, root, W_TRIAGED, MONTH_BUCKET_MS, now)
    state = carrier.numbers[caller]["state"]
    if case["stage"] == 1:
        threshold = np.int64(network["number_suspend"])
        if triaged >= threshold and state < Action.SUSPEND:
            until = suspend_caller(carrier, network, caller, Rule.COMPLAINTS_NUMBER, now)
            return Action.SUSPEND, triaged, threshold, until
    else:
        threshold = np.int64(network["number_close"])
        if triaged >= threshold and state < Action.CLOSE:
            close_caller(carrier, caller)
            return Action.CLOSE, triaged, threshold, -1
    return Action.NONE, 0, 0, -1


@kernel
def rate_exceeded(days: Array, last: int, ceiling: int, profile: Profile) -> tuple[bool, int]:
    """Whether complaints pass a ceiling (1/1000 per million), and how many a million there are.

    ``days``: int64[days, k], delivered calls and cases in the first columns, both by the day of
    the call; they count over the 30 days that end with ``last``. The lower Poisson bound of the
    case rate must pass the ceiling.
    """
    cases = np.int64(0)
    delivered = np.int64(0)
    for day in range(max(0, last - REVIEW_DAYS + 1), last + 1):
        delivered += days[day, 0]
        cases += days[day, 1]
    if cases < profile.network[0]["cases_at_least"]:
        return False, 0
    bound = profile.poisson_low[min(cases, profile.poisson_low.shape[0] - 1)]
    return bound * MILLION > ceiling * delivered, cases * MILLION // max(delivered, 1)


@kernel
def review_due(carrier: Carrier, profile: Profile) -> tuple[int, int, int, int]:
    """Whether the enterprise's complaints call for a review now."""
    enterprise = carrier.enterprise[0]
    network = profile.network[0]
    if enterprise["review_pending"] == 1 or enterprise["stopped"] == 1:
        return Action.NONE, 0, 0, -1
    last = np.int64(enterprise["last_call_day"])
    ceiling = np.int64(network["per_million"])
    exceeded, measured = rate_exceeded(carrier.enterprise_days, last, ceiling, profile)
    if not exceeded:
        return Action.NONE, 0, 0, -1
    enterprise["review_pending"] = 1
    return Action.REVIEW, measured, ceiling // 1000, -1


@kernel
def end_review(carrier: Carrier, profile: Profile, proof: int, key: np.uint64, base: Any) -> bool:
    """Decide a review: true when every number of the enterprise is stopped."""
    enterprise = carrier.enterprise[0]
    n = np.int64(enterprise["reviewed"])
    enterprise["review_pending"] = 0
    enterprise["reviewed"] += 1
    if hit(draw(base, Stream.ENTERPRISE_STOP, key, n), np.int64(profile.network[0]["stop"][proof])):
        enterprise["stopped"] = 1
        return True
    return False
