"""Open hours of campaigns by time zone, and times when trunks are stopped.

Combines the pack's hours, the sector's, public holidays and dated events. A tick belongs to the
spans exactly when the clock of the zone shows an allowed time at it: an hour that a clock change
repeats is judged both times it comes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dialsim.core.ticks import end_tick, intersect, local_tick, merge, tick_to_datetime, without
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.calendar import public_days
from dialsim.scenario.models.events import Event
from dialsim.scenario.models.schema import Campaign, Scenario, Trunk
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.sectors import sector_key
from dialsim.scenario.values import MS_PER_DAY, MS_PER_UNIT, parse_windows

Array = NDArray[Any]
Windows = list[tuple[int, int]]

LEGAL_ZONE = "Asia/Shanghai"
"""Legal time of all China, the time zone of calling windows."""


def campaign_spans(
    scenario: Scenario, campaign: Campaign, rules: Profile, zone: str = LEGAL_ZONE
) -> Array:
    """Return when a campaign may call people of one time zone.

    Parameters
    ----------
    scenario, campaign, rules
        The scenario, one of its campaigns, and its rule pack with overrides.
    zone
        IANA name; hours, holidays and the windows of events are those of its clock. Public
        holidays of China close China's zones only.

    Returns
    -------
    int64[n, 2]
        Sorted, disjoint half-open intervals of ticks within the run.

    Notes
    -----
    Numbers that may be in several zones are called where the spans of all of them agree.
    """
    closed: frozenset[date] = frozenset()
    if closed_on_holidays(campaign, rules) and zone in china_zones(rules):
        last = scenario.start + timedelta(days=scenario.days + 1)
        closed = public_days(scenario.start - timedelta(days=2), last).holidays
    run = (scenario.start, scenario.days, scenario.time_zone)
    spans = clock_spans(*run, daily_windows(scenario, campaign.purpose, rules), zone, closed)
    for event in scenario.events:
        if event.tightens(campaign.purpose):
            elsewhere = outside(scenario, event_span(scenario, event))
            left = clock_spans(*run, event.windows, zone)
            spans = intersect(spans, merge(np.concatenate([elsewhere, left])))
    begun = np.array([[0, opening_tick(scenario)]], np.int64)
    return without(spans, begun) if begun[0, 1] else spans


def daily_windows(scenario: Scenario, purpose: str, rules: Profile) -> Windows:
    """Return the hours of an ordinary day, in ms since midnight, allowed by pack and sector.

    Sorted and disjoint; empty if they have no time in common.
    """
    windows = parse_windows(rules[f"hours.{purpose}"])
    key = sector_key(scenario, rules, purpose)
    return windows if key is None else common_windows(windows, parse_windows(rules[key]))


def common_windows(a: Windows, b: Windows) -> Windows:
    """Return the hours that are in both of two sorted, disjoint lists.

    >>> common_windows([(9, 12), (14, 20)], [(10, 15)])
    [(10, 12), (14, 15)]
    """
    both = intersect(np.array(a).reshape(-1, 2), np.array(b).reshape(-1, 2))
    return [(int(first), int(last)) for first, last in both]


def closed_on_holidays(campaign: Campaign, rules: Profile) -> bool:
    """Return whether a campaign rests on public holidays."""
    return not rules[f"hours.on_holidays.{campaign.purpose}"]


def china_zones(rules: Profile) -> frozenset[str]:
    """Return the zones that keep China's holidays."""
    return frozenset([LEGAL_ZONE, str(rules["hours.extra_zone.xinjiang"])])


def event_span(scenario: Scenario, event: Event) -> Array:
    """Return the ticks an event takes up within the run: int64[n, 2], n 0 or 1."""
    first, last = (
        local_tick(scenario.start, scenario.time_zone, moment)
        for moment in (event.begins, event.ends)
    )
    return intersect(np.array([[first, last]], np.int64), _whole_run(scenario))


def outside(scenario: Scenario, spans: Array) -> Array:
    """Return the run's time outside of some sorted, disjoint spans."""
    end = end_tick(scenario.start, scenario.days, scenario.time_zone)
    edges = np.concatenate([[0], np.asarray(spans, np.int64).reshape(-1), [end]])
    return merge(edges.reshape(-1, 2))


