"""Types of what had happened before a plan for the rest of a campaign."""

from __future__ import annotations

from typing import Literal, NotRequired

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED


@with_config(CLOSED)
class ElapsedMetric(TypedDict):
    """A metric of the time before."""

    value: float | None
    """In the metric's unit; None: not known."""
    name: str
    """What it is called."""
    name_zh: str
    """The same in Chinese."""


@with_config(CLOSED)
class ElapsedNumbers(TypedDict):
    """Caller IDs at the moment."""

    all: int
    """Numbers of the campaign."""
    suspended: int
    """Numbers suspended at any time by then; of a log, those that are now."""
    down: int
    """Numbers suspended or closed at the moment."""


@with_config(CLOSED)
class ElapsedGoal(TypedDict):
    """How far a goal had come."""

    index: int
    """Its place in the scenario, from 0."""
    metric: str
    """Key of its metric."""
    campaign: str | None
    """Of which campaign; None: of all together."""
    name: str
    """What it is called."""
    name_zh: str
    """The same in Chinese."""
    unit: str
    """Unit of target and value."""
    bound: Literal["at_least", "at_most"]
    """Which side of the target is good."""
    target: float
    """What it asks for."""
    by: str | None
    """When it is due, ISO 8601; None: at the end."""
    value: float | None
    """What it had come to; None: nothing yet, or no log tells it."""
    state: Literal["open", "met", "lost", "unknown"]
    """Whether it is met or lost whatever happens; of a log, ``unknown`` if it cannot be judged."""


@with_config(CLOSED)
class ElapsedLeads(TypedDict):
    """Leads after a call log, one per person and campaign."""

    finished: int
    """Leads that are not called again."""
    by_reason: dict[str, int]
    """Of these, by reason of their end, how many."""
    again: int
    """Leads to be called again."""
    fresh: int
    """Leads not called yet."""
    barred: int
    """Leads whose next call a rule would refuse."""


@with_config(CLOSED)
class Elapsed(TypedDict):
    """What had happened by the moment from which a plan holds."""

    run: str
    """The run, or the file of the call log."""
    as_of: str
    """The moment, local time, ISO 8601."""
    metrics: dict[str, ElapsedMetric]
    """By key, metrics of the time before."""
    caller_ids: ElapsedNumbers
    """Numbers at the moment."""
    spent: float | None
    """Cost by then, at the plan's prices; None: no prices, or a call log."""
    goals: list[ElapsedGoal]
    """How far each goal had come."""
    log: NotRequired[Literal[True]]
    """Only of a call log, as what follows."""
    leads: NotRequired[ElapsedLeads]
    """Leads after the log."""
    assumed: NotRequired[list[str]]
    """What is assumed of it, in sentences."""
    assumed_zh: NotRequired[list[str]]
    """The same in Chinese."""


@with_config(CLOSED)
class PlanStart(Elapsed):
    """The moment from which a plan holds."""

    attempts: int
    """Attempts by then."""
    digest: str
    """Digest of the state of the run, or of the log's content, hex digits."""
