"""Registration of numbers: its days, calls possible before it, and a start after it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.frequency.build import OPERATORS, RULES, judges_of
from dialsim.core.codes import Action
from dialsim.core.ticks import intersect, tick_to_datetime, without
from dialsim.core.time_units import DAY_MS, NEVER
from dialsim.errors import ScenarioError
from dialsim.feasibility.recommendations.change import addressed
from dialsim.feasibility.resource_words import arithmetic
from dialsim.messages import dates
from dialsim.messages.text import Text, message
from dialsim.results.network.network_rules import network_rules
from dialsim.results.run_view import CLASS_NAMES
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.edit import with_value, without_lines
from dialsim.scenario.filing import first_use, registered_span
from dialsim.scenario.load import scenario_from
from dialsim.scenario.models.schema import CallerIds, Scenario
from dialsim.scenario.profiles.profile import Profile

Array = NDArray[Any]
HOLDS = {Action.INTERCEPT: "intercept", Action.SUSPEND: "suspend"}
"""Actions that take unregistered numbers out of use, by the names of their profile values."""


@dataclass(frozen=True)
class Ceiling:
    """What stops calls from unregistered numbers of a class.

    Attributes
    ----------
    calls
        A day, of all the numbers together where they are linked.
    delay_ms
        From the call above it until calls are stopped.
    days
        After which they come through again.
    """

    calls: int
    delay_ms: int
    days: int


def unregistered_time(
    scenario: Scenario, network: Profile, block: CallerIds, spans: Array
) -> Array:
    """Return what of some spans a block of caller IDs is not registered in."""
    begin, end = registered_span(scenario, network, block)
    return without(spans, np.array([[begin, end]])) if begin < end else spans


def registered_time(scenario: Scenario, network: Profile, block: CallerIds, spans: Array) -> Array:
    """Return what of some spans a block of caller IDs is registered in."""
    begin, end = registered_span(scenario, network, block)
    return intersect(spans, np.array([[begin, end]])) if begin < end else spans[:0]


def judge_of_block(scenario: Scenario, network: Profile, block: CallerIds) -> Profile:
    """Return the profile by which the operator of a block's trunk judges its calls."""
    trunk = next(trunk for trunk in scenario.trunks if trunk.name == block.trunk)
    return judges_of(scenario, network)[OPERATORS.index(trunk.operator)]


