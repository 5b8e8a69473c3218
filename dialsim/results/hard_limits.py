"""Hard limits of the rule pack on a whole run, which no single call can exceed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialsim.core.codes import Seen
from dialsim.messages.text import Text, Texts, from_table, translated
from dialsim.results.metrics import connected_late
from dialsim.results.summary_types.results import HardLimit
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile

if TYPE_CHECKING:
    from dialsim.engine.build import World


UNLAWFUL = "not a lawful plan"
LABELS: Texts = translated(
    {
        "unlawful": "not a lawful plan",
        "theory": "theory, and no lawful plan: rule pack {}",
    }
)


def heading(scenario: Scenario, rules: Profile) -> Text | None:
    """Return why no result of a scenario is a lawful plan; None if it may be one."""
    if scenario.study is not None:
        return from_table(LABELS, "unlawful")
    return from_table(LABELS, "theory", rules.name) if rules.scope.theory else None


def machines_out(drops: int, persons: int, machines: int, late: int = 0) -> float | None:
    """Return the share of abandoned calls with answering machines taken out by Ofcom's estimate.

    Parameters
    ----------
    drops
        Answered calls that ended without an agent, whoever answered.
    persons, machines
        Answered calls that an agent had, by who answered.
    late
        Of the persons those who waited too long: they were dropped as well.

    Returns
    -------
    float or None
        None of no answers. While agents had no person, nothing can be estimated, and every drop
        counts.

    Examples
    --------
    Of 100 calls that agents had 20 were machines, so that 4 of 5 drops were persons':

    >>> round(machines_out(5, 80, 20), 6), round(4 / (80 + 4), 6)
    (0.047619, 0.047619)
    """
    if not persons:
        return 1.0 if drops else None
    real = drops * (1 - machines / (persons + machines))
    return (real + late) / (persons + real)


def measured_limits(world: World) -> list[HardLimit]:
    """Return the abandoned share of each campaign against its ceiling.

    Returns
    -------
    list of HardLimit
        Empty if the pack's ceiling is no hard limit. A campaign without live answers keeps it. The
        share is of a campaign's live answers over the whole run, and counts who waited longer for
        an agent than ``abandon.connect_within`` as dropped; where the pack takes answering machines
        out (``abandon.formula``), it is the dialer's estimate by that formula.
    """
    entry = world.rules.entry("abandon.at_most")
    if not entry.wall:
        return []
    campaigns, known = world.scenario.campaigns, metrics()["abandoned_share"]
    found: list[HardLimit] = []
    estimated = world.rules["abandon.formula"] == "machines_out"
    memory = world.state.memory
    for number, campaign in enumerate(campaigns):
        tally, seen = memory.tallies[number], memory.by_seen[number]
        live, late = int(tally["live_answers"]), connected_late(world, slice(number, number + 1))
        share = (int(tally["abandoned"]) + late) / live if live else None
        if estimated:
            drops, persons, machines = (
                int(seen[each]) for each in (Seen.ABANDONED, Seen.CONNECTED, Seen.ASSISTANT)
            )
            share = machines_out(drops, persons, machines, late)
        found.append(
            {
                "name": known.name,
                "campaign": campaign.name if len(campaigns) > 1 else None,
                "measured": share,
                "cap": entry.bare,
                "source": entry.source,
                "confidence": entry.confidence,
                "met": share is None or share <= entry.bare,
            }
        )
    return found
