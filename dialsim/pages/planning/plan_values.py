"""Formats of a plan's page: values of candidates, chances, figures of a profile and money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from dialsim.messages.catalogue import Language
from dialsim.pages.model.style import PLAIN, Style
from dialsim.pages.model.tables import Cell
from dialsim.pages.planning.plan_words import LABELS
from dialsim.results import formatting
from dialsim.results.planning_types.plan import PlanResult
from dialsim.results.planning_types.plan_candidates import PlanValue
from dialsim.scenario.value_names import unit_name
from dialsim.scenario.values import parse_duration

SHAPES = ("mixture", "index", "sip shares")


def values_text(values: Mapping[str, PlanValue], lang: Language, short: bool = False) -> str:
    """Return the values of a candidate with their keys, or with the ends of the keys."""
    texts = LABELS[lang]
    form = "{} {}" if short else "{} = {}"
    parts = [
        form.format(short_key(key) if short else key, value(each, lang))
        for key, each in values.items()
    ]
    return str(texts["comma"]).join(parts)


def short_key(key: str) -> str:
    """Return a key without the words that all keys of its kind share.

    >>> short_key("caller_ids.north.count"), short_key("start")
    ('north', 'start')
    """
    parts = key.split(".")
    return parts[1] if len(parts) == 3 and parts[2] == "count" else parts[-1]


def short_keys(keys: Iterable[str]) -> dict[str, str]:
    """Return keys as :func:`short_key` does; whole if two of them would be alike.

    >>> short_keys(["caller_ids.north.count", "agents.north.count", "start"])["start"]
    'start'
    >>> short_keys(["caller_ids.north.count", "agents.north.count"])["agents.north.count"]
    'agents.north.count'
    """
    short = {key: short_key(key) for key in keys}
    alike = Counter(short.values())
    return {key: key if alike[name] > 1 else name for key, name in short.items()}


def is_number(found: object) -> TypeGuard[int | float]:
    """Return whether a value of a scenario is a number."""
    return isinstance(found, int | float) and not isinstance(found, bool)


def value(found: PlanValue, lang: Language) -> str:
    """Return a value of a scenario as text; None as "none"."""
    if found is None or found is False:
        return str(LABELS[lang]["nothing"])
    return f"{found:,}" if is_number(found) else str(found)


def share(found: float) -> str:
    """Return a probability, with enough digits near 1 to distinguish it from 1.

    >>> share(0.95), share(0.9997), share(1.0), share(0.001)
    ('95 %', '99.97 %', '100 %', '0.1 %')
    """
    for digits in range(4):
        if 0 < found < 1 and round(found * 100, digits) in (0.0, 100.0):
            continue
        shown = f"{found * 100:.{digits}f}"
        if digits == 3 or abs(float(shown) - found * 100) < 0.05 * 10 ** (-max(0, digits - 1)):
            return f"{shown} %"
    return "< 0.001 %" if found < 0.5 else "> 99.999 %"


def share_cell(found: float, style: Style = PLAIN) -> Cell:
    """Return a probability as a cell."""
    return Cell(share(found), style, found)


def figure(found: Any, unit: str, lang: Language = "en") -> str:
    """Return a value of a profile with its unit; for a shape, the factor on its figures.

    >>> figure(0.4489, "share"), figure(30, "calls"), figure(0.8, "mixture")
    ('45 %', '30 calls', '×0.8')
    >>> figure(30, "calls", "zh"), figure("14d", "duration", "zh")
    ('30 次呼叫', '14 天')
    """
    named = unit_name(unit)[lang]
    if isinstance(found, (list, tuple)):
        return named
    if unit == "duration" and isinstance(found, str):
        return formatting.span(parse_duration(found), lang)
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return str(found)
    if unit == "share":
        return formatting.percent(found)
    shown = f"{found:,.4g}" if isinstance(found, float) else f"{found:,}"
    return f"×{shown}" if unit in SHAPES else f"{shown} {named}"


def count(found: float) -> str:
    """Return a count."""
    return f"{found:,}"


def money(found: float, plan: PlanResult) -> str:
    """Return an amount in the currency of a plan."""
    return f"{found:,.0f} {plan['currency']}"


def money_cell(found: float, plan: PlanResult) -> Cell:
    """Return an amount in the currency of a plan as a cell."""
    return Cell(money(found, plan), value=found)
