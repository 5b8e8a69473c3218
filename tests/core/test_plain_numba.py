"""numba by itself comes to the same; a release that was not tried is refused in one sentence."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numba
import pytest
import tomli

from dialsim.errors import CapacityError
from dialsim.jit.mode import NEWEST, OLDEST, check_release
from tests.house.sources import ROOT

pytestmark = pytest.mark.once

RUN = """
import json
import dialsim
from tests.scenario.worlds import world

print(json.dumps(dialsim.run(world(), log=False).summary["outcome_digest"]))
"""


def started(code: str, **switches: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_DISABLE")}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=env | switches,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_the_outcome_is_the_same_without_our_compiler(tmp_path: Path) -> None:
    ours, plain = (
        started(RUN, **switches)
        for switches in ({}, {"DIALSIM_JIT": "plain", "NUMBA_CACHE_DIR": str(tmp_path)})
    )
    assert plain.returncode == 0, plain.stderr
    assert json.loads(plain.stdout) == json.loads(ours.stdout)
    assert not list(tmp_path.rglob("*.part"))  # it was compiled by numba


@pytest.mark.full
@pytest.mark.needs_jit
def test_a_few_kernels_are_the_same_without_our_compiler(tmp_path: Path) -> None:
    """Draws and a queue: kernels that call kernels, with frames and literals between them."""
    code = """
from dialsim.core import queue, queue_layout
from dialsim.core.rng import run_base
from dialsim.jit.decorator import CALLED

timers = queue_layout.make_queue(10)
queue.queue_put(timers, 3, 7, 2)
print(run_base(1, 2), queue.queue_pop(timers, 100), len(CALLED) > 0)
"""
    ours = started(code).stdout.split()
    plain = started(code, DIALSIM_JIT="plain", NUMBA_CACHE_DIR=str(tmp_path)).stdout.split()
    assert len(ours) == 3
    assert ours[:-1] == plain[:-1]
    assert plain[-1] == "False"  # a kernel that kernels call has no second dispatcher


@pytest.mark.parametrize("release", ["0.65.1", "0.69.0", "0.69.0rc1", "0.68.0rc1", "1.0.0", "x"])
def test_a_release_that_was_not_tried_is_refused(release: str) -> None:
    with pytest.raises(CapacityError, match=re.escape(f"numba {release}: dialsim works with")):
        check_release(release)


def test_a_command_ends_in_one_sentence() -> None:
    code = "import numba; numba.__version__ = '0.69.0rc1'\nfrom dialsim.__main__ import main\n"
    done = started(f"{code}raise SystemExit(main(['run', 'scenarios/starter.toml']))")
    assert done.returncode == 3
    assert done.stderr.startswith("numba 0.69.0rc1: dialsim works with 0.66 to 0.68")
    assert "Traceback" not in done.stderr


def test_another_way_of_compiling_is_refused() -> None:
    done = started(
        "from dialsim.__main__ import main\nraise SystemExit(main(['warm']))", DIALSIM_JIT="fast"
    )
    assert done.returncode == 2
    assert "allowed: plain, or nothing" in done.stderr


def test_bounds_are_those_of_the_installation() -> None:
    wanted = tomli.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    (bounds,) = [each for each in wanted if each.startswith("numba")]
    above = (NEWEST[0], NEWEST[1] + 1)
    assert bounds == f"numba>={'.'.join(map(str, OLDEST))},<{'.'.join(map(str, above))}"
    check_release(numba.__version__)
