"""The candidates of a plan by cost and throughput, with those on the Pareto frontier in colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypedDict

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.charts.theme import PAGE, Look, data, finished

if TYPE_CHECKING:
    import altair as alt

LABELS: Texts = text_table(
    {
        "best": message("recommended", "candidate"),
        "frontier": "on the frontier",
        "other": "another is better in all three",
        "cost": message("cost, {}", "axis"),
        "throughput": message("throughput", "axis"),
        "risk": message("any suspension", "share of runs"),
        "risk_high": message("any suspension, 95 % bound", "share of runs"),
    }
)
HEIGHT_PX = 320


class CandidateRisk(TypedDict):
    """Cost, throughput and risk of a candidate."""

    cost: float
    """Mean cost, in the currency of the chart."""
    throughput: float
    """Mean throughput, in its unit."""
    risk: float | None
    """Share of its runs with a suspension; None: it has no runs."""
    risk_high: float | None
    """Upper end of the 95 % interval of that share; None: likewise."""


class DrawnCandidate(CandidateRisk):
    """A candidate as a point of the chart."""

    kind: Literal["best", "frontier", "other"]
    """Whether it is recommended, on the frontier, or neither."""
    values: dict[str, str]
    """By name of the decision its value as text."""


def frontier(
    candidates: Sequence[DrawnCandidate],
    currency: str,
    language: Language,
    look: Look = PAGE,
    throughput: str = "",
) -> alt.TopLevelMixin:
    """Return a point for each candidate; the larger, the more of its runs had a suspension.

    Parameters
    ----------
    candidates
        ``kind`` ("best", "frontier" or "other"), ``values`` (texts by key), ``cost``,
        ``throughput``, ``risk`` and ``risk_high`` (shares of runs).
    currency
        Of the costs.
    throughput
        Its name, if that is another one.
    """
    import altair as alt

    texts = LABELS[language]
    keys = list(candidates[0]["values"])
    rows = [
        {
            "kind": texts[each["kind"]],
            "cost": each["cost"],
            "throughput": each["throughput"],
            "risk": each["risk"],
            "risk_high": each["risk_high"],
            **{f"value{place}": each["values"][key] for place, key in enumerate(keys)},
        }
        for each in candidates
    ]
    colours = {"best": look.good, "frontier": look.main, "other": look.pale}
    used = [kind for kind in colours if any(each["kind"] == kind for each in candidates)]
    cost, amount = texts["cost"].format(currency), throughput or texts["throughput"]
    axis = alt.Scale(zero=False, nice=True, padding=12)
    points = (
        alt.Chart(data(rows))
        .mark_circle(opacity=1, stroke=look.surface, strokeWidth=1)
        .encode(
            x=alt.X("cost:Q", title=cost, scale=axis).axis(format="~s", tickCount=6),
            y=alt.Y("throughput:Q", title=amount, scale=axis).axis(format="~s"),
            size=alt.Size("risk:Q", legend=None).scale(domain=[0, 1], range=[90, 900]),
            color=alt.Color("kind:N").scale(
                domain=[texts[kind] for kind in used], range=[colours[kind] for kind in used]
            ),
            tooltip=[
                *(alt.Tooltip(f"value{place}:N", title=key) for place, key in enumerate(keys)),
                alt.Tooltip("cost:Q", title=cost, format=",.0f"),
                alt.Tooltip("throughput:Q", title=amount, format=",.0f"),
                alt.Tooltip("risk:Q", title=texts["risk"], format=".1%"),
                alt.Tooltip("risk_high:Q", title=texts["risk_high"], format=".1%"),
            ],
        )
        .properties(width="container", height=HEIGHT_PX)
    )
    return finished(points, look)
