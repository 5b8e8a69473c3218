"""The lines below a goal: its value in the call history, and why it was missed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialsim.messages.catalogue import Language
from dialsim.pages.model.tables import Note
from dialsim.results.formatting import localised
from dialsim.results.goals import before_words


def goal_notes(goal: Mapping[str, Any], language: Language = "en") -> tuple[Note, ...]:
    """Return the notes on a goal: its value in the call history, and why it was missed."""
    texts = (before_words(goal, language), why_words(goal, language))
    return tuple(Note(text) for text in texts if text)


def before_notes(goal: Mapping[str, Any], language: Language = "en") -> tuple[Note, ...]:
    """Return the note below a goal; none if the run continues no call history."""
    text = before_words(goal, language)
    return (Note(text),) if text else ()


def why_words(goal: Mapping[str, Any], language: Language = "en") -> str:
    """Return why a goal of a summary was missed; empty without a reason."""
    found = goal.get("shift_end")
    return "" if found is None else localised(found, "sentence", language)