def stop_spans(scenario: Scenario, trunk: Trunk) -> Array:
    """Return when no call may be made over a trunk: int64[n, 2], sorted and disjoint."""
    stops = [
        event_span(scenario, event)
        for event in scenario.events
        if event.stops(trunk.name, trunk.operator)
    ]
    return merge(np.concatenate([np.zeros((0, 2), np.int64), *stops]))


def _whole_run(scenario: Scenario) -> Array:
    return outside(scenario, np.zeros((0, 2), np.int64))


# --- the clock of a zone --------------------------------------------------------------------------


def clock_spans(
    start: date,
    days: int,
    scenario_zone: str,
    windows: Sequence[tuple[int, int]],
    zone: str,
    closed_days: Collection[date] = (),
) -> Array:
    """Return the ticks at which the clock of a zone shows a time inside daily windows.

    Parameters
    ----------
    start, days, scenario_zone
        The scenario's days; the result lies within them.
    windows
        Wall-clock ms of the day, start and end, at most 24 h; may overlap.
    zone
        Whose clock and dates count.
    closed_days
        Dates on which nothing is open.

    Returns
    -------
    int64[n, 2]
        Sorted, disjoint, merged half-open intervals.

    Examples
    --------
    >>> clock_spans(date(2026, 11, 1), 1, "America/New_York", [(3_600_000, 5_400_000)],
    ...             "America/New_York").tolist()  # from 1:00 to 1:30, twice
    [[3600000, 5400000], [7200000, 9000000]]
    """
    found: list[tuple[int, int]] = []
    for first, last, shift in _offsets(start, days, scenario_zone, zone):
        for day in range((first + shift) // MS_PER_DAY, (last - 1 + shift) // MS_PER_DAY + 1):
            if start + timedelta(days=day) in closed_days:
                continue
            midnight = day * MS_PER_DAY - shift
            for opens, closes in windows:
                begin, end = max(midnight + opens, first), min(midnight + closes, last)
                if begin < end:
                    found.append((begin, end))
    return merge(np.array(found, np.int64).reshape(-1, 2))


def clock_shifts(scenario: Scenario, zone: str) -> NDArray[np.int64]:
    """Return, of each hour of a run, what to add to a tick to get a zone's wall clock: int64[H].

    As the hour begins: clocks change on the hour, but for a few that do so half an hour later.
    """
    parts = _offsets(scenario.start, scenario.days, scenario.time_zone, zone)
    hours = np.arange(0, parts[-1][1], MS_PER_UNIT["h"])
    firsts = [first for first, _, _ in parts]
    place = np.searchsorted(firsts, hours, "right") - 1
    return np.array([shift for _, _, shift in parts], np.int64)[place]


def _offsets(start: date, days: int, scenario_zone: str, zone: str) -> list[tuple[int, int, int]]:
    """Return the parts of a run in which a zone's clock runs evenly.

    Of each: first tick, the tick behind its last, and what to add to a tick to get the wall-clock
    ms from the midnight that begins the start date in the zone.
    """
    end = end_tick(start, days, scenario_zone)
    clock = ZoneInfo(zone)
    midnight = datetime.combine(start, time(), UTC)

    def shift(tick: int) -> int:
        moment = tick_to_datetime(start, scenario_zone, tick)
        wall = moment.astimezone(clock).replace(tzinfo=UTC)
        return (wall - midnight) // timedelta(milliseconds=1) - tick

    parts: list[tuple[int, int, int]] = []
    first, now = 0, shift(0)
    step = 6 * MS_PER_UNIT["h"]  # no zone has changed its clock twice within it
    for tick in range(0, end, step):
        until = min(tick + step, end)
        after = shift(until)
        if after == now:
            continue
        low, high = tick, until
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if shift(middle) == now else (low, middle)
        parts.append((first, high, now))
        first, now = high, after
    return [part for part in [*parts, (first, end, now)] if part[0] < part[1]]
