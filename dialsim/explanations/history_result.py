"""Types of the history of a caller ID and of a person, and of an explanation with its run."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.explanations.intervention_result import (
    ExplainedComplaint,
    FromTo,
    InterventionBrief,
    InterventionTrace,
    RecountedFigure,
    RunOverview,
)
from dialsim.results.result_types import CLOSED

# --- before the run -------------------------------------------------------------------------------


@with_config(CLOSED)
class EarlierCall(TypedDict):
    """A call before the run."""

    time: str | None
    """When it was, ISO 8601; None: not known."""
    campaign: str
    """The campaign."""
    caller: str | None
    """The caller ID; None: not known."""
    seen: str | None
    """How the dialer saw it; None: not known."""
    seen_name: str | None
    """What that is called."""


@with_config(CLOSED)
class EarlierLead(TypedDict):
    """A person in a campaign before the run."""

    campaign: str
    """The campaign."""
    calls: int
    """Calls that it made."""
    at_most: int
    """How many it makes at most."""
    last: EarlierCall
    """The last of them."""
    then: Literal["done", "retry"]
    """What followed."""
    reason: str | None
    """Why it was done with the person; None: it was not."""
    not_before: str | None
    """From when on it tries again, ISO 8601; None: at once."""


@with_config(CLOSED)
class PersonBefore(TypedDict):
    """The call history of a person before the run."""

    until: str
    """When the run began, ISO 8601."""
    calls: list[EarlierCall]
    """The calls."""
    other_attempts: int
    """Attempts by other campaigns, which count for limits alone."""
    leads: list[EarlierLead]
    """The person in each campaign."""


@with_config(CLOSED)
class CallerBefore(TypedDict):
    """The call history of a caller ID before the run."""

    until: str
    """When the run began, ISO 8601."""
    calls: int
    """Calls from it."""
    calls_in_campaigns: int
    """How many of these the run's campaigns made."""
    first_call: str | None
    """The first, ISO 8601; None: not known."""
    last_call: str | None
    """The last, ISO 8601; None: not known."""
    last: EarlierCall | None
    """The last of the run's campaigns; None: there is none."""
    stated: dict[str, int | bool]
    """What the file of caller ID states says, by column."""
    closed: bool
    """Whether it was closed."""
    complaints: int
    """Complaints about calls of the run's campaigns."""


# --- a caller ID ----------------------------------------------------------------------------------


@with_config(CLOSED)
class CallerCounts(TypedDict):
    """Counts of a caller ID's attempts and of people's reactions to them."""

    attempts: int
    """Attempts."""
    delivered: int
    """Attempts that were delivered."""
    answered: int
    """Attempts that were answered."""
    refused: int
    """Attempts that the network refused."""
    marks: int
    """Marks by callees."""
    complaints: int
    """Complaints."""
    opt_outs: int
    """People who asked not to be called again."""


@with_config(CLOSED)
class StateInDay(FromTo):
    """A state of a caller ID within a day."""

    action: str
    """Code of the action that it follows from; ``none``: clear."""


@with_config(CLOSED)
class CallerState(StateInDay):
    """A state of a caller ID."""

    action_name: str
    """What it is called."""


@with_config(CLOSED)
class CallerDay(CallerCounts):
    """A day of a caller ID."""

    day: str
    """The day, ISO 8601."""
    states: list[StateInDay]
    """Its states on that day."""


@with_config(CLOSED)
class TakenOut(TypedDict):
    """When and why the dialer stopped using a caller ID."""

    time: str
    """When, ISO 8601."""
    why: str
    """Code of the reason."""
    rejections: int | None
    """Line rejections in a row; None: another reason."""
    intervention: int | None
    """The intervention that it was notified of; None: another reason."""


@with_config(CLOSED)
class CallerIntervention(InterventionBrief):
    """An intervention on a caller ID, with its figure."""

    figure: RecountedFigure | None
    """Its figure; None: it has none."""


_Class = TypedDict("_Class", {"class": str})


@with_config(CLOSED)
class CallerTimeline(_Class):
    """The history of a caller ID; ``class`` is that of the number."""

    kind: Literal["caller"]
    """What is explained."""
    caller: str
    """Its name."""
    number: int
    """Its number in the run, from 1."""
    caller_ids: int
    """How many there are."""
    block: str
    """Name of its block."""
    ordinal: int
    """Its number in the block, from 1."""
    block_count: int
    """How many are in the block."""
    class_name: str
    """What its class is called."""
    registered: bool
    """Whether it is registered."""
    operator: str
    """Operator of its trunk."""
    trunk: str
    """Name of its trunk."""
    filed: dict[str, Any] | None
    """What it is filed for, as the scenario writes it; None: it is not."""
    display_name: str | None
    """The name that it shows; None: none."""
    before: CallerBefore | None
    """Its call history; None: there is none."""
    first_call: str | None
    """Its first call in the run, ISO 8601; None: there is none."""
    last_call: str | None
    """Its last call, ISO 8601; None: there is none."""
    ends: str
    """When the run's aftermath ends, ISO 8601."""
    totals: CallerCounts
    """Counts of the run."""
    days: list[CallerDay]
    """The same by day."""
    states: list[CallerState]
    """Its states, one after another."""
    labelled: str | None
    """Since when it has a label, ISO 8601; None: it has none."""
    taken_out: TakenOut | None
    """When the dialer stopped using it; None: it did not."""
    interventions: list[CallerIntervention]
    """What the network did to it."""
    complaints: list[ExplainedComplaint]
    """Complaints about its calls."""


# --- an explanation with its run ------------------------------------------------------------------


@with_config(CLOSED)
class ExplainedRun(TypedDict):
    """The run that is explained."""

    name: str
    """Name of its scenario."""
    seed: int
    """Its seed."""
    folder: str | None
    """Its folder; None: it is in memory."""
    complete: bool
    """Whether it was simulated to its end."""
    reached: NotRequired[str | None]
    """How far it came, ISO 8601; None: to its end."""
    same_values: bool
    """Whether profiles and rules have the values of the run."""
    version: str | None
    """The version of dialsim that made it."""


@with_config(CLOSED)
class OfRun(TypedDict):
    """What every explanation of a run has."""

    run: ExplainedRun
    """The run."""


@with_config(CLOSED)
class InterventionExplained(InterventionTrace, OfRun):
    """The explanation of an intervention."""


@with_config(CLOSED)
class CallerExplained(CallerTimeline, OfRun):
    """The explanation of a caller ID."""


@with_config(CLOSED)
class RunExplained(RunOverview, OfRun):
    """The explanation of a run."""
