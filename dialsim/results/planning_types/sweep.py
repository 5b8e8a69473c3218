"""Types of a sweep: its points, its responses, and what its folder holds."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.interval_result import IntervalResult
from dialsim.results.result_types import CLOSED
from dialsim.scenario.profiles.weak_defaults import WeakDefaultRow


@with_config(CLOSED)
class SweepGoalBefore(TypedDict):
    """What a goal counts of the time before runs that go on from a call log."""

    as_of: str
    """From when the runs are played, ISO 8601."""
    value: float | None
    """What the log has of it up to then, in the goal's unit; None: nothing."""


@with_config(CLOSED)
class SweepGoal(TypedDict):
    """A goal of the scenario that was swept."""

    index: int
    """Its place in the scenario, from 0."""
    metric: str
    """Key of its metric."""
    campaign: str | None
    """Of which campaign; None: of all together."""
    name: str
    """What it is called."""
    unit: str
    """Unit of the target."""
    bound: Literal["at_least", "at_most"]
    """Which side of the target is good."""
    target: float | None
    """What it asks for, in `unit`; None: another at each point."""
    by: str | None
    """When it is due, ISO 8601; None: at the end."""
    before: NotRequired[SweepGoalBefore]
    """What of it a call log has; only where the runs go on from one."""


@with_config(CLOSED)
class SweepResponse(TypedDict):
    """A metric at one value of one key, over all values of the others."""

    key: str
    """The key."""
    value: Any
    """Its value, as a file holds it."""
    interval: IntervalResult
    """Mean over replications, or share of them, in the metric's unit."""


@with_config(CLOSED)
class SweepPoint(TypedDict):
    """One combination of values, and what was played of it."""

    point: int
    """Its place in the grid, from 0."""
    values: dict[str, Any]
    """By key its value, as a file holds it."""
    done: int
    """Replications that came to their end."""
    metrics: dict[str, IntervalResult]
    """By metric its mean, or share of replications, in the metric's unit."""


@with_config(CLOSED)
class KeyInteraction(TypedDict):
    """How far the effect of one key on a metric depends on another key."""

    first: str
    """The one key."""
    second: str
    """The other."""
    share: float | None
    """Share of the interaction in all that the two keys move; None: nothing moves."""
    f: float | None
    """F statistic; None: the same in every replication."""
    p: float | None
    """Probability of so large an F without an interaction; None: undefined."""
    replications: int
    """Replications that have a value at every point."""


@with_config(CLOSED)
class SweepResult(TypedDict):
    """How the metrics of a scenario respond to some of its keys."""

    name: str
    """Name of the scenario."""
    seed: int
    """Its seed."""
    people: str | None
    """Whether replications drew the people anew, `redrawn`, or shared them, `fixed`."""
    replications: int
    """Replications of each point that were asked for."""
    points: int
    """Points of the grid."""
    done: int
    """Replications that came to their end, of all points."""
    complete: bool
    """Whether all of them did."""
    heading: str | None
    """Why it is no lawful plan; None: it may be one."""
    heading_zh: str | None
    """The same in Chinese."""
    vary: dict[str, list[Any]]
    """By key its values, as a file holds them."""
    goals: list[SweepGoal]
    """Goals of the scenario; empty if nothing was played."""
    units: dict[str, str]
    """By metric its unit; `0 or 1`: what happens in a replication or not."""
    responses: dict[str, list[SweepResponse]]
    """By metric its response to each value of each key."""
    at: list[SweepPoint]
    """The points, in the order of the grid."""
    interactions: dict[str, list[KeyInteraction]]
    """By metric the interaction of each pair of keys."""
    weak_defaults: list[WeakDefaultRow]
    """The weak defaults that some point rests on."""
    outcome_digest: str
    """Digest of the outcomes of all replications, hex digits."""
    folder: str | None
    """Where it stands; None: in memory alone."""


# --- its folder -----------------------------------------------------------------------------------


@with_config(CLOSED)
class SweepIdentity(TypedDict):
    """What decides the figures of a sweep, except the content of files."""

    name: str
    """Name of the scenario."""
    scenario_digest: str
    """Digest of the scenario, hex digits."""
    prices_digest: str
    """Digest of its prices, hex digits."""
    vary: dict[str, list[Any]]
    """By key its values, as a file holds them."""
    replications: int
    """Replications of each point."""
    people: NotRequired[str | None]
    """Whether replications drew the people anew, `redrawn`, or shared them, `fixed`; absent:
    an earlier version wrote it."""
    seed: int
    """The seed."""
    version: str
    """The program that played it."""


@with_config(CLOSED)
class SweepContent(TypedDict):
    """What a finished sweep adds to its description."""

    goals: list[SweepGoal]
    """Goals of the scenario."""
    heading: str | None
    """Why it is no lawful plan; None: it may be one."""
    heading_zh: str | None
    """The same in Chinese."""
    units: dict[str, str]
    """By metric its unit."""
    weak_defaults: NotRequired[list[WeakDefaultRow]]
    """The weak defaults that some point rests on; absent: an earlier version wrote it."""
    points: list[dict[str, Any]]
    """By point the value of each key."""
    inputs: dict[str, str]
    """By file that was read the digest of its content, hex digits."""
    outcome_digest: str
    """Digest of the outcomes of all replications, hex digits."""


@with_config(CLOSED)
class SweepHeadFile(TypedDict):
    """The description of a sweep under way, ``sweep.json`` in its folder of parts."""

    schema_version: int
    """Version of the format."""
    identity: SweepIdentity
    """What decides its figures."""
    complete: bool
    """Whether it is finished."""


@with_config(CLOSED)
class SweepFile(SweepHeadFile, SweepContent):
    """The description of a finished sweep, ``sweep.json`` in its folder."""
