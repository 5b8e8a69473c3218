"""May we call this person, now, from this number? Uses the dialer's own knowledge only."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.layout import Limits, Resources
from dialsim.compliance.limits.kernels import book_opened, callee_until, next_free, stopped_until
from dialsim.core.aligned import CACHE_LINE
from dialsim.core.codes import Limit, Purpose, Reason, Verdict
from dialsim.core.counts import quotient, remainder
from dialsim.core.person_flags import (
    CONSENT,
    OPERATOR,
    PROVINCE_SHIFT,
    REFUSED,
    REFUSED_SHIFT,
    UNCALLABLE,
    PersonFlag,
)
from dialsim.core.pool import pool_add, pool_drop, pool_key, pool_top, pool_update
from dialsim.core.prefetch import prefetch_near
from dialsim.core.time_units import DAY_MS, NEVER
from dialsim.jit.decorator import kernel

Array = NDArray[Any]

LISTS = PersonFlag.INTERNAL_DNC | PersonFlag.INDUSTRY_DNC
MAY_BAR = (
    UNCALLABLE
    | PersonFlag.WITHDRAWN
    | PersonFlag.DECLINED
    | PersonFlag.NO_EXPORT
    | LISTS
    | REFUSED
    | PersonFlag.SUSPECTED
)


NO_CALLER = -1
BY_NUMBER, BY_STOP, BY_TRUNK, BY_PLATFORM, BY_DOUBT = 1, 2, 4, 8, 16  # why a caller ID is not used


@kernel
def row_reason(flags: int) -> int:
    """Why a row of a list is no person who could be called; 0: it is one."""
    if flags & PersonFlag.INVALID:
        return Reason.INVALID_NUMBER
    if flags & PersonFlag.UNUSABLE:
        return Reason.UNUSABLE_ROW
    if flags & PersonFlag.PROTECTED:
        return Reason.PROTECTED_NUMBER
    if flags & PersonFlag.DUPLICATE:
        return Reason.DUPLICATE
    return Reason.OTHER_COUNTRY if flags & PersonFlag.OTHER_COUNTRY else Reason.NONE


@kernel
def consent_reason(flags: int, purpose: int) -> int:
    """What the consent on record lacks for a purpose; 0: nothing."""
    if not flags & CONSENT:
        return Reason.NO_CONSENT
    if not (flags >> purpose) & 1:
        return Reason.WRONG_PURPOSE
    if flags & PersonFlag.NO_PROOF:
        return Reason.NO_CONSENT_PROOF
    if flags & PersonFlag.EXPIRED:
        return Reason.CONSENT_EXPIRED
    return Reason.NONE


@kernel
def is_out_of_reach(home: int, campaign: Any) -> bool:
    """Whether no caller ID of a campaign may call numbers of a person's province and operator."""
    barred = np.int64(campaign["barred"])
    if campaign["by_operator"] == 1:
        barred |= np.int64(campaign["barred_of"][home & OPERATOR])
    return bool((barred >> (home >> PROVINCE_SHIFT)) & 1)


@kernel
def static_reason(flags: int, home: int, campaign: Any) -> int:
    """First reason that bars a person for good, in the fixed order; 0 when there is none."""
    if not flags & MAY_BAR:  # as of most, seen at one look
        reason = Reason.NONE
        if campaign["by_consent"] == 1:
            reason = consent_reason(flags, np.int64(campaign["purpose"]))
        if reason == Reason.NONE and is_out_of_reach(home, campaign):
            reason = Reason.CALLER_NOT_ALLOWED
        return reason
    if flags & UNCALLABLE:
        return row_reason(flags)
    purpose = np.int64(campaign["purpose"])
    if campaign["by_consent"] == 1:
        reason = consent_reason(flags, purpose)
        if reason != Reason.NONE:
            return reason
    if flags & PersonFlag.WITHDRAWN:
        return Reason.CONSENT_WITHDRAWN
    if flags & PersonFlag.NO_EXPORT and campaign["exports_data"] == 1:
        return Reason.NO_EXPORT_CONSENT
    if flags & PersonFlag.INTERNAL_DNC:
        return Reason.INTERNAL_DNC
    if flags & PersonFlag.DECLINED and purpose == Purpose.MARKETING:
        return Reason.DECLINED
    if flags & PersonFlag.INDUSTRY_DNC and purpose == Purpose.MARKETING:
        return Reason.INDUSTRY_DNC
    if flags >> (REFUSED_SHIFT + np.int64(campaign["category"])) & 1:
        return Reason.REFUSE_CALL
    if is_out_of_reach(home, campaign):
        return Reason.CALLER_NOT_ALLOWED
    if flags & PersonFlag.SUSPECTED:
        return Reason.SUSPECTED_BLOCK
    return Reason.NONE


