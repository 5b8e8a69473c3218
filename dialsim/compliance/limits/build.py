"""Scenario and rule pack to arrays: limits on people, caller IDs, trunks and the enterprise."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.layout import LIMIT, METER, OPENED, Limits
from dialsim.core.codes import Counted, Scope, Window
from dialsim.core.ticks import local_tick
from dialsim.core.time_units import DAY_MS, SECOND_MS, WEEK_MS
from dialsim.scenario.models.schema import Limit, Scenario
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.values import Duration

Array = NDArray[Any]

DAYS_BEFORE = 400  # before the start that earlier calls are told apart by calendar periods
DAYS_BEHIND = 14
LONG_OVER = -(1 << 62)  # before every call of the past: the first one opens its window
CALENDARS = (DAY_MS, WEEK_MS)
"""Lengths of calendar periods; the place is the row of `Limits.periods`."""


def build_limits(limits: Iterable[Limit]) -> Array:
    """Return LIMIT[k] of limits as a scenario names them."""
    return np.array([_row(limit) for limit in limits], LIMIT)


def _row(limit: Limit) -> tuple[int, ...]:
    calendar = CALENDARS.index(limit.per) if limit.window == "calendar" else 0
    kind = (
        Window[limit.window.upper()], Counted[limit.counts.upper()], Scope[limit.scope.upper()]
    )  # fmt: skip
    plain = kind == (Window.SLIDING, Counted.ATTEMPTS, Scope.PERSON)
    return (limit.count, limit.per, calendar, *kind, plain)


def callee_limits(scenario: Scenario, rules: Profile) -> Array:
    """Return LIMIT[k], the limits that protect a person: the scenario's own, or the pack's."""
    if scenario.rules.callee_limits is not None:
        return build_limits(scenario.rules.callee_limits)
    return build_limits(_of_pack(item) for item in rules["callee.limits"])


def suspicion_limits(rules: Profile) -> Array:
    """Return LIMIT[0 or 1]: the ban on other caller IDs after a call that did not ring.

    It may have been intercepted, and who calls from another number then evades the network. None
    if `dialer.suspicion_wait` or `dialer.suspicion_quick` is 0.
    """
    wait_ms, quick_ms = int(rules["dialer.suspicion_wait"]), int(rules["dialer.suspicion_quick"])
    rows = [(1, wait_ms, 0, Window.SLIDING, Counted.NOT_RUNG, Scope.OTHERS, 0)]
    return np.array(rows if wait_ms > 0 and quick_ms > 0 else [], LIMIT)


def person_limits(scenario: Scenario, rules: Profile) -> Array:
    """Return LIMIT[k], every limit on repeated calls to a person."""
    return np.concatenate([callee_limits(scenario, rules), suspicion_limits(rules)])


def _of_pack(item: Mapping[str, Any]) -> Limit:
    return Limit.model_construct(**dict(item) | {"per": int(item["per"])})


def retry_gap(scenario: Scenario, rules: Profile) -> int:
    """Return the least time between two attempts to a person, in ms."""
    if scenario.rules.retry_gap is not None:
        return scenario.rules.retry_gap
    return int(rules["callee.retry_gap"])


def looks_at_all(limits: Array) -> bool:
    """Return whether some limit of a person must see every attempt, not only its L-th last.

    That on calls which did not ring has to see those of its window (:func:`attempts_within`).
    """
    return bool(((limits["plain"] == 0) & (limits["counts"] != Counted.NOT_RUNG)).any())


def attempts_within(limits: Array, gap_ms: int) -> float:
    """Return how many attempts to a person the window of calls that did not ring can hold.

    Bounded by the limits that slide over all attempts and by the least time between two; infinite
    where neither bounds it, 0 where nobody looks at such calls.
    """
    waits = limits[limits["counts"] == Counted.NOT_RUNG]["per_ms"]
    if not len(waits):
        return 0
    wait_ms = int(waits.max())
    bounds = [
        int(limit["count"]) * -(-wait_ms // int(limit["per_ms"]))
        for limit in limits[limits["plain"] == 1]
    ]
    return min([math.inf, *bounds, *([-(-wait_ms // gap_ms)] if gap_ms > 0 else [])])


def build_all_limits(scenario: Scenario, rules: Profile, stops: Array) -> Limits:
    """Return every limit of a scenario.

    Parameters
    ----------
    stops
        int64[trunks, k]: see :attr:`~dialsim.compliance.layout.Limits.stops`.
    """
    rows = [
        build_limits(scenario.rules.enterprise_limits),
        *(build_limits(trunk_limits(trunk)) for trunk in scenario.trunks),
    ]
    own = scenario.rules.caller_limits
    meters = np.zeros((len(rows), max(len(row) for row in rows)), LIMIT)
    for record, row in zip(meters, rows, strict=True):
        record[: len(row)] = row
    return Limits(
        callee=person_limits(scenario, rules),
        caller=build_limits(each for each in own if each.scope != "operator"),
        to_operator=build_limits(each for each in own if each.scope == "operator"),
        meters=meters,
        periods=build_periods(scenario),
        stops=stops,
    )


def trunk_limits(trunk: Any) -> list[Limit]:
    """Return the limits that meter a trunk: its calls per second, then its own limits.

    Spaced calls are a limit of one in the time between two, rounded up to a whole millisecond.
    """
    rate = trunk.calls_per_second
    if trunk.shape == "spacing":
        second = Limit.model_construct(count=1, per=Duration(-(-SECOND_MS // rate)))
    else:
        second = Limit.model_construct(count=rate, per=Duration(SECOND_MS))
    return [second, *trunk.limits]


def build_periods(scenario: Scenario) -> Array:
    """Return the first ticks of each day and each week (int64[2, n]) of the scenario's zone.

    Weeks begin on Monday; behind the last week its row repeats a tick that never comes.
    """
    count = DAYS_BEFORE + 7 + scenario.days + scenario.aftermath // DAY_MS + DAYS_BEHIND
    starts = _days(scenario.start, scenario.time_zone, count)
    periods = np.full((len(CALENDARS), count), 1 << 62, np.int64)
    periods[0] = starts
    weeks = starts[::7]
    periods[1, : len(weeks)] = weeks
    return periods


@lru_cache(maxsize=16)  # a replication has those of the one before it
def _days(start: date, zone: str, count: int) -> tuple[int, ...]:
    """Return the first ticks of so many days from a Monday before the start on."""
    first = start - timedelta(days=DAYS_BEFORE)
    first -= timedelta(days=first.weekday())
    days = (datetime.combine(first + timedelta(days=day), time()) for day in range(count))
    return tuple(local_tick(start, zone, day) for day in days)


def build_meters(meters: Array) -> tuple[Array, Array, Array]:
    """Return METER[m], their rings and OPENED[m, k] for LIMIT[m, k], nothing booked."""
    slides = np.where(meters["window"] == Window.SLIDING, meters["count"], 0)
    depths = np.maximum(slides.max(axis=1, initial=0), 1)
    records = np.zeros(len(meters), METER)
    records["depth"] = depths
    records["limits"] = (meters["count"] > 0).sum(axis=1)
    records["first"] = np.cumsum(depths) - depths
    only = (records["limits"] == 1) & (slides > 0).any(axis=1)
    records["per_ms"] = np.where(only, np.where(slides > 0, meters["per_ms"], 0).sum(axis=1), 0)
    return records, np.zeros(int(depths.sum()), np.int64), _opened(meters)


def opened_windows(owners: int, limits: Array) -> Array:
    """Return OPENED[owners, k], none open; without columns if all limits slide."""
    return _opened(np.broadcast_to(limits, (owners, len(limits))))


def _opened(limits: Array) -> Array:
    slides: Sequence[bool] = limits["window"] == Window.SLIDING
    columns = 0 if np.all(slides) else limits.shape[1]
    opened = np.zeros((limits.shape[0], columns), OPENED)
    opened["end"] = LONG_OVER
    return opened
