"""Parse and format durations, windows, weekdays and paths of scenarios and profiles.

Everything here is a pure function of text; a fault is a ValueError whose text names what is
allowed, and the caller knows where it stood.
"""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from dialsim.errors import shown
from dialsim.messages.text import message

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

MS_PER_UNIT = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
MS_PER_DAY = MS_PER_UNIT["d"]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LEAST_WINDOW_MS = 1_000
"""The shortest window of a limit: calls last seconds, and no limit counts within one."""

LONGEST = "36600d"
"""The longest duration there is: a hundred years."""

DURATION_FORM = message('a number with its unit, ms, s, m, h or d, such as "25s", "4h" or "45d"')
A_DURATION = message("a duration is {form}")
WHOLE_MS = message("a whole number of milliseconds, zero or more")
PRICE_FORM = message('an amount and its currency, such as "0.02 CNY"')
WINDOW_FORM = message('"HH:MM-HH:MM", its end after its start, at most 24:00')
WEEKDAYS_FORM = message('days are "mon-fri", "sat", "mon,wed" or "daily"')
"""What a user may write, as the errors say it; the catalogue finds them by their English text."""

_PART = re.compile(r"([0-9]{1,1000}(?:\.[0-9]{1,20})?)\s*(ms|s|m|h|d)\s*")
_PRICE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?) +([A-Z]{3})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)


class TooLongError(ValueError):
    """A duration above a ceiling; `allowed` says which.

    >>> str(TooLongError("366d"))
    'a duration is at most 366d'
    """

    def __init__(self, most: str) -> None:
        self.allowed = message("at most {most}").filled(most=most)
        super().__init__(A_DURATION.filled(form=self.allowed))


class Duration(int):
    """A duration in ms: a whole number that shows its unit.

    Examples
    --------
    >>> Duration(5_400_000), Duration(5_400_000) + 1, Duration(5_400_000).timedelta
    (Duration('90m'), 5400001, datetime.timedelta(seconds=5400))
    >>> f"{Duration(500)} ms"
    '500 ms'
    """

    @property
    def timedelta(self) -> timedelta:
        """The duration as Python's own, exact to the ms."""
        return timedelta(milliseconds=int(self))

    def __repr__(self) -> str:
        return f"Duration({format_duration(self)!r})"

    __str__ = int.__repr__

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Return how a model checks one: a whole number, which becomes a duration."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(cls, core_schema.int_schema())


def parse_duration(text: object, most: str = LONGEST) -> Duration:
    """Return a duration in ms.

    Parameters
    ----------
    text
        ``"25s"``, ``"1h 30m"``, ``"1.5d"``, or a ``timedelta``. A bare number is refused because
        it does not say its unit.
    most
        The longest there may be.

    Raises
    ------
    ValueError
        For any other form, a negative duration, or one that is not a whole number of ms.
    TooLongError
        It is a duration, but above `most`.

    Examples
    --------
    >>> parse_duration("45d"), parse_duration("1h30m"), parse_duration("500ms")
    (Duration('45d'), Duration('90m'), Duration('500ms'))
    """
    ms = _length_ms(text)
    if ms > _length_ms(most):
        raise TooLongError(most)
    if ms < 0 or ms.denominator != 1:
        raise ValueError(A_DURATION.filled(form=WHOLE_MS))
    return Duration(ms)


