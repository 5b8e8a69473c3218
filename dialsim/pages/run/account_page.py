"""The account of lists as a page: every row, used, merged, or why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import Page, Paragraph, Part, Section, item, page, quiet, section
from dialsim.pages.model.style import BAD, GOOD, QUIET, STRONG
from dialsim.pages.model.tables import (
    ACCOUNT,
    Cell,
    Note,
    Row,
    Table,
    counted,
    figures,
    title_row,
    words,
)
from dialsim.pages.run.columns_section import columns_section, scenario_section
from dialsim.pages.run.lists_section import EXAMPLES, PARTS, files_table, most_first, quoted_cell
from dialsim.results import formatting
from dialsim.results.lists.account_result import AccountsResult, CountedList
from dialsim.results.lists.accounts import (
    BARS,
    DURING,
    LINKS,
    NOTES,
    SHARES,
    allowed_words,
    fault_words,
    share_words,
    unusable_rows,
)

MERGED, WITHHELD = "MERGED", "NUMBER_WITHHELD"

LABELS: Texts = text_table(
    {
        "files": "Other files",
        "synthetic": "drawn, not read: {}",
        "rows": message("rows", "account"),
        "less": "− {}",
        "item": "· {}",
        "allowed": "allowed: {}",
        "usable": "usable rows",
        "merged": "same person as another row",
        "by": message("{count:,} by {link}", "merged rows"),
        "used": message("used", "rows"),
        "line": message("line {:,}", "of a file"),
        "is_line": message("line {:,} is line {}", "of a file"),
        "is_line_of": message("line {:,} is line {} of {}", "of a file"),
        "line_cell": message("line {:,} {}", "cell"),
        "line_column": message("line {:,} {} {}", "column and cell"),
        "barred": "of these barred, some for several reasons",
        "during": "of these not to be called any more from a moment within the run",
        "others": "{} others",
        "unreadable": "cells that cannot be read",
        "column": message("column", "of a list's file"),
        "why": message("why", "of a choice"),
        "cells": "cells",
        "part": message("{} {}", "name and share"),
        "note": message("{}: {:,}", "note and count"),
    }
)


def account_page(found: AccountsResult, language: Language = ENGLISH) -> Page:
    """Return the page of the account of lists, as of `Accounts.to_dict`."""
    texts = LABELS[language]
    sections: list[Section] = [
        list_section(account, language, f"list-{place}")
        for place, account in enumerate(found["lists"])
    ]
    if found["files"]:
        table = files_table(found["files"], language, allowed=True)
        sections.append(section(texts["files"], table, key="files"))
    if found["synthetic"]:
        drawn = texts["synthetic"].format(texts["and"].join(found["synthetic"]))
        sections.append(section("", quiet(drawn)))
    return page(
        *sections,
        columns_section(found.get("columns", []), language),
        scenario_section(found.get("toml"), language),
        language=language,
    )


def list_section(account: CountedList, language: Language, key: str = "list") -> Section:
    """Return the account of one list: every row, and the kinds of the used ones."""
    style = GOOD if account["used"] else BAD
    return section(
        account["name"],
        Table(ACCOUNT, tuple(_rows(account, language))),
        _unreadable(account, language),
        _shares(account, language),
        _notes(account, language),
        note=account["file"],
        key=key,
        style=style,
    )


def _rows(account: CountedList, language: Language) -> Iterator[Row]:
    """Yield the rows of the account of a list: stages, and what is lost before each."""
    texts, rows = LABELS[language], account["rows"]
    yield counted(texts["rows"], rows, rows, STRONG, bars=True)
    for reason, count in most_first(account["unusable"]):
        notes = _examples(account, reason, language)
        allowed = allowed_words(reason, language)
        if allowed is not None:
            notes += (Note(texts["allowed"].format(allowed)),)
        name = texts["less"].format(fault_words(reason, language))
        yield _part(name, count, rows, notes)
    if account["merged"]:
        if account["unusable"]:
            yield counted(texts["usable"], rows - unusable_rows(account), rows, STRONG, bars=True)
        notes = ()
        if len(account["merged_by"]) > 1:
            why = texts["and"].join(
                texts["by"].format(count=n, link=LINKS[by][language] if by in LINKS else by)
                for by, n in account["merged_by"].items()
            )
            notes = (Note(why),)
        notes += _examples(account, MERGED, language)
        yield _part(texts["less"].format(texts["merged"]), account["merged"], rows, notes)
    style = GOOD if account["used"] else BAD
    yield counted(texts["used"], account["used"], rows, style | STRONG, bars=True)
    yield from _bars(account, language)


def _part(name: str, count: int, whole: int, notes: tuple[Note, ...] = ()) -> Row:
    row = counted(name, count, whole, level=1)
    return Row(row.cells, row.level, notes)


def _examples(account: CountedList, reason: str, language: Language) -> tuple[Note, ...]:
    texts, parts = LABELS[language], []
    for each in account["examples"].get(reason, ())[:EXAMPLES]:
        if each.get("merged_with"):
            name, _, line = each["merged_with"].rpartition(":")
            key = "is_line" if name == account["name"] else "is_line_of"
            text = texts[key].format(each["line"], line, name)
        elif each.get("text"):
            column, cell = each.get("column", "number"), quoted_cell(each["text"], language)
            if column == "number":
                text = texts["line_cell"].format(each["line"], cell)
            else:
                text = texts["line_column"].format(each["line"], column, cell)
        else:
            text = texts["line"].format(each["line"])
        parts.append(text)
    return (Note(texts["then"].join(parts)),) if parts else ()


def _bars(account: CountedList, language: Language) -> Iterator[Row]:
    texts = LABELS[language]
    for key, counts, names in (
        ("barred", account["barred"], BARS),
        ("during", account["during"], DURING),
    ):
        if counts:
            yield title_row(texts[key], QUIET)
        for name, count in most_first(counts):
            text = names[name][language] if name in names else name.replace("_", " ")
            yield _part(texts["item"].format(text), count, account["used"])


def _unreadable(account: CountedList, language: Language) -> list[Part]:
    """Return the most frequent texts of cells that cannot be read, as a table."""
    texts = LABELS[language]
    rows = [
        Row(
            (
                Cell(quoted_cell(each["text"], language)),
                Cell(each["column"]),
                Cell(fault_words(each["reason"], language)),
                Cell(f"{each['rows']:,}", value=each["rows"]),
            )
        )
        for each in account.get("unreadable", ())
    ]
    columns = words(texts["unreadable"], texts["column"], texts["why"])
    return [Table((*columns, *figures(texts["cells"])), tuple(rows))] if rows else []


def _shares(account: CountedList, language: Language) -> list[Part]:
    """Return the kinds of the used rows, a row for each way to divide them."""
    texts, rows = LABELS[language], []
    for key, counts in account["shares"].items():
        total = sum(counts.values())
        if not total:
            continue
        shown = list(counts.items())
        if len(shown) > PARTS:
            rest = sum(count for _, count in shown[PARTS:])
            shown = [*shown[:PARTS], (texts["others"].format(len(shown) - PARTS), rest)]
        parts = [
            texts["part"].format(share_words(key, name, language), formatting.column(count / total))
            for name, count in shown
        ]
        rows.append(Row((Cell(SHARES[key][language], QUIET), Cell(texts["and"].join(parts)))))
    return [Table(words("", ""), tuple(rows))] if rows else []


def _notes(account: CountedList, language: Language) -> list[Paragraph]:
    texts, found = LABELS[language], list[Paragraph]()
    counts: Mapping[str, object] = account
    for key, text in NOTES.items():
        if counts.get(key):
            found.append(item(texts["note"].format(text[language], counts[key]), QUIET))
            if key == "numbers_withheld":
                examples = _examples(account, WITHHELD, language)
                found += [Paragraph(each.text, QUIET, level=3) for each in examples]
    return found
