"""Charts of replications: how a metric spreads, how its mean settles, how far goals are met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

from dialsim.messages.catalogue import Language
from dialsim.pages.charts.labels import LABELS
from dialsim.pages.charts.theme import PAPER, Look, data, finished

if TYPE_CHECKING:
    import altair as alt

BARS = 40
"""Most bars of a distribution."""


class Spread(TypedDict):
    """Where the middle of a distribution lies, in the metric's unit; None: not known."""

    mean: float | None
    """Mean over replications."""
    low: float | None
    """Lower end of the mean's 95 % interval."""
    high: float | None
    """Upper end of it."""
    p5: float | None
    """Value that one replication in twenty is below."""
    p95: float | None
    """Value that one replication in twenty is above."""


class RunningMean(TypedDict):
    """Mean of the replications up to one of them."""

    replications: int
    """How many they are."""
    mean: float | None
    """Their mean, in the metric's unit."""
    low: float | None
    """Lower end of its 95 % interval."""
    high: float | None
    """Upper end of it."""


class GoalMargin(TypedDict):
    """By how much one replication kept a goal."""

    goal: str
    """The goal with its target."""
    replication: int
    """Number of the replication."""
    margin: float
    """Relative to the target; negative: missed."""
    met: str
    """Whether it was met, in the language of the chart."""


def distribution(
    values: Sequence[float],
    spread: Spread,
    title: str,
    share: bool,
    language: Language = "en",
    look: Look = PAPER,
) -> alt.TopLevelMixin:
    """Return a histogram over replications, with the mean's interval and the middle nine tenths.

    Parameters
    ----------
    values
        The metric in each replication that has one.
    title
        What is shown, with its unit.
    share
        The metric is a share: its axis is in per cent.
    """
    import altair as alt

    texts, form = LABELS[language], "%" if share else "~s"
    ticks = ".2%" if share else ",.4~g"
    bars = (
        alt.Chart(data([{"value": value} for value in values]))
        .mark_bar(color=look.pale)
        .encode(
            x=alt.X("value:Q", title=title).bin(maxbins=BARS).axis(format=form),
            y=alt.Y("count():Q", title=texts["replications"]).axis(tickMinStep=1),
            tooltip=[
                alt.Tooltip("value:Q", title=title, format=ticks).bin(maxbins=BARS),
                alt.Tooltip("count():Q", title=texts["replications"]),
            ],
        )
    )
    tooltip = [
        alt.Tooltip("mean:Q", title=texts["mean"], format=ticks),
        alt.Tooltip("low:Q", title="95 % ≥", format=ticks),
        alt.Tooltip("high:Q", title="95 % ≤", format=ticks),
    ]
    known = alt.Chart(data([spread])).encode(tooltip=tooltip)
    band = known.mark_rect(color=look.main, opacity=0.25).encode(
        x=alt.X("low:Q"), x2=alt.X2("high:Q")
    )
    mean = known.mark_rule(color=look.main, strokeWidth=2).encode(x=alt.X("mean:Q"))
    ends = [{"at": spread[end]} for end in ("p5", "p95")]
    tails = (
        alt.Chart(data(ends))
        .mark_rule(color=look.soft, strokeDash=[5, 4])
        .encode(x=alt.X("at:Q"), tooltip=[alt.Tooltip("at:Q", title=title, format=ticks)])
    )
    return finished((bars + band + mean + tails).properties(height=200), look)


def convergence(
    rows: Sequence[RunningMean],
    title: str,
    share: bool,
    language: Language = "en",
    look: Look = PAPER,
) -> alt.TopLevelMixin:
    """Return the mean with its 95 % interval after each replication.

    Parameters
    ----------
    rows
        The mean after each.
    title, share
        As for :func:`distribution`.
    """
    import altair as alt

    texts, form = LABELS[language], "%" if share else "~s"
    ticks = ".2%" if share else ",.4~g"
    scale = alt.Scale(zero=False)
    base = alt.Chart(data(rows)).encode(
        x=alt.X("replications:Q", title=texts["replications"]).axis(tickMinStep=1),
        tooltip=[
            alt.Tooltip("replications:Q", title=texts["replications"]),
            alt.Tooltip("mean:Q", title=texts["mean"], format=ticks),
            alt.Tooltip("low:Q", title="95 % ≥", format=ticks),
            alt.Tooltip("high:Q", title="95 % ≤", format=ticks),
        ],
    )
    band = base.mark_area(color=look.pale, opacity=0.7).encode(
        y=alt.Y("low:Q", scale=scale).title(title).axis(format=form), y2=alt.Y2("high:Q")
    )
    line = base.mark_line(color=look.main, strokeWidth=2).encode(y=alt.Y("mean:Q", scale=scale))
    return finished((band + line).properties(height=200), look)


def goal_margins(
    rows: Sequence[GoalMargin], language: Language = "en", look: Look = PAPER
) -> alt.TopLevelMixin:
    """Return each goal's relative margin in each replication, missed ones in their own colour."""
    import altair as alt

    texts = LABELS[language]
    order = list(dict.fromkeys(row["goal"] for row in rows))
    base = alt.Chart(data(rows)).encode(
        x=alt.X("margin:Q", title=texts["margin"]).axis(format="+.0%"),
        y=alt.Y("goal:N", sort=order, title=None),
        tooltip=[
            alt.Tooltip("replication:Q", title=texts["replication"]),
            alt.Tooltip("margin:Q", title=texts["margin"], format="+.1%"),
            alt.Tooltip("met:N", title=texts["goal"]),
        ],
    )
    colour = alt.Color("met:N", title=None).scale(
        domain=[texts["met"], texts["missed"]], range=[look.good, look.bad]
    )
    marks = base.mark_tick(thickness=2, size=22, opacity=0.7).encode(color=colour)
    target = alt.Chart(data([{"at": 0}])).mark_rule(color=look.ink).encode(x=alt.X("at:Q"))
    return finished((marks + target).properties(height=40 + 34 * len(order)), look)
