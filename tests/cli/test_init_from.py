"""``dialsim init --from``: a scenario around a list of one's own."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from dialsim.__main__ import main
from dialsim.scenario import load_scenario
from tests.api.planner_list import as_csv, as_workbook, rows
from tests.tiers import tiered

Call = Callable[..., tuple[int, str, str]]
START = ("--start", "2026-04-13")


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Call:
    """Run a command in an empty folder; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.mark.parametrize("n", tiered([2000], [20_000]))
def test_a_list_from_file_to_run(call: Call, n: int) -> None:
    """From an export, in a workbook and in GBK, to a run without an editor: the same figures."""
    found = []
    Path("lists").mkdir()
    Path("own.csv").write_text("电话,原因\n13800000003,x\n", "gbk")
    for write in (as_csv, as_workbook):
        path = write(Path("lists"), rows(n))
        target = f"{path.suffix[1:]}/my.toml"
        code, out, err = call("init", "--from", str(path), "--registry", "own.csv", *START, target)
        assert (code, out, err) == (0, f"wrote {target}; next: dialsim check {target}\n", "")
        written = load_scenario(Path(target))
        assert written.people[0].file == f"../lists/{path.name}"
        assert written.people[0].attributes == ("分行", "省份")
        assert written.people[0].columns.withdrawn == "是否勿扰"
        assert written.registries[0].file == "../own.csv"
        assert written.registries[0].columns.number == "电话"
        assert call("check", target)[0] == 0
        code, out, err = call("run", target, "--json", "--no-report")
        assert code == 0, err
        summary = json.loads(out)
        assert summary["lists"][0]["barred"] == {"internal_dnc": 1, "withdrawn": n // 10}
        found.append((summary["metrics"], summary["lists"][0]["used"]))
    assert found[0] == found[1]
    assert found[0][1] == n * 98 // 100


def test_comments_name_what_is_left_out_and_what_is_missing(call: Call) -> None:
    as_csv(Path(), rows(100))
    assert call("init", "--from", "名单.csv", *START)[0] == 0
    text = Path("campaign.toml").read_text("utf-8")
    assert "Not used: 客户姓名, 紧急联系人电话, 开户日期" in text
    assert "dialsim check campaign.toml" in text
    assert "consent_recorded" not in text
    Path("bare.csv").write_text("手机\n" + "".join(f"138{i:08d}\n" for i in range(30)), "gbk")
    assert call("init", "--from", "bare.csv", *START, "bare.toml")[0] == 0
    assert "No column tells who consented" in Path("bare.toml").read_text("utf-8")
    assert load_scenario(Path("bare.toml")).people[0].columns.number == "手机"


def test_the_first_day_is_the_next_monday(call: Call) -> None:
    as_csv(Path(), rows(100))
    assert call("init", "--from", "名单.csv")[0] == 0
    written = load_scenario(Path("campaign.toml"))
    assert written.start.weekday() == 0
    assert abs(written.start - date.today()) <= timedelta(days=8)  # noqa: DTZ011 - of either zone
    due = written.goals[0].by
    assert due is not None
    assert due.date() == written.start + timedelta(days=4)


def test_the_options_of_a_lists_file_hold(call: Call) -> None:
    import openpyxl

    book = openpyxl.load_workbook(as_workbook(Path(), rows(50)))
    sheet = book.create_sheet("四月")
    for row in [["四月名单"], [], ["手机", "电话"], *([f"138{i:08d}", f"139{i:08d}"]
                for i in range(30))]:  # fmt: skip
        sheet.append(row)
    book.save("a b.xlsx")
    options = ("--sheet", "四月", "--header-row", "3", "--number", "电话", "--home", "CN")
    assert call("init", "--from", "a b.xlsx", *options, *START, "m.toml")[0] == 0
    (table,) = tomllib.loads(Path("m.toml").read_text("utf-8"))["people"]
    assert table == {
        "name": "customers", "file": "a b.xlsx", "sheet": "四月", "header_row": 3, "home": "CN",
        "columns": {"number": "电话"},
    }  # fmt: skip
    code, out, _ = call("people", "m.toml", "--json")
    assert (code, json.loads(out)["lists"][0]["used"]) == (0, 30)
    text = "手機|key\n" + "".join(f"138{i:08d}|{i}\n" for i in range(30))
    Path("b.txt").write_text(text, "big5")
    options = ("--number", "手機", "--encoding", "big5", "--delimiter", "|")
    assert call("init", "--from", "b.txt", *options, *START, "b.toml")[0] == 0
    (table,) = tomllib.loads(Path("b.toml").read_text("utf-8"))["people"]
    assert (table["encoding"], table["delimiter"]) == ("big5", "|")


def test_kinds_of_registries(call: Call) -> None:
    as_csv(Path(), rows(100))
    for name in ("own.csv", "scrub.csv"):
        Path(name).write_text("number\n13800000003\n")
        os.utime(name, (1775000000, 1775000000))  # 31 March 2026
    files = ("--registry", "own.csv", "--registry", "refused=scrub.csv", "--registry", "own.csv")
    assert call("init", "--from", "名单.csv", *files, *START)[0] == 0
    registries = load_scenario(Path("campaign.toml")).registries
    assert [(each.name, each.kind) for each in registries] == [
        ("own", "internal"), ("scrub", "refused"), ("own-2", "internal"),
    ]  # fmt: skip
    assert registries[1].as_of == date(2026, 3, 31)
    assert call("check", "campaign.toml")[0] == 0


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (None, [], ["no such file"]),
        ("", [], ["empty"]),
        ("a,b\n1,2\n", [], ["no column of phone numbers", "--number"]),
        ("手机,电话\n13800000001,13900000001\n", [], ["手机, 电话", "--number COLUMN"]),
        ("手机\n无\n", ["--number", "手机"], ["no row of the list can be used"]),
        ("手机\n13800000001\n", ["--registry", "none.csv"], ["none.csv", "no such file"]),
        ("手机\n13800000001\n", ["--registry", "two.csv"], ["two.csv", "several columns"]),
        ("手机\n13800000001\n", ["--template", "collections"], ["no --template"]),
        ("手机\n13800000001\n", ["--home", "XX"], ["--home"]),
        ("手机\n13800000001\n", ["--start", "soon"], ["--start"]),
    ],
)
def test_bad_input(
    call: Call, content: str | None, options: list[str], words: list[str]
) -> None:  # fmt: skip
    if content is not None:
        Path("list.csv").write_text(content, "gbk")
    Path("two.csv").write_text("手机,电话\n13800000001,13900000001\n", "gbk")
    code, out, err = call("init", "--from", "list.csv", *options, "my.toml")
    assert (code, out) == (2, "")
    assert [word for word in words if word not in err] == [], err
    assert not any(toml in err for toml in ("people[0]", "columns =", "Traceback", "1380000"))
    assert not Path("my.toml").exists()


def test_nothing_is_replaced(call: Call) -> None:
    as_csv(Path(), rows(100))
    Path("my.toml").write_text("mine")
    code, out, err = call("init", "--from", "名单.csv", "my.toml")
    assert (code, out) == (2, "")
    assert "exists and is not replaced" in err
    assert Path("my.toml").read_text() == "mine"


@pytest.mark.parametrize("options", [["--registry", "a.csv"], ["--number", "a"], [*START]])
def test_options_of_a_list_need_one(call: Call, options: list[str]) -> None:
    code, out, err = call("init", *options, "my.toml")
    assert (code, out) == (2, "")
    assert "--from LIST" in err
