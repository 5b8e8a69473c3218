"""Lists in workbooks: each cell as a CSV export would have it, each fault with what to do."""

from __future__ import annotations

import os
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from dialsim.errors import Problems, ScenarioError
from dialsim.people.erasing.erase import find_person
from dialsim.people.reading.source import Source
from dialsim.people.reading.source_opening import open_source
from dialsim.scenario.models.files import FileFormat, Registry
from tests.people.workbooks import workbook

DATA = Path(__file__).parents[1] / "data" / "workbooks"
ROLES = {"number": ["number"], "id": ["id"], "since": ["since"]}
LIST = [["number", "id"], [13800000001, "a"], ["13800000002", "b"]]


def opened(path: Path, columns: dict[str, str] | None = None, **keys: Any) -> Any:
    problems = Problems()
    source = open_source(
        path, FileFormat(**keys), ROLES, "people[0]", problems, given=columns or {}
    )
    return source, "\n".join(str(problem) for problem in problems)


def well(path: Path, columns: dict[str, str] | None = None, **keys: Any) -> Source:
    source, wrong = opened(path, columns, **keys)
    assert source is not None, wrong
    return source


def rows_of(source: Source, chunk_rows: int = 1000) -> tuple[list[list[str]], list[int]]:
    rows = [list(r.values()) for batch in source.batches(chunk_rows) for r in batch.to_pylist()]
    return rows, source.lines_of(np.arange(len(rows))).tolist()


@pytest.mark.parametrize("name", ["list.xls", "list.ods"])
def test_older_and_open_formats(name: str) -> None:
    source = well(DATA / name)
    assert rows_of(source) == (
        [
            ["13800000001", "a", "2026-03-01"],
            ["13800000002", "b", "2026-03-02"],
            ["13800000003", "c", ""],
        ],
        [2, 3, 5],
    )
    assert (source.kind, source.rows_at_most, source.malformed) == ("excel", 3, [])


def test_cells_are_what_an_export_would_write(tmp_path: Path) -> None:
    cells = [
        (13800138000.0, "13800138000"), (0.5, "0.5"), (True, "true"), (" x ", " x "),
        (date(2026, 4, 13), "2026-04-13"), (datetime(2026, 4, 13, 9, 30), "2026-04-13 09:30:00"),
        (time(9, 30), "09:30:00"), (timedelta(minutes=95), "1:35:00"), (None, ""), ("#N/A", ""),
    ]  # fmt: skip
    rows = [[13800000001 + i, cell] for i, (cell, _) in enumerate(cells)]
    source = well(workbook(tmp_path / "a.xlsx", ["number", "id"], *rows))
    found, _ = rows_of(source)
    assert [row[1] for row in found] == [text for _, text in cells]


def test_lines_are_those_of_the_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["List of April"], [], *LIST[:2], [None], LIST[2])
    source = well(path, header_row=3)
    assert rows_of(source) == ([["13800000001", "a"], ["13800000002", "b"]], [4, 6])
    assert rows_of(source, chunk_rows=1) == rows_of(source)
    assert len(source.digest) == 64
    assert source.columns == {"number": "number", "id": "id"}


