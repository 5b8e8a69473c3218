"""A run with two campaigns, two number ranges and attributes of the people called."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import dialsim
from tests.scenario.worlds import world

CITIES = ("Beijing", "Shanghai", "Chengdu")
PEOPLE = 240
RARE = "Lhasa"
"""A city of so few people that it is not shown by itself."""


def contract(row: int) -> str:
    """Return a value that tells one person from all others."""
    return f"K-{row:05d}-7781"


def number(row: int) -> str:
    """Return the number of a person."""
    return f"138{row:08d}"


def several_parts(folder: Path, **options: Any) -> dialsim.Run:
    """Play two campaigns to people of several cities, each from a number range of its own."""
    for name, first in (("own", 0), ("other", PEOPLE)):
        rows = [
            f"{number(row)},{RARE if row % 60 == 0 else CITIES[row % 3]},{contract(row)}"
            for row in range(first, first + PEOPLE)
        ]
        text = "\n".join(["number,city,contract", *rows, ""])
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    raw = world()
    raw["people"] = [
        {"name": name, "file": str(folder / f"{name}.csv"), "attributes": ["city", "contract"],
         "relation": "opted_in"}
        for name in ("own", "other")
    ]  # fmt: skip
    raw["caller_ids"].append(copy.deepcopy(raw["caller_ids"][0]) | {"name": "south", "count": 2})
    raw["campaigns"].append(copy.deepcopy(raw["campaigns"][0]) | {"name": "side"})
    raw["campaigns"][1] |= {"people": ["other"], "caller_ids": ["south"]}
    return dialsim.run(raw, **options)
