"""Results of several replications of one scenario, and of pairs of two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dialsim.api.replication_columns import columns_of
from dialsim.api.samples import (
    ANY_REVIEW,
    ANY_SUSPENSION,
    ENTERPRISE_STOP,
    GOALS_MET,
    HAPPENED,
    REVIEW_CHANCE,
    STOP_CHANCE,
    SUSPENSION_CHANCE,
    Sample,
)
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.model.display import PageResult
from dialsim.results.interval_result import interval_result
from dialsim.scenario.metrics import metrics
from dialsim.statistics.intervals import LEVEL, Interval, mean_interval
from dialsim.statistics.paired_differences import Pairs, pairs_of, share_difference
from dialsim.statistics.rate_intervals import Counted, rate_difference
from dialsim.statistics.stopping import FEW, Precision, Target, look

if TYPE_CHECKING:
    from dialsim.api.replication_plots import ReplicationPlots
    from dialsim.execution.replication import Played
    from dialsim.pages.model.parts import Page
    from dialsim.results.comparison.replications_result import (
        EventOfReplications,
        GoalIntervals,
        GoalOfReplications,
        MetricOfReplications,
        PeopleDrawn,
        ReplicationsResult,
        StoppingTarget,
    )
    from dialsim.results.summary_types.results import Goal
    from dialsim.scenario.metrics import Metric
    from dialsim.scenario.profiles.weak_defaults import WeakDefaultRow

REVIEWS = "reviews"
OF_CALLS = {
    ANY_SUSPENSION: SUSPENSION_CHANCE,
    ENTERPRISE_STOP: STOP_CHANCE,
    ANY_REVIEW: REVIEW_CHANCE,
}
"""From the metric of an event to that of its chance, given the calls made."""


class Replications(Sample, PageResult):
    """Results of several replications of one scenario.

    Attributes
    ----------
    name, seed
        The scenario's.
    wanted
        Requested replications.
    played
        The result of each, in order.
    targets
        Targets of interval widths; empty if the number of replications was fixed.
    people
        ``"redrawn"`` if each drew unknown attributes of the people anew, ``"fixed"`` if all have
        the people of replication 0.

    Notes
    -----
    Beside the metrics of a summary there are, 1 or 0, ``goals_met``, ``any_suspension``,
    ``enterprise_stop`` and ``any_review``; ``cost``, if the scenario has prices; and by the number
    of each goal ``goal_1.value``, ``goal_1.margin`` (relative to the target) and ``goal_1.met``;
    for a goal on a rate also ``goal_1.events`` and ``goal_1.exposure``, whose quotient it is. If
    rare suspensions were requested, there are ``suspension_chance``, ``stop_chance`` and
    ``review_chance``, whose means are probabilities.

    Intervals assume a fixed number of replications. With a stopping rule, `precision` has the
    intervals of the targets, which are valid under it.
    """

    def __init__(
        self,
        name: str,
        seed: int,
        wanted: int,
        played: Sequence[Played],
        targets: Sequence[Target] = (),
        people: PeopleDrawn | None = None,
        weak: Sequence[WeakDefaultRow] = (),
    ) -> None:
        goals = [str(goal["metric"]) for goal in played[0].goals] if played else []
        super().__init__([each.replication for each in played], columns_of(played), goals)
        self.name, self.seed, self.wanted, self.played = name, seed, wanted, tuple(played)
        self.targets, self.people = tuple(targets), people
        self.weak_defaults = tuple(weak)

    @cached_property
    def precision(self) -> list[Precision]:
        """Precision of each target; see :mod:`dialsim.statistics.stopping`."""
        return look(self._values, self.targets) if self.targets and self.played else []

    @property
    def precise(self) -> bool:
        """Whether the interval of every target is as narrow as requested."""
        return bool(self.precision) and all(each.met for each in self.precision)

    @property
    def complete(self) -> bool:
        """Whether all requested replications are finished."""
        return len(self) == self.wanted

    @property
    def goals_met(self) -> bool:
        """Whether every requested replication met every goal and hard limit."""
        return self.complete and all(each.goals_met for each in self.played)

    @property
    def goals(self) -> list[GoalIntervals]:
        """Each goal with the share of replications that met it and its mean value."""
        goals = self.played[0].goals if self.played else ()
        return [self._goal(goal, number) for number, goal in enumerate(goals, 1)]

    def _goal(self, goal: Goal, number: int) -> GoalIntervals:
        from dialsim.results.goals import before_alone

        found: GoalIntervals = {
            "index": goal["index"],
            "metric": goal["metric"],
            "name": goal["name"],
            "unit": goal["unit"],
            "bound": goal["bound"],
            "target": goal["target"],
            "by": goal["by"],
            "met": self.interval(f"goal_{number}.met"),
            "value": self.interval(f"goal_{number}.value"),
            "margin": self.interval(f"goal_{number}.margin"),
        }
        before = before_alone(goal).get("before")
        if before is not None:
            found["before"] = before
        return found

    def paired(self, other: Replications) -> Paired:
        """Return the differences to another scenario, replication by replication.

        Parameters
        ----------
        other
            The subtracted replications: the same seed and at least one replication in common. The
            common random numbers then reduce the variance, and far fewer replications are needed
            for a significant difference.

        Raises
        ------
        ValueError
            Another seed, or no replication in common.
        """
        if self.seed != other.seed:
            raise ValueError(
                f"seeds {self.seed} and {other.seed} share no luck: play both with one `seed`"
            )
        both = [number for number in self.numbers if number in set(other.numbers)]
        if not both:
            raise ValueError("no replication was played of both")
        mine = [self.numbers.index(number) for number in both]
        theirs = [other.numbers.index(number) for number in both]
        shared = [
            metric
            for metric in self.metrics
            if metric in other.metrics and not metric.startswith("goal_")
        ]
        return Paired(
            both,
            {m: self.values(m)[mine] - other.values(m)[theirs] for m in shared},
            f"{self.name} − {other.name}",
            {m: pairs_of(other.values(m)[theirs], self.values(m)[mine]) for m in HAPPENED},
            {
                m: (_rows(other._counted(m), theirs), _rows(self._counted(m), mine))
                for m in shared
                if self._counted(m) is not None
            },
        )

    @property
    def plot(self) -> ReplicationPlots:
        """The charts: ``plot.distribution("conversations")``, ``plot.goals()``."""
        from dialsim.api.replication_plots import ReplicationPlots

        return ReplicationPlots(self)

    def to_dict(self) -> ReplicationsResult:
        """Return plain values, ready for JSON."""
        return {
            "name": self.name,
            "seed": self.seed,
            "people": self.people,
            "wanted": self.wanted,
            "replications": list(self.numbers),
            "complete": self.complete,
            "goals_met": interval_result(self.interval(GOALS_MET)) if self.played else None,
            "goals": [_plain_goal(goal) for goal in self.goals],
            "happened": self._happened(),
            "until": [_target(each) for each in self.precision],
            "metrics": {
                key: self._metric(metric)
                for key, metric in metrics().items()
                if key in self.metrics
            },
            "weak_defaults": [each.copy() for each in self.weak_defaults],
            "digests": [each.digest for each in self.played],
        }

    def _metric(self, metric: Metric) -> MetricOfReplications:
        key = metric.key
        return {
            "name": metric.name["en"],
            "name_zh": metric.name["zh"],
            "unit": metric.unit,
            "mean": interval_result(self.interval(key)),
            "quantiles": {
                "0.05": self.quantile(key, 0.05),
                "0.5": self.quantile(key, 0.5),
                "0.95": self.quantile(key, 0.95),
            },
            "values": [None if np.isnan(v) else float(v) for v in self.values(key)],
        }

    def _happened(self) -> dict[str, EventOfReplications]:
        """Return the probability of each event, by counts and given the calls."""
        if not self.played:
            return {}
        found: dict[str, EventOfReplications] = {}
        for metric, chance in OF_CALLS.items():
            counted = self.interval(metric)
            hits = round((counted.value or 0.0) * counted.n)
            by_calls = None
            if chance in self._values:
                by_calls = interval_result(_chance(self.interval(chance)))
            found[metric] = {
                "share": interval_result(counted),
                "hits": hits,
                "too_few": min(hits, counted.n - hits) < FEW,
                "by_calls": by_calls,
            }
        reviews = [int(each.metrics.get(REVIEWS) or 0) for each in self.played]
        found[ANY_REVIEW]["reviews"] = sum(reviews)
        found[ANY_REVIEW]["stood_still"] = sum(each.stopped_by_review for each in self.played)
        return found

    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page of the replications."""
        from dialsim.pages.comparison.replications_page import replications_page

        return replications_page(self.to_dict(), language)

    def __repr__(self) -> str:
        of = "" if self.complete else f" of {self.wanted}"
        return f"<Replications {self.name}, seed {self.seed}, {len(self)}{of}>"


