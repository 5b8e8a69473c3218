"""The lines below a goal: its value in the call history, and why it was missed."""

from __future__ import annotations

from dialsim.messages.catalogue import Language
from dialsim.pages.model.tables import Note
from dialsim.results.formatting import localised
from dialsim.results.goals import BeforeRun, before_words
from dialsim.results.summary_types.results import Goal


def goal_notes(goal: Goal, language: Language = "en") -> tuple[Note, ...]:
    """Return the notes on a goal: its value in the call history, and why it was missed."""
    texts = (before_text(goal, language), why_words(goal, language))
    return tuple(Note(text) for text in texts if text)


def before_text(goal: Goal, language: Language = "en") -> str:
    """Return what of a goal's value a call log has; empty if the run continues none."""
    before = goal.get("before")
    return before_words(before, goal["unit"], goal["by"], language)


def before_notes(
    before: BeforeRun | None, unit: str, by: str | None, language: Language = "en"
) -> tuple[Note, ...]:
    """Return the note below a goal; none if the run continues no call history."""
    text = before_words(before, unit, by, language)
    return (Note(text),) if text else ()


def why_words(goal: Goal, language: Language = "en") -> str:
    """Return why a goal of a summary was missed; empty without a reason."""
    found = goal.get("shift_end")
    return "" if found is None else str(localised(found, "sentence", language))
