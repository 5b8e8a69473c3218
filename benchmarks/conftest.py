"""What the benchmarks share: a result checked before it is timed, and rates with their unit.

`python -m pytest benchmarks --benchmark-enable` measures; without the switch every benchmark runs
once, small, and only its check counts. A benchmark fails if its result is wrong, never because
something took long: whether a budget was kept is told at the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.measuring import Measurement, Rate, machine

_lines = pytest.StashKey[list[str]]()
_missed = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Start with an empty closing table."""
    config.stash[_lines] = []
    config.stash[_missed] = []


@pytest.fixture(autouse=True)
def _grouped(request: pytest.FixtureRequest) -> None:
    """Let what a file times be a table of its own: only there do its ratios mean something."""
    if "benchmark" in request.fixturenames:
        group = request.node.path.stem.removeprefix("bench_").replace("_", " ")
        request.getfixturevalue("benchmark").group = group


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> bool:
    """Whether times count in this run."""
    return bool(request.config.getoption("benchmark_enable"))


@pytest.fixture
def rate(benchmark: Any, request: pytest.FixtureRequest) -> Callable[..., Rate]:
    """Check a measurement's result, then time it.

    `rate(measurement)`, or `rate(function, **fields)` with the other fields of a `Measurement`.
    The first call compiles, is checked and is not timed.
    """

    def measure(what: Measurement | Callable[..., Any], **fields: Any) -> Rate:
        if not isinstance(what, Measurement):
            what = Measurement(request.node.name, play=what, **fields)
        elif fields:
            what = replace(what, **fields)
        best_s, result = float("inf"), None

        def timed(*arguments: Any) -> None:
            nonlocal best_s, result
            begin = time.perf_counter()
            result = what.play(*arguments)
            best_s = min(best_s, time.perf_counter() - begin)

        first_s, _ = what.begin()
        benchmark.pedantic(timed, setup=lambda: (what.setup(), {}), rounds=what.rounds)
        what.check(result)
        items = what.count(result)
        found = Rate(items / best_s, best_s, first_s, result)
        benchmark.extra_info |= {"items": items, "unit": what.unit, "per_second": found.per_second}
        if request.config.getoption("benchmark_enable"):
            line = f"{request.node.name:<56} {found.per_second:>15,.0f} {what.unit}/s"
            request.config.stash[_lines].append(line)
        return found

    return measure


@pytest.fixture
def note(request: pytest.FixtureRequest, measured: bool) -> Callable[[str], None]:
    """Add a line to the closing table where times count: a ratio, a share, a start-up time."""

    def add(text: str) -> None:
        if measured:
            request.config.stash[_lines].append(f"{request.node.name:<56} {text}")

    return add


@pytest.fixture
def budget(
    request: pytest.FixtureRequest, note: Callable[[str], None], measured: bool
) -> Callable[[bool, str], None]:
    """Tell whether a budget was kept. Nothing fails: a busy machine is no fault of the code."""

    def judge(kept: bool, text: str) -> None:
        note(f"{'within' if kept else 'OVER'} its budget of {text}")
        if measured and not kept:
            request.config.stash[_missed].append(f"{request.node.name:<56} {text}")

    return judge


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Close with the rates and the machine they were measured on."""
    if config.stash[_lines]:
        terminalreporter.section("rates, best of the rounds")
        for line in config.stash[_lines]:
            terminalreporter.write_line(line)
        terminalreporter.write_line(machine())
    if config.stash[_missed]:
        terminalreporter.section("over budget in this run, on this machine")
        for line in config.stash[_missed]:
            terminalreporter.write_line(line)
