"""Decisions during a running campaign: which there are, and which come too late."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from dialsim.core.ticks import end_tick, tick_to_datetime
from dialsim.errors import Problem, Problems
from dialsim.messages.text import message
from dialsim.planning.plans.candidates import Decision
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.checks.plan_check import item_of
from dialsim.scenario.checks.plan_keys import key_parts
from dialsim.scenario.models.schema import AgentGroup, CallerIds, Scenario
from dialsim.scenario.teams import all_teams
from dialsim.scenario.values import MS_PER_DAY
from dialsim.scheduler.branching import CHANGEABLE

Tables = Sequence[CallerIds | AgentGroup]
Kind = Literal["numbers", "agents", "days", "figures"]
ALLOWED = (
    "further numbers of a registered block (caller_ids.NAME.count), agents and shifts from the "
    "next shift on, days, figures of pacing, ring_timeout, drop_after, attempts.at_most, "
    "attempts.retry"
)


@dataclass(frozen=True)
class Moment:
    """A moment of a campaign: its tick, and its local time without the zone."""

    tick: int
    now: datetime

    @classmethod
    def of(cls, scenario: Scenario, tick: int) -> Moment:
        """Return the moment of a tick."""
        found = tick_to_datetime(scenario.start, scenario.time_zone, tick)
        return cls(tick, found.replace(tzinfo=None))


def kind_of(key: str) -> Kind | None:
    """Return the kind of a key's decision in mid-run; None if it is none.

    >>> kind_of("caller_ids.north.count"), kind_of("agents[0].shifts"), kind_of("start")
    ('numbers', 'agents', None)
    """
    parts = key_parts(key)
    if parts[0] == "caller_ids" and parts[2:] == ["count"]:
        return "numbers"
    if parts[0] == "agents" and parts[2:] in (["count"], ["shifts"]):
        return "agents"
    if parts == ["days"]:
        return "days"
    plain = ".".join(parts)
    return "figures" if any(re.fullmatch(each, plain) for each in CHANGEABLE) else None


def not_fewer(scenario: Scenario, decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return decisions without fewer numbers than are in use: none is returned in mid-run.

    A plan for the whole campaign may have allowed fewer; options that are no longer possible are
    removed. A decision with no other option is left unchanged, to be refused.
    """
    found = []
    for each in decisions:
        parts = key_parts(each.key)
        if parts[0] == "caller_ids" and parts[-1] == "count":
            block = item_of(scenario.caller_ids, parts[1])
            enough = tuple(o for o in each.options if o.value >= block.count)
            each = replace(each, options=enough or each.options)
        found.append(each)
    return tuple(found)


def check_decisions(
    scenario: Scenario, decisions: Sequence[Decision], here: Moment, problems: Problems
) -> None:
    """Add every decision that comes too late, or that would be an evasion."""
    for place, each in enumerate(decisions):
        path = f"plan.decisions[{place}]"
        kind = kind_of(each.key)
        if kind is None:
            problems.add(
                f"{path}.key",
                message("this cannot be decided in mid-run: it shapes what has begun already"),
                found=each.key,
                allowed=ALLOWED,
                remedy=message("take it out; `dialsim plan` decides it before the start"),
            )
        elif kind == "numbers":
            _check_numbers(scenario, each, here, path, problems)
        elif kind == "agents":
            _check_agents(scenario, each, here, path, problems)
        elif kind == "days":
            _check_days(scenario, each, here, path, problems)


def _check_numbers(
    scenario: Scenario, each: Decision, here: Moment, path: str, problems: Problems
) -> None:
    block = scenario.caller_ids[place_in(scenario.caller_ids, each.key)]
    if block.filed is None or block.file is not None:
        problems.add(
            f"{path}.key",
            message(
                "further numbers are filed before they are used, and these could not be: "
                "numbers that "
                "nobody filed, in place of those that the network stopped, would be an evasion"
            ),
            found=each.key,
            allowed=message("a block with registered = true and `filed`, and no file"),
        )
        return
    fewer = [option.value for option in each.options if option.value < block.count]
    if fewer:
        problems.add(
            f"{path}.values",
            message("numbers in use are not taken back"),
            found=fewer[0],
            allowed=message("{count} (as there are) or more").filled(count=block.count),
        )
    if block.appeals_labels and not block.checked_clean:
        problems.add(
            f"{path}.key",
            message(
                "numbers that may bring a label cannot be added in mid-run if labels are appealed"
            ),
            found=each.key,
            allowed=message("a block with checked_clean = true"),
        )
    begins = first_day(scenario, each.filed_on, here)
    last = scenario.start + timedelta(days=_most_days(scenario) - 1)
    if begins > last:
        problems.add(
            f"{path}.filed_on",
            message("in force on {begins}, after the last day").filled(begins=begins),
            found=(each.filed_on or here.now.date()).isoformat(),
            allowed=message("a filing that is in force by {last}").filled(last=last),
            remedy=message("take the decision out: further numbers come too late"),
        )


