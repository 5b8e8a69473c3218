"""The table of a screening as a CSV file: no cell is a formula to a spreadsheet."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pyarrow as pa

from dialsim.results.tables.screen_table import write_table


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    lists = ["=cmd|' /C calc'!A0", "@SUM(1)", "+cmd|x", "-2+cmd(1)", "plain", None]
    whole = ["+8613800000001", "-1", "\t=1", "a=b", "", "x"]
    table = pa.table(
        {
            "list": pa.array(lists).dictionary_encode(),
            "=number": whole,
            "line": range(6),
            "next_eligible": pa.array([None] * 5 + [0], pa.timestamp("ms", "Asia/Shanghai")),
        }
    )
    path = tmp_path / "x.csv"
    write_table(table, path, (date(2026, 4, 13), "Asia/Shanghai"), private=False)
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["list", "'=number", "line", "next_eligible"]
    shown = [f"'{text}" for text in lists[:4] if text]
    assert [row[0] for row in rows] == [*shown, "plain", ""]
    assert [row[1] for row in rows] == ["+8613800000001", "-1", "'\t=1", "a=b", "", "x"]
    assert [row[2] for row in rows] == list("012345")
