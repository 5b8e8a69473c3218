"""Reading of run folders: the summary and the tables, or what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dialsim.errors import Problem, ScenarioError
from dialsim.messages.text import MARKS, Text, joined, message
from dialsim.outcomes.call_files import call_parts
from dialsim.outcomes.checked import CHECKSUMS, open_table
from dialsim.outcomes.writer import SUMMARY
from dialsim.storage.checksums import ContentChanged
from dialsim.storage.json_text import parsed
from dialsim.storage.paths import is_folder
from dialsim.storage.settling import settle

SUMMARY_VERSIONS = (1, 2)
TABLES = (
    *("calls", "events", "interventions", "series", "people"),
    *("earlier_calls", "earlier_caller_ids"),
)


class DamagedError(ScenarioError):
    """A table of a run was changed or cannot be read; readers may do without it."""


def read_summary(path: Path) -> dict[str, Any]:
    """Return a run's summary, after settling the unfinished changes of a killed command.

    Raises
    ------
    ScenarioError
        There is none, or none that can be read; or another command is changing the folder.
    """

    def refuse(message: str, remedy: str | None = None) -> ScenarioError:
        return ScenarioError([Problem("", message, remedy=remedy, file=str(path))])

    if not is_folder(path):
        raise refuse(
            message("this is not a folder") if path.is_file() else message("no such run folder")
        )
    try:
        settle(path)
    except OSError as error:
        raise refuse(
            message("what was begun here cannot be finished: {error}").filled(error=error),
            message("try again"),
        ) from None
    try:
        summary: Any = parsed((path / SUMMARY).read_text("utf-8"))
    except FileNotFoundError:
        inner = sorted(p.parent.name for p in path.glob(f"*/{SUMMARY}"))
        hint = message("did you mean {count}?").filled(count=path / inner[0]) if inner else None
        raise refuse(
            message("this is no finished run: it has no {summary}").filled(summary=SUMMARY), hint
        ) from None
    except (OSError, ValueError) as error:
        reason = error.args[0] if type(error) is ValueError else error
        raise refuse(
            message("{summary} cannot be read: {error}").filled(summary=SUMMARY, error=reason),
            message("run it again"),
        ) from None
    version = summary.get("schema_version") if isinstance(summary, dict) else None
    if type(version) is not int or version not in SUMMARY_VERSIONS:
        raise refuse(*_other_version(summary, version))
    fault = _fault_of(summary)
    if fault:
        raise refuse(
            message("{summary} is damaged: {fault}").filled(summary=SUMMARY, fault=fault),
            message("run it again"),
        )
    return dict(summary)


def _other_version(summary: Any, version: object) -> tuple[str, str]:
    """Return the message for a summary in another format, with the remedy."""
    identity = summary.get("identity") if isinstance(summary, dict) else None
    maker = identity.get("version") if isinstance(identity, dict) else None
    known = ", ".join(map(str, SUMMARY_VERSIONS))
    what = (
        message("{summary} is of format {version}; this dialsim reads {known}")
        if type(version) is int
        else message("{summary} is of no format that it names; this dialsim reads {known}")
    )
    remedy = (
        message("run it again")
        if not isinstance(maker, str)
        else message("read it with dialsim {value}").filled(value=maker[:40])
    )
    return what.filled(summary=SUMMARY, version=version, known=known), remedy


def _fault_of(summary: Mapping[str, Any]) -> str | None:
    """Return which of the keys that every reader of a summary needs is missing."""
    identity, goals = summary.get("identity"), summary.get("goals")
    if not isinstance(identity, dict) or not {"name", "seed"} <= identity.keys():
        return message("identity is missing or has no name and seed")
    if not isinstance(summary.get("complete"), bool):
        return message("complete is missing or neither true nor false")
    if not isinstance(goals, list) or not all(isinstance(g, dict) and "met" in g for g in goals):
        return message("goals is missing or holds something that is no goal")
    try:
        int(summary["metrics"]["attempts"]["value"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return message("metrics is missing or has no attempts")
    return None


def read_table(folder: Path, name: str, summary: Mapping[str, Any]) -> Any:
    """Return a table of a run folder, an Arrow table.

    Raises
    ------
    ScenarioError
        It is missing, damaged, or has not the rows that the summary tells of; the message says
        what can still be read.
    """
    import pyarrow as pa

    with _as_loaded(folder, summary):
        parts = _whole_parts(folder, name, summary)
        try:
            return pa.concat_tables([_read(folder, path, summary) for path in parts])
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(folder, name, error) from None


def read_batches(
    folder: Path, name: str, summary: Mapping[str, Any], columns: Sequence[str]
) -> Iterator[Any]:
    """Yield some columns of a table of a run folder as Arrow batches, whatever its size.

    Raises
    ------
    ScenarioError
        As :func:`read_table`, before the first batch; or it has not these columns.
    """
    import pyarrow as pa

    with _as_loaded(folder, summary):
        parts = _whole_parts(folder, name, summary)
        try:
            for path in parts:
                with open_table(summary, folder, path) as file:
                    missing = [each for each in columns if each not in file.schema.names]
                    if missing:
                        sentence = message("{name} has no column {value}").filled(
                            name=name, value=", ".join(missing)
                        )
                        raise _refusal(folder, sentence, message("run it again"))
                    yield from file.batches(columns)
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(folder, name, error) from None


def check_table(folder: Path, name: str, summary: Mapping[str, Any]) -> tuple[int, int]:
    """Check every file of a table; return their number and bytes.

    A file without checksums is read to its end instead. A table that the run has not is none.

    Raises
    ------
    DamagedError
        A file is not what was written, or one of those that were is missing.
    """
    with _as_loaded(folder, summary):
        return _check_table(folder, name, summary)


def _check_table(folder: Path, name: str, summary: Mapping[str, Any]) -> tuple[int, int]:
    import pyarrow as pa

    files = table_files(folder, name)
    kept = (summary.get(CHECKSUMS) or {}).get("files", {})
    head = "calls/" if name == "calls" else f"{name}."
    gone = sorted(
        {each for each in kept if each.startswith(head)}
        - {path.relative_to(folder).as_posix() for path in files}
    )
    if gone:
        sentence = message("{name} cannot be read: {value} is missing").filled(
            name=name, value=", ".join(gone[:5])
        )
        raise _damage(folder, sentence, _readable(folder, name))
    if not files:
        return 0, 0
    _whole_parts(folder, name, summary)
    try:
        for path in files:
            with open_table(summary, folder, path) as file:
                file.check()
                if CHECKSUMS not in summary:
                    file.read()
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(folder, name, error) from None
    return len(files), sum(path.stat().st_size for path in files)


def table_columns(folder: Path, name: str, summary: Mapping[str, Any]) -> list[str]:
    """Return a run table's columns; none if it is missing.

    Raises
    ------
    ScenarioError
        It is damaged.
    """
    import pyarrow as pa

    files = table_files(folder, name)
    with _as_loaded(folder, summary):
        try:
            return _schema_names(folder, files[0], summary) if files else []
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(folder, name, error) from None


@contextmanager
def _as_loaded(folder: Path, summary: Mapping[str, Any]) -> Iterator[None]:
    """Raise that a table changed, not that it is damaged, if the run's summary was replaced."""
    try:
        yield
    except DamagedError as error:
        try:
            now = read_summary(folder)
        except ScenarioError:
            raise error from None
        if all(now.get(key) == summary.get(key) for key in (CHECKSUMS, "forgotten")):
            raise
        sentence = message("this run was changed since it was loaded (a person was forgotten?)")
        raise _refusal(folder, sentence, message("load it again")) from None


