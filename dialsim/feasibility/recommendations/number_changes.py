"""Changes after the network acted on numbers: use registered ones, within their filings."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dialsim.core.codes import Cause, Limit
from dialsim.core.time_units import DAY_MS, HOUR_MS
from dialsim.feasibility.audience import days_of
from dialsim.feasibility.inputs import estimate_inputs
from dialsim.feasibility.progress_so_far import progress_so_far
from dialsim.feasibility.recommendations.change import (
    LABELS,
    LEAST_GAIN,
    Change,
    addressed,
    effect_text,
    first_wanted,
    on_log,
    with_change,
    written_change,
)
from dialsim.feasibility.recommendations.recommended_change import (
    CallLimit,
    ChangeEffect,
    RecommendedChange,
)
from dialsim.feasibility.recommendations.what_if import Forecast
from dialsim.feasibility.registration import set_together, unregistered_time
from dialsim.feasibility.remedies import to_be_registered
from dialsim.feasibility.resource_words import CALLERS, FILED, REGISTRATION
from dialsim.feasibility.resources import Case
from dialsim.messages.text import from_table
from dialsim.outcomes.layout import INTERVAL_MS
from dialsim.results.binding_constraint import limit_shares
from dialsim.results.capacity import length_ms, union, used_in
from dialsim.results.history.call_history import closed_before
from dialsim.results.opening_hours import campaign_open
from dialsim.results.summary_types.results import Goal as JudgedGoal
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.models.schema import Campaign

if TYPE_CHECKING:
    from dialsim.engine.build import World

MOST_GIVEN_UP = 0.05
"""Share of caller IDs given up above which their loss counts as a constraint."""
NEARLY_USED = 0.9
"""Share of the filed volume of all numbers above which some of them exceed their own."""
OF_NUMBERS = (CALLERS, FILED, REGISTRATION)
"""Resources that grow with the count of numbers."""
TAKEN_FROM_NUMBERS = (
    Cause.THROTTLED,
    Cause.LINE_SHUT,
    Cause.REFUSED_FLAGGED,
    Cause.THROTTLED_THERE,
    Cause.SHUT_THERE,
    Cause.GATEWAY_SHUT,
    Cause.GATEWAY_THROTTLED,
)
"""Causes of calls lost to network actions on numbers."""


def held_up(world: World) -> float:
    """Return the share of attempts lost to network actions on numbers."""
    counts = world.state.memory.by_cause.sum(axis=0)
    made = int(world.state.memory.tallies["attempts"].sum())
    return int(counts[list(TAKEN_FROM_NUMBERS)].sum()) / made if made else 0.0


def lacks_numbers(world: World) -> bool:
    """Return whether a campaign waited for caller IDs, and many had been given up."""
    resources = world.state.resources
    given_up = (resources.callers["retired"] != 0) | (resources.suspected["tick"] >= 0)
    given_up[closed_before(world)] = False
    if int(given_up.sum()) <= MOST_GIVEN_UP * len(given_up):
        return False
    campaigns = range(len(world.scenario.campaigns))
    return any(limit_shares(world, i)[Limit.CALLER_IDS] > LEAST_GAIN for i in campaigns)


def kept_to_filings(world: World, rules: Collection[str]) -> list[RecommendedChange]:
    """Return changes after registered numbers were throttled for their call volume.

    They keep each number within its filing: own limits, and more numbers if filings do not suffice.
    More days, or more numbers without limits, do not help: refused calls end at once, and the
    dialer places the next.
    """
    if not rules:
        return []
    scenario = world.scenario
    found = []
    as_filed = from_table(LABELS, "filed")
    limits = _own_limits(world)
    if limits:
        day, hour = (limit["count"] for limit in limits)
        sets: dict[str, object] = {"rules.caller_limits": limits}
        found.append(written_change(Change("own_limits", "", day, hour, sets), as_filed))
    for campaign, path in addressed("campaigns", scenario.campaigns):
        if campaign.caller_choice == "headroom" or not _above_filing(world, campaign):
            continue
        if "calls_per_day" not in rules or len(campaign.caller_ids) == 1:
            continue  # of one block there is no choice
        change = Change("headroom", campaign.name, "", "", {f"{path}.caller_choice": "headroom"})
        if with_change(scenario, change) is not None:
            found.append(written_change(change, as_filed))
    more = _numbers_as_filed(world, limits)
    if more is not None and with_change(scenario, more) is not None:
        found.append(written_change(more, as_filed))
    return found


def _numbers_as_filed(world: World, limits: Sequence[CallLimit]) -> Change | None:
    """Return the count of numbers whose filings cover what one campaign's agents can call.

    None if existing filings suffice, or if it cannot be estimated.
    """
    scenario = world.scenario
    if len(scenario.campaigns) != 1:
        return None
    known = estimate_inputs(scenario, progress=progress_so_far(world))
    case = Case(known, scenario.campaigns[0])
    filed = [block for block in case.blocks if block.filed is not None and block.file is None]
    if len(filed) != 1 or len(case.blocks) != 1:
        return None
    figures = case.until(world.horizon_tick)
    others = [c.attempts for c in figures.capacities if c.resource not in OF_NUMBERS]
    block, each = filed[0], case.filed_each(filed[0], figures.spans)
    count = math.ceil(min(others) / each) if each else 0
    if count <= block.count:
        return None
    ((found, path),) = addressed("caller_ids", [block])
    assert found is block
    sets: dict[str, object] = {f"{path}.count": count}
    if limits:
        sets["rules.caller_limits"] = limits
    kind = "numbers_and_limits" if limits else "more_numbers"
    return Change(kind, block.name, block.count, count, sets)


def _own_limits(world: World) -> list[CallLimit]:
    """Return own ceilings that keep each number within its filing, spread over the day.

    Empty if the scenario has ceilings of its own, if a number has no filing, or if no number can
    have made more calls in an hour.
    """
    scenario = world.scenario
    used = {name for campaign in scenario.campaigns for name in campaign.caller_ids}
    blocks = [block for block in scenario.caller_ids if block.name in used]
    volumes = [block.filed.daily_volume for block in blocks if block.filed is not None]
    if scenario.rules.caller_limits or len(volumes) < len(blocks):
        return []
    campaigns = range(len(scenario.campaigns))
    spans = union([campaign_open(world, i, world.horizon_tick) for i in campaigns])
    hours = length_ms(spans) / HOUR_MS / max(1, days_of(spans))
    volume = min(volumes)
    an_hour = max(1, math.floor(volume / max(hours, 1.0)))
    made = world.state.memory.series["attempts"].sum(axis=0, dtype=np.int64)
    quarters = HOUR_MS // INTERVAL_MS
    most = np.convolve(made, np.ones(quarters, np.int64)).max(initial=0)
    if most <= an_hour * sum(block.count for block in blocks):
        return []
    return [{"count": volume, "per": "1d"}, {"count": an_hour, "per": "1h"}]


def _above_filing(world: World, campaign: Campaign) -> bool:
    """Return whether numbers of a campaign exceeded their filed volume on the busiest day.

    On average over the numbers. The network's count over any 24 hours is left out, since caller IDs
    are chosen by the volume of a day.
    """
    scenario = world.scenario
    filed = [
        block
        for block in scenario.caller_ids
        if block.name in campaign.caller_ids and block.filed is not None
    ]
    mine = {block.name for block in filed}
    rows = [i for i, c in enumerate(scenario.campaigns) if not mine.isdisjoint(c.caller_ids)]
    made = world.state.memory.series["attempts"][rows].sum(axis=0, dtype=np.int64)
    starts = np.arange(0, len(made), max(1, DAY_MS // INTERVAL_MS))
    busiest = int(np.add.reduceat(made, starts).max()) if len(made) else 0
    volumes = [block.count * block.filed.daily_volume for block in filed if block.filed]
    return bool(filed) and busiest > NEARLY_USED * sum(volumes)


def registered_first(
    world: World, values: Mapping[str, float | int | None], goals: Sequence[JudgedGoal]
) -> list[RecommendedChange]:
    """Return changes after unregistered numbers were stopped: call from registered ones."""
    scenario, network = world.scenario, world.network
    days = np.array([[opening_tick(scenario), world.horizon_tick]])
    used = {name for campaign in scenario.campaigns for name in campaign.caller_ids}
    late = [
        block
        for block in scenario.caller_ids
        if block.name in used
        and len(unregistered_time(scenario, network, block, used_in(scenario, block, days)))
    ]
    found: list[RecommendedChange] = []
    for each in to_be_registered(scenario, network, late):
        remedy = each.remedy
        effect: ChangeEffect = {
            "effect": from_table(LABELS, "unregistered"),
            "metric": None,
            "now": None,
            "to": None,
        }
        if remedy["set"]:
            effect = _started(world, values, goals, each.sets) or effect
        found.append(
            {
                "kind": "in_force" if remedy["set"] else "register",
                "sentence": remedy["sentence"],
                "set": remedy["set"],
                "effect": effect["effect"],
                "metric": effect["metric"],
                "now": effect["now"],
                "to": effect["to"],
            }
        )
    return found


def _started(
    world: World,
    values: Mapping[str, float | int | None],
    goals: Sequence[JudgedGoal],
    sets: Mapping[str, object],
) -> ChangeEffect | None:
    """Return the estimated effect of another first day; None without a figure.

    The call log counts towards both figures: finished leads stay finished, and no change adds to
    past calls.
    """
    scenario, changed = world.scenario, set_together(world.scenario, sets)
    wanted = first_wanted(scenario, [goal for goal in goals if goal["met"] is False])
    wanted = wanted or first_wanted(scenario, goals)
    metric = wanted.metric if wanted else "conversations"
    before, known = on_log(scenario, wanted, goals), progress_so_far(world)
    now = before + float(values.get(metric) or 0)
    if changed is None or not now:
        return None
    later = None if wanted is None else changed.goals[scenario.goals.index(wanted)]
    if known is not None and changed.start > scenario.start:
        known = replace(known, today={})  # another day
    made = [0.0] * len(changed.campaigns)
    to = before + Forecast(estimate_inputs(changed, progress=known), later, metric, made).expected
    return {
        "effect": effect_text(metric, now, to),
        "metric": metric,
        "now": now,
        "to": float(f"{to:.3g}"),
    }
