"""Chinese public holidays and make-up working days, as sets of dates for ``core.ticks``.

The calendar library is imported on first use, and only one of its 250 countries.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class PublicDays:
    """Public holidays and make-up days around a run.

    Attributes
    ----------
    holidays
        Every day of a holiday, including weekend days within or next to it.
    rest
        Weekdays off.
    make_up
        Weekend days that are working days.
    unpublished
        Years whose make-up days the State Council has not published: only guesses.
    """

    holidays: frozenset[date]
    rest: frozenset[date]
    make_up: frozenset[date]
    unpublished: tuple[int, ...]


@cache
def public_days(first: date, last: date) -> PublicDays:
    """Return the public days of mainland China from `first` to `last`, both included."""
    years = range(first.year - 1, last.year + 2)
    china = _calendar_of_china()(years=years)
    worked = {day for day in getattr(china, "weekend_workdays", ()) if day.year in years}
    named = set(china) - worked
    rest = {day for day in named if day.weekday() < 5}
    free = set(named)
    for seed in sorted(named):  # a holiday extends over adjacent days off
        for step in (-1, 1):
            day = seed + timedelta(days=step)
            while day not in worked and (day.weekday() >= 5 or day in named):
                free.add(day)
                day += timedelta(days=step)
    wanted = range(first.year, last.year + 1)
    published = {day.year for day in worked}
    return PublicDays(
        holidays=frozenset(day for day in free if first <= day <= last),
        rest=frozenset(day for day in rest if first <= day <= last),
        make_up=frozenset(day for day in worked if first <= day <= last),
        unpublished=tuple(year for year in wanted if year not in published),
    )


@cache
def _calendar_of_china() -> Any:
    """Return the library's class for China without importing the other countries, 0.1 s.

    The library's package of countries is neither imported nor touched.
    """
    import holidays

    file = Path(holidays.__file__).parent / "countries" / "china.py"
    spec = importlib.util.spec_from_file_location("holidays.countries.china", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.China
