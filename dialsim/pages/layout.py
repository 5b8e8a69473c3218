"""The parts of a terminal page: aligned rows, bars and paragraphs that fit a width."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from dialsim.pages.line_breaking import break_lines, space_figures

if TYPE_CHECKING:
    from rich.console import Console

GOOD, BAD, OPEN, QUIET = "green", "red", "yellow", "dim"
"""Styles of a terminal: met, broken, open or a warning, of lesser weight."""

WIDEST = 100  # pages do not grow with a wide screen: long lines are hard to read
NARROWEST = 60
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_THINGS = (
    "appeals|attempts|calls|campaigns|cases|complaints|contacts|conversations|days|dials|files|"
    "leads|marks|minutes|numbers|people|reasons|rows|times|values"
)
_WHICH = "delivered|list|live|new|open|other|own|repeated|short|working"
_QUOTED = re.compile(r"(“[^”]*”|`[^`]*`)")
_ONE = re.compile(rf"(?<![\w.,])(1 (?:(?:{_WHICH}) )?)({_THINGS})\b")
_SINGULAR = {"people": "person"}
LEAST = 10  # columns that a text in a row keeps when other cells need room


@dataclass(frozen=True)
class Cell:
    """A piece of a row.

    Attributes
    ----------
    text, style
        The text and its rich style.
    width
        Columns; 0: as many as the text needs.
    right
        A figure: aligned to the right, never cut or broken.
    bar
        A bar, or an empty place for one: dropped if there is no room.
    """

    text: str
    width: int = 0
    right: bool = False
    style: str = ""
    bar: bool = False

    @property
    def is_bar(self) -> bool:
        """Whether it may be dropped."""
        return self.bar or (bool(self.text) and set(self.text) <= set(_EIGHTHS))

    @property
    def size(self) -> int:
        """The columns it wants."""
        text = cell_len(self.text)
        return max(self.width, text) if self.right or not self.width else self.width


class Row(Text):
    """Cells as one line; `fit` lays them out on several lines if that is too wide."""

    def __init__(self, cells: Sequence[Cell], indent: int, gap: int) -> None:
        super().__init__(" " * indent)
        self._cells, self._indent, self._gap = tuple(cells), indent, gap
        for index, cell in enumerate(cells):
            if index:
                self.append(" " * gap)
            text = fitted(cell.text, cell.size, cell.right)
            self.append(text, style=cell.style or None)
        self.rstrip()

    def lines(self, width: int) -> list[Text]:
        """Return the row on lines of at most `width` columns, no text of it cut.

        Bars are dropped first, then texts are broken within their columns; cells without room
        continue below.
        """
        cut = any(not cell.is_bar and cell_len(cell.text) > cell.size for cell in self._cells)
        if cell_len(self.plain) <= width and not cut:
            return [self]
        plain = len(self.plain)
        over_all = [str(s.style) for s in self.spans if s.start == 0 and s.end >= plain]
        cells = list(self._cells)
        while cells and not cells[-1].text.strip():
            cells.pop()
        below: list[Cell] = []
        while (sizes := self._sizes(cells, width)) is None:
            below.insert(0, cells.pop())
        found = self._laid(cells, sizes)
        for line in found:
            for style in over_all:
                line.stylize(style)
        if below:
            found += Row(below, self._indent + 4, self._gap).lines(width)
        return found

    def _sizes(self, cells: Sequence[Cell], width: int) -> list[int] | None:
        """Return columns for each cell, 0 for dropped; None: they do not fit side by side."""
        sizes = [cell.size for cell in cells]

        def over() -> int:
            used = [size for size in sizes if size]
            return self._indent + sum(used) + self._gap * (len(used) - 1) - width

        for place in reversed(range(len(cells))):
            if over() > 0 and cells[place].is_bar:
                sizes[place] = 0
        texts = [i for i, cell in enumerate(cells) if not (cell.right or cell.is_bar)]
        while over() > 0:
            widest = max(texts, key=lambda i: sizes[i], default=None)
            if widest is None or sizes[widest] <= LEAST:
                break
            sizes[widest] -= 1
        return sizes if over() <= 0 or len(cells) == 1 else None

    def _laid(self, cells: Sequence[Cell], sizes: Sequence[int]) -> list[Text]:
        shown = [(cell, size) for cell, size in zip(cells, sizes, strict=True) if size]
        texts = [_parts(cell, size) for cell, size in shown]
        found = []
        for number in range(max(map(len, texts), default=0)):
            line = Text(" " * self._indent)
            for place, ((cell, size), parts) in enumerate(zip(shown, texts, strict=True)):
                part = parts[number] if number < len(parts) else ""
                line.append(" " * self._gap if place else "")
                line.append(fitted(part, size, cell.right), style=cell.style or None)
            line.rstrip()
            found.append(line)
        return found


def _parts(cell: Cell, size: int) -> list[str]:
    """Return the text of a cell on lines of its columns, each indented as the text is."""
    if cell.right or cell.is_bar:
        return [cell.text]
    text = cell.text.lstrip()
    lead = " " * min(len(cell.text) - len(text), size // 2)
    return [lead + part for part in break_lines(text, size - len(lead))]


def usable_width(width: int) -> int:
    """Return how wide a page is on a console of this width."""
    return max(NARROWEST, min(width, WIDEST))


def spaced(lines: Sequence[Text]) -> list[Text]:
    """Return lines after a blank one; nothing without lines."""
    return [Text(""), *lines] if lines else []


def row(cells: Sequence[Cell], indent: int = 2, gap: int = 2) -> Text:
    """Return cells as one line; trailing blanks are cut."""
    return Row(cells, indent, gap)


def fit(lines: Iterable[Text], width: int) -> list[Text]:
    """Return lines of at most `width` columns: rows laid out anew, other lines cut.

    >>> cells = [Cell("from the second number", 10), Cell("1,234", 8, right=True), Cell("███")]
    >>> [line.plain for line in fit([row(cells, 0)], 20)]
    ['from the       1,234', 'second', 'number']
    """
    return [cut_line(line, width) for line in laid_out(lines, width)]


def laid_out(lines: Iterable[Text], width: int) -> list[Text]:
    """Return lines with rows laid out in `width` columns; other lines unchanged."""
    return [
        part for line in lines for part in (line.lines(width) if isinstance(line, Row) else [line])
    ]


def fitted(text: str, width: int, right: bool = False) -> str:
    """Return text at exactly `width` columns, cut with an ellipsis; 0: unchanged.

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
    """Return a path at no more than `width` columns, cut in front since files differ in their ends.

    >>> path_fitted("lists/calls.csv", 10), path_fitted("calls.csv", 10)
    ('…calls.csv', 'calls.csv')
    """
    if cell_len(path) <= width:
        return path
    behind = next(i for i in range(len(path) + 1) if cell_len(path[i:]) < width)
    return "…" + path[behind:]


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


