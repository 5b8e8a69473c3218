"""Workbooks written for a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl


def workbook(path: Path, *rows: list[Any], merged: str = "", **sheets: list[list[Any]]) -> Path:
    """Write rows to the sheet "list" of a workbook, and further sheets by name."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "list"
    for row in rows:
        sheet.append(row)
    for cells in merged.split():
        sheet.merge_cells(cells)
    for name, others in sheets.items():
        added = book.create_sheet(name)
        for row in others:
            added.append(row)
    book.save(path)
    return path
