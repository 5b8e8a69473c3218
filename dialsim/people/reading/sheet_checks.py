"""Refuse a sheet whose rows are unclear from its layout: merged cells, two headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.people.reading.header_rows import looks_like_second_header

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source
    from dialsim.people.reading.source_workbook import Sheet

_SHOWN = 5


def check_sheet(source: Source, problems: Problems) -> None:
    """Add merged cells of a sheet that hide values, and a second row of names below the first."""
    sheet = source._sheet
    if sheet is None or len(problems):
        return
    _check_merged(source, sheet, problems)
    rows = sheet.sample
    if sheet.header_line and rows and looks_like_second_header(rows[0], rows[1:21]):
        line = int(sheet.lines[0])
        problems.add(
            f"{source.where}.file",
            message("rows {first} and {line} of the sheet both name columns").filled(
                first=sheet.header_line, line=line
            ),
            found=source._file,
            allowed=message("one row of names"),
            remedy=message(
                "header_row = {line} takes the names of row {line}; or delete one of the rows"
            ).filled(line=line),
        )


def _check_merged(source: Source, sheet: Sheet, problems: Problems) -> None:
    merged = sheet.merged
    if not len(merged):
        return
    used = np.array(sorted({place + 1 for place in source._places.values()}), np.int64)
    wide = (merged[:, [1]] <= used) & (used <= merged[:, [3]])
    in_header = (merged[:, 0] <= sheet.header_line) & (sheet.header_line <= merged[:, 2])
    in_rows = (merged[:, 2] > sheet.header_line) & wide.any(axis=1) & ~in_header
    allowed = message("one cell for each row and column")
    if in_header.any():
        problems.add(
            f"{source.where}.file",
            message(
                "cells of the row of names are merged ({ranges}): only the first of them has a name"
            ).filled(ranges=_ranges(merged[in_header])),
            found=source._file,
            allowed=allowed,
            remedy=message(
                "unmerge them and give each column its name, or take another row: header_row = N"
            ),
        )
    if in_rows.any():
        problems.add(
            f"{source.where}.file",
            message(
                "cells are merged ({ranges}): only the first cell of each range has the value, and "
                "the others look empty"
            ).filled(ranges=_ranges(merged[in_rows])),
            found=source._file,
            allowed=allowed,
            remedy=message("unmerge them in the spreadsheet and fill the value into every row"),
        )


def _ranges(merged: NDArray[np.int64]) -> str:
    """Return ranges as a spreadsheet names them, the first few.

    >>> _ranges(np.array([[2, 1, 4, 1], [9, 27, 9, 28]]))
    'A2:A4, AA9:AB9'
    """
    shown = [
        f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
        for top, left, bottom, right in merged[:_SHOWN].tolist()
    ]
    return ", ".join([*shown, "..."] if len(merged) > _SHOWN else shown)


def column_letters(place: int) -> str:
    """Return the letters of a column, counted from 1.

    >>> column_letters(1), column_letters(26), column_letters(27), column_letters(16384)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    while place:
        place, digit = divmod(place - 1, 26)
        letters = chr(65 + digit) + letters
    return letters
