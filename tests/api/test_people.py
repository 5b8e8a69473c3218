"""The account of lists, from Python and as a command."""

from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import TypeAdapter

import dialsim
from dialsim.__main__ import main
from dialsim.errors import ScenarioError
from dialsim.results.lists.account_result import AccountsResult
from dialsim.scenario.library import template
from tests.api.lists import PEOPLE, folder, number
from tests.results.begun_runs import mid_campaign


def test_a_scenarios_lists(tmp_path: Path) -> None:
    found = dialsim.people_account(folder(tmp_path))
    account = found.lists[0]
    assert (account["name"], account["rows"]) == ("customers", PEOPLE + 2)
    assert (account["used"], account["merged"]) == (PEOPLE, 1)
    assert account["unusable"] == {"NO_DIGITS": 1}
    assert account["barred"] == {"internal_dnc": 2}
    assert account["shares"]["operators"] == {"CMCC": PEOPLE}
    assert account["shares"]["classes"] == {"mobile": PEOPLE}
    assert account["shares"]["countries"] == {"CN": PEOPLE}
    assert sum(account["shares"]["time_zones"].values()) == PEOPLE
    assert sum(account["shares"]["provinces"].values()) == PEOPLE
    assert [each["name"] for each in found.files] == ["own"]
    assert found.synthetic == ["drawn"]
    assert found.usable
    text = json.dumps(found.to_dict())
    assert number(3) not in text
    assert number(3)[:7] not in text


def test_an_account_has_the_keys_of_its_type(tmp_path: Path) -> None:
    accounts = TypeAdapter(AccountsResult)
    for source in (folder(tmp_path), mid_campaign(), template("dirty_list").path):
        found = dialsim.people_account(source).to_dict()
        assert accounts.validate_python(found, strict=True) == found


def test_a_file_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "export of April.csv"
    path.write_bytes("电话;编号\n13800000001;1\n0085261234567;2\n110;3\n".encode("gb18030"))
    with pytest.raises(ScenarioError, match="--number"):
        dialsim.people_account(path)
    reading = {"columns": {"number": "电话"}, "countries": ["CN", "HK"]}
    found = dialsim.people_account(path, **reading)
    account = found.lists[0]
    assert (account["rows"], account["used"], account["file"]) == (3, 2, str(path))
    assert account["shares"]["countries"] == {"CN": 1, "HK": 1}
    assert found.lists == dialsim.people_account(str(path), **reading).lists


