"""Marks, complaint cases and the ladder, each step a pure change of the network's memory.

Kernels that act return ``(action, measured, threshold, until)`` for the log, action NONE when
nothing is to be told; the engine writes the row and puts the nodes.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.layout import Carrier, Profile
from dialsim.core.codes import Action, Rule, Stream
from dialsim.core.jit import kernel
from dialsim.core.rng import draw, hit
from dialsim.core.windows import window_add, window_total

Array = NDArray[Any]

GENUINE = 1
DAY_MS = 86_400_000
MONTH_BUCKET_MS = 12 * 3_600_000
REVIEW_DAYS = 30  # "in the 30 d up to the last call" (S0, section 6): the window's definition
MILLION = 1_000_000

A_NONE = int(Action.NONE)
A_WARN = int(Action.WARN)
A_SUSPEND = int(Action.SUSPEND)
A_CLOSE = int(Action.CLOSE)
A_STOP = int(Action.STOP)
A_LABEL = int(Action.LABEL)
A_REVIEW = int(Action.REVIEW)
A_LIFT = int(Action.LIFT)
RULE_NUMBER = int(Rule.COMPLAINTS_NUMBER)
S_MARK = int(Stream.MARK)
S_COMPLAINT = int(Stream.COMPLAINT)
S_HOTLINE = int(Stream.HOTLINE)
S_ENTERPRISE_STOP = int(Stream.ENTERPRISE_STOP)


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
    carrier: Carrier, line: int, target: int, callers: int, dial_tick: int, now: int
) -> None:
    """Count a delivered call for the line's and the enterprise's shares (``target``: -1 alone)."""
    counts, heads, totals = carrier.window_counts, carrier.window_heads, carrier.window_totals
    row = 3 * (callers + 1)
    window_add(counts, heads, totals, row + line, now, MONTH_BUCKET_MS, 1)
    if target >= 0:
        window_add(counts, heads, totals, row + callers, now, MONTH_BUCKET_MS, 1)
    day = dial_tick // DAY_MS
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
def complaint_modifier(network: Any, record: Any, p: int, at: Any) -> int:
    """A complaint threshold after its modifiers, one by one (``at`` as in `reactions`)."""
    _, n, abandoned, labelled = at
    if n >= 2:
        p = (p * np.int64(network["third_call"])) >> 16
    if labelled:
        p = (p * np.int64(network["labelled"])) >> 16
    if abandoned:
        p = (p * np.int64(network["dropped"])) >> 16
    if record["named"] == 1:
        p = (p * np.int64(network["named"])) >> 16
    return p


@kernel
def reactions(
    network: Any, record: Any, genuine: int, key: np.uint64, at: Any
) -> tuple[bool, bool, bool]:
    """Whether a delivered call is marked, complained about at 12321 and at a hotline.

    ``at``: (run base, attempt n, abandoned, labelled).
    """
    base, n, abandoned, _ = at
    behaviour = 0 if genuine else 1
    marked = False
    if network["off_labels"] == 0:
        marked = hit(draw(base, S_MARK, key, n), mark_threshold(network, behaviour, abandoned))
    if network["off_complaints"] == 1:
        return marked, False, False
    p = np.int64(network["complaint"][behaviour])
    q = np.int64(network["hotline"][behaviour])
    complains = hit(draw(base, S_COMPLAINT, key, n), complaint_modifier(network, record, p, at))
    calls_hotline = hit(draw(base, S_HOTLINE, key, n), complaint_modifier(network, record, q, at))
    return marked, complains, calls_hotline


@kernel
def note_mark(
    carrier: Carrier, network: Any, line: int, target: int, callers: int, now: int
) -> tuple[int, int, int, int]:
    """Count a mark; a label comes when count and share are reached.

    Linked unregistered numbers are marked together (``target``: their class's row, -1 for a line
    on its own): the label falls on the class, so that spreading calls over numbers gains nothing.
    """
    counts, heads, totals = carrier.window_counts, carrier.window_heads, carrier.window_totals
    marked = 2 * (callers + 1)
    window_add(counts, heads, totals, marked + line, now, MONTH_BUCKET_MS, 1)
    counter, labelled = line, line
    if target >= 0:
        window_add(counts, heads, totals, marked + callers, now, MONTH_BUCKET_MS, 1)
        counter, labelled = callers, target
    if carrier.lines[labelled]["labelled"] == 1:
        return A_NONE, 0, 0, -1
    marks = window_total(counts, heads, totals, marked + counter, now, MONTH_BUCKET_MS)
    row = 3 * (callers + 1) + counter
    delivered = window_total(counts, heads, totals, row, now, MONTH_BUCKET_MS)
    threshold = np.int64(network["label_marks"])
    if marks < threshold or (marks << 32) < np.int64(network["label_share"]) * delivered:
        return A_NONE, 0, 0, -1
    carrier.lines[labelled]["labelled"] = 1
    return A_LABEL, marks, threshold, labelled


@kernel
def suspend_line(carrier: Carrier, network: Any, line: int, now: int) -> int:
    """Suspend a line for the ladder's time; returns its end."""
    record = carrier.lines[line]
    until = now + np.int64(network["hold_ms"][A_SUSPEND])
    record["state"] = A_SUSPEND
    record["pending"] = A_NONE
    record["pending_rule"] = RULE_NUMBER
    record["until"] = until
    return until


