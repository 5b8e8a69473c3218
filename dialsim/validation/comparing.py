"""Comparison of the engine with theory, with one verdict over all comparisons."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dialsim.errors import ScenarioError
from dialsim.messages.catalogue import languages
from dialsim.messages.text import MARKS, Text, joined, message
from dialsim.results.validation_result import (
    ComparedFigure,
    ComparedRuleOfGroup,
    ValidationResult,
    ValidationVerdict,
)
from dialsim.validation.check import Check, Figure
from dialsim.validation.checks import all_checks
from dialsim.validation.not_played import not_played
from dialsim.validation.played import Measured
from dialsim.validation.rules import GROUPS

MOST_Z = 4.3
"""No single figure may be further from theory, in standard errors."""

TAIL = 0.001
"""How unlikely the sum of all squares, or the signs, may be before the engine is refuted."""

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Compared:
    """One figure, simulated and exact.

    Attributes
    ----------
    check, figure
        What was compared.
    measured
        As it was played.
    """

    check: Check
    figure: Figure
    measured: Measured

    @property
    def z(self) -> float:
        """Distance from theory in standard errors; 0 if both are the same constant."""
        off = self.measured.value - self.figure.exact
        if self.measured.error == 0.0:
            return 0.0 if abs(off) <= 1e-12 * max(1.0, abs(self.figure.exact)) else math.inf
        return off / self.measured.error

    @property
    def half_width(self) -> float:
        """Half of the 95 % interval."""
        return Z95 * self.measured.error

    @property
    def fine(self) -> bool:
        """Whether the interval is narrow enough for a full comparison."""
        aim = 0.02 if self.figure.unit == "share" and self.figure.exact < 0.05 else 0.01
        return self.half_width <= aim * abs(self.figure.exact)

    def to_dict(self) -> ComparedFigure:
        """Return it as JSON takes it."""
        return {
            "world": self.check.title.en,
            "oracle": self.check.oracle.en,
            "source": self.check.source.en,
            "figure": self.figure.name.en,
            "world_zh": self.check.title.zh,
            "oracle_zh": self.check.oracle.zh,
            "source_zh": self.check.source.zh,
            "figure_zh": self.figure.name.zh,
            "unit": self.figure.unit,
            "published": self.figure.published or None,
            "exact": self.figure.exact,
            "simulated": self.measured.value,
            "low": self.measured.value - self.half_width,
            "high": self.measured.value + self.half_width,
            "z": self.z,
            "days": self.measured.days,
            "narrow": self.fine,
        }


def judge(compared: Sequence[Compared]) -> ValidationVerdict:
    """Return whether comparisons, taken together, agree with theory.

    Notes
    -----
    Figures of one world are correlated, so squares and signs are taken of one figure a world, its
    first: those of different worlds are independent.
    """
    from scipy.stats import binomtest, chi2

    first = list({each.check.title: each for each in reversed(compared)}.values())
    worst = max((abs(each.z) for each in compared), default=0.0)
    squares = sum(each.z**2 for each in first)
    low, high = (float(chi2.ppf(tail, len(first))) if first else 0.0 for tail in (TAIL, 1 - TAIL))
    above = sum(each.z > 0 for each in first)
    signs_p = float(binomtest(above, len(first)).pvalue) if first else 1.0
    return {
        "agrees": bool(worst < MOST_Z and low <= squares <= high and signs_p > TAIL),
        "worst": worst,
        "most": MOST_Z,
        "squares": squares,
        "squares_low": low,
        "squares_high": high,
        "worlds": len(first),
        "above": above,
        "signs_p": signs_p,
    }


def validate(
    *,
    full: bool = False,
    only: str = "",
    on_check: Callable[[int, int, Text], None] | None = None,
) -> ValidationResult:
    """Play every world that has an independent solution, and compare.

    Parameters
    ----------
    full
        Play until every interval is within 1 % of the value (2 % of shares below 0.05): some
        minutes. Else a tenth or less of it.
    only
        Play those worlds and groups of rules alone whose title holds this text, in any language.
    on_check
        Called before each world or group of rules with its number from 0, how many there are and
        its title.

    Returns
    -------
    ValidationResult
        Texts are there in Chinese too, under ``..._zh``.

    Raises
    ------
    ScenarioError
        No title holds `only`.

    Notes
    -----
    Seeds are fixed: the same version says the same on every machine.
    """
    checks, groups = all_checks(), GROUPS
    wanted = [check for check in checks if _holds(check.title, only)]
    asked = [group for group in groups if _holds(group.title, only)]
    titles = [check.title for check in wanted] + [group.title for group in asked]
    if not titles:
        known = [check.title for check in checks] + [group.title for group in groups]
        raise ScenarioError.at(
            "--only", message("no world has such a title"), only, joined(MARKS["then"], known)
        )
    compared: list[Compared] = []
    rules: list[ComparedRuleOfGroup] = []
    for number, title in enumerate(titles):
        if on_check is not None:
            on_check(number, len(titles), title)
        if number < len(wanted):
            check = wanted[number]
            days = check.play(full)
            compared += [Compared(check, figure, figure.measure(days)) for figure in check.figures]
            continue
        rules += [
            {"group": title.en, "group_zh": title.zh, **rule.to_dict()}
            for rule in asked[number - len(wanted)].rules()
        ]
    verdict = judge(compared)
    missing = not_played(wanted, asked)
    return {
        "agrees": verdict["agrees"] and all(rule["agrees"] for rule in rules),
        "verdict": verdict,
        "figures": [each.to_dict() for each in compared],
        "rules": rules,
        "not_played": [text.en for text in missing],
        "not_played_zh": [text.zh for text in missing],
    }


def _holds(title: Text, part: str) -> bool:
    """Return whether a title holds a text in some language, whatever its case."""
    return any(part.casefold() in title[language].casefold() for language in languages())
