"""The Pareto frontier of a plan in throughput, risk and cost, as a table.

Long values that do not fit beside the figures are replaced by a mark and written out beneath. If
that is too wide as well, the candidates are numbered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.pages.layout import QUIET, Cell, headed, paragraph, row
from dialsim.pages.planning.plan_values import count, money, share, short_key, value, values_text
from dialsim.pages.planning.plan_words import LABELS
from dialsim.results import formatting

Found = Mapping[str, Any]
SHOWN = 8
"""Rows of the table."""
LONG = 12
"""Width from which a value is replaced by a mark if there is no room."""
FIGURES = (10, 17, 16)


def frontier_lines(found: Found, width: int, lang: Language) -> list[Text]:
    """Return the lines of the table and its legend of marks; none for a single candidate."""
    texts = LABELS[lang]
    rows = found["frontier"]
    if len(rows) < 2:
        return []
    best = found["recommended"]

    def is_best(each: Found) -> bool:
        return best is not None and all(
            each["values"][change["key"]] == change["after"] for change in best["changes"]
        )

    picked = _thinned(rows, is_best)
    names, legend = _names(found, picked, width, lang)
    lines = [Text(""), *headed(texts["frontier"], texts["frontier_note"], width)]
    lines.append(_row(texts["columns"], QUIET, width))
    for name, each in zip(names, picked, strict=True):
        cells = (
            name,
            count(round(each["throughput"])),
            f"{share(each['risk'])}, ≤ {formatting.percent(each['risk_high'])}",
            money(each["cost"], found),
        )
        lines.append(_row(cells, "bold green" if is_best(each) else "", width))
    for mark, text in legend:
        lines += paragraph(text, width, 2, QUIET, f"{mark}  ")
    if len(picked) < len(rows):
        lines += paragraph(texts["more"].format(n=len(rows) - len(picked)), width, 2, QUIET)
    return lines


def _names(
    found: Found, picked: Sequence[Found], width: int, lang: Language
) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the names of the rows, and the legend of the marks in them."""
    texts = LABELS[lang]
    values: list[dict[str, str]] = [
        {key: value(each, lang) for key, each in one["values"].items()} for one in picked
    ]
    names = [values_text(each, lang, short=True) for each in values]
    if _fit(names, width):
        return names, []
    differ = [key for key in values[0] if len({each[key] for each in values}) > 1]
    same = {key: text for key, text in values[0].items() if key not in differ}
    alike = [("·", texts["same_in_all"].format(values=values_text(same, lang)))] if same else []
    marked, legend = _marked(found, [{key: each[key] for key in differ} for each in values], lang)
    names = [values_text(each, lang, short=True) for each in marked]
    if _fit(names, width):
        return names, [*legend, *alike]
    numbers = [str(number) for number in range(1, len(names) + 1)]
    return numbers, [*zip(numbers, names, strict=True), *legend, *alike]


def _marked(
    found: Found, values: Sequence[Mapping[str, str]], lang: Language
) -> tuple[list[dict[str, str]], list[tuple[str, str]]]:
    """Return values with the long ones replaced by marks, and the marks."""
    marked = [dict(each) for each in values]
    legend: list[tuple[str, str]] = []
    for decision in found["decisions"]:
        key = decision["key"]
        if key not in values[0] or max(cell_len(each[key]) for each in values) <= LONG:
            continue
        place = {text: f"#{at}" for at, text in enumerate(decision["options"], 1)}
        place.pop(LABELS["en"]["nothing"], None)
        place |= {LABELS[lang]["nothing"]: LABELS[lang]["nothing"]}  # short enough to be shown
        shown = dict.fromkeys(each[key] for each in values)
        legend += [
            (f"{short_key(key)} {place[text]}", text) for text in shown if place[text] != text
        ]
        for each in marked:
            each[key] = place[each[key]]
    return marked, legend


def _room(width: int) -> int:
    return width - 2 - sum(FIGURES) - 2 * len(FIGURES)


def _fit(names: Sequence[str], width: int) -> bool:
    return max(map(cell_len, names)) <= _room(width)


def _row(cells: Sequence[str], style: str, width: int) -> Text:
    first, *rest = cells
    return row(
        [Cell(first, _room(width), style=style)]
        + [Cell(t, w, right=True, style=style) for t, w in zip(rest, FIGURES, strict=True)]
    )


def _thinned(rows: Sequence[Found], is_best: Callable[[Found], bool]) -> Sequence[Found]:
    """Return an even selection of rows, with the first, the last and the best among them."""
    if len(rows) <= SHOWN:
        return rows
    places = {round(i * (len(rows) - 1) / (SHOWN - 1)) for i in range(SHOWN)}
    places |= {place for place, each in enumerate(rows) if is_best(each)}
    return [rows[place] for place in sorted(places)]
