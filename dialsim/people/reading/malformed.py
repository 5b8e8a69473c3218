"""Malformed rows: read strictly, so that a withdrawal in one takes effect.

In a row with too few or too many fields, the column of a cell is uncertain. A person it names is
not called if it may hold a withdrawal: a date in a cell that may be of the withdrawal column, or
the words of a withdrawal in any cell.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dialsim.core.codes import RowFault
from dialsim.people.reading.cells import NO, plain
from dialsim.people.reading.dates import is_moment
from dialsim.people.reading.detect import looks_like_phone
from dialsim.people.reading.source_text import SHOWN

CONSENT_ROLES = frozenset(
    {
        "consent_date",
        "consent_purpose",
        "consent_expiry",
        "consent_evidence",
        "withdrawn",
        "export_consent",
        "relation",
    }
)
"""Column roles of a list about a person's consent."""

DATE_ROLES = ("consent_date", "consent_expiry", "withdrawn")

_WORDS = frozenset(
    (
        "withdrawn", "withdraw", "revoked", "opted-out", "opt-out", "optout", "opted_out",
        "unsubscribed", "unsubscribe", "do-not-call", "do_not_call", "donotcall", "dnc", "stop",
        "refused", "撤回", "已撤回", "撤销", "已撤销", "退订", "已退订", "拒绝", "已拒绝", "勿扰",
        "禁呼", "谢绝来电", "不同意",
    )
)  # fmt: skip
"""Words of a withdrawal, in any column."""


class Malformed(NamedTuple):
    """A malformed row.

    Attributes
    ----------
    line
        1-based line of the file, or row of a Parquet file.
    why
        What is wrong, without any content of the row.
    found
        The row's beginning, or the undecodable cell: at most 200 characters, unmasked.
    fault
        ``MALFORMED_ROW``, or ``BAD_CHARACTER`` for invalid bytes.
    number, id
        The certain or probable cells of these columns; empty if undetermined.
    withdrawn
        A cell says that consent was withdrawn, or possibly does.
    """

    line: int
    why: str
    found: str
    fault: RowFault
    number: str = ""
    id: str = ""
    withdrawn: bool = False


def means_withdrawn(cell: str) -> bool:
    """Return whether a cell holds the words of a withdrawal, in any column.

    >>> means_withdrawn("Withdrawn"), means_withdrawn("opted out"), means_withdrawn("退订")
    (True, True, True)
    >>> means_withdrawn("north")
    False
    """
    return len(cell) <= SHOWN and plain(cell).casefold().replace(" ", "-") in _WORDS


def understood(
    line: int, why: str, text: str, places: Mapping[str, int], columns: int, delimiter: str
) -> Malformed:
    """Parse a row of a CSV file with too few or too many fields.

    Parameters
    ----------
    text
        The row as written in the file.
    places, columns
        Index of the column of each role, and the number of columns.
    """
    try:
        fields = next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:  # a quote that is not closed where its field ends
        fields = text.replace('"', "").split(delimiter)
    number = _number(fields, places, columns)
    id_ = places.get("id", len(fields))
    return Malformed(
        line,
        why,
        text[:SHOWN],
        RowFault.MALFORMED_ROW,
        fields[number][:SHOWN] if number < len(fields) else "",
        fields[id_][:SHOWN] if id_ < len(fields) else "",
        _withdrawn(fields, number, places, columns),
    )


def _may_be(place: int, fields: int, columns: int) -> Sequence[int]:
    """Return the possible indices of a column's cell in a row, the regular one first."""
    if fields < columns:
        return [at for at in range(place, place - (columns - fields) - 1, -1) if 0 <= at < fields]
    return [at for at in range(place, place + (fields - columns) + 1) if at < fields]


def _number(fields: Sequence[str], places: Mapping[str, int], columns: int) -> int:
    own = places.get("number", len(fields))
    for at in _may_be(own, len(fields), columns):
        if looks_like_phone(fields[at]) and not is_moment(fields[at]):
            return at
    return own


def _withdrawn(fields: Sequence[str], number: int, places: Mapping[str, int], columns: int) -> bool:
    if CONSENT_ROLES.isdisjoint(places):
        return False
    if any(means_withdrawn(cell) for at, cell in enumerate(fields) if at != number):
        return True
    own = places.get("withdrawn")
    if own is None:
        return False
    ends_early = _ends_early(fields, number, places, columns)
    for at in (own,) if ends_early else _may_be(own, len(fields), columns):
        cell = plain(fields[at][:SHOWN]) if at < len(fields) else ""
        if at != number and cell and (is_moment(cell) or (at == own and cell.casefold() not in NO)):
            return True
    return False


def _ends_early(
    fields: Sequence[str], number: int, places: Mapping[str, int], columns: int
) -> bool:
    """Return whether a row lacks only its last fields, as when a spreadsheet drops empty ones.

    Then its cells fit the columns from the left: numbers and dates are in their own columns.
    """
    of_dates = {places[role] for role in DATE_ROLES if role in places}
    return (
        len(fields) < columns
        and number == places.get("number")
        and all(at in of_dates for at, cell in enumerate(fields) if is_moment(plain(cell)))
    )


def undecodable_row(
    row: int, why: str, found: str, cells: Mapping[str, str], line: int = 0
) -> Malformed:
    """Return a row with a cell that is invalid in the file's encoding; `cells` by role."""
    ended = plain(cells.get("withdrawn", "")).casefold()
    words = any(means_withdrawn(cell) for role, cell in cells.items() if role in CONSENT_ROLES)
    return Malformed(
        line or row,
        why,
        found[:SHOWN],
        RowFault.BAD_CHARACTER,
        cells.get("number", "")[:SHOWN],
        cells.get("id", "")[:SHOWN],
        words or (ended != "" and ended not in NO),
    )
