"""The chart of a run's calls over time, of which a reader may select some hours or a campaign."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dialsim.messages.catalogue import Language
from dialsim.pages.charts.labels import LABELS
from dialsim.pages.charts.rows import FlowRow
from dialsim.pages.charts.theme import PAPER, Look, data, finished
from dialsim.pages.charts.time_series import HOUR, binned, intervals, step_of
from dialsim.pages.charts.times import STAFF, first_hours, local_moment
from dialsim.results.tables.run_log import RunLog

if TYPE_CHECKING:
    import altair as alt

FLOWS: tuple[Literal["attempts", "answered", "conversations"], ...] = (
    "attempts", "answered", "conversations"
)  # fmt: skip
DRAWN = "drawn"
"""Name of the selection of hours.

Values are written as channels here: altair guesses the class of any other value by exceptions,
whose frames keep a run in memory until the collector comes.
"""
MOST_CAMPAIGNS = 20
"""Campaigns up to which a reader may choose one."""


def flow_rows(log: RunLog, language: Language = "en") -> tuple[list[FlowRow], str]:
    """Return attempts, answered calls and conversations by hour, and the step ("h" or "D").

    Only hours with agents at work or calls made. Runs of more than 45 days are shown by day.
    """
    return _rows(log, language, by_campaign=False)


def _rows(log: RunLog, language: Language, by_campaign: bool) -> tuple[list[FlowRow], str]:
    series = intervals(log, (*FLOWS, *STAFF))
    step = step_of(series)
    sums = binned(series, step, by_campaign=by_campaign)
    at_work = np.sum([sums.counts[name] for name in (*STAFF, "attempts")], axis=0)
    rows: list[FlowRow] = []
    for i in np.flatnonzero(at_work):
        attempts, answered, conversations = (int(sums.counts[name][i]) for name in FLOWS)
        row: FlowRow = {
            **local_moment(sums.local[i], language),
            "campaign": log.scenario.campaigns[int(sums.campaign[i])].name if by_campaign else "",
            "attempts": attempts,
            "answered": answered,
            "conversations": conversations,
        }
        if not by_campaign:
            del row["campaign"]
        rows.append(row)
    return rows, step


def flow(
    log: RunLog, language: Language = "en", look: Look = PAPER, *, choose: bool = True
) -> alt.TopLevelMixin:
    """Return a chart over time: attempts, of these answered, of these conversations.

    Only hours with agents at work or calls made take room. Hours over which a reader draws are
    summed up above the bars; with `choose`, a campaign may be chosen if there are a few.
    """
    import altair as alt

    texts = LABELS[language]
    several = choose and 1 < len(log.scenario.campaigns) <= MOST_CAMPAIGNS
    rows, step = _rows(log, language, by_campaign=several)
    title = texts["calls_per_hour" if step == HOUR else "calls_per_day"]
    drawn = alt.selection_interval(encodings=["x"], name=DRAWN)
    base = alt.Chart(data(rows, "flow", look))
    if several:
        base = base.transform_filter("campaign === null || datum.campaign === campaign")
    bars = _bars(base, title, first_hours(rows, language), drawn, language, look)
    layers = alt.layer(bars, _sums(base, drawn, language, look))
    if several:
        layers = layers.add_params(_choice(log, language))
    return finished(layers.properties(width="container", height=210), look)


def _bars(base: Any, title: str, axis: Any, drawn: Any, language: Language, look: Look) -> Any:
    """Return a bar for each hour and kind of call; those not drawn over are pale."""
    import altair as alt

    texts = LABELS[language]
    names = [texts[name] for name in FLOWS]
    named = " : ".join(
        f"datum.key === {dumps(key)} ? {dumps(name)}"
        for key, name in zip(FLOWS[:-1], names[:-1], strict=True)
    )
    what = f"{named} : {dumps(names[-1])}"
    place = f"indexof({dumps(FLOWS)}, datum.key)"
    return (
        base.transform_fold(list(FLOWS))
        .transform_calculate(what=what, place=place)
        .mark_bar(width={"band": 0.94})
        .encode(
            x=alt.X("time:O", title=None, axis=axis),
            y=alt.Y("sum(value):Q", title=title, stack=None).axis(format="~s", tickCount=5),
            color=alt.Color("what:N", sort=names).scale(
                domain=names, range=[look.pale, look.second, look.main]
            ),
            order=alt.Order("place:Q"),
            opacity=alt.OpacityValue(0.3, condition={"param": DRAWN, "value": 1.0}),
            tooltip=[
                alt.Tooltip("when:N", title=texts["time"]),
                alt.Tooltip("what:N", title=" "),
                alt.Tooltip("sum(value):Q", title=title, format=","),
            ],
        )
        .add_params(drawn)
    )


def _sums(base: Any, drawn: Any, language: Language, look: Look) -> Any:
    """Return the sums of what is drawn over, or of all, as a text above the bars."""
    import altair as alt

    texts = LABELS[language]
    parts = [f"{dumps(texts[name])} + ' ' + format(datum.{name}, ',')" for name in FLOWS]
    return (
        base.transform_filter(drawn)
        .transform_aggregate(**{name: f"sum({name})" for name in FLOWS})
        .transform_calculate(text=" + ' · ' + ".join(parts))
        .mark_text(align="right", baseline="bottom", dy=-4, fill=look.soft)
        .encode(
            x=alt.XValue("width"),  # type: ignore[no-untyped-call]
            y=alt.YValue(0),  # type: ignore[no-untyped-call]
            text=alt.Text("text:N"),
        )
    )


def _choice(log: RunLog, language: Language) -> Any:
    """Return the choice of a campaign, or of all."""
    import altair as alt

    texts, names = LABELS[language], [each.name for each in log.scenario.campaigns]
    select = alt.binding_select(
        options=[None, *names], labels=[texts["all"], *names], name=f"{texts['campaign']} "
    )
    return alt.param(name="campaign", value=None, bind=select)
