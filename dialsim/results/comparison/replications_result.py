"""Types of replications: what `dialsim run --replications` returns of one scenario."""

from __future__ import annotations

from typing import Literal, NotRequired

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.comparison.goal_result import GoalOnRecord
from dialsim.results.interval_result import IntervalResult
from dialsim.results.result_types import CLOSED
from dialsim.scenario.profiles.weak_defaults import WeakDefaultRow
from dialsim.statistics.intervals import Interval

PeopleDrawn = Literal["redrawn", "fixed"]
"""Whether each replication draws its contacts anew, or all have those of replication 0."""


@with_config(CLOSED)
class GoalTarget(TypedDict):
    """What a goal asks for."""

    index: int
    """Its place in the scenario, from 0."""
    metric: str
    """Key of its metric."""
    name: str
    """What it is called, with its campaign if it names one."""
    unit: str
    """Unit of target and value."""
    bound: Literal["at_least", "at_most"]
    """Which side of the target is good."""
    target: float
    """The bound, in its unit."""
    by: str | None
    """When it is due, ISO 8601; None: at the end."""


@with_config(CLOSED)
class GoalIntervals(GoalTarget):
    """A goal over all replications, as `Replications.goals` has it."""

    met: Interval
    """Share of replications that met it."""
    value: Interval
    """Mean of what it is judged by, in its unit."""
    margin: Interval
    """Mean distance on the good side, as a share of the target."""
    before: NotRequired[GoalOnRecord]
    """What a call log has of it; absent: the scenario goes on from none."""


@with_config(CLOSED)
class GoalOfReplications(GoalTarget):
    """A goal over all replications, as plain values."""

    met: IntervalResult
    """Share of replications that met it."""
    value: IntervalResult
    """Mean of what it is judged by, in its unit."""
    margin: IntervalResult
    """Mean distance on the good side, as a share of the target."""
    before: NotRequired[GoalOnRecord]
    """What a call log has of it; absent: the scenario goes on from none."""


@with_config(CLOSED)
class EventOfReplications(TypedDict):
    """An event of the caller IDs or of the enterprise, over all replications."""

    share: IntervalResult
    """Share of replications in which it happened."""
    hits: int
    """Replications in which it happened."""
    too_few: bool
    """Whether it happened, or did not, in fewer than 10 replications."""
    by_calls: IntervalResult | None
    """Mean probability given the calls made; None: it was not requested."""
    reviews: NotRequired[int]
    """Of reviews: how many were opened in all."""
    stood_still: NotRequired[int]
    """Of reviews: replications in which one stopped all numbers."""


@with_config(CLOSED)
class StoppingTarget(TypedDict):
    """A target of the stopping rule, and how narrow its interval became."""

    name: str
    """As it was asked for, such as ``goal:conversations``."""
    metric: str
    """The column of figures that it is about."""
    absolute: bool
    """Whether the half-width is that of a share of replications; else it is relative."""
    wanted: float
    """Half-width asked for: as a share of replications, or of the mean."""
    reached: float | None
    """Half-width reached, in the same way; None: there is none, or the mean is 0."""
    met: bool
    """Whether it is narrow enough."""
    interval: IntervalResult
    """The interval, valid over all looks."""
    events: float | None
    """Events that it rests on; None: it is no share and no rare count."""
    too_few: bool
    """Whether it rests on fewer than 10 events."""


@with_config(CLOSED)
class Quantiles(
    TypedDict("Quantiles", {"0.05": float | None, "0.5": float | None, "0.95": float | None})
):
    """Quantiles of a metric over replications, in its unit; None: no replication has a value."""


@with_config(CLOSED)
class MetricOfReplications(TypedDict):
    """A metric over all replications."""

    name: str
    """What it is called."""
    name_zh: str
    """The same in Chinese."""
    unit: str
    """Its unit."""
    mean: IntervalResult
    """Its mean."""
    quantiles: Quantiles
    """Its quantiles."""
    values: list[float | None]
    """Of each replication, in the order of `replications`; None: nothing to divide by."""


@with_config(CLOSED)
class ReplicationsResult(TypedDict):
    """Replications of one scenario."""

    name: str
    """Name of the scenario."""
    seed: int
    """Its seed."""
    people: PeopleDrawn | None
    """Whether each replication draws its contacts anew; None: not known."""
    wanted: int
    """Requested replications."""
    replications: list[int]
    """Numbers of those that are complete."""
    complete: bool
    """Whether all requested ones are."""
    goals_met: IntervalResult | None
    """Share that met every goal and kept every hard limit; None: none is complete."""
    goals: list[GoalOfReplications]
    """The goals of the scenario, in its order."""
    happened: dict[str, EventOfReplications]
    """Suspensions, stops and reviews, by the key of the event."""
    until: list[StoppingTarget]
    """Targets of the stopping rule; empty: the number of replications was fixed."""
    metrics: dict[str, MetricOfReplications]
    """Every metric, by its key."""
    weak_defaults: list[WeakDefaultRow]
    """The weak defaults that they rest on."""
    digests: list[str]
    """Digest of the outcome of each replication."""
