"""What the engine did, laid out as the twin's result, and the first difference in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dialsim.core.codes import Cause, Limit, Seen, Status
from dialsim.engine import host
from dialsim.outcomes.layout import ACTION_ROW, CALL_ROW, EVENT_ROW, TALLY
from tests.engine.given import NO_CAMPAIGN, chunk_of
from tests.reference.records import (
    FIRM_FIELDS,
    LEAD_FIELDS,
    LINE_FIELDS,
    PROGRESS_FIELDS,
    ListRows,
    Result,
)
from tests.reference.twin import play
from tests.reference.worlds import built

FIELDS = {
    "calls": CALL_ROW.names,
    "events": EVENT_ROW.names,
    "actions": ACTION_ROW.names,
    "leads": LEAD_FIELDS,
    "progress": PROGRESS_FIELDS,
    "tallies": TALLY.names,
    "by_seen": [seen.name for seen in Seen],
    "by_cause": [cause.name for cause in Cause],
    "staff": ("idle_ms", "talk_ms", "wrap_ms"),
    "limit_ms": [limit.name for limit in Limit],
    "digest": ("low", "high"),
    "lines": LINE_FIELDS,
}


def engine_result(world: Any, logs: host.Logs) -> Result:
    """A world that was played to its end."""
    state = world.state
    staff = state.crew.staff
    limit_ms = state.limit_ms.tolist()
    for c, progress in enumerate(state.progress):  # the last limit is still in force
        limit_ms[c][int(progress["limit"])] += world.end_tick - int(progress["limit_since"])
    firm = state.carrier.enterprise[0]
    return Result(
        calls=logs.calls.tolist(),
        events=logs.events.tolist(),
        actions=logs.actions.tolist(),
        leads=state.leads[list(LEAD_FIELDS)].tolist(),
        progress=state.progress[list(PROGRESS_FIELDS)].tolist(),
        tallies=state.memory.tallies.tolist(),
        by_seen=state.memory.by_seen.tolist(),
        by_cause=state.memory.by_cause.tolist(),
        staff=[tuple(int(staff[n][p].sum()) for n in staff.dtype.names) for p in range(len(staff))],
        limit_ms=limit_ms,
        digest=(int(state.control[0]["digest_low"]), int(state.control[0]["digest_high"])),
        retired=[int(retired != 0) for retired in state.resources.callers["retired"]],
        lines=state.carrier.numbers[list(LINE_FIELDS)].tolist(),
        handsets=state.carrier.subscribers["handset"].tolist(),
        enterprise=tuple(int(firm[name]) for name in FIRM_FIELDS),
    )


def difference(twin: Result, engine: Result) -> str:
    """The first difference in words, in the order of time where there is one; empty if none."""
    for name in ("calls", "events", "actions"):
        found = row_difference(name, getattr(twin, name), getattr(engine, name))
        if found:
            return found
    for name in (
        "leads",
        "progress",
        "tallies",
        "by_seen",
        "by_cause",
        "staff",
        "limit_ms",
        "lines",
    ):
        found = row_difference(name, getattr(twin, name), getattr(engine, name))
        if found:
            return found
    for name in ("digest", "retired", "handsets", "enterprise"):
        mine, theirs = getattr(twin, name), getattr(engine, name)
        if tuple(mine) != tuple(theirs):
            return f"{name}: twin {mine}, engine {theirs}"
    return ""


def row_difference(name: str, twin: list[Any], engine: list[Any]) -> str:
    """The first row that differs, field by field."""
    for i, (mine, theirs) in enumerate(zip(twin, engine, strict=False)):
        if tuple(mine) != tuple(theirs):
            fields = [
                f"{field} {a} != {b}"
                for field, a, b in zip(FIELDS[name], mine, theirs, strict=True)
                if a != b
            ]
            return f"{name}[{i}]: twin != engine: {', '.join(fields)}\n {mine}\n {theirs}"
    if len(twin) != len(engine):
        longer, whose = (twin, "twin") if len(twin) > len(engine) else (engine, "engine")
        least = min(len(twin), len(engine))
        return (
            f"{name}: twin has {len(twin)}, engine {len(engine)}; "
            f"the first that only the {whose} has: {tuple(longer[least])}"
        )
    return ""


def people_difference(world: Any, twin: Result) -> str:
    """Whether the fill and the twin agree who people are, before any call."""
    from dialsim.carrier.layout import SubscriberFlag
    from dialsim.core import person_flags as bits

    for person, row, subscriber in zip(
        twin.people, world.state.people, world.state.carrier.subscribers, strict=True
    ):
        flags, truth = int(row["flags"]), int(subscriber["flags"])
        engine = {
            "key": int(row["key"]),
            "zone": int(row["zone"]),
            "operator": int(row["home"]) & 7,
            "province": int(row["home"]) >> 3,
            "relation": flags >> bits.RELATION_SHIFT & 1,
            "consent": flags & 7,
            "internal_dnc": bool(flags & bits.PersonFlag.INTERNAL_DNC),
            "industry_dnc": bool(flags & bits.PersonFlag.INDUSTRY_DNC),
            "true_operator": int(subscriber["operator"]),
            "genuine": bool(truth & SubscriberFlag.GENUINE),
            "empty": bool(truth & SubscriberFlag.EMPTY),
            "suspended": bool(truth & SubscriberFlag.SUSPENDED_NUMBER),
            "dormant": bool(truth & SubscriberFlag.DORMANT),
            "dead": [
                bool(truth & SubscriberFlag.DEAD << i)
                for i in range(flags >> bits.ALTERNATES_SHIFT & 3)
            ],
            "whitelist": bool(truth & SubscriberFlag.WHITELIST),
            "refused": int(subscriber["refused"]),
            "propensity": int(subscriber["propensity"]),
            "registered_min": int(subscriber["registered_min"]),
            "handset": int(subscriber["handset"]),
        }
        number = flags >> bits.NUMBER_SHIFT & 3
        # of a further number called from the beginning nothing but whether it exists is known
        now = {"empty": number > 0 and person.dead[number - 1], "suspended": 0, "dormant": 0}
        for field, value in engine.items():
            mine = now[field] if number and field in now else getattr(person, field)
            if field == "registered_min":
                mine, value = max(0, mine), max(0, value)
            if mine != value:
                return f"person {person.row}: {field}: twin {mine}, engine {value}"
    return ""


def compare_rows(raw: dict[str, Any], *lists: ListRows) -> str:
    """As :func:`compare`, of a world whose lists have these rows."""
    world = built(raw, counts=[len(brought.rows) for brought in lists])
    twin = play(world.static, world.state, dict(enumerate(lists)))
    for place, brought in enumerate(lists):
        own = [(row, tick, caller, seen, c) for row, tick, c, caller, seen in brought.begun]
        other = [(*call, NO_CAMPAIGN) for call in brought.earlier]
        calls = [(*call, int(call[:2] in brought.not_rung)) for call in other + own]
        chunk = chunk_of(brought.rows, brought.dated, calls)
        chunk.priorities = np.array(brought.priorities, np.int32) if brought.priorities else None
        host.fill_chunk(world, place, chunk)
        if brought.hours:
            world.state.hour_first[:, place] = np.searchsorted(brought.hours, np.arange(26))
        host.publish(world, place)
    found = people_difference(world, twin)
    if found:
        return found
    return difference(twin, engine_result(world, host.run_to_end(world)))


def compare(
    raw: dict[str, Any],
    seed: int | None = None,
    replication: int = 0,
    orders: Sequence[tuple[int, int, int]] = (),
    weights: Sequence[tuple[int, int, int]] = (),
) -> str:
    """Play a scenario both ways; the first difference in words, or nothing.

    `orders`: tick, campaign and dials that a policy decided, by tick; `weights`: tick, campaign and
    its weight from then on.
    """
    world = built(raw, seed, replication)
    twin = play(world.static, world.state, orders=orders, weights=weights)
    host.fill_all(world)
    found = people_difference(world, twin)
    if found:
        return found
    told = [(each, host.order_dials) for each in orders]
    told += [(each, lambda *args: host.set_weight(*args[:3])) for each in weights]
    for (tick, campaign, value), tell in sorted(told, key=lambda each: each[0][0]):
        while (status := host.advance(world, tick)) != Status.REACHED:
            assert status == Status.CASES_FULL, status
            host.grow_cases(world)
        tell(world, campaign, value, tick)
    return difference(twin, engine_result(world, host.run_to_end(world)))
