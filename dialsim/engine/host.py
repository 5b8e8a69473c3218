"""Python interface of the engine: fill lists, advance, drain logs, copy.

Everything here is cheap next to the kernels; a slice of ``advance`` costs one call.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.layout import CASE_NODES
from dialsim.core.codes import Action, Limit, Seen, Status
from dialsim.core.queue_layout import FAULT, NO_FAULT, free_nodes, grow_queue
from dialsim.core.rng import ordinal_key, wrapping
from dialsim.core.ticks import tick_to_datetime
from dialsim.core.time_units import DAY_MS
from dialsim.engine import kernels
from dialsim.engine.build import World
from dialsim.engine.call_history import kernels as before
from dialsim.engine.call_history.attempts import begun_of, remember
from dialsim.engine.held_world import HeldWorld
from dialsim.engine.listed_people import GivenRows, fill_network, list_base, write_known, write_rows
from dialsim.engine.network import kernels as network
from dialsim.engine.pacing import kernels as pacing
from dialsim.engine.sharing.kernels import survey_agents
from dialsim.engine.specialised.choice import choose_engine
from dialsim.engine.state import REPLAY
from dialsim.errors import InternalError
from dialsim.outcomes.complaint_factors import call_grounds
from dialsim.pacing.build import weigh
from dialsim.pacing.layout import ABANDON_UNIT
from dialsim.pacing.policy import CampaignSeen, Observation
from dialsim.people.build import make_leads
from dialsim.people.chunks import Chunk
from dialsim.people.kernels import fill_synthetic
from dialsim.people.layout import BY_SHARE, EARLIER, GIVEN, LONG_AGO

NO_BUDGET = 1 << 62
NOT_DELIVERED = -1


class Logs(NamedTuple):
    """Rows logged since the last drain, as structured arrays of their own."""

    calls: NDArray[Any]
    events: NDArray[Any]
    actions: NDArray[Any]


def advance(world: World, until: int, budget: int | None = None) -> Status:
    """Play all events before a tick.

    Parameters
    ----------
    until
        Tick, exclusive.
    budget
        Most events to play; None: no bound.

    Returns
    -------
    Status
        REACHED or DONE when nothing is left before `until`; YIELD when the budget is spent;
        NEED_LEADS when the next row of list ``control["need_list"]`` is wanted; LOG_FULL until
        :func:`drain`; CASES_FULL until :func:`grow_cases`.

    Raises
    ------
    InternalError
        If the queue found a broken promise: our fault.
    """
    world.choice = choose_engine(world.static, world.state, world.choice)
    engine, most = world.choice.engine, NO_BUDGET if budget is None else int(budget)
    if world.held.is_used:
        status = world.held.call(engine, world.static, world.state, int(until), most)
    else:
        with wrapping():
            status = engine(world.static, world.state, int(until), most)
    fault = int(world.state.queue.clock[FAULT])
    if fault != NO_FAULT:
        raise InternalError(f"the event queue met fault {fault} at tick {now(world)}")
    return Status(int(status))


def now(world: World) -> int:
    """Return the tick of the last event played."""
    return int(world.state.control[0]["now"])


def rows_left(world: World, source: int) -> int:
    """Return how many rows of a list are not filled yet."""
    return int(world.state.lists[source]["count"]) - world.filled[source]


def fill(world: World, source: int, count: int) -> int:
    """Write the next rows of a synthetic list and return their number; see :func:`publish`.

    Safe in another thread while ``advance`` runs: only rows that are not resident are touched.
    """
    first = world.filled[source]
    count = min(count, rows_left(world, source))
    if count <= 0:
        return 0
    if world.scenario.people[source].order == "key":
        keys = _sorted_keys(world, source)[first : first + count]
        rows = np.zeros(count, GIVEN)
        rows["key"] = keys
        rows["last_tick"] = LONG_AGO
        for field in ("operator", "consent", "relation", "zone", "province"):
            rows[field] = -1
        return fill_rows(world, source, rows)
    _make_room(world, source, first, count)
    s = world.state
    with wrapping():
        fill_synthetic(s.people, s.lists, list_base(world), source, first, count)
    person = int(s.lists[source]["first"]) + first
    fill_network(world, person, person + count)
    world.filled[source] += count
    return count


def fill_rows(world: World, source: int, rows: NDArray[Any]) -> int:
    """Write the next rows of a list from GIVEN records; as :func:`fill`."""
    nothing = np.zeros(0, EARLIER), np.zeros(len(rows), np.int64), np.zeros(0, BY_SHARE)
    write_rows(world, source, GivenRows(world.filled[source], rows, *nothing))
    world.filled[source] += len(rows)
    return len(rows)


def fill_chunk(world: World, source: int, chunk: Chunk) -> int:
    """Write the next rows of a list as its reader hands them on; as :func:`fill`."""
    first = world.filled[source]
    person = int(world.state.lists[source]["first"]) + first
    _make_room(world, source, first, len(chunk.rows))
    earlier = chunk.earlier.copy()
    earlier["row"] -= first
    terms = world.static.world[0]
    holds_from = int(terms["opening"] - terms["decline_holds_ms"]) + 1
    categories = world.static.campaigns["category"]
    remember(world.state, person, chunk.rows, earlier, categories, holds_from)
    begun, numbers = begun_of(chunk.rows, earlier, world.static.lead_base[:, source])
    begun["row"] += first
    if len(begun):
        world.begun[source].append(begun)
    dated = chunk.dated.copy()
    dated["row"] += person - first
    world.to_come[source].append(dated)
    if world.lists is not None and world.lists.hour_starts[source] is not None:
        world.state.hour_first[:, source] = world.lists.hour_starts[source]
    if chunk.priorities is not None and len(world.state.priorities):
        world.state.priorities[person : person + len(chunk.rows)] = chunk.priorities
    if world.carried is not None and world.lists is not None:
        world.carried.add(
            source,
            first,
            lines=chunk.lines,
            numbers=chunk.numbers,
            attributes=chunk.attributes,
            values=world.lists.attribute_values[source],
        )
    shares = chunk.shares.copy()
    shares["row"] -= first
    given = GivenRows(first, chunk.rows, earlier, numbers, shares)
    write_rows(world, source, given)
    if world.kept is not None:
        world.kept.rows[source].append(given)
    world.filled[source] += len(chunk.rows)  # last: who is filled may be shown by another thread
    return len(chunk.rows)


def redraw(read: World, world: World) -> None:
    """Redraw a world's people into another world, with the other's base.

    Parameters
    ----------
    read
        Has every row, nothing played, and keeps what the rows say (`kept`).
    world
        Of the same scenario, with no row filled; rows are filled, and none is resident.
    """
    assert read.kept is not None
    for source in range(len(world.filled)):
        given = read.kept.rows.get(source, ())
        for rows in given:
            write_rows(world, source, rows)
        if not given:
            fill(world, source, rows_left(world, source))
    for known in read.kept.known:
        write_known(world, known)


def _make_room(world: World, source: int, first: int, count: int) -> None:
    """Clear the stored attempts of the people of rows that are filled next.

    Memory that is read before it is written costs the engine a wait a page, and is never a huge
    one: a fifteenth of a run. Whoever fills has a thread of their own.
    """
    person = int(world.state.lists[source]["first"]) + first
    world.state.rings[person : person + count] = 0
    world.state.carrier.last_calls[person : person + count] = 0  # nobody's, where none are kept


def _sorted_keys(world: World, source: int) -> NDArray[Any]:
    """Keys of a synthetic list in ascending order, computed once."""
    if source not in world.keys_in_order:
        entry = world.state.lists[source]
        with wrapping():
            keys = [ordinal_key(entry["key"], i) for i in range(int(entry["count"]))]
        world.keys_in_order[source] = np.sort(np.array(keys, np.uint64))
    return world.keys_in_order[source]


def publish(world: World, source: int) -> None:
    """Make the rows filled so far resident, with their leads; only between two slices.

    What is known of them by now is applied at once: nobody has looked at them yet. What another
    thread is about to write keeps for the next time.
    """
    rows, waiting = world.filled[source], world.to_come[source]
    stop = int(world.state.lists[source]["first"]) + rows
    while waiting and (waiting[0]["row"] < stop).all():
        entries = waiting.pop(0)
        known = entries["tick"] <= now(world)
        write_known(world, entries[known])
        if world.kept is not None:
            world.kept.known.append(entries[known])
        world.dated.add(entries[~known])
    show(world, source, rows)


def show(world: World, source: int, rows: int) -> None:
    """Make a list's rows before row `rows` resident, and the leads that those need.

    Leads and timers of other rows are pages nobody has touched: of a hundred million people the
    first is called before the last is written.
    """
    s = world.state
    first = int(s.lists[source]["resident"])
    s.lists[source]["resident"] = rows
    node = int(world.static.world[0]["node_lead"])
    for lead, stop in make_leads(s.leads, world.static.leads_of, s.lists, source, first):
        free_nodes(s.queue.timers, node + lead, node + stop)
    for begun in world.begun.get(source, ()):
        mine = begun[(begun["row"] >= first) & (begun["row"] < rows)]
        if len(mine):
            _go_on(world, mine, source)


def _go_on(world: World, begun: NDArray[Any], source: int) -> None:
    """Continue leads with earlier attempts, and open the cases these will bring."""
    with wrapping():
        before.continue_leads(world.static, world.state, begun, source)
        if world.static.world[0]["tape"] == REPLAY:
            return
        done, weighs = 0, np.full(len(begun), NOT_DELIVERED)
        while True:
            done = int(before.complain_late(world.static, world.state, begun, source, done, weighs))
            if done == len(begun):
                break
            grow_cases(world)
    delivered = weighs != NOT_DELIVERED
    calls = begun[delivered]
    trunks = world.state.carrier.numbers["trunk"][calls["caller"]]
    world.delivered_before.append(
        call_grounds(calls["tick"], calls["caller"], trunks, weighs[delivered])
    )


def learn(world: World, tick: int) -> bool:
    """Apply what becomes known at a tick; False if a log is full: :func:`drain`, then again.

    Only when everything before the tick has been played.
    """
    due = world.dated.due(tick)
    if len(due):
        with wrapping():
            done = int(kernels.apply_updates(world.static, world.state, due, int(tick)))
        world.dated.drop(done)
    return world.dated.next_tick > tick


def order_dials(world: World, campaign: int, count: int, tick: int) -> None:
    """Order so many dials of a policy-mode campaign from a tick on, until the next order.

    Only when everything before the tick has been played.
    """
    static, state = world.static, world.state
    world.held.call(pacing.order_dials, static, state, campaign, int(count), int(tick))


def decide_each_second(world: World, tick: int) -> None:
    """Resume per-second decisions of campaigns that lacked agents or people.

    From a tick on, for terms that change. Everything before it has been played; of a run that was
    stopped on its way to another, perhaps more.
    """
    after = max(int(tick) - 1, int(world.state.control[0]["now"]))
    with wrapping():
        for campaign in range(len(world.state.progress)):
            pacing.resume_seconds(world.static, world.state, campaign, after)


def set_weight(world: World, campaign: int, weight: int) -> None:
    """Set a campaign's weight for taking turns with others."""
    weigh(world.state.progress[campaign], weight)


