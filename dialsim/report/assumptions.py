"""What a result takes for granted and its reader should know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    if scenario.refuse_call.access == "none":
        found.append("the dialer cannot look into the refuse-call registry")
    return found + [text for text in warnings(scenario) if not text.startswith("study")]


def _described(profile: Profile, kind: str) -> str:
    entries = [profile.entry(key) for key in profile]
    assumed = sum(entry.confidence == "assumption" for entry in entries)
    return f'{kind} "{profile.name}" ({assumed} of {len(entries)} values assumed)'


def misuse_findings(world: World) -> list[str]:
    """Return the forbidden uses of numbers that a study run recorded instead of refusing."""
    return misuses_of(world.scenario, world.rules)


def misuses_of(scenario: Scenario, rules: Profile) -> list[str]:
    """Return the same of a scenario that was not played."""
    from dialsim.scenario.check import misuses

    if scenario.study != "unlawful":
        return []
    blocks = {block.name: block for block in scenario.caller_ids}
    permits = {trunk.name: trunk.permits for trunk in scenario.trunks}
    return [
        f"{campaign.name}, {name}: {message}"
        for campaign in scenario.campaigns
        for name in campaign.caller_ids
        for message, _ in misuses(campaign, blocks[name], permits[blocks[name].trunk], rules)
    ]
