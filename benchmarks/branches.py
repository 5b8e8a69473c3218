"""Count which way the branches of kernels go, in runs of many kinds.

    python benchmarks/branches.py              which kernels have changed since they were counted
    python benchmarks/branches.py --renew      count, and write dialsim/jit/branches.txt anew

The open road of the benchmarks is played, the plain campaign of service to customers, as it is,
shared out among fifty campaigns and with a hundred thousand caller IDs; and every scenario that
dialsim brings, smaller. Where plain campaigns come to a branch, what they do together is taken for
the usual way, and what more demanding ones do there stands behind; where they do not, all others
together say. An attempt of each counts alike. A kernel is cold if none of them calls it often. What
is written down changes how fast kernels are, never what they say. Takes a minute or two; kernels
that count are compiled apart and thrown away.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # what is counted is what lies here

from dialsim.jit.branches import COUNTED, NEARLY_ALWAYS, Branch, Likely  # noqa: E402

PEOPLE, CAMPAIGNS, CALLERS = 20_000, 50, 100_000
SELDOM = 1e-3
"""Calls of a kernel for each attempt up to which it is cold."""
PLACES = 1 << 15
HEAD = """\
# Which way branches of kernels nearly always go (dialsim/jit/branches.py): counted, not written.
# python benchmarks/branches.py --renew
"""

Counter = tuple[int, int, int, int]
"""Line and place of a branch, how often its condition did not hold, and how often it did."""
CALLS = Branch(-1, 0)
"""Stands for the kernel itself: how often it was called, and 0."""
ROADS = ("one campaign", "many campaigns", "many caller IDs")
"""Ways of the open road."""


class Counters:
    """Pairs of counters in memory that compiled kernels add to, one pair a branch."""

    def __init__(self) -> None:
        self.values = (ctypes.c_int64 * (2 * PLACES))()
        self.places: dict[tuple[str, str, int, int], int] = {}

    def address(self, kernel: str, kind: str, line: int, place: int) -> int:
        """Return where the pair of a branch of a kernel, compiled for some types, lies."""
        number = self.places.setdefault((kernel, kind, line, place), len(self.places))
        if number >= PLACES:
            raise RuntimeError(
                f"more than {PLACES} branches: raise PLACES in {Path(__file__).name}"
            )
        return ctypes.addressof(self.values) + 16 * number

    def read(self) -> dict[str, list[list[Counter]]]:
        """Return what was counted, by kernel and by the types it was compiled for."""
        found: dict[str, dict[str, list[Counter]]] = {}
        for (kernel, kind, line, place), number in self.places.items():
            no, yes = self.values[2 * number : 2 * number + 2]
            found.setdefault(kernel, {}).setdefault(kind, []).append((line, place, no, yes))
        return {kernel: list(kinds.values()) for kernel, kinds in found.items()}


def let_kernels_count(counters: Counters) -> None:
    """Have every kernel that this process compiles from now on count."""
    from llvmlite import ir
    from numba.core import ir as typed
    from numba.core import types

    from dialsim.jit import branches, linking

    word = ir.IntType(64)

    class CountingLower(branches.KernelLower):
        """Adds one at each call and branch, and tells LLVM nothing."""

        def init(self) -> None:
            super().init()
            self.likely = branches.Likely("", {})

        def lower_inst(self, inst: Any) -> None:
            if CALLS.line not in self.seen:
                self.seen[CALLS.line] = CALLS.place
                self.add_one(*CALLS)
            if isinstance(inst, typed.Branch):
                which = self.next_branch(inst)
                condition, kind = inst.cond.name, self.typeof(inst.cond.name)
                holds = self.loadvar(condition)
                self.add_one(*which, self.context.cast(self.builder, holds, kind, types.boolean))
            super(branches.KernelLower, self).lower_inst(inst)

        def add_one(self, line: int, place: int, holds: Any = None) -> None:
            kernel = branches.name_of(self.func_ir.func_id.func)
            first = counters.address(kernel, repr(self.fndesc.argtypes), line, place)
            at: Any = ir.Constant(word, first)
            if holds is not None:
                eight = ir.Constant(word, 8)
                at = self.builder.add(at, self.builder.mul(self.builder.zext(holds, word), eight))
            counter = self.builder.inttoptr(at, word.as_pointer())
            # A list may be filled beside the engine.
            self.builder.atomic_rmw("add", counter, ir.Constant(word, 1), "monotonic")

    linking.KernelLowering.lowering_class = CountingLower


def open_road(name: str) -> dict[str, Any]:
    """Return the open road in one of its ways."""
    from benchmarks.worlds import shared_out, whole_list

    road = whole_list(10 * PEOPLE)
    if name == "many campaigns":
        return shared_out(road, CAMPAIGNS)
    if name == "many caller IDs":
        return road | {"caller_ids": [each | {"count": CALLERS} for each in road["caller_ids"]]}
    return road


def play(name: str) -> int:
    """Play a world in this process and return its attempts."""
    import dialsim
    from dialsim.planning.sensitivity_analysis.scaling import scaled
    from dialsim.scenario.library import template

    if name in ROADS:
        scenario = dialsim.load_scenario(open_road(name))
    else:
        scenario = dialsim.load_scenario(template(name).path)
        people = sum(each.synthetic.count if each.synthetic else 0 for each in scenario.people)
        scenario = scaled(scenario, PEOPLE / people) if people > PEOPLE else scenario
    return int(dialsim.run(scenario, log=False).summary["metrics"]["attempts"]["value"])


def count_here(out: Path) -> None:
    """Play all worlds, one after another, and write what each came to."""
    from dialsim.jit import branches, decorator
    from dialsim.scenario.library import template_names
    from dialsim.scheduler.warm import warm

    counters = Counters()
    let_kernels_count(counters)
    warm(keep=True, processes=1)  # what another process compiles does not count

    def came_to(name: str) -> dict[str, Any]:
        ctypes.memset(counters.values, 0, ctypes.sizeof(counters.values))
        return {"attempts": play(name), "kernels": counters.read()}

    worlds = {
        "plain": [came_to(name) for name in ROADS],
        "others": [came_to(name) for name in template_names()],
    }
    functions = [each.py_func for each in decorator.KERNELS]
    known = worlds | {
        "digests": {branches.name_of(each): digest(each) for each in functions},
        "called": [branches.name_of(each.py_func) for each in decorator.CALLED],
    }
    if silent := sorted(set(known["called"]) - set(counters.read())):
        raise RuntimeError(f"kernels that do not count: {', '.join(silent)}")
    out.write_text(json.dumps(known), "utf-8")


def usual(pairs: Iterable[tuple[float, float]]) -> bool | None:
    """Return whether a condition nearly always holds, or hardly ever; None: it is not that simple.

    >>> usual([(0, 0.5), (0.003, 0.9)]), usual([(2, 0), (0, 0)]), usual([(1, 2)])
    (True, False, None)
    """
    sums = [sum(way) for way in zip(*pairs, strict=True)]
    for way in (False, True):
        if sums[way] > 0 and sums[way] >= NEARLY_ALWAYS * sum(sums):
            return way
    return None


def written(known: dict[str, Any]) -> str:
    """Return the text of `branches.txt` for what a process has counted."""
    calls: dict[str, float] = {}
    ways: dict[str, dict[Branch, bool]] = {}
    plain, others = ([each_attempt(each) for each in known[kind]] for kind in ("plain", "others"))
    worlds = plain + others
    for kernel in sorted({kernel for world in worlds for kernel in world}):
        counts = pairs_of(kernel, others) | pairs_of(kernel, plain)
        found = {each: usual(pairs) for each, pairs in counts.items()}
        ways[kernel] = {each: way for each, way in found.items() if way is not None}
        ways[kernel].pop(CALLS, None)
        calls[kernel] = max(sum(world.get(kernel, {}).get(CALLS, (0, 0))) for world in worlds)
    lines = []
    for kernel, found_ways in ways.items():
        cold = kernel in known["called"] and calls[kernel] <= SELDOM
        if (found_ways or cold) and "<locals>" not in kernel:
            told = Likely(known["digests"][kernel], found_ways, cold)
            lines.append(f"{kernel} {told.written()}")
    return HEAD + "\n".join(lines) + "\n"


def pairs_of(
    kernel: str, worlds: Iterable[dict[str, dict[Branch, tuple[float, float]]]]
) -> dict[Branch, list[tuple[float, float]]]:
    """Return what worlds counted of a kernel's branches, of those that they came to."""
    found: dict[Branch, list[tuple[float, float]]] = {}
    for world in worlds:
        for branch, pair in world.get(kernel, {}).items():
            if sum(pair) > 0:
                found.setdefault(branch, []).append(pair)
    return found


