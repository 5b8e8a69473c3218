"""Results that show themselves as their page: on a rich console, in a notebook, as HTML."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.model.parts import Page


class PageResult(ABC):
    """A result that rich prints, and a notebook shows, as its page."""

    @abstractmethod
    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page of the result in a language."""

    def to_html(self, language: Language = ENGLISH) -> str:
        """Return the page as an HTML document that loads no other file."""
        from dialsim.pages.model.html import page_html

        return page_html(self.page(language))

    def __rich_console__(self, _: Any, options: Any) -> Iterator[Any]:
        from dialsim.pages.model.terminal import page_lines

        yield from page_lines(self.page(), options.max_width)

    def _repr_html_(self) -> str:
        from dialsim.pages.model.html import page_fragment

        return page_fragment(self.page())
