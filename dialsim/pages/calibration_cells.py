"""Cells of the page of a calibration: parameters with three digits, intervals, distances."""

from __future__ import annotations

import re

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.calibration_words import WORDS
from dialsim.pages.model.style import PLAIN, QUIET, Style
from dialsim.pages.model.tables import Cell
from dialsim.results.calibration_result import BlockedShare, CalibrationRow

_UNIT = re.compile(r"[^\d.e+-]+$")


def figure(value: float, unit: str, language: Language = ENGLISH) -> str:
    """Return a parameter's value with three digits.

    >>> figure(9022.4, "ms"), figure(0.0823, "share"), figure(0.2665, "sigma")
    ('9.02 s', '8.23%', '0.267')
    """
    if unit == "ms":
        number = f"{value / 1000:.3g}" if value < 1_000_000 else f"{value / 1000:,.0f}"
        return WORDS[language]["seconds"].format(number)
    if unit == "share":
        return f"{100 * value:.3g}%"
    return f"{value:.3g}"


def given(value: float | None) -> float:
    """Return a figure of a parameter that has it: all but a bound have an interval."""
    assert value is not None
    return value


def figure_cell(value: float, unit: str, language: Language, style: Style = PLAIN) -> Cell:
    """Return the cell of a parameter's value."""
    return Cell(figure(value, unit, language), style, value)


def interval_cell(each: CalibrationRow | BlockedShare, unit: str, language: Language) -> Cell:
    """Return the cell of an interval; the unit stands behind its upper end alone."""
    low, high = (figure(given(end), unit, language) for end in (each["low"], each["high"]))
    return Cell(WORDS[language]["interval_ends"].format(_UNIT.sub("", low), high))


def distance_cell(value: float | None) -> Cell:
    """Return the cell of a distance between log and fit; empty without one."""
    return Cell("" if value is None else f"{value:.3f}", QUIET, value)


def percent_cell(share: float) -> Cell:
    """Return the cell of a share in per cent, to a tenth."""
    return Cell(f"{100 * share:.1f}%", value=share)
