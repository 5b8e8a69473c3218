"""Maximum likelihood and profile-likelihood intervals of a few parameters.

Everything is done in whitened coordinates: at the maximum the parameters are turned so that the
likelihood falls alike in every direction, so a few quasi-Newton steps find the best of all others
at any value of one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LogLikelihood = Callable[[Floats], tuple[float, Floats]]
"""From parameters to the log likelihood and its gradient; -inf where they mean nothing."""

CROSSING = 3.841458820694124  # 95 % point of chi-squared with one degree of freedom
ROOT = math.sqrt(CROSSING)
LEVEL = 0.1  # of a parabola that falls by CROSSING at the end, half-way would be a quarter of it
NARROW = 0.5
MOST_STEPS = 30
_FAR = 1e300
_UNDEFINED = 1e100


@dataclass(frozen=True)
class Profiled:
    """One parameter's interval by profile likelihood.

    Attributes
    ----------
    value
        Where the likelihood is largest.
    low, high
        Ends of the 95 % interval; an end of the domain where the likelihood never falls so far.
    identified
        The value is identified: the likelihood falls by more than chance on both sides,
        or on one and leaves less than half of all values there can be.
    """

    value: float
    low: float
    high: float
    identified: bool


def exponential(found: Profiled) -> Profiled:
    """Return the result for a logarithm as the result for the value itself."""
    value, low, high = (math.exp(each) for each in (found.value, found.low, found.high))
    return Profiled(value, low, high, found.identified)


def joined(*found: Profiled) -> Profiled:
    """Return the first value with an interval that covers all the others' too."""
    low, high = min(each.low for each in found), max(each.high for each in found)
    return Profiled(found[0].value, low, high, all(each.identified for each in found))