class Paired(Sample):
    """Differences of two scenarios under common random numbers; see :class:`Sample`.

    For events (``goals_met``, ``any_suspension``, ``enterprise_stop``, ``any_review``), the
    difference of the probabilities, with Newcombe's interval for pairs.
    """

    def __init__(
        self,
        numbers: Sequence[int],
        values: Mapping[str, NDArray[np.float64]],
        title: str,
        pairs: Mapping[str, Pairs] | None = None,
        rates: Mapping[str, tuple[Counted, Counted]] | None = None,
    ) -> None:
        super().__init__(numbers, values)
        self.title, self._pairs, self._rates = title, dict(pairs or {}), dict(rates or {})

    def interval(self, metric: str, level: float = LEVEL) -> Interval:
        """Return the mean difference with its t interval; for probabilities with Newcombe's.

        For rates of rare events, the difference of the two rates, by
        :func:`dialsim.statistics.rate_intervals.rate_difference`.
        """
        if metric in self._pairs:
            return share_difference(self._pairs[metric], level)
        if metric in self._rates:
            return rate_difference(*self._rates[metric], level).change
        return mean_interval(self.values(metric), level)

    def __repr__(self) -> str:
        return f"<Paired {self.title}, {len(self)} replications>"


def _rows(counted: Counted | None, rows: Sequence[int]) -> Counted:
    assert counted is not None  # both have the metric
    return counted._replace(events=counted.events[rows], exposure=counted.exposure[rows])


def _plain_goal(goal: GoalIntervals) -> GoalOfReplications:
    return {
        **goal,
        "met": interval_result(goal["met"]),
        "value": interval_result(goal["value"]),
        "margin": interval_result(goal["margin"]),
    }


def _target(precision: Precision) -> StoppingTarget:
    target = precision.target
    return {
        "name": target.name,
        "metric": target.metric,
        "absolute": target.kind == "share",
        "wanted": target.width,
        "reached": precision.reached,
        "met": precision.met,
        "interval": interval_result(precision.interval),
        "events": precision.events,
        "too_few": precision.too_few,
    }


def _chance(interval: Interval) -> Interval:
    """Return the interval of a mean of probabilities, clipped to 0 and 1."""
    if interval.low is None or interval.high is None:
        return interval
    return interval._replace(low=max(0.0, interval.low), high=min(1.0, interval.high))
