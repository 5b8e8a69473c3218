"""The verdict of ``check``: its exit code, the reasons for it, and the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.audit.audit_result import Audit
from dialsim.errors import Problem
from dialsim.feasibility.conclusion import OUT_OF_REACH
from dialsim.feasibility.estimate_result import Estimate
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.check.audit_page import audit_sections
from dialsim.pages.check.feasibility_page import estimate_sections
from dialsim.pages.model.parts import Page, Paragraph, Section, item, page, section
from dialsim.pages.model.style import BAD, PLAIN, QUIET
from dialsim.results.formatting import localised
from dialsim.results.result_types import CLOSED

LABELS: Texts = text_table(
    {
        "walls": "Not to be started: obligations that are hard limits are missing: {}.",
        "notes": message("Notes", "heading"),
        "refused": "The scenario is not valid",
    }
)


@with_config(CLOSED)
class Verdict(TypedDict):
    """The verdict over both halves of a check; of bad input the exit code alone."""

    exit_code: int
    """0; 1 if a hard limit is missing, a goal out of reach or the study unlawful; 2: bad input."""
    walls_missing: NotRequired[list[str]]
    """Keys of obligations that are hard limits and missing."""
    out_of_reach: NotRequired[list[str]]
    """Metrics of goals that are out of reach."""
    unlawful: NotRequired[bool]
    """Whether no result of the scenario is a lawful plan."""


@with_config(CLOSED)
class ProblemFields(TypedDict):
    """The fields of a `Problem`."""

    path: str
    """Key of the scenario; empty: none."""
    message: str
    """What is wrong."""
    found: str | None
    """What stands there."""
    allowed: str | None
    """What may stand there."""
    remedy: str | None
    """What to do."""
    file: str | None
    """Where it was written; None: in no file."""
    line: int | None
    """The line of the file."""


@with_config(CLOSED)
class CheckResult(TypedDict):
    """What `dialsim check` returns."""

    ok: bool
    """Whether the scenario is valid."""
    problems: list[ProblemFields]
    """What is wrong with one that is not."""
    warnings: list[str]
    """What is odd about it."""
    warnings_zh: list[str]
    """The same in Chinese."""
    audit: NotRequired[Audit | None]
    """Its obligations; None: not asked for; absent: it is not valid."""
    estimate: NotRequired[Estimate | None]
    """What it can reach; None: not asked for; absent: it is not valid."""
    verdict: Verdict
    """What both come to."""


def verdict(audit: Audit | None, estimate: Estimate | None) -> Verdict:
    """Return the verdict over both halves of a check; None for one that was not requested."""
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


def whole_page(found: CheckResult, language: Language = ENGLISH) -> Page:
    """Return the page of a check: verdict, feasibility, audit, notes; of bad input its problems."""
    if not found["ok"]:
        return page(_problems(found["problems"], language), language=language)
    estimate, audit = found.get("estimate"), found.get("audit")
    sections: list[Section | None] = []
    if estimate:
        sections += estimate_sections(estimate, language, _walls(found["verdict"], audit, language))
    if audit:
        sections += audit_sections(audit, language, is_whole=not estimate)
    return page(*sections, _notes(found, language), language=language)


def _walls(found: Verdict, audit: Audit | None, language: Language) -> str:
    """Return which hard limits are missing; empty if none is."""
    walls = found.get("walls_missing")
    if not walls or audit is None:
        return ""
    texts = LABELS[language]
    missing = {row["key"]: localised(row, "title", language) for row in audit["rows"]}
    return texts["walls"].format(texts["then"].join(missing[key] for key in walls))


def _notes(found: CheckResult, language: Language) -> Section | None:
    estimate = found.get("estimate")
    notes = [
        *(localised(estimate, "notes", language) if estimate else []),
        *localised(found, "warnings", language),
    ]
    parts = [item(note, QUIET) for note in notes]
    return section(LABELS[language]["notes"], parts, key="notes") if parts else None


def _problems(problems: Sequence[ProblemFields], language: Language) -> Section:
    """Return what is wrong with a scenario, each problem as errors print it."""
    parts = []
    for each in problems:
        head, *lines = Problem(**each).in_language(language).splitlines()
        parts.append(Paragraph(head, BAD))
        parts += [Paragraph(line, PLAIN, level=2) for line in lines]
    return section(LABELS[language]["refused"], parts, key="head", style=BAD)
