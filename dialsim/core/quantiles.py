"""Durations and propensities as integer tables: a draw is one look-up, equal on every machine.

A table has 8192 cells. Cells 0 to 4095 share all of (0, 1) evenly; cells 4096 to 8191 share its
last 1/64 once more, so that a long tail keeps its shape (of the first 4096 the last 64 are there
for the eye only). A cell holds the exact mean of the distribution within it, rounded to an integer
with the rest carried to the next cell: the mean of a table is right to 3e-5, its variance to
0.25 %.

Tables are made before a run, in floating point, and are part of what names the run; kernels only
look up integers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.bits import UPPER_HALF
from dialsim.core.distributions import beta_cdf, logistic, normal_cdf
from dialsim.jit.decorator import kernel

CELLS = 4096
TABLE = 2 * CELLS
TAIL = 64
"""The last 1/TAIL of all draws has cells of its own."""

_BODY = CELLS - CELLS // TAIL  # cells of the first half that a draw can meet
_TAIL_FROM = (1 << 32) - (1 << 32) // TAIL
_ONE32 = 1 << 32

Floats = NDArray[np.float64]
Curve = Callable[[Floats], tuple[Floats, Floats, Floats]]


@kernel
def quantile(row: NDArray[Any], u: np.uint64) -> int:
    """Return the duration of a draw: what an int32 table holds for its high 32 bits."""
    return np.int64(row[_cell(u)])


@kernel
def propensity(row: NDArray[Any], u: np.uint64) -> int:
    """Return the 32-bit threshold of a draw, from an int64 table of :func:`beta_table`."""
    return np.int64(row[_cell(u)])


@kernel
def _cell(u: np.uint64) -> int:
    high = np.int64(u >> UPPER_HALF)
    if high >= _TAIL_FROM:
        return CELLS + ((high - _TAIL_FROM) >> 14)
    return high >> 20


def constant_table(ms: int) -> NDArray[np.int32]:
    """Return the table of a duration that is always the same.

    >>> set(constant_table(250).tolist())
    {250}
    """
    _check(0 <= ms < 1 << 31, "a duration must be 0 to 2**31 - 1 ms", ms)
    return np.full(TABLE, ms, np.int32)


def exponential_table(mean_ms: float) -> NDArray[np.int32]:
    """Return the table of an exponential duration.

    >>> round(table_mean(exponential_table(30_000)))
    30000
    """
    _check(mean_ms > 0, "the mean must be above 0 ms", mean_ms)
    left = 1.0 - _edges()
    # Integral of -log from 0: what the survivors of an edge still bring in.
    inside = left[1:-1]
    rest = np.concatenate([[1.0], inside - inside * np.log(inside), [0.0]])
    return _durations(mean_ms * (1.0 - rest), mean_ms)


def exponential_mixture_table(components: Sequence[tuple[float, float]]) -> NDArray[np.int32]:
    """Return the table of a mixture of exponential durations.

    Parameters
    ----------
    components
        (weight, mean in ms) of each; the weights sum to 1.

    Raises
    ------
    ValueError
        If a weight is negative, a mean is not above 0, or the weights do not sum to 1.

    Examples
    --------
    >>> bool((exponential_mixture_table([(1.0, 900)]) == exponential_table(900)).all())
    True
    >>> round(table_mean(exponential_mixture_table([(0.25, 4_000), (0.75, 60_000)])))
    46000
    """
    weight, mean = (np.array(column, np.float64) for column in zip(*components, strict=True))
    _check(bool(np.all(weight >= 0)), "weights must not be negative", weight.tolist())
    _check(abs(weight.sum() - 1.0) < 1e-6, "weights must sum to 1", weight.tolist())
    _check(bool(np.all(mean > 0)), "means must be above 0 ms", mean.tolist())
    if len(weight) == 1:
        return exponential_table(float(mean[0]))
    weight = weight / weight.sum()

    def curve(y: Floats) -> tuple[Floats, Floats, Floats]:
        t = np.exp(y)[:, None] / mean
        parts = weight * t * np.exp(-t)
        return -np.expm1(-t) @ weight, parts.sum(axis=1), (parts * (1.0 - t)).sum(axis=1)

    grid = np.unique((np.log(mean) + np.linspace(-16.0, 4.0, 641)[:, None]).ravel())
    t = np.exp(_invert(grid, curve, _edges()[1:-1]))[:, None]
    partial = (mean - (mean + t) * np.exp(-t / mean)) @ weight
    total = float(weight @ mean)
    return _durations(np.concatenate([[0.0], partial, [total]]), total)


def lognormal_mixture_table(
    components: Sequence[tuple[float, float, float]],
) -> NDArray[np.int32]:
    """Return the table of a mixture of log-normal durations.

    Parameters
    ----------
    components
        (weight, median in ms, sigma of the logarithm) of each; the weights sum to 1. A sigma of
        0 is a fixed duration.

    Raises
    ------
    ValueError
        If a weight or sigma is negative, a median is not above 0, the weights do not sum to 1, or
        a duration would not fit into 24 days.

    Examples
    --------
    >>> table = lognormal_mixture_table([(0.3, 2_000, 0.5), (0.7, 60_000, 0.9)])
    >>> round(table_mean(table))  # 0.3 * 2000 * exp(0.125) + 0.7 * 60000 * exp(0.405)
    63651
    """
    return _mixture(tuple(tuple(map(float, part)) for part in components)).copy()


# Building a world again and again, as a sensitivity study does, mostly asks for known tables.
@lru_cache(maxsize=256)
def _mixture(components: tuple[tuple[float, ...], ...]) -> NDArray[np.int32]:
    _check(len(components) > 0, "a mixture must have components", components)
    weight, median, sigma = (
        np.array(column, np.float64) for column in zip(*components, strict=True)
    )
    _check(bool(np.all(weight >= 0)), "weights must not be negative", weight.tolist())
    _check(abs(weight.sum() - 1.0) < 1e-6, "weights must sum to 1", weight.tolist())
    _check(bool(np.all(median > 0)), "medians must be above 0 ms", median.tolist())
    _check(bool(np.all(sigma >= 0)), "sigmas must not be negative", sigma.tolist())
    if len(weight) == 1 and sigma[0] == 0.0:
        return constant_table(round(float(median[0])))
    weight, sigma = weight / weight.sum(), np.maximum(sigma, 1e-6)
    mu = np.log(median)
    share_of_mean = weight * median * np.exp(sigma * sigma / 2.0)

    def curve(y: Floats) -> tuple[Floats, Floats, Floats]:
        z = (y[:, None] - mu) / sigma
        parts = weight / sigma * np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
        density = parts.sum(axis=1)
        slope = -(parts * z / sigma).sum(axis=1)
        return normal_cdf(z) @ weight, density, slope

    grid = np.unique((mu + sigma * np.linspace(-8.0, 8.0, 257)[:, None]).ravel())
    y = _invert(grid, curve, _edges()[1:-1])
    partial = normal_cdf((y[:, None] - mu) / sigma - sigma) @ share_of_mean
    mean = float(share_of_mean.sum())
    return _durations(np.concatenate([[0.0], partial, [mean]]), mean)


def beta_table(mean: float, icc: float) -> NDArray[np.int64]:
    """Return a table of 32-bit thresholds: probabilities that differ from person to person.

    The probabilities follow Beta(mean * k, (1 - mean) * k) with k = 1 / icc - 1.

    Parameters
    ----------
    mean
        Mean probability, 0 to 1.
    icc
        Share of the variance of a yes or no that lies between people (intra-class correlation):
        0 for people who are all alike, towards 1 for people who always or never do it. Below
        1e-5 it counts as 0.

    Returns
    -------
    int64 (8192), each 0 to 2**32, for :func:`propensity` and :func:`dialsim.core.rng.hit`.

    Examples
    --------
    >>> table = beta_table(0.2, 0.1)
    >>> round(mean_capped(table, 1.0), 6)
    0.2
    """
    return _beta(float(mean), float(icc)).copy()


@lru_cache(maxsize=256)
def _beta(mean: float, icc: float) -> NDArray[np.int64]:
    _check(0.0 <= mean <= 1.0, "the mean must be within 0 and 1", mean)
    _check(0.0 <= icc < 1.0, "icc must be at least 0 and below 1", icc)
    if icc < 1e-5 or mean in (0.0, 1.0):
        return np.full(TABLE, round(mean * _ONE32), np.int64)
    k = 1.0 / icc - 1.0
    a, b = mean * k, (1.0 - mean) * k

    def curve(t: Floats) -> tuple[Floats, Floats, Floats]:
        share, density = beta_cdf(t, a, b)
        return share, density, density * (a - (a + b) * logistic(t))

    # In log odds; beyond 40 either way a threshold is 0 or 2**32 whatever comes.
    low, high = -40.0, 40.0
    for _ in range(3):
        coarse = np.linspace(low, high, 65)
        share = curve(coarse)[0]
        low = float(coarse[max(0, np.searchsorted(share, 1e-5) - 1)])
        high = float(coarse[min(64, np.searchsorted(share, 1.0 - 1e-8))])
    edges = _edges()[1:-1]
    t = _invert(np.linspace(low, high, 513), curve, edges)
    share, density = beta_cdf(t, a, b)
    # I(x; a + 1, b) from I(x; a, b) and the density in log odds.
    partial = mean * (share - density / a)
    partial = np.where(t <= -39.9, 0.0, np.where(t >= 39.9, mean - (1.0 - edges), partial))
    cells = _cell_means(np.concatenate([[0.0], partial, [mean]]))
    return _rounded(np.clip(cells, 0.0, 1.0) * _ONE32).clip(0, _ONE32)


def table_mean(table: NDArray[Any]) -> float:
    """Return the mean of draws from a table, in the table's unit."""
    return float(_weights() @ table)


