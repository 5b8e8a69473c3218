"""A feedback controller with two parameters: dials out for each idle and for each busy agent.

Once a second of virtual time it orders what is missing to ``a × idle + b × busy`` calls out. It is
driven as the scheduler drives a policy of the user's own, second by second, in compiled code.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dialsim.core.codes import Status
from dialsim.core.rng import wrapping
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.engine.kernels import advance
from dialsim.engine.pacing.kernels import order_dials
from dialsim.engine.state import State, Static
from dialsim.errors import InternalError
from dialsim.jit.decorator import kernel
from dialsim.scheduler.run import staffed

MODE = "linear"
SECOND_MS = 1000
NO_BUDGET = 1 << 62
REACHED = int(Status.REACHED)


@kernel
def linear_dials(s: State, a: float, b: float) -> int:
    """Dials that are missing to ``a`` calls out for each idle agent and ``b`` for each busy one."""
    pool, ledger = s.crew.pools[0], s.ledgers[0]
    busy = np.int64(pool["talking"]) + np.int64(pool["wrapping"])
    aim = np.int64(np.floor(a * np.int64(pool["idle"]) + b * busy))
    return max(0, aim - np.int64(ledger["outstanding"]) - np.int64(ledger["waiting"]))


@kernel
def steer(k: Static, s: State, gains: Any, clock: Any, until: int) -> int:
    """Play everything before a tick, deciding whenever the clock says; return a `Status`."""
    while True:
        tick = min(np.int64(clock[0]), until)
        status = advance(k, s, tick, NO_BUDGET)
        if status != REACHED or tick == until:
            return status
        order_dials(k, s, 0, linear_dials(s, gains[0], gains[1]), tick)
        clock[0] = tick + SECOND_MS


def run_linear(world: World, a: float, b: float) -> list[host.Logs]:
    """Play a world of mode ``policy`` with one campaign and one pool to its end.

    Returns
    -------
    list of Logs
        Every row logged, in parts.
    """
    parts: list[host.Logs] = []
    gains, clock = np.array([a, b]), np.zeros(1, np.int64)
    for start, end in staffed(world).tolist():
        clock[0] = start + 1  # agents log in at the start itself
        _play(world, gains, clock, end, parts)
    clock[0] = world.end_tick + 1
    _play(world, gains, clock, world.end_tick, parts)
    return [*parts, host.drain(world)]


def _play(world: World, gains: Any, clock: Any, until: int, parts: list[host.Logs]) -> None:
    """Play everything before a tick, and make room for whatever wants it on the way."""
    while True:
        with wrapping():
            status = Status(int(steer(world.static, world.state, gains, clock, until)))
        if status in (Status.REACHED, Status.DONE):
            return
        if status == Status.NEED_LEADS:
            source = int(world.state.control[0]["need_list"])
            host.fill(world, source, 1 << 16)
            host.publish(world, source)
        elif status == Status.CASES_FULL:
            host.grow_cases(world)
        elif status == Status.LOG_FULL:
            parts.append(host.drain(world))
        else:
            raise InternalError(f"the engine stopped with {status.name} on the way")
