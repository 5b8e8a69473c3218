"""Whether each goal was met, and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, TypeAlias

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.core.ticks import local_tick
from dialsim.engine.call_history.goal_progress import RATIOS, WHOLE, OnRecord, on_record
from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import (
    MARKS,
    Message,
    Text,
    Texts,
    from_table,
    joined,
    message,
    text_table,
)
from dialsim.results.formatting import about, number
from dialsim.results.metrics import campaign_values
from dialsim.results.result_types import CLOSED
from dialsim.results.summary_types.results import Goal as JudgedGoal
from dialsim.results.summary_types.results import GoalBefore, Verdict
from dialsim.scenario.metrics import NO_COUNTS, metrics
from dialsim.scenario.models.schema import Goal

if TYPE_CHECKING:
    from dialsim.engine.build import World

Values = Mapping[str, float | int | None]
Judged = list[JudgedGoal]


@with_config(CLOSED)
class LogShare(TypedDict):
    """What a call log has of a goal."""

    as_of: str
    """From when the run is played, ISO 8601."""
    value: float | None
    """What the log has of it up to then; None: nothing."""


@with_config(CLOSED)
class ExpectedAfterLog(LogShare):
    """What a call log has of a goal, and what an estimate adds to it."""

    expected: float | None
    """What the run is expected to add; None: nothing, or not estimated."""


BeforeRun: TypeAlias = GoalBefore | LogShare | ExpectedAfterLog
"""What a goal counts of the time before the run."""


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
) -> list[JudgedGoal]:
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
    list of Goal
        A positive margin is on the good side; `relative` is None for a target of zero. `met` is
        None, undecided, when the run broke off before the goal was due, for a metric with nothing
        to divide by, and for one that a call log does not have of a goal due before the run. `name`
        and `judged_at` are texts. With ``before`` of a run that goes on from a call log, else
        without.

    Notes
    -----
    A goal counts what the campaign has done since its first day: before, as the log has it, and
    played.
    """
    now = int(world.state.control[0]["now"])
    log = on_record(world) if world.scenario.goals else None
    judged: list[JudgedGoal] = []
    for index, goal in enumerate(world.scenario.goals):
        due = due_tick(world, goal)
        snapshot = (snapshots or {}).get(index)
        open_still = snapshot is None and not complete and now < due
        values = _values_of(world, goal, final, snapshot)
        value, before = values[goal.metric], None
        if log is not None:
            value, before = _with_record(log, goal, values)
        judged.append(_judged(index, goal, value, open_still, before))
    return judged


def _with_record(
    log: OnRecord, goal: Goal, values: Values
) -> tuple[float | None, GoalBefore | None]:
    """Return a goal's value, the log's calls with those that were played, and both by themselves.

    The latter None of metrics that count what was so when the run began.
    """
    over, played = log.due_before(goal), values[goal.metric]
    history = log.world.scenario.history
    assert history is not None  # the log is in it
    assert history.as_of is not None
    as_of = history.as_of.isoformat(timespec="minutes")
    if goal.metric in WHOLE:
        return played, None
    if goal.metric in RATIOS:
        parts = [log.of_goal(goal.model_copy(update={"metric": each}))
                 for each in RATIOS[goal.metric]]  # fmt: skip
        events, exposure = (
            (part or 0) + (0 if over else int(values[each] or 0))
            for part, each in zip(parts, RATIOS[goal.metric], strict=True)
        )
        was = (parts[0] or 0) / parts[1] if parts[1] else None
        before: GoalBefore = {
            "as_of": as_of, "value": was, "played": None if over else played
        }  # fmt: skip
        return events / exposure if exposure else None, before
    found = log.of_goal(goal)
    if over:
        return found, {"as_of": as_of, "value": found, "played": None}
    value = played if found is None or played is None else found + played
    return value, {"as_of": as_of, "value": found, "played": played}


def before_alone(goal: Mapping[str, object]) -> dict[str, LogShare]:
    """Return ``before`` of a goal without what one run played; nothing without a log.

    Parameters
    ----------
    goal
        As judged, of a run or of a replication.
    """
    before = goal.get("before")
    if not isinstance(before, Mapping):
        return {}
    return {"before": {"as_of": before["as_of"], "value": before["value"]}}


def before_words(
    before: BeforeRun | None, unit: str, by: str | None, language: Language = "en"
) -> str:
    """Return what of a goal's value a call log has, and what was played; empty without a log.

    Parameters
    ----------
    before
        Of the goal; None: there is no log.
    unit
        Of the goal.
    by
        When the goal is due, in ISO 8601; None: at the end of the aftermath.

    Examples
    --------
    >>> before_words({"as_of": "2026-04-14T10:40", "value": 233, "played": 133}, "calls", None)
    '233 before Tue 14 Apr 10:40 + 133 played'
    """
    texts = LABELS[language]
    if before is None:
        return ""
    when = dates.moment(before["as_of"], weekday=True, language=language)
    if before["value"] is None:
        as_of = datetime.fromisoformat(before["as_of"])
        over = by is not None and datetime.fromisoformat(by) <= as_of
        return texts["not_on_record" if over else "from_moment"].format(when=when)
    value = number(before["value"], unit)
    expected, played = before.get("expected"), before.get("played")
    if isinstance(expected, int | float):
        return texts["before_expected"].format(value=value, when=when, expected=about(expected))
    if not isinstance(played, int | float):
        whole = "played" in before or "expected" in before
        return texts["before" if whole else "of_it"].format(value=value, when=when)
    key = "before_then" if unit in NO_COUNTS else "before_and"
    return texts[key].format(value=value, when=when, played=number(played, unit))


