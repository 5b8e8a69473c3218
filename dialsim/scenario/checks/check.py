"""Check a scenario's meaning: consistent times and unbroken hard limits.

Adds all problems to one list and changes nothing. Unresolved names are found in ``names``, missing
files in ``inputs``; warnings are in ``warnings``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from dialsim.errors import MOST_SHOWN, Problems, did_you_mean
from dialsim.messages.text import message
from dialsim.scenario.checks.calling_time import check_calling_time
from dialsim.scenario.checks.capacity_bounds import check_capacity_bounds
from dialsim.scenario.checks.eligibility import check_eligibility, province_of_area
from dialsim.scenario.checks.inputs import check_inputs
from dialsim.scenario.checks.overlaps import break_outside, overlapping_shifts
from dialsim.scenario.checks.pack_scope import check_scope
from dialsim.scenario.checks.plan_check import check_plan
from dialsim.scenario.checks.plausible import check_judge, check_network
from dialsim.scenario.checks.reachable import check_reach
from dialsim.scenario.filing import check_filing
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.costs import check_costs
from dialsim.scenario.models.enterprise import check_evidence
from dialsim.scenario.models.policy import check_policy
from dialsim.scenario.models.schema import Campaign, Goal, Rules, Scenario
from dialsim.scenario.network_events import check_network_events
from dialsim.scenario.profiles.operator_profiles import check_operator_profiles
from dialsim.scenario.profiles.profile import Profile, Value
from dialsim.scenario.profiles.strictness import Ceiling, covers
from dialsim.scenario.sectors import check_sector
from dialsim.scenario.teams import by_machines
from dialsim.scenario.values import MS_PER_UNIT, WEEKDAYS, format_duration, parse_windows

LONGEST_WAIT = MS_PER_UNIT["h"]
"""Longest wait of an answered call for an agent, unless the pack is theoretical."""


def check_meaning(scenario: Scenario, rules: Profile, network: Profile, problems: Problems) -> None:
    """Add all semantic problems of a scenario that validates.

    Parameters
    ----------
    scenario
        A valid model; unresolved names are left to ``names.check_names``.
    rules, network
        Its profiles, overrides included.
    problems
        The list to add to.
    """
    check_capacity_bounds(scenario, problems)
    if scenario.network.overrides:
        check_network(network, scenario.network.overrides, problems)
    judges = check_operator_profiles(scenario, network, Problems())  # what is wrong was added
    for operator, named in scenario.network.operators.items():
        if named.overrides and operator in judges:
            path = f"network.operators.{operator}.overrides"
            check_judge(judges[operator], named.overrides, problems, path)
    _licence(scenario, problems)
    check_scope(scenario, rules, problems)
    check_sector(scenario, rules, problems)
    check_evidence(scenario.enterprise.evidence, scenario.start, problems)
    check_inputs(scenario, rules, network, problems)
    check_policy(scenario, problems)
    _agents(scenario, problems)
    _caller_ids(scenario, network, problems)
    check_filing(scenario, problems)
    check_network_events(scenario, problems)
    _limits(scenario.rules, rules, problems)
    _hours(rules, problems)
    for i, campaign in enumerate(scenario.campaigns):
        path = f"campaigns[{i}]"
        _list_order(scenario, campaign, path, problems)
        if campaign.ring_timeout < rules["ring.at_least"]:
            problems.add(
                f"{path}.ring_timeout",
                message("a callee must be given time to pick up"),
                found=format_duration(campaign.ring_timeout),
                allowed=message("at least {format_duration}").filled(
                    format_duration=format_duration(rules["ring.at_least"])
                ),
            )
        if campaign.drop_after > LONGEST_WAIT and rules.name != "lab":
            problems.add(
                f"{path}.drop_after",
                message("too long"),
                found=format_duration(campaign.drop_after),
                allowed=message('at most {format_duration}, or rules.pack = "lab"').filled(
                    format_duration=format_duration(LONGEST_WAIT)
                ),
            )
        target, cap = campaign.pacing.drop_target, float(rules["abandon.at_most"])
        if target is not None and target > cap:
            problems.add(
                f"{path}.pacing.drop_target",
                message("more than the rules let a campaign drop"),
                found=target,
                allowed=message("at most {cap:g}").filled(cap=cap),
            )
    check_eligibility(scenario, rules, problems)
    check_reach(scenario, rules, problems)
    check_calling_time(scenario, rules, problems)
    _goals(scenario, problems)
    check_costs(scenario, problems)
    check_plan(scenario, problems)


# --- one stage each -------------------------------------------------------------------------------


def _licence(scenario: Scenario, problems: Problems) -> None:
    centre = scenario.enterprise.call_centre
    last = scenario.start + timedelta(days=scenario.days - 1)
    if centre is not None and centre.expires is not None and centre.expires < last:
        problems.add(
            "enterprise.call_centre.expires",
            message("the licence expires before the last day of the run"),
            found=centre.expires,
            allowed=message("{isoformat} or later").filled(isoformat=last.isoformat()),
            remedy=message("renew the licence, or end the run by then"),
        )
    if centre is not None and centre.scope == "province" and centre.province is None:
        problems.add(
            "enterprise.call_centre.province",
            message("a licence for one province needs its province"),
            allowed=message('such as province = "Zhejiang"'),
        )


def _list_order(scenario: Scenario, campaign: Campaign, path: str, problems: Problems) -> None:
    """Add lists without priorities of a campaign that dials by priority."""
    if campaign.list_order != "priority":
        return
    for j, name in enumerate(campaign.people):
        source = next((each for each in scenario.people if each.name == name), None)
        if source is not None and source.order != "priority":
            problems.add(
                f"{path}.people[{j}]",
                message(
                    "a campaign that goes by priority over all its lists needs each in that order"
                ),
                found=f'{name}: order = "{source.order}"',
                allowed=message('order = "priority" beside the list, from a file with that column'),
                remedy=message("add the order to the list, or leave out `list_order`"),
            )


def _agents(scenario: Scenario, problems: Problems) -> None:
    for i, group in enumerate(scenario.agents):
        for j, other, day in overlapping_shifts(group.shifts):
            shift = group.shifts[j]
            problems.add(
                f"agents[{i}].shifts[{j}]",
                message("overlaps agents[{i}].shifts[{other}] on {value}").filled(
                    i=i, other=other, value=WEEKDAYS[day]
                ),
                found=f"{shift.days} {shift.start:%H:%M}-{shift.end:%H:%M}",
                remedy=message("join the two, or make them two groups"),
            )
        lost = break_outside(group)
        if lost is not None:
            rest = group.breaks[lost]
            problems.add(
                f"agents[{i}].breaks[{lost}]",
                message("lies in no shift of the group"),
                found=f"{rest.days} {rest.start:%H:%M}-{rest.end:%H:%M}",
                allowed=message("a time within a shift, as the first team works it"),
            )
    kinds = {group.name: group.kind for group in scenario.agents}
    for i, campaign in enumerate(scenario.campaigns):
        if len({kinds[name] for name in campaign.all_agents if name in kinds}) > 1:
            problems.add(
                f"campaigns[{i}].agents",
                message("people and robots talk for one campaign")
                if "people" in {kinds[name] for name in campaign.all_agents if name in kinds}
                else message("robots talk and recordings are played for one campaign"),
                found=list(campaign.all_agents),
                allowed=message("groups of one kind"),
            )
        played = any(kinds.get(name) == "recordings" for name in campaign.all_agents)
        if played != (campaign.message is not None):
            problems.add(
                f"campaigns[{i}].message",
                message("nothing says how long the recording is")
                if played
                else message("nobody plays it: its agents are no recordings"),
                allowed=message('a length such as "18s"') if played else message("no `message`"),
            )
    _transfers(scenario, kinds, problems)


def _transfers(scenario: Scenario, kinds: Mapping[str, str], problems: Problems) -> None:
    """Check that transfers go from robots to people who take nothing but transfers."""
    dialled_for = {name for campaign in scenario.campaigns for name in campaign.all_agents}
    for i, campaign in enumerate(scenario.campaigns):
        for j, name in enumerate(campaign.transfer_agents):
            path = f"campaigns[{i}].transfer.agents[{j}]"
            if kinds.get(name, "people") != "people":
                problems.add(
                    path, message("machines take over from machines"), found=name, allowed="people"
                )
            elif name in dialled_for:
                problems.add(
                    path,
                    message(
                        "a campaign dials for this group too: who takes over does nothing else"
                    ),
                    found=name,
                    allowed=message(
                        "a group that stands in no campaign's `agents` or `overflow_agents`"
                    ),
                )
        if campaign.transfer is not None and not by_machines(scenario, campaign):
            problems.add(
                f"campaigns[{i}].transfer",
                message("there is no robot to take over from"),
                found=f"agents = {list(campaign.all_agents)}",
                allowed=message('groups with kind = "robots" in `agents`, or no `transfer`'),
            )


def _caller_ids(scenario: Scenario, network: Profile, problems: Problems) -> None:
    for i, block in enumerate(scenario.caller_ids):
        path = f"caller_ids[{i}]"
        at_home = block.country == "CN"
        if block.number_class == "fixed" and block.area_code is None and at_home:
            problems.add(
                f"{path}.area_code",
                message("fixed lines need their area"),
                allowed=message('such as "10" or "571"'),
            )
        declared = block.province is not None and block.area_code is not None
        by_area = province_of_area(block.area_code or "") if declared else None
        if by_area not in (None, block.province):
            problems.add(
                f"{path}.province",
                message("area code {area_code} is of {by_area}").filled(
                    area_code=block.area_code, by_area=by_area
                ),
                found=block.province,
                allowed=message('"{by_area}", or nothing').filled(by_area=by_area),
            )
        most = network["frequency.registered.notice_per_day"]
        # an enterprise number has no own ceiling: the contract's volume counts
        capped = block.number_class != "95_enterprise"
        if capped and block.filed is not None and block.filed.daily_volume > most:
            problems.add(
                f"{path}.filed.daily_volume",
                message("more than can be filed for one number"),
                found=block.filed.daily_volume,
                allowed=message("at most {most} (network {name})").filled(
                    most=most, name=network.name
                ),
            )


def _limits(mine: Rules, rules: Profile, problems: Problems) -> None:
    """Check own limits: looser than the pack's only by contract, and never than hard limits."""
    callee, gap = rules.entry("callee.limits"), rules.entry("callee.retry_gap")
    if mine.callee_limits is not None and (callee.protected or mine.contract is None):
        new = [Ceiling(x.count, x.per, x.window, x.counts, x.scope) for x in mine.callee_limits]
        for limit in map(Ceiling.of, callee.bare):
            if not covers(new, [limit]):
                problems.add(
                    "rules.callee_limits",
                    message("looser than the pack's {limit}").filled(limit=limit),
                    found=[str(other) for other in new],
                    remedy=_remedy(callee),
                )
    held = gap.protected or mine.contract is None
    if held and mine.retry_gap is not None and mine.retry_gap < gap.bare:
        problems.add(
            "rules.retry_gap",
            message("shorter than the pack's"),
            found=format_duration(mine.retry_gap),
            allowed=message("at least {format_duration}").filled(
                format_duration=format_duration(gap.bare)
            ),
            remedy=_remedy(gap),
        )


