"""Conversion between civil time and ticks.

A tick is an int64 count of 1 ms from midnight, local time of the scenario's zone, of its start
date; earlier moments are negative. Ticks measure elapsed time, so a day on which clocks change has
23 or 25 hours of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

_MS = timedelta(milliseconds=1)


# Every tick of a run is counted from the same one.
@lru_cache(maxsize=64)
def _midnight(start: date, zone: str) -> datetime:
    return datetime.combine(start, time(), ZoneInfo(zone)).astimezone(UTC)


def local_tick(start: date, zone: str, moment: datetime) -> int:
    """Return the tick of a moment.

    Parameters
    ----------
    start, zone
        The scenario's first day and its IANA zone.
    moment
        Naive: local time of `zone`; of a repeated hour the first, and a skipped time counts on
        from the clock before the change. With an offset: as it says.

    Examples
    --------
    >>> local_tick(date(2026, 4, 13), "Asia/Shanghai", datetime(2026, 4, 13, 9))
    32400000
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return (moment.astimezone(UTC) - _midnight(start, zone)) // _MS


def tick_to_datetime(start: date, zone: str, tick: int) -> datetime:
    """Return the moment of a tick, with the scenario zone's offset.

    >>> tick_to_datetime(date(2026, 4, 13), "Asia/Shanghai", 32_400_000).isoformat()
    '2026-04-13T09:00:00+08:00'
    """
    moment = _midnight(start, zone) + timedelta(milliseconds=int(tick))
    return moment.astimezone(ZoneInfo(zone))


def end_tick(start: date, days: int, zone: str) -> int:
    """Return the tick of the midnight that ends the last of `days` days."""
    return local_tick(start, zone, datetime.combine(start + timedelta(days=days), time()))


def open_intervals(
    start: date,
    days: int,
    scenario_zone: str,
    windows: Sequence[tuple[int, int]],
    weekdays: Collection[int] | None = None,
    callee_zone: str | None = None,
    closed_days: Collection[date] = (),
) -> NDArray[np.int64]:
    """Return when daily windows are open during a scenario.

    Parameters
    ----------
    start, days, scenario_zone
        The scenario's days; the result lies within them.
    windows
        Wall-clock ms of the day, start and end, at most 24 h; may overlap.
    weekdays
        Days of the week on which they hold, Monday 0; None: all.
    callee_zone
        Zone of the wall clock; None: the scenario's. Days and dates are those of this zone.
    closed_days
        Dates on which nothing is open.

    Returns
    -------
    int64[n, 2]
        Sorted, disjoint, merged half-open intervals of ticks. A window that a clock change skips
        entirely is absent; one that holds a repeated hour is an hour longer.

    Examples
    --------
    >>> open_intervals(date(2026, 4, 13), 1, "Asia/Shanghai", [(32_400_000, 36_000_000)],
    ...                callee_zone="Asia/Urumqi").tolist()
    [[39600000, 43200000]]
    """
    zone = callee_zone or scenario_zone
    last = end_tick(start, days, scenario_zone)
    found: list[tuple[int, int]] = []
    for offset in range(-2, days + 2):  # zones differ by more than a day at most
        day = start + timedelta(days=offset)
        if day in closed_days or (weekdays is not None and day.weekday() not in weekdays):
            continue
        for opens, closes in windows:
            first = _wall_tick(start, scenario_zone, zone, day, opens, fold=0)
            until = _wall_tick(start, scenario_zone, zone, day, closes, fold=1)
            if max(first, 0) < min(until, last):
                found.append((max(first, 0), min(until, last)))
    return merge(np.array(found, np.int64).reshape(-1, 2))


def _wall_tick(
    start: date, scenario_zone: str, zone: str, day: date, wall_ms: int, fold: int
) -> int:
    """Return the tick at which the clock of `zone` shows `wall_ms` on `day`.

    A window opens at the first of two equal times (`fold` 0) and closes at the last (1). A skipped
    time is the change itself, from either side, so that a skipped window has no length.
    """
    moment = datetime.combine(day, time()) + timedelta(milliseconds=wall_ms)
    aware = moment.replace(tzinfo=ZoneInfo(zone), fold=fold)
    if aware.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != moment:
        before = moment.replace(tzinfo=ZoneInfo(zone), fold=0)
        aware = _change_after(before.astimezone(UTC) - timedelta(days=1), ZoneInfo(zone))
    return local_tick(start, scenario_zone, aware)


def _change_after(low: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment, to the second, of the clock change in the two days after `low`."""
    before = low.astimezone(zone).utcoffset()
    first, last = 0, 2 * 86_400
    while last - first > 1:
        middle = (first + last) // 2
        here = (low + timedelta(seconds=middle)).astimezone(zone).utcoffset()
        first, last = (middle, last) if here == before else (first, middle)
    return low + timedelta(seconds=last)


def merge(intervals: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return half-open intervals, sorted; those that touch or overlap are merged.

    >>> merge(np.array([[5, 9], [0, 2], [2, 4]], np.int64)).tolist()
    [[0, 4], [5, 9]]
    """
    merged: list[list[int]] = []
    for first, last in sorted(intervals.tolist()):
        if first >= last:
            continue
        if merged and first <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], last)
        else:
            merged.append([first, last])
    return np.array(merged, np.int64).reshape(-1, 2)


def intersect(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the intersection of two sorted, disjoint int64[n, 2] lists of intervals.

    >>> intersect(np.array([[0, 5], [7, 9]]), np.array([[3, 8]])).tolist()
    [[3, 5], [7, 8]]
    """
    first = np.searchsorted(b[:, 1], a[:, 0], side="right")  # of `b` that may meet each of `a`
    count = np.maximum(np.searchsorted(b[:, 0], a[:, 1], side="left") - first, 0)
    of_a = np.repeat(np.arange(len(a)), count)
    of_b = np.arange(len(of_a)) + np.repeat(first - (np.cumsum(count) - count), count)
    begins = np.maximum(a[of_a, 0], b[of_b, 0])
    return np.stack([begins, np.minimum(a[of_a, 1], b[of_b, 1])], axis=1)


def without(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the part of `a` outside `b`, both sorted and disjoint int64[n, 2].

    >>> without(np.array([[0, 10]]), np.array([[2, 4], [6, 20]])).tolist()
    [[0, 2], [4, 6]]
    """
    far = 1 << 62
    edges = np.concatenate([[-far], b.reshape(-1), [far]]).reshape(-1, 2)
    return intersect(a, edges[edges[:, 0] < edges[:, 1]])


def working_days(
    start: date,
    n_days: int,
    first_offset: int = 0,
    rest: Collection[date] = (),
    make_up: Collection[date] = (),
) -> NDArray[Any]:
    """Return which days are working days.

    Parameters
    ----------
    start
        The scenario's first day.
    n_days, first_offset
        Length of the result, and the day of its first element counted from `start`.
    rest, make_up
        Weekdays that are free, and weekend days that are worked.

    Returns
    -------
    bool[n_days]

    Examples
    --------
    >>> working_days(date(2026, 5, 8), 3, make_up={date(2026, 5, 9)}).tolist()
    [True, True, False]
    """
    days = [start + timedelta(days=first_offset + i) for i in range(n_days)]
    worked = [day in make_up or (day.weekday() < 5 and day not in rest) for day in days]
    return np.array(worked, np.bool_)
