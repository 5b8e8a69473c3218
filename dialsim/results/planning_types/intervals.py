"""Types of means and shares over replications, with their confidence intervals."""

from __future__ import annotations

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED
from dialsim.statistics.intervals import Interval, Kind


@with_config(CLOSED)
class IntervalFigures(TypedDict):
    """A mean or a share over replications with its interval."""

    value: float | None
    """Mean, or share from 0 to 1; None: no replication has a value."""
    low: float | None
    """Lower end of the interval; None: one value alone says nothing of the spread."""
    high: float | None
    """Upper end of the interval; None: as of the lower one."""
    n: int
    """Replications that have a value."""
    level: float
    """How often such an interval holds the true value, from 0 to 1."""
    kind: Kind
    """Method of the interval."""


def interval_figures(found: Interval) -> IntervalFigures:
    """Return an interval as plain values, ready for JSON."""
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "n": found.n,
        "level": found.level,
        "kind": found.kind,
    }
