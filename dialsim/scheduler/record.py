"""Moves a world's log to a sink in a thread that may be slower."""

from __future__ import annotations

import queue
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from typing import Any

import trio
from numpy.typing import NDArray

from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.outcomes.writer import Sink
from dialsim.results.summary_types.run import Performance
from dialsim.scheduler.performance import Measures

BATCHES = 3  # on their way to the sink; the driver waits when there are more


class _Order(Enum):
    """A request to the sink, queued with the log."""

    ROTATE = auto()
    END = auto()


@dataclass
class RunRecord:
    """Results of driving a world, beside the world itself and its sink.

    Attributes
    ----------
    complete
        Whether the world came to its end.
    snapshots
        By goal: what `take_snapshot` gave when the goal was due.
    actions, events
        All batches of ACTION_ROW and EVENT_ROW, in order.
    inputs
        Content digest of every people file that was read.
    """

    complete: bool = False
    snapshots: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    actions: list[NDArray[Any]] = field(default_factory=list)
    events: list[NDArray[Any]] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)
    performance: Performance = field(default_factory=Performance)


class Recorder:
    """The channel from one world's log to its sink.

    Parameters
    ----------
    world
        Whose log is drained.
    sink
        Written to in a thread of its own, one batch at a time, in order. It takes the next as soon
        as it is through with one: no turn of the loop, which may be playing a slice, is waited for.
    record
        Gets actions and events as well: goals and summary are computed from them.
    measures
        Gets the time spent writing, and waiting for the writer.
    """

    def __init__(self, world: World, sink: Sink, record: RunRecord, measures: Measures) -> None:
        self._world = world
        self.sink = sink
        self._record = record
        self._measures = measures
        self._batches: queue.SimpleQueue[host.Logs | _Order]
        self._room: trio.Semaphore
        self._spares: list[NDArray[Any]] = []  # written, to be logged into again

    @asynccontextmanager
    async def opened(self, nursery: trio.Nursery) -> AsyncIterator[None]:
        """Write in `nursery` while the context lasts; queued batches are still written."""
        batches: queue.SimpleQueue[host.Logs | _Order] = queue.SimpleQueue()
        room = trio.Semaphore(BATCHES)
        soon = trio.lowlevel.current_trio_token().run_sync_soon
        nursery.start_soon(
            trio.to_thread.run_sync, self._write, batches, partial(soon, room.release)
        )
        self._batches, self._room = batches, room
        try:
            yield
        finally:
            # Of a loop torn down by an interrupt this may come when another has begun already.
            batches.put(_Order.END)

    async def flush(self) -> None:
        """Pass on the logged rows; wait while the sink is behind."""
        control = self._world.state.control[0]
        if not (control["calls"] or control["events_logged"] or control["actions"]):
            return
        logs = host.hand_over(self._world, self._spares.pop() if self._spares else None)
        if len(logs.actions):
            self._record.actions.append(logs.actions)
        if len(logs.events):
            self._record.events.append(logs.events)
        begin = time.perf_counter()
        await self._pass_on(logs)
        self._measures.record_wait_s += time.perf_counter() - begin

    def _take_back(self, calls: NDArray[Any]) -> None:
        """Reuse a written array: fresh memory costs more than the engine takes to fill it.

        One of another size belonged to a log that has been given another capacity since.
        """
        written = calls if calls.base is None else calls.base
        if len(written) == len(self._world.state.memory.calls):
            self._spares.append(written)

    async def rotate(self) -> None:
        """Make the sink close its part after everything queued."""
        await self._pass_on(_Order.ROTATE)

    async def _pass_on(self, logs: host.Logs | _Order) -> None:
        await self._room.acquire()
        self._batches.put(logs)

    def _write(
        self, batches: queue.SimpleQueue[host.Logs | _Order], written: Callable[[], None]
    ) -> None:
        while (logs := batches.get()) is not _Order.END:
            begin = time.perf_counter()
            self._to_sink(logs)
            self._measures.record_s += time.perf_counter() - begin
            written()

    def _to_sink(self, logs: host.Logs | _Order) -> None:
        if isinstance(logs, _Order):
            self.sink.rotate()
        else:
            self.sink.write(*logs)
            self._take_back(logs.calls)


class PlainRecorder(Recorder):
    """A recorder whose sink writes at once, in the calling thread."""

    async def _pass_on(self, logs: host.Logs | _Order) -> None:
        self._to_sink(logs)
