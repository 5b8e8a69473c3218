"""Throughput by hour of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.ticks import merge
from dialsim.core.time_units import HOUR_MS
from dialsim.outcomes.layout import INTERVAL_MS
from dialsim.results.metrics import shift_ms
from dialsim.results.opening_hours import campaign_open
from dialsim.results.run_view import moment
from dialsim.results.summary_types.results import OpenHour, Throughput

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]


def by_hour(world: World) -> list[OpenHour]:
    """Return throughput by hour of the local day.

    Returns
    -------
    list of OpenHour
        Hours in which some campaign was open. What fell into others, such as wrap-up, is left out.
    """
    series, staff = world.state.memory.series, world.state.crew.staff
    attempts = series["attempts"].sum(axis=0)
    conversations = series["conversations"].sum(axis=0)
    busy = (staff["talk_ms"] + staff["wrap_ms"]).sum(axis=0)
    staffed = busy + staff["idle_ms"].sum(axis=0)
    opened = open_by_interval(world)
    sums = np.zeros((24, 5))
    for index in np.flatnonzero(opened > 0).tolist():
        hour = moment(world.scenario, index * INTERVAL_MS).hour
        sums[hour] += (
            opened[index] / HOUR_MS,
            attempts[index],
            conversations[index],
            busy[index],
            staffed[index],
        )
    return [
        {
            "hour": hour,
            "open_hours": hours,
            "attempts": int(tried),
            "conversations": int(talked),
            "attempts_per_hour": tried / hours,
            "conversations_per_hour": talked / hours,
            "occupancy": at_work / there if there else None,
        }
        for hour, (hours, tried, talked, at_work, there) in enumerate(sums.tolist())
        if hours
    ]


def open_by_interval(world: World) -> Array:
    """Return int64[intervals]: for how many ms of each some campaign was open and staffed."""
    now = min(int(world.state.control[0]["now"]), world.horizon_tick)
    spans = merge(
        np.concatenate([campaign_open(world, i, now) for i in range(len(world.scenario.campaigns))])
    )
    opened = np.zeros(world.state.memory.series.shape[1], np.int64)
    for first, last in spans.tolist():
        for index in range(first // INTERVAL_MS, -(-last // INTERVAL_MS)):
            opened[index] += min(last, (index + 1) * INTERVAL_MS) - max(first, index * INTERVAL_MS)
    return opened


def throughput(world: World) -> Throughput:
    """Return the hours with staff, the attempts and conversations made in each, and by hour."""
    hours = shift_ms(world) / HOUR_MS
    tallies = world.state.memory.tallies
    attempts, conversations = (int(tallies[name].sum()) for name in ("attempts", "conversations"))
    return {
        "staffed_hours": hours,
        "attempts_per_hour": attempts / hours if hours else None,
        "conversations_per_hour": conversations / hours if hours else None,
        "by_hour": by_hour(world),
    }
