"""Trio, slices, progress and the Parquet log over the bare engine, and how long starting takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import dialsim
from benchmarks.worlds import open_road
from dialsim.engine.build import prepare
from dialsim.engine.face import digest, fill_all, run_to_end
from dialsim.scenario import load_scenario

PEOPLE = 1_000_000
OVERHEAD = 0.20
"""Most that everything around the engine may add to its time, with the whole log in Parquet."""
LOGS = ("parquet", "arrow", "none", "sample=1/100")
IMPORT_S, HELP_S, SMALLEST_S, COLD_S = 0.3, 0.3, 1.5, 60.0


def best(function: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Return the shortest time of some rounds, and the last result."""
    times = []
    result = None
    for _ in range(rounds):
        begin = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - begin)
    return min(times), result


def test_everything_around_the_engine(
    benchmark: Any, note: Callable[[str], None], measured: bool, tmp_path: Path
) -> None:
    """The same campaign bare, and through the scheduler with its whole log in Parquet.

    Both begin with an empty list: the bare engine's time includes filling it.
    """
    scenario = load_scenario(open_road(PEOPLE if measured else 2000))
    rounds = 4 if measured else 1

    def bare() -> str:
        world = prepare(scenario)
        run_to_end(fill_all(world))
        return digest(world)

    def whole(log: str) -> str:
        run = dialsim.run(scenario, out=tmp_path, log=log)
        return str(run.summary["outcome_digest"])

    bare()
    engine_s, bare_digest = best(bare, rounds)
    taken: dict[str, float] = {}
    for log in LOGS:
        taken[log], whole_digest = best(partial(whole, log), rounds)
        assert bare_digest == whole_digest
    whole_s = taken["parquet"]
    each = ", ".join(f"--log {log} {s:.2f} s ({s / engine_s - 1:+.0%})" for log, s in taken.items())
    note(f"bare {engine_s:.2f} s; {each}")
    benchmark.pedantic(lambda: None, rounds=1)  # the figures are in the notes
    if measured and whole_s / engine_s - 1 > OVERHEAD:
        pytest.fail(f"{whole_s / engine_s - 1:.0%} over the bare engine; budget {OVERHEAD:.0%}")


def process(*arguments: str, **environment: str) -> float:
    """Return the seconds a new Python process takes, start-up included."""
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | environment,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - begin


def test_start(benchmark: Any, note: Callable[[str], None], measured: bool, tmp_path: Path) -> None:
    """Import, help, the smallest warm run, and compiling everything for the first time."""
    small = tmp_path / "small.json"
    small.write_text(json.dumps(open_road(100, agents=5)))
    play = f"import dialsim, json; dialsim.run(json.load(open({str(small)!r})))"
    cold = str(tmp_path / "cache")
    rounds = 5 if measured else 1
    found = {
        "bare python": min(process("-c", "") for _ in range(rounds)),
        "import": min(process("-c", "import dialsim") for _ in range(rounds)),
        "--help": min(process("-m", "dialsim", "--help") for _ in range(rounds)),
    }
    if measured:
        found["cold run"] = process("-c", play, NUMBA_CACHE_DIR=cold)
        found["warm run"] = min(process("-c", play, NUMBA_CACHE_DIR=cold) for _ in range(rounds))
    note(", ".join(f"{name} {seconds:.2f} s" for name, seconds in found.items()))
    benchmark.pedantic(lambda: None, rounds=1)
    if not measured:
        return
    over = {
        name: limit
        for name, limit in (
            ("import", IMPORT_S),
            ("--help", HELP_S),
            ("warm run", SMALLEST_S),
            ("cold run", COLD_S),
        )
        if found[name] > limit
    }
    assert not over, over
