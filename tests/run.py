"""Run every check, one stage after another, and sum up.

    python tests/run.py                the everyday tier, some ten minutes
    python tests/run.py --full         and the slow tier: `full`, `wide`, mutation
    python tests/run.py ruff plain     only these stages

A failing stage does not stop the others: one run shows everything that is wrong. The exit code is
1 if any stage failed. Plain standard library, so that it starts before anything is checked.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
BIN = Path(PYTHON).parent
CORES = os.cpu_count() or 1
# One more than cores: tests of load, of Ctrl-C and of what waits leave theirs idle.
WORKERS = str(min(4, CORES) + 1) if CORES > 1 else "0"
PYTEST = ["-m", "pytest", "-q", "-n", WORKERS, "--dist", "worksteal"]
# The others play whole runs for what is around them, which says nothing new about a kernel.
KERNEL_PARTS = "agents carrier compliance core engine loadtest numbering outcomes pacing people"
WITH_KERNELS = [f"tests/{part}" for part in KERNEL_PARTS.split()]
# What a workbook's cells say is known before a kernel sees it.
WITH_KERNELS += ["--ignore-glob=*/test_workbooks*"]
CORE_KERNELS = ["bitset", "heap", "pool", "quantiles", "queue", "rng", "windows", "packed_windows"]

LONGEST_WORD = 200

# Set by a stage, never inherited: a stray variable would make a stage check something else.
SWITCHES = (
    "NUMBA_DISABLE_JIT",
    "NUMBA_BOUNDSCHECK",
    "NUMBA_OPT",
    "NUMBA_JIT_COVERAGE",
    "PYTEST_ADDOPTS",
)
# Without byte code each of some two hundred processes would compile every module it imports.
SLOW = ("PYTHONDONTWRITEBYTECODE",)


@dataclass
class Stage:
    """One check: commands run in order until one fails, under extra environment variables."""

    name: str
    about: str
    commands: list[list[str]]
    env: dict[str, str] = field(default_factory=dict)
    pytest: bool = False
    compiles: bool = False  # its kernels are compiled while other stages run


@dataclass
class Result:
    """What a stage came to."""

    stage: Stage
    seconds: float
    failed_command: str | None
    counts: dict[str, int]


def stages(full: bool) -> list[Stage]:
    """List the stages in the order they run: quick ones first."""
    lines = ".coverage.json"
    traced = [PYTHON, "-m", "slipcover", "--json", "--out", lines, "--omit", without_kernels()]
    tests = [
        Stage("ruff", "style and docstrings", [[PYTHON, "-m", "ruff", "check", "."]]),
        Stage("format", "layout of the source", [[PYTHON, "-m", "ruff", "format", "--check", "."]]),
        Stage("mypy", "types, strict", [[PYTHON, "-m", "mypy"]]),
        Stage("imports", "who may import whom", [[str(BIN / "lint-imports")]]),
        Stage(
            "plain",
            "the tests of kernels without numba, every line of which is reached",
            [[*traced, *PYTEST, *WITH_KERNELS], [PYTHON, "tests/reached.py", lines]],
            {"NUMBA_DISABLE_JIT": "1"},
            pytest=True,
        ),
        Stage(
            "compiled",
            "the suite, as users run it",
            [[PYTHON, *PYTEST]],
            pytest=True,
            compiles=True,
        ),
        Stage(
            "bounds",
            "what plain Python cannot play, and random worlds, every array index checked",
            [[PYTHON, *PYTEST, *WITH_KERNELS]],
            {"NUMBA_BOUNDSCHECK": "1", "NUMBA_OPT": "1"},  # compiled in two thirds of the time
            pytest=True,
            compiles=True,
        ),
    ]
    if full:
        tests += [
            Stage(
                "full", "the slow tier", [[PYTHON, *PYTEST, "-m", "full or by_hand"]], pytest=True
            ),
            Stage(
                "wide",
                "ten times as many drawn examples",
                [[PYTHON, *PYTEST, "-m", "hypothesis and not full", "--hypothesis-profile=wide"]],
                pytest=True,
            ),
            Stage(
                "mutation",
                "a kernel that says something else is noticed",
                [[PYTHON, "tests/mutation/run.py"]],
            ),
        ]
    return tests


def without_kernels() -> str:
    """Return the files of which not every line has to be reached by tests of kernels."""
    package = ROOT / "dialsim"
    kernels = {
        *package.rglob("kernels.py"),
        *(package / "core" / f"{it}.py" for it in CORE_KERNELS),
    }
    others = sorted({*package.rglob("*.py")} - kernels)
    return ",".join(str(file.relative_to(ROOT)) for file in others)


def environment(stage: Stage) -> dict[str, str]:
    """Return the environment of a stage's commands."""
    env = {name: value for name, value in os.environ.items() if name not in SWITCHES + SLOW}
    return env | stage.env


