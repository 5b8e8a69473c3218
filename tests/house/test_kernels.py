"""Kernels: one decorator, one kind of file, short, few arguments."""

from __future__ import annotations

import ast
import re

from tests.house.sources import docstring, dotted, parameters, python_files

MOST_LINES = 60
MOST_PARAMETERS = 8
COMPILERS = {
    "jit",
    "njit",
    "vectorize",
    "guvectorize",
    "cfunc",
    "stencil",
    "jitclass",
    "generated_jit",
}


def test_only_core_jit_compiles() -> None:
    wrong = []
    for source in python_files("dialsim", "benchmarks"):
        if source.name == "dialsim/jit/decorator.py" or not re.search(
            r"\bnumba\b|\bnb\b", source.text
        ):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("numba"):
                names = {alias.name for alias in node.names} & COMPILERS
                wrong += [f"{source.at(node)}: imports {name}" for name in sorted(names)]
            elif isinstance(node, ast.Attribute):
                head, _, name = dotted(node).rpartition(".")
                if name in COMPILERS and head.split(".")[0] in ("numba", "nb"):
                    wrong.append(f"{source.at(node)}: {head}.{name}")
    assert wrong == [], "compile with `@kernel` of dialsim.jit.decorator"


def test_kernels_live_in_kernels_files_or_the_core() -> None:
    wrong = [
        f"{source.at(function)}: {function.name}"
        for source in python_files("dialsim")
        for function in source.kernels()
        if source.path.name != "kernels.py" and not source.name.startswith("dialsim/core/")
    ]
    assert wrong == []


def test_kernels_are_short_and_take_few_arguments() -> None:
    wrong = []
    for source in python_files():
        for function in source.kernels():
            body = function.body[1:] if docstring(function) else function.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            if lines > MOST_LINES:
                wrong.append(f"{source.at(function)}: {function.name} has {lines} lines")
            count = len(parameters(function))
            if count > MOST_PARAMETERS:
                wrong.append(f"{source.at(function)}: {function.name} takes {count} arguments")
    assert wrong == [], f"at most {MOST_LINES} lines and {MOST_PARAMETERS} arguments, then cut"


def test_kernels_have_no_functions_inside() -> None:
    """Nor comprehensions: the steps of numba that would take them apart are left out."""
    inside = (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.comprehension)
    wrong = [
        f"{source.at(function)}: {function.name}"
        for source in python_files("dialsim")
        for function in source.kernels()
        if any(isinstance(node, inside) for part in function.body for node in ast.walk(part))
    ]
    assert wrong == []


def test_the_scan_finds_kernels() -> None:
    """A renamed decorator would make every other test here pass on nothing."""
    assert sum(1 for source in python_files() for _ in source.kernels()) > 20
