"""The conversations of a run so far, against the goals set for them, as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialsim.messages.catalogue import Language
from dialsim.pages.charts.calls import flow_rows
from dialsim.pages.charts.labels import LABELS
from dialsim.pages.charts.rows import ProgressRow
from dialsim.pages.charts.theme import PAPER, Look, data, finished
from dialsim.pages.charts.times import first_hours
from dialsim.results.tables.run_log import RunLog

if TYPE_CHECKING:
    import altair as alt

METRIC = "conversations"
MOST_POINTS = 60
"""Hours up to which each has a point on the line."""


def progress_rows(log: RunLog, language: Language = "en") -> list[ProgressRow]:
    """Return conversations by hour, or by day in long runs, and their sum so far."""
    rows, _ = flow_rows(log, language)
    so_far, found = 0, list[ProgressRow]()
    for row in rows:
        so_far += row["conversations"]
        found.append(
            {
                "time": row["time"],
                "when": row["when"],
                "conversations": row["conversations"],
                "so_far": so_far,
            }
        )
    return found


def goals_of(log: RunLog) -> list[int]:
    """Return the least numbers of conversations that goals of the whole run ask for."""
    return [
        int(goal["target"])
        for goal in log.summary["goals"]
        if goal["metric"] == METRIC and goal["bound"] == "at_least" and not goal.get("campaign")
    ]


def progress(
    log: RunLog,
    language: Language = "en",
    look: Look = PAPER,
    rows: list[ProgressRow] | None = None,
) -> alt.TopLevelMixin:
    """Return the conversations so far as a line over time, and each goal as a dashed line."""
    import altair as alt

    texts = LABELS[language]
    rows = progress_rows(log, language) if rows is None else rows
    size = 22 if len(rows) <= MOST_POINTS else 0  # of more hours they overlap
    points = {"fill": look.main, "size": size}
    line = (
        alt.Chart(data(rows, "progress", look))
        .mark_line(stroke=look.main, strokeWidth=2, point=points)
        .encode(
            x=alt.X("time:O", title=None, axis=first_hours(rows, language)),
            y=alt.Y("so_far:Q", title=texts["conversations_so_far"]).axis(format="~s", tickCount=4),
            tooltip=[
                alt.Tooltip("when:N", title=texts["time"]),
                alt.Tooltip("so_far:Q", title=texts["conversations_so_far"], format=","),
                alt.Tooltip("conversations:Q", title=texts["conversations"], format=","),
            ],
        )
    )
    goals = [{"goal": goal, "text": f"{texts['goal']} {goal:,}"} for goal in goals_of(log)]
    base = alt.Chart(data(goals)).encode(y=alt.Y("goal:Q"))
    rule = base.mark_rule(stroke=look.good, strokeDash=[5, 4], strokeWidth=1.5)
    text = base.mark_text(fill=look.good, align="left", dy=-7, x=4).encode(text=alt.Text("text:N"))
    layers = (line, rule, text) if goals else (line,)
    return finished(alt.layer(*layers).properties(width="container", height=150), look)