def _remedy(value: Value) -> str:
    if value.protected:
        return f"take it out: no contract loosens what is {value.standing}"
    return message("name the line contract that allows it in rules.contract")


def _hours(rules: Profile, problems: Problems) -> None:
    for purpose in ("marketing", "service", "collections"):
        walls = parse_windows(rules[f"hours.wall.{purpose}"])
        for start, end in parse_windows(rules[f"hours.{purpose}"]):
            if not any(first <= start and end <= last for first, last in walls):
                problems.add(
                    f"rules.overrides.hours.{purpose}",
                    message("calling hours reach over the wall"),
                    found=rules[f"hours.{purpose}"],
                    allowed=message("within {value}").filled(
                        value=", ".join(rules[f"hours.wall.{purpose}"])
                    ),
                )
                break


def _goals(scenario: Scenario, problems: Problems) -> None:
    first = datetime.combine(scenario.start, time())
    last = first + timedelta(days=scenario.days)
    names = [campaign.name for campaign in scenario.campaigns]
    for i, goal in enumerate(scenario.goals):
        if goal.campaign is not None and goal.campaign not in names:
            problems.add(
                f"goals[{i}].campaign",
                message("no such campaign"),
                found=goal.campaign,
                allowed=", ".join(names),
                remedy=did_you_mean(goal.campaign, names),
            )
        if goal.by is not None and not first < goal.by <= last:
            problems.add(
                f"goals[{i}].by",
                message("outside the run"),
                found=goal.by,
                allowed=message("after {isoformat}, up to {isoformat_2}").filled(
                    isoformat=first.isoformat(), isoformat_2=last.isoformat()
                ),
            )
        for bound in ("at_least", "at_most"):
            value = getattr(goal, bound)
            if value is not None and metrics()[goal.metric].share and value > 1:
                problems.add(
                    f"goals[{i}].{bound}",
                    message("{metric} is a share").filled(metric=goal.metric),
                    found=value,
                    allowed=message("0 to 1"),
                    remedy=message("did you mean {value:g}?").filled(value=value / 100)
                    if value <= 100
                    else None,
                )
    _conflicts(scenario.goals, problems)


