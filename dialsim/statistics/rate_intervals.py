"""Intervals of rates of rare events over an exposure, such as complaints over delivered calls.

Over replications a rate is the events of all over the exposure of all. Its interval is that of the
count: Garwood's while events are rare and come one by one, wider by as much as they scatter more
than Poisson's. How much that is, is seen in what remains of each count beside the rate times its
own exposure, since exposures differ between replications too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dialsim.statistics.intervals import (
    LEVEL,
    Floats,
    Interval,
    Kind,
    check_level,
    count_ends,
    events_in,
    mean_ends,
)
from dialsim.statistics.paired_differences import ROUNDING, Difference, combined_arms
from dialsim.statistics.rate import Rate

HALVINGS = 40
"""Steps in which the level is found at which an interval just touches nothing."""


class Counted(NamedTuple):
    """Events and their exposure, one value per replication.

    Attributes
    ----------
    events, exposure
        float[..., n], the same replication at the same place of the last axis.
    times
        The rate is so many times the one over the other.
    """

    events: Floats
    exposure: Floats
    times: float = 1.0

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which replications have an exposure and a known number of events."""
        return ~np.isnan(self.events) & (np.nan_to_num(self.exposure) > 0)

    def of(self, which: NDArray[np.bool_]) -> Counted:
        """Return only those replications (bool[n])."""
        return self._replace(events=self.events[..., which], exposure=self.exposure[..., which])


def counted_of(columns: Mapping[str, ArrayLike], rate: Rate) -> Counted:
    """Return the events and the exposure of a rate from columns by their names."""
    events, exposure = (np.asarray(columns[name], float) for name in rate[:2])
    return Counted(events, exposure, rate.times)


class _Pooled(NamedTuple):
    """Pooled rate of `n` replications: its value, its scatter, and the weight of one event."""

    n: int
    value: Floats
    residuals: Floats  # [..., n]: what each replication adds to the rate, beyond its exposure
    unit: Floats  # the rate of one event a replication

    @property
    def spread(self) -> Floats:
        """Standard deviation of the residuals."""
        found: Floats = np.sqrt((self.residuals**2).sum(axis=-1) / (self.n - 1))
        return found


def _pooled(counted: Counted) -> _Pooled:
    exposure = counted.exposure.mean(axis=-1, keepdims=True)
    value = counted.events.mean(axis=-1, keepdims=True) / exposure
    residuals = (counted.events - value * counted.exposure) / exposure
    times = counted.times
    return _Pooled(
        counted.events.shape[-1],
        times * value[..., 0],
        times * residuals,
        times / exposure[..., 0],
    )


def _averaged(pooled: _Pooled) -> _Pooled:
    """Return the mean of several rates; each event weighs as one of the heaviest."""
    points = len(pooled.value)
    return _Pooled(
        pooled.n,
        pooled.value.mean(axis=0),
        pooled.residuals.mean(axis=0),
        pooled.unit.max(axis=0) / points,
    )


def _ends(pooled: _Pooled, level: float) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    unit = pooled.unit
    low, high, exact = count_ends(pooled.n, pooled.value / unit, pooled.spread / unit, level)
    return low * unit, high * unit, exact


def rate_bounds(counted: Counted, level: float = LEVEL) -> tuple[Floats, Floats, Floats]:
    """Return values and interval ends of samples, float[..., n], each by itself.

    Every replication must have an exposure, and there must be two of them.
    """
    pooled = _pooled(counted)
    return pooled.value, *_ends(pooled, level)[:2]


def rate_events(counted: Counted) -> float:
    """Return the number of events, or clumps of events, in a sample (float[n])."""
    pooled = _pooled(counted)
    unit = pooled.unit
    return float(events_in(pooled.n, pooled.value / unit, pooled.spread / unit))


