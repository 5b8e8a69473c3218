"""Something to time, with the check that it is right; shared by tests, table and guard."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Rate:
    """Items a second of the best round.

    Attributes
    ----------
    per_second
        Items over the shortest round.
    best_s
        That round.
    first_s
        The first call, which compiles and fills caches; it is checked and not counted.
    result
        What the last round returned.
    """

    per_second: float
    best_s: float
    first_s: float
    result: Any


@dataclass(frozen=True)
class Measurement:
    """Something to time.

    Attributes
    ----------
    name
        What is done.
    unit
        Of what it is done to: attempts, people, numbers.
    items
        How many of them a call does, or a function that tells it of the result.
    play
        What is timed; takes what `setup` returns.
    check
        Raises AssertionError if a result is wrong.
    setup
        Makes the arguments of each round anew, untimed.
    rounds
        Timed rounds behind the first call.
    """

    name: str
    unit: str
    items: int | Callable[[Any], int]
    play: Callable[..., Any]
    check: Callable[[Any], None]
    setup: Callable[[], tuple[Any, ...]] = field(default=tuple)
    rounds: int = 5

    def count(self, result: Any) -> int:
        """Return how many items a call did."""
        return self.items if isinstance(self.items, int) else self.items(result)

    def begin(self) -> tuple[float, Any]:
        """Play once and check; return the seconds it took and the result.

        Raises
        ------
        AssertionError
            The result is wrong.
        """
        arguments = self.setup()
        begin = time.perf_counter()
        result = self.play(*arguments)
        seconds = time.perf_counter() - begin
        self.check(result)
        return seconds, result

    def round(self) -> tuple[float, Any]:
        """Play once more; return the seconds it took and the result."""
        arguments = self.setup()
        begin = time.perf_counter()
        result = self.play(*arguments)
        return time.perf_counter() - begin, result


def timed(measurement: Measurement, rounds: int | None = None) -> Rate:
    """Check a measurement's result, then time it; the last round's result is checked too.

    Raises
    ------
    AssertionError
        A result is wrong; nothing is said about its speed.
    """
    return timed_in_turns([measurement], rounds)[0]


def timed_in_turns(measurements: Sequence[Measurement], rounds: int | None = None) -> list[Rate]:
    """Time measurements that are compared, as :func:`timed` does, each once in every round.

    What else the machine does meanwhile so troubles all of them. `rounds`: absent: the most that
    one of them asks for.
    """
    firsts = [measurement.begin()[0] for measurement in measurements]
    bests = [float("inf")] * len(measurements)
    results: list[Any] = [None] * len(measurements)
    for _ in range(rounds or max(measurement.rounds for measurement in measurements)):
        for place, measurement in enumerate(measurements):
            results[place] = None  # the last round's world goes before the next is made
            seconds, results[place] = measurement.round()
            bests[place] = min(bests[place], seconds)
    rates = []
    for measurement, first_s, best_s, result in zip(
        measurements, firsts, bests, results, strict=True
    ):
        measurement.check(result)
        rates.append(Rate(measurement.count(result) / best_s, best_s, first_s, result))
    return rates


def machine() -> str:
    """Return what all this was measured on: processor, cores, versions."""
    import numba
    import numpy as np

    return (
        f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"numba {numba.__version__}, numpy {np.__version__}"
    )


def _processor() -> str:
    """Return the processor's name where the system tells it, else its architecture."""
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