def _whole_parts(folder: Path, name: str, summary: Mapping[str, Any]) -> list[Path]:
    """Return the files of a table, all present and complete by their footers."""
    parts = table_files(folder, name)
    if not parts:
        remedy = message("run it again with a call log (--log parquet), to its end")
        raise _refusal(folder, message("this run has no {name}").filled(name=name), remedy)
    import pyarrow as pa

    whole, damaged, rows = [], [], 0
    for path in parts:
        try:
            rows += _row_count(folder, path, summary)
            whole.append(path)
        except (OSError, pa.ArrowException):
            damaged.append(path)
    wanted = _rows_expected(summary, name, rows)
    if damaged or rows != wanted:
        raise _incomplete(folder, name, whole, damaged, rows, wanted)
    return parts


def _unreadable(folder: Path, name: str, error: Exception) -> ScenarioError:
    if isinstance(error, ContentChanged):
        path = error.path.relative_to(folder)
        sentence = message(
            "{name} cannot be read: the content of {path} is not what was written"
        ).filled(name=name, path=path)
        return _damage(folder, sentence, _readable(folder, name))
    reason = str(error).splitlines()[0][:120]
    return _damage(
        folder,
        message("{name} cannot be read ({reason})").filled(name=name, reason=reason),
        _readable(folder, name),
    )


