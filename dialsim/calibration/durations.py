"""Mixtures of lognormals fitted to durations that were counted in cells.

Durations are put into cells (whole seconds where the log rounds to them, else cells of 2 % width),
and the likelihood is that of the cells: a log of millions costs no more than one of thousands, and
rounding is no error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration.likelihood import Fit, Floats, LogLikelihood, Profiled, exponential

CELL = 0.02  # width of a cell in logarithms
SIGMA = (0.02, 3.0)
TINY = 1e-300
EM_STEPS = 300
FEWEST = 30  # durations of which a spread can be told


@dataclass(frozen=True)
class Cells:
    """Durations counted in cells.

    Attributes
    ----------
    low, high
        Ends of each cell that holds any, ms.
    count
        Durations in each.
    """

    low: Floats
    high: Floats
    count: Floats

    @property
    def n(self) -> int:
        """Durations in all."""
        return int(self.count.sum())

    @property
    def middle(self) -> Floats:
        """Logarithm of each cell's middle."""
        return np.asarray(np.log(np.maximum((self.low + self.high) / 2, 1.0)))


def counted(durations_ms: NDArray[np.float64]) -> Cells:
    """Return durations in cells; those of 0 ms or less are left out unless seconds were rounded.

    >>> cells = counted(np.array([0.0, 1000.0, 1000.0, 2000.0]))
    >>> cells.low.tolist(), cells.count.tolist()
    ([0.0, 500.0, 1500.0], [1.0, 2.0, 1.0])
    """
    whole = bool(np.all(durations_ms % 1000 == 0))
    if whole:
        seconds, count = np.unique(durations_ms // 1000, return_counts=True)
        low = np.maximum(seconds * 1000 - 500, 0)
        return Cells(low, seconds * 1000 + 500, count.astype(float))
    cell = np.floor(np.log(durations_ms[durations_ms > 0]) / CELL)
    cells, count = np.unique(cell, return_counts=True)
    return Cells(np.exp(cells * CELL), np.exp((cells + 1) * CELL), count.astype(float))


@dataclass(frozen=True)
class Mixture:
    """A fitted mixture.

    Attributes
    ----------
    parts
        (weight, median ms, sigma) of each component, the shortest first, with intervals.
    n
        Durations behind it.
    distance
        Largest difference between the fitted distribution function and that of the log
        (Kolmogorov's).
    criterion
        Bayesian information criterion; the smaller the better.
    """

    parts: tuple[tuple[Profiled, Profiled, Profiled], ...]
    n: int
    distance: float
    criterion: float

    @property
    def plain(self) -> list[list[float]]:
        """Weight, median in ms and sigma of each component."""
        return [[weight.value, median.value, sigma.value] for weight, median, sigma in self.parts]


def fit_mixture(cells: Cells, components: int = 2) -> Mixture:
    """Return the mixture of one or two lognormals that fits best.

    Parameters
    ----------
    cells
        At least `FEWEST` durations.
    components
        Most components; the second one has to pay for its three parameters (criterion of
        Schwarz).
    """
    fits = [_fitted(cells, k) for k in range(1, components + 1)]
    scores = [-2 * fit.most + len(fit.at) * math.log(cells.n) for fit in fits]
    best = int(np.argmin(scores))
    return _mixture(fits[best], cells, scores[best])


def distribution(parts: Floats, at: Floats) -> Floats:
    """Return the distribution function of a mixture (rows of weight, log median, sigma)."""
    from scipy.special import ndtr

    with np.errstate(divide="ignore"):
        z = (np.log(at)[:, None] - parts[:, 1]) / parts[:, 2]
    return np.asarray(ndtr(z) @ parts[:, 0])


def _fitted(cells: Cells, components: int) -> Fit:
    middle = cells.middle
    mean = float(np.average(middle, weights=cells.count))
    spread = math.sqrt(float(np.average((middle - mean) ** 2, weights=cells.count)))
    spread = min(max(spread, 2 * SIGMA[0]), 0.9 * SIGMA[1])
    log_low, log_high = float(middle.min()) - 1, float(middle.max()) + 1
    one_low, one_high = [log_low, SIGMA[0]], [log_high, SIGMA[1]]
    if components == 1:
        return Fit(_likelihood(cells), np.array([mean, spread]), one_low, one_high)
    start = _by_em(cells, mean, spread)
    low, high = [1e-4, *one_low, *one_low], [1 - 1e-4, *one_high, *one_high]
    return Fit(_likelihood(cells), start, low, high)


def _rows(at: Floats) -> Floats:
    if len(at) == 2:
        return np.array([[1.0, at[0], at[1]]])
    return np.array([[at[0], at[1], at[2]], [1 - at[0], at[3], at[4]]])


def _likelihood(cells: Cells) -> LogLikelihood:
    from scipy.special import ndtr

    with np.errstate(divide="ignore"):
        ends = np.log(np.stack([cells.low, cells.high]))

    def function(at: Floats) -> tuple[float, Floats]:
        parts = _rows(at)
        z = (ends[:, :, None] - parts[:, 1]) / parts[:, 2]
        share = np.diff(ndtr(z), axis=0)[0]
        density = np.exp(-0.5 * np.minimum(z * z, 1400)) / math.sqrt(2 * math.pi)
        by_median = -np.diff(density, axis=0)[0] / parts[:, 2]
        flat = np.where(np.isfinite(z), z, 0.0) * density
        by_sigma = -np.diff(flat, axis=0)[0] / parts[:, 2]
        whole = np.maximum(share @ parts[:, 0], TINY)
        pull = cells.count / whole
        slopes = [
            (weight * (pull @ by_median[:, i]), weight * (pull @ by_sigma[:, i]))
            for i, weight in enumerate(parts[:, 0])
        ]
        gradient = [value for pair in slopes for value in pair]
        if len(parts) == 2:
            gradient = [float(pull @ (share[:, 0] - share[:, 1])), *gradient]
        return float(cells.count @ np.log(whole)), np.array(gradient)

    return function


def _by_em(cells: Cells, mean: float, spread: float) -> Floats:
    """Return the best of several climbs by expectation and maximisation, from fixed starts."""
    best, most = np.zeros(5), -math.inf
    for weight, apart in ((0.5, 1.0), (0.2, 1.3), (0.8, 1.3)):
        at = np.array(
            [weight, mean - apart * spread, 0.7 * spread, mean + (apart / 2) * spread, spread]
        )
        for _ in range(EM_STEPS):
            parts = _rows(at)
            z = (cells.middle[:, None] - parts[:, 1]) / parts[:, 2]
            each = parts[:, 0] * np.exp(-0.5 * z * z) / parts[:, 2] + TINY
            member = each / each.sum(axis=1, keepdims=True) * cells.count[:, None]
            size = member.sum(axis=0) + 1e-9
            centre = (member * cells.middle[:, None]).sum(axis=0) / size
            square = (member * (cells.middle[:, None] - centre) ** 2).sum(axis=0) / size
            sigma = np.clip(np.sqrt(square), 2 * SIGMA[0], 0.9 * SIGMA[1])
            share = min(max(float(size[0] / size.sum()), 1e-3), 1 - 1e-3)
            at = np.array([share, centre[0], sigma[0], centre[1], sigma[1]])
        likelihood = _likelihood(cells)(at)[0]
        if likelihood > most:
            best, most = at, likelihood
    return best


def _mixture(fit: Fit, cells: Cells, score: float) -> Mixture:
    found = [fit.interval(i) for i in range(len(fit.at))]
    if len(found) == 2:
        parts = [(Profiled(1.0, 1.0, 1.0, True), exponential(found[0]), found[1])]
    else:
        weight = found[0]
        rest = Profiled(1 - weight.value, 1 - weight.high, 1 - weight.low, weight.identified)
        parts = [(weight, exponential(found[1]), found[2]), (rest, exponential(found[3]), found[4])]
        parts.sort(key=lambda part: part[1].value)
    distance = kolmogorov(cells, distribution(_rows(fit.at), cells.high))
    return Mixture(tuple(parts), cells.n, distance, score)


def kolmogorov(cells: Cells, fitted: Floats) -> float:
    """Return the largest difference between a log's distribution function and a fitted one.

    Parameters
    ----------
    fitted
        The fitted one at the upper end of each cell.
    """
    return float(np.max(np.abs(np.cumsum(cells.count) / cells.n - fitted)))
