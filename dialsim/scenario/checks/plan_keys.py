"""Keys of plan decisions: their parts, and the value that removes a key."""

from __future__ import annotations

from typing import Any


def key_parts(key: str) -> list[str]:
    """Return the parts of a path: ``a[0].b`` and ``a.0.b`` are the same.

    >>> key_parts("trunks[0].limits[1].count")
    ['trunks', '0', 'limits', '1', 'count']
    """
    return key.replace("[", ".").replace("]", "").split(".")


def without_absent(raw: dict[str, Any], key: str, value: object) -> dict[str, Any]:
    """Return a scenario's plain values without a key whose value False means to remove it.

    A key that is itself true or false cannot be a decision.
    """
    if value is not False:
        return raw
    node: Any = raw
    *parts, last = key_parts(key)
    for part in parts:
        if isinstance(node, list):
            names = [each.get("name") if isinstance(each, dict) else each for each in node]
            node = node[names.index(part) if part in names else int(part)]
        else:
            node = node[part]
    del node[last]
    return raw
