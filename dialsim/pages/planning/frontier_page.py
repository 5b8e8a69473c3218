"""The Pareto frontier of a plan in throughput, risk and cost, as a table and as a chart.

Long values that differ in a few characters alone are replaced by marks and written out beneath.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.cells import cell_len

from dialsim.messages.catalogue import Language
from dialsim.pages.charts.frontier import LABELS as CHART_LABELS
from dialsim.pages.charts.frontier import DrawnCandidate
from dialsim.pages.model.parts import Chart, Part, Section, item, quiet, section
from dialsim.pages.model.style import GOOD, PLAIN, QUIET, STRONG
from dialsim.pages.model.tables import Cell, Column, Kind, Note, Row, Table, figures, row, words
from dialsim.pages.planning.plan_values import (
    count,
    is_number,
    money_cell,
    share_cell,
    short_keys,
    value,
    values_text,
)
from dialsim.pages.planning.plan_words import LABELS
from dialsim.results import formatting

Found = Mapping[str, Any]
SHOWN = 8
"""Rows of the table."""
LONG = 24
"""Columns from which a value is replaced by a mark."""
MOST_LISTED = 200
"""Candidates of the chart that a table beside it lists."""
MOST_DRAWN = 500
"""Candidates of the chart; of more, those on the frontier alone."""


def frontier_section(found: Found, language: Language) -> Section | None:
    """Return the table, the legend of its marks, and the chart; None for a single candidate."""
    texts = LABELS[language]
    rows = found["frontier"]
    if len(rows) < 2:
        return None
    is_best = _is_best(found)
    shown = _thinned(rows, is_best)
    below: list[Part] = []
    if len(shown) < len(rows):
        below.append(quiet(texts["more"].format(n=len(rows) - len(shown))))
    return section(
        texts["frontier"],
        _table(found, shown, language),
        below,
        _chart(found, language),
        note=texts["frontier_note"],
        key="frontier",
    )


def _is_best(found: Found) -> Callable[[Found], bool]:
    """Return whether a candidate is the recommended one."""
    best = found["recommended"]
    wanted = {} if best is None else {each["key"]: each["after"] for each in best["changes"]}
    return lambda each: best is not None and each["values"] == wanted


def _table(found: Found, shown: Sequence[Found], language: Language) -> list[Part]:
    """Return the table, its figures first: values without room continue below their row."""
    texts, is_best = LABELS[language], _is_best(found)
    values = [{key: value(each, language) for key, each in one["values"].items()} for one in shown]
    differ = [key for key in values[0] if len({each[key] for each in values}) > 1]
    marks = {key: _marks(found, key, [each[key] for each in values], language) for key in differ}
    names = short_keys(values[0])
    columns = [
        *figures(texts["cost"], texts["throughput"], texts["any_suspension"], texts["high"]),
        *(_column(names[key], [one["values"][key] for one in shown]) for key in differ),
    ]
    rows: list[Row] = []
    for one, named in zip(shown, values, strict=True):
        style, notes = PLAIN, list[Note]()
        if is_best(one):
            style, notes = GOOD | STRONG, [Note(texts["recommended"], GOOD)]
        cells = [
            Cell(marks[key].get(named[key], named[key]), value=_number(one["values"][key]))
            for key in differ
        ]
        rows.append(row(*_figures(one, found), *cells, style=style, notes=notes))
    legend = [
        (f"{names[key]} {mark}  ", text) for key in differ for text, mark in marks[key].items()
    ]
    same = {key: text for key, text in values[0].items() if key not in differ}
    if same:
        legend.append(("·  ", texts["same_in_all"].format(values=values_text(same, language))))
    return [
        Table(tuple(columns), tuple(rows)),
        *(item(text, QUIET, mark) for mark, text in legend),
    ]


def _figures(one: Found, found: Found) -> Iterator[Cell]:
    """Yield cost, throughput, and the share of runs with a suspension with its upper end."""
    yield money_cell(one["cost"], found)
    yield Cell(count(round(one["throughput"])), value=one["throughput"])
    yield share_cell(one["risk"])
    yield Cell(f"≤ {formatting.percent(one['risk_high'])}", value=one["risk_high"])


def _column(name: str, values: Sequence[Any]) -> Column:
    """Return the column of a decision: numbers are aligned, words are broken into lines."""
    return Column(name, Kind.FIGURE if all(map(is_number, values)) else Kind.TEXT)


def _number(found: Any) -> float | None:
    return found if is_number(found) else None


def _marks(found: Found, key: str, values: Sequence[str], language: Language) -> dict[str, str]:
    """Return marks of the values of a decision that is shown; none if all are short."""
    if max(map(cell_len, values)) <= LONG:
        return {}
    options = next((each["options"] for each in found["decisions"] if each["key"] == key), values)
    places = {text: f"#{place}" for place, text in enumerate(options, 1)}
    nothing = LABELS[language]["nothing"]  # short enough to be shown
    return {text: places[text] for text in dict.fromkeys(values) if text != nothing}


def _thinned(rows: Sequence[Found], is_best: Callable[[Found], bool]) -> Sequence[Found]:
    """Return an even selection of rows, with the first, the last and the best among them."""
    if len(rows) <= SHOWN:
        return rows
    places = {round(i * (len(rows) - 1) / (SHOWN - 1)) for i in range(SHOWN)}
    places |= {place for place, each in enumerate(rows) if is_best(each)}
    return [rows[place] for place in sorted(places)]


def _chart(found: Found, language: Language) -> Chart:
    """Return the candidates by cost and throughput; their values are shown at each point."""
    from dialsim.pages.charts.frontier import frontier

    texts, is_best = LABELS[language], _is_best(found)
    on_it = [each["values"] for each in found["frontier"]]
    others = [
        each
        for each in found["candidates"]
        if each["throughput"] is not None and each["values"] not in on_it
    ]
    drawn = [*(others if len(others) <= MOST_DRAWN else []), *found["frontier"]]
    points: list[DrawnCandidate] = [
        {
            "kind": "best" if is_best(each) else "frontier" if each["values"] in on_it else "other",
            "values": {key: value(one, language) for key, one in each["values"].items()},
            "cost": each["cost"],
            "throughput": each["throughput"],
            "risk": each["risk"],
            "risk_high": each["risk_high"],
        }
        for each in drawn
    ]
    chart = frontier(points, found["currency"], language)
    return Chart(
        "frontier-chart",
        texts["chart"],
        texts["chart_caption"],
        chart.to_dict(validate=False),
        _drawn(points, found, language) if len(points) <= MOST_LISTED else None,
    )


def _drawn(points: Sequence[DrawnCandidate], found: Found, language: Language) -> Table:
    """Return the candidates of the chart as a table, the cheapest first."""
    texts, kinds = LABELS[language], CHART_LABELS[language]
    keys = list(points[0]["values"])
    names = short_keys(dict.fromkeys(keys, ""))
    columns = [
        *words(""),
        *figures(texts["cost"], texts["throughput"], texts["any_suspension"], texts["high"]),
        *words(*(names[key] for key in keys)),
    ]
    rows = [
        row(
            kinds[each["kind"]],
            *_figures(each, found),
            *(each["values"][key] for key in keys),
            style=GOOD if each["kind"] == "best" else PLAIN,
        )
        for each in sorted(points, key=lambda each: (each["cost"], -each["throughput"]))
    ]
    return Table(tuple(columns), tuple(rows))
