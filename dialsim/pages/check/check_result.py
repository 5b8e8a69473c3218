"""The verdict of ``check``: its exit code, the reasons for it, and the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from dialsim.feasibility.conclusion import OUT_OF_REACH
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.check.audit_page import audit_lines
from dialsim.pages.check.feasibility_page import check_page, notes_lines
from dialsim.pages.layout import headed, paragraph, usable_width
from dialsim.results.formatting import localised

Found = Mapping[str, Any]

LABELS: Texts = text_table(
    {"walls": "Not to be started: missing, and a wall: {}.", "notes": message("Notes", "heading")}
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


def whole_page(found: Found, width: int = 80, language: Language = "en") -> list[Text]:
    """Return the page of a check: verdict, feasibility, audit, notes."""
    width, texts = usable_width(width), LABELS[language]
    estimate, audit = found["estimate"], found["audit"]
    lines: list[Text] = []
    if estimate:
        lines += [*check_page(estimate, width, language), Text()]
    if audit:
        lines += [*audit_lines(audit, width, language), Text()]
    walls = found["verdict"]["walls_missing"]
    if walls and estimate:  # further lines follow the first
        missing = {row["key"]: localised(row, "title", language) for row in audit["rows"]}
        text = texts["walls"].format(texts["then"].join(missing[key] for key in walls))
        lines[1:1] = paragraph(text, width, indent=0, style="bold red")
    notes = [
        *(localised(estimate, "notes", language) if estimate else []),
        *localised(found, "warnings", language),
    ]
    if notes:
        lines += [*headed(texts["notes"], "", width), *notes_lines(notes, width)]
    while lines and not lines[-1].plain:
        lines.pop()
    return lines
