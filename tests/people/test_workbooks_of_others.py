"""Registries, withdrawals and histories in workbooks: read as lists are, each fault named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.errors import ScenarioError
from tests.people.scenarios import small_scenario
from tests.people.workbooks import workbook

DATA = Path(__file__).parents[1] / "data" / "workbooks"
LIST = "number\n" + "".join(f"1380000000{i}\n" for i in range(5))
ROWS = {
    "registries[0]": [["number", "why"], [13800000001, "a"], ["13800000002", "b"]],
    "withdrawals[0]": [
        ["number", "time"], [13800000001, "2026-01-02"], [13800000002, "2026-01-02"]
    ],
    "history.calls": [["number", "time"], [13800000001, "2026-04-01"], [13800000002, "2026-04-02"]],
}  # fmt: skip
PLACES = list(ROWS)


def account(folder: Path, where: str, **keys: Any) -> Any:
    """Return the account of a scenario's lists, with the workbook in one of its places."""
    (folder / "people.csv").write_text(LIST)
    raw = small_scenario({"name": "people", "file": str(folder / "people.csv")})
    table = {"file": str(folder / "a.xlsx"), **keys}
    if where == "registries[0]":
        raw["registries"] = [{"name": "own", "kind": "internal", **table}]
    elif where == "withdrawals[0]":
        raw["withdrawals"] = [table]
    else:
        raw["history"] = {"calls": table}
    return dialsim.people_account(raw)


def refused(folder: Path, where: str, **keys: Any) -> str:
    with pytest.raises(ScenarioError) as caught:
        account(folder, where, **keys)
    problems = list(caught.value.problems)
    assert len(problems) == 1, problems
    assert problems[0].path.startswith(where)
    return str(problems[0])


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("keys", [{}, {"format": "excel"}, {"sheet": "list"}, {"sheet": 1}])
def test_a_workbook(tmp_path: Path, where: str, keys: dict[str, Any]) -> None:
    workbook(tmp_path / "a.xlsx", *ROWS[where])
    (file,) = account(tmp_path, where, **keys).files
    assert (file["rows"], file["used"], file["met"]) == (2, 2, 2)


@pytest.mark.parametrize("where", PLACES)
def test_a_sheet_and_a_row_of_names_are_chosen(tmp_path: Path, where: str) -> None:
    titled = [["四月"], [], *ROWS[where]]
    workbook(tmp_path / "a.xlsx", ["number"], [13800000009], mine=titled)
    (file,) = account(tmp_path, where, format="excel", sheet="mine", header_row=3).files
    assert (file["rows"], file["used"], file["met"]) == (2, 2, 2)


@pytest.mark.parametrize("where", PLACES)
def test_several_sheets(tmp_path: Path, where: str) -> None:
    workbook(tmp_path / "a.xlsx", *ROWS[where], old=ROWS[where])
    assert 'sheet = "list", sheet = "old"' in refused(tmp_path, where)
    assert 'no sheet "new"' in refused(tmp_path, where, sheet="new")


@pytest.mark.parametrize("where", PLACES)
def test_a_protected_workbook(tmp_path: Path, where: str) -> None:
    (tmp_path / "a.xlsx").write_bytes((DATA / "protected.xlsx").read_bytes())
    assert "protected by a password" in refused(tmp_path, where)


@pytest.mark.parametrize("where", PLACES)
def test_an_empty_workbook(tmp_path: Path, where: str) -> None:
    workbook(tmp_path / "a.xlsx")
    assert 'the sheet "list" is empty' in refused(tmp_path, where)


@pytest.mark.parametrize("where", PLACES)
def test_two_rows_of_names(tmp_path: Path, where: str) -> None:
    first, *rows = ROWS[where]
    workbook(tmp_path / "a.xlsx", first, ["号码", "时间"], *rows)
    wrong = refused(tmp_path, where)
    assert "rows 1 and 2" in wrong
    assert "header_row = 2" in wrong


@pytest.mark.parametrize("where", PLACES)
def test_merged_cells(tmp_path: Path, where: str) -> None:
    workbook(tmp_path / "a.xlsx", *ROWS[where], merged="A2:A3")
    wrong = refused(tmp_path, where)
    assert "merged (A2:A3)" in wrong
    assert "unmerge" in wrong


@pytest.mark.parametrize("where", PLACES)
def test_another_format_than_named(tmp_path: Path, where: str) -> None:
    workbook(tmp_path / "a.xlsx", *ROWS[where])
    assert 'format = "excel"' in refused(tmp_path, where, format="csv")
