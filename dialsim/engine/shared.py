"""State that all replications of a scenario share, built once.

Built once for all of them: a small campaign is played in less time than its world takes to build.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.agents.build import build_crew, build_routes, build_shifts, build_wraps
from dialsim.agents.layout import Crew
from dialsim.carrier.build import build_numbers, build_profile
from dialsim.compliance.areas import build_areas, counts_operators
from dialsim.compliance.build import build_resources
from dialsim.compliance.hours import Hours, build_hours
from dialsim.compliance.layout import Resources
from dialsim.compliance.limits.build import (
    attempts_within,
    build_all_limits,
    looks_at_all,
    retry_gap,
)
from dialsim.compliance.stops import trunk_stops
from dialsim.core.aligned import aligned_copy, copied, side_by_side
from dialsim.core.rng import stream_keys_of, text_key, wrapping
from dialsim.core.ticks import end_tick
from dialsim.core.time_units import DAY_MS
from dialsim.engine.call_history.attempts import MOST_EARLIER
from dialsim.engine.state import WORLD, Static
from dialsim.engine.working_hours import build_staffed
from dialsim.numbering.prefixes import operators_of
from dialsim.outcomes.layout import INTERVAL_MS
from dialsim.pacing.build import build_campaigns, build_gaps
from dialsim.people.build import build_blocks, build_leads_of, build_lists
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.filing import registered_span
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.open_hours import clock_shifts
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.teams import all_teams

DELAY_DAYS = 60  # calendar days behind the aftermath that a delay may reach
NOTHING_BOOKED = ("rings", "made", "operator_rings", "operator_booked", "meter_rings")
NOBODY_WORKED = ("staff", "arrivals")
"""What of caller IDs and of agents is all zeros before the first call, and may be large."""


@dataclass(frozen=True)
class Alike:
    """State that the worlds of a scenario's replications share before their first event.

    Attributes
    ----------
    scenario, rules, network, caller_names, hours
        As of a :class:`~dialsim.engine.build.World`.
    counts
        Rows of each list.
    leads
        Leads in all.
    depth
        Attempts of a person that are remembered.
    static
        Shared, but for what goes by the replication: the bases of draws.
    lists, classes, resources, crew
        Of the state.
    numbers
        Of the state's carrier, but for labels that numbers bring, which are drawn.
    """

    scenario: Scenario
    rules: Profile
    network: Profile
    caller_names: list[str]
    hours: Hours
    counts: list[int]
    leads: int
    depth: int
    static: Static
    lists: NDArray[Any]
    classes: NDArray[Any]
    resources: Resources
    crew: Crew
    numbers: NDArray[Any]

    def copied(self) -> Alike:
        """Return a copy with its state arrays copied; the rest is shared."""
        return replace(
            self,
            lists=self.lists.copy(),
            classes=self.classes.copy(),
            resources=copied(self.resources, NOTHING_BOOKED),
            crew=copied(self.crew, NOBODY_WORKED),
            numbers=aligned_copy(self.numbers),
        )


def alike(
    scenario: Scenario,
    counts: list[int] | None = None,
    earlier: bool = True,
) -> Alike:
    """Build the state that all replications share.

    Parameters and errors are those of :func:`~dialsim.engine.build.prepare`.
    """
    with wrapping():
        return _alike(scenario, list_counts(scenario) if counts is None else counts, earlier)


def _alike(scenario: Scenario, counts: list[int], earlier: bool) -> Alike:
    rules, network = resolved_profiles(scenario)
    assert rules is not None  # or it would have raised
    assert network is not None
    hours = build_hours(scenario, rules)
    days = calendar_days(scenario)
    blocks, lead_base, n_leads = build_blocks(scenario, counts)
    classes, boundaries = hours.classes()
    teams = all_teams(scenario)
    shifts = build_shifts(teams)
    limits = build_all_limits(scenario, rules, trunk_stops(scenario))
    lists = build_lists(scenario, counts, network, prefix_operators(scenario))
    areas = build_areas(scenario, rules)
    campaigns = build_campaigns(scenario, rules)
    campaigns["barred"], campaigns["barred_of"] = areas.barred, areas.barred_of
    campaigns["by_operator"] = (areas.barred_of != areas.barred[:, None]).any(axis=1)
    world = np.zeros(1, WORLD)
    fill_world(world[0], scenario, rules)
    world["zones"] = len(hours.spans)
    world["grades"] = 2 if campaigns["callbacks"].any() else 1
    registered = [registered_span(scenario, network, block) for block in scenario.caller_ids]
    static = Static(
        world=world,
        stream_keys=stream_keys_of(world[0]["run_base"]),
        campaigns=campaigns,
        leads_of=build_leads_of(scenario, blocks, lead_base, lists),
        lead_base=lead_base,
        areas=areas,
        routes=build_routes(scenario),
        limits=limits,
        boundaries=boundaries,
        staffed=build_staffed(scenario, hours, teams),
        shifts=shifts,
        wraps=build_wraps(scenario),
        gaps=build_gaps(),
        profile=build_profile(scenario, network, days, zone_shifts(scenario, rules, hours)),
    )
    return Alike(
        scenario=scenario,
        rules=rules,
        network=network,
        caller_names=caller_names(scenario),
        hours=hours,
        counts=counts,
        leads=n_leads,
        depth=ring_depth(scenario, limits.callee, retry_gap(scenario, rules), earlier),
        static=side_by_side(static),
        lists=lists,
        classes=classes,
        resources=build_resources(
            scenario,
            limits,
            registered,
            by_operator=counts_operators(scenario),
            callee_ceilings=[
                None if trunk.contract is None else trunk.contract.callee_ceilings(network)
                for trunk in scenario.trunks
            ],
        ),
        crew=build_crew(scenario, teams, shifts, int(world[0]["horizon"]) // INTERVAL_MS + 1),
        numbers=build_numbers(scenario, network),
    )


def list_counts(scenario: Scenario) -> list[int]:
    """Return the rows of each list when all are synthetic."""
    counts = []
    for source in scenario.people:
        if source.synthetic is None:
            raise ValueError(f"list {source.name} comes from a file: give its rows in `counts`")
        counts.append(source.synthetic.count)
    return counts


def caller_names(scenario: Scenario) -> list[str]:
    """Return a label for every caller ID: its block's name and its place in it."""
    names = []
    for block in scenario.caller_ids:
        width = max(3, len(str(block.count)))
        names += [f"{block.name}-{i:0{width}d}" for i in range(1, block.count + 1)]
    return names


