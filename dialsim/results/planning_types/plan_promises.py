"""Types of a plan's promises: what was promised, and what runs prove of it."""

from __future__ import annotations

from typing import Literal

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.goals import ExpectedAfterLog
from dialsim.results.planning_types.intervals import KnownMean, KnownShare
from dialsim.results.result_types import CLOSED
from dialsim.results.summary_types.results import GoalBefore

ProofBasis = Literal["count", "chance"]
"""By what a promise is proved: by the runs that kept it, or by the chance of a break as well."""
ProofState = Literal["certified", "open", "broken"]
"""What runs prove: that all is kept, nothing yet, or that something is broken."""


@with_config(CLOSED)
class PromiseLog(TypedDict):
    """What a goal counts of the time before the plan."""

    unit: str
    """Unit of the goal."""
    before: GoalBefore | ExpectedAfterLog
    """What a call log has, and what the runs of the proof add on average."""


@with_config(CLOSED)
class PlanPromise(TypedDict):
    """One condition that the plan must keep."""

    key: str
    """``goal_1`` and so on, ``walls``, ``any_suspension`` or ``enterprise_stop``."""
    network: str
    """Name of the network under which it must hold."""
    name: str
    """What it is called."""
    name_zh: str
    """The same in Chinese."""
    probability: float
    """With which it must hold."""
    log: PromiseLog | None
    """What of it a call log has; None: it is no goal, or there is no log."""


@with_config(CLOSED)
class ProofFigures(TypedDict):
    """What runs that decided nothing before show of a promise, except how often it held."""

    promise: str
    """Key of the promise."""
    probability: float
    """With which it must hold."""
    runs: int
    """Runs played."""
    held: int
    """Runs in which it held."""
    least: float
    """Lower confidence bound of the chance that it holds, whenever one looks."""
    basis: ProofBasis
    """By what it is judged."""
    spread: bool
    """Whether the proof assumes how far the chances of a stop by complaints vary."""
    certified: bool
    """Whether it is proved to hold."""
    state: ProofState
    """The same, or whether it is proved to be broken."""
    more: int | None
    """About how many further runs would certify it; None: no number, or none is needed."""


@with_config(CLOSED)
class PromiseProof(ProofFigures):
    """What the runs of a proof show of a promise, also of one stopped before the first run."""

    share: float | None
    """Share of runs in which it held; None: no run was played."""
    high: float | None
    """Upper end of its 95 % interval; None: no run was played."""


@with_config(CLOSED)
class KeptPromise(ProofFigures):
    """What one run or more show of a promise."""

    share: float
    """Share of runs in which it held."""
    high: float
    """Upper end of its 95 % interval."""


@with_config(CLOSED)
class Reviews(TypedDict):
    """In how many runs of the proof a review of the enterprise was opened."""

    runs: int
    """Runs of the proof."""
    hits: int
    """Runs with a review; of a plan for the rest, one opened after the moment."""
    share: KnownShare
    """Share of these."""
    by_calls: KnownMean | None
    """Mean probability of a review given the calls made; None: not known."""
    stood_still: int
    """Runs in which a review stopped every number."""


@with_config(CLOSED)
class PromisesElsewhere(TypedDict):
    """What the plan keeps under another network profile, for which it promises nothing."""

    profile: str
    """Name of the profile."""
    promises: list[KeptPromise]
    """By promise what its runs show."""


@with_config(CLOSED)
class BindingResource(TypedDict):
    """The resource that limits a campaign most, by estimate."""

    campaign: str
    """Name of the campaign."""
    resource: str
    """What the resource is called."""
    resource_zh: str
    """The same in Chinese."""


@with_config(CLOSED)
class PlanBinding(TypedDict):
    """What limits a plan."""

    promise: int | None
    """Place of the promise with the least margin, from 0; None: no margin varies."""
    margin: float | None
    """Its mean margin, relative to its bound; None: likewise."""
    resources: list[BindingResource]
    """By campaign the binding resource; empty: not estimated."""


@with_config(CLOSED)
class PromisePrice(TypedDict):
    """What a plan would cost less without one of its promises."""

    promise: int
    """Place of the promise, from 0."""
    saved: float
    """By how much the cheapest candidate played that keeps the others is cheaper, at least."""
