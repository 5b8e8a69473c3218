"""The page of a screening: which contacts may be called, when, and why the others may not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.text import Text

from dialsim.compliance.screening.layout import STATIC
from dialsim.pages.layout import (
    BAD,
    GOOD,
    QUIET,
    fit,
    headed,
    paragraph,
    part_row,
    spaced,
    stage_row,
    usable_width,
)
from dialsim.results import formatting
from dialsim.results.tables.screen_table import NOT_IN_RUN

DAYS = 7  # days shown one by one
NAME, COUNT = 43, 11  # columns

NAMES = {
    "invalid_number": "no number of a person",
    "unusable_row": "row cannot be understood",
    "protected_number": "protected number",
    "duplicate": "same person as another row",
    "other_country": "number of another country",
    "no_consent": "no consent",
    "wrong_purpose": "consent for another purpose",
    "no_consent_proof": "consent without evidence",
    "consent_expired": "consent expired",
    "consent_withdrawn": "consent withdrawn",
    "no_export_consent": "no consent to data export",
    "internal_dnc": "own do-not-call list",
    "declined": "said no to marketing",
    "industry_dnc": "industry do-not-call list",
    "refuse_call": "refused such calls",
    "caller_not_allowed": "beyond every caller ID",
    "suspected_block": "seen as blocked",
    "person_busy": "on a call",
    "outside_hours": "outside hours",
    "callee_limit": "called as often as allowed",
    "retry_gap": "called a short while ago",
    "pair_limit": "every caller ID at its limit",
    "not_rung": "call ended before a ring",
    "trunk_limit": "every trunk is stopped",
}
"""What the page calls each reason; at most 28 characters, behind the longest mark."""

TO_COME = {reason.name.lower() for reason in STATIC}
"""Permanent reasons: a contact who waits and gets one meanwhile is barred before any call."""

Found = Mapping[str, Any]


def screen_page(found: Found, width: int = 80) -> list[Text]:
    """Return the lines of a screening, from `Screening.to_dict`; at most `width` wide."""
    width = usable_width(width)
    lines = [*_head(found, width), Text(), *_waterfall(found, width)]
    for section in (_days, _flags, _examples, _notes):
        lines += spaced(section(found, width))
    return fit(lines, width)


def reason_words(name: str) -> str:
    """Return the text of a reason, by the lower-case name of its code.

    >>> reason_words("no_consent"), reason_words("of_tomorrow")
    ('no consent', 'of tomorrow')
    """
    return NAMES.get(name, name.replace("_", " "))


def _head(found: Found, width: int) -> list[Text]:
    at = datetime.fromisoformat(found["at"])
    day = formatting.day(at, weekday=True, year=True)
    when = f"at {day} {at:%H:%M}, {found['time_zone']}"
    lists = ", ".join(found["lists"])
    lines = [*headed(f"{found['scenario']}, campaign {found['campaign']}", when, width)]
    lines += paragraph(f"list {lists}" if len(found["lists"]) == 1 else f"lists {lists}", width)
    now, later = found["verdicts"]["now"], found["verdicts"]["later"]
    all_rows = formatting.count_noun(found["rows"], "row")
    if now:
        verdict, style = f"{now:,} of {all_rows} may be called now.", GOOD
    elif later:
        verdict, style = f"{later:,} of {all_rows} may be called later.", GOOD
    else:
        verdict, style = "Nobody of this list may be called in this run.", BAD
    return [*lines, *paragraph(verdict, width, indent=0, style=f"bold {style}")]


def _waterfall(found: Found, width: int) -> list[Text]:
    rows, verdicts, waits = found["rows"], found["verdicts"], found["waits"]
    missed, widths = waits[NOT_IN_RUN], (NAME, COUNT, width - 69)
    lines = [*headed("Who may be called", "each row by its first reason", width)]
    lines.append(stage_row("list rows", rows, rows, widths))
    for name, count in found["counts"].items():
        for_good = count - waits["later"].get(name, 0) - missed.get(name, 0)
        if name != "callable" and for_good:
            lines.append(part_row(f"− {reason_words(name)}", for_good, rows, (NAME, COUNT)))
    lines.append(stage_row("not barred", rows - verdicts["never"] - verdicts["busy"], rows, widths))
    for name, count in missed.items():
        mark = "barred first:" if name in TO_COME else "not in run:"
        lines.append(part_row(f"{mark} {reason_words(name)}", count, rows, (NAME, COUNT)))
    for name, count in waits["later"].items():
        lines.append(part_row(f"later: {reason_words(name)}", count, rows, (NAME, COUNT)))
    lines.append(stage_row("may be called now", verdicts["now"], rows, widths, GOOD))
    return lines


def _days(found: Found, width: int) -> list[Text]:
    days = found["eligible_on"]
    if not days:
        return []
    lines = [
        *headed("First call allowed", "if nobody calls before; later bars on file count", width)
    ]
    for each in days[:DAYS]:
        first = datetime.fromisoformat(each["from"])
        name = f"· {formatting.day(first, weekday=True)}, from {first:%H:%M}"
        lines.append(part_row(name, each["rows"], found["rows"], (NAME, COUNT)))
    rest = days[DAYS:]
    if rest:
        name, count = formatting.count_noun(len(rest), "later day"), sum(x["rows"] for x in rest)
        lines.append(part_row(f"· {name}", count, found["rows"], (NAME, COUNT)))
    return lines


def _flags(found: Found, width: int) -> list[Text]:
    if not found["flags"]:
        return []
    lines = [*headed("Every reason", "a row may have several", width)]
    for name, count in sorted(found["flags"].items(), key=lambda each: -each[1]):
        lines.append(part_row(f"· {reason_words(name)}", count, found["rows"], (NAME, COUNT)))
    return lines


def _examples(found: Found, width: int) -> list[Text]:
    if not found["examples"]:
        return []
    several = len(found["lists"]) > 1
    lines = [*headed("First rows of each", "numbers are masked", width)]
    for name, rows in found["examples"].items():
        parts = []
        for each in rows:
            of = f"{each['list']} " if several else ""
            number = f" {each['number']}" if "number" in each else ""
            parts.append(f"{of}line {each['line']:,}{number}")
        lines += paragraph("; ".join(parts), width, mark=f"{reason_words(name)}: ")
    return lines


def _notes(found: Found, width: int) -> list[Text]:
    return [
        line for note in found["notes"] for line in paragraph(note, width, style=QUIET, mark="· ")
    ]