def observe(world: World, tick: int) -> Observation:
    """Return a pacing policy's observation after everything before a tick was played."""
    start, zone = world.scenario.start, world.scenario.time_zone
    campaigns = {
        c.name: _seen(world, row, c.name, tick) for row, c in enumerate(world.scenario.campaigns)
    }
    return Observation(
        tick=tick,
        now=tick_to_datetime(start, zone, tick),
        campaigns=MappingProxyType(campaigns),
    )


def _seen(world: World, row: int, name: str, tick: int) -> CampaignSeen:
    k, s, call = world.static, world.state, world.held.call
    call(survey_agents, k, s, row)
    open_now = bool(call(pacing.is_at_work, k, s, row))
    idle, talking, wrapping_up, outstanding, waiting = s.crew.floor[0].item()
    progress, ledger = s.progress[row], s.ledgers[row]
    by_seen = s.memory.by_seen[row].tolist()
    handled = by_seen[Seen.CONNECTED] + by_seen[Seen.ASSISTANT]
    today = ledger["day"] == tick // DAY_MS
    return CampaignSeen(
        name=name,
        open=open_now,
        limit=_LIMITS[progress["limit"]],
        idle=idle,
        talking=talking,
        wrapping=wrapping_up,
        outstanding=outstanding,
        waiting=waiting,
        to_dial=int(progress["allotted"]),
        attempts=int(s.pacers[row]["calls"]),
        seen=MappingProxyType({name: by_seen[code] for code, name in _SEEN_NAMES}),
        answers_today=int(ledger["answers"]) if today else 0,
        drops_today=int(ledger["drops"]) if today else 0,
        drop_cap=min(1.0, int(k.campaigns[row]["abandon_cap"]) / ABANDON_UNIT),
        handle_s=int(progress["busy_ms"]) / 1000 / handled if handled else None,
    )


