"""A damaged cache of compiled kernels costs time: the same comes out, and it is whole again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dialsim.jit import decorator
from dialsim.storage.checked import DIGEST_BYTES

pytestmark = [pytest.mark.needs_jit, pytest.mark.once]

KERNELS = """
import numpy as np
from synth.core.jit import kernel

@kernel
def low(x):
    return x * {step}

@kernel
def high(x):
    return low(x) + 1

@kernel
def other(x):
    return x - 5

@kernel(nrt=True)
def made(n):
    return np.arange(n)
"""
# Each damage is played by a process of its own, which is forked where everything but the kernels is
# imported: half a second otherwise.
MAIN = """
import json, os, sys, traceback
from pathlib import Path
import numpy
from synth.core import jit

def play(answer):
    from synth.kernels import high, made, other
    kernels = (high, other, made)
    before = [jit.is_compiled(each) for each in kernels]
    values = [int(high(20)), int(other(9)), int(made(5).sum())]
    parts = sum(sum(each.stats.cache_hits.values()) for each in jit.CALLED)
    compiled = [sum(each.stats.cache_misses.values()) for each in kernels]
    after = [jit.is_on_disk(each) for each in kernels]
    os.write(answer, json.dumps([values, before, compiled, after, parts]).encode())

def forked():
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            play(writing)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    os.close(writing)
    with open(reading, "rb") as answer:
        text = answer.read().decode()
    return [os.waitpid(child, 0)[1], *(json.loads(text) if text else [])]

for line in sys.stdin:  # files to be changed, or removed, by their paths
    for path, content in json.loads(line).items():
        if content is None:
            Path(path).unlink(missing_ok=True)
        else:
            Path(path).write_bytes(bytes.fromhex(content))
    print(json.dumps(forked()), flush=True)
