"""A scenario becomes a world: every stage's arrays, and the first events in the queue."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.agents.build import build_crew, build_routes, build_shifts, build_wraps
from dialsim.carrier.build import CLASSES, build_carrier, build_profile
from dialsim.carrier.layout import CASE_NODES, Carrier
from dialsim.carrier.layout import Profile as NetworkArrays
from dialsim.compliance.areas import build_areas, counts_operators
from dialsim.compliance.build import build_resources
from dialsim.compliance.hours import Hours, build_hours
from dialsim.compliance.limits.build import build_all_limits, looks_at_all, retry_gap
from dialsim.compliance.stops import trunk_stops
from dialsim.core.aligned import aligned_zeros
from dialsim.core.codes import Kind, Limit
from dialsim.core.queue import make_queue, queue_put, queue_remove
from dialsim.core.rng import luck_of, run_base, text_key, wrapping
from dialsim.core.ticks import end_tick
from dialsim.engine.dated import Dated
from dialsim.engine.earlier import MOST_EARLIER
from dialsim.engine.staffed import build_staffed
from dialsim.engine.state import CONTROL, SIGNAL, WORLD, State, Static
from dialsim.numbering.prefixes import operators_of
from dialsim.outcomes.build import INTERVAL_MS, build_calls, build_memory
from dialsim.outcomes.carried import Carried
from dialsim.pacing.build import (
    build_campaigns,
    build_gaps,
    build_ledgers,
    build_outlooks,
    build_pacers,
    build_progress,
    build_rehearsals,
)
from dialsim.people.build import (
    build_blocks,
    build_leads_of,
    build_lists,
    build_mix,
    build_priorities,
)
from dialsim.people.history_account import HistoryAccount
from dialsim.people.layout import LEAD, PERSON
from dialsim.people.lists import Lists
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.filing import registered_span
from dialsim.scenario.names import resolved_profiles
from dialsim.scenario.open_hours import clock_shifts
from dialsim.scenario.profile import Profile
from dialsim.scenario.schema import Scenario
from dialsim.scenario.teams import all_teams

CASES = 1024  # room for complaint cases to begin with; it grows when it is full
LEADS_A_CASE = 4096  # with one case of so many leads, their nodes need not move as they become
# more: what lies before them is gigabytes in a list of a hundred million
DELAY_DAYS = 60  # calendar days behind the aftermath that a delay may reach
DAY_MS = 86_400_000
HOURS = 24
RECORD, REPLAY = 1, 2


@dataclass
class World:
    """A scenario ready to be played, or being played.

    Attributes
    ----------
    scenario, rules, network
        What it was built from; the profiles hold the scenario's overrides.
    static, state
        The arrays (see :mod:`dialsim.engine.state`).
    seed, replication
        What its draws are keyed by, beside the list seed.
    caller_names
        A label for each caller ID, such as ``north-001``; never a phone number.
    filled
        Rows of each list that are written but not yet resident.
    hours
        Which row of hours a mix of time zones has.
    lists
        Readers of the lists that come from files, and the account of their rows.
    history
        What the scenario tells of the time before the start; None: nothing.
    carried
        What rows of those lists bring for the tables of results alone.
    dated
        What becomes known about people later: see :mod:`dialsim.engine.dated`.
    to_come
        The same of rows that are not resident yet, by list.
    begun
        Attempts of leads that the run goes on with: BEGUN, by list, in order of rows.
    """

    scenario: Scenario
    rules: Profile
    network: Profile
    static: Static
    state: State
    seed: int
    replication: int
    caller_names: list[str]
    filled: list[int]
    hours: Hours
    lists: Lists | None = None
    carried: Carried | None = None
    history: HistoryAccount | None = None
    dated: Dated = field(default_factory=Dated)
    to_come: dict[int, list[NDArray[Any]]] = field(default_factory=lambda: defaultdict(list))
    begun: dict[int, list[NDArray[Any]]] = field(default_factory=lambda: defaultdict(list))
    keys_in_order: dict[int, NDArray[Any]] = field(default_factory=dict)

    @property
    def horizon_tick(self) -> int:
        """End of the last day: nothing new is dialled from here on."""
        return int(self.static.world[0]["horizon"])

    @property
    def end_tick(self) -> int:
        """End of the aftermath."""
        return int(self.static.world[0]["end"])


def prepare(
    scenario: Scenario,
    seed: int | None = None,
    replication: int = 0,
    *,
    counts: list[int] | None = None,
    hours: Hours | None = None,
    tape: NDArray[Any] | None = None,
    record: int = 0,
    call_rows: int | None = None,
    like: Static | None = None,
    earlier: bool = True,
) -> World:
    """Build the world of a scenario, no list row resident yet.

    Parameters
    ----------
    scenario
        Checked and resolved.
    seed, replication
        Seed of behaviour (None: the scenario's) and the replication it plays.
    counts
        Rows of each list; None: all lists are synthetic.
    hours
        As built before; None: built here.
    tape
        SIGNAL records: the run replays these signals, and the network is not asked.
    record
        Attempts to keep the signals of, in ``state.tape``; 0: none.
    call_rows
        Rows of the call log between two drains; None: the default.
    like
        Static half of another replication of the same scenario: what the network judges by, which
        takes most of the time, is taken from it instead of being built once more.
    earlier
        Whether rows of lists from files may bring attempts made before the start, of which as
        many are remembered as the limits look back on.

    Raises
    ------
    ScenarioError
        If a profile or an override is not valid.
    """
    rules, network = resolved_profiles(scenario)
    assert rules is not None  # or it would have raised
    assert network is not None
    seed = scenario.seed if seed is None else seed
    rows = list_counts(scenario) if counts is None else counts
    hours = hours or build_hours(scenario, rules)
    with wrapping():
        static, state = build_arrays(
            scenario,
            rules,
            network,
            hours,
            seed,
            replication,
            rows,
            call_rows,
            None if like is None else like.profile,
            earlier,
        )
        if tape is not None:
            state = state._replace(tape=np.ascontiguousarray(tape))
            static.world["tape"] = REPLAY
        elif record:
            state = state._replace(tape=np.zeros(record, SIGNAL))
            static.world["tape"] = RECORD
        put_first_events(static, state)
    return World(
        scenario=scenario,
        rules=rules,
        network=network,
        static=static,
        state=state,
        seed=seed,
        replication=replication,
        caller_names=caller_names(scenario),
        filled=[0] * len(rows),
        hours=hours,
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


def build_arrays(
    scenario: Scenario,
    rules: Profile,
    network: Profile,
    hours: Hours,
    seed: int,
    replication: int,
    counts: list[int],
    call_rows: int | None,
    made: NetworkArrays | None = None,
    earlier: bool = True,
) -> tuple[Static, State]:
    """Build both halves of a world."""
    horizon = end_tick(scenario.start, scenario.days, scenario.time_zone)
    end = horizon + scenario.aftermath
    days = end // DAY_MS + DELAY_DAYS
    intervals = horizon // INTERVAL_MS + 1
    blocks, lead_base, n_leads = build_blocks(scenario, counts)
    classes, boundaries = hours.classes()
    teams = all_teams(scenario)
    shifts = build_shifts(teams)
    limits = build_all_limits(scenario, rules, trunk_stops(scenario))
    by_operator = counts_operators(scenario)
    mix = build_mix(scenario)
    registered = [registered_span(scenario, network, block) for block in scenario.caller_ids]
    resources = build_resources(scenario, limits, registered, by_operator=by_operator)
    crew = build_crew(scenario, teams, shifts, intervals)
    world = np.zeros(1, WORLD)
    fill_world(world[0], scenario, rules, seed, replication)
    world["zones"] = len(hours.spans)
    world["horizon"], world["end"] = horizon, end
    people = sum(counts)
    lists = build_lists(scenario, counts, network, prefix_operators(scenario))
    carrier = build_carrier(scenario, network, world[0]["run_base"], people, days, CASES)
    slots = sum(trunk.channels for trunk in scenario.trunks)
    number_nodes(world[0], scenario, (len(classes), len(crew.groups), slots, n_leads), carrier)
    node_case = int(world[0]["node_case"])  # behind those of the leads
    areas = build_areas(scenario, rules)
    campaigns = build_campaigns(scenario, rules)
    campaigns["barred"] = areas.barred
    grades = 2 if campaigns["callbacks"].any() else 1
    world["grades"] = grades
    static = Static(
        world=world,
        luck=luck_of(world[0]["run_base"]),
        campaigns=campaigns,
        leads_of=build_leads_of(blocks, lead_base, lists, mix),
        lead_base=lead_base,
        areas=areas,
        routes=build_routes(scenario),
        limits=limits,
        boundaries=boundaries,
        staffed=build_staffed(scenario, hours, teams),
        shifts=shifts,
        wraps=build_wraps(scenario),
        gaps=build_gaps(),
        profile=build_profile(scenario, network, days, zone_shifts(scenario, rules, hours))
        if made is None
        else made,
    )
    calls, fates = build_calls(slots)
    ranked = range(int(world[0]["node_call"]), int(world[0]["node_lead"]))
    n = len(scenario.campaigns)
    memory = build_memory(n, intervals, *([] if call_rows is None else [call_rows]))
    state = State(
        control=np.zeros(1, CONTROL),
        queue=make_queue(
            node_case + CASE_NODES * CASES,
            later=range(ranked.stop, node_case),
            ranked=ranked,
            room=CASE_NODES * (n_leads // LEADS_A_CASE),
        ),
        soon=np.zeros((2, 256), np.int32),
        lists=lists,
        people=np.zeros(people, PERSON),
        rings=np.zeros((people, ring_depth(scenario, limits.callee, earlier)), np.int64),
        priorities=build_priorities(mix, people),
        hour_first=np.full((HOURS + 2, len(lists)), -1, np.int64),
        leads=np.zeros(n_leads, LEAD),
        appointments=np.full(n_leads if grades > 1 else 0, -1, np.int64),
        ready=np.full((len(classes) * areas.groups.shape[1] * grades, 2), -1, np.int32),
        classes=classes,
        progress=build_progress(campaigns),
        ledgers=build_ledgers(n),
        desks=build_ledgers(n),
        pacers=build_pacers(n),
        outlooks=build_outlooks(len(crew.pools)),
        rehearsals=build_rehearsals(n),
        taken=aligned_zeros(blocks.shape, np.int64),
        hour_rows=np.zeros((*blocks.shape, HOURS + 1), np.int64),
        limit_ms=np.zeros((n, len(Limit)), np.int64),
        resources=resources,
        crew=crew,
        calls=calls,
        fates=fates,
        carrier=carrier,
        memory=memory,
        tape=np.zeros(0, SIGNAL),
    )
    return static, state


def prefix_operators(scenario: Scenario) -> dict[str, list[float]]:
    """Return the share of each operator among the numbers of every prefix a list names."""
    drawn = [source.synthetic for source in scenario.people if source.synthetic is not None]
    named = {prefix for synthetic in drawn for prefix in synthetic.prefixes or {}}
    return {prefix: operators_of(prefix) for prefix in sorted(named)}


def ring_depth(scenario: Scenario, limits: NDArray[Any], earlier: bool = True) -> int:
    """Return how many attempts of a person are remembered.

    As many as the longest limit looks back on, or all a person can get, whichever is less. People
    from files may bring earlier attempts (not if `earlier` is false): there the limit decides, and
    one that has to see every attempt is given room for those too.
    """
    longest = int(max(limits["count"], default=1))
    possible = attempts_of_one(scenario)
    listed = earlier and any(source.file is not None for source in scenario.people)
    if looks_at_all(limits):
        told = scenario.history is not None and scenario.history.calls is not None
        return possible + (MOST_EARLIER if told else int(listed))
    return max(1, longest if listed else min(possible, longest))


def attempts_of_one(scenario: Scenario) -> int:
    """Return how many attempts one person can get, in all campaigns that call them.

    Who is drawn is on one list; who comes from a file may be on any other as well.
    """
    if any(source.file is not None for source in scenario.people):
        return sum(campaign.most_attempts for campaign in scenario.campaigns)
    return max(
        sum(each.most_attempts for each in scenario.campaigns if source.name in each.people)
        for source in scenario.people
    )


def fill_world(world: Any, scenario: Scenario, rules: Profile, seed: int, replication: int) -> None:
    """Write the figures of the whole run."""
    world["run_base"] = run_base(seed, replication)
    # who people are does not depend on the replication
    world["list_base"] = run_base(scenario.list_seed, 0)
    world["enterprise_key"] = text_key(scenario.enterprise.name)
    world["interval_ms"] = INTERVAL_MS
    world["opening"] = opening_tick(scenario)
    world["retry_gap_ms"] = retry_gap(scenario, rules)
    world["rejections_to_retire"] = rules["dialer.line_rejections_to_retire"]
    world["suspicion_calls"] = rules["dialer.suspicion_calls"]
    world["suspicion_known"] = rules["dialer.suspicion_known"]
    world["suspicion_stopped"] = rules["dialer.suspicion_stopped"]
    world["suspicion_rest_ms"] = rules["dialer.suspicion_rest"]
    world["suspicion_quick_ms"] = rules["dialer.suspicion_quick"]
    world["callers"] = sum(block.count for block in scenario.caller_ids)
    world["campaigns"] = len(scenario.campaigns)


def number_nodes(
    world: Any, scenario: Scenario, counts: tuple[int, int, int, int], carrier: Carrier
) -> None:
    """Give every owner of events its range of queue nodes; cases come last and may grow.

    `counts`: of hours classes, of groups of agents, of call slots and of leads.
    """
    node = 0
    classes, groups, slots, leads = counts
    lines, gateways = len(carrier.lines), len(carrier.gateways)
    labels = int(world["callers"]) + len(CLASSES) if carrier.lines["appeals"].any() else 0
    agents = sum(group.count for group in scenario.agents)
    n = len(scenario.campaigns)
    for name, count in (
        ("pace", n),
        ("second", n),
        ("dial", n),
        ("wake", n),
        ("class", classes),
        ("group", groups),
        ("line", lines),
        ("enterprise", 1),
        ("gateway", gateways),
        ("calm", gateways),
        ("label", labels),
        ("stop_appeal", 1),
        ("platform", 1),
        ("block", len(carrier.filed_blocks)),
        ("trunk", len(carrier.contracts)),
        ("agent", agents),
        ("call", slots),
        ("lead", leads),
        ("case", 0),
    ):
        world[f"node_{name}"] = node
        node += count


def put_first_looks(static: Static, state: State) -> None:
    """Put the first look of owners who appeal at numbers that begin labelled; none in a replay."""
    if static.world[0]["tape"] == REPLAY:
        return
    node, callers = int(static.world[0]["node_label"]), int(static.world[0]["callers"])
    tick = int(static.world[0]["opening"]) + max(1, int(static.profile.network[0]["lookup_ms"]))
    lines = state.carrier.lines[:callers]
    for row in np.flatnonzero(lines["appeals"]):
        wanted = int(lines["labelled"][row] != 0)
        if wanted == int(lines["appeal_stage"][row]):
            continue
        lines["appeal_stage"][row] = wanted
        if wanted:
            queue_put(state.queue, node + int(row), tick, int(Kind.LINE))
        else:
            queue_remove(state.queue, node + int(row))


def put_first_standings(static: Static, state: State) -> None:
    """Put the first change of each block's registration, and the first stop of the platform."""
    world, carrier = static.world[0], state.carrier
    for block, filed in enumerate(carrier.filed_blocks):
        begin, until = int(filed["registered_from"]), int(filed["registered_until"])
        tick = begin if begin > 0 else until
        if tick < int(world["end"]):
            queue_put(state.queue, int(world["node_block"]) + block, tick, int(Kind.LINE))
    if len(carrier.platform_stops):
        tick = int(carrier.platform_stops[0, 0])
        queue_put(state.queue, int(world["node_platform"]), tick, int(Kind.LINE))


def zone_shifts(scenario: Scenario, rules: Profile, hours: Hours) -> NDArray[np.int64]:
    """Return, of each row of hours, the ms from a tick to the callee's clock by hour of the run.

    A number that may be in several zones has the clock of the first by name; in Xinjiang it is
    Xinjiang's.
    """
    local = str(rules["hours.extra_zone.xinjiang"])
    shifts = [clock_shifts(scenario, scenario.time_zone)] * len(hours.spans)
    for zones, row in reversed(hours.rows.items()):
        zone = local if local in zones else min(zones)
        shifts[row] = clock_shifts(scenario, zone)
    return np.array(shifts)


def put_network_events(static: Static, state: State) -> None:
    """Put what the network has to do by itself: blocks of gateways, labels to be looked up."""
    put_first_looks(static, state)
    for gateway, blocks in enumerate(state.carrier.gateway_blocks):
        if len(blocks) and blocks[0] < static.world[0]["horizon"]:
            node = int(static.world[0]["node_gateway"]) + gateway
            queue_put(state.queue, node, int(blocks[0]), int(Kind.LINE))


def put_first_events(static: Static, state: State) -> None:
    """Put each hours class's and agent group's first boundary, and what the network has to do."""
    if static.world[0]["tape"] != REPLAY:
        put_network_events(static, state)
    put_first_standings(static, state)
    world = static.world[0]
    for row, record in enumerate(state.classes):
        if record["count"] > 0:
            tick = int(static.boundaries[row, 0])
            queue_put(state.queue, int(world["node_class"]) + row, tick, int(Kind.WINDOW))
    for row, record in enumerate(state.crew.groups):
        if record["boundaries"] > 0:
            tick = int(static.shifts[row, 0])
            queue_put(state.queue, int(world["node_group"]) + row, tick, int(Kind.SHIFT))
