"""What killed commands left goes with a person; what living ones write is named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.storage.locks import Lock
from tests.people.scenarios import small_scenario
from tests.scheduler.worlds import as_toml

NUMBER = "13800000004"
STEM = ".small.0123456789abcdef.dialsim-"
DEAD = 2**22 + 1  # more than Linux gives to a process


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "own.csv").write_text(f"number\n{NUMBER}\n13800000005\n")
    raw = small_scenario({"name": "drawn", "synthetic": {"count": 10}})
    raw["registries"] = [{"name": "own", "kind": "internal", "file": "own.csv"}]
    as_toml(raw, tmp_path / "s.toml")
    (tmp_path / "runs").mkdir()
    return tmp_path


def write_run(folder: Path) -> Path:
    (folder / "calls").mkdir(parents=True)
    for name in ("people.parquet.tmp", "calls/part-00001.arrow.tmp"):
        (folder / name).write_text(NUMBER)
    return folder


def forget(place: Path, **options: Any) -> dialsim.Forgotten:
    return dialsim.forget(NUMBER, place, **options)


def test_leftovers_go(place: Path) -> None:
    left = [
        write_run(place / "runs" / f"{STEM}tmp"),
        write_run(place / "runs" / f".small-abc-1.{DEAD}-0.tmp"),
    ]
    for name in (f".list-{DEAD}.tmp", ".own.csv.0123456789abcdef.dialsim-tmp"):
        left.append(place / name)
        left[-1].write_text(f"PAR1{NUMBER}")
    seen = forget(place, dry_run=True)
    assert sorted(seen.leftovers) == sorted(map(str, left))
    assert all(path.exists() for path in left)
    found = forget(place)
    assert found.complete, found.could_not
    assert found.leftovers == seen.leftovers
    assert not any(path.exists() for path in left)
    assert [path for path in place.rglob("*") if path.is_file() and path.suffix != ".toml"] == [
        place / "own.csv"
    ]
    assert not forget(place).leftovers


def test_what_a_living_command_writes_is_named(place: Path) -> None:
    write_run(place / "runs" / f"{STEM}tmp")
    own = write_run(place / "runs" / f".small-abc-1.{os.getpid()}-0.tmp")
    with Lock(place / "runs" / f"{STEM}lock") as lock:
        lock.write_note()
        found = forget(place)
    assert not found.complete
    assert [text for text in found.could_not if "living command" in text] == [
        f"{place / 'runs' / STEM}tmp: a living command writes it, and it may hold the person:"
        " forget again when it has ended",
        f"{own}: a living command writes it, and it may hold the person:"
        " forget again when it has ended",
    ]
    assert "gone from all" not in found.verdict[0]
    assert (own / "people.parquet.tmp").exists()
    assert (place / "runs" / f"{STEM}tmp" / "people.parquet.tmp").exists()


def test_what_may_be_somebodys_own_is_named_and_stays(place: Path) -> None:
    mine = place / ".numbers.mybackup"
    mine.write_text(f"x;+86 {NUMBER[:3]} {NUMBER[3:7]} {NUMBER[7:]}")
    (place / ".numbers.without_").write_text("13800000005")
    folder = place / ".mine.1-2.tmp.d"
    folder.mkdir()
    (folder / "a.csv").write_text(NUMBER)
    (place / f".notes.{DEAD}-1.tmp").mkdir()
    (place / f".notes.{DEAD}-1.tmp" / "diary.txt").write_text("mine")
    found = forget(place)
    assert [text.split(":")[0] for text in found.could_not] == [str(mine)]
    assert mine.exists()
    assert (place / f".notes.{DEAD}-1.tmp" / "diary.txt").exists()


def test_beside_files_elsewhere(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("lists")
    text = (place / "s.toml").read_text().replace("own.csv", str(elsewhere / "own.csv"))
    (place / "s.toml").write_text(text)
    (place / "own.csv").rename(elsewhere / "own.csv")
    left = elsewhere / ".own.csv.0123456789abcdef.dialsim-tmp"
    left.write_text(NUMBER)
    found = forget(place)
    assert found.complete
    assert not left.exists()
    assert NUMBER not in (elsewhere / "own.csv").read_text()


def test_the_command_says_so(place: Path, capsys: Any) -> None:
    (place / f".list-{DEAD}.tmp").write_text(f"PAR1{NUMBER}")
    assert main(["forget", NUMBER, "--in", str(place), "--keep-lists"]) == 0
    assert "a killed command had left it" in capsys.readouterr().out


@pytest.mark.parametrize("home", ["ZZZ", "cn", "", "C\0"])
def test_a_country_that_is_none_is_refused(place: Path, home: str, capsys: Any) -> None:
    assert main(["forget", NUMBER, "--in", str(place), "--home", home]) == 2
    assert "--home: " in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_keeps_nothing_else(place: Path) -> None:
    """Its file is named, and the rest is done."""
    for name in ("a", "b"):
        (place / name).mkdir()
        (place / name / "own.csv").write_text((place / "own.csv").read_text())
        text = (place / "s.toml").read_text().replace('"small"', f'"{name}"')
        (place / name / "s.toml").write_text(text)
    (place / "a" / ".dialsim-changes.note").mkdir()
    found = forget(place)
    assert found.could_not[-1].startswith(f"{place / 'a' / 'own.csv'}: nothing was taken out")
    assert NUMBER in (place / "a" / "own.csv").read_text()
    for folder in (place, place / "b"):
        assert NUMBER not in (folder / "own.csv").read_text()
    assert not [p for p in place.rglob(".dialsim-changes*") if p.is_file()]
