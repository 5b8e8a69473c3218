"""A small valid scenario as a dict, for tests to spoil."""

from __future__ import annotations

import copy
from datetime import date, time
from typing import Any

_WORLD: dict[str, Any] = {
    "schema": 1,
    "name": "small",
    "start": date(2026, 4, 13),
    "days": 2,
    "seed": 1,
    "enterprise": {"name": "Example"},
    "people": [{"name": "own", "synthetic": {"count": 100, "relation": "opted_in"}}],
    "trunks": [
        {
            "name": "main",
            "operator": "CTCC",
            "permits": ["marketing", "service"],
            "calls_per_second": 5,
            "channels": 10,
        }
    ],
    "caller_ids": [
        {
            "name": "north",
            "class": "fixed",
            "area_code": "10",
            "count": 4,
            "trunk": "main",
            "registered": True,
            "filed": {"use": "marketing", "category": "credit_card", "daily_volume": 300},
        }
    ],
    "agents": [
        {
            "name": "day",
            "count": 3,
            "shifts": [{"days": "mon-fri", "from": time(9), "to": time(12)}],
        }
    ],
    "campaigns": [
        {
            "name": "upsell",
            "purpose": "marketing",
            "category": "credit_card",
            "lawful_basis": "consent",
            "people": ["own"],
            "caller_ids": ["north"],
            "agents": ["day"],
        }
    ],
}


def world() -> dict[str, Any]:
    """Return a fresh copy."""
    return copy.deepcopy(_WORLD)


def changed(dotted: str, value: object) -> dict[str, Any]:
    """Return the small world with one value set; ``...`` takes the key out."""
    raw = world()
    node: Any = raw
    parts: list[Any] = [int(part) if part.isdigit() else part for part in dotted.split(".")]
    *above, last = parts
    for part in above:
        node = node[part] if isinstance(node, list) else node.setdefault(part, {})
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return raw
