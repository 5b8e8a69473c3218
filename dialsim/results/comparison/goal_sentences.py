"""Sentences on the goals and hard limits of two scenarios, or of two runs."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.messages.text import MARKS, Text, joined, message
from dialsim.results.comparison.goal_result import GoalDifference, GoalTested
from dialsim.results.probabilities import p_text
from dialsim.statistics.paired_differences import Pairs, fewest_pairs, pairs_to_detect

MOST_PAIRS = 10_000
"""More pairs than this are not proposed: the difference would be too small to matter."""


def one_after_another(sentences: list[Text]) -> Text:
    """Return sentences one after another, as each language writes them."""
    first, *rest = sentences
    for each in rest:
        first = MARKS["sentences"].filled(first, each)
    return first


def goal_sentence(each: GoalTested, tests: int, level: float) -> Text:
    """Return how often either scenario meets a goal, and whether the difference is significant.

    Parameters
    ----------
    each
        A goal of :func:`~dialsim.results.comparison.comparison_goals.goals_compared`.
    tests
        Goals that are tested together.
    level
        Confidence of all tests together.
    """
    n, met, verdict = each["n"], each["met"], each["verdict"]
    if verdict == "undecided":
        return message("Not judged: in no pair was there anything to divide by.")
    if verdict == "same":
        return _same(n, met["a"])
    assert each["p_holm"] is not None  # it is tested
    counts = _COUNTS[each["wall"]].filled(b=met["b"], n=n, a=met["a"], p=p_text(each["p_holm"]))
    if verdict in _VERDICTS:
        return _VERDICTS[verdict].filled(counts=counts)
    sentences: list[Text] = [message("Not significant: {counts}").filled(counts=counts)]
    more = _more(each, tests, level)
    return one_after_another([*sentences, more] if more is not None else sentences)


_COUNTS = {
    True: message("B keeps it in {b} of {n}, A in {a} ({p})."),
    False: message("B meets it in {b} of {n}, A in {a} ({p})."),
}
_VERDICTS = {
    "better": message("Better: {counts}"),
    "worse": message("Worse: {counts}"),
    "unlawful": message("More often, but not a lawful plan: {counts}"),
}


def _same(n: int, met: int) -> Text:
    if n == 1:
        return message("Met by both.") if met else message("Missed by both.")
    if met == n:
        return message("Met by both in all {n}.").filled(n=n)
    if not met:
        return message("Missed by both in all {n}.").filled(n=n)
    return message("Met by both in the same {met} of {n}.").filled(met=met, n=n)


def _more(each: GoalDifference, tests: int, level: float) -> Text | None:
    """Return how many pairs would make the difference significant; None if unknown."""
    n = each["n"]
    fewest = fewest_pairs(tests, level)
    if n < fewest:
        text = message("No difference is significant with fewer than {fewest} pairs.")
        return text.filled(fewest=fewest)
    counts = each["pairs"]
    pairs = Pairs(counts["both"], counts["only_a"], counts["only_b"], counts["neither"])
    needed = pairs_to_detect(pairs, tests, level)
    if needed is None or not n < needed <= MOST_PAIRS:
        return None
    step = 10 ** (len(str(needed)) - 2)
    return message(
        "If they go on differing like this, it takes some {needed:,} pairs in all."
    ).filled(needed=-(-needed // step) * step)


def sentence_of_runs(each: GoalTested) -> Text:
    """Return which of two runs met a goal."""
    if not each["n"]:
        return message("Not judged in both.")
    if each["verdict"] == "same":
        return _same(1, each["met"]["a"])
    wall = each["wall"]
    if each["verdict"] == "unlawful":
        return _UNLAWFUL[wall]
    return (_ONLY_B if each["met"]["b"] else _ONLY_A)[wall]


_UNLAWFUL = {
    True: message("B keeps it, but is not a lawful plan; A does not."),
    False: message("B meets it, but is not a lawful plan; A does not."),
}
_ONLY_A = {
    True: message("A keeps it, B does not."),
    False: message("A meets it, B does not."),
}
_ONLY_B = {
    True: message("B keeps it, A does not."),
    False: message("B meets it, A does not."),
}


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them.

    >>> listed([message("reach"), message("complaints"), message("marks")])
    'reach, complaints and marks'
    """
    *most, last = names
    if not most:
        return last
    return message("{} and {}", "names").filled(joined(MARKS["and"], most), last)
