"""Figures of a campaign up to a moment: its capacities, its attempts, and how fast it begins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from dialsim.feasibility.mean_rates import MeanAttempt
from dialsim.feasibility.resource_words import CONTRACT, ENTERPRISE, FILED
from dialsim.messages.text import Text

Array = NDArray[Any]
BY_DAY = (FILED, ENTERPRISE, CONTRACT)  # resources that allow so many calls a day


@dataclass(frozen=True)
class Capacity:
    """Attempts that one resource allows, and the arithmetic behind them."""

    resource: str
    attempts: float
    why: Text


@dataclass(frozen=True)
class Figures:
    """A campaign up to a moment.

    Attributes
    ----------
    spans
        int64[n, 2]: when somebody is at work and somebody may be called.
    days
        Days on which that is so.
    people
        People who may be called and whose hours meet a shift.
    shares
        Of those who are begun or gone on with, the share that comes to the n-th attempt, from 1.
    mean
        The average of their attempts.
    capacities
        Of every resource.
    let_through
        The part of its calls that no dated event of the network refuses.
    """

    spans: Array
    days: int
    people: float
    shares: Sequence[float]
    mean: MeanAttempt
    capacities: Sequence[Capacity]
    let_through: float = 1.0

    @property
    def binding(self) -> Capacity:
        """The resource that allows least."""
        return min(self.capacities, key=lambda each: each.attempts)

    @property
    def delivered(self) -> float:
        """Share of attempts that make a phone ring."""
        return self.mean.delivered * self.let_through

    @property
    def answered(self) -> float:
        """Share of attempts that anything picks up."""
        return self.mean.answered * self.let_through


def begun_within(
    wanted: float, capacities: Sequence[Capacity], at_least: float, days: int
) -> float:
    """Return over which part of the open time people are begun with, who want so many attempts.

    As fast as rates allow; what is allowed by the day holds nobody up within a day.
    """
    rate = min(max(each.attempts, at_least) for each in capacities if each.resource not in BY_DAY)
    quota = [max(each.attempts, at_least) for each in capacities if each.resource in BY_DAY]
    if min([rate, *quota]) <= 0 or not days:  # not open on any day of them
        return 1.0
    whole_days = math.floor(wanted / min(quota) * days) / days if quota else 0.0
    return min(1.0, max(wanted / rate, whole_days))
