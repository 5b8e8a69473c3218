"""Sinks of the log: files of a run folder, or memory.

A sink takes batches of log rows in order and keeps them. Both sinks make the same tables. Nothing
here knows the engine; whoever drives it hands rows over.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from dialsim.errors import CapacityError
from dialsim.messages.text import message
from dialsim.outcomes.call_files import table_writer
from dialsim.outcomes.checked import SUMMARY as SUMMARY
from dialsim.outcomes.checked import checksums_dict
from dialsim.outcomes.layout import ACTION_ROW, CALL_ROW, EVENT_ROW
from dialsim.outcomes.tables import Labels, action_table, call_table, concatenated, event_table
from dialsim.storage.atomic_file import FULL, written_atomically
from dialsim.storage.checksums import ContentChanged, FileSums

ROWS_PER_PART = 5_000_000
"""Rows of one file of calls: about 50 MB."""

_NO_CALLS = np.empty(0, CALL_ROW)
_NO_EVENTS = np.empty(0, EVENT_ROW)
_NO_ACTIONS = np.empty(0, ACTION_ROW)


class Sink(Protocol):
    """Receiver of the log. Any worker thread may call its methods, one at a time."""

    def write(self, calls: NDArray[Any], events: NDArray[Any], actions: NDArray[Any]) -> None:
        """Keep a batch: CALL_ROW[a], EVENT_ROW[b], ACTION_ROW[c].

        Once it returns, `calls` is written over: whoever keeps rows copies them.
        """

    def rotate(self) -> None:
        """Make everything written so far readable by others."""

    def close(self) -> None:
        """Rotate for the last time. Idempotent."""


class OnTheWay:
    """Base of sinks that observe a log on its way to another sink.

    Parameters
    ----------
    sink
        Takes what passes.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def rotate(self) -> None:
        """Pass it on."""
        self._sink.rotate()

    def close(self) -> None:
        """Pass it on."""
        self._sink.close()


