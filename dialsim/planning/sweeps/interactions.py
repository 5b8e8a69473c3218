"""Interactions of two keys: a two-way analysis of paired replications."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ROUNDING = 1e-12
"""Sums of squares below this part of the squares themselves are rounding."""


@dataclass(frozen=True)
class Interaction:
    """How far the effect of one key on a metric depends on another key.

    Attributes
    ----------
    first, second
        The keys.
    share
        Sum of squares of the interaction, of all that the two keys move (both main effects and
        the interaction): 0 if effects add up, 1 if all is interaction; None if nothing moves.
    f
        F statistic; None where the interaction is the same in every replication.
    p
        How likely so large an F is without an interaction; None if undefined.
    replications
        Those that have a value at every point.
    """

    first: str
    second: str
    share: float | None
    f: float | None
    p: float | None
    replications: int


def interaction(first: str, second: str, values: Floats) -> Interaction:
    """Analyse the interaction of two keys over paired replications.

    Parameters
    ----------
    first, second
        The keys.
    values
        float[a, b, n]: the metric at each pair of values, by replication; of further keys the mean.
        Replications with a value that is not a number are left out.

    Returns
    -------
    Interaction
        Points use common random numbers, so replications are blocks: the interaction is
        tested against how much it differs from replication to replication (a within-subject
        analysis of variance, F = MS(AB) / MS(AB × replication)), which takes out whatever luck
        does to all points alike and to each key alone. Degrees of freedom are reduced by
        Greenhouse and Geisser's ε, because differences between points need not have one variance.

    Examples
    --------
    >>> import numpy as np
    >>> adds_up = np.array([[[1.0, 2.0], [3.0, 4.0]], [[2.0, 3.0], [4.0, 5.0]]])
    >>> interaction("x", "y", adds_up).share
    0.0
    """
    known = values[:, :, ~np.isnan(values).any(axis=(0, 1))]
    a, b, n = known.shape
    if not n or a < 2 or b < 2:
        return Interaction(first, second, None, None, None, n)
    means = known.mean(axis=2)
    whole = means.mean()
    rows, columns = means.mean(axis=1) - whole, means.mean(axis=0) - whole
    inner = means - whole - rows[:, None] - columns[None, :]
    noise = ROUNDING * float((known**2).mean()) * a * b
    both = _above(float((inner**2).sum()), noise)
    moved = both + _above(b * float((rows**2).sum()), noise)
    moved += _above(a * float((columns**2).sum()), noise)
    share = both / moved if moved else None
    return Interaction(first, second, share, *_test(known, noise), n)


def _test(known: Floats, noise: float) -> tuple[float | None, float | None]:
    """Return F and p of the interaction."""
    a, b, n = known.shape
    if n < 2:
        return None, None
    # One column a contrast of the interaction, orthonormal: what each replication says of it.
    contrasts = np.einsum("ia,jb,abn->nij", _contrasts(a), _contrasts(b), known).reshape(n, -1)
    d = contrasts.shape[1]
    mean = contrasts.mean(axis=0)
    spread = np.atleast_2d(np.cov(contrasts, rowvar=False))
    error = float(np.trace(spread)) / d
    effect = n * _above(float(mean @ mean), noise) / d
    if error <= noise:
        return None, (0.0 if effect else None)
    from scipy.special import fdtrc

    epsilon = float(np.trace(spread)) ** 2 / (d * float((spread**2).sum()))
    f = effect / error
    return f, float(fdtrc(epsilon * d, epsilon * d * (n - 1), f))


def _contrasts(levels: int) -> Floats:
    """Return orthonormal contrasts of some levels, float[levels - 1, levels] (Helmert's)."""
    found = np.zeros((levels - 1, levels))
    for i in range(1, levels):
        found[i - 1, :i] = 1.0
        found[i - 1, i] = -i
        found[i - 1] /= np.sqrt(i * (i + 1))
    return found


def _above(square: float, noise: float) -> float:
    return square if square > noise else 0.0
