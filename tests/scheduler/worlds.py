"""Small worlds to drive."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from dialsim.outcomes.writer import MemorySink
from dialsim.results.run_view import labels_of
from dialsim.scenario.load import load_scenario
from dialsim.scenario.values import plain
from dialsim.scheduler.prepare import prepare_world
from dialsim.scheduler.run import Player
from dialsim.scheduler.warm import TINY


def tiny(**changes: Any) -> dict[str, Any]:
    """Return a scenario of two days, two lists and two goals; `changes` replace top keys."""
    raw = copy.deepcopy(TINY)
    raw["name"] = "tiny"
    raw["days"] = 2
    raw["people"][0]["synthetic"]["count"] = 120
    raw["campaigns"][0]["pacing"] = {"mode": "progressive"}  # power would break the abandon wall
    raw["goals"] = [
        {"metric": "attempts", "at_least": 5, "by": "2026-04-13T10:00:00"},
        {"metric": "attempts", "at_least": 50},
    ]
    raw.update(changes)
    return raw


def player(raw: dict[str, Any] | None = None, **options: Any) -> Player:
    """Return a player of a small world with its log in memory."""
    world = prepare_world(load_scenario(raw or tiny()))
    return Player(world, MemorySink(labels_of(world)), **options)


def as_toml(raw: dict[str, Any], path: Path) -> Path:
    """Write a scenario file."""
    import tomli_w

    path.write_text(tomli_w.dumps(plain(raw)), encoding="utf-8")  # type: ignore[arg-type]
    return path
