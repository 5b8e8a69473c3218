"""One campaign of the grid played to its end, whichever way it is paced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from benchmarks.grid.cells import Cell
from benchmarks.grid.linear import MODE as LINEAR
from benchmarks.grid.linear import run_linear
from dialsim.engine import host
from dialsim.engine.build import World, prepare

OURS = {"mode": "predictive"}


class Played(NamedTuple):
    """What became of a campaign."""

    talk: float
    """Share of staffed time that is talk."""
    dropped: float
    """Share of live answers that found no agent in time."""


def run(cell: Cell, pacing: dict[str, Any], seed: int) -> tuple[World, host.Logs]:
    """Play a cell and return its world at the end, with every row logged."""
    return run_scenario(lambda told: cell.scenario(told, seed), pacing)


def run_scenario(
    made: Callable[[dict[str, Any]], Any], pacing: dict[str, Any]
) -> tuple[World, host.Logs]:
    """Play the scenario that `made` returns for a way of pacing that the product has."""
    steered = pacing["mode"] == LINEAR
    world = host.fill_all(prepare(made({"mode": "policy"} if steered else pacing)))
    if not steered:
        return world, host.run_to_end(world)
    parts = run_linear(world, pacing["a"], pacing["b"])
    return world, host.Logs(*(np.concatenate(rows) for rows in zip(*parts, strict=True)))


def play(cell: Cell, pacing: dict[str, Any], seed: int) -> Played:
    """Play a cell whose list is longer than it can be called.

    Raises
    ------
    RuntimeError
        The list was too short after all: the ways of pacing would not be compared by their pace.
    """
    world, _ = run(cell, pacing, seed)
    staff, tally = world.state.crew.staff[0], world.state.memory.tallies[0]
    if tally["attempts"] >= cell.list_rows:
        raise RuntimeError(f"{cell}: the list was used up")
    total = sum(int(staff[part].sum()) for part in ("idle_ms", "talk_ms", "wrap_ms"))
    return Played(
        talk=int(staff["talk_ms"].sum()) / total,
        dropped=int(tally["abandoned"]) / max(1, int(tally["live_answers"])),
    )
