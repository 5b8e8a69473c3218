"""How rare a stop of the enterprise is, by the rate of complaints that many runs show together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dialsim.planning.evidence import share_at_least
from dialsim.report.enterprise_review import UNREACHABLE, Review

SPREAD_OUT = 0.01  # chance at which Poisson counts would look spread out all the same


def least_unstopped(
    reviews: Sequence[Review], confidence: float, runs: int | None = None
) -> float | None:
    """Return a lower confidence bound of the chance that the enterprise is not stopped.

    Parameters
    ----------
    reviews
        Of independent runs of one scenario.
    runs
        What the bound would be after so many runs with cases at the same rate; None: after those
        that were played.

    Returns
    -------
    float or None
        None where this way says nothing: cases vary more from run to run than Poisson's do, more
        runs had enough of them for a review than it allows, or the enterprise can be stopped
        otherwise.

    Notes
    -----
    A stop takes a review, and a review as many cases from the calls of 30 days as the ceiling
    asks for. Cases are many independent rare draws: their number, given the calls, is more
    concentrated than Poisson's around its mean (Hoeffding 1956), so a Poisson tail bounds the
    chance of so many from above. Its mean has an exact upper bound from the cases of all runs
    together (Garwood 1936). While as many are needed, cases only come: the moment at which most
    are known stands for all of those; over the numbers needed, chances are summed and the doubt
    is shared. What it assumes is that calls, and with them the mean, hardly differ between runs.
    """
    if not reviews or not all(review.alone for review in reviews):
        return None
    cases = np.array([review.cases.ravel() for review in reviews])
    needed = np.array([review.needed.ravel() for review in reviews]).min(axis=0)
    from scipy.special import gammaincinv, pdtrc

    steps = np.unique(needed[needed < UNREACHABLE])
    doubt = (1 - confidence) / max(1, len(steps))
    n = runs or len(reviews)
    known = np.array([cases[:, needed == step].max(axis=1).sum() for step in steps])
    most = gammaincinv(known * (n / len(reviews)) + 1.0, 1 - doubt)
    reached = min(1.0, float(pdtrc(steps - 1, most / n).sum()))
    if any(_spread_out(cases[:, needed == step].max(axis=1)) for step in steps):
        return None
    seen = int((cases >= needed).any(axis=1).sum())
    if share_at_least(seen, len(reviews), confidence) > reached:
        return None
    return 1 - reached * max(review.stop for review in reviews)


def _spread_out(cases: Any) -> bool:
    """Return whether counts vary more than Poisson's do, beyond doubt (index of dispersion)."""
    from scipy.special import chdtrc

    mean, n = float(cases.mean()), len(cases)
    if mean == 0 or n < 2:
        return False
    return bool(chdtrc(n - 1, float(((cases - mean) ** 2).sum()) / mean) < SPREAD_OUT)


def runs_to_show(
    reviews: Sequence[Review], confidence: float, probability: float, least: int, most: int
) -> int | None:
    """Return after how many runs the bound is expected to reach a probability.

    Parameters
    ----------
    least, most
        The fewest runs asked for, and the most.

    Returns
    -------
    int or None
        None: not within `most`, or this way says nothing.
    """
    n = least
    while n <= most:
        bound = least_unstopped(reviews, confidence, n)
        if bound is None:
            return None
        if bound >= probability:
            return n
        n += max(1, n // 4)
    return None
