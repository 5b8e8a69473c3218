"""Erasure of people from a run folder: their rows go, all others stay.

Each file that holds a row of theirs, or a value that nobody else has, is written anew aside; all of
a run's files take their places together. The summary says how many rows are gone, so that the
folder still reads as whole.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.dictionaries import holds_dictionary, in_use, unused
from dialsim.messages.text import message
from dialsim.outcomes.call_files import TableFile, make_private, table_writer
from dialsim.outcomes.checked import open_beside, sums_of, with_checksums
from dialsim.outcomes.reader import forgotten_rows, table_files
from dialsim.outcomes.tables import RESERVED
from dialsim.outcomes.writer import SUMMARY, disk, json_text, rename_whole
from dialsim.storage.checksums import FileSums
from dialsim.storage.journal import Changes, together

Array = NDArray[Any]

FORGOTTEN = "(forgotten)"
TABLES = ("calls", "events", "earlier_calls", "interventions", "people")
_PERSON = dict.fromkeys(("calls", "events", "people", "earlier_calls"), "person")
_CAUSE = {"interventions": "cause_person"}


@dataclass
class Erased:
    """Result of an erasure in a run folder: rows by table, and the rewritten files."""

    rows: dict[str, int] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)


def persons_in(
    folder: Path,
    *,
    pseudonyms: Collection[str] = (),
    numbers: Collection[str] = (),
    lines: Mapping[str, Collection[int]] | None = None,
) -> set[int]:
    """Return a run's person rows that belong to one human.

    Parameters
    ----------
    pseudonyms, numbers
        Of theirs, as tables show them.
    lines
        By a list's name, the lines of its file that are theirs.
    """
    found: set[int] = set()
    for name in ("people", "calls"):
        for path in table_files(folder, name):
            names = _names(path)
            wanted = {"pseudonym": pseudonyms, "number": numbers}
            for column, values in wanted.items():
                if values and column in names:
                    for batch in _batches(path, ["person", column]):
                        found.update(_where_shown(batch, values))
            if lines and {"list", "line"} <= set(names):
                for batch in _batches(path, ["person", "list", "line"]):
                    found.update(_where_lines(batch, lines))
    return found


def shown_in(folder: Path) -> set[str]:
    """Return which of ``pseudonym, number, line`` the tables of a run show."""
    names = {
        name
        for table in ("people", "calls")
        for path in table_files(folder, table)[:1]
        for name in _names(path)
    }
    return names & {"pseudonym", "number", "line"}


def erase_persons(
    folder: Path,
    persons: Collection[int],
    summary: Mapping[str, Any],
    *,
    lines: Mapping[str, Collection[int]] | None = None,
    dry_run: bool = False,
    changes: Changes | None = None,
) -> Erased:
    """Delete every row of some persons from a run.

    Parameters
    ----------
    persons
        Person rows.
    summary
        As read; what is written holds ``forgotten``: rows gone by table, and persons.
    lines
        By a list's name, the lines of its file that are theirs: the account shows none of them.
    dry_run
        Count, and change nothing.
    changes
        Takes place together with these; None: at once.

    Raises
    ------
    CapacityError
        The folder cannot be written; then the files are as they were.
    OSError, pyarrow.ArrowException
        A table cannot be read; nothing was changed.

    Notes
    -----
    An intervention that a person's complaint tipped stays, without naming the person. Values of
    attributes that nobody else has vanish from the tables' dictionaries and from the summary's
    splits. Figures of the run are not computed anew: they are counts of many.
    """
    erased = Erased()
    if not persons:
        return erased
    gone = np.array(sorted(persons), np.int64)
    for name in TABLES:
        for path in table_files(folder, name):
            rows = _count(path, name, gone)
            if rows:
                erased.rows[name] = erased.rows.get(name, 0) + rows
            if rows or _leaves_values(path, name, gone):
                erased.files.append(path)
    if not erased.rows:
        return Erased()
    if dry_run:
        return erased
    sums: dict[Path, FileSums] = {}
    with disk(folder, message("the folder")), together(changes, folder) as taking_part:
        for name in TABLES:
            for path in table_files(folder, name):
                if path in erased.files:
                    sums[path] = _rewrite(path, name, gone, taking_part.staged_path(path, folder))
        values = _values_left(folder, summary, gone)
        summary_without = _with_erasure(summary, erased, len(gone), values, lines or {})
        path = folder / SUMMARY
        text = json_text(with_checksums(summary_without, folder, sums))
        _write_text(path, text, taking_part.staged_path(path, folder))
    erased.files.append(folder / SUMMARY)
    return erased


def inputs_now(summary: Mapping[str, Any]) -> dict[str, str]:
    """Return the input digests for which a run's `line` columns are valid, by input name."""
    return {**(summary.get("inputs") or {}), **(summary.get("inputs_since_forgotten") or {})}


