"""Forgetting a person: out of registries, histories, runs and lists, with an account of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.errors import ScenarioError
from dialsim.outcomes.pseudonyms import KEY_VARIABLE
from tests.api.lists import KEY, folder, number

SECRET = dialsim.PseudonymKey(KEY.encode())
WAYS: dict[str, dict[str, Any]] = {
    "line": {},
    "pseudonym": {"pseudonyms": SECRET},
    "number": {"with_numbers": True},
}

pytestmark = pytest.mark.slow_without_jit  # plays worlds, and no kernel for its own sake


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a scenario, its files, and one run for each way to find a person."""
    scenario = folder(tmp_path_factory.mktemp("played"))
    for name, options in WAYS.items():
        dialsim.run(scenario, out=scenario.parent / "runs" / name, **options)
    return scenario.parent


@pytest.fixture
def place(played: Path, tmp_path: Path, monkeypatch: Any) -> Path:
    """A copy of it that may be changed."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    return Path(shutil.copytree(played, tmp_path / "place"))


def runs(place: Path) -> dict[str, dialsim.Run]:
    found = {name: dialsim.load_run(next((place / "runs" / name).iterdir())) for name in WAYS}
    for run in found.values():
        assert run.people.num_rows  # read now: the files are going to change
        assert run.calls.num_rows
    return found


def rows_of(run: dialsim.Run, line: int) -> list[int]:
    return [row["person"] for row in run.people.to_pylist() if row["line"] == line]


def contents(place: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


def test_a_person_goes_from_runs_however_they_are_found(place: Path) -> None:
    before = runs(place)
    found = dialsim.forget(number(3), place, key=SECRET)
    assert found.complete
    assert [(each.kind, each.done) for each in found.touched] == [
        ("run", True), ("run", True), ("run", True), ("list", False),
    ]  # fmt: skip
    for name, run in runs(place).items():
        gone = {*rows_of(before[name], 5), *rows_of(before[name], 11)}
        assert len(gone) == 2
        assert not gone & set(run.people["person"].to_pylist())
        assert not gone & set(run.calls["person"].to_pylist())
        calls = [call for call in before[name].calls.to_pylist() if call["person"] not in gone]
        assert run.calls.to_pylist() == calls
        assert run.summary["forgotten"]["persons"] == 2
        assert run.summary["metrics"] == before[name].summary["metrics"]
    assert number(3) in (place / "customers.csv").read_text("utf-8")


def test_a_dry_run_changes_nothing(place: Path) -> None:
    before = contents(place)
    found = dialsim.forget(f"+86 {number(7)}", place, key=SECRET, lists=True, dry_run=True)
    assert contents(place) == before
    real = dialsim.forget(number(7), place, key=SECRET, lists=True)
    assert [vars(each) for each in real.touched] == [vars(each) for each in found.touched]
    assert {each.kind for each in real.touched} == {"run", "list", "registry"}


def test_lists_and_registries_and_a_second_person(place: Path) -> None:
    found = dialsim.forget(number(7), place, lists=True, key=SECRET)
    assert found.complete
    assert "no longer protected" in found.warnings[0]
    for name in ("customers.csv", "own.csv"):
        assert number(7) not in (place / name).read_text("utf-8")
        assert number(8) in (place / name).read_text("utf-8")
    again = dialsim.forget(number(8), place, lists=True, key=SECRET)
    assert again.complete, again.could_not  # the lines of the runs have followed the list
    assert sum(each.kind == "run" for each in again.touched) == 3
    lines = (place / "customers.csv").read_text("utf-8").splitlines()
    for row in runs(place)["line"].people.to_pylist():
        if row["list"] == "customers":
            assert lines[row["line"] - 1].split(",")[1] == (row["branch"] or "")
    assert dialsim.forget(number(8), place, lists=True).touched == []


def test_a_number_that_stays_in_a_list_stays_protected(place: Path) -> None:
    found = dialsim.forget(number(7), place, key=SECRET)
    assert not found.complete
    assert "would be called" in found.could_not[0]
    assert number(7) in (place / "own.csv").read_text("utf-8")
    kept = dialsim.forget(number(7), place, key=SECRET, lists=True, registries=False)
    assert kept.complete
    assert kept.warnings == []
    assert number(7) in (place / "own.csv").read_text("utf-8")


def test_what_cannot_be_told_is_told(place: Path) -> None:
    with (place / "customers.csv").open("a", encoding="utf-8") as file:
        file.write(f"{number(99)},north,a\n")
    (place / "broken.toml").write_text("people = 3\n")
    (place / "other.toml").write_text("[tool]\nx = 1\n")
    (place / "runs" / "damaged").mkdir()
    (place / "runs" / "damaged" / "summary.json").write_text("{")
    found = dialsim.forget(number(3), place, key=dialsim.PseudonymKey(b"k" * 16))
    text = "\n".join(found.could_not)
    assert "customers.csv has changed since" in text
    assert f"want the key {SECRET.fingerprint}" in text
    assert "broken.toml: this scenario has problems" in text
    assert "damaged" in text
    assert "other.toml" not in text
    assert [each.kind for each in found.touched] == ["run", "list"]  # the run with numbers


def test_bad_input(place: Path) -> None:
    for bad in ("nonsense", "123", ""):
        with pytest.raises(ScenarioError, match="NUMBER"):
            dialsim.forget(bad, place)
    with pytest.raises(ScenarioError, match="no such folder"):
        dialsim.forget(number(3), place / "none")
    with pytest.raises(ScenarioError, match="path is empty"):
        dialsim.forget(number(3), "")
    with pytest.raises(ScenarioError, match="not a folder"):
        dialsim.forget(number(3), place / "own.csv")


def test_the_command(place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    command = ["forget", number(8), "--in", str(place)]
    assert main([*command, "--dry-run"]) == 1  # the registry would stay with the list
    assert "would go" in capsys.readouterr().out
    assert main([*command, "--keep-registries"]) == 1
    assert "say --lists or --keep-lists" in capsys.readouterr().err
    assert main([*command, "--keep-registries", "--keep-lists"]) == 0
    capsys.readouterr()
    assert main([*command, "--lists", "--json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert (found["complete"], found["dry_run"], err) == (True, False, "")
    assert number(8) not in out
    assert main([*command, "--lists"]) == 0
    assert "found nowhere" in capsys.readouterr().out
    key = ["--pseudonym-key-file", str(place / "none")]
    assert main([*command, *key]) == 2


@pytest.mark.parametrize("answer", [True, False])
def test_the_command_asks(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any, answer: bool
) -> None:
    asked: list[str] = []

    def confirm(text: str, default: bool) -> bool:
        asked.append(text)
        return answer

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", confirm)
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    command = ["forget", number(4), "--in", str(place)]
    assert main(command) == 0
    assert len(asked) == 1
    assert (number(4) in (place / "customers.csv").read_text("utf-8")) != answer
    assert main(["forget", number(98), "--in", str(place)]) == 0
    assert len(asked) == 1
    capsys.readouterr()
