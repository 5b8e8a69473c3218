"""The verdict of ``check``: its exit code, the reasons for it, and the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from dialsim.feasibility.conclusion import OUT_OF_REACH
from dialsim.messages.catalogue import Language
from dialsim.pages.check.audit_page import audit_lines
from dialsim.pages.check.feasibility_page import check_page, notes_lines
from dialsim.pages.layout import headed, paragraph, usable_width

Found = Mapping[str, Any]


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
    """Return the page of a check: verdict, feasibility, audit, notes; in Chinese only the audit."""
    width = usable_width(width)
    if language == "zh":
        return audit_lines(found["audit"], width, language)
    lines: list[Text] = []
    if found["estimate"]:
        lines += [*check_page(found["estimate"], width), Text()]
    if found["audit"]:
        lines += [*audit_lines(found["audit"], width), Text()]
    judged = found["verdict"]
    if judged["walls_missing"] and found["estimate"]:  # further lines follow the first
        missing = {row["key"]: row["title"] for row in found["audit"]["rows"]}
        names = "; ".join(missing[key] for key in judged["walls_missing"])
        text = f"Not to be started: missing, and a wall: {names}."
        lines[1:1] = paragraph(text, width, indent=0, style="bold red")
    notes = [*(found["estimate"]["notes"] if found["estimate"] else []), *found["warnings"]]
    if notes:
        lines += [*headed("Notes", "", width), *notes_lines(notes, width)]
    while lines and not lines[-1].plain:
        lines.pop()
    return lines
