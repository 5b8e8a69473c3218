"""What a scenario means: times that agree, walls that stand.

Adds everything to one list of problems and changes nothing. Names that lead nowhere are found in
``names``, files that are not there in ``inputs``; what is allowed but worth knowing is in
``advice``.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from dialsim.core.ticks import intersect, merge, open_intervals
from dialsim.errors import Problems
from dialsim.scenario.calendar import public_days
from dialsim.scenario.inputs import check_inputs
from dialsim.scenario.metrics import metrics
from dialsim.scenario.plausible import check_network
from dialsim.scenario.profile import Profile
from dialsim.scenario.room import check_room
from dialsim.scenario.schema import CallerIds, Campaign, Rules, Scenario
from dialsim.scenario.strictness import covers
from dialsim.scenario.values import MS_PER_UNIT, WEEKDAYS, format_duration, parse_windows

CALLEE_ZONE = "Asia/Shanghai"
"""Legal time of all China, in which calling windows are written."""


LONGEST_WAIT = MS_PER_UNIT["h"]
"""How long an answered call may wait for an agent, but in theory."""


def check_meaning(scenario: Scenario, rules: Profile, network: Profile, problems: Problems) -> None:
    """Add everything that is wrong with the meaning of a scenario of the right shape.

    Parameters
    ----------
    scenario
        Of the right shape; names that lead nowhere are left to ``names.check_names``.
    rules, network
        Its profiles, overrides included.
    problems
        The list to add to.
    """
    check_room(scenario, problems)
    if scenario.network.overrides:
        check_network(network, scenario.network.overrides, problems)
    _licence(scenario, problems)
    check_inputs(scenario, rules, network, problems)
    _agents(scenario, problems)
    _caller_ids(scenario, network, problems)
    _limits(scenario.rules, rules, problems)
    _hours(rules, problems)
    for i, campaign in enumerate(scenario.campaigns):
        path = f"campaigns[{i}]"
        if campaign.ring_timeout < rules["ring.at_least"]:
            problems.add(
                f"{path}.ring_timeout",
                "a callee must be given time to pick up",
                found=format_duration(campaign.ring_timeout),
                allowed=f"at least {format_duration(rules['ring.at_least'])}",
            )
        if campaign.drop_after > LONGEST_WAIT and rules.name != "lab":
            problems.add(
                f"{path}.drop_after",
                "too long",
                found=format_duration(campaign.drop_after),
                allowed=f'at most {format_duration(LONGEST_WAIT)}, or rules.pack = "lab"',
            )
        _uses(scenario, campaign, path, rules, problems)
        _open_at_all(scenario, campaign, path, rules, problems)
    _goals(scenario, problems)


# --- one stage each -------------------------------------------------------------------------------


def _licence(scenario: Scenario, problems: Problems) -> None:
    centre = scenario.enterprise.call_centre
    last = scenario.start + timedelta(days=scenario.days - 1)
    if centre is not None and centre.expires is not None and centre.expires < last:
        problems.add(
            "enterprise.call_centre.expires",
            "the licence expires before the last day of the run",
            found=centre.expires,
            allowed=f"{last.isoformat()} or later",
            remedy="renew the licence, or end the run by then",
        )


def _agents(scenario: Scenario, problems: Problems) -> None:
    for i, group in enumerate(scenario.agents):
        taken: list[tuple[int, int, int, int]] = []  # weekday, start, end, shift
        for j, shift in enumerate(group.shifts):
            start, end = shift.window
            clash = [
                (day, other)
                for day, first, last, other in taken
                if day in shift.weekdays and start < last and first < end
            ]
            if clash:
                day, other = clash[0]
                problems.add(
                    f"agents[{i}].shifts[{j}]",
                    f"overlaps shift {other + 1} of the same group on {WEEKDAYS[day]}",
                    found=f"{shift.days} {shift.start:%H:%M}-{shift.end:%H:%M}",
                    remedy="join the two, or make them two groups",
                )
            taken += [(day, start, end, j) for day in shift.weekdays]
    groups: dict[int, frozenset[str]] = {}
    for i, campaign in enumerate(scenario.campaigns):
        mine = frozenset(campaign.agents)
        for j, theirs in groups.items():
            if mine & theirs and mine != theirs:
                problems.add(
                    f"campaigns[{i}].agents",
                    f"shares some groups, but not all, with campaigns[{j}]",
                    found=sorted(mine),
                    allowed="the same groups, or none in common",
                )
        groups[i] = mine


def _caller_ids(scenario: Scenario, network: Profile, problems: Problems) -> None:
    for i, block in enumerate(scenario.caller_ids):
        path = f"caller_ids[{i}]"
        if block.number_class == "fixed" and block.area_code is None:
            problems.add(
                f"{path}.area_code", "fixed lines need their area", allowed='such as "10" or "571"'
            )
        most = network["frequency.registered.notice_per_day"]
        # an enterprise number has no ceiling of its own: the contract's volume is what counts
        capped = block.number_class != "95_enterprise"
        if capped and block.filed is not None and block.filed.daily_volume > most:
            problems.add(
                f"{path}.filed.daily_volume",
                "more than can be filed for one number",
                found=block.filed.daily_volume,
                allowed=f"at most {most} (network {network.name})",
            )


def _limits(mine: Rules, rules: Profile, problems: Problems) -> None:
    remedy = "name the line contract that allows it in rules.contract"
    if mine.callee_limits is not None and mine.contract is None:
        new = [(limit.count, limit.per) for limit in mine.callee_limits]
        old = [(limit["count"], limit["per"]) for limit in rules["callee.limits"]]
        for limit in old:
            if not covers(new, [limit]):
                problems.add(
                    "rules.callee_limits",
                    f"looser than the pack's {limit[0]} in {format_duration(limit[1])}",
                    found=[f"{count} in {format_duration(per)}" for count, per in new],
                    remedy=remedy,
                )
    gap = rules["callee.retry_gap"]
    if mine.retry_gap is not None and mine.contract is None and mine.retry_gap < gap:
        problems.add(
            "rules.retry_gap",
            "shorter than the pack's",
            found=format_duration(mine.retry_gap),
            allowed=f"at least {format_duration(gap)}",
            remedy=remedy,
        )


def _hours(rules: Profile, problems: Problems) -> None:
    for purpose in ("marketing", "service", "collections"):
        walls = parse_windows(rules[f"hours.wall.{purpose}"])
        for start, end in parse_windows(rules[f"hours.{purpose}"]):
            if not any(first <= start and end <= last for first, last in walls):
                problems.add(
                    f"rules.overrides.hours.{purpose}",
                    "calling hours reach over the wall",
                    found=rules[f"hours.{purpose}"],
                    allowed=f"within {', '.join(rules[f'hours.wall.{purpose}'])}",
                )
                break


# --- campaigns ------------------------------------------------------------------------------------


def _uses(
    scenario: Scenario, campaign: Campaign, path: str, rules: Profile, problems: Problems
) -> None:
    """Judge whether each block of caller IDs may be used for this campaign."""
    if scenario.study == "unlawful":
        return
    blocks = {block.name: block for block in scenario.caller_ids}
    permits = {trunk.name: trunk.permits for trunk in scenario.trunks}
    for j, name in enumerate(campaign.caller_ids):
        block = blocks.get(name)
        if block is None:
            continue
        here = f"{path}.caller_ids[{j}]"
        for message, allowed in misuses(campaign, block, permits.get(block.trunk), rules):
            problems.add(here, message, found=name, allowed=allowed)


def misuses(
    campaign: Campaign, block: CallerIds, permits: tuple[str, ...] | None, rules: Profile
) -> list[tuple[str, str]]:
    """Return why a block may not be used for a campaign, each with what is allowed.

    The messages begin with the reason's name: CALLER_NOT_ALLOWED or PURPOSE_NOT_FILED.
    """
    found: list[tuple[str, str]] = []
    kind, purpose = block.number_class, campaign.purpose
    allowed = list(rules[f"caller_class.{kind}.purposes"])
    if block.approved_use is not None:
        allowed += rules[f"caller_class.{kind}.approved_purposes"]
    if purpose not in allowed:
        able = [
            item.split(".")[1]
            for item in rules
            if item.startswith("caller_class.")
            and item.endswith(".purposes")
            and purpose in rules[item]
        ]
        found.append(
            (
                f"CALLER_NOT_ALLOWED: a call centre may not use class {kind} for {purpose}",
                "class " + ", ".join(able),
            )
        )
    if permits is not None and purpose not in permits:
        found.append(
            (
                f"CALLER_NOT_ALLOWED: trunk {block.trunk} does not permit {purpose}",
                "trunk that permits it",
            )
        )
    if block.filed is not None and block.filed.use != purpose:
        found.append(
            (
                f"PURPOSE_NOT_FILED: filed for {block.filed.use}, the campaign is {purpose}",
                f'filed.use = "{purpose}"',
            )
        )
    if block.filed is not None and block.filed.category != campaign.category:
        found.append(
            (
                f"PURPOSE_NOT_FILED: filed for {block.filed.category}, "
                f"the campaign is about {campaign.category}",
                f'filed.category = "{campaign.category}"',
            )
        )
    return found


def _open_at_all(
    scenario: Scenario, campaign: Campaign, path: str, rules: Profile, problems: Problems
) -> None:
    """Judge whether agents are ever at work while calls are allowed."""
    groups = [group for group in scenario.agents if group.name in campaign.agents]
    if not groups:
        return
    run = (scenario.start, scenario.days, scenario.time_zone)
    worked = [
        open_intervals(*run, [shift.window], shift.weekdays)
        for group in groups
        for shift in group.shifts
    ]
    staffed = merge(_stacked(worked))
    hours = rules[f"hours.{campaign.purpose}"]
    closed: frozenset[Any] = frozenset()
    if not rules[f"hours.on_holidays.{campaign.purpose}"]:
        last = scenario.start + timedelta(days=scenario.days)
        closed = public_days(scenario.start - timedelta(days=1), last).holidays
    allowed = open_intervals(
        *run, parse_windows(hours), callee_zone=CALLEE_ZONE, closed_days=closed
    )
    if len(intersect(staffed, allowed)) == 0:
        problems.add(
            f"{path}.agents",
            "nobody is at work at any time when this campaign may call",
            found=[
                f"{shift.days} {shift.start:%H:%M}-{shift.end:%H:%M}"
                for group in groups
                for shift in group.shifts
            ],
            allowed=f"{', '.join(hours)} in {CALLEE_ZONE}"
            + (", no public holidays" if closed else ""),
        )


def _stacked(parts: list[Any]) -> Any:
    import numpy as np

    return np.concatenate(parts)


def _goals(scenario: Scenario, problems: Problems) -> None:
    first = datetime.combine(scenario.start, time())
    last = first + timedelta(days=scenario.days)
    for i, goal in enumerate(scenario.goals):
        if goal.by is not None and not first < goal.by <= last:
            problems.add(
                f"goals[{i}].by",
                "outside the run",
                found=goal.by,
                allowed=f"after {first.isoformat()}, up to {last.isoformat()}",
            )
        for bound in ("at_least", "at_most"):
            value = getattr(goal, bound)
            if value is not None and metrics()[goal.metric].share and value > 1:
                problems.add(
                    f"goals[{i}].{bound}",
                    f"{goal.metric} is a share",
                    found=value,
                    allowed="0 to 1",
                    remedy=f"did you mean {value / 100:g}?" if value <= 100 else None,
                )
