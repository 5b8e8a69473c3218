"""Replications side by side on threads, against one after the other in the same run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dialsim
from benchmarks.measured.second_core import two_processes, wall_s
from benchmarks.worlds import open_road

PEOPLE = 400_000
SPEED_UP = 1.8
"""How much sooner two threads must be done than one, on two cores that nobody else uses."""


def test_replications_on_two_threads(
    benchmark: Any,
    note: Callable[[str], None],
    budget: Callable[[bool, str], None],
    measured: bool,
) -> None:
    """The same figures, sooner; beside them what two plain processes gain at the same time.

    Rounds alternate and each keeps its best, so that a neighbour of some seconds does not count.
    """
    scenario = dialsim.load_scenario(open_road(PEOPLE if measured else 2000))
    n = 8 if measured else 2
    found = {threads: dialsim.replicate(scenario, n, threads=threads) for threads in (1, 2)}
    assert found[1].played == found[2].played
    best = {1: float("inf"), 2: float("inf")}
    processes: list[float] = []

    def turn() -> None:
        for threads in best:
            took = wall_s(lambda t=threads: dialsim.replicate(scenario, n, threads=t))
            best[threads] = min(best[threads], took)
        processes.append(two_processes())

    benchmark.pedantic(turn, rounds=4 if measured else 1)
    gain = best[1] / best[2]
    note(f"two threads {gain:.2f} times one; two plain processes {max(processes):.2f} times")
    budget(gain >= SPEED_UP, f"at least {SPEED_UP} times as fast: {gain:.2f}")
