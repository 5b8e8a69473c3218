"""The goals with their estimates and outlooks: a section of the page of ``check``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.check.complaints_section import small
from dialsim.pages.layout import Cell, headed, row
from dialsim.pages.run.goal_lines import before_lines
from dialsim.pages.weak_default_lines import marked, weak_mark
from dialsim.results import formatting
from dialsim.results.formatting import localised

Found = Mapping[str, Any]
WIDE = 98  # columns from which goals are shown with their day
STYLES = {"likely": "green", "out of reach": "red"}
"""Styles of outlooks; the others are dim."""

LABELS: Texts = text_table(
    {
        "title": "Goals",
        "at_least": "at least {}",
        "at_most": "at most {}",
        "about": message("about {}", "estimate"),
        "below": message("about {}", "below a bound"),
        "likely": "likely met",
        "out of reach": message("out of reach", "outlook"),
        "too close to tell": message("too close to tell", "outlook"),
        "not estimated": message("not estimated", "outlook"),
    }
)


def goals_lines(found: Found, width: int, language: Language) -> list[Text]:
    """Return the section on the goals of an estimate."""
    texts = LABELS[language]
    lines = [*headed(texts["title"], "", width)]
    for goal in found["goals"]:
        mark = weak_mark(goal["metric"], found["weak_defaults"])
        cells = [
            Cell(marked(localised(goal, "name", language), mark), 22),
            Cell(texts[goal["bound"]].format(formatting.number(goal["target"])), 17),
            Cell(_expected(goal["expected"], language), 15, right=True),
            Cell(texts[goal["outlook"]], 17, style=STYLES.get(goal["outlook"], "dim")),
        ]
        if width >= WIDE and goal["by"]:
            by = formatting.clock(datetime.fromisoformat(goal["by"]), language=language)
            cells.append(Cell(by, style="dim"))
        lines += [row(cells), *before_lines(goal, width, language)]
    return lines


def _expected(value: float | None, language: Language) -> str:
    """Return the estimate of a goal; empty without one."""
    if value is None:
        return ""
    text = small(value) if value < 1 else formatting.about(value)
    return LABELS[language]["below" if text.startswith("<") else "about"].format(text)