def mean_capped(table: NDArray[Any], factor: float) -> float:
    """Return the mean of min(1, factor * p) over a table of thresholds.

    What share of all people answers when everyone's propensity is multiplied by `factor`.
    """
    _check(factor >= 0, "the factor must not be negative", factor)
    return float(_weights() @ np.minimum(1.0, table * (factor / _ONE32)))


def _check(truth: bool, rule: str, found: object) -> None:
    if not truth:
        raise ValueError(f"{rule}, not {found!r}")


@lru_cache(maxsize=1)
def _edges() -> Floats:
    """Return the edges of the cells that a draw can meet: 0, 1/4096 ... 63/64, ... 1."""
    body = np.arange(_BODY + 1) / CELLS
    tail = 1.0 - np.arange(CELLS - 1, -1, -1) / (CELLS * TAIL)
    edges = np.concatenate([body, tail])
    edges.flags.writeable = False
    return edges


@lru_cache(maxsize=1)
def _weights() -> Floats:
    """Return the probability of each cell of a table; 0 for cells that no draw meets."""
    weights = np.zeros(TABLE)
    weights[:_BODY] = 1.0 / CELLS
    weights[CELLS:] = 1.0 / (CELLS * TAIL)
    weights.flags.writeable = False
    return weights


def _cell_means(partial: Floats) -> Floats:
    """Return the mean within each drawable cell, from partial expectations."""
    means = np.diff(partial)
    means[:_BODY] *= CELLS
    means[_BODY:] *= CELLS * TAIL
    return means


