"""The split of a run's metrics as lines of a terminal page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from dialsim.report import words
from dialsim.report.page import Cell, bar, cut_line, heading, paragraph, row, usable_width

SHOWN = 20  # values; all of them stand in summary.json


def split_lines(split: Mapping[str, Any], width: int = 80) -> list[Text]:
    """Return the lines of one split, as of `Split.to_dict`; none is wider than `width`."""
    width = usable_width(width)
    name = split["attribute"]
    rows = split["rows"]
    count = sum(each["values"] for each in rows)
    lines = [heading(f"By {name}", words.things(count, "value"), width)]
    wide = width >= 90
    size = width - 62 - (14 if wide else 0)
    head = ["leads", "attempts", "live", "convers.", "abandoned", "compl./M"]
    lines.append(_line("", head, size, ""))
    lines[-1].stylize("dim")
    most = max((each["conversations"] for each in rows), default=0) or 1
    for each in rows[:SHOWN]:
        length = bar(each["conversations"] / most, 12) if wide else ""
        lines.append(_line(_label(each), _figures(each), size, length))
    if len(rows) > SHOWN:
        lines += paragraph(f"and {len(rows) - SHOWN:,} more, in summary.json", width, style="dim")
    total = _line("all", _figures(split["total"]), size, "")
    total.stylize("bold")
    lines.append(total)
    without = ", ".join(split["not_split"]).replace("_", " ")
    lines += paragraph(f"not by {name}, for want of a person: {without}", width, style="dim")
    return [cut_line(line, width) for line in lines]


def _label(each: Mapping[str, Any]) -> str:
    if each["values"] > 1:
        return f"{each['values']:,} other values"
    return "(none)" if each["value"] is None else str(each["value"])


def _figures(each: Mapping[str, Any]) -> list[str]:
    per_million = each["complaints_per_million"]
    return [
        words.number(each["leads"]),
        words.number(each["attempts"]),
        words.number(each["live_answers"]),
        words.number(each["conversations"]),
        "" if each["abandoned_share"] is None else words.column(each["abandoned_share"]),
        "" if per_million is None else f"{per_million:,.0f}",
    ]


def _line(label: str, figures: list[str], size: int, length: str) -> Text:
    widths = (9, 10, 8, 8, 9, 8)
    cells = [Cell(label, size - 4)]
    cells += [Cell(text, wide, right=True) for text, wide in zip(figures, widths, strict=True)]
    cells.append(Cell(length, style="cyan"))
    return row(cells, gap=1)
