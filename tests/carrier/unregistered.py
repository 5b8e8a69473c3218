"""A network for four SIM cards and six landlines that nobody registered, on a CTCC trunk."""

from __future__ import annotations

from typing import Any

import numpy as np

from dialsim.carrier.build import build_carrier, build_profile
from dialsim.carrier.contexts import Attempt
from dialsim.carrier.layout import Carrier, Profile
from dialsim.core.rng import stream_keys_of, wrapping
from dialsim.scenario import load_scenario
from dialsim.scenario.checks.names import resolved_profiles
from tests.people.scenarios import small_scenario

CALLERS = 10
FIXED_ROW, MOBILE_ROW = CALLERS, CALLERS + 1
SEATS = CALLERS  # all of them may be unregistered
AT = Attempt(0, 0, 4, stream_keys_of(np.uint64(1)), np.uint64(2), 0)
"""The first attempt to a person, from line 4."""


def unregistered(**network: Any) -> dict[str, Any]:
    """Return a scenario; `network`: its table."""
    told = {"consent_recorded": 1.0, "consent_genuine": 0.0}
    people = {"name": "list", "synthetic": {"count": 400, "relation": "bought", **told}}
    made = small_scenario(people)
    made["study"], made["network"] = "unlawful", network
    made["caller_ids"] = [
        {"name": "sims", "class": "mobile", "count": 4, "trunk": "main", "checked_clean": True},
        {"name": "land", "class": "fixed", "area_code": "21", "count": 6, "trunk": "main"}
        | {"checked_clean": True},
    ]
    made["campaigns"][0]["caller_ids"] = ["sims", "land"]
    return made


def network(
    operators: dict[str, str] | None = None, answers: bool = False, **overrides: Any
) -> tuple[Carrier, Profile]:
    """Return the network's arrays, nothing played."""
    made = unregistered(overrides=overrides, operators=operators or {})
    for block in made["caller_ids"]:
        block["answers_callbacks"] = answers
    scenario = load_scenario(made)
    _, profile = resolved_profiles(scenario)
    assert profile is not None
    with wrapping():
        carrier = build_carrier(scenario, profile, np.uint64(1), 400, 60, 8)
        return carrier, build_profile(scenario, profile, 60)
