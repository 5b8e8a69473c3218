"""Lines of a terminal: headings, paragraphs, commands, and cells beside each other."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from dialsim.pages.line_breaking import break_lines

WIDEST = 100  # pages do not grow with a wide screen: long lines are hard to read
NARROWEST = 60
_EIGHTHS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True)
class Placed:
    """A text in its columns of a line.

    Attributes
    ----------
    text, style
        The text and its rich style.
    width
        Columns; a longer text is broken into lines, a longer figure is wider.
    is_figure
        Aligned to the right, never broken.
    """

    text: str
    width: int
    style: str = ""
    is_figure: bool = False

    def parts(self) -> list[str]:
        """Return the text on lines of its columns, each indented as the text is."""
        if self.is_figure:
            return [self.text]
        text = self.text.lstrip()
        lead = " " * min(len(self.text) - len(text), self.width // 2)
        return [lead + part for part in break_lines(text, self.width - len(lead))] or [""]


def beside(placed: Sequence[Placed], indent: int, gap: int) -> list[Text]:
    """Return texts beside each other, on as many lines as the longest needs.

    >>> cells = [Placed("from the second", 10), Placed("1,234", 8, is_figure=True)]
    >>> [line.plain for line in beside(cells, 2, 1)]
    ['  from the      1,234', '  second']
    """
    texts = [each.parts() for each in placed]
    lines = []
    for number in range(max(map(len, texts), default=0)):
        line = Text(" " * indent)
        for place, (each, parts) in enumerate(zip(placed, texts, strict=True)):
            part = parts[number] if number < len(parts) else ""
            line.append(" " * gap if place else "")
            line.append(fitted(part, each.width, each.is_figure), style=each.style or None)
        line.rstrip()
        lines.append(line)
    return lines


def usable_width(width: int) -> int:
    """Return how wide a page is on a console of this width."""
    return max(NARROWEST, min(width, WIDEST))


def fitted(text: str, width: int, right: bool = False) -> str:
    """Return text at `width` columns or, if it is longer, as it is.

    Chinese characters count two columns.

    >>> fitted("abc", 5, right=True), fitted("外呼", 5), fitted("1,234", 4)
    ('  abc', '外呼 ', '1,234')
    """
    blank = " " * (width - cell_len(text))
    return blank + text if right else text + blank


def bar(share: float, width: int) -> str:
    """Return a share from 0 to 1 as a bar in eighths of a column; a tiny one stays visible.

    >>> bar(0.5, 4), bar(0.3, 4), bar(0.001, 4), bar(0.0, 4)
    ('██', '█▎', '▏', '')
    """
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    if share > 0:
        eighths = max(1, eighths)
    whole, part = divmod(eighths, 8)
    return ("█" * whole + _EIGHTHS[part]).rstrip()


def set_heading(title: str, note: str, width: int) -> list[Text]:
    """Return a section's heading, with its note at the right edge, or below if there is no room.

    >>> [line.plain for line in set_heading("Goals", "met in so many", 12)]
    ['Goals', 'met in so', 'many']
    >>> [line.plain for line in set_heading("Goals of the campaign", "met", 12)]
    ['Goals of the', 'campaign', 'met']
    """
    room = width - cell_len(title) - 2
    if room >= 0 and cell_len(note) <= room:
        line = Text(title, style="bold")
        if note:
            line.append("  " + fitted(note, room, right=True), style="dim")
        return [line]
    below = set_paragraph(note, width, 0, "dim") if note else []
    return [*set_paragraph(title, width, 0, "bold"), *below]


def set_paragraph(
    text: str, width: int, indent: int = 2, style: str = "", mark: str = ""
) -> list[Text]:
    """Return text broken into lines of at most `width` columns; `mark` stands before the first."""
    blank = " " * cell_len(mark)
    lines: list[Text] = []
    for part in break_lines(" ".join(text.split()), width - indent - cell_len(mark)):
        line = Text.assemble(" " * indent, (blank if lines else mark, "dim"), (part, style))
        line.rstrip()
        lines.append(line)
    return lines


def command_lines(text: str, width: int, indent: int = 2) -> list[Text]:
    """Return a command on lines that a shell joins into one; a long word is never cut."""
    lines: list[str] = []
    for word in map(shlex.quote, shlex.split(text)):
        if lines and cell_len(f"{lines[-1]} {word}") <= width - indent - 2:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    *most, last = lines
    blank = " " * indent
    return [*(Text(f"{blank}{line} \\") for line in most), Text(f"{blank}{last}")]
