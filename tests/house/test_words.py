"""Words of our own: public names and first docstring lines use the field's words instead."""

from __future__ import annotations

import ast
import re

from tests.house.sources import Source, docstring, parameters, python_files

NAMES = {
    *("aside", "foretell", "foretold", "heed", "luck", "mend", "mended", "reckon", "reckoned"),
    *("said", "say", "says", "strewn", "tell", "tells", "told", "wall", "walls"),
}
"""Words refused in the names of public functions, classes, methods and their parameters."""

TEXTS = (
    *("told", "said", "luck", "mend", "mends", "mended", "heed", "heeds", "strewn", "nobody"),
    *("reckon", "reckons", "reckoned", "foretell", "foretells", "foretold", "told apart"),
    *("hangs on", "by arithmetic", "what came of", "is over again", "deaf to", "walls?(?! clock)"),
)
"""Words and phrases refused in first docstring lines, as regular expressions."""

ALLOWED = {
    ("dialsim/storage/checksums.py", "tell"),  # a file's own interface
    ("dialsim/scheduler/clock.py", "WallClock"),
    ("dialsim/scheduler/run.py", "wall_clock"),
}

_TEXT = re.compile(rf"\b({'|'.join(TEXTS)})\b", re.IGNORECASE)
_DEFINITION = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def words_of(name: str) -> set[str]:
    """Return the words of a name in either style of writing."""
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_"))


def findings(source: Source) -> list[str]:
    """Return each refused word of a file with its place."""
    found = []
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Module | _DEFINITION):
            continue
        doc = docstring(node)
        if doc is not None:
            first = str(getattr(doc.value, "value", "")).strip().split("\n\n")[0]
            found += [f"{source.at(doc)}: {word}" for word in _TEXT.findall(first)]
        if isinstance(node, ast.Module) or node.name.startswith("_"):
            continue
        names = [node.name]
        if not isinstance(node, ast.ClassDef):
            names += [each.arg for each in parameters(node)]
        found += [
            f"{source.at(node)}: {name}"
            for name in names
            if words_of(name) & NAMES and (source.name, name) not in ALLOWED
        ]
    return found


def test_words_are_those_of_the_field() -> None:
    wrong = []
    for source in python_files():
        wrong += findings(source)
    assert wrong == [], "see the glossary for the field's word"


def test_a_refused_word_is_noticed() -> None:
    assert words_of("pairsToTell") & NAMES == words_of("pairs_to_tell") & NAMES == {"tell"}
    assert not words_of("stellar_walled") & NAMES
    assert _TEXT.findall("What Nobody told by a wall.") == ["Nobody", "told", "wall"]
    assert _TEXT.findall("A wall clock that mending lucky people reads.") == []
