"""The split of a run's metrics as lines of a terminal page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.layout import Cell, bar, fit, headed, paragraph, row, usable_width
from dialsim.results import formatting
from dialsim.scenario.metrics import metrics

SHOWN = 20  # values shown; summary.json has all of them
WIDTHS = (9, 10, 8, 8, 9, 8)

LABELS: Texts = text_table(
    {
        "title": "By {}",
        "value": "{:,} value",
        "values": "{:,} values",
        "leads": "leads",
        "attempts": "attempts",
        "live": "live",
        "conversations": "convers.",
        "abandoned": message("abandoned", "share"),
        "complaints": "compl./M",
        "more": "and {:,} more, in summary.json",
        "all": "all",
        "not_split": "not by {}, for want of a person: {}",
        "others": "{:,} other values",
        "none": "(none)",
    }
)


def split_lines(split: Mapping[str, Any], width: int = 80, language: Language = "en") -> list[Text]:
    """Return the lines of one split, from `Split.to_dict`; none is wider than `width`."""
    width, texts = usable_width(width), LABELS[language]
    name = split["attribute"]
    rows = split["rows"]
    count = sum(each["values"] for each in rows)
    note = texts["value" if count == 1 else "values"].format(count)
    lines = [*headed(texts["title"].format(name), note, width)]
    wide = width >= 90
    size = width - 62 - (14 if wide else 0)
    columns = ("leads", "attempts", "live", "conversations", "abandoned", "complaints")
    lines.append(_line("", [texts[column] for column in columns], size, ""))
    lines[-1].stylize("dim")
    most = max((each["conversations"] for each in rows), default=0) or 1
    for each in rows[:SHOWN]:
        length = bar(each["conversations"] / most, 12) if wide else ""
        lines.append(_line(_label(each, language), _figures(each), size, length))
    if len(rows) > SHOWN:
        lines += paragraph(texts["more"].format(len(rows) - SHOWN), width, style="dim")
    total = _line(texts["all"], _figures(split["total"]), size, "")
    total.stylize("bold")
    lines.append(total)
    without = texts["and"].join(_metric(key, language) for key in split["not_split"])
    lines += paragraph(texts["not_split"].format(name, without), width, style="dim")
    return fit(lines, width)


def _metric(key: str, language: Language) -> str:
    known = metrics()
    if language == ENGLISH or key not in known:
        return key.replace("_", " ")
    return known[key].name[language]


def _label(each: Mapping[str, Any], language: Language) -> str:
    texts = LABELS[language]
    if each["values"] > 1:
        return texts["others"].format(each["values"])
    return texts["none"] if each["value"] is None else str(each["value"])


def _figures(each: Mapping[str, Any]) -> list[str]:
    per_million = each["complaints_per_million"]
    return [
        formatting.number(each["leads"]),
        formatting.number(each["attempts"]),
        formatting.number(each["live_answers"]),
        formatting.number(each["conversations"]),
        "" if each["abandoned_share"] is None else formatting.column(each["abandoned_share"]),
        "" if per_million is None else f"{per_million:,.0f}",
    ]


def _line(label: str, figures: list[str], size: int, length: str) -> Text:
    cells = [Cell(label, size - 4)]
    cells += [Cell(text, wide, right=True) for text, wide in zip(figures, WIDTHS, strict=True)]
    cells.append(Cell(length, style="cyan"))
    return row(cells, gap=1)
