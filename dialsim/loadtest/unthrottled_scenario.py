"""The built-in scenario of load tests, in which only the machine limits the rate."""

from __future__ import annotations

from math import ceil
from typing import Any

BUILT_IN, SEED = "load-test", 20260413
MOST_AGENTS = 100_000  # of a group, as in the schema
MOST_AGENTS_IN_ALL = 1_000_000
FEW = 1000  # agents and channels if calls take a millisecond
MOST_CALLS_PER_S = 50_000  # of a trunk: half of the schema's maximum
SHORTEST_RING_S, LONGEST_RING_S = 15, 25  # the rules require this ring time
CALL_S = 90  # nearly all calls have ended by then
SPARE = 1.2  # people who may not be called, or have unassigned numbers


def open_road(
    dials: int, peak_per_s: float, seed: int = SEED, *, decisions_alone: bool = False
) -> dict[str, Any]:
    """Return a scenario with full rules and carrier whose limits never bind.

    Parameters
    ----------
    dials
        Total number of dials; there is a new person for each.
    peak_per_s
        Highest rate. Channels suffice for all calls of a minute and a half at it, and so do agents
        up to a million, so that the abandon guard sees no risk. Beyond that calls ring for a
        shorter time, 15 s at least, and if that is not enough, the guard holds dials up. Numbers
        and trunks suffice for twice the rate.
    decisions_alone
        Calls end at once: few agents and channels suffice.

    Notes
    -----
    Customers are called for service from registered numbers of the 95 class by several trunks.
    """
    under_way = FEW if decisions_alone else max(FEW, min(dials, ceil(peak_per_s * CALL_S)))
    agents = min(under_way, MOST_AGENTS_IN_ALL)
    trunks = ceil(max(under_way / 1_000_000, 2 * peak_per_s / MOST_CALLS_PER_S))
    numbers = max(50, ceil(8 * peak_per_s / 1000 / trunks))  # a number dials once a tick
    ring_s = max(SHORTEST_RING_S, min(LONGEST_RING_S, int(agents / 2 / peak_per_s)))
    groups = ceil(agents / MOST_AGENTS)
    return {
        "schema": 1,
        "name": BUILT_IN,
        "start": "2026-04-13",
        "days": 1,
        "seed": seed,
        "enterprise": {"name": "Example Bank", "sector": "banking"},
        "people": [
            {
                "name": "customers",
                "synthetic": {"count": ceil(SPARE * dials) + 1000, "relation": "opted_in"},
            }
        ],
        "trunks": [_trunk(i, ceil(under_way / trunks), peak_per_s / trunks) for i in range(trunks)],
        "caller_ids": [_block(i, numbers) for i in range(trunks)],
        "agents": [
            {
                "name": f"group-{i + 1}",
                "count": agents // groups,
                "shifts": [{"days": "daily", "from": "09:00", "to": "20:30"}],
                "wrap_up": "15s",
            }
            for i in range(groups)
        ],
        "campaigns": [
            {
                "name": "service",
                "purpose": "service",
                "category": "credit_card",
                "lawful_basis": "contract",
                "people": ["customers"],
                "caller_ids": [f"block-{i + 1}" for i in range(trunks)],
                "agents": [f"group-{i + 1}" for i in range(groups)],
                "attempts": {"at_most": 1},
                "ring_timeout": f"{ring_s}s",
            }
        ],
    }


def _trunk(i: int, channels: int, rate_per_s: float) -> dict[str, Any]:
    return {
        "name": f"trunk-{i + 1}",
        "operator": "CTCC",
        "permits": ["service"],
        "calls_per_second": min(100_000, 1000 + ceil(2 * rate_per_s)),
        "channels": channels + 1000,
        "contract": {"name": "line contract"},
    }


def _block(i: int, numbers: int) -> dict[str, Any]:
    return {
        "name": f"block-{i + 1}",
        "class": "95_enterprise",
        "count": numbers,
        "trunk": f"trunk-{i + 1}",
        "registered": True,
        "filed": {"use": "service", "category": "credit_card", "daily_volume": 1_000_000},
        "checked_clean": True,
    }
