"""Offers: planned dials, requested from the engine at their ticks and accounted for."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Limit, Status
from dialsim.core.time_units import NEVER
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.loadtest.clock import OfferClock
from dialsim.loadtest.plan import Plan

NO_BUDGET = 1 << 62
Play = Callable[[World, int, int], Status]
OnDecided = Callable[[NDArray[np.int64], "Fate", int], None]


class Fate(IntEnum):
    """Outcome of an offer; UNDECIDED ones are censored when a run ends."""

    UNDECIDED = 0
    ADMITTED = 1  # a call was placed
    DEFERRED = 2  # the kernel refused until its hold was over
    DROPPED = 3  # taken after its deadline: never requested


class Held(IntEnum):
    """The cause of an offer's wait in virtual time, which may end in its deferral."""

    ELIGIBILITY = 0  # no contact may be called now, or the campaign is closed
    RATE_LIMIT = 1  # a rate limit of a caller ID, a trunk or the enterprise
    TRUNK = 2  # every channel is taken
    AGENTS = 3  # the abandon guard


HELD_BY = {
    Limit.CLOSED: Held.ELIGIBILITY,
    Limit.LEADS: Held.ELIGIBILITY,
    Limit.CALLER_IDS: Held.RATE_LIMIT,
    Limit.ENTERPRISE: Held.RATE_LIMIT,
    Limit.TRUNKS: Held.RATE_LIMIT,
    Limit.ABANDON_GUARD: Held.AGENTS,
    Limit.AGENTS: Held.AGENTS,
    Limit.NOTHING: Held.ELIGIBILITY,
    Limit.RATE: Held.ELIGIBILITY,
    Limit.POLICY: Held.ELIGIBILITY,
}


class Offers:
    """Executes slices of a world whose campaigns (mode ``policy``) dial as planned.

    An offer is one dial that a campaign is requested to make at its planned tick. The campaign goes
    through its people in its own order until one may be called; the others are finished or asleep
    afterwards, as in any run, and are no offers. The offer is admitted at the tick at which the
    call is placed. Until then it waits for the missing resource, first come first served within its
    campaign, for at most `hold_ms` of virtual time; then it is deferred, with the last missing
    resource as its cause.

    Parameters
    ----------
    plan
        The plan; its ticks count from `begin_tick`.
    begin_tick
        Everything before it has been simulated.
    hold_ms
        0: admitted at its planned tick or deferred.
    clock
        The real-time clock; None: a virtual clock, on which nothing is late.
    deadline_s
        An offer taken later than this after its moment is dropped; None: never.
    play
        Advances the engine to a tick; tests substitute something slower.
    on_decided
        Called with the offers of a campaign, their fate and the tick whenever some are decided.

    Attributes
    ----------
    fate, decided_tick, slice_of, lacked
        For each offer: a `Fate`; the tick of its decision, -1 if undecided; the slice of the
        decision; the cause of its deferral, a `Held`.
    held_ticks
        For each campaign and each `Held`: the ticks of the plan, ascending, in which an offer
        waited for that cause.
    ends_s, end_ticks
        For each slice: the moment of its return, and the tick simulated up to.

    Notes
    -----
    Requests to the engine depend only on ticks, never on the division into slices, unless an offer
    is dropped. Costs some 0.1 ms a tick with offers and 50 bytes an offer.
    """

    def __init__(
        self,
        world: World,
        plan: Plan,
        begin_tick: int,
        *,
        hold_ms: int,
        clock: OfferClock | None = None,
        deadline_s: float | None = None,
        play: Play = host.advance,
        on_decided: OnDecided | None = None,
    ) -> None:
        n = len(plan)
        self.plan, self.tick = plan, begin_tick
        self._begin, self._hold_ms = begin_tick, hold_ms
        self._clock, self._deadline_s, self._play = clock, deadline_s, play
        self._on_decided = on_decided
        self.fate = np.zeros(n, np.uint8)
        self.decided_tick = np.full(n, -1, np.int64)
        self.slice_of = np.full(n, -1, np.int32)
        self.lacked = np.zeros(n, np.uint8)
        self.ends_s: list[float] = []
        self.end_ticks: list[int] = []
        self.held_ticks: list[list[list[int]]] = [[[] for _ in Held] for _ in range(plan.campaigns)]
        self._queues = [_Queue(plan, c) for c in range(plan.campaigns)]
        self._moments = np.unique(plan.due) + begin_tick
        self._calls = [int(calls) for calls in world.state.pacers["calls"]]
        self._asked = False

    @property
    def end_tick(self) -> int:
        """First tick by which every offer is decided, if the engine got so far."""
        return self._begin + self.plan.length_ms + self._hold_ms + 1

    def next_due(self, tick: int) -> int:
        """Return the first tick, not before `tick`, at which an offer is planned."""
        i = int(np.searchsorted(self._moments, tick))
        return int(self._moments[i]) if i < len(self._moments) else NEVER

    def next_decision(self, tick: int) -> int:
        """Return the first tick, not before `tick`, at which an offer may be decided."""
        waiting = any(len(queue) for queue in self._queues)
        return tick if waiting else self.next_due(tick)

    def advance(self, world: World, until: int, budget: int) -> Status:
        """Advance to a tick and request the dials planned on the way; same as ``host.advance``."""
        control = world.state.control[0]
        last = int(control["events"]) + budget
        while self.tick < until:
            if not self._asked:
                self._ask(world)
            waiting = any(len(queue) for queue in self._queues)
            next_tick = self.tick + 1
            stop = min(until, next_tick if waiting else self.next_due(next_tick))
            status = self._play(world, stop, max(1, last - int(control["events"])))
            self._note_admitted(world)
            if status not in (Status.REACHED, Status.DONE):
                return status
            if waiting:
                self._note_held(world)
            self.tick, self._asked = stop, False
            if self.tick < until and control["events"] >= last:
                return Status.YIELD
        return Status.REACHED

    def slice_over(self) -> None:
        """Record that a slice has returned: its decisions are complete."""
        self.ends_s.append(0.0 if self._clock is None else self._clock.time_source.now_s())
        self.end_ticks.append(self.tick)

    def _ask(self, world: World) -> None:
        """Take the offers planned for this tick and request their dials from the engine."""
        for campaign, queue in enumerate(self._queues):
            taken = queue.take(self.tick - self._begin)
            if len(taken) and self._is_late():
                self._decide(taken, Fate.DROPPED)
            else:
                queue.add(taken)
            if len(queue) != int(world.state.progress[campaign]["allotted"]):
                host.order_dials(world, campaign, len(queue), self.tick)
        self._asked = True

    def _is_late(self) -> bool:
        """Whether the current tick began longer ago than the deadline."""
        if self._clock is None or self._deadline_s is None:
            return False
        return self._clock.time_source.now_s() - self._clock.moment_s(self.tick) > self._deadline_s

    def _note_admitted(self, world: World) -> None:
        for campaign, queue in enumerate(self._queues):
            calls = int(world.state.pacers[campaign]["calls"])
            if calls != self._calls[campaign]:
                self._decide(queue.pop(calls - self._calls[campaign]), Fate.ADMITTED)
                self._calls[campaign] = calls

    def _note_held(self, world: World) -> None:
        """Record why offers wait after a tick; defer those held too long."""
        at = self.tick - self._begin
        for campaign, queue in enumerate(self._queues):
            if not len(queue):
                continue
            limit = Limit(int(world.state.progress[campaign]["limit"]))
            cause = _held_by(world, limit)
            self.held_ticks[campaign][cause].append(at)
            over = queue.pop_planned_by(at - self._hold_ms)
            self.lacked[over] = cause
            self._decide(over, Fate.DEFERRED)

    def _decide(self, offers: NDArray[np.int64], fate: Fate) -> None:
        self.fate[offers] = fate
        self.decided_tick[offers] = self.tick
        self.slice_of[offers] = len(self.ends_s)
        if self._on_decided is not None:
            self._on_decided(offers, fate, self.tick)


