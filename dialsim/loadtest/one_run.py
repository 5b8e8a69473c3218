"""One run of a load: on the virtual clock as the reference, or in real time."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Status
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.loadtest.clock import OfferClock, SystemTime, TimeSource
from dialsim.loadtest.load_world import LoadTarget, NoLog
from dialsim.loadtest.offers import Offers, Play
from dialsim.loadtest.plan import Plan
from dialsim.loadtest.watchdog import Watchdog
from dialsim.scheduler.clock import VirtualClock
from dialsim.scheduler.performance import Measures
from dialsim.scheduler.progress import Progress
from dialsim.scheduler.run import Player
from dialsim.scheduler.stop import Stop

SLICE_S = 0.002
"""Target length of a slice: the resolution of lateness while the engine is behind."""

PLAYED_OUT_MS = 600_000
"""After the load no dials are made; running calls end on the virtual clock."""


@dataclass(frozen=True)
class OfferTimeouts:
    """How offers are handled.

    Attributes
    ----------
    hold_ms
        Virtual time an offer waits before it is deferred.
    deadline_s
        Own lateness after which an offer is dropped; None: never.
    drain_s
        Real time after the end of the load for due but undecided offers; the rest is censored.
    """

    hold_ms: int = 1000
    deadline_s: float | None = None
    drain_s: float = 5.0


@dataclass
class Played:
    """Record of a run of a load.

    Attributes
    ----------
    offers
        The fate of each dial.
    origin_s
        The moment of the load's start; 0 on the virtual clock.
    end_s
        The moment of the run's end.
    offered_ms
        Dials planned before this tick of the plan were offered: all of them, unless the run was
        interrupted.
    digest
        The outcome digest with every call played out; None if not every offer was decided.
    slices
        Quantiles of the slices' lengths, in ms.
    late_beats_s
        How late each heartbeat was; empty on the virtual clock.
    interrupted
        A stop was requested before its end.
    begun_at_s
        The same moment as `origin_s` in seconds since 1970; 0 on the virtual clock.
    """

    plan: Plan
    offers: Offers
    begin_tick: int
    origin_s: float
    end_s: float
    offered_ms: int
    digest: str | None
    slices: dict[str, float]
    engine_s: float
    late_beats_s: list[float] = field(default_factory=list)
    interrupted: bool = False
    begun_at_s: float = 0.0

    @property
    def due_s(self) -> NDArray[np.float64]:
        """The moment of each offer's planned tick."""
        return self.origin_s + self.plan.due / 1000


def play_virtually(
    target: LoadTarget,
    plan: Plan,
    timeouts: OfferTimeouts,
    stop: Stop,
    on_kernels: Callable[[int], None] | None = None,
) -> Played | None:
    """Simulate a load as fast as possible; nothing is late, so nothing is dropped.

    Returns None if it was stopped before its end. `on_kernels`: as for :meth:`LoadTarget.world`.
    """
    begun = target.world(plan, timeouts.hold_ms, stop, on_kernels)
    if begun is None:
        return None
    world, begin = begun
    offers = Offers(world, plan, begin, hold_ms=timeouts.hold_ms)
    player = Player(
        world,
        NoLog(),
        clock=VirtualClock(),
        tick=begin,
        advance=offers.advance,
        on_slice=offers.slice_over,
    )
    whole = player.play(offers.end_tick, stop)
    return _over(world, player, offers, (begin, 0.0, 0.0)) if whole else None


