"""Sequential tests of a mean by betting: evidence that is valid at every look.

Against the claim that the mean of independent values is at least `m`, money is bet on each value
before it is seen, at odds that are fair or worse if the claim is true. The factor by which it has
grown is then at least 1/a at any time with a chance of `a` at most (Ville 1939), so runs may be
added for as long as a decision is open. Several bets are laid side by side, each with a part of the
money: whichever of them turns out to be the good one, its part was fixed before the first run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RATIOS = np.array([0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9])
"""Bets that the mean is this part of what is claimed; the first loses all at the first failure."""
POWERS = np.array([0.25, 0.5, 1.0, 2.0, 4.0, 8.0])
"""Bets on values of which only the spread is assumed, from the most cautious on."""
EXPONENTS = np.array([0.97, 0.93, 0.85, 0.7, 0.5, 0.3, 0.15])
"""Bets on the other side, that the mean is the claim to this power, and so is larger."""
SMALLEST, LARGEST = 1e-9, 1 - 1e-9
FURTHEST = 1e9
"""Number of values beyond which a decision is not awaited."""


@dataclass(frozen=True)
class Kind:
    """One kind of evidence on a mean, and the share of the stake that is bet on it.

    Attributes
    ----------
    values
        float[n], each within 0 and 1, independent and of one law.
    part
        Of the money, fixed before the first value.
    spread
        How many times the square of the mean the mean square is at most; None: nothing is assumed.
    unfailing
        Part of this kind's money that is bet on a mean of 0; of values with a `spread` unused.
    """

    values: Floats
    part: float = 1.0
    spread: float | None = None
    unfailing: float = 0.5

    @property
    def log_parts(self) -> Floats:
        """float[bets]: logarithm of the stake of each bet."""
        if self.spread is not None:
            return np.full(len(POWERS), math.log(self.part / len(POWERS)))
        rest = (1 - self.unfailing) / (len(RATIOS) - 1)
        return np.log(self.part * np.array([self.unfailing, *[rest] * (len(RATIOS) - 1)]))

    def growth(self, mean: float) -> Floats:
        """Return float[bets]: the sum of logarithms by which each bet has grown.

        Notes
        -----
        Of values of which nothing is assumed a bet grows by a line through 1 at the mean claimed
        (Waudby-Smith and Ramdas 2024); of a count it is the likelihood ratio. If the mean square is
        at most `spread` times the square of the mean, the mean of exp(-l x) is largest for a
        variable of two values, 0 and `spread` times the mean, and smaller if the mean is larger.
        """
        if self.spread is not None:
            fair = np.log1p(np.expm1(-POWERS) / self.spread)
            total = float(self.values.sum())
            grown: Floats = -POWERS * total / (self.spread * mean) - len(self.values) * fair
            return grown
        if self.is_count:
            failures = float(self.values.sum())
            return _of_count(failures, len(self.values) - failures, mean)
        won = (1 - self.values[:, None]) * ((1 - RATIOS * mean) / (1 - mean))
        with np.errstate(divide="ignore"):
            every = np.log(won + self.values[:, None] * RATIOS)
        return np.asarray(every.sum(axis=0), np.float64)

    @cached_property
    def is_count(self) -> bool:
        """Whether the values are only 0 and 1."""
        return bool(np.isin(self.values, (0.0, 1.0)).all())


def _of_count(failures: float, successes: float, mean: float) -> Floats:
    """Return each bet's growth for so many values 1 and so many 0."""
    with np.errstate(divide="ignore"):
        lost = failures * np.log(RATIOS) if failures > 0 else np.zeros(len(RATIOS))
    won: Floats = successes * (np.log1p(-RATIOS * mean) - math.log1p(-mean))
    return won + lost


def log_evidence_of_count(failures: int, n: int, mean: float, unfailing: float) -> float:
    """Return the logarithm of the evidence of a count alone, as :func:`log_evidence` does.

    >>> round(log_evidence_of_count(0, 67, 0.05, 0.5), 3), round(math.log(20), 3)
    (3.042, 2.996)
    """
    from scipy.special import logsumexp

    parts = Kind(np.zeros(0), unfailing=unfailing).log_parts
    return float(logsumexp(parts + _of_count(failures, n - failures, mean)))


def log_evidence(kinds: Sequence[Kind], mean: float) -> float:
    """Return the logarithm of the evidence that the mean is below the one claimed.

    >>> round(log_evidence([Kind(np.zeros(59), unfailing=1 - 1e-9)], 0.05), 3)
    3.026
    """
    from scipy.special import logsumexp

    whole = np.concatenate([each.log_parts + each.growth(mean) for each in kinds])
    return float(logsumexp(whole))


def mean_at_most(kinds: Sequence[Kind], confidence: float) -> float:
    """Return an upper bound of the mean that holds at all looks together.

    >>> round(mean_at_most([Kind(np.zeros(100))], 0.95), 4), mean_at_most([], 0.95)
    (0.0333, 1.0)
    """
    from scipy.optimize import brentq

    if not kinds or not len(kinds[0].values):
        return 1.0
    enough = -math.log(1 - confidence)

    def lacking(mean: float) -> float:
        return min(log_evidence(kinds, mean), 1e6) - enough

    if lacking(LARGEST) < 0:
        return 1.0
    if lacking(SMALLEST) >= 0:
        return SMALLEST
    return float(brentq(lacking, SMALLEST, LARGEST, xtol=1e-12))


def log_evidence_above(values: Floats, mean: float) -> float:
    """Return the logarithm of the evidence that the mean of a count is above the one claimed.

    `values`: float[n], each 0 or 1.

    >>> log_evidence_above(np.array([0.0] * 40 + [1.0] * 20), 0.05) > 3
    True
    """
    from scipy.special import logsumexp

    other = mean**EXPONENTS
    failures = float(values.sum())
    growth = failures * np.log(other / mean)
    growth += (len(values) - failures) * (np.log1p(-other) - math.log1p(-mean))
    return float(logsumexp(growth - math.log(len(other))))


def values_to_go(kinds: Sequence[Kind], mean: float, confidence: float) -> float | None:
    """Return the expected total number of values until the mean is shown below the claimed one.

    Returns
    -------
    float or None
        As if all further values were like those so far; None: at their rate it never is.
    """
    rates = np.concatenate([each.growth(mean) / len(each.values) for each in kinds])
    return _to_go(np.concatenate([each.log_parts for each in kinds]), rates, confidence)


def count_to_go(failing: float, mean: float, confidence: float, kind: Kind) -> float | None:
    """Return the same for a count of which a share fails.

    Parameters
    ----------
    failing
        Share of the values that are 1.
    kind
        What is bet on a count.

    Examples
    --------
    >>> kind = Kind(np.zeros(0))
    >>> round(count_to_go(0.0, 0.05, 0.95, kind), 2), count_to_go(0.05, 0.05, 0.95, kind)
    (66.05, None)
    """
    return _to_go(kind.log_parts, _of_count(failing, 1 - failing, mean), confidence)


def _to_go(parts: Floats, rates: Floats, confidence: float) -> float | None:
    """Return after how many values bets of such growth rates are large enough together."""
    from scipy.optimize import brentq
    from scipy.special import logsumexp

    enough = -math.log(1 - confidence)

    def lacking(n: float) -> float:
        return float(logsumexp(parts + n * rates)) - enough

    most = 2.0
    while lacking(most) < 0:
        most *= 2
        if most > FURTHEST:
            return None
    return float(brentq(lacking, 1e-6, most, xtol=0.001))
