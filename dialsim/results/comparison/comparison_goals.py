"""Goals and hard limits of two scenarios: the pairs of replications in which each is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from typing_extensions import TypeIs

from dialsim.messages.text import in_each, message
from dialsim.results.comparison.goal_result import (
    GoalCompared,
    GoalDifference,
    GoalOfOneSide,
    GoalOnRecord,
    GoalsCompared,
    GoalTested,
    GoalVerdict,
    JudgedGoal,
    JudgedTarget,
    PairCounts,
    RecordOfSides,
    ValueCompared,
)
from dialsim.results.comparison.goal_sentences import goal_sentence, sentence_of_runs
from dialsim.results.formatting import localised
from dialsim.results.goals import before_alone
from dialsim.results.interval_result import interval_result
from dialsim.results.summary_types.results import HardLimit, Margin
from dialsim.scenario.metrics import metrics
from dialsim.statistics.intervals import LEVEL
from dialsim.statistics.paired_differences import (
    Difference,
    Pairs,
    holm,
    mcnemar,
    paired_difference,
    share_difference,
)
from dialsim.statistics.rate_intervals import Counted, rate_difference


def goals_compared(
    first: Sequence[Sequence[JudgedTarget]],
    second: Sequence[Sequence[JudgedTarget]],
    *,
    lawful: bool = True,
    level: float = LEVEL,
) -> GoalsCompared:
    """Return the pairs in which each scenario meets each goal, and significant differences.

    Parameters
    ----------
    first, second
        A row a pair, each with the ``goals`` and ``walls`` of a summary; of a goal on a rate also
        ``counted``, its events and exposure, where they are known.
    lawful
        False: whatever the second meets more often does not speak for it.

    Returns
    -------
    GoalsCompared
        Goals are the same if metric, campaign, bound and due time are; their targets may differ.
    """
    if not first or not second:
        return {"judged": [], "only_a": [], "only_b": []}
    mine, others = _keys(first[0]), _keys(second[0])
    both = [key for key in mine if key in others]
    found = [
        _compared([row[mine[key]] for row in first], [row[others[key]] for row in second], level)
        for key in both
    ]
    tests = sum(each["p"] is not None for each in found)
    adjusted = holm([each["p"] for each in found])
    return {
        "judged": [
            _judged(each, p_holm, tests, level, lawful)
            for each, p_holm in zip(found, adjusted, strict=True)
        ],
        "only_a": [_of_one_side(first[0][at]) for key, at in mine.items() if key not in others],
        "only_b": [_of_one_side(second[0][at]) for key, at in others.items() if key not in mine],
    }


def one_run_each(
    first: Sequence[JudgedTarget], second: Sequence[JudgedTarget], *, lawful: bool = True
) -> GoalsCompared:
    """Return the goals of two runs side by side, as :func:`goals_compared`.

    Nothing is tested: `verdict` says which of the two runs met it, ``better`` or ``worse`` where
    they differ, and ``margin`` by how much each.
    """
    found = goals_compared([first], [second])
    mine, others = _keys(first), _keys(second)
    for key, each in zip((key for key in mine if key in others), found["judged"], strict=True):
        one, two = first[mine[key]], second[others[key]]
        differing = each["pairs"]["only_b"] - each["pairs"]["only_a"]
        each["p"] = each["p_holm"] = each["difference"] = None
        each["margin"] = {"a": _margin(one), "b": _margin(two)}
        if each["n"]:
            each["verdict"] = _verdict_of_runs(differing, lawful)
        each["sentence"] = sentence_of_runs(each)
    return found


def _verdict_of_runs(differing: int, lawful: bool) -> GoalVerdict:
    """Return the verdict on the second of two runs, from 1 if it alone met a goal to -1."""
    if not differing:
        return "same"
    if differing < 0:
        return "worse"
    return "better" if lawful else "unlawful"


_Key = tuple[str | None, ...]


def _keys(goals: Sequence[JudgedTarget]) -> dict[tuple[_Key, int], int]:
    """Return the index of each goal by its target; equal targets are numbered in turn."""
    keys: dict[tuple[_Key, int], int] = {}
    for at, goal in enumerate(goals):
        key = _key(goal)
        turn = sum(1 for known, _ in keys if known == key)
        keys[key, turn] = at
    return keys


def _key(goal: JudgedTarget) -> _Key:
    if _is_limit(goal):
        return (None, goal["name"], goal["campaign"], None, None)
    return (goal["metric"], goal["name"], goal["campaign"], goal["bound"], goal.get("by"))


def _is_limit(goal: JudgedTarget) -> TypeIs[HardLimit]:
    return "cap" in goal


def _of_one_side(goal: JudgedTarget) -> GoalOfOneSide:
    """Return what a goal or a hard limit asks for, in a common form."""
    name: str = in_each(lambda language: localised(goal, "name", language))
    if _is_limit(goal):
        return {
            "wall": True,
            "metric": "abandoned_share",
            "campaign": goal["campaign"],
            "name": _OF_A_CAMPAIGN.filled(goal["campaign"], name) if goal["campaign"] else name,
            "unit": "share",
            "bound": "at_most",
            "target": goal["cap"],
            "by": None,
        }
    return {
        "wall": False,
        "metric": goal["metric"],
        "campaign": goal["campaign"],
        "name": name,
        "unit": goal["unit"],
        "bound": goal["bound"],
        "target": goal["target"],
        "by": goal.get("by"),
    }


_OF_A_CAMPAIGN = message("{}: {}")


def _margin(goal: JudgedTarget) -> Margin | None:
    if _is_limit(goal):
        return None
    margin: Mapping[str, object] | None = goal.get("margin")
    return {**goal["margin"]} if isinstance(margin, Mapping) else None


def _compared(
    first: Sequence[JudgedTarget], second: Sequence[JudgedTarget], level: float
) -> GoalDifference:
    decided = [
        (one["met"], two["met"])
        for one, two in zip(first, second, strict=True)
        if one["met"] is not None and two["met"] is not None
    ]
    pairs = Pairs(*(decided.count(each) for each in _OUTCOMES))
    named, other = _of_one_side(first[0]), _of_one_side(second[0])
    found: GoalDifference = {
        "wall": named["wall"],
        "metric": named["metric"],
        "campaign": named["campaign"],
        "name": named["name"],
        "unit": named["unit"],
        "bound": named["bound"],
        "by": named["by"],
        "target": {"a": named["target"], "b": other["target"]},
        "n": pairs.total,
        "pairs": _counts(pairs, len(first) - pairs.total),
        "met": {"a": pairs.first, "b": pairs.second},
        "difference": interval_result(share_difference(pairs, level)) if pairs.total > 1 else None,
        "p": mcnemar(pairs) if pairs.only_first + pairs.only_second else None,
        "value": _value(first, second, level),
    }
    before = _before(first[0], second[0])
    if before is not None:
        found["before"] = before
    return found


def _counts(pairs: Pairs, undecided: int) -> PairCounts:
    return {
        "both": pairs.both,
        "only_a": pairs.only_first,
        "only_b": pairs.only_second,
        "neither": pairs.neither,
        "undecided": undecided,
    }


def _before(first: JudgedTarget, second: JudgedTarget) -> RecordOfSides | None:
    """Return what call logs have of a goal on either side; None where neither goes on."""
    a: GoalOnRecord | None = before_alone(first).get("before")
    b: GoalOnRecord | None = before_alone(second).get("before")
    return {"a": a, "b": b} if a or b else None


def _value(
    first: Sequence[JudgedTarget], second: Sequence[JudgedTarget], level: float
) -> ValueCompared:
    """Return how what a goal is judged by differs."""
    found = _difference(first, second, level)
    return {"a": found.first, "b": found.second, "change": interval_result(found.change)}


def _difference(
    first: Sequence[JudgedTarget], second: Sequence[JudgedTarget], level: float
) -> Difference:
    one, two = _counted(first), _counted(second)
    if one is not None and two is not None:
        return rate_difference(one, two, level)
    values = np.array([[_measured(each) for each in side] for side in (first, second)], float)
    return paired_difference(values[0], values[1], level)  # None is read as nan


def _measured(goal: JudgedTarget) -> float | None:
    return goal["measured"] if _is_limit(goal) else goal["value"]


def _counted(side: Sequence[JudgedTarget]) -> Counted | None:
    """Return the events and the exposure of a goal on a rate; None where they are not known."""
    goals: list[JudgedGoal] = [goal for goal in side if not _is_limit(goal)]
    counts = [goal.get("counted") for goal in goals]
    if not goals or any(each is None for each in counts):
        return None
    events, exposure = np.array(counts, float).T
    rate = metrics()[goals[0]["metric"]].rate
    assert rate is not None  # of others nothing is counted
    return Counted(events, exposure, rate.times)


_OUTCOMES = ((True, True), (True, False), (False, True), (False, False))
"""Whether the first and the second meet a goal, in the order of `Pairs`."""


def _judged(
    each: GoalDifference, p_holm: float | None, tests: int, level: float, lawful: bool
) -> GoalCompared:
    """Return a goal with its verdict and sentence; see :func:`goal_sentence` for `tests`."""
    verdict = _verdict(each, p_holm, level, lawful)
    tested: GoalTested = {**each, "p_holm": p_holm, "verdict": verdict}
    return {**tested, "sentence": goal_sentence(tested, tests, level)}


def _verdict(each: GoalDifference, p_holm: float | None, level: float, lawful: bool) -> GoalVerdict:
    if not each["n"]:
        return "undecided"
    if p_holm is None:
        return "same"
    if p_holm > 1 - level:
        return "untold"
    if each["met"]["b"] < each["met"]["a"]:
        return "worse"
    return "better" if lawful else "unlawful"
