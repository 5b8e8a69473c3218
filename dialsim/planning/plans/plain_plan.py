"""A plan as plain values: what was decided, proved and played."""

from __future__ import annotations

import math
import shlex
from collections import Counter
from typing import TYPE_CHECKING

from dialsim.planning.plans.candidate_figures import (
    Rows,
    candidate_figures,
    frontier_candidates,
    nearest_candidate,
    plain_value,
    plain_values,
    promise_prices,
)
from dialsim.planning.plans.certification import MOST_PROOF_RUNS
from dialsim.planning.plans.promise_figures import (
    kept_promise,
    plan_binding,
    plan_promise,
    promise_proof,
)
from dialsim.planning.plans.proof_extras import reviews_of
from dialsim.planning.plans.unpriced import unpriced
from dialsim.planning.plans.verification import Verified
from dialsim.results.planning_types.intervals import known_mean, known_share
from dialsim.results.planning_types.plan import (
    InvalidCandidates,
    PlanResult,
    SuspendedWithoutCalls,
)
from dialsim.results.planning_types.plan_candidates import (
    GoOn,
    PlanChange,
    PlanDecision,
    PlanFinalist,
    RecommendedPlan,
    StruckReason,
)
from dialsim.results.weak_defaults import weak_rows
from dialsim.scenario.profiles.plan_rules import plan_rules
from dialsim.statistics.intervals import mean_interval, share_interval

if TYPE_CHECKING:
    from dialsim.planning.plans.plan_result import PlanFound


def plain_plan(found: PlanFound) -> PlanResult:
    """Return a plan as plain values, ready for JSON."""
    scenario, search = found.scenario, found.search
    assert scenario.plan is not None  # it was planned by
    played = [choice for choice, each in search.evidence.items() if len(each)]
    rows: Rows = {choice: candidate_figures(found, choice) for choice in sorted(played)}
    best = None if found.chosen is None else rows[found.chosen.choice]
    if found.chosen is not None and best is not None:
        best["cost"] = found.chosen.evidence.cost  # one figure for one candidate: the proof's
    return {
        "name": scenario.name,
        "here": None if found.here is None else found.here.to_dict(),
        "without_calls": _without_calls(found),
        "seed": scenario.seed,
        "people": scenario.replications.people if found.here is None else "fixed",
        "profile": scenario.network.profile,
        "currency": scenario.plan.currency(scenario),
        "unpriced": unpriced(scenario),
        "complete": found.complete,
        "certified": found.certified,
        "state": found.state,
        "proof_runs": found.proof.runs,
        "go_on": _go_on(found),
        "confidence": found.proof.confidence,
        "spread": found.proof.spread,
        "decisions": [_decision(found, place) for place in range(len(found.decisions))],
        "promises": [plan_promise(found, each) for each in found.promises],
        "recommended": None if found.chosen is None else _recommended(found, found.chosen, rows),
        "finalists": [_finalist(found, each) for each in found.verified],
        "reviews": reviews_of(found.proof_runs()),
        "holdout": [kept_promise(each) for each in found.holdout],
        "elsewhere": [
            {"profile": each.profile, "promises": [kept_promise(one) for one in each.kept]}
            for each in found.elsewhere
        ],
        "frontier": frontier_candidates(rows),
        "binding": plan_binding(found),
        "prices": [] if best is None else promise_prices(found, best["cost"], rows),
        "nearest": None
        if found.certified or not found.complete
        else nearest_candidate(found, rows),
        "candidates": list(rows.values()),
        "struck": _struck(found),
        "invalid": _invalid(found),
        "searched": sum(
            search.struck.get(choice) not in ("out of reach", "invalid") for choice in rows
        ),
        "robust": None if found.robust is None else found.robust.to_dict(),
        "forecast": found.forecast.to_dict(),
        "weak_defaults": weak_rows(scenario),
        "runs": found.runs,
        "seconds": found.seconds,
    }


def _without_calls(found: PlanFound) -> SuspendedWithoutCalls | None:
    if found.without_calls is None:
        return None
    suspended, runs = found.without_calls
    return {**known_share(share_interval(suspended, runs)), "runs": runs}


def _decision(found: PlanFound, place: int) -> PlanDecision:
    each = found.decisions[place]
    at = None if found.chosen is None else found.chosen.choice[place]
    return {
        "key": each.key,
        "said": each.label.en,
        "said_zh": each.label.zh,
        "options": [option.text.en for option in each.options],
        "prices": [float(option.price) for option in each.options],
        "present": plain_value(each.present),
        "chosen": None if at is None else plain_value(each.options[at].value),
    }


def _recommended(found: PlanFound, best: Verified, rows: Rows) -> RecommendedPlan:
    changes: list[PlanChange] = [
        {
            "key": each.key,
            "said": each.label.en,
            "said_zh": each.label.zh,
            "before": plain_value(each.present),
            "after": plain_value(each.options[at].value),
            "price": float(each.options[at].price),
        }
        for each, at in zip(found.decisions, best.choice, strict=True)
    ]
    return {
        "changes": changes,
        "cost": known_mean(mean_interval(best.evidence.costs)),
        "throughput": rows[best.choice]["throughput"],
        "promises": [kept_promise(each) for each in best.kept],
        "runs": len(best.evidence),
    }


def _go_on(found: PlanFound) -> GoOn | None:
    """Return the number of runs that continues an open proof; None if there is none.

    It is a quarter more than the proof is likely to need.
    """
    last = found.verified[-1] if found.verified and found.complete else None
    if last is None or last.certified or last.more is None:
        return None
    wanted = 1.25 * (len(last.evidence) + last.more)
    step = 10 ** max(2, math.floor(math.log10(wanted)) - 1)
    runs = min(MOST_PROOF_RUNS, math.ceil(wanted / step) * step)
    if runs <= found.proof.runs:
        return None
    option = f"--proof-runs {runs}"
    command = None if found.command is None else f"{shlex.join(found.command)} {option}"
    return {
        "values": plain_values(found, last.choice),
        "more": last.more,
        "proof_runs": runs,
        "command": command,
    }


def _finalist(found: PlanFound, each: Verified) -> PlanFinalist:
    return {
        "values": plain_values(found, each.choice),
        "planned": each.runs,
        "runs": len(each.evidence),
        "certified": each.certified,
        "state": "certified" if each.certified else "broken" if each.broken else "open",
        "more": each.more,
        "cost": each.evidence.cost if len(each.evidence) else None,
        "promises": [promise_proof(one) for one in each.kept],
    }


def _struck(found: PlanFound) -> dict[StruckReason, int]:
    counts = Counter(found.search.struck.values())
    return {
        "misses": counts["misses"],
        "dominated": counts["dominated"],
        "out of reach": counts["out of reach"],
        "invalid": len(found.reach.invalid),
    }


def _invalid(found: PlanFound) -> InvalidCandidates | None:
    """Return the number of invalid candidates, and why the first is invalid.

    With very many candidates, only those used are counted. None: all are valid.
    """
    invalid = found.reach.invalid
    if not invalid:
        return None
    first = invalid[min(invalid)].problems[0]
    return {
        "count": len(invalid),
        "all": found.forecast.candidates <= plan_rules().method["enumerated"],
        "reason": f"{first.path}: {first.message}",
    }
