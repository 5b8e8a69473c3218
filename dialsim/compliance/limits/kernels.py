"""First tick at which a limit allows one more call, given no further call."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Counted, Reason, Scope, Seen, Window
from dialsim.core.counts import place_in_ring, remainder
from dialsim.jit.decorator import kernel

Array = NDArray[Any]

SEEN_BITS = 15
CANNOT_HAVE_RUNG = 15  # in place of `Seen.NO_ANSWER`, of an attempt that ended too soon
CALLER_BITS = (1 << 18) - 1  # all ones: an earlier call from nobody knows which caller ID


@kernel
def pack_attempt(tick: int, caller: int, campaign: int) -> int:
    """An attempt in 8 bytes: signed tick 36 bits, caller ID 18, campaign 6, `Seen` 4 bits."""
    return (tick << 28) | (caller << 10) | (campaign << 4)


@kernel
def remembered(seen: int, after_ms: int, quick_ms: int) -> int:
    """What a packed attempt keeps of its end: `Seen`, or that it cannot have rung."""
    return CANNOT_HAVE_RUNG if seen == Seen.NO_ANSWER and after_ms < quick_ms else seen


@kernel
def attempt_tick(entry: int) -> int:
    """Tick of a packed attempt."""
    return entry >> 28


@kernel
def period_of(periods: Array, now: int) -> int:
    """Place of the calendar period that holds a tick (``periods``: first ticks, ascending)."""
    low = 0
    high = periods.shape[0]
    while high - low > 1:
        middle = (low + high) // 2
        if periods[middle] <= now:
            low = middle
        else:
            high = middle
    return low


@kernel
def is_counted(entry: int, limit: Any, caller: int) -> bool:
    """Whether a limit counts an attempt; what is not known of earlier ones is taken to count."""
    seen = entry & SEEN_BITS
    if limit["counts"] == Counted.NOT_RUNG:  # who does not know how a call ended, suspects nothing
        return bool(seen == CANNOT_HAVE_RUNG and (entry >> 10) & CALLER_BITS != caller)
    if limit["scope"] == Scope.PAIR:
        theirs = (entry >> 10) & CALLER_BITS
        if theirs not in (caller, CALLER_BITS):
            return False
    if limit["counts"] == Counted.ATTEMPTS or seen == 0:
        return True
    if limit["counts"] == Counted.CONNECTS:
        return bool(seen == Seen.CONNECTED)
    if limit["counts"] == Counted.DROPS:
        return bool(seen == Seen.ABANDONED)
    return bool(seen <= Seen.ASSISTANT)


@kernel
def first_place(ring: Array, attempts: int, limit: Any) -> int:
    """Number of the oldest attempt a limit looks at: of one number, none before it was dialled."""
    depth = ring.shape[0]
    oldest = max(attempts - depth, 0)
    if limit["scope"] != Scope.NUMBER:
        return oldest
    place = attempts
    while place > oldest and ring[(place - 1) % depth] & SEEN_BITS != Seen.INVALID:
        place -= 1
    return place


@kernel
def anchored_free(ring: Array, attempts: int, caller: int, limit: Any) -> int:
    """First tick a person's anchored limit allows: the end of the open window if it is full."""
    end = np.int64(-(1 << 62))
    count = 0
    for place in range(first_place(ring, attempts, limit), attempts):
        entry = ring[place % ring.shape[0]]
        if not is_counted(entry, limit, caller):
            continue
        if attempt_tick(entry) >= end:
            end = attempt_tick(entry) + np.int64(limit["per_ms"])
            count = 0
        count += 1
    return end if count >= limit["count"] else np.int64(-(1 << 62))


@kernel
def counted_free(
    ring: Array, attempts: int, caller: int, limit: Any, periods: Array, now: int
) -> int:
    """First tick a person's sliding or calendar limit allows, looking at each attempt."""
    since = np.int64(-(1 << 62))
    end = np.int64(0)
    if limit["window"] == Window.CALENDAR:
        row = periods[limit["periods"]]
        place = period_of(row, now)
        since, end = row[place], row[place + 1]
    oldest = first_place(ring, attempts, limit)
    count = 0
    for place in range(attempts - 1, oldest - 1, -1):
        entry = ring[place % ring.shape[0]]
        tick = attempt_tick(entry)
        if tick < since:
            break
        if not is_counted(entry, limit, caller):
            continue
        count += 1
        if count >= limit["count"]:
            return end if limit["window"] == Window.CALENDAR else tick + np.int64(limit["per_ms"])
    return np.int64(-(1 << 62))


