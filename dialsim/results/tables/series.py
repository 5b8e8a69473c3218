"""The series as a table: a row an interval and campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dialsim.core.codes import EventCode
from dialsim.outcomes.columns import plain
from dialsim.outcomes.layout import INTERVAL_MS
from dialsim.outcomes.tables import series_table as tally_table
from dialsim.results.run_view import Rows, event_rows, labels_of

if TYPE_CHECKING:
    from dialsim.engine.build import World


COUNTED = {
    EventCode.OPT_OUT: "opt_outs",
    EventCode.MARK: "marks",
    EventCode.COMPLAINT_12321: "complaints_12321",
    EventCode.COMPLAINT_HOTLINE: "complaints_hotline",
    EventCode.COMPLAINT_SECTOR: "complaints_sector",
}
"""Columns that count what people did after calls, which the engine tells in its log alone."""


def series_table(world: World, events: Rows = None) -> Any:
    """Return tallies and agents' time by interval and campaign as an Arrow table.

    Parameters
    ----------
    world
        Final, or as far as it was played.
    events
        `EVENT_ROW` rows collected so far.

    Returns
    -------
    pyarrow.Table
        Sorted by time, then campaign. Every tally counts by the interval of the dial, opt-outs,
        marks and complaints too, however long after the call they came;
        `staff_idle_ms`, `staff_talk_ms` and `staff_wrap_ms` are the time of the agents who serve
        the campaign, which campaigns with the same agents share. Units in the field metadata.
    """
    import pyarrow as pa

    table = tally_table(_with_events(world, event_rows(events)), labels_of(world))
    staff = world.state.crew.staff
    for part in staff.dtype.names or ():
        mine = [staff[part][of[of >= 0]].sum(axis=0) for of in world.static.routes.pools]
        column = np.ascontiguousarray(np.stack(mine).T.reshape(-1))
        field = pa.field(f"staff_{part}", pa.int64(), metadata={"unit": "ms"})
        table = table.append_column(field, plain(column))
    return table


def _with_events(world: World, rows: Any) -> Any:
    """Return the engine's series with what people did after the calls of each interval."""
    series = world.state.memory.series.copy()
    slots = np.clip(rows["call_tick"] // INTERVAL_MS, 0, series.shape[1] - 1)
    for code, name in COUNTED.items():
        mine = rows["code"] == code
        series[name] = 0
        np.add.at(series[name], (rows["campaign"][mine], slots[mine]), 1)
    return series