@kernel
def verdict(
    person: Any, ring: Array, campaign: Any, caller: int, limits: Limits, gap_ms: int, now: int
) -> tuple[int, int, int]:
    """Verdict, reason and tick for one person and campaign at ``now``, hours apart.

    Hours are kept as open and closed classes by the engine, so that a window costs nothing per
    lead. Returns ``(Verdict, Reason, until_tick)``.
    """
    flags = np.int64(person["flags"])
    reason = static_reason(flags, np.int64(person["home"]), campaign)
    if reason != Reason.NONE:
        return Verdict.FINAL, reason, now
    if flags & PersonFlag.BUSY:
        return Verdict.ON, Reason.PERSON_BUSY, now
    attempts = np.int64(person["attempts"])
    reason, until = callee_until(ring, attempts, caller, limits.callee, limits.periods, gap_ms, now)
    if reason != Reason.NONE:
        return Verdict.UNTIL, reason, until
    return Verdict.GO, Reason.NONE, now


@kernel
def screen(people: Array, leads: Array, shifts: Array, campaigns: Array, out: Array) -> int:
    """Static reason of every lead into ``out`` (uint8, one a lead); returns how many may be called.

    All are resident. ``shifts``: int64[C, l], by how much the number of a lead is above its
    person's row, by campaign and place of the list among its own.

    Finished leads keep their own reason out of this: callers look at untouched leads only.
    """
    callable_leads = 0
    for i in range(leads.shape[0]):
        person = people[i - shifts[leads[i]["campaign"], leads[i]["block"]]]
        flags, home = np.int64(person["flags"]), np.int64(person["home"])
        reason = static_reason(flags, home, campaigns[leads[i]["campaign"]])
        out[i] = reason
        if reason == Reason.NONE:
            callable_leads += 1
    return callable_leads


@kernel(inlined=True)
def book_meter(r: Resources, limits: Limits, row: int, now: int) -> None:
    """Count a call of the enterprise (row 0) or of a trunk."""
    meter = r.meters[row]
    if meter["limits"] == 0:
        return
    first, depth = np.int64(meter["first"]), np.int64(meter["depth"])
    place, booked = np.int64(meter["place"]), np.int64(meter["booked"]) + 1
    r.meter_rings[first + place] = now
    place = place + 1 if place + 1 < depth else 0
    meter["place"], meter["booked"] = place, booked
    if meter["per_ms"] > 0:  # as of most trunks: the limit that slides is all there is
        prefetch_near(r.meter_rings, first + place, CACHE_LINE)  # a long ring lies far by then
        if booked >= depth:
            meter["free"] = max(0, r.meter_rings[first + place] + np.int64(meter["per_ms"]))
        return
    opened = r.meter_opened[row]
    book_opened(limits.meters[row], limits.periods, opened, now)
    ring = r.meter_rings[first : first + depth]
    meter["free"] = next_free(limits.meters[row], ring, booked, opened, 0)


@kernel
def take_trunk(r: Resources, limits: Limits, trunk: int, now: int) -> None:
    """Book one call: a channel of the trunk, its meter and the enterprise's."""
    r.trunks[trunk]["in_use"] += 1
    book_meter(r, limits, 0, now)
    book_meter(r, limits, 1 + trunk, now)


