"""Taking a person out of a file: the rows with a number or an identifier go, all others stay.

A CSV file keeps its delimiter, encoding and line ends, and every other row its bytes; a Parquet
file its schema, row groups and compression. The new file is written aside and takes the old one's
name and permissions when it is whole.
"""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from dialsim.errors import Problem, Problems, ScenarioError
from dialsim.people.erase_lines import Marked, marked_lines, without_lines
from dialsim.people.erase_person import Person
from dialsim.scenario.files import Registry

if TYPE_CHECKING:
    from dialsim.people.source import Source

ROLES = ("number", "alternates", "id")


@dataclass(frozen=True)
class Erased:
    """What was taken out of one file, or would be.

    Attributes
    ----------
    rows
        Rows taken out.
    lines
        1-based lines of those rows in the file as it was; of Parquet their rows.
    unclear
        Lines of rows left alone that seem to hold the number all the same: in a cell that cannot be
        understood, in a column that is no column of numbers, or in a registry beside another
        person's number in one cell. Somebody must look at them.
    """

    rows: int = 0
    lines: list[int] = field(default_factory=list)
    unclear: list[int] = field(default_factory=list)


def erase_number(
    path: Path,
    spec: Any,
    number: int | None,
    ids: Collection[str] = (),
    *,
    dry_run: bool = False,
) -> Erased:
    """Take every row of a person out of a list, registry, withdrawal or history file.

    Parameters
    ----------
    path
        The file. A link stays one: what it leads to is changed.
    spec
        Its table in the scenario: how it is written, which columns hold numbers and identifiers,
        the home country.
    number
        E.164 digits as an integer; None to look for identifiers alone.
    ids
        Identifiers; blanks at their ends do not count.
    dry_run
        Only look.

    Returns
    -------
    Erased
        A file without such a row is not touched.

    Raises
    ------
    ScenarioError
        The file cannot be read or replaced, or somebody else changed it meanwhile; then it is as
        it was.

    Notes
    -----
    A row goes if the number stands in its column of numbers or of alternates, in whatever form
    that dialsim understands, or if it has one of the identifiers; a row with a wrong number of
    fields goes if any of them is the number. Reads the file once, and once more to write.
    """
    path = Path(os.path.realpath(path))
    found, source = _found(path, spec, number, ids)
    erased = Erased(len(found.lines), found.lines, found.unclear)
    if dry_run or not found.lines:
        return erased
    try:
        with _replaced(path) as out:
            if source.kind == "parquet":
                _write_parquet(path, found.lines, out)
            else:
                _write_text(path, source.encoding or "utf-8", found, out)
    except OSError as error:
        raise _refused(path, error.strerror or "it cannot be written") from None
    return erased


def _found(
    path: Path, spec: Any, number: int | None, ids: Collection[str]
) -> tuple[Marked, Source]:
    from dialsim.people.source import open_source
    from dialsim.people.source_text import UnreadableError

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
    alone = isinstance(spec, Registry)
    person = Person(number, ids, getattr(spec, "home", "CN"), alone)
    if source.kind == "parquet":
        return _marked_rows(path, source, person), source
    try:
        return marked_lines(source, _is_packed(path), person), source
    except UnreadableError as error:
        raise _refused(path, str(error)) from None


def _given(spec: Any) -> dict[str, str]:
    columns = getattr(spec, "columns", None)
    return dict(columns.given) if columns is not None else {}


def _refused(path: Path, why: str) -> ScenarioError:
    return ScenarioError([Problem("", f"nothing was taken out of {path.name}: {why}")])


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


@contextmanager
def _replaced(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to that takes the place of `path` at the end; none if that fails."""
    before = path.stat()
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".part", dir=path.parent)
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        shutil.copymode(path, aside)
        with suppress(OSError, AttributeError):  # only who may give files away keeps the owner
            os.chown(aside, before.st_uid, before.st_gid)
        after = path.stat()
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            raise _refused(path, "it was changed meanwhile")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


# --- CSV -----------------------------------------------------------------------------------------


def _write_text(path: Path, encoding: str, found: Marked, out: BinaryIO) -> None:
    from dialsim.people.source_text import UnreadableError, raw_blocks

    packed = _is_packed(path)
    parts = without_lines(raw_blocks(path, packed), encoding, found.spans)
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
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        places = {name.strip(): name for name in file.schema_arrow.names}
        alternates = source.columns.get("alternates", [])
        named = [source.columns.get("number"), *alternates]
        numbers = [places[name] for name in named if isinstance(name, str)]
        ids = [places[name] for name in [source.columns.get("id")] if isinstance(name, str)]
        marked = Marked()
        first = 1
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, columns=[*numbers, *ids], use_threads=False)
            held = np.zeros(table.num_rows, np.bool_)
            doubtful = np.zeros(table.num_rows, np.bool_)
            for name in numbers:
                has, may = person.in_column(table.column(name).combine_chunks())
                held |= has
                doubtful |= may
            for name in ids:
                held |= person.named_in(table.column(name).combine_chunks())
            marked.lines += (first + np.flatnonzero(held)).tolist()
            marked.unclear += (first + np.flatnonzero(doubtful & ~held)).tolist()
            first += table.num_rows
    return marked


def _write_parquet(path: Path, rows: list[int], out: BinaryIO) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    gone: NDArray[np.int64] = np.array(rows, np.int64) - 1
    try:
        with parquet.ParquetFile(path) as file:
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
                        writer.write_table(table.filter(pa.array(keep)), table.num_rows)
    except (pa.ArrowException, ValueError, RuntimeError) as error:
        raise _refused(path, str(error).splitlines()[0][:120]) from None