def rate_interval(counted: Counted, level: float = LEVEL) -> Interval:
    """Return a rate with the interval of its count over its exposure.

    Parameters
    ----------
    counted
        float[n]; or float[points, n], of which the mean over the points is taken. A replication
        without exposure is left out, and so is one that has none at some point.
    level
        How often such an interval is to hold the true rate.

    Notes
    -----
    Rare as for :func:`~dialsim.statistics.intervals.count_interval`: below 5 events a replication
    and below 200 in all. Else a t interval of the ratio, from the same residuals.

    Examples
    --------
    >>> ten = np.full(10, 5000.0)
    >>> none = rate_interval(Counted(np.zeros(10), ten, 1e6))
    >>> none.value, none.low, round(none.high, 1), none.kind
    (0.0, 0.0, 73.8, 'Garwood')
    >>> two = rate_interval(Counted(np.array([1.0, 1.0, *[0.0] * 8]), ten, 1e6))
    >>> round(two.value, 1), round(two.low, 1), round(two.high, 1)
    (40.0, 4.8, 144.5)
    """
    check_level(level)
    several = counted.events.ndim == 2
    known = np.asarray(np.atleast_2d(counted.known).all(axis=0))
    n = int(known.sum())
    if not n:
        return Interval(None, None, None, 0, level, "t")
    pooled = _pooled(counted.of(known))
    if several:
        pooled = _averaged(pooled)
    value = float(pooled.value)
    if n == 1:
        return Interval(value, None, None, 1, level, "t")
    low, high, exact = _ends(pooled, level)
    kind: Kind = "Garwood" if exact else "t"
    return Interval(value, float(low), float(high), n, level, kind)


def counted_once(values: ArrayLike) -> Counted:
    """Return a count as a rate: so many events per replication (float[..., n])."""
    events = np.asarray(values, float)
    return Counted(events, np.ones_like(events))


def rate_difference(first: Counted, second: Counted, level: float = LEVEL) -> Difference:
    """Return the difference of a rate of two scenarios over pairs (float[n] each).

    Notes
    -----
    While events are rare in one of the two, the ends are recovered from the intervals of both
    rates and the correlation of the pairs (MOVER: Zou GY and Donner A, Construction of confidence
    limits about effect measures, Statistics in Medicine 27:1693-1702, 2008): no complaint in
    either is no evidence that there is no difference. Else a t interval of the paired residuals.

    Examples
    --------
    >>> none = Counted(np.zeros(10), np.full(10, 5000.0), 1e6)
    >>> found = rate_difference(none, none).change
    >>> found.value, round(found.low, 1), round(found.high, 1), found.kind
    (0.0, -73.8, 73.8, 'MOVER')
    """
    check_level(level)
    known = first.known & second.known
    n = int(known.sum())
    if not n:
        nothing = Interval(None, None, None, 0, level, "t")
        return Difference(None, None, nothing, None, False, None)
    one, two = _pooled(first.of(known)), _pooled(second.of(known))
    means = float(one.value), float(two.value)
    value = means[1] - means[0]
    if n == 1:
        return Difference(*means, Interval(value, None, None, 1, level, "t"), None, False, None)
    low, high, rare = _difference_ends(one, two, level)
    change = Interval(value, low, high, n, level, "MOVER" if rare else "t")
    spread, apart = _spread(one, two), float(one.spread**2 + two.spread**2)
    if spread**2 <= ROUNDING * apart:
        return Difference(*means, change, None, True, None)
    p = _p_by_levels(one, two) if rare else _p_of_t(n, value / spread * math.sqrt(n))
    return Difference(*means, change, p, False, apart / spread**2)


def _spread(one: _Pooled, two: _Pooled) -> float:
    """Return the standard deviation of the paired residuals."""
    return float(np.sqrt(((two.residuals - one.residuals) ** 2).sum() / (one.n - 1)))


def _difference_ends(one: _Pooled, two: _Pooled, level: float) -> tuple[float, float, bool]:
    value = float(two.value - one.value)
    (low1, high1, rare1), (low2, high2, rare2) = _ends(one, level), _ends(two, level)
    if not (rare1 or rare2):
        low, high = mean_ends(one.n, value, _spread(one, two), level)
        return float(low), float(high), False
    related = _correlation(one.residuals, two.residuals)
    down = combined_arms(float(two.value - low2), float(high1 - one.value), related)
    up = combined_arms(float(high2 - two.value), float(one.value - low1), related)
    return value - down, value + up, True


def _correlation(one: Floats, two: Floats) -> float:
    """Return the correlation of two rows of residuals; 0 if one of them is constant."""
    scale = float(np.sqrt((one**2).sum() * (two**2).sum()))
    return float((one * two).sum()) / scale if scale > 0 else 0.0


def _p_of_t(n: int, t: float) -> float:
    from scipy.special import stdtr

    return 2 * float(stdtr(n - 1, -abs(t)))


def _p_by_levels(one: _Pooled, two: _Pooled) -> float:
    """Return 1 less the highest level at which the difference's interval excludes 0."""
    holds, leaves_out = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (holds + leaves_out) / 2
        low, high, _ = _difference_ends(one, two, 1 - middle)
        if low <= 0 <= high:
            holds = middle
        else:
            leaves_out = middle
    return leaves_out
