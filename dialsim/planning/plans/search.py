"""Search for candidates worth verifying: successive halving under common random numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dialsim.planning.plans.candidates import Choice
from dialsim.planning.plans.certification import Proof
from dialsim.planning.plans.evidence import Evidence, Outcome, is_cheaper, looks_safe, misses
from dialsim.planning.plans.promises import Promise
from dialsim.planning.plans.proof_length import expected
from dialsim.results.planning_types.plan_candidates import StruckReason

Play = Callable[[Sequence[tuple[Choice, Sequence[int]]]], list[list[Outcome]]]
"""Plays replications of candidates, and returns their outcomes in order; fewer if stopped."""


@dataclass(frozen=True)
class Method:
    """Figures of the method; see ``profiles/plan.toml``."""

    proof: Proof
    doubt: float
    first_runs: int
    rounds: int
    finalists: int
    careful: float
    surely: float
    hardly: float

    @classmethod
    def of(cls, figures: Mapping[str, float]) -> Method:
        """Return the method of the file's figures."""
        return cls(
            proof=Proof.of(figures),
            doubt=figures["doubt"],
            first_runs=int(figures["first_runs"]),
            rounds=int(figures["rounds"]),
            finalists=int(figures["finalists"]),
            careful=figures["careful"],
            surely=figures["surely"],
            hardly=figures["hardly"],
        )

    @property
    def search_runs(self) -> int:
        """Runs of a candidate that stays to the end of the search."""
        return int(self.first_runs * 2 ** (self.rounds - 1))


@dataclass
class Search:
    """Candidates, their runs, and why some were eliminated.

    Attributes
    ----------
    promises
        What has to hold.
    method
        How many runs, and how much doubt.
    play
        Plays them.
    evidence
        By candidate, those struck out included.
    struck
        Why a candidate was struck out.
    alive
        The others, in the order in which they came.
    """

    promises: Sequence[Promise]
    method: Method
    play: Play
    evidence: dict[Choice, Evidence] = field(default_factory=dict)
    struck: dict[Choice, StruckReason] = field(default_factory=dict)
    alive: list[Choice] = field(default_factory=list)
    stopped: bool = False

    def add(self, candidates: Iterable[Choice]) -> None:
        """Add candidates that were neither played nor eliminated."""
        for choice in candidates:
            if choice not in self.evidence and choice not in self.struck:
                self.evidence[choice] = Evidence()
                self.alive.append(choice)

    def halve(self) -> None:
        """Play rounds, each with twice the runs, and eliminate candidates after each.

        A candidate is rejected if the upper bound of a promise's probability misses it, or if
        another that looks safe costs less under common random numbers. Rank alone rejects nothing.
        """
        for round_ in range(self.method.rounds):
            self.play_up_to(self.alive, self.method.first_runs << round_)
            if self.stopped:
                return
            self.strike()

    def play_up_to(self, choices: Sequence[Choice], runs: int) -> None:
        """Play candidates up to so many runs each: replications 0 and up, the same for all."""
        asks = [
            (choice, range(len(self.evidence[choice]), runs))
            for choice in choices
            if len(self.evidence[choice]) < runs
        ]
        if not asks:
            return
        for (choice, wanted), outcomes in zip(asks, self.play(asks), strict=True):
            self.evidence[choice].outcomes += outcomes
            self.stopped = self.stopped or len(outcomes) < len(wanted)

    def strike(self) -> None:
        """Eliminate candidates that miss a promise or cost more than a safe one."""
        doubt = self.method.doubt
        for choice in self.alive:
            if misses(self.evidence[choice], self.promises, doubt):
                self.struck[choice] = "misses"
        self.alive = [choice for choice in self.alive if choice not in self.struck]
        safe = [c for c in self.alive if looks_safe(self.evidence[c], self.promises, doubt)]
        for choice in self.alive:
            if any(
                other != choice
                and other not in self.struck
                and is_cheaper(self.evidence[other], self.evidence[choice], doubt)
                for other in safe
            ):
                self.struck[choice] = "dominated"
        self.alive = [choice for choice in self.alive if choice not in self.struck]

    def finalists(self) -> list[Choice]:
        """Return the candidates to verify, from the safest to the cheapest.

        They range from the cheapest expected to be certified down to the cheapest that has a
        chance.
        """
        chances = {choice: self.expected(choice) for choice in self.alive}
        ranked = sorted(self.alive, key=lambda c: (self.evidence[c].cost, c))
        ladder: list[Choice] = []  # each safer, and costlier, than those before
        for choice in ranked:
            if chances[choice] >= self.method.hardly and (
                not ladder or chances[choice] > chances[ladder[-1]] + 1e-9
            ):
                ladder.append(choice)
            if ladder and chances[ladder[-1]] >= self.method.surely:
                break
        if not ladder and ranked:  # nothing has a good chance: the best one is tried all the same
            ladder = [max(ranked, key=lambda c: chances[c])]
        return ladder[-self.method.finalists :][::-1]

    def expected(self, choice: Choice) -> float:
        """Return the estimated probability that a candidate is certified."""
        return self.plan_runs(choice)[1]

    def plan_runs(self, choice: Choice) -> tuple[int, float]:
        """Return the expected runs of a candidate's proof, and its probability of success."""
        method = self.method
        found = expected(
            self.evidence[choice],
            self.promises,
            method.proof,
            method.careful,
        )
        return found.runs, found.power

    @property
    def runs(self) -> int:
        """Runs played so far."""
        return sum(len(each) for each in self.evidence.values())
