"""The section on throughput by hour of the day, on the page of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.layout import QUIET, Cell, bar, headed, row
from dialsim.results import formatting

FIGURES = 49  # columns of a row without its bars

LABELS: Texts = text_table(
    {
        "title": "By hour of the day",
        "note": "per open hour",
        "attempts": "attempts",
        "conversations": "conversations",
        "occupancy": "occupancy",
        "hour": "{:02d} h",
    }
)


def _bar(rate: float, most: float, width: int) -> str:
    """Return a rate as a bar; none if the page shows it as 0."""
    return bar(rate / most, width) if round(rate) else ""


def throughput_section(
    hours: Sequence[Mapping[str, Any]], width: int, language: Language
) -> list[Text]:
    """Return a summary's ``throughput.by_hour``; nothing if no hour was ever open."""
    if not hours:
        return []
    texts = LABELS[language]
    size = max(4, (width - 66) // 2)
    calls = min(size + 8, width - FIGURES)  # bars take the room that figures leave
    most = max(hour["attempts_per_hour"] for hour in hours) or 1.0
    lines = [*headed(texts["title"], texts["note"], width)]
    head = [
        Cell("", 5),
        Cell(texts["attempts"], 10, right=True),
        Cell("", calls, bar=True),
        Cell(texts["conversations"], 13, right=True),
        Cell(texts["occupancy"], 11, right=True),
    ]
    lines.append(row(head))
    lines[-1].stylize(QUIET)
    for hour in hours:
        occupancy = hour["occupancy"]
        cells = [
            Cell(texts["hour"].format(hour["hour"]), 5),
            Cell(f"{hour['attempts_per_hour']:,.0f}", 10, right=True),
            Cell(_bar(hour["attempts_per_hour"], most, calls), calls, style="cyan", bar=True),
            Cell(f"{hour['conversations_per_hour']:,.0f}", 13, right=True),
            Cell(formatting.percent(occupancy) if occupancy is not None else "", 11, right=True),
            Cell(bar(occupancy or 0.0, size + 4), style="magenta"),
        ]
        lines.append(row(cells))
    return lines