def _rounded(means: Floats) -> NDArray[np.int64]:
    """Return a table of rounded cells whose mean is that of the unrounded cells.

    Rounding a running sum carries each cell's rest to the next; sorting afterwards keeps the sum,
    and a larger draw never gives a smaller value within a part.
    """
    table = np.empty(TABLE, np.int64)
    for part, place in ((means[:_BODY], 0), (means[_BODY:], CELLS)):
        sums = np.concatenate([[0.0], np.rint(np.cumsum(part))]).astype(np.int64)
        table[place : place + len(part)] = np.sort(np.diff(sums))
    # For the eye: each of the last 64 cells of the first half is 64 cells of the tail.
    table[_BODY:CELLS] = np.rint(table[CELLS:].reshape(-1, TAIL).mean(axis=1)).astype(np.int64)
    return table


def _durations(partial: Floats, mean: float) -> NDArray[np.int32]:
    means = _cell_means(partial)
    _check(float(means[-1]) < 1 << 31, "the longest duration must fit into 24 days", mean)
    return _rounded(means).astype(np.int32)


def _invert(grid: Floats, curve: Curve, shares: Floats) -> Floats:
    """Return where a distribution function takes the given values.

    Linear between the points of a grid, then two steps of Halley's method that stay between them.
    """
    known = np.maximum.accumulate(curve(grid)[0])
    above = np.clip(np.searchsorted(known, shares), 1, len(grid) - 1)
    low, high = grid[above - 1], grid[above]
    at = np.interp(shares, known, grid)
    for _ in range(2):
        share, density, slope = curve(at)
        with np.errstate(all="ignore"):
            step = (share - shares) / density
            step = step / (1.0 - 0.5 * step * slope / density)
        at = np.clip(at - np.where(np.isfinite(step), step, 0.0), low, high)
    return at
