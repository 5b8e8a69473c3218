"""Forecast of a plan's effort: runs and, at their measured cost here, time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dialsim.planning.plans.certification import MOST_PROOF_RUNS
from dialsim.planning.plans.promises import Promise
from dialsim.planning.plans.proof_length import fewest_runs, runs_expected
from dialsim.planning.plans.search import Method
from dialsim.results.planning_types.plan import PlanForecast, ProofCost

SLACK = 0.4  # of what may fail: a plan with so much of it left is taken for the usual one


@dataclass(frozen=True)
class Forecast:
    """Runs and seconds that a plan will take.

    Attributes
    ----------
    candidates
        Combinations of all options; `within` of them are within reach by estimate.
    search_runs
        Runs of the search: at least, if all but one are struck out in the first round; at most.
    certificates
        For each probability promised that is judged by a count: ``probability``, ``least`` runs of
        a plan that never fails, ``usual`` runs of one that fails 0.4 times as often as it may.
    proof_runs
        That may be played to prove one candidate, at most.
    run_s
        Seconds a run took here; `workers` are at it at a time.
    """

    candidates: int
    within: int
    search_runs: tuple[int, int]
    certificates: Sequence[ProofCost]
    verify_runs: tuple[int, int]
    proof_runs: int
    run_s: float
    workers: int

    @property
    def seconds(self) -> tuple[float, float]:
        """Total time with one finalist, and with the maximum number of finalists."""
        return tuple(  # type: ignore[return-value]
            (search + verify) * self.run_s / self.workers
            for search, verify in zip(self.search_runs, self.verify_runs, strict=True)
        )

    def to_dict(self) -> PlanForecast:
        """Return plain values, ready for JSON; times also in readable form."""
        from dialsim.results.formatting import span
        from dialsim.scheduler.progress import duration

        return {
            "candidates": self.candidates,
            "within_reach": self.within,
            "search_runs": list(self.search_runs),
            "certificates": list(self.certificates),
            "verify_runs": list(self.verify_runs),
            "proof_runs": self.proof_runs,
            "run_seconds": self.run_s,
            "workers": self.workers,
            "seconds": list(self.seconds),
            "times": [duration(seconds) for seconds in self.seconds],
            "times_zh": [span(math.ceil(seconds) * 1000, "zh") for seconds in self.seconds],
        }


def forecast(
    promises: Sequence[Promise],
    method: Method,
    proof_runs: int,
    counts: tuple[int, int],
    run: tuple[float, int],
    networks: int = 1,
) -> Forecast:
    """Return what a plan will take.

    Parameters
    ----------
    proof_runs
        That the user allows for the proof of one candidate.
    counts
        All candidates, and those that will be played.
    run
        Seconds a run took, and workers.
    networks
        Under so many each run is played.
    """
    chances = sorted({each.probability for each in promises if not each.by_complaints})
    certificates: list[ProofCost] = []
    for p in chances:
        usual = 1 - SLACK * (1 - p)
        certificates.append(
            {
                "probability": p,
                "least": fewest_runs(p, method.proof),
                "usual": runs_expected(p, method.proof, usual, MOST_PROOF_RUNS),
            }
        )
    fewest = min(proof_runs, max(each["least"] for each in certificates))
    candidates, played = counts
    return Forecast(
        candidates,
        played,
        (
            networks * ((played - 1) * method.first_runs + method.search_runs) if played else 0,
            networks * played * method.search_runs,
        ),
        certificates,
        (networks * fewest, networks * method.finalists * proof_runs),
        proof_runs,
        *run,
    )
