"""Sobol's indices: how the variance of a margin divides among a few factors.

Scheme: Saltelli (2010), by SALib. The first-order index is the effect of a factor alone, the total
index that with all its interactions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.planning.sensitivity_analysis.morris import library_seed, problem_of

Floats = NDArray[np.float64]
RESAMPLES = 1000
"""Bootstrap resamples of the base samples, for the intervals."""


class Indices(NamedTuple):
    """Indices of each factor, and half the width of their 95 % bootstrap intervals.

    float[factors] each.
    """

    first: Floats
    first_half: Floats
    total: Floats
    total_half: Floats


def draw_samples(factors: int, base: int, seed: int) -> Floats:
    """Return the points to play, float[base * (factors + 2), factors]; `base` is a power of two."""
    from SALib.sample import sobol

    points = sobol.sample(
        problem_of(factors), base, calc_second_order=False, seed=library_seed(seed)
    )
    return np.asarray(points, float)


def indices(factors: int, outputs: Floats, seed: int) -> Indices | None:
    """Return the indices of outputs at :func:`draw_samples`; None if nothing varies."""
    from SALib.analyze import sobol

    if np.ptp(outputs) == 0:
        return None
    found = sobol.analyze(
        problem_of(factors),
        outputs,
        calc_second_order=False,
        num_resamples=RESAMPLES,
        seed=library_seed(seed),
    )
    return Indices(*(np.asarray(found[name]) for name in ("S1", "S1_conf", "ST", "ST_conf")))
