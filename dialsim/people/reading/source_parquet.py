"""Read rows of a Parquet file, with the file's column types."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import parquet

from dialsim.messages.text import message
from dialsim.people.number_files import cell_text
from dialsim.people.reading.source_csv import Reject, undecodable
from dialsim.people.reading.source_footer import column_sizes
from dialsim.people.reading.source_records import LONGEST, TOO_LONG, RowLines
from dialsim.people.reading.source_text import SHOWN, Digest, UnreadableError, raw_blocks

_ROWS = 1 << 16
_MOST_HELD = 1 << 28
"""Bytes of a column that are held at once, roughly."""

_LONG_ON_AVERAGE = 256


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
    """Return why a column type does not fit a role, and which does; None if it fits."""
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    if pa.types.is_nested(inner):
        return "a column of lists or groups is no column of a table", message(
            "text or whole numbers"
        )
    if pa.types.is_timestamp(inner) and not _has_zone(inner):
        return "the time zone of this column is not known", "times of an IANA zone, or of none"
    numbers = role.split(":")[0] in ("number", "alternates")
    if numbers and (pa.types.is_boolean(inner) or pa.types.is_temporal(inner)):
        return message("a column of this type holds no phone numbers"), message(
            "text or whole numbers"
        )
    return None


def _has_zone(kind: pa.DataType) -> bool:
    """Return whether times of a type can be converted: local, or of a known zone."""
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
    """Yield a Parquet file's rows.

    Parameters as in :func:`dialsim.people.reading.source_csv.csv_batches`.

    Text of any kind becomes ``string`` (dictionaries stay), decimals become text too; whole
    numbers, floats, dates and yes/no stay what they are. The digest takes a pass of its own over
    the file, because columns that play no role are never read.
    """
    try:
        # What is buffered beforehand is kept to the end: of a long list all of its columns.
        with parquet.ParquetFile(path, pre_buffer=False) as file:
            schema = file.schema_arrow
            wanted = [schema.names[place] for place in sorted(set(places.values()))]
            texts = [name for name in wanted if _is_bytes(schema.field(name).type)]
            with parquet.ParquetFile(path, pre_buffer=False, read_dictionary=texts) as coded:
                row = 1
                for group in range(file.num_row_groups):
                    longest = _longest_repeated(coded, group, texts)
                    reader = coded if longest > LONGEST else file
                    rows = _rows_at_once(file.metadata.row_group(group), longest)
                    for batch in reader.iter_batches(
                        batch_size=rows, row_groups=[group], columns=wanted, use_threads=False
                    ):
                        yield _kept(batch, schema, places, tolerant, row, lines, reject)
                        row += batch.num_rows
    except (pa.ArrowException, OSError, ValueError, RuntimeError) as error:
        raise UnreadableError(brief(error)) from None
    for _ in raw_blocks(path, False, digest):
        pass


def cells_too_long(path: Path, columns: Container[str]) -> tuple[str, int, int] | None:
    """Return column, bytes and rows of a row group whose cells are too long to be read, if any.

    Found in the footer, before anything is read: 256 MiB of a column with more than 256 bytes a
    row. What is within that is read, and a cell of more than 1 MiB costs its row.

    Raises
    ------
    UnreadableError
        If the footer is damaged.
    """
    with parquet.ParquetFile(path) as file:
        sizes = (
            file.metadata.row_group(group).total_byte_size for group in range(file.num_row_groups)
        )
        large = [group for group, size in enumerate(sizes) if not 0 <= size <= _MOST_HELD]
    if not large:
        return None
    for name, size, rows in column_sizes(path, large):
        if name in columns and size > _MOST_HELD and size > _LONG_ON_AVERAGE * rows:
            return name, size, rows
    return None


def _rows_at_once(group: Any, longest: int) -> int:
    """Return how many rows of a group are read at once: fewer where rows are long."""
    mean = max(group.total_byte_size, 0) // max(group.num_rows, 1)
    each = max(mean, min(longest, LONGEST), 1)
    return int(max(1, min(_ROWS, _MOST_HELD // each)))


def _longest_repeated(coded: parquet.ParquetFile, group: int, texts: list[str]) -> int:
    """Return the bytes of the longest text in the dictionaries of a row group.

    A page of a few bytes can stand for a long text as often as there are rows. The dictionary
    comes whole with the first row; texts that stand for themselves are no longer than their page.
    """
    if not texts:
        return 0
    first = coded.iter_batches(batch_size=1, row_groups=[group], columns=texts, use_threads=False)
    columns = next(first, pa.record_batch([])).columns
    lengths = (_lengths(c.dictionary) for c in columns if pa.types.is_dictionary(c.type))
    return max((int(each.max(initial=0)) for each in lengths), default=0)


def _lengths(values: pa.Array) -> NDArray[np.int64]:
    lengths = pc.fill_null(pc.binary_length(values), 0)
    return np.asarray(lengths, np.int64)


def _is_bytes(kind: pa.DataType) -> bool:
    """Whether a column holds text or bytes of any length, which can be read as a dictionary."""
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    types = pa.types
    return bool(
        types.is_string(inner) or types.is_large_string(inner)
        or types.is_binary(inner) or types.is_large_binary(inner)
    )  # fmt: skip


def _too_long(batch: pa.RecordBatch) -> dict[int, str]:
    """Return the beginning of the first cell of more than 1 MiB of each row that has one."""
    found: dict[int, str] = {}
    for column in batch.columns:
        if not _is_bytes(column.type):
            continue
        if pa.types.is_dictionary(column.type):
            lengths = np.append(_lengths(column.dictionary), 0)
            at = np.asarray(pc.fill_null(column.indices, len(lengths) - 1), np.int64)
            lengths = lengths[at]
        else:
            lengths = _lengths(column)
        for row in np.flatnonzero(lengths > LONGEST).tolist():
            found.setdefault(row, _text_of(column, row))
    return found


def _kept(
    batch: pa.RecordBatch,
    schema: pa.Schema,
    places: Mapping[str, int],
    tolerant: Container[str],
    first_row: int,
    lines: RowLines,
    reject: Reject,
) -> pa.RecordBatch:
    long = _too_long(batch)
    whole, keep = batch, np.ones(batch.num_rows, np.bool_)
    keep[list(long)] = False
    at = np.flatnonzero(keep)
    if long:
        batch = _without_dictionaries(batch.filter(pa.array(keep)))
    columns = []
    rejects: dict[int, tuple[str, str]] = {}

    def note(role: str, row: int, cell: bytes) -> None:
        if role in tolerant:
            return
        keep[at[row]] = False
        rejects.setdefault(row, (undecodable(role), cell.decode("utf-8", "replace")[:SHOWN]))

    for role, place in places.items():
        columns.append(plain_cells(batch.column(schema.names[place]), role, note))
    batch = pa.RecordBatch.from_arrays(columns, list(places))
    wrong = [(int(at[row]), *rejects[row]) for row in rejects]
    wrong += [(row, TOO_LONG, found) for row, found in long.items()]
    for row, why, found in sorted(wrong):
        cells = {
            role: _text_of(whole.column(schema.names[place]), row) for role, place in places.items()
        }
        reject(first_row + row, why, found, cells)
    if keep.all():
        lines.add_run(first_row, batch.num_rows)
        return batch
    lines.add(first_row + np.flatnonzero(keep))
    return batch.filter(pa.array(keep[at]))


def _without_dictionaries(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch whose dictionaries, which hold texts too long to be cells, are left out."""
    columns = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, batch.schema.names)


def _text_of(column: pa.Array, row: int) -> str:
    """Return a cell as text, at most its beginning."""
    cell = column[row]
    cell = cell.value if pa.types.is_dictionary(column.type) else cell
    if not cell.is_valid:
        return ""
    if not _is_bytes(cell.type):
        return cell_text(column, row)[:SHOWN]
    data = cell.as_buffer()
    head: bytes = data.slice(0, min(4 * SHOWN, data.size)).to_pybytes()
    return head.decode("utf-8", "ignore")[:SHOWN]


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
