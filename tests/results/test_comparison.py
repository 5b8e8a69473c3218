"""The arithmetic of comparisons against scipy, published examples and repeated chance."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dialsim.results.comparison.comparison_goals import goals_compared
from dialsim.results.comparison.comparison_metrics import metrics_compared
from dialsim.results.comparison.comparison_verdict import conclude
from dialsim.statistics.paired_differences import (
    Pairs,
    fewest_pairs,
    holm,
    mcnemar,
    paired_difference,
    pairs_to_detect,
    share_difference,
)

FIGURE = st.floats(-1e6, 1e6)
PAIRED = st.lists(st.tuples(FIGURE, FIGURE), min_size=3, max_size=30)
COUNTS = st.tuples(*[st.integers(0, 40)] * 4).filter(lambda counts: sum(counts) > 0)


# --- differences of figures -----------------------------------------------------------------------


@given(PAIRED)
def test_a_paired_difference_is_that_of_scipy(values: list[tuple[float, float]]) -> None:
    first, second = np.array(values).T
    found = paired_difference(first, second)
    if found.constant:
        assert np.ptp(second - first) <= max(1e-12 * np.abs(values).max(), 1e-150)
        return
    expected = stats.ttest_rel(second, first)
    between = expected.confidence_interval(0.95)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-300)
    assert found.change.low == pytest.approx(between.low, rel=1e-6, abs=1e-6)
    assert found.change.high == pytest.approx(between.high, rel=1e-6, abs=1e-6)
    assert found.first == pytest.approx(first.mean())
    assert found.second == pytest.approx(second.mean())
    variance = first.var(ddof=1) + second.var(ddof=1)
    assert found.saved == pytest.approx(variance / (second - first).var(ddof=1))


@given(PAIRED)
def test_turned_round_a_difference_changes_its_sign(values: list[tuple[float, float]]) -> None:
    first, second = np.array(values).T
    forth, back = paired_difference(first, second), paired_difference(second, first)
    assert back.change.value == -(forth.change.value or 0.0)
    assert (back.change.low, back.change.high) == (-forth.change.high, -forth.change.low)  # type: ignore[operator]
    assert (back.p, back.saved, back.constant) == (forth.p, forth.saved, forth.constant)
    assert (back.first, back.second) == (forth.second, forth.first)


def test_a_difference_without_spread_is_not_tested() -> None:
    moved = paired_difference([1.0, 2.0, 4.0], [3.0, 4.0, 6.0])
    assert moved.change[:3] == (2.0, 2.0, 2.0)
    assert (moved.p, moved.saved, moved.constant) == (None, None, True)
    same = paired_difference([0.1, 0.7], [0.1, 0.7])
    assert same.change[:3] == (0.0, 0.0, 0.0)
    assert same.constant
    rounding = paired_difference([0.1, 0.2, 0.3], [0.1 + 0.2, 0.2 + 0.2, 0.3 + 0.2])
    assert rounding.constant
    assert rounding.p is None


def test_pairs_without_a_value_are_left_out() -> None:
    nan = math.nan
    found = paired_difference([1.0, nan, 3.0, 5.0], [2.0, 9.0, nan, 7.0])
    assert (found.first, found.second, found.change.n) == (3.0, 4.5, 2)
    one = paired_difference([1.0, nan], [2.0, 3.0])
    assert (one.change.value, one.change.low, one.p, one.constant) == (1.0, None, None, False)
    none = paired_difference([nan], [1.0])
    assert (none.first, none.change.value, none.change.n) == (None, None, 0)


def test_shared_luck_is_measured() -> None:
    """With correlation 0.9 pairs are as good as ten times as many independent runs."""
    rng = np.random.default_rng(7)
    shared, own = rng.normal(size=20_000), rng.normal(size=(2, 20_000))
    first, second = (math.sqrt(0.9) * shared + math.sqrt(0.1) * each for each in own)
    assert paired_difference(first, second).saved == pytest.approx(10, rel=0.05)
    assert paired_difference(*own).saved == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize("n", [3, 20])
def test_the_paired_interval_holds_what_it_should(n: int) -> None:
    rng = np.random.default_rng(n)
    hits, rounds = 0, 2_000
    for _ in range(rounds):
        luck = rng.normal(size=n)
        first, second = luck + rng.normal(size=n), 3 * luck + 0.5 + rng.normal(size=n)
        found = paired_difference(first, second).change
        hits += found.low <= 0.5 <= found.high  # type: ignore[operator]
    assert abs(hits / rounds - 0.95) < 4 * math.sqrt(0.95 * 0.05 / rounds)


# --- Holm -----------------------------------------------------------------------------------------


def closed(values: list[float], level: float) -> list[bool]:
    """Return what Holm rejects by its definition: every family a value is in, by Bonferroni."""
    return [
        all(
            min(values[i] for i in family) <= level / len(family)
            for size in range(1, len(values) + 1)
            for family in itertools.combinations(range(len(values)), size)
            if at in family
        )
        for at in range(len(values))
    ]


@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=6), st.sampled_from([0.01, 0.05, 0.2]))
def test_holm_is_closed_testing_with_bonferroni(values: list[float], level: float) -> None:
    adjusted = holm(values)
    near = [abs((p or 0) - level) < 1e-9 for p in adjusted]
    expected = closed(values, level)
    for p, rejected, unsure in zip(adjusted, expected, near, strict=True):
        assert p is not None
        assert unsure or (p <= level) == rejected


def test_holm_by_hand() -> None:
    """Holm (1979): the least times m, the next times m − 1, never below one before."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([None, 0.5, None, 0.6]) == [None, 1.0, None, 1.0]
    assert holm([]) == []


