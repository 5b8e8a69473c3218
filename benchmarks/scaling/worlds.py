"""The campaign that every size plays, its people drawn or from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.worlds import whole_list


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
    raw = whole_list(people)
    if listed is not None:
        raw["people"] = [
            {"name": "customers", "file": str(listed), "columns": {"number": column}}
            | {"relation": "opted_in"}
        ]
    return raw
