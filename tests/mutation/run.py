"""Change the kernels of compliance and pacing, one small thing at a time, and see who notices.

    python tests/mutation/run.py                                every kernel of kernels.toml
    python tests/mutation/run.py dialsim/pacing/kernels.py      one of them

Needs the optional dependencies `mutation`. Works on a copy of the project, which an edit in the
meantime cannot reach; a change lives in the memory of one forked process, where the tests are
loaded already and a function gets other code. The exit code is 1 if fewer than nine in ten are
noticed, if a survivor stands without a reason in survivors.toml, or if one there is noticed now.
"""

from __future__ import annotations

import argparse
import ast
import fnmatch
import gc
import importlib
import importlib.abc
import importlib.util
import os
import re
import resource
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CPU_SECONDS = 12
"""Of one process; a loop that never ends is noticed."""

SPACE_BYTES = 16 << 30
OPTIONS = [
    "-x",
    "-q",
    "--tb=no",
    "--assert=plain",
    "-n",
    "0",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:unraisableexception",
    "--hypothesis-profile=mutation",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
]
PASSED, FAILED, INTERRUPTED = 0, 1, 2
"""Exit codes of pytest; interrupted: a test module could not even be imported."""

PARTS = ("dialsim", "tests")
WARM = [
    "hypothesis",
    "numba",
    "numpy",
    "phonenumbers",
    "holidays",
    "pyarrow",
    "pyarrow.parquet",
    "pydantic",
    "rich",
    "trio",
]
"""Loaded before the processes fork, which takes longer than most tests."""


@dataclass(frozen=True, order=True)
class Mutant:
    """One change: the line of a function as it was and as it is."""

    file: str
    function: str
    was: str
    now: str
    line: int
    code: str


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module its changed text."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = mutant.file.removesuffix(".py").replace("/", ".")
        self.path = str(Path(mutant.file).resolve())
        self.code = mutant.code

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname == self.name:
            return importlib.util.spec_from_loader(fullname, self, origin=self.path)
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = self.path
        exec(compile(self.code, self.path, "exec"), module.__dict__)


def mutants(file: str, patterns: Sequence[str]) -> Iterator[Mutant]:
    """Every mutant of a file that differs from it, and from each other, in what it means."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    code = Path(file).read_text("utf-8")
    tree, functions = get_ast(code), spans(code)
    seen = {meaning_of(code), None}
    for name in operator_names():
        short = name.split("/")[-1]
        if not any(fnmatch.fnmatchcase(short, pattern) for pattern in patterns):
            continue
        operator = get_operator(name)()
        places = [at for node in ast_nodes(tree) for at in operator.mutation_positions(node)]
        for occurrence, _ in enumerate(places):
            changed = mutate_code(code, operator, occurrence)
            meaning = meaning_of(changed)
            if meaning not in seen:
                seen.add(meaning)
                yield described(file, code, changed, functions)


def meaning_of(code: str | None) -> str | None:
    """What a text means to Python, whatever its layout; None if nothing (``a & not b``)."""
    try:
        return ast.dump(ast.parse(code)) if code else None
    except SyntaxError:
        return None


def spans(code: str) -> list[tuple[int, int, str]]:
    """First and last line of each function."""
    return [
        (node.lineno, node.end_lineno or node.lineno, node.name)
        for node in ast.parse(code).body
        if isinstance(node, ast.FunctionDef)
    ]


def described(file: str, code: str, changed: str, functions: list[tuple[int, int, str]]) -> Mutant:
    """A mutant by its first line that differs."""
    pairs = zip(code.splitlines(), changed.splitlines(), strict=False)
    line, (was, now) = next((n, p) for n, p in enumerate(pairs, 1) if p[0] != p[1])
    inside = next((name for a, b, name in functions if a <= line <= b), "")
    return Mutant(file, inside, was.strip(), now.strip(), line, changed)


def change(mutant: Mutant) -> None:
    """Make one change in this process: of a function that is loaded, or before anything is."""
    changed = Changed(mutant)
    loaded = sys.modules[changed.name]
    if mutant.function:
        apart = ModuleType(changed.name)
        changed.exec_module(apart)
        getattr(loaded, mutant.function).__code__ = getattr(apart, mutant.function).__code__
        return
    for name in list(sys.modules):
        if name.partition(".")[0] in PARTS:
            del sys.modules[name]
    sys.meta_path.insert(0, changed)


def start(tests: Sequence[str], mutant: Mutant | None = None) -> int:
    """Begin to run tests in a process of their own, on a mutant or on the kernels as they are."""
    child = os.fork()
    if child:
        return child
    code = INTERRUPTED
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (SPACE_BYTES, SPACE_BYTES))
        if mutant:
            change(mutant)
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
        import pytest

        code = int(pytest.main([*OPTIONS, *tests]))
    finally:
        sys.stdout.flush()
        os._exit(code)


def run_all(found: Sequence[Mutant], tests: Sequence[str], jobs: int) -> list[int]:
    """How the tests of each mutant ended: pytest's exit code, or less than 0 for a signal."""
    codes = [PASSED] * len(found)
    running: dict[int, int] = {}
    waiting = list(enumerate(found))[::-1]
    while waiting or running:
        while waiting and len(running) < jobs:
            place, mutant = waiting.pop()
            running[start(tests, mutant)] = place
        child, end = os.wait()
        place = running.pop(child)
        codes[place] = os.waitstatus_to_exitcode(end)
        if sys.stderr.isatty():
            print(f"\r{len(found) - len(waiting)} of {len(found)} ", end="", file=sys.stderr)
    return codes


