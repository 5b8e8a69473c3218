"""Read a sheet of a workbook (.xlsx, .xls, .ods): its header, its rows and their numbers."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dialsim.messages.text import message
from dialsim.people.reading import workbook_process
from dialsim.people.reading.detect import SniffError
from dialsim.people.reading.source_records import RowLines
from dialsim.people.reading.source_text import Digest, raw_blocks

SAMPLE_ROWS = 200
_BATCH = 1 << 16
_STRAY = " \t\r\n\0\ufeff\u200b\u3000\xa0"
_LIST_AGAIN = message("export the list again, or save it as CSV")
_OLE, _ENCRYPTED = b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook, cut into a header and rows.

    Attributes
    ----------
    name
        Of the sheet.
    names
        Of its columns, stripped; their places from "1" without a header.
    table
        The rows below the header that are not blank; a column of text for each place.
    lines
        int64[n]: the number of each row in the sheet, from 1.
    header_line
        The number of the row of names; 0 without one.
    merged
        int64[n, 4]: first row, first column, last row and last column of merged cells, from 1;
        none for .ods, which does not tell.
    """

    name: str
    names: list[str]
    table: pa.Table
    lines: NDArray[np.int64]
    header_line: int
    merged: NDArray[np.int64]

    @property
    def sample(self) -> list[list[str]]:
        """The first rows, as text."""
        columns = [column.to_pylist() for column in self.table.slice(0, SAMPLE_ROWS).columns]
        return [list(row) for row in zip(*columns, strict=True)]


def is_workbook(path: Path) -> bool:
    """Return whether a file that begins as a ZIP archive or an OLE container may be a workbook.

    A damaged archive may be one; its reader says what is wrong.
    """
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            return True
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return True
    return any(
        name == "content.xml" or name.startswith(("xl/", "[Content_Types]")) for name in names
    )


def read_sheet(
    path: Path, sheet: str | int | None, header: bool | None, header_row: int | None
) -> Sheet:
    """Return one sheet of a workbook.

    Parameters
    ----------
    path
        The file.
    sheet
        Its name, or its number from 1; None: the only one that has data.
    header, header_row
        As in a scenario; `header_row` counts rows of the sheet.

    Raises
    ------
    SniffError
        The file or its sheet is no table, or it is not clear which sheet is meant.

    Notes
    -----
    Holds the whole sheet in memory: some 100 bytes a cell while it is read.
    """
    stamp = path.stat()
    found, table = _read(str(path.resolve()), stamp.st_size, stamp.st_mtime_ns, sheet)
    if "error" in found:
        raise _refusal(path, found["error"])
    if found["sheet"] is None:
        raise _no_sheet(found, sheet)
    width = table.num_columns
    filled = np.zeros(table.num_rows, np.bool_)
    for column in table.columns:
        blank = pc.equal(pc.utf8_trim_whitespace(column), "")
        filled |= ~np.asarray(blank.combine_chunks())
    lines = np.flatnonzero(filled) + 1
    if not len(lines):
        raise SniffError(
            message('the sheet "{name}" is empty').filled(name=found["sheet"]),
            "sheet" if sheet is not None else "file",
            message("name the sheet that holds the list: {sheets}").filled(
                sheets=sheets_words(found["sheets"])
            )
            if len(found["sheets"]) > 1
            else _LIST_AGAIN,
        )
    names = [str(place + 1) for place in range(width)]
    line = 0
    if header is not False:
        line = header_row or int(lines[0])
        if line not in lines:
            raise SniffError(
                message("row {line} of the sheet is blank, so it names no columns").filled(
                    line=line
                ),
                "header_row",
                message("the rows that are not blank begin with {lines}").filled(
                    lines=", ".join(map(str, lines[:5].tolist()))
                ),
            )
        names = [column[line - 1].as_py().strip(_STRAY) for column in table.columns]
        lines = lines[lines > line]
    return Sheet(
        found["sheet"],
        names,
        table.take(pa.array(lines - 1)),
        lines,
        line,
        np.array(found["merged"], np.int64).reshape(-1, 4) + 1,
    )


def sheet_batches(
    path: Path, sheet: Sheet, places: Mapping[str, int], lines: RowLines, digest: Digest
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a sheet, one text column a role, and record their numbers."""
    for first in range(0, sheet.table.num_rows, _BATCH):
        part = sheet.table.slice(first, _BATCH)
        columns = [part.column(place).combine_chunks() for place in places.values()]
        yield pa.RecordBatch.from_arrays(columns, list(places))
        lines.add(sheet.lines[first : first + _BATCH])
    for _ in raw_blocks(path, False, digest):
        pass


def sheets_words(names: list[str]) -> str:
    """Return names of sheets as a scenario writes them.

    >>> sheets_words(["list", "old"])
    'sheet = "list", sheet = "old"'
    """
    return ", ".join(f'sheet = "{name}"' for name in names[:20])


@lru_cache(maxsize=2)
def _read(
    path: str, size: int, changed_ns: int, sheet: str | int | None
) -> tuple[dict[str, Any], pa.Table]:
    """Return what the process says of a file that is as large and as old as this."""
    del size, changed_ns
    command = [sys.executable, "-I", workbook_process.__file__, path, json.dumps(sheet)]
    asked = subprocess.run(command, capture_output=True, check=False)
    if asked.returncode:
        return {"error": "memory" if asked.returncode < 0 else "process"}, pa.table({})
    head, _, stream = asked.stdout.partition(b"\n")
    return json.loads(head), pa.ipc.open_stream(pa.py_buffer(stream)).read_all()


def _refusal(path: Path, error: str) -> SniffError:
    """Return why a workbook cannot be read, and what to do."""
    data = path.read_bytes() if path.stat().st_size < 1 << 28 else b""
    if error == "password" or (data.startswith(_OLE) and _ENCRYPTED in data):
        return SniffError(
            message("the workbook is protected by a password"),
            remedy=message("save it without a password, or export the list as CSV"),
        )
    if error == "memory":
        return SniffError(
            message("the sheet is too large to be read: a cell stands far from the others"),
            remedy=message(
                "delete all rows and columns outside the list, or export the list as CSV"
            ),
        )
    return SniffError(
        message("this file looks like an Excel workbook and cannot be read: {error}").filled(
            error=error.splitlines()[0][:120]
        ),
        remedy=_LIST_AGAIN,
    )


def _no_sheet(found: Mapping[str, Any], asked: str | int | None) -> SniffError:
    """Return that a sheet does not exist, or that it is not clear which is meant."""
    names = found["sheets"]
    if asked is None:
        return SniffError(
            message("{count} sheets of the workbook have data").filled(
                count=len(found["with_data"])
            )
            if names
            else message("the workbook has no sheet of cells"),
            "sheet" if names else "file",
            message("name the one that holds the list: {sheets}").filled(
                sheets=sheets_words(found["with_data"])
            )
            if names
            else _LIST_AGAIN,
        )
    words = f'"{asked}"' if isinstance(asked, str) else str(asked)
    return SniffError(
        message("the workbook has no sheet {asked}").filled(asked=words),
        "sheet",
        message("it has {sheets}").filled(sheets=sheets_words(names)),
    )
