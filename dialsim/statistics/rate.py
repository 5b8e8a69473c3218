"""Rates of events over an exposure, defined by the names of their metrics."""

from __future__ import annotations

from typing import NamedTuple


class Rate(NamedTuple):
    """A rate: `times` the metric `events`, a count, over the metric `exposure`."""

    events: str
    exposure: str
    times: float = 1.0
