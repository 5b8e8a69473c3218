"""The charts of a run's page, each with its caption and its figures as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dialsim.errors import ScenarioError
from dialsim.pages.charts import callers, flow, reactions, times
from dialsim.pages.charts.labels import LABELS as CHART_LABELS
from dialsim.pages.charts.theme import PAGE
from dialsim.pages.html.document import Figure
from dialsim.pages.html.labels import LABELS
from dialsim.pages.run.reactions_page import cap_basis
from dialsim.pages.run.waterfall_page import why_unreached
from dialsim.results import formatting
from dialsim.results.tables.run_log import RunLog
from dialsim.scenario.profiles.reasons import Language

Draw = Callable[[str, RunLog, Language], Figure]

TABLE_ROWS = 200
"""Charts with more rows have no table beside them: the run's own tables have the rows."""


def run_figures(log: RunLog, language: Language) -> dict[str, Figure]:
    """Return the charts of a run by key, in the order of the page.

    An empty chart is replaced by a sentence that says so.
    """
    from altair.utils.schemapi import debug_mode

    drawn: dict[str, Draw] = {
        "waterfall": _waterfall,
        "flow": _flow,
        "occupancy": _occupancy,
        "dropped": _dropped,
        "answers": _answers,
        "caller_lives": _caller_lives,
        "headroom": _headroom,
        "reactions": _reactions,
    }
    with debug_mode(False):  # chart schemas are checked by tests, as in `Figure`
        return {key: _drawn(key, draw, log, language) for key, draw in drawn.items()}


def _drawn(key: str, draw: Draw, log: RunLog, language: Language) -> Figure:
    """Return a chart; if its table is missing or damaged, a sentence that says so."""
    texts = LABELS[language]
    try:
        return draw(key, log, language)
    except ScenarioError as error:
        return Figure(key, texts[key], error.problems[0].message)


def _waterfall(key: str, log: RunLog, language: Language) -> Figure:
    texts, heads = LABELS[language], CHART_LABELS[language]
    rows = flow.waterfall_rows(log.summary, language=language)
    untold = why_unreached(log.summary["waterfall"]["total"], language)
    return Figure(
        key,
        texts[key],
        f"{texts['waterfall_caption']} {untold}".strip(),
        flow.waterfall(log.summary, language=language, look=PAGE),
        ("", heads["rows"], heads["share"]),
        [(row["name"], f"{row['people']:,}", formatting.column(row["share"])) for row in rows],
    )


def _flow(key: str, log: RunLog, language: Language) -> Figure:
    texts, heads = LABELS[language], CHART_LABELS[language]
    rows, _ = times.flow_rows(log)
    return Figure(
        key,
        texts[key],
        texts["flow_caption"],
        times.flow(log, language, PAGE),
        (heads["time"], *(heads[name] for name in times.FLOWS)),
        _table([(row["when"], *(f"{row[name]:,}" for name in times.FLOWS)) for row in rows]),
    )


def _occupancy(key: str, log: RunLog, language: Language) -> Figure:
    texts, heads = LABELS[language], CHART_LABELS[language]
    rows = times.staff_rows(log)
    if not rows:
        return Figure(key, texts[key], texts["no_staff"])
    parts = ("talk", "wrap", "idle")
    return Figure(
        key,
        texts[key],
        texts["occupancy_caption"],
        times.occupancy(log, language, PAGE),
        (heads["time"], heads["campaign"], *(heads[part] for part in parts)),
        _table(
            [
                (row["when"], row["campaign"], *(formatting.column(row[part]) for part in parts))
                for row in rows
            ]
        ),
    )


def _dropped(key: str, log: RunLog, language: Language) -> Figure:
    texts, heads = LABELS[language], CHART_LABELS[language]
    rows = times.dropped_rows(log)
    if not rows:
        return Figure(key, texts[key], texts["no_answers"])
    gone = log.summary["abandoned"]
    caption = texts["dropped_caption"].format(
        cap=formatting.percent(gone["at_most"]), basis=cap_basis(gone, language).strip()
    )
    return Figure(
        key,
        texts[key],
        caption,
        times.dropped(log, language, PAGE),
        (heads["day"], heads["campaign"], heads["dropped"], heads["so_far"]),
        _table(
            [
                (
                    row["day"],
                    row["campaign"],
                    formatting.percent(row["share"]),
                    formatting.percent(row["so_far"]),
                )
                for row in rows
            ]
        ),
    )


def _answers(key: str, log: RunLog, language: Language) -> Figure:
    texts, heads = LABELS[language], CHART_LABELS[language]
    rows = times.answer_rows(log, language)
    if not rows:
        return Figure(key, texts[key], texts["no_answers"])
    return Figure(
        key,
        texts[key],
        texts["answers_caption"],
        times.answers(log, language, PAGE),
        (heads["day"], heads["hour"], heads["live_share"], heads["attempts"]),
        _table(
            [
                (row["day"], row["hour"], formatting.percent(row["share"]), f"{row['attempts']:,}")
                for row in rows
            ]
        ),
    )


def _caller_lives(key: str, log: RunLog, language: Language) -> Figure:
    texts, heads = LABELS[language], CHART_LABELS[language]
    lives = callers.lives(log)
    if not lives:
        return Figure(key, texts[key], texts["caller_lives_none"])
    rows = callers.life_rows(log, language, known=lives)
    caption = texts["caller_lives_caption"].format(
        shown=min(len(lives), callers.SHOWN), met=f"{len(lives):,}"
    )
    columns = ("caller", "from", "to", "name", "why")
    named = ("caller", "from", "to", "state", "why")
    return Figure(
        key,
        texts[key],
        caption,
        callers.caller_ids(log, language, PAGE, rows),
        tuple(heads[name] for name in named),
        _table(
            [
                tuple(str(row[name]).replace("T", " ") for name in columns)
                for row in rows
                if row["state"] != "none"
            ]
        ),
    )


def _headroom(key: str, log: RunLog, language: Language) -> Figure:
    texts, heads = LABELS[language], CHART_LABELS[language]
    if not callers.has_calls(log):
        return Figure(key, texts[key], texts["no_calls"])
    rows = callers.headroom_rows(log, language)
    if not rows:
        return Figure(key, texts[key], texts["headroom_none"])
    return Figure(
        key,
        texts[key],
        texts["headroom_caption"],
        callers.headroom(log, language, PAGE, rows),
        (heads["limit"], heads["most"], heads["median"], heads["used"]),
        _table(
            [
                (
                    row["name"],
                    f"{row['most']:,}",
                    f"{row['median']:,.0f}",
                    formatting.percent(row["used"]),
                )
                for row in rows
            ]
        ),
    )


def _reactions(key: str, log: RunLog, language: Language) -> Figure:
    texts, heads = LABELS[language], CHART_LABELS[language]
    rows = reactions.reaction_rows(log, language)
    if not rows:
        return Figure(key, texts[key], texts["reactions_none"])
    return Figure(
        key,
        texts[key],
        texts["reactions_caption"],
        reactions.reactions(log, language, PAGE),
        (heads["day"], "", heads["count"]),
        _table([(row["day"], row["name"], f"{row['count']:,}") for row in rows]),
    )


def _table(rows: list[tuple[Any, ...]]) -> list[tuple[str, ...]]:
    return rows if len(rows) <= TABLE_ROWS else []
