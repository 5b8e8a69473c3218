"""A cell with two numbers is found before the lists are read, so that its bar comes in time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialsim.core.person_flags import PersonFlag
from dialsim.numbering.classify import classify_column, further_numbers
from dialsim.people.reading.several_numbers import any_cell_with_two, may_hold_two
from tests.people.lists import A, B, C, bits, opened, summed, table, whole

NUMBERS = st.sampled_from(
    [A, B, f"+86{C}", "01012345678", "010-12345678", "110", "10086", "+852 5123 4567",
     "１３８００００００００１", "138-0000-0004", "1064812345678", "22", "1", "+1 650 253 0000"]
)  # fmt: skip
BETWEEN = st.sampled_from(
    ["", " ", "  ", "/", " / ", ",", "、", "；", "转", "转", "#", "x", "ext.", "\n", "\t", "\u2028",
     "(", ")", "-", ".", ".0", "|", "或", "和", " or ", "a", "\u200b", "\u3000", "\uff0d", "\xa0",
     "+", "\uff0f", "·", "'", '"', "tel:", "手机：", "٣", "１", "=", "\ufeff", "－", ";ext="]
)  # fmt: skip
CELLS = st.lists(st.one_of(NUMBERS, BETWEEN, st.characters()), max_size=8).map("".join)


@given(st.lists(CELLS, min_size=1, max_size=3), st.sampled_from(["CN", "HK", "US", "SG"]))
@example([f"{A}转{B}"], "CN")
@example([f"{A} {B}"], "CN")
@example([f"abc\n{A}转110"], "CN")
@example([f"{A}转110 办"], "CN")
@example([f"13800٠00001 {B}"], "CN")
def test_no_second_number_is_overlooked(cells: list[str], home: str) -> None:
    column = pa.array(cells)
    rows, _ = further_numbers(column, classify_column(column, home), home)
    assert may_hold_two(column) or not len(rows)
    assert may_hold_two(column.dictionary_encode()) or not len(rows)


@pytest.mark.parametrize(
    "cells",
    [[A, None, ""], ["+86 138-0000-0001", "(010) 1234 5678"], ["电话：13800000001", f"{A}转22"],
     ["１３８００００００００１", "0086 138 0000 0001"], ["13800000001.0", "张三", "\ufeff138"]],
)  # fmt: skip
def test_one_number_a_cell_streams(cells: list[str | None]) -> None:
    assert not may_hold_two(pa.array(cells, pa.string()))
    assert not may_hold_two(pa.array([13800000001]))


CELLS_WITH_TWO = [f"{B} / {A}", f"{B}转{A}", f"{B} {A}"]


@pytest.mark.parametrize("cell", CELLS_WITH_TWO)
@pytest.mark.parametrize("bar", ["registry", "withdrawal", "sync"])
def test_an_earlier_row_is_barred_by_a_later_cell(tmp_path: Path, cell: str, bar: str) -> None:
    """The first row's number is not forbidden; that of its person is."""
    path = str(table(tmp_path / "a.csv", [[A], [C], [cell]], "number"))
    keys: dict[str, Any] = {}
    if bar == "withdrawal":
        gone = str(table(tmp_path / "w.csv", [[B, "2026-04-01"]], "number,time"))
        keys["withdrawals"] = [{"file": gone}]
    else:
        forbidden = str(table(tmp_path / "dnc.csv", [[B]], "number"))
        keys["registries"] = [{"name": "own", "kind": "internal", "file": forbidden}]
        if bar == "sync":
            keys["registries"][0]["known_from"] = "2026-04-13T08:00:00"
    lists = opened({"name": "a", "file": path}, **keys)
    assert lists.read_first
    chunk = whole(lists, 0, 1)
    if bar == "sync":
        news = [(row, flags) for _, row, flags in chunk.dated.tolist()]
        assert news == [(0, PersonFlag.INTERNAL_DNC)]
    else:
        flag = PersonFlag.WITHDRAWN if bar == "withdrawal" else PersonFlag.INTERNAL_DNC
        barred = [bool(flags & flag) for flags in bits(chunk)]
        assert barred[:2] == [True, False]
    assert summed(lists.accounts[0]).merged == 1
    assert not opened({"name": "a", "file": path}).read_first


def test_the_look_ahead_stops_early_and_leaves_no_trace(tmp_path: Path) -> None:
    rows = [["1,2"], [A], [f"{A}/{B}"]]
    file = tmp_path / "a.csv"
    file.write_text("number\n" + "\n".join(",".join(row) for row in rows) + "\n")
    lists = opened({"name": "a", "file": str(file)})
    source = lists._source(0)
    assert any_cell_with_two([source])
    assert source.malformed == []
    chunk = whole(lists)
    assert chunk.lines.tolist() == [3, 4, 2]
    assert summed(lists.accounts[0]).rows == 3
