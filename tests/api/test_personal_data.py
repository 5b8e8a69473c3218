"""Attributes, pseudonyms and numbers in outputs; metrics split by attributes."""

from __future__ import annotations

import json
import stat
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.errors import ScenarioError
from dialsim.outcomes.pseudonyms import KEY_VARIABLE
from dialsim.scenario.metrics import unsplit_reasons
from tests.api.lists import BRANCHES, KEY, PEOPLE, folder, number

SECRET = dialsim.PseudonymKey(KEY.encode())

pytestmark = pytest.mark.slow_without_jit  # plays worlds, and no kernel for its own sake


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("lists"))


@pytest.fixture(scope="module")
def plain(scenario: Path) -> dialsim.Run:
    """A run of which nothing was asked."""
    return dialsim.run(scenario, out=scenario.parent / "runs")


@pytest.fixture(scope="module")
def told(scenario: Path) -> dialsim.Run:
    """A run of which everything was asked."""
    return dialsim.run(
        scenario, out=scenario.parent / "told", by=["branch", "state"], attributes=True,
        pseudonyms=SECRET, with_numbers=True,
    )  # fmt: skip


def test_what_was_not_asked_is_not_shown(plain: dialsim.Run) -> None:
    assert not {"branch", "number", "pseudonym"} & set(plain.calls.column_names)
    assert not {"number", "pseudonym"} & set(plain.people.column_names)
    assert plain.summary["personal_data"] == {"numbers": False, "pseudonyms": None}
    assert plain.folder is not None
    for path in plain.folder.rglob("*.*"):
        assert number(3)[:9].encode() not in path.read_bytes(), path
    assert stat.S_IMODE(plain.folder.stat().st_mode) & 0o055


def test_people_lead_back_to_their_line(plain: dialsim.Run, scenario: Path) -> None:
    lines = (scenario.parent / "customers.csv").read_text("utf-8").splitlines()
    rows = plain.people.to_pylist()
    assert len(rows) == PEOPLE + 2 + 20
    for row in rows:
        if row["list"] == "drawn":
            assert (row["line"], row["branch"], row["attribute.state"]) == (None, None, None)
        else:
            _, branch, state = lines[row["line"] - 1].split(",")
            assert (row["branch"], row["attribute.state"]) == (branch or None, state)


def test_outputs_do_not_change_what_happens(plain: dialsim.Run, told: dialsim.Run) -> None:
    assert told.summary["outcome_digest"] == plain.summary["outcome_digest"]
    assert told.folder is not None
    assert plain.folder is not None
    assert told.folder.name == plain.folder.name


def test_numbers_and_pseudonyms_on_request(told: dialsim.Run) -> None:
    people = {row["person"]: row for row in told.people.to_pylist()}
    digits = int("86" + number(3))
    mine = [row for row in people.values() if row["number"] == f"+{digits}"]
    assert {row["pseudonym"] for row in mine} == {SECRET.pseudonym(digits)}
    assert len(mine) == 2  # the row and its duplicate
    assert all(row["number"] is None for row in people.values() if row["list"] == "drawn")
    for call in told.calls.to_pylist():
        for name in ("number", "pseudonym", "branch", "attribute.state"):
            assert call[name] == people[call["person"]][name]
    shown = told.summary["personal_data"]
    assert shown == {"numbers": True, "pseudonyms": {"key_fingerprint": SECRET.fingerprint}}


