"""Types of a load test: what `load.json` and ``dialsim bench load --json`` hold."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED
from dialsim.results.summary_types.run import Machine

Count = Literal["offered", "admitted", "deferred", "dropped", "censored"]
"""What becomes of dials: all offered ones are one of the others."""
COUNTS: tuple[Count, ...] = get_args(Count)
QuantilesMs = dict[str, float | None]
"""Times in ms by quantile, ``"p50"`` to ``"p99.99"`` and ``"max"``; None: there are no times."""
QuantileRangesMs = dict[str, list[float | None]]
"""By quantile, the least and the greatest of all runs, in ms."""


# --- the request ----------------------------------------------------------------------------------


@with_config(CLOSED)
class LoadSettings(TypedDict):
    """What was requested."""

    rates_per_s: list[float]
    """Rate of each step, in dials a second; of a search its first rate."""
    length_ms: int
    """Length of each step."""
    warm_up_ms: int
    """Length of the warm-up, which no figure includes."""
    arrivals: Literal["poisson", "even"]
    """How planned dials follow each other."""
    profile: Literal["full", "decision-only"]
    """With the network, or up to the dial alone."""
    runs: int
    """Number of runs."""
    hold_ms: int
    """Virtual time an offer waits for a missing resource."""
    deadline_ms: int | None
    """Lateness after which an offer is dropped; None: never."""
    drain_ms: int
    """Real time after the load for offers that are due but undecided."""
    lateness_ms: dict[str, float]
    """Greatest own lateness by quantile."""
    admitted: float | None
    """Least admitted share of offers; None: any."""
    find_limit: bool
    """Whether the highest passing rate is searched for."""
    smoke: bool
    """One run, which gives no verdict on capacity."""


# --- runs -----------------------------------------------------------------------------------------


@with_config(CLOSED)
class HeldOffers(TypedDict):
    """Waits of offers in virtual time for one cause."""

    share: float
    """Share of the decided offers that waited."""
    p50_ms: float
    """Median wait of all decided offers."""
    p99_ms: float
    """99 % quantile of it."""
    max_ms: float
    """Longest wait."""


@with_config(CLOSED)
class StageResult(TypedDict):
    """One step of one run."""

    stage: int
    """Its number, from 1."""
    rate_per_s: float
    """Planned dials a second."""
    offered: int
    """Offers: admitted, deferred, dropped and censored."""
    admitted: int
    """Offers whose call was placed."""
    deferred: int
    """Offers that lacked a resource until their hold was over."""
    dropped: int
    """Offers taken later than the deadline."""
    censored: int
    """Offers without a decision by the end."""
    deferred_for: dict[str, int]
    """Deferred offers by the last cause of their wait."""
    lateness_ms: QuantilesMs
    """Own lateness of decisions."""
    latency_ms: QuantilesMs
    """From the planned moment to the decision, with waits in virtual time."""
    at_least: bool
    """Some offers are censored, so that quantiles are lower bounds."""
    judged_ms: QuantilesMs
    """Quantiles of lateness that thresholds are judged by; None: among offers never taken."""
    held: dict[str, HeldOffers]
    """Waits by cause."""
    backlog_most: int
    """Most offers that were due and undecided."""
    backlog_slope_per_s: float | None
    """Growth of the backlog in offers a second; None: the step was too short."""
    backlog_grows: bool
    """Whether it grows significantly."""


@with_config(CLOSED)
class IntervalResult(TypedDict):
    """The offers planned within a second or so of a step."""

    stage: int
    """The step's number."""
    begin_s: float
    """Its beginning, in seconds from the start of the load with its warm-up."""
    end_s: float
    """Its end."""
    offered: int
    """Offers planned in it."""
    admitted: int
    """Of these, admitted, whenever that was."""
    deferred: int
    """Of these, deferred."""
    dropped: int
    """Of these, dropped."""
    censored: int
    """Of these, without a decision by the end."""
    lateness_ms: QuantilesMs
    """Own lateness: p50, p99 and max."""
    latency_ms: QuantilesMs
    """Latency: p50, p99 and max."""


