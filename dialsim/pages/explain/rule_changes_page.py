"""The page of changes in a rule pack: between two days, or day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.explain.value_page import days_text, sources_text, value_text
from dialsim.pages.layout import fitted, headed, paragraph, usable_width, wrapped
from dialsim.results.formatting import CONFIDENCE

Entry = Mapping[str, Any]

LABELS: Texts = text_table(
    {
        "diff": 'Rule pack "{pack}": {before} and {after}',
        "calendar": 'Rule pack "{pack}": what changed, and when',
        "values": "Values",
        "obligations": "Obligations",
        "dates": "Dates",
        "stricter": "stricter",
        "looser": "looser",
        "other": "another value, neither stricter nor looser",
        "basis": "the same value; what it rests on differs",
        "known": "known on one of the days alone",
        "begins": "begins: {}",
        "ends": "ends: {}",
        "texts": "in force on both days; its texts differ",
        "text": "text",
        "title": "title",
        "show": "to show it",
        "exposure": "exposure",
        "who_acts": "who acts",
        "wall": "hard limit",
        "follow": "and {count} that are as {like}: {keys}",
        "begin": "begins",
        "end": "ends",
        "change": "its texts change",
        "more": ", … ({} in all)",
        "none": "No value and no obligation differs between these days.",
        "no_days": "No day is known on which a value or an obligation changed.",
        "alike": "The same on both days: {values} values and {obligations} obligations.",
        "undated": "No date is known of {values} values and {obligations} obligations: they hold "
        "always, as far as is known.",
        "elsewhere": "Obligations are audited for packs of China alone.",
    }
)
_CHANGES = {"begins": "begin", "ends": "end", "texts": "change"}
MOST_KEYS = 6
"""Keys that a line names; more are only counted."""


def changes_page(found: Entry, width: int, language: Language = "en") -> list[Text]:
    """Return the page of differences between two days, or of a calendar of changes."""
    draw = calendar_page if "days" in found else differences_page
    return draw(found, usable_width(width), language)


def differences_page(found: Entry, width: int, language: Language) -> list[Text]:
    """Return the page of :func:`dialsim.explanations.rule_changes.differences`."""
    texts = LABELS[language]
    lines = headed(texts["diff"].format(**found), "", width)
    if not found["values"] and not found["obligations"] and not found["dates"]:
        lines += [*paragraph(texts["none"], width)]
    if found["values"]:
        lines += [Text(""), *headed(texts["values"], "", width)]
        for each in found["values"]:
            if each["like"] is None:
                lines += _value(each, found, width, language)
        following = [each for each in found["values"] if each["like"] is not None]
        for like, group in groupby(
            sorted(following, key=lambda x: x["like"]), key=lambda x: x["like"]
        ):
            keys = [each["key"] for each in group]
            text = texts["follow"].format(count=len(keys), like=like, keys=_named(keys, language))
            lines += paragraph(text, width)
    if found["dates"]:
        lines += [Text(""), *headed(texts["dates"], "", width)]
        for each in found["dates"]:
            lines += _date(each, width, language)
    if found["obligations"]:
        lines += [Text(""), *headed(texts["obligations"], "", width)]
        for each in found["obligations"]:
            lines += _obligation(each, found, width, language)
    lines.append(Text(""))
    lines += paragraph(texts["alike"].format(**found["alike"]), width)
    return [*lines, *_foot(found, width, language)]


def calendar_page(found: Entry, width: int, language: Language) -> list[Text]:
    """Return the page of :func:`dialsim.explanations.rule_changes.calendar`."""
    texts = LABELS[language]
    lines = headed(texts["calendar"].format(**found), "", width)
    if not found["days"]:
        lines += paragraph(texts["no_days"], width)
    for day in found["days"]:
        lines.append(Text(""))
        lines.append(Text(day["day"], style="bold"))
        labels = [texts["values"], texts["obligations"], texts["dates"]]
        column = max(map(cell_len, labels)) + 2
        if day["values"]:
            text = _named(day["values"], language)
            lines += wrapped(text, width, "  ", fitted(labels[0], column))
        for each in day["dates"]:
            lines += wrapped(each["key"], width, "  ", fitted(labels[2], column))
        label = labels[1]
        for owed in day["obligations"]:
            text = f"{owed['key']} · {owed['title']} · {texts[_CHANGES[owed['change']]]}"
            lines += wrapped(text, width, "  ", fitted(label, column))
            label = ""
    lines.append(Text(""))
    return [*lines, *_foot(found, width, language)]


def _value(each: Entry, found: Entry, width: int, language: Language) -> list[Text]:
    texts = LABELS[language]
    lines = paragraph(f"{each['key']} · {texts[each['change']]}", width)
    for moment in ("before", "after"):
        version = each[moment]
        parts = [value_text(version["value"], each["unit"], language)]
        if version["value"] is not None:
            parts.append(sources_text(version["source"], language))
        if version["confidence"] != "assumption":
            parts.append(CONFIDENCE[language][version["confidence"]])
        if version["wall"]:
            parts.append(texts["wall"])
        lines += wrapped(" · ".join(parts), width, "    ", found[moment] + "  ")
    return lines


def _date(each: Entry, width: int, language: Language) -> list[Text]:
    rests = [sources_text(each["source"], language), CONFIDENCE[language][each["confidence"]]]
    lines = paragraph(" · ".join([each["key"], each["day"], *rests]), width)
    return lines + wrapped(each["note"], width, "    ") if each["note"] else lines


def _obligation(each: Entry, found: Entry, width: int, language: Language) -> list[Text]:
    texts = LABELS[language]
    wall = [texts["wall"]] if each["wall"] else []
    change = texts[each["change"]].format(days_text(each, language))
    lines = paragraph(" · ".join([each["key"], each["title"], change, *wall]), width)
    for text in each["texts"]:
        name = texts.get(text["text"], "")
        for moment in ("before", "after"):
            basis = text["text"] == "basis"
            wording = text[moment] if basis else f"{name}: {text[moment]}"
            lines += wrapped(wording, width, "    ", found[moment] + "  ")
    return lines


def _foot(found: Entry, width: int, language: Language) -> list[Text]:
    texts = LABELS[language]
    lines = paragraph(texts["undated"].format(**found["undated"]), width)
    return lines if found["covered"] else [*lines, *paragraph(texts["elsewhere"], width)]


def _named(keys: Sequence[str], language: Language) -> str:
    texts = LABELS[language]
    text = texts["and"].join(keys[:MOST_KEYS])
    if len(keys) <= MOST_KEYS:
        return text
    return text + texts["more"].format(len(keys))
