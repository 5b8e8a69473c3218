"""JSON that anyone may have edited, parsed and validated."""

from __future__ import annotations

import json
import math
from typing import Any

from dialsim.messages.text import message

DEEPEST = 40
"""Tables and lists that may lie within each other."""
LARGEST = 2**63
"""Whole numbers are smaller than this, and larger than its negative."""


def parsed(text: str) -> Any:
    """Return the value of a JSON text.

    Raises
    ------
    ValueError
        It is no JSON, or one that no program writes: a key stands twice in a table, a number is
        none or has no end, tables lie too deeply within each other, a text is half a character.
        Its only argument is the reason as a text of any language, which begins with the path of
        the key where there is one.

    Examples
    --------
    >>> parsed('{"a": [1, 2.5, null]}')
    {'a': [1, 2.5, None]}
    >>> parsed('{"a": {"b": NaN}}')
    Traceback (most recent call last):
    ValueError: a.b: is no finite number
    """
    try:
        value = json.loads(text, object_pairs_hook=_table)
    except RecursionError:
        raise ValueError(message("is nested too deeply")) from None
    except json.JSONDecodeError as error:
        place = message("is no JSON from line {line}, column {column}")
        raise ValueError(place.filled(line=error.lineno, column=error.colno)) from None
    _check(value)
    return value


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _at(_short(twice), message("stands twice in one table"))
    return table


def _check(value: Any) -> None:
    """Check all values without recursion."""
    left: list[tuple[Any, tuple[Any, ...]]] = [(value, ())]
    while left:
        each, path = left.pop()
        if len(path) > DEEPEST:
            raise _at(_path(path[:5]), message("is nested too deeply"))
        if isinstance(each, dict):
            for name in each:
                _check_text(name, path)
            left += [(inner, (*path, name)) for name, inner in each.items()]
        elif isinstance(each, list):
            left += [(inner, (*path, place)) for place, inner in enumerate(each)]
        elif isinstance(each, str):
            _check_text(each, path)
        elif isinstance(each, float) and not math.isfinite(each):
            raise _at(_path(path), message("is no finite number"))
        elif isinstance(each, int) and not -LARGEST < each < LARGEST:
            raise _at(_path(path), message("is a number of more than 63 bits"))


def _check_text(text: str, path: tuple[Any, ...]) -> None:
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise _at(_path(path), message("holds half a character"))


def _at(path: str, fault: str) -> ValueError:
    return ValueError(message("{path}: {fault}").filled(path=path, fault=fault))


def _path(path: tuple[Any, ...]) -> str:
    return ".".join(_short(part) for part in path) or "it"


def _short(part: object) -> str:
    return str(part).encode("ascii", "backslashreplace").decode()[:60]