@with_config(CLOSED)
class RunResult(TypedDict):
    """One run of the load."""

    stages: list[StageResult]
    """Its measured steps."""
    heartbeat_ms: QuantilesMs
    """Lateness of a heartbeat, which depends on the machine alone."""
    void: bool
    """The heartbeat was so late that the figures are those of the machine."""
    slices: dict[str, float]
    """Lengths of the scheduler's slices: quantiles in ms, and their number."""
    engine_seconds: float
    """Seconds in the engine."""
    digest: str | None
    """Outcome digest; None: not every offer was decided."""
    interrupted: bool
    """It was stopped before its end."""
    begun_at_s: float
    """When its load began, in seconds since 1970."""
    intervals: list[IntervalResult]
    """Its steps by interval; empty for a load measured by an earlier version."""


# --- all runs together ----------------------------------------------------------------------------


@with_config(CLOSED)
class StepResult(TypedDict):
    """One step of all runs: the least and the most of each figure."""

    stage: int
    """Its number, from 1."""
    rate_per_s: float
    """Planned dials a second."""
    rate: str
    """The same as a page shows it."""
    runs: int
    """Number of runs that have it."""
    offered: list[int]
    """Offers, least and most."""
    admitted: list[int]
    """Admitted ones, least and most."""
    deferred: list[int]
    """Deferred ones, least and most."""
    dropped: list[int]
    """Dropped ones, least and most."""
    censored: list[int]
    """Censored ones, least and most."""
    deferred_for: dict[str, float]
    """Deferred offers by cause, the most of all runs."""
    lateness_ms: QuantileRangesMs
    """Own lateness of decisions."""
    latency_ms: QuantileRangesMs
    """From the planned moment to the decision."""
    held: dict[str, HeldOffers]
    """Waits by cause, the most of all runs."""
    at_least: int
    """Number of runs whose quantiles are lower bounds."""
    backlog_most: list[float | None]
    """Most offers that were due and undecided, least and most."""
    backlog_slope_per_s: list[float | None]
    """Growth of the backlog, least and most."""
    backlog_grows: int
    """Number of runs in which it grows."""


@with_config(CLOSED)
class ThresholdResult(TypedDict):
    """A threshold at one step."""

    stage: int
    """The step's number."""
    rate_per_s: float
    """Its rate."""
    name: str
    """``"lateness p99"`` or ``"admitted"``."""
    worst: float | None
    """The worst value of all runs; None: some run has none."""
    limit: float
    """The greatest lateness in ms, or the least admitted share."""
    met: bool
    """Whether every run keeps it."""
    unknown: bool
    """The quantile lies among offers that were dropped or never taken."""
    rate: str
    """The rate as a page shows it."""


@with_config(CLOSED)
class TrialResult(TypedDict):
    """One run of a search for the limit."""

    rate_per_s: float
    """Its rate."""
    passed: bool
    """Whether it passed."""
    void: bool
    """The machine disturbed it."""
    lateness_ms: float | None
    """p99 of own lateness."""
    backlog_slope_per_s: float | None
    """Growth of the backlog."""
    why: str | None
    """Why it failed; None: it passed."""
    admitted: float | None
    """Share of its offers that were placed; None: there were none."""


@with_config(CLOSED)
class LimitResult(TypedDict):
    """The result of a search."""

    last_pass_per_s: float | None
    """Highest rate that passed; None: none did."""
    first_fail_per_s: float | None
    """Lowest rate that failed; None: none did."""
    complete: bool
    """Whether the search came to its end."""
    void: bool
    """The machine disturbed some run each time it was repeated."""
    ended_by: str | None
    """Why no higher rate was tried although the last one passed."""
    tried: list[TrialResult]
    """Every run in order."""


@with_config(CLOSED)
class LoadResult(TypedDict):
    """A load test."""

    scenario: str
    """Name of the scenario."""
    seed: int
    """Seed of behaviour and of the planned instants."""
    asked: LoadSettings
    """The request."""
    complete: bool
    """Whether every run, or the search, came to its end."""
    void: str | None
    """Why the figures are those of the machine; None: they are valid."""
    met: bool
    """Whether every threshold is met, or a rate passes."""
    behind: str | None
    """Lowest rate that the machine sustained in no run; None: it sustained all."""
    thresholds: list[ThresholdResult]
    """Every threshold at every step."""
    steps: list[StepResult]
    """By step, all runs."""
    runs: list[RunResult]
    """Every run."""
    limit: LimitResult | None
    """The result of a search; None: there was none."""
    digest: str | None
    """Outcome digest of every run without drops."""
    guard_lifted: bool
    """The abandon guard was disabled: more calls at once than a scenario may have agents."""
    machine: Machine
    """Where it was measured."""
