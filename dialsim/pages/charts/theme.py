"""The theme of the charts: one palette and one font, for paper and for a page that may be dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

FACE = (
    'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", '
    '"Segoe UI", Roboto, sans-serif'
)
"""Font stack that covers Chinese on every system."""

STATES = ("none", "warn", "throttle", "intercept", "suspend", "close", "stop")
"""States of a caller ID, by how bad they are."""


@dataclass(frozen=True)
class Look:
    """Colours of a chart, each as CSS writes it.

    Attributes
    ----------
    ink, soft, grid
        Text, secondary text, lines of the grid.
    main, second, third
        The series, the most important first.
    pale
        A whole, behind its parts.
    surface
        Behind everything.
    good, bad
        Kept and broken.
    states
        Colour by state of a caller ID, in the order of `STATES`.
    """

    ink: str
    soft: str
    grid: str
    main: str
    second: str
    third: str
    pale: str
    good: str
    bad: str
    surface: str
    states: tuple[str, ...]

    @property
    def series(self) -> list[str]:
        """Colours of campaigns; with more campaigns they repeat."""
        return [self.main, self.second, self.third, *self.states[4:], self.soft]


PAPER = Look(
    ink="#1d2733",
    soft="#5b6875",
    grid="#e3e7ec",
    main="#2b6cb0",
    second="#2a9d8f",
    third="#d9822b",
    pale="#c9d9ea",
    good="#2f855a",
    bad="#c53030",
    surface="white",
    states=("#b7d3c2", "#f2d16b", "#ee9b4a", "#e07b39", "#d1495b", "#9b2335", "#5c1a33"),
)
"""Fixed colours, for notebooks and pictures."""

PAGE = Look(
    ink="var(--ink)",
    soft="var(--soft)",
    grid="var(--grid)",
    main="var(--main)",
    second="var(--second)",
    third="var(--third)",
    pale="var(--pale)",
    good="var(--good)",
    bad="var(--bad)",
    surface="transparent",
    states=tuple(f"var(--state-{name})" for name in STATES),
)
"""Colours taken from the page's style sheet, by day and by night."""


def finished(chart: Any, look: Look) -> alt.TopLevelMixin:
    """Return a chart with the font and quiet axes of the theme; every chart passes through here."""
    import altair as alt

    fit = alt.AutoSizeParams(type="fit-x", contains="padding")  # heights are multiples of it
    settings: Any = _config(look)
    # One call for all settings: each further call would copy the chart.
    dressed: alt.TopLevelMixin = chart.properties(autosize=fit).configure(**settings)
    return dressed


def theme(look: Look = PAPER) -> dict[str, object]:
    """Return the settings of every chart as Vega-Lite has them, with colours for marks and series.

    >>> theme()["padding"], theme()["range"]["category"][0]
    (4, '#2b6cb0')
    """
    marks = ("arc", "area", "bar", "line", "point", "rect", "tick")
    return {
        **_config(look),
        **{mark: {"color": look.main} for mark in marks},
        "range": {"category": look.series, "heatmap": [look.pale, look.main]},
    }


def _config(look: Look) -> dict[str, object]:
    return {
        "font": FACE,
        "background": look.surface,
        "padding": 4,
        "axis": {
            "labelColor": look.soft,
            "titleColor": look.soft,
            "gridColor": look.grid,
            "domainColor": look.grid,
            "tickColor": look.grid,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
        },
        "legend": {
            "labelColor": look.ink,
            "titleColor": look.soft,
            "labelFontSize": 11,
            "orient": "top",
            "title": None,
            "symbolType": "square",
            "labelLimit": 260,
        },
        "header": {"labelColor": look.ink, "titleColor": look.soft, "labelFontSize": 12},
        "view": {"stroke": None},
        "text": {"color": look.ink, "fontSize": 11},
    }


def data(rows: Sequence[Mapping[str, object]], name: str = "", look: Look = PAPER) -> Any:
    """Return rows as a chart's data, without altair's limit on their number.

    On a page they have a name, by which its script replaces them; elsewhere they have none, since
    a reader may put two charts of one name beside each other.
    """
    import altair as alt

    values: Any = list(rows)
    if name and look is PAGE:
        return alt.InlineData(values=values, name=name)
    return alt.InlineData(values=values)
