"""Charts of a load test: lateness and rate over time, and lateness by percentile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.charts.theme import PAGE, Look, data, finished

if TYPE_CHECKING:
    import altair as alt

HEIGHT_PX = 220
LABELS: Texts = text_table(
    {
        "seconds": message("seconds from the start of the load", "axis"),
        "lateness": message("own lateness, ms", "axis"),
        "rate": message("dials a second", "axis"),
        "percentile": message("percentile of dials", "axis"),
        "planned": message("planned", "dials"),
        "reached": message("reached", "dials"),
        "max": message("max", "quantile"),
        "step": message("step", "axis"),
    }
)


class LatenessPoint(TypedDict):
    """A quantile of the own lateness in an interval, the most of all runs."""

    at_s: float
    """Middle of the interval, in seconds from the start of the load."""
    quantile: str
    """Its name as shown."""
    ms: float
    """The lateness in ms."""


class RatePoint(TypedDict):
    """A rate in an interval."""

    at_s: float
    """Middle of the interval, in seconds from the start of the load."""
    kind: str
    """Planned or reached, as shown."""
    per_s: float
    """Dials a second; of what was reached the least of all runs."""


class PercentilePoint(TypedDict):
    """The own lateness at a percentile of a step, the most of all runs."""

    step: str
    """The rate of the step as shown."""
    percentile: str
    """The percentile as shown, such as ``"99.9"``."""
    ms: float
    """The lateness in ms."""


def lateness_over_time(
    points: Sequence[LatenessPoint], language: Language, look: Look = PAGE
) -> alt.TopLevelMixin:
    """Return a line for each quantile of own lateness over time, on a logarithmic axis."""
    texts = LABELS[language]
    names = list(dict.fromkeys(each["quantile"] for each in points))
    return _lines(
        points,
        ("at_s:Q", texts["seconds"]),
        ("ms:Q", texts["lateness"]),
        ("quantile:N", names),
        look,
        logarithmic=True,
    )


def rates_over_time(
    points: Sequence[RatePoint], language: Language, look: Look = PAGE
) -> alt.TopLevelMixin:
    """Return a line for the planned and one for the reached rate over time."""
    texts = LABELS[language]
    names = list(dict.fromkeys(each["kind"] for each in points))
    x = ("at_s:Q", texts["seconds"])
    return _lines(points, x, ("per_s:Q", texts["rate"]), ("kind:N", names), look)


def lateness_by_percentile(
    points: Sequence[PercentilePoint], language: Language, look: Look = PAGE
) -> alt.TopLevelMixin:
    """Return a line for each step: own lateness by percentile, as of an HDR histogram."""
    texts = LABELS[language]
    names = list(dict.fromkeys(each["step"] for each in points))
    x, y = ("percentile:O", texts["percentile"]), ("ms:Q", texts["lateness"])
    return _lines(points, x, y, ("step:N", names), look, logarithmic=True)


def _lines(
    rows: Sequence[Mapping[str, object]],
    x: tuple[str, str],
    y: tuple[str, str],
    kinds: tuple[str, Sequence[str]],
    look: Look,
    *,
    logarithmic: bool = False,
) -> alt.TopLevelMixin:
    """Return lines of several kinds, each in its own colour."""
    import altair as alt

    field, names = kinds
    colours = look.series
    across = alt.X(x[0], title=x[1]).axis(labelAngle=0, labelOverlap=True)
    if x[0].endswith(":O"):
        across = across.sort(None)
    up = alt.Y(y[0], title=y[1]).axis(format="~g" if logarithmic else ",", tickCount=5)
    if logarithmic:
        up = up.scale(type="log", nice=True)
    lines = (
        alt.Chart(data(rows))
        .mark_line(strokeWidth=2, point={"size": 12})
        .encode(
            x=across,
            y=up,
            color=alt.Color(field).scale(
                domain=list(names),
                range=[colours[place % len(colours)] for place in range(len(names))],
            ),
            tooltip=[
                alt.Tooltip(field, title=" "),
                alt.Tooltip(x[0], title=x[1]),
                alt.Tooltip(y[0], title=y[1], format=",.3~f"),
            ],
        )
        .properties(width="container", height=HEIGHT_PX)
    )
    return finished(lines, look)
