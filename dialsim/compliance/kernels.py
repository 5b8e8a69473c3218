"""May we call this person, now, from this number? The dialer's own knowledge, nothing else."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.layout import Limits, Resources
from dialsim.compliance.limits.kernels import book_opened, callee_until, next_free, stopped_until
from dialsim.core.codes import Limit, Purpose, Reason, Verdict
from dialsim.core.heap import heap_drop, heap_top, heap_update
from dialsim.core.jit import kernel

Array = NDArray[Any]

# Bits of PERSON.flags (people/layout.py); kernels fold module constants in at compile time.
WITHDRAWN = 1 << 3
INTERNAL_DNC = 1 << 4
INVALID = 1 << 5
PROTECTED = 1 << 6
DUPLICATE = 1 << 7
SUSPECTED = 1 << 8
BUSY = 1 << 9
INDUSTRY_DNC = 1 << 12
EXPIRED = 1 << 14
NO_PROOF = 1 << 15
NO_EXPORT = 1 << 16
OTHER_COUNTRY = 1 << 17
UNUSABLE = 1 << 13
REFUSED_SHIFT = 24
CONSENT = 7
ROW = INVALID | PROTECTED | DUPLICATE | OTHER_COUNTRY | UNUSABLE

GO = int(Verdict.GO)
FINAL = int(Verdict.FINAL)
UNTIL = int(Verdict.UNTIL)
ON = int(Verdict.ON)
NONE = int(Reason.NONE)
INVALID_NUMBER = int(Reason.INVALID_NUMBER)
PROTECTED_NUMBER = int(Reason.PROTECTED_NUMBER)
IS_DUPLICATE = int(Reason.DUPLICATE)
NO_CONSENT = int(Reason.NO_CONSENT)
CONSENT_WITHDRAWN = int(Reason.CONSENT_WITHDRAWN)
ON_INTERNAL_DNC = int(Reason.INTERNAL_DNC)
SUSPECTED_BLOCK = int(Reason.SUSPECTED_BLOCK)
WRONG_PURPOSE = int(Reason.WRONG_PURPOSE)
CONSENT_EXPIRED = int(Reason.CONSENT_EXPIRED)
NO_CONSENT_PROOF = int(Reason.NO_CONSENT_PROOF)
NO_EXPORT_CONSENT = int(Reason.NO_EXPORT_CONSENT)
ON_INDUSTRY_DNC = int(Reason.INDUSTRY_DNC)
REFUSE_CALL = int(Reason.REFUSE_CALL)
IN_OTHER_COUNTRY = int(Reason.OTHER_COUNTRY)
UNUSABLE_ROW = int(Reason.UNUSABLE_ROW)
MARKETING = int(Purpose.MARKETING)
PERSON_BUSY = int(Reason.PERSON_BUSY)

L_CALLERS = int(Limit.CALLER_IDS)
L_TRUNKS = int(Limit.TRUNKS)
L_ENTERPRISE = int(Limit.ENTERPRISE)

NO_CALLER = -1
FAR = 1 << 62


@kernel
def row_reason(flags: int) -> int:
    """Why a row of a list stands for nobody who could be called; 0: it stands for somebody."""
    if flags & INVALID:
        return INVALID_NUMBER
    if flags & UNUSABLE:
        return UNUSABLE_ROW
    if flags & PROTECTED:
        return PROTECTED_NUMBER
    if flags & DUPLICATE:
        return IS_DUPLICATE
    return IN_OTHER_COUNTRY if flags & OTHER_COUNTRY else NONE


@kernel
def consent_reason(flags: int, purpose: int) -> int:
    """What the consent on record lacks for a purpose; 0: nothing."""
    if not flags & CONSENT:
        return NO_CONSENT
    if not (flags >> purpose) & 1:
        return WRONG_PURPOSE
    if flags & NO_PROOF:
        return NO_CONSENT_PROOF
    if flags & EXPIRED:
        return CONSENT_EXPIRED
    return NONE


@kernel
def static_reason(flags: int, campaign: Any) -> int:
    """First reason that bars a person for good, in the fixed order; 0 when there is none."""
    if flags & ROW:
        return row_reason(flags)
    purpose = np.int64(campaign["purpose"])
    if campaign["by_consent"] == 1:
        reason = consent_reason(flags, purpose)
        if reason != NONE:
            return reason
    if flags & WITHDRAWN:
        return CONSENT_WITHDRAWN
    if flags & NO_EXPORT and campaign["exports_data"] == 1:
        return NO_EXPORT_CONSENT
    if flags & INTERNAL_DNC:
        return ON_INTERNAL_DNC
    if flags & INDUSTRY_DNC and purpose == MARKETING:
        return ON_INDUSTRY_DNC
    if flags >> (REFUSED_SHIFT + np.int64(campaign["category"])) & 1:
        return REFUSE_CALL
    if flags & SUSPECTED:
        return SUSPECTED_BLOCK
    return NONE


@kernel
def verdict(
    person: Any, ring: Array, campaign: Any, caller: int, limits: Limits, gap_ms: int, now: int
) -> tuple[int, int, int]:
    """Verdict, reason and tick for one person and campaign at ``now``, hours apart.

    Hours are kept as open and closed classes by the engine, so that a window costs nothing per
    lead. Returns ``(Verdict, Reason, until_tick)``.
    """
    flags = np.int64(person["flags"])
    reason = static_reason(flags, campaign)
    if reason != NONE:
        return FINAL, reason, now
    if flags & BUSY:
        return ON, PERSON_BUSY, now
    attempts = np.int64(person["attempts"])
    reason, until = callee_until(ring, attempts, caller, limits.callee, limits.periods, gap_ms, now)
    if reason != NONE:
        return UNTIL, reason, until
    return GO, NONE, now


@kernel
def screen(people: Array, leads: Array, campaigns: Array, out: Array) -> int:
    """Static reason of every lead into ``out`` (uint8, one a lead); returns how many may be called.

    Finished leads keep their own reason out of this: callers look at untouched leads only.
    """
    callable_leads = 0
    for i in range(leads.shape[0]):
        flags = np.int64(people[leads[i]["person"]]["flags"])
        reason = static_reason(flags, campaigns[leads[i]["campaign"]])
        out[i] = reason
        if reason == NONE:
            callable_leads += 1
    return callable_leads


@kernel
def book_meter(r: Resources, limits: Limits, row: int, now: int) -> None:
    """Count a call of the enterprise (row 0) or of a trunk."""
    meter = r.meters[row]
    if meter["limits"] == 0:
        return
    first = np.int64(meter["first"])
    ring = r.meter_rings[first : first + np.int64(meter["depth"])]
    ring[np.int64(meter["booked"]) % ring.shape[0]] = now
    meter["booked"] += 1
    opened = r.meter_opened[row]
    book_opened(limits.meters[row], limits.periods, opened, now)
    booked = np.int64(meter["booked"])
    meter["free"] = next_free(limits.meters[row], ring, booked, opened, 0)


@kernel
def take_trunk(r: Resources, limits: Limits, trunk: int, now: int) -> None:
    """Book one call: a channel of the trunk, its meter and the enterprise's."""
    r.trunks[trunk]["in_use"] += 1
    book_meter(r, limits, 0, now)
    book_meter(r, limits, 1 + trunk, now)