@kernel
def take_caller(r: Resources, limits: Limits, caller: int, operator: int, now: int) -> None:
    """Book one attempt on a caller ID, to a number of an operator, and move it in its pools."""
    record = r.callers[caller]
    ring = r.rings[caller]
    ring[remainder(np.int64(record["attempts"]), ring.shape[0])] = now
    record["attempts"] += 1
    book_opened(limits.caller, limits.periods, r.opened[caller], now)
    if r.free.shape[0] > 1:
        book_operator(r, limits, caller, operator, now)
    row = np.int64(record["group"])
    count_today(r.groups[row], r.made[row], operator, now)
    set_free(r, limits, caller, after_call(r, caller, now))
    for track in range(r.free.shape[0]):
        pool_update(r.pools, r.free, track, row, caller)


@kernel
def book_operator(r: Resources, limits: Limits, caller: int, operator: int, now: int) -> None:
    """Count an attempt from a caller ID to a number of one operator."""
    ring = r.operator_rings[caller, operator]
    ring[remainder(np.int64(r.operator_booked[caller, operator]), ring.shape[0])] = now
    r.operator_booked[caller, operator] += 1
    book_opened(limits.to_operator, limits.periods, r.operator_opened[caller, operator], now)


@kernel
def set_free(r: Resources, limits: Limits, caller: int, earliest: int) -> None:
    """Write a caller ID's next-free tick, or that for each operator; pools are not updated."""
    made = np.int64(r.callers[caller]["attempts"])
    free = next_free(limits.caller, r.rings[caller], made, r.opened[caller], earliest)
    if r.free.shape[0] == 1:
        r.free[0, caller] = free
        return
    for operator in range(r.free.shape[0]):
        r.free[operator, caller] = next_free(
            limits.to_operator,
            r.operator_rings[caller, operator],
            np.int64(r.operator_booked[caller, operator]),
            r.operator_opened[caller, operator],
            free,
        )


@kernel
def replay_callers(
    r: Resources, limits: Limits, callers: Array, operators: Array, ticks: Array
) -> None:
    """Count calls before the start, in order of time, that are in the rings already.

    ``operators``: of the numbers called; a call to one that is not known (-1) counts for each.
    """
    for i in range(callers.shape[0]):
        book_opened(limits.caller, limits.periods, r.opened[callers[i]], ticks[i])
        for operator in range(r.free.shape[0] if r.free.shape[0] > 1 else 0):
            if operators[i] < 0 or operators[i] == operator:
                book_operator(r, limits, callers[i], operator, ticks[i])
    for caller in range(r.callers.shape[0]):
        set_free(r, limits, caller, 0)


@kernel
def replay_meter(r: Resources, limits: Limits, row: int, ticks: Array) -> None:
    """Book calls before the start, in order of time."""
    for i in range(ticks.shape[0]):
        book_meter(r, limits, row, ticks[i])


@kernel
def retire_caller(r: Resources, caller: int) -> None:
    """Use a caller ID no more, for what it did itself; a stopped number is not replaced."""
    bar_caller(r, caller, BY_NUMBER)


@kernel
def is_registered(r: Resources, caller: int, now: int) -> bool:
    """Whether a caller ID is registered: a dialer knows its own filings."""
    group = r.groups[r.callers[caller]["group"]]
    return bool(group["registered_from"] <= now < group["registered_until"])


@kernel
def suspect_unregistered(r: Resources, now: int) -> None:
    """Use no caller ID that is not registered until these have been looked up.

    Their network counts such calls of an enterprise together, so they are doubted together too:
    one by one many of them would be given up after more calls than few.
    """
    r.unregistered[0]["doubt"] = 0.0
    for caller in range(r.callers.shape[0]):
        if not is_registered(r, caller, now):
            suspect_caller(r, caller, now)


@kernel
def is_given_up(r: Resources, caller: int) -> bool:
    """Whether a caller ID is not used because its calls seem to be intercepted."""
    return bool(np.int64(r.callers[caller]["why"]) & BY_DOUBT)


@kernel
def suspect_caller(r: Resources, caller: int, now: int) -> None:
    """Use a caller ID no more until it has been looked up: its calls seem to be intercepted."""
    record = r.callers[caller]
    record["doubt"] = 0.0
    if is_given_up(r, caller):
        return
    r.suspected[caller]["tick"] = now
    r.suspected[caller]["times"] += 1
    bar_caller(r, caller, BY_DOUBT)


