"""The section of recommendations, on the page of a run."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.model.parts import Command, Paragraph, Section, section
from dialsim.results import formatting
from dialsim.results.summary_types.results import Change

LABELS: Texts = text_table(
    {
        "title": "Most worth trying",
        "note": "by arithmetic, not played",
        "change": "{sentence}: {effect}",
    }
)


def changes_section(changes: Sequence[Change], scenario: str, language: Language) -> Section | None:
    """Return each recommendation, its estimated effect, and the command that simulates it.

    Parameters
    ----------
    changes
        Of a summary.
    scenario
        The scenario's file, as the command names it.
    """
    if not changes:
        return None
    texts = LABELS[language]
    parts: list[Paragraph | Command] = []
    for each in changes:
        text = texts["change"].format(
            sentence=formatting.localised(each, "sentence", language),
            effect=formatting.localised(each, "effect", language),
        )
        parts.append(Paragraph(text))
        sets = " ".join(f"--set {shlex.quote(one)}" for one in each["set"])
        if sets:
            parts.append(Command(f"dialsim run {shlex.quote(scenario)} {sets}"))
    return section(texts["title"], parts, note=texts["note"], key="changes")
