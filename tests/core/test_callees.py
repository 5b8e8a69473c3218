"""Kernels that a kernel calls: known before the first is compiled, offered, and the same code."""

from __future__ import annotations

import json
import os
import re
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
from dialsim.core import queue, queue_layout
from dialsim.jit import compile_jobs
from dialsim.jit import decorator as jit
from dialsim.jit.compile_jobs import Job, Jobs, key_of, sharing

folder, how = Path(sys.argv[1]), sys.argv[2]
offered, paused = [], []
compile_jobs.IN_VAIN = 3

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

timers = queue_layout.make_queue(10)
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


@pytest.mark.full
def test_of_what_a_kernel_calls_all_but_the_first_are_offered(
    alone: dict[str, Any], tmp_path: Path
) -> None:
    """Where several can be compiled now: the others wait for what the one before returns."""
    found = compiled(tmp_path, "nobody takes any")
    assert alone["offered"] == []
    first = ["queue_pop", "queue_next"]
    above = [*first, "sort_slot"]
    assert found["offered"] == [
        ["_next_slot", first],
        ["_cascade", first],
        ["queue_tick", [*first, "_cascade"]],
        ["_reverse", above],
        ["_are_many", above],
        ["_sort_by_place", above],
        ["_merge_sort", above],
        ["_merge_sort", [*above, "_sort_by_place"]],
    ]
    assert found["left"] == 8
    assert found["paused"] == 0
    assert (found["code"], found["node"]) == (alone["code"], -1)
    assert sorted(found["parts"]) == sorted(alone["parts"])


@pytest.mark.full
def test_who_waits_in_vain_compiles_for_himself(alone: dict[str, Any], tmp_path: Path) -> None:
    """Whatever the others say they are at, and never end; at once if there are no others."""
    parts = len(alone["parts"])
    for how, paused in (("others are at it", 3 * parts), ("others are gone", parts)):
        found = compiled(tmp_path, how)
        assert found["paused"] == paused
        assert (found["code"], found["node"]) == (alone["code"], -1)
        assert sorted(found["parts"]) == sorted(alone["parts"])


WRONG = """
import sys
import numpy as np
from contextlib import nullcontext
from pathlib import Path
from dialsim.jit import decorator as jit
from dialsim.jit.compile_jobs import Jobs, sharing
from wrong import high, unified, with_default

jobs = Jobs(Path(sys.argv[1]), lambda: False, jit.part_of)
with sharing(jobs) if len(sys.argv) > 2 else nullcontext():
    print(with_default(3), with_default(3.5), unified(True, 3))
    try:
        high(np.arange(3))
    except Exception as error:
        print(type(error).__name__, error)
"""
KERNELS = """
import numpy as np
from dialsim.jit.decorator import kernel

@kernel
def low(a, more=5):
    return a + more

@kernel
def wrong(a):
    return low(a, "x") + low(a[0], 1)

@kernel
def high(a):
    return low(a[0], 2) + wrong(a)

@kernel
def all_of(first, *others):
    return first + len(others)

@kernel
def with_default(x):
    by_hand = low(x) + low(x, more=1) + low(*(x, 2)) + low(low(x, 3), low(x, 4))
    return by_hand + all_of(x) + all_of(x, x, 1)

@kernel
def as_int(x):
    return np.int64(x)

@kernel
def unified(c, x):
    found = np.uint8(3)
    if c:
        found = as_int(x)
    return found * found
"""


@pytest.mark.full
def test_what_cannot_be_compiled_is_told_as_it_would_be_alone(tmp_path: Path) -> None:
    """Types that do not fit, two calls deep; and arguments left out, named, or of other calls.

    The last one comes to 9.0 if types are found in another order than numba finds them in.
    """
    (tmp_path / "wrong.py").write_text(KERNELS)
    path = f"import sys\nsys.path.append({str(tmp_path)!r})\n"
    # As if it were of the package: only of its kernels parts are kept, and offered.
    ours = "import dialsim.jit.decorator as jit\njit._is_kept = lambda function: True\n"
    env = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    found = []
    for how in ([], ["shared"]):
        folder = tmp_path / f"jobs{len(how)}"
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", path + ours + WRONG, str(folder), *how],
            cwd=ROOT,
            env=env | {"NUMBA_CACHE_DIR": str(folder / "cache")},
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        assert done.returncode == 0, done.stderr
        found.append(re.sub("0x[0-9a-f]+", "address", done.stdout))
    alone, together = found
    assert alone.startswith("38 41.5 9\nTypingError ")
    assert "No implementation of function" in alone
    assert together == alone
