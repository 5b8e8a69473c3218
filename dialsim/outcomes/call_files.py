"""Files of tables: Parquet, or Arrow IPC for calls; written aside, read alike.

Every file is written as ``*.tmp`` and renamed by whoever asked for it: one without its footer
cannot be read at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

ARROW = ".arrow"
SUFFIXES = (".parquet", ARROW)
_PATTERN = "calls/part-[0-9][0-9][0-9][0-9][0-9]"
_WITH_BOUNDS = "person"
"""Beside times the column of which a file keeps the bounds: whoever looks for a person skips
the rest. Bounds of the others would cost a third of the time of writing."""
_STEADY = ("ring_ms", "row", "line", "person")
"""Written as differences, which is smallest and quickest; waits and talks are zero mostly."""
_FEW = ("attempt", "attempts", "sip_code", "agent")


def call_parts(folder: Path) -> list[Path]:
    """Return the files of calls of a run folder, in the order of their rows."""
    return sorted(path for suffix in SUFFIXES for path in folder.glob(_PATTERN + suffix))


def table_writer(path: Path, schema: Any, *, private: bool) -> Any:
    """Return a writer of a table to ``path.tmp``, Parquet or Arrow as the name ends.

    It has ``write_table`` and ``close``. A private file is its owner's alone before the first byte
    is in it.
    """
    if private:
        make_private(path.with_name(path.name + ".tmp"))
    return _arrow_writer(path, schema) if path.suffix == ARROW else parquet_writer(path, schema)


def _arrow_writer(path: Path, schema: Any) -> Any:
    from pyarrow import ipc

    # Values of attributes are met as lists are read: a dictionary may grow from batch to batch.
    options = ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    return ipc.new_file(str(path.with_name(path.name + ".tmp")), schema, options=options)


def parquet_writer(path: Path, schema: Any) -> Any:
    """Return a writer to ``path.tmp``: times as differences, small columns by dictionary."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [field.name for field in schema]
    times = [field.name for field in schema if pa.types.is_timestamp(field.type)]
    coded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    differences = [*times, *(name for name in names if name in _STEADY)]
    return pq.ParquetWriter(
        path.with_name(path.name + ".tmp"),
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=coded + [name for name in names if name in _FEW],
        column_encoding=dict.fromkeys(differences, "DELTA_BINARY_PACKED"),
        write_statistics=[name for name in names if name in times or name == _WITH_BOUNDS],
        write_batch_size=1 << 16,
    )


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read or write, in the place of any other."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


class TableFile:
    """A file of a table, open for reading.

    Attributes
    ----------
    schema
        Its Arrow schema.
    rows
        How many rows it has, as far as it is whole.

    Raises
    ------
    OSError, pyarrow.ArrowException
        From every method: it is missing, damaged or has no end.
    """

    def __init__(self, path: Path) -> None:
        import pyarrow as pa
        from pyarrow import ipc, parquet

        self._arrow: Any = None
        if path.suffix == ARROW:
            self._mapped = pa.memory_map(str(path))
            self._arrow = ipc.open_file(self._mapped)
            self.schema: Any = self._arrow.schema
            batches = range(self._arrow.num_record_batches)
            self.rows = sum(self._arrow.get_batch(i).num_rows for i in batches)
        else:
            self._parquet = parquet.ParquetFile(path, pre_buffer=False)
            self.schema = self._parquet.schema_arrow
            self.rows = int(self._parquet.metadata.num_rows)

    @property
    def groups(self) -> int:
        """In how many pieces it is read by :meth:`group`."""
        return 1 if self._arrow is not None else int(self._parquet.num_row_groups)

    def group(self, place: int) -> Any:
        """Return a piece as an Arrow table; an Arrow file is one piece."""
        return self.read() if self._arrow is not None else self._parquet.read_row_group(place)

    def read(self) -> Any:
        """Return all of it as an Arrow table."""
        return self._parquet.read() if self._arrow is None else self._arrow.read_all()

    def batches(self, columns: Sequence[str]) -> Iterator[Any]:
        """Yield some columns as Arrow batches."""
        if self._arrow is None:
            yield from self._parquet.iter_batches(columns=list(columns))
            return
        for i in range(self._arrow.num_record_batches):
            yield self._arrow.get_batch(i).select(list(columns))

    def __enter__(self) -> TableFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._arrow is None:
            self._parquet.close()
        # A mapped file is closed by whoever drops the last table of it.