def calendar_days(scenario: Scenario) -> int:
    """Return the number of days of figures: delays may reach beyond the aftermath."""
    end = end_tick(scenario.start, scenario.days, scenario.time_zone) + scenario.aftermath
    return end // DAY_MS + DELAY_DAYS


def prefix_operators(scenario: Scenario) -> dict[str, list[float]]:
    """Return each operator's share of the numbers of every listed prefix."""
    drawn = [source.synthetic for source in scenario.people if source.synthetic is not None]
    named = {prefix for synthetic in drawn for prefix in synthetic.prefixes or {}}
    return {prefix: operators_of(prefix) for prefix in sorted(named)}


def ring_depth(scenario: Scenario, limits: NDArray[Any], gap_ms: int, earlier: bool = True) -> int:
    """Return how many attempts are stored per person.

    As many as the longest limit looks back on, or all a person can get, whichever is less. People
    from files may bring earlier attempts (not if `earlier` is false): there the limit decides, and
    one that has to see every attempt is given room for those too.
    """
    possible = attempts_of_one(scenario)
    listed = earlier and any(source.file is not None for source in scenario.people)
    with_log = scenario.history is not None and scenario.history.calls is not None
    in_all = possible + (MOST_EARLIER if with_log else int(listed))
    if looks_at_all(limits):
        return in_all
    longest = max(1, int(max(limits["count"], default=1)))
    longest = int(max(longest, min(attempts_within(limits, gap_ms), in_all)))
    return longest if listed else max(1, min(possible, longest))


def attempts_of_one(scenario: Scenario) -> int:
    """Return the maximum attempts to one person, in all campaigns that call them.

    Who is drawn is on one list; who comes from a file may be on any other as well.
    """
    if any(source.file is not None for source in scenario.people):
        return sum(campaign.most_attempts for campaign in scenario.campaigns)
    return max(
        sum(each.most_attempts for each in scenario.campaigns if source.name in each.people)
        for source in scenario.people
    )


def fill_world(world: Any, scenario: Scenario, rules: Profile) -> None:
    """Write the figures of the whole run, except the bases of draws."""
    horizon = end_tick(scenario.start, scenario.days, scenario.time_zone)
    world["horizon"], world["end"] = horizon, horizon + scenario.aftermath
    world["enterprise_key"] = text_key(scenario.enterprise.name)
    world["opening"] = opening_tick(scenario)
    world["retry_gap_ms"] = retry_gap(scenario, rules)
    world["decline_holds_ms"] = rules["refusal.decline_holds"]
    world["rejections_to_retire"] = rules["dialer.line_rejections_to_retire"]
    world["route_retry_ms"] = rules["dialer.route_retry"]
    world["suspicion_calls"] = rules["dialer.suspicion_calls"]
    world["suspicion_known"] = rules["dialer.suspicion_known"]
    world["suspicion_stopped"] = rules["dialer.suspicion_stopped"]
    world["suspicion_rest_ms"] = rules["dialer.suspicion_rest"]
    world["suspicion_quick_ms"] = rules["dialer.suspicion_quick"]
    world["callers"] = sum(block.count for block in scenario.caller_ids)
    world["campaigns"] = len(scenario.campaigns)


def zone_shifts(scenario: Scenario, rules: Profile, hours: Hours) -> NDArray[np.int64]:
    """Return, for each row of hours, the ms from a tick to local time by hour of the run.

    A number that may be in several zones has the clock of the first by name; in Xinjiang it is
    Xinjiang's.
    """
    local = str(rules["hours.extra_zone.xinjiang"])
    shifts = [clock_shifts(scenario, scenario.time_zone)] * len(hours.spans)
    for zones, row in reversed(hours.rows.items()):
        zone = local if local in zones else min(zones)
        shifts[row] = clock_shifts(scenario, zone)
    return np.array(shifts)