# --- McNemar --------------------------------------------------------------------------------------


@given(COUNTS)
def test_mcnemar_is_a_binomial_test_of_what_differs(counts: tuple[int, int, int, int]) -> None:
    pairs = Pairs(*counts)
    differing = pairs.only_first + pairs.only_second
    if not differing:
        assert mcnemar(pairs) == 1.0
        return
    expected = stats.binomtest(pairs.only_first, differing, 0.5).pvalue
    assert mcnemar(pairs) == pytest.approx(expected, rel=1e-9)


def test_mcnemar_of_published_tables() -> None:
    """Airway reactivity before and after transplantation (Fagerland and others 2014)."""
    assert mcnemar(Pairs(1, 1, 7, 12)) == pytest.approx(0.0703, abs=5e-5)
    assert mcnemar(Pairs(101, 121, 59, 33)) == pytest.approx(4.4e-6, rel=0.02)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((36, 12, 2, 0), 0.0569, 0.3404),
        ((54, 0, 0, 0), -0.0664, 0.0664),
        ((0, 29, 1, 0), 0.6666, 0.9882),
    ],
)
def test_the_interval_of_shares_is_newcombes(
    counts: tuple[int, int, int, int], low: float, high: float
) -> None:
    """Table III of Newcombe (1998), method 10; his difference is the first less the second."""
    both, only_first, only_second, neither = counts
    found = share_difference(Pairs(both, only_second, only_first, neither))
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert found.kind == "Newcombe"


@given(COUNTS)
def test_the_interval_of_shares_keeps_within_its_bounds(counts: tuple[int, int, int, int]) -> None:
    pairs = Pairs(*counts)
    found, back = (
        share_difference(pairs),
        share_difference(Pairs(pairs.both, pairs.only_second, pairs.only_first, pairs.neither)),
    )
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert -1 - 1e-12 <= found.low <= found.value <= found.high <= 1 + 1e-12
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))


@pytest.mark.parametrize("shares", [(0.4, 0.1, 0.2, 0.3), (0.7, 0.02, 0.08, 0.2)])
def test_the_interval_of_shares_holds_what_it_should(shares: tuple[float, ...]) -> None:
    """At least about as often as it says; where shares are near 0 or 1, more often."""
    rng = np.random.default_rng(11)
    true, hits, rounds = shares[2] - shares[1], 0, 3_000
    for counts in rng.multinomial(20, shares, size=rounds).tolist():
        found = share_difference(Pairs(*counts))
        hits += found.low <= true <= found.high  # type: ignore[operator]
    assert hits / rounds > 0.94


