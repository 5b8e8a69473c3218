"""By which profile the operators judge that have one of their own, and what of it is assumed."""

from __future__ import annotations

from dialsim.results.summary_types.network import Judge
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.operator_profiles import ASKED, operator_profiles
from dialsim.scenario.profiles.profile import Profile


def judges(scenario: Scenario, network: Profile) -> dict[str, Judge]:
    """Return the operators' own profiles, ready for JSON and for a page.

    Parameters
    ----------
    network
        The profile of all others, with the scenario's overrides.

    Returns
    -------
    dict
        By operator.
    """
    found: dict[str, Judge] = {}
    for operator, profile in operator_profiles(scenario, network).items():
        entries = {key: profile.entry(key) for key in profile if key in ASKED}
        named = {str(each): of for each, of in scenario.network.operators.items()}[operator]
        found[operator] = {
            "profile": profile.name,
            "values": len(entries),
            "assumed": sum(each.assumed for each in entries.values()),
            "replaced": [key for key in entries if key in named.overrides],
        }
    return found
