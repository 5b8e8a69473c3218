"""The account of lists as a terminal page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.pages.layout import (
    BAD,
    GOOD,
    QUIET,
    Cell,
    fit,
    headed,
    paragraph,
    part_row,
    row,
    stage_row,
    usable_width,
)
from dialsim.pages.run.lists_page import EXAMPLES, PARTS, file_lines, most_first, quoted_cell
from dialsim.results import formatting
from dialsim.results.lists.accounts import (
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

NAME, COUNT = 40, 11  # columns
MERGED, WITHHELD = "MERGED", "NUMBER_WITHHELD"

Account = Mapping[str, Any]


def account_page(found: Mapping[str, Any], width: int = 80) -> list[Text]:
    """Return the lines of the account of lists, as of `Accounts.to_dict`; at most `width` wide."""
    width = usable_width(width)
    lines: list[Text] = []
    for account in found["lists"]:
        lines += [*list_lines(account, width), Text()]
    if found["files"]:
        lines += headed("Other files", "", width)
        for each in found["files"]:
            lines += file_lines(each, width, allowed=True)
        lines.append(Text())
    if found["synthetic"]:
        drawn = ", ".join(found["synthetic"])
        lines += paragraph(f"drawn, not read: {drawn}", width, style=QUIET)
    lines = fit(lines, width)
    while lines and not lines[-1].plain:
        lines.pop()
    return lines


def list_lines(account: Account, width: int) -> list[Text]:
    """Return the account of one list: every row, and the kinds of the used ones."""
    rows, widths = account["rows"], (NAME, COUNT, width - 66)
    lines = [*headed(account["name"], account["file"], width)]
    lines.append(stage_row("rows", rows, rows, widths))
    for reason, count in most_first(account["unusable"]):
        lines.append(part_row(f"− {fault_words(reason)}", count, rows, (NAME, COUNT)))
        lines += _examples(account, reason, width)
        allowed = allowed_words(reason)
        if allowed is not None:
            lines += paragraph(f"allowed: {allowed}", width, indent=6, style=QUIET)
    if account["merged"]:
        if account["unusable"]:
            lines.append(stage_row("usable rows", rows - unusable_rows(account), rows, widths))
        why = ", ".join(f"{n:,} by {LINKS.get(by, by)}" for by, n in account["merged_by"].items())
        name = "− same person as another row"
        lines.append(part_row(name, account["merged"], rows, (NAME, COUNT)))
        if len(account["merged_by"]) > 1:
            lines += paragraph(why, width, indent=6, style=QUIET)
        lines += _examples(account, MERGED, width)
    style = GOOD if account["used"] else BAD
    lines.append(stage_row("used", account["used"], rows, widths, style))
    lines += _bars(account)
    lines += _shares(account, width)
    for key, text in NOTES.items():
        if account.get(key):
            lines += paragraph(f"{text}: {account[key]:,}", width, style=QUIET, mark="· ")
            if key == "numbers_withheld":
                lines += _examples(account, WITHHELD, width)
    return lines


def _examples(account: Account, reason: str, width: int) -> list[Text]:
    parts = []
    for each in account["examples"].get(reason, ())[:EXAMPLES]:
        text = f"line {each['line']:,}"
        if each.get("merged_with"):
            name, _, line = each["merged_with"].rpartition(":")
            text += f" is line {line}" + ("" if name == account["name"] else f" of {name}")
        elif each.get("text"):
            column, cell = each.get("column", "number"), quoted_cell(each["text"])
            text += f" {cell}" if column == "number" else f" {column} {cell}"
        parts.append(text)
    if not parts:
        return []
    return paragraph("; ".join(parts), width, indent=6, style=QUIET)


def _bars(account: Account) -> list[Text]:
    lines = []
    for title, key, named in (
        (
            "of these barred, some for several reasons",
            "barred",
            {name: each.en for name, each in BARS.items()},
        ),
        ("of these not to be called any more from a moment within the run", "during", DURING),
    ):
        counts = account.get(key, {})
        lines += [Text(f"  {title}", style=QUIET)] if counts else []
        for name, count in most_first(counts):
            text = f"· {named.get(name, name.replace('_', ' '))}"
            lines.append(part_row(text, count, account["used"], (NAME, COUNT)))
    return lines


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
            f"{class_words(name) if key == 'classes' else name} {formatting.column(count / total)}"
            for name, count in shown
        ]
        for i, text in enumerate(_whole_parts(parts, width - 16)):
            title = SHARES[key] if i == 0 else ""
            lines.append(row([Cell(title, 12, style=QUIET), Cell(text)]))
    return lines


def _whole_parts(parts: Sequence[str], width: int) -> list[str]:
    """Return parts separated by commas, on lines of at most `width` that break between them."""
    lines = [parts[0]]
    for part in parts[1:]:
        if cell_len(f"{lines[-1]}, {part},") <= width:
            lines[-1] += f", {part}"
        else:
            lines[-1] += ","
            lines.append(part)
    return lines
