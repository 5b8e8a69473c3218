"""Names, times and collected log rows of a world, besides its arrays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.agents.build import pool_names
from dialsim.core.codes import FIRST_RANGE, NumberClass
from dialsim.core.ticks import tick_to_datetime
from dialsim.outcomes.layout import ACTION_ROW, EVENT_ROW, INTERVAL_MS
from dialsim.outcomes.passthrough import Carried
from dialsim.outcomes.tables import Labels
from dialsim.scenario.filing import is_always_registered
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.people.history_account import HistoryAccount

Array = NDArray[Any]
Rows = Array | Sequence[Array] | None
"""Log rows of one kind: one structured array, or the batches that were drained."""


CLASS_NAMES = {
    NumberClass.FIXED: "fixed",
    NumberClass.MOBILE: "mobile",
    NumberClass.ENTERPRISE_95: "95_enterprise",
    NumberClass.B24_95: "95_b24",
    NumberClass.N96: "96",
    NumberClass.N1010: "1010",
    NumberClass.N400: "400",
    NumberClass.N106: "106",
    NumberClass.AXB: "axb",
    NumberClass.PRIVACY: "privacy",
}
"""Name in scenarios and profiles of each `NumberClass`."""


def moment(scenario: Scenario, tick: int) -> datetime:
    """Return the moment of a tick, with the offset of the scenario's zone."""
    return tick_to_datetime(scenario.start, scenario.time_zone, int(tick))


def action_rows(rows: Rows) -> Array:
    """Return collected network actions as one `ACTION_ROW` array."""
    return _gathered(rows, ACTION_ROW)


def event_rows(rows: Rows) -> Array:
    """Return collected events as one `EVENT_ROW` array."""
    return _gathered(rows, EVENT_ROW)


def _gathered(rows: Rows, dtype: np.dtype[Any]) -> Array:
    if rows is None:
        return np.zeros(0, dtype)
    if isinstance(rows, np.ndarray):
        return rows
    return np.concatenate(list(rows)) if len(rows) else np.zeros(0, dtype)


def labels_of(world: World) -> Labels:
    """Return what the numbers of the arrays are called in tables."""
    scenario = world.scenario
    return Labels(
        start=scenario.start,
        zone=scenario.time_zone,
        campaigns=[campaign.name for campaign in scenario.campaigns],
        trunks=[trunk.name for trunk in scenario.trunks],
        callers=world.caller_names,
        blocks=[block.name for block in scenario.caller_ids],
        pools=pool_names(scenario),
        interval_ms=INTERVAL_MS,
        carried=carried_of(world),
        transfers=any(campaign.transfer for campaign in scenario.campaigns),
    )


def history_of(world: World) -> HistoryAccount | None:
    """Return the account of the call history that a world was given."""
    return world.history


def carried_of(world: World) -> Carried | None:
    """Return the columns of a world's file lists that bypass the engine."""
    return world.carried


def caller_count(world: World) -> int:
    """Return the number of caller IDs."""
    return int(world.static.world[0]["callers"])


def operator_of(world: World, line: int) -> str:
    """Return the operator that acts on a line.

    For a class row or the enterprise, those of all trunks that carry its numbers: ``CMCC/CTCC``.
    """
    names = {trunk.name: trunk.operator for trunk in world.scenario.trunks}
    blocks = world.scenario.caller_ids
    count = caller_count(world)
    if line <= FIRST_RANGE:
        return str(names[blocks[FIRST_RANGE - line].trunk])
    if line < -1:
        return str(world.scenario.trunks[-2 - line].operator)
    if 0 <= line < count:
        first = world.state.resources.groups["first"]
        return names[blocks[int(np.searchsorted(first, line, side="right")) - 1].trunk]
    if line >= count:
        wanted = CLASS_NAMES[NumberClass(line - count)]
        blocks = tuple(
            block
            for block in blocks
            if block.judged_class == wanted
            and not is_always_registered(world.scenario, world.network, block)
        )
    return "/".join(sorted({names[block.trunk] for block in blocks}))
