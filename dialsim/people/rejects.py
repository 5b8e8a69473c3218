"""The file of unused rows: each whole, beside its line and the reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dialsim.people.account import Account
from dialsim.people.reading.cells import as_text
from dialsim.storage.atomic_file import written_atomically
from dialsim.storage.formulas import harmless

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

REJECT_COLUMNS = ("list", "line", "reason", "column", "text", "merged_with")
_ROWS_AT_ONCE = 1 << 16


@dataclass
class WholeRows:
    """Rows of a list's file with all of their cells, by line.

    Attributes
    ----------
    names
        The columns of the file.
    cells
        Of each row, by its line.
    """

    names: Sequence[str] = ()
    cells: dict[int, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Source, lines: Sequence[int]) -> WholeRows:
        """Read the file once more, and keep the rows on some lines.

        A row of another length has its fields from the left; what is left over is in its last cell.
        """
        found = cls([name.strip() for name in source.names])
        wanted = np.unique(np.array(lines, np.int64))
        if not len(wanted):
            return found
        whole = copy(source)
        whole.malformed = []
        whole._places = {f"column:{place}": place for place in range(len(source.names))}
        whole._tolerant = frozenset(whole._places)
        first = 0
        for batch in whole.batches(_ROWS_AT_ONCE):
            here = whole.lines_of(np.arange(first, first + batch.num_rows))
            first += batch.num_rows
            places = np.flatnonzero(np.isin(here, wanted))
            if len(places):
                columns = [as_text(column.take(places)).to_pylist() for column in batch.columns]
                for line, *cells in zip(here[places].tolist(), *columns, strict=True):
                    found.cells[line] = ["" if cell is None else str(cell) for cell in cells]
        for row in whole.malformed:
            found.cells.setdefault(row.line, found._fields(row.found, source.delimiter))
        return found

    def _fields(self, text: str, delimiter: str | None) -> list[str]:
        """Return the fields of a row as written, as many as there are columns."""
        if delimiter is None:
            return [text]
        try:
            fields = next(csv.reader([text], delimiter=delimiter), [])
        except csv.Error:
            fields = text.split(delimiter)
        last = len(self.names) - 1
        return fields if len(fields) <= last else [*fields[:last], delimiter.join(fields[last:])]


def write_rejects(
    accounts: Sequence[Account], path: Path, whole: Mapping[str, WholeRows] | None = None
) -> int:
    """Write every unused row with its line and reason; return the count.

    Parameters
    ----------
    accounts
        Accounts of lists that kept their rejects.
    path
        A CSV file in UTF-8 with a byte order mark, without which Excel misreads Chinese. It
        contains phone numbers, so only its owner may read it. Written to a temporary file, then
        renamed. Text that a spreadsheet would run as a formula is prefixed with an apostrophe.
    whole
        The rows of each list with all of their cells, by the list's name; they follow in the
        columns of the lists.
    """
    whole = whole or {}
    names = list(dict.fromkeys(name for each in whole.values() for name in each.names))
    count = 0
    with (
        written_atomically(path, private=True) as raw,
        io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow([harmless(name) for name in (*REJECT_COLUMNS, *names)])
        for account in accounts:
            rows = whole.get(account.name, WholeRows())
            for reject in account.rejects:
                writer.writerow(
                    _harmless([account.name, *reject, *_spread(rows, reject[0], names)])
                )
                count += 1
    return count


def _spread(rows: WholeRows, line: int, names: Sequence[str]) -> list[str]:
    """Return the cells of a row under the columns of all lists."""
    cells = rows.cells.get(line)
    if cells is None:
        return [""] * len(names)
    if list(rows.names) == list(names):  # also of two columns of one name
        return [*cells, *[""] * (len(names) - len(cells))]
    by_name = dict(zip(rows.names, cells, strict=False))
    return [by_name.get(name, "") for name in names]


def _harmless(row: Sequence[Any]) -> list[Any]:
    return [harmless(value) if isinstance(value, str) else value for value in row]
