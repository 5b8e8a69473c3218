"""What the benchmarks share: a result checked before it is timed, and rates with their unit.

`python -m pytest benchmarks --benchmark-enable` measures; without the switch every benchmark runs
once and only its check counts.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

_lines = pytest.StashKey[list[str]]()


@dataclass(frozen=True)
class Rate:
    """Items a second of the best round, and the last round's result."""

    per_second: float
    result: Any


def pytest_configure(config: pytest.Config) -> None:
    """Start with an empty closing table."""
    config.stash[_lines] = []


@pytest.fixture
def measured(benchmark: Any) -> bool:
    """Whether times count in this run; a budget is asserted only then."""
    return bool(benchmark.enabled)


@pytest.fixture
def rate(benchmark: Any, request: pytest.FixtureRequest) -> Callable[..., Rate]:
    """Check a function's result, then time it.

    `rate(function, items=n, unit="attempts", check=check, setup=setup, rounds=5)`: `setup` returns
    the arguments of each round, untimed; `check(result)` raises if the result is wrong. The first
    call compiles, is checked and is not timed.
    """

    def measure(
        function: Callable[..., Any],
        *,
        items: int,
        unit: str,
        check: Callable[[Any], None],
        setup: Callable[[], tuple[Any, ...]] = tuple,
        rounds: int = 5,
    ) -> Rate:
        result = function(*setup())
        check(result)
        best = float("inf")

        def timed(*arguments: Any) -> None:
            nonlocal best, result
            begin = time.perf_counter()
            result = function(*arguments)
            best = min(best, time.perf_counter() - begin)

        benchmark.pedantic(timed, setup=lambda: (setup(), {}), rounds=rounds)
        check(result)
        per_second = items / best
        benchmark.extra_info |= {"items": items, "unit": unit, "per_second": per_second}
        if benchmark.enabled:
            line = f"{request.node.name:<56} {per_second:>15,.0f} {unit}/s"
            request.config.stash[_lines].append(line)
        return Rate(per_second, result)

    return measure


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Add a line to the closing table: a ratio, a share, a start-up time."""

    def add(text: str) -> None:
        request.config.stash[_lines].append(f"{request.node.name:<56} {text}")

    return add


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Close with the rates and the machine they were measured on."""
    if config.stash[_lines]:
        terminalreporter.section("rates, best of the rounds")
        for line in config.stash[_lines]:
            terminalreporter.write_line(line)
        machine = (
            f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        )
        terminalreporter.write_line(machine)
