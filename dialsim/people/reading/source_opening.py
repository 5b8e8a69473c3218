"""Open a file of people or numbers, and find its columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.people.reading.detect import SniffError, kind_of, sniff
from dialsim.people.reading.sheet_checks import check_sheet
from dialsim.people.reading.source_columns import find_columns, listed, shown_name
from dialsim.people.reading.source_text import UnreadableError
from dialsim.people.reading.source_workbook import is_workbook, read_sheet
from dialsim.storage.settling import settle

if TYPE_CHECKING:
    from dialsim.scenario.models.files import FileFormat
from dialsim.people.reading.source import Source, reason_of, stamp_of


def open_source(
    path: Path,
    spec: FileFormat,
    roles: Mapping[str, Sequence[str]],
    where: str,
    problems: Problems,
    *,
    required: Sequence[str] = ("number",),
    given: Mapping[str, str],
    named: str | None = None,
    may_be_empty: bool = False,
    tolerant: Iterable[str] = (),
    asked: Sequence[str] = (),
) -> Source | None:
    """Open a file of people or numbers; add its faults to `problems`.

    Parameters
    ----------
    path
        The file.
    spec
        How it is written; None values are detected.
    roles
        Names to look for, by role, such as ``{"number": ["number"], "id": ["id"]}``.
    where
        Path of the table in the scenario, such as ``people[0]``.
    required
        Roles that must be present.
    given
        Columns the scenario names, which must be present, by role: ``number``, ``alternates:0``,
        ``attribute:branch``.
    named
        The file as the scenario names it; default: its name.
    may_be_empty
        Whether a header without rows is valid, as for a do-not-call list.
    tolerant
        Roles in which invalid bytes do not reject the row: they become U+FFFD.
    asked
        Roles named in the message if no column is found; default: the first.

    Returns
    -------
    Source or None
        None if something is wrong.

    Notes
    -----
    Settles changes that a killed command left unfinished first. Reads the first 256 KiB, and, for a
    CSV file that begins as plain ASCII, up to the first non-ASCII byte unless the encoding is
    given.
    """
    before = len(problems)
    source = look_at(path, spec, where, problems, named)
    if source is None:
        return None
    if source.rows_estimate == 0 and not may_be_empty:  # independent of its column names
        problems.add(
            f"{where}.file",
            message("the list is empty: it has a header and no row"),
            found=source._file,
            allowed=message("at least one row"),
            remedy=message("export the list again"),
        )
        return None
    source._tolerant = frozenset(tolerant)
    assign(source, roles, problems, required=required, given=given)
    if not source._places and len(problems) == before:
        problems.add(
            f"{where}.columns",
            message("the file has none of the columns that are looked for"),
            found=source._file,
            allowed=message("one of {listed}; the file has {listed_2}").filled(
                listed=listed(roles), listed_2=listed(source.names)
            ),
            remedy=naming(where, *(asked or list(roles)[:1])),
        )
    return source if len(problems) == before else None


def look_at(
    path: Path, spec: FileFormat, where: str, problems: Problems, named: str | None = None
) -> Source | None:
    """Open a file and detect how it is written; :func:`assign` finds the column roles.

    Parameters as in :func:`open_source`; None if a problem was added.
    """
    file = named or path.name
    kind = _kind(path, spec, where, file, problems)
    if kind is None:
        return None
    try:
        settle(path.resolve().parent)
    except OSError as error:
        sentence = message("what was begun with the file cannot be finished: {error}").filled(
            error=error
        )
        problems.add(f"{where}.file", sentence, found=file)
        return None
    open_ = {"parquet": _open_parquet, "excel": _open_workbook}.get(kind, _open_csv)
    try:
        stamp = stamp_of(path)
    except UnreadableError as error:
        problems.add(
            f"{where}.file",
            message("the file cannot be read: {error}").filled(error=error),
            found=file,
        )
        return None
    source = open_(path, spec, where, file, problems)
    if source is not None:
        source._stamp = stamp
    return source


def assign(
    source: Source,
    roles: Mapping[str, Sequence[str]],
    problems: Problems,
    *,
    required: Sequence[str] = (),
    given: Mapping[str, str],
) -> None:
    """Assign columns of a file to roles; parameters as in :func:`open_source`."""
    source._places = find_columns(
        source.names,
        roles,
        given,
        required,
        source.where,
        problems,
        source.sample,
        source.header,
        source.sample_lines(),
    )
    if source.kind == "parquet":
        _check_types(source, problems)
    if source.kind == "excel":
        check_sheet(source, problems)
    source.columns = _by_role(source)


def naming(where: str, *roles: str) -> str:
    """Return how a scenario file names the columns of the given roles.

    >>> naming("history.calls", "time", "number")
    'name them in the scenario: [history.calls.columns] with time = "...", number = "..."'
    >>> naming("registries[0]", "number")
    'name it in the scenario: columns = { number = "..." }'
    """
    written = ", ".join(f'{role} = "..."' for role in roles)
    what = "it" if len(roles) == 1 else "them"
    if where.endswith("]"):
        return f"name {what} in the scenario: columns = {{ {written} }}"
    return f"name {what} in the scenario: [{where}.columns] with {written}"


def _by_role(source: Source) -> dict[str, str | list[str]]:
    columns: dict[str, str | list[str]] = {}
    for role, place in source._places.items():
        key, _, rest = role.partition(":")
        if rest:
            several = columns.setdefault(key, [])
            if isinstance(several, list):
                several.append(source.names[place])
        else:
            columns[key] = source.names[place]
    return columns


def _kind(path: Path, spec: FileFormat, where: str, file: str, problems: Problems) -> str | None:
    """Return ``csv``, ``gzip``, ``parquet`` or ``excel``; None and a problem if it is none."""

    def wrong(
        message: str, remedy: str | None = None, key: str = "file", found: str = file
    ) -> None:
        problems.add(f"{where}.{key}", message, found=found, remedy=remedy)

    allowed = message("a CSV, Excel or Parquet file")
    try:
        if path.is_dir():
            problems.add(f"{where}.file", message("this is a folder"), found=file, allowed=allowed)
            return None
        if not path.is_file():
            problems.add(
                f"{where}.file",
                message("this is no regular file") if path.exists() else message("no such file"),
                found=file,
                allowed=allowed,
                remedy=message("paths are relative to the scenario's own file"),
            )
            return None
        with path.open("rb") as opened:
            head = opened.read(16)
        kind, words = kind_of(head)
        if kind == "excel" and not is_workbook(path):
            kind = "other"
    except PermissionError:
        wrong(message("no permission to read the file"), message("let its owner allow it"))
        return None
    except OSError as error:
        wrong(
            message("the file cannot be read: {value}").filled(
                value=error.strerror or "unknown fault"
            )
        )
        return None
    if not head:
        wrong(message("the file is empty"), message("export the list again"))
    elif kind == "encrypted":
        wrong(
            message("the Parquet file is encrypted"), message("export the list without encryption")
        )
    elif kind == "other":
        wrong(
            message("this is {words}, not {allowed}").filled(words=words, allowed=allowed),
            message("export or unpack the list as CSV, Excel or Parquet"),
        )
    elif spec.format not in (None, "csv" if kind == "gzip" else kind):
        wrong(
            _FILE_OF[kind] if spec.format == "csv" else _NO_FILE_OF[spec.format or kind],
            message('leave `format` out, or format = "{kind}"').filled(
                kind="csv" if kind == "gzip" else kind
            ),
            "format",
            _KINDS[kind],
        )
    elif spec.sheet is not None and kind != "excel":
        wrong(
            message("a file of this kind has no sheets"),
            message("leave `sheet` out, or name the workbook"),
            "sheet",
            _KINDS[kind],
        )
    else:
        return kind
    return None


_KINDS: dict[str, str] = {
    "csv": "CSV",
    "gzip": message("CSV, packed with gzip"),
    "parquet": "Parquet",
    "excel": "Excel",
}
_FILE_OF = {
    "parquet": message("this is a Parquet file"),
    "excel": message("this is a workbook"),
}
_NO_FILE_OF = {
    "parquet": message("this is no Parquet file"),
    "excel": message("this is no workbook"),
}


def _open_csv(
    path: Path, spec: FileFormat, where: str, file: str, problems: Problems
) -> Source | None:
    try:
        dialect = sniff(
            path, _is_gzip(path), spec.encoding, spec.delimiter, spec.header, spec.header_row
        )
    except SniffError as error:
        _add_unread(spec, where, file, error, problems)
        return None
    except (UnreadableError, OSError) as error:
        problems.add(
            f"{where}.file", message("the file cannot be read: "
                                     "{reason_of}").filled(reason_of=reason_of(error)), found=file,
            remedy=message("copy or export the list again"),
        )  # fmt: skip
        return None
    return Source(
        path,
        where,
        "csv",
        dialect.names,
        {},
        dialect.rows_estimate,
        dialect.delimiter,
        dialect.encoding,
        dialect.header,
        _dialect=dialect,
        _file=file,
    )


def _add_unread(
    spec: FileFormat, where: str, file: str, error: SniffError, problems: Problems
) -> None:
    """Add why a file is no table, at the key that is wrong."""
    given = None if error.key == "file" else getattr(spec, error.key)
    problems.add(
        f"{where}.{error.key}",
        error.message,
        found=file if given is None else given,
        remedy=error.remedy,
    )


def _open_workbook(
    path: Path, spec: FileFormat, where: str, file: str, problems: Problems
) -> Source | None:
    try:
        sheet = read_sheet(path, spec.sheet, spec.header, spec.header_row)
    except SniffError as error:
        _add_unread(spec, where, file, error, problems)
        return None
    rows = len(sheet.lines)
    header = spec.header is not False
    return Source(
        path, where, "excel", sheet.names, {}, rows, None, None, header, _sheet=sheet, _file=file
    )


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return kind_of(file.read(16))[0] == "gzip"


def _open_parquet(
    path: Path, _spec: FileFormat, where: str, file: str, problems: Problems
) -> Source | None:
    from dialsim.people.reading.source_parquet import parquet_schema

    try:
        schema, rows = parquet_schema(path)
    except UnreadableError as error:
        _refuse_parquet(where, file, error, problems)
        return None
    names = [name.strip() for name in schema.names]
    return Source(path, where, "parquet", names, {}, rows, None, None, True, _file=file)


def _refuse_parquet(where: str, file: str, error: UnreadableError, problems: Problems) -> None:
    problems.add(
        f"{where}.file",
        message("this is no readable Parquet file ({error})").filled(error=error),
        found=file,
        allowed=message("a whole Parquet file without encryption"),
        remedy=message("export the list again as Parquet"),
    )


def _check_types(source: Source, problems: Problems) -> None:
    from dialsim.people.reading.source_parquet import cells_too_long, parquet_schema, refused_type

    schema, _ = parquet_schema(source.path)
    wanted = {schema.names[place] for place in source._places.values()}
    try:
        found = cells_too_long(source.path, wanted)
    except UnreadableError as error:
        _refuse_parquet(source.where, source._file, error, problems)
        return
    if found is not None:
        name, size, rows = found
        problems.add(
            f"{source.where}.file",
            message("the cells of a column are too long: {value} MiB in {rows} rows").filled(
                value=size >> 20, rows=rows
            ),
            found=shown_name(name),
            allowed=message("cells of at most 1 MiB, row groups of at most 256 MiB a column"),
            remedy=message("export the list again, without such cells"),
        )
    for role, place in source._places.items():
        refused = refused_type(role, schema.field(place).type)
        if refused:
            why, allowed = refused
            key = role.split(":")[0]
            problems.add(
                f"{source.where}.attributes"
                if key == "attribute"
                else f"{source.where}.columns.{key}",
                why,
                found=f"{source.names[place]}: {schema.field(place).type}",
                allowed=allowed,
            )
