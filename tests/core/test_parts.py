"""Parts are kept on disk, and a file that is not what it should be costs time, never a result."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dialsim.jit import decorator

pytestmark = [pytest.mark.needs_jit, pytest.mark.once]

KERNELS = """
import numpy as np
from synth.core.jit import kernel

{lowest}

@kernel
def middle(a, i):
    return min(low(a, i), np.int64(1000)) * 2

@kernel
def high(a, i):
    return middle(a, i) + low(a, i + 1)

@kernel
def other(x):
    return x
"""
LOW = """
@kernel
def low(a, i):
    return abs(a[i:][0].low) + {step}
"""
MADE = """
def made():
    @kernel
    def low(a, i):
        return abs(a[i:][0].low) + {step}
    return low

low = made()
"""
PIECES = """
import numba
from synth.core.jit import kernel

def piece(more):
    @numba.njit
    def inner(x):
        return x + more
    return inner

one, ten = piece(1), piece(10)

@kernel
def low(a, i):
    return one(a[i].low)

@kernel
def middle(a, i):
    return ten(low(a, i))

@kernel
def high(a, i):
    return middle(a, i) + low(a, i)

@kernel
def other(x):
    return x
"""
MAIN = """
import hashlib
import sys
import numpy as np
from numba.core.bytecode import FunctionIdentity
from synth.core import jit
from synth.kernels import high, other

if "count" in sys.argv:
    print(other(1), other(1.5))  # from here on numba counts otherwise
    other(np.zeros(1, [("before", "i4")]))
for word in sys.argv[1:]:
    for _ in range(int(word) if word.isdigit() else 0):
        FunctionIdentity.from_function(jit.kernel_stamp)
records = np.zeros(2, [("low", "i8"), ("high", "i8")])
records["low"] = [-5, -7]
print(high(records, 0))
print(sum(sum(k.stats.cache_hits.values()) for k in jit.CALLED),
      sum(sum(k.stats.cache_misses.values()) for k in jit.CALLED))
if "code" in sys.argv:
    (whole,) = high.overloads.values()
    print(hashlib.blake2b(whole.library._get_compiled_object()).hexdigest())
"""


class Synth:
    """A package of three kernels on each other, played in processes of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        core = root / "synth" / "core"
        core.mkdir(parents=True)
        shutil.copy(Path(decorator.__file__), core / "jit.py")
        (root / "main.py").write_text(MAIN)
        self.write(step=1)

    def write(self, step: int, lowest: str = LOW) -> None:
        text = KERNELS.format(lowest=lowest.format(step=step))
        (self.root / "synth" / "kernels.py").write_text(text)

    def run(self, *words: str, **switches: str) -> list[str]:
        """What `high` returns, and how many parts were found and how many compiled."""
        for whole in (self.root / "cache").rglob("*.whole"):
            whole.unlink()
        env = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "COVERAGE_"))}
        env |= {"NUMBA_CACHE_DIR": str(self.root / "cache"), **switches}
        done = subprocess.run(
            [sys.executable, "main.py", *words],
            cwd=self.root,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def parts(self) -> list[Path]:
        return sorted((self.root / "cache").rglob("*.part"))


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Synth, dict[Path, bytes]]:
    """The package, and the parts that were kept of it: low and middle."""
    made = Synth(tmp_path_factory.mktemp("synth"))
    assert made.run() == ["20", "0 2"]
    assert ["low" in part.name for part in made.parts()] == [True, False]
    return made, {part: part.read_bytes() for part in made.parts()}


@pytest.fixture
def synth(compiled: tuple[Synth, dict[Path, bytes]]) -> Synth:
    """The package with its parts as they were first kept."""
    made, kept = compiled
    made.write(step=1)
    for part in made.parts():
        part.unlink()
    for part, content in kept.items():
        part.write_bytes(content)
    return made


