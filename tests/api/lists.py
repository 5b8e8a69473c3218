"""A folder with a scenario whose people come from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.people.scenarios import small_scenario
from tests.scheduler.worlds import as_toml

BRANCHES = ("north", "south", "")
PEOPLE = 60
KEY = "a key of 16 bytes or more"


def number(i: int) -> str:
    """Return the number of somebody in the list."""
    return f"138{i:08d}"


def folder(path: Path, **keys: Any) -> Path:
    """Write a scenario with its list and registry; returns the scenario's file."""
    lines = ["number,branch,state"]
    lines += [f"{number(i)},{BRANCHES[i % 3]},{'ab'[i % 2]}" for i in range(PEOPLE)]
    lines.insert(10, f"+86 {number(3)},north,a")
    lines.insert(20, "no number,south,b")
    (path / "customers.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (path / "own.csv").write_text(f"number\n{number(7)}\n{number(8)}\n")
    people = {"name": "customers", "file": "customers.csv", "attributes": ["branch", "state"]}
    raw = small_scenario(people)
    raw["people"].append({"name": "drawn", "synthetic": {"count": 20}})
    raw["campaigns"][0]["people"].append("drawn")
    raw["registries"] = [{"name": "own", "kind": "internal", "file": "own.csv"}]
    raw["aftermath"] = "40d"
    raw.update(keys)
    return as_toml(raw, path / "scenario.toml")
