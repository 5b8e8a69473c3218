"""What a result takes for granted and its reader should know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialsim.core.codes import Cause
from dialsim.report import words
from dialsim.report.world import history_of
from dialsim.scenario.advice import warnings
from dialsim.scenario.profile import Profile
from dialsim.scenario.schema import Scenario

if TYPE_CHECKING:
    from dialsim.engine.build import World

NO_HISTORY = "no calls in the last 30 days: windows start empty"
NEEDLESS_STUDY = "nothing in it needs the study; remove `study`"


def assumptions(world: World, groups: list[dict[str, Any]]) -> list[str]:
    """Return sentences: profiles, assumed figures that acted in this run, overrides, no history.

    Parameters
    ----------
    groups
        What the network did, as of :func:`dialsim.report.interventions.groups`.
    """
    scenario = world.scenario
    history = history_of(world)
    found = [NO_HISTORY] if history is None else list(history.assumed)
    found += [
        f"{_described(world.network, 'network profile')}, {_described(world.rules, 'rule pack')}",
    ]
    acted = {
        group["basis"]["key"]: group["basis"]
        for group in groups
        if group["basis"] and group["basis"]["confidence"] == "assumption"
    }
    if acted:
        figures = ", ".join(f"{key} = {basis['value']:,}" for key, basis in acted.items())
        found.append(f"assumed figures that acted here: {figures}")
    for kind, given in (("rules", scenario.rules), ("network", scenario.network)):
        if given.overrides:
            changed = ", ".join(f"{key} = {value}" for key, value in given.overrides.items())
            found.append(f"{kind} values replaced by the scenario: {changed}")
    found.append(_refusals(world))
    return found + [text for text in warnings(scenario) if not text.startswith("study")]


def _refusals(world: World) -> str:
    """Say what the dialer could know of the refuse-call registry, and what it cost not to know."""
    scenario = world.scenario
    refused = int(world.state.memory.by_cause[:, Cause.REFUSED_CATEGORY].sum())
    calls = words.things(refused, "call")
    access = scenario.refuse_call.access
    if access == "per_call_signal":
        return f"the operator tells of each call that its category is refused: {calls} to learn it"
    scrubs = [each for each in scenario.registries if each.kind == "refused" and each.as_of]
    if access == "none" or not scrubs:
        return "the dialer cannot look into the refuse-call registry"
    newest = max(each.as_of for each in scrubs if each.as_of is not None)
    age = words.things(max((scenario.start - newest).days, 0), "day")
    return (
        f"the newest scrub of the refuse-call registry was {age} old at the start: {calls} still "
        "met a refusal, of people who refused since or whom it does not name"
    )


def _described(profile: Profile, kind: str) -> str:
    entries = [profile.entry(key) for key in profile]
    assumed = sum(entry.confidence == "assumption" for entry in entries)
    return f'{kind} "{profile.name}" ({assumed} of {len(entries)} values assumed)'


def misuse_findings(world: World) -> list[str]:
    """Return the forbidden uses of numbers that a study run recorded instead of refusing."""
    return misuses_of(world.scenario, world.rules)


def misuses_of(scenario: Scenario, rules: Profile) -> list[str]:
    """Return the same of a scenario that was not played."""
    from dialsim.scenario.eligibility import forbidden_uses

    if scenario.study != "unlawful":
        return []
    return [f"{use.who}: {use.message}" for use in forbidden_uses(scenario, rules)]
