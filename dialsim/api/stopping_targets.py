"""Stopping targets of replications: a metric and the width of its interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dialsim.api.samples import CHANCES, COST, HAPPENED, rate_columns
from dialsim.messages.text import message
from dialsim.scenario.metrics import metrics
from dialsim.statistics.stopping import Kind, Target

if TYPE_CHECKING:
    from dialsim.errors import Problems
    from dialsim.scenario.models.schema import Scenario

Until = Mapping[str, float] | Sequence[str] | str
GOAL = "goal:"


def targets_of(
    until: Until, scenario: Scenario, problems: Problems, *, rare: bool = False
) -> list[Target]:
    """Return the requested targets; add their faults to `problems`.

    Parameters
    ----------
    until
        Half-width by metric, or ``"metric=width"`` each. ``goal:METRIC`` is the value that each
        goal of this metric is judged by.
    scenario
        The scenario whose goals targets may name.
    rare
        Whether the replications have chances given the calls made.
    """
    known = _columns(scenario, rare)
    goals = [goal.metric for goal in scenario.goals]
    found: list[Target] = []
    for name, width in _asked(until, problems):
        columns = _named(name, scenario, known, problems)
        for column in columns:
            if any(column == target.metric for target in found):
                problems.add(
                    f"until: {name}",
                    message("asked for twice"),
                    remedy=message("leave one of them out"),
                )
        found += [
            Target(name, column, known[column], width, rate_columns(column, goals))
            for column in columns
            if _is_width(name, width, known[column], problems)
        ]
    if not found and not problems.items:
        problems.add("until", message("names no metric"), allowed=_ALLOWED)
    return found


_ALLOWED = 'a metric and a half-width, such as "goal:conversations=0.02"'


def _asked(until: Until, problems: Problems) -> Iterable[tuple[str, float]]:
    if isinstance(until, Mapping):
        for name, given in until.items():
            yield str(name), _number(given)
        return
    asked: Any = until
    for each in asked if isinstance(asked, Iterable) and not isinstance(asked, str) else [asked]:
        name, equals, text = str(each).partition("=")
        if not equals:
            problems.add(
                "until", message("is no metric with a width"), found=each, allowed=_ALLOWED
            )
            continue
        yield name.strip(), _number(text)


def _number(given: object) -> float:
    """Return a width as given; NaN if it is invalid."""
    if isinstance(given, bool) or not isinstance(given, (int, float, str)):
        return math.nan
    try:
        return float(given)
    except (ValueError, OverflowError):
        return math.nan


def _columns(scenario: Scenario, rare: bool) -> dict[str, Kind]:
    """Return every figure of a replication that has an interval, with its kind."""
    known: dict[str, Kind] = {key: _kind(key) for key in metrics()}
    known |= dict.fromkeys(HAPPENED, "share")
    if rare:
        known |= dict.fromkeys(CHANCES, "mean")
    if scenario.costs is not None:
        known[COST] = "mean"
    for i, goal in enumerate(scenario.goals, 1):
        known[f"goal_{i}.value"] = _kind(goal.metric)
        known[f"goal_{i}.margin"] = "mean"
        known[f"goal_{i}.met"] = "share"
    return known


def _kind(metric: str) -> Kind:
    if metrics()[metric].rate is not None:
        return "rate"
    return "count" if metrics()[metric].count else "mean"


def _named(
    name: str, scenario: Scenario, known: Mapping[str, Kind], problems: Problems
) -> list[str]:
    """Return the columns of a name: one, or those of all goals of its metric."""
    from dialsim.errors import did_you_mean

    at = f"until: {name}"
    if name in known:
        return [name]
    if not name.startswith(GOAL):
        if name in CHANCES:
            problems.add(
                at, message("is not estimated"), remedy=message("ask for it: rare=True, or --rare")
            )
            return []
        near = did_you_mean(name, [*known, *_goal_names(scenario)])
        problems.add(
            at, message("there is no such metric"), allowed=None if near else known, remedy=near
        )
        return []
    metric = name[len(GOAL) :]
    columns = [f"goal_{i}.value" for i, g in enumerate(scenario.goals, 1) if g.metric == metric]
    if not columns:
        goals = _goal_names(scenario)
        near = did_you_mean(name, goals)
        remedy = near or (
            message('name the metric itself: "{metric}"').filled(metric=metric)
            if metric in known
            else None
        )
        problems.add(
            at, message("there is no goal of that metric"), allowed=goals or None, remedy=remedy
        )
    return columns


def _goal_names(scenario: Scenario) -> list[str]:
    return list(dict.fromkeys(GOAL + goal.metric for goal in scenario.goals))


def _is_width(name: str, width: float, kind: Kind, problems: Problems) -> bool:
    absolute = kind == "share"
    if 0 < width < (1 if absolute else math.inf):
        return True
    problems.add(
        f"until: {name}",
        message("is no half-width of an interval"),
        found=None if math.isnan(width) else width,
        allowed=message("above 0 and below 1, of the share itself")
        if absolute
        else message("a number above 0, relative to the mean: 0.02 is 2 %"),
    )
    return False
