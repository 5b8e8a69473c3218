"""Charts of a run over time: agents, abandoned calls, and when people answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.pages.charts.labels import LABELS
from dialsim.pages.charts.rows import AnswerRow, DroppedRow, MomentRow, StaffRow
from dialsim.pages.charts.theme import PAPER, Look, data, finished
from dialsim.pages.charts.time_series import binned, intervals, local_text, step_of
from dialsim.results.tables.run_log import RunLog

if TYPE_CHECKING:
    import altair as alt

STAFF = ("staff_talk_ms", "staff_wrap_ms", "staff_idle_ms")
PARTS: tuple[Literal["talk", "wrap", "idle"], ...] = ("talk", "wrap", "idle")
"""What agents' time is spent on."""
FULL, ROW_PX = 0.85, 56
"""Height of a bar of full occupancy, of rows that are 1 apart; and height of a row."""


def answer_rows(log: RunLog, language: Language = "en") -> list[AnswerRow]:
    """Return live answers per attempt by weekday and hour, for hours with attempts."""
    series = intervals(log, ("attempts", "live_answers"))
    weekday = (
        series.local.astype("datetime64[D]").astype(np.int64) + 3
    ) % 7  # 1 January 1970 was a Thursday
    hour = series.local.astype("datetime64[h]").astype(np.int64) % 24
    sums = np.zeros((2, 7, 24), np.int64)
    for i, name in enumerate(("attempts", "live_answers")):
        np.add.at(sums[i], (weekday, hour), series.counts[name])
    return [
        {
            "day": dates.WEEKDAYS[language][day],
            "hour": f"{at:02d}",
            "attempts": int(sums[0, day, at]),
            "live": int(sums[1, day, at]),
            "share": float(sums[1, day, at] / sums[0, day, at]),
        }
        for day, at in zip(*np.nonzero(sums[0]), strict=True)
    ]


def answers(log: RunLog, language: Language = "en", look: Look = PAPER) -> alt.TopLevelMixin:
    """Return a heat map of the live-answer rate by weekday and hour."""
    import altair as alt

    words = LABELS[language]
    rows = answer_rows(log, language)
    base = alt.Chart(data(rows, "answers", look)).encode(
        x=alt.X("hour:O", title=words["hour"]).axis(labelAngle=0),
        y=alt.Y("day:O", title=None, sort=list(dates.WEEKDAYS[language])),
        tooltip=[
            alt.Tooltip("day:O", title=" "),
            alt.Tooltip("hour:O", title=words["hour"]),
            alt.Tooltip("share:Q", title=words["live_share"], format=".1%"),
            alt.Tooltip("attempts:Q", title=words["attempts"], format=","),
        ],
    )
    most = max((row["share"] for row in rows), default=1.0)
    squares = base.mark_rect(fill=look.main, cornerRadius=2).encode(
        opacity=alt.Opacity("share:Q", legend=None).scale(domain=[0, most], range=[0.06, 0.85])
    )
    texts = base.mark_text(fill=look.ink).encode(text=alt.Text("share:Q", format=".0%"))
    chart = (squares + texts).properties(
        width="container", height=30 * len({row["day"] for row in rows})
    )
    return finished(chart, look)


def staff_rows(log: RunLog, language: Language = "en") -> list[StaffRow]:
    """Return talk, wrap-up and idle time by campaign and hour, for hours with agents at work.

    Campaigns that share agents each show the time of all of these agents.
    """
    series = intervals(log, STAFF)
    sums = binned(series, step_of(series), by_campaign=True)
    staffed = np.sum([sums.counts[name] for name in STAFF], axis=0)
    return [
        {
            **local_moment(sums.local[i], language),
            "campaign": log.scenario.campaigns[int(sums.campaign[i])].name,
            "staffed_h": float(staffed[i] / 3_600_000),
            "occupancy": float(1 - sums.counts["staff_idle_ms"][i] / staffed[i]),
            "talk": float(sums.counts["staff_talk_ms"][i] / staffed[i]),
            "wrap": float(sums.counts["staff_wrap_ms"][i] / staffed[i]),
            "idle": float(sums.counts["staff_idle_ms"][i] / staffed[i]),
        }
        for i in np.flatnonzero(staffed)
    ]


