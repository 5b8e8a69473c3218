"""Count the texts of cells that cannot be read, so that a planner sees what to search for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from dialsim.core.codes import RowFault
from dialsim.people.masking import EMPTY, masked

if TYPE_CHECKING:
    from dialsim.people.row_context import Read

MOST_SHOWN = 10
MOST_TEXTS = 1 << 16
"""Different texts that are counted; further ones are left out."""

FEWEST_DIGITS = 5
"""Digits from which a text is masked."""

_NUMBERS = ("number", "alternates", "id")
_READABLE = frozenset(
    {
        RowFault.SERVICE_NUMBER,
        RowFault.MACHINE_NUMBER,
        RowFault.INTERMEDIATE_NUMBER,
        RowFault.OTHER_COUNTRY,
        RowFault.MALFORMED_ROW,
    }
)
"""Faults of rows whose cell is understood, or that have none."""


class UnreadableCells:
    """Texts of unreadable cells by column and fault, with the number of their rows."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def add(self, read: Read, code: int) -> None:
        """Count the cells of the rows that have a fault."""
        import pyarrow as pa
        import pyarrow.compute as pc

        from dialsim.people.reading.cells import as_text, plain

        fault = RowFault(code)
        if fault in _READABLE:
            return
        rows = np.flatnonzero(read.rows["fault"] == code)
        cells = read.rows["cell"][rows]
        for cell in np.unique(cells).tolist():
            mine = rows[cells == cell]
            role = read.column(int(mine[0]))
            texts = as_text(read.columns[role].take(pa.array(mine)))
            for found in pc.value_counts(texts).to_pylist():
                key = role, fault.name, plain(found["values"] or "")
                if key in self._counts or len(self._counts) < MOST_TEXTS:
                    self._counts[key] += found["counts"]

    def to_list(self) -> list[dict[str, Any]]:
        """Return the most frequent texts, those with the more rows first, without numbers."""
        shown: Counter[tuple[str, str, str]] = Counter()
        for (role, reason, text), count in self._counts.items():
            shown[role, reason, shown_text(text, role, count)] += count
        ordered = sorted(shown.items(), key=lambda each: (-each[1], each[0]))
        return [
            {"column": role, "text": text, "reason": reason, "rows": count}
            for (role, reason, text), count in ordered[:MOST_SHOWN]
        ]


def shown_text(text: str, role: str, count: int) -> str:
    """Return the text of a cell as a page shows it.

    A text with five digits or more is masked. So are the words of a cell of numbers that one row
    alone has, unless they say that there is none: they may be a name.

    >>> shown_text("138001380", "number", 3), shown_text("同上", "number", 1)
    ('138**1380', '同上')
    >>> shown_text("张三", "number", 1), shown_text("见备注", "number", 7), shown_text("", "id", 1)
    ('**', '见备注', '(empty)')
    """
    from dialsim.numbering.text.odd import is_placeholder

    if not text:
        return EMPTY
    if sum(char.isdigit() for char in text) >= FEWEST_DIGITS:
        return masked(text)
    name = role in _NUMBERS and count == 1 and not is_placeholder(text)
    return masked(text, number=False, names=name)
