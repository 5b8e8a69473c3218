"""What it takes to reach the goals: the section with the remedies on the page of ``check``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.text import Text

from dialsim.feasibility.conclusion import CLOSE
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.layout import headed, paragraph
from dialsim.results import formatting
from dialsim.results.formatting import localised

Found = Mapping[str, Any]

LABELS: Texts = text_table(
    {
        "title": "What it takes",
        "note": "each mends its own shortage",
        "goal": message("{name}, at least {target}", "goal"),
        "until": "{goal} by {when}",
        "needs": "{goal}: {needs}.",
        "close": "{goal}: {needs}. Too close to tell; to be safe:",
        "attempts": "about {attempts} attempts",
        "attempts_of": "about {attempts} attempts of {campaign}",
        "nobody": "nobody can be called",
    }
)


def needs_lines(goals: Sequence[Found], width: int, language: Language) -> list[Text]:
    """Return the section on what it takes; nothing if no goal is short of anything."""
    texts = LABELS[language]
    lines: list[Text] = []
    for goal in goals:
        parts = [each for each in goal["campaigns"] if each["attempts"] is not None]
        if not goal["shared"] and not any(each["remedies"] for each in parts):
            continue
        lines += paragraph(_needs(goal, parts, language), width)
        for each in parts:
            of = each["campaign"] if len(parts) > 1 else ""
            lines += _remedies(each["remedies"], width, language, of)
        lines += _remedies(goal["shared"], width, language)
    return [*headed(texts["title"], texts["note"], width), *lines] if lines else []


def _needs(goal: Found, parts: Sequence[Found], language: Language) -> str:
    """Return a goal and the attempts that each campaign would need for it."""
    texts = LABELS[language]
    needs = texts["and"].join(
        texts["attempts_of" if len(parts) > 1 else "attempts"].format(
            attempts=formatting.about(each["attempts"]), campaign=each["campaign"]
        )
        for each in parts
    )
    name, target = localised(goal, "name", language), formatting.number(goal["target"])
    text = texts["goal"].format(name=name, target=target)
    if goal["by"]:
        when = formatting.clock(datetime.fromisoformat(goal["by"]), language=language)
        text = texts["until"].format(goal=text, when=when)
    key = "close" if goal["outlook"] == CLOSE else "needs"
    return texts[key].format(goal=text, needs=needs or texts["nobody"])


def _remedies(
    found: Sequence[Found], width: int, language: Language, campaign: str = ""
) -> list[Text]:
    """Return remedies, with the name of their campaign where there are several."""
    lines: list[Text] = []
    for remedy in found:
        text = localised(remedy, "sentence", language)
        if campaign:
            text = LABELS[language]["of"].format(campaign, text)
        lines += paragraph(text, width, indent=4, mark="· ")
        changes = " ".join(f"--set {change}" for change in remedy["set"])
        if changes:
            lines += paragraph(changes, width, indent=6, style="cyan")
    return lines
