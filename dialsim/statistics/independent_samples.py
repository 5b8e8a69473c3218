"""Differences of two independent samples of unequal variance.

A difference is always the second less the first. Tests are two-sided.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from dialsim.statistics.intervals import LEVEL, Interval, check_level
from dialsim.statistics.paired_differences import ROUNDING, Difference


def welch_difference(first: ArrayLike, second: ArrayLike, level: float = LEVEL) -> Difference:
    """Return the difference of the means of two samples; values that are missing are left out.

    Parameters
    ----------
    first, second
        float[n], float[m], independent of one another.
    level
        How often such an interval is to hold the true difference.

    Returns
    -------
    Difference
        Without an interval and a test if a sample has fewer than two values; `constant` if none
        of the two varies, and `saved` None.

    Notes
    -----
    Welch BL, The generalization of Student's problem when several different population variances
    are involved, Biometrika 34:28-35 (1947).

    Examples
    --------
    >>> found = welch_difference([1.0, 2.0, 3.0, 2.0], [3.0, 5.0, 4.0, 5.0])
    >>> round(found.change.low, 3), round(found.change.high, 3), round(found.p, 4)
    (0.701, 3.799, 0.0122)
    """
    check_level(level)
    one, two = (values[~np.isnan(values)] for values in map(_floats, (first, second)))
    n = min(len(one), len(two))
    if not n:
        mean1, mean2 = (float(each.mean()) if len(each) else None for each in (one, two))
        nothing = Interval(None, None, None, 0, level, "t")
        return Difference(mean1, mean2, nothing, None, False, None)
    low, high = float(one.mean()), float(two.mean())
    change = high - low
    if n == 1:
        return Difference(low, high, Interval(change, None, None, 1, level, "t"), None, False, None)
    parts = (float(one.var(ddof=1)) / len(one), float(two.var(ddof=1)) / len(two))
    error = math.sqrt(sum(parts))
    if error <= ROUNDING * max(abs(low), abs(high)):
        same = Interval(change, change, change, n, level, "t")
        return Difference(low, high, same, None, True, None)
    from scipy.special import stdtr, stdtrit

    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (len(one) - 1) + parts[1] ** 2 / (len(two) - 1))
    half = float(stdtrit(freedom, (1 + level) / 2)) * error
    p = 2 * float(stdtr(freedom, -abs(change) / error))
    found = Interval(change, change - half, change + half, n, level, "t")
    return Difference(low, high, found, p, False, None)


def _floats(values: ArrayLike) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(values, float).reshape(-1)
