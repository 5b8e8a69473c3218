"""Scenarios to measure on: nothing throttles them, so that the machine is what limits."""

from __future__ import annotations

from typing import Any


def open_road(people: int, agents: int = 4000) -> dict[str, Any]:
    """Return a scenario with full rules and carrier in which no limit is ever the reason to wait.

    Few enterprise numbers with a large filed volume, wide trunks, many agents; customers are
    called for service and tried up to three times.
    """
    return {
        "schema": 1,
        "name": "open-road",
        "start": "2026-04-13",
        "days": 1,
        "seed": 11,
        "enterprise": {"name": "Example Bank", "sector": "banking"},
        "people": [{"name": "customers", "synthetic": {"count": people, "relation": "opted_in"}}],
        "trunks": [
            {
                "name": "main",
                "operator": "CTCC",
                "permits": ["service"],
                "calls_per_second": 20_000,
                "channels": 6 * agents,
                "contract": {"name": "line contract"},
            }
        ],
        "caller_ids": [
            {
                "name": "hotline",
                "class": "95_enterprise",
                "count": 100,
                "trunk": "main",
                "registered": True,
                "filed": {"use": "service", "category": "credit_card", "daily_volume": 1_000_000},
                "checked_clean": True,
            }
        ],
        "agents": [
            {
                "name": "day",
                "count": agents,
                "shifts": [{"days": "daily", "from": "09:00", "to": "20:30"}],
                "wrap_up": "15s",
            }
        ],
        "campaigns": [
            {
                "name": "service",
                "purpose": "service",
                "category": "credit_card",
                "lawful_basis": "contract",
                "people": ["customers"],
                "caller_ids": ["hotline"],
                "agents": ["day"],
                "pacing": {"mode": "progressive"},
                "attempts": {
                    "at_most": 3,
                    "retry": {"no_answer": "2h", "busy": "2h", "unreachable": "2h"},
                },
            }
        ],
    }
