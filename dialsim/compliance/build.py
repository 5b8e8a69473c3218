"""Scenario and rule pack to arrays: caller IDs, trunks and limits of the dialer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.layout import CALLER, GROUP, TRUNK, Resources
from dialsim.core.heap import heap_build
from dialsim.scenario.profile import Profile
from dialsim.scenario.schema import Limit, Scenario

NO_CONTRACT = -1


def build_limits(limits: Sequence[Limit]) -> NDArray[Any]:
    """Return sliding limits as rows of count and ms (int64[k, 2])."""
    rows = [(limit.count, limit.per) for limit in limits]
    return np.array(rows, np.int64).reshape(-1, 2)


def callee_limits(scenario: Scenario, rules: Profile) -> NDArray[Any]:
    """Return the limits a person is protected by: the scenario's own, or the pack's."""
    if scenario.rules.callee_limits is not None:
        return build_limits(scenario.rules.callee_limits)
    rows = [(item["count"], int(item["per"])) for item in rules["callee.limits"]]
    return np.array(rows, np.int64).reshape(-1, 2)


def retry_gap(scenario: Scenario, rules: Profile) -> int:
    """Return the least time between two attempts to a person, in ms."""
    if scenario.rules.retry_gap is not None:
        return scenario.rules.retry_gap
    return int(rules["callee.retry_gap"])


def build_resources(scenario: Scenario) -> Resources:
    """Build caller IDs, their groups' heaps and the trunks, all free at tick 0."""
    names = [trunk.name for trunk in scenario.trunks]
    trunks = np.zeros(len(names), TRUNK)
    for record, trunk in zip(trunks, scenario.trunks, strict=True):
        record["calls_per_second"] = trunk.calls_per_second
        record["channels"] = trunk.channels
        contract = trunk.contract
        record["callee_per_day"] = contract.callee_per_day if contract else NO_CONTRACT
        record["callee_per_month"] = contract.callee_per_month if contract else NO_CONTRACT
    groups = np.zeros(len(scenario.caller_ids), GROUP)
    total = sum(block.count for block in scenario.caller_ids)
    callers = np.zeros(total, CALLER)
    first = 0
    for row, block in enumerate(scenario.caller_ids):
        groups[row] = (first, block.count, block.count, names.index(block.trunk))
        callers["group"][first : first + block.count] = row
        first += block.count
    depth = max([limit.count for limit in scenario.rules.caller_limits], default=1)
    resources = Resources(
        callers=callers,
        free=np.zeros(total, np.int64),
        heap=np.arange(total, dtype=np.int32),
        pos=np.full(total, -1, np.int32),
        rings=np.zeros((total, depth), np.int64),
        groups=groups,
        trunks=trunks,
        trunk_rings=np.zeros((len(names), max(trunks["calls_per_second"])), np.int64),
    )
    for group in groups:
        span = (int(group["first"]), int(group["count"]))
        heap_build(resources.heap, resources.pos, resources.free, *span)
    return resources


def groups_of(scenario: Scenario) -> NDArray[Any]:
    """Return the caller ID groups of each campaign, -1 behind the last (int32[C, groups])."""
    names = [block.name for block in scenario.caller_ids]
    table = np.full((len(scenario.campaigns), len(names)), -1, np.int32)
    for row, campaign in enumerate(scenario.campaigns):
        found = [names.index(name) for name in campaign.caller_ids]
        table[row, : len(found)] = found
    return table
