"""What the network did: interventions, how the caller IDs stand, what came after."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired

from pydantic import Field, with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED
from dialsim.results.summary_types.texts import StoredText
from dialsim.results.summary_types.units import (
    Actions,
    Calls,
    Complaints,
    Confidence,
    Moment,
    Numbers,
    State,
    Tick,
    Times,
)


@with_config(CLOSED)
class Basis(TypedDict):
    """The value of a profile, or of the scenario, that an action rests on."""

    key: str
    """Its name."""
    value: Annotated[Any, Field(json_schema_extra={"unit": "as `unit` beside it says"})]
    """What it says; durations in ms."""
    unit: str
    """Its unit, as in the profiles."""
    source: str
    """Source ids, or what of the scenario says it."""
    source_message: NotRequired[StoredText]
    """Its message, where it is no id."""
    confidence: Confidence
    """How well it is known; scenario: the scenario says it."""


@with_config(CLOSED)
class ActionGroup(TypedDict):
    """The network's actions of one kind by one rule, over the whole run."""

    rule: str
    """Code of the rule."""
    rule_name: str
    """What it is called."""
    rule_name_message: NotRequired[StoredText]
    """Its message."""
    action: str
    """Code of the action."""
    action_name: str
    """What it is called."""
    action_name_message: NotRequired[StoredText]
    """Its message."""
    count: Actions
    """How many there were."""
    targets: Annotated[
        int, Field(ge=0, json_schema_extra={"unit": "numbers, classes, trunks or enterprises"})
    ]
    """On how many different ones; numbers that are counted together are one."""
    numbers: NotRequired[Numbers]
    """How many caller IDs it met."""
    noticed: Actions
    """How many the dialer was formally told of."""
    lifted: Actions
    """How many lifts of the rule there were on the same targets."""
    first: Moment
    """The first of them."""
    last: Moment
    """The last of them."""
    first_tick: Tick
    """The first of them."""
    after_the_last_day: bool
    """Whether the first came after the last day."""
    basis: Basis | None
    """What the first rests on; null: not known."""
    example: str
    """The first in a sentence, with the arithmetic behind it."""
    example_message: NotRequired[StoredText]
    """Its message."""


@with_config(CLOSED)
class Refused(TypedDict):
    """Attempts that the network itself ended, by the true cause."""

    cause: str
    """Code of the cause."""
    name: str
    """What it is called."""
    name_message: NotRequired[StoredText]
    """Its message."""
    attempts: Calls
    """Attempts ended so."""


@with_config(CLOSED)
class Judge(TypedDict):
    """By which profile an operator judges frequency and behaviour."""

    profile: str
    """Its name."""
    values: Annotated[int, Field(json_schema_extra={"unit": "values"})]
    """How many values an operator judges by."""
    assumed: Annotated[int, Field(json_schema_extra={"unit": "values"})]
    """How many of these are assumed."""
    replaced: list[str]
    """Names of those that the scenario, or a profile file that it names, replaces."""


@with_config(CLOSED)
class Interventions(TypedDict):
    """What the network did."""

    profile: str
    """Network profile."""
    operators: NotRequired[dict[str, Judge]]
    """The profiles of operators that have one of their own; absent: none has."""
    off: list[str]
    """Codes of the mechanisms that the scenario switches off."""
    groups: list[ActionGroup]
    """Its actions by rule and action, in the order in which they first took effect."""
    refused: list[Refused]
    """Calls that it ended, by cause, most first."""
    attempts_refused: Calls
    """Calls that it ended in all."""


@with_config(CLOSED)
class Suspected(TypedDict):
    """A caller ID that the dialer gave up because it looks intercepted."""

    caller: str
    """Its name."""
    time: Moment
    """When, the last time."""
    times: NotRequired[Times]
    """How often."""
    again: NotRequired[bool]
    """Whether it was looked up since and is used again."""


@with_config(CLOSED)
class Alarm(TypedDict):
    """A campaign all of whose numbers looked intercepted."""

    campaign: str
    """Its name."""
    times: NotRequired[Times]
    """How often."""
    time: Moment
    """When, the last time."""


@with_config(CLOSED)
class CallerIds(TypedDict):
    """How the caller IDs stand, and how badly they ever stood."""

    total: Numbers
    """Caller IDs of the scenario."""
    by_state: dict[State, Numbers]
    """By state at the end; sums to the total."""
    severest: dict[State, Numbers]
    """By the severest state ever; sums to the total."""
    labelled: Numbers
    """Showed a label at any time."""
    closed_before: NotRequired[Numbers]
    """Closed when the run began, as its history tells; they are among the retired."""
    retired: Numbers
    """No longer dialled from."""
    suspected: NotRequired[list[Suspected]]
    """Given up by the dialer because more calls failed at once than it is used to, by time."""
    alarms: NotRequired[list[Alarm]]
    """Campaigns all of whose numbers looked so; a predictive one dials no further ahead then."""
    registered: Numbers
    """Registered at the end."""
    suspended_there: NotRequired[Numbers]
    """Suspended at any time in calls to some operator's subscribers alone."""


@with_config(CLOSED)
class LateComplaints(TypedDict):
    """Complaints that reached the network after the last day."""

    channel: str
    """Code of the channel."""
    name: str
    """What it is called."""
    name_message: NotRequired[StoredText]
    """Its message."""
    count: Complaints
    """How many there were."""
    of_earlier: NotRequired[Complaints]
    """Of these, about calls before the run began."""
    last: Moment
    """When the last arrived."""


@with_config(CLOSED)
class LateActions(TypedDict):
    """Actions of one kind after the last day."""

    action: str
    """Code of the action."""
    name: str
    """What it is called."""
    name_message: NotRequired[StoredText]
    """Its message."""
    count: Actions
    """How many there were."""
    lines: list[str]
    """The first few in sentences."""
    lines_message: NotRequired[list[StoredText]]
    """Their messages."""


_From = TypedDict("_From", {"from": Annotated[Moment, Field(description="End of the last day.")]})


@with_config(CLOSED)
class Aftermath(_From):
    """What happened between the end of the last day and the end of the aftermath."""

    until: Moment
    """End of the aftermath."""
    complaints: list[LateComplaints]
    """Those that arrived, by channel."""
    actions: list[LateActions]
    """What the network did, by action."""


@with_config(CLOSED)
class Complainants(TypedDict):
    """People of whose complaints the enterprise has learned, and the calls to them since."""

    listed: Annotated[int, Field(ge=0, json_schema_extra={"unit": "people"})]
    """Put on the own do-not-call list, during the run or its aftermath."""
    called_since: Annotated[int, Field(ge=0, json_schema_extra={"unit": "attempts"})]
    """Attempts to them that began when the complaint was known."""


@with_config(CLOSED)
class EventCounts(TypedDict):
    """What people did after calls, counted over the whole run."""

    opt_out: Annotated[int, Field(ge=0, json_schema_extra={"unit": "people"})]
    """Asked not to be called again."""
    mark: Annotated[int, Field(ge=0, json_schema_extra={"unit": "marks"})]
    """Marked the number on the handset."""
    complaint_12321: Complaints
    """Complaints to 12321."""
    complaint_hotline: Complaints
    """Complaints to operators' hotlines."""
    complaint_sector: NotRequired[Complaints]
    """Complaints to the hotline of the sector's regulator."""
    passed_on: NotRequired[Complaints]
    """Complaints that the enterprise has learned of."""