@kernel
def close_line(carrier: Carrier, line: int) -> None:
    """Close a line for good."""
    record = carrier.lines[line]
    record["state"] = A_CLOSE
    record["pending"] = A_NONE
    record["until"] = -1


@kernel
def triage(
    carrier: Carrier, network: Any, line: int, callers: int, now: int
) -> tuple[int, int, int, int]:
    """A 12321 complaint counts for its line; the first is a warning."""
    counts, heads, totals = carrier.window_counts, carrier.window_heads, carrier.window_totals
    row = 4 * (callers + 1) + line
    window_add(counts, heads, totals, row, now, MONTH_BUCKET_MS, 1)
    triaged = window_total(counts, heads, totals, row, now, MONTH_BUCKET_MS)
    if triaged == network["number_warn"]:
        return A_WARN, triaged, np.int64(network["number_warn"]), -1
    return A_NONE, 0, 0, -1


@kernel
def act_on_line(
    carrier: Carrier, network: Any, case: Any, callers: int, now: int
) -> tuple[int, int, int, int]:
    """Suspend (stage 1) or close (stage 2) a line for its triaged complaints in 30 days."""
    counts, heads, totals = carrier.window_counts, carrier.window_heads, carrier.window_totals
    line = np.int64(case["line"])
    row = 4 * (callers + 1) + line
    triaged = window_total(counts, heads, totals, row, now, MONTH_BUCKET_MS)
    state = carrier.lines[line]["state"]
    if case["stage"] == 1:
        threshold = np.int64(network["number_suspend"])
        if triaged >= threshold and state < A_SUSPEND:
            return A_SUSPEND, triaged, threshold, suspend_line(carrier, network, line, now)
    else:
        threshold = np.int64(network["number_close"])
        if triaged >= threshold and state < A_CLOSE:
            close_line(carrier, line)
            return A_CLOSE, triaged, threshold, -1
    return A_NONE, 0, 0, -1


@kernel
def review_due(carrier: Carrier, profile: Profile) -> tuple[int, int, int, int]:
    """Whether the enterprise's complaints call for a review now.

    Cases and delivered calls are both counted by the day of the call, over the 30 days ending
    with the last call: the lower Poisson bound of the case rate must pass the ceiling.
    """
    enterprise = carrier.enterprise[0]
    network = profile.network[0]
    if enterprise["review_pending"] == 1 or enterprise["stopped"] == 1:
        return A_NONE, 0, 0, -1
    last = np.int64(enterprise["last_call_day"])
    cases = np.int64(0)
    delivered = np.int64(0)
    for day in range(max(0, last - REVIEW_DAYS + 1), last + 1):
        delivered += carrier.enterprise_days[day, 0]
        cases += carrier.enterprise_days[day, 1]
    if cases < network["cases_at_least"]:
        return A_NONE, 0, 0, -1
    bound = profile.poisson_low[min(cases, profile.poisson_low.shape[0] - 1)]
    if bound * MILLION <= np.int64(network["per_million"]) * delivered:
        return A_NONE, 0, 0, -1
    enterprise["review_pending"] = 1
    return (
        A_REVIEW,
        cases * MILLION // max(delivered, 1),
        np.int64(network["per_million"]) // 1000,
        -1,
    )


@kernel
def end_review(carrier: Carrier, profile: Profile, proof: int, key: np.uint64, base: Any) -> bool:
    """Decide a review: true when every number of the enterprise is stopped."""
    enterprise = carrier.enterprise[0]
    n = np.int64(enterprise["reviewed"])
    enterprise["review_pending"] = 0
    enterprise["reviewed"] += 1
    if hit(draw(base, S_ENTERPRISE_STOP, key, n), np.int64(profile.network[0]["stop"][proof])):
        enterprise["stopped"] = 1
        return True
    return False


@kernel
def climb_ladder(carrier: Carrier, network: Any, row: int, now: int) -> tuple[int, int, int, int]:
    """A line's node is due: the pending rung takes effect, or the one in force lifts.

    Returns the row for the log; ``until`` is the tick of the line's next node (-1: none). An
    action NONE with a tick means: still above the ceiling, look again then.
    """
    record = carrier.lines[row]
    pending = np.int64(record["pending"])
    if pending != A_NONE:
        record["state"] = pending
        record["pending"] = A_NONE
        record["over_tick"] = now
        until = np.int64(-1)
        if pending != A_CLOSE:
            until = now + np.int64(network["hold_ms"][pending])
        if pending == A_SUSPEND:
            record["until"] = until
        return pending, np.int64(record["measured"]), np.int64(record["ceiling"]), until
    state = np.int64(record["state"])
    free = np.int64(record["until"])
    if state != A_SUSPEND:
        free = np.int64(record["over_tick"]) + np.int64(network["hold_ms"][state])
    if free > now:
        return A_NONE, 0, 0, free
    record["state"] = A_NONE
    record["until"] = -1
    return A_LIFT, 0, 0, -1
