"""Results in a summary: goals, metrics, waterfall, binding constraints."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED
from dialsim.results.summary_types.texts import StoredText
from dialsim.results.summary_types.units import (
    Calls,
    CallsAnHour,
    Confidence,
    Goals,
    Hour,
    Hours,
    InUnit,
    Leads,
    LocalMoment,
    People,
    Place,
    Ratio,
    Seconds,
    Share,
    Times,
    unit,
)


@with_config(CLOSED)
class Verdict(TypedDict):
    """How the goals stand in all."""

    met: Goals
    """Goals met."""
    missed: Goals
    """Goals missed."""
    undecided: Goals
    """Goals not judged: broken off before, or nothing to divide by."""
    all_met: bool
    """Whether all are met, in a complete and lawful run that kept every wall."""
    sentence: str
    """The verdict for the head of a page."""
    sentence_message: NotRequired[StoredText]
    """Its message."""


@with_config(CLOSED)
class Margin(TypedDict):
    """How far a goal's value is on the good side of its target."""

    absolute: InUnit | None
    """In the goal's unit; null: there is no value."""
    relative: Ratio | None
    """Over the target; null: there is no value, or the target is 0."""


@with_config(CLOSED)
class GoalBefore(TypedDict):
    """What a goal counts of the time before a run that goes on from a call log."""

    as_of: LocalMoment
    """From when the run is played."""
    value: InUnit | None
    """What the log has of it up to then; null: nothing, and it counts from then on."""
    played: InUnit | None
    """What the run came to; null: the goal was due before it, or nothing to divide by."""


@with_config(CLOSED)
class GoalShiftEnd(TypedDict):
    """How many calls of a missed goal were abandoned because a shift ended while they rang."""

    abandoned: Calls
    """Calls that ended without an agent by the time the goal was judged."""
    at_end: Calls
    """Of these, under way as a shift of the campaign's agents ended."""
    last_ms: Annotated[int, unit("ms")]
    """How long before that the first of these was dialled."""
    sentence: str
    """The same as a sentence."""
    sentence_message: NotRequired[StoredText]
    """Its message."""


@with_config(CLOSED)
class Goal(TypedDict):
    """A goal of the scenario, as it was judged."""

    index: Place
    """Its place in the scenario."""
    metric: str
    """Key of its metric."""
    campaign: str | None
    """Of which campaign; null: of all together."""
    name: str
    """What it is called: its metric, and its campaign."""
    name_message: NotRequired[StoredText]
    """Its message."""
    unit: str
    """Unit of target, value and absolute margin."""
    bound: Literal["at_least", "at_most"]
    """Which side of the target is good."""
    target: InUnit
    """What it asks for."""
    value: InUnit | None
    """What it came to when it was due; null: there was nothing to divide by."""
    met: bool | None
    """Whether it was met; null: undecided."""
    margin: Margin
    """How far it is on the good side."""
    by: LocalMoment | None
    """When it is due; null: at the end of the aftermath."""
    judged_at: str
    """When it was judged, in words."""
    judged_at_message: NotRequired[StoredText]
    """Its message."""
    before: NotRequired[GoalBefore]
    """What of the value a call log has; only where the run goes on from one."""
    shift_end: NotRequired[GoalShiftEnd]
    """Of a goal on abandoned calls that was missed because agents left while calls rang."""


@with_config(CLOSED)
class HardLimit(TypedDict):
    """A hard limit of the rule pack, measured over a whole run."""

    name: str
    """What is measured."""
    name_message: NotRequired[StoredText]
    """Its message."""
    campaign: str | None
    """Of which campaign; null: there is but one."""
    measured: Share | None
    """What it came to; null: there was nothing to divide by."""
    cap: Share
    """What it may come to at most."""
    source: str
    """Source ids of the cap."""
    confidence: Confidence
    """How well the cap is known."""
    met: bool
    """Whether the wall was kept."""


@with_config(CLOSED)
class Metric(TypedDict):
    """A metric of the whole run."""

    value: InUnit | None
    """What it came to; null: there was nothing to divide by."""
    unit: str
    """Its unit; a share lies between 0 and 1."""
    name: str
    """What it is called."""
    name_message: NotRequired[StoredText]
    """Its message."""


@with_config(CLOSED)
class Stage(TypedDict):
    """What is left of the list after a group of exits."""

    key: str
    """Code of the stage."""
    name: str
    """What it is called."""
    name_message: NotRequired[StoredText]
    """Its message."""
    left: Leads
    """Leads that came as far as this."""


@with_config(CLOSED)
class Exit(TypedDict):
    """A way in which leads left, between two stages."""

    key: str
    """Code of the exit."""
    group: str
    """Code of the group: which stage it leaves before."""
    name: str
    """What it is called."""
    name_message: NotRequired[StoredText]
    """Its message."""
    leads: Leads
    """Leads that left so."""


@with_config(CLOSED)
class Waterfall(TypedDict):
    """Where every row went: the exits sum to the rows, each stage is the one above less exits."""

    rows: Leads
    """Rows of the lists, one for each campaign that dials them."""
    stages: list[Stage]
    """From the whole list down to conversations."""
    exits: list[Exit]
    """In order; those without leads are left out."""


@with_config(CLOSED)
class Waterfalls(TypedDict):
    """Where every row of the lists went."""

    total: Waterfall
    """Of all campaigns together."""
    campaigns: dict[str, Waterfall]
    """Of each, by its name."""


@with_config(CLOSED)
class OpenHour(TypedDict):
    """An hour of the local day, over all days of the run."""

    hour: Hour
    """It begins at this hour."""
    open_hours: Hours
    """For how long some campaign was open and staffed in it, over all days."""
    attempts: Calls
    """Attempts made in it."""
    conversations: Calls
    """Conversations in it."""
    attempts_per_hour: CallsAnHour
    """Attempts over the open hours."""
    conversations_per_hour: CallsAnHour
    """Conversations over the open hours."""
    occupancy: Share | None
    """Talk and wrap-up over staffed time; null: nobody was there."""


