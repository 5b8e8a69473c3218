"""The charts of a run's page, each with its caption and its figures as a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from dialsim.errors import ScenarioError
from dialsim.explanations.caller_states import StateSpan
from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import read_in
from dialsim.pages.charts import callers, calls, flow, reactions, times
from dialsim.pages.charts.labels import LABELS as CHART_LABELS
from dialsim.pages.charts.progress import progress, progress_rows
from dialsim.pages.charts.rows import LifeRow
from dialsim.pages.charts.theme import PAGE
from dialsim.pages.html.labels import LABELS
from dialsim.pages.model.parts import Chart
from dialsim.pages.model.tables import Cell, Column, Kind, Row, Table
from dialsim.pages.run.reactions_page import cap_basis
from dialsim.pages.run.waterfall_page import why_unreached
from dialsim.results import formatting
from dialsim.results.tables.run_log import RunLog

Lives = dict[int, list[StateSpan]]
TABLE_ROWS = 200
"""Charts with more rows have no table beside them: the run's own tables have the rows."""

FOLLOWS = {
    **dict.fromkeys(("progress", "flow", "dropped", "answers"), "parts"),
    "occupancy": "campaigns",
    **dict.fromkeys(("caller_lives", "headroom"), "ranges"),
}
"""Charts that can be split, and by what; see `Chart.follows`."""


def run_charts(
    log: RunLog, language: Language, lives: Lives, *, filtered: bool = False
) -> dict[str, Chart]:
    """Return the charts of a run by key, in the order of the page.

    An empty chart is replaced by a sentence that says so. `lives`: see `charts.callers.lives`.
    `filtered`: the page has a `Filter`,
    which the charts follow as far as they can be split.
    """
    from altair.utils.schemapi import debug_mode

    charts = _Charts(log, language, lives, filtered)
    with debug_mode(False):  # chart schemas are checked by tests, not here
        return {key: charts.drawn(key) for key in _DRAWN}


