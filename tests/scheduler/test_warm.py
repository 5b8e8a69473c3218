"""Kernels compiled ahead: once, told of, before anybody else begins, and only if it is needed."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import pytest

import dialsim
from dialsim.execution.cells import Cell
from dialsim.execution.workers import Workers
from dialsim.scheduler import warm
from dialsim.scheduler.compiling import is_cold, is_warm
from dialsim.scheduler.replication_progress import KERNEL, SHOWN_EVERY_S, RepeatsDone, text
from dialsim.scheduler.stop import Stop
from dialsim.scheduler.warm import TINY, compile_ahead
from tests.house.sources import ROOT

pytestmark = [pytest.mark.needs_jit, pytest.mark.once]
GOAL = {"goals": [{"metric": "connects", "at_least": 1}]}


def compile_two() -> None:
    """Compile two functions of no use, in the place of all kernels."""
    for addend in (1, 2):
        time.sleep(2 * SHOWN_EVERY_S)
        numba.njit(lambda x, addend=addend: x + addend)(1)


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A machine on which nothing is compiled yet; who compiled is noted."""
    compiled: list[str] = []

    def play() -> None:
        compiled.append(threading.current_thread().name)
        compile_two()

    monkeypatch.setattr(warm, "is_warm", lambda: bool(compiled))
    monkeypatch.setattr(warm, "_play", play)
    return compiled


def processes() -> int:
    return len(multiprocessing.active_children())


def test_what_is_compiled_is_told_before_processes_begin(cold: list[str]) -> None:
    told: list[tuple[str, int, int]] = []
    before = processes()

    def watch(far: RepeatsDone) -> None:
        told.append((far.what, far.done, processes() - before))

    cell = Cell(dialsim.load_scenario(TINY), (0,))
    with Workers("processes", 1, progress=watch) as workers:
        first = dict(workers.play([cell]))
        assert dict(workers.play([cell])) == first
    assert len(cold) == 1
    assert told[0] == (KERNEL, 0, 0)
    assert told[-1] == (KERNEL, 2, 0)
    assert len(first[0]) == 1


Asked = Callable[..., object]


@pytest.mark.full
@pytest.mark.parametrize(
    "ask",
    [
        lambda **to: dialsim.replicate(TINY, 2, **to),
        lambda **to: dialsim.replicate(TINY, 2, executor="serial", **to),
        lambda **to: dialsim.compare(TINY, TINY, replications=2, **to),
        lambda **to: dialsim.compare(TINY, TINY, replications=2, executor="serial", **to),
        lambda **to: dialsim.sweep(TINY, {"agents.day.count": [1]}, 1, executor="serial", **to),
        lambda **to: dialsim.plan(planned(), executor="serial", only_forecast=True, **to),
    ],
    ids=["replicate", "replicate by workers", "compare", "compare by workers", "sweep", "plan"],
)
def test_whoever_plays_many_compiles_ahead(ask: Asked, cold: list[str]) -> None:
    told: list[RepeatsDone] = []
    ask(progress=told.append)
    kernels = [far for far in told if far.what == KERNEL]
    assert kernels[-1].done == 2
    assert kernels[-1].whole >= 2
    assert text(kernels[-1]) == "compiling kernels (once on a machine): 2"
    assert len(cold) == 1
    told.clear()
    ask(progress=told.append)
    assert {far.what for far in told} - {KERNEL}
    assert not [far for far in told if far.what == KERNEL], "it was compiled by then"


def planned() -> dict[str, Any]:
    from tests.planning.worlds import small

    return small()


def test_a_stop_does_not_wait_for_the_compiler(
    cold: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, over = Stop(), threading.Event()
    monkeypatch.setattr(warm, "_play", over.wait)
    threading.Timer(0.2, stop.request).start()
    with Workers("serial", stop=stop) as workers:
        assert list(workers.play([Cell(dialsim.load_scenario(TINY), (0,))])) == []
    over.set()


def test_what_goes_wrong_meanwhile_is_raised(
    cold: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise MemoryError("no room to compile")

    monkeypatch.setattr(warm, "_play", fail)
    with pytest.raises(MemoryError, match="no room to compile"):
        compile_ahead(False, Stop())


def test_nothing_is_compiled_for_others_who_could_not_load_it(
    cold: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialsim.jit.decorator.is_kept_on_disk", lambda kernel: False)
    compile_ahead(False, Stop(), for_processes=True)
    assert not cold
    compile_ahead(False, Stop())
    assert len(cold) == 1


IS_COLD = """
from dialsim.scheduler.compiling import is_cold
from dialsim.jit.decorator import is_kept_on_disk
from dialsim.engine.kernels import advance
print(is_cold(), is_kept_on_disk(advance))
"""


def in_a_process(code: str, **switches: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | switches
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.full
def test_a_machine_is_cold_until_it_has_played(tmp_path: Path) -> None:
    assert in_a_process(IS_COLD, NUMBA_CACHE_DIR=str(tmp_path)) == "True True"
    assert (
        in_a_process(IS_COLD, NUMBA_CACHE_DIR=str(tmp_path), NUMBA_DISABLE_JIT="1") == "False True"
    )
    dialsim.replicate(TINY, 1, threads=1)
    assert not is_cold()
    assert is_warm()
    assert in_a_process(IS_COLD) == "False True"
    place = tmp_path / "a file"
    place.write_text("")
    nowhere = {
        "NUMBA_CACHE_DIR": str(place),
        "NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator",
    }
    assert in_a_process(IS_COLD, **nowhere) == "True False"


SWEEP = """
import json, os
from pathlib import Path
import dialsim
from dialsim.scheduler import warm

told, kept, ahead = [], [], warm.compile_ahead

def files():
    return {each.name for each in Path(os.environ["NUMBA_CACHE_DIR"]).rglob("*.whole")}

def noted(*asked, **how):
    ahead(*asked, **how)
    kept.extend(files())

warm.compile_ahead = noted
vary = {"agents.day.count": [1, 4]}
dialsim.sweep(warm.TINY, vary, 2, workers=2, progress=lambda far: told.append(far.what))
print(json.dumps([told.count("kernel"), len(kept), sorted(files() - set(kept))]))
"""


@pytest.mark.full
@pytest.mark.timeout(600)
def test_processes_compile_nothing_on_a_cold_machine(tmp_path: Path) -> None:
    kernels, kept, added = json.loads(in_a_process(SWEEP, NUMBA_CACHE_DIR=str(tmp_path)))
    assert kernels > 10
    assert kept > 20
    assert added == [], "what a worker had to compile"
