"""Erase a person from a file: remove the rows with their numbers or identifiers.

A CSV file keeps its delimiter, encoding and line ends, and every other row its bytes; a Parquet
file its schema, row groups and compression, but its dictionaries drop values that no row has. The
new file is written to a temporary name, then replaces the old one and takes its permissions.
"""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from dialsim.errors import CapacityError, Problems, ScenarioError
from dialsim.messages.text import message
from dialsim.people.erasing.erase_lines import Marked, Row, marked_lines, plain_ids, without_lines
from dialsim.people.erasing.erase_person import Person, linking_numbers
from dialsim.people.reading.source_text import UnreadableError
from dialsim.scenario.models.files import Registry, Withdrawals
from dialsim.storage.atomic_file import is_full
from dialsim.storage.journal import ChangedError, Changes, together

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

ROLES = ("number", "alternates", "id")


def find_person(
    path: Path, spec: Any, numbers: Collection[int], ids: Collection[str] = ()
) -> Marked:
    """Find every row of a person in a list, registry, withdrawal or history file.

    Parameters
    ----------
    path
        The file.
    spec
        Its table in the scenario: format, columns of numbers and identifiers, home country.
    numbers
        E.164 digits as integers; none to look for identifiers alone.
    ids
        Identifiers; leading and trailing blanks are ignored.

    Raises
    ------
    ScenarioError
        The file cannot be read; or it is a workbook with such rows, which is not changed.

    Notes
    -----
    A row is the person's if its number column or an alternates column holds one of the numbers, in
    any form dialsim understands, or if it has one of the identifiers. A row with the wrong number
    of fields matches if any field is such a number. Reads the file once.
    """
    path = Path(os.path.realpath(path))
    source = _opened(path, spec)
    stamp = _stamp(path)
    alone = isinstance(spec, Registry | Withdrawals)
    person = Person(numbers, ids, getattr(spec, "home", "CN"), alone)
    try:
        if source.kind == "excel":
            marked = _marked_in_sheet(path, source, person)
        elif source.kind == "parquet":
            marked = _marked_rows(path, source, person)
        else:
            marked = marked_lines(source, _is_packed(path), person)
    except OSError as error:
        raise _refused(path, error.strerror or message("it cannot be read")) from None
    except UnreadableError as error:
        raise _refused(path, str(error)) from None
    marked.kind, marked.encoding = source.kind, source.encoding or "utf-8"
    marked.stamp = stamp
    return marked


def take_out(path: Path, marked: Marked, changes: Changes | None = None) -> None:
    """Remove the rows found from their file; without any, leave it untouched.

    Parameters
    ----------
    path
        The file. A symbolic link is kept and its target changed.
    changes
        Transaction to join; None: replace at once.

    Raises
    ------
    ScenarioError
        The file cannot be replaced, or was changed since it was searched; it is left as it was.
    CapacityError
        The disk is full; the file is left as it was.
    """
    if not marked.found:
        return
    path = Path(os.path.realpath(path))
    try:
        with (
            together(changes, path.parent) as taking_part,
            _replaced(path, marked.stamp, taking_part) as out,
        ):
            if marked.kind == "parquet":
                _write_parquet(path, marked.lines, out)
            else:
                _write_text(path, marked, out)
    except ChangedError:
        raise _refused(path, message("it was changed meanwhile")) from None
    except OSError as error:
        if is_full(error):
            raise CapacityError(
                message("the disk under {parent}").filled(parent=path.parent),
                message("it is full"),
                "--in",
            ) from error
        raise _refused(path, error.strerror or message("it cannot be written")) from None


def _opened(path: Path, spec: Any) -> Source:
    from dialsim.people.reading.source_opening import open_source

    problems = Problems()
    given = {role: name for role, name in _given(spec).items() if role.split(":")[0] in ROLES}
    looked_for = {role: (role,) for role in ROLES if role != "alternates"}
    source = open_source(
        path, spec, looked_for, path.name, problems, required=(), given=given, may_be_empty=True
    )
    if source is None:
        raise ScenarioError(
            [replace(p, path="", message=f"{path.name}: {p.message}") for p in problems]
        )
    return source


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise _refused(path, error.strerror or message("it cannot be read")) from None
    return found.st_size, found.st_mtime_ns


def _given(spec: Any) -> dict[str, str]:
    columns = getattr(spec, "columns", None)
    return dict(columns.given) if columns is not None else {}


def _refused(path: Path, why: str) -> ScenarioError:
    return ScenarioError.at(
        "", message("nothing was taken out of {name}: {why}").filled(name=path.name, why=why)
    )


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


