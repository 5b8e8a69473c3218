"""Figures of the page of a sensitivity analysis, with the digits that their intervals support."""

from __future__ import annotations

from typing import Any

from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.results import formatting
from dialsim.results.planning_types.sensitivity import (
    EffectFigures,
    SensitivityGoal,
    VariedAssumption,
)
from dialsim.scenario.value_names import unit_name

_WORDS: Texts = text_table(
    {
        "goal": "{name} {bound}",
        "goal_by": "{name} {bound} by {by}",
        "at_least": "at least {}",
        "at_most": "at most {}",
        "range": "{value} ({confidence}, {source}), tried {low} to {high}",
    }
)


def goal_title(goal: SensitivityGoal, language: Language) -> str:
    """Return a goal with its target, and when it is due."""
    texts = _WORDS[language]
    bound = texts[goal["bound"]].format(formatting.number(goal["target"], goal["unit"]))
    name = formatting.localised(goal, "name", language)
    if goal["by"] is None:
        return texts["goal"].format(name=name, bound=bound)
    by = dates.moment(goal["by"], weekday=True, language=language)
    return texts["goal_by"].format(name=name, bound=bound, by=by)


def whole_percent(share: float) -> str:
    """Return a share in whole per cent.

    >>> whole_percent(0.987)
    '99 %'
    """
    return f"{100 * share:.0f} %"


def index(value: float, half: float) -> str:
    """Return a Sobol index with its 95 % interval, with the digits that the interval supports.

    >>> index(0.4312, 0.1234), index(0.9871, 0.0213), index(-0.02, 0.3), index(0.5, 1.7)
    ('0.4 ± 0.1', '0.99 ± 0.02', '0.0 ± 0.3', '0 ± 2')
    """
    digits = _digits(half)
    shown = f"{min(1.0, max(0.0, value)):.{digits}f}"
    return f"{shown} ± {half:.{digits}f}"


def _digits(half: float, most: int = 3) -> int:
    """Return how many decimals half the width of an interval supports: to its first digit."""
    if half <= 0:
        return most
    return min(most, max(0, -int(f"{half:.0e}".partition("e")[2])))


def signed_points(sign: str, found: EffectFigures) -> str:
    """Return the strength of an effect in points of its goal's target, after its sign.

    >>> signed_points("+", {"strength": 0.314, "low": 0.2, "high": 0.4})
    '+31'
    """
    return sign + _points(found["strength"], found)


def between(found: EffectFigures) -> str:
    """Return the interval of an effect in points.

    >>> between({"strength": 0.314, "low": 0.2, "high": 0.4})
    '20–40'
    """
    return f"{_points(found['low'], found)}–{_points(found['high'], found)}"


def _points(share: float, found: EffectFigures) -> str:
    return f"{100 * share:.{_digits(50 * (found['high'] - found['low']), 1)}f}"


def range_of(entry: VariedAssumption, language: Language) -> str:
    """Return what an assumption is, what it rests on, and between which values it was varied."""
    confidence = formatting.CONFIDENCE[language].get(entry["confidence"], entry["confidence"])
    ends = (entry["low"], entry["high"])
    if entry["shape"] is not None:
        low, high = (f"×{end:.3g}" for end in ends)
        value = entry["shape"][language].format("1")
    else:
        low, high = (_value(end, entry, language) for end in ends)
        value = _value(entry["value"], entry, language)
    return _WORDS[language]["range"].format(
        value=value,
        confidence=confidence,
        source=formatting.source_ids(entry["source"], language),
        low=low,
        high=high,
    )


def _value(value: Any, entry: VariedAssumption, language: Language) -> str:
    """Return a value of the profile with its unit."""
    if entry["unit"] == "share" and not isinstance(value, list):
        return formatting.percent(value)
    if isinstance(value, str):
        from dialsim.scenario.values import parse_duration

        return formatting.span(parse_duration(value), language)
    if isinstance(value, int | float):
        shown = f"{value:.3g}" if isinstance(value, float) else f"{value:,}"
        return f"{shown} {unit_name(entry['unit'])[language]}"
    return str(value)
