"""A heartbeat thread that measures whether the machine delayed this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

BEAT_S = 0.001
VOID_ABOVE_MS = 10.0
"""Heartbeat p99.9 above which a run reflects the machine rather than dialsim."""


class Watchdog:
    """Beats once a millisecond while its context lasts, and records each beat's lateness.

    Beats are planned in advance, like dials: after a pause, each missed beat is late by its own
    part of it.

    Parameters
    ----------
    now_s, sleep
        A monotonic clock and its sleep function; tests supply their own.
    """

    def __init__(
        self,
        now_s: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._now_s, self._sleep = now_s, sleep
        self._over = False
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self.late_s: list[float] = []

    def __enter__(self) -> Watchdog:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del kind, error, trace
        self._over = True
        self._thread.join()

    def _beat(self) -> None:
        planned_s = self._now_s()
        while not self._over:
            planned_s += BEAT_S
            wait_s = planned_s - self._now_s()
            if wait_s > 0:
                self._sleep(wait_s)
            self.late_s.append(max(0.0, self._now_s() - planned_s))
