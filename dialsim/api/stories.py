"""Explanations of events in a run, as self-printing pages."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.model.display import PageResult

if TYPE_CHECKING:
    from dialsim.explanations.person_result import Explained
    from dialsim.pages.model.parts import Page


class Story(PageResult):
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

    def __init__(self, facts: Explained, language: Language = "en") -> None:
        self.facts = copy(facts)
        self._language = language

    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page; its language is that of the facts, whatever is given."""
        del language
        from dialsim.pages.explain.story_page import story_page

        return story_page(self.facts, self._language)

    def story(self, width: int = 100) -> str:
        """Return the page as plain text, no line wider than `width`."""
        from dialsim.pages.model.terminal import page_lines

        return "\n".join(line.plain.rstrip() for line in page_lines(self.page(), width))

    def __getitem__(self, key: str) -> Any:
        facts: Mapping[str, Any] = self.facts
        return facts[key]

    def __repr__(self) -> str:
        return f"<Story of {self.facts['kind']}, run {self.facts['run']['name']}>"