def play_in_real_time(
    target: LoadTarget,
    plan: Plan,
    timeouts: OfferTimeouts,
    stop: Stop,
    *,
    time_source: TimeSource | None = None,
    play: Play = host.advance,
    watch: bool = True,
    budget: int | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Played | None:
    """Execute a load in real time, by the scheduler's own drive loop.

    Parameters
    ----------
    time_source, play, watch, budget
        For tests: another clock, a slower engine, no heartbeat, and the number of events a slice.
    on_progress
        Called several times a second with the completed share of the load.

    Returns
    -------
    Played or None
        None if it was stopped before the load began.
    """
    time_source = time_source or SystemTime()
    begun = target.world(plan, timeouts.hold_ms, stop)
    if begun is None:
        return None
    world, begin = begun
    offers: Offers
    clock = OfferClock(time_source, begin, lambda tick: offers.next_decision(tick))
    offers = Offers(
        world,
        plan,
        begin,
        hold_ms=timeouts.hold_ms,
        clock=clock,
        deadline_s=timeouts.deadline_s,
        play=play,
    )
    turns = _Turns(offers, clock, timeouts.drain_s, stop)
    player = Player(
        world,
        NoLog(),
        clock=clock,
        tick=begin,
        advance=offers.advance,
        on_slice=turns.slice_over,
        slice_s=SLICE_S,
        budget=budget,
        on_progress=None if on_progress is None else partial(_report, on_progress, offers, begin),
    )
    watchdog = Watchdog()
    with set_up_frozen(), watchdog if watch else nullcontext():
        player.play(offers.end_tick, turns.stop)
    end_s = time_source.now_s()
    interrupted = turns.stop.requested and not turns.gave_up
    if interrupted:
        stop.request()
    return _over(
        world,
        player,
        offers,
        (begin, clock.moment_s(begin), end_s),
        late_beats_s=watchdog.late_s,
        interrupted=interrupted,
        begun_at_s=time.time() - (end_s - clock.moment_s(begin)),
    )


class _Turns:
    """Records each slice of a real-time run, and ends the run after the last.

    Attributes
    ----------
    stop
        The run's own stop: requested by Ctrl-C, by the test's stop, or when it gives up.
    gave_up
        The engine had undecided offers at the end of the drain.
    """

    def __init__(self, offers: Offers, clock: OfferClock, drain_s: float, wished: Stop) -> None:
        self._offers, self._clock, self._drain_s, self._wished = offers, clock, drain_s, wished
        self.stop = Stop()
        self.gave_up = False

    def slice_over(self) -> None:
        """Record a slice that has returned."""
        self._offers.slice_over()
        last_s = self._clock.moment_s(self._offers.end_tick) + self._drain_s
        if self._wished.requested:
            self.stop.request()
        elif self._offers.ends_s[-1] > last_s:
            self.gave_up = True
            self.stop.request()


def _report(
    on_progress: Callable[[float], None], offers: Offers, begin: int, far: Progress
) -> None:
    on_progress((far.tick - begin) / (offers.end_tick - begin))


@contextmanager
def set_up_frozen() -> Iterator[None]:
    """Exempt existing objects from Python's collector while the context lasts.

    A full collection would visit all objects of set-up and compilation, some hundred thousand in
    tens of milliseconds, during a slice.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _over(
    world: World,
    player: Player,
    offers: Offers,
    moments: tuple[int, float, float],
    **more: Any,
) -> Played:
    """Play out running calls, if every offer is decided, and collect the results.

    `moments`: the load's first tick, its moment, and the moment at which the run was over.
    """
    begin, origin_s, end_s = moments
    digest = None
    if player.tick >= offers.end_tick:
        _play_out(world, player.tick)
        digest = host.digest(world)
    offered_ms = offers.plan.length_ms
    if more.get("interrupted"):
        offered_ms = max(0, min(offered_ms, int((end_s - origin_s) * 1000) + 1))
    return Played(
        plan=offers.plan,
        offers=offers,
        begin_tick=begin,
        origin_s=origin_s,
        end_s=end_s,
        offered_ms=offered_ms,
        digest=digest,
        slices=_lengths(player.measures),
        engine_s=player.measures.engine_s,
        **more,
    )


def _lengths(measures: Measures) -> dict[str, float]:
    """Return the quantiles of the lengths of slices in ms, and their number."""
    slices = measures.slices
    found = {f"p{q:g}_ms": slices.get_value_at_percentile(q) / 1000 for q in (50, 90, 99, 99.9)}
    return {
        **found,
        "max_ms": slices.get_max_value() / 1000,
        "count": slices.get_total_count(),
    }


def _play_out(world: World, tick: int) -> None:
    """Continue without offers, so that the digest covers every call."""
    until = min(world.end_tick, tick + PLAYED_OUT_MS)
    while True:
        status = host.advance(world, until)
        if status in (Status.REACHED, Status.DONE):
            return
        if status == Status.CASES_FULL:
            host.grow_cases(world)
        else:
            host.drain(world)
