"""Screening: all reasons of a person as bits, and the first tick at which a call is allowed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.kernels import is_out_of_reach, static_reason
from dialsim.compliance.limits.kernels import callee_until
from dialsim.compliance.screening.layout import BIT, NO_TICK, STATIC, Asked
from dialsim.core.codes import Purpose, Reason, Scope, Verdict
from dialsim.core.person_flags import CONSENT, REFUSED_SHIFT, UNCALLABLE, PersonFlag
from dialsim.core.time_units import NEVER
from dialsim.jit.decorator import kernel

Array = NDArray[Any]

GO, FINAL = int(Verdict.GO), int(Verdict.FINAL)
UNTIL, ON = int(Verdict.UNTIL), int(Verdict.ON)
NOBODY = PersonFlag.INVALID | PersonFlag.UNUSABLE
"""Rows that stand for no person, of whom a consent could be on record."""

NO_CALLEE = UNCALLABLE & ~PersonFlag.DUPLICATE
"""Rows without a number that could be called: they have neither hours nor attempts."""

FINAL_BITS = (1 << len(STATIC)) - 1
INVALID_BIT = BIT[Reason.INVALID_NUMBER]
UNUSABLE_BIT = BIT[Reason.UNUSABLE_ROW]
PROTECTED_BIT = BIT[Reason.PROTECTED_NUMBER]
DUPLICATE_BIT = BIT[Reason.DUPLICATE]
COUNTRY_BIT = BIT[Reason.OTHER_COUNTRY]
NO_CONSENT_BIT = BIT[Reason.NO_CONSENT]
PURPOSE_BIT = BIT[Reason.WRONG_PURPOSE]
PROOF_BIT = BIT[Reason.NO_CONSENT_PROOF]
EXPIRED_BIT = BIT[Reason.CONSENT_EXPIRED]
WITHDRAWN_BIT = BIT[Reason.CONSENT_WITHDRAWN]
EXPORT_BIT = BIT[Reason.NO_EXPORT_CONSENT]
INTERNAL_BIT = BIT[Reason.INTERNAL_DNC]
DECLINED_BIT = BIT[Reason.DECLINED]
INDUSTRY_BIT = BIT[Reason.INDUSTRY_DNC]
NOT_FROM_HERE_BIT = BIT[Reason.CALLER_NOT_ALLOWED]
REFUSED_BIT = BIT[Reason.REFUSE_CALL]
SUSPECTED_BIT = BIT[Reason.SUSPECTED_BLOCK]
BUSY_BIT = BIT[Reason.PERSON_BUSY]
HOURS_BIT = BIT[Reason.OUTSIDE_HOURS]
LIMIT_BIT = BIT[Reason.CALLEE_LIMIT]
GAP_BIT = BIT[Reason.RETRY_GAP]
PAIR_BIT = BIT[Reason.PAIR_LIMIT]
NOT_RUNG_BIT = BIT[Reason.NOT_RUNG]
STOP_BIT = BIT[Reason.TRUNK_LIMIT]


@kernel
def row_flags(flags: int) -> int:
    """Bits of the reasons for which a row is no person who could be called."""
    bits = INVALID_BIT if flags & PersonFlag.INVALID else 0
    bits |= UNUSABLE_BIT if flags & PersonFlag.UNUSABLE else 0
    bits |= PROTECTED_BIT if flags & PersonFlag.PROTECTED else 0
    bits |= DUPLICATE_BIT if flags & PersonFlag.DUPLICATE else 0
    bits |= COUNTRY_BIT if flags & PersonFlag.OTHER_COUNTRY else 0
    return bits


@kernel
def consent_flags(flags: int, purpose: int) -> int:
    """Bits of all that the consent on record lacks for a purpose.

    Without any consent there is none that could be for another purpose, unproved or expired.
    """
    if not flags & CONSENT:
        return NO_CONSENT_BIT
    bits = 0 if (flags >> purpose) & 1 else PURPOSE_BIT
    bits |= PROOF_BIT if flags & PersonFlag.NO_PROOF else 0
    bits |= EXPIRED_BIT if flags & PersonFlag.EXPIRED else 0
    return bits


@kernel
def reason_flags(flags: int, home: int, campaign: Any) -> int:
    """Every reason that bars a person for good; the lowest bit is that of `static_reason`."""
    bits = row_flags(flags) if flags & UNCALLABLE else 0
    purpose = np.int64(campaign["purpose"])
    if campaign["by_consent"] == 1 and not flags & NOBODY:
        bits |= consent_flags(flags, purpose)
    bits |= WITHDRAWN_BIT if flags & PersonFlag.WITHDRAWN else 0
    if campaign["exports_data"] == 1 and flags & PersonFlag.NO_EXPORT:
        bits |= EXPORT_BIT
    bits |= INTERNAL_BIT if flags & PersonFlag.INTERNAL_DNC else 0
    if purpose == Purpose.MARKETING and flags & PersonFlag.DECLINED:
        bits |= DECLINED_BIT
    if purpose == Purpose.MARKETING and flags & PersonFlag.INDUSTRY_DNC:
        bits |= INDUSTRY_BIT
    if (flags >> (REFUSED_SHIFT + np.int64(campaign["category"]))) & 1:
        bits |= REFUSED_BIT
    if not flags & NOBODY and is_out_of_reach(home, campaign):
        bits |= NOT_FROM_HERE_BIT
    bits |= SUSPECTED_BIT if flags & PersonFlag.SUSPECTED else 0
    return bits


@kernel
def screen_flags(people: Array, campaign: Any, out: Array) -> int:
    """Static reasons of all people into ``out`` (uint32, bits); returns how many have none."""
    free = 0
    for i in range(people.shape[0]):
        person = people[i]
        bits = reason_flags(np.int64(person["flags"]), np.int64(person["home"]), campaign)
        out[i] = bits
        free += bits == 0
    return free


@kernel
def next_open(edges: Array, tick: int) -> int:
    """First tick from ``tick`` on at which hours are open; -1 when they open no more.

    ``edges``: opening, closing, opening ... ticks in order, NEVER behind the last.
    """
    low, high = 0, edges.shape[0]
    while low < high:
        middle = (low + high) // 2
        if edges[middle] <= tick:
            low = middle + 1
        else:
            high = middle
    if low % 2 == 1:
        return tick
    if low == edges.shape[0] or edges[low] >= NEVER:
        return NO_TICK
    return np.int64(edges[low])


@kernel
def last_open(edges: Array) -> int:
    """Last tick at which hours are open, edges as of `next_open`; -1 when they never are."""
    for i in range(edges.shape[0] - 1, -1, -1):
        if edges[i] < NEVER:
            return np.int64(edges[i]) - 1
    return NO_TICK


@kernel
def limits_until(
    person: Any, ring: Array, asked: Asked, caller: int, which: Array, gap_ms: int, now: int
) -> int:
    """First tick from ``now`` on at which some limits of a person allow one more attempt.

    ``which``: LIMIT, those of ``asked`` or some of them.
    """
    attempts = np.int64(person["attempts"])
    _, until = callee_until(ring, attempts, caller, which, asked.periods, gap_ms, now)
    return until


@kernel
def any_caller_until(
    person: Any, ring: Array, asked: Asked, which: Array, gap_ms: int, now: int
) -> int:
    """First tick from ``now`` on at which some limits allow an attempt from one caller ID."""
    best = np.int64(NEVER)
    for i in range(asked.callers.shape[0]):
        caller = np.int64(asked.callers[i])
        best = min(best, limits_until(person, ring, asked, caller, which, gap_ms, now))
        if best == now:
            break
    return best


@kernel
def is_full(person: Any, ring: Array, asked: Asked, caller: int, place: int, now: int) -> bool:
    """Whether one limit forbids an attempt from a caller ID at ``now``."""
    one = asked.limits[place : place + 1]
    return limits_until(person, ring, asked, caller, one, 0, now) > now


@kernel
def full_scopes(person: Any, ring: Array, asked: Asked, caller: int, now: int) -> int:
    """Bits of the limits by caller ID that forbid an attempt from one at ``now``."""
    bits = 0
    for k in range(asked.limits.shape[0]):
        scope = asked.limits[k]["scope"]
        if scope == Scope.PAIR and is_full(person, ring, asked, caller, k, now):
            bits |= PAIR_BIT
        elif scope == Scope.OTHERS and is_full(person, ring, asked, caller, k, now):
            bits |= NOT_RUNG_BIT
    return bits


@kernel
def caller_flags(person: Any, ring: Array, asked: Asked, now: int) -> int:
    """Bits of limits by caller ID, if they leave none to choose.

    Those of a kind that alone leaves none; both kinds where it takes both.
    """
    alone = PAIR_BIT | NOT_RUNG_BIT
    for i in range(asked.callers.shape[0]):
        bits = full_scopes(person, ring, asked, np.int64(asked.callers[i]), now)
        if bits == 0:
            return 0
        alone &= bits
    return alone if alone else PAIR_BIT | NOT_RUNG_BIT


@kernel
def limit_flags(person: Any, ring: Array, asked: Asked, gap_ms: int, now: int) -> int:
    """Which of limits and gap forbid an attempt at ``now``, each asked by itself."""
    bits = caller_flags(person, ring, asked, now)
    caller = np.int64(asked.callers[0])  # which makes no difference to other limits
    for k in range(asked.limits.shape[0]):
        if asked.limits[k]["scope"] in (Scope.PAIR, Scope.OTHERS):
            continue
        if is_full(person, ring, asked, caller, k, now):
            bits |= LIMIT_BIT
    none = asked.limits[:0]
    if limits_until(person, ring, asked, caller, none, gap_ms, now) > now:
        bits |= GAP_BIT
    return bits


@kernel
def next_allowed(person: Any, ring: Array, asked: Asked, gap_ms: int, at: int) -> int:
    """First tick from ``at`` on at which hours and limits both allow; -1 never.

    What a limit allows it goes on allowing while nobody is called: so the hours may be asked last.
    """
    free = any_caller_until(person, ring, asked, asked.limits, gap_ms, at)
    return next_open(asked.edges[np.int64(person["zone"])], free)


@kernel
def binding_flags(person: Any, ring: Array, asked: Asked, gap_ms: int, at: int) -> int:
    """What keeps a person from being called from ``at`` to the end, where something does.

    Limits that the last open tick still finds full; without an open tick stopped trunks, if the
    hours would have had one, else the hours.
    """
    zone = np.int64(person["zone"])
    last = last_open(asked.edges[zone])
    if last >= at:
        return limit_flags(person, ring, asked, gap_ms, last)
    return STOP_BIT if last_open(asked.hours[zone]) >= at else HOURS_BIT


@kernel
def time_flags(zone: int, asked: Asked, at: int) -> int:
    """Which of hours and stopped trunks forbid a call at ``at``."""
    bits = HOURS_BIT if next_open(asked.hours[zone], at) != at else 0
    return bits | (STOP_BIT if next_open(asked.stopped, at) == at else 0)


@kernel
def screen_person(
    person: Any, ring: Array, asked: Asked, gap_ms: int, at: int
) -> tuple[int, int, int]:
    """All reasons as bits, verdict and next tick for one person and campaign at ``at``.

    The hours count, unlike in `compliance.verdict`: a screening asks once for a whole list.
    """
    flags = np.int64(person["flags"])
    bits = reason_flags(flags, np.int64(person["home"]), asked.campaign[0])
    if not flags & NO_CALLEE:
        bits |= BUSY_BIT if flags & PersonFlag.BUSY else 0
        bits |= time_flags(np.int64(person["zone"]), asked, at)
        if person["attempts"] > 0:
            bits |= limit_flags(person, ring, asked, gap_ms, at)
    if bits & FINAL_BITS:
        return bits, FINAL, NO_TICK
    if bits & BUSY_BIT:
        return bits, ON, NO_TICK
    if bits == 0:
        return bits, GO, at
    return bits, UNTIL, next_allowed(person, ring, asked, gap_ms, at)


@kernel
def screen_people(
    people: Array, rings: Array, asked: Asked, gap_ms: int, at: int, out: Array
) -> int:
    """Answer for all people into ``out`` (SCREENED); returns how many may be called at ``at``.

    ``rings``: the last attempts of each. Next ticks suppose no further attempt and no bar that
    becomes known later.
    """
    now = 0
    for i in range(people.shape[0]):
        bits, answer, until = screen_person(people[i], rings[i], asked, gap_ms, at)
        out[i]["reasons"] = bits
        out[i]["verdict"] = answer
        out[i]["until"] = until
        out[i]["ends"] = 0
        if answer == UNTIL and until == NO_TICK:
            out[i]["ends"] = binding_flags(people[i], rings[i], asked, gap_ms, at)
        now += answer == GO
    return now


@kernel
def end_at_bars(people: Array, dated: Array, asked: Asked, out: Array) -> None:
    """Take back next ticks by when a bar that is known already will hold, and say which bar.

    ``dated`` (DATED, in order of row and tick): flags that people get after the tick screened;
    `row` counts as ``people`` and ``out`` do. Who is not allowed in the hours that are left is
    told the first bar that falls into them.
    """
    campaign = asked.campaign[0]
    for i in range(dated.shape[0]):
        row = np.int64(dated[i]["row"])
        flags = np.int64(people[row]["flags"]) | np.int64(dated[i]["flags"])
        home = np.int64(people[row]["home"])
        if out[row]["verdict"] != UNTIL or static_reason(flags, home, campaign) == Reason.NONE:
            continue
        until, tick = np.int64(out[row]["until"]), np.int64(dated[i]["tick"])
        waits = until == NO_TICK and np.int64(out[row]["ends"]) & FINAL_BITS == 0
        if until >= tick or (waits and tick <= last_open(asked.edges[people[row]["zone"]])):
            out[row]["until"] = NO_TICK
            out[row]["ends"] = reason_flags(flags, home, campaign)