def compile_ahead(chosen: list[Stage]) -> dict[str, Future[object]]:
    """Compile the kernels of stages that follow others, on a core that these leave idle.

    Otherwise each worker of a stage would begin by compiling them all for itself. What goes wrong
    here goes wrong in the stage too, and is told there.
    """
    compiler = ThreadPoolExecutor(1)
    command = [PYTHON, "-m", "dialsim", "warm", "--keep", "--processes", "1"]

    def warm(env: dict[str, str]) -> object:
        return subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True)

    return {
        stage.name: compiler.submit(warm, environment(stage))
        for stage in chosen[1:]
        if stage.compiles
    }


def run(stage: Stage) -> Result:
    """Run one stage, its output going straight to the terminal."""
    env = environment(stage)
    counts: dict[str, int] = {}
    failed = None
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        junit = Path(folder) / "junit.xml"
        for command in stage.commands:
            argv = [*command, f"--junitxml={junit}"] if "pytest" in command else command
            if subprocess.run(argv, cwd=ROOT, env=env, check=False).returncode:
                failed = failed or again(stage, command)
                if "pytest" not in command:
                    break  # after failing tests the lines reached are still worth a look
        if stage.pytest:
            counts = read_counts(junit)
            if failed and not counts["failed"]:
                counts["failed"] = (
                    1  # no test, but the stage: a line left out, a collection error, a crash
                )
    return Result(stage, time.perf_counter() - begin, failed, counts)


def again(stage: Stage, command: list[str]) -> str:
    """Return the command as a line to paste into a shell at the project's root."""
    if any(len(word) > LONGEST_WORD for word in command):  # a list of files
        return f".venv/bin/python tests/run.py {stage.name}"
    words = [f"{name}={value}" for name, value in stage.env.items()]
    for word in command:
        path = Path(word)
        inside = path.is_absolute() and path.is_relative_to(ROOT)
        words.append(shlex.quote(str(path.relative_to(ROOT)) if inside else word))
    return " ".join(words)


def read_counts(junit: Path) -> dict[str, int]:
    """Read passed, failed and skipped from pytest's own record; a missing one counts nothing."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    if not junit.exists():
        return counts
    for suite in ET.parse(junit).getroot().iter("testsuite"):
        number = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
        failed = number["failures"] + number["errors"]
        counts["failed"] += failed
        counts["skipped"] += number["skipped"]
        counts["passed"] += number["tests"] - failed - number["skipped"]
    return counts


def table(results: list[Result]) -> str:
    """Lay out one line a stage, and how to run again what failed."""
    lines = ["", f"{'stage':<10}{'result':<9}{'seconds':>8}  {'tests':<32}what it holds"]
    for result in results:
        tests = ", ".join(f"{n} {what}" for what, n in result.counts.items() if n)
        state = "FAILED" if result.failed_command else "ok"
        lines.append(
            f"{result.stage.name:<10}{state:<9}{result.seconds:>8.1f}  {tests:<32}"
            f"{result.stage.about}"
        )
    failures = [result for result in results if result.failed_command]
    if failures:
        lines += ["", "to run again alone:"]
        lines += [f"  {result.stage.name:<10}{result.failed_command}" for result in failures]
    return "\n".join(lines)


def closing_line(results: list[Result], seconds: float) -> str:
    """Sum the pytest stages up, in the words of pytest's own last line."""
    total = {
        what: sum(result.counts.get(what, 0) for result in results)
        for what in ("failed", "passed", "skipped")
    }
    parts = [f"{total['passed']} passed", f"{total['failed']} failed"]
    if total["skipped"]:
        parts.append(f"{total['skipped']} skipped")
    broken = [r.stage.name for r in results if r.failed_command and not r.stage.pytest]
    if broken:
        parts.append(f"not green: {' '.join(broken)}")
    return f"{', '.join(parts)} in {seconds:.1f}s"


def main() -> int:
    """Run the chosen stages; 0 if all are green."""
    known = [stage.name for stage in stages(full=True)]
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("stages", nargs="*", help=f"only these: {', '.join(known)}")
    parser.add_argument("--full", action="store_true", help="add the slow tier")
    options = parser.parse_args()
    unknown = sorted(set(options.stages) - set(known))
    if unknown:
        parser.error(f"unknown stage {', '.join(unknown)}; known are {', '.join(known)}")

    chosen = stages(options.full or bool({"full", "wide", "mutation"} & set(options.stages)))
    if options.stages:
        chosen = [stage for stage in chosen if stage.name in options.stages]
    begin = time.perf_counter()
    results = []
    ahead = compile_ahead(chosen)
    for stage in chosen:
        print(f"\n--- {stage.name}: {stage.about}", flush=True)
        if stage.name in ahead:
            ahead[stage.name].result()
        results.append(run(stage))
    print(table(results))
    print(f"\n{closing_line(results, time.perf_counter() - begin)}", flush=True)
    return int(any(result.failed_command for result in results))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
