"""Scenario to arrays: caller IDs and trunks of the dialer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.layout import CALLER, GROUP, TRUNK, Limits, Resources
from dialsim.compliance.limits.build import build_meters, opened_windows
from dialsim.core.heap import heap_build
from dialsim.scenario.schema import Scenario

NO_CONTRACT = -1


def build_resources(scenario: Scenario, limits: Limits) -> Resources:
    """Build caller IDs, their groups' heaps and the trunks, all free at tick 0."""
    names = [trunk.name for trunk in scenario.trunks]
    trunks = np.zeros(len(names), TRUNK)
    for record, trunk in zip(trunks, scenario.trunks, strict=True):
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
    depth = int(max(limits.caller["count"], default=1))
    meters, meter_rings, meter_opened = build_meters(limits.meters)
    resources = Resources(
        callers=callers,
        free=np.zeros(total, np.int64),
        heap=np.arange(total, dtype=np.int32),
        pos=np.full(total, -1, np.int32),
        rings=np.zeros((total, depth), np.int64),
        groups=groups,
        opened=opened_windows(total, limits.caller),
        trunks=trunks,
        meters=meters,
        meter_rings=meter_rings,
        meter_opened=meter_opened,
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
