"""Intervals of a mean, a share or a quantile over replications."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Kind = Literal["t", "Clopper-Pearson", "Newcombe", "Garwood", "MOVER"]
Floats = NDArray[np.float64]
LEVEL = 0.95
RARE = 5.0
"""Mean of a count a replication below which it may be rare."""
RARE_EVENTS = 200.0
"""Events in all below which a rare count gets an exact interval: from here on t is as good."""
SAME = 1e-9
"""Ratios of variance to mean that exceed 1 by less than this do so by rounding."""


class Interval(NamedTuple):
    """A mean or share over replications with its confidence interval.

    Attributes
    ----------
    value
        Mean, or share; None if no replication has a value.
    low, high
        Ends of the interval; None where one value alone says nothing of the spread.
    n
        Replications that have a value.
    level
        How often such an interval holds the true value.
    kind
        ``"t"`` for means, ``"Clopper-Pearson"`` for shares, ``"Newcombe"`` for the difference of
        two shares of the same replications, ``"Garwood"`` for means and rates of rare counts,
        ``"MOVER"`` for the difference of two such rates.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    level: float
    kind: Kind

    @property
    def half_width(self) -> float | None:
        """Half the width of the interval; None if there is none."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2


def mean_interval(values: ArrayLike, level: float = LEVEL) -> Interval:
    """Return the mean with its t interval; values that are not a number are left out.

    Parameters
    ----------
    values
        float[n], independent of one another.
    level
        Above 0 and below 1.

    Examples
    --------
    >>> found = mean_interval([1.0, 2.0, 3.0])
    >>> round(found.value, 2), round(found.low, 3), round(found.high, 3)
    (2.0, -0.484, 4.484)
    """
    check_level(level)
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    n = len(known)
    if n == 0:
        return Interval(None, None, None, 0, level, "t")
    mean = float(known.mean())
    if n == 1:
        return Interval(mean, None, None, 1, level, "t")
    low, high = mean_ends(n, mean, float(known.std(ddof=1)), level)
    return Interval(mean, float(low), float(high), n, level, "t")


def count_interval(values: ArrayLike, level: float = LEVEL) -> Interval:
    """Return the mean of a count with its t interval, or of a rare one with an exact one.

    Rare: below 5 a replication, and below 200 events in all. Then Garwood's (1936) interval of a
    Poisson mean, exact where events come one by one. Where they come in clumps, the variance being
    larger than the mean, it is that of as many clumps of their ratio: 30 numbers suspended in one
    replication of a hundred are one event. That ratio is itself an estimate from n replications,
    so the ends are then taken as far out as Student's t with n - 1 degrees of freedom is. Values
    that are not a number are left out.

    Examples
    --------
    >>> found = count_interval([0] * 100)
    >>> found.value, found.low, round(found.high, 4), found.kind
    (0.0, 0.0, 0.0369, 'Garwood')
    """
    check_level(level)
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    n = len(known)
    if n < 2:
        return mean_interval(known, level)
    mean, spread = known.mean(), known.std(ddof=1)
    low, high, exact = count_ends(n, mean, spread, level)
    kind: Kind = "Garwood" if exact else "t"
    return Interval(float(mean), float(low), float(high), n, level, kind)


def share_interval(hits: int, count: int, level: float = LEVEL) -> Interval:
    """Return a share with its exact interval (Clopper and Pearson 1934).

    Examples
    --------
    >>> found = share_interval(0, 20)
    >>> found.value, found.low, round(found.high, 4)
    (0.0, 0.0, 0.1684)

    Raises
    ------
    ValueError
        `hits` is not within 0 and `count`.
    """
    check_level(level)
    if not 0 <= hits <= count:
        raise ValueError(f"{hits} of {count} is no share")
    if count == 0:
        return Interval(None, None, None, 0, level, "Clopper-Pearson")
    low, high = share_ends(count, hits, level)
    return Interval(hits / count, float(low), float(high), count, level, "Clopper-Pearson")


def possible_ends(low: float, high: float, unit: str) -> tuple[float, float]:
    """Return an interval's ends, cut to the possible range of the figure, for display.

    No figure of a run is negative and no share above 1, whatever a t interval says.

    >>> possible_ends(-0.2, 1.1, "share"), possible_ends(-0.2, 1.1, "calls")
    ((0.0, 1.0), (0.0, 1.1))
    """
    return max(0.0, low), min(1.0, high) if unit == "share" else high


def mean_ends(
    n: int, mean: ArrayLike, spread: ArrayLike, level: float = LEVEL
) -> tuple[Floats, Floats]:
    """Return the ends of t intervals of means of `n` values (`spread`: standard deviation)."""
    from scipy.special import stdtrit

    half = stdtrit(n - 1, (1 + level) / 2) * np.asarray(spread, float) / math.sqrt(n)
    return np.asarray(mean) - half, np.asarray(mean) + half


def share_ends(n: int, hits: ArrayLike, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the ends of Clopper and Pearson's intervals of shares, `hits` of `n`."""
    from scipy.special import betaincinv

    hits = np.asarray(hits, float)
    tail = (1 - level) / 2
    low = betaincinv(np.maximum(hits, 0.5), n - hits + 1, tail)
    high = betaincinv(hits + 1, np.maximum(n - hits, 0.5), 1 - tail)
    return np.where(hits == 0, 0.0, low), np.where(hits == n, 1.0, high)


def count_ends(
    n: int, mean: ArrayLike, spread: ArrayLike, level: float = LEVEL
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return the ends of intervals of mean counts, and which are exact ones of rare counts.

    As :func:`count_interval`, of many samples of `n` values at once.
    """
    from scipy.special import gammainccinv, gammaincinv

    mean, spread = np.asarray(mean, float), np.asarray(spread, float)
    clump = _clump(mean, spread)
    events = n * mean / clump
    exact = (mean < RARE) & (events < RARE_EVENTS)
    tail = np.where(clump > 1, _tail_of_t(n, level), (1 - level) / 2)
    low = np.where(events > 0, gammaincinv(np.maximum(events, 1e-9), tail), 0.0) * clump / n
    high = gammainccinv(events + 1, tail) * clump / n
    t_low, t_high = mean_ends(n, mean, spread, level)
    return np.where(exact, low, t_low), np.where(exact, high, t_high), exact


def _tail_of_t(n: int, level: float) -> float:
    """Return the normal tail probability as far out as t's tail from `n` values.

    >>> round(_tail_of_t(20, 0.95), 4), round(_tail_of_t(1000, 0.95), 4)
    (0.0182, 0.0249)
    """
    from scipy.special import ndtr, stdtrit

    return float(ndtr(-stdtrit(n - 1, (1 + level) / 2)))


def events_in(n: int, mean: ArrayLike, spread: ArrayLike) -> Floats:
    """Return the number of events, or clumps of events, in `n` values of a count."""
    found: Floats = n * np.asarray(mean, float) / _clump(mean, spread)
    return found


def _clump(mean: ArrayLike, spread: ArrayLike) -> Floats:
    """Return the number of events in a clump: variance over mean, at least 1."""
    mean, spread = np.asarray(mean, float), np.asarray(spread, float)
    found: Floats = spread**2 / np.where(mean > 0, mean, np.inf)
    return np.where(found > 1 + SAME, found, 1.0)


def check_level(level: float) -> None:
    """Raise ValueError unless a level lies between 0 and 1."""
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, not {level!r}")
