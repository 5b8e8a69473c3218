"""Paired differences of two scenarios under common random numbers.

A difference is always the second less the first. Tests are two-sided.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from dialsim.statistics.intervals import LEVEL, Interval, check_level, mean_interval

POWER = 0.8
"""How often as many pairs as `pairs_to_detect` says are to tell a difference that is there."""

ROUNDING = 1e-12
"""Differences that vary by less than this share of the figures themselves vary by rounding."""


class Difference(NamedTuple):
    """Difference of a figure between two scenarios over pairs of replications.

    Attributes
    ----------
    first, second
        Means of each, over the pairs in which both have a value.
    change
        Second less first, with the paired t interval.
    p
        Of the paired t test; None where there is nothing to test: fewer than two pairs, or a
        difference that is the same in all of them.
    constant
        Whether the difference is the same in every pair, of which there are two or more.
    saved
        Variance of the two figures as if they were independent over the variance of their
        difference: one pair is worth so many independent replications of each. None where
        the difference does not vary.
    """

    first: float | None
    second: float | None
    change: Interval
    p: float | None
    constant: bool
    saved: float | None


def paired_difference(first: ArrayLike, second: ArrayLike, level: float = LEVEL) -> Difference:
    """Return the difference of a figure; pairs with a missing value are left out.

    Parameters
    ----------
    first, second
        float[n], a value a replication, the same replication at the same place.
    level
        How often such an interval is to hold the true difference.

    Examples
    --------
    >>> found = paired_difference([1.0, 2.0, 3.0], [2.0, 3.5, 4.0])
    >>> round(found.change.value, 3), round(found.p, 4), round(found.saved, 1)
    (1.167, 0.0198, 25.0)
    """
    one, two = np.asarray(first, float), np.asarray(second, float)
    known = ~(np.isnan(one) | np.isnan(two))
    one, two = one[known], two[known]
    change = two - one
    interval = mean_interval(change, level)
    if not len(change):
        return Difference(None, None, interval, None, False, None)
    means = float(one.mean()), float(two.mean())
    if len(change) == 1:
        return Difference(*means, interval, None, False, None)
    largest = float(max(np.abs(one).max(), np.abs(two).max()))
    variance = float(change.var(ddof=1))
    if float(np.ptp(change)) <= ROUNDING * largest or not variance:
        return Difference(*means, interval, None, True, None)
    from scipy.special import stdtr

    t = float(change.mean()) / math.sqrt(variance / len(change))
    p = 2 * float(stdtr(len(change) - 1, -abs(t)))
    saved = float(one.var(ddof=1) + two.var(ddof=1)) / variance
    return Difference(*means, interval, p, False, saved)


def holm(values: Sequence[float | None]) -> list[float | None]:
    """Return p values adjusted for the number of tests (Holm 1979); None was not tested.

    With differences significant at an adjusted value of at most 0.05, 95 % of comparisons report no
    false difference, however the tests depend on one another.

    >>> holm([0.01, None, 0.04, 0.03])
    [0.03, None, 0.06, 0.06]
    """
    tested = sorted((p, at) for at, p in enumerate(values) if p is not None)
    adjusted: list[float | None] = [None] * len(values)
    least = 0.0
    for rank, (p, at) in enumerate(tested):
        least = max(least, min(1.0, (len(tested) - rank) * p))
        adjusted[at] = least
    return adjusted


class Pairs(NamedTuple):
    """Pairs by which of two scenarios meets a condition.

    Attributes
    ----------
    both, only_first, only_second, neither
        Counts of pairs.
    """

    both: int
    only_first: int
    only_second: int
    neither: int

    @property
    def total(self) -> int:
        """All pairs."""
        return sum(self)

    @property
    def first(self) -> int:
        """Pairs in which the first meets it."""
        return self.both + self.only_first

    @property
    def second(self) -> int:
        """Pairs in which the second meets it."""
        return self.both + self.only_second


def pairs_of(first: ArrayLike, second: ArrayLike) -> Pairs:
    """Return the pairs by which of two has it (1 or 0 each).

    >>> pairs_of([1, 1, 0, 0], [1, 0, 0, 0])
    Pairs(both=1, only_first=1, only_second=0, neither=2)
    """
    one, two = np.asarray(first, float) == 1, np.asarray(second, float) == 1
    counts = (one & two, one & ~two, ~one & two, ~one & ~two)
    return Pairs(*(int(each.sum()) for each in counts))


def mcnemar(pairs: Pairs) -> float:
    """Return the exact p value of McNemar's test on the pairs that differ.

    >>> mcnemar(Pairs(both=9, only_first=0, only_second=9, neither=2))
    0.00390625
    """
    differing = pairs.only_first + pairs.only_second
    if not differing:
        return 1.0
    from scipy.special import bdtr

    fewer = min(pairs.only_first, pairs.only_second)
    return min(1.0, 2 * float(bdtr(fewer, differing, 0.5)))


def share_difference(pairs: Pairs, level: float = LEVEL) -> Interval:
    """Return the difference of the two shares, with an interval for paired shares.

    Notes
    -----
    Newcombe RG, Improved confidence intervals for the difference between binomial proportions
    based on paired data, Statistics in Medicine 17:2635-2650 (1998), method 10: the score
    intervals of both shares, squared and added with their correlation. It is recommended for small
    numbers of pairs (Fagerland, Lydersen and Laake, Statistics in Medicine 33:2850-2875, 2014).

    Examples
    --------
    >>> found = share_difference(Pairs(both=36, only_first=2, only_second=12, neither=0))
    >>> round(found.low, 4), round(found.high, 4)
    (0.0569, 0.3404)
    """
    check_level(level)
    n = pairs.total
    if not n:
        return Interval(None, None, None, 0, level, "Newcombe")
    one, two = _score_arms(pairs.first, n, level), _score_arms(pairs.second, n, level)
    related = _correlation(pairs)
    value = (pairs.second - pairs.first) / n
    down = combined_arms(two.down, one.up, related)
    up = combined_arms(two.up, one.down, related)
    return Interval(value, value - down, value + up, n, level, "Newcombe")


class _Arms(NamedTuple):
    """Distances of an interval's ends from its estimate."""

    down: float
    up: float


