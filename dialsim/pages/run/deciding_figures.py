"""The figures that decide about a run: its goals, and what the network and people made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import KeyFigure
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN, Style
from dialsim.pages.model.tables import figure
from dialsim.pages.weak_defaults import marked, weak_mark
from dialsim.results import formatting
from dialsim.results.summary_types.results import Goal
from dialsim.results.summary_types.summary import Summary
from dialsim.results.summary_types.units import State

MOST = 4
"""Figures beyond which a reader would not see what decides."""

LABELS: Texts = text_table(
    {
        "at_least": "at least {}",
        "at_most": "at most {}",
        "review": message("a review is due from {:,} complaints on", "target"),
        "stopped": message("caller IDs suspended, closed or stopped", "figure"),
        "of": message("of {:,}", "caller IDs"),
    }
)
_MARKS = {True: ("✓", GOOD), False: ("✗", BAD), None: ("·", OPEN)}
_STOPPED: tuple[State, ...] = ("suspended", "closed", "stopped")

Trends = Mapping[str, Sequence[float]]


def deciding_figures(s: Summary, trends: Trends, language: Language) -> tuple[KeyFigure, ...]:
    """Return the goals of a run, and where they are fewer than four what else decides.

    Parameters
    ----------
    trends
        Values over time by metric.
    """
    found = [_goal(goal, s, trends, language) for goal in s["goals"][:MOST]]
    known = {goal["metric"] for goal in s["goals"]}
    for metric, made in _others(s, trends, language):
        if metric not in known and len(found) < MOST:
            found.append(made)
    return tuple(found)


def _goal(goal: Goal, s: Summary, trends: Trends, language: Language) -> KeyFigure:
    texts, (mark, style) = LABELS[language], _MARKS[goal["met"]]
    by = ""
    if goal["by"]:
        by = dates.moment(goal["by"], weekday=True, language=language)
    weak = weak_mark(goal["metric"], s.get("weak_defaults", ()))
    campaign = goal.get("campaign")
    return KeyFigure(
        marked(formatting.localised(goal, "name", language), weak),
        figure(goal["value"], goal["unit"], language),
        texts[goal["bound"]].format(formatting.number(goal["target"], goal["unit"])),
        formatting.margin(goal, language),
        by,
        mark,
        style,
        () if campaign else tuple(trends.get(goal["metric"], ())),
    )


def _others(s: Summary, trends: Trends, language: Language) -> Iterator[tuple[str, KeyFigure]]:
    """Yield further figures by metric, the most decisive first."""
    texts, weak = LABELS[language], s.get("weak_defaults", ())

    def of_metric(key: str, target: str = "", mark: str = "", style: Style = PLAIN) -> KeyFigure:
        metric = s["metrics"][key]
        name = marked(formatting.localised(metric, "name", language), weak_mark(key, weak))
        value = figure(metric["value"], metric["unit"], language)
        return KeyFigure(
            name, value, target, mark=mark, style=style, trend=tuple(trends.get(key, ()))
        )

    yield "conversations", of_metric("conversations")
    gone = s["abandoned"]
    cap = texts["at_most"].format(formatting.percent(gone["at_most"]))
    kept = None if gone["share"] is None else bool(gone["within"])
    yield "abandoned_share", of_metric("abandoned_share", cap, *_MARKS[kept])
    ids = s["caller_ids"]
    stopped = sum(ids["severest"].get(state, 0) for state in _STOPPED)
    mark, style = _MARKS[stopped == 0]
    yield (
        "numbers_suspended",
        KeyFigure(
            texts["stopped"],
            figure(stopped, "", language),
            texts["of"].format(ids["total"]),
            mark=mark,
            style=style,
        ),
    )
    allowances = s.get("allowances")
    review = None if allowances is None else allowances["enterprise"]
    target, mark, style = "", "", PLAIN
    if review is not None and review["allowed"] is not None:
        target = texts["review"].format(review["allowed"] + 1)
        mark, style = _MARKS[review["used"] <= review["allowed"]]
    yield "complaints", of_metric("complaints", target, mark, style)
    yield "reach", of_metric("reach")
