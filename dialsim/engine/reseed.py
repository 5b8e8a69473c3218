"""Alternative futures of a world: other random draws or another network from a tick on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from dialsim.carrier.build import draw_labels, end_of
from dialsim.carrier.dated.build import build_dated_acts
from dialsim.carrier.gateways.build import build_gateways
from dialsim.carrier.platform.build import build_platform_stops
from dialsim.core.codes import Kind
from dialsim.core.queue import queue_is_in, queue_put, queue_remove
from dialsim.core.rng import run_base, stream_keys_of, wrapping
from dialsim.core.time_units import DAY_MS
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.engine.calls.kernels import draw_patience
from dialsim.engine.shared import DELAY_DAYS
from dialsim.scenario.filing import first_use
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.network_events import network_acts


def reseeded(world: World, replication: int, tick: int) -> World:
    """Return a world that continues with the random draws of another replication.

    Parameters
    ----------
    world
        Everything before `tick` is played, every list is resident; it is not touched.
    replication
        Its own: the same future. Another: what is drawn from `tick` on is drawn by that.

    Notes
    -----
    What was drawn before stays: calls under way with their fates, complaints on their way, who is
    there on the day that has begun. Who people are does not depend on the replication. What was
    drawn at the start for later is drawn again: blocks of gateways and stops of the platform that
    have not begun, and labels that numbers bring whose first use is to come. Copies the state.
    """
    copied = host.copy_state(world)
    if replication == world.replication:
        return copied
    record = copied.static.world.copy()
    with wrapping():
        draw_patience(copied.static, copied.state)
        record["past_base"] = record["run_base"]
        record["past_until"] = -(-tick // DAY_MS) * DAY_MS
        record["run_base"] = run_base(world.seed, replication)
        other = replace(
            copied,
            static=copied.static._replace(
                world=record, stream_keys=stream_keys_of(record["run_base"][0])
            ),
            replication=replication,
        )
        other = _with_blocks(other, tick)
        other = _with_stops(other, tick)
        _draw_labels(other, tick)
    return other


def with_network_events(world: World, scenario: Scenario, tick: int) -> World:
    """Return a world with another scenario's network events from here on.

    Parameters
    ----------
    world
        Everything before `tick` is played; its state is written, its arrays of acts are not.
    scenario
        As the world's but for such events, of which all that are under way stay.

    Notes
    -----
    What is said to have begun before `tick`, and did not, begins at it.
    """
    begun = [act for act in network_acts(world.scenario) if act.start < tick < act.end]
    known = {act[1:2] + act[3:] for act in begun}  # without its place among events, and its start
    later = [act for act in network_acts(scenario, tick) if act[1:2] + act[3:] not in known]
    acts, turns = build_dated_acts(scenario, [*begun, *later], tick)
    world.state.carrier.enterprise["dated_turn"] = 0
    coming = turns[:, 0][turns[:, 0] < int(world.static.world[0]["end"])]
    _put_instead(world, int(world.static.world[0]["node_dated"]), coming)
    return _with_carrier(world, dated_acts=acts, dated_turns=turns)


def _with_blocks(world: World, tick: int) -> World:
    """Redraw the gateway blocks that have not begun."""
    carrier, record = world.state.carrier, world.static.world[0]
    if not len(carrier.gateways):
        return world
    end = _calendar_end(world)
    _, blocks = build_gateways(
        world.scenario, world.network, record["run_base"], end, carrier.gateway_blocks, tick
    )
    for row, spans in enumerate(blocks):
        later = spans[::2][(spans[::2] >= tick) & (spans[::2] < int(record["horizon"]))]
        _put_instead(world, int(record["node_gateway"]) + row, later)
    return _with_carrier(world, gateway_blocks=blocks)


def _with_stops(world: World, tick: int) -> World:
    """Redraw the platform stops that have not begun."""
    carrier, record = world.state.carrier, world.static.world[0]
    stops = build_platform_stops(
        world.scenario,
        world.network,
        record["run_base"],
        _calendar_end(world),
        carrier.platform_stops,
        tick,
    )
    if not carrier.enterprise[0]["platform_stopped"]:  # else the end of the stop is next
        later = stops[:, 0][(stops[:, 0] >= tick) & (stops[:, 0] < int(record["end"]))]
        _put_instead(world, int(record["node_platform"]), later)
    return _with_carrier(world, platform_stops=stops)


def _put_instead(world: World, node: int, ticks: NDArray[Any]) -> None:
    """Reschedule a node to the first of some ticks."""
    queue = world.state.queue
    if queue_is_in(queue, node):
        queue_remove(queue, node)
    if len(ticks):
        queue_put(queue, node, int(ticks[0]), int(Kind.NETWORK))


def _draw_labels(world: World, tick: int) -> None:
    """Redraw initial labels of unused numbers whose owner does not appeal."""
    scenario, base = world.scenario, world.static.world[0]["run_base"]
    settled = [
        block.name
        for block in scenario.caller_ids
        if block.appeals_labels or not first_use(scenario, block) >= tick > 0
    ]
    draw_labels(world.state.carrier.numbers, scenario, world.network, base, settled)


def _calendar_end(world: World) -> int:
    """Return the tick up to which blocks and stops are drawn."""
    return end_of(world.end_tick // DAY_MS + DELAY_DAYS)


def _with_carrier(world: World, **arrays: Any) -> World:
    return replace(
        world, state=world.state._replace(carrier=world.state.carrier._replace(**arrays))
    )
