"""How long starting takes: whole processes, from the interpreter's start to its end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import tomli_w

from benchmarks.worlds import open_road


def process(*arguments: str, **environment: str) -> float:
    """Return the seconds a new Python process takes, start-up included.

    Raises
    ------
    subprocess.CalledProcessError
        It failed: its time says nothing.
    """
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | environment,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - begin


def start_seconds(folder: Path, rounds: int, *, cold: bool) -> dict[str, float]:
    """Return the shortest of some starts, of each kind.

    Parameters
    ----------
    folder
        Where the smallest scenario and a cache of compiled kernels may be written.
    cold
        Also compile everything for the first time, once, and then start the smallest run from
        that cache; takes minutes.
    """
    found = {
        "bare python": min(process("-c", "") for _ in range(rounds)),
        "import": min(process("-c", "import dialsim") for _ in range(rounds)),
        "--help": min(process("-m", "dialsim", "--help") for _ in range(rounds)),
    }
    if cold:
        small = folder / "small.json"
        small.write_text(json.dumps(open_road(100, agents=5)))
        play = f"import dialsim, json; dialsim.run(json.load(open({str(small)!r})))"
        cache = {"NUMBA_CACHE_DIR": str(folder / "cache")}
        found["cold run"] = process("-c", play, **cache)
        found["warm run"] = min(process("-c", play, **cache) for _ in range(rounds))
        toml = folder / "small.toml"
        toml.write_text(tomli_w.dumps(open_road(100, agents=5)))
        command = ("-m", "dialsim", "run", str(toml), "--out", str(folder / "runs"))
        process(*command, **cache)  # its page and files compile a little more
        found["warm command"] = min(process(*command, **cache) for _ in range(rounds))
    return found