def _length_ms(text: object) -> Fraction:
    if isinstance(text, timedelta):
        return Fraction(text // timedelta(microseconds=1), 1000)
    return _length_of(_one_line(text))


def _one_line(text: object) -> str:
    """Return a text without blanks around it; nothing of one with a line break or a tab."""
    return text.strip() if isinstance(text, str) and text.isprintable() else ""


@lru_cache(maxsize=4096)
def _length_of(body: str) -> Fraction:
    """Return the ms of a text; profiles are asked for the same few hundreds again and again."""
    parts = list(_PART.finditer(body))
    if not body or "".join(part.group(0) for part in parts) != body:
        raise ValueError(A_DURATION.filled(form=DURATION_FORM))
    return sum((Fraction(p.group(1)) * MS_PER_UNIT[p.group(2)] for p in parts), Fraction(0))


def format_duration(ms: int) -> str:
    """Return the shortest text that :func:`parse_duration` reads back as `ms`.

    >>> format_duration(3_888_000_000), format_duration(5_400_000), format_duration(0)
    ('45d', '90m', '0s')
    """
    if ms == 0:
        return "0s"
    for unit in ("d", "h", "m", "s"):
        if ms % MS_PER_UNIT[unit] == 0:
            return f"{ms // MS_PER_UNIT[unit]}{unit}"
    return f"{ms}ms"


def ms_of_day(moment: time) -> int:
    """Return the ms since midnight of a time of day.

    >>> ms_of_day(time(9, 30))
    34200000
    """
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return seconds * 1000 + moment.microsecond // 1000


def parse_price(text: object) -> tuple[Decimal, str]:
    """Return ``"0.02 CNY"`` as amount and currency (three capitals, as in ISO 4217).

    >>> parse_price("0.02 CNY")
    (Decimal('0.02'), 'CNY')
    """
    found = _PRICE.fullmatch(_one_line(text))
    if found is None:
        raise ValueError(PRICE_FORM)
    return Decimal(found[1]), found[2]


def parse_window(text: object) -> tuple[int, int]:
    """Parse ``"09:00-12:00"`` to start and end in ms since midnight; the end may be 24:00.

    >>> parse_window("09:00-24:00")
    (32400000, 86400000)
    """
    halves = _one_line(text).split("-")
    found = [_CLOCK.fullmatch(half.strip()) for half in halves]
    if len(found) == 2 and found[0] and found[1]:
        start, end = (
            (int(m[1]) * 3600 + int(m[2]) * 60 + int(m[3] or 0)) * 1000 for m in found if m
        )
        minutes_fit = all(int(m[2]) < 60 and int(m[3] or 0) < 60 for m in found if m)
        if minutes_fit and start < end <= MS_PER_DAY:
            return start, end
    raise ValueError(f"a window is {WINDOW_FORM}")


def parse_windows(texts: Iterable[object]) -> list[tuple[int, int]]:
    """Return windows sorted and merged, in ms since midnight.

    >>> parse_windows(["14:00-20:00", "09:00-12:00", "12:00-13:00"])
    [(32400000, 46800000), (50400000, 72000000)]
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(parse_window(text) for text in texts):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def parse_weekdays(text: object) -> tuple[int, ...]:
    """Return weekdays as sorted numbers, Monday 0, from ``"mon-fri"``, ``"mon,wed"``, ``"daily"``.

    A range may pass the end of the week: ``"sat-mon"``.

    >>> parse_weekdays("mon-fri"), parse_weekdays("sat-mon"), parse_weekdays("wed, mon")
    ((0, 1, 2, 3, 4), (0, 5, 6), (0, 2))
    """
    written = _one_line(text).lower()
    if written:
        if written == "daily":
            return tuple(range(7))
        days: set[int] = set()
        for part in written.split(","):
            ends = [end.strip() for end in part.split("-")]
            if len(ends) > 2 or any(end not in WEEKDAYS for end in ends):
                break
            first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
            days.update((first + step) % 7 for step in range((last - first) % 7 + 1))
        else:
            return tuple(sorted(days))
    raise ValueError(WEEKDAYS_FORM)


def path_text(loc: Iterable[str | int]) -> str:
    """Return a place in a scenario as text.

    >>> path_text(("campaigns", 0, "pacing", "mode"))
    'campaigns[0].pacing.mode'
    """
    text = ""
    for part in loc:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def with_headers(reason: str) -> str:
    """Return what a TOML parser says, its tables named as a file names them.

    >>> with_headers("Cannot declare ('enterprise', 'call centre') twice")
    'Cannot declare [enterprise."call centre"] twice'
    """
    return _TUPLE.sub(_header, reason)


_TEXT = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_TUPLE = re.compile(rf"\({_TEXT}(?:, {_TEXT})*,?\)")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def _header(found: re.Match[str]) -> str:
    parts = [str(part) for part in literal_eval(found[0])]
    return "[" + ".".join(part if _BARE.fullmatch(part) else shown(part) for part in parts) + "]"


def plain(value: object) -> object:
    """Return a value with dates and times as ISO text and tuples as lists, for JSON.

    >>> plain({"start": date(2026, 4, 13), "at": (time(9), 1)})
    {'start': '2026-04-13', 'at': ['09:00:00', 1]}
    """
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return value


def plain_list(values: Iterable[object]) -> list[object]:
    """Return values for JSON, as :func:`plain` does."""
    return [plain(each) for each in values]


def plain_table(table: Mapping[str, object]) -> dict[str, object]:
    """Return a table for JSON, its values as :func:`plain` returns them."""
    return {str(key): plain(each) for key, each in table.items()}
