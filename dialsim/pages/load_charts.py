"""The charts of a load test's page, each with its figures as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.charts.load import (
    LABELS as CHART_LABELS,
)
from dialsim.pages.charts.load import (
    LatenessPoint,
    PercentilePoint,
    RatePoint,
    lateness_by_percentile,
    lateness_over_time,
    rates_over_time,
)
from dialsim.pages.load_result import IntervalResult, LoadResult, RunResult
from dialsim.pages.model.parts import Chart
from dialsim.pages.model.tables import Cell, Row, Table, figures, row, words

LABELS: Texts = text_table(
    {
        "lateness": "Own lateness over time",
        "lateness_caption": "By second of the planned moments, the most of all runs; the axis is "
        "logarithmic.",
        "rates": "Rate planned and reached",
        "rates_caption": "Dials planned in each second, and dials decided in it: the least of all "
        "runs.",
        "percentiles": "Own lateness by percentile",
        "percentiles_caption": "Of each step, the most of all runs.",
        "second": message("from, s", "interval"),
        "percentile": message("percentile", "heading"),
    }
)
QUANTILES = ("p50", "p99", "max")
MOST_LISTED = 60
MOST_STEPS = 8
"""Steps with a line of their own; of more, as many are taken at equal distances."""


def load_charts(found: LoadResult, language: Language) -> list[Chart]:
    """Return the charts of a load test; none of a search, or of one without intervals."""
    charts = [_percentiles(found, language)]
    intervals = _by_interval(found["runs"])
    if intervals:
        charts = [_lateness(intervals, language), _rates(intervals, language), *charts]
    return [each for each in charts if each is not None]


def _by_interval(runs: Sequence[RunResult]) -> list[list[IntervalResult]]:
    """Return the same interval of all runs, by time."""
    by_begin: dict[float, list[IntervalResult]] = {}
    for run in runs:
        for each in run["intervals"]:
            by_begin.setdefault(each["begin_s"], []).append(each)
    return [same for _, same in sorted(by_begin.items())]


def _middle(same: Sequence[IntervalResult]) -> float:
    return round((same[0]["begin_s"] + max(each["end_s"] for each in same)) / 2, 3)


def _lateness(intervals: Sequence[list[IntervalResult]], language: Language) -> Chart | None:
    texts, names = LABELS[language], CHART_LABELS[language]
    points: list[LatenessPoint] = []
    rows: list[Row] = []
    for same in intervals:
        most = {
            name: max((ms for each in same if (ms := each["lateness_ms"][name])), default=None)
            for name in QUANTILES
        }
        points += [
            {"at_s": _middle(same), "quantile": names.get(name, name), "ms": ms}
            for name, ms in most.items()
            if ms
        ]
        cells = [Cell("–" if ms is None else f"{ms:.3g}", value=ms) for ms in most.values()]
        rows.append(row(Cell(f"{same[0]['begin_s']:g}", value=same[0]["begin_s"]), *cells))
    if not points:
        return None
    heads = figures(texts["second"], *(names.get(name, name) for name in QUANTILES))
    chart = lateness_over_time(points, language).to_dict(validate=False)
    return _chart("lateness", chart, Table(heads, tuple(rows)), language)


def _rates(intervals: Sequence[list[IntervalResult]], language: Language) -> Chart | None:
    texts, names = LABELS[language], CHART_LABELS[language]
    points: list[RatePoint] = []
    rows: list[Row] = []
    for same in intervals:
        spans = [each["end_s"] - each["begin_s"] for each in same]
        if min(spans) <= 0:
            continue
        planned = max(each["offered"] / span for each, span in zip(same, spans, strict=True))
        reached = min(_decided(each) / span for each, span in zip(same, spans, strict=True))
        points += [
            {"at_s": _middle(same), "kind": names[kind], "per_s": round(rate, 3)}
            for kind, rate in (("planned", planned), ("reached", reached))
        ]
        cells = [Cell(f"{rate:,.0f}", value=rate) for rate in (planned, reached)]
        rows.append(row(Cell(f"{same[0]['begin_s']:g}", value=same[0]["begin_s"]), *cells))
    if not points:
        return None
    heads = figures(texts["second"], names["planned"], names["reached"])
    chart = rates_over_time(points, language).to_dict(validate=False)
    return _chart("rates", chart, Table(heads, tuple(rows)), language)


def _decided(each: IntervalResult) -> int:
    """Return the dials decided in an interval; of an earlier version those planned in it."""
    return each.get("decided", each["admitted"] + each["deferred"])


def _percentiles(found: LoadResult, language: Language) -> Chart | None:
    texts, names = LABELS[language], CHART_LABELS[language]
    points = list(_percentile_points(found, names["max"]))
    if not points:
        return None
    rows = tuple(
        row(each["step"], each["percentile"], Cell(f"{each['ms']:.3g}", value=each["ms"]))
        for each in points
    )
    heads = (*words(names["step"], texts["percentile"]), *figures(names["lateness"]))
    chart = lateness_by_percentile(points, language).to_dict(validate=False)
    return _chart("percentiles", chart, Table(heads, rows), language)


def _percentile_points(found: LoadResult, longest: str) -> Iterator[PercentilePoint]:
    """Yield the most of all runs at each percentile that every run of a step has."""
    steps = found["steps"][:: -(-len(found["steps"]) // MOST_STEPS) or 1]
    for step in steps:
        curves = [
            stage.get("percentiles_ms", {}) or _main(stage["lateness_ms"])
            for run in found["runs"]
            for stage in run["stages"]
            if stage["stage"] == step["stage"]
        ]
        for name in curves[0] if curves else ():
            known = [curve[name] for curve in curves if curve.get(name)]
            if len(known) == len(curves):
                shown = longest if name == "max" else name
                yield {"step": step["rate"], "percentile": shown, "ms": max(known)}


def _main(quantiles: dict[str, float | None]) -> dict[str, float]:
    """Return the quantiles of a step as percentiles, of a result that has no others."""
    return {name.removeprefix("p"): ms for name, ms in quantiles.items() if ms is not None}


def _chart(key: str, drawn: dict[str, object], table: Table, language: Language) -> Chart:
    texts = LABELS[language]
    kept = table if len(table.rows) <= MOST_LISTED else None
    return Chart(f"{key}-chart", texts[key], texts[f"{key}_caption"], drawn, kept)