def move_to(folder: str) -> None:
    """Copy what the tests need, and go there."""
    for part in PARTS:
        without = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, Path(folder) / part, ignore=without)
    shutil.copy(ROOT / "pyproject.toml", folder)
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True


def prepare(tests: Sequence[str]) -> None:
    """Load what every process needs, kernels and tests included; no failure is shrunk.

    All tests, whichever kernels are chosen: hypothesis takes its constants from what is loaded.
    """
    os.environ["NUMBA_DISABLE_JIT"] = "1"
    for name in WARM:
        importlib.import_module(name)
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutation",
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=50,
        phases=[Phase.explicit, Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutation")
    for name in tests:
        if name.endswith(".py"):
            importlib.import_module(name.removesuffix(".py").replace("/", "."))
    gc.freeze()  # or each process would look through all of it, and copy it


def main() -> int:
    """Run the chosen kernels; 0 if all is as it should be."""
    rules = tomllib.loads((HERE / "kernels.toml").read_text("utf-8"))
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", metavar="file", help=" ".join(rules["kernels"]))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once")
    parser.add_argument("--within", default="*", help="only functions of this name or pattern")
    options = parser.parse_args()
    unknown = sorted(set(options.files) - set(rules["kernels"]))
    if unknown:
        parser.error(f"unknown {', '.join(unknown)}; known are {', '.join(rules['kernels'])}")
    if importlib.util.find_spec("cosmic_ray") is None:
        parser.error("cosmic-ray is missing: pip install -e '.[dev,mutation]'")
    with tempfile.TemporaryDirectory() as folder:
        move_to(folder)
        files = options.files or list(rules["kernels"])
        prepare([name for tests in rules["kernels"].values() for name in tests])
        wrong = [check(file, rules, options) for file in files]
        os.chdir(ROOT)
    return int(any(wrong))


def check(file: str, rules: dict[str, Any], options: argparse.Namespace) -> bool:
    """Run the mutants of one file; whether something is wrong."""
    tests = rules["kernels"][file]
    _, end = os.waitpid(start(tests), 0)
    if end:
        print(f"{file}: its tests fail without any change", flush=True)
        return True
    every = [m for m in mutants(file, rules["operators"]) if is_in(m, options.within)]
    same = [m for m in every if any(means_the_same(m, rule) for rule in rules["same"])]
    found = sorted(set(every) - set(same))
    codes = run_all(found, tests, options.jobs)
    strange = [code for code in codes if code not in (PASSED, FAILED, INTERRUPTED) and code >= 0]
    survivors = [m for m, code in zip(found, codes, strict=True) if code == PASSED]
    reasons = explained(file, options.within)
    unexplained = [m for m in survivors if (m.function, m.was, m.now) not in reasons]
    alive = {(m.function, m.was, m.now) for m in survivors}
    for m in unexplained:
        print(
            f"  survived, unexplained: {file}:{m.line} {m.function}\n    - {m.was}\n    + {m.now}"
        )
    for function, was, now in sorted(reasons - alive):
        print(f"  explained, but gone or noticed: {function}\n    - {was}\n    + {now}")
    share = 1 - len(survivors) / max(len(found), 1)
    print(
        f"{file}: {len(found)} mutants, {len(found) - len(survivors)} killed ({share:.1%}), "
        f"{len(survivors)} survived, {len(survivors) - len(unexplained)} of them explained; "
        f"{len(same)} more mean the same by construction",
        flush=True,
    )
    if strange:
        print(f"  pytest ended with {sorted(set(strange))}: not a verdict")
    low = share < rules["least_killed"]
    return bool(low or unexplained or strange or reasons - alive)


def means_the_same(mutant: Mutant, rule: dict[str, Any]) -> bool:
    """Whether a mutant is of a pattern that cannot make a difference."""
    if "now" in rule:
        return bool(re.search(rule["now"], mutant.now))
    for before, after in rule["swap"]:
        for hit in re.finditer(rule["at"].replace("OP", re.escape(before)), mutant.was):
            place = hit.start() + hit.group().index(before)
            end = place + len(before)
            if mutant.was[:place] + after + mutant.was[end:] == mutant.now:
                return True
    return False


def is_in(mutant: Mutant, pattern: str) -> bool:
    return fnmatch.fnmatchcase(mutant.function, pattern)


def explained(file: str, within: str) -> set[tuple[str, str, str]]:
    """What survivors.toml gives a reason for."""
    told = tomllib.loads((HERE / "survivors.toml").read_text("utf-8"))
    return {
        (entry["function"], entry["was"], now)
        for entry in told.get("survivor", [])
        if entry["file"] == file and fnmatch.fnmatchcase(entry["function"], within)
        for now in entry["now"]
    }


if __name__ == "__main__":
    sys.exit(main())
