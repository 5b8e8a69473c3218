"""Scenario to arrays: agents, their groups, shifts and pools."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.agents.layout import (
    AGENT,
    AGENT_GROUP,
    FLOOR,
    NOT_BUSY,
    POOL,
    STAFF,
    WRAP_UNIT,
    Crew,
    Routes,
)
from dialsim.core.aligned import aligned_zeros
from dialsim.core.codes import NO_INDEX
from dialsim.core.quantiles import constant_table, exponential_table, lognormal_mixture_table
from dialsim.core.rng import text_key, threshold32
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.models.staff import AgentGroup
from dialsim.scenario.teams import Team


@dataclass(frozen=True)
class Pools:
    """Groups merged into pools: those that serve the same campaigns in the same rank.

    Attributes
    ----------
    groups
        Of each pool its groups, by their place in the scenario.
    ranks
        Of each pool the campaigns it serves, and 0 where it is asked first, 1 where it is overflow.
    """

    groups: list[list[int]]
    ranks: list[dict[int, int]]

    def of_campaign(self, campaign: int) -> list[int]:
        """Return a campaign's pools in the order in which they are asked.

        Those asked first before overflow; then whoever serves fewest campaigns, so that agents
        who can do more are kept for what others cannot do.
        """
        mine = [pool for pool, ranks in enumerate(self.ranks) if campaign in ranks]
        return sorted(mine, key=lambda p: (self.ranks[p][campaign], len(self.ranks[p]), p))

    def linked(self, campaign: int) -> list[int]:
        """Return the campaigns connected by shared agents, this one included."""
        found = {campaign}
        while True:
            more = {c for ranks in self.ranks if found & ranks.keys() for c in ranks} - found
            if not more:
                return sorted(found)
            found |= more


def pools_of(scenario: Scenario) -> Pools:
    """Return the pools by their first group; a group without campaign is a pool of its own."""
    by_ranks: dict[tuple[tuple[int, int], ...], list[int]] = {}
    overflow = [frozenset(campaign.overflow_agents) for campaign in scenario.campaigns]
    agents = [frozenset(campaign.all_agents) for campaign in scenario.campaigns]
    for place, group in enumerate(scenario.agents):
        ranks = {
            number: int(group.name in overflow[number])
            for number, names in enumerate(agents)
            if group.name in names
        }
        by_ranks.setdefault(tuple(ranks.items()) or ((-1, place),), []).append(place)
    return Pools(list(by_ranks.values()), [{c: r for c, r in key if c >= 0} for key in by_ranks])


def pool_names(scenario: Scenario) -> list[str]:
    """Return each pool's name: its groups, joined."""
    return [
        "+".join(scenario.agents[group].name for group in groups)
        for groups in pools_of(scenario).groups
    ]


def build_routes(scenario: Scenario) -> Routes:
    """Build which campaigns may use which agents."""
    pools = pools_of(scenario)
    campaigns = range(len(scenario.campaigns))
    order = [pools.of_campaign(c) for c in campaigns]

    def first(c: int) -> tuple[int, int]:
        return scenario.campaigns[c].priority, c

    together = [pools.linked(c) for c in campaigns]
    pool_of = {
        scenario.agents[g].name: pool for pool, of in enumerate(pools.groups) for g in of
    }  # groups of desks serve nobody else, so that each is a pool of its own
    desks = [[pool_of[name] for name in each.transfer_agents] for each in scenario.campaigns]
    single = [len({p for each in together[c] for p in order[each]}) == 1 for c in campaigns]
    return Routes(
        pools=_table(order),
        served=_table([sorted(ranks, key=first) for ranks in pools.ranks]),
        linked=_table(together),
        desks=_table(desks),
        at_desk=_table(
            [[c for c in campaigns if pool in desks[c]] for pool in range(len(pools.groups))]
        ),
        single=np.array(single, np.int32),
    )


def _table(rows: Sequence[Sequence[int]]) -> NDArray[Any]:
    """Return rows of unequal length as int32, padded with -1.

    As wide as the longest: where each has one number, those of many lie in one line of memory.
    """
    table = np.full((len(rows), max(1, *map(len, rows))), -1, np.int32)
    for row, numbers in zip(table, rows, strict=True):
        row[: len(numbers)] = numbers
    return table


