"""A small world in which the network does everything it can: every rule has something to count."""

from __future__ import annotations

import copy
from typing import Any

_SHIFTS = [{"days": "daily", "from": "09:00", "to": "12:00"}]

STOPPED: dict[str, Any] = {
    "schema": 1,
    "name": "stopped",
    "study": "unlawful",
    "start": "2026-04-13",
    "days": 4,
    "seed": 3,
    "aftermath": "60d",
    "enterprise": {"name": "Example"},
    "rules": {"contract": "of a dialer that suspects nothing",
              "overrides": {"dialer.suspicion_known": 2_000_000_000}},
    "people": [
        {"name": "bought", "synthetic": {"count": 9000, "relation": "bought",
                                         "consent_recorded": 1.0, "consent_genuine": 0.0}},
    ],
    "trunks": [
        {"name": name, "operator": operator, "permits": ["marketing"], "calls_per_second": 5,
         "channels": 60}
        for name, operator in (("main", "CTCC"), ("side", "CMCC"))
    ],
    "caller_ids": [
        {"name": "desk", "class": "fixed", "area_code": "10", "count": 6, "trunk": "main",
         "registered": True, "filed": {"use": "marketing", "category": "loan",
                                       "daily_volume": 120}},
        {"name": "sims", "class": "mobile", "count": 3, "trunk": "side"},
        {"name": "others", "class": "fixed", "area_code": "21", "count": 4, "trunk": "main",
         "holder": "Somebody Else"},
    ],
    "agents": [{"name": "day", "count": 20, "shifts": _SHIFTS}],
    "campaigns": [
        {"name": "loans", "purpose": "marketing", "category": "loan", "lawful_basis": "consent",
         "people": ["bought"], "caller_ids": ["desk", "sims", "others"], "agents": ["day"],
         "pacing": {"mode": "progressive"},
         "attempts": {"at_most": 3, "retry": {"no_answer": "3h", "busy": "2h",
                                              "unreachable": "1d"}}},
    ],
    "network": {
        "overrides": {
            "complaints.rate_12321.bought": 9000,
            "complaints.hotline_factor": 2,
            "complaints.enterprise.cases_at_least": 12,
            "complaints.enterprise.stop.recorded": 0.0,
        }
    },
}  # fmt: skip


def stopped(**overrides: Any) -> dict[str, Any]:
    """Return the scenario, some values of the network's profile replaced."""
    raw = copy.deepcopy(STOPPED)
    raw["network"]["overrides"].update(overrides)
    return raw