"""
VALUES = [41, 4, 10]
WHOLE = [0, VALUES, [True] * 3, [0] * 3, [True] * 3, 0]


class Synth:
    """A package of four kernels, of which Python calls three, and a process that plays it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        core = root / "synth" / "core"
        core.mkdir(parents=True)
        shutil.copy(Path(decorator.__file__), core / "jit.py")
        (root / "main.py").write_text(MAIN)
        self.write(step=2)
        env = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "COVERAGE_"))}
        self.process = subprocess.Popen(
            [sys.executable, "main.py"],
            cwd=root,
            env=env | {"NUMBA_CACHE_DIR": str(root / "cache")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.first = self.play({})
        self.kept = {path: path.read_bytes() for path in self.files()}

    def write(self, step: int) -> None:
        (self.root / "synth" / "kernels.py").write_text(KERNELS.format(step=step))

    def files(self) -> list[Path]:
        return sorted(path for path in (self.root / "cache").rglob("*") if path.is_file())

    def play(self, changed: dict[Path, bytes | None]) -> list[Any]:
        """Return status, values, found compiled, compiled, on disk afterwards, parts found."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        texts = {str(path): content and content.hex() for path, content in changed.items()}
        texts |= {str(path): "" for path, content in changed.items() if content == b""}
        self.process.stdin.write(json.dumps(texts) + "\n")
        self.process.stdin.flush()
        return list(json.loads(self.process.stdout.readline()))

    def damage(self, changed: dict[Path, bytes | None]) -> list[Any]:
        """Play with some files changed, all others as they were first kept."""
        return self.play({**self.kept, **changed})

    def file(self, kernel: str, suffix: str) -> Path:
        (found,) = [p for p in self.kept if f".{kernel}-" in p.name and p.suffix == suffix]
        return found


@pytest.fixture(scope="module")
def synth(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = Synth(tmp_path_factory.mktemp("synth"))
    yield made
    assert made.process.stdin is not None
    made.process.stdin.close()
    assert made.process.wait(60) == 0
    assert made.process.stdout is not None
    made.process.stdout.close()


def flipped(content: bytes, place: int, bit: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]


def test_what_is_whole_is_loaded(synth: Synth) -> None:
    assert synth.first == [0, VALUES, [False] * 3, [1] * 3, [True] * 3, 0]
    assert sorted(path.suffix for path in synth.kept) == [".part", *[".whole"] * 3]
    assert synth.damage({}) == WHOLE


@pytest.mark.full
def test_a_damaged_whole_is_not_compiled_and_is_compiled_anew(synth: Synth) -> None:
    """Not there, emptied, cut, a bit flipped in its digest, in its middle."""
    high = synth.file("high", ".whole")
    content = synth.kept[high]
    size = len(content)
    cuts = [content[:length] for length in (0, DIGEST_BYTES, size - 1)]
    for damaged in (None, *cuts, *(flipped(content, place, 3) for place in (0, size // 2))):
        found = synth.damage({high: damaged})
        assert found == [0, VALUES, [False, True, True], [1, 0, 0], [True] * 3, 1]
    assert synth.play({}) == WHOLE


def test_a_file_of_another_kernel_is_refused(synth: Synth) -> None:
    high, other = (synth.file(name, ".whole") for name in ("high", "other"))
    found = synth.damage({high: synth.kept[other], other: synth.kept[high]})
    assert found == [0, VALUES, [False, False, True], [1, 1, 0], [True] * 3, 1]
    assert synth.play({}) == WHOLE


@pytest.mark.full
def test_a_file_of_other_sources_is_refused(synth: Synth) -> None:
    """Renamed into the place of those of this stamp, names and all."""
    synth.write(step=100)
    try:
        assert synth.damage({})[1] == [2001, 4, 10]
        others = {path.name: path for path in synth.files() if path not in synth.kept}
        assert len(others) == len(synth.kept)
    finally:
        synth.write(step=2)
    strange = {path: others[path.name].read_bytes() for path in synth.kept}
    found = synth.damage(strange)
    assert found == [0, VALUES, [False] * 3, [1] * 3, [True] * 3, 0]
    assert synth.play({}) == WHOLE


def test_a_damaged_part_is_compiled_anew(synth: Synth) -> None:
    high, low = synth.file("high", ".whole"), synth.file("low", ".part")
    content = synth.kept[low]
    assert synth.damage({high: None})[5] == 1
    for damaged in (b"", flipped(content, len(content) - 9, 0)):
        found = synth.damage({high: None, low: damaged})
        assert found == [0, VALUES, [False, True, True], [1, 0, 0], [True] * 3, 0]
        assert low.read_bytes() == content


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_all_files_damaged_at_many_places(synth: Synth) -> None:
    for path, content in synth.kept.items():
        step = max(1, len(content) // 40)
        cuts = [content[:length] for length in range(0, len(content), step)]
        flips = [flipped(content, place, place % 8) for place in range(0, len(content), step)]
        for damaged in cuts + flips:
            away = {synth.file("high", ".whole"): None} if path.suffix == ".part" else {}
            status, values, _, _, on_disk, _ = synth.damage({path: damaged, **away})
            assert (status, values, on_disk) == (0, VALUES, [True] * 3)
            assert synth.play({}) == WHOLE


@pytest.mark.full
def test_what_is_whole_and_cannot_be_loaded_is_blamed_on_the_cache(tmp_path: Path) -> None:
    from dialsim.errors import CacheError
    from dialsim.jit.kernel_cache import WholeFiles, blaming_the_cache
    from dialsim.storage.checked import write_checked

    files, key = WholeFiles(tmp_path, "kernels.high-1", "stamp"), (("int64",), "cpu")
    assert files.load(key) is None
    assert not files.is_any()
    files.save(key, "machine code")
    assert files.load(key) == "machine code"
    assert files.is_any()
    files.path((("float64",), "cpu")).hardlink_to(files.path(key))
    assert files.load((("float64",), "cpu")) is None
    write_checked(files.path(key), "stamp", b"no pickle")
    with pytest.raises(
        CacheError, match=r"kernels\.high-1 cannot be loaded .*warm --anew"
    ) as caught:
        files.load(key)
    assert caught.value.exit_code == 3
    assert "report" not in str(caught.value)
    files.flush()
    assert files.load(key) is None
    with pytest.raises(MemoryError), blaming_the_cache("high"):
        raise MemoryError
    with pytest.raises(CacheError, match="RuntimeError: no object"), blaming_the_cache("high"):
        raise RuntimeError("no object")
