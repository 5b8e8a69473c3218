"""Which format a file of calls is written in, by its columns and cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from dialsim.errors import Problem, Problems, ScenarioError, did_you_mean
from dialsim.messages.text import Text, message
from dialsim.people.call_logs.instants import instants
from dialsim.people.call_logs.json_records import JsonRecords, has_column, is_json
from dialsim.people.call_logs.log_format import (
    LogFormat,
    alternatives,
    causes,
    known_formats,
    load_format,
)
from dialsim.people.call_logs.outcome import plain_word
from dialsim.people.reading.dates import BAD, READ
from dialsim.people.reading.source_columns import listed
from dialsim.people.reading.source_opening import assign, look_at
from dialsim.scenario.models.files import FileFormat

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

MOSTLY = 0.9
"""Share of the first rows whose words must be known, so that a file without names is recognised."""
_SAMPLE_RECORDS = 50
_EPOCH = re.compile(r"(?:^|-)(\d{10})\.\d+$")
_NEAR_MS = 600_000


@dataclass
class OpenedLog:
    """A file of calls, and the format that it is read by.

    Attributes
    ----------
    source
        Its rows.
    log_format
        The format.
    recognised
        Whether it was found, and not named.
    """

    source: Source | JsonRecords
    log_format: LogFormat
    recognised: bool

    def shows_zone(self, zone: str) -> bool | None:
        """Return whether moments are of a zone; None: the first rows do not show it.

        They do where a column beside them has the seconds since 1970, as `LogFormat.epoch` says.
        """
        beside = self.log_format.epoch
        sample: list[list[str]] = getattr(self.source, "sample", [])
        names = self.log_format.columns
        if beside is None or self.log_format.header or not sample:
            return None
        dial, at = names.index(alternatives(self.log_format.read["dial"])[0]), names.index(beside)
        rows = [row for row in sample if len(row) > max(at, dial)]
        seconds = [found[1] if (found := _EPOCH.search(row[at])) else "" for row in rows]
        counted = instants(pa.array(seconds, pa.string()), "s", "UTC")
        written = instants(pa.array([row[dial] for row in rows], pa.string()), "text", zone)
        both = (counted.state == READ) & (written.state == READ)
        if not both.any():
            return None
        return bool(np.median(np.abs(counted.ms - written.ms)[both]) < _NEAR_MS)


def open_log(path: Path, key: str | None) -> OpenedLog:
    """Open a file of calls.

    Parameters
    ----------
    key
        Its format's word; None: recognised.

    Raises
    ------
    ScenarioError
        There is no such format or file, the file cannot be read, its format is not recognised, or
        it lacks columns that the format has.
    """
    if key is not None and key not in known_formats():
        raise ScenarioError.at(
            "from",
            message("no such format of call logs"),
            found=key,
            allowed=", ".join(known_formats()),
            remedy=did_you_mean(key, known_formats()),
        )
    if path.is_file() and path.stat().st_size and is_json(path):
        return _open_json(path, key)
    named, bare = _look(path, header=True), None
    if named.kind == "csv":
        bare = _look(path, header=False)
    candidates = [key] if key is not None else list(known_formats())
    for each in candidates:
        log_format = load_format(each)
        source = named if log_format.header else bare
        if source is not None and _fits(log_format, source, strict=key is None):
            return OpenedLog(_assigned(source, log_format), log_format, key is None)
    raise _unrecognised(path, key, named.names)


def _look(path: Path, *, header: bool) -> Source:
    found = Problems(file=str(path))
    spec = FileFormat() if header else FileFormat(header=False, format="csv")
    source = look_at(path, spec, "", found)
    if source is None:
        raise ScenarioError([_placed(each) for each in found])
    return source


def _placed(problem: Problem) -> Problem:
    return replace(problem, path="")


def _fits(log_format: LogFormat, source: Source, *, strict: bool) -> bool:
    if log_format.header:
        return _has_marks(log_format, [set(source.names)])
    width = len(source.names)
    if not log_format.fewest_columns <= width <= len(log_format.columns):
        return False
    rows = [row for row in source.sample if len(row) == width]
    return bool(rows) and (not strict or _reads_like(log_format, rows))


def _has_marks(log_format: LogFormat, records: Sequence[set[str]]) -> bool:
    have = set().union(*records)
    return all(have & set(alternatives(mark)) for mark in log_format.marks)


def _reads_like(log_format: LogFormat, rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a column holds words that the format knows, and others moments."""
    place = {name: i for i, name in enumerate(log_format.columns)}
    words, *moments = log_format.marks
    known: set[str] = set()
    for rule in log_format.outcome:
        if rule.column == words:
            known |= {plain_word(word) for word in rule.words}
            known |= set(causes(rule.causes)) if rule.causes else set()
    hits = sum(plain_word(row[place[words]]) in known for row in rows)
    if hits < MOSTLY * len(rows):
        return False
    for name in moments:
        column = pa.array([row[place[name]] for row in rows], pa.string())
        if (instants(column, log_format.clock, "UTC").state == BAD).any():
            return False
    return True


