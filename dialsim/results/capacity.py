"""Open time of a scenario, and the attempts that caller limits allow in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.ticks import intersect, merge, tick_to_datetime
from dialsim.core.time_units import DAY_MS, HOUR_MS, NEVER
from dialsim.messages import dates
from dialsim.messages.text import Text, Texts, from_table, joined, text_table
from dialsim.results import formatting
from dialsim.scenario.filed_ceilings import times
from dialsim.scenario.filing import first_use
from dialsim.scenario.models.schema import CallerIds, Campaign, Scenario
from dialsim.scenario.teams import teams_of

Array = NDArray[Any]


def staffed_times(scenario: Scenario, campaign: Campaign) -> list[tuple[float, Array]]:
    """Return the mean number of agents and the staffed spans of each team of a campaign."""
    return [(team.present, team.spans) for team in teams_of(scenario, campaign)]


def hours_each(scenario: Scenario, campaign: Campaign, within: Array) -> dict[str, float]:
    """Return the hours, within some spans, that an agent of each group of a campaign works.

    The mean over the teams of a group, of the hours of those who are there.
    """
    names = [group.name for group in scenario.agents]
    found = dict.fromkeys(campaign.all_agents, 0.0)
    for team in teams_of(scenario, campaign):
        group = scenario.agents[team.group]
        hours = length_ms(intersect(team.spans, within)) / HOUR_MS
        found[names[team.group]] += hours * team.present / group.count
    return found


def union(parts: Sequence[Array]) -> Array:
    """Return the time that lies in any of some lists of spans, sorted and disjoint."""
    return merge(np.concatenate([np.zeros((0, 2), np.int64), *parts]))


def cut(spans: Array, until: int) -> Array:
    """Return spans up to a tick."""
    kept = spans[spans[:, 0] < until]
    return np.minimum(kept, until)


def used_in(scenario: Scenario, block: CallerIds, spans: Array) -> Array:
    """Return the part of some spans in which a number range is in use: from its first day on."""
    return intersect(spans, np.array([[first_use(scenario, block), NEVER]]))


def first_day(block: CallerIds) -> Text:
    """Return the day from which a block is in use, in words; it must name one."""
    assert block.start is not None
    start = block.start.date() if isinstance(block.start, datetime) else block.start
    return dates.day_text(start, weekday=True)


def length_ms(spans: Array) -> int:
    """Return how long disjoint spans are in all."""
    return int((spans[:, 1] - spans[:, 0]).sum())


def moments(spans: Array, shares: Array) -> NDArray[np.int64]:
    """Return the ticks at which shares of the length of open spans are over (int64[n]).

    >>> moments(np.array([[0, 100], [200, 300]]), np.array([0.25, 0.75])).tolist()
    [50, 250]
    """
    over = np.concatenate([[0], np.cumsum(spans[:, 1] - spans[:, 0])])
    gone = np.round(np.asarray(shares) * over[-1]).astype(np.int64)
    place = np.clip(np.searchsorted(over, gone, "right") - 1, 0, max(len(spans) - 1, 0))
    found: NDArray[np.int64] = spans[place, 0] + gone - over[place]
    return found


def hours_of_week(spans: Array, weekday: int) -> NDArray[np.float64]:
    """Return how many ms of spans lie in each hour of the week (float64[168], Monday 0 h first).

    `weekday`: of tick 0, Monday 0.

    >>> found = hours_of_week(np.array([[1_800_000, 5_400_000]]), 1)
    >>> found[24:26].tolist(), float(found.sum())
    ([1800000.0, 1800000.0], 3600000.0)
    """
    found = np.zeros(7 * 24)
    for first, last in spans.tolist():
        for hour in range(first // HOUR_MS, -(-last // HOUR_MS)):
            inside = min(last, (hour + 1) * HOUR_MS) - max(first, hour * HOUR_MS)
            found[(24 * weekday + hour) % len(found)] += inside
    return found


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


def limits_capacity(spans: Array, limits: Iterable[Any], scenario: Scenario) -> int | None:
    """Return the most attempts that all of some limits allow in `spans`; None without limits.

    An anchored window allows as many as a sliding one; calendar ones are days, or weeks from
    Monday, of the scenario's zone. A limit that counts calls to each operator allows its count to
    all of them: the most there can be, whatever their shares of the people.
    """
    each = []
    for limit in limits:
        if limit.window == "calendar":
            most = limit.count * _periods(spans, limit.per, scenario)
        else:
            most = limit_capacity(spans, limit.count, limit.per)
        each.append(times(limit) * most)
    return min(each) if each else None


def scarcest_limit(spans: Array, limits: Iterable[Any], scenario: Scenario) -> Any:
    """Return the one of some limits that allows fewest attempts in `spans`; None without limits."""
    found = [(limits_capacity(spans, [limit], scenario) or 0, limit) for limit in limits]
    return min(found, key=lambda each: each[0])[1] if found else None


def _periods(spans: Array, per: int, scenario: Scenario) -> int:
    """Return in how many calendar days or weeks some time is open."""
    found: set[date] = set()
    for first, last in spans.tolist():
        day = tick_to_datetime(scenario.start, scenario.time_zone, first).date()
        end = tick_to_datetime(scenario.start, scenario.time_zone, last - 1).date()
        while day <= end:
            found.add(day if per <= DAY_MS else day - timedelta(days=day.weekday()))
            day += timedelta(days=1)
    return len(found)


LABELS: Texts = text_table(
    {
        "none": "{numbers} in use",
        "head": "{numbers} at ",
        "limit": "{count:,} calls {per}{scope} allow {all:,} calls {per}",
        "scope": " to each operator",
        "then": ", at ",
        "one": "{:,} number",
        "many": "{:,} numbers",
    }
)


def caller_arithmetic(blocks: Sequence[CallerIds], limits: Iterable[Any]) -> Text:
    """Return what the caller limits allow: ``320 numbers at 50 an hour allow 16,000 an hour``.

    >>> from types import SimpleNamespace as N
    >>> caller_arithmetic([N(count=320)], [N(count=50, per=3_600_000)])
    '320 numbers at 50 calls an hour allow 16,000 calls an hour'
    >>> caller_arithmetic([N(count=320)], [N(count=50, per=3_600_000)])["zh"]
    '320 个号码，每个号码每小时 50 次，合计每小时可呼 16,000 次'
    """
    texts = LABELS.messages
    count = sum(block.count for block in blocks)
    numbers = texts["one" if count == 1 else "many"].filled(count)
    parts = [
        texts["limit"].filled(
            count=limit.count,
            per=formatting.per_text(limit.per),
            scope=texts["scope"] if times(limit) > 1 else "",
            all=count * times(limit) * limit.count,
        )
        for limit in limits
    ]
    if not parts:
        return from_table(LABELS, "none", numbers=numbers)
    return joined("", [texts["head"].filled(numbers=numbers), joined(texts["then"], parts)])
