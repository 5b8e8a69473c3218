"""The account of lists as a terminal page, and in a few lines for a run's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.people.account import EMPTY
from dialsim.report import words
from dialsim.report.accounts import (
    BARS,
    DURING,
    LINKS,
    NOTES,
    SHARES,
    allowed_words,
    class_words,
    fault_words,
    unusable_rows,
)
from dialsim.report.page import Cell, bar, cut_line, heading, paragraph, row, usable_width

GOOD, BAD, QUIET, WARN = "green", "red", "dim", "yellow"
MERGED, WITHHELD = "MERGED", "NUMBER_WITHHELD"
PARTS = 6  # of a breakdown; the others are one
EXAMPLES = 3  # of a reason; all that are kept stand in --json

Account = Mapping[str, Any]


def account_page(found: Mapping[str, Any], width: int = 80) -> list[Text]:
    """Return the lines of the account of lists, as of `Accounts.to_dict`; at most `width` wide."""
    width = usable_width(width)
    lines: list[Text] = []
    for account in found["lists"]:
        lines += [*list_lines(account, width), Text()]
    if found["files"]:
        lines.append(heading("Other files", "", width))
        for each in found["files"]:
            lines += file_lines(each, width, allowed=True)
        lines.append(Text())
    if found["synthetic"]:
        drawn = ", ".join(found["synthetic"])
        lines += paragraph(f"drawn, not read: {drawn}", width, style=QUIET)
    lines = [cut_line(line, width) for line in lines]
    while lines and not lines[-1].plain:
        lines.pop()
    return lines


def list_lines(account: Account, width: int) -> list[Text]:
    """Return the account of one list: every row, and who the used ones are."""
    rows = account["rows"]
    lines = [heading(account["name"], account["file"], width), _stage("rows", rows, rows, width)]
    for reason, count in _most_first(account["unusable"]):
        lines.append(_loss(fault_words(reason), count, rows))
        lines += _examples(account, reason, width)
        allowed = allowed_words(reason)
        if allowed is not None:
            lines += paragraph(f"allowed: {allowed}", width, indent=6, style=QUIET)
    if account["merged"]:
        if account["unusable"]:
            lines.append(_stage("usable rows", rows - unusable_rows(account), rows, width))
        why = ", ".join(f"{n:,} by {LINKS.get(by, by)}" for by, n in account["merged_by"].items())
        lines.append(_loss("same person as another row", account["merged"], rows))
        if len(account["merged_by"]) > 1:
            lines += paragraph(why, width, indent=6, style=QUIET)
        lines += _examples(account, MERGED, width)
    style = GOOD if account["used"] else BAD
    lines.append(_stage("used", account["used"], rows, width, style))
    lines += _bars(account)
    lines += _shares(account, width)
    for key, text in NOTES.items():
        if account.get(key):
            lines += paragraph(f"{text}: {account[key]:,}", width, style=QUIET, mark="· ")
            if key == "numbers_withheld":
                lines += _examples(account, WITHHELD, width)
    return lines


def brief_lines(accounts: Sequence[Account], width: int) -> list[Text]:
    """Return two or three lines a list, for the page of a run."""
    lines = []
    for account in accounts:
        unusable = unusable_rows(account)
        cells = [
            Cell(account["name"], width - 58, style="bold"),
            Cell(words.things(account["rows"], "row"), 14, right=True),
            Cell(f"{account['used']:,} used", 15, right=True),
            Cell(f"{account['merged']:,} merged", 15, right=True, style=QUIET),
        ]
        lines.append(row(cells))
        if unusable:
            worst = _most_first(account["unusable"])
            parts = [f"{count:,} {fault_words(reason)}" for reason, count in worst[:PARTS]]
            if len(worst) > PARTS:
                parts.append(f"{len(worst) - PARTS} more reasons")
            text = f"{unusable:,} unusable: {'; '.join(parts)}"
            lines += paragraph(text, width, indent=4, style=QUIET)
        barred = [f"{n:,} {BARS.get(name, name)}" for name, n in _most_first(account["barred"])]
        if barred:
            lines += paragraph(f"of those used: {'; '.join(barred)}", width, indent=4, style=QUIET)
    return lines


def _stage(name: str, count: int, rows: int, width: int, style: str = "cyan") -> Text:
    share = count / rows if rows else 0.0
    cells = [
        Cell(name, 40, style="bold"),
        Cell(words.number(count), 11, right=True, style="bold"),
        Cell(words.column(share), 7, right=True),
        Cell(bar(share, width - 66), style=style),
    ]
    return row(cells)


def _loss(name: str, count: int, rows: int) -> Text:
    return _part(name, count, rows, "−")


def _part(name: str, count: int, rows: int, mark: str = "·") -> Text:
    cells = [
        Cell(f"  {mark} {name}", 40),
        Cell(words.number(count), 11, right=True),
        Cell(words.column(count / rows if rows else 0.0), 7, right=True),
    ]
    return row(cells)


def _examples(account: Account, reason: str, width: int) -> list[Text]:
    parts = []
    for each in account["examples"].get(reason, ())[:EXAMPLES]:
        text = f"line {each['line']:,}"
        if each.get("merged_with"):
            name, _, line = each["merged_with"].rpartition(":")
            text += f" is line {line}" + ("" if name == account["name"] else f" of {name}")
        elif each.get("text"):
            column, cell = each.get("column", "number"), _quoted(each["text"])
            text += f" {cell}" if column == "number" else f" {column} {cell}"
        parts.append(text)
    if not parts:
        return []
    return paragraph("; ".join(parts), width, indent=6, style=QUIET)


def _bars(account: Account) -> list[Text]:
    lines = []
    for title, key, named in (
        ("of these barred, some for several reasons", "barred", BARS),
        ("of these not to be called any more from a moment within the run", "during", DURING),
    ):
        counts = account.get(key, {})
        lines += [Text(f"  {title}", style=QUIET)] if counts else []
        for name, count in _most_first(counts):
            lines.append(_part(named.get(name, name.replace("_", " ")), count, account["used"]))
    return lines


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: -each[1])


def _shares(account: Account, width: int) -> list[Text]:
    lines = []
    for key, counts in account.get("shares", {}).items():
        total = sum(counts.values())
        if not total:
            continue
        shown = list(counts.items())
        if len(shown) > PARTS:
            rest = sum(count for _, count in shown[PARTS:])
            others = f"{len(shown) - PARTS} others"
            shown = [*shown[:PARTS], (others, rest)]
        parts = [
            f"{class_words(name) if key == 'classes' else name} {words.column(count / total)}"
            for name, count in shown
        ]
        for i, text in enumerate(_whole_parts(parts, width - 16)):
            title = SHARES[key] if i == 0 else ""
            lines.append(row([Cell(title, 12, style=QUIET), Cell(text)]))
    return lines


def _whole_parts(parts: Sequence[str], width: int) -> list[str]:
    """Return parts parted by commas, on lines of at most `width` that break between them."""
    lines = [parts[0]]
    for part in parts[1:]:
        if cell_len(f"{lines[-1]}, {part},") <= width:
            lines[-1] += f", {part}"
        else:
            lines[-1] += ","
            lines.append(part)
    return lines


def file_lines(each: Account, width: int, allowed: bool = False) -> list[Text]:
    """Return the account of a registry, withdrawals or a history, in some lines.

    Parameters
    ----------
    allowed
        Also say what faulty cells may hold.
    """
    unusable = unusable_rows(each)
    cells = [
        Cell(each["name"] or each["file"], width - 62, style="bold"),
        Cell(each["kind"], 16, style=QUIET),
        Cell(words.things(each["rows"], "row"), 14, right=True),
        Cell(f"{each['numbers']:,} different", 16, right=True),
    ]
    lines = [row(cells)]
    if unusable:
        worst = _most_first(each["unusable"])
        reasons = "; ".join(f"{count:,} {fault_words(reason)}" for reason, count in worst)
        text = f"{unusable:,} unusable: {reasons}"
        lines += paragraph(text + _lines_of(each["examples"]), width, indent=4, style=QUIET)
    strictly = _most_first(each.get("taken_strictly", {}))
    if strictly:
        reasons = "; ".join(f"{count:,} {fault_words(reason)}" for reason, count in strictly)
        text = f"{sum(count for _, count in strictly):,} used all the same: {reasons}"
        text += _lines_of(each.get("strict_examples", ()))
        lines += paragraph(text, width, indent=4, style=QUIET)
    for reason in {**each["unusable"], **each.get("taken_strictly", {})} if allowed else ():
        choice = allowed_words(reason)
        if choice is not None:
            text = f"{fault_words(reason)}: allowed are {choice}"
            lines += paragraph(text, width, indent=4, style=QUIET)
    if each.get("known_from"):
        lines += paragraph(f"known from {each['known_from']}", width, indent=4, style=QUIET)
    if not each.get("applies", True):
        lines += paragraph("bars nobody in this scenario", width, indent=4, style=QUIET)
    return lines + _met(each, width)


def _met(each: Account, width: int) -> list[Text]:
    """Say how many people of the lists a file names; warn if it is nobody."""
    met = each.get("met")
    if not each["rows"]:
        return paragraph("! a header and no row: it names nobody", width, indent=4, style=WARN)
    if met is None:
        return []
    if met:
        people = words.things(met, "person", "people")
        return paragraph(f"met {people} of the lists", width, indent=4, style=QUIET)
    text = (
        "! met nobody of the lists: is it of other people, or are its numbers or identifiers"
        " written otherwise? (001 is not 1, a1 is not A1)"
    )
    return paragraph(text, width, indent=4, style=WARN)


def _lines_of(examples: Sequence[Mapping[str, Any]]) -> str:
    """Return where some examples stand, as `` (line 3 “x”; line 4 (empty))``."""
    shown = [f"line {e['line']:,} {_quoted(e['text'])}" for e in examples[:EXAMPLES]]
    return f" ({'; '.join(shown)})" if shown else ""


def _quoted(text: str) -> str:
    return text if text == EMPTY else f"“{text}”"
