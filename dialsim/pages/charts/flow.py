"""The waterfall of the contact list as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from dialsim.messages.catalogue import Language
from dialsim.pages.charts.labels import LABELS
from dialsim.pages.charts.rows import WaterfallRow
from dialsim.pages.charts.theme import PAPER, Look, data, finished
from dialsim.results import formatting
from dialsim.results.lists.waterfall import STAGE_GROUPS, STAGES
from dialsim.results.summary_types.results import Exit, Stage
from dialsim.results.summary_types.summary import Summary

if TYPE_CHECKING:
    import altair as alt


def waterfall_rows(
    summary: Summary, campaign: str | None = None, language: Language = "en"
) -> list[WaterfallRow]:
    """Return the stages of the list and the exits before each, in the order of the page.

    Parameters
    ----------
    summary
        Contents of ``summary.json``.
    campaign
        Of one campaign; None: of all together.

    Returns
    -------
    list of WaterfallRow

    Raises
    ------
    KeyError
        There is no such campaign.
    """
    falls = summary["waterfall"]
    account = falls["total"] if campaign is None else falls["campaigns"][campaign]
    groups: dict[str, list[Exit]] = {}
    for leave in account["exits"]:
        groups.setdefault(leave["group"], []).append(leave)
    before = {key: group for (key, _), group in zip(STAGES[1:], STAGE_GROUPS, strict=True)}
    total = max(1, account["rows"])
    rows: list[WaterfallRow] = []

    def add(kind: Literal["stage", "exit"], entry: Stage | Exit, first: int, last: int) -> None:
        name = formatting.localised(entry, "name", language)
        rows.append(
            {
                "place": len(rows),
                "name": name if kind == "stage" else f"− {name}",
                "kind": kind,
                "from": first,
                "to": last,
                "people": last - first,
                "share": (last - first) / total,
            }
        )

    left: int | None = None
    for stage in account["stages"]:
        top = account["rows"] if left is None else left
        for leave in groups.get(before.get(stage["key"], ""), []):
            add("exit", leave, top - leave["leads"], top)
            top -= leave["leads"]
        if stage["left"] != left:
            add("stage", stage, 0, stage["left"])
        left = stage["left"]
    return rows


def waterfall(
    summary: Summary,
    campaign: str | None = None,
    language: Language = "en",
    look: Look = PAPER,
) -> alt.TopLevelMixin:
    """Return the waterfall from list to conversation as a chart; see :func:`waterfall_rows`."""
    import altair as alt

    words = LABELS[language]
    rows = waterfall_rows(summary, campaign, language)
    most = max((row["to"] for row in rows), default=1)
    drawn: list[dict[str, object]] = [
        {
            **row,
            "text": f"{row['people']:,}  ({formatting.percent(row['share'])})",
            "place": _place_of_text(row, most),
        }
        for row in rows
    ]
    base = alt.Chart(data(drawn)).encode(
        y=alt.Y("name:N", sort=[row["name"] for row in rows], title=None).axis(
            labelLimit=230, ticks=False, domain=False, labelColor=look.ink
        ),
        tooltip=[
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("people:Q", title=words["rows"], format=","),
            alt.Tooltip("share:Q", title=words["share"], format=".1%"),
        ],
    )
    bars = base.mark_bar(cornerRadius=2, height={"band": 0.78}).encode(
        x=alt.X("from:Q", title=None, scale=alt.Scale(domain=[0, most], nice=False)).axis(
            format="~s", tickCount=5
        ),
        x2=alt.X2("to:Q"),
        color=alt.Color("kind:N", legend=None).scale(
            domain=["stage", "exit"], range=[look.main, look.pale]
        ),
    )
    places: tuple[tuple[str, Any, int, str, str], ...] = (
        ("after", "left", 5, look.soft, "to"),
        ("before", "right", -5, look.soft, "from"),
        ("in stage", "right", -6, "white", "to"),
        ("in exit", "right", -6, look.ink, "to"),
    )
    texts = [
        base.transform_filter(alt.datum.place == place)
        .mark_text(align=align, dx=dx, fill=fill)
        .encode(x=alt.X(f"{edge}:Q"), text=alt.Text("text:N"))
        for place, align, dx, fill, edge in places
    ]
    chart = alt.layer(bars, *texts).properties(width="container", height=24 * len(rows))
    return finished(chart, look)


def _place_of_text(row: WaterfallRow, most: int) -> str:
    """Return where a bar's figures stand: inside a long bar, beside a short one."""
    if row["people"] > 0.45 * most:
        return f"in {row['kind']}"
    return "after" if row["to"] < 0.6 * most else "before"