def ceiling_of(
    scenario: Scenario, rules: Profile, network: Profile, block: CallerIds
) -> Ceiling | None:
    """Return what stops calls from a block while it is not registered; None: nothing counted.

    The first ceiling of its class above which the operator of its trunk intercepts or suspends.
    Interception alone stops a part of the calls; by that the dialer recognises it, and gives the
    numbers up for the day, unless its rules let it overlook what fails at once.
    """
    judge = judge_of_block(scenario, network, block)
    found = []
    for rule in RULES:
        if rule.owner != block.judged_class or rule.mechanism in scenario.network.off:
            continue
        if rule.action not in HOLDS:
            continue
        if rule.action == Action.INTERCEPT and not rules["dialer.suspicion_quick"]:
            continue  # nothing is given up
        hold = int(judge[f"ladder.{HOLDS[rule.action]}_hold"])
        calls, delay_ms = int(judge[f"{rule.mechanism}.{rule.key}"]), int(judge["frequency.delay"])
        found.append(Ceiling(calls, delay_ms, max(1, -(-hold // DAY_MS))))
    return min(found, key=lambda each: each.calls, default=None)


def counted_together(
    scenario: Scenario, network: Profile, blocks: Sequence[CallerIds], day: int
) -> int:
    """Return how many counters unregistered blocks of a class have on a day.

    One for all linked numbers; numbers in another name are linked after some days, and have one
    each before.
    """
    linked = int(network["linking.delay_other_holder"])
    others = [
        block
        for block in blocks
        if block.holder not in (None, scenario.enterprise.name) and day * DAY_MS < linked
    ]
    return sum(block.count for block in others) + (len(others) < len(blocks))


# --- in words -------------------------------------------------------------------------------------


def standing_words(scenario: Scenario, network: Profile, block: CallerIds) -> Text:
    """Return when a block is registered, in words."""
    begin, end = registered_span(scenario, network, block)
    if block.country != "CN":
        return arithmetic("abroad", block=block.name)
    if begin == NEVER:
        return arithmetic("unregistered", block=block.name)
    key = "in_force" if end == NEVER else "out_of_force" if begin == 0 else "in_between"
    return arithmetic(
        key, block=block.name, first=_moment(scenario, begin), last=_moment(scenario, end)
    )


def class_words(block: CallerIds) -> Text:
    """Return what numbers of a block's class are called."""
    (code,) = [code for code, name in CLASS_NAMES.items() if name == block.number_class]
    return network_rules().named("class", code.name).name


def _moment(scenario: Scenario, tick: int) -> Text:
    if tick == NEVER:
        return message("")
    when = tick_to_datetime(scenario.start, scenario.time_zone, tick)
    written = dates.day_text if when.time() == time() else dates.moment_text
    return written(when, weekday=True)


# --- to start then --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Start:
    """A campaign that begins when its filings are in force.

    Attributes
    ----------
    day
        First day on which all of them are.
    sets
        What it takes, by paths: the first day, and the days by which goals are due; of a campaign
        that goes on from a call log, from when its numbers are used. Empty where the scenario
        cannot begin on another day as it stands.
    goes_on
        Whether it has begun: what is played goes on from a moment of it.
    """

    day: date
    sets: Mapping[str, object]
    goes_on: bool = False


def comes_later(scenario: Scenario, network: Profile, block: CallerIds) -> bool:
    """Return whether a block is in use before its filing is in force, which it will be."""
    return first_use(scenario, block) < registered_span(scenario, network, block)[0] < NEVER


def start_in_force(
    scenario: Scenario, network: Profile, names: Collection[str] | None = None
) -> Start | None:
    """Return when a campaign can begin with its filings in force; None: none comes in later.

    Parameters
    ----------
    names
        Of the blocks it is about; None: all that a campaign uses.
    """
    used = {name for campaign in scenario.campaigns for name in campaign.caller_ids}
    begins = [
        registered_span(scenario, network, block)[0]
        for block in scenario.caller_ids
        if block.name in used and (names is None or block.name in names)
        if comes_later(scenario, network, block)
    ]
    if not begins:
        return None
    sets: dict[str, object]
    when = tick_to_datetime(scenario.start, scenario.time_zone, max(begins))
    day = when.date() if when.time() == time() else when.date() + timedelta(days=1)
    goes_on = opening_tick(scenario) > 0
    if goes_on:
        blocks = addressed("caller_ids", scenario.caller_ids)
        sets = {
            f"{path}.from": day
            for block, path in blocks
            if block.name in used and (names is None or block.name in names)
            if comes_later(scenario, network, block)
        }
        over = day >= scenario.start + timedelta(days=scenario.days)
        return Start(day, {} if over or set_together(scenario, sets) is None else sets, goes_on)
    later = day - scenario.start
    sets = {"start": day}
    for place, goal in enumerate(scenario.goals):
        if goal.by is not None:
            sets[f"goals.{place}.by"] = goal.by + later
    return Start(day, {} if set_together(scenario, sets) is None else sets)


def set_together(scenario: Scenario, sets: Mapping[str, object]) -> Scenario | None:
    """Return a scenario with some values set at once; None where it does not take them."""
    raw, lines = scenario._raw or scenario.to_dict(), scenario._origin.lines
    try:
        for key, value in sets.items():
            raw, place = with_value(raw, key, value)
            lines = without_lines(lines, place)
        return scenario_from(raw, replace(scenario._origin, lines=lines))
    except ScenarioError:
        return None


def written(sets: Mapping[str, object]) -> Iterable[str]:
    """Return values by their paths as ``--set`` takes them."""
    for key, value in sets.items():
        yield f"{key}={value.isoformat() if isinstance(value, (date, datetime)) else value}"