_LIMITS = {int(limit): limit.name.lower() for limit in Limit}
_SEEN_NAMES = [(int(seen), seen.name.lower()) for seen in Seen if seen]


def shorten(world: World, source: int) -> None:
    """End a list at the rows filled so far; the reserved rest is never dialled."""
    world.state.lists[source]["count"] = world.filled[source]


def fill_all(world: World) -> World:
    """Make every row of every synthetic list resident; return the world."""
    for source in range(len(world.state.lists)):
        fill(world, source, rows_left(world, source))
        publish(world, source)
    return world


def drain(world: World) -> Logs:
    """Remove the logged rows, and return copies."""
    logs = hand_over(world, world.state.memory.calls)
    return logs._replace(calls=logs.calls.copy())


def hand_over(world: World, spare: NDArray[Any] | None = None) -> Logs:
    """Remove the logged rows, and return them without copying the calls.

    Parameters
    ----------
    spare
        CALL_ROW[capacity], where calls are logged from now on; None: a fresh array. Until it comes
        back as `spare`, what was handed over is the receiver's.

    Returns
    -------
    Logs
        `calls` is the beginning of the array that was logged into, its ``base``; events and
        actions are few, and copied.
    """
    control = world.state.control[0]
    memory = world.state.memory
    if spare is None:
        spare = np.empty_like(memory.calls)
    logs = Logs(
        calls=memory.calls[: control["calls"]],
        events=memory.events[: control["events_logged"]].copy(),
        actions=memory.actions[: control["actions"]].copy(),
    )
    if spare is not memory.calls:
        world.state = world.state._replace(memory=memory._replace(calls=spare))
    control["calls"] = control["events_logged"] = control["actions"] = 0
    return logs


