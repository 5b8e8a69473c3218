"""What the sources say: every text that a catalogue has to have, and where it stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import tomli

from dialsim.cli import COMMANDS, commands
from dialsim.cli.help_pages import help_texts
from dialsim.cli.options import LANGUAGE_HELP
from dialsim.messages.data_files import FREE, TEXTS, texts_of_tables
from dialsim.messages.text import Message
from dialsim.scenario.models.schema import json_schema
from dialsim.scenario.schema_texts import schema_texts

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("text_table", "translated")
"""Functions whose argument is a literal, each string value of which is a text."""

MARKERS = "from dialsim.messages.text import"
MARKERS_FILE = Path("dialsim/messages/text.py")
"""What marks texts, and how a file comes by it; a file without it is not parsed."""


@dataclass
class Found:
    """A text of the sources; one that is `free` may stay untranslated."""

    context: str | None
    text: str
    plural: str | None = None
    files: list[str] = field(default_factory=list)
    free: bool = False

    @property
    def key(self) -> tuple[str | None, str]:
        """What a catalogue finds it by."""
        return self.context, self.text


class NotLiteral(ValueError):
    """A text that is no literal, so that no catalogue can have it."""


def all_texts(root: Path = ROOT) -> list[Found]:
    """Return every text of the package: sources, help pages, the schema, data files."""
    found: dict[tuple[str | None, str], Found] = {}
    for path in sorted((root / "dialsim").rglob("*.py")):
        name, source = str(path.relative_to(root)), path.read_text("utf-8")
        if MARKERS not in source and path != root / MARKERS_FILE:
            continue
        for context, text, plural in texts_of(source, name):
            _take(found, Found(context, text, plural, [name]))
    for text in _help():
        _take(found, Found(None, text, None, ["dialsim/cli/help_pages.py"]))
    for context, text in schema_texts(json_schema()):
        _take(found, Found(context, text, None, ["dialsim/scenario/models/schema.py"]))
    for name, key, each in texts_of_data(root):
        _take(found, Found(each.context, each.id, None, [name], key in FREE))
    return list(found.values())


def _take(found: dict[tuple[str | None, str], Found], each: Found) -> None:
    """Add a text, or the file of one that is known."""
    entry = found.setdefault(each.key, each)
    entry.free = entry.free and each.free
    if each.files[0] not in entry.files:
        entry.files += each.files


def texts_of_data(root: Path = ROOT) -> Iterator[tuple[str, str, Message]]:
    """Yield file, key and text of every text of the data files, in the order of files."""
    for pattern, keys in TEXTS.items():
        for path in sorted((root / "dialsim").glob(pattern)):
            tables = tomli.loads(path.read_text("utf-8"))
            for key, each in texts_of_tables(tables, keys):
                yield str(path.relative_to(root)), key, each


def _help() -> Iterator[str]:
    """Yield every text of the help pages, which are docstrings and options of the commands."""
    yield from COMMANDS.values()
    yield from help_texts(commands)
    yield LANGUAGE_HELP
    for name in COMMANDS:
        yield from help_texts(import_module(f"dialsim.cli.{name}").command)


def texts_of(source: str, name: str) -> Iterator[tuple[str | None, str, str | None]]:
    """Yield context, text and plural of every text of a file.

    >>> made = 'A = text_table({"one": "agents", "two": message("of", "list")}); plural("b", "c")'
    >>> sorted(texts_of(made, "a.py"), key=str)
    [('list', 'of', None), (None, 'agents', None), (None, 'b', 'c')]
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
            continue
        where = f"{name}:{node.lineno}"
        if node.func.id == "message":
            text, *context = _literals(node, where)
            yield (context[0] if context else None), text, None
        elif node.func.id == "plural":
            one, many = _literals(node, where)
            yield None, one, many
        elif node.func.id in TABLES:
            yield from ((None, text, None) for text in _strings(node.args[0], where))


def _literals(node: ast.Call, where: str) -> list[str]:
    """Return the arguments of a call, all of which are literal texts."""
    values = [each.value if isinstance(each, ast.Constant) else None for each in node.args]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) < len(values):
        raise NotLiteral(f"{where}: a message takes literals, not {ast.unparse(node)[:80]}")
    return texts


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
