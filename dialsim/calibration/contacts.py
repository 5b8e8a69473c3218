"""Number of contacts per client: a chance to end that differs by client.

Geometric if all clients are alike; with a beta distributed chance its mixture, which has more of
those who are called again and again. It describes a log; a network profile has no such value: how
often people are called is what a campaign decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration.likelihood import Fit, Floats, Profiled, numeric


@dataclass(frozen=True)
class Contacts:
    """Fitted contacts per client.

    Attributes
    ----------
    ends
        Mean chance that a contact is the last one.
    icc
        How much that differs by client: 0 alike, 1 always or never.
    n
        Clients.
    distance
        Kolmogorov's distance.
    observed, expected
        Clients with 1, 2, ... contacts; the last entry has all with more.
    """

    ends: Profiled
    icc: Profiled
    n: int
    distance: float
    observed: list[int]
    expected: list[float]


SHOWN = 10


def fit_contacts(contacts: NDArray[np.int64]) -> Contacts:
    """Return the beta-geometric distribution that fits best; contacts are 1 or more."""
    from scipy.special import betaln

    values, count = np.unique(contacts, return_counts=True)

    def logs(at: Floats, k: NDArray[np.int64]) -> Floats:
        size = 1 / at[1] - 1
        a, b = at[0] * size, (1 - at[0]) * size
        return np.asarray(betaln(a + 1, b + k - 1) - betaln(a, b))

    def likelihood(at: Floats) -> float:
        return float(count @ logs(at, values))

    start = np.array([min(0.95, 1 / float(contacts.mean())), 0.05])
    fit = Fit(numeric(likelihood, np.array([1e-5, 1e-5])), start, [1e-3, 1e-4], [0.999, 0.9])
    every = np.arange(1, int(values.max()) + 1)
    expected = np.exp(logs(fit.at, every))
    observed = np.bincount(contacts, minlength=int(values.max()) + 1)[1:]
    n = len(contacts)
    distance = float(np.max(np.abs(np.cumsum(observed) / n - np.cumsum(expected))))
    head = SHOWN - 1
    return Contacts(
        fit.interval(0),
        fit.interval(1),
        n,
        distance,
        [*observed[:head].tolist(), int(observed[head:].sum())],
        [*(n * expected[:head]).tolist(), n * float(1 - expected[:head].sum())],
    )
