"""Whether runs prove that a promise is kept, or broken, and how many more runs it takes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.planning.plans.evidence import FEWEST, Evidence, careful, likely, lowest_failure
from dialsim.planning.plans.promises import Promise
from dialsim.results.planning_types.plan_promises import ProofBasis, ProofState
from dialsim.statistics.betting_tests import (
    Kind,
    count_to_go,
    log_evidence,
    log_evidence_above,
    log_evidence_of_count,
    mean_at_most,
    values_to_go,
)

MOST_PROOF_RUNS = 1_000_000
"""Runs that the proof of one candidate may take at most: numbers of replications end there."""


@dataclass(frozen=True)
class Proof:
    """Method of proof of a promise; see ``profiles/plan.toml``.

    Attributes
    ----------
    confidence
        Of every certificate, and of all finalists together.
    doubt
        Chance at most at which a proof is given up in one look that could still succeed.
    unfailing
        Part of the bets on a count that is laid on a plan that never fails.
    by_chance
        Part of the evidence that rests on the chances that runs had, where they are known; the
        rest counts.
    spread
        Of a stop that only complaints bring: how many times the square of the mean chance the mean
        of the squares is at most.
    runs
        That may be played to prove one candidate, at most.
    """

    confidence: float
    doubt: float
    unfailing: float
    by_chance: float
    spread: float
    runs: int

    @classmethod
    def of(cls, figures: Mapping[str, float]) -> Proof:
        """Return the method from the file's figures."""
        return cls(
            confidence=figures["confidence"],
            doubt=figures["doubt"],
            unfailing=figures["unfailing"],
            by_chance=figures["by_chance"],
            spread=figures["spread"],
            runs=int(figures["proof_runs"]),
        )

    @property
    def enough(self) -> float:
        """Logarithm of the evidence that decides."""
        return -math.log(1 - self.confidence)


def check_proof_runs(runs: int | None, problems: Problems) -> None:
    """Add a problem unless so many runs may prove a candidate; None: the method's number."""
    whole = isinstance(runs, int) and not isinstance(runs, bool)
    if runs is not None and not (whole and 1 <= runs <= MOST_PROOF_RUNS):
        allowed = message("a whole number, 1 to {most_proof_runs:,}").filled(
            most_proof_runs=MOST_PROOF_RUNS
        )
        problems.add("proof_runs", message("not a number of runs"), found=runs, allowed=allowed)


@dataclass(frozen=True)
class Kept:
    """Evidence on one promise from runs that no earlier decision used.

    Attributes
    ----------
    promise
        What was promised.
    runs, held
        Runs, and those in which it held.
    least
        Lower confidence bound of the chance that it holds, whenever one looks.
    basis
        ``count``: by the share of runs in which it held. ``chance``: also by the chance that each
        run had of a break, given its calls.
    state
        ``certified``; ``broken``: proved not to hold; ``open``: neither of both is proved.
    more
        About how many further runs would certify it; None: at this rate no number does, or it is
        certified or broken.
    """

    promise: Promise
    runs: int
    held: int
    least: float
    basis: ProofBasis = "count"
    state: ProofState = "open"
    more: int | None = None

    @property
    def certified(self) -> bool:
        """Whether the promise is proved to hold."""
        return self.state == "certified"


def kept(evidence: Evidence, promises: Sequence[Promise], proof: Proof) -> list[Kept]:
    """Return the evidence on each promise; either all are certified, or the candidate is not."""
    found = []
    for place, promise in enumerate(promises):
        held, n = evidence.held(place), len(evidence)
        kinds = kinds_of(evidence, place, promise, proof)
        state = state_of(evidence, place, promise, proof)
        least = 1 - mean_at_most(kinds, proof.confidence)
        if state == "certified":  # on the boundary the bound is as near as it is computed
            least = max(least, promise.probability)
        more = None
        if state == "open" and n:
            whole = values_to_go(kinds, 1 - promise.probability, proof.confidence)
            more = None if whole is None else max(1, math.ceil(whole) - n)
        basis: ProofBasis = "count" if len(kinds) == 1 else "chance"
        found.append(Kept(promise, n, held, least, basis, state, more))
    return found


def kinds_of(evidence: Evidence, place: int, promise: Promise, proof: Proof) -> list[Kind]:
    """Return the kinds of evidence in runs on how often a promise is broken.

    Notes
    -----
    Every valid kind is used, each with a weight fixed before the first run. The total evidence is
    the weighted sum, so it holds at the required confidence whichever kind is stronger. No kind is
    selected by the results.
    """
    failures = evidence.failures(place)
    risks = evidence.risks(place)
    if risks is None:
        return [Kind(failures, unfailing=proof.unfailing)]
    spread = proof.spread if promise.by_complaints else None
    return [
        Kind(failures, 1 - proof.by_chance, unfailing=proof.unfailing),
        Kind(risks, proof.by_chance, spread, proof.unfailing),
    ]


def state_of(evidence: Evidence, place: int, promise: Promise, proof: Proof) -> ProofState:
    """Return what the runs prove of a promise.

    Only the count can prove that a promise is broken: probabilities bound from below, not from
    above.
    """
    if not len(evidence):
        return "open"
    failures = evidence.failures(place)
    allowed = 1 - promise.probability
    if log_evidence_above(failures, allowed) >= proof.enough:
        return "broken"
    kinds = kinds_of(evidence, place, promise, proof)
    return "certified" if log_evidence(kinds, allowed) >= proof.enough else "open"


def is_hopeless(evidence: Evidence, place: int, promise: Promise, proof: Proof) -> bool:
    """Return whether an open promise cannot be certified within the allowed runs.

    This assumes the lowest failure probability that the runs so far allow: see
    :func:`~dialsim.planning.plans.evidence.lowest_failure`. Stopping then certifies nothing
    wrongly.
    """
    n = len(evidence)
    allowed = 1 - promise.probability
    rarely = lowest_failure(n - evidence.held(place), n, proof.doubt)
    count, *chances = kinds_of(evidence, place, promise, proof)
    whole = [count_to_go(rarely, allowed, proof.confidence, count)]
    if chances:
        whole.append(values_to_go([count, *chances], allowed, proof.confidence))
    return not any(each is not None and each <= proof.runs for each in whole)


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
