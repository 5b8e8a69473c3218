"""The page of a run as lines of a terminal."""

from __future__ import annotations

from rich.text import Text

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.run.run_page import SCENARIO, run_page
from dialsim.results.summary_types.summary import Summary


def page(
    summary: Summary,
    width: int = 80,
    folder: str | None = None,
    language: Language = ENGLISH,
    scenario: str = SCENARIO,
) -> list[Text]:
    """Return the lines of the page of a run, none wider than `width` (at least 60).

    Parameters
    ----------
    summary, language, scenario
        As of :func:`dialsim.pages.run.run_page.run_page`.
    folder
        The run folder, named in the last line; a path is never cut.
    """
    lines = page_lines(run_page(summary, language, scenario), width)
    return [*lines, Text(str(folder), style="bold")] if folder else lines
