"""Below the scheduler: no clock, no luck, no order that is not written down.

The only way out is `# det-ok: reason` on the line.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.sources import BELOW_THE_SCHEDULER, Source, dotted, python_files

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
NUMPY_LUCK = "numpy.random"
MODULES = {"time", "random", "secrets", "uuid"}
CALLS = {
    "datetime.now": "the wall clock",
    "datetime.utcnow": "the wall clock",
    "datetime.today": "the wall clock",
    "date.today": "the wall clock",
    "os.urandom": "luck",
    "os.getpid": "the process",
    "hash": "a hash that differs from process to process",
    "id": "an address",
}
UNSORTED = {"listdir", "scandir", "iterdir", "glob", "rglob"}
# These give the same for any order of a set.
ORDER_FREE = {"sorted", "len", "min", "max", "any", "all", "set", "frozenset", "bool"}
# These take a set's order over into a result.
ORDERED = {"list", "tuple", "enumerate", "iter", "next", "zip", "map", "join", "sum", "fromiter"}
SET_TYPE = re.compile(r"(set|frozenset|Set|AbstractSet)\b")
ESCAPE = re.compile(r"#\s*det-ok:\s*\S")


def is_set(node: ast.AST, names: set[str]) -> bool:
    """Whether an expression is plainly a set."""
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Name(id=name):
            return name in names
        case ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.Call(func=ast.Attribute(value=value, attr=attr)):
            return is_set(value, names) and attr in (
                "union", "intersection", "difference", "symmetric_difference", "copy",
            )  # fmt: skip
        case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor()):
            return is_set(left, names) or is_set(node.right, names)
    return False


def within(scope: ast.AST) -> list[ast.AST]:
    """Nodes of a function or module, without going into the functions inside it."""
    found = list(ast.iter_child_nodes(scope))
    for node in found:  # what is inside it comes behind
        if not isinstance(node, FUNCTIONS):
            found.extend(ast.iter_child_nodes(node))
    return found


def set_names(nodes: list[ast.AST]) -> set[str]:
    """Names bound to sets among a function's or module's nodes, by value or by annotation."""
    names: set[str] = set()
    before = -1
    while len(names) != before:  # a further look sees names bound to named sets
        before = len(names)
        for node in nodes:
            match node:
                case ast.Assign(targets=targets, value=value) if is_set(value, names):
                    names.update(t.id for t in targets if isinstance(t, ast.Name))
                case (
                    ast.AnnAssign(target=ast.Name(id=name), annotation=ast.expr() as annotation)
                    | ast.arg(arg=name, annotation=ast.expr() as annotation)
                ) if SET_TYPE.match(ast.unparse(annotation)):
                    names.add(name)
    return names


def order_free(tree: ast.AST) -> set[int]:
    """Ids of the expressions whose order is sorted away, or does not matter to what uses them."""
    out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func) in ORDER_FREE:
            for inner in node.args:
                out.add(id(inner))
                if isinstance(inner, ast.GeneratorExp | ast.ListComp | ast.SetComp):
                    out.update(id(c.iter) for c in inner.generators)
        elif isinstance(node, ast.SetComp):
            out.update(id(c.iter) for c in node.generators)
    return out


def faults(node: ast.AST, names: set[str], free: set[int]) -> list[str]:
    """What one node takes from the machine."""
    match node:
        case ast.Import(names=aliases):
            modules = [a.name for a in aliases]
            return [
                f"imports {m}" for m in modules if m.split(".")[0] in MODULES or m == NUMPY_LUCK
            ]
        case ast.ImportFrom(module=str() as module, names=aliases):
            luck = module == "numpy" and any(a.name == "random" for a in aliases)
            if module.split(".")[0] in MODULES or module == NUMPY_LUCK or luck:
                return [f"imports {module}"]
        case ast.Attribute() if dotted(node) in ("np.random", NUMPY_LUCK):
            return ["uses np.random"]
        case ast.For(iter=it) | ast.comprehension(iter=it):
            if is_set(it, names) and id(it) not in free:
                return ["goes through a set in no fixed order"]
        case ast.Starred(value=value) if is_set(value, names):
            return ["unpacks a set in no fixed order"]
        case ast.Call(func=func, args=args):
            name = dotted(func)
            tail = func.attr if isinstance(func, ast.Attribute) else name
            out = [
                f"{call}() asks for {why}"
                for call, why in CALLS.items()
                if name == call or ("." in call and name.endswith("." + call))
            ]
            if tail in UNSORTED and id(node) not in free:
                out.append(f"{tail}() has no fixed order: sort it")
            if tail in ORDERED and any(is_set(a, names) for a in args):
                out.append(f"{tail}() of a set has no fixed order")
            return out
    return []


def violations(source: Source) -> list[str]:
    """Every line of a file that lets the machine into the result."""
    free = order_free(source.tree)
    outside = within(source.tree)
    everywhere = set_names(outside)
    scopes = [(outside, everywhere)]
    for function in source.functions:
        inside = within(function)
        scopes.append((inside, everywhere | set_names(inside)))
    found = []
    for nodes, names in scopes:
        for node in nodes:
            for fault in faults(node, names, free):
                line = getattr(node, "lineno", None) or node.iter.lineno  # type: ignore[attr-defined]
                if not ESCAPE.search(source.lines[line - 1]):
                    found.append(f"{source.name}:{line}: {fault}")
    return found


def test_no_clock_no_luck_no_loose_order() -> None:
    rooms = tuple(f"dialsim/{room}" for room in BELOW_THE_SCHEDULER)
    wrong = [line for source in python_files(*rooms) for line in violations(source)]
    assert wrong == [], "write `# det-ok: reason` where it cannot touch a result"


@pytest.mark.parametrize(
    "code",
    [
        "import time",
        "from time import perf_counter",
        "import numpy as np\nx = np.random.rand()",
        "from numpy import random",
        "import datetime\nd = datetime.datetime.now()",
        "for x in {1, 2}: pass",
        "s = set('ab')\nt = [x for x in s]",
        "def f(s: set[int]) -> list[int]:\n    return list(s)",
        "a = {1} | {2}\nb = tuple(a)",
        "k = hash('x')",
        "import os\nfor n in os.listdir('.'): pass",
        "def f(p):\n    return [x for x in p.glob('*.toml')]",
        "print(*{1, 2})",
    ],
)
def test_the_check_bites(code: str, tmp_path: Path) -> None:
    assert violations(_source(code, tmp_path))


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import time",
        "for x in sorted({1, 2}): pass",
        "s = {1, 2}\nok = all(x > 0 for x in s)",
        "def f():\n    s = {1}\n    return len(s)\ndef g(s):\n    return list(s)",
        "def f(xs: set[int]) -> set[int]:\n    return {x + 1 for x in xs}",
        "import time  # det-ok: only the log line shows it",
        "def f(p):\n    return [x for x in sorted(p.glob('*.toml'))]",
        "ok = 3 in {1, 2}",
    ],
)
def test_the_check_lets_order_free_code_pass(code: str, tmp_path: Path) -> None:
    assert violations(_source(code, tmp_path)) == []


class _Text(Source):
    """A source that is not a file of the project."""

    @property
    def name(self) -> str:
        return self.path.name


def _source(code: str, folder: Path) -> Source:
    path = folder / "sample.py"
    path.write_text(code, encoding="utf-8")
    return _Text(path)