def move_lines(
    folder: Path,
    source: str,
    gone: Collection[int],
    file: str,
    digest: str,
    changes: Changes | None = None,
) -> list[Path]:
    """Renumber the lines of a list's rows after lines were deleted from its file.

    Parameters
    ----------
    source, file
        The list's name, and its file as the scenario names it.
    gone
        Every line taken out, as it was counted before.
    digest
        Of the file as it is now; the summary keeps it, beside that of the file that was read.
    changes
        Takes place together with these, and on top of them; None: at once.
    """
    path, summary_path = folder / "people.parquet", folder / SUMMARY
    before = np.array(sorted(gone), np.int64)
    with disk(folder, message("the folder")), together(changes, folder) as taking_part:
        summary = json.loads(taking_part.now(summary_path).read_text("utf-8"))
        since = {**(summary.get("inputs_since_forgotten") or {}), file: digest}
        with TableFile(taking_part.now(path), sums_of(summary, folder, path)) as found:
            staged_path = taking_part.staged_path(path, folder)
            sums = _move_lines(found, source, before, staged_path, _is_private(path))
        moved = with_checksums(summary, folder, {path: sums})
        text = json_text({**moved, "inputs_since_forgotten": since})
        _write_text(summary_path, text, taking_part.staged_path(summary_path, folder))
    return [path, summary_path]


def _move_lines(
    found: TableFile, source: str, gone: Array, staged_path: Path, private: bool
) -> FileSums:
    """Write a table with the lines of one list renumbered, to a temporary file.

    Returns
    -------
    FileSums
        Of what was written.
    """
    import pyarrow as pa
    from pyarrow import compute

    schema = found.schema
    at = schema.names.index("line")
    with table_writer(staged_path, schema, private=private) as writer:
        for group in range(found.groups):
            table = _sound(found.group(group))
            lines = table.column(at).combine_chunks()
            plain = np.asarray(lines.fill_null(0).to_numpy(zero_copy_only=False))
            moved = pa.array(plain - np.searchsorted(gone, plain))
            mine = compute.equal(table.column("list").cast("string"), source)
            column = compute.if_else(mine, moved, lines)
            column = compute.if_else(compute.is_null(lines), lines, column)
            writer.write_table(table.set_column(at, schema.field(at), column))
    rename_whole(staged_path)
    return writer.sums


def _with_erasure(
    summary: Mapping[str, Any],
    erased: Erased,
    persons: int,
    values: Mapping[str, set[str]],
    lines: Mapping[str, Collection[int]],
) -> dict[str, Any]:
    summary_without = dict(summary)
    rows = {
        name: forgotten_rows(summary, name) + erased.rows.get(name, 0)
        for name in _PERSON
        if name != "earlier_calls" or erased.rows.get(name) or forgotten_rows(summary, name)
    }
    before = forgotten_rows(summary, "persons")
    summary_without["forgotten"] = {"persons": before + persons, **rows}
    splits = {}
    for name, split in (summary.get("splits") or {}).items():
        kept = values.get(name)
        shown = [
            {**row, "value": FORGOTTEN}
            if kept is not None and row.get("value") is not None and row["value"] not in kept
            else row
            for row in split["rows"]
        ]
        splits[name] = {**split, "rows": shown}
    if splits:
        summary_without["splits"] = splits
    if isinstance(summary.get("lists"), list):
        summary_without["lists"] = [
            _without_examples(account, lines) for account in summary["lists"]
        ]
    return summary_without


def _without_examples(account: Any, lines: Mapping[str, Collection[int]]) -> Any:
    """Return the account of a list's rows without examples from some lines."""
    if not isinstance(account, dict) or not isinstance(account.get("examples"), dict):
        return account
    name, gone = account.get("name"), lines.get(str(account.get("name")), ())
    shown = {f"{name}:{line}" for line in gone}
    examples = {
        reason: [
            each
            for each in found
            if each.get("line") not in gone and each.get("merged_with") not in shown
        ]
        for reason, found in account["examples"].items()
    }
    return {**account, "examples": {reason: found for reason, found in examples.items() if found}}