class _Charts:
    """The charts of a run in a language; each method draws the chart of its name."""

    def __init__(self, log: RunLog, language: Language, lives: Lives, filtered: bool) -> None:
        self.log, self.language, self.lives, self.filtered = log, language, lives, filtered
        self.texts, self.heads = LABELS[language], CHART_LABELS[language]

    def drawn(self, key: str) -> Chart:
        """Return a chart; if its table is missing or damaged, a sentence that says so."""
        try:
            draw: Callable[[], Chart] = getattr(self, key)
            return draw()
        except ScenarioError as error:
            return Chart(key, self.texts[key], read_in(error.problems[0].message, self.language))

    def none(self, key: str, reason: str) -> Chart:
        """Return the reason why a chart is empty in its place."""
        return Chart(key, self.texts[key], self.texts[reason])

    def chart(
        self,
        key: str,
        chart: Any,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        caption: str = "",
    ) -> Chart:
        """Return a chart with its caption and, if it is short, its table."""
        names = [self.heads[head] if head else "" for head in heads]
        caption = caption or self.texts[f"{key}_caption"]
        table = _table(names, rows) if len(rows) <= TABLE_ROWS else None
        # Tests check the schema; a check in each run costs more than a small simulation.
        specification = chart.to_dict(validate=False)
        follows = FOLLOWS.get(key, "") if self.filtered else ""
        return Chart(key, self.texts[key], caption, specification, table, follows)

    def waterfall(self) -> Chart:
        """Return the stages of the list and the exits before each."""
        summary = self.log.summary
        table = [
            (row["name"], f"{row['people']:,}", formatting.column(row["share"]))
            for row in flow.waterfall_rows(summary, language=self.language)
        ]
        untold = why_unreached(summary["waterfall"]["total"], self.language)
        chart = flow.waterfall(summary, language=self.language, look=PAGE)
        caption = f"{self.texts['waterfall_caption']} {untold}".strip()
        return self.chart("waterfall", chart, ("", "rows", "share"), table, caption)

    def progress(self) -> Chart:
        """Return the conversations so far against their goal."""
        rows = progress_rows(self.log, self.language)
        if not rows:
            return self.none("progress", "no_staff")
        table = [(row["when"], f"{row['conversations']:,}", f"{row['so_far']:,}") for row in rows]
        chart = progress(self.log, self.language, PAGE, rows)
        return self.chart(
            "progress", chart, ("time", "conversations", "conversations_so_far"), table
        )

    def flow(self) -> Chart:
        """Return attempts, answered calls and conversations over time."""
        rows, _ = calls.flow_rows(self.log, self.language)
        table = [(row["when"], *(f"{row[name]:,}" for name in calls.FLOWS)) for row in rows]
        chart = calls.flow(self.log, self.language, PAGE, choose=False)
        caption = self.texts["flow_caption_filter" if self.filtered else "flow_caption"]
        return self.chart("flow", chart, ("time", *calls.FLOWS), table, caption)

    def occupancy(self) -> Chart:
        """Return how agents spent their time."""
        table = [
            (row["when"], row["campaign"], *(formatting.column(row[part]) for part in times.PARTS))
            for row in times.staff_rows(self.log, self.language)
        ]
        if not table:
            return self.none("occupancy", "no_staff")
        chart = times.occupancy(self.log, self.language, PAGE)
        return self.chart("occupancy", chart, ("time", "campaign", *times.PARTS), table)

    def dropped(self) -> Chart:
        """Return abandoned calls against their cap."""
        gone = self.log.summary["abandoned"]
        table = [
            (
                row["when"],
                row["campaign"],
                formatting.percent(row["share"]),
                formatting.percent(row["so_far"]),
            )
            for row in times.dropped_rows(self.log, self.language)
        ]
        if not table:
            return self.none("dropped", "no_answers")
        if not any(row["dropped"] for row in times.dropped_rows(self.log)):
            return self.none("dropped", "none_dropped")
        cap, basis = formatting.percent(gone["at_most"]), cap_basis(gone, self.language).strip()
        caption = self.texts["dropped_caption"].format(cap=cap, basis=basis)
        chart = times.dropped(self.log, self.language, PAGE)
        return self.chart(
            "dropped", chart, ("day", "campaign", "dropped", "so_far"), table, caption
        )

    def answers(self) -> Chart:
        """Return live-answer rates by weekday and hour."""
        table = [
            (row["day"], row["hour"], formatting.percent(row["share"]), f"{row['attempts']:,}")
            for row in times.answer_rows(self.log, self.language)
        ]
        if not table:
            return self.none("answers", "no_answers")
        chart = times.answers(self.log, self.language, PAGE)
        return self.chart("answers", chart, ("day", "hour", "live_share", "attempts"), table)

    def caller_lives(self) -> Chart:
        """Return the states over time of the caller IDs that fared worst."""
        lives = self.lives
        if not lives:
            return self.none("caller_lives", "caller_lives_none")
        rows = callers.life_rows(self.log, self.language, known=lives)
        table = [
            (row["caller"], *self._ends(row), row["name"], row["why"])
            for row in rows
            if row["state"] != "none"
        ]
        caption = self.texts["caller_lives_caption"].format(
            shown=min(len(lives), callers.SHOWN), met=f"{len(lives):,}"
        )
        chart = callers.caller_ids(self.log, self.language, PAGE, rows)
        heads = ("caller", "from", "to", "state", "why")
        return self.chart("caller_lives", chart, heads, table, caption)

    def _ends(self, row: LifeRow) -> list[str]:
        """Return when a state began and ended."""
        return [
            dates.moment(end, seconds=True, language=self.language)
            for end in (row["from"], row["to"])
        ]

    def headroom(self) -> Chart:
        """Return how much of each limit caller IDs used."""
        if not callers.has_calls(self.log):
            return self.none("headroom", "no_calls")
        rows = callers.headroom_rows(self.log, self.language)
        if not rows:
            return self.none("headroom", "headroom_none")
        table = [
            (
                row["name"],
                f"{row['most']:,}",
                f"{row['median']:,.0f}",
                formatting.percent(row["used"]),
            )
            for row in rows
        ]
        chart = callers.headroom(self.log, self.language, PAGE, rows)
        return self.chart("headroom", chart, ("limit", "most", "median", "used"), table)

    def reactions(self) -> Chart:
        """Return marks and complaints by day."""
        rows = reactions.reaction_rows(self.log, self.language)
        if not rows:
            return self.none("reactions", "reactions_none")
        table = [
            (
                dates.day(row["day"], weekday=True, language=self.language),
                row["name"],
                f"{row['count']:,}",
            )
            for row in rows
        ]
        chart = reactions.reactions(self.log, self.language, PAGE, rows)
        return self.chart("reactions", chart, ("day", "", "count"), table)


_FIGURE = re.compile(r"[<>+−]?[\d,.]+(?: ?%)?|")


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return rows of texts as a table; columns of nothing but figures are columns of figures."""
    columns = []
    for place, name in enumerate(names):
        figures = all(_FIGURE.fullmatch(cells[place]) for cells in rows)
        columns.append(Column(name, Kind.FIGURE if figures else Kind.TEXT))
    return Table(tuple(columns), tuple(Row(tuple(map(Cell, cells))) for cells in rows))


_DRAWN = (
    *("waterfall", "progress", "flow", "occupancy", "dropped", "answers"),
    *("caller_lives", "headroom", "reactions"),
)
