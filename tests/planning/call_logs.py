"""A campaign whose calls are written down and read again, as a dialer's log has them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import time
from pathlib import Path
from typing import Any

import numpy as np

from dialsim.core.codes import Seen, Status
from dialsim.core.ticks import tick_to_datetime
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.scenario.load import load_scenario
from dialsim.scheduler.prepared_inputs import Beginning
from tests.planning.worlds import small

PEOPLE = 600
COLUMNS = ("time", "id", "caller_id", "outcome", "talk_s")


def campaign(folder: Path, **changes: Any) -> dict[str, Any]:
    """A morning, a lunch without a call, and an afternoon, of a list with identifiers."""
    raw = small(**changes)
    with (folder / "people.csv").open("w", encoding="utf-8") as file:
        file.write("number,id,consent_date\n")
        file.writelines(f"{13800000000 + 7 * i},p{i},2026-01-05\n" for i in range(PEOPLE))
    raw["people"][0].pop("synthetic")
    raw["people"][0] |= {"file": str(folder / "people.csv"), "relation": "opted_in"}
    raw["agents"][0]["shifts"] = [
        {"days": "daily", "from": time(9), "to": time(11)},
        {"days": "daily", "from": time(14), "to": time(17)},
    ]
    raw["campaigns"][0]["attempts"] = {
        "at_most": 3,
        "retry": {"no_answer": "4h", "busy": "20m", "unreachable": "6h"},
    }
    raw["goals"] = [{"metric": "conversations", "at_least": 120}]
    raw["plan"] = {
        "probability": 0.9,
        "decisions": [{"key": "campaigns.upsell.attempts.at_most", "values": [3, 4]}],
    }
    return raw


def ready(raw: Mapping[str, Any]) -> World:
    """The world of a scenario, everybody in it."""
    world = Beginning(load_scenario(raw)).world(0)
    assert world is not None
    return world


def played(raw: Mapping[str, Any], until: int) -> tuple[World, Any]:
    """The campaign from its start up to a tick, and its calls."""
    world, calls = ready(raw), []
    while (status := host.advance(world, until)) != Status.REACHED:
        if status == Status.CASES_FULL:
            host.grow_cases(world)
        calls.append(host.drain(world).calls)
    calls.append(host.drain(world).calls)
    return world, np.concatenate(calls)


def rows_of(world: World, calls: Any) -> list[list[Any]]:
    """Its calls as a dialer would write them."""
    scenario = world.scenario
    return [
        [
            tick_to_datetime(scenario.start, scenario.time_zone, int(call["tick"]))
            .replace(tzinfo=None)
            .isoformat(timespec="milliseconds"),
            f"p{call['person']}",
            world.caller_names[call["caller"]],
            Seen(int(call["seen"])).name.lower(),
            call["talk_ms"] / 1000 if call["seen"] == Seen.CONNECTED else "",
        ]
        for call in calls
    ]


def written(path: Path, rows: Iterable[list[Any]], columns: Iterable[str] = COLUMNS) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(columns)
        out.writerows(rows)
    return path
