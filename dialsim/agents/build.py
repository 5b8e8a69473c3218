"""Scenario to arrays: agents, their groups, shifts and pools."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.agents.layout import AGENT, AGENT_GROUP, POOL, STAFF, Crew
from dialsim.core.ticks import merge, open_intervals
from dialsim.scenario.schema import Scenario

NOBODY = -1


def pools_of(scenario: Scenario) -> list[frozenset[str]]:
    """Return the pools, each the agent groups that serve the same campaigns.

    Two campaigns share all their groups or none; a group no campaign names is a pool of its own.
    """
    pools: list[frozenset[str]] = []
    for campaign in scenario.campaigns:
        names = frozenset(campaign.agents)
        if names not in pools:
            pools.append(names)
    named = frozenset().union(*pools)
    pools += [frozenset([group.name]) for group in scenario.agents if group.name not in named]
    return pools


def build_shifts(scenario: Scenario) -> NDArray[Any]:
    """Return each group's shift boundaries: start, end, start ... ticks, -1 behind the last."""
    spans = []
    for group in scenario.agents:
        run = (scenario.start, scenario.days, scenario.time_zone)
        parts = [open_intervals(*run, [shift.window], shift.weekdays) for shift in group.shifts]
        spans.append(merge(np.concatenate(parts)).reshape(-1))
    shifts = np.full((len(spans), max(1, max(len(span) for span in spans))), -1, np.int64)
    for row, span in enumerate(spans):
        shifts[row, : len(span)] = span
    return shifts


def build_crew(scenario: Scenario, shifts: NDArray[Any], intervals: int) -> Crew:
    """Build agents, groups and pools, everybody off."""
    pool_names = pools_of(scenario)
    groups = np.zeros(len(scenario.agents), AGENT_GROUP)
    agents = np.zeros(sum(group.count for group in scenario.agents), AGENT)
    agents["lead"] = agents["next"] = agents["prev"] = NOBODY
    first = 0
    for row, group in enumerate(scenario.agents):
        pool = next(i for i, names in enumerate(pool_names) if group.name in names)
        record = groups[row]
        record["first"] = first
        record["count"] = group.count
        record["pool"] = pool
        record["boundaries"] = int((shifts[row] >= 0).sum())
        record["wrap_ms"] = group.wrap_up
        agents["group"][first : first + group.count] = row
        agents["pool"][first : first + group.count] = pool
        first += group.count
    pools = np.zeros(len(pool_names), POOL)
    for end in ("idle_head", "idle_tail", "wait_head", "wait_tail"):
        pools[end] = NOBODY
    return Crew(agents, groups, pools, np.zeros((len(pools), intervals), STAFF))


def pool_campaigns(scenario: Scenario) -> NDArray[Any]:
    """Return the campaigns each pool serves, -1 behind the last (int32[pools, C])."""
    pool_names = pools_of(scenario)
    table = np.full((len(pool_names), len(scenario.campaigns)), -1, np.int32)
    for row, names in enumerate(pool_names):
        served = [
            i
            for i, campaign in enumerate(scenario.campaigns)
            if names == frozenset(campaign.agents)
        ]
        table[row, : len(served)] = served
    return table
