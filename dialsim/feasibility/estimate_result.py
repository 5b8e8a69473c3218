"""Types of the analytical estimate: what `dialsim check` returns about feasibility."""

from __future__ import annotations

from typing import Literal, NotRequired

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.feasibility.audience_result import IdleAgents, RetryGaps, WhoCanBeCalled
from dialsim.feasibility.complaint_result import ComplaintBudget
from dialsim.results.result_types import CLOSED
from dialsim.results.summary_types.lists import Scrubs
from dialsim.scenario.profiles.weak_defaults import WeakDefaultRow

Outlook = Literal["likely", "out of reach", "too close to tell", "not estimated"]
"""How likely a goal is met."""
ReasonForLess = Literal["calls_per_hour", "registration", "labels", "event", "stop"]
"""Why a run brings less than the estimate."""


# --- what resources allow -------------------------------------------------------------------------


@with_config(CLOSED)
class ResourceCapacity(TypedDict):
    """Attempts that a resource allows a campaign."""

    resource: str
    """Which, as of :mod:`dialsim.feasibility.resource_words`."""
    attempts: float
    """How many it allows."""
    why: str
    """The calculation."""
    why_zh: str
    """The same in Chinese."""
    per_day: float
    """Attempts on the average day."""


@with_config(CLOSED)
class ScarceResource(TypedDict):
    """A resource that campaigns share and that does not suffice for all of them."""

    resource: str
    """Which."""
    campaigns: list[str]
    """Names of the campaigns that share it."""
    attempts: float
    """Attempts that it allows them in all."""


@with_config(CLOSED)
class MeanRates(TypedDict):
    """Mean rates of a campaign's first attempts."""

    answered: float
    """Share of attempts that anything picks up."""
    dial_s: float
    """Seconds until an attempt is answered or ends."""
    handle_s: float
    """Seconds of talk and wrap-up, by call that an agent has."""


@with_config(CLOSED)
class CampaignEstimate(TypedDict):
    """The estimate of one campaign."""

    campaign: str
    """Its name."""
    open_hours: float
    """Hours in which somebody may be called and agents are at work."""
    days: int
    """Days on which that is so."""
    capacities: list[ResourceCapacity]
    """What each resource allows."""
    binding: str
    """The resource that allows least."""
    attempts: float
    """Attempts that this one allows."""
    expected: dict[str, float]
    """Expected metrics, with shared resources divided among campaigns."""
    shared: list[ScarceResource]
    """What it shares with others and does not suffice for all."""
    who: WhoCanBeCalled
    """Whom it can call."""
    gaps: RetryGaps
    """How long it waits before it calls a person again."""
    rates: MeanRates
    """Mean rates of its first attempts."""


@with_config(CLOSED)
class HeldBack(TypedDict):
    """A limit of the network because of which a run brings less than the estimate."""

    kind: ReasonForLess
    """Which kind of limit."""
    campaigns: list[str]
    """Names of the campaigns that it meets."""
    block: str | None
    """The block of caller IDs; None: of several."""
    measured: float
    """Calls or marks of a number; of an event the share of calls lost; of a stop its probability;
    of registration the attempts."""
    threshold: float | None
    """Calls or marks from which the network acts; None: of the other kinds."""
    sentence: str
    """The reason."""
    sentence_zh: str
    """The same in Chinese."""


# --- goals ----------------------------------------------------------------------------------------


@with_config(CLOSED)
class Remedy(TypedDict):
    """A lawful change that covers a shortage."""

    resources: list[str]
    """The scarce resources that it covers."""
    sentence: str
    """What to do."""
    sentence_zh: str
    """The same in Chinese."""
    set: list[str]
    """Changes as ``--set`` takes them; empty where only a file or a filing can do it."""
    value: float | None
    """The count that suffices; None: there is none."""


@with_config(CLOSED)
class SharedRemedy(Remedy):
    """A lawful change of a resource that several campaigns share."""

    attempts: float
    """Attempts that the resource allows."""
    needs: float
    """Attempts that the goal needs."""


@with_config(CLOSED)
class ShortResource(TypedDict):
    """A resource that allows fewer attempts than a goal needs."""

    resource: str
    """Which."""
    attempts: float
    """Attempts that it allows."""


@with_config(CLOSED)
class CampaignNeeds(TypedDict):
    """What a campaign has to do so that a goal is met."""

    campaign: str
    """Its name."""
    attempts: float | None
    """Attempts that it needs; None: no number of attempts suffices."""
    short: list[ShortResource]
    """Resources that allow fewer, the scarcest first."""
    people: NotRequired[float]
    """People whom it has to begin with; absent: no number of attempts suffices."""
    remedies: list[Remedy]
    """Lawful changes that cover the shortages."""


@with_config(CLOSED)
class GoalSoFar(TypedDict):
    """What a goal has by the calls before the run."""

    as_of: str
    """When the call history ends, ISO 8601."""
    value: float | None
    """What it has by then; None: not known."""
    expected: float | None
    """What the run is expected to add; None: nothing, or not estimated."""


@with_config(CLOSED)
class GoalEstimate(TypedDict):
    """The outlook of a goal."""

    metric: str
    """Key of its metric."""
    name: str
    """What it is called, with its campaign if the goal names one."""
    name_zh: str
    """The same in Chinese."""
    bound: Literal["at_least", "at_most"]
    """Which bound it is."""
    target: float
    """The bound."""
    by: str | None
    """When it is due, ISO 8601; None: at the end."""
    until: int
    """The same in ms from the start."""
    expected: float | None
    """Estimate of the metric; None: it is not estimated."""
    outlook: Outlook
    """How likely it is met."""
    unit: str
    """Unit of the metric."""
    favoured: float | None
    """What it reaches with priority over other campaigns; None: it gets none."""
    campaigns: list[CampaignNeeds]
    """What each campaign has to do; empty where it is met on average, or cannot be helped."""
    shared: list[SharedRemedy]
    """What campaigns share and does not suffice."""
    before: NotRequired[GoalSoFar]
    """What calls before the run brought; absent: there were none."""


# --- the whole ------------------------------------------------------------------------------------


@with_config(CLOSED)
class EstimateFigures(TypedDict):
    """An estimate without its conclusion."""

    name: str
    """Name of the scenario."""
    heading: str | None
    """Why it is no lawful plan; None: it may be one."""
    heading_zh: str | None
    """The same in Chinese."""
    campaigns: list[CampaignEstimate]
    """By campaign."""
    expected: dict[str, float | None]
    """Expected metrics of all campaigns; None: not estimated."""
    held_back: list[HeldBack]
    """Why a run brings less."""
    idle: list[IdleAgents]
    """Agents at work while no contact may be called."""
    complaints: ComplaintBudget | None
    """Complaints, expected and allowed; None: they are switched off."""
    goals: list[GoalEstimate]
    """The outlook of each goal."""
    scrubs: Scrubs | None
    """What is looked up at an operator; None: nothing."""
    notes: list[str]
    """What the estimate leaves out, bounds or assumes."""
    notes_zh: list[str]
    """The same in Chinese."""
    weak_defaults: list[WeakDefaultRow]
    """The weak defaults that it rests on."""


@with_config(CLOSED)
class Estimate(EstimateFigures):
    """The analytical estimate of a scenario's mean results."""

    conclusion: str
    """The conclusion in a sentence or two."""
    conclusion_zh: str
    """The same in Chinese."""
