"""Types of a comparison: what `dialsim compare` returns of two scenarios or two runs."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.comparison.goal_result import GoalCompared, GoalOfOneSide
from dialsim.results.comparison.metric_result import (
    ChanceCompared,
    EventCompared,
    MetricCompared,
)
from dialsim.results.result_types import CLOSED
from dialsim.results.weak_defaults import WeakDefaultOfSide


@with_config(CLOSED)
class SideResult(TypedDict):
    """One side of a comparison."""

    label: str
    """As the user named it: a path, or the scenario's name."""
    name: str
    """Name of the scenario."""
    seed: int
    """Seed of the scenario."""
    digest: str
    """Digest of the scenario, as that of a run's folder; empty: an old summary has none."""
    heading: str | None
    """Why it is no lawful plan; None: it may be one."""


@with_config(CLOSED)
class Headings(TypedDict):
    """Why either side is no lawful plan."""

    a: str | None
    """Of A; None: it may be one."""
    b: str | None
    """Of B; None: it may be one."""


@with_config(CLOSED)
class ChangedValue(TypedDict):
    """A difference between two scenarios."""

    where: Literal["scenario", "rules", "network", "operators"]
    """The scenario, or the profile whose value it is."""
    path: str
    """As ``--set`` takes it; of a profile the value's name."""
    before: Any
    """Value in A, as a file has it; None: absent."""
    after: Any
    """Value in B, as a file has it; None: absent."""


@with_config(CLOSED)
class OtherDifference(TypedDict):
    """A difference beside the scenario: of a file, a version or a table of the machine."""

    what: str
    """What differs."""
    name: str
    """Which: the file's name in the scenario, or a key."""
    before: str | int | None
    """Of A: a digest, a version or a number; None: not known."""
    after: str | int | None
    """Of B."""


@with_config(CLOSED)
class DigestsOfSides(TypedDict):
    """Digests of the outcomes of both sides."""

    a: list[str]
    """Of A, by replication."""
    b: list[str]
    """Of B, by replication."""


@with_config(CLOSED)
class ComparisonFigures(TypedDict):
    """A comparison without its verdict. Every difference is B less A."""

    kind: Literal["scenarios", "runs"]
    """What is compared."""
    a: SideResult
    """The first."""
    b: SideResult
    """The second."""
    headings: Headings
    """Why either is no lawful plan."""
    wanted: int
    """Requested pairs; 1 of two runs."""
    replications: list[int]
    """Numbers of the pairs that are complete."""
    complete: bool
    """Whether all requested pairs, or both runs, are complete."""
    level: float
    """Level of all intervals, as a share."""
    same: bool
    """Whether both are the same, so that nothing can differ."""
    changes: list[ChangedValue]
    """Differences of the scenarios."""
    others: list[OtherDifference]
    """Differences beside the scenarios."""
    notes: list[str]
    """How the comparison was made."""
    again: str | None
    """Of two runs the command that simulates both in pairs; None: there is no need."""
    goals: list[GoalCompared]
    """Goals and hard limits that both have."""
    only_a: list[GoalOfOneSide]
    """Goals of A alone."""
    only_b: list[GoalOfOneSide]
    """Goals of B alone."""
    metrics: dict[str, MetricCompared]
    """Metrics that both have, by key."""
    happened: dict[str, EventCompared]
    """Pairs with suspensions, stops and reviews, by event; empty: these are runs."""
    suspensions: dict[str, ChanceCompared]
    """Probabilities of the same; empty: they were not requested."""
    weak_defaults: list[WeakDefaultOfSide]
    """The weak defaults that either rests on."""
    digests: DigestsOfSides
    """Digests of the outcomes."""


@with_config(CLOSED)
class ComparisonVerdict(TypedDict):
    """The verdict of a comparison."""

    sentence: str
    """For the head of the page."""
    better: list[str]
    """Names of goals and hard limits in which B is significantly better."""
    worse: list[str]
    """Names of goals and hard limits in which B is significantly worse."""
    untold: list[str]
    """Names of goals and hard limits without a significant difference."""
    metrics_differ: list[str]
    """Keys of metrics with a significant difference."""
    exit_code: int
    """1: B is worse in a goal or a hard limit, or no lawful plan; else 0."""


@with_config(CLOSED)
class ComparisonResult(ComparisonFigures):
    """Two scenarios over pairs of replications, or two runs."""

    verdict: ComparisonVerdict
    """What it comes to."""
