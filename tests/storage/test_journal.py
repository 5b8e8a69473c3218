"""Files that change together or not at all, wherever their command is killed."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from dialsim.storage.journal import ChangedError, Changes
from dialsim.storage.notes import JOURNAL, NOTE, WHOLE, PendingError
from dialsim.storage.renames import finish
from dialsim.storage.settling import settle, sweep
from tests.storage.kills import killed_everywhere
from tests.tiers import tiered

NEW = {"lists/a.csv": "new a", "runs/one/summary.json": "new one", "runs/one/calls/p": "new p"}
OLD = dict.fromkeys(NEW, "old")
SAID = {"finished", "undid"}


def make(home: Path) -> Path:
    for name, text in OLD.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return home


def contents(home: Path) -> dict[str, str]:
    return {
        path.relative_to(home).as_posix(): path.read_text()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


def begin(home: Path) -> Changes:
    changes = Changes(home)
    for name, text in NEW.items():
        path = home / name
        folder = home / "runs/one" if "runs" in name else None
        changes.staged_path(path, folder).write_text("of no use")  # written again below
        changes.staged_path(path, folder).write_text(text)
        assert changes.now(path).read_text() == text
    return changes


def change(home: Path) -> None:
    with begin(home) as changes:
        changes.commit()


def settle_and_change(home: Path) -> None:
    settle(home)
    change(home)


def sweep_all(home: Path) -> None:
    for folder in (home, home / "lists", home / "runs/one"):
        sweep(folder)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders in which changes were killed at each step."""
    place = tmp_path_factory.mktemp("killed")
    found = killed_everywhere(make(place / "new"), place / "at", f"{__name__}:change")
    assert len(found) > 30
    return place / "at"


@pytest.fixture
def homes(killed: Path, tmp_path: Path) -> list[Path]:
    """Copies of them that may be changed."""
    copies = Path(shutil.copytree(killed, tmp_path / "copies"))
    for note in copies.rglob(f"{NOTE}*"):
        note.write_text(note.read_text().replace(str(killed), str(copies)))
    return sorted(copies.iterdir(), key=lambda path: int(path.name))


@pytest.mark.parametrize("first", tiered(["."], ["lists", "runs/one"]))
def test_the_next_command_finishes_or_undoes(homes: list[Path], first: str, capsys: Any) -> None:
    """Whichever folder it meets first."""
    seen = []
    for home in homes:
        settle(home / first)
        if not (home / NOTE).exists():
            assert (
                contents(home / first)
                in [
                    {n: t for n, t in contents(home / first).items() if t == "old"},
                    {n: t for n, t in contents(home / first).items() if t.startswith("new")},
                ]
                or first == "."
            )
        sweep_all(home)
        after = contents(home)
        assert after in (OLD, NEW), home
        seen.append(after == OLD)
    assert sorted(seen, reverse=True) == seen  # from some step on all is new
    assert set(seen) == {True, False}
    said = capsys.readouterr().err.splitlines()
    assert {line.split()[1] for line in said} == SAID


def test_folders_may_be_moved_meanwhile(homes: list[Path], tmp_path: Path) -> None:
    for home in homes:
        moved = home.rename(tmp_path / f"moved {home.name}")
        settle(moved / "runs/one")
        sweep_all(moved)
        assert contents(moved) in (OLD, NEW)


def test_a_run_may_be_moved_away(homes: list[Path], tmp_path: Path) -> None:
    wanted = [{Path(n).name: t for n, t in x.items() if "runs" in n} for x in (OLD, NEW)]
    for home in homes:
        run = (home / "runs/one").rename(tmp_path / f"run {home.name}")
        settle(run)
        sweep(run)
        found = {Path(name).name: text for name, text in contents(run).items()}
        assert found in wanted
        sweep(home)
        sweep(home / "lists")
        assert contents(home) in [{"lists/a.csv": "old"}, {"lists/a.csv": "new a"}]


@pytest.mark.parametrize("home_first", [True, False])
def test_a_run_that_was_moved_away_is_as_the_journal_says(
    homes: list[Path], tmp_path: Path, home_first: bool
) -> None:
    """Whichever is read first. Without a journal both are as they were."""
    wanted = [{Path(n).name: t for n, t in x.items() if "runs" in n} for x in (OLD, NEW)]
    for home in homes:
        journal = (home / JOURNAL).exists()
        marked = (home / "runs/one" / WHOLE).exists()
        proven = marked or not (home / "runs/one" / NOTE).exists()
        run = (home / "runs/one").rename(tmp_path / f"run {home.name}")
        for folder in (home, run) if home_first else (run, home):
            sweep(folder)
        sweep(home / "lists")
        found = {Path(name).name: text for name, text in contents(run).items()}
        is_new = contents(home) == {"lists/a.csv": "new a"}
        if journal and home_first and not proven:  # nothing of the journal is left
            assert found == wanted[False]
        else:
            assert found == wanted[is_new], home


def refusing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.name == name:
            raise PermissionError(errno.EPERM, "Operation not permitted", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)


def test_the_first_file_that_may_not_be_replaced_undoes_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path)
    refusing(monkeypatch, "a.csv")
    with pytest.raises(PermissionError, match=r"a\.csv"), begin(tmp_path) as changes:
        changes.commit()
    assert contents(tmp_path) == OLD


