"""Styles of a page's texts: what they say of a figure, whatever a renderer makes of it."""

from __future__ import annotations

from enum import Flag, auto


class Style(Flag):
    """How a text is shown; several may be combined.

    >>> (Style.BAD | Style.STRONG).names
    ['bad', 'strong']
    """

    PLAIN = 0
    GOOD = auto()  # met, kept
    BAD = auto()  # missed, broken
    OPEN = auto()  # not decided, or a warning
    QUIET = auto()  # of lesser weight
    STRONG = auto()  # what a reader looks for first
    TITLE = auto()  # the name of a group of rows

    @property
    def names(self) -> list[str]:
        """The names of the single styles, in lower case: classes of a style sheet."""
        return [str(each.name).lower() for each in self]


PLAIN, GOOD, BAD, OPEN = Style.PLAIN, Style.GOOD, Style.BAD, Style.OPEN
QUIET, STRONG, TITLE = Style.QUIET, Style.STRONG, Style.TITLE
