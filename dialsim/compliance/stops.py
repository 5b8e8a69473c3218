"""Stops of trunks by dated events, as a table for the kernels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.open_hours import stop_spans

NO_STOP = -1


def trunk_stops(scenario: Scenario) -> NDArray[np.int64]:
    """Return when each trunk is stopped.

    Returns
    -------
    int64[trunks, k]
        Of each trunk of the scenario, in its order: start, end, start ... ticks of its stops,
        sorted, those that touch or overlap made one, -1 behind the last. A call may not begin at
        a tick from a start up to, and without, the end that follows. k is at least 2, and even.
    """
    spans = [stop_spans(scenario, trunk).reshape(-1) for trunk in scenario.trunks]
    table = np.full((len(spans), max(2, *map(len, spans))), NO_STOP, np.int64)
    for row, ticks in zip(table, spans, strict=True):
        row[: len(ticks)] = ticks
    return table
