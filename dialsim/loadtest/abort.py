"""The rule that ends a load test early: a threshold that can no longer be met."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from dialsim.loadtest.progress import rate_text
from dialsim.messages.text import Text, message

RESOLUTION = 1.002
"""Factor above a limit from which a time exceeds it in a histogram of three figures too."""

_LATE = message(
    "{name} of {rate} dials/s: {bad:,} of {planned:,} dials were later than {limit:g} ms or "
    "dropped, at most {most:,} may be"
)
_REFUSED = message(
    "admitted of {rate} dials/s: {bad:,} of {planned:,} dials were deferred or dropped, at most "
    "{most:,} may be"
)


@dataclass
class StepTally:
    """Dials of a step decided so far.

    Attributes
    ----------
    planned
        Dials planned in the whole step.
    admitted, deferred, dropped
        Decided so far.
    later
        By the name of each quantile with a threshold, decided dials that were later than its limit.
    """

    planned: int = 0
    admitted: int = 0
    deferred: int = 0
    dropped: int = 0
    later: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class AbortRule:
    """Thresholds that end a load test once one of them can no longer be met.

    The plan has every dial of a step, so that it is known how many may be late: a threshold is
    missed as soon as more of them are, whatever becomes of the others. No load test is aborted that
    could still have met its thresholds.

    Attributes
    ----------
    lateness_ms
        Greatest own lateness by quantile.
    admitted
        Least admitted share of offers; None: any.
    grace_s
        Time of each step in which it is not applied.
    """

    lateness_ms: Mapping[str, float]
    admitted: float | None = None
    grace_s: float = 0.0

    def limits_s(self) -> dict[str, float]:
        """Return by quantile the lateness above which a dial counts as late."""
        return {name: ms / 1000 * RESOLUTION for name, ms in self.lateness_ms.items()}

    def missed(self, rate_per_s: float, tally: StepTally) -> Text | None:
        """Return which threshold a step can no longer meet, and why; None: it may meet all."""
        rate = rate_text(rate_per_s)
        for name, limit in self.lateness_ms.items():
            rank = math.ceil(round(float(name.removeprefix("p")) / 100 * tally.planned, 6))
            most, bad = tally.planned - rank, tally.later.get(name, 0) + tally.dropped
            if bad > most:
                return _LATE.filled(
                    name=name, rate=rate, bad=bad, planned=tally.planned, limit=limit, most=most
                )
        bad = tally.deferred + tally.dropped
        if self.admitted is None or not tally.planned:
            return None
        if (tally.planned - bad) / tally.planned >= self.admitted:
            return None
        most = math.floor(round(tally.planned * (1 - self.admitted), 6))
        return _REFUSED.filled(rate=rate, bad=bad, planned=tally.planned, most=most)
