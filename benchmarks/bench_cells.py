"""Replications in processes and on a cluster, against one after the other in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

import dialsim
from benchmarks.worlds import open_road
from dialsim.execution.cell_sizing import CELL_S, played
from dialsim.execution.cells import Cell
from dialsim.execution.replication import Played
from dialsim.execution.workers import Workers

PEOPLE = 100_000
SHARE = 0.6
"""Seconds of two processes, at most, for a second of one core's engine."""
OVERHEAD = 0.3
"""What a cluster may take beyond processes, at cells of half a second."""


def play(workers: Workers, cells: Sequence[Cell]) -> tuple[float, list[list[Played]]]:
    """Return the seconds that cells take, and what they came to."""
    begin = time.perf_counter()
    found = dict(workers.play(cells))
    return time.perf_counter() - begin, [found[at] for at in sorted(found)]


def cut(scenario: dialsim.Scenario, n: int, replication_s: float) -> list[Cell]:
    """Return replications as cells of half a second each."""
    size = max(1, round(CELL_S / replication_s))
    return [Cell(scenario, tuple(range(i, min(i + size, n)))) for i in range(0, n, size)]


def test_processes_and_a_cluster(
    benchmark: Any,
    note: Callable[[str], None],
    budget: Callable[[bool, str], None],
    measured: bool,
) -> None:
    """The same figures; warm, and the best of some rounds that alternate."""
    distributed = pytest.importorskip("distributed")
    scenario = dialsim.load_scenario(open_road(PEOPLE if measured else 2000))
    n = 40 if measured else 4
    best = dict.fromkeys(("serial", "processes", "cluster"), float("inf"))
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        Workers("serial") as serial,
        Workers("processes", 2) as processes,
        Workers("dask://" + cluster.scheduler_address.removeprefix("tcp://"), 2) as clustered,
    ):
        crews = dict(zip(best, (serial, processes, clustered), strict=True))
        for crew in crews.values():
            played(crew, [(scenario, range(4))])  # starts, compiles, builds
        cells = cut(scenario, n, serial.replication_s)
        figures = {}

        def turn() -> None:
            for name, crew in crews.items():
                took_s, figures[name] = play(crew, cells)
                best[name] = min(best[name], took_s)

        benchmark.pedantic(turn, rounds=3 if measured else 1)
    assert figures["serial"] == figures["processes"] == figures["cluster"]
    share = best["processes"] / best["serial"]
    over = best["cluster"] / best["processes"] - 1
    note(
        f"two processes take {share:.2f} of one after the other; a cluster of two {over:+.0%} "
        f"beside them; {len(cells)} cells"
    )
    budget(share <= SHARE, f"at most {SHARE} of one after the other: {share:.2f}")
    budget(over <= OVERHEAD, f"at most {OVERHEAD:.0%} more than processes: {over:+.0%}")
