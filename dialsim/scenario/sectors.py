"""Sectors of enterprises known to a rule pack, and their hours."""

from __future__ import annotations

from dialsim.errors import Problems, did_you_mean
from dialsim.messages.text import message
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile

PREFIX = "hours.sector."
ALSO = {"consumer credit": "lending"}
"""Aliases of sectors named differently in the packs."""


def known_sectors(rules: Profile) -> list[str]:
    """Return the sectors a pack knows, in its order."""
    heads = (key.removeprefix(PREFIX).split(".")[0] for key in rules if key.startswith(PREFIX))
    return list(dict.fromkeys(heads))


def sector_key(scenario: Scenario, rules: Profile, purpose: str) -> str | None:
    """Return the name of the value with a sector's hours; None: a sector the pack knows not."""
    sector = scenario.enterprise.sector
    key = f"{PREFIX}{ALSO.get(sector, sector)}.{purpose}"
    return key if key in rules else None


def check_sector(scenario: Scenario, rules: Profile, problems: Problems) -> None:
    """Add a sector unknown to the pack, whose hours could not be kept."""
    known = [*known_sectors(rules), *ALSO]
    sector = scenario.enterprise.sector
    if sector not in known:
        problems.add(
            "enterprise.sector",
            message("rule pack {name} knows no such sector").filled(name=rules.name),
            found=sector,
            allowed=[f'"{name}"' for name in known],
            remedy=did_you_mean(sector, known),
        )
