"""Recount of a run's calls against its limits on people, from the call log.

The compliance kernel checks before each call. This module checks the calls afterwards with
independent code; the limits come from the same scenario and rule pack.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.arrow_numpy import values_of
from dialsim.compliance.limits.build import callee_limits, retry_gap, suspicion_limits
from dialsim.core.time_units import DAY_MS
from dialsim.errors import ScenarioError
from dialsim.messages import dates
from dialsim.messages.text import side_by_side
from dialsim.pages.charts.callers import within_span
from dialsim.pages.dossiers.request import Request
from dialsim.results import formatting
from dialsim.results.history.history_log import UNTIMED
from dialsim.results.tables.coded_columns import coded
from dialsim.results.tables.run_log import RunLog
from dialsim.scenario.open_hours import LEGAL_ZONE, campaign_spans, daily_windows
from dialsim.scenario.value_names import value_name

Array = NDArray[Any]

DECLINED = "declined"
FINAL_EVENTS = (("opt_out", "after_opt_out"), ("passed_on", "after_complaint"))
"""Events after which a person may not be called, and the names of the rows about such calls."""


NOTHING = np.zeros(0, np.bool_)


class Attempts(NamedTuple):
    """Attempts of a run and of its call history, sorted by person and tick.

    Attributes
    ----------
    person, tick
        int64[n].
    campaign
        int64[n]: row in the scenario.
    played
        bool[n]: of the run; False: of the call history.
    caller
        int64[n]: row of the caller ID; -1 not known.
    not_rung
        bool[n]: of the run, unanswered, and too short to have rung.
    declined
        bool[n]: of the run, in which the person said "not interested".
    """

    person: Array
    tick: Array
    campaign: Array
    played: Array
    caller: Array
    not_rung: Array
    declined: Array = NOTHING


class Recounted(NamedTuple):
    """A limit: what was counted, the limit, and whether it was kept."""

    name: str
    measured: str
    cap: str
    kept: bool


def recounted(asked: Request) -> tuple[list[Recounted], str]:
    """Return the rows of limits, and a sentence on their source or on why there are none.

    Recounted are: sliding limits on attempts to a person; the least time between two attempts; by
    purpose the calling hours, if all are called by China's clock (numbers that other zones' hours
    protect as well are held to those besides); calls from another caller ID too soon after one that
    cannot have rung; calls to people who had opted out in a call of the run, or whose complaint the
    enterprise had received; and marketing calls to people who had declined. Calls of the call
    history count with those of the run.

    Returns
    -------
    rows
        None if the run kept no log or a sample of it, or if the log is damaged: the rest of the
        page needs none.

    Notes
    -----
    One pass over six columns of the call log and a sort of it: some 110 bytes a call, some ten
    seconds for ten million.
    """
    texts = asked.texts
    if not asked.has_log:
        return [], asked.no_log(texts["missing_recount"])
    try:
        made = attempts_by_person(asked.log)
        rows = [*_limits(asked, made), _gap(asked, made), *_hours(asked, made)]
        rows += _after_not_rung(asked, made)
        rows.append(_after_decline(asked, made))
        rows += [_after_event(asked, made, event, name) for event, name in FINAL_EVENTS]
    except ScenarioError:
        return [], texts["damaged_recount"]
    left = [texts[name] for name in left_out(asked)]
    return rows, side_by_side([texts["recounted"], *left], asked.language)


def left_out(asked: Request) -> list[str]:
    """Return the texts on what is not recounted."""
    scenario, rules = asked.log.scenario, asked.log.profiles[0]
    others = not all(limit["plain"] for limit in callee_limits(scenario, rules))
    return [
        *(["other_limits"] if others else []),
        *([] if by_one_clock(asked.log) else ["other_clocks"]),
    ]


def by_one_clock(log: RunLog) -> bool:
    """Return whether all people are in China and the scenario keeps its legal time."""
    at_home = all(set(people.countries or ["CN"]) == {"CN"} for people in log.scenario.people)
    return at_home and log.scenario.time_zone == LEGAL_ZONE


def attempts_by_person(log: RunLog) -> Attempts:
    """Return every attempt of a run, and those of its campaigns in the call history.

    Raises
    ------
    ScenarioError
        A part of the call log is damaged.
    """
    campaigns = {each.name: row for row, each in enumerate(log.scenario.campaigns)}
    before = log.earlier.calls
    before = before[(before["person"] >= 0) & (before["tick"] > UNTIMED)]
    unsaid = np.zeros(len(before), np.int64)
    parts = [(before["person"], before["tick"], before["campaign"], before["line"], unsaid, unsaid)]
    quick_ms = int(log.profiles[0]["dialer.suspicion_quick"])
    names = ["time", "person", "campaign", "caller", "seen_outcome", "ring_ms"]
    has_declined = DECLINED in log.columns("calls")  # older versions do not have the column
    for batch in log.batches("calls", names + [DECLINED] * has_declined):
        unanswered = coded(batch.column("seen_outcome"), {"no_answer": 1}, 0)
        parts.append(
            (
                values_of(batch.column("person")),
                log.ticks(batch.column("time")),
                coded(batch.column("campaign"), campaigns),
                coded(batch.column("caller"), log.row_of),
                unanswered * (values_of(batch.column("ring_ms")) < quick_ms),
                values_of(batch.column(DECLINED))
                if has_declined
                else np.zeros(batch.num_rows, np.int64),
            )
        )
    person, tick, campaign, caller, not_rung, declined = (
        np.concatenate(columns).astype(np.int64) for columns in zip(*parts, strict=True)
    )
    order = np.lexsort((tick, person))
    played = order >= len(before)
    return Attempts(
        person[order], tick[order], campaign[order], played, caller[order], not_rung[order] == 1,
        declined[order] == 1,
    )  # fmt: skip


def most_within(made: Attempts, span_ms: int) -> int:
    """Return the most attempts to a person within a span of a length that ends in the run.

    >>> person, tick = np.array([3, 3, 3, 8]), np.array([0, 5, 10, 12])
    >>> played, none = np.array([False, True, True, True]), person * 0
    >>> made = Attempts(person, tick, none, played, none, none > 0)
    >>> most_within(made, 10), most_within(made, 11)
    (2, 3)
    """
    if not made.played.any():
        return 0
    places = np.cumsum(np.diff(made.person, prepend=made.person[0]) != 0)
    return int(within_span(places, made.tick, span_ms)[made.played].max())


def shortest_gap(made: Attempts) -> int | None:
    """Return the shortest time from an attempt to the next one to the same person in the run.

    None: no person was called twice.
    """
    gaps = np.diff(made.tick)[(np.diff(made.person) == 0) & made.played[1:]]
    return int(gaps.min()) if len(gaps) else None


def from_another_within(made: Attempts, span_ms: int) -> int:
    """Return the run's attempts from another number too soon after one that cannot have rung.

    >>> person, tick = np.array([3, 3, 3, 3]), np.array([0, 4, 8, 9])
    >>> caller = np.array([1, 1, 2, 2])
    >>> made = Attempts(person, tick, person, tick >= 0, caller, tick == 0)
    >>> from_another_within(made, 9), from_another_within(made, 10), from_another_within(made, 4)
    (1, 2, 0)
    """
    found = np.zeros(len(made.tick), np.bool_)
    since = np.flatnonzero(made.not_rung)
    later = since + 1
    while len(since):
        inside = later < len(found)
        since, later = since[inside], later[inside]
        near = made.tick[later] - made.tick[since] < span_ms
        near &= made.person[later] == made.person[since]
        since, later = since[near], later[near]
        found[later[made.caller[later] != made.caller[since]]] = True
        later = later + 1
    return int((found & made.played).sum())


def _limits(asked: Request, made: Attempts) -> list[Recounted]:
    rows = []
    for limit in callee_limits(asked.log.scenario, asked.log.profiles[0]):
        if not limit["plain"]:
            continue
        most = most_within(made, int(limit["per_ms"]))
        name = asked.texts["most_within"].format(
            per=formatting.span(limit["per_ms"], asked.language)
        )
        cap = asked.texts["at_most"].format(f"{limit['count']:,}")
        rows.append(Recounted(name, f"{most:,}", cap, most <= limit["count"]))
    return rows


def _gap(asked: Request, made: Attempts) -> Recounted:
    least = retry_gap(asked.log.scenario, asked.log.profiles[0])
    gap = shortest_gap(made)
    return Recounted(
        asked.texts["between"],
        "–" if gap is None else formatting.span(gap, asked.language),
        asked.texts["at_least"].format(formatting.span(least, asked.language)),
        gap is None or gap >= least,
    )


def _hours(asked: Request, made: Attempts) -> Iterable[Recounted]:
    """Yield a row for each purpose: holidays and dated events close hours of a campaign, too."""
    scenario, rules = asked.log.scenario, asked.log.profiles[0]
    if not by_one_clock(asked.log):
        return
    for purpose in dict.fromkeys(each.purpose for each in scenario.campaigns):
        ticks, kept = [np.zeros(0, np.int64)], True
        for row, campaign in enumerate(scenario.campaigns):
            if campaign.purpose == purpose:
                ticks.append(made.tick[made.played & (made.campaign == row)])
                kept = kept and all_within(ticks[-1], campaign_spans(scenario, campaign, rules))
        clock = (np.concatenate(ticks) - asked.log.day_start(0)) % DAY_MS  # no summer time
        ends = (
            [dates.of_day(int(each)) for each in (clock.min(), clock.max())] if len(clock) else []
        )
        windows = daily_windows(scenario, purpose, rules)
        cap = ", ".join(dates.hours(windows))
        name = asked.texts["dials_of"].format(purpose=value_name(purpose)[asked.language])
        yield Recounted(name, "-".join(ends) or "–", cap, kept)


def all_within(ticks: Array, spans: Array) -> bool:
    """Return whether each tick lies in one of some sorted, disjoint half-open spans.

    >>> spans = np.array([[0, 5], [8, 9]])
    >>> all_within(np.array([0, 4, 8]), spans), all_within(np.array([5]), spans)
    (True, False)
    """
    if not len(spans):
        return not len(ticks)
    place = np.searchsorted(spans[:, 0], ticks, side="right") - 1
    return bool(((place >= 0) & (ticks < spans[np.maximum(place, 0), 1])).all())


def _after_not_rung(asked: Request, made: Attempts) -> Iterable[Recounted]:
    rules = asked.log.profiles[0]
    wait_ms = int(rules["dialer.suspicion_wait"])
    if not len(suspicion_limits(rules)):
        return
    count = from_another_within(made, wait_ms)
    name = asked.texts["after_not_rung"].format(per=formatting.span(wait_ms, asked.language))
    yield Recounted(name, f"{count:,}", asked.texts["nobody"], count == 0)


def _after_decline(asked: Request, made: Attempts) -> Recounted:
    """Return a row on marketing calls within the time for which a decline in the run holds."""
    hold_ms = int(asked.log.profiles[0]["refusal.decline_holds"])
    markets = np.array([each.purpose == "marketing" for each in asked.log.scenario.campaigns])
    count = after_declining(made, markets, hold_ms)
    name, none = asked.texts["after_decline"], asked.texts["nobody"]
    return Recounted(name, f"{count:,}", none, count == 0)


def after_declining(made: Attempts, markets: Array, hold_ms: int) -> int:
    """Return the marketing attempts (bool by campaign) too soon after the person declined.

    >>> person, tick = np.array([3, 3, 3, 4]), np.array([0, 5, 9, 12])
    >>> campaign, none = np.array([0, 1, 0, 0]), person > 9
    >>> made = Attempts(person, tick, campaign, ~none, person, none, tick == 0)
    >>> markets = np.array([True, False])
    >>> after_declining(made, markets, 10), after_declining(made, markets, 9)
    (1, 0)
    """
    if not len(made.tick):
        return 0
    place = np.maximum.accumulate(np.where(made.declined, np.arange(len(made.tick)), -1))
    last = np.append(-1, place[:-1])  # a person is in one call at a time
    found = (last >= 0) & made.played & markets[np.maximum(made.campaign, 0)]
    found &= made.person[last] == made.person
    found &= made.tick - made.tick[last] < hold_ms
    return int(found.sum())


def _after_event(asked: Request, made: Attempts, event: str, text: str) -> Recounted:
    """Return a row on calls that began after a given event of their person."""
    since: dict[int, int] = {}
    for each in asked.log.happenings:
        if each.event == event:
            since[each.person] = min(each.tick, since.get(each.person, each.tick))
    who = np.array(sorted(since), np.int64)
    when = np.array([since[person] for person in who.tolist()], np.int64)
    count = 0
    if len(who):
        place = np.minimum(np.searchsorted(who, made.person), len(who) - 1)
        later = (who[place] == made.person) & (made.tick >= when[place]) & made.played
        count = int(later.sum())
    name, none = asked.texts[text], asked.texts["nobody"]
    return Recounted(name, f"{count:,}", none, count == 0)
