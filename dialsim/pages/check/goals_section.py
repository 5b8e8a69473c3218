"""The goals with their estimates and outlooks: a section of the page of ``check``."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.feasibility.conclusion import OUT_OF_REACH
from dialsim.feasibility.estimate_result import Estimate, GoalEstimate
from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.check.complaints_section import small
from dialsim.pages.model.parts import KeyFigure, KeyFigures, Section, section
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN, Style
from dialsim.pages.model.tables import Cell, Note
from dialsim.pages.weak_defaults import marked, weak_mark
from dialsim.results import formatting
from dialsim.results.formatting import localised
from dialsim.results.goals import before_words
from dialsim.scenario.profiles.weak_defaults import WeakDefaultRow

LIKELY = "likely"
STATES = {LIKELY: ("✓", GOOD), OUT_OF_REACH: ("✗", BAD)}
"""Mark and style of outlooks; the others are open."""

LABELS: Texts = text_table(
    {
        "title": "Goals",
        "at_least": "at least {}",
        "at_most": "at most {}",
        "about": message("about {}", "estimate"),
        "below": message("about {}", "below a bound"),
        "likely": "likely met",
        "out of reach": message("out of reach", "outlook"),
        "too close to tell": message("too close to tell", "outlook"),
        "not estimated": message("not estimated", "outlook"),
    }
)


def goals_section(found: Estimate, language: Language) -> Section | None:
    """Return the section on the goals of an estimate; None without goals."""
    if not found["goals"]:
        return None
    figures = tuple(_goal(goal, found["weak_defaults"], language) for goal in found["goals"])
    return section(
        LABELS[language]["title"], KeyFigures(figures), key="goals", style=outlook_style(found)
    )


def outlook_style(found: Estimate) -> Style:
    """Return what the outlooks of all goals come to: the worst of them; plain without goals."""
    outlooks = {goal["outlook"] for goal in found["goals"]}
    if not outlooks:
        return PLAIN
    if OUT_OF_REACH in outlooks:
        return BAD
    return GOOD if outlooks == {LIKELY} else OPEN


def _goal(
    goal: GoalEstimate, weak_defaults: Sequence[WeakDefaultRow], language: Language
) -> KeyFigure:
    texts, when = LABELS[language], goal["by"]
    mark, style = STATES.get(goal["outlook"], ("?", OPEN))
    before = before_words(goal.get("before"), goal["unit"], when, language)
    return KeyFigure(
        marked(localised(goal, "name", language), weak_mark(goal["metric"], weak_defaults)),
        Cell(_expected(goal["expected"], language), value=goal["expected"]),
        target=texts[goal["bound"]].format(formatting.number(goal["target"])),
        margin=texts[goal["outlook"]],
        by=dates.moment(when, weekday=True, language=language) if when else "",
        mark=mark,
        style=style,
        notes=(Note(before),) if before else (),
    )


def _expected(value: float | None, language: Language) -> str:
    """Return the estimate of a goal; empty without one."""
    if value is None:
        return ""
    text = small(value) if value < 1 else formatting.about(value)
    return LABELS[language]["below" if text.startswith("<") else "about"].format(text)
