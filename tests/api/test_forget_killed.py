"""Forgetting that is killed at any step: the next command leaves all as it was, or all done."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

import dialsim
from dialsim.storage.notes import NOTE, RECORDS
from tests.api.test_own_calls_carried import KEY, PEOPLE, folder, number
from tests.storage.kills import killed_everywhere

SECRET = dialsim.PseudonymKey(KEY.encode())
WORK = f"{__name__}:forget"
WHO = 4
LEFT = RECORDS | {NOTE, ".forget.claim.dialsim-lock"}
"""Of no person; left of a command killed at its very end, in folders that no next command reads."""

pytestmark = pytest.mark.slow_without_jit  # plays worlds, and no kernel for its own sake


def forget(home: Path) -> dialsim.Forgotten:
    return dialsim.forget(number(WHO), home, lists=True, key=SECRET)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two lists, a registry, a history, and two runs that were made of them."""
    home = tmp_path_factory.mktemp("killed")
    scenario = folder(home / "campaign")
    rows = {"number": [number(i) for i in range(PEOPLE)], "name": [f"Li {WHO}"] * PEOPLE}
    registry = pa.table({name: pa.array(of).dictionary_encode() for name, of in rows.items()})
    (home / "lists").mkdir()
    parquet.write_table(registry.slice(WHO - 1, 3), home / "lists" / "own.parquet")
    text = scenario.read_text("utf-8")
    text += '\n[[registries]]\nname = "own"\nkind = "internal"\nfile = "../lists/own.parquet"\n'
    scenario.write_text(text, "utf-8")
    for log in ("parquet", "arrow"):
        dialsim.run(
            scenario, out=home / "runs" / log, log=log, by="branch", with_numbers=True,
            attributes=True, report=True,
        )  # fmt: skip
    return home


def state(home: Path) -> dict[str, str]:
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


def read_all(home: Path) -> None:
    """Read everything, as some next command would."""
    for log in ("parquet", "arrow"):
        run = dialsim.load_run(next((home / "runs" / log).iterdir()))
        for table in ("calls", "people", "events", "interventions"):
            assert getattr(run, table).num_rows >= 0
    dialsim.check(home / "campaign" / "scenario.toml")


def check(played: Path, copies: Path, every: int, capsys: Any) -> None:
    old = state(played)
    homes = killed_everywhere(played, copies, WORK, every)
    done = Path(shutil.copytree(played, copies.parent / "done"))
    assert forget(done).complete
    new = state(done)
    assert new.keys() == old.keys()
    outcomes = []
    for home in homes:
        read_all(home)
        seen = state(home)
        records = [name for name in seen if name.rpartition("/")[2] in LEFT]
        for name in records:
            assert str(number(WHO)) not in (home / name).read_text("utf-8"), home / name
            del seen[name]
        assert seen in (old, new), home
        outcomes.append(seen == new)
        again = forget(home)
        assert again.complete, again.could_not
        assert bool(again.touched) is not outcomes[-1]
        assert state(home) == new
    assert sorted(outcomes) == outcomes
    assert set(outcomes) == {False, True}
    assert "dialsim: finished in" in capsys.readouterr().err


@pytest.mark.full
def test_killed_at_some_steps(played: Path, tmp_path: Path, capsys: Any) -> None:
    check(played, tmp_path / "at", 41, capsys)


@pytest.mark.full
def test_killed_at_every_step(played: Path, tmp_path: Path, capsys: Any) -> None:
    check(played, tmp_path / "at", 1, capsys)


@pytest.mark.full
def test_finishing_is_killed_at_every_step(played: Path, tmp_path: Path, capsys: Any) -> None:
    """The command that finishes is killed in its turn."""
    homes = killed_everywhere(played, tmp_path / "at", WORK)
    first = next(home for home in homes if (home / ".dialsim-changes.journal").exists())
    done = Path(shutil.copytree(played, tmp_path / "done"))
    assert forget(done).complete
    new = state(done)
    for home in killed_everywhere(first, tmp_path / "again", WORK):
        read_all(home)
        assert not forget(home).touched
        assert state(home) == new
