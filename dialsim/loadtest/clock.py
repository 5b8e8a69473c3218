"""The real-time clock of a load test: everything due by now is taken in one turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import trio

LEAD_S = 0.05  # from the first turn to the first planned instant
IDLE_MS = 20  # without a planned dial the engine's own events wait no longer than this


class TimeSource(Protocol):
    """A clock that can be read and waited for; tests supply their own."""

    def now_s(self) -> float:
        """Return monotonic seconds since some moment."""

    async def sleep_until(self, moment_s: float) -> None:
        """Return when the moment has come. Always a checkpoint."""


class SystemTime:
    """The machine's monotonic clock."""

    def now_s(self) -> float:
        """Return seconds since some moment; safe from every thread."""
        return time.perf_counter()

    async def sleep_until(self, moment_s: float) -> None:
        """Sleep until a moment; return at once if it has passed."""
        await trio.sleep(max(0.0, moment_s - time.perf_counter()))


class OfferClock:
    """Maps ticks of a load to real time, one second to one second.

    Parameters
    ----------
    time_source
        The underlying clock.
    begin_tick
        Tick of the world at which the load starts.
    next_decision
        Returns the next tick at which a dial may be decided, at or after a given one.

    Notes
    -----
    A tick is due when it begins, and is executed when it is due: ``reach`` returns the tick after
    the last one that has begun. A turn takes everything due, however late it comes.
    """

    def __init__(
        self, time_source: TimeSource, begin_tick: int, next_decision: Callable[[int], int]
    ) -> None:
        self.time_source = time_source
        self.begin_tick = begin_tick
        self._next_decision = next_decision
        self.origin_s: float | None = None

    def moment_s(self, tick: int) -> float:
        """Return the moment at which a tick begins; the first call sets the load's start."""
        if self.origin_s is None:
            self.origin_s = self.time_source.now_s() + LEAD_S
        return self.origin_s + (tick - self.begin_tick) / 1000

    def begun(self) -> int:
        """Return the latest tick that has begun by now."""
        self.moment_s(self.begin_tick)
        assert self.origin_s is not None
        return self.begin_tick + int((self.time_source.now_s() - self.origin_s) * 1000 // 1)

    def reach(self, now: int, until: int) -> int:
        """Return the end of what is due now, or else of what is due next."""
        due = self.begun() + 1
        if due <= now:
            due = min(self._next_decision(now), now + IDLE_MS) + 1
        return min(until, due)

    async def wait(self, tick: int) -> None:
        """Sleep until the last tick before `tick` begins."""
        await self.time_source.sleep_until(self.moment_s(tick - 1))
