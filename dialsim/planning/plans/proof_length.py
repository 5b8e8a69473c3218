"""How many runs the proof of a promise, or of a candidate, is expected to take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from dialsim.planning.plans.certification import Proof
from dialsim.planning.plans.evidence import FEWEST, Evidence, careful, likely
from dialsim.planning.plans.promises import Promise
from dialsim.statistics.betting_tests import (
    Kind,
    count_to_go,
    log_evidence_of_count,
    values_to_go,
)


@cache
def allowed_failures(n: int, probability: float, proof: Proof) -> int:
    """Return the most failures in n runs that still certify a promise; -1 if n is too small.

    For a promise judged by the count alone.
    """
    if _counted(0, n, probability, proof) < proof.enough:
        return -1
    low, high = 0, n
    while low < high:
        middle = (low + high + 1) // 2
        if _counted(middle, n, probability, proof) >= proof.enough:
            low = middle
        else:
            high = middle - 1
    return low


def _counted(failures: int, n: int, probability: float, proof: Proof) -> float:
    return log_evidence_of_count(failures, n, 1 - probability, proof.unfailing)


@cache
def fewest_runs(probability: float, proof: Proof) -> int:
    """Return the fewest runs, all without failure, that certify a promise by the count."""
    found = _runs_at(1.0, probability, proof)
    assert found is not None  # without a failure every bet grows
    return found


def runs_expected(probability: float, proof: Proof, expected: float, most: int) -> int:
    """Return the expected runs to certify a promise of a given probability; at most `most`.

    Estimated from the count alone; it may take fewer, or twice as many.
    """
    found = _runs_at(expected, probability, proof)
    return most if found is None else min(most, found)


@cache
def _runs_at(expected: float, probability: float, proof: Proof) -> int | None:
    kind = Kind(np.zeros(0), unfailing=proof.unfailing)
    found = count_to_go(1 - expected, 1 - probability, proof.confidence, kind)
    return None if found is None else math.ceil(found - 0.01)


def power(n: int, probability: float, proof: Proof, expected: float) -> float:
    """Return a lower bound of the probability that n runs certify a promise.

    Covers the final look only, not earlier certification.
    """
    from scipy.special import bdtr

    failures = allowed_failures(n, probability, proof)
    return 0.0 if failures < 0 else float(bdtr(failures, n, 1 - expected))


@dataclass(frozen=True)
class Expected:
    """Forecast of a candidate's proof, from the runs of the search."""

    runs: int
    power: float


def expected(
    evidence: Evidence, promises: Sequence[Promise], proof: Proof, doubt: float
) -> Expected:
    """Return the runs that a candidate's certificate takes, and its probability.

    Parameters
    ----------
    proof
        Its runs are those of the method, whatever a user affords: the order in which finalists
        are proved does not change with that.
    doubt
        Of the lower bound of the chance that a promise is kept, by which runs are planned.

    Notes
    -----
    A few runs do not determine how often a promise is kept. The probability of a certificate is the
    mean of two: at the expected rate, and at its lower bound.

    A promise that never broke, and whose probability in each run is unknown, is expected to hold.
    """
    runs, reached = 1, 1.0
    for place, promise in enumerate(promises):
        if evidence.risks(place) is not None and len(evidence) >= FEWEST:
            more, chance = _by_chance(evidence, place, promise, proof, doubt)
            runs, reached = max(runs, more), min(reached, chance)
            continue
        seen, whole = evidence.margins(place), evidence.held(place) == len(evidence)
        sure = whole and (not promise.gradual or seen.std() == 0)
        found = 1.0 if sure else likely(evidence, place, promise)
        least = 1.0 if sure else careful(evidence, place, promise, doubt)
        runs = max(runs, runs_expected(promise.probability, proof, least, proof.runs))
        chances = [power(proof.runs, promise.probability, proof, p) for p in (found, least)]
        reached = min(reached, math.fsum(chances) / 2)
    return Expected(runs, reached)


def _by_chance(
    evidence: Evidence, place: int, promise: Promise, proof: Proof, doubt: float
) -> tuple[int, float]:
    """Return runs and probability of a certificate whose breaks have known probabilities.

    Probabilities hardly differ between runs, so at the rate of the search the proof is reached or
    not. The result is a half if it is not reached at the upper bound of that rate.
    """
    risks = evidence.risks(place)
    assert risks is not None  # asked of what is known
    bound = np.full(len(risks), 1 - careful(evidence, place, promise, doubt))
    spread = proof.spread if promise.by_complaints else None
    seen, most = (
        values_to_go(
            [Kind(values, proof.by_chance, spread, proof.unfailing)],
            1 - promise.probability,
            proof.confidence,
        )
        for values in (risks, bound)
    )
    if seen is None or seen > proof.runs:
        return proof.runs, 0.0
    if most is None or most > proof.runs:
        return proof.runs, 0.5
    return math.ceil(most), 1.0