def test_how_few_pairs_can_tell_anything() -> None:
    for tests in (1, 2, 7):
        fewest = fewest_pairs(tests)
        assert tests * mcnemar(Pairs(0, 0, fewest, 0)) <= 0.05
        assert tests * mcnemar(Pairs(0, 0, fewest - 1, 0)) > 0.05


@pytest.mark.parametrize("counts", [(10, 2, 6, 2), (5, 0, 4, 11), (8, 3, 8, 21)])
def test_so_many_pairs_tell_four_times_in_five(counts: tuple[int, int, int, int]) -> None:
    pairs = Pairs(*counts)
    needed = pairs_to_detect(pairs)
    assert needed is not None
    assert needed > pairs.total
    rng = np.random.default_rng(5)
    shares = np.array(counts) / pairs.total
    told = [
        mcnemar(Pairs(*each)) <= 0.05 for each in rng.multinomial(needed, shares, 1500).tolist()
    ]
    assert 0.74 < np.mean(told) < 0.86
    assert pairs_to_detect(pairs, tests=4) > needed  # type: ignore[operator]


def test_where_both_meet_it_alike_no_number_of_pairs_tells() -> None:
    assert pairs_to_detect(Pairs(5, 3, 3, 9)) is None
    assert share_difference(Pairs(0, 0, 0, 0)).low is None


# --- goals and metrics ----------------------------------------------------------------------------


def goal(met: bool | None, **changes: object) -> dict[str, object]:
    value = None if met is None else 12 if met else 8
    return {
        "metric": "reach",
        "campaign": None,
        "name": "reach",
        "unit": "people",
        "bound": "at_least",
        "target": 10,
        "by": None,
        "value": value,
        "met": met,
    } | changes


def rows(first: str, second: str) -> tuple[list[list[dict[str, object]]], ...]:
    """Return goals of pairs from letters: y met, n missed, - could not be judged."""
    met = {"y": True, "n": False, "-": None}
    return tuple([[goal(met[letter])] for letter in side] for side in (first, second))


@pytest.mark.parametrize(
    ("first", "second", "verdict", "words"),
    [
        ("nnnnnnnnyy", "yyyyyyyyyy", "better", "Better: B meets it in 10 of 10, A in 2"),
        ("yyyyyyyyyy", "nnnnnnnnyy", "worse", "Worse: B meets it in 2 of 10, A in 10"),
        ("yyyynnnnnn", "yyyynnnnnn", "same", "Met by both in the same 4 of 10."),
        ("yyy", "yyy", "same", "Met by both in all 3."),
        ("nn", "nn", "same", "Missed by both in all 2."),
        ("nnnyy", "yyyyy", "untold", "No difference is significant with fewer than 6 pairs."),
        (
            "nnnyyyyy",
            "yyyyyyyy",
            "untold",
            "If they go on differing like this, it takes some 19",
        ),
        ("--", "yn", "undecided", "Not judged"),
    ],
)
def test_a_verdict_a_goal(first: str, second: str, verdict: str, words: str) -> None:
    (found,) = goals_compared(*rows(first, second))["judged"]
    assert found["verdict"] == verdict
    assert words in found["sentence"]


def test_a_pair_that_could_not_be_judged_is_left_out() -> None:
    (found,) = goals_compared(*rows("yyn-n", "yny-y"))["judged"]
    assert found["pairs"] == {"both": 1, "only_a": 1, "only_b": 2, "neither": 0, "undecided": 1}
    assert (found["n"], found["met"]) == (4, {"a": 2, "b": 3})
    assert found["value"]["change"]["n"] == 4
    assert found["difference"]["value"] == 0.25


def test_several_goals_are_tested_together() -> None:
    first = [[goal(True), goal(True, campaign="loans")]] * 6
    second = [[goal(False), goal(False, campaign="loans")]] * 6
    found = goals_compared(first, second)["judged"]
    assert [each["p"] for each in found] == [0.03125, 0.03125]
    assert [each["p_holm"] for each in found] == [0.0625, 0.0625]
    assert {each["verdict"] for each in found} == {"untold"}
    assert "No difference is significant with fewer than 7 pairs." in found[0]["sentence"]


