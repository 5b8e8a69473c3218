"""Scenarios to measure on: nothing throttles them, so that the machine is what limits."""

from __future__ import annotations

from typing import Any

AGENTS = 4000
PEOPLE_AN_AGENT = 250
"""People whom an agent can be expected to get through in a day, all attempts together."""
MOST_DAYS = 100
CALLERS = 100
"""Caller IDs of a list of up to ten million."""
PEOPLE_A_CALLER_ID = 100_000
"""Of a longer one: over so many days complaints would suspend a hundred of them."""


def whole_list(people: int) -> dict[str, Any]:
    """Return the open road for a list of any length, dialled to its end.

    A list of more than a million takes more days, not more agents, up to a hundred million: what is
    measured is the list, and calls under way cost memory and time of their own.
    """
    agents = min(max(people // PEOPLE_AN_AGENT, 40), AGENTS)
    agents = max(agents, -(-people // (PEOPLE_AN_AGENT * MOST_DAYS)))
    days = max(1, -(-people // (PEOPLE_AN_AGENT * agents)))
    return open_road(people, agents, max(people // PEOPLE_A_CALLER_ID, CALLERS)) | {"days": days}


def open_road(people: int, agents: int = AGENTS, callers: int = CALLERS) -> dict[str, Any]:
    """Return a scenario with full rules and carrier in which no limit is ever the reason to wait.

    Few enterprise numbers with a large filed volume, wide trunks, many agents; customers are
    called for service and tried up to three times. After a call that did not ring no other number
    would follow for a day, so that is off.
    """
    return {
        "schema": 1,
        "name": "open-road",
        "start": "2026-04-13",
        "days": 1,
        "seed": 11,
        "enterprise": {"name": "Example Bank", "sector": "banking"},
        "rules": {
            "contract": "nobody waits",
            "overrides": {"dialer.suspicion_wait": "0s"},
        },
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
                "count": callers,
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


def shared_out(raw: dict[str, Any], campaigns: int) -> dict[str, Any]:
    """Return a scenario with people and agents shared out evenly among so many campaigns.

    Each has a list and a team of its own; lines and caller IDs they use together.
    """
    (people,), (agents,), (campaign,) = raw["people"], raw["agents"], raw["campaigns"]
    count = people["synthetic"]["count"] // campaigns
    lists, teams, each = [], [], []
    for i in range(campaigns):
        name = f"part-{i + 1:02d}"
        lists.append(people | {"name": name, "synthetic": people["synthetic"] | {"count": count}})
        teams.append(agents | {"name": name, "count": max(1, agents["count"] // campaigns)})
        each.append(campaign | {"name": name, "people": [name], "agents": [name]})
    return raw | {"people": lists, "agents": teams, "campaigns": each}
