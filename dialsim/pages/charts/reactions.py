"""Marks and complaints by day, through the aftermath, as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.pages.charts.callers import by_days, last_day
from dialsim.pages.charts.labels import LABELS
from dialsim.pages.charts.rows import ReactionRow
from dialsim.pages.charts.theme import PAPER, Look, data, finished
from dialsim.results.tables.run_log import RunLog

if TYPE_CHECKING:
    import altair as alt

KINDS = ("marks", "complaint_hotline", "complaint_12321", "complaint_sector")
EVENTS = {"mark": "marks"}
ROW_HEIGHT = 0.85
"""Height of the highest bar of a row; rows are 1 apart."""


def reaction_rows(log: RunLog, language: Language = "en") -> list[ReactionRow]:
    """Return marks and complaints by the local day on which they were made, to the run's end.

    Returns
    -------
    list of ReactionRow
        Days without marks and complaints are left out.
    """
    counts: dict[tuple[str, str], int] = {}
    for batch in log.batches("events", ("time", "event")):
        ticks = log.ticks(batch.column("time"))
        for tick, event in zip(ticks.tolist(), batch.column("event").to_pylist(), strict=True):
            kind = EVENTS.get(event, event)
            if kind in KINDS:
                key = (log.moment(tick).date().isoformat(), kind)
                counts[key] = counts.get(key, 0) + 1
    texts = LABELS[language]
    return [
        {"day": day, "kind": kind, "name": texts[kind], "count": count}
        for (day, kind), count in sorted(counts.items())
    ]


def reactions(
    log: RunLog,
    language: Language = "en",
    look: Look = PAPER,
    rows: list[ReactionRow] | None = None,
) -> alt.TopLevelMixin:
    """Return marks and complaints by day through the aftermath as bars, each kind in its own row.

    The highest bar of a row is its busiest day, whose count stands above it. A dashed line marks
    the end of the last day of calling.
    """
    import altair as alt

    texts = LABELS[language]
    rows = rows or reaction_rows(log, language)
    totals = {kind: sum(row["count"] for row in rows if row["kind"] == kind) for kind in KINDS}
    most = {
        kind: max(row["count"] for row in rows if row["kind"] == kind)
        for kind in KINDS
        if totals[kind]
    }
    names = {kind: f"{texts[kind]}  {totals[kind]:,}" for kind in most}
    places = {kind: len(names) - 1 - place for place, kind in enumerate(names)}
    drawn: list[dict[str, object]] = [
        {
            **row,
            "from": places[row["kind"]],
            "to": places[row["kind"]] + ROW_HEIGHT * row["count"] / most[row["kind"]],
            "noon": f"{row['day']}T12:00:00",
            "begin": f"{row['day']}T03:00:00",
            "end": f"{row['day']}T21:00:00",
        }
        for row in rows
    ]
    ends = [log.moment(tick).date().isoformat() for tick in (0, log.last_tick)]
    labels = "[" + ", ".join(repr(name) for name in reversed(names.values())) + "][datum.value]"
    rest = alt.Axis(
        values=list(range(len(names))),
        labelExpr=labels,
        labelLimit=230,
        labelColor=look.ink,
        labelBaseline="bottom",
        ticks=False,
        domain=False,
        grid=True,
    )
    scale = alt.Scale(domain=[0, len(names)], nice=False)
    base = alt.Chart(data(drawn)).encode(
        tooltip=[
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("noon:T", title=texts["day"], format=dates.CHARTS[language]["day"]),
            alt.Tooltip("count:Q", title=texts["count"], format=","),
        ]
    )
    bars = base.mark_rect().encode(
        x=alt.X("begin:T", title=None)
        .scale(nice=False)
        .axis(format=dates.CHARTS[language]["day"], tickCount=by_days(*ends)),
        x2=alt.X2("end:T"),
        y=alt.Y("from:Q", title=None, axis=rest, scale=scale),
        y2=alt.Y2("to:Q"),
        color=alt.Color("kind:N", legend=None).scale(
            domain=list(names), range=[look.soft if k == "marks" else look.third for k in names]
        ),
    )
    peaks = [bar for row, bar in zip(rows, drawn, strict=True) if row["count"] == most[row["kind"]]]
    counts = (
        alt.Chart(data(peaks))
        .mark_text(align="left", dx=3, baseline="top", fill=look.soft)
        .encode(x=alt.X("end:T"), y=alt.Y("to:Q"), text=alt.Text("count:Q", format=","))
    )
    end = last_day(log, look, f"{ends[1]}T00:00:00")
    chart = (bars + counts + end).properties(width="container", height=52 * len(names))
    return finished(chart, look)
