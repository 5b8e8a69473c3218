"""What time there is and what caller limits allow in it: plain arithmetic on a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.ticks import intersect, merge, open_intervals
from dialsim.report import words
from dialsim.scenario.calendar import public_days
from dialsim.scenario.profile import Profile
from dialsim.scenario.schema import CallerIds, Campaign, Scenario
from dialsim.scenario.values import parse_windows

Array = NDArray[Any]
CALLEE_ZONE = "Asia/Shanghai"


def open_times(scenario: Scenario, campaign: Campaign, rules: Profile, until: int) -> Array:
    """Return int64[n, 2]: when a campaign may call and somebody is at work, up to a tick."""
    staffed = [spans for _, spans in staffed_times(scenario, campaign)]
    both = intersect(merge(np.concatenate(staffed)), allowed_times(scenario, campaign, rules))
    return cut(both, until)


def allowed_times(scenario: Scenario, campaign: Campaign, rules: Profile) -> Array:
    """Return int64[n, 2]: when the rules let a campaign call."""
    purpose = campaign.purpose
    closed: frozenset[Any] = frozenset()
    if not rules[f"hours.on_holidays.{purpose}"]:
        last = scenario.start + timedelta(days=scenario.days)
        closed = public_days(scenario.start - timedelta(days=1), last).holidays
    return open_intervals(
        scenario.start,
        scenario.days,
        scenario.time_zone,
        parse_windows(rules[f"hours.{purpose}"]),
        callee_zone=CALLEE_ZONE,
        closed_days=closed,
    )


def staffed_times(scenario: Scenario, campaign: Campaign) -> list[tuple[int, Array]]:
    """Return the number of agents and the working times of each shift of a campaign."""
    run = (scenario.start, scenario.days, scenario.time_zone)
    return [
        (group.count, open_intervals(*run, [shift.window], shift.weekdays))
        for group in scenario.agents
        if group.name in campaign.agents
        for shift in group.shifts
    ]


def cut(spans: Array, until: int) -> Array:
    """Return spans up to a tick."""
    kept = spans[spans[:, 0] < until]
    return np.minimum(kept, until)


def length_ms(spans: Array) -> int:
    """Return how long disjoint spans are in all."""
    return int((spans[:, 1] - spans[:, 0]).sum())


def limit_capacity(spans: Array, count: int, per: int) -> int:
    """Return the most attempts a sliding limit of `count` in `per` ms allows one caller ID.

    Exact: the earliest possible bursts, each `per` after the one before, are the most.

    Parameters
    ----------
    spans
        int64[n, 2], sorted and disjoint: when calls may be made.

    Examples
    --------
    >>> limit_capacity(np.array([[0, 100], [150, 160]]), 5, 60)
    15
    """
    bursts, free = 0, -(1 << 62)
    for first, last in spans.tolist():
        start = max(first, free)
        if start < last:
            here = -(-(last - start) // per)
            bursts += here
            free = start + here * per
    return bursts * count


def callers_capacity(spans: Array, limits: Iterable[Any]) -> int | None:
    """Return the most attempts one caller ID may make in `spans`; None without limits."""
    each = [limit_capacity(spans, limit.count, limit.per) for limit in limits]
    return min(each) if each else None


def caller_arithmetic(blocks: Sequence[CallerIds], limits: Iterable[Any]) -> str:
    """Return what the caller limits allow: ``320 numbers at 50 an hour allow 16,000 an hour``.

    >>> from types import SimpleNamespace as N
    >>> caller_arithmetic([N(count=320)], [N(count=50, per=3_600_000)])
    '320 numbers at 50 calls an hour allow 16,000 calls an hour'
    """
    numbers = sum(block.count for block in blocks)
    parts = [
        f"{limit.count:,} calls {words.per(limit.per)} allow "
        f"{numbers * limit.count:,} calls {words.per(limit.per)}"
        for limit in limits
    ]
    have = words.things(numbers, "number")
    return f"{have} at " + ", at ".join(parts) if parts else f"{have} in use"
