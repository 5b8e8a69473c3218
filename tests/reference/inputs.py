"""A world as the build made it, as plain Python: records become namespaces, arrays lists.

Nothing is derived here and nothing is looked up by a kernel; a row is read once, before any event.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from dialsim.carrier import layout

WINDOWS = {  # in the order of their rows
    "hour": layout.HOUR_BUCKET_MS,
    "day": layout.DAY_BUCKET_MS,
    "marks": layout.MONTH_BUCKET_MS,
    "delivered": layout.MONTH_BUCKET_MS,
    "triaged": layout.MONTH_BUCKET_MS,
}


def record(row: Any) -> SimpleNamespace:
    """One record of a structured array, its fields as ints or lists of ints."""
    return SimpleNamespace(**{name: row[name].tolist() for name in row.dtype.names})


def records(rows: Any) -> list[SimpleNamespace]:
    return [record(row) for row in rows]


def until_minus(row: Any) -> list[int]:
    """The numbers of a row before its first -1."""
    numbers = row.tolist()
    return numbers[: numbers.index(-1)] if -1 in numbers else numbers


def counted(carrier: Any, row: int, bucket_ms: int) -> list[int]:
    """A tick for each event that a window's row counts, in the event's bucket."""
    head, counts = int(carrier.window_heads[row]), carrier.window_counts[row].tolist()
    return [
        bucket * bucket_ms
        for bucket in range(head - 59, head + 1)
        for _ in range(counts[bucket % 60])
    ]


def counters(carrier: Any, callers: int) -> dict[str, list[list[int]]]:
    """What the windows of each line have counted, row N what linked lines share."""
    return {
        name: [
            counted(carrier, place * (callers + 1) + row, bucket_ms)
            for row in range(callers + (name != "triaged"))
        ]
        for place, (name, bucket_ms) in enumerate(WINDOWS.items())
    }


def read(static: Any, state: Any, rows: Mapping[int, Any] | None = None) -> SimpleNamespace:
    """Everything the twin is given; `rows`: GIVEN records of the lists that came from files."""
    profile = static.profile
    return SimpleNamespace(
        world=record(static.world[0]),
        campaigns=records(static.campaigns),
        blocks=[until_minus(row) for row in static.blocks],
        lead_base=static.lead_base.tolist(),
        area_of=static.areas.of.tolist(),
        area_groups=[[until_minus(row) for row in of] for of in static.areas.groups],
        tracks=static.areas.tracks.tolist(),
        pool_campaigns=[until_minus(row) for row in static.pool_campaigns],
        callee_limits=records(static.limits.callee),
        caller_limits=records(static.limits.caller),
        operator_limits=records(static.limits.to_operator),
        enterprise_limits=records(static.limits.meters[0]),
        trunk_limits=[records(row) for row in static.limits.meters[1:]],
        periods=static.limits.periods.tolist(),
        stops=[until_minus(row) for row in static.limits.stops],
        boundaries=static.boundaries.tolist(),
        shifts=static.shifts.tolist(),
        network=record(profile.network[0]),
        frequency=records(profile.frequency),
        tables=profile.tables.tolist(),
        hour_factor=profile.hour_factor.tolist(),
        weekday=profile.weekday.tolist()[0],
        populations=[records(row) for row in profile.populations],
        operator_share=profile.operator_share.tolist(),
        signals=profile.signals.tolist(),
        meaning=profile.meaning.tolist(),
        working=profile.working.tolist(),
        month_of_day=profile.month_of_day.tolist(),
        poisson_low=profile.poisson_low.tolist(),
        lists=records(state.lists),
        rows={source: records(told) for source, told in (rows or {}).items()},
        leads=len(state.leads),
        classes=records(state.classes),
        progress=records(state.progress),
        callers=records(state.resources.callers),
        free=state.resources.free.tolist(),
        caller_ticks=[  # of calls before the start: no more than a ring holds
            ring[:made].tolist()
            for ring, made in zip(
                state.resources.rings, state.resources.callers["attempts"], strict=True
            )
        ],
        operator_ticks=[
            [ring[:made].tolist() for ring, made in zip(rings, booked, strict=True)]
            for rings, booked in zip(
                state.resources.operator_rings, state.resources.operator_booked, strict=True
            )
        ],
        groups=records(state.resources.groups),
        trunks=records(state.resources.trunks),
        agents=records(state.crew.agents),
        agent_groups=records(state.crew.groups),
        pools=records(state.crew.pools),
        lines=records(state.carrier.lines),
        counters=counters(state.carrier, len(state.resources.callers)),
        enterprise=record(state.carrier.enterprise[0]),
    )
