"""People that a campaign may call, by calling hours, and barred people by final reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Category, Purpose, Reason
from dialsim.core.ticks import intersect, tick_to_datetime, without
from dialsim.core.time_units import DAY_MS, HOUR_MS
from dialsim.feasibility.audience_result import (
    BarredPeople,
    ClockWindow,
    IdleAgents,
    WhoCanBeCalled,
    ZonePeople,
)
from dialsim.feasibility.inputs import EstimateInputs
from dialsim.feasibility.progress_so_far import CampaignProgress
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Text, Texts, in_each, joined, message, text_table
from dialsim.results.capacity import cut, length_ms, staffed_times, union
from dialsim.results.lists.screening import static_reasons
from dialsim.results.lists.unserved import most_first
from dialsim.results.lists.waterfall import before_dial, name_of
from dialsim.scenario.checks.reachable import OPERATORS, Reach, reached_by
from dialsim.scenario.models.schema import Campaign, Scenario

Array = NDArray[Any]

LABELS: Texts = text_table(
    {"different": "{} different windows", "day": " ({:,} day)", "days": " ({:,} days)"}
)


@dataclass(frozen=True)
class Audience:
    """The people of a campaign.

    Attributes
    ----------
    rows
        Rows of its lists.
    barred
        Rows by the final `Reason` that keeps them from being called.
    zones
        People who may be called, by row of the hours.
    lists
        People who may be called, by list, whatever their hours.
    done
        People with whom the campaign was done before; they are in none of the others.
    unserved
        People whom no caller ID may call for the operator of their number's prefix, by its name,
        most first; nothing where the campaign's caller IDs name no operators.
    served
        People who may be called, by the blocks of caller IDs that may call them.
    """

    rows: float
    barred: dict[int, float]
    zones: dict[int, float]
    lists: dict[str, float]
    done: float = 0.0
    unserved: Mapping[str, float] = field(default_factory=dict)
    served: Mapping[frozenset[str], float] = field(default_factory=dict)

    @property
    def allowed(self) -> float:
        """How many people may be called, whatever their hours."""
        return sum(self.lists.values())


def audience(known: EstimateInputs, campaign: Campaign) -> Audience:
    """Return who of a campaign's lists may be called, and whose hours count."""
    barred: defaultdict[int, float] = defaultdict(float)
    zones: defaultdict[int, float] = defaultdict(float)
    lists: dict[str, float] = {}
    total = 0.0
    reached = reached_by(known.scenario, campaign, known.rules)
    anybody = [each._replace(operators=OPERATORS) for each in reached]
    unserved = np.zeros(len(OPERATORS))
    served: defaultdict[frozenset[str], float] = defaultdict(float)
    for source, count, kinds in zip(known.scenario.people, known.rows, known.kinds, strict=True):
        if source.name not in campaign.people:
            continue
        total += count
        reasons = static_reasons(
            kinds.flags,
            Purpose[campaign.purpose.upper()],
            int(campaign.lawful_basis == "consent"),
            int(campaign.exports_data),
            Category[campaign.category.upper()],
            out_of_reach=~reaches_some(reached, kinds.provinces, kinds.operators),
        )
        people = kinds.shares * count
        for reason in np.unique(reasons[people > 0]).tolist():
            where = reasons == reason
            if reason != Reason.NONE:
                barred[reason] += float(people[where].sum())
            if reason == Reason.CALLER_NOT_ALLOWED:
                where = where & reaches_some(anybody, kinds.provinces, kinds.operators)
                unserved += np.bincount(kinds.operators[where], people[where], len(unserved))
        free = reasons == Reason.NONE
        for zone in np.unique(kinds.zones[free & (people > 0)]).tolist():
            zones[zone] += float(people[free & (kinds.zones == zone)].sum())
        lists[source.name] = float(people[free].sum())
        mine = [reaches_some([each], kinds.provinces, kinds.operators) for each in reached]
        for row in np.unique(np.array(mine)[:, free & (people > 0)], axis=1).T:
            names = frozenset(
                name for name, may in zip(campaign.caller_ids, row, strict=True) if may
            )
            whom = np.all([it == may for it, may in zip(mine, row, strict=True)], axis=0)
            served[names] += float(people[free & whom].sum())
    found = Audience(
        total, dict(barred), dict(zones), lists, unserved=most_first(unserved), served=dict(served)
    )
    if known.progress is None:
        return found
    return _left_of(found, known.progress.campaigns[known.scenario.campaigns.index(campaign)])


