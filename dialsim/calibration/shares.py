"""A share of a count, with its interval by profile likelihood."""

from __future__ import annotations

import math

from dialsim.calibration.likelihood import CROSSING, Profiled


def share(hits: int, count: int) -> Profiled:
    """Return a share's likeliest value and its 95 % interval.

    It is identified unless the interval still holds most of all shares there can be.

    Examples
    --------
    >>> found = share(30, 100)
    >>> found.value, round(found.low, 3), round(found.high, 3)
    (0.3, 0.216, 0.394)
    >>> share(0, 40).low, round(share(0, 40).high, 3)
    (0.0, 0.047)
    """
    if count == 0:
        return Profiled(math.nan, 0.0, 1.0, False)
    value = hits / count
    low = 0.0 if hits == 0 else _root(hits, count, 0.0, value)
    high = 1.0 if hits == count else _root(hits, count, 1.0, value)
    return Profiled(value, low, high, high - low < 0.5)


def _log_likelihood(hits: int, count: int, p: float) -> float:
    yes = hits * math.log(p) if hits else 0.0
    no = (count - hits) * math.log1p(-p) if hits < count else 0.0
    return yes + no


def _root(hits: int, count: int, end: float, value: float) -> float:
    """Return where the likelihood falls to the threshold, between the value and an end."""
    from scipy.optimize import brentq

    best = _log_likelihood(hits, count, value)
    edge = abs(end - 1e-300) if end == 0 else 1 - 1e-15

    def fall(p: float) -> float:
        return 2 * (best - _log_likelihood(hits, count, p)) - CROSSING

    inside = min(max(value, 1e-12), 1 - 1e-15)
    return float(brentq(fall, *sorted((inside, edge)), xtol=1e-12))
