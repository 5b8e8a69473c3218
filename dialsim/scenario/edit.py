"""Change one value of a scenario that is still a plain dict."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from dialsim.errors import Problem, ScenarioError, did_you_mean, shown
from dialsim.scenario.values import path_text


def with_value(raw: Mapping[str, Any], dotted: str, value: object) -> tuple[dict[str, Any], str]:
    """Return a copy of `raw` with the value at `dotted` replaced or added, and its path.

    Items of a list are named by their ``name`` or their index. Keys that hold dots themselves
    (those of ``overrides``) are the rest of the path.

    >>> with_value({"agents": [{"name": "day", "count": 1}]}, "agents.day.count", 2)
    ({'agents': [{'name': 'day', 'count': 2}]}, 'agents[0].count')
    """
    changed = copy.deepcopy(dict(raw))
    parts = dotted.replace("[", ".").replace("]", "").split(".")
    node: Any = changed
    path: list[str | int] = []
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        so_far = ".".join(parts[: at + 1])
        if isinstance(node, list):
            index = _index(node, part, so_far)
            path.append(index)
            if last:
                node[index] = value
            node = node[index]
        elif isinstance(node, dict):
            if part == "overrides" and not last:
                key = ".".join(parts[at + 1 :])
                table = node.setdefault(part, {})
                if not isinstance(table, dict):
                    raise ScenarioError([Problem(so_far, "not a table", found=shown(table))])
                table[key] = value
                return changed, path_text([*path, part, key])
            path.append(part)
            if last:
                node[part] = value
            else:
                node = node.setdefault(part, {})
        else:
            raise ScenarioError(
                [Problem(so_far, "the path goes on below a plain value", found=shown(node))]
            )
    return changed, path_text(path)


def without_lines(lines: Mapping[str, int], path: str) -> dict[str, int]:
    """Return the lines without those of a value that was changed and of all below it.

    >>> without_lines({"a": 1, "a.b": 2, "a.b.c": 3}, "a.b")
    {'a': 1, 'a.b': 0}
    """
    below = (f"{path}.", f"{path}[")
    kept = {key: line for key, line in lines.items() if not key.startswith(below)}
    return {**kept, path: 0}


def _index(items: list[Any], part: str, path: str) -> int:
    names = [item.get("name") if isinstance(item, dict) else item for item in items]
    if part in names:
        return names.index(part)
    if part.isascii() and part.isdigit() and len(part) < 10 and int(part) < len(items):
        return int(part)
    known = [str(name) for name in names if name is not None]
    raise ScenarioError(
        [
            Problem(
                path,
                f'no item is called "{part}"',
                allowed=", ".join(known) or f"an index below {len(items)}",
                remedy=did_you_mean(part, known),
            )
        ]
    )
