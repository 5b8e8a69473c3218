"""From a scenario to a world: every stage's arrays, and the first events in the queue."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.build import CLASSES, build_carrier
from dialsim.carrier.layout import CASE_NODES, Carrier
from dialsim.compliance.hours import Hours
from dialsim.core.aligned import aligned_zeros, side_by_side
from dialsim.core.codes import Kind, Limit
from dialsim.core.delays import make_delays
from dialsim.core.queue import queue_put, queue_remove
from dialsim.core.queue_layout import make_queue
from dialsim.core.rng import run_base, stream_keys_of, wrapping
from dialsim.engine.held_world import HeldWorld
from dialsim.engine.listed_people import Kept
from dialsim.engine.nodes import Owner, number_nodes
from dialsim.engine.scheduled_updates import Dated
from dialsim.engine.shared import Alike, alike, calendar_days
from dialsim.engine.specialised.choice import Choice
from dialsim.engine.state import CONTROL, RECORD, REPLAY, SIGNAL, State, Static
from dialsim.outcomes.build import build_calls, build_memory
from dialsim.outcomes.layout import INTERVAL_MS
from dialsim.outcomes.passthrough import Carried
from dialsim.pacing.build import (
    build_ledgers,
    build_outlooks,
    build_pacers,
    build_progress,
    build_rehearsals,
)
from dialsim.people.build import (
    build_mix,
    build_priorities,
)
from dialsim.people.history_account import HistoryAccount
from dialsim.people.layout import LEAD, PERSON
from dialsim.people.lists import Lists
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile

CASES = 1024  # room for complaint cases to begin with; it grows when it is full
LEADS_A_CASE = 4096  # with one case of so many leads, their nodes need not move as they become
# more: what lies before them is gigabytes in a list of a hundred million
HOURS = 24
GIVEN_AWAY = ("calls",)
"""A log hands its rows over with the array they stand in; call slots only have the same name."""


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
        What becomes known about people later: see :mod:`dialsim.engine.scheduled_updates`.
    to_come
        The same of rows that are not resident yet, by list.
    begun
        Attempts of leads that the run goes on with: BEGUN, by list, in order of rows.
    delivered_before
        Those of them that were delivered, CALL_GROUNDS by the hour of their dials, as far as rows
        are resident.
    choice
        Which engine played it last, and for which arrays that was chosen.
    kept
        What rows of files said of its people, for whoever draws the rest anew; None: not kept.
    held
        What calls kernels that a policy's decisions need.
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
    delivered_before: list[NDArray[Any]] = field(default_factory=list)
    keys_in_order: dict[int, NDArray[Any]] = field(default_factory=dict)
    choice: Choice | None = None
    kept: Kept | None = None
    held: HeldWorld = field(default_factory=HeldWorld, repr=False, compare=False)

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
    tape: NDArray[Any] | None = None,
    record: int = 0,
    call_rows: int | None = None,
    like: Alike | None = None,
    earlier: bool = True,
) -> World:
    """Build the world of a scenario, with no list row resident yet.

    Parameters
    ----------
    scenario
        Checked and resolved.
    seed, replication
        Seed of behaviour (None: the scenario's) and the replication it plays.
    counts
        Rows of each list; None: all lists are synthetic.
    tape
        SIGNAL records: the run replays these signals, and the network is not asked.
    record
        Attempts to keep the signals of, in ``state.tape``; 0: none.
    call_rows
        Rows of the call log between two drains; None: the default.
    like
        What :func:`~dialsim.engine.shared.alike` made of the same scenario, for one of several
        worlds: they share the static half, which takes most of the time, and begin with copies of
        the rest. `counts` and `earlier` were its, and are not looked at.
    earlier
        Whether rows of lists from files may bring attempts made before the start, of which as
        many are remembered as the limits look back on.

    Raises
    ------
    ScenarioError
        If a profile or an override is not valid.
    """
    assert like is None or like.scenario is scenario
    seed = scenario.seed if seed is None else seed
    with wrapping():
        begin = like.copied() if like else alike(scenario, counts, earlier)
        base = np.uint64(run_base(seed, replication))
        static, state = build_world(begin, base, call_rows)
        redrawn = scenario.replications.people == "redrawn"
        static.world["list_base"] = run_base(scenario.list_seed, replication if redrawn else 0)
        if tape is not None:
            state = state._replace(tape=np.ascontiguousarray(tape))
            static.world["tape"] = REPLAY
        elif record:
            state = state._replace(tape=np.zeros(record, SIGNAL))
            static.world["tape"] = RECORD
        put_first_events(static, state)
    return World(
        scenario=scenario,
        rules=begin.rules,
        network=begin.network,
        static=static,
        state=state,
        seed=seed,
        replication=replication,
        caller_names=begin.caller_names,
        filled=[0] * len(begin.counts),
        hours=begin.hours,
    )


def build_world(begin: Alike, base: np.uint64, call_rows: int | None) -> tuple[Static, State]:
    """Build both halves of the world with `run_base` `base`; `begin` becomes part of it."""
    scenario, static = begin.scenario, begin.static
    world = static.world.copy()
    world["run_base"] = base
    people, n = sum(begin.counts), len(scenario.campaigns)
    carrier = build_carrier(
        scenario, begin.network, base, people, calendar_days(scenario), CASES, begin.numbers
    )
    slots = sum(trunk.channels for trunk in scenario.trunks)
    classes, crew = begin.classes, begin.crew
    counts = (len(classes), len(crew.groups), slots, begin.leads)
    number_nodes(world[0], count_nodes(world[0], scenario, counts, carrier))
    node_case = int(world[0]["node_case"])  # behind those of the leads
    grades, blocks = int(world[0]["grades"]), static.leads_of.shape
    handed_over = bool((static.campaigns["transfer_share"] > 0).any())
    calls, fates, transfers = build_calls(slots, transfers=handed_over)
    ranked = range(int(world[0]["node_call"]), int(world[0]["node_lead"]))
    intervals = int(world[0]["horizon"]) // INTERVAL_MS + 1
    memory = build_memory(n, intervals, *([] if call_rows is None else [call_rows]))
    state = State(
        control=np.zeros(1, CONTROL),
        queue=make_queue(
            node_case + CASE_NODES * CASES,
            later=range(ranked.stop, node_case),
            ranked=ranked,
            room=CASE_NODES * (begin.leads // LEADS_A_CASE),
        ),
        delays=make_delays(static.campaigns["retry_ms"]),
        soon=np.zeros((5, 256), np.int32),
        lists=begin.lists,
        people=np.zeros(people, PERSON),
        declines=np.zeros(people if decline_may_lapse(world[0]) else 0, np.int64),
        rings=aligned_zeros((people, begin.depth), np.int64),
        priorities=build_priorities(build_mix(scenario), people),
        hour_first=np.full((HOURS + 2, len(begin.lists)), -1, np.int64),
        leads=np.zeros(begin.leads, LEAD),
        appointments=np.full(begin.leads if grades > 1 else 0, -1, np.int64),
        ready=np.full((len(classes) * static.areas.groups.shape[1] * grades, 2), -1, np.int32),
        classes=classes,
        open=np.zeros(len(classes), np.uint8),
        progress=build_progress(static.campaigns),
        ledgers=build_ledgers(n),
        desks=build_ledgers(n),
        pacers=build_pacers(n),
        outlooks=build_outlooks(len(crew.pools)),
        rehearsals=build_rehearsals(n),
        taken=aligned_zeros(blocks, np.int64),
        hour_rows=np.zeros((*blocks, HOURS + 1), np.int64),
        limit_ms=np.zeros((n, len(Limit)), np.int64),
        resources=begin.resources,
        crew=crew,
        calls=calls,
        fates=fates,
        transfers=transfers,
        carrier=carrier,
        memory=memory,
        tape=np.zeros(0, SIGNAL),
    )
    world, stream_keys, state = side_by_side((world, stream_keys_of(base), state), apart=GIVEN_AWAY)
    return static._replace(world=world, stream_keys=stream_keys), state


def decline_may_lapse(world: Any) -> bool:
    """Return whether a marketing call may follow after a decline has lapsed."""
    return bool(world["decline_holds_ms"] < world["horizon"])


def count_nodes(
    world: Any, scenario: Scenario, counts: tuple[int, int, int, int], carrier: Carrier
) -> dict[Owner, int]:
    """Count the queue nodes of every owner but CASE, whose nodes follow all others and may grow.

    `counts`: of hours classes, of groups of agents, of call slots and of leads.
    """
    classes, groups, slots, leads = counts
    campaigns, gateways = len(scenario.campaigns), len(carrier.gateways)
    labels = int(world["callers"]) + len(CLASSES) if carrier.numbers["appeals"].any() else 0
    return {
        Owner.PACE: campaigns,
        Owner.SECOND: campaigns,
        Owner.DIAL: campaigns,
        Owner.WAKE: campaigns,
        Owner.CLASS: classes,
        Owner.GROUP: groups,
        Owner.LADDER: len(carrier.numbers),
        Owner.ENTERPRISE: 1,
        Owner.GATEWAY: gateways,
        Owner.CALM: gateways,
        Owner.LABEL: labels,
        Owner.STOP_APPEAL: 1,
        Owner.PLATFORM: 1,
        Owner.BLOCK: len(carrier.filed_blocks),
        Owner.TRUNK: len(carrier.contracts),
        Owner.DATED: 1,
        Owner.AGENT: sum(group.count for group in scenario.agents),
        Owner.CALL: slots,
        Owner.LEAD: leads,
    }


def put_first_looks(static: Static, state: State) -> None:
    """Schedule the first look of owners who appeal at initial labels; none in a replay."""
    if static.world[0]["tape"] == REPLAY:
        return
    node, callers = int(static.world[0]["node_label"]), int(static.world[0]["callers"])
    tick = int(static.world[0]["opening"]) + max(1, int(static.profile.network[0]["lookup_ms"]))
    numbers = state.carrier.numbers[:callers]
    for row in np.flatnonzero(numbers["appeals"]):
        wanted = int(numbers["labelled"][row] != 0)
        if wanted == int(numbers["appeal_stage"][row]):
            continue
        numbers["appeal_stage"][row] = wanted
        if wanted:
            queue_put(state.queue, node + int(row), tick, int(Kind.NETWORK))
        else:
            queue_remove(state.queue, node + int(row))


def put_first_standings(static: Static, state: State) -> None:
    """Schedule the first registration change of each block, and the platform's first stop."""
    world, carrier = static.world[0], state.carrier
    for block, filed in enumerate(carrier.filed_blocks):
        begin, until = int(filed["registered_from"]), int(filed["registered_until"])
        tick = begin if begin > 0 else until
        if tick < int(world["end"]):
            queue_put(state.queue, int(world["node_block"]) + block, tick, int(Kind.NETWORK))
    if len(carrier.platform_stops):
        tick = int(carrier.platform_stops[0, 0])
        queue_put(state.queue, int(world["node_platform"]), tick, int(Kind.NETWORK))


def put_network_events(static: Static, state: State) -> None:
    """Schedule the network's own events: gateway blocks, labels to be looked up."""
    put_first_looks(static, state)
    for gateway, blocks in enumerate(state.carrier.gateway_blocks):
        if len(blocks) and blocks[0] < static.world[0]["horizon"]:
            node = int(static.world[0]["node_gateway"]) + gateway
            queue_put(state.queue, node, int(blocks[0]), int(Kind.NETWORK))
    if len(state.carrier.dated_turns):
        node, tick = int(static.world[0]["node_dated"]), int(state.carrier.dated_turns[0, 0])
        queue_put(state.queue, node, tick, int(Kind.NETWORK))


def put_first_events(static: Static, state: State) -> None:
    """Schedule the first boundary of hours classes and agent groups, and network events."""
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
