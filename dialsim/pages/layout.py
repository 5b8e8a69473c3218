"""The parts of a terminal page: aligned rows, bars and paragraphs that fit a width."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

WIDEST = 100  # a page does not grow with a wide screen: long lines are hard to read
NARROWEST = 60
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_PIECE = re.compile(
    r"[（《“]*"  # an opening bracket goes with what follows, a closing mark with what precedes
    r"(?:[^\s⺀-￯]+ %[^\s⺀-￯]*|[\d.,]+ [⺀-￯]|[^\s⺀-￯“”]+|[⺀-￯“”])"  # 20 %, 3 天: as one
    r"[，。；：、）》”%;,.)]*\s*"
)


@dataclass(frozen=True)
class Cell:
    """A piece of a row: text, width (0: as long as it is), alignment, style."""

    text: str
    width: int = 0
    right: bool = False
    style: str = ""


def usable_width(width: int) -> int:
    """Return how wide a page is on a console of this width."""
    return max(NARROWEST, min(width, WIDEST))


def row(cells: Sequence[Cell], indent: int = 2, gap: int = 2) -> Text:
    """Return cells as one line; trailing blanks are cut."""
    line = Text(" " * indent)
    for index, cell in enumerate(cells):
        if index:
            line.append(" " * gap)
        line.append(fitted(cell.text, cell.width, cell.right), style=cell.style or None)
    line.rstrip()
    return line


def fitted(text: str, width: int, right: bool = False) -> str:
    """Return text at exactly `width` columns, cut with an ellipsis; 0: as it is.

    Chinese characters count two columns.

    >>> fitted("abc", 5, right=True), fitted("abcdef", 4), fitted("外呼", 5)
    ('  abc', 'abc…', '外呼 ')
    """
    if width == 0:
        return text
    length = cell_len(text)
    if length > width:
        return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)
    blank = " " * (width - length)
    return blank + text if right else text + blank


def path_fitted(path: str, width: int) -> str:
    """Return a path at no more than `width` columns, cut in front: files differ in their ends.

    >>> path_fitted("lists/calls.csv", 10), path_fitted("calls.csv", 10)
    ('…calls.csv', 'calls.csv')
    """
    if cell_len(path) <= width:
        return path
    behind = next(i for i in range(len(path) + 1) if cell_len(path[i:]) < width)
    return "…" + path[behind:]


def bar(share: float, width: int) -> str:
    """Return a share from 0 to 1 as a bar in eighths of a column; a trace stays visible.

    >>> bar(0.5, 4), bar(0.3, 4), bar(0.001, 4), bar(0.0, 4)
    ('██', '█▎', '▏', '')
    """
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    if share > 0:
        eighths = max(1, eighths)
    whole, part = divmod(eighths, 8)
    return ("█" * whole + _EIGHTHS[part]).rstrip()


def heading(title: str, note: str, width: int) -> Text:
    """Return a section's heading with a note at the right edge."""
    line = Text(fitted(title, width) if cell_len(title) > width else title, style="bold")
    room = width - cell_len(line.plain) - 2
    if note and cell_len(note) <= room:
        line.append("  " + fitted(note, room, right=True), style="dim")
    return line


def headed(title: str, note: str, width: int) -> list[Text]:
    """Return a section's heading, its note below where there is no room for it beside.

    >>> [line.plain for line in headed("Goals", "met in so many", 12)]
    ['Goals', 'met in so', 'many']
    """
    first = heading(title, note, width)
    return [first] if note in first.plain else [first, *paragraph(note, width, 0, "dim")]


def paragraph(
    text: str, width: int, indent: int = 2, style: str = "", mark: str = ""
) -> list[Text]:
    """Return text broken into lines of at most `width` columns; `mark` stands before the first."""
    blank = " " * cell_len(mark)
    lines = broken(" ".join(text.split()), width - indent - cell_len(mark))
    return [
        cut_line(_led(line, blank if i else mark, indent, style), width)
        for i, line in enumerate(lines)
    ]


def labelled_rows(label: str, text: str, width: int, column: int, style: str = "") -> list[Text]:
    """Return text beside a label of `column` columns, on as many lines as it needs."""
    lines = broken(text, width - column - 4)
    return [
        cut_line(row([Cell("" if i else label, column), Cell(line, style=style)]), width)
        for i, line in enumerate(lines)
    ]


def wrapped(text: str, width: int, indent: str, label: str = "") -> list[Text]:
    """Return text on lines of a width after a dim label."""
    lines = broken(text, width - len(indent) - cell_len(label))
    blank = " " * cell_len(label)
    return [
        cut_line(Text.assemble(indent, (blank if i else label, "dim"), line), width)
        for i, line in enumerate(lines)
    ]


def command_lines(text: str, width: int) -> list[Text]:
    """Return a command on lines that a shell takes as one; a long word is never cut."""
    lines: list[str] = []
    for word in map(shlex.quote, shlex.split(text)):
        if lines and cell_len(f"{lines[-1]} {word}") <= width - 4:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    *most, last = lines
    return [*(Text(f"  {line} \\") for line in most), Text(f"  {last}")]


def broken(text: str, room: int) -> list[str]:
    """Return text as lines of at most `room` columns, if no word is wider.

    English breaks at blanks, Chinese at any character that may begin a line; a figure is not
    parted from its unit.

    >>> broken("it is 20 % of them", 9), broken("外呼占用 20 %，共 3 天", 12)
    (['it is', '20 % of', 'them'], ['外呼占用', '20 %，共', '3 天'])
    """
    lines, current = [], ""
    for piece in _PIECE.findall(text):
        if current and cell_len((current + piece).rstrip()) > room:
            lines.append(current.rstrip())
            current = ""
        current += piece
    return [*lines, current.rstrip()]


def lines_html(lines: Iterable[Text]) -> str:
    """Return the lines of a page as HTML for a notebook, all text escaped.

    >>> lines_html([Text("a < b"), Text("c")]).splitlines()
    ['<pre>a &lt; b', 'c</pre>']
    """
    from html import escape

    plain = "\n".join(line.plain.rstrip() for line in lines)
    return f"<pre>{escape(plain)}</pre>"


def _led(text: str, mark: str, indent: int, style: str) -> Text:
    return Text.assemble(" " * indent, (mark, "dim"), (text, style))


def cut_line(line: Text, width: int) -> Text:
    """Return the line without trailing blanks, cut with an ellipsis beyond `width`."""
    line.truncate(width, overflow="ellipsis")
    line.rstrip()
    return line


def put(lines: Sequence[Text], console: Console) -> None:
    """Print lines as they are: plain where the output is no terminal, ASCII where it must be."""
    encoding = (getattr(console.file, "encoding", None) or "utf-8").lower().replace("-", "")
    for line in lines:
        if not encoding.startswith("utf") and not encoding.startswith("gb18030"):
            line = _ascii(line, encoding)
        console.print(line, highlight=False, soft_wrap=True, markup=False, emoji=False)


def _ascii(line: Text, encoding: str) -> Text:
    table = str.maketrans(
        {**dict.fromkeys("▏▎▍▌", "-"), **dict.fromkeys("▋▊▉█", "#"), "−": "-", "…": "~", "·": "-"}
        | {"✓": "+", "✗": "x", "×": "x", "–": "-", "└": "`", "→": ">", "±": "+-"}
        | dict(zip("⁴⁵⁶⁷⁸⁹", "456789", strict=True))
        | {"¹": "1", "²": "2", "³": "3"}
    )
    plain = line.plain.translate(table).encode(encoding, "replace").decode(encoding)
    return Text(plain, spans=line.spans)
