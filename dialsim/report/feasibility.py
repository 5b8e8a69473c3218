"""The page of ``dialsim check``: what a scenario can do at most, without playing it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.text import Text

from dialsim.report import words
from dialsim.report.page import Cell, bar, cut_line, heading, paragraph, row, usable_width

Found = Mapping[str, Any]
OUTLOOKS = {"likely": "green", "unlikely": "red"}


def check_page(found: Found, width: int = 80) -> list[Text]:
    """Return the lines of the page, none wider than `width` (at least 60)."""
    width = usable_width(width)
    lines = [heading(found["name"], "estimated, not simulated", width)]
    if found["heading"]:
        lines.append(Text(found["heading"], style="bold red"))
    for campaign in found["campaigns"]:
        lines += [Text(), *_campaign(campaign, width)]
    if found["goals"]:
        lines += [Text(), *_goals(found, width)]
    lines.append(Text())
    for note in found["notes"]:
        lines += paragraph(note, width, style="dim", mark="· ")
    return [cut_line(line, width) for line in lines]


def _campaign(campaign: Found, width: int) -> list[Text]:
    open_for = (
        f"{campaign['open_hours']:,.1f} open hours on {words.things(campaign['days'], 'day')}"
    )
    lines = [heading(f"{campaign['campaign']}: attempts at most", open_for, width)]
    most = max((each["attempts"] for each in campaign["capacities"]), default=0.0) or 1.0
    for each in sorted(campaign["capacities"], key=lambda each: float(each["attempts"])):
        binds = each["resource"] == campaign["binding"]
        cells = [
            Cell(each["resource"], 15, style="bold" if binds else ""),
            Cell(words.about(each["attempts"]), 12, right=True, style="bold" if binds else ""),
            Cell(f"{words.about(each['per_day'])} a day", 16, right=True),
            Cell(bar(each["attempts"] / most, width - 51), style="yellow" if binds else "cyan"),
        ]
        lines += [row(cells), *paragraph(each["why"], width, indent=4, style="dim")]
    expected = campaign["expected"]
    binding = campaign["binding"]
    verb = "bind" if binding.endswith("s") or binding == "people to call" else "binds"
    text = (
        f"{binding[0].upper()}{binding[1:]} {verb}: "
        f"about {words.about(expected['attempts'])} attempts, "
        f"{words.about(expected['connects'])} connects, "
        f"{words.about(expected['conversations'])} conversations."
    )
    return [*lines, *paragraph(text, width)]


def _goals(found: Found, width: int) -> list[Text]:
    lines = [heading("Goals", "", width)]
    for goal in found["goals"]:
        bound = "at least" if goal["bound"] == "at_least" else "at most"
        expected = goal["expected"]
        by = words.clock(datetime.fromisoformat(goal["by"])) if goal["by"] else ""
        cells = [
            Cell(goal["name"], 22),
            Cell(f"{bound} {words.number(goal['target'])}", 17),
            Cell("" if expected is None else f"about {words.about(expected)}", 15, right=True),
            Cell(goal["outlook"], 17, style=OUTLOOKS.get(goal["outlook"], "dim")),
        ]
        if width >= 98:
            cells.append(Cell(by, style="dim"))
        lines.append(row(cells))
    return lines
