"""A limit of address space: a command ends well, or says in a sentence that memory will not do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dialsim import address_space
from dialsim.address_space import LOOKING, PLAYING, READING, check_address_space, is_lack_of_memory
from dialsim.errors import CapacityError
from tests.people.scenarios import small_scenario

resource: Any = pytest.importorskip("resource")
pytestmark = [pytest.mark.once, pytest.mark.needs_jit]

MB = 1_000_000
LIST = "number\n13800010022\n13800010023\n"
PLAYED: dict[str, list[str]] = {
    "run": ["run", "s.toml", "--out", "out"],
    "replications": ["run", "s.toml", "--replications", "2"],
    "compare": ["compare", "s.toml", "s.toml", "--replications", "2"],
    "sweep": ["sweep", "s.toml", "--vary", "agents.day.count=1,2", "-n", "1", "--out", "out"],
    "calibrate": ["calibrate", "c.csv", "-o", "out.toml"],
    "warm": ["warm"],
}
READ = {
    "people": ["people", "l.csv", "--rejects", "out.csv"],
    "screen": ["screen", "--scenario", "f.toml", "--out", "out.csv"],
    "forget": ["forget", "13800010022", "--home", "CN", "--in", ".", "--keep-lists"],
}
LOOKED = {
    "check": ["check", "s.toml"],
    "explain": ["explain", "answer.gross.opted_in"],
    "init": ["init", "--list"],
    "schema": ["schema"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    import tomli_w

    (tmp_path / "l.csv").write_text(LIST, encoding="utf-8")
    calls = "".join(
        f"2026-04-13 09:{i % 60:02}:00,{i},{'answered' if i % 3 else 'no answer'}\n"
        for i in range(240)
    )
    (tmp_path / "c.csv").write_text("time,person,outcome\n" + calls, encoding="utf-8")
    drawn = {"name": "list", "synthetic": {"count": 60, "relation": "opted_in"}}
    filed = {"name": "list", "file": "l.csv"}
    for name, people in (("s", drawn), ("f", filed)):
        (tmp_path / f"{name}.toml").write_text(tomli_w.dumps(small_scenario(people)), "utf-8")
    return tmp_path


def limited(limit: int, arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of so much address space."""

    def limit_it() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    return subprocess.run(
        [sys.executable, *arguments],
        preexec_fn=limit_it,
        capture_output=True,
        text=True,
        timeout=200,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )


def ends_well_or_says_so(limit: int, arguments: list[str], folder: Path) -> int:
    """Run a command and return its exit code; after a refusal the folder is as it was."""
    before = sorted(path.name for path in folder.rglob("*"))
    done = limited(limit, ["-m", "dialsim", *arguments], folder)
    assert done.returncode in (0, 1, 3), (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr
    assert "report" not in done.stderr
    if done.returncode:
        assert "memory" in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert done.returncode == 3
        assert sorted(path.name for path in folder.rglob("*")) == before
    return done.returncode


@pytest.mark.parametrize(
    ("limit", "name"),
    [(1000, "run"), (700, "replications"), (400, "calibrate"), (500, "screen"), (300, "check")],
)
def test_too_little(folder: Path, limit: int, name: str) -> None:
    arguments = (PLAYED | READ | LOOKED)[name]
    assert ends_well_or_says_so(limit * MB, arguments, folder) == 3


@pytest.mark.full
def test_as_much_as_is_said_suffices(folder: Path) -> None:
    """With what a process takes at its beginning; wherever there are more cores, for them, too."""
    more = 60 * MB + address_space.A_CORE * max(0, min(64, os.cpu_count() or 1) - 2)
    assert ends_well_or_says_so(LOOKING + more, LOOKED["check"], folder) in (0, 1)
    assert ends_well_or_says_so(READING + more, READ["people"], folder) == 0
    assert ends_well_or_says_so(PLAYING + more, PLAYED["run"], folder) == 0


@pytest.mark.full
@pytest.mark.parametrize("name", [*PLAYED, *READ, *LOOKED])
def test_every_command_at_every_limit(folder: Path, name: str) -> None:
    for limit in (100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1300):
        ends_well_or_says_so(limit * MB, (PLAYED | READ | LOOKED)[name], folder)


def test_from_python(folder: Path) -> None:
    script = (
        "import dialsim\n"
        "try:\n"
        "    dialsim.run\n"
        "except dialsim.CapacityError as error:\n"
        "    print(error)\n"
    )
    done = limited(600 * MB, ["-c", script], folder)
    assert done.returncode == 0, done.stderr
    assert "1,200 MB of address space" in done.stdout or (os.cpu_count() or 1) > 2
    assert "memory will not suffice: dialsim.run takes" in done.stdout


def test_help_is_there_with_little(folder: Path) -> None:
    assert limited(200 * MB, ["-m", "dialsim", "--help"], folder).returncode == 0


def test_who_has_no_limit_is_asked_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_space, "address_space_left", lambda: None)
    check_address_space(PLAYING)
    monkeypatch.setattr(address_space, "address_space_left", lambda: 1)
    check_address_space(PLAYING)  # numba is loaded already, in this process
    monkeypatch.delitem(sys.modules, "numba")
    with pytest.raises(CapacityError, match="MB of address space") as caught:
        check_address_space(PLAYING, "dialsim run")
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("error", "lack"),
    [
        (MemoryError(), True),
        (OSError(12, "Cannot allocate memory"), True),
        (ImportError("x.so: failed to map segment from shared object"), True),
        (RuntimeError("can't start new thread"), True),
        (RuntimeError("anything else"), False),
        (ImportError("no module named x"), False),
        (FileNotFoundError(2, "No such file"), False),
        (KeyError("memory allocation"), False),
    ],
)
def test_what_says_that_memory_did_not_suffice(error: Exception, lack: bool) -> None:
    assert is_lack_of_memory(error) is lack
    behind = ValueError()
    behind.__cause__ = error
    assert is_lack_of_memory(behind) is lack
