"""Display of results as their pages: on a rich console and in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


class PageDisplay:
    """A result that rich prints, and a notebook shows, as its page."""

    def _page(self, width: int) -> Iterable[Any]:
        """Return the lines of the page for so many columns."""
        raise NotImplementedError

    def __rich_console__(self, _: Any, options: Any) -> Iterator[Any]:
        yield from self._page(options.max_width)

    def _repr_html_(self) -> str:
        from dialsim.pages.layout import WIDEST, lines_html

        return lines_html(self._page(WIDEST))
