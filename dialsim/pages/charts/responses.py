"""Charts of a metric's response to varied keys: lines with intervals, and a map of two keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from dialsim.pages.charts.theme import PAPER, Look, data, finished

if TYPE_CHECKING:
    import altair as alt

PANEL_PX = 220
MOST_ACROSS = 3


class ResponseRow(TypedDict):
    """A metric at one value of one key."""

    key: str
    """The key."""
    value: str
    """Its value as text."""
    place: int
    """Place of the value among those of its key, from 0."""
    mean: float | None
    """Mean of the metric, in its unit; None: not known."""
    low: float | None
    """Lower end of the 95 % interval of the mean; None: not known."""
    high: float | None
    """Upper end of the 95 % interval of the mean; None: not known."""


class HeatField(TypedDict):
    """A metric at one value of each of two keys."""

    first: str
    """Value of the first key as text."""
    second: str
    """Value of the second key as text."""
    at_first: int
    """Place of the value among those of the first key, from 0."""
    at_second: int
    """Place of the value among those of the second key, from 0."""
    mean: float | None
    """Mean of the metric, in its unit; None: not known."""
    label: str
    """The mean as text."""


def responses(
    rows: Sequence[ResponseRow], title: str, share: bool, look: Look = PAPER
) -> alt.TopLevelMixin:
    """Return a line with its interval for each key, side by side.

    Parameters
    ----------
    rows
        The metric at each value.
    title
        What is shown, with its unit.
    share
        The figure is a share: the axis is in per cent and begins at 0.
    """
    import altair as alt

    form = "%" if share else "~s"
    ticks = ".1%" if share else ","
    keys = list(dict.fromkeys(str(row["key"]) for row in rows))
    scale = alt.Scale(zero=share, nice=True)
    panels = []
    for key in keys:
        mine = [row for row in rows if row["key"] == key]
        order = [row["value"] for row in sorted(mine, key=lambda row: row["place"])]
        base = alt.Chart(data([dict(row) for row in mine])).encode(
            x=alt.X("value:N", sort=order, title=key, scale=alt.Scale(padding=0.4)).axis(
                labelAngle=0, labelOverlap=True
            ),
            tooltip=[
                alt.Tooltip("value:N", title=key),
                alt.Tooltip("mean:Q", title=title, format=ticks),
                alt.Tooltip("low:Q", title="95 % ≥", format=ticks),
                alt.Tooltip("high:Q", title="95 % ≤", format=ticks),
            ],
        )
        y = alt.Y("mean:Q", title=title if key == keys[0] else None, scale=scale)
        whiskers = base.mark_rule(color=look.main, strokeWidth=2).encode(
            y=alt.Y("low:Q", scale=scale), y2=alt.Y2("high:Q")
        )
        line = base.mark_line(color=look.pale, strokeWidth=2).encode(y=y.axis(format=form))
        dots = base.mark_point(color=look.main, filled=True, size=50, opacity=1).encode(y=y)
        panels.append((line + whiskers + dots).properties(width=PANEL_PX, height=PANEL_PX))
    across = alt.concat(*panels, columns=MOST_ACROSS).resolve_scale(y="shared")
    return _of_its_own_size(finished(across, look))


def heat(
    rows: Sequence[HeatField], keys: tuple[str, str], title: str, share: bool, look: Look = PAPER
) -> alt.TopLevelMixin:
    """Return a heat map of two keys, each field with its figure.

    Parameters
    ----------
    rows
        The fields of the map.
    keys
        The keys of the horizontal and of the vertical axis.
    title
        What is shown, with its unit.
    share
        The figure is a share.
    """
    import altair as alt

    across = list(dict.fromkeys(row["first"] for row in sorted(rows, key=lambda r: r["at_first"])))
    down = list(dict.fromkeys(row["second"] for row in sorted(rows, key=lambda r: r["at_second"])))
    known = [row["mean"] for row in rows if row["mean"] is not None]
    middle = (min(known) + max(known)) / 2 if known else 0.0
    base = alt.Chart(data([dict(row) for row in rows])).encode(
        x=alt.X("first:N", sort=across, title=keys[0]).axis(labelAngle=0, labelOverlap=True),
        y=alt.Y("second:N", sort=down, title=keys[1]),
    )
    colour = alt.Color("mean:Q", title=title).scale(range=[look.pale, look.main], zero=False)
    fields = base.mark_rect(stroke=look.surface, strokeWidth=2).encode(
        color=colour.legend(format="%" if share else "~s", title=title, orient="right")
    )
    figures = base.mark_text().encode(
        text=alt.Text("label:N"),
        color=alt.condition(f"datum.mean > {middle}", alt.value("white"), alt.value(look.ink)),
    )
    size = {"width": max(240, 70 * len(across)), "height": max(120, 36 * len(down))}
    return _of_its_own_size(finished((fields + figures).properties(**size), look))


def _of_its_own_size(chart: Any) -> alt.TopLevelMixin:
    """Return a chart without a fit-to-container setting, which a chart of panels cannot use."""
    import altair as alt

    sized: alt.TopLevelMixin = chart.properties(autosize=alt.AutoSizeParams(type="pad"))
    return sized