@with_config(CLOSED)
class Throughput(TypedDict):
    """How fast it went."""

    staffed_hours: Hours
    """Hours in which at least one agent was there."""
    attempts_per_hour: CallsAnHour | None
    """Attempts over these; null: there were none."""
    conversations_per_hour: CallsAnHour | None
    """Conversations over these; null: there were none."""
    by_hour: list[OpenHour]
    """By hour of the day; hours in which nothing was open are left out."""


@with_config(CLOSED)
class Abandoned(TypedDict):
    """Calls dropped for want of an agent, beside the cap of the rules."""

    share: Share | None
    """Of live answers, in the whole run; null: there were none."""
    connected_late: NotRequired[People]
    """Of those abandoned, whom an agent took all the same, but too late."""
    connect_within_ms: NotRequired[Annotated[int, unit("ms")]]
    """Who waited longer for an agent counts as abandoned."""
    at_most: Share
    """The cap."""
    within: bool
    """Whether the share keeps the cap."""
    source: str
    """Source ids of the cap."""
    confidence: Confidence
    """How well the cap is known."""
    note: NotRequired[str]
    """Whose rule it is, or what replaced it; may be empty."""
    note_message: NotRequired[StoredText]
    """Its message."""


@with_config(CLOSED)
class Allowance(TypedDict):
    """What was used of what the network lets pass; its figure with source and confidence."""

    used: Times
    """Complaints or marks."""
    allowed: Times | None
    """How many bring no reaction yet; null: any."""
    source: str
    """Source ids of the figure; A: none was found."""
    confidence: Confidence
    """How well it is known."""
    share: NotRequired[Share]
    """Share of delivered calls that marks must be as well for a label; of marks alone."""


@with_config(CLOSED)
class Allowances(TypedDict):
    """Complaints and marks beside what the network lets pass; null: the mechanism is off."""

    enterprise: Allowance | None
    """All complaints of the run, beyond which a review is due."""
    number: Allowance | None
    """Cases to 12321 of the number that has most, beyond which it is warned."""
    marks: Allowance | None
    """Marks of the number that has most, beyond which a label is due if their share is too."""


@with_config(CLOSED)
class Callbacks(TypedDict):
    """Calls agreed on with callees of a campaign."""

    agreed: Calls
    """Agreed on."""
    made: Calls
    """Made so far."""
    on_time: Calls
    """Of these, on time."""
    overdue: Calls
    """Not made although their time has come."""
    to_come: Calls
    """Whose time has not come."""
    mean_late_s: Seconds | None
    """By how much those that were made were late in the mean; null: none was made."""
    punctual: str
    """How late is still on time: a duration as in scenario files."""


@with_config(CLOSED)
class Transfers(TypedDict):
    """Callees of a campaign's machines who asked for a person."""

    asked: People
    """Asked for a person."""
    taken_over: People
    """Were taken over by an agent."""
    not_taken: People
    """Hung up on hold, or were released."""
    mean_hold_s: Seconds | None
    """How long those taken over held in the mean; null: nobody was."""


@with_config(CLOSED)
class Recordings(TypedDict):
    """People to whom a campaign played a recording."""

    played: People
    """Heard it begin."""
    heard_out: People
    """Heard it to its end."""


@with_config(CLOSED)
class Change(TypedDict):
    """A change of the scenario that is worth trying, with its estimated effect."""

    kind: str
    """Code of what is changed."""
    sentence: str
    """What is changed."""
    sentence_message: NotRequired[StoredText]
    """Its message."""
    effect: str
    """What that does by arithmetic; nothing was played."""
    effect_message: NotRequired[StoredText]
    """Its message."""
    set: list[str]
    """The values that it sets, as `--set` takes them."""
    metric: str | None
    """Key of the metric that is looked at; null: the effect is no figure."""
    now: Annotated[float, unit("as the metric")] | None
    """What it came to in this run."""
    to: Annotated[float, unit("as the metric")] | None
    """What it would come to."""


@with_config(CLOSED)
class WeakDefault(TypedDict):
    """A default of the network profile that little or nothing supports, and nothing replaces."""

    key: str
    """Name of the value."""
    value: InUnit | str | list[list[InUnit]]
    """The value in force, as its profile writes it."""
    unit: str
    """Its unit."""
    confidence: Confidence
    """How well it is known."""
    source: str
    """Its source ids; A: nothing was found."""
    published: list[InUnit | str] | None
    """The lowest and the highest that is published, of a mixture its medians; null: nothing is."""
    text: str
    """What is published, in words."""
    text_message: NotRequired[StoredText]
    """Its message."""
    figures: list[str]
    """Keys of the metrics that rest on it."""
    operators: NotRequired[list[str]]
    """Whose profile it is of; absent: of the network's."""


@with_config(CLOSED)
class Binding(TypedDict):
    """What held a campaign back longest."""

    campaign: str
    """Its name."""
    limit: str | None
    """Code of what held it back; null: it was never open."""
    name: str | None
    """What that is called."""
    name_message: NotRequired[StoredText]
    """Its message."""
    share: Share
    """Of the open time in which it did."""
    shares: dict[str, Share]
    """Of the open time that each limit held it for, by its code."""
    callers_used: Ratio | None
    """Share of what its caller limits allow that was made use of; null: there are none."""
    refused_by_contract: dict[str, Calls]
    """Calls that the line contract did not let through, by the code of the cause."""
    sentence: str
    """The same with the arithmetic."""
    sentence_message: NotRequired[StoredText]
    """Its message."""