def _conflicts(goals: Sequence[Goal], problems: Problems) -> None:
    """Add pairs of goals that no run can meet together.

    After as many as an error shows, each further goal is added with its strictest opponent only:
    two thousand goals can have a million conflicts.
    """
    earlier: dict[tuple[object, ...], list[tuple[float, int]]] = {}  # bounds with their indices
    strictest: dict[tuple[object, ...], tuple[float, int]] = {}
    added = 0
    for i, goal in enumerate(goals):
        is_low, what = goal.at_least is not None, (goal.metric, goal.campaign, goal.by)
        bound = goal.at_least if is_low else goal.at_most
        assert bound is not None
        mine, theirs = (is_low, *what), (not is_low, *what)
        hardest = strictest.get(theirs)
        if hardest is not None and (bound > hardest[0] if is_low else hardest[0] > bound):
            for other, j in earlier[theirs] if added < MOST_SHOWN else [hardest]:
                low, top = (bound, other) if is_low else (other, bound)
                if low > top:
                    problems.add(
                        f"goals[{i}]",
                        message(
                            "conflicts with goals[{j}]: {metric} at least {low:g} and at most "
                            "{top:g}"
                        ).filled(j=j, metric=goal.metric, low=low, top=top),
                        allowed=message("goals that one run can meet"),
                        remedy=message("take one of the two out, or another `by`"),
                    )
                    added += 1
        earlier.setdefault(mine, []).append((bound, i))
        harder = max if is_low else min
        strictest[mine] = harder(strictest.get(mine, (bound, i)), (bound, i))
