"""How many runs a promise costs, and whether some runs show that it is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from dialsim.planning.evidence import Evidence, careful, likely, share_at_least
from dialsim.planning.promises import Promise

Basis = Literal["count", "complaint rate"]
Rate = Callable[[Evidence, Promise, float], float | None]
"""Returns a lower confidence bound that the enterprise is not stopped, or None: no such bound."""
RateRuns = Callable[[Evidence, Promise, float, int, int], int | None]
"""Returns after how many runs, at least and at most so many, that bound is expected to suffice."""
SURE = 0.9999  # a chance expected above it is not believed in


@dataclass(frozen=True)
class Kept:
    """What runs of a candidate that decided nothing before show of one promise.

    Attributes
    ----------
    promise
        What was promised.
    runs, held
        Runs, and those in which it held.
    least
        Lower confidence bound of the chance that it holds.
    basis
        ``count``: the exact bound of a share. ``complaint rate``: from the pooled rate of
        complaints, where no review of the enterprise was seen at all.
    """

    promise: Promise
    runs: int
    held: int
    least: float
    basis: Basis = "count"

    @property
    def certified(self) -> bool:
        """Whether the bound reaches the promise."""
        return self.least >= self.promise.probability


def kept(
    evidence: Evidence,
    promises: Sequence[Promise],
    confidence: float,
    rate: Rate | None = None,
) -> list[Kept]:
    """Return what the runs show of each promise; all are certified, or the candidate is not."""
    found = []
    for place, promise in enumerate(promises):
        held, n = evidence.held(place), len(evidence)
        by_count = Kept(promise, n, held, share_at_least(held, n, confidence))
        by_rate = None
        if rate is not None and promise.by_rate and held == n:
            by_rate = rate(evidence, promise, confidence)
        if by_rate is not None:
            by_count = Kept(promise, n, held, by_rate, "complaint rate")
        found.append(by_count)
    return found


@cache
def allowed_failures(n: int, probability: float, confidence: float) -> int:
    """Return in how many of n runs a promise may fail and still be certified; -1: n is too few.

    >>> allowed_failures(58, 0.95, 0.95), allowed_failures(59, 0.95, 0.95)
    (-1, 0)
    >>> allowed_failures(300, 0.95, 0.95), allowed_failures(299, 0.99, 0.95)
    (8, 0)
    """
    failures = -1
    while failures < n and share_at_least(n - failures - 1, n, confidence) >= probability:
        failures += 1
    return failures


@cache
def fewest_runs(probability: float, confidence: float) -> int:
    """Return how many runs without a failure certify a promise.

    >>> [fewest_runs(p, 0.95) for p in (0.9, 0.95, 0.99, 0.999)]
    [29, 59, 299, 2995]
    """
    import math

    return math.ceil(math.log(1 - confidence) / math.log(probability) - 1e-9)


def power(n: int, probability: float, confidence: float, expected: float) -> float:
    """Return the chance that n runs certify a promise that each keeps with chance `expected`."""
    from scipy.special import bdtr

    failures = allowed_failures(n, probability, confidence)
    return 0.0 if failures < 0 else float(bdtr(failures, n, 1 - min(expected, SURE)))


def runs_needed(
    probability: float, confidence: float, expected: float, wanted: float, most: int
) -> int:
    """Return the fewest runs that certify a promise with the power wanted; `most` if none do.

    >>> runs_needed(0.95, 0.95, 1.0, 0.95, 4000), runs_needed(0.95, 0.95, 0.98, 0.95, 4000)
    (59, 412)
    """
    n = fewest_runs(probability, confidence)
    while n < most:
        if power(n, probability, confidence, expected) >= wanted:
            return n
        n += max(1, n // 20)
    return most


def most_runs(probability: float, most_breaks: int) -> int:
    """Return the most runs that a certificate may take.

    >>> most_runs(0.95, 50), most_runs(0.99, 50)
    (1000, 5000)
    """
    return round(most_breaks / (1 - probability))


@dataclass(frozen=True)
class Expected:
    """What is expected of the verification of a candidate, from the runs of the search."""

    runs: int
    power: float


def expected(
    evidence: Evidence,
    promises: Sequence[Promise],
    confidence: float,
    wanted: float,
    doubt: float,
    most_breaks: int,
    rate_runs: RateRuns | None = None,
) -> Expected:
    """Return how many runs a candidate's certificate takes, and with what chance it is reached.

    Parameters
    ----------
    wanted
        The chance with which it is to be reached.
    doubt
        Of the lower bound of the chance that a promise is kept, by which runs are planned.
    most_breaks
        No certificate takes more runs than those in which a promise just kept is broken so often.
    rate_runs
        After how many runs a stop of the enterprise is shown to be rare enough by complaints.

    Of what was never seen to break, whose chance in each run is not known, nothing is known but
    that: it is expected to hold, and the runs allow for one break.
    """
    runs, chances = 1, []
    for place, promise in enumerate(promises):
        seen, whole = evidence.margins(place), evidence.held(place) == len(evidence)
        unseen = not promise.gradual and evidence.risks(place) is None
        sure = whole and (unseen or (promise.gradual and seen.std() == 0))
        found = 1.0 if sure else likely(evidence, place, promise)
        chances.append(found)
        if promise.by_rate:
            continue
        most = most_runs(promise.probability, most_breaks)
        least = 1.0 if sure else careful(evidence, place, promise, doubt)
        runs = max(runs, runs_needed(promise.probability, confidence, least, wanted, most))
        if sure and unseen:  # that it was never seen says little: one break may come
            runs = max(runs, _runs_with_a_break(promise.probability, confidence))
    reached = 1.0
    for promise in (each for each in promises if each.by_rate):
        most = most_runs(
            max(each.probability for each in promises if not each.by_rate), most_breaks
        )
        by_rate = rate_runs and rate_runs(evidence, promise, confidence, runs, most)
        by_count = fewest_runs(promise.probability, confidence)
        if by_rate is None and by_count > most:
            reached = 0.0
        runs = by_rate or max(runs, min(most, by_count))
    for promise, found in zip(promises, chances, strict=True):
        if not promise.by_rate:
            reached = min(reached, power(runs, promise.probability, confidence, found))
    return Expected(runs, reached)


def _runs_with_a_break(probability: float, confidence: float) -> int:
    """Return the fewest runs that certify a promise although one of them breaks it.

    >>> _runs_with_a_break(0.99, 0.95)
    473
    """
    n = fewest_runs(probability, confidence)
    while allowed_failures(n, probability, confidence) < 1:
        n += 1
    return n


def is_lost(evidence: Evidence, promises: Sequence[Promise], runs: int, confidence: float) -> bool:
    """Return whether so many failed already that the runs to come cannot certify it any more."""
    return any(
        len(evidence) - evidence.held(place)
        > max(0, allowed_failures(runs, promise.probability, confidence))
        for place, promise in enumerate(promises)
        if not promise.by_rate
    )
