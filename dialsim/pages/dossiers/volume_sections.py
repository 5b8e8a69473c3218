"""The sections on daily volumes by operator and by province, in the report for an operator."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Province
from dialsim.pages.dossiers.load_section import day_text
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.terms import operator_name, province_name
from dialsim.pages.dossiers.traffic import Traffic
from dialsim.pages.model.parts import Part, Section, quiet, section
from dialsim.pages.model.style import QUIET
from dialsim.pages.model.tables import Cell, Column, Row, Table, figure, figures, row, share, words
from dialsim.results import formatting

Array = NDArray[Any]


def volume_sections(asked: Request, calls: Traffic | None) -> list[Section | None]:
    """Return calls a day by the callee's operator and by province; none without any call."""
    if calls is None or not calls.by_operator():
        return []
    return [_by_operator(asked, calls), _by_province(asked, calls)]


def _by_operator(asked: Request, calls: Traffic) -> Section:
    texts = asked.texts
    rows = tuple(
        row(*_volume(asked, operator_name(code, asked.language), days, len(calls)))
        for code, days in calls.by_operator().items()
    )
    return section(
        texts["volumes"],
        Table(_columns(asked, texts["operator_head"]), rows),
        quiet(texts["by_operator_note"]),
        key="by-operator",
    )


def _by_province(asked: Request, calls: Traffic) -> Section:
    """Return daily volumes by province, each with its means by operator; none if none is known."""
    texts, found, operators = asked.texts, calls.by_province(), list(calls.by_operator())
    parts: list[Part] = []
    if not set(found) <= {Province.UNKNOWN}:
        names = (operator_name(code, asked.language) for code in operators)
        columns = (*_columns(asked, texts["province"]), *figures(*names))
        rows = (_province(asked, calls, code, days) for code, days in found.items())
        parts += [Table(columns, tuple(rows)), quiet(texts["by_province_note"])]
    unknown = _unknown_provinces(asked, calls)
    if unknown:
        parts.append(quiet(unknown))
    return section(texts["provinces"], parts, key="by-province")


def _province(asked: Request, calls: Traffic, code: Province, days: Array) -> Row:
    name, table = province_name(code, asked.language), calls.by_both()
    means = (_a_day(asked, int(table[code, each])) for each in calls.by_operator())
    return row(*_volume(asked, name, days, len(calls)), *means)


def _columns(asked: Request, head: str) -> tuple[Column, ...]:
    texts = asked.texts
    return (
        *words(head),
        *figures(*(texts[name] for name in ("calls", "share", "mean_day", "busiest_day"))),
        Column(),
    )


def _volume(asked: Request, name: str, days: Array, total: int) -> list[Cell]:
    """Return cells of daily volumes: mean over the days with calls, and the busiest day."""
    busiest, calls = int(np.argmax(days)), int(days.sum())
    return [
        Cell(name),
        figure(calls),
        share(calls / max(1, total)),
        _a_day(asked, calls),
        figure(int(days[busiest])),
        Cell(day_text(asked, busiest), QUIET),
    ]


def _a_day(asked: Request, calls: int) -> Cell:
    """Return calls as a mean over the days with calls."""
    every = asked.calls
    days = 0 if every is None else int((every.by_day > 0).sum())
    return figure(round(calls / max(1, days)))


def _unknown_provinces(asked: Request, calls: Traffic) -> str:
    """Return a sentence on calls without a known province, and why; empty if there are none."""
    unknown = calls.by_province().get(Province.UNKNOWN)
    if unknown is None:
        return ""
    if "number_province" not in asked.log.columns("people"):
        return asked.texts["provinces_untold"]
    share = formatting.percent(float(unknown.sum()) / len(calls))
    return asked.texts["provinces_unknown"].format(share=share)