def occupancy(log: RunLog, language: Language = "en", look: Look = PAPER) -> alt.TopLevelMixin:
    """Return a chart of how agents spent their time; of several campaigns, their occupancies.

    Only hours with agents at work take room.
    """
    if len(log.scenario.campaigns) == 1:
        return _time_of_agents(staff_rows(log, language), language, look)
    return _busy_by_campaign(staff_rows(log, language), language, look)


def _time_of_agents(rows: list[StaffRow], language: Language, look: Look) -> alt.TopLevelMixin:
    import altair as alt

    words = LABELS[language]
    names = [words[part] for part in PARTS]
    long: list[dict[str, object]] = [
        {**row, "what": words[part], "place": place, "share": row[part]}
        for row in rows
        for place, part in enumerate(PARTS)
    ]
    chart = (
        alt.Chart(data(long))
        .mark_bar(width={"band": 1})
        .encode(
            x=alt.X("time:O", title=None, axis=first_hours(rows, language)),
            y=alt.Y("share:Q", title=words["staffed"], stack=True)
            .scale(domain=[0, 1])
            .axis(format="%", tickCount=4),
            color=alt.Color("what:N", sort=names).scale(
                domain=names, range=[look.main, look.second, look.grid]
            ),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("when:N", title=words["time"]),
                alt.Tooltip("what:N", title=" "),
                alt.Tooltip("share:Q", title=words["staffed"], format=".1%"),
                alt.Tooltip("occupancy:Q", title=words["occupancy"], format=".1%"),
            ],
        )
        .properties(width="container", height=150)
    )
    return finished(chart, look)


def _busy_by_campaign(rows: list[StaffRow], language: Language, look: Look) -> alt.TopLevelMixin:
    """Return occupancies, each campaign in a row of its own: lines in one field would overlap."""
    import altair as alt

    words = LABELS[language]
    names = list(dict.fromkeys(row["campaign"] for row in rows))
    floors = {name: len(names) - 1 - place for place, name in enumerate(names)}
    placed: list[dict[str, object]] = [
        {**row, "from": floors[row["campaign"]], "to": floors[row["campaign"]] + FULL * share}
        for row in rows
        for share in [row["occupancy"]]
    ]
    texts = json.dumps(list(reversed(names)), ensure_ascii=False)
    axis = alt.Axis(
        values=list(range(len(names))),
        labelExpr=f"{texts}[datum.value]",
        labelLimit=150,
        labelColor=look.ink,
        labelBaseline="bottom",
        ticks=False,
        domain=False,
    )
    scale = alt.Scale(domain=[0, len(names)], nice=False)
    chart = (
        alt.Chart(data(placed, "occupancy", look))
        .mark_bar(width={"band": 0.94})
        .encode(
            x=alt.X("time:O", title=None, axis=first_hours(rows, language)),
            y=alt.Y("from:Q", title=words["occupancy"], axis=axis, scale=scale),
            y2=alt.Y2("to:Q"),
            color=alt.Color("campaign:N", legend=None).scale(domain=names, range=look.series),
            tooltip=[
                alt.Tooltip("when:N", title=words["time"]),
                alt.Tooltip("campaign:N", title=words["campaign"]),
                alt.Tooltip("occupancy:Q", title=words["occupancy"], format=".1%"),
            ],
        )
        .properties(width="container", height=ROW_PX * len(names))
    )
    return finished(chart, look)


def local_moment(moment: Any, language: Language) -> MomentRow:
    """Return a local moment as a position on an ordinal axis and as text for tooltips.

    A field used as a position must not also be typed as a time, or Vega reads it as a number.
    """
    text = local_text(moment)
    return {"time": text, "when": dates.moment(text, weekday=True, language=language)}


