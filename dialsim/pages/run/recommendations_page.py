"""The section of recommendations, on the page of a run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.layout import headed, paragraph
from dialsim.results import formatting

LONGEST = 40  # columns of a path in a command

LABELS: Texts = text_table(
    {
        "title": "Most worth trying",
        "note": "by arithmetic, not played",
        "change": "{sentence}: {effect}",
    }
)


def changes_section(
    changes: Sequence[Mapping[str, Any]], scenario: str, width: int, language: Language
) -> list[Text]:
    """Return each recommendation, its estimated effect, and the command that simulates it.

    Parameters
    ----------
    changes
        Of a summary.
    scenario
        The scenario's file, as the command names it.
    """
    if not changes:
        return []
    texts = LABELS[language]
    lines = [*headed(texts["title"], texts["note"], width)]
    for each in changes:
        text = texts["change"].format(
            sentence=formatting.localised(each, "sentence", language),
            effect=formatting.localised(each, "effect", language),
        )
        lines += paragraph(text, width)
        sets = " ".join(f"--set {shlex.quote(one)}" for one in each["set"])
        if sets:
            lines += paragraph(f"dialsim run {_short(scenario)} {sets}", width, 4, style="dim")
    return lines


def _short(scenario: str) -> str:
    """Return a path quoted for a shell; a long one as its file name: no command is cut."""
    quoted = shlex.quote(scenario)
    return quoted if len(quoted) <= LONGEST else shlex.quote(PurePath(scenario).name)
