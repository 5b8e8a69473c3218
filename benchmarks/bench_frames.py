"""What handing tuples on by reference, without reference counts, is worth to the engine.

Each way is compiled from nothing in a process of its own, then plays the same world; the digests
must agree. Takes some minutes, nearly all of it compiling: of the slow tier.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PLAY = """
import json, sys, time
import dialsim.jit.frame, dialsim.jit.decorator as jit
way = sys.argv[1]
if way != "frames":
    dialsim.jit.frame.frame = lambda cls: cls
if way == "counted":
    njit = jit._njit
    jit._njit = lambda **options: njit(**options | {"_nrt": True})
from benchmarks.worlds import open_road
from dialsim.engine.build import prepare
from dialsim.engine.host import advance, digest, fill_all, run_to_end
from dialsim.scenario import load_scenario
world = fill_all(prepare(load_scenario(open_road(int(sys.argv[2]))), call_rows=1_000_000))
begin = time.perf_counter()
advance(world, 0, 1)
compiled = time.perf_counter() - begin
begin = time.perf_counter()
run_to_end(world)
seconds = time.perf_counter() - begin
attempts = int(world.state.control[0]["attempts"])
print(json.dumps([compiled, attempts / seconds, digest(world)]))
"""
PEOPLE = 200_000


@pytest.mark.full
def test_ways_to_pass_arrays(
    note: Callable[[str], None], measured: bool, tmp_path: Path, benchmark: Any
) -> None:
    """Frames, plain tuples without counts (`_nrt=False`), plain tuples with counts."""
    digests = set()
    ways = ("frames", "uncounted", "counted") if measured else ("frames",)

    def play(way: str) -> None:
        environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / way)}
        done = subprocess.run(
            [sys.executable, "-c", PLAY, way, str(PEOPLE)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        compiled, speed, digest = json.loads(done.stdout)
        digests.add(digest)
        note(f"{way:<10} compiles in {compiled:5.1f} s, {speed:>11,.0f} attempts/s")

    benchmark.pedantic(lambda: [play(way) for way in ways], rounds=1)
    assert len(digests) == 1