def test_a_later_one_is_named_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path)
    with monkeypatch.context() as patched:
        refusing(patched, "summary.json")
        wanted = rf"{tmp_path}/runs/one/summary\.json cannot be replaced .*owner"
        with pytest.raises(PendingError, match=wanted), begin(tmp_path) as changes:
            changes.commit()
        for folder in (tmp_path, tmp_path / "runs/one"):
            with pytest.raises(PendingError, match=wanted):
                settle(folder)
    settle(tmp_path / "runs/one")
    assert contents(tmp_path) == NEW


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owners")
@pytest.mark.parametrize("mode", [0o1777, 0o777])
def test_a_folder_in_which_each_replaces_only_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    make(tmp_path)
    (tmp_path / "lists").chmod(mode)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 12_345)
    with begin(tmp_path) as changes:
        if mode & stat.S_ISVTX:
            with pytest.raises(PermissionError, match=r"another user's.*a\.csv"):
                changes.commit()
            assert not (tmp_path / JOURNAL).exists()
        else:
            changes.commit()
    assert contents(tmp_path) == (OLD if mode & stat.S_ISVTX else NEW)


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path)
    access = os.access
    monkeypatch.setattr(
        "dialsim.storage.file_stamps.os.access",
        lambda path, *args, **more: Path(path).name != "calls" and access(path, *args, **more),
    )
    with pytest.raises(PermissionError, match="may not be written"), begin(tmp_path) as changes:
        changes.commit()
    assert contents(tmp_path) == OLD


def test_a_file_changed_at_the_last_moment_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path)

    def finish_late(*args: Any) -> list[Path]:
        (tmp_path / "lists/a.csv").write_text("theirs")
        return finish(*args)

    monkeypatch.setattr("dialsim.storage.journal.finish", finish_late)
    with pytest.raises(PendingError, match=r"meanwhile: .*a\.csv"), begin(tmp_path) as changes:
        changes.commit()
    assert contents(tmp_path) == {**NEW, "lists/a.csv": "theirs"}


def test_a_command_that_finishes_may_be_killed_as_well(killed: Path, tmp_path: Path) -> None:
    homes = sorted(killed.iterdir(), key=lambda path: int(path.name))
    whole = next(home for home in reversed(homes) if (home / JOURNAL).exists()
                 and (home / "lists/a.csv").read_text() == "old")  # fmt: skip
    for home in killed_everywhere(whole, tmp_path / "at", "dialsim.storage.settling:settle"):
        settle(home / "runs/one")
        sweep_all(home)
        assert contents(home) == NEW


def test_what_a_living_command_writes_aside_is_left_alone(tmp_path: Path) -> None:
    make(tmp_path)
    with begin(tmp_path) as changes:
        for folder in (tmp_path, tmp_path / "lists", tmp_path / "runs/one"):
            settle(folder)
            sweep(folder)
        with pytest.raises(PendingError), Changes(tmp_path / "lists") as other:
            other.staged_path(tmp_path / "lists/a.csv")
        changes.commit()
    assert contents(tmp_path) == NEW


def test_without_a_commit_nothing_is_left(tmp_path: Path) -> None:
    make(tmp_path)
    with begin(tmp_path):
        pass
    assert contents(tmp_path) == OLD


def test_a_part_that_fails_leaves_what_was_before(tmp_path: Path) -> None:
    make(tmp_path)
    with begin(tmp_path) as changes:
        with suppress(OSError), changes.part():
            changes.staged_path(tmp_path / "lists/a.csv").write_text("not this")
            raise OSError
        changes.commit()
    assert contents(tmp_path) == NEW


def test_a_file_that_somebody_changed_stays(tmp_path: Path, homes: list[Path], capsys: Any) -> None:
    make(tmp_path)
    with begin(tmp_path) as changes:
        (tmp_path / "lists/a.csv").write_text("theirs, longer")
        with pytest.raises(ChangedError):
            changes.commit()
    assert contents(tmp_path / "lists") == {"a.csv": "theirs, longer"}
    home = next(home for home in homes if (home / JOURNAL).exists())
    (home / "lists/a.csv").write_text("theirs")
    settle(home)
    assert contents(home) == {**NEW, "lists/a.csv": "theirs"}
    assert "changed since by somebody" in capsys.readouterr().err


@pytest.mark.parametrize(
    "changes",
    [
        [{"aside": f"{NOTE}.1.csv", "name": "../outside", "before": None, "after": ""}],
        [{"aside": f"{NOTE}.1.csv", "name": "link/outside", "before": None, "after": ""}],
        [{"aside": "../outside", "name": "a.csv", "before": None, "after": ""}],
        [{"aside": f"{NOTE}.1.csv", "name": 3}, 5, None, {}],
        {"a": 1},
        [{"aside": f"{NOTE}.1.csv", "name": "a\0b", "before": None}],
    ],
)
def test_a_note_reaches_no_other_folder(tmp_path: Path, changes: Any) -> None:
    """Anybody may have written it: a run comes from somewhere."""
    outside = tmp_path / "outside"
    outside.write_text("mine")
    run = tmp_path / "run"
    (run / "in").mkdir(parents=True)
    (run / "link").symlink_to(tmp_path)
    (run / f"{NOTE}.1.csv").write_text("theirs")
    (run / NOTE).write_text(json.dumps({"token": "x", "for": ["..", "a\0"], "changes": changes}))
    settle(run)
    assert outside.read_text() == "mine"
    assert not list(run.glob(f"{NOTE}*"))


def test_a_note_that_is_none_is_cleared(tmp_path: Path) -> None:
    for text in ("", "[1]", "{", "[" * 100_000, "{}"):
        (tmp_path / NOTE).write_text(text)
        settle(tmp_path)
        assert not (tmp_path / NOTE).exists()
