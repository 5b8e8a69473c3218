"""Find the lines of a CSV file about one person, and cut them out.

Lines are found in the decoded text and cut from the bytes, so the remaining bytes are unchanged.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.people.erasing.erase_person import Person, bare_id, linking_numbers
from dialsim.people.reading.source_records import Records, line_ends, record_blocks, record_ends
from dialsim.people.reading.source_text import MARK

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

_MARKS = {
    1: (codecs.BOM_UTF8, b"\x841\x953"),  # the other is that of GB18030
    2: (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
    4: (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
}
_LONGEST_MARK = 4


@dataclass(frozen=True)
class Row:
    """A row about one person.

    Attributes
    ----------
    line, behind
        1-based first line, and the line after its last; for Parquet its row.
    numbers, ids
        Numbers and identifiers in the row; empty if it has too few or too many fields.
    """

    line: int
    behind: int
    numbers: frozenset[int] = frozenset()
    ids: frozenset[str] = frozenset()


@dataclass
class Marked:
    """Rows of a file about one person.

    Attributes
    ----------
    found
        The rows, by line.
    doubted
        Lines of rows that are possibly about the person.
    kind, encoding
        Of the file: ``"csv"`` or ``"parquet"``, and its text encoding.
    stamp
        Size and time of the file when it was searched.
    in_metadata
        Whether the metadata of a Parquet file holds a number of the person; it is not removed.
    """

    found: dict[int, Row] = field(default_factory=dict)
    doubted: set[int] = field(default_factory=set)
    kind: str = "csv"
    encoding: str = "utf-8"
    stamp: tuple[int, int] = (0, 0)
    in_metadata: bool = False

    @property
    def rows(self) -> list[Row]:
        """The rows, in the order of the file."""
        return [self.found[line] for line in sorted(self.found)]

    @property
    def lines(self) -> list[int]:
        """Lines that the rows begin on, ascending."""
        return sorted(self.found)

    @property
    def all_lines(self) -> list[int]:
        """Every line of the rows, ascending."""
        return [line for first, behind in self.spans for line in range(first, behind)]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """First line of each run of rows, and the line after its last."""
        spans: list[tuple[int, int]] = []
        for row in self.rows:
            if spans and row.line < spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], row.behind))
            else:
                spans.append((row.line, row.behind))
        return spans

    @property
    def unclear(self) -> list[int]:
        """Lines of kept rows that are possibly the person's, ascending.

        The match is in an unreadable cell, in a column that is not one of numbers, or, in a
        registry, in a cell with another person's number. They need a manual check.
        """
        return sorted(self.doubted - self.found.keys())

    def add(self, other: Marked) -> None:
        """Add the findings of another search of the same file."""
        self.found |= other.found
        self.doubted |= other.doubted
        self.in_metadata |= other.in_metadata
        self.kind, self.encoding = other.kind, other.encoding
        self.stamp = self.stamp if self.stamp != (0, 0) else other.stamp

    def without(self, lines: Collection[int]) -> Marked:
        """Return a copy without the rows that begin on some lines."""
        found = {line: row for line, row in self.found.items() if line not in lines}
        return replace(self, found=found)


def marked_lines(source: Source, packed: bool, person: Person) -> Marked:
    """Find the rows of a CSV file that are about a person.

    Parameters
    ----------
    source
        The file, opened.
    packed
        Whether it is compressed with gzip.

    Raises
    ------
    UnreadableError
        The file cannot be read to its end.
    """
    from dialsim.people.reading.source_text import raw_blocks, text_blocks

    delimiter = source.delimiter or ","
    finder = _Finder(source, delimiter, person)
    text = text_blocks(raw_blocks(source.path, packed), source.encoding or "utf-8")
    for records in record_blocks(text, delimiter, 1, finder.given_up):
        finder.look(records)
    return finder.marked


class _Finder:
    def __init__(self, source: Source, delimiter: str, person: Person) -> None:
        self.marked = Marked()
        self._person, self._delimiter = person, delimiter
        self._fields = len(source.names)
        columns = source.columns
        alternates = columns.get("alternates", [])
        named = [columns.get("number"), *alternates]
        self._numbers = [source.names.index(name) for name in named if isinstance(name, str)]
        ids = columns.get("id")
        self._ids = [source.names.index(ids)] if isinstance(ids, str) else []

    def given_up(self, line: int, _why: str, head: str) -> None:
        """Handle a line whose row has no determinable end."""
        if self._person.is_mentioned(head):
            self.marked.doubted.add(line)

    def look(self, records: Records) -> None:
        """Search some complete rows."""
        places = self._person.places(records.block)
        if not places:
            return
        ends, lines, *_ = record_ends(records.block, self._delimiter)
        borders = np.concatenate([np.zeros(1, np.int64), ends, [len(records.block)]])
        for row in np.unique(np.searchsorted(ends, places, "right")).tolist():
            begin, end = int(borders[row]), int(borders[row + 1])
            first = records.first_line + int(np.searchsorted(lines, begin, "right"))
            behind = records.first_line + int(np.searchsorted(lines, end - 1, "right")) + 1
            self._judge(records.block[begin:end].decode(), first, behind)

    def _judge(self, text: str, first: int, behind: int) -> None:
        cells = self._cells(text)
        whole = len(cells) == self._fields
        numbers = [cells[place] for place in self._numbers] if whole else cells
        ids = [cells[place] for place in self._ids] if whole else []
        named = any(self._person.is_named(cell) for cell in ids)
        if named or self._person.in_cells(numbers).any():
            self.marked.found[first] = Row(first, behind, *self._names(numbers, ids, whole))
        elif any(self._person.is_mentioned(cell) or self._elsewhere(cell, whole) for cell in cells):
            self.marked.doubted.add(first)

    def _names(
        self, numbers: list[str], ids: list[str], whole: bool
    ) -> tuple[frozenset[int], frozenset[str]]:
        """Return the person's numbers and identifiers found in a row."""
        import pyarrow as pa

        if not whole:
            return frozenset(), frozenset()
        column = pa.array(numbers, pa.large_string())
        linked = linking_numbers(column, self._person.home)
        return frozenset().union(*linked), plain_ids(ids)

    def _elsewhere(self, cell: str, whole: bool) -> bool:
        return not whole and self._person.is_named(cell)

    def _cells(self, text: str) -> list[str]:
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter))
        except csv.Error:  # a field of more than 128 KiB
            return [text]
        return rows[0] if len(rows) == 1 else [text]


