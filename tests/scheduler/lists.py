"""Worlds that bring files: numbers of their own, a history, a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.reference.worlds import scenario


def written(folder: Path, name: str, *rows: str) -> str:
    """Write a CSV file and return its path."""
    path = folder / name
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return str(path)


def block(folder: Path, numbers: list[str], kind: str = "fixed", **more: Any) -> dict[str, Any]:
    """A block of caller IDs whose numbers stand in a file of the block's name."""
    name = more.pop("name", "north")
    found = {
        "name": name,
        "class": kind,
        "count": more.pop("count", len(numbers)),
        "trunk": "main",
        "file": written(folder, f"{name}.csv", "number", *numbers),
        **more,
    }
    return found | ({"area_code": "10"} if kind == "fixed" else {})


def world_of(*blocks: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A scenario whose one campaign calls from these blocks."""
    raw = scenario(caller_ids=list(blocks), **changes)
    raw["campaigns"][0]["caller_ids"] = [each["name"] for each in blocks]
    return raw
