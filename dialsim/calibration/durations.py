"""Mixtures of lognormals fitted to durations that were counted in cells.

Durations are put into cells (the step a log rounds to, such as whole seconds, else cells of 2 %
width), and the likelihood is that of the cells: a log of millions costs no more than one of
thousands, and rounding is no error. A log does not record its rounding: intervals then hold
for each way. Durations that were rounded to zero are often left out; the likelihood is then that of
the longer ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration.likelihood import Fit, Floats, LogLikelihood, Profiled, exponential, joined

CELL = 0.02  # width of a cell in logarithms
SIGMA = (0.02, 3.0)
TINY = 1e-300
EM_STEPS = 300
FEWEST = 30  # durations needed to fit a spread
STEPS_MS = (60_000, 6_000, 1_000, 100)  # what logs and bills round to, the longest first
VARIED = 5  # different durations, without which all are no multiples of a step but alike
ROUNDED = {"down": 0.0, "nearest": 0.5, "up": 1.0}
"""Ways to round a duration: the offset from the shortest one that is written alike, in steps."""
POINTS = 8
EDGE = 1e-3  # of a logarithm: so near to the end of its domain a value is at it
MOST_ABSENT = 10.0  # times those in a log, durations below the least in it
LEAST_OF_CELL = 20.0  # a cell from 0 is taken to begin at this part of its end
NEAREST = ROUNDED["nearest"]


@dataclass(frozen=True)
class Cells:
    """Durations counted in cells.

    Attributes
    ----------
    low, high
        Ends of each cell that holds any, ms.
    count
        Durations in each.
    least
        Shorter durations are not in the log, ms.
    """

    low: Floats
    high: Floats
    count: Floats
    least: float = 0.0

    @property
    def n(self) -> int:
        """Durations in all."""
        return int(self.count.sum())

    @property
    def middle(self) -> Floats:
        """Logarithm of each cell's middle."""
        return np.asarray(np.log(np.maximum((self.low + self.high) / 2, 1.0)))

    @property
    def points(self) -> Floats:
        """Logarithms that represent each cell, float[cells, 1 or `POINTS` where cells are wide].

        A cell of 2 % is a point. Of a wide one the middle is none: a component could shrink to it.
        """
        if float(np.max(self.high / np.maximum(self.low, 1.0))) < 1 + 2 * CELL:
            return self.middle[:, None]
        low = np.log(np.maximum(self.low, self.high / LEAST_OF_CELL))
        at = (np.arange(POINTS) + 0.5) / POINTS
        return np.asarray(low[:, None] + (np.log(self.high) - low)[:, None] * at)


def step_of(durations_ms: NDArray[np.float64]) -> int | None:
    """Return the common step of all durations, in ms; None if they are not rounded.

    >>> step_of(np.array([3000.0, 7000.0])), step_of(np.array([3000.0, 7001.0]))
    (1000, None)
    >>> step_of(np.arange(9) * 60_000.0)
    60000
    """
    varied = len(np.unique(durations_ms)) >= VARIED
    for step in STEPS_MS:
        if (varied or step <= 1000) and bool(np.all(durations_ms % step == 0)):
            return step
    return None


