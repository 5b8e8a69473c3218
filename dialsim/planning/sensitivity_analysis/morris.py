"""Morris screening: elementary effects, and whether the leading ones are settled.

Morris (1991), Factorial sampling plans; Campolongo, Cariboni and Saltelli (2007) for the mean of
absolute effects. Trajectories are drawn by SALib.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.rng import text_key

Floats = NDArray[np.float64]
RESAMPLES = 1000
"""Resamples of trajectories from which the noise floor gets its interval."""


class Settled(NamedTuple):
    """How often resampled trajectories agree on the leading factors.

    Attributes
    ----------
    agree, in_order
        Share of resamples in which the same factors lead, and in the same order.
    low, high
        95 % interval of each factor's mean absolute effect.
    """

    agree: float
    in_order: float
    low: Floats
    high: Floats


class Noise(NamedTuple):
    """The effect size that chance alone produces, and which factors exceed it.

    Attributes
    ----------
    strength, low, high
        Mean absolute effect between two runs of the same point under other draws, with its 95 %
        interval.
    above
        bool[factors]: whether a factor's mean absolute effect is the larger one, in at least
        97.5 % of resampled trajectories.
    """

    strength: float
    low: float
    high: float
    above: NDArray[np.bool_]


SURE = 0.975
"""Share of resamples in which a factor that stands out from noise has the larger effect."""


def step_of(levels: int) -> float:
    """Return the step of a factor in a trajectory, as a share of its range.

    >>> round(step_of(4), 4)
    0.6667
    """
    return levels / (2 * (levels - 1))


def noise_floor(effects: Floats, one: Floats, two: Floats, levels: int, seed: int) -> Noise:
    """Return the noise floor of effects (float[trajectories, factors]).

    Parameters
    ----------
    one, two
        float[trajectories]: outputs at one point of each trajectory, under two sets of draws.
    levels
        As for :func:`draw_trajectories`.
    seed
        Draws the resamples.
    """
    apart = np.abs(one - two) / step_of(levels)
    rows = _resampled(len(effects), RESAMPLES, seed)
    chance = apart[rows].mean(axis=1)
    means = np.abs(effects)[rows].mean(axis=1)
    low, high = np.quantile(chance, [0.025, 0.975])
    above = (means > chance[:, None]).mean(axis=0) >= SURE
    return Noise(float(apart.mean()), float(low), float(high), above)


def _resampled(trajectories: int, resamples: int, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(0, trajectories, (resamples, trajectories))


def draw_trajectories(factors: int, trajectories: int, levels: int, seed: int) -> Floats:
    """Return the points to play, float[trajectories, factors + 1, factors] within 0 and 1.

    Two neighbours of a trajectory differ in one factor.
    """
    from SALib.sample import morris

    points = morris.sample(
        problem_of(factors), trajectories, num_levels=levels, seed=library_seed(seed)
    )
    shaped: Floats = np.asarray(points, float).reshape(trajectories, factors + 1, factors)
    return shaped


def library_seed(seed: int) -> int:
    """Return the 32 bits that SALib takes, from all 64 of a scenario's seed."""
    return text_key(str(seed)) % 2**32


def problem_of(factors: int) -> dict[str, object]:
    """Return so many factors from 0 to 1 in SALib's format."""
    names = [f"x{i}" for i in range(factors)]
    return {"num_vars": factors, "names": names, "bounds": [[0.0, 1.0]] * factors}


def elementary_effects(points: Floats, outputs: Floats) -> Floats:
    """Return each factor's effect in each trajectory: change of output over its whole range.

    Parameters
    ----------
    points
        As of :func:`draw_trajectories`.
    outputs
        float[trajectories, factors + 1].

    Returns
    -------
    float[trajectories, factors]
    """
    steps = np.diff(points, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    size = np.take_along_axis(steps, moved[..., None], axis=2)[..., 0]
    effects = np.zeros(moved.shape)
    np.put_along_axis(effects, moved, np.diff(outputs, axis=1) / size, axis=1)
    return effects


def settle(effects: Floats, leading: int, resamples: int, seed: int) -> Settled:
    """Return how stable the leading factors are under resampled trajectories.

    Factors without an effect never lead. If fewer than `leading` have one, all of these must.
    """
    strength = np.abs(effects)
    mean = strength.mean(axis=0)
    leading = min(leading, int((mean > 0).sum()))
    first = _leaders(mean, leading)
    rows = _resampled(len(effects), resamples, seed)
    means = strength[rows].mean(axis=1)
    tops = [_leaders(each, leading) for each in means]
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return Settled(
        float(np.mean([set(top) == set(first) for top in tops])),
        float(np.mean([top == first for top in tops])),
        low,
        high,
    )


def _leaders(mean: Floats, leading: int) -> list[int]:
    return [int(i) for i in np.argsort(-mean, kind="stable")[:leading]]
