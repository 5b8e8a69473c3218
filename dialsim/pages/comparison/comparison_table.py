"""The metrics of a comparison as a table, in groups by verdict; the figures of a row align."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.pages.comparison.comparison_figures import half_width, signed, written
from dialsim.pages.layout import BAD, GOOD, QUIET, Cell, fit, headed, paragraph, row
from dialsim.pages.weak_default_lines import marked, weak_mark
from dialsim.results import formatting
from dialsim.results.comparison.comparison_goals import p_figure

Found = Mapping[str, Any]
NARROWEST_NAME = 14

Rows = Sequence[tuple[str, Found]]


def metric_lines(found: Found, width: int) -> list[Text]:
    """Return the section on metrics: significant, equal in every pair, not significant."""
    weak = found.get("weak_defaults", ())
    metrics = [
        (key, {**metric, "marks": weak_mark(key, weak)}) for key, metric in found["metrics"].items()
    ]
    tested = sum(metric["p"] is not None for _, metric in metrics)
    if found["kind"] == "runs" or not tested:
        lines = [Text(""), *headed("Metrics", "", width)]
        moved = [each for each in metrics if each[1]["change"]["value"]]
        lines += _table(moved, width, _PLAIN)
        return lines + _unmoved(metrics, width)
    note = f"paired t test · Holm over {formatting.count_noun(tested, 'metric')}"
    lines = [Text(""), *headed("Metrics", note, width)]
    told = [each for each in metrics if each[1]["told"]]
    fixed = [each for each in metrics if each[1]["constant"] and each[1]["change"]["value"]]
    open_ = [each for each in metrics if each[1]["p"] is not None and not each[1]["told"]]
    groups = (
        ("told apart", told),
        ("the same difference in every pair", fixed),
        ("not told apart from chance", open_),
    )
    shown_groups = [(title, rows) for title, rows in groups if rows]
    table = _table([each for _, rows in shown_groups for each in rows], width, COLUMNS)
    lines.append(table[0])
    at = 1
    for title, rows in shown_groups:
        lines += paragraph(title, width, 2, "italic")
        lines += table[at : at + len(rows)]
        at += len(rows)
    lines += _unmoved(metrics, width)
    return [*lines, *_fewer(metrics, found, width), Text(""), *_saved(found, width)]


Column = tuple[str, Callable[[Found], str]]


def _times(metric: Found) -> str:
    saved = metric["saved"]
    if saved is None:
        return ""
    return f"×{saved:,.0f}" if saved >= 10 else f"×{saved:.1f}"


_PLAIN: tuple[Column, ...] = (
    ("A", lambda metric: written(metric, metric["a"])),
    ("B", lambda metric: written(metric, metric["b"])),
    ("B − A", signed),
)
COLUMNS: tuple[Column, ...] = (
    *_PLAIN,
    ("± 95 %", half_width),
    ("p", lambda metric: "" if metric["p_holm"] is None else p_figure(metric["p_holm"])),
    ("luck", _times),
)


def _table(rows: Rows, width: int, columns: Sequence[Column]) -> list[Text]:
    """Return a line of titles and one a metric, none without metrics; names take what is left."""
    if not rows:
        return []
    cells = [[text(metric) for _, text in columns] for _, metric in rows]
    titles = [title for title, _ in columns]
    wide = [max(map(cell_len, column)) for column in zip(titles, *cells, strict=True)]
    room = width - 2 - sum(wide) - 2 * len(wide)
    while room < NARROWEST_NAME and len(wide) > len(_PLAIN):
        room += wide.pop() + 2  # the least informative column is dropped first
    lines = [_line("", titles, wide, room, QUIET)]
    for (_, metric), texts in zip(rows, cells, strict=True):
        name = marked(metric["name"], metric["marks"])
        lines.append(_line(name, texts, wide, room, _style(metric)))
    return fit(lines, width)


def _line(name: str, texts: Sequence[str], wide: Sequence[int], room: int, style: str) -> Text:
    cells = [Cell(name, room)]
    for at, (text, size) in enumerate(zip(texts, wide, strict=False)):
        cells.append(Cell(text, size, right=True, style=style if at == 2 or not name else ""))
    return row(cells)


def _style(metric: Found) -> str:
    if not metric["told"]:
        return ""
    higher = metric["change"]["value"] > 0
    return GOOD if higher == (metric["better"] == "higher") else BAD


def _unmoved(metrics: Rows, width: int) -> list[Text]:
    """Return a line naming the metrics that are equal in every pair."""
    names = [
        metric["name"]
        for _, metric in metrics
        if not metric["change"]["value"] and (metric["constant"] or metric["change"]["n"] == 1)
    ]
    return paragraph(f"the same in both: {', '.join(names)}", width, 2, QUIET) if names else []


def _fewer(metrics: Rows, found: Found, width: int) -> list[Text]:
    """Return a line naming the metrics that have no value in some pairs."""
    whole = len(found["replications"])
    parts = [
        f"{metric['name']} {metric['change']['n']}"
        for _, metric in metrics
        if metric["change"]["n"] < whole
    ]
    if not parts:
        return []
    text = f"of fewer pairs, nothing to divide by in the others: {', '.join(parts)}"
    return paragraph(text, width, 2, QUIET)


def _saved(found: Found, width: int) -> list[Text]:
    """Return how many runs common random numbers saved, in words."""
    metrics, n = found["metrics"], len(found["replications"])
    goals = [goal["metric"] for goal in found["goals"] if not goal["wall"]]
    keys = [*goals, "conversations", *metrics]
    key = next((k for k in keys if k in metrics and metrics[k]["saved"] is not None), None)
    if key is None:
        return []
    saved = metrics[key]["saved"]
    text = (
        f"luck: both had the same. For {metrics[key]['name']} these {n} pairs are as good as "
        f"{_times(metrics[key])[1:]} times as many independent replications of each"
    )
    text += "." if saved >= 1 else ": here the shared luck gained nothing."
    return paragraph(text, width, 0, QUIET)
