"""Scenario to arrays: agents, their groups, shifts and pools."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.agents.layout import AGENT, AGENT_GROUP, POOL, STAFF, WRAP_UNIT, Crew
from dialsim.core.quantiles import constant_table, exponential_table, lognormal_mixture_table
from dialsim.core.rng import text_key, threshold32
from dialsim.scenario.schema import Scenario
from dialsim.scenario.teams import Team

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


def build_shifts(teams: Sequence[Team]) -> NDArray[Any]:
    """Return each team's shift boundaries: start, end, start ... ticks, -1 behind the last."""
    spans = [team.spans.reshape(-1) for team in teams]
    shifts = np.full((len(spans), max(1, max(len(span) for span in spans))), -1, np.int64)
    for row, span in enumerate(spans):
        shifts[row, : len(span)] = span
    return shifts


def build_wraps(scenario: Scenario) -> NDArray[Any]:
    """Return the tables of wrap-up lengths, a row a group (int32[groups, cells]).

    The mean of each is WRAP_UNIT; a group whose lengths do not scatter has no need of its row.
    """
    rows = []
    for group in scenario.agents:
        wraps = group.wraps
        if wraps.distribution == "exponential":
            rows.append(exponential_table(WRAP_UNIT))
        elif wraps.distribution == "lognormal":
            sigma = math.sqrt(math.log1p(wraps.spread**2))
            median = WRAP_UNIT * math.exp(-sigma * sigma / 2)
            rows.append(lognormal_mixture_table([(1.0, median, sigma)]))
        else:
            rows.append(constant_table(WRAP_UNIT))
    return np.stack(rows)


def build_crew(
    scenario: Scenario, teams: Sequence[Team], shifts: NDArray[Any], intervals: int
) -> Crew:
    """Build agents, teams and pools, everybody off."""
    pool_names = pools_of(scenario)
    groups = np.zeros(len(teams), AGENT_GROUP)
    agents = np.zeros(sum(group.count for group in scenario.agents), AGENT)
    agents["lead"] = agents["next"] = agents["prev"] = NOBODY
    first = 0
    for row, team in enumerate(teams):
        group = scenario.agents[team.group]
        pool = next(i for i, names in enumerate(pool_names) if group.name in names)
        wraps = group.wraps
        record = groups[row]
        record["first"] = first
        record["count"] = team.count
        record["pool"] = pool
        record["boundaries"] = int((shifts[row] >= 0).sum())
        record["wrap_ms"] = (wraps.conversation, wraps.short, wraps.assistant)
        record["wrap_table"] = -1 if wraps.distribution == "constant" else team.group
        record["absent"] = threshold32(group.absence)
        agents["group"][first : first + team.count] = row
        agents["pool"][first : first + team.count] = pool
        first += team.count
    names = [f"{g.name}/{i}" for g in scenario.agents for i in range(g.count)]
    agents["key"] = [text_key(name) for name in names]
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
