"""A rate of events over an exposure, by the names of the metrics that make it."""

from __future__ import annotations

from typing import NamedTuple


class Rate(NamedTuple):
    """How a rate is made: `times` the metric `events`, a count, over the metric `exposure`."""

    events: str
    exposure: str
    times: float = 1.0
