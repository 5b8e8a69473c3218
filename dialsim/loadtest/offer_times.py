"""Fate and times of each offer of a stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialsim.loadtest.offers import Fate
from dialsim.loadtest.one_run import Played
from dialsim.pages.load_result import Count

Floats = NDArray[np.float64]
FATES: dict[Count, Fate] = {
    "admitted": Fate.ADMITTED,
    "deferred": Fate.DEFERRED,
    "dropped": Fate.DROPPED,
    "censored": Fate.UNDECIDED,
}


@dataclass(frozen=True)
class OfferTimes:
    """Offers of one stage with their fates and times.

    Attributes
    ----------
    offers
        Their numbers in the plan.
    fate
        A `Fate` of each.
    lateness_s
        Own lateness: of a decided offer from the tick of its decision to the return of its slice;
        of one that was never taken the elapsed time. NaN: dropped, or waiting at the end.
    latency_s
        From the planned moment, so with waits in virtual time; of an undecided offer the elapsed
        time. NaN: dropped.
    taken
        Whether its lateness is final: False for an offer that was never taken.
    """

    offers: NDArray[np.int64]
    fate: NDArray[np.uint8]
    lateness_s: Floats
    latency_s: Floats
    taken: NDArray[np.bool_]

    def counts(self, some: NDArray[np.bool_] | None = None) -> dict[Count, int]:
        """Return the number of offers by fate; `some`: which of them."""
        fate = self.fate if some is None else self.fate[some]
        found: dict[Count, int] = {"offered": len(fate)}
        for name, each in FATES.items():
            found[name] = int((fate == each).sum())
        return found


def offer_times(played: Played, stage: int) -> OfferTimes:
    """Return the offers of one stage, by its index in the plan, with their times."""
    plan, offers = played.plan, played.offers
    mine = np.flatnonzero((plan.stage_of == stage) & (plan.due < played.offered_ms))
    fate = offers.fate[mine]
    decided = (fate == Fate.ADMITTED) | (fate == Fate.DEFERRED)
    undecided = fate == Fate.UNDECIDED
    unplayed = undecided & (plan.due[mine] >= offers.tick - played.begin_tick)
    ends_s = np.array(offers.ends_s, np.float64)
    passed_s = np.maximum(0.0, played.end_s - played.due_s[mine])
    lateness_s, latency_s = np.full((2, len(mine)), np.nan)
    numbers = mine[decided]
    tick = offers.decided_tick[numbers] - played.begin_tick
    late_s = np.zeros(len(numbers))
    if played.origin_s > 0:
        late_s = ends_s[offers.slice_of[numbers]] - (played.origin_s + tick / 1000)
    lateness_s[decided] = late_s
    latency_s[decided] = late_s + (tick - plan.due[numbers]) / 1000
    lateness_s[unplayed] = passed_s[unplayed]
    latency_s[undecided] = passed_s[undecided]
    return OfferTimes(mine, fate, lateness_s, latency_s, ~unplayed)


def known(times_s: Floats) -> Floats:
    """Return the times that are known."""
    return times_s[~np.isnan(times_s)]