@kernel
def take_caller(r: Resources, limits: Limits, caller: int, now: int) -> None:
    """Book one attempt on a caller ID and move it in its group's heap."""
    record = r.callers[caller]
    ring = r.rings[caller]
    ring[record["attempts"] % ring.shape[0]] = now
    record["attempts"] += 1
    opened = r.opened[caller]
    book_opened(limits.caller, limits.periods, opened, now)
    r.free[caller] = next_free(limits.caller, ring, np.int64(record["attempts"]), opened, now + 1)
    group = r.groups[record["group"]]
    heap_update(
        r.heap,
        r.pos,
        r.free,
        np.int64(group["first"]),
        np.int64(group["active"]),
        caller,
    )


@kernel
def replay_callers(r: Resources, limits: Limits, callers: Array, ticks: Array) -> None:
    """Count calls before the start, in order of time, that are in the rings already."""
    for i in range(callers.shape[0]):
        book_opened(limits.caller, limits.periods, r.opened[callers[i]], ticks[i])
    for caller in range(r.callers.shape[0]):
        made = np.int64(r.callers[caller]["attempts"])
        r.free[caller] = next_free(limits.caller, r.rings[caller], made, r.opened[caller], 0)


@kernel
def replay_meter(r: Resources, limits: Limits, row: int, ticks: Array) -> None:
    """Book calls before the start, in order of time."""
    for i in range(ticks.shape[0]):
        book_meter(r, limits, row, ticks[i])


@kernel
def retire_caller(r: Resources, caller: int) -> None:
    """Never use a caller ID again in this run; a stopped number is not replaced."""
    if r.callers[caller]["retired"] == 1:
        return
    r.callers[caller]["retired"] = 1
    group = r.groups[r.callers[caller]["group"]]
    group["active"] = heap_drop(
        r.heap,
        r.pos,
        r.free,
        np.int64(group["first"]),
        np.int64(group["active"]),
        caller,
    )


@kernel
def pick_caller(r: Resources, limits: Limits, groups_of: Array, now: int) -> tuple[int, int, int]:
    """Choose a caller ID for a campaign.

    ``groups_of``: int32, the campaign's caller ID groups, -1 behind the last. Returns
    ``(caller or -1, wake_tick, lacking)``: without a caller ID, the first tick at which one may be
    had (FAR when only a call's end can help) and the `Limit` that holds the campaign.
    """
    best = NO_CALLER
    best_free = FAR
    wake = FAR
    lacking = L_CALLERS
    enterprise = np.int64(r.meters[0]["free"])
    for i in range(groups_of.shape[0]):
        if groups_of[i] < 0:
            break
        group = r.groups[groups_of[i]]
        top = heap_top(r.heap, np.int64(group["first"]), np.int64(group["active"]))
        if top < 0:
            continue
        free = np.int64(r.free[top])
        if free <= now:
            lacking = L_TRUNKS
        row = np.int64(group["trunk"])
        if r.trunks[row]["in_use"] >= r.trunks[row]["channels"]:
            continue
        trunk = max(np.int64(r.meters[1 + row]["free"]), stopped_until(limits.stops[row], now))
        ready = max(free, trunk, enterprise)
        if ready > now:
            wake = min(wake, ready)
        elif free < best_free or (free == best_free and top < best):
            best, best_free = top, free
    if enterprise > now and lacking == L_TRUNKS:
        lacking = L_ENTERPRISE
    return best, wake, lacking
