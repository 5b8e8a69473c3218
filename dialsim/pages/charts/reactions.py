"""Marks and complaints by day, through the aftermath, as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialsim.messages.catalogue import Language
from dialsim.pages.charts.callers import by_days, last_day
from dialsim.pages.charts.labels import LABELS
from dialsim.pages.charts.theme import PAPER, Look, data, finished
from dialsim.results.tables.run_log import RunLog

if TYPE_CHECKING:
    import altair as alt

KINDS = ("marks", "complaint_hotline", "complaint_12321", "complaint_sector")
EVENTS = {"mark": "marks"}


def reaction_rows(log: RunLog, language: Language = "en") -> list[dict[str, Any]]:
    """Return marks and complaints by the local day on which they were made, to the run's end.

    Returns
    -------
    list of dict
        ``day``, ``kind``, ``name``, ``count``; days without marks and complaints are left out.
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


def reactions(log: RunLog, language: Language = "en", look: Look = PAPER) -> alt.TopLevelMixin:
    """Return marks and complaints by day through the aftermath as a chart, one row a kind.

    The area of a dot is proportional to the count. A dashed line marks the end of the last day of
    calling.
    """
    import altair as alt

    texts = LABELS[language]
    rows = reaction_rows(log, language)
    totals = {kind: sum(row["count"] for row in rows if row["kind"] == kind) for kind in KINDS}
    names = {kind: f"{texts[kind]}  {totals[kind]:,}" for kind in KINDS if totals[kind]}
    for row in rows:
        row["row"], row["noon"] = names[row["kind"]], f"{row['day']}T12:00:00"
    ends = [log.moment(tick).date().isoformat() for tick in (0, log.last_tick)]
    dots = (
        alt.Chart(data(rows))
        .mark_circle(opacity=0.8)
        .encode(
            x=alt.X("noon:T", title=None)
            .scale(nice=False)
            .axis(format="%m-%d", tickCount=by_days(*ends)),
            y=alt.Y("row:N", sort=list(names.values()), title=None).axis(
                labelLimit=230, ticks=False, domain=False, labelColor=look.ink, grid=True
            ),
            size=alt.Size("count:Q", legend=None).scale(type="sqrt", range=[18, 500]),
            color=alt.Color("kind:N", legend=None).scale(
                domain=list(names), range=[look.soft if k == "marks" else look.third for k in names]
            ),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("noon:T", title=texts["day"], format="%m-%d"),
                alt.Tooltip("count:Q", title=texts["count"], format=","),
            ],
        )
    )
    chart = (dots + last_day(log, look, f"{ends[1]}T00:00:00")).properties(
        width="container", height=38 * len(names)
    )
    return finished(chart, look)
