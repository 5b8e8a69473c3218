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


def is_for_types_only(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield statements below a node that run: what stands under TYPE_CHECKING does not."""
    waiting = [node]
    while waiting:
        for child in ast.iter_child_nodes(waiting.pop()):
            if isinstance(child, ast.expr):
                continue
            if isinstance(child, ast.If) and is_for_types_only(child.test):
                continue
            yield child
            waiting.append(child)


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


def in_circles(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return a graph without what imports nothing left in it, or is imported by nothing left."""
    left = {name: found & graph.keys() for name, found in graph.items()}
    while left:
        imported = set().union(*left.values())
        kept = {name for name, found in left.items() if found and name in imported}
        if len(kept) == len(left):
            break
        left = {name: left[name] & kept for name in kept}
    return left


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return modules that import each other in a loop, each loop sorted."""
    graph = in_circles(graph)

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = list(graph[start])
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += graph[name]
        return seen

    reach = {name: reached(name) for name in graph}
    loops = {
        tuple(sorted(other for other in reach[name] if name in reach[other]))
        for name in graph
        if name in reach[name]
    }
    return sorted(map(list, loops))


def test_a_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == [["b", "c"]]
    two = {"a": {"b"}, "b": {"a", "between"}, "between": {"c"}, "c": {"d"}, "d": {"c"}, "e": {"a"}}
    assert circles(two) == [["a", "b"], ["c", "d"]]
    assert circles({"a": {"a"}, "b": {"gone"}}) == [["a"]]


def test_no_circle_is_left_unexcused() -> None:
    excused = {
        tuple(sorted(re.findall(r"`([\w.]+)`", text)))
        for text in EXCUSED.findall(DESIGN.read_text(encoding="utf-8"))
    }
    found = {tuple(name.removeprefix("dialsim.") for name in loop) for loop in circles(imports())}
    assert found == excused
