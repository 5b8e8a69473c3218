"""The verdict of a comparison: one sentence for the head of the page, and the exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialsim.results.formatting import count_noun
from dialsim.results.hard_limits import UNLAWFUL

Found = Mapping[str, Any]


def conclude(found: Found) -> dict[str, Any]:
    """Return the verdict of a comparison.

    Parameters
    ----------
    found
        With ``kind``, ``same``, ``headings``, ``replications``, ``goals``, ``only_a``, ``only_b``
        and ``metrics``, as :meth:`dialsim.Comparison.to_dict` has them.

    Returns
    -------
    dict
        ``sentence``; ``better``, ``worse`` and ``untold`` (names of goals and walls in which the
        second is so); ``metrics_differ`` (keys of metrics told apart); ``exit_code``: 1 if the
        second is worse in some goal or wall, or is no lawful plan, else 0.
    """
    by = {
        verdict: [_name(goal) for goal in found["goals"] if goal["verdict"] == verdict]
        for verdict in ("better", "worse", "untold")
    }
    unlawful = no_lawful_plan(found["headings"])
    differ = [key for key, metric in found["metrics"].items() if metric["told"]]
    return {
        "sentence": _sentence(found, by, differ, unlawful),
        **by,
        "metrics_differ": differ,
        "exit_code": int(bool(by["worse"]) or unlawful),
    }


def no_lawful_plan(headings: Mapping[str, str | None]) -> bool:
    """Return whether no result of the second scenario may count in its favour.

    It is a study of what is forbidden; or theory, beside a first that may be a lawful plan.
    """
    a, b = headings["a"], headings["b"]
    return b is not None and (b == UNLAWFUL or a is None)


def _name(goal: Found) -> str:
    return f"the wall on {goal['name']}" if goal["wall"] else str(goal["name"])


def _sentence(
    found: Found, by: Mapping[str, Sequence[str]], differ: Sequence[str], unlawful: bool
) -> str:
    n = len(found["replications"])
    if not n:
        return "Broken off before the first pair came to its end."
    if unlawful:
        return f"B is {found['headings']['b']}: whatever it comes to does not speak for it."
    if found["same"]:
        return _of_the_same(found)
    goals = _of_two_runs(found, by) if found["kind"] == "runs" else _of_goals(found, by)
    parts = [goals, *_exceeded_limits(found)]
    tested = sum(metric["p"] is not None for metric in found["metrics"].values())
    if tested:
        parts.append(
            f"Of {count_noun(tested, 'metric')} that vary {_count(len(differ))} told apart."
        )
    return " ".join(parts)


def _count(count: int) -> str:
    return f"{count or 'none'} {'is' if count <= 1 else 'are'}"


def _of_the_same(found: Found) -> str:
    if found["kind"] == "scenarios":
        return "A and B are the same scenario: there is nothing to tell apart."
    if found["digests"]["a"] == found["digests"]["b"]:
        return "A and B are the same run: every call is the same."
    return "The same scenario, files, seed and version, but other calls: please report this."


def _of_goals(found: Found, by: Mapping[str, Sequence[str]]) -> str:
    goals = found["goals"]
    if by["worse"]:
        better = f", and better in {_listed(by['better'])}" if by["better"] else ""
        return f"B is worse in {_listed(by['worse'])}{better}.{_in_pairs(goals, 'worse')}"
    if by["better"]:
        pairs = _in_pairs(goals, "better")
        return f"B is better in {_listed(by['better'])}, worse in no goal.{pairs}"
    if by["untold"]:
        pairs = count_noun(len(found["replications"]), "pair")
        return f"No difference in any goal can be told from {pairs}."
    return _all_the_same(found, " in every pair")


def _of_two_runs(found: Found, by: Mapping[str, Sequence[str]]) -> str:
    parts = []
    if by["worse"]:
        parts.append(f"B misses {_listed(by['worse'])}, which A meets.")
    if by["better"]:
        parts.append(f"B meets {_listed(by['better'])}, which A misses.")
    return " ".join(parts) or _all_the_same(found, "")


def _all_the_same(found: Found, pairs: str) -> str:
    common = [goal for goal in found["goals"] if not goal["wall"]]
    if not common:
        either = found["only_a"] or found["only_b"]
        return "No goal is common to both: nothing is judged." if either else "No goals were set."
    goals = [goal for goal in common if goal["n"]]
    if not goals:
        return "No goal could be judged in both."
    if all(goal["met"]["a"] == goal["n"] for goal in goals):
        return f"Both meet every goal{pairs}."
    if not any(goal["met"]["a"] for goal in goals):
        return f"Both miss every goal{pairs}."
    return f"Both meet the same goals and miss the same goals{pairs}."


def _exceeded_limits(found: Found) -> list[str]:
    """Return the hard limits that the second exceeds without being significantly worse."""
    return [
        f"B breaks {_name(goal)}"
        + (f" in {goal['n'] - goal['met']['b']} of {goal['n']} pairs." if goal["n"] > 1 else ".")
        for goal in found["goals"]
        if goal["wall"] and goal["met"]["b"] < goal["n"] and goal["verdict"] != "worse"
    ]


def _listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them.

    >>> _listed(["reach"]), _listed(["reach", "complaints", "marks"])
    ('reach', 'reach, complaints and marks')
    """
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _in_pairs(goals: Sequence[Found], verdict: str) -> str:
    """Return in how many pairs each meets the goal, if there is one goal of this verdict."""
    (goal, *more) = [each for each in goals if each["verdict"] == verdict]
    if more or goal["n"] < 2:
        return ""
    keeps = "keeps" if goal["wall"] else "meets"
    return f" It {keeps} that in {goal['met']['b']} of {goal['n']} pairs, A in {goal['met']['a']}."
