"""A plan's candidates as plain values: figures, the frontier, prices of promises, the nearest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from dialsim.planning.plans.blocking_constraints import standing_in_the_way
from dialsim.planning.plans.candidates import Choice, value_text
from dialsim.planning.plans.evidence import likely, misses
from dialsim.planning.plans.frontier import frontier
from dialsim.planning.plans.verification import FIRST_HOLDOUT
from dialsim.results.planning_types.intervals import known_share
from dialsim.results.planning_types.plan_candidates import (
    FrontierCandidate,
    NearestCandidate,
    PlanCandidate,
    PlanValue,
)
from dialsim.results.planning_types.plan_promises import PromisePrice
from dialsim.statistics.intervals import share_interval

if TYPE_CHECKING:
    from dialsim.planning.plans.plan_result import PlanFound

Rows: TypeAlias = Mapping[Choice, PlanCandidate]
"""By candidate that was played what its runs show."""


def plain_value(value: Any) -> PlanValue:
    """Return a value of the scenario; a list or a table as text."""
    if value is None or isinstance(value, (int, float, str)):
        return value
    return value_text(value)


def plain_values(found: PlanFound, choice: Choice) -> dict[str, PlanValue]:
    """Return a candidate's values, by their keys."""
    return {key: plain_value(value) for key, value in found.values(choice).items()}


def candidate_figures(found: PlanFound, choice: Choice) -> PlanCandidate:
    """Return what the runs of a candidate show."""
    evidence = found.search.evidence[choice]
    kept = found.trials.kept.get(choice, {})
    played = [each for number, each in kept.items() if number < FIRST_HOLDOUT]
    goal = found.throughput_goal
    through = [each.goals[goal]["value"] for each in played] if goal is not None else []
    known = [float(value) for value in through if value is not None]
    risk = known_share(share_interval(sum(each.suspended for each in played), len(played)))
    return {
        "values": plain_values(found, choice),
        "runs": len(evidence),
        "cost": evidence.cost,
        "throughput": float(np.mean(known)) if known else None,
        "risk": risk["value"],
        "risk_high": risk["high"],
        "chances": [
            likely(evidence, place, promise) for place, promise in enumerate(found.promises)
        ],
        "struck": found.search.struck.get(choice),
    }


def frontier_candidates(rows: Rows) -> list[FrontierCandidate]:
    """Return the Pareto frontier of throughput, risk and cost, the cheapest first."""
    known: dict[Choice, FrontierCandidate] = {}
    for choice, row in rows.items():
        throughput = row["throughput"]
        if throughput is not None:
            known[choice] = {**row, "throughput": throughput}
    figures = {c: (-row["throughput"], row["risk"], row["cost"]) for c, row in known.items()}
    return [known[choice] for choice in frontier(figures)]


def promise_prices(found: PlanFound, cost: float, rows: Rows) -> list[PromisePrice]:
    """Return what the cheapest candidate that keeps all promises but one saves.

    Parameters
    ----------
    cost
        Of the plan.
    """
    prices: list[PromisePrice] = []
    doubt, promises = found.search.method.doubt, found.promises
    for place in range(len(promises)):
        rest = [at for at in range(len(promises)) if at != place]
        others = [promises[at] for at in rest]
        fitting = [
            row["cost"]
            for choice, row in rows.items()
            if all(
                row["chances"][at] >= promises[at].probability or not promises[at].gradual
                for at in rest
            )
            and not misses(found.search.evidence[choice].without(place), others, doubt)
        ]
        least = min(fitting, default=cost)
        prices.append({"promise": place, "saved": max(0.0, cost - least)})
    return prices


def nearest_candidate(found: PlanFound, rows: Rows) -> NearestCandidate | None:
    """Return the candidate nearest to all promises, and what blocks it; None without any."""
    if not rows:
        return None

    def short(choice: Choice) -> float:
        evidence = found.search.evidence[choice]
        places = range(len(found.promises))
        return math.fsum(max(0.0, -float(evidence.margins(at).mean())) for at in places)

    def lacking(choice: Choice) -> float:
        pairs = zip(rows[choice]["chances"], found.promises, strict=True)
        return math.fsum(max(0.0, each.probability - have) for have, each in pairs)

    best = min(rows, key=lambda c: (short(c), lacking(c), rows[c]["cost"], c))
    if found.verified:  # the safest was put to the proof and failed
        best = found.verified[0].choice
    return {**rows[best], **standing_in_the_way(found, best)}