def _assigned(source: Source, log_format: LogFormat) -> Source:
    """Have a file's batches carry the columns of a format by their names there."""
    if log_format.header:
        have = [name for name in log_format.wanted if name in source.names]
        given = {name: name for name in have}
    else:
        names = log_format.columns[: len(source.names)]
        places = {name: str(place) for place, name in enumerate(names, 1)}
        given = {name: places[name] for name in log_format.wanted if name in places}
    found = Problems(file=str(source.path))
    assign(source, {}, found, given=given)
    if len(found):
        raise ScenarioError([_placed(each) for each in found])
    return source


def _open_json(path: Path, key: str | None) -> OpenedLog:
    formats = [load_format(each) for each in ([key] if key is not None else known_formats())]
    formats = [each for each in formats if each.header]

    def is_record(record: Mapping[str, Any]) -> bool:
        return any(_has_marks(each, [_marks_of(each, record)]) for each in formats)

    records = JsonRecords(path, (), is_record)
    first = records.first(_SAMPLE_RECORDS)
    for log_format in formats:
        if first and _has_marks(log_format, [_marks_of(log_format, each) for each in first]):
            source = JsonRecords(path, log_format.wanted, is_record)
            return OpenedLog(source, log_format, key is None)
    if not first:
        raise _no_records(path, records.malformed)
    raise _unrecognised(path, key, sorted({name for record in first for name in record}))


def _marks_of(log_format: LogFormat, record: Mapping[str, Any]) -> set[str]:
    names = [name for mark in log_format.marks for name in alternatives(mark)]
    return {name for name in names if has_column(record, name)}


def _no_records(path: Path, malformed: Sequence[tuple[int, str]]) -> ScenarioError:
    if malformed:
        return ScenarioError.at(
            "",
            message("this is no whole JSON document, and has no record a line"),
            file=str(path),
            found=message("line {:,}", "of a file").filled(malformed[0][0]),
            remedy=message("export it again"),
        )
    return ScenarioError.at(
        "", message("the log has no rows"), file=str(path), remedy=message("export it again")
    )


def _unrecognised(path: Path, key: str | None, names: Sequence[str]) -> ScenarioError:
    if key is None:
        return ScenarioError.at(
            "from",
            message("the format of this call log is not recognised"),
            file=str(path),
            found=listed(names),
            allowed=", ".join(known_formats()),
            remedy=message("name it: --from FORMAT"),
        )
    log_format = load_format(key)
    allowed: Text = listed(mark.replace("|", " / ") for mark in log_format.marks)
    if not log_format.header:
        allowed = message("{fewest} to {most} columns without a row of names").filled(
            fewest=log_format.fewest_columns, most=len(log_format.columns)
        )
    return ScenarioError.at(
        "from",
        message("the file is not in the format {key}").filled(key=key),
        file=str(path),
        found=listed(names),
        allowed=allowed,
        remedy=message("leave --from out: the format is recognised"),
    )
