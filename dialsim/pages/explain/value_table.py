"""Sections that list values, reasons, obligations and sources, by their groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from dialsim.explanations.value_result import (
    ExplainedObligation,
    ExplainedReason,
    ExplainedSource,
    ExplainedValue,
    Explanation,
)
from dialsim.messages.catalogue import Language
from dialsim.pages.explain.sections import facts
from dialsim.pages.explain.value_words import (
    LABELS,
    VERDICTS,
    WORDS,
    days_text,
    value_text,
)
from dialsim.pages.model.parts import Details, Paragraph, Part, Section, Source, Sources, section
from dialsim.pages.model.style import STRONG
from dialsim.pages.model.tables import Cell, Row, Table, figures, keys, row, words
from dialsim.results import formatting
from dialsim.scenario.profiles.sources import sources_of


def table_sections(entries: Sequence[Explanation], language: Language) -> list[Section | None]:
    """Return the sections of several entries; of one source, with all that is known of it."""
    sources = [entry for entry in entries if entry["kind"] == "source"]
    values = [entry for entry in entries if entry["kind"] == "value"]
    reasons = [entry for entry in entries if entry["kind"] == "reason"]
    owed = [entry for entry in entries if entry["kind"] == "obligation"]
    found: list[Section | None] = []
    if len(sources) == 1:
        found.append(_source(sources[0], language))
    elif sources:
        found.append(source_list((entry["name"] for entry in sources), language))
    found += _values(values, language)
    found += [_reasons(reasons, language), _owed(owed, language)]
    shown = [each for each in found if each is not None]
    if len(shown) > 1 and not sources:
        title = LABELS[language]["all"]
        shown.insert(0, section(title, note="dialsim explain NAME", key="head"))
    if values and not sources:
        named = (entry["source"] for entry in values)
        return [*shown, source_list(named, language)]
    return [*shown]


def _source(entry: ExplainedSource, language: Language) -> Section:
    labels = LABELS[language]
    kind = formatting.source_kind(entry["type"], entry["copy"], language)
    pairs = [(labels["type"], kind)]
    if entry["copy"]:
        pairs.append(("", formatting.SOURCE_KINDS[language]["copy_note"]))
    places = entry["addresses"] or [labels["nowhere"]]
    pairs += [(labels["at"] if i == 0 else "", each) for i, each in enumerate(places)]
    links = _links([entry["name"]], language) if entry["addresses"] else []
    return section(entry["name"], Paragraph(entry["title"]), facts(pairs), links, key="source")


def source_list(
    named: Iterable[str], language: Language, key: str = "sources", linked: Iterable[str] = ()
) -> Section | None:
    """Return the section of the sources cited in texts; None if the texts cite none.

    Parameters
    ----------
    linked
        Texts whose sources have their addresses further up on the page.
    """
    cited = list(named)
    sources = sources_of(cited)
    if not sources:
        return None
    rows = tuple(row(Cell(each.name, STRONG), each.title[language]) for each in sources)
    return section(
        LABELS[language]["sources"],
        Table((*keys(""), *words("")), rows),
        _links(cited, language, linked),
        note=f"dialsim explain {sources[0].name}",
        key=key,
    )


def _links(cited: Iterable[str], language: Language, linked: Iterable[str] = ()) -> list[Part]:
    """Return the addresses of sources, on demand, without those that are linked already."""
    known = {each.name for each in sources_of(linked)}
    rows = tuple(
        Source(each["name"], each["title"], each["kind"], tuple(each["addresses"]))
        for each in formatting.source_rows(cited, language)
        if each["name"] not in known
    )
    return [Details(LABELS[language]["addresses"], (Sources(rows),))] if rows else []


def _values(values: Sequence[ExplainedValue], language: Language) -> Iterator[Section]:
    labels = LABELS[language]
    columns = (
        *keys(labels["name"]),
        *words(labels["value"], labels["confidence"]),
        *figures(WORDS[language]["wall"]),
        *words(labels["source"]),
    )
    plain = (*columns[:3], *columns[4:])  # of groups without any hard limit
    groups = groupby(values, key=lambda entry: (entry["profile"], entry["key"].split(".")[0]))
    for (profile, group), members in groups:
        entries = list(members)
        walls = any(entry["wall"] for entry in entries)
        rows = tuple(_value_row(entry, walls, language) for entry in entries)
        key = f"{profile}-{group}".replace("/", "-").replace("_", "-")
        yield section(group, Table(columns if walls else plain, rows), note=profile, key=key)


def _value_row(entry: ExplainedValue, walls: bool, language: Language) -> Row:
    known = entry["value"] is not None
    raw = entry["value"] if isinstance(entry["value"], float | int | str | bool) else None
    name = entry["key"].partition(".")[2] or entry["key"]
    wall = [Cell("✓" if entry["wall"] else "", value=entry["wall"])] if walls else []
    return row(
        name,
        Cell(value_text(entry["value"], entry["unit"], language), value=raw),
        formatting.CONFIDENCE[language][entry["confidence"]] if known else "",
        *wall,
        formatting.source_ids(entry["source"], language) if known else "",
    )


def _reasons(reasons: Sequence[ExplainedReason], language: Language) -> Section | None:
    if not reasons:
        return None
    labels = LABELS[language]
    columns = (*keys(labels["reason"]), *words(labels["verdict"], labels["meaning"]))
    rows = tuple(
        row(entry["reason"], VERDICTS[language][entry["verdict"]], entry["sentence"])
        for entry in reasons
    )
    return section(labels["title"], Table(columns, rows), key="reasons")


def _owed(owed: Sequence[ExplainedObligation], language: Language) -> Section | None:
    """Return obligations; for a requested day, with whether each is in force."""
    if not owed:
        return None
    labels, rows = LABELS[language], []
    for entry in owed:
        title = entry["title"]
        if entry["in_force"] is False:
            title += f" · {WORDS[language]['not_then'].format(days_text(entry, language))}"
        confidence = formatting.CONFIDENCE[language][entry["confidence"]]
        rows.append(row(entry["key"], confidence, title))
    columns = (*keys(labels["obligation"]), *words(labels["confidence"], labels["asks"]))
    return section(
        labels["owed"], Table(columns, tuple(rows)), note="dialsim check", key="obligations"
    )
