"""Match cells to one person by number, in any form dialsim understands, or by identifier."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Characters allowed between two digits of a number; only used to find candidates.
_GAP = rb"[^0-9\r\n]{0,12}?"
_KEY_DIGITS = 7


_WHOLE = re.compile(r"(\d+)\.0", re.ASCII)


def bare_id(text: str) -> str:
    """Return an identifier as merging reads it: ``17.0`` of a spreadsheet is ``17``.

    >>> bare_id(" 17.0 "), bare_id("017"), bare_id("A.0")
    ('17', '017', 'A.0')
    """
    text = text.strip()
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


class Person:
    """Matcher for the numbers and identifiers of one person.

    Parameters
    ----------
    numbers
        E.164 digits as integers; none: identifiers alone.
    ids
        Identifiers; leading and trailing blanks are ignored.
    home
        Country of numbers without a country code.
    alone
        Do not match a cell that also holds another person's number: a registry row may be about two
        people, and the other one must stay in it.

    Examples
    --------
    >>> person = Person([8613800000001], ["A7"], "CN")
    >>> person.in_cells(["+86 138 0000 0001", "A7", "13800000002"]).tolist()
    [True, False, False]
    >>> person.is_named(" A7 "), person.is_mentioned("ask 13800000001 or Li")
    (True, True)
    """

    def __init__(
        self, numbers: Collection[int], ids: Collection[str], home: str, alone: bool = False
    ) -> None:
        self.numbers, self.home, self.alone = frozenset(numbers), home, alone
        self.ids = frozenset(map(bare_id, ids)) - {""}
        self._national = sorted(filter(None, map(_national, self.numbers)))
        self._sought = np.array(sorted(self.numbers), np.int64)
        self._pattern = self._places()

    def places(self, text: bytes) -> list[int]:
        """Return candidate offsets in UTF-8 text: every true match, and a few more."""
        return [match.start() for match in self._pattern.finditer(text)]

    def in_cells(self, cells: Sequence[str]) -> NDArray[np.bool_]:
        """Return which cells hold one of the numbers, alone or among others."""
        import pyarrow as pa

        return self.in_column(pa.array(cells, pa.large_string()))[0]

    def in_column(self, column: Any) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which cells of an Arrow array hold a number, and which possibly do."""
        from dialsim.numbering.classify import classify_column, further_numbers

        nowhere = np.zeros(len(column), np.bool_)
        if not self.numbers:
            return nowhere, nowhere
        found = classify_column(column, self.home)
        mine = np.isin(found["number"], self._sought) & (found["number"] > 0)
        rows, numbers = further_numbers(column, found, self.home)
        second = np.isin(numbers, self._sought)
        held = mine.copy()
        held[rows[second]] = True
        doubtful = nowhere.copy()
        if self.alone:
            doubtful = held & ~mine
            doubtful[rows[~second]] = held[rows[~second]]
        held &= ~doubtful
        for row in np.flatnonzero((found["number"] == 0) & ~held).tolist():
            if self.is_mentioned(str(column[row].as_py())):
                doubtful[row] = True
        return held, doubtful

    def named_in(self, column: Any) -> NDArray[np.bool_]:
        """Return which cells of an Arrow array are one of the identifiers."""
        from dialsim.people.reading.cells import as_text

        if not self.ids:
            return np.zeros(len(column), np.bool_)
        import pyarrow as pa
        from pyarrow import compute as pc

        text = pc.utf8_trim_whitespace(as_text(column))
        text = pc.replace_substring_regex(text, r"^(\d+)\.0$", r"\1")
        known = pc.is_in(text, value_set=pa.array(sorted(self.ids), text.type))
        return np.asarray(known.fill_null(False), np.bool_)

    def is_named(self, cell: str) -> bool:
        """Return whether a cell is one of the identifiers."""
        return bare_id(cell) in self.ids

    def is_mentioned(self, text: str) -> bool:
        """Return whether a text contains the national digits of a number."""
        if not self._national:
            return False
        plain = unicodedata.normalize("NFKC", text)
        digits = "".join(char for char in plain if char.isdecimal())
        return any(national in digits for national in self._national)

    def _places(self) -> re.Pattern[bytes]:
        ways = []
        for national in self._national:
            digits = [
                b"(?:%s|%s)" % (digit.encode(), chr(ord(digit) + 0xFEE0).encode())
                for digit in national[-_KEY_DIGITS:]
            ]
            ways.append(_GAP.join(digits))
        for name in sorted(self.ids):
            ways += [_apart(name.replace('"', '""')), _apart(name)]
        return re.compile(b"|".join(ways) if ways else rb"(?!)")


def linking_numbers(column: Any, home: str) -> list[frozenset[int]]:
    """Return the numbers in each cell that identify a person: those that a person may answer.

    A hotline next to many people's numbers does not make them one person.
    """
    from dialsim.numbering.classify import classify_column, classify_numbers, further_numbers

    found = classify_column(column, home)
    cells = [
        {int(number)} if number > 0 and fault == 0 else set()
        for number, fault in zip(found["number"], found["fault"], strict=True)
    ]
    rows, numbers = further_numbers(column, found, home)
    usable = classify_numbers(numbers)["fault"] == 0
    for row, number in zip(rows[usable].tolist(), numbers[usable].tolist(), strict=True):
        cells[row].add(number)
    return [frozenset(cell) for cell in cells]


def _apart(name: str) -> bytes:
    """Return a pattern that matches a whole word only, so that `17` does not match in numbers."""
    before = rb"(?<![0-9A-Za-z])" if name[:1].isascii() and name[:1].isalnum() else b""
    behind = rb"(?![0-9A-Za-z])" if name[-1:].isascii() and name[-1:].isalnum() else b""
    return before + re.escape(name.encode()) + behind


def _national(number: int) -> str:
    """Return the digits after the calling code."""
    from dialsim.numbering.tables import load_plan

    plan, _ = load_plan()
    digits = str(number)
    row = int(plan.country_of[int(digits[:3].ljust(3, "0"))])
    return digits[int(plan.countries[row]["digits"]) :] if row >= 0 else digits
