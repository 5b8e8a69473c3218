"""Rows of a Parquet file, columns as they are typed there."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from dialsim.people.cells import as_text
from dialsim.people.source_csv import Reject, undecodable
from dialsim.people.source_records import RowLines
from dialsim.people.source_text import SHOWN, Digest, UnreadableError, raw_blocks

_ROWS = 1 << 16


def parquet_schema(path: Path) -> tuple[pa.Schema, int]:
    """Return the columns and the rows of a Parquet file, from its footer.

    Raises
    ------
    UnreadableError
        If it is no whole Parquet file.
    """
    try:
        with parquet.ParquetFile(path) as file:
            return file.schema_arrow, int(file.metadata.num_rows)
    except (pa.ArrowException, OSError, ValueError, RuntimeError) as error:
        raise UnreadableError(brief(error)) from None


def brief(error: BaseException) -> str:
    r"""Return the first line of an error, short, and without the path of the file.

    >>> brief(ValueError("Parquet magic bytes not found in footer.\nEither"))
    'Parquet magic bytes not found in footer'
    """
    text = (str(error).splitlines() or [type(error).__name__])[0].split("'")[0]
    return text.split(". ")[0].rstrip(". ")[:120] or type(error).__name__


def refused_type(role: str, kind: pa.DataType) -> tuple[str, str] | None:
    """Return why a column of this type cannot play a role and what could, or None if it can."""
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    if pa.types.is_nested(inner):
        return "a column of lists or groups is no column of a table", "text or whole numbers"
    if pa.types.is_timestamp(inner) and not _has_zone(inner):
        return "the time zone of this column is not known", "times of an IANA zone, or of none"
    numbers = role.split(":")[0] in ("number", "alternates")
    if numbers and (pa.types.is_boolean(inner) or pa.types.is_temporal(inner)):
        return "a column of this type holds no phone numbers", "text or whole numbers"
    return None


def _has_zone(kind: pa.DataType) -> bool:
    """Return whether times of a type can be told: they are local, or of a zone there is."""
    try:
        pc.year(pa.array([0], kind))
    except pa.ArrowException:
        return False
    return True


def parquet_batches(
    path: Path,
    places: Mapping[str, int],
    tolerant: Container[str],
    lines: RowLines,
    digest: Digest,
    reject: Reject,
) -> Iterator[pa.RecordBatch]:
    """Yield a Parquet file's rows; parameters as in :func:`dialsim.people.source_csv.csv_batches`.

    Text of any kind becomes ``string`` (dictionaries stay), decimals become text too; whole
    numbers, floats, dates and yes/no stay what they are. The digest takes a pass of its own over
    the file, because columns that play no role are never read.
    """
    try:
        # What is buffered beforehand is kept to the end: of a long list all of its columns.
        with parquet.ParquetFile(path, pre_buffer=False) as file:
            schema = file.schema_arrow
            wanted = [schema.names[place] for place in sorted(set(places.values()))]
            row = 1
            for batch in file.iter_batches(batch_size=_ROWS, columns=wanted, use_threads=False):
                yield _kept(batch, schema, places, tolerant, row, lines, reject)
                row += batch.num_rows
    except (pa.ArrowException, OSError, ValueError, RuntimeError) as error:
        raise UnreadableError(brief(error)) from None
    for _ in raw_blocks(path, False, digest):
        pass


def _kept(
    batch: pa.RecordBatch,
    schema: pa.Schema,
    places: Mapping[str, int],
    tolerant: Container[str],
    first_row: int,
    lines: RowLines,
    reject: Reject,
) -> pa.RecordBatch:
    keep = np.ones(batch.num_rows, np.bool_)
    columns = []
    rejects: dict[int, tuple[str, str]] = {}

    def note(role: str, row: int, cell: bytes) -> None:
        if role in tolerant:
            return
        keep[row] = False
        rejects.setdefault(row, (undecodable(role), cell.decode("utf-8", "replace")[:SHOWN]))

    for role, place in places.items():
        columns.append(plain_cells(batch.column(schema.names[place]), role, note))
    batch = pa.RecordBatch.from_arrays(columns, list(places))
    for row in sorted(rejects):
        cells = {
            role: str(as_text(batch.column(role).slice(row, 1))[0].as_py() or "") for role in places
        }
        reject(first_row + row, *rejects[row], cells)
    if keep.all():
        lines.add_run(first_row, batch.num_rows)
        return batch
    lines.add(first_row + np.flatnonzero(keep))
    return batch.filter(pa.array(keep))


def plain_cells(column: pa.Array, role: str, note: Callable[[str, int, bytes], None]) -> pa.Array:
    """Return a column in the types that are promised; bytes that are no text become U+FFFD."""
    types = pa.types
    kind = column.type
    if types.is_dictionary(kind):
        inner = kind.value_type
        if not (types.is_string(inner) and _is_text(column.dictionary)):
            return plain_cells(column.cast(inner), role, note)
        return column
    if types.is_decimal(kind) or types.is_null(kind):
        return column.cast(pa.string())
    if types.is_fixed_size_binary(kind):
        column = column.cast(pa.binary())
    elif types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        if _is_text(column):
            return column if types.is_string(kind) else column.cast(pa.string())
        column = column.cast(pa.binary())
    elif not (types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind)):
        return column
    cells: list[str | None] = []
    for row, cell in enumerate(column.to_pylist()):
        try:
            cells.append(None if cell is None else cell.decode())
        except UnicodeDecodeError:
            note(role, row, cell)
            cells.append(cell.decode("utf-8", "replace"))
    return pa.array(cells, pa.string())


def _is_text(column: pa.Array) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
