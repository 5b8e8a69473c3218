"""A call log as a whole: one file or a folder of them, each row used or accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.errors import ScenarioError, did_you_mean_file
from dialsim.messages.text import message
from dialsim.people.call_logs.call_faults import CallFault
from dialsim.people.call_logs.call_rows import CallRows, CallTranslator
from dialsim.people.call_logs.json_records import JsonRecords
from dialsim.people.call_logs.log_format import LogFormat
from dialsim.people.call_logs.outcome import Outcome
from dialsim.people.call_logs.recognising import OpenedLog, open_log
from dialsim.people.masking import masked

HOME_ZONE = "Asia/Shanghai"
"""The one legal time zone of the country whose numbers are called."""
CHUNK_ROWS = 1 << 18
MOST_EXAMPLES = 5


@dataclass(frozen=True)
class FaultyRow:
    """An example of a row that is not used: its fault, file, line, and text with masked numbers."""

    fault: str
    file: str
    line: int
    text: str = ""


@dataclass
class WholeLog:
    """A call log: its calls in order of the files, and the account of its rows.

    ``rows == len(calls.dial_ms) + sum(unusable.values())`` always holds.

    Attributes
    ----------
    log_format, recognised
        The format; whether it was found and not named.
    zone
        Zone of moments without one.
    files
        Names of the files.
    rows
        Rows of all files.
    calls
        The rows used; `fault` is 0 in all of them.
    names
        Names of callers, trunks and campaigns, by the indices of `calls`.
    unusable
        Rows not used, by the name of their `CallFault`.
    examples
        At most five for each fault.
    strange
        Words for outcomes that the format does not know, masked, with their rows; these calls are
        used, with an unknown end.
    out_of_order
        Calls dialled before the call in the row above.
    """

    log_format: LogFormat
    recognised: bool
    zone: str
    files: list[str]
    rows: int
    calls: CallRows
    names: Mapping[str, list[str]]
    unusable: Counter[str] = field(default_factory=Counter)
    examples: list[FaultyRow] = field(default_factory=list)
    strange: Counter[str] = field(default_factory=Counter)
    out_of_order: int = 0


def read_calls(
    path: Path,
    key: str | None = None,
    *,
    zone: str | None = None,
    words: Mapping[str, Outcome] | None = None,
) -> WholeLog:
    """Return a call log as its dialer wrote it.

    Parameters
    ----------
    path
        A file, or a folder whose files (not those that begin with a dot) are read by name.
    key
        Word of the format; None: recognised by the first file.
    zone
        IANA zone of moments that have none; None: the format's own, else `HOME_ZONE`.
    words
        Outcome by plain word, before the format's own.

    Raises
    ------
    ScenarioError
        No file can be read, its format is unknown, or no row can be used.

    Notes
    -----
    Of rows that show the same number called from the same number at the same instant, the first
    counts. Memory: some 50 bytes a call. Cost: see `CallTranslator.rows`, and a sort.
    """
    reading: _Reading | None = None
    for file in _files(path):
        opened = open_log(file, key)
        if reading is None:
            key = opened.log_format.key
            zone = zone or opened.log_format.zone or _zone_of(opened)
            reading = _Reading(opened, CallTranslator(opened.log_format, zone, words=words or {}))
        reading.add(file.name, opened)
    assert reading is not None  # there is a file
    return reading.whole()


def _zone_of(opened: OpenedLog) -> str:
    """Return the zone of a log whose format leaves it open: home, or UTC if the file shows so."""
    if opened.shows_zone(HOME_ZONE) is False and opened.shows_zone("UTC"):
        return "UTC"
    return HOME_ZONE


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(each for each in path.iterdir() if not each.name.startswith("."))
        found = [each for each in found if each.is_file()]
        if not found:
            raise ScenarioError.at("", message("the folder holds no files"), file=str(path))
        return found
    if not path.exists():
        folder = path.parent
        names = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
        raise ScenarioError.at(
            "",
            message("no such call log"),
            file=str(path),
            remedy=did_you_mean_file(path.name, names),
        )
    return [path]


class _Reading:
    """What was read so far."""

    def __init__(self, opened: OpenedLog, translator: CallTranslator) -> None:
        self.opened, self.translator = opened, translator
        self.files: list[str] = []
        self.rows = 0
        self.parts: list[CallRows] = []
        self.places: list[tuple[str, Any, NDArray[np.int64]]] = []
        self.unusable: Counter[str] = Counter()
        self.examples: list[FaultyRow] = []

    def add(self, file: str, opened: OpenedLog) -> None:
        """Read a file."""
        self.files.append(file)
        source, row = opened.source, 0
        for batch in source.batches(CHUNK_ROWS):
            found = self.translator.rows(batch)
            self._count(found.fault, file, source, row)
            used = np.flatnonzero(found.fault == 0)
            self.parts.append(_taken(found, used))
            self.places.append((file, source, used + row))
            row += batch.num_rows
        self.rows += row + len(source.malformed)
        self._malformed(file, source)

    def _count(self, faults: NDArray[np.uint8], file: str, source: Any, first: int) -> None:
        for code in np.unique(faults[faults > 0]).tolist():
            name, rows = CallFault(code).name, np.flatnonzero(faults == code)
            room = max(MOST_EXAMPLES - self.unusable[name], 0)
            self.unusable[name] += len(rows)
            for row in rows[:room].tolist():
                self.examples.append(FaultyRow(name, file, source.line_of(first + row)))

    def _malformed(self, file: str, source: Any) -> None:
        name = CallFault.MALFORMED.name
        if isinstance(source, JsonRecords):
            faulty: Iterable[tuple[int, str]] = source.malformed
        else:
            faulty = [(row.line, row.found) for row in source.malformed]
        for line, text in faulty:
            self.unusable[name] += 1
            if self.unusable[name] <= MOST_EXAMPLES:
                self.examples.append(FaultyRow(name, file, line, masked(text, number=True)))

    def _count_duplicates(self, calls: NDArray[np.int64]) -> None:
        name, starts = CallFault.DUPLICATE.name, np.cumsum([0, *(len(p[2]) for p in self.places)])
        self.unusable[name] = len(calls)
        for call in calls[:MOST_EXAMPLES].tolist():
            part = int(np.searchsorted(starts, call, side="right")) - 1
            file, source, rows = self.places[part]
            line = source.line_of(int(rows[call - starts[part]]))
            self.examples.append(FaultyRow(name, file, line))

    def whole(self) -> WholeLog:
        """Return the log, duplicates taken out."""
        calls = _joined(self.parts)
        twice = _duplicates(calls)
        if twice.any():
            self._count_duplicates(np.flatnonzero(twice))
            calls = _taken(calls, np.flatnonzero(~twice))
        strange: Counter[str] = Counter()
        for word, count in self.translator.strange.most_common():
            strange[masked(word, number=True, names=False)] += count
        return WholeLog(
            self.translator.log_format,
            self.opened.recognised,
            self.translator.zone,
            self.files,
            self.rows,
            calls,
            {role: list(known) for role, known in self.translator.names.items()},
            self.unusable,
            self.examples,
            strange,
            int((np.diff(calls.dial_ms) < 0).sum()),
        )


def _taken(rows: CallRows, places: NDArray[np.int64]) -> CallRows:
    if len(places) == len(rows.fault):
        return rows
    return CallRows._make(column[places] for column in rows)


def _joined(parts: list[CallRows]) -> CallRows:
    if not parts:
        kinds = ("i8", "i8", "i4", "i4", "i4", "u1", "f8", "f8", "i1", "i2", "u1")
        return CallRows._make(np.zeros(0, kind) for kind in kinds)
    return CallRows._make(np.concatenate(columns) for columns in zip(*parts, strict=True))


def _duplicates(calls: CallRows) -> NDArray[np.bool_]:
    """Return which calls are of the same instant, person and caller as an earlier row."""
    order = np.lexsort((calls.caller, calls.person, calls.dial_ms))
    columns = [column[order] for column in (calls.dial_ms, calls.person, calls.caller)]
    same = np.ones(max(len(order) - 1, 0), np.bool_)
    for column in columns:
        same &= column[1:] == column[:-1]
    found = np.zeros(len(order), np.bool_)
    found[order[1:][same]] = True
    return found