def let_go(world: World) -> None:
    """Discard the logged rows."""
    control = world.state.control[0]
    control["calls"] = control["events_logged"] = control["actions"] = 0


def grow_cases(world: World) -> None:
    """Double the room for complaint cases."""
    carrier = world.state.carrier
    room = len(carrier.cases)
    cases = np.zeros(2 * room, carrier.cases.dtype)
    cases[:room] = carrier.cases
    nodes = int(world.static.world[0]["node_case"]) + CASE_NODES * room
    world.state = world.state._replace(
        carrier=carrier._replace(cases=cases),
        queue=grow_queue(world.state.queue, nodes, CASE_NODES * room),
    )


def run_to_end(world: World) -> Logs:
    """Play a world of synthetic lists to its end and return every row logged."""
    parts: list[Logs] = []
    while True:
        target = min(world.end_tick, world.dated.next_tick)
        status = advance(world, target)
        if status == Status.REACHED:
            while not learn(world, target):
                parts.append(drain(world))
        elif status == Status.NEED_LEADS:
            source = int(world.state.control[0]["need_list"])
            fill(world, source, 1 << 16)
            publish(world, source)
        elif status == Status.CASES_FULL:
            grow_cases(world)
        else:
            parts.append(drain(world))
        if status == Status.DONE:
            return Logs(*(np.concatenate(rows) for rows in zip(*parts, strict=True)))


def copy_state(world: World) -> World:
    """Return an independent copy of a world; the static half is shared."""
    return replace(
        world,
        state=copy.deepcopy(world.state),
        filled=list(world.filled),
        dated=copy.copy(world.dated),
        held=HeldWorld(),
        to_come=copy.deepcopy(world.to_come),
    )


def digest(world: World) -> str:
    """Return the outcome digest so far, 32 hex digits."""
    control = world.state.control[0]
    return f"{int(control['digest_high']):016x}{int(control['digest_low']):016x}"


def hear_of_complaint(world: World, person: int) -> None:
    """Notify the dialer of a complaint, as a replay does between two slices."""
    with wrapping():
        network.suppress_complainant(world.state, person)


def close_caller(world: World, row: int) -> None:
    """Mark a caller ID as closed by the network at the start, as the dialer knows."""
    world.state.carrier.numbers[row]["state"] = Action.CLOSE
    apply_notice(world, row, Action.CLOSE)


def apply_notice(world: World, row: int, action: int, rule: int = 0) -> None:
    """Deliver a formal notice to the dialer, as a replay does between two slices."""
    with wrapping():
        network.apply_notice(world.state, row, action, rule)
