"""The section on throughput by hour of the day, on the page of a run."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.model.parts import Section, section
from dialsim.pages.model.tables import BAR, Cell, Row, Table, bar, figures, row, words
from dialsim.results import formatting
from dialsim.results.summary_types.results import OpenHour

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


def throughput_section(hours: Sequence[OpenHour], language: Language) -> Section | None:
    """Return a summary's ``throughput.by_hour``; None if no hour was ever open."""
    if not hours:
        return None
    texts = LABELS[language]
    most = max(hour["attempts_per_hour"] for hour in hours) or 1.0
    columns = (
        *words(""),
        *figures(texts["attempts"]),
        BAR,
        *figures(texts["conversations"], texts["occupancy"]),
        BAR,
    )
    rows = tuple(_row(hour, most, language) for hour in hours)
    return section(texts["title"], Table(columns, rows), note=texts["note"], key="hours")


def _row(hour: OpenHour, most: float, language: Language) -> Row:
    occupancy, attempts = hour["occupancy"], hour["attempts_per_hour"]
    written = "" if occupancy is None else formatting.percent(occupancy)
    return row(
        LABELS[language]["hour"].format(hour["hour"]),
        _rate(attempts),
        bar(attempts / most if round(attempts) else None),  # none for a rate shown as 0
        _rate(hour["conversations_per_hour"]),
        Cell(written, value=occupancy),
        bar(occupancy),
    )


def _rate(rate: float) -> Cell:
    return Cell(f"{rate:,.0f}", value=rate)