def reaches_some(reached: Sequence[Reach], provinces: Array, operators: Array) -> Array:
    """Return which people, by province and operator, some block of numbers may call (bool[n])."""
    found = np.zeros(len(provinces), np.bool_)
    for each in reached:
        here = np.isin(provinces, sorted(each.provinces))
        found |= here & np.isin(operators, sorted(each.operators))
    return found


def _left_of(found: Audience, made: CampaignProgress) -> Audience:
    """Return the people of an audience still to be called: the same part of each list and zone."""
    part = made.left / found.allowed if found.allowed else 0.0
    zones = {row: people * part for row, people in found.zones.items()}
    lists = {name: people * part for name, people in found.lists.items()}
    done = max(0.0, found.allowed * (1 - part))
    return replace(found, zones=zones, lists=lists, done=done)


def zone_times(known: EstimateInputs, campaign: Campaign, row: int) -> Array:
    """Return int64[n, 2]: when the rules let a campaign call people of a row of hours."""
    return known.hours.spans[row][known.scenario.campaigns.index(campaign)]


def who_can_be_called(
    known: EstimateInputs, campaign: Campaign, found: Audience, until: int
) -> WhoCanBeCalled:
    """Return who can be called up to a tick."""
    at_work = union([spans for _, spans in staffed_times(known.far, campaign)])
    names = _names(known)
    zones: list[ZonePeople] = []
    for row, people in sorted(found.zones.items(), key=lambda each: -each[1]):
        spans = cut(intersect(at_work, zone_times(known, campaign, row)), until)
        hours, days = length_ms(spans) / HOUR_MS, days_of(spans)
        zones.append(
            {
                "zones": names[row].en,
                "zones_zh": names[row].zh,
                "people": people,
                "open_hours": hours,
                "hours_a_day": hours / days if days else 0.0,
                "windows": clock_windows(known.scenario, spans),
                "by_hour": by_hour(known.scenario, spans),
            }
        )
    never = sum(each["people"] for each in zones if not each["open_hours"])
    read = zip(known.scenario.people, known.kinds, strict=True)
    return {
        "rows": found.rows,
        "barred": [
            _barred(reason, people)
            for reason, people in sorted(found.barred.items(), key=lambda each: -each[1])
        ],
        "unserved": dict(found.unserved),
        "zones": zones,
        "done_before": found.done,
        "never_open": never,
        "people": found.allowed - never,
        "read": {
            source.name: kinds.read
            for source, kinds in read
            if source.name in campaign.people and source.file is not None
        },
    }


def _barred(reason: int, people: float) -> BarredPeople:
    name = in_each(partial(name_of, before_dial(reason)))
    return {
        "reason": Reason(reason).name,
        "name": name.en,
        "name_zh": name.zh,
        "people": people,
    }


def _names(known: EstimateInputs) -> dict[int, Text]:
    """Return what a row of hours is called: the fewest zones that have its hours."""
    shortest: dict[int, list[str]] = {}
    for zones, row in known.hours.rows.items():
        names = sorted(zones)
        if row not in shortest or (len(names), names) < (len(shortest[row]), shortest[row]):
            shortest[row] = names
    both = message(" and ")
    return {row: joined(both, [Text(name) for name in names]) for row, names in shortest.items()}


