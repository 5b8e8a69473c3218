"""Probability that complaints trigger a review of the enterprise, and that it ends with a stop."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.complaints.kernels import MILLION, REVIEW_DAYS
from dialsim.statistics.poisson_binomial import distribution

Array = NDArray[np.int64]
Floats = NDArray[np.float64]
HOURS = 24
COUNTED = -1
"""Hour of cases that have counted before the first: they bring no review, but count in those of
later ones."""


class Arrivals(NamedTuple):
    """Complaints that may come to count, in groups of one chance, by the hour in which they would.

    Attributes
    ----------
    hour
        int64[k], ascending; `COUNTED`: they have counted before.
    day
        int64[k]: day of the calls.
    calls
        int64[k]: how many there are.
    chance
        float[k]: that one of them is complained about.
    stops
        float[k]: that a review which such a case calls for ends with a stop.
    """

    hour: Array
    day: Array
    calls: Array
    chance: Floats
    stops: Floats

    def at(self, chosen: NDArray[np.bool_] | Array | slice) -> Arrivals:
        """Return some of the groups."""
        return Arrivals(
            self.hour[chosen],
            self.day[chosen],
            self.calls[chosen],
            self.chance[chosen],
            self.stops[chosen],
        )


class Ceiling(NamedTuple):
    """Ceiling on the complaint rate above which a review is opened.

    Attributes
    ----------
    milli_per_million
        Cases per million delivered calls of 30 days, in 1/1000.
    at_least
        Fewer cases are never too many.
    low
        int64[k]: lower bound of the mean behind n cases, in 1/1000.
    """

    milli_per_million: int
    at_least: int
    low: Array

    def needed(self, delivered: int) -> int | None:
        """Return how many cases are too many; None: however many."""
        bound = self.milli_per_million * delivered // MILLION
        cases = int(np.searchsorted(self.low, bound, side="right"))
        return None if cases >= len(self.low) else max(cases, self.at_least)


class ReviewOdds(NamedTuple):
    """How likely complaints call for a review, and how likely one ends with a stop."""

    opened: float
    stopped: float


def review_odds(
    arrivals: Arrivals, delivered: Array, ceiling: Ceiling, review_ends: Array
) -> ReviewOdds:
    """Return the chances that a review is opened, and that one ends with a stop.

    Parameters
    ----------
    arrivals
        Of all cases, whatever their channel.
    delivered
        int64[hours]: delivered calls by the hour.
    ceiling
        What they are judged by at each case.
    review_ends
        int64[hours]: hour in which a review that begins in an hour ends, up to the end of the run;
        more than the last: too late.

    Notes
    -----
    The count of cases is followed from hour to hour, a review beginning once it comes to what is
    too many. Where calls drop out of the 30 days it is followed as if no review had begun, which
    counts one again for each time it comes back to the ceiling. After a review the next case
    begins another, as if the rate were still too high. O(hours × cases that are too many × cases).
    """
    begins, hours = _begins(arrivals, delivered, ceiling)
    ends = _ends(arrivals, hours, review_ends)
    return ReviewOdds(*(float(min(1.0, each.sum())) for each in (begins, begins * ends)))


def _begins(arrivals: Arrivals, delivered: Array, ceiling: Ceiling) -> tuple[Floats, Array]:
    """Return the hours in which cases may count, and of each the chance that a review begins."""
    hours, first = np.unique(arrivals.hour, return_index=True)
    last = [*first[1:].tolist(), len(arrivals.hour)]
    before = np.concatenate([[0], np.cumsum(delivered)])  # delivered before each hour
    called = np.flatnonzero(delivered)
    begins, state, since = np.zeros(len(hours)), np.ones(1), -1
    for b, (hour, at, end) in enumerate(zip(hours.tolist(), first.tolist(), last, strict=True)):
        if hour == COUNTED:
            group = arrivals.at(slice(at, end))
            state = distribution(group.calls, group.chance)
            continue
        so_far = int(np.searchsorted(called, hour))
        if not so_far:
            continue
        oldest = max(0, int(called[so_far - 1]) // HOURS - REVIEW_DAYS + 1)
        if (arrivals.day[:at] < oldest).any() and oldest != since:
            kept = arrivals.at(slice(0, at))
            kept = kept.at(kept.day >= oldest)
            state, since = distribution(kept.calls, kept.chance), oldest
        count = int(before[min(hour, len(delivered))] - before[oldest * HOURS])
        begins[b], state = _step(state, arrivals.at(slice(at, end)), ceiling.needed(count))
    return begins, hours


def _step(state: Floats, group: Arrivals, needed: int | None) -> tuple[float, Floats]:
    """Return the chance that the cases of an hour are too many, and the counts if they are not."""
    cases = distribution(group.calls, group.chance)
    none, cases[0] = cases[0], 0.0
    after = np.convolve(state, cases)
    after[: len(state)] += state * none if needed is None else 0.0
    if needed is None:
        return 0.0, after
    begun = float(after[needed:].sum())
    after = after[: max(needed, len(state))]
    after[needed:] = 0.0
    after[: len(state)] += (state * none)[: len(after)]
    return begun, after


def _ends(arrivals: Arrivals, hours: Array, review_ends: Array) -> Floats:
    """Return the chance of a stop, now or after later reviews, if one begins in each hour."""
    some = np.bincount(
        np.searchsorted(hours, arrivals.hour),
        arrivals.calls * np.log1p(-np.minimum(arrivals.chance, 1 - 1e-12)),
        len(hours),
    )
    weight = arrivals.calls * arrivals.chance
    place = np.searchsorted(hours, arrivals.hour)
    whole = np.bincount(place, weight, len(hours))
    stopped = np.bincount(place, weight * arrivals.stops, len(hours))
    stops = np.divide(stopped, whole, out=np.zeros(len(hours)), where=whole > 0)
    case, ends, free = -np.expm1(some), np.zeros(len(hours)), np.zeros(len(hours) + 1)
    for b in range(len(hours) - 1, -1, -1):
        over = int(review_ends[hours[b]])
        if over < len(review_ends):
            again = free[int(np.searchsorted(hours, over))]
            ends[b] = stops[b] + (1 - stops[b]) * again
        free[b] = case[b] * ends[b] + (1 - case[b]) * free[b + 1]
    return ends
