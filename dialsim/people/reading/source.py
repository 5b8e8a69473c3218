"""Open a list file, find its columns and read its rows in chunks.

Faults of a file are reported when it is opened. A faulty row is rejected alone, with its line and
the reason. The rows depend only on the bytes of the file, never on the chunk size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.errors import ScenarioError
from dialsim.messages.text import message
from dialsim.people.reading.detect import Dialect
from dialsim.people.reading.source_records import RowLines
from dialsim.people.reading.source_text import UnreadableError, count_lines

if TYPE_CHECKING:
    import pyarrow as pa

    from dialsim.people.reading.malformed import Malformed
    from dialsim.people.reading.source_workbook import Sheet

MOST_BYTES = 1 << 28
"""A batch ends when it holds this many bytes of text, however few its rows."""


@dataclass
class Source:
    """An opened and inspected file; :meth:`batches` reads its rows.

    Attributes
    ----------
    path
        The file.
    where
        Path of its table in the scenario, for messages.
    kind
        ``"csv"``, ``"parquet"`` or ``"excel"``.
    names
        Its columns, blanks around names stripped; ``"1"``, ``"2"``, ... without a header.
    columns
        Name in the file of each role present; those of ``alternates:0`` and of ``attribute:branch``
        as lists under ``alternates`` and ``attribute``.
    rows_estimate
        Expected rows: exact for Parquet, sheets and small files, else from the first 256 KiB.
    delimiter, encoding, header
        Of a CSV file, as given or found; None, None, True for Parquet; None, None for a sheet.
    malformed
        Malformed rows, in file order, with their lines; grows while batches are read. No row is
        both malformed and in a batch.
    """

    path: Path
    where: str
    kind: str
    names: list[str]
    columns: dict[str, str | list[str]]
    rows_estimate: int
    delimiter: str | None
    encoding: str | None
    header: bool
    malformed: list[Malformed] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict, repr=False)
    _dialect: Dialect | None = field(default=None, repr=False)
    _sheet: Sheet | None = field(default=None, repr=False)
    _file: str = field(default="", repr=False)
    _tolerant: frozenset[str] = field(default=frozenset(), repr=False)
    _stamp: tuple[int, int] = field(default=(0, 0), repr=False)
    _lines: RowLines = field(default_factory=RowLines, repr=False)
    _digest: str = field(default="", repr=False)

    @property
    def roles(self) -> list[str]:
        """Names of the columns that batches have, in their order."""
        return list(self._places)

    @property
    def digest(self) -> str:
        """Hex blake2b (32 bytes) of the file's bytes; empty until all is read."""
        return self._digest

    @cached_property
    def rows_at_most(self) -> int:
        """Rows and malformed rows together: exact for Parquet and sheets, else a file's lines.

        Counted at the first call, in one pass over the file at several GB/s.
        """
        if self._dialect is None:
            return self.rows_estimate
        try:
            lines = count_lines(self.path, self._dialect.packed, self._dialect.encoding)
        except UnreadableError as error:
            raise self._broken(error) from None
        return max(lines - self._dialect.body_line + 1, 0)

    def batches(self, chunk_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows in file order, each well-formed row exactly once.

        Parameters
        ----------
        chunk_rows
            Rows of a batch; the last has fewer, and so has one with 256 MiB of text.

        Yields
        ------
        pyarrow.RecordBatch
            One column per role, named by the role. CSV and sheets: ``string`` without nulls, the
            text between the delimiters, unquoted, or what an export would write. Parquet: with the
            file's types; text as ``string`` or ``dictionary``, decimals as ``string``. Arrays may
            have an offset.

        Raises
        ------
        ScenarioError
            The file is truncated or damaged, disappears, or is not the one that was opened.

        Notes
        -----
        Each call starts again: `malformed`, `digest` and the lines of rows are those of the latest
        pass. Holds some blocks of 1 MiB and the rows of one batch.
        """
        if chunk_rows < 1:
            raise ValueError(f"chunk_rows must be at least 1, not {chunk_rows}")
        self.malformed.clear()
        self._lines, self._digest = RowLines(), ""
        digest = hashlib.blake2b(digest_size=32)
        try:
            self._check_unchanged()
            yield from _in_chunks(self._blocks(digest), chunk_rows)
            self._check_unchanged()
        except UnreadableError as error:
            raise self._broken(error) from None
        self._digest = digest.hexdigest()

    def _check_unchanged(self) -> None:
        if stamp_of(self.path) != self._stamp:
            raise ScenarioError.at(
                f"{self.where}.file",
                message("the file cannot be read to its end: it has changed since it was opened"),
                found=f'"{self._file}"',
                remedy=message("let nothing write to it while it is read"),
            )

    def _blocks(self, digest: Any) -> Iterator[pa.RecordBatch]:
        if self._sheet is not None:
            from dialsim.people.reading.source_workbook import sheet_batches

            return sheet_batches(self.path, self._sheet, self._places, self._lines, digest)
        if self._dialect is None:
            from dialsim.people.reading.source_parquet import parquet_batches

            return parquet_batches(
                self.path, self._places, self._tolerant, self._lines, digest, self._reject
            )
        from dialsim.people.reading.source_csv import csv_batches

        return csv_batches(
            self.path,
            self._dialect,
            self._places,
            self._tolerant,
            self._lines,
            digest,
            self._reject,
        )

    def _reject(self, line: int, why: str, found: str, cells: Mapping[str, str] | None) -> None:
        from dialsim.core.codes import RowFault
        from dialsim.people.reading.malformed import undecodable_row, understood
        from dialsim.people.reading.source_records import TOO_LONG

        if cells is None and self._dialect is not None:
            mark, columns = self._dialect.delimiter, len(self.names)
            row = understood(line, why, found, self._places, columns, mark)
        else:
            row = undecodable_row(line, why, found, cells or {})
            if why == TOO_LONG:
                row = row._replace(fault=RowFault.MALFORMED_ROW)
        self.malformed.append(row)

    def line_of(self, row: int) -> int:
        """Return the 1-based line that a row already read begins on; of others than CSV its row.

        Parameters
        ----------
        row
            Index among the rows of all batches, from 0.
        """
        return self._lines.line_of(row)

    def lines_of(self, rows: NDArray[Any]) -> NDArray[np.int64]:
        """Return the lines of many rows, as :meth:`line_of`."""
        return self._lines.lines_of(rows)

    @property
    def sample(self) -> list[list[str]]:
        """The first rows as text; none of Parquet."""
        if self._sheet is not None:
            return self._sheet.sample
        return [] if self._dialect is None else self._dialect.rows

    def sample_lines(self) -> list[int]:
        """Return the lines of the first rows, as far as they are known."""
        if self._sheet is not None:
            return [int(line) for line in self._sheet.lines[:200]]
        return [] if self._dialect is None else self._dialect.row_lines

    def _broken(self, error: UnreadableError) -> ScenarioError:
        return ScenarioError.at(
            f"{self.where}.file",
            message("the file cannot be read to its end: {error}").filled(error=error),
            found=f'"{self._file}"',
            remedy=message("copy or export the list again"),
        )


def stamp_of(path: Path) -> tuple[int, int]:
    """Return a file's size and modification time, to detect that it changed."""
    try:
        found = path.stat()
    except OSError as error:
        raise UnreadableError(reason_of(error)) from None
    return found.st_size, found.st_mtime_ns


def _in_chunks(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """Split batches into `rows` rows each."""
    waiting: list[pa.RecordBatch] = []
    count = size = 0
    for batch in batches:
        while batch.num_rows:
            part = batch.slice(0, rows - count)
            batch = batch.slice(part.num_rows)
            waiting.append(part)
            count += part.num_rows
            size += part.nbytes
            if count == rows or size >= MOST_BYTES:
                yield _joined(waiting)
                waiting, count, size = [], 0, 0
    if waiting:
        yield _joined(waiting)


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) == 1:
        return batches[0]
    import pyarrow as pa

    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def reason_of(error: Exception) -> str:
    """Return why a file cannot be read: the system's words, else the error's."""
    return (isinstance(error, OSError) and error.strerror) or str(error)
