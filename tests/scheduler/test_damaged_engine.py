"""An engine whose machine code on disk is damaged: minutes of compiling, and the same outcome."""

from __future__ import annotations

import glob
import inspect
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from numba.core.caching import _CacheLocator

import dialsim
from dialsim.engine.specialised.choice import ENGINES
from dialsim.jit.decorator import KERNELS
from dialsim.jit.kernel_cache import WholeFiles
from dialsim.scheduler.warm import TINY
from tests.house.sources import ROOT

pytestmark = [pytest.mark.needs_jit, pytest.mark.once, pytest.mark.full]

PLACES = 150
PLAY = """
import json
from dialsim.api import warm
from dialsim.engine import host
from dialsim.engine.build import prepare
from dialsim.scenario.load import load_scenario
from dialsim.scheduler.compiling import is_cold, is_kept
from dialsim.scheduler.warm import TINY

cold = is_cold()
world = prepare(load_scenario(TINY))
host.run_to_end(world)
compiled = len(warm(keep=True)["compiled"])
print(json.dumps([cold, host.digest(world), compiled, is_kept()]))
"""


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    dialsim.replicate(TINY, 1, threads=1)


def test_a_bit_anywhere_in_an_engine_is_found(tmp_path: Path) -> None:
    for engine in ENGINES.values():
        cache: Any = engine._cache  # type: ignore[attr-defined]
        name, stamp = cache._impl.filename_base, repr(cache._impl.locator.get_source_stamp())
        files = WholeFiles(tmp_path, name, stamp)
        for path in Path(cache.cache_path).glob(f"{glob.escape(name)}.*.whole"):
            content, copy = path.read_bytes(), tmp_path / path.name
            copy.write_bytes(content)
            assert files.is_any()
            for number in range(PLACES):
                damaged = bytearray(content)
                damaged[number * len(content) // PLACES] ^= 1 << number % 8
                for each in (damaged, content[: number * len(content) // PLACES]):
                    copy.write_bytes(each)
                    assert not files.is_any()


@pytest.mark.timeout(1800)
def test_all_damaged_at_once_is_compiled_anew_with_the_same_outcome(tmp_path: Path) -> None:
    for kernel in KERNELS:
        folder = Path(kernel._cache.cache_path)
        below = _CacheLocator.get_suitable_cache_subpath(inspect.getfile(kernel.py_func))
        if folder.exists():
            shutil.copytree(folder, tmp_path / below / folder.name, dirs_exist_ok=True)
    found = [played(tmp_path)]
    wholes = sorted(tmp_path.rglob("*.whole"))
    assert len(wholes) > 10
    for path in wholes:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    found += [played(tmp_path), played(tmp_path)]
    (_, digest, *_), (cold, again, compiled, kept), last = found
    assert (cold, again, kept) == (True, digest, True)
    assert compiled > 0
    assert last == [False, digest, 0, True]


def played(cache: Path) -> list[Any]:
    """Return whether all was to be compiled, the outcome, how much warm compiled, what is kept."""
    done = subprocess.run(
        [sys.executable, "-c", PLAY],
        cwd=ROOT,
        env=os.environ | {"NUMBA_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))
