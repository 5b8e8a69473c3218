"""Installed rule packs and network profiles."""

from __future__ import annotations

from datetime import date
from typing import Literal

from dialsim.api.explaining import day_given
from dialsim.errors import ScenarioError, did_you_mean
from dialsim.messages.text import message
from dialsim.scenario.profiles.profile import Profile, known_profiles, load_network, load_rules


def profile(
    name: str,
    kind: Literal["rules", "network"] | None = None,
    on: date | str | None = None,
) -> Profile:
    """Return a network profile or a rule pack: a mapping of values, and a table of them.

    Parameters
    ----------
    name
        Such as ``"typical"`` or ``"cn"``.
    kind
        Needed if both have the name, such as ``"lab"``; None: then the network profile.
    on
        The day whose values these are, such as ``"2023-05-08"``; None: the newest.

    Raises
    ------
    ScenarioError
        Unknown name (the error lists the nearest), or `on` is no day.

    Examples
    --------
    >>> typical = profile("typical")
    >>> typical["frequency.registered.throttle_per_hour"]
    60
    >>> typical.entry("frequency.registered.throttle_per_hour").confidence
    'assumption'
    >>> profile("cn").to_frame().column_names
    ['key', 'value', 'unit', 'source', 'confidence', 'wall', 'note', 'from', 'until']
    >>> profile("uk", on="2016-06-01")["abandon.at_most"]
    0.03
    """
    day = None if on is None else day_given("on", on)
    network, rules = known_profiles("network"), known_profiles("rules")
    if kind != "rules" and name in network:
        return load_network(name, day)
    if kind != "network" and name in rules:
        return load_rules(name, day)
    known = network if kind == "network" else rules if kind == "rules" else [*network, *rules]
    raise ScenarioError.at(
        "profile",
        message("there is no such profile or rule pack"),
        found=str(name),
        allowed=", ".join(known),
        remedy=did_you_mean(str(name), known),
    )
