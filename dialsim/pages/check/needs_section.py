"""What it takes to reach the goals: the section with the remedies on the page of ``check``."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from dialsim.feasibility.conclusion import CLOSE
from dialsim.feasibility.estimate_result import GoalEstimate, Remedy
from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import Command, Paragraph, Part, Section, item, section
from dialsim.pages.model.style import OPEN
from dialsim.results import formatting
from dialsim.results.formatting import localised

LABELS: Texts = text_table(
    {
        "title": "What it takes",
        "note": "each remedy covers its own shortage",
        "goal": message("{name}, at least {target}", "goal"),
        "until": "{goal} by {when}",
        "needs": "{goal}: {needs}.",
        "close": "{goal}: {needs}. Too close to tell; to be safe:",
        "attempts": "about {attempts} attempts",
        "attempts_of": "about {attempts} attempts of {campaign}",
        "nobody": "nobody can be called",
    }
)


def needs_section(goals: Sequence[GoalEstimate], language: Language) -> Section | None:
    """Return the section on what it takes; None if no goal is short of anything."""
    parts = [part for goal in goals for part in _goal(goal, language)]
    if not parts:
        return None
    texts = LABELS[language]
    return section(texts["title"], parts, note=texts["note"], key="needs", style=OPEN)


def _goal(goal: GoalEstimate, language: Language) -> Iterator[Part]:
    """Yield what a goal needs, and its remedies; nothing if it is short of nothing."""
    parts = [each for each in goal["campaigns"] if each["attempts"] is not None]
    if not goal["shared"] and not any(each["remedies"] for each in parts):
        return
    yield Paragraph(_needs(goal, language))
    for each in parts:
        of = each["campaign"] if len(parts) > 1 else ""
        yield from _remedies(each["remedies"], language, of)
    yield from _remedies(goal["shared"], language)


def _needs(goal: GoalEstimate, language: Language) -> str:
    """Return a goal and the attempts that each campaign would need for it."""
    texts = LABELS[language]
    needed = [
        (each["campaign"], formatting.about(each["attempts"]))
        for each in goal["campaigns"]
        if each["attempts"] is not None
    ]
    key = "attempts_of" if len(needed) > 1 else "attempts"
    needs = texts["and"].join(
        texts[key].format(attempts=attempts, campaign=campaign) for campaign, attempts in needed
    )
    name, target = localised(goal, "name", language), formatting.number(goal["target"])
    text = texts["goal"].format(name=name, target=target)
    if goal["by"]:
        when = dates.moment(goal["by"], weekday=True, language=language)
        text = texts["until"].format(goal=text, when=when)
    key = "close" if goal["outlook"] == CLOSE else "needs"
    return texts[key].format(goal=text, needs=needs or texts["nobody"])


def _remedies(
    found: Sequence[Remedy], language: Language, campaign: str = ""
) -> Iterator[Paragraph | Command]:
    """Yield remedies, with the name of their campaign where there are several."""
    for remedy in found:
        text = localised(remedy, "sentence", language)
        if campaign:
            text = LABELS[language]["of"].format(campaign, text)
        yield item(text, level=2)
        changes = " ".join(f"--set {shlex.quote(change)}" for change in remedy["set"])
        if changes:
            yield Command(changes, level=3)