def test_goals_of_one_alone_are_named() -> None:
    first = [[goal(True), goal(True, bound="at_most", target=90)]]
    second = [[goal(True, target=11), goal(False, by="2026-04-13T10:00:00")]]
    found = goals_compared(first, second)
    assert [each["target"] for each in found["judged"]] == [{"a": 10, "b": 11}]
    assert [each["bound"] for each in found["only_a"]] == ["at_most"]
    assert [each["by"] for each in found["only_b"]] == ["2026-04-13T10:00:00"]
    twice = [[goal(True), goal(False, target=50)]]
    both = goals_compared(twice, twice)
    assert [each["target"]["a"] for each in both["judged"]] == [10, 50]
    assert not both["only_a"]


def wall(met: bool) -> dict[str, object]:
    return {
        "name": "abandoned share",
        "campaign": None,
        "measured": 0.02 if met else 0.05,
        "cap": 0.03,
        "met": met,
    }


def concluded(
    first: list[list[dict[str, object]]], second: list[list[dict[str, object]]]
) -> dict[str, Any]:
    goals = goals_compared(first, second)
    return conclude(
        {
            "kind": "scenarios",
            "same": False,
            "headings": {"a": None, "b": None},
            "replications": list(range(len(first))),
            "goals": goals["judged"],
            "only_a": goals["only_a"],
            "only_b": goals["only_b"],
            "metrics": {},
        }
    )


def test_a_wall_counts_as_a_goal() -> None:
    found = concluded([[goal(True), wall(True)]] * 7, [[goal(True), wall(False)]] * 7)
    assert found["worse"] == ["the hard limit on abandoned share"]
    assert found["exit_code"] == 1
    assert "It keeps that in 0 of 7 pairs, A in 7." in found["sentence"]


def test_a_wall_that_both_break_is_told() -> None:
    broken = [[goal(True), wall(False)]] * 3
    found = concluded(broken, broken)
    assert found["sentence"] == (
        "Both meet every goal in every pair. B exceeds the hard limit on abandoned share in 3 of 3 "
        "pairs."
    )
    assert found["exit_code"] == 0  # not worse than A


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("nnnnnnnn", "yyyyyyyy", "B is better in reach, worse in no goal. It meets that in 8 of 8"),
        ("yyyyyyyy", "nnnnnnnn", "B is worse in reach. It meets that in 0 of 8 pairs, A in 8."),
        ("yyyy", "nnyy", "No difference in any goal is significant over 4 pairs."),
        ("yynn", "yynn", "Both meet the same goals and miss the same goals in every pair."),
        ("nn", "nn", "Both miss every goal in every pair."),
        ("--", "--", "No goal could be judged in both."),
    ],
)
def test_one_sentence_for_the_head(first: str, second: str, words: str) -> None:
    assert concluded(*rows(first, second))["sentence"].startswith(words)


def test_better_here_and_worse_there() -> None:
    names = ("reach", "marks", "complaints")
    good, bad = ([[goal(met, metric=n, name=n) for n in names]] * 9 for met in (True, False))
    first = [[a[0], *b[1:]] for a, b in zip(good, bad, strict=True)]
    second = [[a[0], *b[1:]] for a, b in zip(bad, good, strict=True)]
    found = concluded(first, second)
    assert found["sentence"].startswith("B is worse in reach, and better in marks and complaints.")
    assert (found["exit_code"], found["better"]) == (1, ["marks", "complaints"])


def test_metrics_are_tested_together() -> None:
    first = {"attempts": [1.0, 2.0, 3.0], "reach": [1.0, 2.0, 3.0], "marks": [math.nan] * 3}
    second = {"attempts": [2.0, 3.5, 4.0], "reach": [2.0, 3.0, 4.0], "marks": [1.0] * 3}
    found = metrics_compared(first, second)
    assert list(found) == ["attempts", "reach"]  # marks: no pair has both
    assert found["attempts"]["p"] == found["attempts"]["p_holm"]  # the only one tested
    assert found["attempts"]["told"]
    assert (found["reach"]["p"], found["reach"]["told"]) == (None, False)
