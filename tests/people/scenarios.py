"""A small scenario around a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numba import config

# A campaign decides every second of a shift, which takes plain Python minutes of a whole day.
SHIFT_END = "11:10" if config.DISABLE_JIT else "20:00"


def small_scenario(people: dict[str, Any], **network: Any) -> dict[str, Any]:
    """Return a one-day scenario with one list."""
    return {
        "schema": 1,
        "name": "small",
        "start": "2026-04-13",
        "days": 1,
        "seed": 3,
        "aftermath": "1d",
        "enterprise": {"name": "Example Bank"},
        "network": {"overrides": network},
        "people": [people],
        "trunks": [
            {
                "name": "main",
                "operator": "CTCC",
                "permits": ["marketing"],
                "calls_per_second": 20,
                "channels": 40,
            }
        ],
        "caller_ids": [
            {
                "name": "north",
                "class": "fixed",
                "area_code": "10",
                "count": 50,
                "trunk": "main",
                "registered": True,
                "filed": {"use": "marketing", "category": "loan", "daily_volume": 500},
                "checked_clean": True,
            }
        ],
        "agents": [
            {
                "name": "day",
                "count": 20,
                "shifts": [{"days": "daily", "from": "09:00", "to": SHIFT_END}],
            }
        ],
        "campaigns": [
            {
                "name": "upsell",
                "purpose": "marketing",
                "category": "loan",
                "lawful_basis": "consent",
                "people": [people["name"]],
                "caller_ids": ["north"],
                "agents": ["day"],
                "attempts": {"at_most": 2, "retry": {"no_answer": "2h", "busy": "2h"}},
            }
        ],
    }


ONE_NUMBER = str(Path(__file__).parents[1] / "data" / "one_number.csv")
"""A list of one row, for worlds whose rows are given in another way."""


def file_scenario(path: Path, **keys: Any) -> dict[str, Any]:
    """Return a scenario that calls a Parquet list."""
    return small_scenario({"name": "list", "file": str(path), **keys})
