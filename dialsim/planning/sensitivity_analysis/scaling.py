"""Proportional scaling of a scenario, so that many runs cost less."""

from __future__ import annotations

from typing import Any

from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.schema import Scenario

_LEVELS = ("share", "s", "1/million calls")  # units of what does not grow with the campaign


def scaled(scenario: Scenario, factor: float) -> Scenario:
    """Return the scenario with lists, caller IDs, trunks, agents and counted goals times `factor`.

    The total capacity of a trunk shrinks with it; limits on a single number, person or call stay.
    Thresholds for the whole enterprise do not shrink: pages must state this.

    Raises
    ------
    ScenarioError
        `factor` is not above 0 and at most 1, or a list comes from a file.
    """
    problems = Problems(scenario._origin.file, scenario._origin.lines)
    given: object = factor
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not 0 < given <= 1:
        problems.add(
            "scale",
            message("no smaller scale"),
            found=factor,
            allowed=message("above 0, at most 1"),
        )
    elif factor < 1:
        for i, each in enumerate(scenario.people):
            if each.file is not None:
                sentence = message("a list from a file cannot be made smaller")
                problems.add(
                    f"people[{i}].file",
                    sentence,
                    found=each.file,
                    remedy=message("leave out scale"),
                )
    problems.raise_if_any()
    if factor == 1:
        return scenario
    for i, group in enumerate(scenario.agents):  # no team without an agent
        teams = min(group.teams, _times(group.count, factor))
        if teams == 1 < group.teams and group.stagger is not None:
            scenario = scenario.with_(f"agents.{i}.stagger", None)
        if teams < group.teams:
            scenario = scenario.with_(f"agents.{i}.teams", teams)
    for i, campaign in enumerate(scenario.campaigns):
        if campaign.pacing.per_minute is not None:
            path = f"campaigns.{i}.pacing.per_minute"
            scenario = scenario.with_(path, campaign.pacing.per_minute * factor)
    for path, value in _sizes(scenario):
        scenario = scenario.with_(path, _times(value, factor))
    return scenario


def _sizes(scenario: Scenario) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for i, people in enumerate(scenario.people):
        assert people.synthetic is not None  # files were refused
        found.append((f"people.{i}.synthetic.count", people.synthetic.count))
    found += [(f"caller_ids.{i}.count", block.count) for i, block in enumerate(scenario.caller_ids)]
    for i, trunk in enumerate(scenario.trunks):
        found.append((f"trunks.{i}.channels", trunk.channels))
        found.append((f"trunks.{i}.calls_per_second", trunk.calls_per_second))
        for j, limit in enumerate(trunk.limits):
            found.append((f"trunks.{i}.limits.{j}.count", limit.count))
        for key in ("daily_volume", "concurrency"):
            agreed = getattr(trunk.contract, key, None)
            if agreed is not None:
                found.append((f"trunks.{i}.contract.{key}", agreed))
    found += [(f"agents.{i}.count", group.count) for i, group in enumerate(scenario.agents)]
    for i, limit in enumerate(scenario.rules.enterprise_limits):
        found.append((f"rules.enterprise_limits.{i}.count", limit.count))
    for i, goal in enumerate(scenario.goals):
        bound = "at_least" if goal.at_least is not None else "at_most"
        target = getattr(goal, bound)
        if metrics()[goal.metric].unit not in _LEVELS and target:
            found.append((f"goals.{i}.{bound}", target))
    return found


def _times(value: float, factor: float) -> float:
    if float(value).is_integer():
        return max(1, round(value * factor))
    return max(1.0, value * factor)
