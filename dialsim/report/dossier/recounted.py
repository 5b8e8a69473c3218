"""What the calls of a run came to against its limits on people, counted again from its log.

The compliance kernel asks before each call. This asks the calls afterwards, by other code.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.limits.build import callee_limits, retry_gap
from dialsim.errors import ScenarioError
from dialsim.report import words
from dialsim.report.charts.callers import days_of, most_within
from dialsim.report.dossier.request import Request
from dialsim.report.run_log import RunLog
from dialsim.scenario.open_hours import LEGAL_ZONE, daily_windows
from dialsim.scenario.schema import Scenario

Array = NDArray[Any]

MINUTE_MS = 60_000


def recounted(asked: Request) -> tuple[list[dict[str, str]], str]:
    """Return rows of limits, and a sentence on where they come from, or why there are none.

    Of limits on a person those that slide and count attempts; the least time between two; the
    hours, where all are called by one clock; and calls to people who had asked not to be called.

    Returns
    -------
    rows
        Each ``name``, ``measured``, ``cap``, ``kept`` and ``style``. None where the run kept no
        log or a sample, or where it is damaged: the rest of the page needs none.

    Notes
    -----
    One pass over two columns of the call log and a sort of it: some 40 bytes a call.
    """
    if not asked.has_log:
        return [], asked.no_log(asked.said["missing_recount"])
    try:
        return _counted(asked), asked.said["recounted"]
    except ScenarioError as error:
        return [], asked.said["not_recounted"].format(why=error.problems[0].message)


def _counted(asked: Request) -> list[dict[str, str]]:
    persons, ticks = attempts_by_person(asked.log)
    rows = [*_limits(asked, persons, ticks), _gap(asked, persons, ticks)]
    if by_one_clock(asked.log.scenario):
        rows.append(_hours(asked, ticks))
    return [*rows, _after_opt_out(asked, persons, ticks)]


def by_one_clock(scenario: Scenario) -> bool:
    """Return whether everybody may be called by the scenario's clock, and by no other."""
    at_home = all(set(people.countries or ["CN"]) == {"CN"} for people in scenario.people)
    return at_home and scenario.time_zone == LEGAL_ZONE


def attempts_by_person(log: RunLog) -> tuple[Array, Array]:
    """Return person and tick of every attempt, sorted by both: int64[n] each."""
    found: list[tuple[Array, Array]] = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for batch in log.batches("calls", ("time", "person")):
        persons = batch.column("person").to_numpy(zero_copy_only=False).astype(np.int64)
        found.append((persons, log.ticks(batch.column("time"))))
    persons, ticks = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((ticks, persons))
    return persons[order], ticks[order]


def _limits(asked: Request, persons: Array, ticks: Array) -> list[dict[str, str]]:
    rows = []
    for limit in callee_limits(asked.log.scenario, asked.log.profiles[0]):
        if not limit["plain"]:
            continue
        most = most_of_a_person(persons, ticks, int(limit["per_ms"]))
        name = asked.said["most_within"].format(per=words.span(limit["per_ms"], asked.language))
        cap = asked.said["at_most"].format(f"{limit['count']:,}")
        rows.append(_row(asked, name, f"{most:,}", cap, most <= limit["count"]))
    return rows


def most_of_a_person(persons: Array, ticks: Array, span_ms: int) -> int:
    """Return the most attempts to one person within a span of a length.

    >>> persons, ticks = np.array([3, 3, 3, 8]), np.array([0, 5, 10, 12])
    >>> most_of_a_person(persons, ticks, 10), most_of_a_person(persons, ticks, 11)
    (2, 3)
    """
    if not len(persons):
        return 0
    _, places = np.unique(persons, return_inverse=True)
    return int(most_within(places, ticks, span_ms, int(places[-1]) + 1).max())


def shortest_gap(persons: Array, ticks: Array) -> int | None:
    """Return the least time between two attempts to one person; None: nobody was called twice.

    >>> shortest_gap(np.array([3, 3, 8]), np.array([0, 50, 51]))
    50
    """
    gaps = np.diff(ticks)[np.diff(persons) == 0]
    return int(gaps.min()) if len(gaps) else None


def _gap(asked: Request, persons: Array, ticks: Array) -> dict[str, str]:
    least = retry_gap(asked.log.scenario, asked.log.profiles[0])
    gap = shortest_gap(persons, ticks)
    return _row(
        asked,
        asked.said["between"],
        "–" if gap is None else words.span(gap, asked.language),
        asked.said["at_least"].format(words.span(least, asked.language)),
        gap is None or gap >= least,
    )


def _hours(asked: Request, ticks: Array) -> dict[str, str]:
    scenario, rules = asked.log.scenario, asked.log.profiles[0]
    windows = sorted(
        {
            window
            for purpose in dict.fromkeys(each.purpose for each in scenario.campaigns)
            for window in daily_windows(scenario, purpose, rules)
        }
    )
    days, first = np.unique(days_of(asked.log, ticks), return_index=True)
    starts = np.array([asked.log.day_start(int(ticks[place])) for place in first], np.int64)
    clock = ticks - starts[np.searchsorted(days, days_of(asked.log, ticks))]
    within = np.zeros(len(clock), np.bool_)
    for begins, ends in windows:
        within |= (clock >= begins) & (clock < ends)
    measured = f"{_clock(clock.min())} – {_clock(clock.max())}" if len(clock) else "–"
    cap = ", ".join(f"{_clock(begins)}-{_clock(ends)}" for begins, ends in windows)
    name = asked.said["clock"].format(zone=scenario.time_zone)
    return _row(asked, name, measured, cap, bool(within.all()))


def _clock(ms: int) -> str:
    return f"{int(ms) // 3_600_000:02}:{int(ms) // MINUTE_MS % 60:02}"


def _after_opt_out(asked: Request, persons: Array, ticks: Array) -> dict[str, str]:
    asked_since: dict[int, int] = {}
    for each in asked.log.happenings:
        if each.event == "opt_out" and not each.before:
            asked_since[each.person] = min(each.tick, asked_since.get(each.person, each.tick))
    who = np.array(sorted(asked_since), np.int64)
    since = np.array([asked_since[person] for person in who.tolist()], np.int64)
    place = np.minimum(np.searchsorted(who, persons), max(len(who) - 1, 0))
    later = (who[place] == persons) & (ticks > since[place]) if len(who) else np.zeros(0, np.bool_)
    count = int(later.sum())
    return _row(asked, asked.said["after_opt_out"], f"{count:,}", asked.said["nobody"], count == 0)


def _row(asked: Request, name: str, measured: str, cap: str, kept: bool) -> dict[str, str]:
    return {
        "name": name,
        "measured": measured,
        "cap": cap,
        "kept": asked.said["kept" if kept else "broken"],
        "style": "good" if kept else "bad",
    }
