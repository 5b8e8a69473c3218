"""Notes and journals that somebody planted, or a disk damaged: never a crash, never a wait."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialsim.storage import notes
from dialsim.storage.journal import Changes
from dialsim.storage.notes import FIRST, FOLDERS, JOURNAL, LOCK, NOTE, WHOLE, PendingError
from dialsim.storage.settling import settle, sweep

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")

TOKEN = "0123456789abcdef"
HALF = "\ud800"
OURS = {"token": TOKEN, "for": ["."], "changes": []}


def entry(name: str, aside: str = f"{NOTE}.1", before: Any = None) -> dict[str, Any]:
    return {"aside": aside, "name": name, "before": before, "after": "x"}


def write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run in which nothing may change."""
    folder = tmp_path / "run"
    (folder / "calls").mkdir(parents=True)
    (folder / "calls/part").write_text("old")
    (folder / f"{NOTE}.1").write_text("theirs")
    os.mkfifo(folder / "pipe")
    return folder


def is_unchanged(run: Path) -> bool:
    pipe = stat.S_ISFIFO((run / "pipe").stat().st_mode)
    left = {path.name for path in run.iterdir()}
    return pipe and (run / "calls/part").read_text() == "old" and left == {"calls", "pipe"}


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize(
    "note",
    [
        {"token": HALF, "for": [HALF]},
        {"token": TOKEN, "for": [HALF, "a\0b", 5, "x" * 5000]},
        {"token": 5, "for": [".."]},
        {"for": [".."]},
        {"token": TOKEN, "for": 5},
        *(
            {"token": TOKEN, "for": [], "changes": [each]}
            for each in (
                entry(HALF),
                entry("pipe"),
                entry("calls"),
                entry("calls/part/below"),
                entry("missing/below"),
                entry("x" * 5000),
                entry("/".join("x" * 3000)),
                entry("x", aside=f"{NOTE}.{HALF}"),
                entry("x", aside=f"{NOTE}.{'x' * 5000}"),
                entry("x", aside=NOTE),
                entry(NOTE),
                entry(LOCK),
                entry("calls/part", before=5),
            )
        ),
    ],
)
def test_what_a_note_cannot_mean_is_not_followed(run: Path, note: Any, marked: bool) -> None:
    write(run / NOTE, note)
    if marked:
        write(run / WHOLE, {"token": TOKEN})
    settle(run)
    assert is_unchanged(run)
    assert [path.name for path in run.parent.iterdir()] == ["run"]


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_was_written_aside_is_a_file(run: Path, kind: str) -> None:
    (run / f"{NOTE}.1").unlink()
    MAKE[kind](run / f"{NOTE}.1")
    write(run / NOTE, {"token": TOKEN, "for": [], "changes": [entry("new")]})
    write(run / WHOLE, {"token": TOKEN})
    settle(run)
    assert not os.path.lexists(run / "new")
    assert not os.path.lexists(run / NOTE)


@pytest.mark.parametrize(
    "folders", [[1], 5, None, ["a\0b"], [HALF], {"a": 1}], ids=lambda value: ascii(value)
)
def test_a_damaged_journal_is_named(run: Path, folders: Any) -> None:
    write(run / NOTE, OURS)
    write(run / JOURNAL, {"token": TOKEN, "folders": folders})
    with pytest.raises(PendingError, match=f"{JOURNAL} is damaged.*remove it"):
        settle(run)
    (run / JOURNAL).unlink()
    settle(run)
    assert is_unchanged(run)


def test_a_journal_that_is_no_json_is_named(run: Path) -> None:
    write(run / NOTE, OURS)
    (run / JOURNAL).write_bytes(b"\xff{")
    with pytest.raises(PendingError, match="remove it"):
        settle(run)


MAKE: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "link": lambda path: path.symlink_to(path.parent.parent / "outside"),
    "link to itself": lambda path: path.symlink_to(path),
    "folder": lambda path: (path / "of theirs").mkdir(parents=True),
}


def change(place: Path) -> None:
    with Changes(place) as changes:
        changes.staged_path(place / "a.csv").write_text("new")
        changes.commit()


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize(
    "name",
    [NOTE, FIRST, FOLDERS, JOURNAL, LOCK, WHOLE, f"{NOTE}.1.csv", f"{NOTE}.tmp", f"{JOURNAL}.tmp"],
)
def test_what_is_no_file_stops_no_reader_and_is_not_written_through(
    tmp_path: Path, name: str, kind: str
) -> None:
    """A command that is to write there names it if it is a folder, and else goes on."""
    outside = tmp_path / "outside"
    outside.write_text("mine")
    for noted in (True, False):
        place = tmp_path / str(noted)
        place.mkdir()
        (place / "a.csv").write_text("old")
        if noted and name != NOTE:
            write(place / NOTE, OURS)
        MAKE[kind](place / name)
        settle(place)
        sweep(place)
        if kind == "folder":
            with pytest.raises(PendingError, match=f"{place / name}: this is a folder"):
                change(place)
            (place / name / "of theirs").rmdir()
            assert (place / "a.csv").read_text() == "old"
        else:
            change(place)
            assert {path.name: path.read_text() for path in place.iterdir()} == {"a.csv": "new"}
        assert outside.read_text() == "mine"


def test_a_note_that_cannot_be_read_just_now_is_not_taken_for_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, run = tmp_path / "home", tmp_path / "home/run"
    run.mkdir(parents=True)
    write(home / NOTE, OURS)
    write(home / FOLDERS, [TOKEN, "run"])
    write(run / NOTE, {**OURS, "for": [".."]})
    real = notes.open_plain
    bad: list[Path] = []

    def refuse(path: Path, *, follow: bool = True) -> Any:
        if path in bad:
            raise OSError(errno.EIO, "Input/output error", str(path))
        return real(path, follow=follow)

    for module in ("notes", "settling"):
        monkeypatch.setattr(f"dialsim.storage.{module}.open_plain", refuse)
    for each in (home / NOTE, run / NOTE, home / FOLDERS, home / JOURNAL):
        bad[:] = [each]
        for folder in (home, run):
            if each == run / NOTE or folder == home or each.parent == home:
                with pytest.raises(PendingError, match="cannot be read"):
                    settle(folder)
            assert (home / NOTE).exists()
            assert (run / NOTE).exists()
    bad.clear()
    settle(run)
    assert not list(home.rglob(f"{NOTE}*"))


def test_one_that_goes_while_they_are_listed_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {tmp_path / f"{NOTE}.{i}" for i in range(4)}
    for path in wanted:
        path.write_text("aside")
    is_of_changes = notes.is_of_changes

    def gone(name: str) -> bool:
        monkeypatch.setattr(notes, "is_of_changes", is_of_changes)
        (tmp_path / name).unlink()
        return is_of_changes(name)

    monkeypatch.setattr(notes, "is_of_changes", gone)
    assert len(notes.temporary_files(tmp_path)) == 3