def _score_arms(hits: int, n: int, level: float) -> _Arms:
    """Return the arms of the score interval of a share (Wilson 1927)."""
    from scipy.special import ndtri

    z = float(ndtri((1 + level) / 2))
    middle = (hits + z * z / 2) / (n + z * z)
    half = z * math.sqrt(hits * (n - hits) / n + z * z / 4) / (n + z * z)
    share = hits / n
    # at 0 and 1 one arm is 0 but for rounding
    return _Arms(max(0.0, share - (middle - half)), max(0.0, middle + half - share))


def combined_arms(one: float, two: float, related: float) -> float:
    """Return the half-width of a difference from those of two correlated figures."""
    return math.sqrt(max(0.0, one * one - 2 * related * one * two + two * two))


def _correlation(pairs: Pairs) -> float:
    """Return the correlation of two binary outcomes, corrected for continuity if positive."""
    n, first, second = pairs.total, pairs.first, pairs.second
    scale = first * (n - first) * second * (n - second)
    if not scale:
        return 0.0
    product = pairs.both * pairs.neither - pairs.only_first * pairs.only_second
    if product > 0:
        return max(0.0, product - n / 2) / math.sqrt(scale)
    return product / math.sqrt(scale)


def fewest_pairs(tests: int = 1, level: float = LEVEL) -> int:
    """Return the fewest pairs at which McNemar's test, with Holm over `tests`, can reject.

    >>> fewest_pairs(), fewest_pairs(2)
    (6, 7)
    """
    return math.ceil(1 + math.log2(tests / (1 - level)))


def pairs_to_detect(pairs: Pairs, tests: int = 1, level: float = LEVEL) -> int | None:
    """Return how many pairs would show a significant difference, at the observed rate.

    Four times in five, and by the test that is strictest among `tests`. None where the shares are
    the same.

    Notes
    -----
    Connor RJ, Sample size for testing differences in proportions for the paired-sample design,
    Biometrics 43:207-211 (1987). What the pairs so far say of how often the two differ is itself
    an estimate.

    >>> pairs_to_detect(Pairs(both=10, only_first=2, only_second=6, neither=2))
    77
    """
    check_level(level)
    gap = abs(pairs.second - pairs.first)
    if not gap:
        return None
    from scipy.special import ndtri

    share, differing = gap / pairs.total, (pairs.only_first + pairs.only_second) / pairs.total
    sure = -float(ndtri((1 - level) / tests / 2))
    often = float(ndtri(POWER))
    spread = sure * math.sqrt(differing) + often * math.sqrt(differing - share * share)
    needed = math.ceil((spread / share) ** 2)
    return max(needed, math.ceil(fewest_pairs(tests, level) / differing))
