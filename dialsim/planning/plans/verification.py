"""Verification of finalists with unused runs, from the safest to the cheapest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dialsim.planning.plans.candidates import Choice
from dialsim.planning.plans.certification import Kept, Proof, is_hopeless, kept, state_of
from dialsim.planning.plans.evidence import Evidence
from dialsim.planning.plans.promises import Promise
from dialsim.planning.plans.search import Play
from dialsim.planning.plans.trials import FIRST_HOLDOUT as FIRST_HOLDOUT
from dialsim.planning.plans.trials import FIRST_VERIFYING as FIRST_VERIFYING

FIRST_ELSEWHERE = 30_000_000
"""Numbers of the first replication of each purpose: none is used twice."""
LOOK_APART = 1_000_000
"""How far apart the first replications of proofs lie that are made one after another."""
PORTION, PORTIONS = 60, 10  # runs from one look to the next: so many, or a tenth of those played
Announce = Callable[[Choice, int], None]
"""Told before each portion which candidate is proved, and by how many runs after it."""


@dataclass(frozen=True)
class Verified:
    """Result of one finalist.

    Attributes
    ----------
    choice
        The candidate.
    runs
        Runs that could be played to prove it, at most.
    kept
        What those that were played show of each promise.
    evidence
        The runs themselves.
    whole
        Whether it was not stopped in the middle.
    """

    choice: Choice
    runs: int
    kept: Sequence[Kept]
    evidence: Evidence
    whole: bool = True

    @property
    def certified(self) -> bool:
        """Whether every promise is certified."""
        return self.whole and all(each.certified for each in self.kept)

    @property
    def broken(self) -> bool:
        """Whether a promise is proved not to hold."""
        return any(each.state == "broken" for each in self.kept)

    @property
    def more(self) -> int | None:
        """About how many further runs would certify it; None: no number, or none is needed."""
        missing = [each for each in self.kept if not each.certified]
        if self.broken or not missing or any(each.more is None for each in missing):
            return None
        return max(each.more or 0 for each in missing)


def verify(
    finalists: Sequence[Choice],
    promises: Sequence[Promise],
    play: Play,
    proof: Proof,
    first: int = FIRST_VERIFYING,
    announce: Announce | None = None,
) -> list[Verified]:
    """Verify finalists in the order given, and stop at the first that is not certified.

    Parameters
    ----------
    finalists
        In an order that was fixed without these runs.
    promises
        A finalist is certified when every one of them is.
    play
        Called with numbers of replications that nothing else uses.
    proof
        Its confidence is that of each finalist. Since their order is fixed beforehand and the first
        failure ends it, it is that of all of them together: the chance that anything is certified
        that breaks a promise is 1 - confidence at most (Maurer, Hothorn and Lehmacher 1995),
        however the finalists were found.
    first
        Number of the first replication.
    announce
        Told of each portion before it is played.

    Returns
    -------
    list of Verified
        Those that were begun, in order.

    Notes
    -----
    Runs are added in portions while a promise is open and runs of the proof are left. A certificate
    holds as if their number had been fixed: the evidence is valid at every look
    (:mod:`dialsim.statistics.betting_tests`). A finalist is abandoned early if a promise is proved
    broken, or cannot be proved with the remaining runs.
    """
    found = []
    for choice in finalists:
        evidence, whole = Evidence(), True
        while whole and len(evidence) < proof.runs and _goes_on(evidence, promises, proof):
            begin = first + len(evidence)
            further = max(PORTION, len(evidence) // PORTIONS)
            wanted = range(begin, begin + min(further, proof.runs - len(evidence)))
            if announce is not None:
                announce(choice, len(evidence) + len(wanted))
            (outcomes,) = play([(choice, wanted)])
            evidence.outcomes += outcomes
            whole = len(outcomes) == len(wanted)
        shown = kept(evidence, promises, proof)
        found.append(Verified(choice, proof.runs, shown, evidence, whole))
        if not found[-1].certified:
            break
    return found


def _goes_on(evidence: Evidence, promises: Sequence[Promise], proof: Proof) -> bool:
    """Return whether further runs can decide something."""
    if not len(evidence):
        return True
    states = [state_of(evidence, place, each, proof) for place, each in enumerate(promises)]
    still = [place for place, state in enumerate(states) if state == "open"]
    if "broken" in states or not still:
        return False
    return not any(is_hopeless(evidence, place, promises[place], proof) for place in still)
