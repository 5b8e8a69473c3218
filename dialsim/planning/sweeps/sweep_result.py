"""Result of a sweep: figures by point and replication, and the effect of each key."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.api.samples import (
    ANY_SUSPENSION,
    CHANCES,
    COST,
    GOALS_MET,
    Sample,
    happens,
    is_count,
    rate_columns,
)
from dialsim.errors import Problems, did_you_mean, shown
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import message
from dialsim.pages.model.display import PageResult
from dialsim.planning.sweeps.interactions import Interaction, interaction
from dialsim.results.interval_result import interval_result
from dialsim.results.planning_types.sweep import (
    KeyInteraction,
    SweepGoal,
    SweepPoint,
    SweepResponse,
    SweepResult,
)
from dialsim.scenario.profiles.weak_defaults import WeakDefaultRow
from dialsim.scenario.values import plain, plain_list, plain_table
from dialsim.statistics.intervals import LEVEL, Interval, mean_interval, share_interval
from dialsim.statistics.rate_intervals import Counted, counted_once, rate_interval

if TYPE_CHECKING:
    from dialsim.pages.model.parts import Page
    from dialsim.planning.sweeps.sweep_plots import SweepPlots
    from dialsim.scenario.frame import Frame

Floats = NDArray[np.float64]
TRUTH = "0 or 1"


@dataclass(frozen=True)
class Response:
    """Response of a metric at one value of one key, over all values of the others.

    Attributes
    ----------
    key, value
        The key and its value.
    interval
        Of the mean over replications; of what happens or not, of the share.
    """

    key: str
    value: Any
    interval: Interval


@dataclass(frozen=True)
class SweepHead:
    """Request of a sweep, and the names of its figures.

    Attributes
    ----------
    name, seed
        The scenario's.
    replications
        Played of each point.
    axes
        By key its values, as a file would hold them.
    goals
        Of the scenario: metric, campaign (None: all), name, unit, bound, target and date.
    units
        Of each metric.
    heading, heading_zh
        Why it is no lawful plan; None if it may be one.
    people
        Whether replications drew the people anew (``"redrawn"``) or shared them (``"fixed"``).
    weak_defaults
        What some point rests on: :func:`dialsim.results.weak_defaults.weak_rows`.
    """

    name: str
    seed: int
    replications: int
    axes: Mapping[str, tuple[Any, ...]]
    goals: Sequence[SweepGoal]
    units: Mapping[str, str]
    heading: str | None = None
    heading_zh: str | None = None
    people: str | None = None
    weak_defaults: Sequence[WeakDefaultRow] = ()


class Sweep(PageResult):
    """Results of every combination of some keys' values under common random numbers.

    Parameters
    ----------
    head
        What was asked for.
    values
        float[points, replications] by metric; not a number where nothing was played, or where
        there was nothing to divide by.
    done
        bool[points, replications]: what came to its end.
    outcome_digest
        Of the outcomes of all replications.
    folder
        Where it stands; None: in memory alone.

    Attributes
    ----------
    points
        The values of each point by key, in the order of `values`.
    """

    def __init__(
        self,
        head: SweepHead,
        values: Mapping[str, Floats],
        done: NDArray[np.bool_],
        outcome_digest: str,
        folder: Path | None = None,
    ) -> None:
        self.head, self._values, self._done = head, dict(values), done
        self.outcome_digest, self.folder = outcome_digest, folder
        self.points: list[dict[str, Any]] = [
            dict(zip(head.axes, each, strict=True)) for each in product(*head.axes.values())
        ]

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.head.name

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that were varied."""
        return tuple(self.head.axes)

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the figures, as those of a :class:`~dialsim.Replications`."""
        return tuple(self._values)

    @property
    def complete(self) -> bool:
        """Whether every replication of every point is finished."""
        return bool(self._done.all())

    def __len__(self) -> int:
        return int(self._done.sum())

    def values(self, metric: str) -> Floats:
        """Return a figure of every replication of every point, float[points, replications].

        Raises
        ------
        KeyError
            There is no such figure; the text names the nearest.
        """
        if metric not in self._values:
            near = did_you_mean(metric, self._values) or f"known are {', '.join(self._values)}"
            raise KeyError(f"no metric {metric!r}; {near}")
        return self._values[metric].copy()

    def at(self, point: Mapping[str, Any] | None = None, **named: Any) -> Sample:
        """Return the replications of one point: means, shares, quantiles.

        Parameters
        ----------
        point
            The value of each key. A key may be named by its end, as far as one key alone ends so.
        named
            The same, for keys that are names in Python.

        Raises
        ------
        ScenarioError
            A key or a value that was not played, or a key that is not named.
        """
        fixed = self._fixed(point, named)
        missing = [key for key in self.keys if key not in fixed]
        if missing:
            problems = Problems()
            for key in missing:
                problems.add(key, message("this key names no value"), allowed=self._listed(key))
            problems.raise_if_any()
        return self._sample(self._rows(fixed)[0])

    def interval(
        self,
        metric: str,
        point: Mapping[str, Any] | None = None,
        level: float = LEVEL,
        **named: Any,
    ) -> Interval:
        """Return a figure's mean at a point with its interval.

        Parameters
        ----------
        metric
            One of `metrics`.
        point, named
            As for :meth:`at`. Over keys that are not named it is averaged within each replication,
            since all points use common random numbers.
        level
            How often such an interval is to hold the true value.

        Returns
        -------
        Interval
            By Student's t over replications; of rare counts, and of rates of rare events over an
            exposure (complaints per million), as for :meth:`dialsim.Replications.interval`. Of
            what happens or not (`goals_met` and its like) the share, by Clopper and Pearson;
            averaged over several points it is as wide as that of so many replications, which is
            wide enough.
        """
        return self._interval(metric, self._rows(self._fixed(point, named)), level)

    def curve(self, metric: str, key: str | None = None) -> list[Response]:
        """Return a figure's response to each key: its mean at each value, with interval.

        Parameters
        ----------
        metric
            One of `metrics`.
        key
            This key alone; None: all, one after the other.
        """
        keys = self.keys if key is None else [self.key(key)]
        return [
            Response(each, value, self._interval(metric, self._rows({each: value})))
            for each in keys
            for value in self.head.axes[each]
        ]

    def interactions(self, metric: str) -> list[Interaction]:
        """Return for each pair of keys how far the effect of one depends on the other.

        A two-way analysis of variance with replications as blocks, of the mean over further keys;
        see :func:`dialsim.planning.sweeps.interactions.interaction`.
        """
        shape = tuple(len(values) for values in self.head.axes.values())
        whole = self.values(metric).reshape(*shape, -1)
        found = []
        for first, second in combinations(range(len(shape)), 2):
            others = tuple(i for i in range(len(shape)) if i not in (first, second))
            pair = whole.mean(axis=others) if others else whole
            found.append(interaction(self.keys[first], self.keys[second], pair))
        return found

    def key(self, name: str) -> str:
        """Return the varied key with this name or ending.

        Raises
        ------
        ScenarioError
            None was, or several.
        """
        found = [key for key in self.keys if key == name] or [
            key for key in self.keys if key.endswith(f".{name}")
        ]
        if len(found) == 1:
            return found[0]
        problems = Problems()
        sentence = (
            message("more than one key ends so") if found else message("this key was not varied")
        )
        remedy = did_you_mean(name, self.keys)
        problems.add(name, sentence, allowed=found or self.keys, remedy=remedy)
        problems.raise_if_any()
        raise AssertionError

    @property
    def table(self) -> Any:
        """Tidy Arrow table: point, each varied key, replication, metric, value.

        One row per finished replication and metric, ordered by point, then metric. Units are in the
        metadata of the fields, those of metrics in that of ``value``.
        """
        from dialsim.planning.sweeps.sweep_table import tidy

        return tidy(self.head, self.points, self._values, self._done)

    def frame(self) -> Frame:
        """Return the table with conversions to polars and pandas."""
        from dialsim.scenario.frame import Frame

        return Frame(self.table, "sweep")

    @property
    def plot(self) -> SweepPlots:
        """The charts: ``plot.curve("conversations")``, ``plot.heat("conversations")``."""
        from dialsim.planning.sweeps.sweep_plots import SweepPlots

        return SweepPlots(self)

    @property
    def shown(self) -> list[str]:
        """Metrics shown on a page: those of goals, goals met, any suspension, costs."""
        known = [f"goal_{i}.value" for i in range(1, len(self.head.goals) + 1)]
        if not known:
            known = ["conversations"]
        happened = [GOALS_MET] if self.head.goals else []
        wanted = [*known, *happened, ANY_SUSPENSION, COST]
        return [metric for metric in wanted if metric in self._values]

    def to_dict(self) -> SweepResult:
        """Return plain values, ready for JSON."""
        head, shown_metrics = self.head, self.shown
        return {
            "name": head.name,
            "seed": head.seed,
            "people": head.people,
            "replications": head.replications,
            "points": len(self.points),
            "done": len(self),
            "complete": self.complete,
            "heading": head.heading,
            "heading_zh": head.heading_zh,
            "vary": {key: plain_list(values) for key, values in head.axes.items()},
            "goals": [goal.copy() for goal in head.goals],
            "units": {metric: head.units[metric] for metric in shown_metrics},
            "responses": {
                metric: [_response(each) for each in self.curve(metric)] for metric in shown_metrics
            },
            "at": [self._point(row) for row in range(len(self.points))],
            "interactions": {
                metric: [_interaction(each) for each in self.interactions(metric)]
                for metric in shown_metrics
            },
            "weak_defaults": [each.copy() for each in head.weak_defaults],
            "outcome_digest": self.outcome_digest,
            "folder": None if self.folder is None else str(self.folder),
        }

    # --- within -----------------------------------------------------------------------------------

    def _point(self, row: int) -> SweepPoint:
        return {
            "point": row,
            "values": plain_table(self.points[row]),
            "done": int(self._done[row].sum()),
            "metrics": {
                metric: interval_result(self._interval(metric, [row])) for metric in self.shown
            },
        }

    def _interval(self, metric: str, rows: Sequence[int], level: float = LEVEL) -> Interval:
        if metric not in self._values:
            self.values(metric)  # says which there are
        counted = self._counted(metric, list(rows))
        if counted is not None:
            return rate_interval(counted, level)
        each = self._values[metric][list(rows)].mean(
            axis=0
        )  # a replication counts where every point of it has a value
        if not happens(metric):
            return mean_interval(each, level)
        known = each[~np.isnan(each)]
        hits, n = float(known.sum()), len(known)
        low = share_interval(math.floor(hits + 1e-9), n, level)
        high = share_interval(math.ceil(hits - 1e-9), n, level)
        return low._replace(value=hits / n if n else None, high=high.high)

    def _counted(self, metric: str, rows: list[int]) -> Counted | None:
        """Return the events of a count or a rate at some points, float[points, replications]."""
        goals = self._judged
        rate = rate_columns(metric, goals)
        if rate is not None and {rate.events, rate.exposure} <= self._values.keys():
            events, exposure = (self._values[name][rows] for name in rate[:2])
            return Counted(events, exposure, rate.times)
        return counted_once(self._values[metric][rows]) if is_count(metric, goals) else None

    @property
    def _judged(self) -> list[str]:
        """The metric that each goal is judged by."""
        return [str(goal["metric"]) for goal in self.head.goals]

    def _sample(self, row: int) -> Sample:
        done = self._done[row]
        numbers = np.flatnonzero(done).tolist()
        values = {name: each[row][done] for name, each in self._values.items()}
        return Sample(numbers, values, self._judged)

    def _fixed(self, point: Mapping[str, Any] | None, named: Mapping[str, Any]) -> dict[str, Any]:
        fixed = {self.key(key): value for key, value in {**(point or {}), **named}.items()}
        problems = Problems()
        for key, value in fixed.items():
            if value not in self.head.axes[key]:
                problems.add(
                    key, message("no such value was played"), found=value, allowed=self._listed(key)
                )
        problems.raise_if_any()
        return fixed

    def _listed(self, key: str) -> str:
        return ", ".join(shown(value) for value in self.head.axes[key])

    def _rows(self, fixed: Mapping[str, Any]) -> list[int]:
        return [
            row
            for row, point in enumerate(self.points)
            if all(point[key] == value for key, value in fixed.items())
        ]

    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page of the sweep."""
        from dialsim.pages.planning.sweep_page import sweep_page

        return sweep_page(self.to_dict(), language)

    def __repr__(self) -> str:
        of = "" if self.complete else f", {len(self)} of {self._done.size} replications"
        return (
            f"<Sweep {self.name}, seed {self.head.seed}, {len(self.points)} points × "
            f"{self.head.replications}{of}>"
        )


def _response(each: Response) -> SweepResponse:
    return {
        "key": each.key,
        "value": plain(each.value),
        "interval": interval_result(each.interval),
    }


def _interaction(each: Interaction) -> KeyInteraction:
    return {
        "first": each.first,
        "second": each.second,
        "share": each.share,
        "f": each.f,
        "p": each.p,
        "replications": each.replications,
    }


def unit_of(metric: str, goals: Sequence[SweepGoal], currency: str) -> str:
    """Return the unit of a metric of replications.

    >>> unit_of("any_suspension", [], ""), unit_of("goal_1.value", [{"unit": "calls"}], "")
    ('0 or 1', 'calls')
    """
    from dialsim.scenario.metrics import metrics

    if metric == COST:
        return currency
    if happens(metric):
        return TRUTH
    if metric.startswith("goal_"):
        number, _, what = metric.removeprefix("goal_").partition(".")
        goal = goals[int(number) - 1]
        rate = metrics()[goal["metric"]].rate if what in ("events", "exposure") else None
        if rate is not None:
            return metrics()[getattr(rate, what)].unit
        return str(goal["unit"]) if what == "value" else "share"
    known = metrics().get(metric)
    return known.unit if known is not None else "share" if metric in CHANCES else ""
