"""What of a goal's value a call log has, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from dialsim.report.goals import before_words
from dialsim.report.page import paragraph
from dialsim.scenario.reasons import Language


def before_lines(goal: Mapping[str, Any], width: int, language: Language = "en") -> list[Text]:
    """Return the lines below a goal; none where the run goes on from no call log."""
    text = before_words(goal, language)
    return paragraph(text, width, indent=5, style="dim") if text else []
