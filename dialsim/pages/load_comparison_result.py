"""Types of a comparison of load tests: what ``dialsim bench compare --json`` prints."""

from __future__ import annotations

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED


@with_config(CLOSED)
class ComparedLoad(TypedDict):
    """One of the two load tests."""

    place: str
    """Its file or folder."""
    runs: int
    """Its whole runs."""
    complete: bool
    """Whether all its runs came to their end."""
    void: str | None
    """Why its figures are those of the machine; None: they are valid."""
    machine: str
    """Where it was measured: system and processor."""
    cores: int | None
    """Processors of that machine; None: not known."""


@with_config(CLOSED)
class ComparedFigure(TypedDict):
    """A figure of a step in both load tests."""

    name: str
    """``"lateness p99"``, ``"reached"`` or ``"admitted"``."""
    unit: str
    """``"ms"``, ``"dials/s"`` or ``"share"``."""
    first: float | None
    """Mean of the runs of the first; None: none has it."""
    second: float | None
    """Mean of the runs of the second; None: none has it."""
    change: float | None
    """Second less first."""
    low: float | None
    """Lower end of its 95 % interval; None: a load test has fewer than two runs."""
    high: float | None
    """Upper end."""
    p: float | None
    """p value of Welch's test, adjusted by Holm over all figures; None: nothing to test."""
    significant: bool
    """Whether the difference is significant, or the same in every run and not 0."""
    worse: bool
    """Whether it is significant, and the second is the worse one."""


@with_config(CLOSED)
class ComparedStep(TypedDict):
    """A step of both load tests."""

    stage: int
    """Its number, from 1."""
    rate_per_s: float
    """Planned dials a second."""
    rate: str
    """The same as a page shows it."""
    runs: list[int]
    """Runs that have it, of the first and of the second."""
    figures: list[ComparedFigure]
    """Its figures."""


@with_config(CLOSED)
class LoadComparisonResult(TypedDict):
    """A comparison of two load tests."""

    scenario: str
    """Name of their scenario."""
    seed: int
    """Their seed."""
    first: ComparedLoad
    """The one that is compared with."""
    second: ComparedLoad
    """The one that is judged."""
    steps: list[ComparedStep]
    """By step."""
    worse: bool
    """Whether the second is significantly worse in any figure."""
    tests: int
    """Figures that were tested."""