@kernel
def take_up_again(r: Resources, rest_ms: int, now: int) -> bool:
    """Use those caller IDs again that were given up so long ago or longer; whether there are any.

    Their own next calls tell whether they are still intercepted.
    """
    some = False
    for caller in range(r.callers.shape[0]):
        why = np.int64(r.callers[caller]["why"])
        if why & BY_DOUBT and now - r.suspected[caller]["tick"] >= rest_ms:
            reinstate_caller(r, caller, BY_DOUBT)
            some = True
    return some


@kernel
def bar_caller(r: Resources, caller: int, why: int) -> None:
    """Bar a caller ID for a reason (one bit of ``why``): it is used no more while any holds."""
    record = r.callers[caller]
    record["why"] = np.int64(record["why"]) | why
    if record["retired"] == 1:
        return
    record["retired"] = 1
    for track in range(r.free.shape[0]):
        pool_drop(r.pools, r.free, track, np.int64(record["group"]), caller)


@kernel
def reinstate_caller(r: Resources, caller: int, why: int) -> None:
    """Take a reason away that barred a caller ID; it is used again if it was the last."""
    record = r.callers[caller]
    if not np.int64(record["why"]) & why:
        return
    record["why"] = np.int64(record["why"]) & ~why
    if why == BY_NUMBER:
        record["rejected"] = 0
    if record["why"] != 0:
        return
    record["retired"] = 0
    for track in range(r.free.shape[0]):
        pool_add(r.pools, r.free, track, np.int64(record["group"]), caller)


@kernel
def count_today(group: Any, made: Array, operator: int, now: int) -> None:
    """Count a call of a group, also among those to the operator where these count apart."""
    day = quotient(now, DAY_MS)
    if group["day"] != day:
        group["day"] = day
        group["today"] = 0
        made[:] = 0
    group["today"] += 1
    made[min(operator, made.shape[0] - 1)] += 1


@kernel
def after_call(r: Resources, caller: int, now: int) -> int:
    """Count a call of a number; from when on it is free again, its limits apart."""
    record, day = r.callers[caller], quotient(now, DAY_MS)
    row = np.int64(record["group"])
    if record["day"] != day:
        record["day"], record["today"] = day, 0
    record["today"] += 1
    made = np.int64(record["today"]) * np.int64(r.groups[row]["count"])
    if r.groups[row]["ramped"] == 1 and made >= agreed_today(r, row, now):
        return (day + 1) * DAY_MS
    return now + 1


