"""Why no plan holds: broken promises, hard limits, ends of ranges, and lawful alternatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialsim.feasibility.estimate_result import Remedy
from dialsim.feasibility.resource_words import resource_name
from dialsim.planning.plans.candidates import Choice
from dialsim.planning.plans.evidence import likely
from dialsim.planning.plans.promises import ANY_SUSPENSION, ENTERPRISE_STOP, WALLS
from dialsim.results.planning_types.plan_candidates import (
    BlockingConstraints,
    BrokenPromise,
    EndOfRange,
    ScarcestResource,
)

if TYPE_CHECKING:
    from dialsim.planning.plans.plan_result import PlanFound

HARD_LIMIT_KEYS = (WALLS, ANY_SUSPENSION, ENTERPRISE_STOP)
"""Promises that are never to be traded."""


def standing_in_the_way(found: PlanFound, choice: Choice) -> BlockingConstraints:
    """Return what keeps a candidate from its promises."""
    resources, remedies = _by_estimate(found, choice)
    return {
        "broken": _broken(found, choice),
        "resources": resources,
        "ends": _ends(found, choice),
        "remedies": [
            {
                "sentence": each["sentence"],
                "sentence_zh": each["sentence_zh"],
                "set": each["set"],
            }
            for each in remedies
        ],
    }


def _broken(found: PlanFound, choice: Choice) -> list[BrokenPromise]:
    """Return the promises that a candidate is not expected, or not proved, to keep."""
    proof = next((each for each in found.verified if each.choice == choice), None)
    evidence = found.search.evidence[choice] if proof is None else proof.evidence
    broken: list[BrokenPromise] = []
    for place, promise in enumerate(found.promises):
        kept = None if proof is None else proof.kept[place]
        expected = likely(evidence, place, promise)
        if kept is None:
            spread = promise.gradual and evidence.margins(place).std() > 0
            measured = spread or evidence.risks(place) is not None
            seen = measured or evidence.held(place) < len(evidence)
            lost = seen and expected < promise.probability
        else:
            lost = not kept.certified
        if lost:
            broken.append(
                {
                    "promise": place,
                    "chance": expected if kept is None else kept.least,
                    "proved": kept is not None,
                    "state": "likely"
                    if kept is None
                    else "broken"
                    if kept.state == "broken"
                    else "open",
                    "more": None if kept is None else kept.more,
                    "share": expected,
                    "held": evidence.held(place),
                    "runs": len(evidence),
                    "margin": float(evidence.margins(place).mean()),
                    "wall": promise.key in HARD_LIMIT_KEYS,
                }
            )
    return broken


def _by_estimate(found: PlanFound, choice: Choice) -> tuple[list[ScarcestResource], list[Remedy]]:
    """Return the scarcest resource of each campaign, and what would help; both empty without."""
    estimate = found.reach.estimates.get(choice)
    if estimate is None:
        return [], []
    resources: list[ScarcestResource] = [
        {
            "campaign": each["campaign"],
            "resource": resource_name(each["binding"])["en"],
            "resource_zh": resource_name(each["binding"])["zh"],
            "why": scarcest["why"],
            "why_zh": scarcest["why_zh"],
        }
        for each in estimate["campaigns"]
        for scarcest in each["capacities"]
        if scarcest["resource"] == each["binding"]
    ]
    remedies = [
        remedy
        for goal in estimate["goals"]
        for campaign in goal["campaigns"]
        for remedy in campaign["remedies"]
    ]
    return resources, remedies


def _ends(found: PlanFound, choice: Choice) -> list[EndOfRange]:
    """Return the decisions whose value is the first or the last of those offered."""
    return [
        {
            "key": each.key,
            "value": each.options[at].text["en"],
            "value_zh": each.options[at].text["zh"],
            "end": "last" if at else "first",
        }
        for each, at in zip(found.decisions, choice, strict=True)
        if len(each.options) > 1 and at in (0, len(each.options) - 1)
    ]
