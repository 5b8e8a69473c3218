"""Ring time until an answer, and the delay before ringing.

Who would have answered after the ring timeout counts as unanswered, together with those who never
would: such calls say nothing of the time to answer, and those that were answered are judged by how
likely their time is among times up to the timeout. Where the log's time runs from dialling on, it
is the sum of two lognormals; the delay before ringing is seen by itself in calls that failed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration.durations import SIGMA, TINY, Cells, counted
from dialsim.calibration.likelihood import Fit, Floats, Profiled, exponential, numeric

STEP_MS = 100.0
FEWEST = 30
MOST_CELLS = 6000


@dataclass(frozen=True)
class Ringing:
    """Fitted times.

    Attributes
    ----------
    median, sigma
        Of the time from ringing to answer, ms; lognormal.
    delay_median, delay_sigma
        Of the delay before ringing; None: not fitted.
    n, delay_n
        Answers and delays behind them.
    distance, delay_distance
        Kolmogorov's.
    timeout_ms
        The longest ring timeout.
    """

    median: Profiled
    sigma: Profiled
    delay_median: Profiled | None
    delay_sigma: Profiled | None
    n: int
    delay_n: int
    distance: float
    delay_distance: float
    timeout_ms: float

    def in_time(self, timeout_ms: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Return the share of answers that come before a timeout."""
        return answered_by(self.median.value, self.sigma.value, timeout_ms)


def answered_by(
    median_ms: float, sigma: float, timeout_ms: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """Return the share of lognormal times below a timeout.

    >>> float(answered_by(9_000, 0.5, 9_000))
    0.5
    """
    from scipy.special import ndtr

    return np.asarray(ndtr(np.log(np.asarray(timeout_ms) / median_ms) / sigma))


def fit_ringing(
    answers: list[tuple[float, NDArray[np.float64]]],
    delays: NDArray[np.float64],
    delay: tuple[float, float] | None,
) -> Ringing:
    """Return the times to answer that fit best.

    Parameters
    ----------
    answers
        Ring timeout and times to answer (ms) of the calls that had it.
    delays
        Delays before ringing that were seen by themselves, ms; fewer than 30: none.
    delay
        Median (ms) and sigma of that delay where it is part of the times but not fitted; None: the
        times run from ringing on, or `delays` fit it.
    """
    longest = max(float(times.max()) for _, times in answers)
    cells = min(MOST_CELLS, 64 + int((max(longest, answers[-1][0]) + 60_000) / STEP_MS))
    grids = [_Grid(timeout, times, cells) for timeout, times in answers]
    seen = counted(delays) if len(delays) >= FEWEST else None
    times = np.concatenate([each for _, each in answers])
    offset = math.exp(np.log(np.maximum(delays, 1)).mean()) if seen else (delay or (0, 0))[0]
    start = [math.log(max(float(np.median(times)) - offset, 200.0)), 0.5]
    low, high = [math.log(50.0), SIGMA[0]], [math.log(600_000.0), SIGMA[1]]
    if seen is not None:
        logs = np.log(np.maximum(delays, 1))
        start += [float(logs.mean()), float(max(logs.std(), 0.05))]
        low, high = [*low, 0.0, SIGMA[0]], [*high, math.log(120_000.0), SIGMA[1]]

    def likelihood(at: Floats) -> float:
        inner = (at[2], at[3]) if seen is not None else None
        if inner is None and delay is not None:
            inner = (math.log(delay[0]), delay[1])
        total = sum(grid.likelihood(at[0], at[1], inner) for grid in grids)
        if seen is not None:
            total += _cells_likelihood(seen, at[2], at[3])
        return float(total)

    fit = Fit(numeric(likelihood, np.full(len(start), 1e-4)), np.array(start), low, high)
    found = [fit.interval(i) for i in range(len(start))]
    inner = (fit.at[2], fit.at[3]) if seen is not None else None
    if inner is None and delay is not None:
        inner = (math.log(delay[0]), delay[1])
    expected = sum(grid.n * grid.cumulative(fit.at[0], fit.at[1], inner) for grid in grids)
    empirical = sum(grid.counts.cumsum() for grid in grids)
    n = len(times)
    return Ringing(
        exponential(found[0]),
        found[1],
        exponential(found[2]) if seen else None,
        found[3] if seen else None,
        n,
        len(delays) if seen else 0,
        float(np.max(np.abs(expected - empirical))) / n,
        _delay_distance(seen, fit.at) if seen else math.nan,
        max(timeout for timeout, _ in answers),
    )


def _cells_likelihood(cells: Cells, log_median: float, sigma: float) -> float:
    from scipy.special import ndtr

    with np.errstate(divide="ignore"):
        share = ndtr((np.log(cells.high) - log_median) / sigma)
        share = share - ndtr((np.log(cells.low) - log_median) / sigma)
    return float(cells.count @ np.log(np.maximum(share, TINY)))


def _delay_distance(cells: Cells, at: Floats) -> float:
    from scipy.special import ndtr

    fitted = ndtr((np.log(cells.high) - at[2]) / at[3])
    return float(np.max(np.abs(np.cumsum(cells.count) / cells.n - fitted)))


class _Grid:
    """Times to answer of calls with one ring timeout, counted in cells of even width."""

    def __init__(self, timeout_ms: float, times: NDArray[np.float64], cells: int) -> None:
        self.timeout, self.n, self.cells = timeout_ms, len(times), cells
        self.edges = np.arange(cells + 1) * STEP_MS
        cell = np.minimum((times // STEP_MS).astype(np.int64), cells - 1)
        self.counts = np.bincount(cell, minlength=cells).astype(float)

    def _pmf(self, log_median: float, sigma: float, end: float | None = None) -> Floats:
        from scipy.special import ndtr

        edges = self.edges if end is None else np.minimum(self.edges, end)
        with np.errstate(divide="ignore"):
            share = np.diff(ndtr((np.log(edges) - log_median) / sigma))
        return np.asarray(share / max(float(share.sum()), TINY))

    def expected(
        self, log_median: float, sigma: float, delay: tuple[float, float] | None
    ) -> Floats:
        """Return the share of each cell among answers in time."""
        from scipy.fft import next_fast_len

        ring = self._pmf(log_median, sigma, self.timeout)
        if delay is None:
            return ring
        size = next_fast_len(2 * self.cells, real=True)  # one with a large prime takes ten times
        product = np.fft.rfft(ring, size) * np.fft.rfft(self._pmf(*delay), size)
        both = np.maximum(np.fft.irfft(product, size)[: self.cells], 0.0)
        # Two times within their cells sum to one that lies in the cell of both or in the next.
        return np.asarray((both + np.concatenate([[0.0], both[:-1]])) / 2)

    def likelihood(
        self, log_median: float, sigma: float, delay: tuple[float, float] | None
    ) -> float:
        some = self.counts > 0
        share = self.expected(log_median, sigma, delay)[some]
        return float(self.counts[some] @ np.log(np.maximum(share, 1e-12)))

    def cumulative(
        self, log_median: float, sigma: float, delay: tuple[float, float] | None
    ) -> Floats:
        return np.asarray(self.expected(log_median, sigma, delay).cumsum())
