"""The decorator and its cache: nothing stale, nothing unchecked, nothing compiled twice."""

from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dialsim.jit import decorator
from dialsim.jit.decorator import kernel

LOW = """
import numpy as np
from synth.core.jit import kernel

@kernel
def low(x):
    return x + {step}

@kernel
def read(a, i):
    return a[i]

@kernel(nrt=True)
def made(n):
    return np.arange(n)
"""
HIGH = """
from synth.core.jit import kernel
from synth.low.kernels import low
from synth.layout import FACTOR

@kernel
def high(x):
    return low(x) * FACTOR
"""
MAIN = """
import sys
import numpy as np
from numba.core.cpu import CPUContext
from synth.core import jit
from synth.high.kernels import high
from synth.low.kernels import made, read

ready, made_ready = [], CPUContext.refresh
CPUContext.refresh = lambda context: (ready.append(context), made_ready(context))

print(high(1))
print(sum(sum(k.stats.cache_hits.values()) for k in jit.KERNELS + jit.CALLED),
      sum(sum(k.stats.cache_misses.values()) for k in jit.KERNELS + jit.CALLED))
try:
    read(np.zeros(3), 10)
    print("unchecked")
except IndexError:
    print("IndexError")
print(len(ready) > 0)
print(made(5).sum())
if "prune" in sys.argv:
    print(jit.prune_cache())
if "clear" in sys.argv:
    print(jit.clear_cache())
"""
ALONE = """
import sys
sys.path.append("synth/low")
import kernels, numpy
print(kernels.read(numpy.ones(3), 2))
"""


class Synth:
    """A package of two kernels in two rooms, run in processes of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        package = root / "synth"
        for room in ("core", "low", "high"):
            (package / room).mkdir(parents=True)
        shutil.copy(Path(decorator.__file__), package / "core" / "jit.py")
        self.write(step=1, factor=10)
        (package / "high" / "kernels.py").write_text(HIGH)
        (root / "main.py").write_text(MAIN)
        (root / "alone.py").write_text(ALONE)

    def write(self, step: int, factor: int) -> None:
        package = self.root / "synth"
        (package / "low" / "kernels.py").write_text(LOW.format(step=step))
        (package / "layout.py").write_text(f"FACTOR = {factor}\n")

    def run(self, *words: str, script: str = "main.py", **switches: str) -> list[str]:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "COVERAGE_"))}
        env |= {"NUMBA_CACHE_DIR": str(self.root / "cache"), **switches}
        done = subprocess.run(
            [sys.executable, script, *words],
            cwd=self.root,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def folders(self) -> set[str]:
        return {path.name for path in (self.root / "cache").glob("*/kernels-*")}


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package whose kernels were compiled once."""
    root = tmp_path_factory.mktemp("synth")
    synth = Synth(root)
    assert synth.run()[:2] == ["20", "0 2"]
    return root


@pytest.fixture
def synth(warm: Path, tmp_path: Path) -> Synth:
    """A package of one's own, at a place of its own, never compiled."""
    return Synth(tmp_path / "own")


@pytest.mark.once
def test_unchanged_sources_hit_the_cache(warm: Path) -> None:
    synth = Synth.__new__(Synth)
    synth.root = warm
    assert synth.run()[:2] == ["20", "1 0"]


@pytest.mark.full
@pytest.mark.once
def test_only_what_is_compiled_has_numba_make_itself_ready(warm: Path, synth: Synth) -> None:
    assert synth.run()[3:5] == ["True", "10"]
    synth.root = warm
    assert synth.run()[3:5] == ["False", "10"]


@pytest.mark.full
@pytest.mark.once
def test_an_edit_in_another_file_is_seen(synth: Synth) -> None:
    assert synth.run()[0] == "20"
    synth.write(step=100, factor=10)
    assert synth.run()[0] == "1010"
    assert synth.run()[:2] == ["1010", "1 0"]
    assert len(synth.folders()) == 2


@pytest.mark.full
@pytest.mark.once
def test_an_edited_constant_is_seen_and_old_folders_go(synth: Synth) -> None:
    assert synth.run()[0] == "20"
    synth.write(step=1, factor=7)
    lines = synth.run("prune")
    assert lines[0] == "14"
    # Two rooms, each with a folder of the old stamp.
    assert lines[-1] == "2"
    assert len(synth.folders()) == 1


