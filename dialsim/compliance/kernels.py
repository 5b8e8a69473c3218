"""May we call this person, now, from this number? The dialer's own knowledge, nothing else."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.layout import Resources
from dialsim.core.codes import Purpose, Reason, Verdict
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
CALLEE_LIMIT = int(Reason.CALLEE_LIMIT)
RETRY_GAP = int(Reason.RETRY_GAP)
PERSON_BUSY = int(Reason.PERSON_BUSY)

NO_CALLER = -1
FAR = 1 << 62


@kernel
def pack_attempt(tick: int, caller: int, campaign: int) -> int:
    """An attempt in 8 bytes: signed tick 36 bits, caller ID 18, campaign 6, outcome 4 bits."""
    return (tick << 28) | (caller << 10) | (campaign << 4)


@kernel
def attempt_tick(entry: int) -> int:
    """Tick of a packed attempt."""
    return entry >> 28


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
def callee_until(
    ring: Array, attempts: int, limits: Array, retry_gap_ms: int, now: int
) -> tuple[int, int]:
    """Reason and first tick at which every limit of a person allows one more attempt.

    Exact for sliding windows: L attempts per W allow another once the L-th last is W old. The
    ring holds at least as many attempts as any limit that can bind.
    """
    reason = NONE
    until = now
    if attempts == 0:
        return reason, until
    depth = ring.shape[0]
    for i in range(limits.shape[0]):
        count = limits[i, 0]
        if attempts >= count and count <= depth:
            free = attempt_tick(ring[(attempts - count) % depth]) + limits[i, 1]
            if free > until:
                until = free
                reason = CALLEE_LIMIT
    free = attempt_tick(ring[(attempts - 1) % depth]) + retry_gap_ms
    if free > until:
        until = free
        reason = RETRY_GAP
    return reason, until


@kernel
def verdict(
    person: Any, ring: Array, campaign: Any, limits: Array, retry_gap_ms: int, now: int
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
    reason, until = callee_until(ring, np.int64(person["attempts"]), limits, retry_gap_ms, now)
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
def trunk_free(trunk: Any, ring: Array) -> int:
    """First tick at which the trunk's calls per rolling second allow one more call."""
    rate = np.int64(trunk["calls_per_second"])
    dialled = np.int64(trunk["dialled"])
    if dialled < rate:
        return 0
    return np.int64(ring[(dialled - rate) % ring.shape[0]]) + 1000


@kernel
def take_trunk(trunk: Any, ring: Array, now: int) -> None:
    """Book one call on a trunk: a channel and a place in its second."""
    ring[np.int64(trunk["dialled"]) % ring.shape[0]] = now
    trunk["dialled"] += 1
    trunk["in_use"] += 1


@kernel
def caller_next_free(ring: Array, attempts: int, limits: Array, now: int) -> int:
    """Tick from which a caller ID may dial again, the attempt at ``now`` already in its ring."""
    free = now + 1
    depth = ring.shape[0]
    for i in range(limits.shape[0]):
        count = limits[i, 0]
        if attempts >= count:
            tick = ring[(attempts - count) % depth] + limits[i, 1]
            if tick > free:
                free = tick
    return free


@kernel
def take_caller(r: Resources, limits: Array, caller: int, now: int) -> None:
    """Book one attempt on a caller ID and move it in its group's heap."""
    record = r.callers[caller]
    ring = r.rings[caller]
    ring[record["attempts"] % ring.shape[0]] = now
    record["attempts"] += 1
    r.free[caller] = caller_next_free(ring, np.int64(record["attempts"]), limits, now)
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
def pick_caller(r: Resources, groups_of: Array, now: int) -> tuple[int, int, int]:
    """Choose a caller ID for a campaign.

    ``groups_of``: int32, the campaign's caller ID groups, -1 behind the last. Returns
    ``(caller or -1, wake_tick, free_caller)``: without a caller ID, the first tick at which one
    may be had (FAR when only a call's end can help) and whether a trunk was what lacked.
    """
    best = NO_CALLER
    best_free = FAR
    wake = FAR
    free_caller = 0
    for i in range(groups_of.shape[0]):
        if groups_of[i] < 0:
            break
        group = r.groups[groups_of[i]]
        top = heap_top(r.heap, np.int64(group["first"]), np.int64(group["active"]))
        if top < 0:
            continue
        free = np.int64(r.free[top])
        if free <= now:
            free_caller = 1
        trunk = r.trunks[group["trunk"]]
        if trunk["in_use"] >= trunk["channels"]:
            continue
        rate_free = trunk_free(trunk, r.trunk_rings[group["trunk"]])
        ready = max(free, rate_free)
        if ready > now:
            wake = min(wake, ready)
        elif free < best_free or (free == best_free and top < best):
            best, best_free = top, free
    return best, wake, free_caller
