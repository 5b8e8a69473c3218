"""Trio, slices, progress and the Parquet log over the bare engine, and how long starting takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.measured.around import LOGS, bare_and_whole
from benchmarks.measured.start import start_seconds
from benchmarks.measuring import timed_in_turns

PEOPLE, FEW = 1_000_000, 2_000
OVERHEAD = 0.20
"""Most that everything around the engine may add to its time."""
IMPORT_S, HELP_S, SMALLEST_S, COLD_S = 0.3, 0.3, 1.5, 60.0


def test_everything_around_the_engine(
    benchmark: Any, note: Callable[[str], None], measured: bool, tmp_path: Path
) -> None:
    """The same campaign bare, and through the scheduler with each kind of log."""
    each = bare_and_whole(PEOPLE if measured else FEW, tmp_path, logs=LOGS)
    bare, *logged = timed_in_turns(each, None if measured else 1)
    engine_s, whole_s = bare.best_s, logged[0].best_s
    over = ", ".join(
        f"--log {log} {whole.best_s:.2f} s ({whole.best_s / engine_s - 1:+.0%})"
        for log, whole in zip(LOGS, logged, strict=True)
    )
    note(f"bare {engine_s:.2f} s; {over}")
    benchmark.pedantic(lambda: None, rounds=1)  # the figures are in the notes
    if measured and whole_s / engine_s - 1 > OVERHEAD:
        pytest.fail(f"{whole_s / engine_s - 1:.0%} over the bare engine; budget {OVERHEAD:.0%}")


def test_start(benchmark: Any, note: Callable[[str], None], measured: bool, tmp_path: Path) -> None:
    """Import, help, the smallest warm run, and compiling everything for the first time."""
    found = start_seconds(tmp_path, 5 if measured else 1, cold=measured)
    note(", ".join(f"{name} {seconds:.2f} s" for name, seconds in found.items()))
    benchmark.pedantic(lambda: None, rounds=1)
    if not measured:
        return
    over = {
        name: limit
        for name, limit in (
            ("import", IMPORT_S),
            ("--help", HELP_S),
            ("warm run", SMALLEST_S),
            ("cold run", COLD_S),
        )
        if found[name] > limit
    }
    assert not over, over
