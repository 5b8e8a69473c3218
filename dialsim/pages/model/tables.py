"""Tables of a page: columns, rows and cells, without a width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from dialsim.messages.catalogue import Language
from dialsim.pages.model.style import PLAIN, Style
from dialsim.results import formatting

Raw = float | str | bool | None
"""A value before it was written as text: what JSON has of it."""


class Kind(Enum):
    """What a column holds.

    Attributes
    ----------
    TEXT
        Words, which may be broken into lines.
    NAME
        Names and keys, never cut or broken.
    FIGURE
        Figures, aligned to the right, never cut or broken.
    BAR
        Shares from 0 to 1, drawn; left out where there is no room.
    """

    TEXT = "text"
    NAME = "name"
    FIGURE = "figure"
    BAR = "bar"


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name
        Its heading; a table of columns without names has no row of headings.
    kind
        What it holds.
    optional
        A narrow terminal leaves it out; the last of such columns first.
    """

    name: str = ""
    kind: Kind = Kind.TEXT
    optional: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    text
        What is shown.
    style
        How.
    value
        The value before it was written; None for text.
    share
        From 0 to 1, of a bar; None: no bar.
    below
        A text of lesser weight below, such as an interval or a time.
    """

    text: str = ""
    style: Style = PLAIN
    value: Raw = None
    share: float | None = None
    below: str = ""


@dataclass(frozen=True)
class Note:
    """A text below a row.

    Attributes
    ----------
    level
        Indentation beyond that of the row's own text.
    """

    text: str
    style: Style = Style.QUIET
    mark: str = ""
    level: int = 1


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes
    ----------
    cells
        One for each column; missing ones at the end are empty.
    level
        Indentation of its first text, for parts of the row before.
    notes
        Texts below, as wide as the table.
    spans
        Its first cell is as wide as the table: the title of the rows that follow.
    opens
        Each a `Details`, shown below it on demand; a terminal leaves them out.
    """

    cells: tuple[Cell, ...]
    level: int = 0
    notes: tuple[Note, ...] = ()
    spans: bool = False
    opens: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Table:
    """Rows under columns.

    Attributes
    ----------
    caption
        What it holds, where the section's title does not say it.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""

    @property
    def has_names(self) -> bool:
        """Whether it has a row of headings."""
        return any(column.name for column in self.columns)


def words(*names: str, optional: bool = False) -> tuple[Column, ...]:
    """Return columns of text under their headings."""
    return tuple(Column(name, optional=optional) for name in names)


def keys(*names: str, optional: bool = False) -> tuple[Column, ...]:
    """Return columns of names and keys, which are never broken, under their headings."""
    return tuple(Column(name, Kind.NAME, optional) for name in names)


def figures(*names: str, optional: bool = False) -> tuple[Column, ...]:
    """Return columns of figures under their headings."""
    return tuple(Column(name, Kind.FIGURE, optional) for name in names)


BAR = Column("", Kind.BAR)
"""A column of bars."""


def row(
    *cells: Cell | str,
    style: Style = PLAIN,
    level: int = 0,
    notes: Sequence[Note | str] = (),
    opens: Sequence[Any] = (),
) -> Row:
    """Return a row; a style is added to that of each cell.

    >>> row("calls", Cell("12", value=12), style=Style.STRONG).cells[1].style.names
    ['strong']
    """
    made = (Cell(cell) if isinstance(cell, str) else cell for cell in cells)
    styled = (replace(cell, style=cell.style | style) if style else cell for cell in made)
    below = tuple(Note(note) if isinstance(note, str) else note for note in notes)
    return Row(tuple(styled), level, below, opens=tuple(opens))


def title_row(text: str, style: Style = Style.TITLE) -> Row:
    """Return the title of the rows that follow."""
    return Row((Cell(text, style),), spans=True)


def bar(share: float | None, style: Style = PLAIN) -> Cell:
    """Return a bar; none for no share."""
    return Cell(style=style, share=share)


Written = Callable[..., str]


def figure(
    value: float | None, unit: str = "", language: Language = "en", style: Style = PLAIN
) -> Cell:
    """Return a figure in its unit, as :func:`dialsim.results.formatting.number` writes it.

    >>> figure(1234.0).text, figure(0.031, "share").text
    ('1,234', '3.1 %')
    """
    return Cell(formatting.number(value, unit, language), style, value)


def share(value: float | None, style: Style = PLAIN) -> Cell:
    """Return a share with one decimal, as all in its column; empty for none.

    >>> share(0.5).text, share(None).text
    ('50.0 %', '')
    """
    return Cell("" if value is None else formatting.column(value), style, value)


def counted(
    name: str,
    count: float,
    whole: float,
    style: Style = PLAIN,
    *,
    level: int = 0,
    bars: bool = False,
    written: str = "",
) -> Row:
    """Return a row of an account: a name, a count, its share of the whole and, for stages, a bar.

    Parameters
    ----------
    written
        The count as text, if it is not to be written in full.

    >>> [cell.text for cell in counted("used", 5, 10).cells]
    ['used', '5', '50.0 %']
    """
    part = count / whole if whole else 0.0
    shown = Cell(written, style, count) if written else figure(count, style=style)
    cells = [Cell(name, style), shown, share(part, style)]
    return Row((*cells, bar(part, style & ~Style.STRONG)) if bars else tuple(cells), level)


ACCOUNT = (*words(""), *figures("", ""), BAR)
"""Columns of an account: name, count, share of the whole, bar."""
