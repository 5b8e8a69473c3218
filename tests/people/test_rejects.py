"""Rows that are not used: their whole cells for who repairs the list, and what stands there."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dialsim.core.codes import RowFault
from dialsim.errors import Problems
from dialsim.people.lists import Lists
from tests.people.lists import A, B, opened, scenario_of, table, whole


def test_rejects_have_the_whole_rows_of_several_lists(tmp_path: Path) -> None:
    """Under the columns of all lists; also of columns that nothing reads, and of a long row."""
    one = table(tmp_path / "a.csv", [[A, "x", "北京"], ["无", "y", "上海"]], "number,name,city")
    two = tmp_path / "b.csv"
    two.write_text("city;number\nXi'an;abc\nBeijing;13800000009;left;over\n")
    lists = opened({"name": "a", "file": str(one)}, {"name": "b", "file": str(two)}, keep=True)
    whole(lists, 0)
    whole(lists, 1)
    target = tmp_path / "rejects.csv"
    assert lists.write_rejects(target) == 3
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["list"], row["line"], row["reason"]) for row in rows] == [
        ("a", "3", "NO_NUMBER"), ("b", "2", "NO_DIGITS"), ("b", "3", "MALFORMED_ROW"),
    ]  # fmt: skip
    assert [(row["number"], row["name"], row["city"]) for row in rows] == [
        ("无", "y", "上海"), ("abc", "", "Xi'an"), ("13800000009;left;over", "", "Beijing"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["无", "同上", "-", "/", "暂无", "N/A", "n/a", "——", ""])
def test_a_cell_that_says_there_is_no_number(tmp_path: Path, text: str) -> None:
    """It is unusable as no number, and in a further column it is nothing that may not be called."""
    path = table(tmp_path / "a.csv", [[text, A], [B, text], [text, text]], "tel,other")
    columns = {"number": "tel", "alternates": ["other"]}
    lists = opened({"name": "a", "file": str(path), "columns": columns})
    whole(lists)
    (account,) = lists.accounts
    assert account is not None
    assert account.unusable == {RowFault.NO_NUMBER: 1}
    assert (account.used, account.alternates_unusable, account.alternates) == (2, 0, 1)


def test_unreadable_cells_by_text(tmp_path: Path) -> None:
    """The most frequent first; masked if it has five digits, or may be the name of one person."""
    cells = ["无"] * 3 + ["打不通"] * 2 + ["张三", "13800", "138001380000123", "10086", ""]
    path = table(tmp_path / "a.csv", [[cell, ""] for cell in cells])
    problems = Problems()
    lists = Lists(scenario_of({"name": "a", "file": str(path)}), problems, count_unreadable=True)
    problems.raise_if_any()
    whole(lists)
    (account,) = lists.accounts
    assert account is not None
    assert account.unreadable is not None
    found = account.unreadable.to_list()
    assert [(each["text"], each["reason"], each["rows"]) for each in found] == [
        ("无", "NO_NUMBER", 3), ("打不通", "NO_DIGITS", 2), ("**", "NO_DIGITS", 1),
        ("(empty)", "NO_NUMBER", 1), ("138********0123", "TOO_LONG", 1), ("13*00", "TOO_SHORT", 1),
    ]  # fmt: skip
    many = table(tmp_path / "b.csv", [[f"x{i}" * 2, ""] for i in range(30)] + [["x9x9", ""]])
    lists = Lists(scenario_of({"name": "a", "file": str(many)}), problems, count_unreadable=True)
    whole(lists)
    (account,) = lists.accounts
    assert account is not None
    assert account.unreadable is not None
    found = account.unreadable.to_list()
    assert len(found) == 10
    assert (found[0]["text"], found[0]["rows"]) == ("x9x9", 2)
