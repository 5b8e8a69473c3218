"""Whether each goal was met, and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialsim.core.ticks import local_tick
from dialsim.report.metrics import campaign_values
from dialsim.scenario.metrics import metrics
from dialsim.scenario.schema import Goal

if TYPE_CHECKING:
    from dialsim.engine.build import World

Values = Mapping[str, float | int | None]


def due_tick(world: World, goal: Goal) -> int:
    """Return the tick a goal is judged at: its `by`, at the latest the end of the aftermath."""
    if goal.by is None:
        return world.end_tick
    scenario = world.scenario
    return min(local_tick(scenario.start, scenario.time_zone, goal.by), world.end_tick)


def judge(
    world: World,
    final: Values,
    snapshots: Mapping[int, Values] | None = None,
    complete: bool = True,
) -> list[dict[str, Any]]:
    """Return each goal with its value, margin and verdict.

    Parameters
    ----------
    final
        All metrics at the end.
    snapshots
        By the goal's index: all metrics at its `due_tick`, for those due before the end.
    complete
        Whether the run came to its end.

    Returns
    -------
    list of dict
        ``index, metric, campaign, name, unit, bound ("at_least" or "at_most"), target, value, met,
        margin {absolute, relative}, by, judged_at``. A positive margin is on the good side;
        `relative` is None for a target of zero. `met` is None, undecided, when the run broke off
        before the goal was due, and for a metric with nothing to divide by.
    """
    now = int(world.state.control[0]["now"])
    judged = []
    for index, goal in enumerate(world.scenario.goals):
        due = due_tick(world, goal)
        snapshot = (snapshots or {}).get(index)
        open_still = snapshot is None and not complete and now < due
        if snapshot is None:
            whole = goal.campaign is None
            snapshot = final if whole else campaign_values(world, str(goal.campaign))
        value = snapshot[goal.metric]
        judged.append(_judged(index, goal, value, open_still))
    return judged


BROKEN_OFF = "not judged, the run broke off before"


def _judged(index: int, goal: Goal, value: float | None, open_still: bool) -> dict[str, Any]:
    metric = metrics()[goal.metric]
    at_least = goal.at_least is not None
    target = goal.at_least if goal.at_least is not None else goal.at_most
    assert target is not None  # the schema asks for one of the two
    difference = None
    if value is not None:
        difference = value - target if at_least else target - value
    whole = difference is not None and float(difference).is_integer()
    return {
        "index": index,
        "metric": goal.metric,
        "campaign": goal.campaign,
        "name": metric.name if goal.campaign is None else f"{goal.campaign}: {metric.name}",
        "unit": metric.unit,
        "bound": "at_least" if at_least else "at_most",
        "target": int(target) if float(target).is_integer() else float(target),
        "value": value,
        "met": None if open_still or difference is None else bool(difference >= 0),
        "margin": {
            "absolute": int(difference) if whole and difference is not None else difference,
            "relative": None if difference is None or not target else difference / target,
        },
        "by": goal.by.isoformat() if goal.by is not None else None,
        "judged_at": BROKEN_OFF
        if open_still
        else ("by" if goal.by is not None else "end of the aftermath"),
    }


def verdict(goals: list[dict[str, Any]], *, complete: bool, lawful: bool) -> dict[str, Any]:
    """Return the run's verdict: counts, and one sentence for the head of a page."""
    met = sum(goal["met"] is True for goal in goals)
    missed = [goal["name"] for goal in goals if goal["met"] is False]
    undecided = [goal["name"] for goal in goals if goal["met"] is None]
    early = sum(goal["judged_at"] == BROKEN_OFF for goal in goals)
    if not goals:
        sentence = "No goals were set."
    elif early:
        sentence = f"Broken off: {early} of {len(goals)} goals not yet judged."
    elif missed or undecided:
        parts = []
        if missed:
            parts.append(f"{'Goal' if len(missed) == 1 else 'Goals'} missed: {', '.join(missed)}.")
        if undecided:
            parts.append(f"Undecided, nothing to divide by: {', '.join(undecided)}.")
        sentence = " ".join(parts)
    else:
        whole = {1: "The goal is met.", 2: "Both goals are met."}
        sentence = whole.get(met, f"All {met} goals are met.")
    return {
        "met": met,
        "missed": len(missed),
        "undecided": len(undecided),
        "all_met": bool(goals) and met == len(goals) and complete and lawful,
        "sentence": sentence,
    }
