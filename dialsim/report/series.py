"""The series as a table: a row an interval and campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dialsim.outcomes.tables import series_table as tally_table
from dialsim.report.world import labels_of

if TYPE_CHECKING:
    from dialsim.engine.build import World


def series_table(world: World) -> Any:
    """Return tallies and agents' time by interval and campaign as an Arrow table.

    Returns
    -------
    pyarrow.Table
        Sorted by time, then campaign. Every tally counts by the interval of the dial;
        `staff_idle_ms`, `staff_talk_ms` and `staff_wrap_ms` are the time of the agents who serve
        the campaign, which campaigns with the same agents share. Units in the field metadata.
    """
    import pyarrow as pa

    table = tally_table(world.state.memory.series, labels_of(world))
    staff = world.state.crew.staff
    pools = world.static.campaigns["pool"]
    for part in staff.dtype.names or ():
        column = np.ascontiguousarray(staff[part][pools].T.reshape(-1))
        field = pa.field(f"staff_{part}", pa.int64(), metadata={"unit": "ms"})
        table = table.append_column(field, pa.array(column))
    return table