def each_attempt(world: dict[str, Any]) -> dict[str, dict[Branch, tuple[float, float]]]:
    """Return how often each condition did not hold and held for each attempt, by kernel."""
    found: dict[str, dict[Branch, tuple[float, float]]] = {}
    for kernel, kinds in world["kernels"].items():
        of_kernel = found.setdefault(kernel, {})
        for line, place, no, yes in (counter for each in kinds for counter in each):
            branch = Branch(line, place)
            before = of_kernel.get(branch, (0.0, 0.0))
            more = (no / world["attempts"], yes / world["attempts"])
            of_kernel[branch] = (before[0] + more[0], before[1] + more[1])
    return found


def digest(function: Callable[..., Any]) -> str:
    """Return the digest of a kernel's code."""
    from dialsim.jit import branches

    return branches.code_digest(branches.lines_of(function))


def changed() -> list[str]:
    """Return the kernels that are not what they were when they were counted, and those gone."""
    from dialsim.jit import branches

    found = []
    for name, known in branches.counted().items():
        module, _, kernel = name.rpartition(".")
        try:
            now = getattr(importlib.import_module(module), kernel)
        except (ImportError, AttributeError):
            found.append(name)
            continue
        if digest(getattr(now, "py_func", now)) != known.digest:
            found.append(name)
    return found


@click.command(help=(__doc__ or "").replace("\n\n    ", "\n\n\b\n    "))  # \b: lines as written
@click.option("--renew", is_flag=True, help="Count, and write what was counted.")
@click.option("--count-into", type=click.Path(path_type=Path), hidden=True)
def main(renew: bool, count_into: Path | None) -> None:
    """List kernels that have changed, or count."""
    if count_into is not None:
        count_here(count_into)
        return
    if not renew:
        of_old = changed()
        click.echo(
            "\n".join([*of_old, f"{len(of_old)} kernels have changed since they were counted"])
        )
        return
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "counted.json"
        command = [sys.executable, __file__, "--count-into", str(out)]
        # Machine code that counts holds addresses of its process: nobody else may find it.
        own = {"NUMBA_CACHE_DIR": folder, "NUMBA_DISABLE_JIT": "0", "PYTHONPATH": str(ROOT)}
        environment = os.environ | own
        if subprocess.run(command, env=environment, check=False).returncode:
            raise click.ClickException(f"counting has failed; {COUNTED.name} is as it was")
        text = written(json.loads(out.read_text("utf-8")))
    aside = COUNTED.with_suffix(".new")
    aside.write_text(text, "utf-8")
    aside.replace(COUNTED)
    click.echo(f"{len(text.splitlines()) - HEAD.count('#')} kernels written")


if __name__ == "__main__":
    from benchmarks.program import run

    run(main)
