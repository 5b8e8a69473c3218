"""Own ceilings below the filed volume of numbers: how far each may be raised."""

from __future__ import annotations

import math
from typing import NamedTuple

from dialsim.core.time_units import DAY_MS, HOUR_MS
from dialsim.scenario.filed_ceilings import highest_ceiling
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile

OF_REGISTERED = "frequency.registered.throttle_per_hour"


class Raised(NamedTuple):
    """How far an own ceiling may be raised.

    Attributes
    ----------
    most
        The count that lets a number make as many calls a day as are filed for it, and no more.
    filed
        Calls a day that are filed for each number.
    throttled_above
        Count above which the network throttles registered numbers by calls an hour. No higher count
        is recommended, and none in order to come close to it.
    """

    most: int
    filed: int
    throttled_above: float


def raised_ceiling(
    scenario: Scenario, rules: Profile, network: Profile, place: int
) -> Raised | None:
    """Return how far an own ceiling may be raised; None where there is no room.

    There is no room if the ceiling permits the filed volume already, or if it applies to numbers
    without a filing as well.

    Parameters
    ----------
    place
        Of a limit among ``rules.caller_limits``.
    """
    limit = scenario.rules.caller_limits[place]
    found = highest_ceiling(scenario, rules, place)
    if found is None or found[0] <= limit.count:
        return None
    above = math.inf
    if limit.per < DAY_MS:
        above = float(network[OF_REGISTERED]) / max(1, HOUR_MS // limit.per)
    return Raised(*found, above)
