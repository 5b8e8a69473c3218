"""GI/M/c/c: calls lost without a free agent when answers do not come as a Poisson process."""

from __future__ import annotations

import math
from collections.abc import Callable

from dialsim.theory.arguments import above_zero, share_above_zero, whole

Transform = Callable[[float], float]
"""E[exp(-s × gap)] of the time between two arrivals, for s above 0 per second."""


def renewal_loss(gap: Transform, service_s: float, agents: int) -> float:
    """Return the share of arrivals that find all agents busy and are lost.

    Parameters
    ----------
    gap
        Laplace-Stieltjes transform of the time between arrivals, in seconds.
    service_s
        Mean of an exponential handling.
    agents
        1 or more.

    Raises
    ------
    ValueError
        `service_s` or `agents` is out of its range, or `gap` gives what no transform can.

    Notes
    -----
    Takacs (1957): 1 / B = sum over k of C(c, k) (1 - f(m)) / f(m) ... (1 - f(k m)) / f(k m), with
    f the transform and m the rate of handling. All terms are positive. Cost: `agents` calls of
    `gap`.

    Examples
    --------
    >>> dialled_evenly = even_dials(spacing_s=0.3 / (5.5294 / 180), answer=0.3)
    >>> round(renewal_loss(dialled_evenly, service_s=180, agents=10), 5)
    0.01861
    """
    service_s = above_zero("service_s", service_s)
    agents = whole("agents", agents, 1)
    total = term = 1.0
    for k in range(1, agents + 1):
        transformed = gap(k / service_s)
        if not 0 <= transformed <= 1:
            raise ValueError(f"`gap` must give values within 0 and 1, gave {transformed!r}")
        if transformed == 0.0:  # arrivals too rare, by far, to meet in `agents` calls
            return 0.0
        term *= (1.0 - transformed) / transformed * (agents - k + 1) / k
        total += term
    return 1.0 / total


def even_dials(spacing_s: float, answer: float) -> Transform:
    """Return the transform of the time between answers to evenly spaced dials.

    Parameters
    ----------
    spacing_s
        From one dial to the next; every dial rings equally long.
    answer
        Share of dials answered, each independently; above 0.

    Raises
    ------
    ValueError
        `spacing_s` or `answer` is out of its range.

    Examples
    --------
    >>> round(even_dials(spacing_s=2.0, answer=1.0)(0.5), 6)  # exp(-1)
    0.367879
    """
    spacing_s = above_zero("spacing_s", spacing_s)
    answer = share_above_zero("answer", answer)

    def gap(s: float) -> float:
        kept = math.exp(-s * spacing_s)
        return answer * kept / (answer * kept - math.expm1(-s * spacing_s))

    return gap


def poisson_arrivals(arrivals_per_s: float) -> Transform:
    """Return the transform of an exponential time between arrivals: M/M/c/c, Erlang B.

    Raises
    ------
    ValueError
        `arrivals_per_s` is out of its range.

    Examples
    --------
    >>> round(renewal_loss(poisson_arrivals(10 / 180), service_s=180, agents=17), 7)
    0.0129489
    """
    arrivals_per_s = above_zero("arrivals_per_s", arrivals_per_s)

    def gap(s: float) -> float:
        return arrivals_per_s / (arrivals_per_s + s)

    return gap
