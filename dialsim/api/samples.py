"""Figures of several runs: means, shares and quantiles, and a tidy table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.scenario.metrics import metrics
from dialsim.statistics.intervals import (
    LEVEL,
    Interval,
    count_interval,
    mean_interval,
    share_interval,
)
from dialsim.statistics.rate import Rate
from dialsim.statistics.rate_intervals import Counted, counted_of, rate_interval

GOALS_MET = "goals_met"
"""Metric of a replication: 1 if every goal was met and every hard limit kept, else 0."""
ANY_SUSPENSION = "any_suspension"
"""Metric of a replication: 1 if any caller ID was suspended, closed or stopped, else 0."""
ENTERPRISE_STOP = "enterprise_stop"
"""Metric of a replication: 1 if every number of the enterprise was stopped at once, else 0."""
ANY_REVIEW = "any_review"
"""Metric of a replication: 1 if a review of the enterprise was opened, else 0."""
COST = "cost"
"""Metric of a replication: its cost, in the currency of the scenario's prices."""
HAPPENED = (GOALS_MET, ANY_SUSPENSION, ENTERPRISE_STOP, ANY_REVIEW)
"""Metrics of events; others are `goal_1.met` and the like."""
SUSPENSION_CHANCE = "suspension_chance"
"""Metric of a replication: chance of any suspension, given the calls it made."""
STOP_CHANCE = "stop_chance"
"""Metric of a replication: chance that all are stopped at once, given the calls it made."""
REVIEW_CHANCE = "review_chance"
"""Metric of a replication: chance that a review is opened, given the calls it made."""
CHANCES = (SUSPENSION_CHANCE, STOP_CHANCE, REVIEW_CHANCE)
"""Metrics present if rare suspensions were requested; their means are probabilities."""


def metric_of(column: str, goals: Sequence[str]) -> str:
    """Return the metric of a column's values; for a goal's value the metric that judges it.

    >>> metric_of("goal_1.value", ["complaints"]), metric_of("goal_1.margin", ["complaints"])
    ('complaints', 'goal_1.margin')
    """
    if column.startswith("goal_") and column.endswith(".value"):
        place = column[len("goal_") : -len(".value")]
        if place.isdigit() and 1 <= int(place) <= len(goals):
            return goals[int(place) - 1]
    return column


def rate_columns(column: str, goals: Sequence[str]) -> Rate | None:
    """Return the columns of a rate's events and exposure; None if it is no rate.

    >>> rate_columns("complaints_per_million", [])
    Rate(events='complaints', exposure='delivered', times=1000000)
    >>> rate_columns("goal_1.value", ["abandoned_share"])
    Rate(events='goal_1.events', exposure='goal_1.exposure', times=1.0)
    """
    metric = metric_of(column, goals)
    known = metrics().get(metric)
    if known is None or known.rate is None or metric == column:
        return None if known is None else known.rate
    goal = column.removesuffix(".value")
    return known.rate._replace(events=f"{goal}.events", exposure=f"{goal}.exposure")


def is_count(column: str, goals: Sequence[str]) -> bool:
    """Return whether a column holds whole counts."""
    if column.endswith(".events"):
        return True
    known = metrics().get(metric_of(column, goals))
    return known is not None and known.count


class Sample:
    """Figures by replication: means, shares and quantiles as precise as the runs allow.

    Attributes
    ----------
    numbers
        Replications, in the order played.
    metrics
        Names of the figures.
    """

    def __init__(
        self,
        numbers: Sequence[int],
        values: Mapping[str, NDArray[np.float64]],
        goals: Sequence[str] = (),
    ) -> None:
        self.numbers = tuple(numbers)
        self._values = dict(values)
        self._goals = tuple(goals)  # the metric that each is judged by

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the figures."""
        return tuple(self._values)

    def __len__(self) -> int:
        return len(self.numbers)

    def values(self, metric: str) -> NDArray[np.float64]:
        """Return a figure of every replication (float[n]; NaN: its denominator is 0).

        Raises
        ------
        KeyError
            There is no such figure; the error lists the nearest names.
        """
        if metric not in self._values:
            from dialsim.errors import did_you_mean

            near = did_you_mean(metric, self._values) or f"known are {', '.join(self._values)}"
            raise KeyError(f"no metric {metric!r}; {near}")
        return self._values[metric].copy()

    def interval(self, metric: str, level: float = LEVEL) -> Interval:
        """Return the mean with its t interval; shares, rare counts and rates have exact intervals.

        Parameters
        ----------
        metric
            One of `metrics`.
        level
            Coverage probability of the interval.

        Notes
        -----
        Shares have Clopper and Pearson's interval. Counts below 5 a replication and 200 in all have
        Garwood's, see :func:`dialsim.statistics.intervals.count_interval`. A rate of such events
        (complaints per million, the abandoned share) is the events of all replications divided by
        the exposure of all, with the interval of that count. A t interval may exceed the possible
        range; pages clip it at 0, and shares at 1.
        """
        values = self.values(metric)
        if happens(metric):
            known = values[~np.isnan(values)]
            return share_interval(int(known.sum()), len(known), level)
        counted = self._counted(metric)
        if counted is not None:
            return rate_interval(counted, level)
        return (count_interval if is_count(metric, self._goals) else mean_interval)(values, level)

    def _counted(self, metric: str) -> Counted | None:
        """Return a rate's events and exposure by replication; None if it is no rate."""
        rate = rate_columns(metric, self._goals)
        if rate is None or not {rate.events, rate.exposure} <= self._values.keys():
            return None
        return counted_of(self._values, rate)

    def share(
        self,
        metric: str,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        level: float = LEVEL,
    ) -> Interval:
        """Return the share of replications with a figure within bounds, with exact interval.

        Replications without a value count as outside.
        """
        values = self.values(metric)
        inside = ~np.isnan(values)
        if at_least is not None:
            inside &= values >= at_least
        if at_most is not None:
            inside &= values <= at_most
        return share_interval(int(inside.sum()), len(values), level)

    def quantile(self, metric: str, q: float = 0.5) -> float | None:
        """Return a quantile over replications, linearly interpolated.

        None if no replication has a value.
        """
        values = self.values(metric)
        known = values[~np.isnan(values)]
        return float(np.quantile(known, q)) if len(known) else None

    @property
    def table(self) -> Any:
        """Tidy Arrow table: replication (int64), metric (dictionary of text), value (float64)."""
        import pyarrow as pa

        names = list(self._values)
        n = len(self)
        stacked = np.concatenate([*self._values.values(), np.zeros(0)])
        index = pa.array(np.repeat(np.arange(len(names), dtype=np.int32), n))
        return pa.table(
            {
                "replication": np.tile(np.array(self.numbers, np.int64), len(names)),
                "metric": pa.DictionaryArray.from_arrays(index, pa.array(names, pa.string())),
                "value": pa.array(stacked, from_pandas=True),
            }
        )


def happens(metric: str) -> bool:
    """Return whether a metric is an event that a replication has or has not."""
    return metric in HAPPENED or metric.endswith(".met")
