"""How probabilities and their intervals are written: with as many digits as they need."""

from __future__ import annotations

from dialsim.results import formatting


def probability(share: float | None) -> str:
    """Return a probability with two digits, however small.

    >>> probability(0.25), probability(0.00001234), probability(0), probability(0.9996)
    ('25 %', '0.0012 %', '0 %', '99.960 %')
    """
    if share is None:
        return formatting.number(None)
    return f"{_percent(share, percent_digits(share))} %"


def between(low: float, high: float, to: str = "{} to {}") -> str:
    """Return an interval of a probability, with as many digits as distinguish its ends.

    >>> between(0.943, 0.9892), between(0, 0.015), between(0.01892, 0.01921), between(0, 0)
    ('94.3 to 98.9 %', '0 to 1.5 %', '1.89 to 1.92 %', '0 to 0 %')
    """
    digits = max(percent_digits(low), percent_digits(high), percent_digits((high - low) / 2, 1))
    return to.format(_percent(low, digits), _percent(high, digits) + " %")


def percent_digits(share: float, significant: int = 2) -> int:
    """Return how many decimals show so many digits of a percentage, or of its distance from 100."""
    near = min(100 * share, 100 - 100 * share)
    if near < 1e-9:
        return 0
    return max(0, significant - 1 - int(f"{near:.{significant - 1}e}".partition("e")[2]))


def _percent(share: float, digits: int) -> str:
    if share <= 0 or share >= 1:
        return f"{100 * share:.0f}"
    return f"{100 * share:.{digits}f}"


def p_text(p: float) -> str:
    """Return a p value as it stands in a sentence.

    >>> p_text(0.00001), p_text(0.00390625), p_text(0.0312), p_text(0.2512), p_text(1.0)
    ('p < 0.001', 'p = 0.004', 'p = 0.031', 'p = 0.25', 'p = 1')
    """
    short = p_figure(p)
    return f"p < {short[1:]}" if short.startswith("<") else f"p = {short}"


def p_figure(p: float) -> str:
    """Return a p value as a table has it.

    >>> p_figure(0.00001), p_figure(0.0312), p_figure(0.25), p_figure(1.0)
    ('<0.001', '0.031', '0.25', '1')
    """
    if p < 0.001:
        return "<0.001"
    if p < 0.1:
        return f"{p:.3f}"
    return "1" if p >= 0.995 else f"{p:.2f}"
