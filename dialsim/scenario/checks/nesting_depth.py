"""Limit the nesting depth of tables and lists in a scenario.

Python's recursion limit bounds it, which a file of one line can exceed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialsim.errors import ScenarioError, shown
from dialsim.messages.text import message

DEEPEST = 60
"""Most nested tables and lists. No key of a scenario needs a tenth of them."""
ALLOWED = message("at most {most} tables and lists within each other").filled(most=DEEPEST)
MOST_VALUES = 2_000_000
"""Most values. Python lists that contain each other twice can expand to more than memory holds."""
_SHOWN = 4  # keys of a path


def check_depth(value: Any, path: str = "", file: str | None = None) -> None:
    """Check that a value can be traversed; a Python value may contain itself.

    Raises
    ------
    ScenarioError
        It is nested too deeply or holds too many values.
    """
    left: list[tuple[Any, tuple[Any, ...]]] = [(value, ())]
    count = 0
    while left:
        each, keys = left.pop()
        count += 1
        if count > MOST_VALUES:
            allowed = message("at most {most_values:,}").filled(most_values=MOST_VALUES)
            raise ScenarioError.at(path, message("too many values"), allowed=allowed, file=file)
        if len(keys) > DEEPEST:
            where = ".".join(part for part in (path, *map(_shown, keys[:_SHOWN]), "...") if part)
            raise ScenarioError.at(where, message("nested too deeply"), allowed=ALLOWED, file=file)
        if isinstance(each, Mapping):
            left += [(inner, (*keys, key)) for key, inner in each.items()]
        elif isinstance(each, (list, tuple)):
            left += [(inner, (*keys, place)) for place, inner in enumerate(each)]


def check_keys(parts: list[str]) -> None:
    """Check that a path is not too deep for a value.

    Raises
    ------
    ScenarioError
        The path is too deep.
    """
    if len(parts) > DEEPEST:
        where = ".".join([*map(_shown, parts[:_SHOWN]), "..."])
        found = message("{count:,} keys").filled(count=len(parts))
        raise ScenarioError.at(where, message("nested too deeply"), found=found, allowed=ALLOWED)


def _shown(key: object) -> str:
    return shown(key).strip('"')[:40]
