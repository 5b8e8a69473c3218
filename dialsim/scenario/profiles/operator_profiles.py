"""Network profile by which each operator judges a caller ID's frequency and behaviour.

`network.operators` names one for some: a profile of the house or of a file, overrides of its own,
or both. Of such a profile the values of `ASKED` count, and no others: what happens to calls for
other reasons is the network's, whoever the operator is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dialsim.errors import Problems, ScenarioError
from dialsim.messages.text import message
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.in_force import network_of
from dialsim.scenario.profiles.profile import Profile, load_network

ASKED = frozenset(
    {
        *(f"frequency.{key}" for key in (
            "delay", "mobile.warn_per_hour", "mobile.suspend_per_day", "mobile.new_warn_per_hour",
            "mobile.new_suspend_per_day", "mobile.new_age", "fixed.warn_per_hour",
            "fixed.intercept_per_day", "registered.throttle_per_hour",
        )),
        *(f"behaviour.{key}" for key in (
            "new_callees.mobile.warn_per_5min", "new_callees.mobile.suspend_per_day",
            "new_callees.after", "repeats.mobile.warn_per_day", "confidence", "at_least",
            "short_talk", "short.warn", "short.throttle", "answers.warn", "answers.throttle",
            "mean_talk.warn", "mean_talk.spread", "throttled_per_hour", "notice_every",
            "enterprise.calls_per_day", "enterprise.hold", "enterprise.short",
        )),
        *(f"ladder.{key}" for key in (
            "warn_hold", "throttle_hold", "intercept_hold", "suspend_hold", "throttle_refuses",
        )),
        "callbacks.tested",
        "callbacks.spared",
    }
)  # fmt: skip
"""Values of its profile that an operator judges by."""


def operator_profiles(scenario: Scenario, network: Profile) -> dict[str, Profile]:
    """Return the profiles of the operators that `network.operators` names, overrides included.

    Parameters
    ----------
    network
        The profile of all others, with the scenario's overrides.

    Raises
    ------
    ScenarioError
        The scenario was not checked, and a profile or an override is none.
    """
    problems = Problems(scenario._origin.file, scenario._origin.lines)
    found = check_operator_profiles(scenario, network, problems)
    problems.raise_if_any()
    return found


def check_operator_profiles(
    scenario: Scenario, network: Profile, problems: Problems
) -> dict[str, Profile]:
    """As :func:`operator_profiles`, but add to `problems`; what could not be loaded is left out."""
    found: dict[str, Profile] = {}
    for operator, named in scenario.network.operators.items():
        path = f"network.operators.{operator}"
        profile: Profile | None = network
        if named.profile is not None:
            at = f"{path}.profile" if named.overrides else path
            profile = named_profile(load_network, named.profile, at, problems)
            profile = profile and network_of(scenario, named.profile)
        if profile is not None:
            asked = _asked(named.overrides, profile, f"{path}.overrides", problems)
            found[operator] = profile.overridden(asked, problems, f"{path}.overrides")
    return found


def named_profile(
    load: Callable[[str], Profile], name: str, path: str, problems: Problems
) -> Profile | None:
    """Return a profile of the house; None, with a problem, where there is none of the name."""
    try:
        return load(name)
    except ScenarioError as error:
        (fault,) = error.problems
        problems.add(path, fault.message, found=name, allowed=fault.allowed, remedy=fault.remedy)
        return None


def _asked(
    overrides: Mapping[str, Any], profile: Profile, path: str, problems: Problems
) -> dict[str, Any]:
    """Return the overrides that count, and those that no profile has; add the others."""
    counted = {}
    for key, value in overrides.items():
        if key in ASKED or key not in profile:
            counted[key] = value
            continue
        problems.add(
            f"{path}.{key}",
            message("the profile of an operator is not asked for this value"),
            found=value,
            allowed=message(
                "what an operator judges by: values of frequency, but what may be filed, of "
                "behaviour, ladder and callbacks"
            ),
            remedy=message("write {key} in network.overrides, where it holds for all").filled(
                key=key
            ),
        )
    return counted
