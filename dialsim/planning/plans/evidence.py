"""Evidence of some runs on a candidate's promises and cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.planning.plans.promises import Promise

Floats = NDArray[np.float64]
FEWEST = 4  # runs from which a spread is taken


class Outcome(NamedTuple):
    """Result of one run of a candidate.

    Attributes
    ----------
    cost
        What it cost.
    margins
        By how much each promise held.
    risks
        By promise, how likely it was broken given the calls of the run; None: only whether.
    """

    cost: float
    margins: tuple[float, ...]
    risks: tuple[float | None, ...] = ()


@dataclass
class Evidence:
    """All runs of one candidate so far, in the order of their replications."""

    outcomes: list[Outcome] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.outcomes)

    @property
    def costs(self) -> Floats:
        """float[n]."""
        return np.array([each.cost for each in self.outcomes], np.float64)

    @property
    def cost(self) -> float:
        """Mean cost of a run."""
        return float(self.costs.mean())

    def margins(self, place: int) -> Floats:
        """Return float[n]: the margin of one promise."""
        return np.array([each.margins[place] for each in self.outcomes], np.float64)

    def risks(self, place: int) -> Floats | None:
        """Return float[n]: probability that one promise breaks, given the calls; None: unknown."""
        known = [each.risks[place] if each.risks else None for each in self.outcomes]
        if not known or any(each is None for each in known):
            return None
        return np.array(known, np.float64)

    def failures(self, place: int) -> Floats:
        """Return float[n]: 1 where one promise was broken, else 0."""
        return np.where(self.margins(place) >= 0, 0.0, 1.0)

    def held(self, place: int) -> int:
        """Return in how many runs one promise held."""
        return int((self.margins(place) >= 0).sum())

    def without(self, place: int) -> Evidence:
        """Return the same runs without the margins of one promise."""
        return Evidence(
            [
                each._replace(margins=(*each.margins[:place], *each.margins[place + 1 :]))
                for each in self.outcomes
            ]
        )


def chance(margins: Floats, gradual: bool) -> float:
    """Return the estimated probability that a further run keeps a promise.

    Parameters
    ----------
    margins
        float[n], n at least 1.
    gradual
        True: margins are taken for a sample of a normal variable, and the chance is that of a
        further one of the sample; else it is (k + 1/2) / (n + 1) of k that held.
    """
    n = len(margins)
    spread = float(margins.std(ddof=1)) if n > 1 else 0.0
    if gradual and n >= FEWEST and spread > 0:
        from scipy.special import stdtr

        return float(stdtr(n - 1, margins.mean() / (spread * math.sqrt(1 + 1 / n))))
    return (int((margins >= 0).sum()) + 0.5) / (n + 1)


def highest_chance(margins: Floats, gradual: bool, doubt: float) -> float:
    """Return an upper confidence bound of the probability that a promise is kept.

    Parameters
    ----------
    doubt
        Chance at most that the bound is too low, by each of the two ways.

    Notes
    -----
    The exact bound of Clopper and Pearson (1934) from the count of kept promises. For gradual
    margins, the smaller of it and a bound for normal margins, from bounds of mean and standard
    deviation, each at half the doubt.
    """
    n = len(margins)
    by_count = _share_at_most(int((margins >= 0).sum()), n, doubt)
    spread = float(margins.std(ddof=1)) if n > 1 else 0.0
    if not gradual or n < FEWEST or spread == 0:
        return by_count
    from scipy.special import ndtr

    mean, low, high = _bounds(margins, spread, doubt)
    return min(by_count, float(ndtr(mean / (low if mean > 0 else high))))


def lowest_chance(margins: Floats, gradual: bool, doubt: float) -> float:
    """Return a lower confidence bound, the other side of :func:`highest_chance`."""
    n = len(margins)
    by_count = 1 - _share_at_most(n - int((margins >= 0).sum()), n, doubt)
    spread = float(margins.std(ddof=1)) if n > 1 else 0.0
    if not gradual or n < FEWEST or spread == 0:
        return by_count
    from scipy.special import ndtr

    mean, low, high = _bounds(-margins, spread, doubt)
    return max(by_count, float(ndtr(-mean / (low if mean > 0 else high))))


def _bounds(margins: Floats, spread: float, doubt: float) -> tuple[float, float, float]:
    """Return an upper bound of the mean, and both of the standard deviation."""
    from scipy.special import chdtri, stdtrit

    n = len(margins)
    mean = float(margins.mean()) + float(stdtrit(n - 1, 1 - doubt / 2)) * spread / math.sqrt(n)
    low = spread * math.sqrt((n - 1) / float(chdtri(n - 1, doubt / 2)))
    high = spread * math.sqrt((n - 1) / float(chdtri(n - 1, 1 - doubt / 2)))
    return mean, low, high


def _share_at_most(hits: int, n: int, doubt: float) -> float:
    from scipy.special import betaincinv

    return 1.0 if hits >= n else float(betaincinv(hits + 1, n - hits, 1 - doubt))


def lowest_failure(failures: int, n: int, doubt: float) -> float:
    """Return the exact one-sided lower bound of a failure's probability (Clopper, Pearson 1934).

    >>> lowest_failure(0, 50, 0.05), round(lowest_failure(3, 60, 0.05), 4)
    (0.0, 0.0138)
    """
    return 1 - _share_at_most(n - failures, n, doubt)


def misses(evidence: Evidence, promises: Sequence[Promise], doubt: float) -> bool:
    """Return whether even the upper bound of some promise lies below the required probability."""
    return any(_misses(evidence, place, each, doubt) for place, each in enumerate(promises))


def _misses(evidence: Evidence, place: int, promise: Promise, doubt: float) -> bool:
    margins, n = evidence.margins(place), len(evidence)
    if _share_at_most(evidence.held(place), n, doubt) < promise.probability:
        return True
    risks = evidence.risks(place)
    if risks is not None and n >= FEWEST:
        return _mean_at_least(risks, doubt) > 1 - promise.probability
    # A few runs far below a margin that is otherwise kept are no normal sample: who keeps it in
    # most runs is struck out by count alone.
    mostly = 2 * evidence.held(place) > n
    gradual = promise.gradual and not mostly
    return gradual and highest_chance(margins, True, doubt) < promise.probability


def looks_safe(evidence: Evidence, promises: Sequence[Promise], doubt: float) -> bool:
    """Return whether every promise holds by its lower bound.

    An event is judged by its probability in each run, never by not having occurred.
    """
    return all(_is_safe(evidence, place, each, doubt) for place, each in enumerate(promises))


def _is_safe(evidence: Evidence, place: int, promise: Promise, doubt: float) -> bool:
    margins, n = evidence.margins(place), len(evidence)
    if promise.gradual and margins.std() > 0:
        return lowest_chance(margins, True, doubt) >= promise.probability
    risks = evidence.risks(place)
    if risks is None or n < FEWEST:
        return promise.gradual and evidence.held(place) == n
    return 1 - _mean_at_most(risks, doubt) >= promise.probability


def _mean_at_most(values: Floats, doubt: float) -> float:
    from scipy.special import stdtrit

    n, spread = len(values), float(values.std(ddof=1))
    return float(values.mean()) + float(stdtrit(n - 1, 1 - doubt)) * spread / math.sqrt(n)


def _mean_at_least(values: Floats, doubt: float) -> float:
    return -_mean_at_most(-values, doubt)


def likely(evidence: Evidence, place: int, promise: Promise) -> float:
    """Return the best estimate of the probability that a further run keeps a promise."""
    risks = evidence.risks(place)
    if risks is not None and not promise.gradual:
        return 1 - float(risks.mean())
    return chance(evidence.margins(place), promise.gradual)


def careful(evidence: Evidence, place: int, promise: Promise, doubt: float) -> float:
    """Return a lower bound of that probability, used to plan runs."""
    risks = evidence.risks(place)
    if risks is not None and not promise.gradual and len(evidence) >= FEWEST:
        return 1 - min(1.0, _mean_at_most(risks, doubt))
    return lowest_chance(evidence.margins(place), promise.gradual, doubt)


def is_cheaper(one: Evidence, other: Evidence, doubt: float) -> bool:
    """Return whether one is significantly cheaper under common random numbers."""
    n = min(len(one), len(other))
    if n < 2:
        return False
    from scipy.special import stdtrit

    less = one.costs[:n] - other.costs[:n]
    spread = float(less.std(ddof=1))
    return float(less.mean()) + float(stdtrit(n - 1, 1 - doubt)) * spread / math.sqrt(n) < 0
