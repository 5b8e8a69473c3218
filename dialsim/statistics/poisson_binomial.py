"""Poisson binomial distribution: sums of independent events of unequal probability, exact.

Events of equal probability are added together, as a binomial. The tail above the threshold is
summed directly, never as 1 less the rest, so that a probability of 1e-15 keeps its digits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
NEGLIGIBLE = 1e-20


def at_least(threshold: int, counts: ArrayLike, chances: ArrayLike, begun: ArrayLike = 0) -> Floats:
    """Return the probability that at least `threshold` events happen, by row.

    Parameters
    ----------
    threshold
        At least 1.
    counts
        int[rows, k]: how many things there are of each chance.
    chances
        float[k], 0 to 1.
    begun
        int[rows]: how many happened already.

    Returns
    -------
    float[rows]
        The tail of the Poisson-binomial distribution. O(rows × k × threshold²).

    Examples
    --------
    >>> [float(p) for p in at_least(2, [[1, 1], [0, 3]], [0.5, 0.1]).round(6)]
    [0.05, 0.028]
    """
    state = beginning(threshold, len(np.asarray(counts)), begun)
    return add(state, counts, chances)[1]


def beginning(threshold: int, rows: int, begun: ArrayLike = 0) -> Floats:
    """Return the probabilities that 0, 1 ... `threshold` - 1 happened: all of it at `begun`.

    What has reached the threshold already counts as one short of it.
    """
    state = np.zeros((rows, threshold))
    state[np.arange(rows), np.minimum(begun, threshold - 1)] = 1.0
    return state


def add(state: Floats, counts: ArrayLike, chances: ArrayLike) -> tuple[Floats, Floats]:
    """Return the probabilities below the threshold after more events, and of passing it."""
    passed = np.zeros(len(state))
    for n, p in zip(np.asarray(counts).T, np.asarray(chances, float), strict=True):
        if p > 0 and n.any():
            state, more = _add_alike(state, n, float(p))
            passed += more
    return state, passed


def _add_alike(state: Floats, n: NDArray[np.int64], p: float) -> tuple[Floats, Floats]:
    """Add `n` events of one probability, by row."""
    from scipy.special import bdtrc

    threshold = state.shape[1]
    happened = _binomial(np.arange(threshold)[:, None], n, p)
    after = np.zeros_like(state)
    for k in range(threshold):
        after[:, k:] += happened[k][:, None] * state[:, : threshold - k]
    passed = np.zeros(len(state))
    for j in range(threshold):  # from j on `threshold - j` more pass it
        missing = threshold - j
        reached = bdtrc(missing - 1, np.maximum(n, missing), p)
        passed += state[:, j] * np.where(n >= missing, reached, 0.0)
    return after, passed


def distribution(counts: ArrayLike, chances: ArrayLike) -> Floats:
    """Return the probabilities that 0, 1, 2 ... happen; negligible ones are cut.

    Parameters
    ----------
    counts, chances
        int[k] and float[k]: how many things there are of each chance.

    Examples
    --------
    >>> [float(p) for p in distribution([1, 1], [0.5, 0.1]).round(6)]
    [0.45, 0.5, 0.05]
    """
    whole = np.ones(1)
    for n, p in zip(np.asarray(counts).tolist(), np.asarray(chances, float).tolist(), strict=True):
        if n and p > 0:
            mean = n * p
            most = min(n, int(mean + 10 * np.sqrt(mean) + 20))
            whole = np.convolve(whole, _binomial(np.arange(most + 1), np.array(n), p))
            whole = whole[: int(np.flatnonzero(whole > NEGLIGIBLE)[-1]) + 1]
    return whole


def _binomial(k: NDArray[np.int64], n: NDArray[np.int64], p: float) -> Floats:
    """Return the probabilities that k of n events happen; 0 beyond n."""
    from scipy.special import gammaln, xlog1py, xlogy

    k, n = np.broadcast_arrays(k, n)
    left = np.maximum(n - k, 0)
    logs = gammaln(n + 1) - gammaln(k + 1) - gammaln(left + 1) + xlogy(k, p) + xlog1py(left, -p)
    return np.where(k <= n, np.exp(logs), 0.0)
