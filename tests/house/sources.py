"""The project's files as the house tests read them: parsed once, named relative to the root."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Below the scheduler nothing may ask the machine for the time, for luck or for an order.
BELOW_THE_SCHEDULER = (
    "core",
    "scenario",
    "numbering",
    "people",
    "compliance",
    "carrier",
    "agents",
    "pacing",
    "outcomes",
    "engine",
)

_SKIPPED = {"runs", "build", "dist", "__pycache__", "htmlcov"}


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    @cached_property
    def docstring_lines(self) -> set[int]:
        """Line numbers inside docstrings: examples, not code."""
        out: set[int] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                doc = docstring(node)
                if doc is not None:
                    out.update(range(doc.lineno, (doc.end_lineno or doc.lineno) + 1))
        return out

    def at(self, node: ast.AST) -> str:
        """`file:line` of a node."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"

    @cached_property
    def functions(self) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]:
        return tuple(
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )

    def kernels(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Functions decorated with `@kernel`, called or bare, imported or qualified."""
        if "kernel" not in self.text:
            return  # most files need not be parsed for it
        for function in self.functions:
            if any(last_name(d) == "kernel" for d in function.decorator_list):
                yield function


def docstring(node: ast.AST) -> ast.Expr | None:
    """The docstring's statement, if there is one."""
    body = getattr(node, "body", None)
    if body and isinstance(body[0], ast.Expr):
        value = body[0].value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return body[0]
    return None


def last_name(node: ast.AST) -> str:
    """`kernel` of `kernel`, `jit.kernel`, `kernel(...)`."""
    if isinstance(node, ast.Call):
        return last_name(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def dotted(node: ast.AST) -> str:
    """`np.random.rand` of an attribute chain; empty when it does not start at a name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return ""


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    a = function.args
    extra = [x for x in (a.vararg, a.kwarg) if x is not None]
    return [*a.posonlyargs, *a.args, *a.kwonlyargs, *extra]


@cache
def python_files(*rooms: str) -> tuple[Source, ...]:
    """Every Python file below these folders, sorted; `dialsim` when none is named."""
    found: list[Source] = []
    for room in rooms or ("dialsim",):
        for path in sorted((ROOT / room).rglob("*.py")):
            if not _SKIPPED & set(path.relative_to(ROOT).parts):
                found.append(source_of(path))
    return tuple(found)


@cache
def source_of(path: Path) -> Source:
    """The one object of a file, whichever folders were asked for: its text is parsed once."""
    return Source(path)


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file git keeps or would keep; without git, every file outside hidden folders."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
        paths = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [
            path
            for path in ROOT.rglob("*")
            if not any(re.match(r"\.(?!ci$|gitignore$)", p) for p in path.relative_to(ROOT).parts)
            and not _SKIPPED & set(path.relative_to(ROOT).parts)
        ]
    return tuple(sorted(path for path in paths if path.is_file()))
