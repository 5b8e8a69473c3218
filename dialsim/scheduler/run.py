"""One nursery plays a world: feed, drive, record, progress, and stop requests.

The engine works in the loop's own thread, in slices of some milliseconds between which all others
have their turn, so that a run can be watched and stopped at any moment; lists are read and the log
is written in other threads. A thread for the engine, woken for each slice, cost it up to a third
of its time. What a slice holds is measured, never meant: no result depends on it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar

import numpy as np
import trio
from numpy.typing import NDArray

from dialsim.core.codes import Status
from dialsim.core.ticks import merge
from dialsim.core.time_units import DAY_MS
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.engine.goals import GoalWatch
from dialsim.errors import InternalError
from dialsim.gc_pause import taken_out
from dialsim.jit.call_graph import kernels_below
from dialsim.outcomes.writer import Sink
from dialsim.scheduler.agenda import Agenda, Errand, Item
from dialsim.scheduler.clock import Clock, VirtualClock, WallClock
from dialsim.scheduler.compiling import together
from dialsim.scheduler.feed import AHEAD, CHUNK_ROWS, Chunk, Feed
from dialsim.scheduler.performance import Measures
from dialsim.scheduler.policy import AskedPolicy
from dialsim.scheduler.progress import Progress
from dialsim.scheduler.record import Recorder, RunRecord
from dialsim.scheduler.stop import Stop, interrupts
from dialsim.scheduler.threads import run_trio

BEFORE_ALL = -(1 << 40)  # a tick before every event
SLICE_S = 0.03
FIRST_BUDGET = 10_000
PROGRESS_S = 0.25
LEAST_DONE = 0.05
"""Share of the work after which the time left is more than a guess."""

Snapshot = Callable[[World, list[NDArray[Any]], int], Mapping[str, Any]]
Advance = Callable[[World, int, int], Status]


def wall_clock(world: World, speed: float) -> WallClock:
    """Return a real-time clock for working hours; nights and the aftermath pass at once."""
    return WallClock(speed, [(int(a), int(b)) for a, b in staffed(world)])


def staffed(world: World) -> NDArray[np.int64]:
    """Return the intervals in which an agent group is on shift, int64[n, 2], sorted, merged."""
    groups = world.state.crew.groups
    spans = [
        row[: int(group["boundaries"])].reshape(-1, 2)
        for row, group in zip(world.static.shifts, groups, strict=True)
    ]
    return merge(np.concatenate(spans).astype(np.int64))


class Player:
    """Drives one world, in one go or in several.

    Parameters
    ----------
    world
        Played in place.
    sink
        Gets every log row, in order, in a worker thread.
    clock
        None: as fast as the machine can.
    deadlines
        Tick by number of a goal: then `take_snapshot` is called with the world, the actions
        logged so far, and the number.
    on_progress
        Called some times a second from the event loop's thread; must return at once.
    policy
        What campaigns of pacing mode ``policy`` ask; None: none does.
    tick, record
        Where the world has come to, and what was recorded up to there.
    chunk_rows, budget
        Rows of a list fed at a time and events of a slice; None: what fits `SLICE_S`. For tests:
        no result depends on them.
    advance
        Plays a slice as ``host.advance`` does, whose place it takes.
    on_slice
        Called as soon as a slice has returned.
    slice_s
        Real time that a slice is meant to take.
    whole_lists
        Whether lists are read to their end though nobody is left to be called, as an account of
        all their rows asks for. A stop while they are is a run played to its end.

    Raises
    ------
    ScenarioError, CapacityError, InternalError
        From :meth:`play`, whatever the feed, the sink or the engine raised, bare of groups.
    """

    compiled: ClassVar[bool] = False
    """Whether one has come to the end of a world in this process: what takes long is compiled."""

    def __init__(
        self,
        world: World,
        sink: Sink,
        *,
        clock: Clock | None = None,
        deadlines: Mapping[int, int] | None = None,
        take_snapshot: Snapshot | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        policy: AskedPolicy | None = None,
        tick: int = 0,
        record: RunRecord | None = None,
        chunk_rows: int = CHUNK_ROWS,
        budget: int | None = None,
        advance: Advance = host.advance,
        on_slice: Callable[[], None] | None = None,
        slice_s: float = SLICE_S,
        whole_lists: bool = False,
    ) -> None:
        self.world = world
        self.record = record or RunRecord()
        self.measures = Measures()
        self._clock = clock or VirtualClock()
        self._take_snapshot = take_snapshot
        self.on_progress = on_progress
        self._feed = Feed(world, chunk_rows)
        self._recorder = Recorder(world, sink, self.record, self.measures)
        self._budget = budget or FIRST_BUDGET
        self._fixed_budget = budget is not None
        self._advance, self._on_slice, self._slice_s = advance, on_slice, slice_s
        self._whole_lists, self._reading = whole_lists, False
        self._compiled = False
        self._kernels, self._kernels_in_all = 0, 0
        self._tick = tick  # everything before it is played
        self._stop = Stop()
        self._waiting: trio.CancelScope | None = None
        self._yielded_s = 0.0  # when other tasks ran last
        self._agenda = Agenda()
        for number, due in (deadlines or {}).items():
            if due > tick or not tick:
                self._agenda.add(Item(due, Errand.SNAPSHOT, number))
        for day in range(tick // DAY_MS + 1, world.horizon_tick // DAY_MS + 1):
            self._agenda.add(Item(day * DAY_MS, Errand.ROTATE))
        self._policy = policy
        self._plan_to_ask(tick)
        self.goals = GoalWatch(world)
        self._plan_to_favour(tick)
        spans = staffed(world)
        self._pace = WallClock(1.0, [(int(a), int(b)) for a, b in spans]) if len(spans) else None

    @property
    def tick(self) -> int:
        """Everything before this tick has been played."""
        return self._tick

    @property
    def over(self) -> bool:
        """Whether the world is finished; with `whole_lists`, every row is read too."""
        lists = self.world.state.lists
        read = self._feed.finished and np.array_equal(lists["resident"], lists["count"])
        return self._tick >= self.world.end_tick and (read or not self._whole_lists)

    def play(self, until: int | None = None, stop: Stop | None = None) -> bool:
        """Play everything before a tick (None: to the end); False if stopped before it.

        Ctrl-C stops the run, it raises nothing. Works from any thread, and within a running
        asyncio or Trio loop, whose thread then waits.
        """
        self._stop = stop or Stop()
        until = self.world.end_tick if until is None else min(until, self.world.end_tick)
        begin = time.perf_counter()
        reached, wrong = False, None
        try:
            with interrupts(self._stop):
                reached = self._play(until)
        except BaseExceptionGroup as group:
            wrong = taken_out(group)
        finally:
            self.measures.wall_s += time.perf_counter() - begin
            self.record.inputs.update(self._feed.inputs)
            self._note_performance()
        if wrong is not None:
            try:
                raise wrong
            finally:
                wrong = None  # or this frame and the error would keep each other
        self.record.complete = self._tick >= self.world.end_tick
        Player.compiled |= self.record.complete
        return reached

    def _play(self, until: int) -> bool:
        return run_trio(lambda: self.play_async(until), self._stop)

    def _note_performance(self) -> None:
        control = self.world.state.control[0]
        self.record.performance = self.measures.to_dict(
            int(control["attempts"]), int(control["events"])
        )

    def fill_lists(self) -> None:
        """Make every row of every list resident; results do not change.

        Of a run that is over what became known of them before its end is applied.
        """
        self._publish_filled()
        for chunk in self._feed.rest():
            self._publish(chunk)
        if self._tick >= self.world.end_tick:
            host.learn(self.world, self.world.end_tick - 1)
        self.record.inputs.update(self._feed.inputs)

    async def play_async(self, until: int) -> bool:
        """Do what :meth:`play` does, within a Trio loop of the caller's."""
        chunks_in, self._chunks = trio.open_memory_channel[Chunk](AHEAD)
        self._publish_filled()
        async with trio.open_nursery() as background:
            background.start_soon(_unframed, self._watch_stop)
            if self.on_progress is not None:
                background.start_soon(_unframed, partial(self._show_progress, self.on_progress))
            async with (
                trio.open_nursery() as writing,
                self._recorder.opened(writing),
                trio.open_nursery() as feeding,
            ):
                feeding.start_soon(_unframed, partial(self._feed.run, chunks_in))
                await _unframed(partial(self._drive, until))
                feeding.cancel_scope.cancel()
            background.cancel_scope.cancel()
        if self.on_progress is not None:
            self.on_progress(self._progress())
        return self._tick >= until

    # --- drive --------------------------------------------------------------------------------

    async def _drive(self, until: int) -> None:
        if not self._compiled and not await self._compile():
            return
        while not self._stop.requested:
            self._publish_ready()
            target = self._clock.reach(self._tick, self._agenda.next_tick(until))
            await self._wait(target)
            if self._stop.requested:
                break
            status = self._slice(target)
            if status == Status.NEED_LEADS:
                await self._await_rows(int(self.world.state.control[0]["need_list"]))
            elif status == Status.LOG_FULL:
                await self._recorder.flush()
            elif status == Status.CASES_FULL:
                host.grow_cases(self.world)
            elif status in (Status.REACHED, Status.DONE):
                self._tick = target
                await self._run_errands()
                if self._tick >= until:
                    break
        if self._whole_lists and self._tick >= self.world.end_tick:
            await self._read_rest()
        await self._recorder.flush()

    async def _compile(self) -> bool:
        """Compile the engine by playing nothing; False if stopped meanwhile.

        The thread may be left behind: it has nothing to play.
        """
        begin = time.perf_counter()

        def nothing() -> None:
            with together(self._count_kernel):
                host.advance(self.world, BEFORE_ALL, 1)

        async def compiling() -> None:
            await trio.to_thread.run_sync(nothing, abandon_on_cancel=True)
            self._compiled = True

        await self._unless_stopped(compiling)
        self.measures.compile_s += time.perf_counter() - begin
        return self._compiled

    def _count_kernel(self, name: str, seconds: float) -> None:
        del name, seconds
        self._kernels += 1

    async def _wait(self, target: int) -> None:
        """Wait for the moment of a tick; if it has come, for other tasks now and then."""
        if isinstance(self._clock, VirtualClock):
            if time.perf_counter() - self._yielded_s < SLICE_S / 2:
                return
            await trio.lowlevel.checkpoint()
            self._yielded_s = time.perf_counter()
        else:
            await self._unless_stopped(partial(self._clock.wait, target))

    def _slice(self, target: int) -> Status:
        begin = time.perf_counter()
        status = self._advance(self.world, target, self._budget)
        took = time.perf_counter() - begin
        if self._on_slice is not None:
            self._on_slice()
        self.measures.slice_took(took)
        if status == Status.YIELD and not self._fixed_budget:
            factor = min(2.0, max(0.25, self._slice_s / max(took, 1e-6)))
            self._budget = max(100, int(self._budget * factor))
        return status

    async def _await_rows(self, source: int) -> None:
        """Wait until another chunk of a list is resident."""
        self._feed.wanted = source
        begin = time.perf_counter()
        try:
            while not self._stop.requested and await self._await_chunk() != source:
                pass
        except trio.EndOfChannel:
            raise InternalError(f"list {source} has no rows left to feed") from None
        self.measures.feed_wait_s += time.perf_counter() - begin

    async def _read_rest(self) -> None:
        """Wait until every row of every list is resident: a timing-dependent part must not show.

        What became known of those rows before the end is applied; nobody has looked at them.
        """
        begin = time.perf_counter()
        self._reading = True
        with suppress(trio.EndOfChannel):
            while not self._stop.requested:
                await self._await_chunk()
        while not host.learn(self.world, self.world.end_tick - 1):
            await self._recorder.flush()
        self._reading = False
        self.measures.feed_wait_s += time.perf_counter() - begin

    async def _await_chunk(self) -> int | None:
        """Wait for another resident chunk of any list and return the list; None if stopped."""
        source: int | None = None

        async def receive() -> None:
            nonlocal source
            chunk = await self._chunks.receive()
            self._publish(chunk)
            source = chunk.source

        await self._unless_stopped(receive)
        return source

    def _publish_ready(self) -> None:
        while True:
            try:
                self._publish(self._chunks.receive_nowait())
            except (trio.WouldBlock, trio.EndOfChannel):
                return

    def _publish_filled(self) -> None:
        """Make resident the rows that an earlier call filled."""
        for source in range(len(self.world.state.lists)):
            self._publish(Chunk(source, ended=source in self._feed.ended))

    def _publish(self, chunk: Chunk) -> None:
        self._feed.publish(chunk)
        self._plan_to_learn()

    def _plan_to_learn(self) -> None:
        """Schedule the next tick at which something becomes known."""
        tick = self.world.dated.next_tick
        if tick < self.world.end_tick:
            self._agenda.add(Item(tick, Errand.LEARN))

    def _plan_to_ask(self, tick: int) -> None:
        """Schedule the policy's next wake-up, not before a tick."""
        wake = None if self._policy is None else self._policy.next_tick(tick)
        if wake is not None and wake < self.world.horizon_tick:
            self._agenda.add(Item(wake, Errand.POLICY))

    def _plan_to_favour(self, tick: int) -> None:
        """Schedule the next update of goal-driven campaign weights."""
        later = self.goals.next_tick(tick)
        if later is not None:
            self._agenda.add(Item(later, Errand.FAVOUR))

    async def _unless_stopped(self, wait: Callable[[], Awaitable[None]]) -> None:
        """Wait for something, but no longer than until a stop is requested."""
        with trio.CancelScope() as self._waiting:
            if self._stop.requested:
                self._waiting.cancel()
            await wait()
        self._waiting = None

    async def _watch_stop(self) -> None:
        await self._stop.wait()
        if self._waiting is not None:
            self._waiting.cancel()

    async def _run_errands(self) -> None:
        for item in self._agenda.due(self._tick):
            if item.errand == Errand.LEARN:
                while not host.learn(self.world, self._tick):
                    await self._recorder.flush()
                self._plan_to_learn()
                continue
            if item.errand == Errand.FAVOUR:
                for campaign, weight in self.goals.weights(self._tick).items():
                    host.set_weight(self.world, campaign, weight)
                self._plan_to_favour(self._tick)
                continue
            if item.errand == Errand.POLICY:
                assert self._policy is not None
                self._plan_to_ask(await self._policy.ask(self.world, self._tick))
                continue
            await self._recorder.flush()
            if item.errand == Errand.ROTATE:
                await self._recorder.rotate()
            elif self._take_snapshot is not None:
                taken = self._take_snapshot(self.world, self.record.actions, item.number)
                self.record.snapshots[item.number] = taken

    # --- progress -----------------------------------------------------------------------------

    async def _show_progress(self, on_progress: Callable[[Progress], None]) -> None:
        while True:
            on_progress(self._progress())
            await trio.sleep(PROGRESS_S)

    def _progress(self) -> Progress:
        control = self.world.state.control[0]
        tick = max(int(control["now"]), self._tick)
        whole = self._pace.paced_ms(self.world.end_tick) if self._pace else 0
        done = self._pace.paced_ms(tick) / whole if self._pace and whole else 1.0
        spent = self.measures.engine_s + self.measures.feed_wait_s + self.measures.record_wait_s
        if isinstance(self._clock, WallClock):
            left: float | None = (1 - done) * whole / (1000 * self._clock.speed)
        else:
            left = spent * (1 - done) / done if done >= LEAST_DONE and spent > 0 else None
        seen = self.goals.outlooks(tick)
        if not self._compiled and not self._kernels_in_all and self.world.choice is not None:
            self._kernels_in_all = kernels_below(self.world.choice.engine)
        phase = "reading" if self._reading else "playing"
        lists = self.world.state.lists
        return Progress(
            phase=phase if self._compiled else "compiling",
            tick=tick,
            attempts=int(control["attempts"]),
            events=int(control["events"]),
            done=done,
            rate=int(control["attempts"]) / spent if spent > 0 else 0.0,
            left_s=left if left is None or math.isfinite(left) else None,
            kernels=self._kernels,
            kernels_in_all=self._kernels_in_all,
            goals=len(seen),
            in_danger=sum(goal.in_danger for goal in seen),
            read=float(lists["resident"].sum() / max(1, lists["count"].sum())),
        )


async def _unframed(work: Callable[[], Awaitable[None]]) -> None:
    """Await something; after a cancellation, nothing refers to its frames.

    Of a loop that fails, the cancellations of all others lie in a reference cycle: by their
    tracebacks with the frame that collects them.
    """
    try:
        await work()
    except trio.Cancelled as cancelled:
        del work
        raise cancelled.with_traceback(None) from None
