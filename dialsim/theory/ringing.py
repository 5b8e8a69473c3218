"""Calls that ring until they are answered or the dialer gives up."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dialsim.theory.arguments import above_zero, share_above_zero


def _normal(x: float) -> float:
    """Return the share of a standard normal law at or below `x`."""
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


@dataclass(frozen=True)
class Ringing:
    """Answers after a lognormal ring time, independent of the answer, within a timeout.

    Parameters
    ----------
    answer
        Share of calls that are answered under `reference_s`, above 0.
    median_s, sigma
        Of the ring of callees who mean to answer, both above 0.
    timeout_s, reference_s
        After how long the dialer gives up, and the timeout under which `answer` holds.

    Raises
    ------
    ValueError
        An argument is out of its range.

    Examples
    --------
    >>> ring = Ringing(answer=0.4, median_s=9, sigma=0.5, timeout_s=12, reference_s=25)
    >>> round(ring.answered, 4), round(ring.mean_s, 3), round(ring.longer_than(9), 4)
    (0.293, 7.534, 0.3031)
    """

    answer: float
    median_s: float
    sigma: float
    timeout_s: float
    reference_s: float

    def __post_init__(self) -> None:
        share_above_zero("answer", self.answer)
        for name in ("median_s", "sigma", "timeout_s", "reference_s"):
            above_zero(name, getattr(self, name))

    def _within(self, seconds: float, shift: float = 0.0) -> float:
        return _normal(math.log(seconds / self.median_s) / self.sigma - shift)

    @property
    def answered(self) -> float:
        """Share of calls that are answered."""
        return self.answer * self._within(self.timeout_s) / self._within(self.reference_s)

    @property
    def mean_s(self) -> float:
        """Mean ring of the answered calls."""
        mean = self.median_s * math.exp(self.sigma**2 / 2)
        return mean * self._within(self.timeout_s, self.sigma) / self._within(self.timeout_s)

    def longer_than(self, seconds: float) -> float:
        """Return the share of the answered calls that ring longer; `seconds` within the timeout."""
        return 1.0 - self._within(seconds) / self._within(self.timeout_s)
