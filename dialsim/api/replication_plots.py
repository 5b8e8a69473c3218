"""Charts of replications, drawn on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from dialsim.api.languages import language_of
from dialsim.api.plots import WIDTH_PX
from dialsim.api.samples import COST, happens
from dialsim.errors import ScenarioError
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message
from dialsim.scenario.metrics import metrics
from dialsim.statistics.intervals import mean_interval, share_interval

if TYPE_CHECKING:
    from dialsim.api.replications import Replications
    from dialsim.pages.charts.replications import GoalMargin, RunningMean
    from dialsim.results.planning_types.sweep import SweepGoal

FEWEST = 2
"""Replications of which a mean has an interval."""


class ReplicationPlots:
    """The charts of replications, each an altair chart: shown in a notebook, saved as a picture.

    Parameters
    ----------
    found
        What they are drawn from.

    Examples
    --------
    ::

        many = dialsim.replicate("starter.toml", 200)
        many.plot.distribution("conversations")
        many.plot.convergence("conversations")
        many.plot.goals(language="zh")
    """

    def __init__(self, found: Replications) -> None:
        self._found = found

    def distribution(self, metric: str, language: Language = "en") -> Any:
        """Return how a metric spreads over replications, with its mean and the mean's interval.

        The dashed lines are the values that one replication in twenty is below, or above.

        Raises
        ------
        KeyError
            There is no such metric.
        ScenarioError
            The metric is an event, no replication has a value of it, or the language is unknown.
        """
        from dialsim.pages.charts.replications import Spread, distribution

        known = language_of("language", language)
        if happens(metric):
            sentence = message("{metric} happens or not: its share has no distribution")
            remedy = message("draw its share: plot.convergence")
            raise ScenarioError.at("", sentence.filled(metric=metric), remedy=remedy)
        values = self._values(metric)
        interval = self._found.interval(metric)
        spread = Spread(
            mean=interval.value,
            low=interval.low,
            high=interval.high,
            p5=self._found.quantile(metric, 0.05),
            p95=self._found.quantile(metric, 0.95),
        )
        title, share = self._title(metric, known), self._is_share(metric)
        return _wide(distribution(values.tolist(), spread, title, share, known))

    def convergence(self, metric: str, language: Language = "en") -> Any:
        """Return the mean of a metric and its 95 % interval after each replication.

        To stop once the interval is narrow enough makes it too narrow; ``replicate(until=...)``
        has intervals that allow for it.

        Raises
        ------
        KeyError
            There is no such metric.
        ScenarioError
            No replication has a value of it, or the language is unknown.
        """
        from dialsim.pages.charts.replications import convergence

        known = language_of("language", language)
        values = self._values(metric)
        rows: list[RunningMean] = []
        is_event = happens(metric)
        for count in range(1, len(values) + 1):
            seen = values[:count]
            interval = share_interval(int(seen.sum()), count) if is_event else mean_interval(seen)
            few = count < FEWEST and not is_event
            rows.append(
                {
                    "replications": count,
                    "mean": interval.value,
                    "low": None if few else interval.low,
                    "high": None if few else interval.high,
                }
            )
        title, share = self._title(metric, known), self._is_share(metric)
        return _wide(convergence(rows, title, share, known))

    def goals(self, language: Language = "en") -> Any:
        """Return each goal's margin in each replication, relative to its target.

        A goal whose target is 0 has no such margin and is left out.

        Raises
        ------
        ScenarioError
            The scenario has no goals, or the language is unknown.
        """
        from dialsim.pages.charts.labels import LABELS
        from dialsim.pages.charts.replications import goal_margins

        known, found = language_of("language", language), self._found
        texts = LABELS[known]
        rows: list[GoalMargin] = []
        for number in range(1, len(found.goals) + 1):
            margins = found.values(f"goal_{number}.margin")
            met = found.values(f"goal_{number}.met")
            name = self._title(f"goal_{number}.value", known)
            rows += [
                {
                    "goal": name,
                    "replication": played,
                    "margin": float(margin),
                    "met": texts["met" if kept else "missed"],
                }
                for played, margin, kept in zip(found.numbers, margins, met, strict=True)
                if not np.isnan(margin)
            ]
        if not rows:
            raise ScenarioError.at("", message("no replication has a goal with a margin"))
        return _wide(goal_margins(rows, known))

    def _values(self, metric: str) -> Any:
        values = self._found.values(metric)
        values = values[~np.isnan(values)]
        if not len(values):
            sentence = message("no replication has a value of {metric}").filled(metric=metric)
            raise ScenarioError.at("", sentence)
        return values

    def _title(self, metric: str, language: Language) -> str:
        from dialsim.pages.planning.sweep_words import name_of

        goals = cast("list[SweepGoal]", self._found.goals)  # of which it takes what both have
        return name_of(metric, goals, language)

    def _is_share(self, metric: str) -> bool:
        known = metrics().get(metric)
        return happens(metric) or (metric != COST and known is not None and known.unit == "share")

    def __repr__(self) -> str:
        return "<ReplicationPlots: distribution, convergence, goals>"


def _wide(chart: Any) -> Any:
    return chart.properties(width=WIDTH_PX)
