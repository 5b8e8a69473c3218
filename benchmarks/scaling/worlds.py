"""The same campaign for lists of any length: more people, more agents, then more days."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.worlds import open_road

PEOPLE_AN_AGENT, MOST_AGENTS = 250, 40_000
PEOPLE_A_DAY = PEOPLE_AN_AGENT * MOST_AGENTS


def campaign(people: int, listed: Path | None = None, column: str = "number") -> dict[str, Any]:
    """Return a scenario that dials a list to its end, each person up to three times.

    Parameters
    ----------
    people
        Rows of the list.
    listed
        A file of that many rows; None: the list is drawn.
    column
        Its column of numbers.
    """
    agents = min(max(people // PEOPLE_AN_AGENT, 40), MOST_AGENTS)
    raw = open_road(people, agents) | {"days": max(1, -(-people // PEOPLE_A_DAY))}
    if listed is not None:
        raw["people"] = [
            {"name": "customers", "file": str(listed), "columns": {"number": column}}
            | {"relation": "opted_in"}
        ]
    return raw
