"""The page of a comparison: what changed, goals, suspensions and every metric of both sides."""

from __future__ import annotations

from typing import Literal

from dialsim.errors import shown
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, plural, read_in, text_table
from dialsim.pages.comparison.comparison_figures import SIDES
from dialsim.pages.comparison.comparison_goals import goals_section
from dialsim.pages.comparison.comparison_metrics import metrics_section
from dialsim.pages.comparison.comparison_suspensions import suspensions_section
from dialsim.pages.model.parts import (
    Command,
    Page,
    Paragraph,
    Part,
    Section,
    item,
    page,
    quiet,
    section,
    statement,
)
from dialsim.pages.model.style import BAD, GOOD, STRONG
from dialsim.pages.model.tables import Cell, Row, Table, keys, row, words
from dialsim.pages.weak_defaults import weak_section
from dialsim.results.comparison.comparison_result import (
    ChangedValue,
    ComparisonResult,
    OtherDifference,
)

CHANGES_SHOWN = 20
DIGEST = 32
"""Characters of a digest or more: of no use to a reader, who sees eight of them."""

_WORDS: Texts = text_table(
    {
        "one_each": "one run each",
        "seed": "seed {}",
        "label": "{label}, seed {seed}",
        "is": "{side} is {heading}",
        "interrupted": "Interrupted: {done} of {wanted} pairs are complete.",
        "some": "{done} of {wanted} pairs",
        "changes": "What changed",
        "none": "Nothing: the same scenario.",
        "key": "key",
        "absent": message("absent", "key of a scenario"),
        "more": "and {count} more: all of them are in --json",
        "rules": "rule pack: {}",
        "network": "network: {}",
        "operators": "operator: {}",
        "notes": "Notes",
        "beside": message("{} · {}", "note of a section"),
    }
)
_PAIRS = plural("{count:,} pair", "{count:,} pairs")
_DIFFERENCES = plural("{count:,} difference", "{count:,} differences")


def comparison_page(found: ComparisonResult, language: Language = ENGLISH) -> Page:
    """Return the page of a comparison, from `Comparison.to_dict`."""
    sections: list[Section | None] = [_head(found, language), _changes(found, language)]
    if found["replications"]:
        sections += [
            goals_section(found, language),
            suspensions_section(found, language),
            metrics_section(found, language),
        ]
    sections += [weak_section(found.get("weak_defaults", ()), language), _notes(found, language)]
    return page(*sections, language=language)


def _head(found: ComparisonResult, language: Language) -> Section:
    texts, runs = _WORDS[language], found["kind"] == "runs"
    done, wanted = len(found["replications"]), found["wanted"]
    note = texts["one_each"]
    if not runs:
        pairs = texts["some"].format(done=done, wanted=wanted)
        if done == wanted:
            pairs = _PAIRS.of(wanted)[language]
        note = texts["beside"].format(pairs, texts["seed"].format(found["a"]["seed"]))
    names = dict.fromkeys(found[side]["name"] for side in SIDES)
    statements: list[Paragraph] = [_label(side, found, language) for side in SIDES]
    statements += _headings(found, language)
    if not found["complete"] and not runs and done:
        text = texts["interrupted"].format(done=done, wanted=wanted)
        statements.append(statement(text, BAD))
    verdict = found["verdict"]
    style = BAD if verdict["exit_code"] else GOOD if verdict["better"] else STRONG
    statements.append(statement(read_in(verdict["sentence"], language), style))
    return section(texts["and"].join(names), statements, note=note, key="head")


def _label(side: Literal["a", "b"], found: ComparisonResult, language: Language) -> Paragraph:
    """Return the name of one side, uncut: long paths differ in their ends."""
    label = read_in(found[side]["label"], language)
    if found["kind"] == "runs":
        label = _WORDS[language]["label"].format(label=label, seed=found[side]["seed"])
    return item(label, mark=f"{side.upper()}  ", level=0)


def _headings(found: ComparisonResult, language: Language) -> list[Paragraph]:
    """Return why a side is no lawful plan, unless the verdict says it."""
    statements = []
    for side in SIDES:
        heading = found["headings"][side]
        if heading and heading not in found["verdict"]["sentence"]:
            text = _WORDS[language]["is"]
            text = text.format(side=side.upper(), heading=read_in(heading, language))
            statements.append(statement(text, BAD))
    return statements


def _changes(found: ComparisonResult, language: Language) -> Section:
    texts, changes, others = _WORDS[language], found["changes"], found["others"]
    if not changes and not others:
        return section(texts["changes"], Paragraph(texts["none"]), key="changes")
    rows = [_change(change, language) for change in changes[:CHANGES_SHOWN]]
    parts: list[Part] = (
        [Table((*keys(texts["key"]), *words("A", "B")), tuple(rows))] if rows else []
    )
    if len(changes) > CHANGES_SHOWN:
        parts.append(quiet(texts["more"].format(count=len(changes) - CHANGES_SHOWN)))
    if others:
        columns = (*words("" if rows else texts["key"]), *words("A", "B"))
        parts.append(Table(columns, tuple(_other(other, language) for other in others)))
    count = _DIFFERENCES.of(len(changes) + len(others))[language]
    return section(texts["changes"], parts, note=count, key="changes")


def _change(change: ChangedValue, language: Language) -> Row:
    texts, where = _WORDS[language], change["where"]
    path = change["path"] if where == "scenario" else texts[where].format(change["path"])
    values = (change["before"], change["after"])
    cells = [Cell(texts["absent"] if each is None else shown(each)) for each in values]
    return row(path, *cells)


def _other(other: OtherDifference, language: Language) -> Row:
    """Return a difference beside the scenario: of a file, a version, a table of the machine."""
    before, after = str(other["before"]), str(other["after"])
    if len(before) == len(after) >= DIGEST:
        before, after = before[:8], after[:8]
    what = read_in(other["what"], language)
    name = what if other["name"] in ("version", other["what"]) else f"{what} {other['name']}"
    return row(name, before, after)


def _notes(found: ComparisonResult, language: Language) -> Section | None:
    """Return how the comparison was made, and the command that gives intervals."""
    notes = found["notes"]
    if not notes and not found["again"]:
        return None
    parts: list[Part] = [quiet(read_in(note, language)) for note in notes]
    if found["again"]:
        parts.append(Command(found["again"]))
    return section(_WORDS[language]["notes"], parts, key="notes")
