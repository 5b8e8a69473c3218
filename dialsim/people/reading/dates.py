"""Convert columns of dates and times to ticks; ambiguous forms are refused, not guessed.

Read are ISO dates and date-times (with or without an offset), the same with ``/``, ``.`` or
``年月日``, eight digits, and Arrow's own dates and timestamps. A day and month in ambiguous
order is refused. A spreadsheet's serial day is read in the columns of a scenario's files.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import compute as pc

from dialsim.core.ticks import local_tick
from dialsim.core.time_units import DAY_MS

EMPTY, READ, BAD = 0, 1, 2
FIRST_YEAR, LAST_YEAR = 1900, 2199
FIRST_SERIAL, LAST_SERIAL = 18_264, 73_051
"""Serial days of 1950-01-01, and of the day after 2099-12-31."""

_SERIAL_EPOCH = datetime(1899, 12, 30)
_SERIAL_DAY = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
_QUARTER_MS = 900_000  # offsets of zones change on quarters of an hour
_EPOCH = datetime(1970, 1, 1)
_DATE = r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
_DATE += r"|年(\d{1,2})月(\d{1,2})日|(\d\d)(\d\d))"
_TIME = r"(?:(?:T|\s+)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?)?"
_MOMENT = re.compile(_DATE + _TIME, re.ASCII)
_DIGITS_OF_A_DATE = re.compile(r"(?:19|20|21)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_LIKE_ISO = r"^(19|20|21)\d\d-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,3})?)?)?$"


class Moments(NamedTuple):
    """A column of moments.

    Attributes
    ----------
    ticks
        int64[n]; midnight of a day without a time; 0 where there is none.
    state
        uint8[n]: EMPTY, READ or BAD.
    day_alone
        bool[n]: no time of day was written.
    """

    ticks: NDArray[np.int64]
    state: NDArray[np.uint8]
    day_alone: NDArray[np.bool_]


class Dates:
    """Parser of date columns to ticks of one scenario.

    Parameters
    ----------
    start, zone
        The scenario's first day and IANA zone; the zone of all times without an offset.
    serial_days
        Whether five digits, perhaps with a fraction, are days since 1899-12-30, as a spreadsheet
        exports a date without its format; from 1950 to 2099.
    date_format
        Pattern of strptime, tried before the other forms.

    Notes
    -----
    Each distinct text is parsed once per column: ISO by Arrow (some 50 ns), others by Python (some
    3 µs).

    Examples
    --------
    >>> dates = Dates(date(2026, 4, 13), "Asia/Shanghai")
    >>> found = dates.read(pa.array(["2026-04-13 09:00", "2026/4/14", "13/4/2026", None]))
    >>> found.ticks.tolist(), found.state.tolist()
    ([32400000, 86400000, 0, 0], [1, 1, 2, 0])
    >>> Dates(date(2026, 4, 13), "Asia/Shanghai", serial_days=True).read(pa.array(["46125.5"]))[0]
    array([43200000])
    """

    def __init__(
        self, start: date, zone: str, *, serial_days: bool = False, date_format: str | None = None
    ) -> None:
        self.date_format = date_format
        self.start, self.zone, self.serial_days = start, zone, serial_days
        self._days: dict[int, int] = {}  # local day since 1970 -> tick of its midnight
        self._uneven: dict[int, bool] = {}  # local day -> clocks change on it
        midnight = datetime(start.year, start.month, start.day, tzinfo=ZoneInfo(zone))
        self._start_ms = round(midnight.timestamp()) * 1000

    def read(self, column: Any) -> Moments:
        """Return the moments of an Arrow array."""
        kind = column.type
        if pa.types.is_dictionary(kind):
            column = column.cast(kind.value_type)
            kind = column.type
        if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
            return self._of_arrow(column)
        if pa.types.is_floating(kind):
            column = whole_text(column)
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            column = column.cast(pa.string())
        return self._of_text(column)

    def _of_arrow(self, column: Any) -> Moments:
        zoned = pa.types.is_timestamp(column.type) and column.type.tz is not None
        day_alone = np.full(len(column), pa.types.is_date(column.type))
        stamp = column.cast(pa.timestamp("ms", column.type.tz if zoned else None), safe=False)
        empty = np.asarray(stamp.is_null())
        ms = stamp.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        year = pc.year(stamp).fill_null(FIRST_YEAR).to_numpy(zero_copy_only=False)
        bad = (year < FIRST_YEAR) | (year > LAST_YEAR)
        ms = np.where(bad | empty, 0, ms)
        ticks = ms - self._start_ms if zoned else self._local(ms)
        state = np.where(empty, EMPTY, np.where(bad, BAD, READ)).astype(np.uint8)
        return Moments(np.where(state == READ, ticks, 0), state, day_alone)

    def _of_text(self, column: Any) -> Moments:
        coded = pc.dictionary_encode(column)
        texts = coded.dictionary
        ticks = np.zeros(len(texts) + 1, np.int64)  # the last: of null
        state = np.zeros(len(texts) + 1, np.uint8)
        day_alone = np.zeros(len(texts) + 1, np.bool_)
        like_iso = np.asarray(pc.match_substring_regex(texts, _LIKE_ISO), np.bool_)
        if self.date_format is not None:
            like_iso[:] = False
        stamps = None
        if like_iso.any():
            try:
                stamps = texts.filter(pa.array(like_iso)).cast(pa.timestamp("ms"))
            except pa.ArrowInvalid:  # such as 30 February: parse one by one
                like_iso[:] = False
        if stamps is not None:
            place = np.flatnonzero(like_iso)
            ticks[place] = self._local(stamps.cast(pa.int64()).to_numpy(zero_copy_only=False))
            state[place] = READ
            length = pc.binary_length(texts).to_numpy(zero_copy_only=False)
            day_alone[place] = length[place] == len("2026-04-13")
        for i in np.flatnonzero(~like_iso):
            ticks[i], state[i], day_alone[i] = self._of_one(texts[int(i)].as_py())
        codes = coded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
        return Moments(ticks[codes], state[codes], day_alone[codes])

    def _of_one(self, text: str) -> tuple[int, int, bool]:
        text = unicodedata.normalize("NFKC", text).strip()
        if not text:
            return 0, EMPTY, False
        if self.date_format is not None and (found := self._of_format(text)) is not None:
            return found
        match = _MOMENT.fullmatch(text)
        if match is None:
            return self._of_serial_day(text)
        year, *rest = match.groups()
        month, day = (part for part in rest[:10] if part is not None)
        hour, minute, second, fraction, offset = rest[10:]
        try:
            moment = datetime(
                int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
            )
        except ValueError:
            return 0, BAD, False
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            return 0, BAD, False
        moment += timedelta(milliseconds=int((fraction or "0")[:3].ljust(3, "0")))
        if offset is not None:
            shift = _offset(offset)
            if shift is None:
                return 0, BAD, False
            moment = moment.replace(tzinfo=shift)
        return local_tick(self.start, self.zone, moment), READ, hour is None

    def _of_format(self, text: str) -> tuple[int, int, bool] | None:
        pattern = unicodedata.normalize("NFKC", str(self.date_format))
        try:
            moment = datetime.strptime(text, pattern)  # noqa: DTZ007 - local by design
        except ValueError:
            return None
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            return 0, BAD, False
        day_alone = not any(mark in pattern for mark in ("%H", "%I", "%X", "%c"))
        return local_tick(self.start, self.zone, moment), READ, day_alone

    def _of_serial_day(self, text: str) -> tuple[int, int, bool]:
        if not self.serial_days or _SERIAL_DAY.fullmatch(text) is None:
            return 0, BAD, False
        days = float(text)
        if not FIRST_SERIAL <= days < LAST_SERIAL:
            return 0, BAD, False
        moment = _SERIAL_EPOCH + timedelta(seconds=round(days * 86_400))
        return local_tick(self.start, self.zone, moment), READ, days.is_integer()

    def _local(self, ms: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return ticks of local times, given as ms since 1970 by the clock of the zone."""
        days, place = np.unique(ms // DAY_MS, return_inverse=True)
        midnight = np.array([self._midnight(int(day)) for day in days], np.int64)
        ticks = midnight[place] + ms % DAY_MS
        uneven = np.array([self._uneven[int(day)] for day in days], np.bool_)[place]
        if uneven.any():
            quarters, place = np.unique(ms[uneven] // _QUARTER_MS, return_inverse=True)
            begin = [self._tick(int(quarter) * _QUARTER_MS) for quarter in quarters]
            ticks[uneven] = np.array(begin, np.int64)[place] + ms[uneven] % _QUARTER_MS
        return ticks

    def _midnight(self, day: int) -> int:
        if day not in self._days:
            self._days[day] = self._tick(day * DAY_MS)
            length = self._tick((day + 1) * DAY_MS) - self._days[day]
            self._uneven[day] = length != DAY_MS
        return self._days[day]

    def _tick(self, ms: int) -> int:
        return local_tick(self.start, self.zone, _EPOCH + timedelta(milliseconds=ms))


def is_moment(text: str) -> bool:
    """Return whether a text has the form of a date or date-time, valid or not.

    Eight digits without separators are a date only if they name a valid day.

    >>> is_moment("2026-04-13 10:00"), is_moment("13800000001"), is_moment("2026-99-99")
    (True, False, True)
    >>> is_moment("20260413"), is_moment("61234567")
    (True, False)
    """
    text = text.strip()
    found = _MOMENT.fullmatch(text)
    return found is not None and (found[10] is None or bool(_DIGITS_OF_A_DATE.match(text)))


def _offset(text: str) -> timezone | None:
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        return None
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if text[0] == "-" else shift)


def whole_text(column: Any) -> Any:
    """Return floats as text, whole ones without a fraction, as before a spreadsheet's conversion.

    >>> whole_text(pa.array([20260413.0, 1.5, None])).to_pylist()
    ['20260413', '1.5', None]
    """
    values = column.to_numpy(zero_copy_only=False).astype(np.float64)
    whole = np.isfinite(values) & (values == np.floor(values)) & (np.abs(values) < 2.0**53)
    numbers = pa.array(np.where(whole, values, 0).astype(np.int64)).cast(pa.string())
    text = pc.if_else(pa.array(whole), numbers, column.cast(pa.string()))
    missing = pc.is_null(column, nan_is_null=True)
    return pc.if_else(missing, pa.scalar(None, pa.string()), text)
