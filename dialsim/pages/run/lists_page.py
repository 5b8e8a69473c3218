"""The section on lists and other input files, on the page of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.layout import OPEN, QUIET, Cell, headed, paragraph, path_fitted, row
from dialsim.people.account import EMPTY
from dialsim.results import formatting
from dialsim.results.lists.accounts import BARS, allowed_words, fault_words, unusable_rows

PARTS = 6  # reasons shown by name; the others are summed up
EXAMPLES = 3  # examples of a reason; --json has all that are kept

Account = Mapping[str, Any]

LABELS: Texts = text_table(
    {
        "title": "The lists",
        "files": "{:,} files",
        "row": "{:,} row",
        "rows": "{:,} rows",
        "used": "{:,} used",
        "merged": "{:,} merged",
        "different": "{:,} different",
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
    lists: Sequence[Account], files: Sequence[Account], width: int, language: Language
) -> list[Text]:
    """Return the rows of a run's lists and other files by their fate; nothing without files."""
    count = len(lists) + len(files)
    if not count:
        return []
    texts = LABELS[language]
    note = "" if count == 1 else texts["files"].format(count)
    lines = [*headed(texts["title"], note, width), *brief_lines(lists, width, language)]
    for each in files:
        lines += file_lines(each, width, language=language)
    return lines


def brief_lines(accounts: Sequence[Account], width: int, language: Language = "en") -> list[Text]:
    """Return two or three lines a list, for the page of a run."""
    texts = LABELS[language]
    lines = []
    for account in accounts:
        unusable = unusable_rows(account)
        cells = [
            Cell(account["name"], width - 58, style="bold"),
            Cell(_rows(account["rows"], language), 14, right=True),
            Cell(texts["used"].format(account["used"]), 15, right=True),
            Cell(texts["merged"].format(account["merged"]), 15, right=True, style=QUIET),
        ]
        lines.append(row(cells))
        if unusable:
            worst = most_first(account["unusable"])
            parts = [texts["count"].format(n, fault_words(x, language)) for x, n in worst[:PARTS]]
            if len(worst) > PARTS:
                parts.append(texts["more"].format(len(worst) - PARTS))
            text = texts["unusable"].format(unusable, texts["then"].join(parts))
            lines += paragraph(text, width, indent=4, style=QUIET)
        barred = [
            texts["count"].format(n, BARS[name][language] if name in BARS else name)
            for name, n in most_first(account["barred"])
        ]
        if barred:
            text = texts["of_used"].format(texts["then"].join(barred))
            lines += paragraph(text, width, indent=4, style=QUIET)
    return lines


def file_lines(
    each: Account, width: int, allowed: bool = False, language: Language = "en"
) -> list[Text]:
    """Return the account of a registry, withdrawals or a history, in some lines.

    Parameters
    ----------
    allowed
        Also show the valid contents of faulty cells.
    """
    texts = LABELS[language]
    unusable = unusable_rows(each)
    kind = formatting.localised(each, "kind", language)
    kind_width = min(20, width - 64)
    name_width = width - 46 - kind_width
    cells = [
        Cell(each["name"] or path_fitted(each["file"], name_width), name_width, style="bold"),
        Cell(kind, kind_width, style=QUIET),
        Cell(_rows(each["rows"], language), 14, right=True),
        Cell(texts["different"].format(each["numbers"]), 16, right=True),
    ]
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
    below = [line for note in notes for line in paragraph(note, width, indent=4, style=QUIET)]
    return [row(cells), *below, *_met(each, width, language)]


def _rows(count: int, language: Language) -> str:
    return LABELS[language]["row" if count == 1 else "rows"].format(count)


def _reasons(counts: Mapping[str, int], language: Language) -> str:
    texts = LABELS[language]
    return texts["then"].join(
        texts["count"].format(count, fault_words(reason, language))
        for reason, count in most_first(counts)
    )


def _met(each: Account, width: int, language: Language) -> list[Text]:
    """Return how many people of the lists a file names, as a warning if it names none."""
    texts, met = LABELS[language], each.get("met")
    if not each["rows"]:
        return paragraph(texts["empty"], width, indent=4, style=OPEN)
    if met is None:
        return []
    if met:
        text = texts["met_one" if met == 1 else "met"].format(met)
        return paragraph(text, width, indent=4, style=QUIET)
    return paragraph(texts["met_nobody"], width, indent=4, style=OPEN)


def _lines_of(examples: Sequence[Mapping[str, Any]], language: Language) -> str:
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
