"""Calls abandoned because agents left while they rang: a goal they miss, and what helps.

Pacing that places one call for each idle agent abandons no call as long as the agent stays. At the
end of a shift idle agents leave, and the calls placed for them ring on. The abandon guard takes
that into account, but permits as many abandoned calls as the cap of the rules.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.time_units import MINUTE_MS
from dialsim.feasibility.recommendations.change import (
    Change,
    addressed,
    with_change,
    written_change,
)
from dialsim.feasibility.recommendations.recommended_change import RecommendedChange
from dialsim.messages.text import Text, Texts, from_table, translated
from dialsim.results import formatting
from dialsim.results.capacity import length_ms, union
from dialsim.results.goals import due_tick
from dialsim.results.summary_types.results import Goal as JudgedGoal
from dialsim.scenario.models.schema import Goal, Scenario
from dialsim.scenario.teams import by_machines, teams_of

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]
OF_DROPS = ("abandoned_share", "abandoned")
"""Metrics of abandoned calls."""
LABELS: Texts = translated(
    {
        "why": "{ends} of {all} abandoned calls: dialled in the last {last} s of a shift, whose "
        "agents left while they rang",
        "stops": "no call rings as agents leave: dialling ends {reach} s before them, {share} of "
        "the time",
        "stay": "at the end of a shift the other team is there for calls that still ring",
    }
)


def watched_campaigns(scenario: Scenario) -> list[int]:
    """Return the indices of campaigns whose goals limit calls abandoned as a shift ends.

    They have a goal on abandoned calls, and place no more calls than agents are idle.
    """
    found: set[int] = set()
    for goal in scenario.goals:
        if goal.metric in OF_DROPS and goal.at_most is not None:
            found |= set(_campaigns(scenario, goal))
    return sorted(found)


def explained(world: World, goals: Sequence[JudgedGoal], dropped: Array | None) -> list[JudgedGoal]:
    """Return judged goals, with ``shift_end`` if ends of shifts caused one to be missed.

    Parameters
    ----------
    goals
        As of :func:`dialsim.results.goals.judge`.
    dropped
        DROPPED[n]: abandoned calls of :func:`watched_campaigns`; None: they were not kept.

    Returns
    -------
    list of Goal
        By the log of the run's calls alone.
    """
    if dropped is None:
        return list(goals)
    return [_explained(world, goal, dropped) for goal in goals]


def _explained(world: World, judged: JudgedGoal, dropped: Array) -> JudgedGoal:
    goal = world.scenario.goals[judged["index"]]
    mine = _campaigns(world.scenario, goal)
    if judged["met"] is not False or goal.metric not in OF_DROPS or goal.at_most is None:
        return judged
    if not mine:
        return judged
    rows = dropped[np.isin(dropped["campaign"], mine) & (dropped["end"] < due_tick(world, goal))]
    before = np.concatenate([np.zeros(0, np.int64), *(_before_end(world, rows, c) for c in mine)])
    if not len(before):
        return judged
    last_ms = int(before.max())
    found = judged.copy()
    found["shift_end"] = {
        "abandoned": len(rows),
        "at_end": len(before),
        "last_ms": last_ms,
        "sentence": from_table(
            LABELS,
            "why",
            ends=f"{len(before):,}",
            all=f"{len(rows):,}",
            last=f"{math.ceil(last_ms / 1000):,}",
        ),
    }
    return found


def _campaigns(scenario: Scenario, goal: Goal) -> list[int]:
    """Return the campaigns of a goal, if none of them places more calls than agents are idle."""
    mine = [
        place
        for place, each in enumerate(scenario.campaigns)
        if goal.campaign is None or each.name == goal.campaign
    ]
    plain = not any(
        scenario.campaigns[place].pacing.may_drop
        or by_machines(scenario, scenario.campaigns[place])
        for place in mine
    )
    return mine if plain else []


def _before_end(world: World, rows: Array, campaign: int) -> Array:
    """Return how long before the end of their shift abandoned calls were dialled: int64[k] ms."""
    rows = rows[rows["campaign"] == campaign]
    teams = teams_of(world.scenario, world.scenario.campaigns[campaign])
    ends = np.unique(np.concatenate([np.zeros(0, np.int64), *(t.spans[:, 1] for t in teams)]))
    if not len(ends):
        return np.zeros(0, np.int64)
    place = np.minimum(np.searchsorted(ends, rows["tick"], side="right"), len(ends) - 1)
    next_end = ends[place]
    over = (next_end > rows["tick"]) & (next_end <= rows["end"])
    found: Array = (next_end - rows["tick"])[over]
    return found


def changes_at_shift_ends(world: World, missed: Sequence[JudgedGoal]) -> list[RecommendedChange]:
    """Return changes that keep calls from ringing as agents leave; none for other causes.

    A stricter own cap, with which the guard dials no call that may outlast the shift; or two teams,
    the second of which stays until calls of the first have ended.
    """
    scenario = world.scenario
    because = [goal for goal in missed if "shift_end" in goal]
    if not because:
        return []
    goals = [scenario.goals[goal["index"]] for goal in because]
    campaigns = sorted({place for goal in goals for place in _campaigns(scenario, goal)})
    reach = max(int(world.static.campaigns["reach_ms"][place]) for place in campaigns)
    found = []
    cap = min(float(g.at_most or 0) if g.metric == "abandoned_share" else 0.0 for g in goals)
    if cap < float(world.rules["abandon.at_most"]):
        share = _share_before_ends(scenario, campaigns, reach)
        sets: dict[str, object] = {"rules.overrides.abandon.at_most": cap}
        change = Change("own_cap", "", "", formatting.percent(cap), sets)
        if with_change(scenario, change) is not None:
            found.append(written_change(change, _effect("stops", reach, share)))
    teams = _two_teams(scenario, campaigns, reach)
    if teams is not None and with_change(scenario, teams) is not None:
        found.append(written_change(teams, _effect("stay", reach, 0.0)))
    return found


def _effect(key: str, reach: int, share: float) -> Text:
    shown = formatting.percent(share)
    return from_table(LABELS, key, reach=math.ceil(reach / 1000), share=shown)


def _share_before_ends(scenario: Scenario, campaigns: Sequence[int], reach: int) -> float:
    """Return the share of staffed time within `reach` (ms) before the end of a shift."""
    spans = union(
        [
            team.spans
            for place in campaigns
            for team in teams_of(scenario, scenario.campaigns[place])
        ]
    )
    whole = length_ms(spans)
    return min(1.0, len(spans) * reach / whole) if whole else 0.0


def _two_teams(scenario: Scenario, campaigns: Sequence[int], reach: int) -> Change | None:
    """Return the campaigns' groups in two teams, the second later by whole minutes."""
    names = {name for place in campaigns for name in scenario.campaigns[place].all_agents}
    minutes = math.ceil(reach / MINUTE_MS)
    sets: dict[str, object] = {}
    groups = []
    for group, path in addressed("agents", scenario.agents):
        if group.name in names and group.teams == 1 and group.count > 1:
            sets |= {f"{path}.teams": 2, f"{path}.stagger": f"{minutes}m"}
            groups.append(group.name)
    return Change("two_teams", ", ".join(groups), "", minutes, sets) if sets else None
