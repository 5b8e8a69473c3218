"""Dates and times as pages write them: one form of each kind in each language.

=====================  ==============================  ===================================
kind                   English                         Chinese
=====================  ==============================  ===================================
day                    ``13 Apr``                      ``4月13日``
day with its year      ``13 Apr 2026``                 ``2026年4月13日``
day with its weekday   ``Mon 13 Apr``                  ``4月13日 周一``
moment                 ``13 Apr 09:05``                ``4月13日 09:05``
range of moments       ``13 Apr 09:05 to 09:20``       ``4月13日 09:05 至 09:20``
range of days          ``13 Apr to 15 Apr``            ``4月13日 至 4月15日``
hours of a day         ``09:00-21:00``                 ``09:00-21:00``
=====================  ==============================  ===================================

Days and moments of the campaign's calendar have their weekday before the day in English and
behind it in Chinese (``Mon 13 Apr 09:05``, ``4月13日 周一 09:05``); others have none:

==========================================================  =======
what                                                        weekday
==========================================================  =======
start of a run, moment that it reached or was stopped at    yes
end of a goal, moment at which a goal is reached            yes
what a plan or a recommendation names                       yes
rows by hour or day: tables, tooltips, hours of a filter    yes
calls, marks, complaints, states of caller IDs              no
network actions, and what a scenario says of the network    no
rules, values, documents, lists: from when, until when      no
axes of charts                                              no
==========================================================  =======

A moment has its seconds where a single call is meant. JSON, CSV, commands and what an error quotes
of a file have ISO 8601, which dialsim reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from dialsim.messages.catalogue import Language
from dialsim.messages.text import MARKS, Text, Texts, message, translated

MONTHS = translated(
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
)
WEEKDAYS = translated(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
FORMS: Texts = translated(
    {
        "day": message("{day} {month}", "date"),
        "weekday": message("{weekday} {day}", "date"),
        "year": message("{day} {year}", "date"),
        "moment": message("{day} {time}", "date"),
    }
)
"""What a date is made of, in the order of each language."""

CHARTS: Texts = translated(
    {
        "day": message("%-d %b", "format of a chart"),
        "moment": message("%-d %b %H:%M", "format of a chart"),
    }
)
"""The same forms as Vega's formats, for axes and tooltips."""

_STORED = re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d\b")
"""A moment in a summary's texts before they were written in the language of the page."""


def day(
    when: date | str, weekday: bool = False, year: bool = False, language: Language = "en"
) -> str:
    """Return a day, given as a date, a moment or either as ISO 8601.

    >>> day(date(2026, 4, 13), weekday=True), day("2026-04-13", year=True)
    ('Mon 13 Apr', '13 Apr 2026')
    >>> day("2026-04-13T09:05+08:00", weekday=True, year=True, language="zh")
    '2026年4月13日 周一'
    """
    return day_text(when, weekday, year)[language]


def day_text(when: date | str, weekday: bool = False, year: bool = False) -> Text:
    """Return a day as a text.

    >>> day_text(date(2026, 4, 13), weekday=True)["zh"]
    '4月13日 周一'
    """
    on, forms = _read(when), FORMS.messages
    text: Text = forms["day"].filled(day=on.day, month=MONTHS.messages[on.month - 1])
    if year:
        text = forms["year"].filled(day=text, year=on.year)
    if weekday:
        text = forms["weekday"].filled(day=text, weekday=WEEKDAYS.messages[on.weekday()])
    return text


def moment(
    when: datetime | str,
    weekday: bool = False,
    year: bool = False,
    seconds: bool = False,
    language: Language = "en",
) -> str:
    """Return a moment, given as such or as ISO 8601, to the minute or second.

    >>> moment(datetime(2026, 4, 17, 18, 30), weekday=True), moment("2026-04-17T18:30:05+08:00")
    ('Fri 17 Apr 18:30', '17 Apr 18:30')
    >>> moment("2026-04-17T18:30:05", weekday=True, seconds=True, language="zh")
    '4月17日 周五 18:30:05'
    """
    return moment_text(when, weekday, year, seconds)[language]


def moment_text(
    when: datetime | str, weekday: bool = False, year: bool = False, seconds: bool = False
) -> Text:
    """Return a moment as a text.

    >>> moment_text("2026-04-17T18:30", year=True)["zh"]
    '2026年4月17日 18:30'
    """
    at = _read(when)
    filled: Text = FORMS.messages["moment"].filled(
        day=day_text(at, weekday, year), time=clock(at, seconds)
    )
    return filled


def clock(when: datetime | str, seconds: bool = False) -> str:
    """Return the time of day of a moment, which is the same in every language.

    >>> clock("2026-04-17T18:30:05"), clock(datetime(2026, 4, 17, 8, 30, 5), seconds=True)
    ('18:30', '08:30:05')
    """
    at = _read(when)
    return f"{at:%H:%M:%S}" if seconds else f"{at:%H:%M}"


def moments(
    first: datetime | str, last: datetime | str, seconds: bool = False, language: Language = "en"
) -> str:
    """Return the range between two moments; of one day, that day once.

    >>> moments("2026-04-13T09:20", "2026-04-13T09:50"), moments("2026-04-13", "2026-04-13")
    ('13 Apr 09:20 to 09:50', '13 Apr 00:00')
    >>> moments("2026-04-13T09:20", "2026-04-15T14:00", language="zh")
    '4月13日 09:20 至 4月15日 14:00'
    """
    begin, end = _read(first), _read(last)
    start = moment(begin, seconds=seconds, language=language)
    if begin.date() != end.date():
        until = moment(end, seconds=seconds, language=language)
    elif clock(begin, seconds) == clock(end, seconds):
        return start
    else:
        until = clock(end, seconds)
    return MARKS["to"][language].format(start, until)


def of_earlier(text: str, language: Language = "en") -> str:
    """Return a text that an earlier version stored, with its moments in today's form.

    >>> of_earlier("2026-04-13 09:38 CMCC throttled desk-001"), of_earlier("to 2026-13-01 09:00")
    ('13 Apr 09:38 CMCC throttled desk-001', 'to 2026-13-01 09:00')
    """
    return _STORED.sub(lambda found: _rewritten(found[0], language), text)


def _rewritten(iso: str, language: Language) -> str:
    try:
        return moment(iso, language=language)
    except ValueError:  # a damaged file
        return iso


def days_text(first: date | str, last: date | str, year: bool = False) -> Text:
    """Return the range between two days, both within it.

    >>> days_text("2026-04-13", "2026-04-14", year=True)
    '13 Apr 2026 to 14 Apr 2026'
    >>> days_text("2026-04-13", "2026-04-14")["zh"], days_text("2026-04-13", "2026-04-13")["zh"]
    ('4月13日 至 4月14日', '4月13日')
    """
    begin, end = day_text(first, year=year), day_text(last, year=year)
    return begin if _read(first).date() == _read(last).date() else MARKS["to"].filled(begin, end)


def of_day(ms: int) -> str:
    """Return a time of day, given in ms since midnight, to the minute.

    >>> of_day(34_200_000), of_day(86_400_000)
    ('09:30', '24:00')
    """
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}"


def hours(windows: Iterable[tuple[int, int]]) -> list[str]:
    """Return each stretch of a day, given in ms since midnight, as scenario files write it.

    >>> hours([(32_400_000, 75_600_000)])
    ['09:00-21:00']
    """
    return ["-".join(map(of_day, window)) for window in windows]


def _read(when: date | str) -> datetime:
    if isinstance(when, str):
        return datetime.fromisoformat(when)
    return when if isinstance(when, datetime) else datetime(when.year, when.month, when.day)