def heading(title: str, note: str, width: int) -> Text:
    """Return a section's heading with a note at the right edge."""
    return _heading(title, typeset(note), width)


def _heading(title: str, note: str, width: int) -> Text:
    line = Text(fitted(title, width) if cell_len(title) > width else title, style="bold")
    room = width - cell_len(line.plain) - 2
    if note and cell_len(note) <= room:
        line.append("  " + fitted(note, room, right=True), style="dim")
    return line


def headed(title: str, note: str, width: int) -> list[Text]:
    """Return a section's heading, with its note beside, or below if there is no room.

    >>> [line.plain for line in headed("Goals", "met in so many", 12)]
    ['Goals', 'met in so', 'many']
    >>> [line.plain for line in headed("Goals of the campaign", "met", 12)]
    ['Goals of the', 'campaign', 'met']
    """
    return set_heading(title, typeset(note), width)


def set_heading(title: str, note: str, width: int) -> list[Text]:
    """Return a heading as :func:`headed` does, of texts that are typeset already."""
    if cell_len(title) > width:
        below = set_paragraph(note, width, 0, "dim") if note else []
        return [*set_paragraph(title, width, 0, "bold"), *below]
    first = _heading(title, note, width)
    return [first] if note in first.plain else [first, *set_paragraph(note, width, 0, "dim")]