@kernel
def limit_free(
    ring: Array, attempts: int, caller: int, limit: Any, periods: Array, now: int
) -> int:
    """First tick at which one of a person's limits allows one more attempt.

    A sliding limit on attempts to the person, as most are, looks at one of them: L per W allow
    another once the L-th last is W old.
    """
    if limit["plain"] == 0:
        if limit["window"] == Window.ANCHORED:
            return anchored_free(ring, attempts, caller, limit)
        return counted_free(ring, attempts, caller, limit, periods, now)
    count = np.int64(limit["count"])
    depth = ring.shape[0]
    if attempts < count or count > depth:
        return np.int64(-(1 << 62))
    return attempt_tick(ring[place_in_ring(attempts - count, depth)]) + np.int64(limit["per_ms"])


@kernel
def reason_of(scope: int) -> int:
    """Reason for which a full limit of a person forbids every call, by its scope."""
    if scope == Scope.OTHERS:
        return Reason.NOT_RUNG
    return Reason.PAIR_LIMIT if scope == Scope.PAIR else Reason.CALLEE_LIMIT


@kernel
def callee_until(
    ring: Array, attempts: int, caller: int, limits: Array, periods: Array, gap_ms: int, now: int
) -> tuple[int, int]:
    """Reason and first tick at which every limit of a person allows one more attempt.

    Exact given no further attempt: no earlier tick is allowed, that tick is. The ring holds at
    least as many attempts as any limit that can bind.
    """
    reason = Reason.NONE
    until = now
    if attempts == 0:
        return reason, until
    for i in range(limits.shape[0]):
        free = limit_free(ring, attempts, caller, limits[i], periods, now)
        if free > until:
            until = free
            reason = reason_of(np.int64(limits[i]["scope"]))
    free = attempt_tick(ring[place_in_ring(attempts - 1, ring.shape[0])]) + gap_ms
    if free > until:
        until = free
        reason = Reason.RETRY_GAP
    return reason, until


@kernel
def book_opened(limits: Array, periods: Array, opened: Array, now: int) -> None:
    """Count a call at ``now`` in the anchored and calendar windows of its owner."""
    for i in range(opened.shape[0]):
        if limits[i]["window"] == Window.SLIDING:
            continue
        window = opened[i]
        if now >= window["end"]:
            window["count"] = 0
            if limits[i]["window"] == Window.CALENDAR:
                row = periods[limits[i]["periods"]]
                window["end"] = row[period_of(row, now) + 1]
            else:
                window["end"] = now + np.int64(limits[i]["per_ms"])
        window["count"] += 1


@kernel
def next_free(limits: Array, ring: Array, booked: int, opened: Array, earliest: int) -> int:
    """First tick, not before ``earliest``, at which all limits of an owner allow another call.

    Its last call is in ``ring`` and ``opened`` already.
    """
    free = earliest
    depth = ring.shape[0]
    for i in range(limits.shape[0]):
        count = np.int64(limits[i]["count"])
        if count == 0:
            continue
        if limits[i]["window"] == Window.SLIDING:
            if booked >= count:
                free = max(
                    free, ring[remainder(booked - count, depth)] + np.int64(limits[i]["per_ms"])
                )
        elif opened[i]["count"] >= count:
            free = max(free, np.int64(opened[i]["end"]))
    return free


@kernel
def stopped_until(stops: Array, now: int) -> int:
    """End of the stop that holds a trunk at ``now``; ``now`` if none does."""
    i = 0
    while i < stops.shape[0] - 1 and 0 <= stops[i] <= now:
        if now < stops[i + 1]:
            return np.int64(stops[i + 1])
        i += 2
    return now
