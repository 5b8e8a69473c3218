"""Lists and the runs that read them: no row of a run is lost sight of, whatever goes wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.errors import CapacityError, ScenarioError
from dialsim.privacy import forget as search
from dialsim.storage.workplaces import claim
from tests.people.scenarios import small_scenario
from tests.scheduler.worlds import as_toml

pytestmark = pytest.mark.slow_without_jit  # plays worlds, and no kernel for its own sake

PEOPLE = 12


def number(i: int) -> str:
    return f"1380001{i:04d}"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A list and a run of it that shows no number: lines alone tell whose its rows are."""
    rows = [number(i) for i in range(PEOPLE)]
    (tmp_path / "list.csv").write_text("\n".join(["number", *rows]) + "\n")
    raw = small_scenario({"name": "customers", "file": "list.csv"})
    scenario = as_toml(raw, tmp_path / "s.toml")
    dialsim.run(scenario, out=tmp_path / "runs")
    return tmp_path


def run_of(place: Path) -> Path:
    return next((place / "runs").iterdir())


def persons(place: Path) -> dict[int, int]:
    """Return the line of each person of the run."""
    people = dialsim.load_run(run_of(place)).people.select(["person", "line"]).to_pylist()
    return {row["person"]: row["line"] for row in people}


def forget(place: Path, i: int, **options: Any) -> dialsim.Forgotten:
    return dialsim.forget(number(i), place, lists=True, **options)


def test_a_list_stays_while_a_run_of_it_cannot_be_changed(place: Path) -> None:
    part = run_of(place) / "calls" / "part-00001.parquet"
    whole = part.read_bytes()
    before, told = persons(place), (place / "list.csv").read_bytes()
    part.write_bytes(whole[: len(whole) // 2])
    found = forget(place, 5)
    assert not found.complete
    assert any("are found by this list" in text for text in found.could_not)
    assert (place / "list.csv").read_bytes() == told
    part.write_bytes(whole)
    assert forget(place, 5).complete
    assert set(before) - set(persons(place)) == {5}
    assert number(5) not in (place / "list.csv").read_text()
    assert {row["person"] for row in dialsim.load_run(run_of(place)).calls.to_pylist()} <= set(
        persons(place)
    )


def test_a_list_stays_while_lines_of_a_run_cannot_follow(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, told = persons(place), (place / "list.csv").read_bytes()

    def fail(*_: Any) -> None:
        raise CapacityError("the folder", "it may not be written")

    with monkeypatch.context() as patch:
        patch.setattr("dialsim.privacy.runs.move_lines", fail)
        found = forget(place, 5)
    assert not found.complete
    assert (place / "list.csv").read_bytes() == told
    left = persons(place)
    assert {person: before[person] for person in left} == left
    assert forget(place, 5).complete
    assert set(before) - set(persons(place)) == {5}


def test_a_full_disk_changes_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, told = persons(place), (place / "list.csv").read_bytes()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("dialsim.people.erasing.erase._write_text", full)
        with pytest.raises(CapacityError, match="full"):
            forget(place, 5)
    assert persons(place) == before
    assert (place / "list.csv").read_bytes() == told


@pytest.mark.parametrize("where", [".", "..", "runs"])
def test_one_forget_at_a_time(place: Path, where: str) -> None:
    before = persons(place)
    with claim(place / where, "forget"), pytest.raises(ScenarioError, match="another `dialsim"):
        forget(place, 5)
    assert persons(place) == before
    assert forget(place, 5).complete


def test_a_list_that_changes_during_the_search_tells_no_rows(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody saves it from a spreadsheet: lines are those of the file before."""
    before = persons(place)
    plain = search.follow

    def followed(*given: Any) -> None:
        plain(*given)
        lines = (place / "list.csv").read_text().splitlines()
        (place / "list.csv").write_text("\n".join([lines[0], *lines[2:]]) + "\n")

    monkeypatch.setattr(search, "follow", followed)
    found = forget(place, 5)
    assert not found.complete
    assert persons(place) == before


def test_files_of_the_users_own_stay(place: Path) -> None:
    run = run_of(place)
    mine = [
        place / ".backup.2026-12.tmp",
        run / "my-notes.html.tmp",
        run / "calls" / "todo.json.tmp",
        place / ".list-7.tmp",
    ]
    for path in mine:
        path.write_text("mine")
    old = place / ".old.2026-1.tmp"
    (old / "inner").mkdir(parents=True)
    (old / "x.json").write_text("{}")
    assert forget(place, 5).complete
    assert all(path.read_text() == "mine" for path in mine)
    assert (old / "x.json").exists()
