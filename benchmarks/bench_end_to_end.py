"""Trio, slices, progress and the Parquet log over the bare engine, and how long starting takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measured.around import LOGS, bare_and_whole
from benchmarks.measured.start import start_seconds
from benchmarks.measuring import timed_in_turns

PEOPLE, FEW = 1_000_000, 2_000
OVERHEAD = 0.20
"""Most that everything around the engine may add to its time."""
MOST_S = {"import": 0.3, "--help": 0.3, "warm run": 1.5, "cold run": 60.0}


def test_everything_around_the_engine(
    benchmark: Any,
    note: Callable[[str], None],
    budget: Callable[[bool, str], None],
    measured: bool,
    tmp_path: Path,
) -> None:
    """The same campaign bare, and through the scheduler with each kind of log."""
    each = bare_and_whole(PEOPLE if measured else FEW, tmp_path, logs=LOGS)
    rounds = None if measured else 1
    bare, *logged = benchmark.pedantic(timed_in_turns, args=(each, rounds), rounds=1)
    engine_s, whole_s = bare.best_s, logged[0].best_s
    over = ", ".join(
        f"--log {log} {whole.best_s:.2f} s ({whole.best_s / engine_s - 1:+.0%})"
        for log, whole in zip(LOGS, logged, strict=True)
    )
    note(f"bare {engine_s:.2f} s; {over}")
    more = whole_s / engine_s - 1
    budget(more <= OVERHEAD, f"at most {OVERHEAD:.0%} over the bare engine: {more:+.0%}")


def test_start(
    benchmark: Any,
    note: Callable[[str], None],
    budget: Callable[[bool, str], None],
    measured: bool,
    tmp_path: Path,
) -> None:
    """Import, help, the smallest warm run, and compiling everything for the first time."""
    often = 5 if measured else 1
    found = benchmark.pedantic(lambda: start_seconds(tmp_path, often, cold=measured), rounds=1)
    note(", ".join(f"{name} {seconds:.2f} s" for name, seconds in found.items()))
    for name, limit_s in MOST_S.items():
        if name in found:
            budget(found[name] <= limit_s, f"at most {limit_s:g} s, {name}: {found[name]:.2f} s")