def paragraph(
    text: str, width: int, indent: int = 2, style: str = "", mark: str = ""
) -> list[Text]:
    """Return text broken into lines of at most `width` columns; `mark` stands before the first."""
    return set_paragraph(typeset(" ".join(text.split())), width, indent, style, mark)


def set_paragraph(
    text: str, width: int, indent: int = 2, style: str = "", mark: str = ""
) -> list[Text]:
    """Return lines as :func:`paragraph` does, of a text that is typeset already."""
    blank = " " * cell_len(mark)
    lines = break_lines(" ".join(text.split()), width - indent - cell_len(mark))
    return [
        cut_line(Text.assemble(" " * indent, (blank if i else mark, "dim"), (line, style)), width)
        for i, line in enumerate(lines)
    ]


def wrapped(text: str, width: int, indent: str, label: str = "") -> list[Text]:
    """Return text on lines of a width after a dim label."""
    lines = break_lines(typeset(text), width - len(indent) - cell_len(label))
    blank = " " * cell_len(label)
    return [
        cut_line(Text.assemble(indent, (blank if i else label, "dim"), line), width)
        for i, line in enumerate(lines)
    ]


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


def with_singulars(text: str) -> str:
    """Return an English text with the singular after a count of 1.

    >>> with_singulars("1 complaints in 1 working days, 21 calls of 1 people, 0.1 calls")
    '1 complaint in 1 working day, 21 calls of 1 person, 0.1 calls'
    """
    return _ONE.sub(lambda found: found[1] + _SINGULAR.get(found[2], found[2][:-1]), text)


def typeset(text: str) -> str:
    """Return a text as pages typeset it: English singulars, blanks around figures in Chinese."""
    parts = _QUOTED.split(text)  # quoted cells of files and commands stay unchanged
    return "".join(
        part if i % 2 else space_figures(with_singulars(part)) for i, part in enumerate(parts)
    )


def html_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table for a notebook as HTML, figures on the right, all text escaped."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    form = "<tr><td>{}</td>" + "<td style='text-align:right'>{}</td>" * (len(head) - 1) + "</tr>"
    body = "".join(form.format(*(escape(cell) for cell in each)) for each in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def lines_html(lines: Iterable[Text]) -> str:
    """Return the lines of a page as HTML for a notebook, all text escaped.

    >>> lines_html([Text("a < b"), Text("c")]).splitlines()
    ['<pre>a &lt; b', 'c</pre>']
    """
    plain = "\n".join(line.plain.rstrip() for line in lines)
    return f"<pre>{escape(plain)}</pre>"


def cut_line(line: Text, width: int) -> Text:
    """Return the line without trailing blanks, cut with an ellipsis beyond `width`."""
    if isinstance(line, Row) and line.cell_len > width:
        return line  # `fit` lays the row out
    line.truncate(width, overflow="ellipsis")
    line.rstrip()
    return line


def print_page(page: Callable[[int], Sequence[Text]]) -> None:
    """Print a page on standard output; `page` returns its lines for the width of the console."""
    from rich.console import Console

    console = Console()
    put(page(console.width), console)


def put(lines: Sequence[Text], console: Console) -> None:
    """Print lines: plain if the output is no terminal, ASCII if its encoding requires it."""
    encoding = (getattr(console.file, "encoding", None) or "utf-8").lower().replace("-", "")
    for line in laid_out(lines, usable_width(console.width)):
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
