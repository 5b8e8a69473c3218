"""Change one value of a scenario that is still a plain dict."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from dialsim.errors import Problem, ScenarioError, did_you_mean


def with_value(raw: Mapping[str, Any], dotted: str, value: object) -> dict[str, Any]:
    """Return a copy of `raw` with the value at `dotted` replaced or added.

    Items of a list are named by their ``name`` or their index. Keys that hold dots themselves
    (those of ``overrides``) are the rest of the path.

    >>> with_value({"agents": [{"name": "day", "count": 1}]}, "agents.day.count", 2)
    {'agents': [{'name': 'day', 'count': 2}]}
    """
    changed = copy.deepcopy(dict(raw))
    parts = dotted.replace("[", ".").replace("]", "").split(".")
    node: Any = changed
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        so_far = ".".join(parts[: at + 1])
        if isinstance(node, list):
            index = _index(node, part, so_far)
            if last:
                node[index] = value
            node = node[index]
        elif isinstance(node, dict):
            if part == "overrides" and not last:
                node.setdefault(part, {})[".".join(parts[at + 1 :])] = value
                return changed
            if last:
                node[part] = value
            else:
                node = node.setdefault(part, {})
        else:
            raise ScenarioError(
                [Problem(so_far, "the path goes on below a plain value", found=str(node))]
            )
    return changed


def _index(items: list[Any], part: str, path: str) -> int:
    names = [item.get("name") if isinstance(item, dict) else item for item in items]
    if part in names:
        return names.index(part)
    if part.isdigit() and int(part) < len(items):
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
