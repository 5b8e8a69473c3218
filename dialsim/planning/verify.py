"""Finalists put to the proof with runs that decided nothing before, from safest to cheapest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialsim.planning.certifying import Kept, Rate, is_lost, kept
from dialsim.planning.choices import Choice
from dialsim.planning.evidence import Evidence
from dialsim.planning.promises import Promise
from dialsim.planning.search import Play
from dialsim.planning.trials import FIRST_VERIFYING as FIRST_VERIFYING

FIRST_HOLDOUT, FIRST_ELSEWHERE = 20_000_000, 30_000_000
"""Numbers of the first replication of each purpose: none is used twice."""
LOOK_APART = 1_000_000
"""How far apart the first replications of proofs lie that are made one after another."""
PORTION = 60  # runs after which it is looked whether a certificate can still be reached


@dataclass(frozen=True)
class Verified:
    """What became of one finalist.

    Attributes
    ----------
    choice
        The candidate.
    runs
        Runs that were planned before the first of them.
    kept
        What those that were played show of each promise.
    evidence
        The runs themselves.
    """

    choice: Choice
    runs: int
    kept: Sequence[Kept]
    evidence: Evidence

    @property
    def certified(self) -> bool:
        """Whether every promise is certified by the runs that were planned."""
        whole = len(self.evidence) == self.runs
        return whole and all(each.certified for each in self.kept)


def verify(
    finalists: Sequence[tuple[Choice, int]],
    promises: Sequence[Promise],
    play: Play,
    confidence: float,
    rate: Rate | None = None,
    first: int = FIRST_VERIFYING,
) -> list[Verified]:
    """Verify finalists in the order given, and stop at the first that is not certified.

    Parameters
    ----------
    finalists
        Each with the number of runs that is to decide, which is fixed here.
    promises
        A finalist is certified when the lower bound of each reaches what was promised.
    play
        Called with numbers of replications that nothing else uses.
    confidence
        Of each finalist. Since the order is fixed beforehand and the first failure ends it, it is
        that of all of them together: the chance that anything is certified that breaks a promise
        is 1 - confidence at most (Maurer, Hothorn and Lehmacher 1995), however the finalists were
        found.
    rate
        Another way to bound how rare a stop of the enterprise is.
    first
        Number of the first replication.

    Returns
    -------
    list of Verified
        Those that were begun, in order. One that cannot be certified any more is broken off.
    """
    found = []
    for choice, runs in finalists:
        evidence = Evidence()
        while len(evidence) < runs and not is_lost(evidence, promises, runs, confidence):
            begin = first + len(evidence)
            wanted = range(begin, begin + min(PORTION, runs - len(evidence)))
            (outcomes,) = play([(choice, wanted)])
            evidence.outcomes += outcomes
            if len(outcomes) < len(wanted):
                break
        found.append(Verified(choice, runs, kept(evidence, promises, confidence, rate), evidence))
        if not found[-1].certified:
            break
    return found
