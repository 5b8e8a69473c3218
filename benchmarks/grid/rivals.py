"""The rivals of predictive pacing, and how each is tuned to a cell."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

import numpy as np

from benchmarks.grid.cells import Cell
from benchmarks.grid.linear import MODE as LINEAR
from benchmarks.grid.playing import play

Pacing = dict[str, Any]
RIVALS = ("power", "vicidial_adapt", "abandon_target", "simulate_ahead", LINEAR)
NO_ANSWER_S, ANSWER_S = 28.0, 13.0  # how long a call is out, roughly
FINE = 1.15  # a step of the second search for the two gains, as a factor


def choices(cell: Cell, rival: str) -> list[Pacing]:
    """Return what a rival may be tuned to; of the linear controller, where its search begins."""
    free = min(100.0, round(1 / cell.answer, 2))
    if rival == "power":
        return [
            {"mode": rival, "ratio": round(max(1.0, part * free), 2)}
            for part in (0.5, 0.75, 1.0, 1.5, 2.0)
        ]
    if rival == "vicidial_adapt":
        step = max(1, cell.agents // 20)
        aims = [("average", part * step) for part in (-2, -1, 0, 1, 2, 4)]
        return [
            {"mode": rival, "most_level": free, "method": method, "agents_target": aim}
            for method, aim in [*aims, ("hard", 0)]
        ]
    if rival == "abandon_target":
        return [
            {"mode": rival, "most_level": 2 * free, "gain": gain, "window": window}
            | {"drop_target": 0.027}
            for gain, window in product((0.01, 0.03, 0.15), ("10m", "1h"))
        ]
    if rival == "simulate_ahead":
        return [{"mode": rival, "drop_target": target} for target in (0.015, 0.02, 0.027, 0.03)]
    return [
        _gains(a * free, b * calls_out(cell))
        for a, b in product((0.4, 0.8, 1.2, 1.8), (0.0, 0.5, 0.75, 1.0, 1.25))
    ]


def calls_out(cell: Cell) -> float:
    """Return how many calls are out for each busy agent where agents are never idle."""
    out_s = cell.answer * ANSWER_S + (1 - cell.answer) * NO_ANSWER_S
    return out_s / (cell.handling_s * cell.answer)


def tuned(cell: Cell, rival: str) -> Pacing:
    """Return the choice that talks most on the tuning seeds.

    The gains of the linear controller are searched once more around the best of the first search.
    """
    best, score = _best(cell, choices(cell, rival))
    if rival != LINEAR:
        return best
    near = [
        _gains(best["a"] * FINE**up, best["b"] * FINE**right)
        for up, right in ((1, 0), (-1, 0), (0, 0.5), (0, -0.5), (2, 0), (0, 1))
    ]
    closer, better = _best(cell, near)
    return closer if better > score else best


def _best(cell: Cell, each: Iterable[Pacing]) -> tuple[Pacing, float]:
    scored = [
        (float(np.mean([play(cell, pacing, seed).talk for seed in cell.tuning_seeds])), pacing)
        for pacing in each
    ]
    score, pacing = max(scored, key=lambda one: one[0])
    return pacing, score


def _gains(a: float, b: float) -> Pacing:
    return {"mode": LINEAR, "a": round(a, 3), "b": round(b, 4)}
