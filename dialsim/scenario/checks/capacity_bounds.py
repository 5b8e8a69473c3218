"""Check totals over several tables against the capacity of a run's records."""

from __future__ import annotations

from collections.abc import Iterable

from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.scenario.models.schema import Scenario

CALLER_IDS = 200_000
AGENTS = 1_000_000
CHANNELS = 10_000_000
LEADS = 2**31 - 3 * 10**7
"""Most leads: event nodes, including leads and channels, are numbered below 2^31."""
CALLS_TO_ONE = 255
"""Most calls to one person that the network can count."""


def check_capacity_bounds(scenario: Scenario, problems: Problems) -> None:
    """Add totals above capacity, although each table is within its own bounds."""
    _sum("caller_ids", "caller IDs", (b.count for b in scenario.caller_ids), CALLER_IDS, problems)
    _sum("agents", "agents", (group.count for group in scenario.agents), AGENTS, problems)
    _sum("trunks", "channels", (trunk.channels for trunk in scenario.trunks), CHANNELS, problems)
    counts = {
        people.name: people.synthetic.count
        for people in scenario.people
        if people.synthetic is not None
    }
    leads = (sum(counts.get(name, 0) for name in c.people) for c in scenario.campaigns)
    _sum("campaigns", "people over all campaigns", leads, LEADS, problems)
    attempts: dict[str, int] = {}
    for i, campaign in enumerate(scenario.campaigns):
        for name in campaign.people:
            attempts[name] = attempts.get(name, 0) + campaign.most_attempts
            if attempts[name] > CALLS_TO_ONE:
                problems.add(
                    f"campaigns[{i}].attempts.at_most",
                    message(
                        "too many attempts to a person of list {name} over all campaigns"
                    ).filled(name=name),
                    found=attempts[name],
                    allowed=message("at most {calls_to_one}").filled(calls_to_one=CALLS_TO_ONE),
                )
    for i, limit in enumerate(scenario.rules.callee_limits or ()):
        if limit.count > CALLS_TO_ONE:
            problems.add(
                f"rules.callee_limits[{i}].count",
                message("out of range"),
                found=limit.count,
                allowed=message("at most {calls_to_one}").filled(calls_to_one=CALLS_TO_ONE),
            )


def _sum(path: str, what: str, counts: Iterable[int], most: int, problems: Problems) -> None:
    total = sum(counts)
    if total > most:
        problems.add(
            path,
            message("too many {what} in all").filled(what=what),
            found=total,
            allowed=message("at most {most}").filled(most=most),
        )
