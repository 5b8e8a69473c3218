"""The page of ``dialsim validate``: published, exact and simulated values side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.text import Text

from dialsim.report.page import Cell, headed, paragraph, row, usable_width

FAR = 3.0  # standard errors from which a figure is coloured; what is judged stands in the verdict


def validation_page(found: Mapping[str, Any], width: int) -> list[Text]:
    """Return the page as lines.

    Parameters
    ----------
    found
        As :func:`dialsim.validation.validate` returns it.
    width
        Columns of the console.
    """
    width = usable_width(width)
    lines = [*headed("Engine against theory", _summary(found["verdict"]), width)]
    lines += [Text(), row(_head(width))]
    for _, group in groupby(found["figures"], key=lambda each: each["world"]):
        figures = list(group)
        lines += _world(figures, width)
    lines += [Text(), *headed("Rules without chance", "expected, as one would count", width)]
    for rule in found["rules"]:
        lines += _rule(rule, width)
    return [*lines, Text(), *_verdict(found, width)]


def _summary(verdict: Mapping[str, Any]) -> str:
    return f"largest |z| {verdict['worst']:.2f}, at most {verdict['most']:g} is allowed"


def _columns(width: int) -> tuple[int, int, int, int, int]:
    """Return the widths of figure, published, exact, simulated and half-width."""
    name = 22 if width < 90 else 30
    return name, 12, 10, 10, 9


def _head(width: int) -> list[Cell]:
    name, published, exact, simulated, half = _columns(width)
    cells = [
        Cell("", name),
        Cell("published", published, right=True, style="dim"),
        Cell("exact", exact, right=True, style="dim"),
        Cell("simulated", simulated, right=True, style="dim"),
        Cell("± 95 %", half, right=True, style="dim"),
    ]
    return [*cells, Cell("z", 5, right=True, style="dim")]


def _world(figures: Sequence[Mapping[str, Any]], width: int) -> list[Text]:
    first = figures[0]
    note = f"{first['oracle']}; {first['days']:,} days"
    lines = [Text(), *paragraph(first["world"], width, 0, "bold")]
    lines += paragraph(f"{note}; {first['source']}", width, 2, "dim")
    return lines + [row(_figure(each, width)) for each in figures]


def _figure(each: Mapping[str, Any], width: int) -> list[Cell]:
    name, published, exact, simulated, half = _columns(width)
    unit = "" if each["unit"] == "share" else f", {each['unit']}"
    style = "red" if abs(each["z"]) >= FAR else ""
    return [
        Cell(f"{each['figure']}{unit}", name),
        Cell(each["published"] or "", published, right=True, style="dim"),
        Cell(_number(each["exact"]), exact, right=True),
        Cell(_number(each["simulated"]), simulated, right=True),
        Cell(_number((each["high"] - each["low"]) / 2), half, right=True, style="dim"),
        Cell(f"{each['z']:+.2f}", 5, right=True, style=style),
    ]


def _number(value: float) -> str:
    """Return a figure with what can be told of it.

    >>> _number(0.900432), _number(59.2366), _number(23040.0)
    ('0.90043', '59.237', '23,040')
    """
    if abs(value) < 10:
        return f"{value:.5f}"
    return f"{value:.3f}" if abs(value) < 1000 else f"{value:,.0f}"


def _rule(rule: Mapping[str, Any], width: int) -> list[Text]:
    mark, style = ("✓ ", "") if rule["agrees"] else ("✗ ", "red")
    told = f"; {rule['source']}" if rule["source"] else ""
    lines = paragraph(f"{rule['rule']}: {rule['given']}{told}", width, 2, style, mark)
    text = rule["found"] if rule["agrees"] else f"{rule['found']}, expected {rule['expected']}"
    return lines + paragraph(text, width, 4, "dim")


def _verdict(found: Mapping[str, Any], width: int) -> list[Text]:
    verdict = found["verdict"]
    said = (
        f"Of {verdict['worlds']} worlds, one figure each: sum of z² {verdict['squares']:.1f}, "
        f"expected {verdict['squares_low']:.1f} to {verdict['squares_high']:.1f}; "
        f"{verdict['above']} above theory (sign test p = {verdict['signs_p']:.2f})."
    )
    wide = sum(not each["narrow"] for each in found["figures"])
    if wide:
        said += (
            f" {wide} intervals are wider than 1 % of the value (2 % of shares below 0.05): "
            "`dialsim validate --full` plays on."
        )
    judged = (
        "The engine agrees with theory."
        if found["agrees"]
        else "The engine does NOT agree with theory: please report this page."
    )
    style = "bold" if found["agrees"] else "bold red"
    return [*paragraph(judged, width, 0, style), *paragraph(said, width, 0, "dim")]
