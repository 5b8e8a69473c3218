"""Styles and measures of a page in a terminal."""

from __future__ import annotations

from dialsim.pages.model.style import Style

INDENT = 2
"""Columns of each level."""

GAP = 2
"""Columns between two cells."""

_RICH = {
    Style.GOOD: "green",
    Style.BAD: "red",
    Style.OPEN: "yellow",
    Style.QUIET: "dim",
    Style.STRONG: "bold",
    Style.TITLE: "italic",
}


def rich_style(style: Style) -> str:
    """Return a style as rich has it.

    >>> rich_style(Style.BAD | Style.STRONG), rich_style(Style.PLAIN)
    ('red bold', '')
    """
    return " ".join(_RICH[each] for each in style)