def counted(
    durations_ms: NDArray[np.float64], offset: float = NEAREST, zeros: bool = True
) -> Cells:
    """Return durations in cells; those of 0 ms or less are left out unless rounded.

    Parameters
    ----------
    offset
        How much longer than the duration the shortest one is written, in steps of a rounded log:
        0 if it rounds down, 1/2 to the nearest, 1 up.
    zeros
        Whether a rounded duration of 0 is one, and not the lack of any.

    Examples
    --------
    >>> cells = counted(np.array([0.0, 1000.0, 1000.0, 2000.0]))
    >>> cells.low.tolist(), cells.count.tolist()
    ([0.0, 500.0, 1500.0], [1.0, 2.0, 1.0])
    >>> down = counted(np.array([0.0, 1000.0, 1000.0, 2000.0]), 0.0, zeros=False)
    >>> down.low.tolist(), down.least
    ([1000.0, 2000.0], 1000.0)
    """
    step = step_of(durations_ms)
    if step is not None:
        none = not zeros or offset >= 1  # rounded up, no duration comes to 0
        kept = durations_ms[durations_ms > 0] if none else durations_ms
        steps, count = np.unique(kept // step, return_counts=True)
        low = np.maximum((steps - offset) * step, 0.0)
        least = (1 - offset) * step if none else 0.0
        return Cells(low, (steps + 1 - offset) * step, count.astype(float), least)
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
    """

    parts: tuple[tuple[Profiled, Profiled, Profiled], ...]
    n: int
    distance: float

    @property
    def plain(self) -> list[list[float]]:
        """Weight, median in ms and sigma of each component."""
        return [[weight.value, median.value, sigma.value] for weight, median, sigma in self.parts]


def fit_durations(
    durations_ms: NDArray[np.float64],
    components: int = 2,
    offsets: Sequence[float] = (NEAREST,),
    zeros: bool = False,
) -> Mixture:
    """Return the best-fitting mixture, with intervals that hold for each rounding.

    Parameters
    ----------
    durations_ms
        At least `FEWEST` of them above 0.
    components
        Most components.
    offsets
        What `counted` takes, the likeliest first; of no matter where nothing is rounded.
    zeros
        Whether a rounded duration of 0 is one.
    """
    first = fit_mixture(counted(durations_ms, offsets[0], zeros), components)
    if step_of(durations_ms) is None:
        return first
    cells = [counted(durations_ms, offset, zeros) for offset in offsets[1:]]
    size = len(first.parts)
    of_ends = [fit_mixture(each, size, size) for each in cells if each.n >= FEWEST]
    alike = zip(first.parts, *(each.parts for each in of_ends), strict=True)
    parts = []
    for part in alike:
        weight, median, sigma = (joined(*each) for each in zip(*part, strict=True))
        parts.append((weight, median, sigma))
    return replace(first, parts=tuple(parts))


def fit_mixture(cells: Cells, components: int = 2, fewest: int = 1) -> Mixture:
    """Return the mixture of one or two lognormals that fits best.

    Parameters
    ----------
    cells
        At least `FEWEST` durations.
    components, fewest
        Most and fewest components; the second one has to pay for its three parameters (Bayesian
        information criterion).
    """
    fits = [_fitted(cells, k) for k in range(fewest, components + 1)]
    scores = [-2 * fit.most + len(fit.at) * math.log(cells.n) for fit in fits]
    return _mixture(fits[int(np.argmin(scores))], cells)


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
    unseen = 1 if cells.least > 0 else 0  # a median may lie among durations not in the log
    log_low, log_high = float(middle.min()) - 1 - unseen, float(middle.max()) + 1
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

    # Given that a duration is in the log at all: the last cell holds all that may be in it.
    low, high = np.append(cells.low, cells.least), np.append(cells.high, np.inf)
    counts = np.append(cells.count, -cells.count.sum() if cells.least > 0 else 0.0)
    with np.errstate(divide="ignore"):
        ends = np.log(np.stack([low, high]))

    def function(at: Floats) -> tuple[float, Floats]:
        parts = _rows(at)
        z = (ends[:, :, None] - parts[:, 1]) / parts[:, 2]
        share = np.diff(ndtr(z), axis=0)[0]
        density = np.exp(-0.5 * np.minimum(z * z, 1400)) / math.sqrt(2 * math.pi)
        by_median = -np.diff(density, axis=0)[0] / parts[:, 2]
        flat = np.where(np.isfinite(z), z, 0.0) * density
        by_sigma = -np.diff(flat, axis=0)[0] / parts[:, 2]
        whole = np.maximum(share @ parts[:, 0], TINY)
        pull = counts / whole
        slopes = [
            (weight * (pull @ by_median[:, i]), weight * (pull @ by_sigma[:, i]))
            for i, weight in enumerate(parts[:, 0])
        ]
        gradient = [value for pair in slopes for value in pair]
        if len(parts) == 2:
            gradient = [float(pull @ (share[:, 0] - share[:, 1])), *gradient]
        return float(counts @ np.log(whole)), np.array(gradient)

    return function


def _by_em(cells: Cells, mean: float, spread: float) -> Floats:
    """Return the best of several runs of expectation-maximisation, from fixed starts."""
    best, most = np.zeros(5), -math.inf
    likelihood_of, count, shown = _likelihood(cells), cells.count, len(cells.count)
    if cells.least > 0:  # a cell of those that are not in the log: as many as there should be
        low, high = np.append(cells.low, 0.0), np.append(cells.high, cells.least)
        cells = Cells(low, high, np.append(count, 0.0))
        count = cells.count
    points = cells.points[:, :, None]
    for weight, apart in ((0.5, 1.0), (0.2, 1.3), (0.8, 1.3)):
        at = np.array(
            [weight, mean - apart * spread, 0.7 * spread, mean + (apart / 2) * spread, spread]
        )
        for _ in range(EM_STEPS):
            parts = _rows(at)
            if len(count) > shown:
                below = float(distribution(parts, cells.high[-1:])[0])
                count[-1] = count[:-1].sum() * min(below / max(1 - below, TINY), MOST_ABSENT)
            z = (points - parts[:, 1]) / parts[:, 2]
            each = parts[:, 0] * np.exp(-0.5 * z * z) / parts[:, 2] + TINY
            member = each / each.sum(axis=(1, 2), keepdims=True) * count[:, None, None]
            size = member.sum(axis=(0, 1)) + 1e-9
            centre = (member * points).sum(axis=(0, 1)) / size
            square = (member * (points - centre) ** 2).sum(axis=(0, 1)) / size
            sigma = np.clip(np.sqrt(square), 2 * SIGMA[0], 0.9 * SIGMA[1])
            share = min(max(float(size[0] / size.sum()), 1e-3), 1 - 1e-3)
            at = np.array([share, centre[0], sigma[0], centre[1], sigma[1]])
        likelihood = likelihood_of(at)[0]
        if likelihood > most:
            best, most = at, likelihood
    return best


def _mixture(fit: Fit, cells: Cells) -> Mixture:
    found = [fit.interval(i) for i in range(len(fit.at))]
    if cells.least > 0 and _reaches_unseen(fit, found):
        # A part may lie wholly among durations that are not in the log: its weight is anything.
        found = [replace(each, identified=False) for each in found]
    if len(found) == 2:
        parts = [(Profiled(1.0, 1.0, 1.0, True), exponential(found[0]), found[1])]
    else:
        weight = found[0]
        rest = Profiled(1 - weight.value, 1 - weight.high, 1 - weight.low, weight.identified)
        parts = [(weight, exponential(found[1]), found[2]), (rest, exponential(found[3]), found[4])]
        parts.sort(key=lambda part: part[1].value)
    below = distribution(_rows(fit.at), np.append(cells.high, cells.least))
    distance = kolmogorov(cells, (below[:-1] - below[-1]) / max(1 - below[-1], TINY))
    return Mixture(tuple(parts), cells.n, distance)


def _reaches_unseen(fit: Fit, found: Sequence[Profiled]) -> bool:
    """Return whether a median's interval extends to the lower end of its domain."""
    medians = (0,) if len(found) == 2 else (1, 3)
    return any(found[i].low - fit.low[i] < EDGE for i in medians)


def kolmogorov(cells: Cells, fitted: Floats) -> float:
    """Return the largest difference between a log's distribution function and a fitted one.

    Parameters
    ----------
    fitted
        The fitted one at the upper end of each cell.
    """
    return float(np.max(np.abs(np.cumsum(cells.count) / cells.n - fitted)))
