"""Columns of figures: a value of each replication, by metric or by the part of a goal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dialsim.api.samples import (
    ANY_REVIEW,
    ANY_SUSPENSION,
    CHANCES,
    COST,
    ENTERPRISE_STOP,
    GOALS_MET,
    HAPPENED,
    REVIEW_CHANCE,
    STOP_CHANCE,
    SUSPENSION_CHANCE,
)
from dialsim.statistics.stopping import Target, look

if TYPE_CHECKING:
    from dialsim.execution.replication import Played

COUNTED = ("events", "exposure")
"""The parts of a goal on a rate."""

OF_PLAYED = {
    GOALS_MET: "goals_met",
    ANY_SUSPENSION: "suspended",
    ENTERPRISE_STOP: "enterprise_stopped",
    ANY_REVIEW: "reviewed",
    COST: "cost",
    SUSPENSION_CHANCE: "suspension_chance",
    STOP_CHANCE: "stop_chance",
    REVIEW_CHANCE: "review_chance",
}
"""From a metric to its field of `Played`; others are among its metrics and goals."""


def is_precise(played: Sequence[Played], targets: Sequence[Target]) -> bool:
    """Return whether the interval of every target is as narrow as requested, so far."""
    if not played or not targets:
        return False
    names = {name for target in targets for name in target.columns}
    values = {name: column_of(played, name) for name in names}
    return all(each.met for each in look(values, targets))


def columns_of(played: Sequence[Played]) -> dict[str, NDArray[np.float64]]:
    """Return every figure of each replication (float[n]), by metric."""
    if not played:
        return {}
    names = [*played[0].metrics, *HAPPENED]
    if all(each.cost is not None for each in played):
        names.append(COST)
    if all(each.suspension_chance is not None for each in played):
        names += CHANCES
    for i in range(1, len(played[0].goals) + 1):
        names += [f"goal_{i}.{part}" for part in ("value", "margin", "met")]
        if all(i <= len(each.counted) and each.counted[i - 1] is not None for each in played):
            names += [f"goal_{i}.{part}" for part in COUNTED]
    return {name: column_of(played, name) for name in names}


def column_of(played: Sequence[Played], metric: str) -> NDArray[np.float64]:
    """Return a figure of each replication (float[n])."""
    if metric in OF_PLAYED:
        return _column([getattr(each, OF_PLAYED[metric]) for each in played])
    if not metric.startswith("goal_"):
        return _column([each.metrics[metric] for each in played])
    place, _, part = metric[len("goal_") :].partition(".")
    if part in COUNTED:
        counted = [each.counted[int(place) - 1] for each in played]
        at = COUNTED.index(part)
        return _column([None if each is None else each[at] for each in counted])
    goals = [each.goals[int(place) - 1] for each in played]
    if part == "margin":
        return _column([goal["margin"]["relative"] for goal in goals])
    if part == "met":
        return _column([goal["met"] for goal in goals])
    assert part == "value"  # there are no others
    return _column([goal["value"] for goal in goals])


def _column(values: Sequence[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else float(value) for value in values], np.float64)