def plain_ids(cells: Iterable[str]) -> frozenset[str]:
    """Return the identifiers in cells, without those with invalid bytes, which are ambiguous."""
    whole = (bare_id(cell) for cell in cells if "\ufffd" not in cell and MARK not in cell)
    return frozenset(whole) - {""}


def without_lines(
    raw: Iterable[bytes], encoding: str, spans: list[tuple[int, int]]
) -> Iterator[bytes]:
    r"""Yield a file's bytes without some of its lines.

    Parameters
    ----------
    raw
        The bytes, unpacked.
    encoding
        Its text encoding, in which line ends stand as in ASCII, or UTF-16 or UTF-32.
    spans
        1-based first lines and lines after the last, ascending.

    Examples
    --------
    >>> b"".join(without_lines([b"a\r\nb\r", b"\nc"], "utf-8", [(2, 3)]))
    b'a\r\nc'
    """
    unit = np.dtype(np.uint8)
    rest = b""
    line = 0  # before the first block
    for data in _and_end(raw):
        final = data is None
        rest += data or b""
        if line == 0:
            if len(rest) < _LONGEST_MARK and not final:
                continue
            unit, mark = _unit(encoding, rest)
            yield mark  # it belongs to the file, not to its first line
            rest, line = rest[len(mark) :], 1
        whole = len(rest) // unit.itemsize * unit.itemsize
        ends = line_ends(np.frombuffer(rest[:whole], unit), final) * unit.itemsize
        cut = len(rest) if final else (int(ends[-1]) if len(ends) else 0)
        if cut:
            yield _kept(rest[:cut], ends, line, spans)
        line += len(ends)
        rest = rest[cut:]


def _and_end(raw: Iterable[bytes]) -> Iterator[bytes | None]:
    yield from raw
    yield None


def _kept(block: bytes, ends: NDArray[Any], line: int, spans: list[tuple[int, int]]) -> bytes:
    starts = [0, *ends.tolist(), len(block)]  # of each line, and of what may follow the last
    parts = []
    place = 0
    for first, behind in spans:
        low, high = max(first - line, 0), min(behind - line, len(starts) - 1)
        if low < high:
            parts.append(block[place : starts[low]])
            place = starts[high]
    return b"".join([*parts, block[place:]])


def _unit(encoding: str, head: bytes) -> tuple[np.dtype[Any], bytes]:
    """Return the type of a code unit and the byte order mark, which is empty if there is none."""
    name = encoding.replace("_", "-")
    size = 2 if name.startswith("utf-16") else 4 if name.startswith("utf-32") else 1
    mark = next((mark for mark in _MARKS[size] if head.startswith(mark)), b"")
    big = name.endswith("-be") or mark in (codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
    return np.dtype(f"{'>' if big else '<'}u{size}"), mark
