"""Scenario to arrays: caller IDs and trunks of the dialer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dialsim.compliance.layout import CALLER, GROUP, OPENED, SUSPECTED, TRUNK, Limits, Resources
from dialsim.compliance.limits.build import LONG_OVER, build_meters, opened_windows
from dialsim.core.aligned import aligned_zeros
from dialsim.core.codes import Operator
from dialsim.core.pool import make_pools, pool_build
from dialsim.scenario.filing import agreed_volumes, first_use
from dialsim.scenario.models.schema import Scenario

NO_CONTRACT = -1


def build_resources(
    scenario: Scenario,
    limits: Limits,
    registered: list[tuple[int, int]],
    *,
    by_operator: bool,
    callee_ceilings: Sequence[tuple[int, int] | None] = (),
) -> Resources:
    """Build caller IDs, their groups' pools and the trunks, all free at first use.

    ``registered``: ticks from which and up to which each block is so. ``by_operator``: each caller
    ID has a next-free tick, and each group a count, for each operator. ``callee_ceilings``: by
    trunk, the most calls to a callee a day and in 30 days that its contract allows; None: it has
    none, and so have those that are not given.
    """
    names = [trunk.name for trunk in scenario.trunks]
    trunks = np.zeros(len(names), TRUNK)
    agreed = [*callee_ceilings, *[None] * (len(names) - len(callee_ceilings))]
    for record, trunk, most in zip(trunks, scenario.trunks, agreed, strict=True):
        record["channels"] = trunk.channels
        record["callee_per_day"], record["callee_per_month"] = most or (NO_CONTRACT, NO_CONTRACT)
        record["abroad"] = trunk.by_gateway
    groups = np.zeros(len(scenario.caller_ids), GROUP)
    total = sum(block.count for block in scenario.caller_ids)
    callers = aligned_zeros(total, CALLER)
    callers["probe"] = -1
    suspected = np.zeros(total, SUSPECTED)
    suspected["tick"] = -1
    unregistered = np.zeros(1, CALLER)
    unregistered["probe"] = -1
    free = np.zeros(total, np.int64)
    first = 0
    for row, block in enumerate(scenario.caller_ids):
        ramped = block.filed is not None and bool(block.filed.ramp)
        place = names.index(block.trunk)
        groups[row] = (first, block.count, place, ramped, -1, 0, *registered[row])
        callers["group"][first : first + block.count] = row
        free[first : first + block.count] = first_use(scenario, block)
        first += block.count
    depth = int(max(limits.caller["count"], default=1))
    tracks, counted = (len(Operator), total) if by_operator else (1, 0)
    operator_depth = int(max(limits.to_operator["count"], default=1))
    operator_opened = np.zeros((counted, tracks, len(limits.to_operator)), OPENED)
    operator_opened["end"] = LONG_OVER
    meters, meter_rings, meter_opened = build_meters(limits.meters)
    resources = Resources(
        callers=callers,
        suspected=suspected,
        unregistered=unregistered,
        free=np.tile(free, (tracks, 1)),
        pools=make_pools(tracks, [block.count for block in scenario.caller_ids]),
        rings=np.zeros((total, depth), np.int64),
        groups=groups,
        agreed=np.array(
            [agreed_volumes(scenario, block) * block.count for block in scenario.caller_ids]
        ),
        made=np.zeros((len(groups), tracks), np.int64),
        opened=opened_windows(total, limits.caller),
        operator_rings=np.zeros((counted, tracks, operator_depth), np.int64),
        operator_booked=np.zeros((counted, tracks), np.int64),
        operator_opened=operator_opened,
        trunks=trunks,
        meters=meters,
        meter_rings=meter_rings,
        meter_opened=meter_opened,
    )
    order_callers(resources)
    return resources


def order_callers(resources: Resources) -> None:
    """Build each group's and track's pool by the next-free ticks; all caller IDs are in use."""
    for track in range(len(resources.free)):
        for row, group in enumerate(resources.groups):
            callers = np.arange(group["first"], group["first"] + group["count"])
            pool_build(resources.pools, resources.free, track, row, callers)