def _values_of(world: World, goal: Goal, final: Values, snapshot: Values | None) -> Values:
    """Return the metrics that a goal is judged by: those when it was due, or at the end."""
    if snapshot is not None:
        return snapshot
    return final if goal.campaign is None else campaign_values(world, goal.campaign)


def counted(
    world: World, final: Values, snapshots: Mapping[int, Values] | None = None
) -> list[tuple[float, float] | None]:
    """Return the events and the exposure of each goal on a rate; None of any other goal.

    Parameters
    ----------
    final, snapshots
        As for :func:`judge`.
    """
    found: list[tuple[float, float] | None] = []
    for index, goal in enumerate(world.scenario.goals):
        rate = metrics()[goal.metric].rate
        if rate is None:
            found.append(None)
            continue
        values = _values_of(world, goal, final, (snapshots or {}).get(index))
        found.append((float(values[rate.events] or 0), float(values[rate.exposure] or 0)))
    return found


WHEN_DUE, AT_THE_END = message("by", "judged"), message("end of the aftermath")
BROKEN_OFF = message("not judged, the run broke off before")
NOT_ON_RECORD = message("not judged, due before the run, and no call log has it")
"""When a goal was judged."""

LABELS: Texts = text_table(
    {
        "none": "No goals were set.",
        "one_missed": "Goal missed: {}.",
        "missed": "Goals missed: {}.",
        "undecided": "Undecided, nothing to divide by: {}.",
        "one_met": "The goal is met.",
        "both_met": "Both goals are met.",
        "all_met": "All {} goals are met.",
        "early": "Broken off: {} of {} goals not yet judged.",
        "unknown": "Undecided, due before the run, and no call log has it: {}.",
        "not_on_record": "due before {when}, and no call log has it",
        "from_moment": "counted from {when} on: no call log has it",
        "before": "as the call log has it before {when}: {value}",
        "of_it": "of it {value} before {when}, as the call log has it",
        "before_and": "{value} before {when} + {played} played",
        "before_then": "{value} before {when}, {played} played",
        "before_expected": "{value} before {when} + about {expected} expected",
    }
)


def _judged(
    index: int,
    goal: Goal,
    value: float | None,
    open_still: bool,
    before: GoalBefore | None = None,
) -> JudgedGoal:
    metric = metrics()[goal.metric]
    at_least = goal.at_least is not None
    target = goal.at_least if goal.at_least is not None else goal.at_most
    assert target is not None  # the schema asks for one of the two
    difference = None
    if value is not None:
        difference = value - target if at_least else target - value
    whole = difference is not None and float(difference).is_integer()
    due = WHEN_DUE if goal.by is not None else AT_THE_END
    judged_at = BROKEN_OFF if open_still else due
    if before is not None and before["value"] is before["played"] is None and value is None:
        judged_at = NOT_ON_RECORD

    name = metric.name
    if goal.campaign is not None:
        name = from_table(LABELS, "of", goal.campaign, name)
    judged: JudgedGoal = {
        "index": index,
        "metric": goal.metric,
        "campaign": goal.campaign,
        "name": name,
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
        "judged_at": judged_at,
    }
    if before is not None:
        judged["before"] = before
    return judged


def verdict(goals: Judged, *, complete: bool, lawful: bool) -> Verdict:
    """Return the run's verdict: counts, and one sentence for the head of a page."""
    met = sum(goal["met"] is True for goal in goals)
    missed = [goal for goal in goals if goal["met"] is False]
    undecided = [goal for goal in goals if goal["met"] is None]
    return {
        "met": met,
        "missed": len(missed),
        "undecided": len(undecided),
        "all_met": bool(goals) and met == len(goals) and complete and lawful,
        "sentence": _sentence(goals, missed, undecided),
    }


def _sentence(goals: Judged, missed: Judged, undecided: Judged) -> Text:
    texts: dict[str, Message] = LABELS.messages
    early = sum(goal["judged_at"] == BROKEN_OFF.en for goal in goals)
    if not goals:
        return texts["none"]
    if early:
        return texts["early"].filled(early, len(goals))
    parts: list[Text] = []
    unknown = [goal for goal in undecided if goal["judged_at"] == NOT_ON_RECORD.en]
    undecided = [goal for goal in undecided if goal not in unknown]
    for some, key in ((missed, "one_missed" if len(missed) == 1 else "missed"),
                      (undecided, "undecided"), (unknown, "unknown")):  # fmt: skip
        if some:
            names = joined(texts["and"], (goal["name"] for goal in some))
            parts.append(texts[key].filled(names))
    if parts:
        return reduce(MARKS["sentences"].filled, parts)
    whole = {1: "one_met", 2: "both_met"}.get(len(goals), "all_met")
    return texts[whole].filled(len(goals))
