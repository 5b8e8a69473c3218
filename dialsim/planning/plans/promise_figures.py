"""A plan's promises as plain values: what was promised, how it was proved, and what binds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialsim.feasibility.resource_words import resource_name
from dialsim.planning.plans.certification import Kept
from dialsim.planning.plans.evidence import chance
from dialsim.planning.plans.promises import Promise
from dialsim.planning.plans.proof_extras import before_and_played
from dialsim.results.planning_types.plan_promises import (
    BindingResource,
    KeptPromise,
    PlanBinding,
    PlanPromise,
    PromiseProof,
)
from dialsim.statistics.intervals import share_interval

if TYPE_CHECKING:
    from dialsim.planning.plans.plan_result import PlanFound


def plan_promise(found: PlanFound, promise: Promise) -> PlanPromise:
    """Return what was promised, and what a call log has of it."""
    words = found.words(promise)
    return {
        "key": promise.key,
        "network": found.network_names[promise.under].en,
        "name": words["en"],
        "name_zh": words["zh"],
        "probability": promise.probability,
        "log": None
        if promise.goal is None or promise.under
        else before_and_played(found.proof_runs(), promise.goal),
    }


def promise_proof(each: Kept) -> PromiseProof:
    """Return what the runs of a proof show of a promise."""
    found = share_interval(each.held, each.runs)
    return {
        "promise": each.promise.key,
        "probability": each.promise.probability,
        "runs": each.runs,
        "held": each.held,
        "share": found.value,
        "high": found.high,
        "least": each.least,
        "basis": each.basis,
        "spread": each.basis == "chance" and each.promise.by_complaints,
        "certified": each.certified,
        "state": each.state,
        "more": each.more,
    }


def kept_promise(each: Kept) -> KeptPromise:
    """Return what one run or more show of a promise."""
    found = promise_proof(each)
    share, high = found["share"], found["high"]
    assert share is not None  # there was a run
    assert high is not None
    return {**found, "share": share, "high": high}


def plan_binding(found: PlanFound) -> PlanBinding | None:
    """Return the promise with the least margin, and the binding resource by estimate."""
    if found.chosen is None:
        return None
    evidence = found.chosen.evidence
    gradual = [
        (chance(evidence.margins(place), True) - each.probability, place)
        for place, each in enumerate(found.promises)
        if each.gradual and evidence.margins(place).std() > 0
    ]
    place = min(gradual)[1] if gradual else None
    estimate = found.reach.estimates.get(found.chosen.choice)
    resources: list[BindingResource] = [
        {
            "campaign": each["campaign"],
            "resource": resource_name(each["binding"])["en"],
            "resource_zh": resource_name(each["binding"])["zh"],
        }
        for each in ([] if estimate is None else estimate["campaigns"])
    ]
    return {
        "promise": place,
        "margin": None if place is None else float(evidence.margins(place).mean()),
        "resources": resources,
    }
