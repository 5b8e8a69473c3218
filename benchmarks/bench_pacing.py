"""What deciding costs: one predictive decision inside the engine, and a day of 10 000 agents."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from benchmarks.worlds import open_road
from dialsim.core.codes import Kind, Status
from dialsim.core.queue import queue_kind, queue_next
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.engine.pacing.kernels import dials_wanted_now
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel
from dialsim.scenario import load_scenario

BUDGET_NS = 1000
MORNING_MS = 10 * 3_600_000
STEPS = 20_000


def predictive(agents: int, people: int) -> dict[str, Any]:
    """Return the open road with agents who are dialled ahead for."""
    raw = open_road(people, agents)
    raw["campaigns"][0]["pacing"] = {"mode": "predictive"}
    raw["campaigns"][0]["attempts"]["at_most"] = 1
    return raw


def in_the_morning(agents: int, people: int) -> World:
    """Return a world that has been played until ten."""
    world = host.fill_all(prepare(load_scenario(predictive(agents, people)), call_rows=4_000_000))
    step(world, MORNING_MS)
    return world


def step(world: World, until: int, budget: int | None = None) -> None:
    """Play on, making room where a log or the cases are full."""
    while True:
        status = host.advance(world, until, budget)
        if status == Status.CASES_FULL:
            host.grow_cases(world)
        elif status == Status.LOG_FULL:
            host.drain(world)
        else:
            return


def kinds(world: World) -> tuple[int, int]:
    """Play on event by event: decisions after an event, and those of the second."""
    after, seconds = 0, 0
    first_second = int(world.static.world[0]["node_second"])
    for _ in range(STEPS):
        node = int(queue_next(world.state.queue, 1 << 60))
        if queue_kind(world.state.queue, node) == Kind.PACE:
            seconds += node >= first_second
            after += node < first_second
        step(world, 1 << 60, budget=1)
    return after, seconds


@kernel
def decide(k: Static, s: State, count: int, second: bool, now: int) -> int:
    """Decide so often, all that a decision reads lying in the cache."""
    total = 0
    for _ in range(count):
        total += dials_wanted_now(k, s, 0, second, now)
    return total


def cost_ns(world: World, count: int, second: bool, now: int) -> float:
    """Return what a decision of the one kind or the other takes, the best of five rounds."""
    answer = int(decide(world.static, world.state, 1, second, now))
    best = float("inf")
    for _ in range(5):
        begin = time.perf_counter()
        total = decide(world.static, world.state, count, second, now)
        best = min(best, time.perf_counter() - begin)
        assert total == count * answer
    return 1e9 * best / count


@pytest.mark.parametrize("agents", [10, 100, 1000])
def test_decision(
    agents: int,
    note: Callable[[str], None],
    budget: Callable[[bool, str], None],
    benchmark: Any,
) -> None:
    """Decisions after an event and those of the second, as often as a day has them."""
    world = in_the_morning(agents, 1_500 * agents)
    after, seconds = kinds(world)
    now = host.now(world)
    rounds = 20_000 if benchmark.enabled else 10
    benchmark.pedantic(decide, args=(world.static, world.state, rounds, False, now), rounds=1)
    event_ns, second_ns = (cost_ns(world, rounds, second, now) for second in (False, True))
    mean = (after * event_ns + seconds * second_ns) / (after + seconds)
    note(
        f"{agents} agents: {event_ns:,.0f} ns after an event ({after} of them), "
        f"{second_ns:,.0f} ns on the second ({seconds}); {mean:,.0f} ns on average"
    )
    assert after > 0 < seconds
    budget(mean <= BUDGET_NS, f"at most {BUDGET_NS:,} ns a decision: {mean:,.0f} ns")


def test_a_day_of_ten_thousand_agents(note: Callable[[str], None], benchmark: Any) -> None:
    """Eleven hours and a half of predictive dialling for 10 000 people at work."""
    agents, people = (10_000, 9_000_000) if benchmark.enabled else (300, 30_000)
    world = host.fill_all(prepare(load_scenario(predictive(agents, people)), call_rows=1 << 20))
    begin = time.perf_counter()
    benchmark.pedantic(host.run_to_end, args=(world,), rounds=1)
    taken = time.perf_counter() - begin
    attempts = int(world.state.control[0]["attempts"])
    staff = world.state.crew.staff[0]
    talk = int(staff["talk_ms"].sum())
    total = sum(int(staff[name].sum()) for name in ("idle_ms", "talk_ms", "wrap_ms"))
    assert attempts > people // 2
    note(f"{agents:,} agents: {attempts:,} attempts in {taken:.1f} s, {talk / total:.1%} talk")
    assert np.all(world.state.ledgers["drops"] * 100 <= 3 * world.state.ledgers["answers"])
