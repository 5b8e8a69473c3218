"""Types of the trace of an intervention: its figure, causes and consequences."""

from __future__ import annotations

from typing import Any, Literal, final

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.explanations.recount import Agreement
from dialsim.results.result_types import CLOSED

FromTo = TypedDict("FromTo", {"from": str, "to": str})
"""Two moments, ISO 8601."""


@with_config(CLOSED)
class InterventionBrief(TypedDict):
    """An intervention in brief."""

    number: int
    """Its row in the table of interventions, from 0."""
    time: str
    """When it took effect, ISO 8601."""
    action: str
    """Code of the action."""
    action_name: str
    """What it is called."""
    rule: str
    """Code of the rule."""
    rule_name: str
    """What it is called."""
    target: str
    """Kind of what it is about."""
    target_name: str
    """What it is about."""
    caller: str | None
    """The caller ID; None: it is about none alone."""
    operator: str
    """Who acted."""
    noticed: bool
    """Whether the dialer was formally notified."""
    until: str | None
    """When it ends, ISO 8601; None: its end is not known."""
    sentence: str
    """All that in a sentence."""


@with_config(CLOSED)
class NamedValue(TypedDict):
    """A value of a profile or of the scenario that an intervention rests on."""

    key: str
    """Its key."""
    value: Any
    """The value."""
    unit: str
    """Its unit."""
    source: str
    """Ids of its sources; what of the scenario says it."""
    confidence: str
    """How well it is known; ``scenario`` of the scenario's."""
    note: str
    """Its description."""


@with_config(CLOSED)
class BreakingCall(TypedDict):
    """The last event that was counted."""

    time: str
    """When it was, ISO 8601."""
    person: int
    """Row of the person."""
    caller: str
    """The caller ID."""
    one_of: int
    """Events in that millisecond."""


@with_config(CLOSED)
class RecountedFigure(FromTo):
    """The logged figure of an intervention beside the recounted one; the window is between."""

    intervention: int
    """The intervention by which it was logged."""
    buckets: int | None
    """Parts of the window that age together; None: it ages by days."""
    unit: str
    """Its unit."""
    scale: int
    """By how much it is multiplied."""
    logged: int
    """The logged figure."""
    threshold: int
    """The threshold."""
    counted: int
    """The recounted figure."""
    lowest: int
    """The lowest that is possible, for calls of one millisecond."""
    highest: int
    """The highest."""
    agreement: Agreement
    """Whether both agree, and if not, why."""
    numbers: int
    """Caller IDs that were counted together."""
    of: int | None
    """Denominator of a share or a rate; None: it is a count."""
    counts: str
    """What the rule counts."""
    before: int
    """Counted calls before the run, or complaints about such calls."""
    of_before: int
    """Calls before the run in the denominator."""
    stated: int | None
    """What the states of caller IDs say of it; None: nothing."""
    breaking: BreakingCall | None
    """The last event that was counted; None: not known."""


@with_config(CLOSED)
class EventOfCall(TypedDict):
    """Something that a person did, and the call before it."""

    time: str
    """When, ISO 8601."""
    event: str
    """Code of the event."""
    event_name: str
    """What it is called."""
    person: int
    """Row of the person."""
    caller: str
    """The caller ID that had called."""
    call_time: str
    """When it had, ISO 8601."""


@final
@with_config(CLOSED)
class PersonEvent(EventOfCall):
    """What a person did after a call, other than a complaint."""


@with_config(CLOSED)
class ExplainedComplaint(EventOfCall):
    """A complaint with its call and the course of its case."""

    before_run: bool
    """Whether the call was before the run."""
    counts: str
    """When it counts, ISO 8601."""
    acted_on: str | None
    """When the operator acts on it, ISO 8601; None: it does not."""
    investigated: str | None
    """When it is investigated, ISO 8601; None: it is not."""
    interventions: list[InterventionBrief]
    """What the network did then."""


@with_config(CLOSED)
class EarlierEvents(TypedDict):
    """What happened to the same caller IDs before an intervention."""

    interventions: list[InterventionBrief]
    """Earlier interventions."""
    complaints: list[ExplainedComplaint]
    """Complaints."""
    complaints_before_run: int
    """How many of these are about calls before the run."""
    marks: int
    """Marks by callees."""


@with_config(CLOSED)
class Consequences(TypedDict):
    """What followed an intervention."""

    until: str | None
    """How long it was in force, ISO 8601; None: it has no duration."""
    to_the_end: bool
    """Whether it was in force to the end."""
    ended_by: InterventionBrief | None
    """What ended it; None: nothing, or its own term."""
    lasted_ms: int
    """How long it was in force."""
    numbers: int
    """Caller IDs in use."""
    attempts: int
    """Attempts from these meanwhile."""
    lost: int
    """How many it took."""
    lost_by: list[str]
    """What these failed by."""
    seen: dict[str, int]
    """How the dialer saw them."""
    answered_before: float | None
    """Share of delivered calls that were answered before; None: none was delivered."""
    answered_after: float | None
    """The same afterwards."""
    taken_out: bool
    """Whether the dialer stopped using the caller IDs."""


@with_config(CLOSED)
class InterventionTrace(InterventionBrief):
    """An intervention with everything that explains it."""

    kind: Literal["intervention"]
    """What is explained."""
    figure: RecountedFigure | None
    """Its figure; None: it has none."""
    values: list[NamedValue]
    """Values that it rests on, the threshold first."""
    before: EarlierEvents
    """What happened before."""
    after: Consequences | None
    """What followed; None: nothing is in force after it."""
    avoid: list[str]
    """What avoids it."""


@with_config(CLOSED)
class RunOverview(TypedDict):
    """Every intervention of a run in brief."""

    kind: Literal["run"]
    """What is explained."""
    caller_ids: int
    """How many there are."""
    interventions: list[InterventionBrief]
    """What the network did."""
