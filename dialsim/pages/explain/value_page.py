"""The page of an explained value or reason, and the table of several, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from textwrap import wrap
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.errors import shown
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.layout import (
    Cell,
    cut_line,
    fitted,
    headed,
    laid_out,
    row,
    usable_width,
    wrapped,
)
from dialsim.results.formatting import CONFIDENCE, SOURCE_KINDS, cited, source_ids, source_kind
from dialsim.scenario.profiles.sources import sources_of
from dialsim.scenario.profiles.strictness import Ceiling

Entry = Mapping[str, Any]

LABELS: Texts = text_table(
    {
        "value": "value",
        "unit": "unit",
        "source": "source",
        "confidence": "confidence",
        "stands_in": "stands in",
        "override": "override",
        "note": "note",
        "reasons": "decides",
        "published": "weak default",
        "verdict": "verdict",
        "severity": "severity",
        "basis": "basis",
        "exposure": "exposure",
        "acts": "who acts",
        "mend": "fix",
        "values": "decided by",
        "title": "reasons",
        "sources": "sources",
        "type": "kind",
        "at": "at",
        "owed": "obligations",
        "in_force": message("in force", "period"),
        "history": "versions",
        "show": "to show it",
        "texts": "texts",
        "nowhere": "no address that anybody should be sent to; look for the original",
    }
)

WORDS: Texts = text_table(
    {
        "rule": "rule: law, standard or regulation",
        "official": "official: an authority or operator says so",
        "vendor": "vendor: a seller's word, or terms of a line or platform, not law",
        "practice": "practice: said on weak pages, not law",
        "inferred": "inferred: from the sources named",
        "assumption": "assumption: nothing was found",
        "tighten": "may only be tightened",
        "contract": "may be tightened; loosened only with the contract named in rules.contract",
        "free": "may be replaced",
        "lower": "a lower value is stricter",
        "higher": "a higher value is stricter",
        "subset": "a part of it is stricter",
        "limits": "more or lower limits are stricter",
        "none": "no value is stricter than another",
        "go": "go: may be called",
        "final": "final: waiting does not lift it",
        "until": "until: not before a tick that is known",
        "on": "on: waits until something is free",
        "outcome": "outcome: how it ended",
        "unlawful": "unlawful: the call would break a rule",
        "contract_terms": "contract: terms of the line or platform",
        "own_rule": "own rule",
        "information": "information",
        "wall": "a wall",
        "taken": "{}, taken over by {}",
        "like": "as {}: nothing of its own was found",
        "assumed": "assumed: nothing was found",
        "whole": "a smaller whole is stricter",
        "always": "always, as far as is known: no date of it was found",
        "since": "from {} on",
        "up_to": "until {}",
        "asked": "{} (asked for: {})",
        "out_of_force": "not in force on {}: {}",
        "code": "code {}",
        "not_then": "not in force: {}",
        "unknown": "not known: what held then was not looked for",
    }
)


def page(entries: Sequence[Entry], width: int, language: Language) -> list[Text]:
    """Return the page of one value, reason or source with all its details."""
    (entry,) = entries
    if entry["kind"] == "source":
        return _source_page(entry, width, language)
    if entry["kind"] == "reason":
        lines = _reason_page(entry, width, language)
        named = [*entry["sources"], *entry["exposure_sources"]]
    elif entry["kind"] == "obligation":
        lines, named = _obligation_page(entry, width, language), list(entry["sources"])
    else:
        lines, named = _value_page(entry, width, language), [entry["source"]]
        named += [version["source"] for version in entry["history"]]
    sources = _source_list(named, width, language)
    return laid_out([*lines, Text(""), *sources] if sources else lines, width)


def _source_page(entry: Entry, width: int, language: Language) -> list[Text]:
    labels = LABELS[language]
    column = max(cell_len(labels[name]) for name in ("type", "at")) + 2
    kind = source_kind(entry["type"], entry["copy"], language)
    note = SOURCE_KINDS[language]["copy_note"] if entry["copy"] else ""
    lines = [
        *headed(entry["name"], "", width),
        *wrapped(entry["title"], width, "  "),
        Text(""),
        *wrapped(kind, width, "  ", fitted(labels["type"], column)),
        *(wrapped(note, width, "  ", " " * column) if note else ()),
    ]
    label = labels["at"]
    for address in entry["addresses"] or [labels["nowhere"]]:
        for part in wrap(address, width - 2 - column, break_on_hyphens=False):
            lines.append(Text.assemble("  ", (fitted(label, column), "dim"), part))
            label = ""
    return lines


def _source_list(named: Iterable[str], width: int, language: Language) -> list[Text]:
    """Return the list of sources cited in texts; nothing if the texts cite none."""
    sources = sources_of(named)
    asked = f"dialsim explain {sources[0].name}" if sources else ""
    lines = [*headed(LABELS[language]["sources"], asked, width)] if sources else []
    for source in sources:
        lines += wrapped(source.title[language], width, "  ", f"{source.name:<5}")
    return lines


def _value_page(entry: Entry, width: int, language: Language) -> list[Text]:
    words = WORDS[language]
    home, taken = entry["stands_in"], entry["profile"]
    place = home if home == taken else words["taken"].format(home, taken)
    stricter = words["whole" if entry["unit"] == "formula" else entry["tighter"]]
    wall = f" · {words['wall']}" if entry["wall"] else ""
    unknown = entry["value"] is None
    found = {
        "value": value_text(entry["value"], entry["unit"], language),
        "unit": entry["unit"],
        "source": "" if unknown else _sources(entry["source"].split(","), words),
        "confidence": "" if unknown else words[entry["confidence"]] + wall,
        "in_force": _in_force(entry, words),
        "stands_in": place,
        "override": f"{words[entry['override']]} · {stricter}",
        "note": _note(entry, words),
        "published": entry["published"],
        "reasons": ", ".join(entry["reasons"]),
    }
    lines = [*headed(entry["key"], taken, width), *_labelled(found, width, language)]
    versions = [
        (days_text(each, language), _version_text(each, entry["unit"], language))
        for each in entry["history"]
    ]
    return [*lines, *_versions("history", versions, width, language)]


def _obligation_page(entry: Entry, width: int, language: Language) -> list[Text]:
    words = WORDS[language]
    wall = f" · {words['wall']}" if entry["wall"] else ""
    found = {
        "basis": entry["basis"],
        "source": _sources(entry["sources"], words),
        "confidence": words[entry["confidence"]] + wall,
        "in_force": _in_force(entry, words),
        "exposure": entry["exposure"],
        "acts": entry["acts"],
        "show": entry["show"],
    }
    lines = [
        *headed(entry["key"], "dialsim check", width),
        *wrapped(entry["title"], width, "  "),
        Text(""),
        *_labelled(found, width, language),
    ]
    versions = [
        (days_text(each, language), f"{LABELS[language].get(each['text'], '')}: {each['wording']}")
        for each in entry["history"]
    ]
    return [*lines, *_versions("texts", versions, width, language)]


def _versions(
    title: str, versions: Sequence[tuple[str, str]], width: int, language: Language
) -> list[Text]:
    """Return versions by their days, the earliest first; nothing without versions."""
    if not versions:
        return []
    lines = [Text(""), *headed(LABELS[language][title], "", width)]
    column = max(cell_len(days) for days, _ in versions) + 2
    for days, text in versions:
        lines += wrapped(text, width, "  ", fitted(days, column))
    return lines


def _version_text(version: Entry, unit: str, language: Language) -> str:
    words = WORDS[language]
    if version["value"] is None:
        return " · ".join(filter(None, [words["unknown"], version["note"]]))
    parts = [value_text(version["value"], unit), _sources(version["source"].split(","), words)]
    if version["confidence"] != "assumption":
        parts.append(CONFIDENCE[language][version["confidence"]])
    return " · ".join([*parts, *filter(None, [version["note"]])])


def days_text(entry: Entry, language: Language) -> str:
    """Return the days for which an entry is valid.

    >>> days_text({"from": "2025-02-28", "until": None}, "en")
    'from 2025-02-28 on'
    """
    words, first, last = WORDS[language], entry["from"], entry["until"]
    if first and last:
        return words["to"].format(first, last)
    if first or last:
        return words["since" if first else "up_to"].format(first or last)
    return words["always"]


def _in_force(entry: Entry, words: Mapping[str, str]) -> str:
    days = days_text(entry, "zh" if words is WORDS["zh"] else "en")
    if entry["on"] is None:
        return days
    if entry.get("in_force") is False:
        return words["out_of_force"].format(entry["on"], days)
    return words["asked"].format(days, entry["on"])


def _note(entry: Entry, words: Mapping[str, str]) -> str:
    like = words["like"].format(entry["like"]) if entry["like"] else ""
    return " · ".join(part for part in (like, entry["note"]) if part)


def _reason_page(entry: Entry, width: int, language: Language) -> list[Text]:
    words = WORDS[language]
    severity = "contract_terms" if entry["severity"] == "contract" else entry["severity"]
    threat, threat_sources = entry["exposure"], [_sources(entry["exposure_sources"], words)]
    found = {
        "verdict": words[entry["verdict"]],
        "severity": words[severity],
        "basis": cited(entry["basis"], [_sources(entry["sources"], words)], language),
        "exposure": cited(threat, threat_sources, language) if threat else "",
        "acts": entry["acts"] or "",
        "mend": entry["mend"],
        "values": ", ".join(_heads(entry["values"])),
    }
    return [
        *headed(entry["reason"], words["code"].format(entry["code"]), width),
        *wrapped(entry["sentence"], width, "  "),
        Text(""),
        *_labelled(found, width, language),
    ]


def _heads(keys: Sequence[str]) -> list[str]:
    """Return the keys, or their groups if there are many."""
    return list(keys) if len(keys) <= 6 else sorted({key.split(".")[0] for key in keys})


def table(entries: Sequence[Entry], width: int, language: Language) -> list[Text]:
    """Return several sources, values and reasons, one a line, by their groups."""
    lines: list[Text] = []
    sources = [entry for entry in entries if entry["kind"] == "source"]
    if len(sources) == 1:
        lines += [*_source_page(sources[0], width, language), Text("")]
    elif sources:
        lines += _source_list((entry["name"] for entry in sources), width, language)
        lines.append(Text(""))
    values = [entry for entry in entries if entry["kind"] == "value"]
    groups = groupby(values, key=lambda entry: (entry["profile"], entry["key"].split(".")[0]))
    for (profile, group), members in groups:
        rows = _value_rows(list(members), width, language)
        lines += [*headed(group, profile, width), *rows, Text("")]
    reasons = [entry for entry in entries if entry["kind"] == "reason"]
    if reasons:
        names = max(len(entry["reason"]) for entry in reasons)
        lines += headed(LABELS[language]["title"], "", width)
        for entry in reasons:
            cells = (
                Cell(entry["reason"], names),
                Cell(entry["verdict"], 7),
                Cell(entry["sentence"]),
            )
            lines.append(cut_line(row(cells), width))
        lines.append(Text(""))
    owed = [entry for entry in entries if entry["kind"] == "obligation"]
    if owed:
        lines += headed(LABELS[language]["owed"], "dialsim check", width)
        lines += [*_obligation_rows(owed, language), Text("")]
    if values and not sources:
        lines += [*_source_list((entry["source"] for entry in values), width, language), Text("")]
    return laid_out(lines[:-1], width)


def _obligation_rows(owed: Sequence[Entry], language: Language) -> Iterable[Text]:
    """Yield the lines of obligations; for a requested day, with whether each is in force."""
    names = max(len(entry["key"]) for entry in owed)
    for entry in owed:
        title = entry["title"]
        if entry["in_force"] is False:
            title += f" · {WORDS[language]['not_then'].format(days_text(entry, language))}"
        yield row([Cell(entry["key"], names), Cell(entry["confidence"], 10), Cell(title)])


def _value_rows(entries: Sequence[Entry], width: int, language: Language) -> Iterable[Text]:
    names = [entry["key"].partition(".")[2] or entry["key"] for entry in entries]
    key = max(map(len, names))
    wall = 4 if any(entry["wall"] for entry in entries) else 0
    sources = [source_ids(entry["source"], language) for entry in entries]
    source = min(19, max(map(cell_len, sources)))
    room = width - 2 - key - 10 - source - 6 - (wall + 2 if wall else 0)
    texts = [value_text(entry["value"], entry["unit"], language) for entry in entries]
    column = max(12, min(room, max(map(cell_len, texts))))
    for name, entry, text, rests_on in zip(names, entries, texts, sources, strict=True):
        unknown = entry["value"] is None
        known = "" if unknown else entry["confidence"]
        cells = [Cell(name, key), Cell(text, column), Cell(known, 10)]
        if wall:
            cells.append(Cell("wall" if entry["wall"] else "", wall))
        yield row([*cells, Cell("" if unknown else rests_on, source)])


def value_text(value: object, unit: str, language: Language = "en") -> str:
    """Return a value as a page shows it; for an unknown one, a text that says so.

    >>> value_text(["09:00-12:00", "14:00-20:30"], "windows"), value_text([], "purposes")
    ('09:00-12:00, 14:00-20:30', 'none')
    >>> value_text([{"count": 3, "per": "24h", "window": "calendar"}], "limits")
    '3 in 1d (calendar)'
    """
    if value is None:
        return WORDS[language]["unknown"]
    if isinstance(value, list):
        if unit == "limits":
            return ", ".join(str(Ceiling.of(limit)) for limit in value) or "none"
        plain = all(isinstance(item, str) for item in value)
        return ", ".join(str(item) if plain else shown(item) for item in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} = {shown(item)}" for key, item in value.items())
    return value if isinstance(value, str) else shown(value)


def sources_text(cited: str, language: Language) -> str:
    """Return source ids as a page shows them; without any, a text that says so."""
    return _sources(cited.split(","), WORDS[language])


def _sources(sources: Sequence[str], words: Mapping[str, str]) -> str:
    if list(sources) == ["A"]:
        return words["assumed"]
    return source_ids(", ".join(sources), "zh" if words is WORDS["zh"] else "en")


def _labelled(found: Mapping[str, str], width: int, language: Language) -> Iterable[Text]:
    labels = LABELS[language]
    column = max(cell_len(labels[name]) for name in found) + 2
    for name, text in found.items():
        if text:
            yield from wrapped(text, width, "  ", fitted(labels[name], column))


def explanations_page(
    entries: Sequence[Entry], width: int, language: Language, *, every: bool
) -> list[Text]:
    """Return the page of what was found: one entry with all details, several as a table.

    An obligation with the same name has a page of its own below.

    Parameters
    ----------
    every
        Whether all entries were requested.
    """
    width = usable_width(width)
    if every:
        return table(entries, width, language)
    owed = [entry for entry in entries if entry["kind"] == "obligation"]
    of_source = any(entry["kind"] == "source" for entry in entries)
    alone = owed if len(owed) == 1 and not of_source else []
    lines: list[Text] = []
    for part in ([entry for entry in entries if entry not in alone], alone):
        if part:
            draw = page if len(part) == 1 else table
            lines += [*([Text("")] if lines else []), *draw(part, width, language)]
    return lines
