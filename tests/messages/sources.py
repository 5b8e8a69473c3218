"""What the sources say: every text that a catalogue has to have, and where it stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("text_table", "translated")
"""Functions whose argument is a literal, each string value of which is a text."""


@dataclass
class Found:
    """A text of the sources."""

    context: str | None
    text: str
    files: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str | None, str]:
        """What a catalogue finds it by."""
        return self.context, self.text


class NotLiteral(ValueError):
    """A text that is no literal, so that no catalogue can have it."""


def all_texts(root: Path = ROOT) -> list[Found]:
    """Return every text of the package, in the order of files and lines."""
    found: dict[tuple[str | None, str], Found] = {}
    for path in sorted((root / "dialsim").rglob("*.py")):
        name = str(path.relative_to(root))
        for context, text in texts_of(path.read_text("utf-8"), name):
            entry = found.setdefault((context, text), Found(context, text))
            if name not in entry.files:
                entry.files.append(name)
    return list(found.values())


def texts_of(source: str, name: str) -> Iterator[tuple[str | None, str]]:
    """Yield context and text of every text of a file.

    >>> made = 'A = text_table({"one": "agents", "two": message("of", "list")}); message("b")'
    >>> sorted(texts_of(made, "a.py"), key=str)
    [('list', 'of'), (None, 'agents'), (None, 'b')]
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
            continue
        where = f"{name}:{node.lineno}"
        if node.func.id == "message":
            yield _of_message(node, where)
        elif node.func.id in TABLES:
            yield from ((None, text) for text in _strings(node.args[0], where))


def _of_message(node: ast.Call, where: str) -> tuple[str | None, str]:
    """Return context and text of a call of `message`."""
    values = [
        ast.literal_eval(each) if isinstance(each, ast.Constant) else None for each in node.args
    ]
    if any(not isinstance(value, str) for value in values):
        raise NotLiteral(f"{where}: message takes literals, not {ast.unparse(node)[:80]}")
    text, *context = values
    return (context[0] if context else None), text


def _strings(node: ast.expr, where: str) -> Iterator[str]:
    """Yield the strings among the values of a literal, however deep they lie."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _strings(value, where)
    elif isinstance(node, ast.List | ast.Tuple):
        for value in node.elts:
            yield from _strings(value, where)
    elif not (isinstance(node, ast.Call) and ast.unparse(node.func) == "message"):
        raise NotLiteral(f"{where}: a table of texts takes literals, not {ast.unparse(node)[:80]}")
