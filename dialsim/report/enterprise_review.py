"""How near the enterprise's complaints came to a review, which alone can end in its stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.complaints.kernels import MILLION, REVIEW_DAYS
from dialsim.report.world import DAY_MS

if TYPE_CHECKING:
    from dialsim.engine.build import World

Counts = NDArray[np.int64]
UNREACHABLE = 1 << 40
"""Cases needed where no number that the network's table knows is enough, or nothing is judged."""
PARTS = 8
"""A day of calling is looked at in so many parts, and once more when no day of calling follows."""


class Review(NamedTuple):
    """Cases that could be known, and that were needed, at each moment of a campaign.

    Attributes
    ----------
    cases
        int64[days, PARTS + 1]: complaint cases of the last 30 days that could be known at most.
    needed
        The same of how many would have called for a review.
    stop
        Chance that a review ends with the stop of the enterprise.
    alone
        Whether it can be stopped in no other way: it calls from no platform that may be.
    """

    cases: Counts
    needed: Counts
    stop: float
    alone: bool

    def __eq__(self, other: object) -> bool:
        """Return whether all figures are the same."""
        return (
            isinstance(other, Review)
            and np.array_equal(self.cases, other.cases)
            and np.array_equal(self.needed, other.needed)
            and (self.stop, self.alone) == (other.stop, other.alone)
        )

    def __ne__(self, other: object) -> bool:  # a tuple has one of its own
        """Return whether some figure differs."""
        return not self == other

    def __hash__(self) -> int:
        """Return a hash of what two that are the same have in common."""
        return hash((self.cases.tobytes(), self.needed.tobytes(), self.stop, self.alone))


def review_of(world: World) -> Review:
    """Return how near a run came to a review of its enterprise.

    Notes
    -----
    A review is called for when the cases of 30 days are at least so many, and the lower Poisson
    bound of their number exceeds the ceiling times the calls delivered in those days
    (`engine/network/SEMANTICS.md`, enterprise check). It is looked for whenever a case comes: at
    the earliest a working day after its call, at the same time of day. So while a part of a day is
    under way, cases are known of that part of the day before and of all days before that, and
    calls are delivered of the parts before: taken is that each day's calls are spread alike. Once
    the day is over and the next has no calls, all its cases may come.
    """
    carrier = world.state.carrier
    days = max(1, -(-world.horizon_tick // DAY_MS))
    delivered, cases = (carrier.enterprise_days[:days, column] for column in (0, 1))
    known, needed = np.zeros((2, days, PARTS + 1), np.int64)
    for day in range(days):
        first = max(0, day - REVIEW_DAYS + 1)
        before = int(delivered[first:day].sum())
        earlier = int(cases[first : max(first, day - 1)].sum())
        yesterday = int(cases[day - 1]) if day > first else 0
        for part in range(PARTS):
            known[day, part] = earlier + -(-yesterday * (part + 1) // PARTS)
            calls = before + int(delivered[day]) * part // PARTS
            needed[day, part] = cases_needed(world, calls) if delivered[day] else UNREACHABLE
        known[day, PARTS] = cases[first : day + 1].sum()
        followed = day + 1 < days and delivered[day + 1] > 0
        calls = before + int(delivered[day])
        needed[day, PARTS] = UNREACHABLE if followed or not calls else cases_needed(world, calls)
    network = world.static.profile.network[0]
    stop = float(network["stop"][int(carrier.enterprise[0]["proof"])]) / 2**32
    return Review(known, needed, stop, len(carrier.platform_stops) == 0)


def cases_needed(world: World, delivered: int) -> int:
    """Return how many cases call for a review when so many calls were delivered."""
    network, low = world.static.profile.network[0], world.static.profile.poisson_low
    place = int(np.searchsorted(low * MILLION, int(network["per_million"]) * delivered, "right"))
    return max(int(network["cases_at_least"]), place) if place < len(low) else UNREACHABLE
