"""One change of a scenario: what it says, the values it sets, and its effect in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from dialsim.errors import ScenarioError
from dialsim.feasibility.recommendations.recommended_change import RecommendedChange
from dialsim.messages.text import Text, Texts, from_table, translated
from dialsim.results import formatting
from dialsim.results.summary_types.results import Goal as JudgedGoal
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.schema import Goal, Scenario

PROJECTED = ("conversations", "connects", "live_answers", "reach", "answered", "attempts")
"""Metrics that the estimate has, and of which more is better."""
STEPS = frozenset(".[]")
"""Characters that separate the steps of a path."""
LEAST_GAIN = 0.005  # relative gains below are not worth a recommendation

LABELS: Texts = translated(
    {
        "more_agents": "{count:,} agents in {name} instead of {before:,}",
        "fewer_agents": "{count:,} agents in {name} instead of {before:,}: they were idle for "
        "{idle} of their time",
        "more_numbers": "{count:,} numbers in {name} instead of {before:,}, each with a filing of "
        "its own",
        "numbers_and_limits": "{count:,} numbers in {name} instead of {before:,}, each with a "
        "filing of its own, and own limits that hold each to it",
        "faster_line": "{count:,} calls a second on {name} instead of {before:,}, and as many "
        "channels more",
        "longer": "{count} days instead of {before}",
        "one_more_attempt": "up to {count} attempts in {name} instead of {before}",
        "predictive": "predictive pacing in {name}: agents wait less for answers, under the same "
        "cap on drops",
        "more_people": "{count:,} people in {name} instead of {before:,}",
        "own_limits": "an own limit for each number of {before:,} calls a day, as filed, and of "
        "{count:,} an hour, which spreads them over the day",
        "up_to_filed": "an own ceiling of {count:,} calls {per} for each number instead of "
        "{before:,}, within the {filed:,} a day that are filed for it",
        "own_cap": "an own cap of {count} on abandoned calls, by which nothing is dialled that may "
        "still ring as a shift ends",
        "two_teams": "two teams in {name}, the second {count} min later",
        "headroom": "in {name}, call from the numbers that have used least of what they are filed "
        "for, and from none that has used it up",
        "unregistered": "calls from unregistered numbers are counted and stopped together",
        "metric": "about {to} {metric} instead of {now} ({share})",
        "same": "{metric} about the same, {to}",
        "filed": "no number calls beyond its filing; what the network does then, a run tells",
    }
)


class HasName(Protocol):
    """An item of a table with a name."""

    @property
    def name(self) -> str:
        """Its name."""


Named = TypeVar("Named", bound=HasName)


@dataclass(frozen=True)
class Change:
    """One change: its kind, and the values it sets by their paths.

    `per` and `filed`: window (ms) of an own ceiling, and the filed volume of a number.
    """

    kind: str
    name: str
    before: Any
    count: Any
    sets: Mapping[str, object]
    per: int | None = None
    filed: int | None = None

    def with_count(self, count: int) -> Change:
        """Return the same change with another count."""
        return replace(self, count=count, sets=dict.fromkeys(self.sets, count))

    def sentence(self, idle: float | None = None) -> Text:
        """Return the change as a sentence."""
        return from_table(
            LABELS,
            self.kind,
            name=self.name,
            before=self.before,
            count=self.count,
            idle=formatting.percent(idle),
            per="" if self.per is None else formatting.per_text(self.per),
            filed=self.filed,
        )


def with_change(scenario: Scenario, change: Change) -> Scenario | None:
    """Return the scenario with a change; None if the scenario would be invalid."""
    try:
        for key, value in change.sets.items():
            scenario = scenario.with_(key, value)
    except ScenarioError:
        return None
    return scenario


def addressed(table: str, items: Sequence[Named]) -> Iterator[tuple[Named, str]]:
    """Yield the items of a table with their paths.

    A path has the item's name, or its index if the name contains separators. Items whose index is
    the name of another are left out.
    """
    names = [each.name for each in items]
    for place, each in enumerate(items):
        plain = not set(each.name) & STEPS
        if plain or str(place) not in names:
            yield each, f"{table}.{each.name if plain else place}"


def first_wanted(scenario: Scenario, goals: Sequence[JudgedGoal]) -> Goal | None:
    """Return the first judged goal with a least value of an estimated metric."""
    for judged in goals:
        before = judged.get("before")
        over = before is not None and before["played"] is None  # nothing changes it any more
        if judged["bound"] == "at_least" and judged["metric"] in PROJECTED and not over:
            goal: Goal = scenario.goals[judged["index"]]
            return goal
    return None


def on_log(scenario: Scenario, wanted: Goal | None, goals: Sequence[JudgedGoal]) -> float:
    """Return the value of a goal in the call log, which no change affects."""
    mine = [each for each in goals if scenario.goals[each["index"]] is wanted]
    before = mine[0].get("before") if mine else None
    return 0.0 if before is None else float(before["value"] or 0)


def shown_figure(metric: str, value: float) -> str:
    """Return an estimate of a metric as text; counts are rounded to whole numbers.

    >>> shown_figure("conversations", 1.04), shown_figure("asr", 0.312)
    ('1', '0.312')
    """
    return formatting.about(round(value) if metrics()[metric].count else value)


def effect_text(metric: str, now: float, to: float) -> Text:
    """Return the effect of a change on a metric as a sentence."""
    known = metrics()[metric]
    figures = {"now": shown_figure(metric, now), "to": shown_figure(metric, to)}
    differs = abs(to / now - 1) >= LEAST_GAIN and figures["now"] != figures["to"]
    return from_table(
        LABELS,
        "metric" if differs else "same",
        metric=known.name,
        **figures,
        share=formatting.percent(to / now - 1, signed=True),
    )


def written_change(change: Change, effect: Text, idle: float | None = None) -> RecommendedChange:
    """Return a change in the form of a summary.

    Parameters
    ----------
    effect
        Its effect.
    idle
        Share of the time in which agents were idle.
    """
    quoted = [f"{key}={_toml(value)}" for key, value in change.sets.items()]
    return {
        "kind": change.kind,
        "sentence": change.sentence(idle),
        "effect": effect,
        "set": quoted,
        "metric": None,
        "now": None,
        "to": None,
    }


def _toml(value: object) -> str:
    """Return a value in the syntax of ``--set``."""
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        pairs = (
            f'{key} = "{each}"' if isinstance(each, str) else f"{key} = {each}"
            for key, each in value.items()
        )
        return f"{{ {', '.join(pairs)} }}"
    return str(value)
