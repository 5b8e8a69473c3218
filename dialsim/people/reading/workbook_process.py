"""Read one sheet of a workbook, in a process of its own.

Run as a script by :mod:`dialsim.people.reading.source_workbook`. The library allocates a sheet as
one rectangle, and ends the whole process where it does not fit in memory, as for a sheet with one
cell at the last row and column.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine as calamine

MOST_MEMORY = 6 << 30
"""Bytes that the process may occupy, where the system can limit it."""

MOST_MERGED = 2000
"""Ranges of merged cells that are reported."""

_WHOLE = 2.0**53


def cell_text(value: Any) -> str:
    """Return a cell as a CSV export would write it: whole numbers without a fraction, ISO dates.

    >>> cell_text(13800138000.0), cell_text(0.5), cell_text(datetime(2026, 4, 13, 9, 30))
    ('13800138000', '0.5', '2026-04-13 09:30:00')
    >>> cell_text(date(2026, 4, 13)), cell_text(timedelta(minutes=95)), cell_text(True)
    ('2026-04-13', '1:35:00', 'true')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        whole = abs(value) < _WHOLE and value.is_integer()
        return str(int(value)) if whole else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "milliseconds" if value.microsecond else "seconds")
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def chosen(names: Sequence[str], asked: str | int | None) -> int | None:
    """Return the place of the sheet asked for by name or by number from 1; None if there is none.

    >>> chosen(["list", "2024"], "2024"), chosen(["list", "old"], "2"), chosen(["list"], 3)
    (1, 1, None)
    """
    if isinstance(asked, str):
        folded = asked.strip().casefold()
        for same in (asked, folded):
            found = [i for i, name in enumerate(names) if same in (name, name.strip().casefold())]
            if found:
                return found[0]
        if not asked.strip().isdecimal():
            return None
        asked = int(asked)
    return asked - 1 if asked is not None and 1 <= asked <= len(names) else None


def _limit_memory() -> None:
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, hard))
    except (ImportError, ValueError, OSError):  # not on this system
        return


def read(path: str, asked: str | int | None) -> tuple[dict[str, Any], list[list[Any]]]:
    """Return what a workbook is, and the rows of one of its sheets from the first row on.

    Parameters
    ----------
    path
        The file.
    asked
        Name or number of the sheet; None: the only one that has data.

    Returns
    -------
    dict, list of rows
        ``sheets``: names; ``with_data``: names of those looked at that have data; ``sheet``: the
        name of the one that is read, None if it is not clear which; ``merged``: ranges of its
        merged cells as first row, first column, last row and last column, from 0; ``error``.
    """
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        sheets = [
            each for each in book.sheets_metadata if each.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        names = [each.name for each in sheets]
        found: dict[str, Any] = {"sheets": names, "with_data": [], "sheet": None, "merged": []}
        if asked is not None:
            place = chosen(names, asked)
            if place is None:
                return found, []
            looked_at = [names[place]]
        else:
            shown = [s.name for s in sheets if s.visible == calamine.SheetVisibleEnum.Visible]
            looked_at = shown or names
        opened = {name: book.get_sheet_by_name(name) for name in looked_at}
        found["with_data"] = [name for name, sheet in opened.items() if sheet.height]
        if len(looked_at) == 1 or len(found["with_data"]) == 1:
            found["sheet"] = (found["with_data"] or looked_at)[0]
        elif not found["with_data"]:
            found["sheet"] = looked_at[0] if looked_at else None
        if found["sheet"] is None:
            return found, []
        sheet = opened[found["sheet"]]
        merged = sheet.merged_cell_ranges or []
        found["merged"] = [[*first, *last] for first, last in merged[:MOST_MERGED]]
        rows = sheet.to_python(skip_empty_area=False) if sheet.height else []
    except calamine.PasswordError:
        return {"error": "password"}, []
    except Exception as error:
        return {"error": str(error) or type(error).__name__}, []
    return found, rows


def main() -> None:
    """Write the account of a sheet as a line of JSON, then its rows as an Arrow stream."""
    import pyarrow as pa

    _limit_memory()
    found, rows = read(sys.argv[1], json.loads(sys.argv[2]))
    width = max(map(len, rows), default=0)
    table = pa.table(
        {
            str(place): pa.array([cell_text(row[place]) for row in rows], pa.string())
            for place in range(width)
        }
    )
    sys.stdout.buffer.write(json.dumps(found).encode() + b"\n")
    with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as out:
        out.write_table(table)


if __name__ == "__main__":
    main()
