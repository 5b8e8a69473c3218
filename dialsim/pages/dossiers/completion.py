"""When a goal is reached: in a run, and with what chance over its replications."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from dialsim.arrow_numpy import values_of
from dialsim.core.ticks import local_tick
from dialsim.engine.goals import COUNTED
from dialsim.results.tables.run_log import RunLog
from dialsim.scenario.models.schema import Goal
from dialsim.statistics.intervals import Interval, share_interval

QUANTILES = (0.05, 0.5, 0.95)
METRICS = (
    *("conversations", "reach", "delivered", "intercepted", "abandoned_share"),
    *("complaints", "complaints_12321", "complaints_sector", "complaints_per_million"),
    *("marks", "opt_outs", "reviews", "caller_ids_suspended", "caller_ids_labelled"),
)
"""What is kept of replications beside their goals."""


@dataclass(frozen=True)
class Replayed:
    """The results of a run's replications that a report uses.

    Attributes
    ----------
    wanted
        How many were requested.
    metrics
        By name, a value of each replication; None: its denominator is 0.
    met
        By the goal's index, whether each replication met it.
    reached
        By the goal's index, the tick at which each replication reached it, up to the end of its
        quarter of an hour; None: not within the days. Only for goals on cumulative counts.
    goals_met
        Whether each replication met every goal and kept every hard limit.
    """

    wanted: int
    metrics: Mapping[str, Sequence[float | None]]
    met: Mapping[int, Sequence[bool]]
    reached: Mapping[int, Sequence[int | None]]
    goals_met: Sequence[bool]

    def __len__(self) -> int:
        return len(self.goals_met)

    def chance(self, goal: int) -> Interval:
        """Return the share of replications in which a goal was met, with its exact interval."""
        return share_interval(sum(self.met[goal]), len(self.met[goal]))

    @property
    def chance_of_all(self) -> Interval:
        """The share of replications that met every goal and kept every hard limit."""
        return share_interval(sum(self.goals_met), len(self))

    def total(self, metric: str) -> int:
        """Return the sum of a count over the replications."""
        return sum(int(value or 0) for value in self.metrics[metric])

    def share_positive(self, metric: str) -> Interval:
        """Return the share of replications in which a metric is above 0."""
        values = self.metrics[metric]
        return share_interval(sum((value or 0) > 0 for value in values), len(values))

    def spread(self, metric: str) -> tuple[float, float, float] | None:
        """Return mean, 5 % and 95 % quantile of a metric; None without a value.

        A quantile is the value of one of the replications.
        """
        known = [value for value in self.metrics[metric] if value is not None]
        if not known:
            return None
        low, high = np.quantile(known, [QUANTILES[0], QUANTILES[-1]], method="inverted_cdf")
        return float(np.mean(known)), float(low), float(high)


class Finish(NamedTuple):
    """When a goal is reached.

    Attributes
    ----------
    goal
        Its index in the scenario.
    due
        Tick by which it is to be reached, at the latest the end of the last day.
    here
        Tick in this run; None: not reached, or unknown.
    quantiles
        Over the replications, at the shares of `QUANTILES`; None: later than the last day. Empty
        without replications.
    """

    goal: int
    due: int
    here: int | None
    quantiles: tuple[int | None, ...]


def finishes(log: RunLog, replayed: Replayed | None) -> list[Finish]:
    """Return when each goal with a least value of a cumulative count is reached.

    Raises
    ------
    ScenarioError
        The series of the run is missing or damaged.
    """
    return [
        Finish(
            place,
            due_of(log, goal),
            reached_tick(log, goal),
            ()
            if replayed is None
            else tuple(quantile(replayed.reached[place], share) for share in QUANTILES),
        )
        for place, goal in enumerate(log.scenario.goals)
        if is_counted_up(goal)
    ]


def is_counted_up(goal: Goal) -> bool:
    """Return whether a goal, once reached, stays reached."""
    return goal.at_least is not None and goal.metric in COUNTED


def due_of(log: RunLog, goal: Goal) -> int:
    """Return the tick by which a goal is to be reached: the end of the last day at the latest."""
    if goal.by is None:
        return log.horizon_tick
    scenario = log.scenario
    due = local_tick(scenario.start, scenario.time_zone, goal.by)
    return min(due, log.horizon_tick)


def reached_tick(log: RunLog, goal: Goal) -> int | None:
    """Return the tick at which a run reached a goal, up to the end of its quarter of an hour.

    Calls count by the time of their dial, as the series counts them.
    """
    assert goal.at_least is not None
    ticks, counts = _grown(log, goal.metric, goal.campaign)
    if not len(ticks) or counts[-1] < goal.at_least:
        return None
    place = int(np.searchsorted(counts, goal.at_least))
    step = int(ticks[1] - ticks[0]) if len(ticks) > 1 else 0
    return min(int(ticks[place]) + step, log.last_tick)


def _grown(log: RunLog, metric: str, campaign: str | None) -> tuple[Any, Any]:
    """Return when each interval of the series begins, and the cumulative count at its end."""
    ticks, counts = [], []
    for batch in log.batches("series", ("time", "campaign", metric)):
        column = values_of(batch.column(metric))
        if campaign is not None:
            mine = np.array(batch.column("campaign").to_pylist(), object) == campaign
            column = np.where(mine, column, 0)
        ticks.append(log.ticks(batch.column("time")))
        counts.append(column)
    if not ticks:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    begins, place = np.unique(np.concatenate(ticks), return_inverse=True)
    sums = np.zeros(len(begins), np.int64)
    np.add.at(sums, place.reshape(-1), np.concatenate(counts))
    return begins, np.cumsum(sums)


def quantile(ticks: Sequence[int | None], share: float) -> int | None:
    """Return the tick by which at least a share of replications had reached a goal.

    None if fewer ever did: replications that did not are censored, not extrapolated.

    >>> ticks = [300, None, 100, 200]
    >>> quantile(ticks, 0.5), quantile(ticks, 0.75), quantile(ticks, 0.95)
    (200, 300, None)
    """
    never = 1 << 62
    ordered = sorted(never if tick is None else tick for tick in ticks)
    found = ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]
    return None if found == never else found
