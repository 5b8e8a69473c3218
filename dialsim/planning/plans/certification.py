"""Whether runs prove that a promise is kept, or broken."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.planning.plans.evidence import Evidence, lowest_failure
from dialsim.planning.plans.promises import Promise
from dialsim.results.planning_types.plan_promises import ProofBasis, ProofState
from dialsim.statistics.betting_tests import (
    Kind,
    count_to_go,
    log_evidence,
    log_evidence_above,
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
