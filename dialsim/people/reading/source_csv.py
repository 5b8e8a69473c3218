"""Read CSV rows with pyarrow's parser; every row is either returned or rejected with its line."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from dialsim.errors import InternalError
from dialsim.people.reading.detect import Dialect, body_blocks
from dialsim.people.reading.source_records import (
    STRAY,
    Records,
    RowLines,
    record_blocks,
    record_lines,
)
from dialsim.people.reading.source_text import MARK, SHOWN, Digest

MOST_TEXT = 1 << 14
"""Characters examined of a row with too few or too many fields."""

Reject = Callable[[int, str, str, "Mapping[str, str] | None"], None]
"""Callback with line, reason, text found; for invalid bytes also all cells by role."""


def csv_batches(
    path: Path,
    dialect: Dialect,
    places: Mapping[str, int],
    tolerant: Container[str],
    lines: RowLines,
    digest: Digest,
    reject: Reject,
) -> Iterator[pa.RecordBatch]:
    """Yield a CSV file's rows in blocks of about 1 MiB, and record their lines.

    Parameters
    ----------
    places
        Column of each role; the batches have one text column a role.
    tolerant
        Roles in which invalid bytes do not reject the row.
    lines
        Records the line of each row.
    reject
        Called for each malformed row, in file order within a block.
    """

    def uncut(line: int, why: str, found: str) -> None:
        reject(line, why, found, None)

    text = body_blocks(path, dialect, digest)
    for records in record_blocks(text, dialect.delimiter, dialect.body_line, uncut):
        if not records.block:
            for line, found in records.broken:
                uncut(line, STRAY, found)
            continue
        yield _rows(records, dialect, places, tolerant, lines, reject)


def _rows(
    records: Records,
    dialect: Dialect,
    places: Mapping[str, int],
    tolerant: Container[str],
    lines: RowLines,
    reject: Reject,
) -> pa.RecordBatch:
    batch, wrong = _parsed(records, dialect, places)
    rows = batch.num_rows
    if not wrong and rows == records.lines and not records.marked:
        lines.add_run(records.first_line, rows)  # one row per line: the usual case
        return batch
    of_records = record_lines(records, dialect.delimiter)
    if len(of_records) != rows + len(wrong):
        raise InternalError(
            f"{len(of_records)} rows were cut and {rows + len(wrong)} parsed"
            f" from line {records.first_line}"
        )
    at = np.array([number - 1 for number, _, _ in wrong], np.int64)
    of_rows = np.delete(of_records, at)
    rejects: list[tuple[int, str, str, Mapping[str, str] | None]]
    rejects = [(line, STRAY, found, None) for line, found in records.broken]
    rejects += [
        (int(of_records[number - 1]), _why(fields, len(dialect.names)), text, None)
        for number, fields, text in wrong
    ]
    if records.marked:
        batch, bad, cells = marked_rows(batch, tolerant)
        rejects += [(int(of_rows[row]), *cell) for row, cell in zip(bad, cells, strict=True)]
        keep = np.ones(rows, np.bool_)
        keep[bad] = False
        of_rows, batch = of_rows[keep], batch.filter(pa.array(keep))
    for line, why, found, of_row in sorted(rejects, key=lambda each: each[:3]):
        reject(line, why, found, of_row)
    lines.add(of_rows)
    return batch


def _why(fields: int, columns: int) -> str:
    some = "1 field" if fields == 1 else f"{fields} fields"
    return f"{some} where the first row has {columns}"


def _parsed(
    records: Records, dialect: Dialect, places: Mapping[str, int]
) -> tuple[pa.RecordBatch, list[tuple[int, int, str]]]:
    """Parse a block; also return number (from 1), fields and text of rows of another length."""
    wrong: list[tuple[int, int, str]] = []

    def other(row: Any) -> str:
        wrong.append((row.number, row.actual_columns, row.text[:MOST_TEXT]))
        return "skip"

    names = [str(i) for i in range(len(dialect.names))]
    wanted = [names[place] for place in sorted(set(places.values()))]
    table = csv.read_csv(
        pa.BufferReader(records.block),
        csv.ReadOptions(
            use_threads=False, block_size=len(records.block) + 1, column_names=names
        ),
        csv.ParseOptions(
            delimiter=dialect.delimiter,
            newlines_in_values=records.quoted,
            invalid_row_handler=other,
        ),
        csv.ConvertOptions(
            check_utf8=False,  # it is
            column_types=dict.fromkeys(wanted, pa.string()),
            include_columns=wanted,
            strings_can_be_null=False,
        ),
    )  # fmt: skip
    columns = [_one(table.column(names[place])) for place in places.values()]
    return pa.RecordBatch.from_arrays(columns, list(places)), wrong


def _one(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def marked_rows(
    batch: pa.RecordBatch, tolerant: Container[str]
) -> tuple[pa.RecordBatch, NDArray[np.int64], list[tuple[str, str, dict[str, str]]]]:
    """Return the rows with invalid bytes: for each the reason, the text and all cells.

    `tolerant` columns reject no row: the batch returned has U+FFFD in them.
    """
    first: dict[int, tuple[str, str]] = {}
    columns = batch.columns
    for i, (name, column) in enumerate(zip(batch.schema.names, batch.columns, strict=True)):
        if name in tolerant:
            columns[i] = pc.replace_substring(column, MARK, "\ufffd")
            continue
        for row in pc.indices_nonzero(pc.match_substring(column, MARK)).to_pylist():
            text = column[row].as_py().replace(MARK, "\ufffd")
            first.setdefault(row, (undecodable(name), text[:SHOWN]))
    rows = sorted(first)
    batch = pa.RecordBatch.from_arrays(columns, batch.schema.names)
    cells = batch.take(pa.array(rows, pa.int64())).to_pylist()
    found = [(*first[row], {role: text.replace(MARK, "\ufffd") for role, text in all_.items()})
             for row, all_ in zip(rows, cells, strict=True)]  # fmt: skip
    return batch, np.array(rows, np.int64), found


def undecodable(role: str) -> str:
    """Return the reason for a cell with invalid bytes."""
    return f"`{role.split(':')[-1]}` holds bytes that are no text in the file's encoding"
