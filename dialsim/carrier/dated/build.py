"""Scenario to arrays: what the network does from one tick to another, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.layout import DATED_ACT
from dialsim.core.codes import FIRST_RANGE, FIRST_TRUNK, Action, Operator, Rule
from dialsim.core.time_units import NEVER
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.network_events import NetworkAct, network_acts

ACTIONS = {
    "throttle": (Action.THROTTLE, Rule.DATED),
    "intercept": (Action.INTERCEPT, Rule.DATED),
    "gateway_block": (Action.SUSPEND, Rule.DATED_GATEWAY),
}
"""Action and rule in the log of each event that the network brings about."""
EVERYBODY = -1
"""Caller ID in the log of an act that meets the calls of all numbers."""


def build_dated_acts(
    scenario: Scenario, acts: Sequence[NetworkAct] | None = None, since: int = 0
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return what the network does unannounced, and the ticks at which it begins and ends.

    Parameters
    ----------
    acts
        What it does; None: what the scenario says, from where it is played.
    since
        Acts that began before this tick are under way: their beginning has no turn any more.

    Returns
    -------
    tuple
        DATED_ACT[k] and int64[n, 2]: tick and row of an act, in order; at one tick ends come first.
        Acts without an end have no turn of their end.
    """
    acts = network_acts(scenario) if acts is None else acts
    records = np.zeros(len(acts), DATED_ACT)
    counts = [block.count for block in scenario.caller_ids]
    firsts = np.cumsum([0, *counts])
    trunks = {trunk.name: trunk for trunk in scenario.trunks}
    for record, act in zip(records, acts, strict=True):
        action, rule = ACTIONS[act.what]
        record["start"], record["end"] = act.start, act.end
        record["action"], record["rule"] = action, rule
        record["operator"] = -1 if act.operator is None else Operator[act.operator]
        record["trunk"] = act.trunk
        record["first"], record["count"] = 0, firsts[-1]
        record["shown"] = EVERYBODY
        by = act.operator
        if act.trunk >= 0:
            record["shown"] = FIRST_TRUNK - act.trunk
            by = by or scenario.trunks[act.trunk].operator
        elif act.block >= 0:
            record["first"], record["count"] = firsts[act.block], counts[act.block]
            record["shown"] = FIRST_RANGE - act.block
            by = by or trunks[scenario.caller_ids[act.block].trunk].operator
        assert by is not None  # an act without trunk and block has the callees' operator
        record["by"] = Operator[by]
    turns = [(act.start, 1, row) for row, act in enumerate(acts) if act.start >= since]
    turns += [(act.end, 0, row) for row, act in enumerate(acts) if act.end < NEVER]
    found = [(tick, row) for tick, _, row in sorted(turns)]
    return records, np.array(found, np.int64).reshape(-1, 2)
