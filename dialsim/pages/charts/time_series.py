"""The series of a run by local hour or day, from which charts over time are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.arrow_numpy import values_of
from dialsim.results.tables.run_log import RunLog

Array = NDArray[Any]
HOUR, DAY = "h", "D"
MANY = 24 * 45  # hours; longer runs are drawn by day


class Intervals(NamedTuple):
    """Rows of the series table, for some of its columns.

    Attributes
    ----------
    local
        Begin of each interval in the scenario's time zone: datetime64[ms].
    campaign
        Its row in the scenario, int64.
    counts
        Columns of the table by their names, int64.
    """

    local: Array
    campaign: Array
    counts: dict[str, Array]


def intervals(log: RunLog, columns: Sequence[str]) -> Intervals:
    """Return columns of the series up to the end of the last day of calling."""
    import pyarrow as pa
    from pyarrow import compute

    parts = [
        pa.table({name: batch.column(name) for name in ("time", "campaign", *columns)})
        for batch in log.batches("series", ["time", "campaign", *columns])
    ]
    table = pa.concat_tables(parts).combine_chunks()
    local = values_of(compute.local_timestamp(table["time"]))
    names = {each.name: row for row, each in enumerate(log.scenario.campaigns)}
    campaign = np.array([names[name] for name in table["campaign"].to_pylist()], np.int64)
    end = np.datetime64(log.moment(log.horizon_tick).replace(tzinfo=None), "ms")
    mine = local < end
    counts = {name: values_of(table[name])[mine] for name in columns}
    return Intervals(local[mine], campaign[mine], counts)


def step_of(series: Intervals) -> str:
    """Return the time step of a run's charts: ``"h"``, or ``"D"`` if there are too many hours."""
    if not len(series.local):
        return HOUR
    hours = (series.local[-1] - series.local[0]) / np.timedelta64(1, "h")
    return HOUR if hours <= MANY else DAY


def binned(series: Intervals, step: str, by_campaign: bool = False) -> Intervals:
    """Return sums by hour or day, over all campaigns or by campaign."""
    starts = series.local.astype(f"datetime64[{step}]")
    which = series.campaign if by_campaign else np.zeros_like(series.campaign)
    places, first, inverse = np.unique(
        np.stack([starts.astype(np.int64), which]), axis=1, return_index=True, return_inverse=True
    )
    sums = {}
    for name, column in series.counts.items():
        total = np.zeros(places.shape[1], np.int64)
        np.add.at(total, inverse.reshape(-1), column)
        sums[name] = total
    return Intervals(starts[first].astype("datetime64[ms]"), places[1], sums)


def local_text(moment: Any) -> str:
    """Return a local moment in the format charts read: local time without a zone."""
    return str(np.datetime64(moment, "s"))