def days_of(spans: Array) -> int:
    """Return on how many days, counted from the start, spans begin."""
    return len(days_with(spans))


def days_with(spans: Array) -> list[int]:
    """Return the days, counted from the start, on which spans begin."""
    return sorted({first // DAY_MS for first in spans[:, 0].tolist()})


def clock_windows(scenario: Scenario, spans: Array) -> list[ClockWindow]:
    """Return the windows of the scenario's clock that spans are made of, and how often each is.

    >>> from datetime import date
    >>> from types import SimpleNamespace as N
    >>> world = N(start=date(2026, 4, 13), time_zone="Asia/Shanghai")
    >>> clock_windows(world, np.array([[32_400_000, 43_200_000]]))
    [{'from': '09:00', 'to': '12:00', 'days': 1}]
    """
    found: Counter[tuple[str, str]] = Counter()
    for first, last in spans.tolist():
        found[_clock(scenario, first), _clock(scenario, last)] += 1
    return [
        {"from": start, "to": "24:00" if end == "00:00" else end, "days": days}
        for (start, end), days in sorted(found.items())
    ]


def _clock(scenario: Scenario, tick: int) -> str:
    return f"{tick_to_datetime(scenario.start, scenario.time_zone, tick):%H:%M}"


def by_hour(scenario: Scenario, spans: Array) -> list[float]:
    """Return float[24]: how many hours of spans lie in each hour of the scenario's clock."""
    hours = [0.0] * 24
    for first, last in spans.tolist():
        for begin, end in _hourly(first, last):
            hour = tick_to_datetime(scenario.start, scenario.time_zone, begin).hour
            hours[hour] += (end - begin) / HOUR_MS
    return hours


def _hourly(first: int, last: int) -> Iterator[tuple[int, int]]:
    while first < last:
        end = min(last, (first // HOUR_MS + 1) * HOUR_MS)
        yield first, end
        first = end


def idle_hours(known: EstimateInputs, until: int) -> list[IdleAgents]:
    """Return for each group of agents how long they are at work while nothing may be called.

    Groups that lose nothing are left out, and those of campaigns that can call nobody at any time.
    """
    lost: list[IdleAgents] = []
    for group in known.scenario.agents:
        served = [c for c in known.scenario.campaigns if group.name in c.all_agents]
        if not served:
            continue
        allowed = union(
            [
                zone_times(known, campaign, row)
                for campaign in served
                for row in audience(known, campaign).zones
            ]
        )
        alone = served[0].model_copy(update={"agents": (group.name,), "overflow_agents": ()})
        teams = [(count, cut(spans, until)) for count, spans in staffed_times(known.far, alone)]
        idle = without(union([spans for _, spans in teams]), allowed)
        if len(idle) and len(allowed):  # where nobody can be called at all, hours are not why
            lost.append(
                {
                    "agents": group.name,
                    "agent_hours": agent_hours(teams),
                    "idle_hours": agent_hours([(n, without(each, allowed)) for n, each in teams]),
                    "windows": clock_windows(known.scenario, idle),
                }
            )
    return lost


def agent_hours(teams: Sequence[tuple[float, Array]]) -> float:
    """Return the hours of all agents of some teams together."""
    return sum(count * length_ms(spans) for count, spans in teams) / HOUR_MS


def written_windows(
    windows: Sequence[ClockWindow], most: int = 3, language: Language = "en"
) -> str:
    """Return clock windows as text, with the days where they differ.

    >>> written_windows([{"from": "09:00", "to": "12:00", "days": 5}])
    '09:00-12:00'
    """
    texts = LABELS[language]
    if len(windows) > most:
        return texts["different"].format(len(windows))
    same = len({window["days"] for window in windows}) == 1
    return texts["and"].join(
        f"{each['from']}-{each['to']}"
        + ("" if same else texts["day" if each["days"] == 1 else "days"].format(each["days"]))
        for each in windows
    )
