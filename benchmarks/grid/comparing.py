"""Rows of the grid: ours beside each tuned rival, on the same days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.grid.blocks import SEEDS, BlockedCell, Outcome, Shape, usual_by_noon
from benchmarks.grid.cells import Cell
from benchmarks.grid.playing import OURS, play
from benchmarks.grid.rivals import RIVALS, tuned
from benchmarks.grid.verdict import ONE_SIDED, Row, p_value
from dialsim.statistics.intervals import mean_interval

Tuned = dict[tuple[int, float, float, str], dict[str, Any]]
"""What rivals were tuned to, by team, answer share, handling time and rival."""


def compared(cell: Cell) -> Iterator[Row]:
    """Play one cell whose numbers are not blocked: a row a rival."""
    ours = np.array([play(cell, OURS, seed) for seed in cell.seeds])
    for rival in RIVALS:
        best = tuned(cell, rival)
        theirs = np.array([play(cell, best, seed) for seed in cell.seeds])
        differences = ours[:, 0] - theirs[:, 0]
        gap = mean_interval(differences, ONE_SIDED)
        yield _named(cell, rival, best) | {
            "days": len(ours),
            "ours": float(ours[:, 0].mean()),
            "theirs": float(theirs[:, 0].mean()),
            "gap": gap.value,
            "bound": gap.low,
            "p": p_value(differences),
            "drops_ours": float(ours[:, 1].max()),
            "drops_theirs": float(theirs[:, 1].max()),
        }


def compared_blocked(cell: Cell, shape: Shape, known: Tuned) -> Iterator[Row]:
    """Play one cell whose numbers are blocked: two rows a rival, and one without suspicion.

    Rivals are tuned in the same cell without blocks. Each is played as it would be in a dialer
    of its own, which suspects nothing, and under ours, which gives suspicious numbers up whatever
    paces; predictive pacing itself is also set beside itself without suspicion.
    """
    rivals = {
        rival: known.get((cell.agents, cell.answer, cell.handling_s, rival))
        or tuned(cell.untroubled, rival)
        for rival in RIVALS
    }
    blocked = BlockedCell(cell, shape, usual_by_noon(cell, [OURS, *rivals.values()]))
    ours = _campaigns(blocked, OURS, True)
    for suspects in (False, True):
        for rival, best in rivals.items():
            yield _beside(blocked, ours, (rival, best, suspects))
    yield _beside(blocked, ours, (OURS["mode"], OURS, False))


def tuned_before(rows: list[Row]) -> Tuned:
    """Return what the rivals were tuned to in the cells with even answers of earlier rows."""
    return {
        (row["agents"], row["answer"], row["handling_s"], row["rival"]): row["tuned"]
        for row in rows
        if row["kind"] == "even"
    }


def line(row: Row) -> str:
    """Return a row as it is printed."""
    head = (
        f"{row['kind']:8} {row['agents']:4} {row['answer']:4.0%} {row['handling_s']:4} s  "
        f"{row['rival']:15}"
    )
    if row["kind"] != "blocks":
        return (
            f"{head} {row['ours']:7.4f} {row['theirs']:7.4f} {row['gap']:+7.4f} "
            f"{row['bound']:+7.4f} {row['p']:8.1e} {row['drops_ours']:6.2%} "
            f"{row['drops_theirs']:6.2%}"
        )
    ours, theirs = row["ours"], row["theirs"]
    return (
        f"{head} {row['shape']:9} {'gives up' if row['suspects'] else '        '} "
        f"{ours['conversations']:8.0f} {theirs['conversations']:8.0f} "
        f"[{row['low']:+.0f}, {row['high']:+.0f}]  lost {ours['lost']:.1f} {theirs['lost']:.1f}  "
        f"held {ours['held']:.0f} {theirs['held']:.0f}  given up {ours['given_up']:.0f} "
        f"{theirs['given_up']:.0f} of {row['numbers']}"
    )


def _campaigns(blocked: BlockedCell, pacing: dict[str, Any], suspects: bool) -> list[Outcome]:
    return [blocked.play(pacing, seed, suspects) for seed in SEEDS]


def _beside(
    blocked: BlockedCell, ours: list[Outcome], other: tuple[str, dict[str, Any], bool]
) -> Row:
    rival, best, suspects = other
    theirs = _campaigns(blocked, best, suspects)
    differences = [a.conversations - b.conversations for a, b in zip(ours, theirs, strict=True)]
    gap = mean_interval(differences, ONE_SIDED)
    return _named(blocked.cell, rival, best) | {
        "shape": blocked.shape,
        "suspects": suspects,
        "campaigns": len(ours),
        "by_noon": blocked.by_noon,
        "numbers": blocked.numbers,
        "ours": _means(ours),
        "theirs": _means(theirs),
        "gap": gap.value,
        "low": gap.low,
        "high": gap.high,
    }


def _means(outcomes: list[Outcome]) -> dict[str, float]:
    means = np.mean(np.array(outcomes), axis=0).tolist()
    return dict(zip(Outcome._fields, means, strict=True))


def _named(cell: Cell, rival: str, best: dict[str, Any]) -> Row:
    return {
        "kind": cell.kind,
        "agents": cell.agents,
        "answer": cell.answer,
        "handling_s": cell.handling_s,
        "rival": rival,
        "tuned": best,
    }