class Fit:
    """Maximum-likelihood parameters and their precision.

    Parameters
    ----------
    function
        Log likelihood and gradient.
    start
        Where to begin, float[k].
    low, high
        Domain of each parameter, float[k].

    Attributes
    ----------
    at
        The parameters, float[k].
    most
        The log likelihood there.
    """

    def __init__(
        self, function: LogLikelihood, start: Floats, low: Sequence[float], high: Sequence[float]
    ) -> None:
        self._function = function
        self.low, self.high = np.array(low, float), np.array(high, float)
        width = self.high - self.low
        self._inner = (self.low + 1e-9 * width, self.high - 1e-9 * width)
        self._ceiling = self._value(np.clip(start, *self._inner))[0] + 1e4
        self.at, self.most = self._climb(np.clip(start, *self._inner))
        self._root = self._whitening()
        self._trail: list[tuple[int, Floats]] = []  # best parameters where one of them was held
        self._again()

    @property
    def defined(self) -> bool:
        """Whether the likelihood is defined at its maximum: it is where it is at `start`."""
        return self.most > -_FAR

    def _value(self, at: Floats) -> tuple[float, Floats]:
        """Return minus the log likelihood and its gradient; a penalty outside the domain."""
        if np.any(at < self.low) or np.any(at > self.high):
            return _FAR, np.zeros_like(at)
        value, gradient = self._function(at)
        if not math.isfinite(value) or not np.all(np.isfinite(gradient)):
            return _FAR, np.zeros_like(at)
        return -value, -gradient

    def _softened(self, value: float) -> float:
        """Return a penalty that a line search can descend, where parameters are invalid."""
        return value if value < _FAR else self._ceiling

    def _climb(self, start: Floats) -> tuple[Floats, float]:
        from scipy.optimize import minimize

        scale = np.minimum(np.maximum(np.abs(start), 1e-3), self.high - self.low)

        def scaled(x: Floats) -> tuple[float, Floats]:
            value, gradient = self._value(np.clip(x * scale, *self._inner))
            return self._softened(value), gradient * scale

        bounds = list(zip(self._inner[0] / scale, self._inner[1] / scale, strict=True))
        done = minimize(
            scaled,
            start / scale,
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-6},
        )
        at = np.clip(done.x * scale, *self._inner)
        return at, -self._value(at)[0]

    def _again(self) -> None:
        """Continue the optimisation in whitened coordinates, unless a bound is in the way."""
        free = self._root.shape[1]
        at, value = self._best(np.eye(free), np.zeros(free))
        if value > self.most + 1e-9:
            self.at, self.most = at, value
            self._root = self._whitening()

    def _whitening(self) -> Floats:
        """Return the matrix from whitened coordinates to steps of the parameters.

        Parameters at an end of their domain stay there: float[k, those that are free].
        """
        width = self.high - self.low
        bound = np.minimum(self.at - self.low, self.high - self.at) < 1e-6 * width
        free = np.flatnonzero(~bound)
        steps = np.minimum(1e-4 * np.maximum(np.abs(self.at), 1e-2), width / 8)
        information = self._curvature(free, steps)
        # Chances are cut at 1, person by person: only a step of about the parameter's own
        # uncertainty, others held, sees how the likelihood bends in all.
        own = np.diag(information)
        steps[free] = np.where(own > 0, 0.5 / np.sqrt(np.maximum(own, 1e-300)), steps[free])
        information = self._curvature(free, np.minimum(steps, width / 8))
        information = (information + information.T) / 2
        values, vectors = np.linalg.eigh(np.nan_to_num(information))
        # A flat direction is given the width of its domain, so that steps stay within reason.
        floor = 1.0 / float(np.max(width)) ** 2
        root = np.zeros((len(self.at), len(free)))
        root[free] = vectors / np.sqrt(np.maximum(values, floor))
        return root

    def _curvature(self, free: NDArray[np.int64], steps: Floats) -> Floats:
        """Return how the slopes of the free parameters change with each of them."""
        information = np.zeros((len(free), len(free)))
        for row, i in enumerate(free):
            there, back = self.at.copy(), self.at.copy()
            there[i] = min(self.at[i] + steps[i], self._inner[1][i])
            back[i] = max(self.at[i] - steps[i], self._inner[0][i])
            rise = self._value(there)[1] - self._value(back)[1]
            information[row] = rise[free] / (there[i] - back[i])
        return information

    def spread(self, i: int) -> float:
        """Return the standard error of a parameter by the curvature at the maximum."""
        found = float(np.linalg.norm(self._root[i]))
        return found if found > 0 else 0.02 * float(self.high[i] - self.low[i])

    def _best(
        self, plane: Floats, offset: Floats, begin: Floats | None = None
    ) -> tuple[Floats, float]:
        """Return the best parameters and likelihood on a plane in whitened coordinates."""
        from scipy.optimize import minimize

        root, centre = self._root, self.at

        def moved(w: Floats) -> tuple[float, Floats]:
            value, gradient = self._value(centre + root @ (offset + plane @ w))
            return self._softened(value), plane.T @ (root.T @ gradient)

        starts = [np.zeros(plane.shape[1])] + ([] if begin is None else [begin])
        heights = [self._value(centre + root @ (offset + plane @ w))[0] for w in starts]
        at = starts[int(np.argmin(heights))]
        if min(heights) >= _FAR or not len(at):
            return centre + root @ offset, -min(heights)
        done = minimize(moved, at, jac=True, method="BFGS", options={"maxiter": 60, "gtol": 1e-3})
        if not done.success:  # the way there was bent: once more from where it got to
            done = minimize(moved, done.x, jac=True, method="L-BFGS-B")
        return centre + root @ (offset + plane @ done.x), -float(done.fun)

    def at_value(self, i: int, value: float) -> float:
        """Return the maximum likelihood with one parameter fixed."""
        return self._held(i, value)[1]

    def _held(self, i: int, value: float) -> tuple[Floats, float]:
        row = self._root[i]
        size = float(row @ row)
        near = self._near(i, value)
        if size == 0 or self._root.shape[1] < len(self.at):
            at, likelihood = self._held_by_bounds(i, value, near)
        else:
            offset = row * ((value - self.at[i]) / size)
            rest = np.linalg.svd(row[None, :])[2][1:].T
            begin = rest.T @ np.linalg.solve(self._root, near - self.at)
            at, likelihood = self._best(rest, offset, begin)
            if likelihood <= -_FAR:
                at, likelihood = self._held_by_bounds(i, value, near)
        if likelihood > -_FAR:
            self._trail.append((i, at))
        return at, likelihood

    def _near(self, i: int, value: float) -> Floats:
        """Return the best parameters at the nearest value of a parameter evaluated before."""
        known = [self.at, *(at for j, at in self._trail if j == i)]
        return min(known, key=lambda at: abs(float(at[i]) - value))

    def _held_by_bounds(self, i: int, value: float, near: Floats) -> tuple[Floats, float]:
        """Return the same in the original parameters, each kept within its domain."""
        from scipy.optimize import minimize

        others = np.arange(len(self.at)) != i
        scale = np.array([max(self.spread(j), 1e-9) for j in range(len(self.at))])[others]
        at = near.copy()
        at[i] = value
        if len(at) == 1:
            return at, -self._value(at)[0]

        def moved(x: Floats) -> tuple[float, Floats]:
            at[others] = np.clip(x * scale, self._inner[0][others], self._inner[1][others])
            found, gradient = self._value(at)
            return self._softened(found), gradient[others] * scale

        bounds = zip(self._inner[0][others] / scale, self._inner[1][others] / scale, strict=True)
        done = minimize(
            moved, near[others] / scale, jac=True, method="L-BFGS-B", bounds=list(bounds)
        )
        moved(done.x)
        return at.copy(), -float(done.fun)

    def interval(self, i: int) -> Profiled:
        """Return a parameter's interval by profile likelihood."""
        ends = [self._end(i, -1), self._end(i, 1)]
        (low, falls_below), (high, falls_above) = ends
        value = float(self.at[i])
        width = self.high[i] - self.low[i]
        known = falls_below and falls_above
        if falls_below != falls_above:  # open towards an end of the domain: all alike, or none
            known = high - low < NARROW * width
        return Profiled(value, low, high, bool(known and not self._level(i, low, high)))

    def _level(self, i: int, low: float, high: float) -> bool:
        """Return whether the likelihood stays flat half the way to both ends.

        It then ends where another parameter comes to the end of its domain: many pairs of the two
        explain the log alike.
        """
        at = float(self.at[i])
        falls = [
            self.most - self.at_value(i, (at + end) / 2)
            for end in (low, high)
            if abs(end - at) > 1e-9 * max(1.0, abs(at))
        ]
        return all(2 * fall < LEVEL for fall in falls)

    def _end(self, i: int, side: int) -> tuple[float, bool]:
        """Return the interval's end on one side, and whether the likelihood falls so far."""
        limit = float(self._inner[1][i] if side > 0 else self._inner[0][i])
        room = abs(limit - float(self.at[i]))
        if room <= 0:
            return limit, False

        def depth(distance: float) -> float:
            fall = 2 * (self.most - self.at_value(i, float(self.at[i]) + side * distance))
            return math.sqrt(max(fall, 0.0)) - ROOT

        near, at_near = 0.0, -ROOT
        far = min(room, ROOT * max(self.spread(i), 1e-12))
        at_far = depth(far)
        while at_far < 0:
            if far >= room:
                return limit, False
            near, at_near = far, at_far
            far = min(room, far * min(2.0, max(1.05, 1.02 * ROOT / max(at_far + ROOT, 1e-3))))
            at_far = depth(far)
        last = 0
        for _ in range(MOST_STEPS):  # nearly a straight line: a few steps of the Illinois method
            if min(abs(at_far), abs(at_near)) < 0.01 * ROOT:
                break
            middle = (near * at_far - far * at_near) / (at_far - at_near)
            if at_far > 20 * ROOT:  # beyond where the line is straight
                middle = (near + far) / 2
            there = depth(middle)
            if there < 0:
                near, at_near = middle, there
                at_far = at_far / 2 if last < 0 else at_far
                last = -1
            else:
                far, at_far = middle, there
                at_near = at_near / 2 if last > 0 else at_near
                last = 1
        best = far if abs(at_far) < abs(at_near) else near
        # Beyond the domain the likelihood is not small but undefined: it has not fallen.
        falls = at_far < _UNDEFINED or at_near > -0.01 * ROOT
        return float(self.at[i]) + side * best, falls


def numeric(function: Callable[[Floats], float], steps: Floats) -> LogLikelihood:
    """Return a log likelihood with a gradient by central differences of the given steps."""

    def both(at: Floats) -> tuple[float, Floats]:
        gradient = np.empty_like(at)
        for i, step in enumerate(steps):
            there, back = at.copy(), at.copy()
            there[i] += step
            back[i] -= step
            gradient[i] = (function(there) - function(back)) / (2 * step)
        return function(at), gradient

    return both
