"""Helpers compile what is offered, end when they are to, and are never needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dialsim.scheduler import compiling
from dialsim.scheduler.compiling import _helpers_wanted
from tests.house.sources import ROOT

pytestmark = [pytest.mark.needs_jit, pytest.mark.once]

SOON_S = 60.0

BEGIN = """
import json, os, sys, time
from pathlib import Path
import numba
from dialsim.core import rng
from dialsim.jit import compile_jobs
from dialsim.jit.compile_jobs import Job
from dialsim.scheduler import compiling
from dialsim.scheduler.compiling import together

mix = Job(("dialsim.core.rng", "mix64"), (numba.types.uint64,))
helpers, told = [], []

class Noted(compiling.subprocess.Popen):
    def __init__(self, *words, **how):
        super().__init__(*words, **how)
        helpers.append(self)

compiling.subprocess.Popen = Noted

def parts():
    return [each.name.split("-")[0] for each in Path(os.environ["NUMBA_CACHE_DIR"]).rglob("*.part")]

def until(what):
    end = time.monotonic() + 60
    while not what() and time.monotonic() < end:
        time.sleep(0.01)

def note(name, seconds):
    told.append(name)
"""


def played(folder: Path, code: str, **switches: str) -> Any:
    """Play code in a process that finds nothing compiled, and return what it printed last."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code],
        cwd=ROOT,
        env=env | {"NUMBA_CACHE_DIR": str(folder)} | switches,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


OFFER = """
with together(note, 2):
    (helper,) = helpers
    compile_jobs.shared().offer(mix, (), 0)
    until(lambda: told and parts() or helper.poll() is not None)  # it tells before it has written
    alive = helper.poll() is None
print(json.dumps([told, parts(), alive, helper.poll() is not None, compile_jobs.shared() is None]))
"""


@pytest.mark.full
def test_a_helper_compiles_what_is_offered_and_tells(tmp_path: Path) -> None:
    told, parts, alive, ended, alone = played(tmp_path, OFFER)
    assert told == ["core.rng.mix64"]
    assert parts == ["rng.mix64"]
    assert (alive, ended, alone) == (True, True, True)


@pytest.mark.full
def test_a_helper_with_other_settings_ends_at_once(tmp_path: Path) -> None:
    """Those that a process makes for itself are not handed on to others."""
    told, parts, alive, *_ = played(tmp_path, "numba.config.BOUNDSCHECK = 1\n" + OFFER)
    assert (told, parts, alive) == ([], [], False)


@pytest.mark.full
def test_an_errand_is_done_once_when_nothing_is_offered_any_more(tmp_path: Path) -> None:
    """By one of two helpers, which look for it where this process would.

    Another one goes wrong, which is nothing to those who wait.
    """
    (tmp_path / "errands.py").write_text(
        "from pathlib import Path\n"
        "def go(): Path('gone').open('a').write('x')\n"
        "def fail(): raise ValueError\n"
        "def last(): Path('last').touch()\n"
    )
    code = f"""
sys.path.append({str(tmp_path)!r})
os.chdir({str(tmp_path)!r})
import errands
with together(note, 3, (errands.go, errands.fail, errands.last)):
    time.sleep(3 * compiling.IDLE_PAUSES * compiling.PAUSE_S)
    early = Path("gone").exists()
    compile_jobs.shared().offer(mix, (), 0)
    others = [Job(mix.kernel, (each,)) for each in (numba.types.int64, numba.types.int32)]
    until(lambda: told)
    for each in others:
        compile_jobs.shared().offer(each, (), 0)
    until(Path("last").exists)
print(json.dumps([early, Path("gone").read_text(), Path("last").exists()]))
"""
    assert played(tmp_path / "cache", code) == [False, "x", True]


@pytest.mark.full
def test_an_interrupt_is_the_business_of_this_process(tmp_path: Path) -> None:
    """A terminal sends it to all; a helper ends with whoever began it."""
    code = """
with together(note, 2):
    compile_jobs.shared().offer(mix, (), 0)
    until(lambda: told)
    helpers[0].send_signal(2)
    compile_jobs.shared().offer(Job(mix.kernel, (numba.types.int64,)), (), 0)
    until(lambda: len(told) == 2)
print(json.dumps(told))
"""
    assert played(tmp_path, code) == ["core.rng.mix64", "core.rng.mix64"]


