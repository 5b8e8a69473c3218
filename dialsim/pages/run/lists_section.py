"""The section on lists and other input files, on the page of a run and of `people`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import Section, section
from dialsim.pages.model.style import OPEN, QUIET, STRONG
from dialsim.pages.model.tables import Cell, Note, Row, Table, figure, figures, row, words
from dialsim.people.account import EMPTY
from dialsim.results import formatting
from dialsim.results.lists.accounts import BARS, allowed_words, fault_words, unusable_rows
from dialsim.results.summary_types.lists import FileAccount, FileExample, ListAccount

PARTS = 6  # reasons shown by name; the others are summed up
EXAMPLES = 3  # examples of a reason; --json has all that are kept

LABELS: Texts = text_table(
    {
        "title": "The lists",
        "files": "{:,} files",
        "list": message("list", "of people"),
        "file": "file",
        "rows_used": message("rows", "count"),
        "used": message("used", "rows"),
        "merged": message("merged", "rows"),
        "different": message("different numbers", "count"),
        "unusable": "{:,} unusable: {}",
        "count": message("{0:,} {1}", "rows"),
        "more": "{:,} more reasons",
        "of_used": "of those used: {}",
        "all_the_same": "{:,} used all the same: {}",
        "allowed": "{}: allowed are {}",
        "known_from": "known from {}",
        "nobody": "bars nobody in this scenario",
        "empty": "! a header and no row: it names nobody",
        "met_one": "met {:,} person of the lists",
        "met": "met {:,} people of the lists",
        "met_nobody": "! met nobody of the lists: is it of other people, or are its numbers or "
        "identifiers written otherwise? (001 is not 1, a1 is not A1)",
        "examples": " ({})",
        "line": "line {:,} {}",
        "no_text": "(empty)",
    }
)


def lists_section(
    lists: Sequence[ListAccount], files: Sequence[FileAccount], language: Language = ENGLISH
) -> Section | None:
    """Return the rows of a run's lists and other files by their fate; None without files."""
    count = len(lists) + len(files)
    if not count:
        return None
    texts = LABELS[language]
    note = "" if count == 1 else texts["files"].format(count)
    parts = [brief_table(lists, language)] if lists else []
    if files:
        parts.append(files_table(files, language))
    return section(texts["title"], parts, note=note, key="lists")


def brief_table(accounts: Sequence[ListAccount], language: Language = ENGLISH) -> Table:
    """Return a row a list, with what is unusable and what is barred below it."""
    texts = LABELS[language]
    rows = tuple(_brief_row(account, language) for account in accounts)
    names = (texts[name] for name in ("rows_used", "used", "merged"))
    return Table((*words(texts["list"]), *figures(*names)), rows)


def _brief_row(account: ListAccount, language: Language) -> Row:
    texts, notes = LABELS[language], []
    unusable = unusable_rows(account)
    if unusable:
        worst = most_first(account["unusable"])
        parts = [texts["count"].format(n, fault_words(x, language)) for x, n in worst[:PARTS]]
        if len(worst) > PARTS:
            parts.append(texts["more"].format(len(worst) - PARTS))
        notes.append(texts["unusable"].format(unusable, texts["then"].join(parts)))
    barred = [
        texts["count"].format(n, BARS[name][language] if name in BARS else name)
        for name, n in most_first(account["barred"])
    ]
    if barred:
        notes.append(texts["of_used"].format(texts["then"].join(barred)))
    return row(
        Cell(account["name"], STRONG),
        figure(account["rows"]),
        figure(account["used"]),
        figure(account["merged"], style=QUIET),
        notes=notes,
    )


def files_table(files: Sequence[FileAccount], language: Language, allowed: bool = False) -> Table:
    """Return a row for each registry, withdrawals file or history, and what to know of it below.

    Parameters
    ----------
    allowed
        Also show the valid contents of faulty cells.
    """
    texts = LABELS[language]
    rows = tuple(_file_row(each, language, allowed) for each in files)
    columns = (*words(texts["file"], ""), *figures(texts["rows_used"], texts["different"]))
    return Table(columns, rows)


def _file_row(each: FileAccount, language: Language, allowed: bool) -> Row:
    texts = LABELS[language]
    unusable = unusable_rows(each)
    strictly = each.get("taken_strictly", {})
    notes = []
    if unusable:
        text = texts["unusable"].format(unusable, _reasons(each["unusable"], language))
        notes.append(text + _lines_of(each["examples"], language))
    if strictly:
        reasons = _reasons(strictly, language)
        text = texts["all_the_same"].format(sum(strictly.values()), reasons)
        notes.append(text + _lines_of(each.get("strict_examples", ()), language))
    for reason in {**each["unusable"], **strictly} if allowed else ():
        choice = allowed_words(reason, language)
        if choice is not None:
            notes.append(texts["allowed"].format(fault_words(reason, language), choice))
    if each.get("known_from"):
        notes.append(texts["known_from"].format(each["known_from"]))
    if not each.get("applies", True):
        notes.append(texts["nobody"])
    return row(
        Cell(each["name"] or each["file"], STRONG),
        Cell(formatting.localised(each, "kind", language), QUIET),
        figure(each["rows"]),
        figure(each["numbers"]),
        notes=[*(Note(note) for note in notes), *_met(each, language)],
    )


def _reasons(counts: Mapping[str, int], language: Language) -> str:
    texts = LABELS[language]
    return texts["then"].join(
        texts["count"].format(count, fault_words(reason, language))
        for reason, count in most_first(counts)
    )


def _met(each: FileAccount, language: Language) -> list[Note]:
    """Return how many people of the lists a file names, as a warning if it names none."""
    texts, met = LABELS[language], each.get("met")
    if not each["rows"]:
        return [Note(texts["empty"], OPEN)]
    if met is None:
        return []
    if met:
        return [Note(texts["met_one" if met == 1 else "met"].format(met))]
    return [Note(texts["met_nobody"], OPEN)]


def _lines_of(examples: Sequence[FileExample], language: Language) -> str:
    """Return the places of some examples, as `` (line 3 “x”; line 4 (empty))``."""
    texts = LABELS[language]
    shown = [
        texts["line"].format(e["line"], quoted_cell(e["text"], language))
        for e in examples[:EXAMPLES]
    ]
    return texts["examples"].format(texts["then"].join(shown)) if shown else ""


def quoted_cell(text: str, language: Language = "en") -> str:
    """Return the content of a cell in quotes, or "(empty)"."""
    return LABELS[language]["no_text"] if text == EMPTY else f"“{text}”"


def most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return counts in descending order."""
    return sorted(counts.items(), key=lambda each: -each[1])