def _row_count(folder: Path, path: Path, summary: Mapping[str, Any]) -> int:
    with open_table(summary, folder, path) as file:
        rows: int = file.rows
    return rows


def _schema_names(folder: Path, path: Path, summary: Mapping[str, Any]) -> list[str]:
    with open_table(summary, folder, path) as file:
        return list(file.schema.names)


def _read(folder: Path, path: Path, summary: Mapping[str, Any]) -> Any:
    with open_table(summary, folder, path) as file:
        return file.read()


def table_files(folder: Path, name: str) -> list[Path]:
    """Return a table's existing files in a run folder, in their order."""
    if name == "calls":
        return call_parts(folder)
    path = folder / f"{name}.parquet"
    return [path] if path.is_file() else []


def _rows_expected(summary: Mapping[str, Any], name: str, rows: int) -> int:
    """Return the number of rows in the summary, or those found if it has none.

    Rows of people who were forgotten since are gone, and the summary says how many they were.
    """
    gone = forgotten_rows(summary, name)
    if name == "calls":
        kept = rows_kept(summary)
        return (int(summary["metrics"]["attempts"]["value"]) if kept is None else kept) - gone
    counts = summary.get("events")
    if name == "events" and isinstance(counts, dict):
        return sum(n for n in counts.values() if isinstance(n, int)) - gone
    return rows


def rows_kept(summary: Mapping[str, Any]) -> int | None:
    """Return how many attempts a sample holds; None if the log is no sample."""
    log = summary.get("log")
    if not isinstance(log, dict) or log.get("kept") != "sample":
        return None
    rows = log.get("rows")
    return rows if type(rows) is int else None


def forgotten_rows(summary: Mapping[str, Any], name: str) -> int:
    """Return how many rows of a table `dialsim forget` has deleted."""
    forgotten = summary.get("forgotten")
    gone = forgotten.get(name, 0) if isinstance(forgotten, dict) else 0
    return gone if type(gone) is int and gone > 0 else 0


def _incomplete(
    folder: Path, name: str, whole: list[Path], damaged: list[Path], rows: int, wanted: int
) -> ScenarioError:
    """Return what is missing of a table."""
    faults: list[Text] = [
        message("{path} is damaged: its content is not what was written").filled(
            path=path.relative_to(folder)
        )
        for path in damaged
    ]
    if name == "calls":
        found = {path.name for path in (*whole, *damaged)}
        last = max(found)
        stem, _, suffix = last.partition(".")
        numbers = range(1, int(stem.removeprefix("part-")))
        gaps = [n for n in (f"part-{i:05d}.{suffix}" for i in numbers) if n not in found]
        faults += [message("calls/{part} is missing").filled(part=part) for part in gaps[:5]]
        if len(gaps) > 5:
            faults.append(message("{count} more parts are missing").filled(count=len(gaps) - 5))
        if not faults and rows < wanted:
            faults.append(message("what came after calls/{last} is missing").filled(last=last))
    sentence = message("{name} has {rows:,} readable rows, the summary tells of {wanted:,}").filled(
        name=name, rows=rows, wanted=wanted
    )
    if rows == wanted:  # the summary does not say how many there are
        sentence = message("{name} cannot be read").filled(name=name)
    fault = joined(MARKS["then"], [sentence, *faults])
    return _damage(folder, fault, _readable(folder, name, whole))


def _readable(folder: Path, name: str, whole: list[Path] | None = None) -> str:
    """Return what is readable although one table is not."""
    kept = [other for other in TABLES if other != name and table_files(folder, other)]
    parts = [message("put the files back or run it again")]
    if kept:
        parts.append(message("{names} can still be asked for").filled(names=", ".join(kept)))
    if whole and name == "calls":
        alone = message("{count} of its files can be read by themselves, the first is {first}")
        parts.append(alone.filled(count=len(whole), first=whole[0]))
    return joined(MARKS["then"], parts)


def _damage(folder: Path, message: str, remedy: str) -> DamagedError:
    return DamagedError([Problem("", message, file=str(folder), remedy=remedy)])


def _refusal(folder: Path, message: str, remedy: str) -> ScenarioError:
    return ScenarioError([Problem("", message, file=str(folder), remedy=remedy)])
