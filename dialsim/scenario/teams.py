"""When agents are at work: the teams of a group, each with its own shifts, less their breaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.ticks import intersect, local_tick, merge, open_intervals, without
from dialsim.core.time_units import DAY_MS
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.models.schema import Campaign, Scenario
from dialsim.scenario.models.staff import AgentGroup, Shift

Array = NDArray[Any]
ALWAYS = 1 << 62


@dataclass(frozen=True)
class Team:
    """Agents who come and go together.

    Attributes
    ----------
    group
        Place of their group in the scenario.
    count
        How many they are, the absent among them.
    present
        How many of them are there on a day, in the mean.
    spans
        int64[n, 2]: ticks between which they work, sorted and disjoint.
    """

    group: int
    count: int
    present: float
    spans: Array


def all_teams(scenario: Scenario, first_tick: int | None = None) -> list[Team]:
    """Return the teams of all groups: group by group, the first to start first.

    The first teams of a group are larger by one where its agents do not divide evenly. Nobody works
    before `first_tick`; None: before the tick from which the scenario is played.
    """
    opening = opening_tick(scenario) if first_tick is None else first_tick
    places = range(len(scenario.agents))
    return [team for place in places for team in _teams(scenario, place, opening)]


def kind_of(scenario: Scenario, campaign: Campaign) -> str:
    """Return who talks for a campaign: `people`, `robots` or `recordings`."""
    names = frozenset(campaign.all_agents)
    return next((group.kind for group in scenario.agents if group.name in names), "people")


def by_machines(scenario: Scenario, campaign: Campaign) -> bool:
    """Return whether robots talk for a campaign, or recordings are played."""
    return kind_of(scenario, campaign) != "people"


def teams_of(scenario: Scenario, campaign: Campaign) -> list[Team]:
    """Return the teams that work for a campaign."""
    opening, names = opening_tick(scenario), frozenset(campaign.all_agents)
    places = [place for place, group in enumerate(scenario.agents) if group.name in names]
    return [team for place in places for team in _teams(scenario, place, opening)]


def staffed_spans(scenario: Scenario, campaign: Campaign) -> Array:
    """Return int64[n, 2]: when anybody is at work for a campaign."""
    worked = [team.spans for team in teams_of(scenario, campaign)]
    return merge(np.concatenate([np.zeros((0, 2), np.int64), *worked]))


def _teams(scenario: Scenario, place: int, opening: int) -> list[Team]:
    group = scenario.agents[place]
    share, more = divmod(group.count, group.teams)
    found = []
    for number in range(group.teams):
        later = number * (group.stagger or 0)
        spans = without(
            _spans(scenario, group.shifts, later), _spans(scenario, group.breaks, later)
        )
        spans = intersect(spans, _employed(scenario, group, opening))
        count = share + (number < more)
        found.append(Team(place, count, count * (1.0 - group.absence), spans))
    return found


def _employed(scenario: Scenario, group: AgentGroup, opening: int) -> Array:
    """Return the one span of ticks in which a group may work at all."""
    begins, ends = (
        None if edge is None else local_tick(scenario.start, scenario.time_zone, edge)
        for edge in group.employed
    )
    first = max(0, begins or 0, opening)
    last = ALWAYS if ends is None else ends
    return np.array([[first, last]] if first < last else [], np.int64).reshape(-1, 2)


def _spans(scenario: Scenario, shifts: tuple[Shift, ...], later: int) -> Array:
    """Return the ticks that shifts or breaks cover, each moved by so many ms."""
    run = (scenario.start, scenario.days, scenario.time_zone)
    parts = []
    for shift in shifts:
        first, last = (min(edge + later, DAY_MS) for edge in shift.window)
        parts.append(_worked(*run, (first, last), frozenset(shift.weekdays)))
    return merge(np.concatenate([np.zeros((0, 2), np.int64), *parts]))


# Teams of many groups have the same hours, and are asked for again by each estimate.
@lru_cache(maxsize=1024)
def _worked(
    start: date, days: int, zone: str, window: tuple[int, int], weekdays: frozenset[int]
) -> Array:
    """Return when a shift is, not to be written to."""
    spans = open_intervals(start, days, zone, [window], weekdays)
    spans.flags.writeable = False
    return spans
