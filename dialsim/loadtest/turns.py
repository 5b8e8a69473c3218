"""The slices of a run in real time: what is recorded at their ends, and what ends the run."""

from __future__ import annotations

import time

from dialsim.core.codes import Status
from dialsim.engine.build import World
from dialsim.loadtest.clock import OfferClock
from dialsim.loadtest.live import LiveFigures
from dialsim.loadtest.offers import Offers
from dialsim.messages.text import Text
from dialsim.scheduler.stop import Stop


class Turns:
    """Records each slice of a real-time run, and ends the run after the last.

    Parameters
    ----------
    drain_s
        Real time after the end of the load for due but undecided offers.
    wished
        The stop of the whole test.
    live
        Figures shown while the run is played; None: there are none.

    Attributes
    ----------
    stop
        The run's own stop: requested by Ctrl-C, by the test's stop, when it gives up, or when it is
        aborted.
    gave_up
        The engine had undecided offers at the end of the drain.
    aborted
        The threshold that could no longer be met; None: the run was not aborted.
    cpu_s
        Processor time of the scheduler's thread in slices.
    """

    def __init__(
        self,
        offers: Offers,
        clock: OfferClock,
        drain_s: float,
        wished: Stop,
        live: LiveFigures | None = None,
    ) -> None:
        self._offers, self._clock, self._drain_s, self._wished = offers, clock, drain_s, wished
        self._live = live
        self.stop = Stop()
        self.gave_up = False
        self.aborted: Text | None = None
        self.cpu_s = 0.0

    def advance(self, world: World, until: int, budget: int) -> Status:
        """Advance to a tick, as `Offers.advance`, and add up the processor time."""
        begin_s = time.thread_time()
        status = self._offers.advance(world, until, budget)
        self.cpu_s += time.thread_time() - begin_s
        return status

    def slice_over(self) -> None:
        """Record a slice that has returned."""
        self._offers.slice_over()
        end_s = self._offers.ends_s[-1]
        if self._live is not None:
            self._live.slice_over(end_s, self._offers.tick)
            self.aborted = self._live.aborted
        last_s = self._clock.moment_s(self._offers.end_tick) + self._drain_s
        if self._wished.requested or self.aborted is not None:
            self.stop.request()
        elif end_s > last_s:
            self.gave_up = True
            self.stop.request()
