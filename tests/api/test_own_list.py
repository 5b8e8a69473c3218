"""A planner's own list by itself: columns recognised, and its table for a scenario."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path

import openpyxl
import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.results.lists.account_result import AccountsResult
from dialsim.scenario.library import template
from tests.api.planner_list import HEADER, as_csv, as_workbook, rows

ROLES = {
    "客户编号": "id", "客户姓名": "", "手机号": "number", "家庭电话": "alternates",
    "紧急联系人电话": "", "分行": "attribute", "省份": "attribute", "是否勿扰": "withdrawn",
    "授权日期": "consent_date", "开户日期": "date",
}  # fmt: skip


@pytest.mark.parametrize("write", [as_csv, as_workbook])
def test_columns_are_recognised(tmp_path: Path, write: object) -> None:
    path = write(tmp_path, rows(200))  # type: ignore[operator]
    found = dialsim.people_account(path, recognise=True)
    assert found.columns is not None
    assert {each["column"]: each["role"] for each in found.columns} == ROLES
    account = found.lists[0]
    assert (account["rows"], account["used"]) == (200, 196)
    assert account["unusable"] == {"NO_NUMBER": 3, "TOO_SHORT": 1}
    assert account["barred"] == {"withdrawn": 20}
    unreadable = {each["text"]: each["rows"] for each in account["unreadable"]}
    assert unreadable == {"13*00": 1, "N/A": 1, "无": 1, "暂无": 1}
    assert found.toml is not None
    assert tomllib.loads(found.toml)["people"][0]["columns"]["withdrawn"] == "是否勿扰"


def test_the_table_pasted_into_a_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name = as_csv(tmp_path, rows(200)).name
    assert main(["people", name, "--json"]) == 0
    found: AccountsResult = json.loads(capsys.readouterr().out)
    text = template("starter").text
    begin, end = text.index("[[people]]"), text.index("[[trunks]]")
    assert found["toml"] is not None
    pasted = text[:begin] + found["toml"] + "\n" + text[end:]
    pasted = pasted.replace('people = ["customers"]', f'people = ["{name}"]')
    pasted = pasted.replace("at_least = 15_000", "at_least = 10")
    Path("mine.toml").write_text(pasted, "utf-8")
    assert main(["check", "mine.toml"]) == 0
    capsys.readouterr()
    (pasted_list,) = dialsim.people_account("mine.toml").lists
    by_itself = found["lists"][0]
    for key in ("rows", "used", "merged", "unusable", "barred", "alternates_used"):
        assert pasted_list[key] == by_itself[key], key  # type: ignore[literal-required]


def test_a_given_column_of_numbers_is_read_alone(tmp_path: Path) -> None:
    """The account of a file whose columns are named stays; its table has what else is there."""
    path = as_csv(tmp_path, rows(200))
    reading = {"columns": {"number": "手机号"}}
    found = dialsim.people_account(path, recognise=True, **reading)
    assert found.lists == dialsim.people_account(path, **reading).lists
    assert found.lists[0]["barred"] == {}
    assert found.columns is not None
    assert [each["column"] for each in found.columns if each["is_read"]] == ["手机号"]
    assert found.toml is not None
    assert "授权日期" in found.toml


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    name = as_csv(tmp_path, rows(200)).name
    assert main(["people", name, "--lang", language]) == 0
    out = capsys.readouterr().out
    assert '  number = "手机号"\n' in out
    assert {"en": "by its name and cells", "zh": "按列名和内容"}[language] in out
    assert "13800" not in out.replace("13800**", "")
    assert main(["people", name, "--lang", language, "--html", "page.html"]) == 0
    page = Path("page.html").read_text("utf-8")
    block = page[page.index("[[people]]") :]
    assert "data-copy" in block[: block.index("</div>")]


def test_several_columns_of_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    lines = [f"{i},138{i:08d},139{i:08d}" for i in range(30)]
    path.write_text("\n".join(["序号,手机,联系电话", *lines]), "gbk")
    assert main(["people", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "手机, 联系电话" in err
    assert "--number COLUMN" in err
    assert "138" not in err
    assert "139" not in err
    assert main(["people", str(path), "--number", "手机"]) == 0


def test_answers_in_columns_of_dates(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    told = ["是", "否", "", "2025-01-01", "Y", "n", "明天"]
    lines = [f"138{i:08d},{a},{b}" for i, (a, b) in enumerate([(x, "") for x in told])]
    lines += [f"139{i:08d},是,{x}" for i, x in enumerate(told)]
    path.write_text("\n".join(["number,consent_date,withdrawn", *lines]), "gbk")
    account = dialsim.people_account(path).lists[0]
    assert account["unusable"] == {"BAD_DATE": 2}
    assert account["barred"] == {"no_consent": 3, "withdrawn": 3}


def test_the_files_are_what_they_say(tmp_path: Path) -> None:
    """A list in GBK, and the same in a workbook."""
    text = as_csv(tmp_path, rows(5)).read_text("gbk")
    assert next(csv.reader(text.splitlines())) == HEADER
    sheet = openpyxl.load_workbook(as_workbook(tmp_path, rows(5))).active
    assert [cell.value for cell in sheet[1]] == HEADER
