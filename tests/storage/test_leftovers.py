"""What killed commands left goes; what living ones write, and what is not ours, stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dialsim.storage import leftovers as storage
from dialsim.storage.leftovers import is_staging_name, leftovers, remove_leftovers, restore
from dialsim.storage.locks import Lock, LockHeldError
from dialsim.storage.workplaces import Workplace

WRITER = """
import sys, time
from pathlib import Path
from dialsim.storage.workplaces import Workplace
place = Workplace(Path(sys.argv[1]), "run")
place.path.mkdir()
(place.path / "part").write_text("half")
print(place.path, flush=True)
time.sleep(60)
"""


def _writer(folder: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def _killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_what_a_living_command_writes_stays_until_it_is_killed(tmp_path: Path) -> None:
    process, aside = _writer(tmp_path)
    try:
        (found,) = leftovers(tmp_path)
        assert (found.paths, found.alive, found.pid) == ((aside,), True, process.pid)
        assert not remove_leftovers(tmp_path)
        assert (aside / "part").read_text() == "half"
    finally:
        _killed(process)
    (found,) = leftovers(tmp_path)
    assert not found.alive
    cleared = remove_leftovers(tmp_path)
    assert cleared.removed == [aside]
    assert cleared.sentence() == f"removed 1 leftover of killed commands in {tmp_path}"
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_ours_by_name_stays_and_no_link_is_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "kept").write_text("kept")
    folder = tmp_path / "folder"
    folder.mkdir()
    token = "0123456789abcdef"
    kept = {".list.csv.swp", f".run.{token}.tmp", f"run.{token}.dialsim-tmp", ".dialsim-tmp"}
    for name in kept:
        (folder / name).write_text("mine")
    link = folder / f".run.{token}.dialsim-tmp"
    link.symlink_to(other)
    inside = folder / f".run.{token[::-1]}.dialsim-tmp"
    inside.mkdir()
    (inside / "link").symlink_to(other)
    assert is_staging_name(link.name)
    assert not any(map(is_staging_name, kept))
    assert remove_leftovers(folder).removed == [inside]
    assert {path.name for path in folder.iterdir()} == kept | {link.name}
    assert (other / "kept").read_text() == "kept"


def test_without_locks_the_young_count_as_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialsim.storage.locks._try_lock", lambda handle: False)
    aside = tmp_path / ".run.0123456789abcdef.dialsim-tmp"
    aside.write_text("half")
    lock = aside.with_name(aside.name[:-3] + "lock")
    lock.write_text("{}")
    assert leftovers(tmp_path)[0].alive
    assert not remove_leftovers(tmp_path)
    assert aside.exists()
    assert lock.exists()
    for path in (aside, lock):
        os.utime(path, (0, time.time() - storage.YOUNG_S - 60))
    assert not leftovers(tmp_path)[0].alive
    assert remove_leftovers(tmp_path).removed == [aside]
    assert list(tmp_path.iterdir()) == []


def test_two_clean_while_a_third_begins(tmp_path: Path) -> None:
    ending = threading.Event()
    faults: list[BaseException] = []

    def clean() -> None:
        try:
            while not ending.is_set():
                remove_leftovers(tmp_path)
                leftovers(tmp_path)
        except BaseException as error:
            faults.append(error)

    cleaners = [threading.Thread(target=clean) for _ in range(2)]
    for each in cleaners:
        each.start()
    try:
        for number in range(50):
            with Workplace(tmp_path, "run") as place:
                place.path.mkdir()
                (place.path / "part").write_text(str(number))
                assert (place.path / "part").read_text() == str(number)
                place.put_in_place(tmp_path / "run", lambda old: ["part"])
            assert (tmp_path / "run" / "part").read_text() == str(number)
    finally:
        ending.set()
        for each in cleaners:
            each.join()
    assert not faults
    remove_leftovers(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_folder_takes_the_place_of_another_and_what_is_not_ours_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchanges: bool
) -> None:
    if not exchanges:
        monkeypatch.setattr("dialsim.storage.workplaces.exchange", lambda one, other: False)
    place = tmp_path / "run"
    _fill(place, "old", foreign=True)
    with Workplace(tmp_path, "run") as workplace:
        _fill(workplace.path, "new", foreign=False)
        workplace.put_in_place(place, lambda old: ["summary", "calls/part", "absent"])
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert (place / "summary").read_text() == (place / "calls" / "part").read_text() == "new"
    assert (place / "notes").read_text() == (place / "calls" / "mine").read_text() == "mine"
    assert (place / "empty").is_dir()


STEPS = 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills itself in a fork")
@pytest.mark.parametrize("exchanges", [True, False])
def test_killed_at_any_step_of_a_replacement_one_of_both_is_whole(
    tmp_path: Path, exchanges: bool
) -> None:
    for steps in range(STEPS):
        _fill(tmp_path / str(steps) / "run", "old", foreign=True)
    code = REPLACER.format(exchanges=exchanges, steps=STEPS)
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True
    )
    ends = done.stdout.split()
    assert str(int(signal.SIGKILL)) in ends
    assert "0" in ends
    for steps in range(STEPS):
        parent = tmp_path / str(steps)
        place = parent / "run"
        restore(place)
        assert (place / "summary").read_text() in ("old", "new")
        remove_leftovers(parent)
        assert [path.name for path in parent.iterdir()] == ["run"]
        assert (place / "summary").read_text() == (place / "calls" / "part").read_text()
        assert (place / "notes").read_text() == (place / "calls" / "mine").read_text() == "mine"


REPLACER = """
import os, signal, sys
from pathlib import Path
from dialsim.storage import workplaces