def _values_left(folder: Path, summary: Mapping[str, Any], gone: Array) -> dict[str, set[str]]:
    """Return the values of each split attribute that some remaining person has."""
    from dialsim.outcomes.tables import attribute_column

    found: dict[str, set[str]] = {}
    for name in summary.get("splits") or {}:
        column = attribute_column(name)
        for table in ("people", "calls"):  # of a run that was broken off there may be one of them
            for path in table_files(folder, table):
                if column not in _names(path):
                    continue
                kept = found.setdefault(name, set())
                for batch in _batches(path, ["person", column]):
                    left = batch.filter(_in(batch.column(0), gone, invert=True))
                    kept.update(v for v in left.column(1).unique().to_pylist() if v is not None)
    return found


def _is_private(path: Path) -> bool:
    return not stat.S_IMODE(path.stat().st_mode) & 0o077


def _names(path: Path) -> list[str]:
    with open_beside(path) as file:
        return list(file.schema.names)


def _batches(path: Path, columns: list[str]) -> Iterator[Any]:
    with open_beside(path) as file:
        for batch in file.batches(columns):
            yield _sound(batch)


def _sound(piece: Any) -> Any:
    """Return a table piece if Arrow can process it; a damaged one could crash the process."""
    piece.validate(full=True)
    return piece


def _where_shown(batch: Any, values: Collection[str]) -> list[int]:
    import pyarrow as pa
    from pyarrow import compute

    shown = batch.column(1).cast("string")
    one_of = compute.is_in(shown, value_set=pa.array(sorted(values), pa.string()))
    persons: list[int] = batch.filter(one_of).column(0).to_pylist()
    return persons


def _where_lines(batch: Any, lines: Mapping[str, Collection[int]]) -> list[int]:
    import pyarrow as pa
    from pyarrow import compute

    found: list[int] = []
    for name, wanted in lines.items():
        mine = compute.and_(
            compute.equal(batch.column(1).cast("string"), name),
            compute.is_in(batch.column(2), value_set=pa.array(sorted(wanted), pa.int64())),
        )
        found += batch.filter(mine).column(0).to_pylist()
    return found


def _in(column: Any, persons: Array, *, invert: bool = False) -> Any:
    import pyarrow as pa
    from pyarrow import compute

    inside = compute.is_in(column, value_set=pa.array(persons).cast(column.type))
    return compute.invert(inside) if invert else inside


def _count(path: Path, name: str, gone: Array) -> int:
    from pyarrow import compute

    column = _person(name)
    if column not in _names(path):
        raise OSError(
            message("{name} is damaged: it has no column {column}").filled(
                name=path.name, column=column
            )
        )
    return sum(
        int(compute.sum(_in(batch.column(0), gone)).as_py() or 0)
        for batch in _batches(path, [column])
    )


def _rewrite(path: Path, name: str, gone: Array, staged_path: Path) -> FileSums:
    """Write a table without some persons to a temporary file; return its checksums."""
    with open_beside(path) as file:
        schema = file.schema
        with table_writer(staged_path, schema, private=_is_private(path)) as writer:
            for group in range(file.groups):
                writer.write_table(in_use(_without(_sound(file.group(group)), name, gone)))
    rename_whole(staged_path)
    return writer.sums


def _without(table: Any, name: str, gone: Array) -> Any:
    """Return a piece of a table without some persons."""
    from pyarrow import compute

    if name not in _CAUSE:
        return table.filter(_in(table.column(_PERSON[name]), gone, invert=True))
    at = table.schema.names.index(_CAUSE[name])
    column = table.column(at)
    kept = compute.if_else(_in(column, gone), None, column)
    return table.set_column(at, table.schema.field(at), kept.cast(column.type))


def _leaves_values(path: Path, name: str, gone: Array) -> bool:
    """Return whether dictionaries of people's values hold some that no remaining one has.

    A file of calls knows the values of all who were read before, whoever was called.
    """
    with open_beside(path) as file:
        names = [
            field.name
            for field in file.schema
            if holds_dictionary(field.type) and field.name not in RESERVED
        ]
        columns = [_person(name), *names]
        pieces = (_sound(file.group(group).select(columns)) for group in range(file.groups))
        return bool(names) and any(unused(_without(each, name, gone), names) for each in pieces)


def _person(name: str) -> str:
    return (_PERSON | _CAUSE)[name]


def _write_text(path: Path, text: str, staged_path: Path) -> None:
    """Write a file's new text to a temporary file with the file's permissions."""
    if _is_private(path):
        make_private(staged_path)
    staged_path.write_text(text, encoding="utf-8")