@pytest.mark.full
@pytest.mark.once
def test_all_that_is_compiled_goes_when_the_cache_is_cleared(synth: Synth) -> None:
    assert synth.run()[0] == "20"
    synth.write(step=1, factor=7)
    assert synth.run("clear")[-1] == "4"
    assert synth.folders() == set()


@pytest.mark.full
@pytest.mark.once
def test_bounds_checks_bite_after_a_plain_cache(warm: Path) -> None:
    synth = Synth.__new__(Synth)
    synth.root = warm
    assert synth.run()[2] == "unchecked"
    assert synth.run(NUMBA_BOUNDSCHECK="1")[2] == "IndexError"
    assert synth.run()[2] == "unchecked"


@pytest.mark.full
@pytest.mark.once
def test_what_a_file_by_itself_left_is_compiled_anew(synth: Synth) -> None:
    """As `python -m doctest FILE` does: its module has another name, which nobody can import."""
    assert synth.run(script="alone.py") == ["1.0"]
    assert synth.run()[2] == "unchecked"


@pytest.mark.full
@pytest.mark.once
def test_a_read_only_place_means_no_cache(synth: Synth) -> None:
    blocked = synth.root / "file"
    blocked.write_text("")
    lines = synth.run(
        NUMBA_CACHE_DIR=str(blocked), NUMBA_CACHE_LOCATOR_CLASSES="UserProvidedCacheLocator"
    )
    assert lines[0] == "20"
    assert synth.folders() == set()


@pytest.mark.once
def test_the_stamp_follows_numbas_switches(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba

    plain = decorator.kernel_stamp()
    assert plain == decorator.kernel_stamp()
    monkeypatch.setattr(numba.config, "OPT", "a value of no meaning")
    assert decorator.kernel_stamp() != plain


def test_sources_of_the_stamp_are_kernels_core_and_what_they_import() -> None:
    texts = dict(decorator._kernel_sources())
    kernels = {"engine/kernels.py", "people/identity_index/kernels.py"}
    assert {"jit/decorator.py", "core/rng.py", "engine/state.py", *kernels} <= texts.keys()
    assert not {"cli/__init__.py", "summary/summarise.py", "scheduler/run.py"} & texts.keys()
    assert not [name for name in texts if name.startswith("storage/")]
    assert b"def resume_seconds(" in texts["engine/pacing/kernels.py"]


def test_options_of_each_kernel(jit_off: bool) -> None:
    from dialsim.core import rng

    assert rng.mix64 in decorator.KERNELS
    if not jit_off:
        options = rng.mix64.targetoptions  # type: ignore[attr-defined]
        assert options["nogil"]
        assert options["_nrt"] is False
        assert "fastmath" not in options


def test_a_kernel_that_allocates_says_so(jit_off: bool) -> None:
    before = len(decorator.KERNELS)

    @decorator.kernel(nrt=True)
    def ones(n: int) -> int:
        return int(np.ones(n, np.int64).sum())

    try:
        assert ones(4) == 4
        assert decorator.KERNELS[-1] is ones
    finally:
        del decorator.KERNELS[before:]


@pytest.mark.once
def test_literals_do_not_make_signatures() -> None:
    """A kernel called with one constant and another is compiled once."""

    @kernel
    def scaled(x: int, factor: int) -> int:
        return x * factor

    @kernel
    def both(x: int) -> int:
        return scaled(x, 3) + scaled(x, 5)

    assert both(2) == 16
    called = next(each for each in decorator.CALLED if each.py_func is scaled.py_func)
    assert len(called.signatures) == 1
    assert not scaled.signatures  # nobody called it from Python
    assert scaled(2, 3) == 6


def test_signatures_are_those_that_python_gives() -> None:
    def plain(a: np.ndarray, b: int) -> bool:
        return bool(a[b])

    def bare(a, b):  # type: ignore[no-untyped-def]
        return a + b

    def with_default(a: int, b: int = 3) -> int:
        return a + b

    def with_more(a: int, *more: int, b: int) -> int:
        return a + b + len(more)

    for function in (plain, bare, with_default, with_more):
        assert decorator._signature(function) == inspect.signature(function)
