"""Table files: Parquet, or Arrow IPC for calls; written atomically, read alike, checked.

Every file is written as ``*.tmp`` and renamed by whoever asked for it: one without its footer
cannot be read at all. It is summed while it is written; the run's summary keeps the checksums.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from dialsim.storage.checksums import CheckedFile, FileSums, SummedFile

ARROW = ".arrow"
SUFFIXES = (".parquet", ARROW)
_PATTERN = "calls/part-[0-9][0-9][0-9][0-9][0-9]"
_WITH_BOUNDS = "person"
"""Beside times the column of which a file keeps the bounds: whoever looks for a person skips
the rest. Bounds of the others would cost a third of the time of writing."""
_STEADY = ("ring_ms", "row", "line", "person")
"""Written as differences, which is smallest and quickest; waits and talks are zero mostly."""
_FEW = ("attempt", "attempts", "sip_code", "agent")
_WRITTEN_AT_ONCE = 1 << 20
"""Bytes that are collected before Python is asked to write and sum them."""


def call_parts(folder: Path) -> list[Path]:
    """Return the files of calls of a run folder, in the order of their rows."""
    return sorted(path for suffix in SUFFIXES for path in folder.glob(_PATTERN + suffix))


class TableWriter:
    """Writes a table to ``path.tmp``, Parquet or Arrow by suffix, with checksums."""

    def __init__(self, path: Path, schema: Any) -> None:
        import pyarrow as pa

        self._file = SummedFile(path.with_name(path.name + ".tmp"))
        self._sink = pa.BufferedOutputStream(pa.PythonFile(self._file, mode="w"), _WRITTEN_AT_ONCE)
        kind = _arrow_writer if path.suffix == ARROW else _parquet_writer
        self._writer = kind(self._sink, schema)
        self._rows = 0

    def write_table(self, table: Any) -> None:
        """Append an Arrow table."""
        self._writer.write_table(table)
        self._rows += table.num_rows

    def close(self) -> None:
        """End the file."""
        try:
            self._writer.close()
            self._sink.close()
        finally:
            self._file.close()

    @property
    def sums(self) -> FileSums:
        """Checksums of the file, once it is closed."""
        return self._file.sums(self._rows)

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def table_writer(path: Path, schema: Any, *, private: bool) -> TableWriter:
    """Return a writer of a table to ``path.tmp``, Parquet or Arrow by suffix.

    A private file is its owner's alone before the first byte is in it.
    """
    if private:
        make_private(path.with_name(path.name + ".tmp"))
    return TableWriter(path, schema)


def _arrow_writer(sink: Any, schema: Any) -> Any:
    from pyarrow import ipc

    # Values of attributes are met as lists are read: a dictionary may grow from batch to batch.
    options = ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    return ipc.new_file(sink, schema, options=options)


def _parquet_writer(sink: Any, schema: Any) -> Any:
    """Return a Parquet writer: times as differences, small columns by dictionary."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [field.name for field in schema]
    times = [field.name for field in schema if pa.types.is_timestamp(field.type)]
    coded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    differences = [*times, *(name for name in names if name in _STEADY)]
    return pq.ParquetWriter(
        sink,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=coded + [name for name in names if name in _FEW],
        column_encoding=dict.fromkeys(differences, "DELTA_BINARY_PACKED"),
        write_statistics=[name for name in names if name in times or name == _WITH_BOUNDS],
        write_batch_size=1 << 16,
        write_page_checksum=True,  # for whoever reads the file without the run's summary
    )


def make_private(path: Path) -> None:
    """Create an empty file that only its owner may read or write, replacing any other."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


class TableFile:
    """A file of a table, open for reading.

    Parameters
    ----------
    path
        The file.
    sums
        As it was written: every byte is checked before it is used. None: it was written by an
        earlier version; then of Parquet files that have them the checksums of pages are checked.

    Attributes
    ----------
    schema
        Its Arrow schema.
    rows
        How many rows it has, as far as it is whole.

    Raises
    ------
    OSError, pyarrow.ArrowException
        From every method: it is missing, damaged or has no end. `ContentChanged` is an OSError.
    """

    def __init__(self, path: Path, sums: FileSums | None = None) -> None:
        self._path, self._sums = path, sums
        self._arrow: Any = None
        self._parquet: Any = None
        self._opened: list[Any] = []
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        from pyarrow import parquet

        path, sums = self._path, self._sums
        if path.suffix == ARROW:
            self._arrow = self._arrow_file()
            self.schema: Any = self._arrow.schema
            batches = range(self._arrow.num_record_batches if sums is None else 0)
            counted = sum(self._arrow.get_batch(i).num_rows for i in batches)
            self.rows = counted if sums is None else sums.rows
        else:
            source = path if sums is None else self._checked()
            self._parquet = parquet.ParquetFile(
                source, pre_buffer=False, page_checksum_verification=sums is None
            )
            self.schema = self._parquet.schema_arrow
            self.rows = int(self._parquet.metadata.num_rows)

    def _checked(self) -> Any:
        """Return the file as Arrow reads it, with every byte checked."""
        import pyarrow as pa

        assert self._sums is not None
        file = CheckedFile(self._path, self._sums)
        self._opened.append(file)
        return pa.PythonFile(file, mode="r")

    def _arrow_file(self, columns: Sequence[str] = (), *, mapped: bool = False) -> Any:
        """Return an Arrow file reader; with `columns`, of those only if possible.

        A mapped file that has checksums must be checked by the caller.
        """
        import pyarrow as pa
        from pyarrow import ipc

        if mapped or self._sums is None:
            return ipc.open_file(pa.memory_map(str(self._path)))
        wanted = [self.schema.get_field_index(name) for name in columns]
        return ipc.open_file(self._checked(), options=ipc.IpcReadOptions(included_fields=wanted))

    def check(self) -> None:
        """Check the whole file, if it has checksums; raise ContentChanged if it differs."""
        if self._sums is not None:
            with CheckedFile(self._path, self._sums) as file:
                file.check()

    @property
    def groups(self) -> int:
        """Number of pieces that :meth:`group` reads."""
        return 1 if self._arrow is not None else int(self._parquet.num_row_groups)

    def group(self, place: int) -> Any:
        """Return a piece as an Arrow table; an Arrow file is one piece."""
        return self.read() if self._arrow is not None else self._parquet.read_row_group(place)

    def read(self) -> Any:
        """Return all of it as an Arrow table; an Arrow file is mapped and takes no memory."""
        if self._arrow is None:
            return self._parquet.read()
        self.check()
        return self._arrow_file(mapped=True).read_all()

    def batches(self, columns: Sequence[str]) -> Iterator[Any]:
        """Yield some columns as Arrow batches."""
        if self._arrow is None:
            yield from self._parquet.iter_batches(columns=list(columns))
            return
        file = self._arrow_file(columns)
        for i in range(file.num_record_batches):
            yield file.get_batch(i).select(list(columns))

    def __enter__(self) -> TableFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; a mapped one closes with the last table that refers to it."""
        if self._parquet is not None:
            self._parquet.close()
        for file in self._opened:
            file.close()