@pytest.mark.full
def test_a_helper_ends_with_the_process_that_began_it(tmp_path: Path) -> None:
    """Even if that is killed; and nothing is left in the system's folder."""
    left = tmp_path / "left"
    left.mkdir()
    code = """
with together(note, 2):
    compile_jobs.shared().offer(mix, (), 0)
    until(lambda: told)
    print(helpers[0].pid, flush=True)
    time.sleep(60)
"""
    env = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    with subprocess.Popen(
        [sys.executable, "-c", BEGIN + code],
        cwd=ROOT,
        env=env | {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "TMPDIR": str(left)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        helper = int(process.stdout.readline())
        assert lives(helper)
        assert list(left.iterdir())
        process.kill()
    end = time.monotonic() + SOON_S
    while lives(helper) and time.monotonic() < end:
        time.sleep(0.01)
    assert not lives(helper)
    assert not list(left.iterdir())


def lives(process: int) -> bool:
    """Say whether a process is there that has not ended."""
    done = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() not in ("", "Z", "Z+")


@pytest.mark.full
def test_what_a_killed_helper_was_at_is_compiled_here(tmp_path: Path) -> None:
    """It has said that it is at a part of a kernel, and is gone."""
    code = """
from dialsim.jit.compile_jobs import key_of
with together(note, 2):
    helpers[0].kill()
    helpers[0].wait()
    begun = time.monotonic()
    (compile_jobs.shared().folder / f"{key_of(mix)}.taken").touch()
    value = int(rng.run_base(1, 2))
    took = time.monotonic() - begun
print(json.dumps([value, told, took]))
"""
    value, told, took = played(tmp_path, code)
    from dialsim.core.rng import run_base

    assert value == int(run_base(1, 2))
    assert sorted(told) == ["core.rng.mix64", "core.rng.run_base"]
    assert took < SOON_S


@pytest.mark.full
@pytest.mark.parametrize(
    "code",
    [
        "compiling.sys.executable = str(Path('no such file').absolute())",
        "compiling.tempfile.tempdir = str(Path('no such folder').absolute())",
    ],
)
def test_where_no_helper_can_begin_a_process_compiles_alone(code: str, tmp_path: Path) -> None:
    alone = "with together(note):\n    value = int(rng.run_base(1, 2))\n"
    shown = "print(json.dumps([value, len(helpers), compile_jobs.shared() is None]))"
    value, helpers, no_jobs = played(tmp_path, f"{code}\n{alone}{shown}")
    from dialsim.core.rng import run_base

    assert (value, helpers, no_jobs) == (int(run_base(1, 2)), 0, True)


@pytest.mark.parametrize(
    ("of_machine", "asked", "wanted"),
    [
        ({}, None, 3),
        ({}, 1, 0),
        ({}, 3, 2),
        ({"threads_of_machine": 1}, None, 0),
        ({"threads_of_machine": 1}, 2, 1),
        ({"bytes_available": 900_000_000}, None, 0),
        ({"bytes_available": 1_300_000_000}, None, 1),
        ({"bytes_available": None}, None, 3),
        ({"is_cold": False}, 3, 0),
        ({"is_kept_on_disk": False}, None, 0),
    ],
)
def test_how_many_help(
    of_machine: dict[str, Any], asked: int | None, wanted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One a core and as memory allows, unless somebody says; none where it would serve nobody."""
    cold = {"threads_of_machine": 4, "bytes_available": 10**11, "is_cold": True}
    for name, value in (cold | {"is_kept_on_disk": True} | of_machine).items():
        place = "dialsim.jit.decorator" if name == "is_kept_on_disk" else compiling.__name__
        monkeypatch.setattr(f"{place}.{name}", lambda *_, value=value: value)
    assert _helpers_wanted(asked) == wanted
    for missing in ("", None):
        monkeypatch.setattr(sys, "executable", missing)
        assert _helpers_wanted(asked) == 0


WARM = """
import json, os, sys
from pathlib import Path
from dialsim.api import warm
from dialsim.jit.decorator import CALLED
from dialsim.engine import host
from dialsim.engine.build import prepare
from dialsim.scenario.load import load_scenario
from dialsim.scheduler.warm import TINY

told = len(warm(keep=True, processes=int(sys.argv[1]))["compiled"])
world = prepare(load_scenario(TINY))
host.run_to_end(world)
files = sorted(each.name for each in Path(os.environ["NUMBA_CACHE_DIR"]).rglob("*.part"))
here = sum(sum(part.stats.cache_misses.values()) for part in CALLED)
print(json.dumps([host.digest(world), files, told, here]))
"""


@pytest.mark.full
@pytest.mark.timeout(900)
def test_the_engine_is_the_same_whoever_compiles_it(tmp_path: Path) -> None:
    """Each kernel is compiled for the same types, and the same comes out.

    Machine code may differ in the order of constants.
    """
    found = []
    for processes in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", WARM, processes],
            cwd=ROOT,
            env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / processes)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found.append(json.loads(done.stdout))
    (digest, files, told, parts), together = found
    assert together[:2] == [digest, files]
    assert len(files) > 400
    assert 0.9 * told < together[2] < 1.1 * told
    assert 0.2 * parts < together[3] < 0.8 * parts
