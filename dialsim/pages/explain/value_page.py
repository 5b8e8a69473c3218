"""The page of an explained value, reason, obligation or source, with all its details."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dialsim.explanations.value_result import (
    ExplainedObligation,
    ExplainedReason,
    ExplainedValue,
    Explanation,
    ValueVersion,
)
from dialsim.messages import dates
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.explain.sections import facts
from dialsim.pages.explain.value_table import source_list, table_sections
from dialsim.pages.explain.value_words import (
    LABELS,
    WORDS,
    days_text,
    sources_text,
    value_text,
)
from dialsim.pages.model.parts import Page, Part, Section, section, statement
from dialsim.pages.model.parts import page as page_of
from dialsim.pages.model.style import QUIET
from dialsim.pages.model.tables import Cell, Table, keys, row, words
from dialsim.pages.units import unit_name
from dialsim.results import formatting


def explanations_page(entries: Sequence[Explanation], language: Language, *, every: bool) -> Page:
    """Return the page of what was found: one entry with all details, several as a table.

    An obligation with the same name has sections of its own below.

    Parameters
    ----------
    every
        Whether all entries were requested.
    """
    if every:
        return table(entries, language)
    owed = [entry for entry in entries if entry["kind"] == "obligation"]
    of_source = any(entry["kind"] == "source" for entry in entries)
    alone: list[Explanation] = [*owed] if len(owed) == 1 and not of_source else []
    sections: list[Section | None] = []
    linked: list[str] = []
    for part in ([entry for entry in entries if entry not in alone], alone):
        if len(part) == 1:
            sections += _sections(part[0], language, linked)
            linked += _cited(part[0])
        elif part:
            sections += table_sections(part, language)
            linked += [each["source"] for each in part if each["kind"] == "value"]
    return page_of(*sections, language=language)


def page(entries: Sequence[Explanation], language: Language = ENGLISH) -> Page:
    """Return the page of one value, reason, obligation or source with all its details."""
    (entry,) = entries
    return page_of(*_sections(entry, language), language=language)


def table(entries: Sequence[Explanation], language: Language = ENGLISH) -> Page:
    """Return the page of several sources, values, reasons and obligations, by their groups."""
    return page_of(*table_sections(entries, language), language=language)


def _sections(
    entry: Explanation, language: Language, linked: Iterable[str] = ()
) -> list[Section | None]:
    if entry["kind"] == "source":
        return list(table_sections([entry], language))
    sections: list[Section | None]
    if entry["kind"] == "reason":
        sections = [_reason(entry, language)]
    elif entry["kind"] == "obligation":
        sections = _obligation(entry, language)
    else:
        sections = _value(entry, language)
    return [*sections, source_list(_cited(entry), language, f"{entry['kind']}-sources", linked)]


def _cited(entry: Explanation) -> list[str]:
    """Return the texts of an entry that name its sources."""
    if entry["kind"] == "reason":
        return [*entry["sources"], *entry["exposure_sources"]]
    if entry["kind"] == "obligation":
        return list(entry["sources"])
    if entry["kind"] == "source":
        return [entry["name"]]
    return [entry["source"], *(version["source"] for version in entry["history"])]


def _labelled(found: Iterable[tuple[str, str]], language: Language) -> list[Part]:
    return facts((LABELS[language][name], text) for name, text in found)


def _value(entry: ExplainedValue, language: Language) -> list[Section | None]:
    texts, home, taken = WORDS[language], entry["stands_in"], entry["profile"]
    stricter = texts["whole" if entry["unit"] == "formula" else entry["tighter"]]
    unknown = entry["value"] is None
    like = texts["like"].format(entry["like"]) if entry["like"] else ""
    found = (
        ("value", value_text(entry["value"], entry["unit"], language)),
        ("unit", unit_name(entry["unit"], language)),
        ("source", "" if unknown else sources_text(entry["source"], language)),
        ("confidence", "" if unknown else _confidence(entry, language)),
        ("in_force", _in_force(entry, language)),
        ("stands_in", home if home == taken else texts["taken"].format(home, taken)),
        ("override", f"{texts[entry['override']]} · {stricter}"),
        ("note", " · ".join(part for part in (like, entry["note"]) if part)),
        ("published", entry["published"]),
        ("reasons", texts["and"].join(entry["reasons"])),
    )
    versions = [
        (days_text(each, language), _version_text(each, entry["unit"], language))
        for each in entry["history"]
    ]
    return [
        section(entry["key"], _labelled(found, language), note=taken, key="value"),
        _versions("history", versions, language),
    ]


def _confidence(entry: ExplainedValue | ExplainedObligation, language: Language) -> str:
    texts = WORDS[language]
    known = texts[entry["confidence"]]
    return f"{known} · {texts['wall']}" if entry["wall"] else known


def _obligation(entry: ExplainedObligation, language: Language) -> list[Section | None]:
    found = (
        ("basis", entry["basis"]),
        ("source", sources_text(entry["sources"], language)),
        ("confidence", _confidence(entry, language)),
        ("in_force", _in_force(entry, language)),
        ("exposure", entry["exposure"]),
        ("acts", entry["acts"]),
        ("show", entry["show"]),
    )
    labels, versions = LABELS[language], []
    for each in entry["history"]:
        wording = labels["of"].format(labels.get(each["text"], ""), each["wording"])
        versions.append((days_text(each, language), wording))
    return [
        section(
            entry["key"],
            statement(entry["title"]),
            _labelled(found, language),
            note="dialsim check",
            key="obligation",
        ),
        _versions("texts", versions, language),
    ]


def _versions(
    title: str, versions: Sequence[tuple[str, str]], language: Language
) -> Section | None:
    """Return versions by their days, the earliest first; None without versions."""
    if not versions:
        return None
    rows = tuple(row(Cell(days, QUIET), text) for days, text in versions)
    return section(LABELS[language][title], Table((*keys(""), *words("")), rows), key=title)


def _version_text(version: ValueVersion, unit: str, language: Language) -> str:
    if version["value"] is None:
        return " · ".join(filter(None, [WORDS[language]["unknown"], version["note"]]))
    parts = [
        value_text(version["value"], unit, language),
        sources_text(version["source"], language),
    ]
    if version["confidence"] != "assumption":
        parts.append(formatting.CONFIDENCE[language][version["confidence"]])
    return " · ".join([*parts, *filter(None, [version["note"]])])


def _in_force(entry: ExplainedValue | ExplainedObligation, language: Language) -> str:
    texts, days = WORDS[language], days_text(entry, language)
    if entry["on"] is None:
        return days
    asked = dates.day(entry["on"], year=True, language=language)
    if entry["kind"] == "obligation" and entry["in_force"] is False:
        return texts["out_of_force"].format(asked, days)
    return texts["asked"].format(days, asked)


def _reason(entry: ExplainedReason, language: Language) -> Section:
    texts = WORDS[language]
    severity = "contract_terms" if entry["severity"] == "contract" else entry["severity"]
    basis = [sources_text(entry["sources"], language)]
    threat, threat_sources = entry["exposure"], [sources_text(entry["exposure_sources"], language)]
    found = (
        ("verdict", texts[entry["verdict"]]),
        ("severity", texts[severity]),
        ("basis", formatting.cited(entry["basis"], basis, language)),
        ("exposure", formatting.cited(threat, threat_sources, language) if threat else ""),
        ("acts", entry["acts"] or ""),
        ("mend", entry["mend"]),
        ("values", texts["and"].join(_heads(entry["values"]))),
    )
    return section(
        entry["reason"],
        statement(entry["sentence"]),
        _labelled(found, language),
        note=texts["code"].format(entry["code"]),
        key="reason",
    )


def _heads(names: Sequence[str]) -> list[str]:
    """Return the keys, or their groups if there are many."""
    return list(names) if len(names) <= 6 else sorted({name.split(".")[0] for name in names})
