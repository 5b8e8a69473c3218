"""Files and names: short files, telling names, documented rooms, nothing of one machine."""

from __future__ import annotations

import ast
import re

from tests.house.sources import ROOT, docstring, last_name, python_files, tracked_files

MOST_LINES = 600
CLASS = re.compile(r"\bclass[\s\\]+(\w+)")
EMPTY_WORDS = {
    "utils", "util", "helpers", "helper", "manager", "managers", "base", "misc", "common", "stuff",
}  # fmt: skip
TEXT = {".py", ".toml", ".md", ".html", ".txt", ".sh", ".cfg", ".json", ".csv", ".yml", ".yaml", ""}


def test_no_file_is_too_long() -> None:
    wrong = [
        f"{source.name}: {len(source.lines)} lines"
        for source in python_files("dialsim", "tests", "benchmarks", "notebooks")
        if len(source.lines) > MOST_LINES
    ]
    assert wrong == [], f"at most {MOST_LINES} lines a file; 300 is better"


def test_names_say_something() -> None:
    wrong = []
    for source in python_files("dialsim", "tests", "benchmarks", "notebooks"):
        for part in source.path.relative_to(ROOT).with_suffix("").parts:
            if EMPTY_WORDS & set(part.lower().split("_")):
                wrong.append(f"{source.name}: {part}")
        if not any(is_empty(name) for name in CLASS.findall(source.text)):
            continue  # most files need not be parsed for it
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef) and is_empty(node.name):
                wrong.append(f"{source.at(node)}: class {node.name}")
    assert sorted(set(wrong)) == []


def is_empty(name: str) -> bool:
    """Whether the last word of a class's name says nothing."""
    last = re.findall(r"[A-Z][a-z]*", name)[-1:]
    return bool(EMPTY_WORDS & {word.lower() for word in last})


def test_an_empty_name_is_noticed() -> None:
    assert [
        is_empty(name) for name in CLASS.findall("class RunManager:\nclass \\\n  Run(A): ...")
    ] == [
        True,
        False,
    ]


def test_every_package_introduces_itself() -> None:
    wrong = [
        source.name
        for source in python_files()
        if source.path.name == "__init__.py" and docstring(source.tree) is None
    ]
    assert wrong == [], "what comes in, what goes out, what it must not know"


def test_every_folder_of_code_is_a_package() -> None:
    folders = {source.path.parent for source in python_files()}
    wrong = [str(f.relative_to(ROOT)) for f in sorted(folders) if not (f / "__init__.py").exists()]
    assert wrong == []


def test_public_names_are_documented() -> None:
    wrong = []
    for source in python_files():
        for node in source.tree.body:
            if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            hidden = node.name.startswith("_")
            overload = any(last_name(d) == "overload" for d in node.decorator_list)
            if not hidden and not overload and docstring(node) is None:
                wrong.append(f"{source.at(node)}: {node.name}")
    assert wrong == []


def test_no_path_of_one_machine() -> None:
    """No file says where somebody's copy lives; tests may use such paths as bad input."""
    places = [
        r"/home/\w",
        r"/Users/\w",
        r"/root\b",
        r"/tmp\b",
        r"[A-Z]:\\Users",
        re.escape(str(ROOT)),
    ]
    if len(ROOT.parts) > 2:  # the folder this copy lies in
        places.append(re.escape(str(ROOT.parent)) + "/")
    pattern = re.compile(r"(?<![\w.~*-])(" + "|".join(places) + ")")
    wrong = []
    for path in tracked_files():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith("tests/") or path.suffix not in TEXT:
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if pattern.search(line):
                wrong.append(f"{name}:{number}: {line.strip()[:100]}")
    assert wrong == []
