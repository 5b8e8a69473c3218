"""Argument checks of the theory functions: one message says what, the rule and what was found."""

from __future__ import annotations

import math
from operator import index


def above_zero(name: str, value: float) -> float:
    """Return a finite number above 0.

    Raises
    ------
    ValueError
        It is 0, negative, infinite or not a number.

    Examples
    --------
    >>> above_zero("service_s", -3.0)
    Traceback (most recent call last):
    ValueError: `service_s` must be above 0 and finite, was -3.0
    """
    if not 0 < value < math.inf:
        raise ValueError(f"`{name}` must be above 0 and finite, was {value!r}")
    return float(value)


def at_least_zero(name: str, value: float) -> float:
    """Return a finite number that is 0 or more.

    Raises
    ------
    ValueError
        It is negative, infinite or not a number.
    """
    if not 0 <= value < math.inf:
        raise ValueError(f"`{name}` must be at least 0 and finite, was {value!r}")
    return float(value)


def share(name: str, value: float) -> float:
    """Return a share or probability.

    Raises
    ------
    ValueError
        It is not within 0 and 1, or not a number.
    """
    if not 0 <= value <= 1:
        raise ValueError(f"`{name}` must be within 0 and 1, was {value!r}")
    return float(value)


def share_below_one(name: str, value: float) -> float:
    """Return a share or probability that is not 1.

    Raises
    ------
    ValueError
        It is negative, 1 or more, or not a number.
    """
    if not 0 <= value < 1:
        raise ValueError(f"`{name}` must be at least 0 and below 1, was {value!r}")
    return float(value)


def share_above_zero(name: str, value: float) -> float:
    """Return a share or probability that is not 0.

    Raises
    ------
    ValueError
        It is 0 or less, above 1, or not a number.
    """
    if not 0 < value <= 1:
        raise ValueError(f"`{name}` must be above 0 and at most 1, was {value!r}")
    return float(value)


def whole(name: str, value: int, at_least: int) -> int:
    """Return a count; numpy's integers are counts too, ``13.0`` and ``True`` are not.

    Raises
    ------
    ValueError
        It is no whole number or too small.

    Examples
    --------
    >>> whole("agents", 0, 1)
    Traceback (most recent call last):
    ValueError: `agents` must be a whole number of at least 1, was 0
    """
    try:
        count = index(value)
    except TypeError:
        count = at_least - 1
    if isinstance(value, bool) or count < at_least:
        raise ValueError(f"`{name}` must be a whole number of at least {at_least}, was {value!r}")
    return count
