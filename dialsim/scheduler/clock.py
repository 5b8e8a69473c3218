"""Two clocks: a virtual one that never waits, and one that follows real time.

A clock has two methods. ``reach`` says how far the engine may be played in one go; ``wait`` waits
for the moment of a tick. The engine plays the same events under both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import trio

FOREVER = 1 << 62
STEP_S = 0.05  # how far apart the stops of a wall clock lie
MAX_SPEED = 1e9  # a step stays far below the largest tick


class Clock(Protocol):
    """The clock that the driver asks before each slice."""

    def reach(self, now: int, until: int) -> int:
        """Return the tick, at most `until`, to which the engine may go from `now`."""

    async def wait(self, tick: int) -> None:
        """Return when the moment of `tick` has come. Always a checkpoint."""


class VirtualClock:
    """Every moment has come already: the engine runs at full speed."""

    def reach(self, now: int, until: int) -> int:
        """Return `until`."""
        del now
        return until

    async def wait(self, tick: int) -> None:
        """Yield to other tasks."""
        del tick
        await trio.lowlevel.checkpoint()


class WallClock:
    """Maps ticks to moments of the real clock.

    Parameters
    ----------
    speed
        Virtual seconds in a real one, above 0 and at most `MAX_SPEED`.
    paced
        Half-open intervals of ticks that take real time, sorted and disjoint, such as the hours
        in which agents work; all else passes at once. None: every tick takes its time.

    Notes
    -----
    Tick 0 of the paced time is the moment of the first ``wait``. If the engine is slower than
    `speed` it never waits and runs late. The order of events does not depend on it.
    """

    def __init__(self, speed: float, paced: Sequence[tuple[int, int]] | None = None) -> None:
        if not 0 < speed <= MAX_SPEED:
            raise ValueError("speed is virtual seconds in a real one: above 0, at most 1e9")
        self.speed = speed
        spans = np.array([(0, FOREVER)] if paced is None else list(paced), np.int64).reshape(-1, 2)
        self._starts, self._ends = spans[:, 0], spans[:, 1]
        self._before = np.concatenate([[0], np.cumsum(self._ends - self._starts)[:-1]])
        self._origin: float | None = None

    def paced_ms(self, tick: int) -> int:
        """Return how much paced time lies before a tick."""
        i = int(np.searchsorted(self._starts, tick, side="right")) - 1
        if i < 0:
            return 0
        return int(self._before[i] + min(tick, int(self._ends[i])) - self._starts[i])

    def reach(self, now: int, until: int) -> int:
        """Return the next stop: some real milliseconds on, or the next paced interval."""
        i = int(np.searchsorted(self._starts, now, side="right")) - 1
        if i >= 0 and now < self._ends[i]:
            step = max(1, int(self.speed * STEP_S * 1000))
            return min(until, now + step, int(self._ends[i]))
        if i + 1 < len(self._starts):
            return min(until, int(self._starts[i + 1]))
        return until

    async def wait(self, tick: int) -> None:
        """Sleep until the real moment of a tick; return at once if it has passed."""
        offset = self.paced_ms(tick) / (1000 * self.speed)
        if self._origin is None:
            self._origin = trio.current_time() - offset
        await trio.sleep_until(self._origin + offset)
