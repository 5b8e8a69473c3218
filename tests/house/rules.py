"""Rules of the pages of semantics, and the places that name them.

    python -m tests.house.rules E-GUARD S-TURN-4

prints the rules of a section, or one, and where the twin, the tests and the code name each.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.house.sources import ROOT

PAGES = {
    "E": "dialsim/engine/SEMANTICS.md",
    "N": "dialsim/engine/network/SEMANTICS.md",
    "P": "dialsim/engine/pacing/SEMANTICS.md",
    "S": "dialsim/engine/sharing/SEMANTICS.md",
}
MOST_WORDS = 60
TWIN = "tests/reference/"

_SECTION = re.compile(r"## .+ \(([A-Z]-[A-Z]+)\)")
_RULE = re.compile(r"- \*\*([A-Z]-[A-Z]+)-(\d+)\*\* (.+)")
_NAMED = re.compile(r"\b([ENPS]-[A-Z]{2,})(?:-(\d+)(?: to \1-(\d+))?)?\b")


@dataclass
class Page:
    """The rules of one page, and what is wrong with how they are numbered."""

    rules: dict[str, str] = field(default_factory=dict)
    sections: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read_page(letter: str, text: str) -> Page:
    """Return the rules of a page by id; faults are of ids, their order and their length."""
    page, expected = Page(), 1
    for line in text.splitlines():
        if line.startswith("## "):
            found = _SECTION.fullmatch(line)
            section = found[1] if found else line
            if not section.startswith(f"{letter}-") or section in page.sections:
                page.faults.append(f"not a section of its own: {line}")
            page.sections.append(section)
            expected = 1
        if not line.startswith("- **"):
            continue
        found = _RULE.fullmatch(line)
        if found is None:
            page.faults.append(f"not a rule: {line}")
            continue
        rule, words = f"{found[1]}-{found[2]}", len(found[3].split())
        if [found[1], int(found[2])] != [page.sections[-1] if page.sections else "", expected]:
            page.faults.append(f"not the next of its section: {rule}")
        if words > MOST_WORDS:
            page.faults.append(f"{rule} has {words} words")
        page.rules[rule] = found[3]
        expected = int(found[2]) + 1
    return page


def read_pages() -> dict[str, Page]:
    """Return all pages by letter."""
    return {
        letter: read_page(letter, (ROOT / name).read_text("utf-8"))
        for letter, name in PAGES.items()
    }


def named_in(text: str) -> Iterator[str]:
    """Yield each rule or section that a text names, those of "E-TIME-1 to E-TIME-3" one by one."""
    for section, first, last in _NAMED.findall(text):
        if not first:
            yield section
        for number in range(int(first or 0), int(last or first or -1) + 1):
            yield f"{section}-{number}"


def marked_in(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    """Yield test, line and id of each `pytest.mark.rule`; one of a module holds for all of it."""
    for node in ast.walk(tree):
        marks: list[ast.expr] = []
        name = ""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            marks, name = node.decorator_list, f"::{node.name}"
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            marks = node.value.elts if isinstance(node.value, ast.List) else [node.value]
        for mark in marks:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.rule":
                for each in mark.args:
                    for rule in named_in(str(getattr(each, "value", ""))):
                        yield name, node.lineno, rule


def files() -> Iterator[Path]:
    """Yield every file of the repository that may name a rule."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py", "*.md", "*.toml"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.exists() and not name.startswith("tests/house/"):
            yield path


def places(paths: Iterable[Path]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return where rules are named: by the twin or a test's marker, and anywhere else."""
    held: dict[str, list[str]] = {}
    other: dict[str, list[str]] = {}
    for path in paths:
        text, name = path.read_text("utf-8"), path.relative_to(ROOT).as_posix()
        for number, line in enumerate(text.splitlines(), 1):
            for rule in named_in(line):
                found = held if name.startswith(TWIN) else other
                found.setdefault(rule, []).append(f"{name}:{number}")
        if name.startswith("tests/") and "mark.rule(" in text:
            for test, _, rule in marked_in(ast.parse(text)):
                held.setdefault(rule, []).append(name + test)
    return held, other


def main(wanted: list[str]) -> None:
    """Print rules and the places that name them."""
    held, other = places(files())
    pages = PAGES.values()
    for page in read_pages().values():
        for rule, text in page.rules.items():
            if not wanted or rule in wanted or rule.rpartition("-")[0] in wanted:
                print(f"{rule}  {text}")
                named = [at for at in other.get(rule, []) if not at.startswith(("tests/", *pages))]
                for place in dict.fromkeys([*held.get(rule, []), *named]):
                    print(f"    {place}")


if __name__ == "__main__":
    main(sys.argv[1:])
