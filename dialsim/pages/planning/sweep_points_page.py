"""The table of a sweep's points: their values, goals, suspensions and costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len

from dialsim.messages.catalogue import Language
from dialsim.pages.model.parts import Section, item, section
from dialsim.pages.model.style import BAD, GOOD, OPEN, QUIET
from dialsim.pages.model.tables import Cell, Column, Kind, Table, figures, row
from dialsim.pages.planning.sweep_words import (
    LABELS,
    figure,
    metric_unit,
    short_key,
    title_of,
    value_text,
)
from dialsim.results.interval_result import IntervalResult
from dialsim.results.planning_types.sweep import SweepPoint, SweepResult

POINTS_SHOWN = 24
LONG = 24
"""Columns from which the values of a key are marked, and written out beneath."""
GOALS_MET, SUSPENSION, COST = "goals_met", "any_suspension", "cost"


def ranked(found: SweepResult) -> list[SweepPoint]:
    """Return the completed points, those that met the goals most often first.

    Ties keep the order of the grid.
    """

    def met(point: SweepPoint) -> float:
        share = point["metrics"].get(GOALS_MET) or {"value": 0.0}
        return -(share["value"] or 0.0)

    return sorted(played(found), key=met)


def played(found: SweepResult) -> list[SweepPoint]:
    """Return the points with at least one completed replication."""
    return [point for point in found["at"] if point["done"]]


def points_section(found: SweepResult, language: Language) -> Section:
    """Return the table of the points, with the marked values beneath."""
    labels = LABELS[language]
    known, whole = played(found), found["points"]
    shown = ranked(found)[:POINTS_SHOWN] if len(known) > POINTS_SHOWN else known
    note = labels["all_points"]
    if len(shown) < whole:
        key = "points_note" if len(known) == whole else "points_played"
        note = labels[key].format(shown=len(shown), played=f"{len(known):,}", whole=f"{whole:,}")
    texts, legend = _texts(found, shown)
    metrics = _metrics(found)
    columns = [_key_column(found, key) for key in found["vary"]]
    for metric in metrics:
        always = metric in (GOALS_MET, SUSPENSION, COST)
        columns += figures(title_of(metric, found, language), optional=not always)
    rows = [
        row(
            *(_value(value, texts[key]) for key, value in point["values"].items()),
            *(_figure(found, point, metric) for metric in metrics),
        )
        for point in shown
    ]
    table = Table(tuple(columns), tuple(rows))
    below = [item(text, QUIET, f"{mark}  ") for mark, text in legend]
    return section(labels["points"], table, below, note=note, key="points")


def _key_column(found: SweepResult, key: str) -> Column:
    """Return the column of a key: numbers are aligned, words are broken into lines."""
    numbers = all(_is_number(value) for value in found["vary"][key])
    return Column(short_key(key, found["vary"]), Kind.FIGURE if numbers else Kind.TEXT)


def _value(value: Any, texts: Mapping[str, str]) -> Cell:
    return Cell(texts[value_text(value)], value=value if _is_number(value) else None)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _metrics(found: SweepResult) -> list[str]:
    """Return the metrics of the table; goals met, suspensions and costs first."""
    first = [metric for metric in (GOALS_MET, SUSPENSION, COST) if metric in found["units"]]
    return [*first, *(metric for metric in found["units"] if metric not in first)]


def _figure(found: SweepResult, point: SweepPoint, metric: str) -> Cell:
    interval, unit = point["metrics"][metric], metric_unit(found, metric)
    if found["units"][metric] != "0 or 1":
        return Cell(figure(interval["value"], unit), value=interval["value"])
    good = interval["value"] == (0 if metric == SUSPENSION else 1)
    style = GOOD if good else BAD if metric != SUSPENSION else OPEN
    return Cell(_share(interval), style, interval["value"])


def _texts(
    found: SweepResult, shown: Sequence[SweepPoint]
) -> tuple[dict[str, dict[str, str]], list[tuple[str, str]]]:
    """Return the text of each value by key for some points, and the legend of the marks.

    Long values differ in a few characters alone: marks tell them apart at a glance.
    """
    texts: dict[str, dict[str, str]] = {}
    legend: list[tuple[str, str]] = []
    for key, values in found["vary"].items():
        used = {value_text(point["values"][key]) for point in shown}
        long = max(map(cell_len, used)) > LONG
        texts[key] = {
            text: f"#{place}" if long else text
            for place, text in enumerate(map(value_text, values), 1)
            if text in used
        }
        if long:
            name = short_key(key, found["vary"])
            legend += [(f"{name} {mark}", text) for text, mark in texts[key].items()]
    return texts, legend


def _share(interval: IntervalResult) -> str:
    if interval["value"] is None or interval["low"] is None or interval["high"] is None:
        return ""
    low, high = round(100 * interval["low"]), round(100 * interval["high"])
    return f"{figure(interval['value'], 'share')}  {low}–{high} %"