def first_hours(rows: Sequence[MomentRow], language: Language) -> Any:
    """Return an axis that labels each day at its first hour."""
    import altair as alt

    first: dict[str, str] = {}
    for row in rows:
        first.setdefault(row["time"][:10], row["time"])
    step = max(1, len(first) // 8)
    return alt.Axis(
        values=list(first.values())[::step],
        labelExpr=_day_of_label(language),
        labelAngle=0,
    )


def _day_of_label(language: Language) -> str:
    """Return Vega's expression for the day of an axis value, which is ISO text.

    A day without a time is UTC to it, whatever zone a reader is in.
    """
    form = json.dumps(dates.CHARTS[language]["day"], ensure_ascii=False)
    return f"utcFormat(toDate(substring(datum.value, 0, 10)), {form})"


def dropped_rows(log: RunLog, language: Language = "en") -> list[DroppedRow]:
    """Return the share of live answers that were abandoned, by day and cumulative, by campaign."""
    series = intervals(log, ("abandoned", "live_answers"))
    sums = binned(series, "D", by_campaign=True)
    rows: list[DroppedRow] = []
    for row, campaign in enumerate(log.scenario.campaigns):
        mine = np.flatnonzero(sums.campaign == row)
        gone, live = sums.counts["abandoned"][mine], sums.counts["live_answers"][mine]
        so_far = np.cumsum(gone) / np.maximum(1, np.cumsum(live))
        rows += [
            {
                "day": local_text(sums.local[i])[:10],
                "when": dates.day(local_text(sums.local[i]), weekday=True, language=language),
                "campaign": campaign.name,
                "dropped": int(gone[k]),
                "live": int(live[k]),
                "share": float(gone[k] / live[k]),
                "so_far": float(so_far[k]),
            }
            for k, i in enumerate(mine)
            if live[k]
        ]
    return rows


def dropped(log: RunLog, language: Language = "en", look: Look = PAPER) -> alt.TopLevelMixin:
    """Return a chart of the share of live answers abandoned against its cap, by campaign."""
    import altair as alt

    words = LABELS[language]
    rows = dropped_rows(log, language)
    cap = float(log.summary["abandoned"]["at_most"])
    base = alt.Chart(data(rows, "dropped", look)).encode(
        x=alt.X("day:O", title=None).axis(
            labelExpr=_day_of_label(language), labelAngle=0, labelOverlap=True
        )
    )
    several = len(log.scenario.campaigns) > 1
    bars = base.mark_bar(width={"band": 0.6}, cornerRadius=2).encode(
        y=alt.Y("share:Q", title=words["dropped"]).axis(format=".1%", tickCount=4),
        xOffset=alt.XOffset("campaign:N") if several else alt.Undefined,
        color=alt.Color("campaign:N", legend=alt.Legend() if several else None).scale(
            range=look.series
        ),
        tooltip=[
            alt.Tooltip("when:N", title=words["day"]),
            alt.Tooltip("campaign:N", title=words["campaign"]),
            alt.Tooltip("share:Q", title=words["dropped"], format=".2%"),
            alt.Tooltip("so_far:Q", title=words["so_far"], format=".2%"),
            alt.Tooltip("live:Q", title=words["live_answers"], format=","),
        ],
    )
    rule = alt.Chart(data([{"cap": cap, "text": f"{words['cap']} {100 * cap:g} %"}]))
    line = rule.mark_rule(stroke=look.bad, strokeDash=[5, 4], strokeWidth=1.5).encode(
        y=alt.Y("cap:Q")
    )
    text = rule.mark_text(fill=look.bad, align="left", dy=-7, x=4).encode(
        y=alt.Y("cap:Q"), text=alt.Text("text:N")
    )
    return finished((bars + line + text).properties(width="container", height=150), look)
