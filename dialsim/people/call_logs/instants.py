"""Moments of a call log as instants: text with or without a zone, mail dates, and counts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import compute as pc

from dialsim.arrow_numpy import values_of
from dialsim.people.call_logs.log_format import Clock
from dialsim.people.reading.cells import as_text
from dialsim.people.reading.dates import BAD, EMPTY, FIRST_YEAR, LAST_YEAR, READ, Dates

_NOTHING = pa.array(["", "0", "0.0", "null", "None", "-", "\\N", "0000-00-00 00:00:00"])
_PER_MS = {"s": 1000.0, "ms": 1.0, "us": 0.001}
_FIRST_MS = int(datetime(FIRST_YEAR, 1, 2, tzinfo=UTC).timestamp()) * 1000
_LAST_MS = int(datetime(LAST_YEAR, 12, 30, tzinfo=UTC).timestamp()) * 1000


class Instants(NamedTuple):
    """A column of moments.

    Attributes
    ----------
    ms
        int64[n]: ms since 1970 in UTC; 0 where there is none.
    state
        uint8[n]: EMPTY, READ or BAD of :mod:`dialsim.people.reading.dates`.
    """

    ms: NDArray[np.int64]
    state: NDArray[np.uint8]


def instants(column: pa.Array, clock: Clock, zone: str) -> Instants:
    """Return a column's moments.

    Parameters
    ----------
    column
        Arrow array of text, timestamps or numbers.
    clock
        How they are written.
    zone
        IANA zone of those that have none. Of an hour that the clocks repeat, the first is meant.

    Notes
    -----
    Some 60 ns a moment in ISO form or a count, some 5 µs a distinct one in any other form.

    Examples
    --------
    >>> found = instants(pa.array(["2026-04-13 09:00:00", "", "soon"]), "text", "Asia/Shanghai")
    >>> found.ms.tolist(), found.state.tolist()
    ([1776042000000, 0, 0], [1, 0, 2])
    >>> instants(pa.array(["1776042000"]), "s", "UTC").ms.tolist()
    [1776042000000]
    """
    kind = column.type
    if pa.types.is_timestamp(kind):
        return _of_stamps(column, zone)
    text = pc.utf8_trim_whitespace(as_text(column))
    empty = values_of(pc.or_(pc.is_null(text), pc.is_in(text, _NOTHING)))
    text = pc.if_else(pa.array(empty), pa.scalar(None, pa.string()), text)
    if clock in _PER_MS:
        ms, bad = _counts(text, _PER_MS[clock])
    elif clock == "rfc2822":
        ms, bad = _each(text, _mail_date)
    else:
        ms, bad = _written(text, zone)
    bad |= ~empty & ((ms < _FIRST_MS) | (ms > _LAST_MS))
    state = np.where(empty, EMPTY, np.where(bad, BAD, READ)).astype(np.uint8)
    return Instants(np.where(state == READ, ms, 0), state)


def local_clock(ms: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Return instants by the clock of a zone, in ms since 1970 of that clock.

    >>> local_clock(np.array([1776042000000]), "Asia/Shanghai").tolist()
    [1776070800000]
    """
    stamps = pa.array(ms).cast(pa.timestamp("ms", "UTC")).cast(pa.timestamp("ms", zone))
    return values_of(pc.local_timestamp(stamps).cast(pa.int64()))


def _of_stamps(column: pa.Array, zone: str) -> Instants:
    empty = values_of(column.is_null())
    stamps = column.cast(pa.timestamp("ms", column.type.tz), safe=False)
    if column.type.tz is None:
        stamps = pc.assume_timezone(stamps, zone, ambiguous="earliest", nonexistent="latest")
    ms = values_of(stamps.cast(pa.int64()), missing=0)
    return Instants(ms, np.where(empty, EMPTY, READ).astype(np.uint8))


def _counts(text: pa.Array, per_ms: float) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    try:
        count = values_of(text.cast(pa.int64()), missing=0).astype(np.float64)
    except pa.ArrowInvalid:
        return _each(text, lambda cell: float(cell) * per_ms)
    return np.floor(count * per_ms + 1e-6).astype(np.int64), np.zeros(len(text), np.bool_)


def _written(text: pa.Array, zone: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    for kind in (pa.timestamp("us"), pa.timestamp("us", "UTC")):
        try:
            stamps = text.cast(kind)
        except pa.ArrowInvalid:
            continue
        if kind.tz is None:
            stamps = pc.assume_timezone(stamps, zone, ambiguous="earliest", nonexistent="latest")
        us = values_of(stamps.cast(pa.int64()), missing=0)
        return us // 1000, np.zeros(len(text), np.bool_)
    found = Dates(date(1970, 1, 1), zone).read(text)
    begin = int(datetime(1970, 1, 1, tzinfo=ZoneInfo(zone)).timestamp()) * 1000
    return found.ticks + begin, (found.state == BAD) | found.day_alone


def _each(text: pa.Array, read: Any) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    coded = pc.dictionary_encode(text)
    known = np.zeros(len(coded.dictionary) + 1, np.int64)
    bad = np.zeros(len(coded.dictionary) + 1, np.bool_)
    for row, cell in enumerate(coded.dictionary.to_pylist()):
        try:
            known[row] = int(read(cell))
        except (ValueError, OverflowError, TypeError):
            bad[row] = True
    codes = values_of(coded.indices, missing=len(coded.dictionary))
    return known[codes], bad[codes]


def _mail_date(text: str) -> float:
    moment = parsedate_to_datetime(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