class NoSink:
    """Keeps nothing: a replication's results are in its counters."""

    def write(self, calls: NDArray[Any], events: NDArray[Any], actions: NDArray[Any]) -> None:
        """Discard a batch."""

    def rotate(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class MemorySink:
    """Keeps the log as Arrow tables.

    Parameters
    ----------
    labels
        Names for the columns.
    calls
        False: attempts are not kept, only events and interventions.

    Attributes
    ----------
    rows
        Attempts kept so far.

    Notes
    -----
    An attempt takes about 60 bytes.
    """

    def __init__(self, labels: Labels, *, calls: bool = True) -> None:
        self._labels = labels
        self._keep_calls = calls
        self.rows = 0
        self._calls: list[Any] = []
        self._events: list[Any] = []
        self._actions: list[Any] = []

    def write(self, calls: NDArray[Any], events: NDArray[Any], actions: NDArray[Any]) -> None:
        """Keep a batch."""
        if self._keep_calls and len(calls):
            self._calls.append(call_table(calls, self._labels))
            self.rows += len(calls)
        if len(events):
            self._events.append(event_table(events, self._labels))
        if len(actions):
            self._actions.append(action_table(actions, self._labels))

    def copy(self) -> MemorySink:
        """Return another sink with the same content so far; tables are shared."""
        other = MemorySink(self._labels, calls=self._keep_calls)
        other._calls, other._events = list(self._calls), list(self._events)
        other._actions, other.rows = list(self._actions), self.rows
        return other

    def rotate(self) -> None:
        """Do nothing: memory is readable at any time."""

    def close(self) -> None:
        """Do nothing."""

    @property
    def calls(self) -> Any:
        """The attempts so far, an Arrow table."""
        return concatenated(self._calls, call_table(_NO_CALLS, self._labels))

    @property
    def events(self) -> Any:
        """People's reactions so far, an Arrow table."""
        return concatenated(self._events, event_table(_NO_EVENTS, self._labels))

    @property
    def interventions(self) -> Any:
        """The network's actions so far, an Arrow table."""
        return concatenated(self._actions, action_table(_NO_ACTIONS, self._labels))


class RunWriter:
    """Writes a run folder.

    Parameters
    ----------
    folder
        Made if it is missing.
    labels
        Names for the columns.
    calls
        How the files in ``calls/`` end, which says what they are; None: there are none.
    rows_per_part
        Rows after which a file of calls is closed and the next begun, to the row.
    shown
        Folder that messages name; None: `folder`.

    Attributes
    ----------
    rows
        Attempts written so far.
    private
        Files that hold numbers are written for their owner alone: 0600 in a folder 0700.

    Raises
    ------
    CapacityError
        From every method, if the folder cannot be written. What was rotated stays readable.

    Notes
    -----
    Every file is written as ``*.tmp`` and renamed when it is whole. Parts depend on the rows
    alone, not on how they were batched.
    """

    def __init__(
        self,
        folder: Path | str,
        labels: Labels,
        *,
        calls: Literal[".parquet", ".arrow"] | None = ".parquet",
        rows_per_part: int = ROWS_PER_PART,
        shown: Path | None = None,
    ) -> None:
        self.folder = Path(folder)
        self._shown = self.folder if shown is None else shown
        self._labels = labels
        self._suffix = calls
        self.rows = 0
        self._rows_per_part = rows_per_part
        self._parts = 0
        self._in_part = 0
        self._open: Any = None
        self._sums: dict[str, FileSums] = {}
        self._tables: dict[str, TableInParts] = {}
        self._memory = MemorySink(labels, calls=False)
        self._closed = False
        self.private = labels.carried is not None and labels.carried.private
        with disk(self._shown):
            self.folder.mkdir(parents=True, exist_ok=True)
            if calls is not None:
                (self.folder / "calls").mkdir(0o700 if self.private else 0o777, exist_ok=True)

    def write(self, calls: NDArray[Any], events: NDArray[Any], actions: NDArray[Any]) -> None:
        """Write a batch of attempts; events and actions are few and written at the end."""
        self._memory.write(_NO_CALLS, events, actions)
        if self._suffix is None:
            return
        first = 0
        while first < len(calls):
            rows = calls[first : first + self._rows_per_part - self._in_part]
            self._append(call_table(rows, self._labels))
            first += len(rows)
            self._in_part += len(rows)
            if self._in_part >= self._rows_per_part:
                self.rotate()
        self.rows += len(calls)

    def rotate(self) -> None:
        """Close the current part of the calls, if it has rows, and rename it."""
        if self._open is None:
            return
        writer, self._open = self._open, None
        self._in_part = 0
        name = self._part_name()
        with disk(self._shown):
            writer.close()
            rename_whole(name)
        self._sums[f"calls/{name.name}"] = writer.sums

    def close(self) -> None:
        """Rotate, and write events and interventions."""
        if self._closed:
            return
        self._closed = True
        if self._suffix is not None and not self._parts:  # a run without a call still has the table
            self._append(call_table(_NO_CALLS, self._labels))
        self.rotate()
        self.write_table("events", self._memory.events)
        self.write_table("interventions", self._memory.interventions)

    def abandon(self) -> None:
        """Stop after a failure: drop the open part, keep complete ones. Never raises."""
        self._closed = True
        writer, self._open = self._open, None
        if writer is not None:
            with suppress(OSError):  # the disk that made us leave off
                writer.close()
        for path in sorted(self.folder.rglob("*.tmp")):
            with suppress(OSError):
                path.unlink()

    def write_table(self, name: str, table: Any) -> None:
        """Write an Arrow table as ``<name>.parquet``."""
        file = self.table_file(name, table.schema)
        file.write(table)
        file.close()

    def table_file(self, name: str, schema: Any) -> TableInParts:
        """Return a writer of a table as ``<name>.parquet``, piece by piece."""
        path = self.folder / f"{name}.parquet"
        self._tables[path.name] = TableInParts(path, schema, self._shown, self.private)
        return self._tables[path.name]

    def checksums(self) -> dict[str, Any]:
        """Return the checksums of every complete table so far, for the summary."""
        tables = {name: each.sums for name, each in self._tables.items() if each.sums is not None}
        return checksums_dict({**self._sums, **tables})

    def write_text(self, name: str, text: str) -> None:
        """Write a text file."""
        path = self.folder / name
        with disk(self._shown):
            path.with_name(path.name + ".tmp").write_text(text, encoding="utf-8")
            rename_whole(path)

    def write_json(self, name: str, value: object) -> None:
        """Write a dict as indented JSON, Chinese unescaped."""
        self.write_text(name, json_text(value))

    def _append(self, table: Any) -> None:
        with disk(self._shown):
            if self._open is None:
                self._parts += 1
                self._open = table_writer(self._part_name(), table.schema, private=self.private)
            self._open.write_table(table)

    def _part_name(self) -> Path:
        return self.folder / "calls" / f"part-{self._parts:05d}{self._suffix}"


class TableInParts:
    """A run table written in pieces; it gets its name when it is closed.

    Parameters
    ----------
    path, schema
        The file, and the Arrow schema of every piece.
    shown
        What the folder is called in messages.
    private
        The file is its owner's alone.

    Attributes
    ----------
    sums
        Checksums of the file, once it has its name.

    Notes
    -----
    A piece that could not be written, whose error its caller has, is the end of it: no further
    one is taken, and the file never gets its name.
    """

    def __init__(self, path: Path, schema: Any, shown: Path, private: bool) -> None:
        self._path, self._shown = path, shown
        self._whole = True
        self.sums: FileSums | None = None
        with disk(shown):
            self._writer = table_writer(path, schema, private=private)

    def write(self, table: Any) -> None:
        """Append a piece."""
        if not self._whole:
            return
        self._whole = False
        with disk(self._shown):
            self._writer.write_table(table)
        self._whole = True

    def close(self) -> None:
        """Complete the file and rename it."""
        with disk(self._shown) if self._whole else suppress(Exception):
            self._writer.close()
            if self._whole:
                rename_whole(self._path)
                self.sums = self._writer.sums


def json_text(value: object) -> str:
    """Return a value as indented JSON, Chinese unescaped."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def rename_whole(path: Path) -> None:
    """Rename a file written as ``path.tmp`` to its final name."""
    path.with_name(path.name + ".tmp").replace(path)


_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)


def write_atomically(path: Path, text: str, setting: str = message("the path given")) -> None:
    """Write a text file as :func:`dialsim.storage.atomic_file.written_atomically` does.

    Raises
    ------
    CapacityError
        It cannot be written there; `setting` is what chose the path.
    """
    with disk(path.parent, setting), written_atomically(path) as file:
        file.write(text.encode())


@contextmanager
def disk(folder: Path, setting: str = "--out") -> Iterator[None]:
    """Turn a failure to write below `folder` into one sentence; `setting` chooses the folder.

    Raises
    ------
    CapacityError
        Instead of any OSError but `ContentChanged`, which a file that is read raises.
    """
    try:
        yield
    except ContentChanged:
        raise
    except OSError as error:
        raise disk_error(error, folder, setting) from error


def disk_error(error: OSError, folder: Path, setting: str = "--out") -> CapacityError:
    """Return the error for a failure to write below `folder`."""
    number = error.errno
    if number is None:  # pyarrow keeps it in the text alone
        number = next((n for n in (*FULL, *_REFUSED) if f"[errno {n}]" in str(error).lower()), 0)
    if number in FULL:
        return CapacityError(
            message("the disk under {folder}").filled(folder=folder), message("it is full"), setting
        )
    if number in _REFUSED:
        return CapacityError(
            message("the folder {folder}").filled(folder=folder),
            message("it may not be written"),
            setting,
        )
    reason = error.strerror or str(error)
    return CapacityError(
        message("the folder {folder}").filled(folder=folder),
        message("it cannot be written ({reason})").filled(reason=reason),
        setting,
    )