@pytest.mark.full
def test_parts_are_found_again(synth: Synth) -> None:
    before = [part.read_bytes() for part in synth.parts()]
    assert synth.run() == ["20", "2 0"]
    assert [part.read_bytes() for part in synth.parts()] == before
    assert {path.suffix for path in synth.parts()[0].parent.iterdir()} == {".part", ".whole"}


@pytest.mark.full
def test_a_damaged_file_is_compiled_anew(synth: Synth) -> None:
    low, middle = synth.parts()
    content = low.read_bytes()
    half = len(content) // 2
    for damaged, other in (
        (content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :], content[:-7]),
        (middle.read_bytes(), content),  # each another's
        (content, b""),
    ):
        low.write_bytes(damaged)
        middle.write_bytes(other)
        assert synth.run()[0] == "20"
    assert synth.run() == ["20", "2 0"]


@pytest.mark.full
def test_a_file_of_other_sources_or_settings_is_not_believed(synth: Synth) -> None:
    old = {part.name: part.read_bytes() for part in synth.parts()}
    for step, switches in ((100, {}), (1, {"NUMBA_BOUNDSCHECK": "1"})):
        for part in synth.parts():
            part.unlink()
        synth.write(step)
        right = str(3 * step + 17)
        assert synth.run(**switches) == [right, "0 2"]
        for part in synth.parts():
            part.write_bytes(old[part.name])
        assert synth.run(**switches) == [right, "0 2"]


@pytest.mark.full
def test_a_part_goes_with_the_parts_it_was_made_with(synth: Synth) -> None:
    """One that a function makes is not kept, and each process names it by its own count."""
    before = set(synth.parts())
    synth.write(step=1, lowest=MADE)
    assert synth.run() == ["20", "0 2"]
    (middle,) = set(synth.parts()) - before
    content = middle.read_bytes()
    assert synth.run("count") == ["1 1.5", "20", "0 2"]
    assert middle.read_bytes() != content


@pytest.mark.full
def test_a_part_goes_with_what_those_it_calls_return(synth: Synth) -> None:
    """As no stamp says: of a constant that is not the source's."""
    text = KERNELS.format(lowest=LOW.format(step="KIND(1)"))
    constant = "import os\nKIND = np.float64 if 'other' in os.environ else np.int64\n@kernel\n"
    (synth.root / "synth" / "kernels.py").write_text(text.replace("@kernel\n", constant, 1))
    before = set(synth.parts())
    assert synth.run() == ["20", "0 2"]
    low, _ = sorted(set(synth.parts()) - before)
    low.unlink()
    assert synth.run(other="") == ["20.0", "0 2"]


@pytest.mark.full
def test_processes_make_the_same_of_a_kernel(synth: Synth) -> None:
    """Though numba counts functions and records of a process, and names them by it."""
    code = synth.run("code")[2]
    for part in synth.parts():
        part.unlink()
        assert synth.run("count", "code") == ["1 1.5", "20", "1 1", code]


@pytest.mark.full
def test_what_numba_names_by_its_count_is_the_part_s_own(synth: Synth) -> None:
    """Of two functions that one makes, each process may give one the name of the other's other."""
    (synth.root / "synth" / "kernels.py").write_text(PIECES)
    before = set(synth.parts())
    assert synth.run() == ["2", "0 2"]  # -5 + 1 + 10 and -5 + 1
    _, middle = sorted(set(synth.parts()) - before)
    for count in range(6):
        middle.unlink()
        assert synth.run(str(count)) == ["2", "1 1"]


@pytest.mark.full
def test_a_file_that_cannot_be_written_is_not_kept(synth: Synth) -> None:
    for part in synth.parts():
        part.unlink()
        part.mkdir()
        (part / "in the way").touch()
    assert synth.run() == ["20", "0 2"]
    assert [path.name for path in synth.parts()[0].parent.glob("*.part.*")] == []
    for part in synth.parts():
        shutil.rmtree(part)
