"""Profile to arrays: when an outsourced call centre is stopped for what others had it send."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Stream
from dialsim.core.quantiles import exponential_table, quantile
from dialsim.core.rng import draw, text_key
from dialsim.core.time_units import MINUTE_MS, YEAR_MIN
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile as ProfileFile

MOST_GAP_MIN = 100 * YEAR_MIN
"""Longest mean between two stops that is told apart from none: its table fits 32 bits."""


def build_platform_stops(
    scenario: Scenario,
    network: ProfileFile,
    run_base: np.uint64,
    end: int,
    begun: NDArray[Any] | None = None,
    since: int = 0,
) -> NDArray[Any]:
    """Return start and end of the stops that begin before a tick (int64[k, 2]).

    Other clients' conduct is their cause: they are drawn for the run, whatever the scenario's own
    calls do. Without an outsourced call centre there are none. Of stops built before (`begun`),
    those that began before `since` stay.
    """
    centre = scenario.enterprise.call_centre
    rate = network["platform.stops_per_year"]
    outsourced = centre is not None and centre.kind == "outsourced"
    known = [] if begun is None else begun[begun[:, 0] < since].tolist()
    found = [(int(start), int(stop)) for start, stop in known]
    if outsourced and rate > 0 and "platform" not in scenario.network.off:
        gaps = exponential_table(min(YEAR_MIN / rate, MOST_GAP_MIN))
        key = np.uint64(text_key(scenario.enterprise.name))
        tick = max(since, found[-1][1]) if found else since
        while True:
            u = np.uint64(draw(run_base, Stream.PLATFORM_STOP, key, len(found)))
            tick += max(1, int(quantile(gaps, u))) * MINUTE_MS
            if tick >= end:
                break
            found.append((tick, tick + max(1, int(network["platform.stop_hold"]))))
            tick = found[-1][1]
    return np.array(found, np.int64).reshape(-1, 2)
