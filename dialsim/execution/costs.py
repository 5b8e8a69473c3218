"""Cost of a replication, counted during the simulation, without a call log."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.outcomes.writer import NoSink

if TYPE_CHECKING:
    from dialsim.engine.build import World

ANSWERED = 200
"""The first phase code of an answered call, from which on it is billed."""


class Billing(NoSink):
    """Counts the answered calls of each trunk and their billing steps.

    Parameters
    ----------
    step_ms
        Length of a billing step.
    trunks
        Number of trunks.
    """

    def __init__(self, step_ms: int, trunks: int) -> None:
        self._step_ms = step_ms
        self.calls = np.zeros(trunks, np.int64)
        self.steps = np.zeros(trunks, np.int64)

    def write(self, calls: NDArray[Any], events: NDArray[Any], actions: NDArray[Any]) -> None:
        """Count a batch of `CALL_ROW` rows."""
        del events, actions
        answered = calls[calls["sip"] == ANSWERED]
        billed = answered["wait_ms"].astype(np.int64) + answered["talk_ms"]
        trunks = len(self.calls)
        self.calls += np.bincount(answered["trunk"], minlength=trunks)
        steps = -(-billed // self._step_ms)
        # weights are float64, which holds such sums exactly
        self.steps += np.bincount(answered["trunk"], steps, trunks).astype(np.int64)


def sink_for(world: World) -> NoSink:
    """Return the sink for a replication's calls: none, or one that counts billing steps."""
    costs = world.scenario.costs
    if costs is None or costs.billing_step is None:
        return NoSink()
    return Billing(costs.billing_step, len(world.scenario.trunks))


def cost_of(world: World, sink: NoSink, until: int | None = None) -> float | None:
    """Return the cost of a replication by its scenario's prices; None without prices.

    Parameters
    ----------
    until
        Tick of the world: cost up to then, whole months of numbers and all scrubs included. None:
        the end of its days.

    A quantity without a price has no amount; see
    :func:`dialsim.results.cost_statement.cost_statement`. A scenario that starts at
    ``history.as_of`` has only the cost from there on.
    """
    from dialsim.scenario.as_of import opening_tick

    total = _cost_up_to(world, sink, until)
    opening = opening_tick(world.scenario)
    if total is None or until is not None or not opening:
        return total
    spent = _cost_up_to(world, NoSink(), opening, played=False)
    return total - (spent or 0.0)


def _cost_up_to(world: World, sink: NoSink, until: int | None, played: bool = True) -> float | None:
    """Return the cost up to a tick; without calls if none is `played` by then."""
    from dialsim.core.ticks import tick_to_datetime
    from dialsim.results.cost_statement import Billed, Used, cost_statement
    from dialsim.results.lists.scrubs import scrubs

    scenario, costs = world.scenario, world.scenario.costs
    if costs is None:
        return None
    billed: dict[int, Billed] | None = None if played else {}
    if isinstance(sink, Billing):
        rows = zip(sink.calls.tolist(), sink.steps.tolist(), strict=True)
        billed = {row: Billed(*each) for row, each in enumerate(rows)}
    last_day = scenario.start + timedelta(days=scenario.days - 1)
    if until is not None:
        last_day = tick_to_datetime(scenario.start, scenario.time_zone, until - 1).date()
    used = Used(
        scenario=scenario,
        until=world.horizon_tick if until is None else until,
        last_day=last_day,
        attempts=int(world.state.memory.tallies["attempts"].sum()) if played else 0,
        billed=billed,
        scrubs=scrubs(scenario, int(world.state.lists["count"].sum())),
    )
    return float(cost_statement(used, costs).total)