@kernel
def agreed_today(r: Resources, row: int, now: int) -> int:
    """Calls that are filed for all numbers of a group on the day of a tick; 0: none are."""
    return np.int64(r.agreed[row, min(now // DAY_MS, r.agreed.shape[1] - 1)])


@kernel
def is_used_up(r: Resources, row: int, now: int) -> bool:
    """Whether a group has made all the calls that are filed for the day."""
    group, agreed = r.groups[row], agreed_today(r, row, now)
    return bool(agreed > 0 and group["day"] == now // DAY_MS and group["today"] >= agreed)


@kernel
def has_more_room(r: Resources, one: int, other: int, track: int, now: int) -> int:
    """1 if a group has used less of its filed volume than another, -1 if more, 0 if as much.

    By the calls of the day to the operator whose track it is. One without a filed volume has less
    room than one with.
    """
    mine, theirs = agreed_today(r, one, now), agreed_today(r, other, now)
    if mine == 0 or theirs == 0:
        return (1 if mine > 0 else 0) - (1 if theirs > 0 else 0)
    day = now // DAY_MS
    used = np.int64(r.made[one, track]) if r.groups[one]["day"] == day else 0
    used_there = np.int64(r.made[other, track]) if r.groups[other]["day"] == day else 0
    less = used_there * mine - used * theirs
    return (1 if less > 0 else 0) - (1 if less < 0 else 0)


@kernel(inlined=True)
def pick_caller(
    r: Resources, limits: Limits, groups_of: Array, track: int, by_headroom: int, now: int
) -> tuple[int, int, int]:
    """Choose a caller ID of a campaign for the people of an area.

    ``groups_of``: int32, the caller ID groups that may call them, -1 behind the last; ``track``:
    which of their next-free ticks counts; ``by_headroom`` 1: from the group that has used least
    of its filed volume, and from none that has used it up, instead of the number that has been
    free longest. Returns
    ``(caller or -1, wake_tick, lacking)``: without a caller ID, the first tick at which one may be
    had (NEVER when only a call's end can help) and the `Limit` that holds the campaign.
    """
    if by_headroom == 1:
        return pick_by_headroom(r, limits, groups_of, track, now)
    best = NO_CALLER
    best_free = wake = NEVER
    lacking = Limit.CALLER_IDS
    for i in range(groups_of.shape[0]):
        if groups_of[i] < 0:
            break
        group = np.int64(groups_of[i])
        top = pool_top(r.pools, track, group)
        if top < 0:
            continue
        free = pool_key(r.pools, track, group)
        ready = ready_at(r, limits, group, free, now)
        if free <= now:
            lacking = Limit.TRUNKS
        if ready > now:
            wake = min(wake, ready)
        elif free < best_free or (free == best_free and top < best):
            best, best_free = top, free
    if lacking == Limit.TRUNKS and r.meters[0]["free"] > now:
        lacking = Limit.ENTERPRISE
    return best, wake, lacking


@kernel
def pick_by_headroom(
    r: Resources, limits: Limits, groups_of: Array, track: int, now: int
) -> tuple[int, int, int]:
    """`pick_caller` from the group that has used least of its filed volume.

    A loop of its own: what a day's calls are compared with is worked out before a loop begins,
    whether it is wanted there or not.
    """
    best = NO_CALLER
    best_free = wake = NEVER
    lacking = Limit.CALLER_IDS
    for i in range(groups_of.shape[0]):
        if groups_of[i] < 0:
            break
        group = np.int64(groups_of[i])
        top = pool_top(r.pools, track, group)
        if top < 0:
            continue
        if is_used_up(r, group, now):
            wake = min(wake, (quotient(now, DAY_MS) + 1) * DAY_MS)
            continue
        free = pool_key(r.pools, track, group)
        ready = ready_at(r, limits, group, free, now)
        if free <= now:
            lacking = Limit.TRUNKS
        if ready > now:
            wake = min(wake, ready)
            continue
        more = 0
        if best >= 0:
            chosen = np.int64(r.callers[best]["group"])
            more = has_more_room(r, group, chosen, track, now)
        sooner = free < best_free or (free == best_free and top < best)
        if more > 0 or (more == 0 and sooner):
            best, best_free = top, free
    if lacking == Limit.TRUNKS and r.meters[0]["free"] > now:
        lacking = Limit.ENTERPRISE
    return best, wake, lacking


@kernel
def ready_at(r: Resources, limits: Limits, group: int, free: int, now: int) -> int:
    """First tick from which a group's number that is free at a tick may be dialled from.

    For its trunk and the enterprise; NEVER while the trunk has no channel left, which only a call's
    end can give.
    """
    row = np.int64(r.groups[group]["trunk"])
    trunk = r.trunks[row]
    if trunk["in_use"] >= trunk["channels"]:
        return NEVER
    stopped = max(stopped_until(limits.stops[row], now), np.int64(trunk["held_until"]))
    return max(free, np.int64(r.meters[1 + row]["free"]), stopped, np.int64(r.meters[0]["free"]))


@kernel
def try_route(trunk: Any, most: int, retry_ms: int, now: int) -> None:
    """A call begins on a trunk that refused `most` in a row: no other call tries it meanwhile."""
    if trunk["refused"] >= most:
        trunk["held_until"] = now + retry_ms


@kernel
def is_route_refusal(trunk: Any, rejected: bool, most: int, retry_ms: int, now: int) -> bool:
    """Whether a call's end is the route's refusal, and not one of the number that called.

    It is once `most` calls in a row were refused, whichever numbers they came from: a gateway that
    is shut refuses all. The trunk then rests, and is tried again with one call at a time.
    """
    if trunk["abroad"] == 0:
        return False
    if not rejected:
        trunk["refused"] = 0
        trunk["held_until"] = 0
        return False
    trunk["refused"] = min(np.int64(trunk["refused"]) + 1, most)
    if trunk["refused"] < most:
        return False
    trunk["held_until"] = max(np.int64(trunk["held_until"]), now + retry_ms)
    return True
