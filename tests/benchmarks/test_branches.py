"""Branches are counted as they go, plain campaigns have their say first, few counts are old."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import branches
from dialsim.jit.branches import counted, parse

ROOT = Path(__file__).resolve().parents[2]
MOST_CHANGED = 0.1

COUNTING = """
import json, sys
from benchmarks.branches import Counters, let_kernels_count
counters = Counters()
let_kernels_count(counters)
from dialsim.jit.decorator import kernel

@kernel
def is_large(x):
    return x > 7

@kernel
def large(n):
    found = 0
    for x in range(n):
        if is_large(x):
            found += 1
    return found

assert large(10) == 2
json.dump(counters.read(), sys.stdout)
"""


@pytest.mark.full
@pytest.mark.needs_jit
@pytest.mark.once
def test_each_way_is_counted(tmp_path: Path) -> None:
    """Of ten turns of a loop and its end, and of a condition that holds twice."""
    script = tmp_path / "counting.py"
    script.write_text(COUNTING, "utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    (of_large,) = found["__main__.large"]
    assert sorted(of_large) == [[-1, 0, 1, 0], [3, 0, 1, 10], [4, 0, 8, 2]]
    assert found["__main__.is_large"] == [[[-1, 0, 10, 0]]]


def world(attempts: int, **kernels: list[list[int]]) -> dict[str, Any]:
    """Return what a world came to, each kernel compiled for one kind of arguments."""
    return {"attempts": attempts, "kernels": {name: [each] for name, each in kernels.items()}}


def test_plain_campaigns_say_what_is_usual() -> None:
    """They decide together where they come to a branch; else all others do, if they agree."""
    shared = [[-1, 0, 100, 0], [7, 0, 100, 0]]
    known = {
        "plain": [
            world(
                100,
                judge=[[-1, 0, 100, 0], [4, 0, 99, 1]],
                share=shared,
                rare=[[-1, 0, 0, 0], [2, 0, 0, 0]],
            ),
            world(50, judge=[[-1, 0, 50, 0], [4, 0, 50, 0]], share=[[-1, 0, 50, 0], [7, 0, 0, 50]]),
        ],
        "others": [
            world(10, judge=[[-1, 0, 10, 0], [4, 0, 0, 10]], rare=[[-1, 0, 0, 0], [2, 0, 0, 5]]),
            world(10, judge=[[-1, 0, 10, 0], [4, 0, 0, 10]], rare=[[-1, 0, 0, 0], [2, 0, 5, 0]]),
        ],
        "digests": {"judge": "aaaaaaaa", "rare": "bbbbbbbb", "share": "cccccccc"},
        "called": ["judge", "rare", "share"],
    }
    found = parse(branches.written(known))
    assert found["judge"].written() == "aaaaaaaa 4-0"  # whatever others do
    assert found["rare"].written() == "bbbbbbbb cold"  # the others are at odds
    assert "share" not in found  # the plain ones are at odds


def test_kernels_that_have_changed_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    first = next(iter(counted()))
    known = {
        first: counted()[first]._replace(digest="0"),
        "dialsim.gone.kernels.away": counted()[first],
    }
    monkeypatch.setattr("dialsim.jit.branches.counted", lambda: known)
    assert branches.changed() == [first, "dialsim.gone.kernels.away"]


@pytest.mark.once
def test_few_kernels_have_changed_since_they_were_counted() -> None:
    old = branches.changed()
    assert len(old) <= MOST_CHANGED * len(counted()), (
        f"{len(old)} kernels are not what was counted: python benchmarks/branches.py --renew"
    )