def build_shifts(teams: Sequence[Team]) -> NDArray[Any]:
    """Return each team's shift boundaries: start, end, start ... ticks, padded with -1."""
    spans = [team.spans.reshape(-1) for team in teams]
    shifts = np.full((len(spans), max(1, max(len(span) for span in spans))), -1, np.int64)
    for row, span in enumerate(spans):
        shifts[row, : len(span)] = span
    return shifts


def _shapes(scenario: Scenario) -> list[tuple[str, float]]:
    """Return the distinct distributions and spreads of wrap-up lengths.

    Groups that scatter alike read one table: fifty of them would fill a processor's cache.
    """
    alike = dict.fromkeys(map(_shape, scenario.agents))
    return [shape for shape in alike if shape is not None]


def _shape(group: AgentGroup) -> tuple[str, float] | None:
    """Return the spread of a group's lengths; None if they are constant."""
    wraps = group.wraps
    if wraps.distribution == "constant":
        return None
    return wraps.distribution, wraps.spread if wraps.distribution == "lognormal" else 1.0


def build_wraps(scenario: Scenario) -> NDArray[Any]:
    """Return the tables of wrap-up lengths (int32[tables, cells]), one per distinct spread.

    The mean of each is WRAP_UNIT; without any there is one that nobody reads.
    """
    rows = []
    for distribution, spread in _shapes(scenario):
        if distribution == "exponential":
            rows.append(exponential_table(WRAP_UNIT))
        else:
            sigma = math.sqrt(math.log1p(spread**2))
            median = WRAP_UNIT * math.exp(-sigma * sigma / 2)
            rows.append(lognormal_mixture_table([(1.0, median, sigma)]))
    return np.stack(rows or [constant_table(WRAP_UNIT)])


@lru_cache(maxsize=16)  # a replication has those of the one before it
def _agent_keys(groups: tuple[tuple[str, int], ...]) -> tuple[int, ...]:
    return tuple(text_key(f"{name}/{i}") for name, count in groups for i in range(count))


def build_crew(
    scenario: Scenario, teams: Sequence[Team], shifts: NDArray[Any], intervals: int
) -> Crew:
    """Build agents, teams and pools, all agents off shift."""
    pools_by_group = {group: p for p, of in enumerate(pools_of(scenario).groups) for group in of}
    groups = aligned_zeros(len(teams), AGENT_GROUP)
    agents = aligned_zeros(sum(group.count for group in scenario.agents), AGENT)
    agents["campaign"] = agents["next"] = agents["prev"] = NO_INDEX
    first, shapes = 0, _shapes(scenario)
    for row, team in enumerate(teams):
        group = scenario.agents[team.group]
        pool = pools_by_group[team.group]
        wraps = group.wraps
        record = groups[row]
        record["first"] = first
        record["count"] = team.count
        record["pool"] = pool
        record["boundaries"] = int((shifts[row] >= 0).sum())
        record["wrap_ms"] = (wraps.conversation, wraps.short, wraps.assistant)
        shape = _shape(group)
        record["wrap_table"] = -1 if shape is None else shapes.index(shape)
        record["absent"] = threshold32(group.absence)
        agents["group"][first : first + team.count] = row
        agents["pool"][first : first + team.count] = pool
        first += team.count
    keys = _agent_keys(tuple((group.name, group.count) for group in scenario.agents))
    pools = aligned_zeros(1 + max(pools_by_group.values()), POOL)
    pools["idle_head"] = pools["idle_tail"] = NO_INDEX
    return Crew(
        agents=agents,
        busy_since=np.full(len(agents), NOT_BUSY, np.int64),
        keys=np.array(keys, np.uint64),
        groups=groups,
        pools=pools,
        booked=np.zeros((len(pools), intervals), STAFF),
        floor=np.zeros(1, FLOOR),
        room=np.zeros(len(pools), np.int64),
        arrivals=np.zeros((len(scenario.campaigns), len(pools)), np.int64),
    )