def _check_agents(
    scenario: Scenario, each: Decision, here: Moment, path: str, problems: Problems
) -> None:
    place = place_in(scenario.agents, each.key)
    if next_shift(scenario, place, here) is None:
        problems.add(
            f"{path}.key",
            message("no shift of this group begins after {now:%Y-%m-%d %H:%M}").filled(
                now=here.now
            ),
            found=each.key,
            allowed=message("a group that goes off shift and comes back"),
        )
    name = scenario.agents[place].name
    bound = [c.name for c in scenario.campaigns if name in c.all_agents and c.callbacks is not None]
    favoured = any(goal.campaign is not None and goal.favoured for goal in scenario.goals)
    if key_parts(each.key)[-1] == "shifts" and (bound or favoured):
        problems.add(
            f"{path}.key",
            message("shifts cannot change in mid-run where calls were agreed on for hours in them")
            if bound
            else message("shifts cannot change in mid-run where goals count on their hours"),
            found=each.key,
            allowed="agents.NAME.count",
        )


def _check_days(
    scenario: Scenario, each: Decision, here: Moment, path: str, problems: Problems
) -> None:
    over = [
        option.value
        for option in each.options
        if end_tick(scenario.start, int(option.value), scenario.time_zone) <= here.tick
    ]
    if over:
        problems.add(
            f"{path}.values",
            message("these days are over by {now:%Y-%m-%d %H:%M}").filled(now=here.now),
            found=over[0],
            allowed=message("{count} or more").filled(count=here.tick // MS_PER_DAY + 1),
        )


def _most_days(scenario: Scenario) -> int:
    """Return how many days the campaign may have, as its plan may decide."""
    assert scenario.plan is not None  # whoever plans has asked
    return max([scenario.days, *(int(value) for each in scenario.plan.decisions
                                 if each.key == "days" for value in each.choices)])  # fmt: skip


def first_day(scenario: Scenario, filed_on: date | None, here: Moment) -> date:
    """Return the day on which a filing is in force; without a day it is filed now."""
    _, network = resolved_profiles(scenario)
    assert network is not None  # it was checked
    lead = int(network["filing.lead_time"])
    return (filed_on or here.now.date()) + timedelta(days=-(-lead // MS_PER_DAY))


def next_shift(scenario: Scenario, place: int, here: Moment) -> datetime | None:
    """Return from when a group may change: it is off shift then, and returns later."""
    # of the whole campaign: the shift under way began before a scenario that goes on from a log
    spans = [team.spans for team in all_teams(scenario, 0) if team.group == place]
    edge = here.tick
    for _ in range(sum(len(each) for each in spans) + 1):
        over = [int(end) for each in spans for start, end in each if start < edge < end]
        if not over:
            break
        edge = max(over)
    if not any(int(start) >= edge for each in spans for start, _ in each):
        return None
    return Moment.of(scenario, edge).now


def place_in(tables: Tables, key: str) -> int:
    """Return the index of the table that a key names."""
    name = key_parts(key)[1]
    return next(i for i, each in enumerate(tables) if name in (each.name, str(i)))


def late_options(decisions: Sequence[Decision], kind: Kind) -> Iterator[tuple[int, Decision, int]]:
    """Yield the options of one kind of decision that change something, with their index."""
    for place, each in enumerate(decisions):
        for at, option in enumerate(each.options):
            if kind_of(each.key) == kind and option.value != each.present:
                yield place, each, at


def as_problem(place: int, first: Problem) -> Problem:
    """Return an option's error as a problem of the decision."""
    return Problem(
        f"plan.decisions[{place}].values",
        message("an option that cannot be: {message}").filled(message=first.message),
        found=first.found,
        allowed=first.allowed,
        remedy=first.remedy,
    )
