"""Find the row that names the columns among the first rows of a file."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from dialsim.people.reading.dates import is_moment

_NUMBER = re.compile(r"\+?[\d\s().\-]{7,24}")
_FEWEST, _MOST = 7, 15


def is_number_cell(cell: str) -> bool:
    """Return whether a cell is a phone number and nothing else.

    >>> is_number_cell("138 0000 0001"), is_number_cell("tel. 13800000001")
    (True, False)
    >>> is_number_cell("2026-04-13"), is_number_cell("3200.50")
    (False, False)
    """
    cell = cell.strip()
    if _NUMBER.fullmatch(cell) is None or is_moment(cell):
        return False
    return _FEWEST <= sum(char.isdigit() for char in cell) <= _MOST


def likely_header(
    first: Sequence[str], rows: Sequence[Sequence[str]], known: Collection[str]
) -> int | None:
    """Return the place of the row that looks like the header of those below; None: the first.

    Parameters
    ----------
    first
        The row that was taken as the header.
    rows
        Those after it.
    known
        Names that columns of numbers often have, in lower case.

    Notes
    -----
    It is the row above the first that has a phone number, if it has more names than the first row,
    or a known one.

    >>> likely_header(["List"], [["tel", "name"], ["13800000001", "A"]], {"tel"})
    0
    >>> likely_header(["tel", "name"], [["none", "A"], ["13800000001", "B"]], {"tel"}) is None
    True
    """
    numbered = next((i for i, row in enumerate(rows) if any(map(is_number_cell, row))), 0)
    if numbered == 0:
        return None
    row = [cell.strip() for cell in rows[numbered - 1] if cell.strip()]
    names = [cell.strip() for cell in first if cell.strip()]
    if any(cell.casefold() in known for cell in names):
        return None
    if len(row) > len(names) or any(cell.casefold() in known for cell in row):
        return numbered - 1
    return None


def looks_like_second_header(row: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a row below the header is one more row of names.

    That is, at least two cells, all of them different words without a digit, above rows of which
    most have a phone number.

    >>> looks_like_second_header(["phone", "name"], [["13800000001", "A"], ["13800000002", "B"]])
    True
    >>> looks_like_second_header(["none", ""], [["13800000001", "A"], ["13800000002", "B"]])
    False
    """
    cells = [cell.strip() for cell in row if cell.strip()]
    if len(cells) < 2 or len(set(cells)) < len(cells) or len(cells) < len(row) / 2:
        return False
    if any(any(char.isdigit() for char in cell) for cell in cells):
        return False
    return bool(rows) and 2 * sum(any(map(is_number_cell, each)) for each in rows) > len(rows)