def dying(function):
    def called(*arguments, **named):
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return function(*arguments, **named)
    return called

def replace(parent):
    with workplaces.Workplace(parent, "run") as workplace:
        (workplace.path / "calls").mkdir(parents=True)
        (workplace.path / "summary").write_text("new")
        (workplace.path / "calls" / "part").write_text("new")
        Path.rename = dying(Path.rename)
        Path.unlink = dying(Path.unlink)
        Path.rmdir = dying(Path.rmdir)
        exchange = workplaces.exchange if {exchanges} else lambda one, other: False
        workplaces.exchange = dying(exchange)
        workplace.put_in_place(parent / "run", lambda old: ["summary", "calls/part"])
        dying(lambda: None)()

for steps in range({steps}):
    child = os.fork()
    if not child:
        left = [steps]
        replace(Path(sys.argv[1]) / str(steps))
        os._exit(0)
    print(os.waitpid(child, 0)[1])
"""


def test_restore_leaves_a_place_where_something_stands(tmp_path: Path) -> None:
    place = tmp_path / "run"
    place.mkdir()
    assert not restore(place)
    assert not restore(tmp_path / "absent")


def test_a_lock_names_its_holder_and_is_gone_with_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with Lock(path) as lock:
        lock.write_note(what="load")
        with pytest.raises(LockHeldError) as held:
            Lock(path)
        assert held.value.pid == os.getpid()
        assert held.value.note["what"] == "load"
    assert not path.exists()
    lock.release()


def _fill(folder: Path, content: str, *, foreign: bool) -> None:
    (folder / "calls").mkdir(parents=True)
    (folder / "summary").write_text(content)
    (folder / "calls" / "part").write_text(content)
    if foreign:
        (folder / "notes").write_text("mine")
        (folder / "calls" / "mine").write_text("mine")
        (folder / "empty").mkdir()


def test_an_earlier_folder_of_unknown_place_stays_and_gets_no_lock(tmp_path: Path) -> None:
    old = tmp_path / ".run.0123456789abcdef.dialsim-old"
    old.mkdir()
    for _ in range(2):
        assert not remove_leftovers(tmp_path)
        assert list(tmp_path.iterdir()) == [old]


def test_one_that_goes_while_they_are_listed_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / f".run.{i:016x}.dialsim-tmp" for i in range(4)]
    for path in paths:
        path.write_text("half")
    real = storage._is_own

    def is_own(entry: os.DirEntry[str]) -> bool:
        monkeypatch.setattr(storage, "_is_own", real)
        Path(entry.path).unlink()
        return real(entry)

    monkeypatch.setattr(storage, "_is_own", is_own)
    assert len(remove_leftovers(tmp_path).removed) == 3
    assert not list(tmp_path.iterdir())
