"""Rows of a run for a spreadsheet: what was asked for, and nothing that runs or tells numbers."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

import dialsim
from dialsim.__main__ import main
from dialsim.api import exporting
from dialsim.errors import CapacityError, ScenarioError
from dialsim.outcomes import sheets
from tests.people.scenarios import small_scenario

pytestmark = [pytest.mark.needs_jit, pytest.mark.once]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a list with an attribute that looks like a formula, and its numbers."""
    home = tmp_path_factory.mktemp("export")
    rows = [f"{13800010000 + 11 * i},{'=1+1' if i % 2 else 'north'}" for i in range(300)]
    (home / "list.csv").write_text("number,branch\n" + "\n".join(rows) + "\n", "utf-8")
    people = {"name": "list", "file": str(home / "list.csv"), "relation": "opted_in"}
    made = small_scenario(people | {"attributes": ["branch"]})
    run = dialsim.run(made, out=home / "runs", attributes=True, with_numbers=True)
    assert run.folder is not None
    return run.folder


def rows_of(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = csv.read_csv(path).to_pylist()
    return found


def test_who_was_not_reached(folder: Path, tmp_path: Path) -> None:
    run = dialsim.load_run(folder)
    out = tmp_path / "people.csv"
    found = dialsim.export(folder, out=out, where=["reason!=connected", "attempts>=2"])
    people = run.people.to_pandas()
    expected = people[(people["reason"] != "connected") & (people["attempts"] >= 2)]
    assert 0 < found.rows == len(expected) < found.of == len(people)
    assert [row["person"] for row in rows_of(out)] == expected["person"].tolist()
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")


def test_numbers_only_where_they_are_asked_for(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "people.csv"
    dialsim.export(folder, out=out)
    assert "number" not in rows_of(out)[0]
    assert "1380001" not in out.read_text("utf-8")
    dialsim.export(folder, out=out, with_numbers=True)
    assert "1380001" in out.read_text("utf-8")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with pytest.raises(ScenarioError, match="no such column") as caught:
        dialsim.export(folder, out=out, columns=["number"])
    assert caught.value.problems[0].remedy == "--with-numbers shows them, if the run kept them"


def test_text_that_a_spreadsheet_would_run_does_not(folder: Path, tmp_path: Path) -> None:
    dialsim.export(folder, out=tmp_path / "a.csv", columns=["branch"])
    assert {row["branch"] for row in rows_of(tmp_path / "a.csv")} == {"north", "'=1+1"}
    dialsim.export(folder, out=tmp_path / "a.xlsx", columns=["branch"])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    values = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert set(values) == {"north", "'=1+1"}


def test_a_sheet_of_excel_holds_numbers_moments_and_truth(folder: Path, tmp_path: Path) -> None:
    run, out = dialsim.load_run(folder), tmp_path / "calls.xlsx"
    found = dialsim.export(
        folder, "calls", out=out, where=["delivered=yes"], columns=["time", "sip_code", "delivered"]
    )
    calls = run.calls.to_pandas()
    calls = calls[calls["delivered"]]
    rows = list(openpyxl.load_workbook(out).active.iter_rows(values_only=True))
    assert rows[0] == ("time", "sip_code", "delivered")
    assert len(rows) - 1 == found.rows == len(calls)
    first = calls["time"].iloc[0].to_pydatetime().replace(tzinfo=None)
    assert isinstance(rows[1][0], datetime)
    assert abs((rows[1][0] - first).total_seconds()) < 0.01
    assert rows[1][1:] == (int(calls["sip_code"].iloc[0]), True)


def test_moments_are_those_of_the_clock_of_the_run(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "calls.csv"
    dialsim.export(folder, "calls", out=out, where=["time>=2026-04-13 10:00"], columns=["time"])
    texts = [line.strip('"') for line in out.read_text("utf-8-sig").splitlines()[1:]]
    assert texts
    assert all(text >= "2026-04-13T10:00" for text in texts)
    assert all(text.endswith("+08:00") for text in texts)
    calls = dialsim.load_run(folder).calls.to_pandas()
    assert len(texts) == int((calls["time"] >= "2026-04-13T10:00+08:00").sum())


def test_empty_cells_and_several_values(folder: Path, tmp_path: Path) -> None:
    calls, out = dialsim.load_run(folder).calls.to_pandas(), tmp_path / "a.parquet"
    for where, rows in (
        ("agent=", calls["agent"].isna()),
        ("agent!=", calls["agent"].notna()),
        ("true_outcome=busy,unreachable", calls["true_outcome"].isin(["busy", "unreachable"])),
        ("true_reason!=throttled", calls["true_reason"] != "throttled"),
        ("ring_ms<3000", calls["ring_ms"] < 3000),
    ):
        found = dialsim.export(folder, "calls", out=out, where=[where])
        assert found.rows == int(rows.sum()) == pq.read_table(out).num_rows


def test_all_that_is_wrong_is_told_at_once(folder: Path, tmp_path: Path) -> None:
    where = ["attemps=2", "reason>busy", "attempts=many", "attempts=1e400", "nothing at all"]
    with pytest.raises(ScenarioError) as caught:
        dialsim.export(folder, out=tmp_path / "a.csv", where=where, columns=["persn"])
    assert len(caught.value.problems) == 6
    assert not list(tmp_path.iterdir())
    for asked, match in (
        ({"table": "peple"}, "no such table"),
        ({"out": tmp_path / "a.txt"}, "does not say how"),
        ({"columns": []}, "no column is named"),
    ):
        with pytest.raises(ScenarioError, match=match):
            dialsim.export(folder, **({"out": tmp_path / "a.csv"} | asked))


def test_a_run_without_numbers_or_calls_says_so(tmp_path: Path) -> None:
    made = small_scenario({"name": "list", "synthetic": {"count": 60, "relation": "opted_in"}})
    run = dialsim.run(made, out=tmp_path / "runs", log=False)
    with pytest.raises(ScenarioError, match="have no numbers"):
        dialsim.export(run, out=tmp_path / "a.csv", with_numbers=True)
    with pytest.raises(ScenarioError, match="this run has no calls"):
        dialsim.export(run, "calls", out=tmp_path / "a.csv")


def test_more_rows_than_a_sheet_holds_are_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 20)
    out = tmp_path / "a.xlsx"
    out.write_text("kept")
    with pytest.raises(ScenarioError, match="more rows than the 20"):
        dialsim.export(folder, out=out)
    assert out.read_text() == "kept"
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet"])
def test_a_disk_that_is_full_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    @contextmanager
    def full(*_: Any, **__: Any) -> Iterator[Any]:
        with Path("/dev/full").open("wb") as file:
            yield file

    monkeypatch.setattr(exporting, "written_atomically", full)
    with pytest.raises(CapacityError, match=name) as caught:
        dialsim.export(folder, out=tmp_path / name)
    assert caught.value.exit_code == 3


def test_without_the_library_csv_is_there(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "find_spec", lambda _: None)
    with pytest.raises(ScenarioError, match="not installed"):
        dialsim.export(folder, out=tmp_path / "a.xlsx")
    assert dialsim.export(folder, out=tmp_path / "a.csv").rows == 300


def test_the_command(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a.csv"
    wanted = ["export", str(folder), "people", "--out", str(out)]
    assert main([*wanted, "--where", "state=finished,sleepin"]) == 0
    said = capsys.readouterr()
    assert "of 300 rows of people" in said.out
    assert "no row has state = sleepin; there is" in said.err
    assert main([*wanted, "--json", "--columns", "person, reason"]) == 0
    assert json.loads(capsys.readouterr().out)["columns"] == ["person", "reason"]
    assert main([*wanted, "--where", "attempts"]) == 2
    assert "this is no condition" in capsys.readouterr().err
    assert exporting.TABLES[0] == "people"
