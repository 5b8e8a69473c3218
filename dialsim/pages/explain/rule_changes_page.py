"""The page of changes in a rule pack: between two days, or day by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from dialsim.explanations.rule_changes_result import (
    ChangedObligation,
    NamedDay,
    RuleCalendar,
    RuleDifferences,
)
from dialsim.explanations.value_result import ValueVersion
from dialsim.messages import dates
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.explain.sections import facts
from dialsim.pages.explain.value_words import days_text, sources_text, value_text
from dialsim.pages.model.parts import (
    Page,
    Paragraph,
    Part,
    Section,
    page,
    quiet,
    section,
    statement,
)
from dialsim.pages.model.style import QUIET, STRONG
from dialsim.pages.model.tables import Cell, Table, keys, row, words
from dialsim.results.formatting import CONFIDENCE

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
        "item": message("{} · {}", "key and change"),
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


def changes_page(found: RuleDifferences | RuleCalendar, language: Language = ENGLISH) -> Page:
    """Return the page of differences between two days, or of a calendar of changes."""
    if "days" in found:
        sections = calendar_sections(found, language)
    else:
        sections = difference_sections(found, language)
    return page(*sections, _foot(found, language), language=language)


def difference_sections(found: RuleDifferences, language: Language) -> Iterator[Section]:
    """Yield the sections of :func:`dialsim.explanations.rule_changes.differences`."""
    texts, none = LABELS[language], []
    if not found["values"] and not found["obligations"] and not found["dates"]:
        none.append(statement(texts["none"]))
    yield section(
        texts["diff"].format(pack=found["pack"], **_ends(found, language)), none, key="head"
    )
    if found["values"]:
        yield section(texts["values"], list(_values(found, language)), key="values")
    if found["dates"]:
        dates = [part for each in found["dates"] for part in _date(each, language)]
        yield section(texts["dates"], dates, key="dates")
    if found["obligations"]:
        owed = [part for each in found["obligations"] for part in _owed(each, found, language)]
        yield section(texts["obligations"], owed, key="obligations")
    yield section("", Paragraph(texts["alike"].format(**found["alike"])), key="alike")


def calendar_sections(found: RuleCalendar, language: Language) -> Iterator[Section]:
    """Yield the sections of :func:`dialsim.explanations.rule_changes.calendar`."""
    texts = LABELS[language]
    none = [] if found["days"] else [statement(texts["no_days"])]
    yield section(texts["calendar"].format(**found), none, key="head")
    for day in found["days"]:
        named = _named(day["values"], language) if day["values"] else ""
        pairs = [(texts["values"], named)]
        pairs += [(texts["dates"], each["key"]) for each in day["dates"]]
        for place, owed in enumerate(day["obligations"]):
            text = f"{owed['key']} · {owed['title']} · {texts[_CHANGES[owed['change']]]}"
            pairs.append(("" if place else texts["obligations"], text))
        yield section(_day(day["day"], language), facts(pairs), key=f"day-{day['day']}")


def _values(found: RuleDifferences, language: Language) -> Iterator[Part]:
    texts, ends = LABELS[language], _ends(found, language)
    for each in found["values"]:
        if each["like"] is None:
            yield Paragraph(texts["item"].format(each["key"], texts[each["change"]]), STRONG)
            yield _moments(
                [
                    (ends[moment], _version(each[moment], each["unit"], language))
                    for moment in ("before", "after")
                ]
            )
    following = [
        (each["like"], each["key"]) for each in found["values"] if each["like"] is not None
    ]
    following.sort(key=itemgetter(0))
    for like, group in groupby(following, key=itemgetter(0)):
        names = [key for _, key in group]
        listed = _named(names, language)
        yield Paragraph(texts["follow"].format(count=len(names), like=like, keys=listed))


def _ends(found: RuleDifferences, language: Language) -> dict[str, str]:
    """Return the two days that are compared."""
    return {"before": _day(found["before"], language), "after": _day(found["after"], language)}


def _day(iso: str, language: Language) -> str:
    return dates.day(iso, year=True, language=language)


def _moments(versions: Sequence[tuple[str, str]]) -> Table:
    """Return a row for what holds on each of the days."""
    rows = tuple(row(Cell(day, QUIET), text, level=1) for day, text in versions)
    return Table((*keys(""), *words("")), rows)


def _version(version: ValueVersion, unit: str, language: Language) -> str:
    parts = [value_text(version["value"], unit, language)]
    if version["value"] is not None:
        parts.append(sources_text(version["source"], language))
    if version["confidence"] != "assumption":
        parts.append(CONFIDENCE[language][version["confidence"]])
    if version["wall"]:
        parts.append(LABELS[language]["wall"])
    return " · ".join(parts)


def _date(each: NamedDay, language: Language) -> Iterator[Part]:
    rests = [sources_text(each["source"], language), CONFIDENCE[language][each["confidence"]]]
    yield Paragraph(" · ".join([each["key"], _day(each["day"], language), *rests]))
    if each["note"]:
        yield quiet(each["note"], level=2)


def _owed(each: ChangedObligation, found: RuleDifferences, language: Language) -> Iterator[Part]:
    texts = LABELS[language]
    wall = [texts["wall"]] if each["wall"] else []
    change = texts[each["change"]].format(days_text(each, language))
    yield Paragraph(" · ".join([each["key"], each["title"], change, *wall]), STRONG)
    versions = []
    for text in each["texts"]:
        name = texts.get(text["text"], "")
        for moment in ("before", "after"):
            basis = text["text"] == "basis"
            wording = text[moment] if basis else texts["of"].format(name, text[moment])
            versions.append((_ends(found, language)[moment], wording))
    if versions:
        yield _moments(versions)


def _foot(found: RuleDifferences | RuleCalendar, language: Language) -> Section:
    texts = LABELS[language]
    sentences = [texts["undated"].format(**found["undated"])]
    if not found["covered"]:
        sentences.append(texts["elsewhere"])
    return section("", *(Paragraph(text) for text in sentences), key="undated")


def _named(keys: Sequence[str], language: Language) -> str:
    texts = LABELS[language]
    text = texts["and"].join(keys[:MOST_KEYS])
    if len(keys) <= MOST_KEYS:
        return text
    return text + texts["more"].format(len(keys))
