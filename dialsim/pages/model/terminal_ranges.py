"""Ranges in a terminal: a line of characters each, and the axis below."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from dialsim.pages.model.parts import Range, Ranges
from dialsim.pages.model.style import BAD, PLAIN, QUIET, STRONG
from dialsim.pages.model.terminal_lines import set_paragraph
from dialsim.pages.model.terminal_style import GAP, INDENT, rich_style

EMPTY, WITHIN, MIDDLE, VALUE, LIMIT = "·", "░", "┃", "●", "│"


def range_lines(part: Ranges, width: int) -> list[Text]:
    """Return the lines of ranges, none wider than `width`."""
    room = width - 2 * INDENT
    lines = []
    for each in part.rows:
        lines += set_paragraph(each.name, width, INDENT)
        lines.append(_drawn(each, room))
    lines.append(_axis(part.ticks, room))
    return lines + set_paragraph(part.caption, width, INDENT, rich_style(QUIET))


def _drawn(each: Range, room: int) -> Text:
    """Return a range as characters; the value hides what else is at its place."""
    marks = [(EMPTY, QUIET)] * room
    if each.low is not None:
        last = room - 1 if each.high is None else _place(each.high, room)
        for place in range(_place(each.low, room), last + 1):
            marks[place] = (WITHIN, PLAIN)
    for share, mark, style in (
        (each.limit, LIMIT, BAD),
        (each.middle, MIDDLE, STRONG),
        (each.value, VALUE, STRONG),
    ):
        if share is not None:
            marks[_place(share, room)] = (mark, style)
    line = Text(" " * INDENT)
    for mark, style in marks:
        line.append(mark, style=rich_style(style) or None)
    return line


def _place(share: float, room: int) -> int:
    """Return the column of a share of the axis.

    >>> _place(0.0, 10), _place(0.55, 10), _place(1.0, 10)
    (0, 5, 9)
    """
    return min(room - 1, int(share * room))


def _axis(ticks: tuple[tuple[float, str], ...], room: int) -> Text:
    """Return the names of places on the axis, as many as have room."""
    text = ""
    for share, name in ticks:
        place = _place(share, room)
        free = cell_len(text) + (GAP if text else 0)
        if free <= place and place + cell_len(name) <= room:
            text += " " * (place - cell_len(text)) + name
    return Text(" " * INDENT + text, style=rich_style(QUIET))