class _Queue:
    """A campaign's offers in order of time: future ones and waiting ones."""

    def __init__(self, plan: Plan, campaign: int) -> None:
        first, last = int(plan.first[campaign]), int(plan.first[campaign + 1])
        self._due = plan.due
        self._next, self._last = first, last
        ticks = np.arange(plan.length_ms + 1)
        self._upto = first + np.searchsorted(plan.due[first:last], ticks, side="right")
        self._waiting: NDArray[np.int64] = np.zeros(last - first, np.int64)
        self._head = self._tail = 0

    def __len__(self) -> int:
        return self._tail - self._head

    def take(self, at: int) -> NDArray[np.int64]:
        """Return the offers planned up to a tick that were not taken yet."""
        upto = self._last if at >= len(self._upto) else int(self._upto[at])
        taken = np.arange(self._next, upto)
        self._next = upto
        return taken

    def add(self, offers: NDArray[np.int64]) -> None:
        """Append offers to the waiting ones."""
        self._waiting[self._tail : self._tail + len(offers)] = offers
        self._tail += len(offers)

    def pop(self, count: int) -> NDArray[np.int64]:
        """Remove those that have waited longest."""
        self._head += count
        return self._waiting[self._head - count : self._head]

    def pop_planned_by(self, at: int) -> NDArray[np.int64]:
        """Remove those planned for a tick or earlier."""
        due = self._due[self._waiting[self._head : self._tail]]
        return self.pop(int(np.searchsorted(due, at, side="right")))


def _held_by(world: World, limit: Limit) -> Held:
    """Return the cause of a wait: a trunk's calls per second, or its channels."""
    trunks: Any = world.state.resources.trunks
    if limit == Limit.TRUNKS and bool((trunks["in_use"] == trunks["channels"]).any()):
        return Held.TRUNK
    return HELD_BY[limit]
