"""A page as lines of a terminal: no figure is cut, and no line is wider than asked for."""

from __future__ import annotations

from functools import singledispatch

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.pages.model.parts import (
    Command,
    Excerpt,
    KeyFigure,
    KeyFigures,
    Page,
    Paragraph,
    Part,
    Ranges,
    Section,
    Sources,
    item,
    quiet,
)
from dialsim.pages.model.style import QUIET, STRONG
from dialsim.pages.model.tables import Cell, Column, Kind, Row, Table
from dialsim.pages.model.terminal_lines import (
    command_lines,
    set_heading,
    set_paragraph,
    usable_width,
)
from dialsim.pages.model.terminal_ranges import range_lines
from dialsim.pages.model.terminal_style import INDENT, rich_style
from dialsim.pages.model.terminal_table import table_lines
from dialsim.pages.model.typesetting import typeset_page


def page_lines(page: Page, width: int) -> list[Text]:
    """Return the lines of a page, none wider than `width`, which is taken as 60 to 100.

    Commands and lines of files alone may be wider: broken, they would not be what they are.
    """
    width = usable_width(width)
    shown = typeset_page(page)
    lines: list[Text] = []
    for section in shown.sections:
        lines += [Text(), *_section(section, width)] if lines else _section(section, width)
    closing = [line for text in shown.closing for line in _paragraph(text, width)]
    if closing:
        lines += [Text(), *closing]
    for line in lines:
        line.rstrip()
    return lines


def in_terminal(section: Section | None, width: int, language: Language) -> list[Text]:
    """Return the lines of one section; none of no section."""
    return [] if section is None else page_lines(Page((section,), language), width)


def _section(section: Section, width: int) -> list[Text]:
    lines = set_heading(section.title, section.note, width) if section.title else []
    for part in section.parts:
        lines += part_lines(part, width)
    return lines


@singledispatch
def part_lines(part: Part, width: int) -> list[Text]:
    """Return the lines of a part; none of a chart, a filter, details or a file."""
    del part, width
    return []


@part_lines.register
def _paragraph(part: Paragraph, width: int) -> list[Text]:
    indent = part.level * INDENT
    return set_paragraph(part.text, width, indent, rich_style(part.style), part.mark)


@part_lines.register
def _command(part: Command, width: int) -> list[Text]:
    return command_lines(part.text, width, part.level * INDENT)


@part_lines.register
def _excerpt(part: Excerpt, width: int) -> list[Text]:
    del width  # a line of a file is not broken
    return [Text(" " * (part.level * INDENT) + line) for line in part.text.splitlines()]


@part_lines.register
def _table(part: Table, width: int) -> list[Text]:
    return table_lines(part, width)


@part_lines.register
def _sources(part: Sources, width: int) -> list[Text]:
    rows = [item(f"{each.title} · {each.kind}", mark=f"{each.name} ") for each in part.rows]
    notes = [quiet(part.note)] if part.note else []
    return [line for each in (*rows, *notes) for line in _paragraph(each, width)]


@part_lines.register
def _ranges(part: Ranges, width: int) -> list[Text]:
    return range_lines(part, width)


_KEY_COLUMNS = (
    Column(),
    Column(),
    Column("", Kind.FIGURE),
    Column(),
    Column(),
    Column("", optional=True),
)


@part_lines.register
def _key_figures(part: KeyFigures, width: int) -> list[Text]:
    if part.sections_have_them:
        return []
    rows = tuple(_key_row(each) for each in part.figures)
    return table_lines(Table(_KEY_COLUMNS, rows), width)


def _key_row(each: KeyFigure) -> Row:
    value = Cell(each.value.text, each.value.style | STRONG)
    cells = (
        Cell(each.mark, each.style),
        Cell(each.name),
        value,
        Cell(each.target),
        Cell(each.margin, each.style),
        Cell(each.by, QUIET),
    )
    return Row(cells, notes=each.notes)
