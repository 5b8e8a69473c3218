"""No circle of imports, lazy ones counted, that `dialsim/DESIGN.md` does not name and excuse."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.house.sources import ROOT, Source, python_files

DESIGN = ROOT / "dialsim" / "DESIGN.md"
EXCUSED = re.compile(r"^- \*\*Circle\*\* (.+?):", re.MULTILINE)


def module_of(source: Source) -> str:
    return source.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield nodes below one that run: what stands under TYPE_CHECKING does not."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from executed(child)


@cache
def imports() -> dict[str, set[str]]:
    """Return of each module the modules of the package that it imports as it runs."""
    sources = {module_of(s): s for s in python_files("dialsim")}
    packages = {name for name, s in sources.items() if s.name.endswith("__init__.py")}
    found: dict[str, set[str]] = {}
    for name, source in sources.items():
        if name in packages:
            continue
        found[name] = set()
        for node in executed(source.tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                names = {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
            elif isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
            else:
                continue
            found[name] |= {each for each in names if each in sources and each not in packages}
    return found


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return modules that import each other in a loop, each loop sorted."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = list(graph[start])
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += graph.get(name, ())
        return seen

    reach = {name: reached(name) for name in graph}
    loops = {
        tuple(sorted({other for other in reach[name] if name in reach.get(other, ())}))
        for name in graph
        if name in reach[name]
    }
    return sorted(map(list, loops))


def test_a_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == [["b", "c"]]


def test_no_circle_is_left_unexcused() -> None:
    excused = {
        tuple(sorted(re.findall(r"`([\w.]+)`", text)))
        for text in EXCUSED.findall(DESIGN.read_text(encoding="utf-8"))
    }
    found = {tuple(name.removeprefix("dialsim.") for name in loop) for loop in circles(imports())}
    assert found == excused