def test_consents_are_judged_on_a_day(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("number,consent_date,consent_expiry\n13800000001,2025-01-01,2026-06-01\n")
    for day, barred in ((date(2026, 5, 1), {}), (date(2026, 7, 1), {"expired": 1})):
        assert dialsim.people_account(path, on=day).lists[0]["barred"] == barred


def test_progress_tells_the_rows(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    dialsim.people_account(folder(tmp_path), on_rows=lambda *rows: told.append(rows))
    assert told
    assert all(0 < rows <= total for rows, total in told)


def test_rejects_are_for_their_owner_alone(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    rejects.write_text("an earlier one")
    found = dialsim.people_account(folder(tmp_path), rejects=rejects)
    assert (found.rejects, found.rejected) == (str(rejects), 2)
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    lines = rejects.read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("list,line,reason,column,text")
    assert "customers,21,NO_DIGITS,number,no number,,no number,south,b" in lines


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = folder(tmp_path)
    assert main(["people", str(scenario)]) == 0
    out, err = capsys.readouterr()
    assert "same person as another row" in out
    assert err == ""
    rejects = tmp_path / "r.csv"
    assert main(["people", str(scenario), "--rejects", str(rejects), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rejected"] == 2
    assert main(["people", str(scenario), "--home", "HK"]) == 2
    assert "a scenario says itself" in capsys.readouterr().err


def test_the_command_on_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"tel": ["13800000001", "x"], "key": ["1", "2"]}), path)
    options = ["--number", "tel", "--id", "key", "--format", "parquet", "--on", "2026-05-01"]
    assert main(["people", str(path), *options]) == 0
    assert "text without a digit" in capsys.readouterr().out
    bad = tmp_path / "bad.csv"
    bad.write_text("a\tnumber\nx\thello\n")
    rejects = ["--rejects", str(tmp_path / "r.csv")]
    assert main(["people", str(bad), "--delimiter", "tab", *rejects]) == 1
    assert "1 row not used" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (None, [], "no such file"),
        (b"", [], "empty"),
        (b"number\n1\n", ["--home", "XX"], "--home"),
        (b"number\n1\n", ["--encoding", "klingon"], "--encoding"),
        (b"number\n1\n", ["--id", "key"], "--id COLUMN"),
        (b"number,tel2\n1,2\n", ["--alternate", "tel"], '--alternate "tel2"'),
        (b"number\n1\n", ["--format", "parquet"], '--format "csv"'),
        (b"number\n1\n", ["--format", "parquet"], 'found: "CSV"'),
        (b"number,id\n1,2\n", ["--delimiter", ";"], '--delimiter ","'),
        (b"number,id\n1,2\n", ["--alternate", "nope"], "--alternate COLUMN"),
        ("名单\n手机,编号\n1,2\n".encode(), [], "take out what stands above"),
        ("名单,\n手机,编号\n1,2\n".encode(), [], "take out what stands above"),
        (b"13800000001\n13800000002\n", [], "--no-header"),
        (b"tel\n1\n", [], '--number "tel"'),
        (b"PAR1 cut off", [], "Parquet"),
    ],
)
def test_bad_input(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
    options: list[str],
    words: str,
) -> None:
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_bytes(content)
    assert main(["people", str(path), *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert not any(toml in err for toml in ("people[0]", "columns =", "header =", "format ="))
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "file", ["customers.csv", "own.csv", "gone.csv", "calls.csv", "states.csv", "scenario.toml"]
)
def test_rejects_do_not_replace_what_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    (tmp_path / "gone.csv").write_text(f"number,time\n{number(1)},2026-04-01\n")
    (tmp_path / "calls.csv").write_text(f"number,time\n{number(1)},2026-04-01\n")
    (tmp_path / "states.csv").write_text("caller_id,age_days\nnorth-001,9\n")
    history = {"calls": {"file": "calls.csv"}, "caller_ids": {"file": "states.csv"}}
    scenario = folder(tmp_path, withdrawals=[{"file": "gone.csv"}], history=history)
    before = (tmp_path / file).read_bytes()
    assert main(["people", str(scenario), "--rejects", str(tmp_path / file)]) == 2
    assert "--rejects: this file is read" in capsys.readouterr().err
    assert (tmp_path / file).read_bytes() == before


def test_a_list_is_not_replaced_by_its_rejects(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("number\nx\n")
    with pytest.raises(ScenarioError, match="--rejects"):
        dialsim.people_account(path, rejects=path)
    assert path.read_text() == "number\nx\n"


def test_what_a_run_refuses_is_refused_here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder(tmp_path)
    path.write_text(path.read_text("utf-8").replace('"branch"', '"number"'), "utf-8")
    assert main(["people", str(path)]) == 2
    assert "results would hold phone numbers" in capsys.readouterr().err


def test_rejects_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("number\n13800000001\n")
    for place in (tmp_path / "none" / "r.csv", tmp_path):
        assert main(["people", str(path), "--rejects", str(place)]) == 2
        err = capsys.readouterr().err
        assert "--rejects" in err
        assert "file" in err


def test_rows_closed_by_a_delimiter(tmp_path: Path) -> None:
    """Every row, not the header: the field behind it is none."""
    path = tmp_path / "a.csv"
    path.write_text("number;id\n13800000001;1;\n13800000002;2;\n13800000003;3\n")
    assert dialsim.people_account(path).lists[0]["unusable"] == {"MALFORMED_ROW": 2}
    path.write_text("number;id\n13800000001;1;\n13800000002;1;\n")
    account = dialsim.people_account(path).lists[0]
    assert (account["used"], account["merged"], account["unusable"]) == (1, 1, {})


def test_files_beside_the_lists_say_whom_they_meet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gone.csv").write_text(f"number,time\n{number(1)},2026-04-01\n")
    (tmp_path / "other.csv").write_text("number,time\n13700000000,2026-04-01\n")
    (tmp_path / "none.csv").write_text("number,time\n")
    calls = f"number,time,caller_id\n{number(1)},2026-13-01,north-001\n{number(2)},2026-04-01,\n"
    (tmp_path / "calls.csv").write_text(calls)
    (tmp_path / "states.csv").write_text("caller_id,age_days\nsouth-7,9\nnorth-001,9\n")
    files = [{"file": f"{name}.csv"} for name in ("gone", "other", "none")]
    history = {"calls": {"file": "calls.csv"}, "caller_ids": {"file": "states.csv"}}
    scenario = folder(tmp_path, withdrawals=files, history=history)
    assert main(["people", str(scenario), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["files"]
    met = {each["file"]: each["met"] for each in told}
    assert met == {
        "own.csv": 2, "gone.csv": 1, "other.csv": 0, "none.csv": 0, "calls.csv": 1,
        "states.csv": None,
    }  # fmt: skip
    shown = {each["file"]: each["examples"] for each in told}
    assert shown["calls.csv"][0]["text"] == "2026-13-01"
    assert shown["states.csv"][0]["text"] == "south-7"


def test_a_check_refuses_columns_of_numbers(tmp_path: Path) -> None:
    path = folder(tmp_path)
    rows = "".join(f"{number(i)},{number(i + 500)}\n" for i in range(30))
    (tmp_path / "customers.csv").write_text("number,branch\n" + rows)
    found = dialsim.check(path)
    assert not found["ok"]
    problem = next(each for each in found["problems"] if "attributes" in each["path"])
    assert problem["line"] is not None
