"""The log's memory goes to the sink and comes back."""

from __future__ import annotations

from typing import Any

import numpy as np
import trio

from dialsim.engine import host
from dialsim.engine.build import prepare
from dialsim.scenario.load import load_scenario
from dialsim.scheduler.performance import Measures
from dialsim.scheduler.record import BATCHES, Recorder, RunRecord, _Order
from dialsim.scheduler.run import Player
from tests.scheduler.worlds import tiny

ROWS = 8


class Keeping:
    """Keeps copies of what it is given, and which memory that lay in."""

    def __init__(self) -> None:
        self.calls: list[Any] = []
        self.memory: list[int] = []
        self.slow = False

    def write(self, calls: Any, events: Any, actions: Any) -> None:
        """Keep a batch, and spoil it as whoever comes next would."""
        self.calls.append(calls.copy())
        self.memory.append(calls.__array_interface__["data"][0])
        if self.slow:
            trio.from_thread.run(trio.sleep, 0.002)
        calls["person"] = -1

    def rotate(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def expected() -> Any:
    return host.run_to_end(host.fill_all(prepare(load_scenario(tiny())))).calls


def test_few_arrays_serve_a_whole_run() -> None:
    """Whatever the writer's pace: a few batches on their way, one for the next, one logged into."""
    whole = expected()
    for slow in (False, True):
        sink = Keeping()
        sink.slow = slow
        player = Player(prepare(load_scenario(tiny()), call_rows=ROWS), sink)
        player.play()
        assert np.array_equal(np.concatenate(sink.calls), whole)
        assert len(sink.memory) > 10
        assert len(set(sink.memory)) <= BATCHES + 2


async def test_the_end_of_an_earlier_way_ends_no_later_one() -> None:
    """A loop that an interrupt tore down may be cleared away when the next has begun already."""
    world = host.fill_all(prepare(load_scenario(tiny()), call_rows=ROWS))
    sink = Keeping()
    recorder = Recorder(world, sink, RunRecord(), Measures())
    with trio.fail_after(30):
        async with trio.open_nursery() as nursery:
            earlier, later = recorder.opened(nursery), recorder.opened(nursery)
            await earlier.__aenter__()
            ways = [recorder._batches]
            await later.__aenter__()
            ways.append(recorder._batches)
            try:
                await earlier.__aexit__(None, None, None)
                for _ in range(3 * BATCHES):
                    host.advance(world, world.end_tick)
                    await recorder.flush()
                await later.__aexit__(None, None, None)
            finally:
                for way in ways:
                    way.put(_Order.END)  # whatever failed, no thread is left waiting
    assert len(sink.calls) == 3 * BATCHES
    assert np.array_equal(np.concatenate(sink.calls), expected()[: 3 * BATCHES * ROWS])


def test_what_is_handed_over_is_not_copied() -> None:
    world = host.fill_all(prepare(load_scenario(tiny()), call_rows=ROWS))
    host.advance(world, world.end_tick)
    first = world.state.memory.calls
    spare = np.zeros_like(first)
    logs = host.hand_over(world, spare)
    assert np.shares_memory(logs.calls, first)
    assert world.state.memory.calls is spare
    assert len(logs.calls) == ROWS
    host.advance(world, world.end_tick)
    fresh = host.hand_over(world)
    assert np.shares_memory(fresh.calls, spare)
    assert not np.shares_memory(world.state.memory.calls, first)
    host.advance(world, world.end_tick)
    drained = host.drain(world)  # copies, and goes on where it was
    assert not np.shares_memory(drained.calls, world.state.memory.calls)
    both = np.concatenate([logs.calls, fresh.calls, drained.calls])
    assert np.array_equal(both, expected()[: 3 * ROWS])
