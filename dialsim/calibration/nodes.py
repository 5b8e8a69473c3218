"""Answer propensities of a population: a beta distribution in parts of equal size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
NODES = 48  # people that stand for all: the beta in as many parts of equal size
LEAST, MOST = 1e-4, 1 - 1e-4  # mean propensities that are looked at
CLOSE = 1e-10  # of a share of people: what is found of it is no more exact


def beta_nodes(mean: float, icc: float) -> Floats:
    """Return nodes of Beta(mean, icc): the mean within each of equal parts.

    >>> round(float(beta_nodes(0.3, 0.25).mean()), 9)
    0.3
    """
    k = 1.0 / icc - 1.0
    a, b = mean * k, (1.0 - mean) * k
    half = NODES // 2
    return np.concatenate([_lower(a, b, half), 1.0 - _lower(b, a, half)[::-1]])


def _lower(a: float, b: float, half: int) -> Floats:
    """Return the means in the lower half of the parts; the upper is that of Beta(b, a)."""
    from scipy.special import betainc, betaincinv

    edges = betaincinv(a, b, np.arange(1, half + 1) / NODES)
    partial = np.concatenate([[0.0], betainc(a + 1, b, edges)])
    means = np.diff(partial) * a / (a + b) * NODES
    full = np.concatenate([[False], edges[:-1] > 1 - 1e-12])  # equal to 1 but for rounding
    return np.asarray(np.clip(np.where(full, 1.0, means), 0.0, 1.0))


def answering(nodes: Floats, hours: Floats) -> float:
    """Return the share of people with some propensities who answer, over some hours' indices."""
    return float(np.minimum(1.0, nodes[:, None] * hours).mean())


def derivative(function: Callable[[float], Floats], at: float, there: Floats) -> Floats:
    """Return the derivative of nodes by a parameter, from those at its value."""
    step = min(1e-6, at / 4, (1 - at) / 4)
    return np.asarray((function(at + step) - there) / step)


def secant(function: Callable[[float], float], near: float) -> float | None:
    """Return the root of an increasing function near a point; None if not found soon."""
    before, at = near, function(near)
    then = before - at
    for _ in range(8):
        if abs(at) < CLOSE:
            return before
        if not LEAST < then < MOST:
            return None
        now = function(then)
        if abs(now) < CLOSE or now == at:
            return then if now != at else None
        before, at, then = then, now, then - now * (then - before) / (now - at)
    return None
