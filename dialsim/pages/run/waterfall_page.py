"""The waterfall of the contact list, on the page of a run: stages and exits."""

from __future__ import annotations

from collections.abc import Iterator

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.model.parts import Section, quiet, section
from dialsim.pages.model.style import QUIET, STRONG
from dialsim.pages.model.tables import ACCOUNT, Row, Table, counted
from dialsim.results import formatting
from dialsim.results.lists.waterfall import STAGE_GROUPS, STAGES
from dialsim.results.summary_types.results import Exit, Waterfall, Waterfalls

LABELS: Texts = text_table(
    {
        "title": "Where the list went",
        "less": "− {}",
        "campaigns": "{:,} campaigns together",
        "shared": "Campaigns call the same people, and nothing tells which one a person answered: "
        "who was dropped without an agent stands under what ended the lead.",
    }
)


def waterfall_section(waterfall: Waterfalls, language: Language) -> Section:
    """Return a summary's waterfall of all campaigns together."""
    texts = LABELS[language]
    count = len(waterfall["campaigns"])
    note = "" if count == 1 else texts["campaigns"].format(count)
    reason = why_unreached(waterfall["total"], language)
    table = Table(ACCOUNT, tuple(_rows(waterfall["total"], language)))
    why = [quiet(reason)] if reason else []
    return section(texts["title"], table, why, note=note, key="waterfall")


def _rows(total: Waterfall, language: Language) -> Iterator[Row]:
    """Yield the stages, each after the exits before it; stages without any are left out."""
    rows, previous = total["rows"], None
    groups: dict[str, list[Exit]] = {}
    for leave in total["exits"]:
        groups.setdefault(leave["group"], []).append(leave)
    before = {key: group for (key, _), group in zip(STAGES[1:], STAGE_GROUPS, strict=True)}
    for stage in total["stages"]:
        for leave in groups.get(before.get(stage["key"], ""), []):
            name = LABELS[language]["less"].format(formatting.localised(leave, "name", language))
            yield counted(name, leave["leads"], rows, QUIET, level=1)
        if stage["left"] != previous or stage is total["stages"][-1]:
            name = formatting.localised(stage, "name", language)
            yield counted(name, stage["left"], rows, STRONG, bars=True)
        previous = stage["left"]


def why_unreached(account: Waterfall, language: Language) -> str:
    """Return why an account has no stage of live answers; empty if it has one."""
    untold = all(stage["key"] != "reached" for stage in account["stages"])
    return LABELS[language]["shared"] if untold else ""
