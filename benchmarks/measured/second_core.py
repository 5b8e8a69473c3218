"""How much a second core is worth just now: what two replications at once can gain at most."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

LOOP = "x = 0\nfor i in range({}): x += i"
TURNS = 20_000_000


def wall_s(work: Callable[[], Any]) -> float:
    """Return the seconds that something takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def two_processes(turns: int = TURNS) -> float:
    """Return how much sooner the machine does two plain loops at once than one after the other."""

    def run(count: int) -> None:
        code = LOOP.format(turns)
        started = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(count)]
        for each in started:
            each.wait()

    return 2 * wall_s(lambda: run(1)) / wall_s(lambda: run(2))
