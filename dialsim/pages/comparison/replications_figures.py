"""Figures of replications: means rounded for display, and intervals of probabilities."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.messages.catalogue import Language
from dialsim.messages.text import MARKS, joined, message
from dialsim.pages.model.tables import Cell
from dialsim.results import formatting
from dialsim.results.interval_result import IntervalResult
from dialsim.results.probabilities import between


def figure(value: float | None, unit: str) -> str:
    """Return a mean rounded for display: counts above 100 without decimals.

    >>> figure(1234.5, "calls"), figure(12.34, "calls"), figure(0.01234, "numbers")
    ('1,234', '12.3', '0.012')
    """
    if value is None:
        return formatting.number(None)
    if unit == "share":
        return formatting.column(value)
    if 1e-9 < abs(value) < 0.995:
        return f"{value:.2g}"
    return formatting.number(round(value) if abs(value) >= 100 else value, unit)


def ends_cell(interval: IntervalResult, language: Language) -> Cell:
    """Return the interval of a probability; empty without one."""
    low, high = interval["low"], interval["high"]
    if low is None or high is None:
        return Cell()
    return Cell(between(low, high, MARKS["to"][language]))


_TOO_FEW = message("N too small for {what}: fewer than 10 replications had it, or had it not.")


def too_few(names: Sequence[str], language: Language) -> str:
    """Return the warning that figures rest on too few replications."""
    return _TOO_FEW.filled(what=joined(MARKS["and"], names))[language]
