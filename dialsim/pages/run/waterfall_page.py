"""The waterfall of the contact list, on the page of a run: stages and exits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.layout import QUIET, headed, paragraph, part_row, stage_row
from dialsim.results import formatting
from dialsim.results.lists.waterfall import STAGE_GROUPS, STAGES

LABELS: Texts = text_table(
    {
        "title": "Where the list went",
        "campaigns": "{:,} campaigns together",
        "shared": "Campaigns call the same people, and nothing tells which one a person answered: "
        "who was dropped without an agent stands under what ended the lead.",
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
        for leave in exits:
            name = f"− {formatting.localised(leave, 'name', language)}"
            lines.append(part_row(name, leave["leads"], rows, (40, 12)))
            lines[-1].stylize(QUIET)
        always = stage is total["stages"][-1]
        if stage["left"] != previous or always:
            name = formatting.localised(stage, "name", language)
            lines.append(stage_row(name, stage["left"], rows, (24, 12, width - 53)))
        previous = stage["left"]
    reason = why_unreached(total, language)
    if reason:
        lines += paragraph(reason, width, style=QUIET)
    return lines


def why_unreached(account: Mapping[str, Any], language: Language) -> str:
    """Return why an account has no stage of live answers; empty if it has one."""
    untold = all(stage["key"] != "reached" for stage in account["stages"])
    return LABELS[language]["shared"] if untold else ""
