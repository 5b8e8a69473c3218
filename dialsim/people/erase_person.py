"""Whether a cell is about one person: by number, in any form that is understood, or identifier."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# What may stand between two digits of one number; only where to look depends on it.
_GAP = rb"[^0-9\r\n]{0,12}?"
_KEY_DIGITS = 7


class Person:
    """A number and identifiers to be found.

    Parameters
    ----------
    number
        E.164 digits as an integer; None: identifiers alone.
    ids
        Identifiers; blanks at their ends do not count.
    home
        Country of numbers without a country code.
    alone
        Whether a cell that holds another number too is no hit: a registry's row may be about two
        people, and the other one must stay in it.

    Examples
    --------
    >>> person = Person(8613800000001, ["A7"], "CN")
    >>> person.in_cells(["+86 138 0000 0001", "A7", "13800000002"]).tolist()
    [True, False, False]
    >>> person.is_named(" A7 "), person.is_mentioned("ask 13800000001 or Li")
    (True, True)
    """

    def __init__(
        self, number: int | None, ids: Collection[str], home: str, alone: bool = False
    ) -> None:
        self.number, self.home, self.alone = number, home, alone
        self.ids = frozenset(text.strip() for text in ids) - {""}
        self._national = "" if number is None else _national(number)
        self._pattern = self._places()

    def places(self, text: bytes) -> list[int]:
        """Return where in UTF-8 text the person may stand: every true place, and a few more."""
        return [match.start() for match in self._pattern.finditer(text)]

    def in_cells(self, cells: Sequence[str]) -> NDArray[np.bool_]:
        """Return which cells hold the number, as the only one or among others."""
        import pyarrow as pa

        return self.in_column(pa.array(cells, pa.large_string()))[0]

    def in_column(self, column: Any) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which cells of an Arrow array hold the number, and which perhaps do."""
        from dialsim.numbering.classify import classify_column, further_numbers

        nowhere = np.zeros(len(column), np.bool_)
        if self.number is None:
            return nowhere, nowhere
        found = classify_column(column, self.home)
        held = np.asarray(found["number"] == self.number, np.bool_)
        rows, numbers = further_numbers(column, found, self.home)
        held[rows[numbers == self.number]] = True
        doubtful = held & (found["further"] > 0) if self.alone else nowhere.copy()
        held &= ~doubtful
        for row in np.flatnonzero((found["number"] == 0) & ~held).tolist():
            if self.is_mentioned(str(column[row].as_py())):
                doubtful[row] = True
        return held, doubtful

    def named_in(self, column: Any) -> NDArray[np.bool_]:
        """Return which cells of an Arrow array are one of the identifiers."""
        from dialsim.people.cells import as_text

        if not self.ids:
            return np.zeros(len(column), np.bool_)
        import pyarrow as pa
        from pyarrow import compute as pc

        text = pc.utf8_trim_whitespace(as_text(column))
        known = pc.is_in(text, value_set=pa.array(sorted(self.ids), text.type))
        return np.asarray(known.fill_null(False), np.bool_)

    def is_named(self, cell: str) -> bool:
        """Return whether a cell is one of the identifiers."""
        return cell.strip() in self.ids

    def is_mentioned(self, text: str) -> bool:
        """Return whether the number's national digits stand somewhere in a text."""
        if not self._national:
            return False
        plain = unicodedata.normalize("NFKC", text)
        return self._national in "".join(char for char in plain if char.isdecimal())

    def _places(self) -> re.Pattern[bytes]:
        ways = []
        if self._national:
            digits = [
                b"(?:%s|%s)" % (digit.encode(), chr(ord(digit) + 0xFEE0).encode())
                for digit in self._national[-_KEY_DIGITS:]
            ]
            ways.append(_GAP.join(digits))
        for name in sorted(self.ids):
            ways.append(re.escape(name.replace('"', '""').encode()))
            ways.append(re.escape(name.encode()))
        return re.compile(b"|".join(ways) if ways else rb"(?!)")


def _national(number: int) -> str:
    """Return the digits behind the calling code."""
    from dialsim.numbering.tables import load_plan

    plan, _ = load_plan()
    digits = str(number)
    row = int(plan.country_of[int(digits[:3].ljust(3, "0"))])
    return digits[int(plan.countries[row]["digits"]) :] if row >= 0 else digits
