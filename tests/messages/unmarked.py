"""Texts that users read and no catalogue has: strings in errors, notes and last lines of commands.

A string counts as a text if it has words of English outside of what a file would say. It is found
where it stands as an argument, as part of one, and where a name of the same function holds it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

SPOKEN = {
    *("CapacityError", "Fault", "Misuse", "PendingError", "Problem", "SniffError"),
    *("UnreadableError", "_fault", "_refers", "_refusal", "_refuse", "_refused", "disk", "fault"),
    *("print_text", "refuse", "refuse_if_useless", "wrong"),
    *("BadParameter", "UsageError", "confirm", "echo"),
}
"""Functions and errors whose arguments are read by users."""

MARKING = {"Text", "filled", "message", "of", "plural"}
ASKING = {"get", "removeprefix", "replace", "startswith", "strftime", "shown", "split", "getattr"}
"""Calls whose strings are marked, or no texts."""

NO_TEXTS = {"choices", "code", "end", "err", "file", "key", "line", "nl", "param_hint", "path"}
"""Keywords of such calls that are no texts."""

_CODE = re.compile(r"`[^`]*`|\"[^\"]*\"|\{\}")
_WORD = re.compile(r"(?<![\w.-])[a-z]{2,}(?![\w.=(:/]| =)")


def unmarked(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of every text of a file that is no message, `{}` for its values.

    >>> source = '''
    ... def check(problems, size):
    ...     why = "it is too large"
    ...     problems.add("days", why, allowed=f"at most {size}")
    ...     raise fault(message("fine"), 'kind = "all"')
    ... '''
    >>> sorted(unmarked(ast.parse(source)))
    [(3, 'it is too large'), (4, 'at most {}')]
    """
    seen = set()
    for scope in _scopes(tree):
        held = _held(scope)
        for call in scope:
            if isinstance(call, ast.Call) and _is_spoken(call):
                for argument in _arguments(call):
                    for line, text in _plain(argument, held):
                        if (line, text) not in seen:
                            seen.add((line, text))
                            yield line, text


def _scopes(tree: ast.Module) -> Iterator[list[ast.AST]]:
    """Yield the nodes of each function, and of the file itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield list(ast.walk(node))


def _held(scope: list[ast.AST]) -> dict[str, list[ast.expr]]:
    """Return what the names of a function are set to, or what lists of these names take."""
    held: dict[str, list[ast.expr]] = {}
    for node in scope:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    held.setdefault(target.id, []).append(node.value)
        elif isinstance(node, ast.Call) and _name(node.func) == "append":
            assert isinstance(node.func, ast.Attribute)
            if isinstance(node.func.value, ast.Name):
                held.setdefault(node.func.value.id, []).extend(node.args)
    return held


def _is_spoken(call: ast.Call) -> bool:
    name, whole = _name(call.func), ast.unparse(call.func)
    if name == "print":
        return any(each.arg == "file" for each in call.keywords)
    if name == "add":
        return re.search(r"problems|found|_add", whole) is not None
    return name in SPOKEN or whole == "ScenarioError.at"


def _arguments(call: ast.Call) -> list[ast.expr]:
    """Return the arguments that may be texts; the first of a problem is its place."""
    begin = 1 if _name(call.func) in ("add", "at", "Problem") else 0
    return [
        *call.args[begin:],
        *(each.value for each in call.keywords if each.arg not in NO_TEXTS),
    ]


def _plain(
    node: ast.expr, held: dict[str, list[ast.expr]], deep: bool = True
) -> Iterator[tuple[int, str]]:
    """Yield the texts of an expression that are not marked."""
    if isinstance(node, ast.Constant | ast.JoinedStr):
        text = _text(node)
        if _WORD.search(_CODE.sub("", text)) and " " in text.strip():
            yield node.lineno, text
    elif isinstance(node, ast.Call):
        if _name(node.func) not in MARKING | ASKING:
            for each in (*node.args, *(keyword.value for keyword in node.keywords)):
                yield from _plain(each, held, deep)
    elif isinstance(node, ast.Name):
        for each in held.get(node.id, ()) if deep else ():
            yield from _plain(each, held, deep=False)
    elif isinstance(node, ast.IfExp):
        yield from _plain(node.body, held, deep)
        yield from _plain(node.orelse, held, deep)
    elif isinstance(node, ast.BinOp):
        yield from _plain(node.left, held, deep)
        yield from _plain(node.right, held, deep)
    elif isinstance(node, ast.BoolOp):
        for each in node.values:
            yield from _plain(each, held, deep)
    elif isinstance(node, ast.List | ast.Tuple):
        for each in node.elts:
            yield from _plain(each, held, deep)


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    parts = (each.value if isinstance(each, ast.Constant) else "{}" for each in node.values)
    return "".join(map(str, parts))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
