"""Rows of the charts of a run: what is drawn, and what a table beside a chart shows."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

_Ends = TypedDict("_Ends", {"from": str, "to": str})
_Counts = TypedDict("_Counts", {"from": int, "to": int})


class MomentRow(TypedDict):
    """A local moment."""

    time: str
    """Its place on an ordinal axis."""
    when: str
    """The same for a tooltip."""


class FlowRow(MomentRow):
    """Calls of an hour, or of a day."""

    campaign: NotRequired[str]
    """Name of the campaign; absent: all."""
    attempts: int
    """Attempts."""
    answered: int
    """Answered calls."""
    conversations: int
    """Conversations."""


class ProgressRow(MomentRow):
    """Conversations of an hour, or of a day, and so far."""

    conversations: int
    """Conversations in it."""
    so_far: int
    """Conversations up to its end."""


class StaffRow(MomentRow):
    """How agents of a campaign spent an hour, or a day."""

    campaign: str
    """Name of the campaign."""
    staffed_h: float
    """Hours at work."""
    occupancy: float
    """Share of them that was talk or wrap-up."""
    talk: float
    """Share of talk."""
    wrap: float
    """Share of wrap-up."""
    idle: float
    """Share of idle time."""


class AnswerRow(TypedDict):
    """Live answers of an hour of a weekday."""

    day: str
    """The weekday."""
    hour: str
    """The hour, two digits."""
    attempts: int
    """Attempts."""
    live: int
    """Live answers."""
    share: float
    """Live answers per attempt."""


class DroppedRow(TypedDict):
    """Abandoned calls of a campaign on a day."""

    day: str
    """The day, ISO 8601."""
    when: str
    """The same for a reader."""
    campaign: str
    """Name of the campaign."""
    dropped: int
    """Calls abandoned."""
    live: int
    """Live answers."""
    share: float
    """Share of live answers that was abandoned."""
    so_far: float
    """The same from the first day on."""


class WaterfallRow(_Counts):
    """A stage of the list, or an exit; ``from`` and ``to``: its ends, in people."""

    place: int
    """Its place, from 0."""
    name: str
    """What it is called."""
    kind: Literal["stage", "exit"]
    """Which of the two."""
    people: int
    """How many people."""
    share: float
    """The same as a share of the list."""


class LifeRow(_Ends):
    """A state of a caller ID; ``from`` and ``to``: its ends by the wall clock."""

    caller: str
    """Name of the caller ID."""
    ranges: list[str]
    """Its number range."""
    state: str
    """Name of the action; ``"none"``: clear."""
    name: str
    """What the state is called."""
    why: str
    """The reason; empty for clear."""


class LabelRow(TypedDict):
    """A label of a caller ID."""

    caller: str
    """Name of the caller ID."""
    ranges: list[str]
    """Its number range."""
    at: str
    """When it was put on, by the wall clock."""
    why: str
    """The reason."""


class HeadroomRow(TypedDict):
    """How much of a limit the caller IDs of a number range used."""

    name: str
    """The number range or the trunk, and the limit."""
    kind: Literal["filed", "contract", "ceiling"]
    """Whose limit it is."""
    ranges: list[str]
    """The number ranges that it limits."""
    allowed: int
    """Calls that it allows."""
    most: int
    """Calls of the busiest caller ID within the limit's time."""
    median: float
    """Of the middle one."""
    used: float
    """Share of the limit that the busiest used."""
    used_median: float
    """Share that the middle one used."""


class ReactionRow(TypedDict):
    """Marks or complaints of one kind on a day."""

    day: str
    """The local day on which they were made, ISO 8601."""
    kind: str
    """Code of the kind."""
    name: str
    """What it is called."""
    count: int
    """How many there were."""
