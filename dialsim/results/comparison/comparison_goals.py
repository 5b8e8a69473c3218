"""Goals and hard limits of two scenarios: the pairs of replications in which each is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dialsim.messages.text import in_each, message
from dialsim.results.comparison.goal_sentences import goal_sentence, sentence_of_runs
from dialsim.results.formatting import localised
from dialsim.results.goals import before_alone
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

Goal = Mapping[str, Any]
Found = dict[str, Any]


def goals_compared(
    first: Sequence[Sequence[Goal]],
    second: Sequence[Sequence[Goal]],
    *,
    lawful: bool = True,
    level: float = LEVEL,
) -> Found:
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
    dict
        ``judged`` (those that both have), ``only_a``, ``only_b``. Goals are the same if metric,
        campaign, bound and due time are; their targets may differ. Of each one judged: ``pairs``,
        ``met``, the difference of the shares, ``p`` of McNemar's exact test and ``p_holm``, Holm
        over the goals that are met in different pairs; values with their mean difference;
        ``verdict`` on the second: ``better``, or ``unlawful`` where it would be that; ``worse``,
        ``same`` (met in the same pairs), ``untold`` or ``undecided`` (no pair in which both could
        be judged); and a sentence.
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
    for each, adjusted in zip(found, holm([each["p"] for each in found]), strict=True):
        each["p_holm"] = adjusted
        each["verdict"] = _verdict(each, level, lawful)
        each["sentence"] = goal_sentence(each, tests, level)
    return {
        "judged": found,
        "only_a": [_named(first[0][at]) for key, at in mine.items() if key not in others],
        "only_b": [_named(second[0][at]) for key, at in others.items() if key not in mine],
    }


def one_run_each(first: Sequence[Goal], second: Sequence[Goal], *, lawful: bool = True) -> Found:
    """Return the goals of two runs side by side, as :func:`goals_compared`.

    Nothing is tested: `verdict` says which of the two runs met it, ``better`` or ``worse`` where
    they differ, and ``margin`` by how much each.
    """
    found = goals_compared([first], [second])
    mine, others = _keys(first), _keys(second)
    for key, each in zip((key for key in mine if key in others), found["judged"], strict=True):
        one, two = first[mine[key]], second[others[key]]
        differing = each["pairs"]["only_b"] - each["pairs"]["only_a"]
        each |= {"p": None, "p_holm": None, "margin": {"a": _margin(one), "b": _margin(two)}}
        each["difference"] = None
        if each["n"]:
            better = "better" if lawful else "unlawful"
            each["verdict"] = {1: better, -1: "worse", 0: "same"}[differing]
        each["sentence"] = sentence_of_runs(each)
    return found


def _keys(goals: Sequence[Goal]) -> dict[tuple[Any, ...], int]:
    """Return the index of each goal by its target; equal targets are numbered in turn."""
    keys: dict[tuple[Any, ...], int] = {}
    for at, goal in enumerate(goals):
        key: tuple[Any, ...] = tuple(
            goal.get(name) for name in ("metric", "name", "campaign", "bound", "by")
        )
        turn = sum(1 for known in keys if known[:-1] == key)
        keys[*key, turn] = at
    return keys


def _named(goal: Goal) -> Found:
    """Return the target of a goal or a hard limit in a common form."""
    wall = "cap" in goal
    name = in_each(lambda language: localised(goal, "name", language))
    if wall and goal["campaign"]:
        name = _OF_A_CAMPAIGN.filled(goal["campaign"], name)
    return {
        "wall": wall,
        "metric": "abandoned_share" if wall else goal["metric"],
        "campaign": goal["campaign"],
        "name": name,
        "unit": "share" if wall else goal["unit"],
        "bound": "at_most" if wall else goal["bound"],
        "target": goal["cap"] if wall else goal["target"],
        "by": goal.get("by"),
    }


_OF_A_CAMPAIGN = message("{}: {}")


def _margin(goal: Goal) -> Any:
    margin = goal.get("margin")
    return dict(margin) if isinstance(margin, Mapping) else None


def _compared(first: Sequence[Goal], second: Sequence[Goal], level: float) -> Found:
    named, other = _named(first[0]), _named(second[0])
    decided = [
        (one["met"], two["met"])
        for one, two in zip(first, second, strict=True)
        if one["met"] is not None and two["met"] is not None
    ]
    pairs = Pairs(*(decided.count(each) for each in _OUTCOMES))
    value = _value(first, second, "measured" if named["wall"] else "value", level)
    return {
        **{key: named[key] for key in named if key != "target"},
        "target": {"a": named["target"], "b": other["target"]},
        "n": pairs.total,
        "pairs": dict(zip(_PLACES, pairs, strict=True)) | {"undecided": len(first) - pairs.total},
        "met": {"a": pairs.first, "b": pairs.second},
        "difference": share_difference(pairs, level)._asdict() if pairs.total > 1 else None,
        "p": mcnemar(pairs) if pairs.only_first + pairs.only_second else None,
        "value": {"a": value.first, "b": value.second, "change": value.change._asdict()},
        **_before(first[0], second[0]),
    }


def _before(first: Goal, second: Goal) -> Found:
    """Return what call logs have of a goal on either side; nothing where neither goes on."""
    found = {
        side: before_alone(goal).get("before")
        for side, goal in zip("ab", (first, second), strict=True)
    }
    return {"before": found} if any(found.values()) else {}


def _value(first: Sequence[Goal], second: Sequence[Goal], key: str, level: float) -> Difference:
    """Return how what a goal is judged by differs."""
    one, two = _counted(first), _counted(second)
    if one is not None and two is not None:
        return rate_difference(one, two, level)
    values = np.array([[each[key] for each in side] for side in (first, second)], float)
    return paired_difference(values[0], values[1], level)  # None is read as nan


def _counted(side: Sequence[Goal]) -> Counted | None:
    """Return the events and the exposure of a goal on a rate; None where they are not known."""
    if any(goal.get("counted") is None for goal in side):
        return None
    events, exposure = np.array([goal["counted"] for goal in side], float).T
    rate = metrics()[side[0]["metric"]].rate
    assert rate is not None  # of others nothing is counted
    return Counted(events, exposure, rate.times)


_OUTCOMES = ((True, True), (True, False), (False, True), (False, False))
_PLACES = ("both", "only_a", "only_b", "neither")


def _verdict(each: Found, level: float, lawful: bool) -> str:
    if not each["n"]:
        return "undecided"
    if each["p"] is None:
        return "same"
    if each["p_holm"] > 1 - level:
        return "untold"
    if each["met"]["b"] < each["met"]["a"]:
        return "worse"
    return "better" if lawful else "unlawful"
