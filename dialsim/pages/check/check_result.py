"""The verdict of ``check``: its exit code, the reasons for it, and the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialsim.errors import Problem
from dialsim.feasibility.conclusion import OUT_OF_REACH
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.check.audit_page import audit_sections
from dialsim.pages.check.feasibility_page import estimate_sections
from dialsim.pages.model.parts import Page, Paragraph, Section, item, page, section
from dialsim.pages.model.style import BAD, PLAIN, QUIET
from dialsim.results.formatting import localised

Found = Mapping[str, Any]

LABELS: Texts = text_table(
    {
        "walls": "Not to be started: obligations that are hard limits are missing: {}.",
        "notes": message("Notes", "heading"),
        "refused": "The scenario is not valid",
    }
)


def verdict(found: Found) -> dict[str, Any]:
    """Return the verdict over both halves of a check, the audit and the estimate.

    Parameters
    ----------
    found
        With ``audit`` and ``estimate``; None for a half that was not requested.

    Returns
    -------
    dict
        ``exit_code`` 0, or 1 if a hard limit is missing, a goal out of reach or the study unlawful;
        ``walls_missing`` (keys of obligations), ``out_of_reach`` (metrics of goals), ``unlawful``.
    """
    audit, estimate = found["audit"], found["estimate"]
    walls = list(audit["walls_missing"]) if audit else []
    goals = estimate["goals"] if estimate else []
    late = [goal["metric"] for goal in goals if goal["outlook"] == OUT_OF_REACH]
    unlawful = bool(estimate and estimate["heading"])
    return {
        "exit_code": int(bool(walls or late or unlawful)),
        "walls_missing": walls,
        "out_of_reach": late,
        "unlawful": unlawful,
    }


def whole_page(found: Found, language: Language = ENGLISH) -> Page:
    """Return the page of a check: verdict, feasibility, audit, notes; of bad input its problems."""
    if not found["ok"]:
        return page(_problems(found["problems"], language), language=language)
    estimate, audit = found["estimate"], found["audit"]
    sections: list[Section | None] = []
    if estimate:
        sections += estimate_sections(estimate, language, _walls(found, language))
    if audit:
        sections += audit_sections(audit, language, is_whole=not estimate)
    return page(*sections, _notes(found, language), language=language)


def _walls(found: Found, language: Language) -> str:
    """Return which hard limits are missing; empty if none is."""
    walls = found["verdict"]["walls_missing"]
    if not walls:
        return ""
    texts = LABELS[language]
    missing = {row["key"]: localised(row, "title", language) for row in found["audit"]["rows"]}
    return texts["walls"].format(texts["then"].join(missing[key] for key in walls))


def _notes(found: Found, language: Language) -> Section | None:
    estimate = found["estimate"]
    notes = [
        *(localised(estimate, "notes", language) if estimate else []),
        *localised(found, "warnings", language),
    ]
    parts = [item(note, QUIET) for note in notes]
    return section(LABELS[language]["notes"], parts, key="notes") if parts else None


def _problems(problems: list[dict[str, Any]], language: Language) -> Section:
    """Return what is wrong with a scenario, each problem as errors print it."""
    parts = []
    for each in problems:
        head, *lines = Problem(**each).in_language(language).splitlines()
        parts.append(Paragraph(head, BAD))
        parts += [Paragraph(line, PLAIN, level=2) for line in lines]
    return section(LABELS[language]["refused"], parts, key="head", style=BAD)
