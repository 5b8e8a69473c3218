"""Types of a plan: the plan with its proof, candidates, and what becomes of it elsewhere."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.planning_types.intervals import KnownShare
from dialsim.results.planning_types.plan_candidates import (
    BrokenPromise,
    FrontierCandidate,
    GoOn,
    NearestCandidate,
    PlanCandidate,
    PlanDecision,
    PlanFinalist,
    RecommendedPlan,
    StruckReason,
)
from dialsim.results.planning_types.plan_promises import (
    KeptPromise,
    PlanBinding,
    PlanPromise,
    PromisePrice,
    PromisesElsewhere,
    ProofState,
    Reviews,
)
from dialsim.results.planning_types.replan import PlanStart
from dialsim.results.result_types import CLOSED
from dialsim.scenario.profiles.profile import Confidence
from dialsim.scenario.profiles.weak_defaults import WeakDefaultRow


@with_config(CLOSED)
class ProofCost(TypedDict):
    """How many runs the proof of a promise takes."""

    probability: float
    """With which the promise must hold."""
    least: int
    """Runs of a plan that never fails."""
    usual: int
    """Runs of a plan that fails 0.4 times as often as it may."""


@with_config(CLOSED)
class PlanForecast(TypedDict):
    """What making a plan takes."""

    candidates: int
    """Combinations of all options."""
    within_reach: int
    """Combinations within reach by estimate."""
    search_runs: list[int]
    """Runs of the search, fewest and most."""
    certificates: list[ProofCost]
    """By probability that is promised how many runs prove it."""
    verify_runs: list[int]
    """Runs of the proof, with one finalist and with most finalists."""
    proof_runs: int
    """Runs that may be played to prove one candidate."""
    run_seconds: float
    """Seconds a run takes on this machine."""
    workers: int
    """Runs played at a time."""
    seconds: list[float]
    """Seconds in all, with one finalist and with most finalists."""
    times: list[str]
    """The same as text."""
    times_zh: list[str]
    """The same in Chinese."""


@with_config(CLOSED)
class UnpricedInput(TypedDict):
    """An input without a price, which the plan takes as free."""

    what: str
    """``minutes``, ``attempts``, ``numbers``, ``agents``, ``scrubs`` or ``once``."""
    whose: str
    """The trunk, block or group it is of; empty: the campaign's."""


@with_config(CLOSED)
class SuspendedWithoutCalls(KnownShare):
    """Share of runs in which a further number is suspended if all calling ends."""

    runs: int
    """Runs played."""


@with_config(CLOSED)
class InvalidCandidates(TypedDict):
    """Candidates that are no valid scenario."""

    count: int
    """How many."""
    all: bool
    """Whether every candidate was looked at."""
    reason: str
    """Why the first is invalid."""


# --- under other networks -------------------------------------------------------------------------


@with_config(CLOSED)
class PromiseBrokenElsewhere(PlanPromise, BrokenPromise):
    """A promise that the nearest candidate breaks under one of several networks."""


@with_config(CLOSED)
class PromiseUnderAssumption(TypedDict):
    """A promise that the plan breaks at one end of an assumption's range."""

    promise: int
    """Its place, from 0."""
    chance: float
    """Expected probability that it is kept there."""


@with_config(CLOSED)
class BreakingAssumption(TypedDict):
    """An end of an assumption's range at which the plan breaks a promise."""

    key: str
    """Name of the network value."""
    value: Any
    """The value in force, as its profile writes it."""
    unit: str
    """Its unit."""
    confidence: Confidence
    """How well it is known."""
    end: Any
    """The end of its range, in the form of the value; of a shape, the multiplier."""
    runs: int
    """Runs played there."""
    broken: list[PromiseUnderAssumption]
    """Promises that it breaks."""
    measure: str
    """How the value can be measured."""
    measure_zh: str
    """The same in Chinese."""


@with_config(CLOSED)
class RobustPlan(TypedDict):
    """What becomes of a plan under every network."""

    networks: list[str]
    """Names of the networks."""
    networks_zh: list[str]
    """The same in Chinese."""
    certified: bool
    """Whether a plan is certified under all of them."""
    plan: PlanResult | None
    """The plan for all of them, or why there is none; None: it was stopped before."""
    broken: list[PromiseBrokenElsewhere]
    """Promises that its nearest candidate breaks; empty: it is certified."""
    tried: int
    """Ends of assumptions that were tried."""
    breaking: list[BreakingAssumption]
    """Those that break the plan, the worst first."""


# --- the whole ------------------------------------------------------------------------------------


@with_config(CLOSED)
class PlanResult(TypedDict):
    """The cheapest plan that keeps every promise, or why there is none."""

    name: str
    """Name of the scenario."""
    here: PlanStart | None
    """What had happened before the plan holds; None: it holds from the start."""
    without_calls: SuspendedWithoutCalls | None
    """What follows if calling ends at that moment; None: not known, or it holds from the start."""
    seed: int
    """Seed of the scenario."""
    people: Literal["redrawn", "fixed"] | None
    """Whether replications drew the people anew or shared them."""
    profile: str
    """Its network profile."""
    currency: str
    """Currency of every cost."""
    unpriced: list[UnpricedInput]
    """Inputs without a price."""
    complete: bool
    """Whether it was not stopped."""
    certified: bool
    """Whether a plan keeps every promise, as far as runs can prove it."""
    state: ProofState
    """The same; ``open``: further runs may prove a plan."""
    proof_runs: int
    """Runs that may be played to prove one candidate."""
    go_on: GoOn | None
    """How to continue the proof; None: nothing is to be continued."""
    confidence: float
    """Of every certificate, from 0 to 1."""
    spread: float
    """How many times the square of the mean chance of a stop the mean of the squares is at most."""
    decisions: list[PlanDecision]
    """What can be decided."""
    promises: list[PlanPromise]
    """What must hold, network by network."""
    recommended: RecommendedPlan | None
    """The plan; None: there is none."""
    finalists: list[PlanFinalist]
    """Candidates that were put to the proof, in order."""
    reviews: Reviews | None
    """Reviews in the runs of the last proof; None: there was none."""
    holdout: list[KeptPromise]
    """By promise what further runs of the plan show; empty: none were played."""
    elsewhere: list[PromisesElsewhere]
    """By other profile what the plan keeps there."""
    frontier: list[FrontierCandidate]
    """Candidates that none beats in throughput, risk and cost at once, the cheapest first."""
    binding: PlanBinding | None
    """What limits the plan; None: there is none."""
    prices: list[PromisePrice]
    """By promise what the plan would cost less without it; empty: there is no plan."""
    nearest: NearestCandidate | None
    """The candidate that comes nearest; None: there is a plan, or it was stopped."""
    candidates: list[PlanCandidate]
    """Candidates that were played."""
    struck: dict[StruckReason, int]
    """By reason how many candidates were struck out."""
    invalid: InvalidCandidates | None
    """Candidates that are no valid scenario; None: all are."""
    searched: int
    """Candidates played in the search."""
    robust: RobustPlan | None
    """What becomes of the plan under every network; None: not asked."""
    forecast: PlanForecast
    """What making it was expected to take."""
    weak_defaults: list[WeakDefaultRow]
    """The weak defaults that it rests on."""
    runs: int
    """Runs played."""
    seconds: float
    """Seconds it took."""
