"""A confidence interval as plain values, ready for JSON and for a page."""

from __future__ import annotations

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED
from dialsim.statistics.intervals import Interval, Kind


@with_config(CLOSED)
class IntervalResult(TypedDict):
    """A mean, a share or a difference with its confidence interval."""

    value: float | None
    """The mean, in the unit of its metric, or the share; None: no replication has a value."""
    low: float | None
    """The lower end, in the same unit; None: one value alone says nothing of the spread."""
    high: float | None
    """The upper end, in the same unit; None: as of the lower."""
    n: int
    """Replications, or pairs of them, that have a value."""
    level: float
    """Share of such intervals that hold the true value."""
    kind: Kind
    """Method of the interval."""


def interval_result(interval: Interval) -> IntervalResult:
    """Return an interval as plain values."""
    return {
        "value": interval.value,
        "low": interval.low,
        "high": interval.high,
        "n": interval.n,
        "level": interval.level,
        "kind": interval.kind,
    }
