"""A page as plain values for JSON: every section, with each figure as text and as a number."""

from __future__ import annotations

from dataclasses import asdict
from functools import singledispatch
from typing import Any

from dialsim.pages.model.parts import (
    Chart,
    Command,
    Details,
    Excerpt,
    Filter,
    KeyFigures,
    Page,
    Paragraph,
    Part,
    Ranges,
    Section,
    Sources,
    Verbatim,
)
from dialsim.pages.model.style import Style
from dialsim.pages.model.tables import Cell, Kind, Note, Row, Table
from dialsim.pages.model.typesetting import typeset_page

Plain = dict[str, Any]


def plain_page(page: Page) -> Plain:
    """Return a page as plain values.

    Returns
    -------
    dict
        ``title``, ``language``, ``sections`` (each ``key``, ``title``, ``note``, ``state``,
        ``parts``) and ``closing``. A part has its ``kind``; the cells of a table have their
        ``text``, and their ``value`` where it is a figure.
    """
    shown = typeset_page(page)
    return {
        "title": shown.title,
        "language": shown.language,
        "sections": [_section(each) for each in shown.sections],
        "closing": [each.text for each in shown.closing],
    }


def _section(section: Section) -> Plain:
    return {
        "key": section.key,
        "title": section.title,
        "note": section.note,
        "state": section.style.names,
        "parts": [plain_part(part) for part in section.parts],
    }


@singledispatch
def plain_part(part: Part) -> Plain:
    """Return a part as plain values; ``kind`` tells which."""
    raise TypeError(f"no part of a page: {part!r}")


@plain_part.register
def _paragraph(part: Paragraph) -> Plain:
    return {"kind": "paragraph", "text": part.mark + part.text, "style": part.style.names}


@plain_part.register
def _command(part: Command) -> Plain:
    return {"kind": "command", "text": part.text}


@plain_part.register
def _excerpt(part: Excerpt) -> Plain:
    return {"kind": "excerpt", "text": part.text}


@plain_part.register
def _verbatim(part: Verbatim) -> Plain:
    return {"kind": "verbatim", "text": part.text}


@plain_part.register
def _table(part: Table) -> Plain:
    shown = [place for place, each in enumerate(part.columns) if each.kind is not Kind.BAR]
    return {
        "kind": "table",
        "caption": part.caption,
        "columns": [
            {"name": part.columns[i].name, "kind": part.columns[i].kind.value} for i in shown
        ],
        "rows": [_row(row, shown) for row in part.rows],
    }


def _row(row: Row, shown: list[int]) -> Plain:
    cells = [row.cells[place] for place in shown if place < len(row.cells)]
    found = {
        "level": row.level,
        "title": row.spans,
        "cells": [_cell(cell) for cell in cells],
        "notes": _notes(row.notes),
    }
    return found | ({"opens": [plain_part(each) for each in row.opens]} if row.opens else {})


def _cell(cell: Cell) -> Plain:
    found: Plain = {"text": cell.text}
    if cell.value is not None:
        found["value"] = cell.value
    if cell.below:
        found["below"] = cell.below
    return found | _style(cell.style)


def _style(style: Style) -> Plain:
    return {"style": style.names} if style else {}


def _notes(notes: tuple[Note, ...]) -> list[str]:
    return [note.mark + note.text for note in notes]


@plain_part.register
def _key_figures(part: KeyFigures) -> Plain:
    figures = [
        {
            "name": each.name,
            **_cell(each.value),
            "target": each.target,
            "margin": each.margin,
            "by": each.by,
            "mark": each.mark,
            "state": each.style.names,
            "notes": _notes(each.notes),
        }
        for each in part.figures
    ]
    return {"kind": "key_figures", "figures": figures}


@plain_part.register
def _chart(part: Chart) -> Plain:
    table = None if part.table is None else plain_part(part.table)
    return {
        "kind": "chart",
        "key": part.key,
        "title": part.title,
        "caption": part.caption,
        "table": table,
    }


@plain_part.register
def _filter(part: Filter) -> Plain:
    groups = [{"name": name, "parts": list(parts)} for name, parts in part.groups]
    return {
        "kind": "filter",
        "title": part.title,
        "groups": groups,
        "table": plain_part(part.table),
    }


@plain_part.register
def _ranges(part: Ranges) -> Plain:
    return {
        "kind": "ranges",
        "rows": [asdict(each) for each in part.rows],
        "ticks": [{"place": place, "name": name} for place, name in part.ticks],
        "caption": part.caption,
    }


@plain_part.register
def _details(part: Details) -> Plain:
    parts = [plain_part(each) for each in part.parts]
    return {"kind": "details", "title": part.title, "parts": parts}


@plain_part.register
def _sources(part: Sources) -> Plain:
    rows = [
        {"name": each.name, "title": each.title, "of": each.kind, "addresses": list(each.addresses)}
        for each in part.rows
    ]
    return {"kind": "sources", "rows": rows, "note": part.note}