@contextmanager
def _replaced(path: Path, stamp: tuple[int, int], changes: Changes) -> Iterator[BinaryIO]:
    """Yield a file to write that replaces `path` together with other changes."""
    before = path.stat()
    staged = changes.staged_path(path)
    with os.fdopen(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        yield out
    shutil.copymode(path, staged)
    with suppress(OSError, AttributeError):  # only who may give files away keeps the owner
        os.chown(staged, before.st_uid, before.st_gid)
    if _stamp(path) != stamp:
        raise _refused(path, message("it was changed meanwhile"))


# --- CSV -----------------------------------------------------------------------------------------


def _write_text(path: Path, marked: Marked, out: BinaryIO) -> None:
    from dialsim.people.reading.source_text import raw_blocks

    packed = _is_packed(path)
    parts = without_lines(raw_blocks(path, packed), marked.encoding, marked.spans)
    try:
        if not packed:
            out.writelines(parts)
            return
        with gzip.GzipFile(fileobj=out, mode="wb", filename="", mtime=0) as unpacked:
            unpacked.writelines(parts)
    except UnreadableError as error:
        raise _refused(path, str(error)) from None


# --- Parquet -------------------------------------------------------------------------------------


def _marked_rows(path: Path, source: Source, person: Person) -> Marked:
    import pyarrow as pa

    from dialsim.people.reading.source_parquet import brief

    try:
        return _marked_in_groups(path, source, person)
    except (pa.ArrowException, OSError, ValueError, RuntimeError) as error:
        raise UnreadableError(brief(error)) from None


def _marked_in_groups(path: Path, source: Source, person: Person) -> Marked:
    import pyarrow as pa
    from pyarrow import parquet

    with parquet.ParquetFile(path, pre_buffer=False) as file:
        places = {name.strip(): name for name in file.schema_arrow.names}
        alternates = source.columns.get("alternates", [])
        named = [source.columns.get("number"), *alternates]
        numbers = [places[name] for name in named if isinstance(name, str)]
        ids = [places[name] for name in [source.columns.get("id")] if isinstance(name, str)]
        marked = Marked()
        marked.in_metadata = _in_metadata(file.metadata.metadata or {}, person)
        first = 1
        for group in range(file.num_row_groups):
            table = _legible(file.read_row_group(group, [*numbers, *ids], use_threads=False))
            held = np.zeros(table.num_rows, np.bool_)
            doubtful = np.zeros(table.num_rows, np.bool_)
            for name in numbers:
                has, may = person.in_column(table.column(name).combine_chunks())
                held |= has
                doubtful |= may
            for name in ids:
                held |= person.named_in(table.column(name).combine_chunks())
            if held.any():
                mine = table.filter(pa.array(held))
                at = first + np.flatnonzero(held)
                for row in _rows(mine, numbers, ids, at, person.home):
                    marked.found[row.line] = row
            marked.doubted.update((first + np.flatnonzero(doubtful)).tolist())
            first += table.num_rows
    return marked


def _marked_in_sheet(path: Path, source: Source, person: Person) -> Marked:
    """Return no rows of a workbook, which is never written.

    Raises
    ------
    ScenarioError
        It has rows of the person.
    """
    marked, first = Marked(), 0
    for batch in source.batches(1 << 16):
        held = np.zeros(batch.num_rows, np.bool_)
        doubtful = np.zeros(batch.num_rows, np.bool_)
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if name == "id":
                held |= person.named_in(column)
                continue
            has, may = person.in_column(column)
            held |= has
            doubtful |= may
        lines = source.lines_of(first + np.arange(batch.num_rows))
        marked.found |= {line: Row(line, line + 1) for line in lines[held].tolist()}
        marked.doubted.update(lines[doubtful].tolist())
        first += batch.num_rows
    if marked.found:
        shown = ", ".join(map(str, marked.lines[:20]))
        raise ScenarioError.at(
            "",
            message(
                "{name} is a workbook, which is not changed, and has rows of the person"
            ).filled(name=path.name),
            found=message("rows {shown}").filled(shown=shown),
            remedy=message("delete these rows in the spreadsheet, then repeat the command"),
        )
    return marked


def _legible(table: Any) -> Any:
    """Decode cells as the list reader does: invalid bytes become U+FFFD."""
    from dialsim.people.reading.source_parquet import plain_cells

    for at, name in enumerate(table.column_names):
        cells = plain_cells(table.column(at).combine_chunks(), name, lambda *_: None)
        table = table.set_column(at, name, cells)
    return table


def _in_metadata(words: dict[bytes, bytes], person: Person) -> bool:
    """Return whether the metadata of a Parquet file holds the number."""
    return any(
        person.is_mentioned(text.decode("utf-8", "replace"))
        for name, text in words.items()
        if name != b"ARROW:schema"  # packed, and the same again
    )


def _rows(
    table: Any, numbers: list[str], ids: list[str], lines: NDArray[Any], home: str
) -> Iterator[Row]:
    """Yield rows of a Parquet file with their numbers and identifiers."""
    from dialsim.people.reading.cells import as_text

    cells = [linking_numbers(table.column(name).combine_chunks(), home) for name in numbers]
    texts = [as_text(table.column(name)).to_pylist() for name in ids]
    for place, line in enumerate(lines.tolist()):
        linked: frozenset[int] = frozenset().union(*(column[place] for column in cells))
        yield Row(line, line + 1, linked, plain_ids([text[place] or "" for text in texts]))


def _write_parquet(path: Path, rows: list[int], out: BinaryIO) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    from dialsim.dictionaries import in_use

    gone: NDArray[np.int64] = np.array(rows, np.int64) - 1
    try:
        with parquet.ParquetFile(path, pre_buffer=False) as file:
            codec = file.metadata.row_group(0).column(0).compression
            codec = "NONE" if codec == "UNCOMPRESSED" else codec
            first = 0
            with parquet.ParquetWriter(out, file.schema_arrow, compression=codec) as writer:
                for group in range(file.num_row_groups):
                    table = file.read_row_group(group, use_threads=False)
                    keep = np.ones(table.num_rows, np.bool_)
                    here = gone[(gone >= first) & (gone < first + table.num_rows)]
                    keep[here - first] = False
                    first += table.num_rows
                    if keep.any():
                        kept = in_use(table.filter(pa.array(keep)))
                        writer.write_table(kept, table.num_rows)
    except (pa.ArrowException, ValueError, RuntimeError) as error:
        raise _refused(path, str(error).splitlines()[0][:120]) from None
