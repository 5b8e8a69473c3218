"""One signature a kernel: a second one would be compiled, cached and tested by nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLAY = """
from dialsim.jit.decorator import CALLED, KERNELS
from dialsim.engine.build import prepare
from dialsim.engine.host import fill_all, run_to_end
from dialsim.scenario import load_scenario
from tests.people.scenarios import small_scenario
people = {"name": "list", "synthetic": {"count": 300, "relation": "bought"}}
for order in ("list", "key"):
    world = fill_all(prepare(load_scenario(small_scenario(people | {"order": order}))))
    run_to_end(world)
compiled = [kernel for kernel in KERNELS + CALLED if kernel.signatures]
wrong = {kernel.__name__: kernel.signatures for kernel in compiled if len(kernel.signatures) > 1}
assert len(compiled) > 90, len(compiled)
assert not wrong, wrong
"""


@pytest.mark.full
@pytest.mark.needs_jit
def test_one_signature_a_kernel(tmp_path: Path) -> None:
    """A process that compiled everything afresh and played whole runs made one of each.

    An empty cache, because a cached caller brings its callees along unseen: half a minute.
    """
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", PLAY],
        cwd=root,
        env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
