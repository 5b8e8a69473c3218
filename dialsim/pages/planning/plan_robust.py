"""What becomes of a plan under every network, and which assumption breaks it."""

from __future__ import annotations

from dialsim.messages.catalogue import Language
from dialsim.pages.model.parts import Paragraph, Part, Section, item, quiet, section
from dialsim.pages.model.style import BAD, GOOD
from dialsim.pages.planning.plan_values import figure, money, share, values_text
from dialsim.pages.planning.plan_words import LABELS
from dialsim.results import formatting
from dialsim.results.formatting import localised
from dialsim.results.planning_types.plan import (
    BreakingAssumption,
    PlanResult,
    PromiseBrokenElsewhere,
)

SHOWN = 8
"""Most assumptions that break a plan, on the page."""


def robust_section(found: PlanResult, language: Language) -> Section | None:
    """Return whether a plan is certified under every network; None: not asked."""
    robust, texts = found["robust"], LABELS[language]
    if robust is None:
        return None
    names = texts["and"].join(localised(robust, "networks", language))
    parts: list[Part] = []
    plan = robust["plan"]
    best = plan["recommended"] if plan is not None and robust["certified"] else None
    if best is not None:
        values = {each["key"]: each["after"] for each in best["changes"]}
        text = texts["robust_found"].format(
            names=names,
            values=values_text(values, language),
            cost=money(best["cost"]["value"], found),
        )
        parts.append(Paragraph(text, GOOD))
    else:
        parts.append(Paragraph(texts["robust_none"].format(names=names), BAD))
        parts += [_broken(each, language) for each in robust["broken"]]
    if robust["breaking"]:
        parts.append(Paragraph(texts["breaking"]))
    for each in robust["breaking"][:SHOWN]:
        parts += _breaking(found, each, language)
    if robust["certified"] and not robust["breaking"]:
        parts.append(quiet(texts["robust_all"].format(n=robust["tried"])))
    return section(
        texts["robust"],
        parts,
        note=texts["robust_note"].format(n=robust["tried"]),
        key="robust",
        style=GOOD if robust["certified"] else BAD,
    )


def _broken(each: PromiseBrokenElsewhere, language: Language) -> Part:
    text = LABELS[language]["likely"].format(
        name=localised(each, "name", language),
        chance=share(each["chance"]),
        wanted=share(each["probability"]),
        held=each["held"],
        runs=each["runs"],
    )
    return item(text, BAD, "✗ ")


def _breaking(found: PlanResult, each: BreakingAssumption, language: Language) -> list[Part]:
    """Return an assumption that breaks the plan at one end of its range, and how to measure it."""
    texts = LABELS[language]
    names = [localised(found["promises"][one["promise"]], "name", language)
             for one in each["broken"]]  # fmt: skip
    text = texts["breaks"].format(
        key=each["key"],
        end=figure(each["end"], each["unit"], language),
        value=figure(each["value"], each["unit"], language),
        confidence=formatting.CONFIDENCE[language].get(each["confidence"], each["confidence"]),
        promises=texts["and"].join(names),
    )
    return [item(text, BAD, "✗ "), quiet(localised(each, "measure", language), level=3)]
