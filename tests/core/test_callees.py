"""Kernels that a kernel calls: known before the first is compiled, offered, and the same code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.house.sources import ROOT

pytestmark = [pytest.mark.needs_jit, pytest.mark.once]

COMPILE = """
import hashlib, json, sys
from contextlib import nullcontext
from pathlib import Path
from dialsim.core import jit, jobs, queue
from dialsim.core.jobs import Job, Jobs, key_of, sharing

folder, how = Path(sys.argv[1]), sys.argv[2]
offered, paused = [], []
jobs.IN_VAIN = 3

class Noted(Jobs):
    def offer(self, job, above, order):
        offered.append([job.kernel[1], [each.kernel[1] for each in above if not each.is_whole]])
        super().offer(job, above, order)

    def claim(self, job):
        if how != "nobody takes any" and not job.is_whole:
            (self.folder / f"{key_of(job)}.taken").touch()
        return super().claim(job)

def pause():
    paused.append(1)
    return how != "others are gone"

timers = queue.make_queue(10)
with nullcontext() if how == "alone" else sharing(Noted(folder, pause, jit.part_of)):
    node = queue.queue_pop(timers, 100)
(whole,) = queue.queue_pop.overloads.values()
code = hashlib.blake2b(whole.library._get_compiled_object()).hexdigest()
parts = [part.py_func.__name__ for part in jit.CALLED for _ in part.signatures]
left = len([each for each in folder.iterdir() if each.suffix == ".job"])
print(json.dumps({"code": code, "offered": offered, "parts": parts, "paused": len(paused),
                  "left": left, "node": int(node)}))
"""


def compiled(folder: Path, how: str, cache: str = "cache") -> dict[str, Any]:
    """Compile `queue_pop` in a process, with a folder of jobs, and say what came of it."""
    jobs = folder / how
    jobs.mkdir()
    env = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    done = subprocess.run(
        [sys.executable, "-c", COMPILE, str(jobs), how],
        cwd=ROOT,
        env=env | {"NUMBA_CACHE_DIR": str(folder / cache / how)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return compiled(tmp_path_factory.mktemp("alone"), "alone")


def test_of_what_a_kernel_calls_all_but_the_first_are_offered(
    alone: dict[str, Any], tmp_path: Path
) -> None:
    """Those that can be compiled now: `queue_kind` waits for what `queue_next` returns."""
    found = compiled(tmp_path, "nobody takes any")
    assert alone["offered"] == []
    assert found["offered"] == [
        ["_cascade", ["queue_pop", "queue_next"]],
        ["_reverse", ["queue_pop", "queue_next", "_sort"]],
        ["_merge_sort", ["queue_pop", "queue_next", "_sort"]],
        ["queue_take", ["queue_pop"]],
    ]
    assert found["left"] == 4
    assert found["paused"] == 0
    assert (found["code"], found["node"]) == (alone["code"], -1)
    assert sorted(found["parts"]) == sorted(alone["parts"])


def test_who_waits_in_vain_compiles_for_himself(alone: dict[str, Any], tmp_path: Path) -> None:
    """Whatever the others say they are at, and never end; at once if there are no others."""
    parts = len(alone["parts"])
    for how, paused in (("others are at it", 3 * parts), ("others are gone", parts)):
        found = compiled(tmp_path, how)
        assert found["paused"] == paused
        assert (found["code"], found["node"]) == (alone["code"], -1)
        assert sorted(found["parts"]) == sorted(alone["parts"])
