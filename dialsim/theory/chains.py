"""Finite birth-death chains: steady state, transient state, and time averages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dialsim.theory.arguments import at_least_zero

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BirthDeath:
    """A chain that moves up and down by one.

    Parameters
    ----------
    births_per_s
        float[states - 1], rate from n to n + 1 at place n.
    deaths_per_s
        float[states - 1], rate from n + 1 to n at place n.

    Raises
    ------
    ValueError
        Their shapes differ, or a rate is negative, infinite or not a number.

    Notes
    -----
    Moments are reached by uniformisation (Jensen 1953): a Poisson number of steps of a chain in
    discrete time, weighted from the Poisson mode outwards so that nothing cancels or overflows. It
    ends early once the steps left cannot move the result by more than 1e-13. Cost: O(states) a
    step, with about (largest total rate × time) steps at most.

    Examples
    --------
    One agent, no waiting: free or busy.

    >>> chain = BirthDeath([1.0], [3.0])
    >>> chain.steady_state().round(4).tolist()
    [0.75, 0.25]
    >>> chain.at(0.1).round(6).tolist(), chain.averaged(0.1).round(6).tolist()
    ([0.91758, 0.08242], [0.95605, 0.04395])
    """

    births_per_s: ArrayLike
    deaths_per_s: ArrayLike

    def __post_init__(self) -> None:
        shapes = self._births.shape, self._deaths.shape
        if self._births.ndim != 1 or shapes[0] != shapes[1]:
            raise ValueError(
                f"`births_per_s` and `deaths_per_s` must be two rows of one length, were of "
                f"shapes {shapes[0]} and {shapes[1]}"
            )
        for name, rates in (("births_per_s", self._births), ("deaths_per_s", self._deaths)):
            for wrong in rates[~((rates >= 0) & (rates < np.inf))]:
                at_least_zero(name, float(wrong))

    @cached_property
    def _births(self) -> Floats:
        return np.array(self.births_per_s, float)

    @cached_property
    def _deaths(self) -> Floats:
        return np.array(self.deaths_per_s, float)

    @property
    def states(self) -> int:
        """Number of states: 0 to this less one."""
        return len(self._births) + 1

    def steady_state(self) -> Floats:
        """Return the long-run share of time in each state, float[states].

        Raises
        ------
        ValueError
            A rate is 0, so that the long run could depend on the start.

        Notes
        -----
        Products of rate ratios, summed as logarithms away from the likeliest state. Cost:
        O(states).
        """
        for name, rates in (("births_per_s", self._births), ("deaths_per_s", self._deaths)):
            if not rates.all():
                raise ValueError(f"`{name}` must be above 0 for a long run, was 0.0 somewhere")
        steps = np.log(self._births / self._deaths)
        mode = int(np.argmax(np.concatenate([[0.0], np.cumsum(steps)])))
        below = np.cumsum(-steps[:mode][::-1])[::-1]
        above = np.cumsum(steps[mode:])
        weights = np.exp(np.concatenate([below, [0.0], above]))
        share: Floats = weights / weights.sum()
        return share

    def at(self, time_s: float, start: ArrayLike = 0) -> Floats:
        """Return the probability of each state at a moment, float[states].

        Parameters
        ----------
        time_s
            0 or more.
        start
            The state at 0, or the probability of each.

        Raises
        ------
        ValueError
            `time_s` is negative or infinite, or `start` is neither a state nor probabilities.
        """
        first, weights = poisson_weights(self._rate * at_least_zero("time_s", time_s))
        return self._mix(start, np.concatenate([np.zeros(first), weights]))

    def averaged(self, time_s: float, start: ArrayLike = 0) -> Floats:
        """Return the share of the time from 0 to `time_s` spent in each state, float[states].

        Poisson arrivals during that time see these shares.

        Parameters
        ----------
        time_s
            0 or more; at 0 it is the start.
        start
            The state at 0, or the probability of each.

        Raises
        ------
        ValueError
            `time_s` is negative or infinite, or `start` is neither a state nor probabilities.
        """
        first, weights = poisson_weights(self._rate * at_least_zero("time_s", time_s))
        more = np.concatenate([np.ones(first), np.cumsum(weights[:0:-1])[::-1]])
        if len(more) == 0:
            more = np.ones(1)
        return self._mix(start, more / more.sum())

    @cached_property
    def _rate(self) -> float:
        """Return the largest total rate out of a state."""
        return float(np.max(np.append(self._births, 0.0) + np.insert(self._deaths, 0, 0.0)))

    def _mix(self, start: ArrayLike, weights: Floats) -> Floats:
        """Return the weighted sum of the distributions after 0, 1, 2 ... steps."""
        now = self._start(start)
        if len(weights) == 1:
            return now
        up, down = self._births / self._rate, self._deaths / self._rate
        stay = 1.0 - np.append(up, 0.0) - np.insert(down, 0, 0.0)
        left = np.cumsum(weights[::-1])[::-1]
        out: Floats = weights[0] * now
        for step in range(1, len(weights)):
            then = stay * now
            then[1:] += up * now[:-1]
            then[:-1] += down * now[1:]
            # Steps never drive two distributions apart: what one step moves, each later one may.
            if step % 16 == 0 and np.abs(then - now).sum() * (len(weights) - step) < 1e-13:
                out += left[step] * then
                break
            now = then
            out += weights[step] * now
        return out

    def _start(self, start: ArrayLike) -> Floats:
        given = np.asarray(start)
        if given.ndim == 0 and given.dtype.kind in "iu" and 0 <= given < self.states:
            out = np.zeros(self.states)
            out[int(given)] = 1.0
            return out
        if given.shape == (self.states,) and np.all(given >= 0) and abs(given.sum() - 1) < 1e-9:
            shares: Floats = given.astype(float)
            return shares
        raise ValueError(
            f"`start` must be a state from 0 to {self.states - 1} or a probability for each, "
            f"was {start!r}"
        )


def poisson_weights(mean: float) -> tuple[int, Floats]:
    """Return the Poisson probabilities that matter, and the count of the first.

    Parameters
    ----------
    mean
        0 or more.

    Returns
    -------
    The first count, and float[n] that sum to 1; what is left out is below 1e-17.

    Notes
    -----
    Ratios from the mode outwards, then divided by their sum (the idea of Fox and Glynn 1988): each
    probability is right to about 1e-14 even where the mean is in the millions.

    Examples
    --------
    >>> first, weights = poisson_weights(1.0)
    >>> first, weights[:3].round(4).tolist()
    (0, [0.3679, 0.3679, 0.1839])
    """
    mean = at_least_zero("mean", mean)
    if mean == 0.0:
        return 0, np.ones(1)
    mode = int(mean)
    reach = 9.2 * mean**0.5
    first, last = max(0, int(mode - reach)), int(mode + reach) + 32
    below = np.cumprod(np.arange(mode, first, -1) / mean)[::-1]
    above = np.cumprod(mean / np.arange(mode + 1, last + 1))
    weights = np.concatenate([below, [1.0], above])
    return first, weights / weights.sum()
