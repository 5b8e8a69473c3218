"""Types of a plan's candidates: what can be decided, what each shows, and the nearest one."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.planning_types.intervals import KnownMean
from dialsim.results.planning_types.plan_promises import KeptPromise, PromiseProof, ProofState
from dialsim.results.result_types import CLOSED

PlanValue: TypeAlias = bool | int | float | str | None
"""A value of the scenario: a list or a table as text, None where the scenario says nothing."""
StruckReason = Literal["misses", "dominated", "out of reach", "invalid"]
"""Why a candidate was struck out."""


@with_config(CLOSED)
class PlanDecision(TypedDict):
    """One value of the scenario that can be decided."""

    key: str
    """Its path in the scenario."""
    said: str
    """What it is."""
    said_zh: str
    """The same in Chinese."""
    options: list[str]
    """What it can be."""
    prices: list[float]
    """What each option costs beside the scenario's prices."""
    present: PlanValue
    """What the scenario says."""
    chosen: PlanValue
    """What the plan says; None: also where there is no plan."""


@with_config(CLOSED)
class PlanChange(TypedDict):
    """A decision of the recommended plan."""

    key: str
    """Its path in the scenario."""
    said: str
    """What it is."""
    said_zh: str
    """The same in Chinese."""
    before: PlanValue
    """What the scenario says."""
    after: PlanValue
    """What the plan says."""
    price: float
    """What it costs beside the scenario's prices."""


@with_config(CLOSED)
class CandidateFigures(TypedDict):
    """What the runs of a candidate show, except its throughput."""

    values: dict[str, PlanValue]
    """By key its values."""
    runs: int
    """Runs of the search."""
    cost: float
    """Mean cost, in the plan's currency; of the plan itself that of its proof."""
    risk: float
    """Share of its runs with a suspension."""
    risk_high: float
    """Upper end of the 95 % interval of that share."""
    chances: list[float]
    """By promise the expected probability that it is kept."""
    struck: StruckReason | None
    """Why it was struck out; None: it was not."""


@with_config(CLOSED)
class PlanCandidate(CandidateFigures):
    """A candidate that was played."""

    throughput: float | None
    """Mean value of the first goal of at least some count; None: no such goal, or no value."""


@with_config(CLOSED)
class FrontierCandidate(CandidateFigures):
    """A candidate that none beats in throughput, risk and cost at once."""

    throughput: float
    """Mean value of the first goal of at least some count."""


@with_config(CLOSED)
class RecommendedPlan(TypedDict):
    """The cheapest certified plan."""

    changes: list[PlanChange]
    """What it decides."""
    cost: KnownMean
    """Its cost, in the plan's currency."""
    throughput: float | None
    """Mean value of the first goal of at least some count; None: no such goal, or no value."""
    promises: list[KeptPromise]
    """By promise its proof."""
    runs: int
    """Runs of the proof."""


@with_config(CLOSED)
class PlanFinalist(TypedDict):
    """A candidate that was put to the proof."""

    values: dict[str, PlanValue]
    """By key its values."""
    planned: int
    """Runs that its proof may take at most."""
    runs: int
    """Runs of its proof."""
    certified: bool
    """Whether every promise is proved."""
    state: ProofState
    """The same, or whether a promise is proved to be broken."""
    more: int | None
    """About how many further runs would certify it; None: no number, or none is needed."""
    cost: float | None
    """Mean cost, in the plan's currency; None: no run was played."""
    promises: list[PromiseProof]
    """By promise what the runs show."""


@with_config(CLOSED)
class GoOn(TypedDict):
    """How to continue a proof that is open."""

    values: dict[str, PlanValue]
    """By key the values of the candidate that is proved."""
    more: int
    """About how many further runs it takes."""
    proof_runs: int
    """Runs to allow for a proof."""
    command: str | None
    """The command; None: no command asked for the plan."""


# --- what comes nearest ---------------------------------------------------------------------------


@with_config(CLOSED)
class BrokenPromise(TypedDict):
    """A promise that a candidate does not keep, or is not proved to keep."""

    promise: int
    """Its place, from 0."""
    chance: float
    """Expected probability that it is kept; of a proof, the lower bound of it."""
    proved: bool
    """Whether the candidate was put to the proof."""
    state: Literal["likely", "broken", "open"]
    """``likely`` broken by the search alone; of a proof ``broken``, or not proved yet."""
    more: int | None
    """About how many further runs would certify it; None: no number, or there was no proof."""
    share: float
    """Expected probability that it is kept in a further run."""
    held: int
    """Runs in which it held."""
    runs: int
    """Runs played."""
    margin: float
    """Mean margin, relative to its bound."""
    wall: bool
    """Whether it is one that is never traded."""


@with_config(CLOSED)
class ScarcestResource(TypedDict):
    """The resource that limits a campaign most, by estimate, with the calculation."""

    campaign: str
    """Name of the campaign."""
    resource: str
    """What the resource is called."""
    resource_zh: str
    """The same in Chinese."""
    why: str
    """The calculation."""
    why_zh: str
    """The same in Chinese."""


@with_config(CLOSED)
class EndOfRange(TypedDict):
    """A decision whose value is the first or the last of those offered."""

    key: str
    """Its path in the scenario."""
    value: str
    """The value as text."""
    value_zh: str
    """The same in Chinese."""
    end: Literal["first", "last"]
    """Which end of the values."""


@with_config(CLOSED)
class PlanRemedy(TypedDict):
    """A lawful change that would help, by estimate."""

    sentence: str
    """What to do."""
    sentence_zh: str
    """The same in Chinese."""
    set: list[str]
    """Changes as ``--set`` takes them; empty where only a file or a filing can do it."""


@with_config(CLOSED)
class BlockingConstraints(TypedDict):
    """What keeps a candidate from its promises."""

    broken: list[BrokenPromise]
    """Promises that it does not keep."""
    resources: list[ScarcestResource]
    """By campaign the resource that limits it; empty: not estimated."""
    ends: list[EndOfRange]
    """Decisions at an end of their values."""
    remedies: list[PlanRemedy]
    """Lawful changes that would help."""


@with_config(CLOSED)
class NearestCandidate(PlanCandidate, BlockingConstraints):
    """The candidate that comes nearest to keeping every promise."""
