"""The waterfall of the contact list, on the page of a run: stages and exits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from dialsim.pages.layout import Cell, bar, headed, paragraph, row
from dialsim.results import formatting
from dialsim.results.lists.waterfall import STAGE_GROUPS, STAGES
from dialsim.results.text_tables import text_table
from dialsim.scenario.profiles.reasons import Language

QUIET = "dim"

LABELS: dict[str, dict[str, str]] = text_table(
    {
        "title": ("Where the list went", "名单去向"),
        "campaigns": ("{:,} campaigns together", "{:,} 个活动合计"),
        "shared": (
            "Campaigns call the same people, and nothing tells which one a person answered: "
            "who was dropped without an agent stands under what ended the lead.",
            "多个活动呼叫同一批人，无法区分其接听的是哪个活动：呼损计入线索结束的原因。",
        ),
    }
)


def waterfall_section(waterfall: Mapping[str, Any], width: int, language: Language) -> list[Text]:
    """Return a summary's waterfall of all campaigns together."""
    texts, total = LABELS[language], waterfall["total"]
    rows = total["rows"]
    count = len(waterfall["campaigns"])
    note = "" if count == 1 else texts["campaigns"].format(count)
    lines = [*headed(texts["title"], note, width)]
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for leave in total["exits"]:
        groups.setdefault(leave["group"], []).append(leave)
    before = {key: group for (key, _), group in zip(STAGES[1:], STAGE_GROUPS, strict=True)}
    previous = None
    for stage in total["stages"]:
        exits = groups.get(before.get(stage["key"], ""), [])
        lines += [_exit(leave, rows, language) for leave in exits]
        if (
            stage["left"] != previous or stage is total["stages"][-1]
        ):  # the last stage is always shown
            lines.append(_stage(stage, rows, width, language))
        previous = stage["left"]
    told = why_unreached(total, language)
    if told:
        lines += paragraph(told, width, style=QUIET)
    return lines


def why_unreached(account: Mapping[str, Any], language: Language) -> str:
    """Return why an account has no stage of live answers; empty if it has one."""
    untold = all(stage["key"] != "reached" for stage in account["stages"])
    return LABELS[language]["shared"] if untold else ""


def _stage(stage: Mapping[str, Any], rows: int, width: int, language: Language) -> Text:
    share = stage["left"] / rows if rows else 0.0
    cells = [
        Cell(formatting.localised(stage, "name", language), 24, style="bold"),
        Cell(formatting.number(stage["left"]), 12, right=True, style="bold"),
        Cell(formatting.column(share), 7, right=True),
        Cell(bar(share, width - 53), style="cyan"),
    ]
    return row(cells)


def _exit(leave: Mapping[str, Any], rows: int, language: Language) -> Text:
    cells = [
        Cell(f"  − {formatting.localised(leave, 'name', language)}", 40),
        Cell(formatting.number(leave["leads"]), 12, right=True),
        Cell(formatting.column(leave["leads"] / rows), 7, right=True),
    ]
    line = row(cells)
    line.stylize(QUIET)
    return line
