"""What rows carry in a run that goes on from earlier calls: its lists are read before it plays."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.errors import InternalError
from dialsim.outcomes.passthrough import CarriedColumns
from dialsim.scheduler.prepare import prepare_world
from dialsim.scheduler.prepared_inputs import attach_carried
from tests.api.lists import KEY
from tests.people.scenarios import small_scenario
from tests.scheduler.worlds import as_toml

SECRET = dialsim.PseudonymKey(KEY.encode())
PEOPLE = 30
SHOWN: dict[str, Any] = {"pseudonyms": SECRET, "with_numbers": True, "attributes": True}
MID_CAMPAIGN = Path(__file__).parents[2] / "scenarios" / "mid_campaign.toml"

pytestmark = pytest.mark.slow_without_jit  # plays worlds, and no kernel for its own sake


def number(i: int) -> str:
    return f"1380001{i:04d}"


def folder(path: Path, *, own: bool = True) -> Path:
    """Write a scenario of people with identifiers and second numbers, some of them called before.

    The list is read in another order than it is called in, and some rows are no person's.
    """
    path.mkdir(parents=True, exist_ok=True)
    rows = [f"{number(i)},c{i},{number(5000 + i)},{'ns'[i % 2]}" for i in range(PEOPLE)]
    rows.insert(4, "no number,c900,,n")
    rows.insert(9, f"+86 {number(3)},c901,,s")
    (path / "customers.csv").write_text("\n".join(["number,id,second,branch", *rows]) + "\n")
    calls = [f"2026-04-12 10:{i:02d}:00,{number(i)},,no_answer" for i in range(0, PEOPLE, 2)]
    (path / "calls.csv").write_text("\n".join(["time,number,caller_id,outcome", *calls]) + "\n")
    people = {
        "name": "customers",
        "file": "customers.csv",
        "attributes": ["branch"],
        "columns": {"alternates": ["second"]},
    }
    raw = small_scenario(people)
    raw["history"] = {"calls": {"file": "calls.csv", "own": own}}
    raw["aftermath"] = "40d"
    return as_toml(raw, path / "scenario.toml")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run that goes on from earlier calls, and shows whatever rows carry."""
    scenario = folder(tmp_path_factory.mktemp("own"))
    dialsim.run(scenario, out=scenario.parent / "runs", by="branch", **SHOWN)
    return scenario.parent


@pytest.fixture
def place(played: Path, tmp_path: Path) -> Path:
    """A copy of it that may be changed."""
    return Path(shutil.copytree(played, tmp_path / "place"))


def run_of(place: Path) -> dialsim.Run:
    return dialsim.load_run(next((place / "runs").iterdir()))


def columns_of(run: dialsim.Run, table: str, *names: str) -> dict[int, Any]:
    """Return by person what some columns hold."""
    return {
        row["person"]: tuple(row[name] for name in names) for row in getattr(run, table).to_pylist()
    }


def test_rows_carry_what_they_carry_without_earlier_calls(played: Path, tmp_path: Path) -> None:
    run = run_of(played)
    alone = dialsim.run(folder(tmp_path / "alone", own=False), by="branch", **SHOWN)
    names = ("line", "branch", "number", "pseudonym")
    found = columns_of(run, "people", *names)
    assert found == columns_of(alone, "people", *names)
    lines = (played / "customers.csv").read_text().splitlines()
    for line, branch, shown, pseudonym in found.values():
        if lines[line - 1].startswith("no number"):
            continue
        cell, _, _, wanted = lines[line - 1].split(",")
        assert (branch, shown) == (wanted, f"+86{cell[-11:]}")
        assert pseudonym == SECRET.pseudonym(int(shown[1:]))
    calls = columns_of(run, "calls", "branch", "number", "pseudonym")
    assert calls
    assert all(found[person][1:] == shown for person, shown in calls.items())


def test_splits_count_everybody(played: Path) -> None:
    run = run_of(played)
    rows = {row["value"]: row for row in run.summary["splits"]["branch"]["rows"]}
    made = Counter(call["branch"] for call in run.calls.to_pylist())
    assert {value: row["attempts"] for value, row in rows.items()} == dict(made)
    people = Counter(row["branch"] for row in run.people.to_pylist())
    assert {value: row["leads"] for value, row in rows.items()} == dict(people)


@pytest.mark.parametrize("wanted", [number(3), number(5003), number(20), number(5020)])
def test_the_person_is_forgotten_and_nobody_else(place: Path, wanted: str) -> None:
    who = wanted[-2:].lstrip("0")
    before = run_of(place)
    lines = (place / "customers.csv").read_text().splitlines()
    mine = {
        line
        for line, text in enumerate(lines, 1)
        if number(int(who)) in text or number(5000 + int(who)) in text
    }
    persons = {p for p, (line,) in columns_of(before, "people", "line").items() if line in mine}
    assert len(persons) == len(mine) == (2 if who == "3" else 1)
    rows = [row for row in before.people.to_pylist() if row["person"] not in persons]
    calls = [row for row in before.calls.to_pylist() if row["person"] not in persons]
    found = dialsim.forget(wanted, place, lists=True, key=SECRET)
    assert found.complete, found.could_not
    run = run_of(place)
    assert [dict(row, line=0) for row in run.people.to_pylist()] == [
        dict(row, line=0) for row in rows
    ]
    assert run.calls.to_pylist() == calls
    left = (place / "customers.csv").read_text().splitlines()
    assert left == [text for line, text in enumerate(lines, 1) if line not in mine]
    for row in run.people.to_pylist():  # the lines of those who stay have followed the file
        assert row["number"] is None or row["number"][3:] in left[row["line"] - 1]


def test_by_line_alone(tmp_path: Path) -> None:
    """A run that shows no numbers: the line is all that tells whose a row is."""
    scenario = folder(tmp_path)
    run = dialsim.run(scenario, out=tmp_path / "runs")
    mine = {p for p, (line,) in columns_of(run, "people", "line").items() if line in (5, 11)}
    assert len(mine) == 2
    found = dialsim.forget(number(3), tmp_path, lists=True)
    assert found.complete, found.could_not
    left = set(run_of(tmp_path).people["person"].to_pylist())
    assert set(run.people["person"].to_pylist()) - left == mine


def test_in_steps_and_branches(tmp_path: Path, played: Path) -> None:
    day = dialsim.Simulation(folder(tmp_path))
    day.advance("10:00")
    expected = columns_of(run_of(played), "people", "line", "branch")
    assert columns_of(day.branch().finish(), "people", "line", "branch") == expected
    assert columns_of(day.finish(), "people", "line", "branch") == expected


def test_screening_reads_the_lists_of_such_a_scenario(tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "screened.csv"
    assert main(["screen", "--scenario", str(MID_CAMPAIGN), "--out", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == 900
    assert sum(found["verdicts"].values()) == 900
    lines = out.read_text("utf-8-sig").splitlines()
    assert len(lines) == 901


def test_nothing_is_attached_once_rows_are_read(tmp_path: Path) -> None:
    world = prepare_world(dialsim.load_scenario(folder(tmp_path)))
    assert world.carried is None
    with pytest.raises(InternalError, match="after rows had been read"):
        attach_carried(world, CarriedColumns())
