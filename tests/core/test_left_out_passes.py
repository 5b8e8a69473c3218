"""Compiler passes left out for kernels: machine code is the one that numba makes with them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

pytestmark = [pytest.mark.needs_jit, pytest.mark.full]

COMPILE = """
import hashlib, json, sys
from dialsim.core import queue, queue_layout
from dialsim.jit import linking

assert len(linking._NEEDLESS) == 2
if "all passes" in sys.argv:
    linking._NEEDLESS = ()
timers = queue_layout.make_queue(10)
assert queue.queue_pop(timers, 100) == -1
queue.queue_put(timers, 3, 7, 2)
print(json.dumps([
    hashlib.blake2b(each.overloads[signature].library._get_compiled_object()).hexdigest()
    for each in (queue.queue_pop, queue.queue_put) for signature in each.signatures
]))
"""


def compiled(folder: Path, how: str = "") -> list[str]:
    """Compile two kernels in a process of its own and return a digest of each machine code."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    done = subprocess.run(
        [sys.executable, "-c", COMPILE, how],
        cwd=ROOT,
        env=env | {"NUMBA_CACHE_DIR": str(folder / how)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def test_machine_code_is_the_same(tmp_path: Path) -> None:
    ours, with_all = compiled(tmp_path / "ours"), compiled(tmp_path / "numba", "all passes")
    assert len(ours) >= 2
    assert ours == with_all