def test_files_with_numbers_are_their_owners(told: dialsim.Run) -> None:
    assert told.folder is not None
    assert stat.S_IMODE(told.folder.stat().st_mode) == 0o700
    for path in (*told.folder.glob("calls/*"), told.folder / "people.parquet"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for path in told.folder.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes()


@pytest.mark.parametrize("attribute", ["branch", "state"])
def test_a_split_adds_up_to_the_metric(
    plain: dialsim.Run, told: dialsim.Run, attribute: str
) -> None:
    metrics = {key: each["value"] for key, each in plain.summary["metrics"].items()}
    split = plain.split(attribute)
    for name, value in metrics.items():
        if name in unsplit_reasons():
            continue
        assert split.total[name] == pytest.approx(value), name
        if isinstance(value, int) or name == "attempts_per_hour":
            assert sum(row[name] for row in split.rows) == pytest.approx(value), name
    assert metrics["attempts"] > PEOPLE
    assert told.split(attribute) == split
    assert told.summary["splits"][attribute] == split.to_dict()
    json.dumps(split.to_dict())


def test_values_are_the_files(plain: dialsim.Run) -> None:
    leads = {row["value"]: row["leads"] for row in plain.split("branch").rows}
    assert leads == {"north": 21, "south": 21, None: 40}
    assert set(BRANCHES) == {"north", "south", ""}


def test_a_split_needs_no_log_if_asked_before(scenario: Path, told: dialsim.Run) -> None:
    silent = dialsim.run(scenario, log=False, by="branch")
    assert silent.split("branch") == told.split("branch")
    with pytest.raises(ScenarioError, match="did you mean"):
        silent.split("brunch")


def test_a_split_by_nothing_is_refused_before_the_run(scenario: Path) -> None:
    with pytest.raises(ScenarioError, match='did you mean "branch"') as caught:
        dialsim.run(scenario, by=["brunch", "estate"])
    assert len(caught.value.problems) == 2


def test_pseudonyms_without_a_key_are_refused(
    scenario: Path, monkeypatch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    out = scenario.parent / "none"
    call = partial(main, ["run", str(scenario), "--out", str(out), "--quiet", "--pseudonyms"])
    assert call() == 2
    assert KEY_VARIABLE in capsys.readouterr().err
    monkeypatch.setenv(KEY_VARIABLE, "short")
    assert call() == 2
    assert "16 bytes" in capsys.readouterr().err
    key = scenario.parent / "key"
    assert main(["run", str(scenario), "--pseudonym-key-file", str(key)]) == 2
    assert not out.exists()


def test_the_command_splits(
    scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], told: dialsim.Run
) -> None:
    key = tmp_path / "key"
    key.write_text(KEY + "\n")
    options = ["--pseudonyms", "--pseudonym-key-file", str(key), "--with-numbers", "--attributes"]
    code = main(["run", str(scenario), "--out", str(tmp_path), "--by", "branch", *options])
    out = capsys.readouterr().out
    assert code == 0
    assert "By branch" in out
    assert "The lists" in out
    found = dialsim.load_run(next(path for path in tmp_path.iterdir() if path.is_dir()))
    assert found.split("branch") == told.split("branch")
    assert found.people.to_pylist() == told.people.to_pylist()


def test_step_by_step_it_is_the_same(scenario: Path, plain: dialsim.Run) -> None:
    steps = dialsim.Simulation(scenario)
    steps.advance("10:30")
    found = steps.finish()
    assert found.people.to_pylist() == plain.people.to_pylist()
    assert found.split("state") == plain.split("state")


def test_drawn_people_have_no_numbers() -> None:
    from tests.scheduler.worlds import tiny

    found = dialsim.run(tiny(), pseudonyms=SECRET, with_numbers=True)
    assert found.people["number"].null_count == found.people.num_rows
    assert found.calls["pseudonym"].null_count == found.calls.num_rows


def test_a_column_of_numbers_is_no_attribute(tmp_path: Path) -> None:
    path = folder(tmp_path)
    path.write_text(path.read_text("utf-8").replace('"branch"', '"number"'), "utf-8")
    with pytest.raises(ScenarioError, match=r"attributes: results would hold phone numbers"):
        dialsim.run(path, out=tmp_path / "runs")
    with pytest.raises(ScenarioError, match="--with-numbers"):
        dialsim.Simulation(path)
    assert not (tmp_path / "runs").exists()
    with pytest.raises(ScenarioError, match="one of numbers"):  # they have a column of their own
        dialsim.run(path, out=tmp_path / "runs", with_numbers=True)


def test_nor_is_a_column_that_is_full_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder(tmp_path)
    rows = "".join(f"{number(i)},{number(i + 50)},a\n" for i in range(9))
    (tmp_path / "customers.csv").write_text(f"number,branch,state\n{rows}", "utf-8")
    assert main(["run", str(path), "--out", str(tmp_path / "runs"), "--quiet"]) == 2
    err = capsys.readouterr().err
    assert "people[0].attributes: results would hold phone numbers: most values" in err
    assert "--with-numbers" in err
    assert number(50) not in err
    for each in tmp_path.glob("runs/**/*"):
        assert each.is_dir() or number(50).encode() not in each.read_bytes()
