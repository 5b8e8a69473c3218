"""The verdict of a comparison: one sentence for the head of the page, and the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dialsim.messages.text import Text, message, plural
from dialsim.results.comparison.comparison_result import (
    ComparisonFigures,
    ComparisonVerdict,
    Headings,
)
from dialsim.results.comparison.goal_result import GoalCompared, GoalVerdict
from dialsim.results.comparison.goal_sentences import listed, one_after_another
from dialsim.results.hard_limits import UNLAWFUL


class _Names(NamedTuple):
    """Names of goals and hard limits by the verdict on the second."""

    better: list[str]
    worse: list[str]
    untold: list[str]


def conclude(found: ComparisonFigures) -> ComparisonVerdict:
    """Return the verdict of a comparison."""
    goals = found["goals"]
    by = _Names(_names(goals, "better"), _names(goals, "worse"), _names(goals, "untold"))
    unlawful = no_lawful_plan(found["headings"])
    differ = [key for key, metric in found["metrics"].items() if metric["told"]]
    return {
        "sentence": _sentence(found, by, differ, unlawful),
        "better": by.better,
        "worse": by.worse,
        "untold": by.untold,
        "metrics_differ": differ,
        "exit_code": int(bool(by.worse) or unlawful),
    }


def no_lawful_plan(headings: Headings) -> bool:
    """Return whether no result of the second scenario may count in its favour.

    It is a study of what is forbidden; or theory, beside a first that may be a lawful plan.
    """
    a, b = headings["a"], headings["b"]
    return b is not None and (b == UNLAWFUL or a is None)


def _names(goals: Sequence[GoalCompared], verdict: GoalVerdict) -> list[str]:
    return [_name(goal) for goal in goals if goal["verdict"] == verdict]


def _name(goal: GoalCompared) -> str:
    name = goal["name"]
    return message("the hard limit on {name}").filled(name=name) if goal["wall"] else name


def _sentence(found: ComparisonFigures, by: _Names, differ: Sequence[str], unlawful: bool) -> Text:
    if not found["replications"]:
        return message("Interrupted before the first pair was complete.")
    if unlawful:
        head = found["headings"]["b"]
        return message("B is {head}: none of its results speaks for it.").filled(head=head)
    if found["same"]:
        return _of_the_same(found)
    sentences = _of_two_runs(found, by) if found["kind"] == "runs" else _of_goals(found, by)
    sentences += _exceeded_limits(found)
    tested = sum(metric["p"] is not None for metric in found["metrics"].values())
    if tested:
        sentences.append(_DIFFER.of(tested, significant=len(differ) or message("none")))
    return one_after_another(sentences)


_DIFFER = plural(
    "Metrics with a significant difference: {significant} of {count} that varies.",
    "Metrics with a significant difference: {significant} of {count} that vary.",
)


def _of_the_same(found: ComparisonFigures) -> Text:
    if found["kind"] == "scenarios":
        return message("A and B are the same scenario: nothing can differ.")
    if found["digests"]["a"] == found["digests"]["b"]:
        return message("A and B are the same run: every call is the same.")
    return message(
        "The same scenario, files, seed and version, but other calls: please report this."
    )


def _of_goals(found: ComparisonFigures, by: _Names) -> list[Text]:
    goals = found["goals"]
    if by.worse and by.better:
        text = message("B is worse in {worse}, and better in {better}.")
        made = text.filled(worse=listed(by.worse), better=listed(by.better))
        return [made, *_in_pairs(goals, "worse")]
    if by.worse:
        text = message("B is worse in {goals}.")
        return [text.filled(goals=listed(by.worse)), *_in_pairs(goals, "worse")]
    if by.better:
        text = message("B is better in {goals}, worse in no goal.")
        return [text.filled(goals=listed(by.better)), *_in_pairs(goals, "better")]
    if by.untold:
        return [_NONE.of(len(found["replications"]))]
    return [_all_the_same(found)]


_NONE = plural(
    "No difference in any goal is significant over {count} pair.",
    "No difference in any goal is significant over {count} pairs.",
)


def _of_two_runs(found: ComparisonFigures, by: _Names) -> list[Text]:
    sentences: list[Text] = []
    if by.worse:
        text = message("B misses {goals}, which A meets.")
        sentences.append(text.filled(goals=listed(by.worse)))
    if by.better:
        text = message("B meets {goals}, which A misses.")
        sentences.append(text.filled(goals=listed(by.better)))
    return sentences or [_all_the_same(found)]


def _all_the_same(found: ComparisonFigures) -> Text:
    common = [goal for goal in found["goals"] if not goal["wall"]]
    if not common and (found["only_a"] or found["only_b"]):
        return message("No goal is common to both: nothing is judged.")
    if not common:
        return message("No goals were set.")
    goals = [goal for goal in common if goal["n"]]
    if not goals:
        return message("No goal could be judged in both.")
    one_each = found["kind"] == "runs"
    if all(goal["met"]["a"] == goal["n"] for goal in goals):
        return _MET[one_each]
    if not any(goal["met"]["a"] for goal in goals):
        return _MISSED[one_each]
    return _ALIKE[one_each]


_MET = {
    True: message("Both meet every goal."),
    False: message("Both meet every goal in every pair."),
}
_MISSED = {
    True: message("Both miss every goal."),
    False: message("Both miss every goal in every pair."),
}
_ALIKE = {
    True: message("Both meet the same goals and miss the same goals."),
    False: message("Both meet the same goals and miss the same goals in every pair."),
}


def _exceeded_limits(found: ComparisonFigures) -> list[Text]:
    """Return the hard limits that the second exceeds without being significantly worse."""
    sentences: list[Text] = []
    for goal in found["goals"]:
        if not goal["wall"] or goal["met"]["b"] == goal["n"] or goal["verdict"] == "worse":
            continue
        exceeded, n = goal["n"] - goal["met"]["b"], goal["n"]
        if n > 1:
            text = message("B exceeds {limit} in {exceeded} of {n} pairs.")
            sentences.append(text.filled(limit=_name(goal), exceeded=exceeded, n=n))
        else:
            sentences.append(message("B exceeds {limit}.").filled(limit=_name(goal)))
    return sentences


def _in_pairs(goals: Sequence[GoalCompared], verdict: GoalVerdict) -> list[Text]:
    """Return in how many pairs each meets the goal, if there is one goal of this verdict."""
    (goal, *more) = [each for each in goals if each["verdict"] == verdict]
    if more or goal["n"] < 2:
        return []
    met, n = goal["met"], goal["n"]
    return [_OFTEN[goal["wall"]].filled(b=met["b"], n=n, a=met["a"])]


_OFTEN = {
    True: message("It keeps that in {b} of {n} pairs, A in {a}."),
    False: message("It meets that in {b} of {n} pairs, A in {a}."),
}
