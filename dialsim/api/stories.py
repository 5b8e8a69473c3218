"""Explanations of events in a run, as self-printing pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dialsim.messages.catalogue import Language
from dialsim.pages.display import PageDisplay


class Story(PageDisplay):
    """The history of a person or a caller ID, or the trace of an intervention.

    Attributes
    ----------
    facts
        The content of the page: see :func:`dialsim.explain_run`.

    Examples
    --------
    ::

        run.person(17)                   # the page itself, in a notebook or on a terminal
        print(run.person(17).story())
        run.person(17).facts["calls"]
    """

    def __init__(self, facts: Mapping[str, Any], language: Language = "en") -> None:
        self.facts = dict(facts)
        self._language = language

    def story(self, width: int = 100) -> str:
        """Return the page as plain text, no line wider than `width`."""
        from dialsim.pages.explain.story_page import story_lines

        lines = story_lines(self.facts, width, self._language)
        return "\n".join(line.plain.rstrip() for line in lines)

    def __getitem__(self, key: str) -> Any:
        return self.facts[key]

    def _page(self, width: int) -> Iterable[Any]:
        from dialsim.pages.explain.story_page import story_lines
        from dialsim.pages.layout import usable_width

        return story_lines(self.facts, usable_width(width), self._language)

    def __repr__(self) -> str:
        return f"<Story of {self.facts['kind']}, run {self.facts['run']['name']}>"
