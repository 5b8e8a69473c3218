"""A table in a terminal: columns as wide as their cells, less only where a page is too narrow.

Where cells do not fit side by side, first bars become shorter, then optional columns go, then texts
are broken into lines within their columns. If that is not enough, cells continue below their row,
each after the name of its column. No figure and no name is ever cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rich.cells import cell_len
from rich.text import Text

from dialsim.pages.line_breaking import break_lines
from dialsim.pages.model.style import QUIET
from dialsim.pages.model.tables import Cell, Column, Kind, Row, Table
from dialsim.pages.model.terminal_lines import Placed, bar, beside, set_paragraph
from dialsim.pages.model.terminal_style import GAP, INDENT, rich_style

LEAST_WORDS = 8  # columns that a text keeps beside others if no word of it is broken
LEAST_TEXT = 12  # columns that it keeps if words are
LONGEST_BAR, SHORTEST_BAR = 30, 6


def table_lines(table: Table, width: int) -> list[Text]:
    """Return the lines of a table, none wider than `width`."""
    places = [place for place, column in enumerate(table.columns) if _is_used(table, place, column)]
    if not table.rows:
        return []
    lined = _Columns(table, places or [0])
    sizes = lined.sizes(width - INDENT)
    while sizes is None and lined.drop():
        sizes = lined.sizes(width - INDENT)
    below: list[int] = []
    while sizes is None:  # cells continue below
        below.insert(0, lined.places.pop())
        sizes = lined.sizes(width - INDENT)
    lines = _heads(table, lined.places, sizes)
    for row in table.rows:
        lines += _row_lines(table, row, lined.places, sizes, below, width)
    return lines


def _is_used(table: Table, place: int, column: Column) -> bool:
    """Return whether any row has something in a column."""
    cells = [row.cells[place] for row in table.rows if place < len(row.cells) and not row.spans]
    if column.kind is Kind.BAR:
        return any(cell.share is not None for cell in cells)
    return any(cell.text for cell in cells)


class _Columns:
    """The columns that are shown side by side, and how wide each wants to be."""

    def __init__(self, table: Table, places: list[int]) -> None:
        self.table, self.places = table, places
        self.wanted = {place: self._wanted(place) for place in places}

    def _lengths(self, place: int, length: Callable[[str], int] = cell_len) -> list[int]:
        """Return how wide each cell of a column is."""
        return [
            length(text) + (row.level * INDENT if place == 0 else 0)
            for row in self.table.rows
            if place < len(row.cells) and not row.spans
            for text in (row.cells[place].text, row.cells[place].below)
        ]

    def _wanted(self, place: int) -> int:
        column = self.table.columns[place]
        if column.kind is Kind.BAR:
            return LONGEST_BAR
        texts = max(self._lengths(place), default=0)
        return max(texts, cell_len(column.name))

    def _least(self, place: int, whole_words: bool) -> int:
        """Return the columns needed: figures or names, or a heading on several lines."""
        column = self.table.columns[place]
        if column.kind in (Kind.FIGURE, Kind.NAME):
            return max(max(self._lengths(place), default=0), _longest_word(column.name))
        if whole_words:
            return min(self.wanted[place], max(LEAST_WORDS, *self._lengths(place, _longest_word)))
        return min(self.wanted[place], SHORTEST_BAR if column.kind is Kind.BAR else LEAST_TEXT)

    def drop(self) -> bool:
        """Leave the last optional column out; False if there is none."""
        for place in reversed(self.places):
            if self.table.columns[place].optional and len(self.places) > 1:
                self.places.remove(place)
                return True
        return False

    def sizes(self, width: int) -> list[int] | None:
        """Return how wide each column is, or None if they do not fit side by side."""
        sizes = {place: self.wanted[place] for place in self.places}
        kinds = {place: self.table.columns[place].kind for place in self.places}

        def over() -> int:
            return sum(sizes.values()) + GAP * (len(sizes) - 1) - width

        def narrow(kind: Kind, whole_words: bool = False) -> list[int]:
            """Take columns of a kind narrower, the widest first, as far as needed and possible."""
            found = [place for place in sizes if kinds[place] is kind]
            while over() > 0:
                wide = [place for place in found if sizes[place] > self._least(place, whole_words)]
                if not wide:
                    break
                sizes[max(wide, key=sizes.__getitem__)] -= 1
            return found

        for place in reversed(narrow(Kind.BAR)):
            if over() > 0:
                del sizes[place]
        narrow(Kind.FIGURE)
        narrow(Kind.NAME)
        if not any(self.table.columns[place].optional for place in sizes):
            narrow(Kind.TEXT, whole_words=True)
            narrow(Kind.TEXT)
        if over() > 0 and len(sizes) > 1:
            return None
        self.places = list(sizes)
        return list(sizes.values())


def _longest_word(text: str) -> int:
    """Return the columns that a text needs: its longest word, or six Chinese characters."""
    words = text.split()
    return max((cell_len(w) if w.isascii() else min(cell_len(w), 12) for w in words), default=0)


def _heads(table: Table, places: Sequence[int], sizes: Sequence[int]) -> list[Text]:
    """Return the headings, each on as many lines as its column needs, aligned at the bottom."""
    if not table.has_names:
        return []
    shown = [(table.columns[place], size) for place, size in zip(places, sizes, strict=True)]
    parts = [break_lines(column.name, size) for column, size in shown]
    height = max(map(len, parts))
    parts = [[""] * (height - len(each)) + each for each in parts]
    lines: list[Text] = []
    for at in range(height):
        placed = [
            Placed(each[at], size, rich_style(QUIET), column.kind is Kind.FIGURE)
            for each, (column, size) in zip(parts, shown, strict=True)
        ]
        lines += beside(placed, INDENT, GAP)
    return lines


def _row_lines(
    table: Table,
    row: Row,
    places: Sequence[int],
    sizes: Sequence[int],
    below: Sequence[int],
    width: int,
) -> list[Text]:
    if row.spans:
        return set_paragraph(row.cells[0].text, width, INDENT, rich_style(row.cells[0].style))
    cells = [
        _shown(table.columns[place], row, place, size)
        for place, size in zip(places, sizes, strict=True)
    ]
    lines = beside(cells, INDENT, GAP)
    if any(row.cells[place].below for place in places if place < len(row.cells)):
        second = replace(row, cells=tuple(Cell(each.below, QUIET) for each in row.cells))
        cells = [
            _shown(table.columns[place], second, place, size)
            for place, size in zip(places, sizes, strict=True)
        ]
        lines += beside(cells, INDENT, GAP)
    indent = INDENT * (row.level + 2)
    if below:
        lines += set_paragraph(_continued(table, row, below), width, indent)
    for note in row.notes:
        level = INDENT * (row.level + 1 + note.level)
        lines += set_paragraph(note.text, width, level, rich_style(note.style), note.mark)
    return lines


def _shown(column: Column, row: Row, place: int, size: int) -> Placed:
    cell = row.cells[place] if place < len(row.cells) else Cell()
    style = rich_style(cell.style)
    if column.kind is Kind.BAR:
        text = "" if cell.share is None else bar(cell.share, size)
        return Placed(text, size, style or "cyan", is_figure=False)
    blank = " " * (INDENT * row.level if place == 0 else 0)
    return Placed(blank + cell.text, size, style, column.kind is Kind.FIGURE)


def _continued(table: Table, row: Row, below: Sequence[int]) -> str:
    """Return the cells without room as one text, each after the name of its column."""
    parts = []
    for place in below:
        cell = row.cells[place] if place < len(row.cells) else Cell()
        if cell.text:
            name = table.columns[place].name
            parts.append(f"{name} {cell.text} {cell.below}".strip())
    return " · ".join(parts)
