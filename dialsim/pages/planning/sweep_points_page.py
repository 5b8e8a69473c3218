"""The table of a sweep's points: their values, goals, suspensions and costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from textwrap import wrap
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.pages.layout import (
    BAD,
    GOOD,
    OPEN,
    QUIET,
    Cell,
    cut_line,
    fitted,
    headed,
    paragraph,
    row,
)
from dialsim.pages.line_breaking import break_lines
from dialsim.pages.planning.sweep_words import (
    LABELS,
    figure,
    metric_unit,
    short_key,
    title_of,
    value_text,
)

Found = Mapping[str, Any]
POINTS_SHOWN = 24
SHARE, FIGURE, NARROW = 16, 13, 9
"""Columns of a share with its interval, of a figure, and of one in a narrow table."""
GOALS_MET, SUSPENSION, COST = "goals_met", "any_suspension", "cost"


def ranked(found: Found) -> list[Found]:
    """Return the completed points, those that met the goals most often first.

    Ties keep the order of the grid.
    """

    def met(point: Found) -> float:
        share = point["metrics"].get(GOALS_MET) or {"value": 0.0}
        return -(share["value"] or 0.0)

    return sorted(played(found), key=met)


def played(found: Found) -> list[Found]:
    """Return the points with at least one completed replication."""
    return [point for point in found["at"] if point["done"]]


def point_lines(found: Found, width: int, lang: Language) -> list[Text]:
    """Return the lines of the table; long values are marked, and written out beneath."""
    labels = LABELS[lang]
    known, whole = played(found), found["points"]
    rows = ranked(found)[:POINTS_SHOWN] if len(known) > POINTS_SHOWN else known
    note = labels["all_points"]
    if len(rows) < whole:
        key = "points_note" if len(known) == whole else "points_played"
        note = labels[key].format(shown=len(rows), played=f"{len(known):,}", whole=f"{whole:,}")
    lines = [Text(""), *headed(labels["points"], note, width)]
    names = [short_key(key, found["vary"]) for key in found["vary"]]
    texts, legend = _texts(found, rows, width)
    room = [
        min(_most(names, width), max(map(cell_len, (name, *texts[key].values()))))
        for name, key in zip(names, found["vary"], strict=True)
    ]
    columns = _columns(found, width - 2 - sum(room) - 2 * (len(room) - 1), lang)
    titles = [(name, size, False) for name, size in zip(names, room, strict=True)]
    titles += [(title_of(metric, found, lang), size, True) for metric, size in columns]
    lines += _titles(titles, width)
    for point in rows:
        cells = [
            Cell(texts[key][value_text(value)], size)
            for (key, value), size in zip(point["values"].items(), room, strict=True)
        ]
        cells += [_figure(found, point, metric, size) for metric, size in columns]
        lines.append(cut_line(row(cells), width))
    for mark, text in legend:
        lines += paragraph(text, width, 2, QUIET, f"{mark}  ")
    return lines


def _titles(titles: Sequence[tuple[str, int, bool]], width: int) -> list[Text]:
    """Return the titles of columns, each on lines of its column's width, the last line below.

    Chinese breaks at any character; an English word wider than its column is shortened.
    """
    parts = [
        [fitted(line, size).rstrip() for line in wrap(text, size, break_long_words=False)]
        if text.isascii()
        else break_lines(text, size)
        for text, size, _ in titles
    ]
    height = max(map(len, parts))
    parts = [[""] * (height - len(each)) + each for each in parts]
    return [
        cut_line(
            row(
                [
                    Cell(each[at], size, right=right, style=QUIET)
                    for each, (_, size, right) in zip(parts, titles, strict=True)
                ]
            ),
            width,
        )
        for at in range(height)
    ]


def _figure(found: Found, point: Found, metric: str, size: int) -> Cell:
    interval, unit = point["metrics"][metric], metric_unit(found, metric)
    if found["units"][metric] != "0 or 1":
        return Cell(figure(interval["value"], unit), size, right=True)
    good = interval["value"] == (0 if metric == SUSPENSION else 1)
    style = GOOD if good else BAD if metric != SUSPENSION else OPEN
    return Cell(_share(interval), size, right=True, style=style)


def _most(keys: Collection[str], width: int) -> int:
    """Return the greatest width of a key's column; all together take at most half of the page."""
    return max(4, width // 2 // len(keys) - 2)


def _texts(
    found: Found, rows: Sequence[Found], width: int
) -> tuple[dict[str, dict[str, str]], list[tuple[str, str]]]:
    """Return the text of each value by key for some rows, and the legend of the marks.

    A value cut to its column could look like another: then all values of the key are replaced by
    marks.
    """
    texts: dict[str, dict[str, str]] = {}
    legend: list[tuple[str, str]] = []
    for key, values in found["vary"].items():
        used = {value_text(point["values"][key]) for point in rows}
        each = [value_text(value) for value in values]
        long = max(map(cell_len, used)) > _most(found["vary"], width)
        texts[key] = {
            text: f"#{place}" if long else text
            for place, text in enumerate(each, 1)
            if text in used
        }
        if long:
            name = short_key(key, found["vary"])
            legend += [(f"{name} {mark}", text) for text, mark in texts[key].items()]
    return texts, legend


def _columns(found: Found, left: int, lang: Language) -> list[tuple[str, int]]:
    """Return the metrics of the table and the width of each column; goals met first.

    Columns are as wide as a goal's campaign needs, or narrower if goals of one metric would else
    not all fit. Otherwise the last columns are dropped.
    """
    order = [m for m in (GOALS_MET, SUSPENSION, COST) if m in found["units"]]
    order += [m for m in found["units"] if m not in order]
    shares = [m for m in order if found["units"][m] == "0 or 1"]
    sizes = {m: SHARE if m in shares else FIGURE for m in order}
    asked = {m: max(sizes[m], cell_len(title_of(m, found, lang))) for m in _of_campaigns(found)}
    if sum(size + 2 for size in (sizes | asked).values()) <= left:
        return list((sizes | asked).items())
    metrics = [goal["metric"] for goal in found["goals"]]
    if len(set(metrics)) < len(metrics):
        each = (left - len(shares) * (SHARE + 2)) // (len(order) - len(shares)) - 2
        if NARROW <= each < FIGURE:
            sizes = {m: SHARE if m in shares else each for m in order}
    columns: list[tuple[str, int]] = []
    for metric, size in sizes.items():
        if left >= size + 2:
            columns.append((metric, size))
            left -= size + 2
    return columns


def _of_campaigns(found: Found) -> list[str]:
    """Return the metrics that goals judge for one campaign."""
    names = (f"goal_{i}.value" for i, g in enumerate(found["goals"], 1) if g.get("campaign"))
    return [name for name in names if name in found["units"]]


def _share(interval: Found) -> str:
    if interval["value"] is None:
        return ""
    low, high = (round(100 * interval[end]) for end in ("low", "high"))
    return f"{figure(interval['value'], 'share')}  {low}–{high} %"
