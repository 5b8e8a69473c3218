"""Texts of the page of a sweep, and the names of its metrics, figures and keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialsim.errors import written
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.results import formatting
from dialsim.results.planning_types.sweep import SweepGoal, SweepResult
from dialsim.scenario.metrics import metrics

LABELS: Texts = text_table(
    {
        "no_goals": "No goals were set.",
        "value": message("value", "column"),
        "mean": message("mean", "column"),
        "share": "share of replications",
        "interval": message("95 % interval", "column"),
        "figure": message("figure", "column"),
        "keys": message("keys", "column"),
        "interaction": message("interaction", "column"),
        "p": message("p", "column"),
        "goals_met": "every goal met",
        "any_suspension": "any suspension",
        "enterprise_stop": "enterprise stopped",
        "any_review": "enterprise reviewed",
        "cost": "cost",
        "margin": "margin of {}",
        "met": "{} met",
        "events": "events of {}",
        "exposure": "exposure of {}",
        "at_least": "{name}, at least {target}",
        "at_most": "{name}, at most {target}",
        "points": "Points",
        "not_played": "not played at every point with it",
        "interactions": "Does one depend on the other?",
        "with": "{} and {}",
        "equal": message("{key} = {value}", "value of a key"),
        "everywhere": "The same at every point",
        "everywhere_note": "in every replication",
        "with_unit": "{}, {}",
        "more": "and {} more",
        "folder": "results: {}",
        "head": "{points} points × {n} replications · seed {seed}",
        "broken": "Broken off: {done} of {whole} replications came to their end, all of them at "
        "{full} of {points} points, some at {begun} more; what follows is of these alone. The same "
        "command goes on with it, if it has an --out.",
        "nothing": "Broken off before the first replication came to its end.",
        "best": "Every goal was met in every replication at {met} of {points} points.",
        "best_so_far": "Every goal was met in every replication so far at {met} of the {points} "
        "points played, of {whole} in all.",
        "none_met_so_far": "At none of the {points} points played, of {whole} in all, was every "
        "goal met in every replication so far; most often at {at}: {hits} of {n}, {share}.",
        "none_met": "At no point was every goal met in every replication; most often at {at}: "
        "{hits} of {n}, {share}.",
        "between": "{value} (95 % interval {low} to {high})",
        "responses": "Mean at each value, over all values of the other keys, with 95 % interval.",
        "points_played": "{played} of {whole} played so far, {shown} shown",
        "points_note": "{shown} of {whole}, those that met the goals most often",
        "all_points": "means; of goals and suspensions, 95 % intervals of their shares",
        "interactions_note": "part of what both move that is no sum of two effects",
    }
)


def name_of(metric: str, goals: Sequence[SweepGoal], lang: Language = "en") -> str:
    """Return the text of a metric of replications."""
    texts = LABELS[lang]
    if metric.startswith("goal_"):
        number, _, what = metric.removeprefix("goal_").partition(".")
        goal = goals[int(number) - 1]
        name = _goal_name(goal, lang)
        if goal["target"] is not None and what == "value":
            target = formatting.number(goal["target"], goal["unit"])
            return texts[goal["bound"]].format(name=name, target=target)
        return name if what == "value" else texts[what].format(name)
    return texts[metric] if metric in texts else plain_name(metric, lang)


def _goal_name(goal: SweepGoal, lang: Language) -> str:
    """Return the text of a goal: its metric, and its campaign if it has one."""
    name, campaign = plain_name(goal["metric"], lang), goal.get("campaign")
    return name if campaign is None else LABELS[lang]["of"].format(campaign, name)


def figure(value: float | None, unit: str) -> str:
    """Return a mean rounded for display: counts above 100 without decimals."""
    if value is None or value != value:
        return formatting.number(None)
    if unit == "share":
        return formatting.percent(value)
    return formatting.number(round(value) if abs(value) >= 100 else value, unit)


def plain_name(metric: str, lang: Language) -> str:
    """Return the text of a metric of a scenario."""
    return metrics()[metric].name[lang]


def metric_unit(found: SweepResult, metric: str) -> str:
    """Return the unit of a metric; of an event, a share."""
    unit = str(found["units"][metric])
    return "share" if unit == "0 or 1" else unit


def title_of(metric: str, found: SweepResult, lang: Language) -> str:
    """Return the title of a metric in a table, without its target."""
    if metric.startswith("goal_"):
        goal = found["goals"][int(metric.removeprefix("goal_").partition(".")[0]) - 1]
        return _goal_name(goal, lang)
    return name_of(metric, found["goals"], lang)


def short_key(key: str, others: Mapping[str, Any]) -> str:
    """Return the shortest end of a key that distinguishes it from the others.

    >>> short_key("caller_ids.north.count", {"caller_ids.north.count": 0, "agents.day.count": 0})
    'north.count'
    """
    parts = key.split(".")
    for size in range(1, len(parts)):
        end = ".".join(parts[-size:])
        alone = sum(other == end or other.endswith(f".{end}") for other in others) == 1
        if alone and not end.replace(".", "").isdigit():
            return end
    return key


def value_text(value: Any) -> str:
    """Return a value of a key as text."""
    return value if isinstance(value, str) else written(value)
