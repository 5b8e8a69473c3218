"""Why no plan holds: broken promises, hard limits, ends of ranges, and lawful alternatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialsim.feasibility.estimate_result import Remedy
from dialsim.feasibility.resource_words import resource_name
from dialsim.planning.plans.candidates import Choice
from dialsim.planning.plans.evidence import likely
from dialsim.planning.plans.promises import ANY_SUSPENSION, ENTERPRISE_STOP, WALLS
from dialsim.results.formatting import bilingual

if TYPE_CHECKING:
    from dialsim.planning.plans.plan_result import PlanFound

HARD_LIMIT_KEYS = (WALLS, ANY_SUSPENSION, ENTERPRISE_STOP)
"""Promises that are never to be traded."""


def standing_in_the_way(found: PlanFound, choice: Choice) -> dict[str, Any]:
    """Return what keeps a candidate from its promises.

    Returns
    -------
    dict
        ``broken``: promises whose chance is below what is promised, each with ``promise`` (its
        place), ``chance`` (expected, or where it was put to the proof, ``proved``, the lower bound
        found), ``state`` (``likely`` by the search alone; of a proof ``broken`` or ``open``, with
        about ``more`` runs to go, None: no number would do), ``held`` of ``runs``, ``share``
        expected of a further run, ``margin`` (mean, relative) and ``wall``, whether it is one that
        is never traded. ``resources``: the binding one by estimate, by campaign. ``ends``:
        decisions whose value is the first or last of those offered. ``remedies``: lawful changes
        by arithmetic.
    """
    proof = next((each for each in found.verified if each.choice == choice), None)
    evidence = found.search.evidence[choice] if proof is None else proof.evidence
    broken = []
    for place, promise in enumerate(found.promises):
        expected = likely(evidence, place, promise)
        if proof is None:
            spread = promise.gradual and evidence.margins(place).std() > 0
            measured = spread or evidence.risks(place) is not None
            seen = measured or evidence.held(place) < len(evidence)
            lost = seen and expected < promise.probability
        else:
            lost, expected = not proof.kept[place].certified, proof.kept[place].least
        if lost:
            broken.append(
                {
                    "promise": place,
                    "chance": expected,
                    "proved": proof is not None,
                    "state": "likely" if proof is None else proof.kept[place].state,
                    "more": None if proof is None else proof.kept[place].more,
                    "share": likely(evidence, place, promise),
                    "held": evidence.held(place),
                    "runs": len(evidence),
                    "margin": float(evidence.margins(place).mean()),
                    "wall": promise.key in HARD_LIMIT_KEYS,
                }
            )
    estimate = found.reach.estimates.get(choice)
    remedies: list[Remedy] = []
    resources: list[dict[str, Any]] = []
    if estimate is not None:
        resources = [
            {
                "campaign": each["campaign"],
                **bilingual("resource", resource_name(each["binding"]).__getitem__),
                "why": scarcest["why"],
                "why_zh": scarcest["why_zh"],
            }
            for each in estimate["campaigns"]
            for scarcest in each["capacities"]
            if scarcest["resource"] == each["binding"]
        ]
        for goal in estimate["goals"]:
            for campaign in goal["campaigns"]:
                remedies += campaign["remedies"]
    ends = [
        {
            "key": each.key,
            **bilingual("value", each.options[at].text.__getitem__),
            "end": "last" if at else "first",
        }
        for each, at in zip(found.decisions, choice, strict=True)
        if len(each.options) > 1 and at in (0, len(each.options) - 1)
    ]
    return {
        "broken": broken,
        "resources": resources,
        "ends": ends,
        "remedies": [
            {key: each[key] for key in ("sentence", "sentence_zh", "set")} for each in remedies
        ],
    }
