"""Figures of a comparison, with as many decimals as the interval of the difference supports."""

from __future__ import annotations

from typing import Literal

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import message
from dialsim.results import formatting
from dialsim.results.comparison.goal_result import FigureCompared

SIDES: tuple[Literal["a"], Literal["b"]] = ("a", "b")


def decimals(figures: FigureCompared) -> int:
    """Return the decimals of a row of figures: as many as its interval supports.

    Shares are shown in percentage points.
    """
    scale = 100 if figures["unit"] == "share" else 1
    values = (figures["a"], figures["b"])
    largest = scale * max(abs(value or 0) for value in values)
    half = _half(figures)
    if figures["unit"] == "share":
        return 2 if largest < 1 or (half is not None and scale * half < 0.1) else 1
    if all(value is None or float(value).is_integer() for value in values):
        return 0
    return 0 if (largest >= 100 if half is None else half >= 10) else 1


def _half(figures: FigureCompared) -> float | None:
    """Return half the width of the interval of the difference; None without one, or of width 0."""
    low, high = figures["change"]["low"], figures["change"]["high"]
    if low is None or high is None or low == high:
        return None
    return (high - low) / 2


def written(figures: FigureCompared, value: float | None) -> str:
    """Return one of a row's figures with its decimals.

    >>> row = {"a": 0.631, "b": 0.6, "unit": "share", "change": {"low": None, "high": None}}
    >>> written(row, row["a"]), written({**row, "a": 1234.4, "unit": "calls"}, 1234.4)
    ('63.1 %', '1,234')
    """
    if value is None:
        return formatting.number(None)
    per_cent: bool = figures["unit"] == "share"
    return _rounded(100 * value if per_cent else value, decimals(figures)) + " %" * per_cent


def _rounded(value: float, digits: int) -> str:
    text = f"{abs(value):,.{digits}f}"
    if value and not float(text.replace(",", "")):
        return f"<{0.1**digits:.{digits}f}"
    return f"−{text}" if value < 0 else text


def signed(figures: FigureCompared, language: Language = ENGLISH) -> str:
    """Return a row's difference with its sign; shares in percentage points."""
    value = figures["change"]["value"]
    if value is None:
        return formatting.number(None)
    points: bool = figures["unit"] == "share"
    text = _rounded(abs(100 * value if points else value), decimals(figures))
    sign = "" if not value or text.startswith("<") else "−" if value < 0 else "+"
    return _POINTS[language].format(sign + text) if points else sign + text


_POINTS = message("{} pts", "percentage points")


def half_width(figures: FigureCompared) -> str:
    """Return half the width of the interval, in the difference's unit; empty without one."""
    half = _half(figures)
    if half is None:
        return ""
    return _rounded(100 * half if figures["unit"] == "share" else half, decimals(figures))


def change_text(figures: FigureCompared, language: Language = ENGLISH) -> str:
    """Return a difference and its interval as part of a sentence."""
    half = half_width(figures)
    change = signed(figures, language)
    return f"{change} ± {half}" if half else change
