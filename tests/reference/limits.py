"""Limits by counting: which calls a window holds, and the first tick at which one more fits."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from types import SimpleNamespace

from dialsim.core.codes import Counted, Scope, Seen, Window

ANSWERS = (Seen.CONNECTED, Seen.ABANDONED, Seen.ASSISTANT)


@dataclass
class Past:
    """A call that was made; `seen` 0 and `caller` -1: nobody knows."""

    tick: int
    caller: int = -1
    seen: int = Seen.NONE
    not_rung: bool = False  # nobody answered, and it ended too soon to have rung

    def end(self, seen: int, after_ms: int, quick_ms: int) -> None:
        self.seen, self.not_rung = seen, seen == Seen.NO_ANSWER and after_ms < quick_ms


def counted(limit: SimpleNamespace, past: list[Past], caller: int) -> list[Past]:
    """The calls that a limit counts."""
    # E-LIMIT-1 to E-LIMIT-4
    if limit.scope == Scope.NUMBER:
        dead = [i for i, call in enumerate(past) if call.seen == Seen.INVALID]
        past = past[dead[-1] + 1 :] if dead else past
    if limit.counts == Counted.NOT_RUNG:
        return [call for call in past if call.not_rung and call.caller != caller]
    if limit.scope == Scope.PAIR:
        past = [call for call in past if call.caller in (caller, -1)]
    if limit.counts == Counted.ANSWERS:
        past = [call for call in past if call.seen == Seen.NONE or call.seen in ANSWERS]
    if limit.counts == Counted.CONNECTS:
        past = [call for call in past if call.seen in (Seen.NONE, Seen.CONNECTED)]
    if limit.counts == Counted.DROPS:
        past = [call for call in past if call.seen in (Seen.NONE, Seen.ABANDONED)]
    return past


def recent(calls: list[Past], first: int) -> list[int]:
    """The ticks of the calls from a tick on; calls are in order of time."""
    return [call.tick for call in takewhile(lambda call: call.tick >= first, reversed(calls))]


def window_at(
    limit: SimpleNamespace, calls: list[Past], periods: list[list[int]], u: int
) -> tuple[int, int]:
    """Calls in the window that holds tick `u`, and the tick that ends it."""
    # E-LIMIT-7 to E-LIMIT-9
    if limit.window == Window.SLIDING:
        inside = recent(calls, u - limit.per_ms + 1)
        return len(inside), min(inside, default=u) + limit.per_ms
    if limit.window == Window.CALENDAR:
        starts = periods[limit.periods]
        place = bisect_right(starts, u)
        begin, end = starts[place - 1], starts[place]
        return sum(tick < end for tick in recent(calls, begin)), end
    end, count = -(1 << 62), 0
    for call in calls:
        if call.tick >= end:
            end, count = call.tick + limit.per_ms, 0
        count += 1
    return (count, end) if u < end else (0, u)


def first_allowed(
    limits: Iterable[SimpleNamespace],
    past: list[Past],
    caller: int,
    periods: list[list[int]],
    earliest: int,
) -> int:
    """The first tick from `earliest` on at which every limit has room for one more call.

    While one has none, no tick before the end of its window (or, if it slides, before its oldest
    call falls out) can be allowed.
    """
    # E-LIMIT-7
    u = earliest
    while True:
        full = []
        for limit in limits:
            if limit.count == 0:
                continue
            inside, end = window_at(limit, counted(limit, past, caller), periods, u)
            if inside >= limit.count:
                full.append(end)
        if not full:
            return u
        u = max(full)