def test_without_a_header_columns_are_counted(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", *LIST[1:])
    source = well(path, {"number": "1", "id": "2"}, header=False)
    assert rows_of(source) == ([["13800000001", "a"], ["13800000002", "b"]], [1, 2])


@pytest.mark.parametrize("sheet", ["April", " april ", 2, "2"])
def test_a_sheet_is_chosen_by_name_or_number(tmp_path: Path, sheet: str | int) -> None:
    path = workbook(tmp_path / "a.xlsx", *LIST, April=[["number"], [13900000009]])
    assert rows_of(well(path, sheet=sheet)) == ([["13900000009"]], [2])


def test_empty_and_hidden_sheets_are_no_candidates(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", April=[["number"], [13900000009]], Empty=[])
    book = openpyxl.load_workbook(path)
    book.create_sheet("codes").append(["hidden"])
    book["codes"].sheet_state = "hidden"
    book.save(path)
    assert well(path)._sheet.name == "April"


@pytest.mark.parametrize(
    ("rows", "more", "keys", "words"),
    [
        ([["number"]], {}, {}, ["it has a header and no row"]),
        ([], {}, {}, ['the sheet "list" is empty', "save it as CSV"]),
        (LIST, {"old": LIST}, {}, ["2 sheets", 'sheet = "list", sheet = "old"']),
        (LIST, {"old": LIST}, {"sheet": "new"}, ['no sheet "new"', 'it has sheet = "list"']),
        (LIST, {}, {"sheet": 3}, ["people[0].sheet", "no sheet 3"]),
        ([["April"], ["made", "today"], *LIST], {}, {}, ["seems to be a title", "header_row = 3"]),
        ([["who", "", "what"], ["phone", "name", "city"], [13800000001, "a", "b"]], {}, {},
         ["no column of phone numbers", "header_row = 2"]),
        ([["number", "id"], ["phone", "key"], *LIST[1:]], {}, {},
         ["rows 1 and 2", "both name columns", "header_row = 2"]),
        ([["x"], [], *LIST], {}, {"header_row": 2}, ["row 2 of the sheet is blank", "1, 3, 4"]),
        (LIST, {}, {"format": "csv"}, ["this is a workbook", 'format = "excel"']),
        (LIST, {}, {"format": "parquet"}, ["no Parquet file", 'format = "excel"']),
    ],
)  # fmt: skip
def test_bad_sheets_are_problems(
    tmp_path: Path, rows: list[Any], more: dict[str, Any], keys: dict[str, Any], words: list[str]
) -> None:
    source, wrong = opened(workbook(tmp_path / "a.xlsx", *rows, **more), **keys)
    assert source is None
    assert [word for word in words if word not in wrong] == [], wrong


def test_merged_cells_in_the_header_or_in_used_columns(tmp_path: Path) -> None:
    rows = [["number", "id", ""], [13800000001, "a", "x"], [13800000002, "", "y"]]
    _, wrong = opened(workbook(tmp_path / "a.xlsx", *rows, merged="B1:C1 B2:B3"))
    assert "row of names are merged (B1:C1)" in wrong
    assert "merged (B2:B3)" in wrong
    assert "unmerge" in wrong
    well(workbook(tmp_path / "b.xlsx", *rows, merged="C2:C3"))  # a column that nobody asks for
    well(workbook(tmp_path / "c.xlsx", ["April"], *rows, merged="A1:C1"), header_row=2)


def test_a_protected_workbook() -> None:
    _, wrong = opened(DATA / "protected.xlsx")
    assert "protected by a password" in wrong
    assert "without a password" in wrong


@pytest.mark.parametrize("name", ["list.xls", "list.ods"])
def test_damaged_workbooks(tmp_path: Path, name: str) -> None:
    for size in (100, 700, 1400):
        path = tmp_path / name
        path.write_bytes((DATA / name).read_bytes()[:size])
        source, wrong = opened(path)
        assert source is None
        assert "looks like an Excel workbook and cannot be read" in wrong


def test_a_zip_archive_is_no_workbook(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("list.csv", "number\n13800000001\n")
    _, wrong = opened(tmp_path / "a.zip")
    assert "this is a ZIP archive" in wrong
    assert "unpack" in wrong


def test_a_cell_at_the_end_of_the_sheet_does_not_end_the_process(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", *LIST)
    book = openpyxl.load_workbook(path)
    book.active["XFD1048576"] = "x"
    book.save(path)
    _, wrong = opened(path)
    assert "too large" in wrong
    assert "delete all rows and columns outside" in wrong


def test_a_workbook_that_changes_is_noticed(tmp_path: Path) -> None:
    source = well(workbook(tmp_path / "a.xlsx", *LIST))
    workbook(tmp_path / "a.xlsx", *LIST, [13800000003])
    os.utime(tmp_path / "a.xlsx", (1, 1))
    with pytest.raises(ScenarioError, match="changed since it was opened"):
        rows_of(source)


def test_a_person_is_found_in_a_workbook_and_not_taken_out(tmp_path: Path) -> None:
    path = workbook(tmp_path / "dnc.xlsx", ["number"], [13800000001], [13800000002])
    spec = Registry(name="own", kind="internal", file="dnc.xlsx")
    assert find_person(path, spec, [8613800000009]).rows == []
    with pytest.raises(ScenarioError, match="not changed") as caught:
        find_person(path, spec, [8613800000002])
    assert "rows 3" in str(caught.value)
    assert "delete these rows" in str(caught.value)


@pytest.mark.parametrize("title", ["April\n", '"April, 2026"\n\n', "sep=;\nApril\n"])
def test_the_header_row_of_a_csv_file(tmp_path: Path, title: str) -> None:
    path = tmp_path / "a.csv"
    mark = ";" if title.startswith("sep") else ","
    rows = ["number,id", "13800000001,a", "13800000002,b,c", "13800000003,d"]
    path.write_text(title + "".join(f"{row}\n".replace(",", mark) for row in rows), "gb18030")
    above = title.count("\n")
    source = well(path, header_row=above + 1)
    assert rows_of(source) == (
        [["13800000001", "a"], ["13800000003", "d"]],
        [above + 2, above + 4],
    )
    assert [bad.line for bad in source.malformed] == [above + 3]


def test_a_title_above_the_header_of_a_csv_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("April,,\n\nphone,name,city\n13800000001,a,b\n13800000002,a,b\n")
    _, wrong = opened(path)
    assert "header_row = 3" in wrong
    _, wrong = opened(path, header_row=30)
    assert "people[0].header_row" in wrong
    _, wrong = opened(path, sheet="April")
    assert "no sheets" in wrong
