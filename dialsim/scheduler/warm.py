"""Compiles every kernel ahead of the first run, by playing a minimal world."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialsim.errors import InternalError
from dialsim.scheduler.compiling import is_kept, is_warm, together

if TYPE_CHECKING:
    from dialsim.scheduler.replication_progress import OnRepeat
    from dialsim.scheduler.stop import Stop

LOOK_S = 0.1

TINY: dict[str, Any] = {
    "schema": 1,
    "name": "warm",
    "start": "2026-04-13",
    "days": 1,
    "seed": 1,
    "aftermath": "40d",
    "enterprise": {"name": "Warm"},
    "people": [
        {"name": "drawn", "synthetic": {"count": 300}},
        {"name": "sorted", "synthetic": {"count": 50}, "order": "key"},
    ],
    "trunks": [
        {
            "name": "main",
            "operator": "CTCC",
            "permits": ["marketing"],
            "calls_per_second": 5,
            "channels": 8,
        }
    ],
    "caller_ids": [
        {
            "name": "north",
            "class": "fixed",
            "area_code": "10",
            "count": 3,
            "trunk": "main",
            "registered": True,
            "filed": {"use": "marketing", "category": "credit_card", "daily_volume": 100},
        }
    ],
    "agents": [
        {"name": "day", "count": 4, "shifts": [{"days": "daily", "from": "09:00", "to": "12:00"}]}
    ],
    "campaigns": [
        {
            "name": "first",
            "purpose": "marketing",
            "category": "credit_card",
            "lawful_basis": "consent",
            "people": ["drawn", "sorted"],
            "caller_ids": ["north"],
            "agents": ["day"],
            "pacing": {"mode": "power", "ratio": 2.0},
            "attempts": {"at_most": 2, "retry": {"no_answer": "2h"}},
        }
    ],
}
"""A scenario that reaches most of the kernels."""
CALLED: dict[str, Any] = {"campaigns": [TINY["campaigns"][0] | {"people": ["drawn"]}]}
USUAL: dict[str, Any] = TINY | {"people": TINY["people"][:1]} | CALLED
"""One that the engine of usual worlds plays; the first is not usual."""


def warm(
    on_kernel: Callable[[str, float], None] | None = None,
    also: Callable[[], object] | None = None,
    *,
    keep: bool = False,
    anew: bool = False,
    processes: int | None = None,
) -> dict[str, Any]:
    """Compile everything not compiled yet, and remove cached kernels of other versions.

    What is damaged on disk is not compiled.

    Parameters
    ----------
    on_kernel
        Called with name and seconds of each kernel as it is compiled.
    also
        A function of a module, called for the kernels that no run reaches.
    keep
        Leave kernels of other versions, and of other settings of numba, where they are.
    anew
        Remove all compiled kernels first.
    processes
        How many compile; one a core, up to four, if nobody says.

    Returns
    -------
    dict
        ``compiled`` [{kernel, seconds}], ``kernels`` in all, ``removed`` cache folders, stale or
        all, ``kept`` whether the next process finds them compiled, ``seconds``.
    """
    compiled: list[dict[str, Any]] = []

    def note(name: str, seconds: float) -> None:
        compiled.append({"kernel": name, "seconds": round(seconds, 3)})
        if on_kernel is not None:
            on_kernel(name, seconds)

    begin = time.perf_counter()
    cleared = 0
    if anew:
        from dialsim.jit.decorator import clear_cache

        cleared = clear_cache()
    others = () if also is None else (also,)
    with together(note, processes, (*ERRANDS, *others)):
        _play()
        for each in others:
            each()
    from dialsim.jit.decorator import KERNELS, prune_cache

    return {
        "compiled": compiled,
        "kernels": len(KERNELS),
        "removed": cleared + (0 if keep else prune_cache()),
        "kept": is_kept(),
        "seconds": round(time.perf_counter() - begin, 3),
    }


def compile_ahead(progress: bool | OnRepeat, stop: Stop, *, for_processes: bool = False) -> None:
    """Compile what is not in the cache, before parallel runs begin.

    Each process would compile all by itself, and nobody could say how far it is.

    Parameters
    ----------
    progress
        As for :class:`~dialsim.scheduler.replication_progress.Repeats`; it counts kernels.
    stop
        Once it is wished, this returns; what compiles is left behind, as it has nothing to play.
    for_processes
        Compile only what other processes can load: nothing where no folder can be written.
    """
    if is_warm():
        return
    from dialsim.engine.kernels import advance
    from dialsim.jit.decorator import KERNELS, is_kept_on_disk
    from dialsim.scheduler.replication_progress import KERNEL, Repeats

    if for_processes and not is_kept_on_disk(advance):
        return
    compiled: list[str] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with together(lambda name, _: compiled.append(name), None, ERRANDS):
                _play()
        except BaseException as error:
            failed.append(error)

    line = Repeats(KERNEL, len(KERNELS), progress)
    thread = threading.Thread(target=work, name="compiling", daemon=True)
    thread.start()
    reported = 0
    while thread.is_alive() and not stop.requested:
        thread.join(LOOK_S)
        further, reported = len(compiled) - reported, len(compiled)
        if further:
            line.more(further)
    line.clear()
    if failed:
        raise failed[0]


def compile_times() -> list[tuple[str, float]]:
    """Compile every kernel again in a new process and cache; about a minute.

    Returns
    -------
    list
        Each kernel and its seconds, slowest first. They are its own, without those of kernels
        that it calls. One that kernels and Python both call is compiled for either, and both
        times are in its seconds; machine code is made of those alone that Python calls, with
        everything they call in it.

    Raises
    ------
    InternalError
        The process failed.
    """
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run(
            [sys.executable, "-m", "dialsim", "warm", "--json", "--keep", "--processes", "1"],
            env=os.environ | {"NUMBA_CACHE_DIR": cache},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise InternalError(f"compiling in a process of its own failed: {done.stderr[-500:]}")
    times: dict[str, float] = {}
    for each in json.loads(done.stdout)["compiled"]:
        times[each["kernel"]] = times.get(each["kernel"], 0.0) + each["seconds"]
    return sorted(times.items(), key=lambda one: (-one[1], one[0]))


def _play() -> None:
    from dialsim.engine import host
    from dialsim.engine.build import prepare
    from dialsim.scenario.load import load_scenario

    host.run_to_end(prepare(load_scenario(TINY)))
    compile_without_network()
    with tempfile.TemporaryDirectory() as folder:
        for world in _worlds_of_files(Path(folder)):
            host.run_to_end(world)
    compile_usual()


def compile_usual() -> None:
    """Compile the engine of usual worlds."""
    _begin(USUAL)


def compile_without_network() -> None:
    """Compile the engine of usual worlds whose network is off."""
    from dialsim.scenario.models.tables import MECHANISMS

    _begin(USUAL | {"network": {"off": list(MECHANISMS)}})


def _begin(scenario: dict[str, Any]) -> None:
    from dialsim.engine import host
    from dialsim.engine.build import prepare
    from dialsim.scenario.load import load_scenario

    host.advance(prepare(load_scenario(scenario)), 0)


def read_files() -> None:
    """Compile what file lists need before calls begin, without the engine."""
    from dialsim.engine import host

    with tempfile.TemporaryDirectory() as folder:
        for world in _worlds_of_files(Path(folder)):
            host.learn(world, world.dated.next_tick)


ERRANDS = (compile_usual, read_files, compile_without_network)
"""What a helper does while `_play` is at the engine: first what that comes to last."""


def _worlds_of_files(folder: Path) -> Iterator[Any]:
    """Yield worlds of file lists: streamed, with a registry, then read first."""
    from dialsim.engine import host
    from dialsim.scenario.load import load_scenario
    from dialsim.scheduler.prepare import prepare_unread_world

    numbers = [f"1380000{i:04d}" for i in range(20)] + ["+86 138-0000-0007", "1.38E+10"]
    rows = [f"c{i},{number},{numbers[0]}" for i, number in enumerate(numbers)]
    (folder / "list.csv").write_text("\n".join(["id,number,other", *rows]))
    (folder / "barred.csv").write_text("\n".join(["number", *numbers[:3]]))
    (folder / "gone.csv").write_text(f"number,time\n{numbers[4]},2026-04-13 10:00\n")
    people: dict[str, Any] = {"name": "drawn", "file": str(folder / "list.csv")}
    first = {"file": str(folder / "list.csv"), "order": "key", "columns": {"alternates": ["other"]}}
    barred = {"name": "own", "kind": "internal", "file": str(folder / "barred.csv")}
    for key, more in (
        ("registries", [barred]),
        ("withdrawals", [{"file": str(folder / "gone.csv")}]),
    ):
        world = prepare_unread_world(load_scenario(TINY | {"people": [people], key: more} | CALLED))
        assert world.lists is not None
        for chunk in world.lists.chunks(0, len(rows)):
            host.fill_chunk(world, 0, chunk)
        host.shorten(world, 0)
        host.publish(world, 0)
        yield world
        people |= first
