"""A world as the build made it, as plain Python: records become namespaces, arrays lists.

Nothing is derived here and nothing is looked up by a kernel; a row is read once, before any event.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from dialsim.carrier import layout
from dialsim.core import packed_windows, windows


def record(row: Any) -> SimpleNamespace:
    """One record of a structured array, its fields as ints or lists of ints."""
    return SimpleNamespace(**{name: row[name].tolist() for name in row.dtype.names})


def records(rows: Any) -> list[SimpleNamespace]:
    return [record(row) for row in rows]


def by_operator(rules: list[SimpleNamespace]) -> list[list[SimpleNamespace]]:
    """Rules of the five operators in mainland China."""
    each = len(rules) // 5
    return [rules[each * o : each * (o + 1)] for o in range(5)]


def until_minus(row: Any) -> list[int]:
    """The numbers of a row before its first -1."""
    numbers = row.tolist()
    return numbers[: numbers.index(-1)] if -1 in numbers else numbers


def counted(records: Any, counts: Any, row: int) -> dict[int, int]:
    """What a counter's window counts, by bucket."""
    head, counts = int(records["head"][row]), counts[:, row].tolist()
    return {bucket: counts[bucket % 64] for bucket in range(head - 59, head + 1)}


def counters(carrier: Any, callers: int) -> list[dict[str, dict[int, int]]]:
    """What the windows of each line have counted by family, row N what linked lines share."""
    kept = carrier.windows, carrier.window_counts
    counts = [windows.counted(*kept, each) for each in range(layout.FAMILIES)]
    week = packed_windows.all_four(carrier.weeks, carrier.week_counts)
    return [
        {
            name: counted(windows.of_family(carrier.windows, family), counts[family], row)
            for family, name in enumerate(layout.WINDOW_FAMILIES)
        }
        | {
            name: counted(carrier.weeks, week[:, :, place], row)
            for place, name in enumerate(layout.WEEK_COUNTS)
        }
        for row in range(callers + 1)
    ]


def read(static: Any, state: Any, rows: Mapping[int, Any] | None = None) -> SimpleNamespace:
    """Everything the twin is given; `rows`: GIVEN records of the lists that came from files."""
    profile = static.profile
    return SimpleNamespace(
        world=record(static.world[0]),
        campaigns=records(static.campaigns),
        blocks=[until_minus(row) for row in static.blocks],
        mix=static.leads_of["weight"].tolist(),
        lead_base=static.lead_base.tolist(),
        area_of=static.areas.of.tolist(),
        area_groups=[[until_minus(row) for row in of] for of in static.areas.groups],
        tracks=static.areas.tracks.tolist(),
        pools_of=[until_minus(row) for row in static.routes.pools],
        desks=[until_minus(row) for row in static.routes.desks],
        callee_limits=records(static.limits.callee),
        caller_limits=records(static.limits.caller),
        operator_limits=records(static.limits.to_operator),
        enterprise_limits=records(static.limits.meters[0]),
        trunk_limits=[records(row) for row in static.limits.meters[1:]],
        periods=static.limits.periods.tolist(),
        stops=[until_minus(row) for row in static.limits.stops],
        boundaries=static.boundaries.tolist(),
        shifts=static.shifts.tolist(),
        wraps=static.wraps.tolist(),
        gaps=static.gaps.tolist(),
        network=record(profile.network[0]),
        operators=records(profile.operators),
        frequency=records(profile.frequency),
        behaviour=by_operator(records(profile.behaviour)),
        tables=profile.tables.tolist(),
        hour_factor=profile.hour_factor.tolist(),
        weekday=profile.weekday.tolist()[0],
        populations=[records(row) for row in profile.populations],
        operator_share=profile.operator_share.tolist(),
        signals=profile.signals.tolist(),
        announcements=profile.announcements.tolist(),
        meaning=profile.meaning.tolist(),
        ambiguous=profile.ambiguous.tolist(),
        announced=profile.announced.tolist(),
        seen_shares=profile.seen_shares.tolist(),
        off_hour=profile.off_hour.tolist(),
        zone_shift=profile.zone_shift.tolist(),
        working=profile.working.tolist(),
        month_of_day=profile.month_of_day.tolist(),
        poisson_low=profile.poisson_low.tolist(),
        lists=records(state.lists),
        rows={source: records(told) for source, told in (rows or {}).items()},
        leads=len(state.leads),
        classes=[
            SimpleNamespace(**vars(each), open=is_open)
            for each, is_open in zip(records(state.classes), state.open.tolist(), strict=True)
        ],
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
        agreed=state.resources.agreed.tolist(),
        trunks=records(state.resources.trunks),
        agents=records(state.crew.agents),
        agent_keys=state.crew.keys.tolist(),
        agent_groups=records(state.crew.groups),
        pools=records(state.crew.pools),
        lines=records(state.carrier.numbers),
        counters=counters(state.carrier, len(state.resources.callers)),
        enterprise=record(state.carrier.enterprise[0]),
        contracts=records(state.carrier.contracts),
        filed_blocks=records(state.carrier.filed_blocks),
        platform_stops=state.carrier.platform_stops.tolist(),
        gateway_blocks=state.carrier.gateway_blocks.tolist(),
        dated_acts=records(state.carrier.dated_acts),
    )
