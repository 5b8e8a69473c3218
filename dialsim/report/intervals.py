"""What repeated runs say of a figure: a mean, a share, a quantile, each with its interval."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

Kind = Literal["t", "Clopper-Pearson", "Newcombe"]
LEVEL = 0.95


class Interval(NamedTuple):
    """A mean or a share of replications, and what it may be as well.

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
        two shares of the same replications.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    level: float
    kind: Kind

    @property
    def half_width(self) -> float | None:
        """Half the distance of the ends; None where there are none."""
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
    from scipy.special import stdtrit

    half = float(stdtrit(n - 1, (1 + level) / 2)) * float(known.std(ddof=1)) / math.sqrt(n)
    return Interval(mean, mean - half, mean + half, n, level, "t")


def share_interval(hits: int, count: int, level: float = LEVEL) -> Interval:
    """Return a share with its exact interval (Clopper and Pearson 1934), which never is too short.

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
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits, count - hits + 1, tail))
    high = 1.0 if hits == count else float(betaincinv(hits + 1, count - hits, 1 - tail))
    return Interval(hits / count, low, high, count, level, "Clopper-Pearson")


def check_level(level: float) -> None:
    """Raise ValueError unless a level lies between 0 and 1."""
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, not {level!r}")
