"""The inverse of a share that grows with load."""

from __future__ import annotations

from collections.abc import Callable


def largest(share_of: Callable[[float], float], at_most: float) -> float:
    """Return the largest argument at which a growing function does not exceed a share.

    Parameters
    ----------
    share_of
        Grows from 0 at 0 towards 1.
    at_most
        At least 0 and below 1.

    Returns
    -------
    To 15 digits, from below: ``share_of`` there is `at_most` or less.

    Notes
    -----
    Doubling, then bisection: about 60 calls.

    Examples
    --------
    >>> round(largest(lambda x: x / (1 + x), 0.75), 12)
    3.0
    """
    low, high = 0.0, 1.0
    while share_of(high) <= at_most:
        low, high = high, 2.0 * high
    while high - low > 1e-15 * high:
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        if share_of(middle) <= at_most:
            low = middle
        else:
            high = middle
    return low
