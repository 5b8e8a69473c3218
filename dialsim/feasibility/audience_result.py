"""Types of an estimate's people: who can be called, when, and how often again."""

from __future__ import annotations

from typing import Literal

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED

GapCause = Literal["retry", "retry gap", "callee limit"]
"""What decides how long a campaign waits before it calls a person again."""

ClockWindow = TypedDict("ClockWindow", {"from": str, "to": str, "days": int})
"""A window of the scenario's clock, ``HH:MM``, and on how many days it is open."""


@with_config(CLOSED)
class BarredPeople(TypedDict):
    """People who are never called, for one reason."""

    reason: str
    """Name of the `Reason`."""
    name: str
    """What it is called."""
    name_zh: str
    """The same in Chinese."""
    people: float
    """How many there are."""


@with_config(CLOSED)
class ZonePeople(TypedDict):
    """People of some time zones, and when they may be called."""

    zones: str
    """The time zones."""
    zones_zh: str
    """The same in Chinese."""
    people: float
    """How many there are."""
    open_hours: float
    """Hours in which they may be called and agents are at work."""
    hours_a_day: float
    """The same on the average open day."""
    windows: list[ClockWindow]
    """The same as windows of the clock."""
    by_hour: list[float]
    """The same by hour of the clock: 24 values."""


@with_config(CLOSED)
class WhoCanBeCalled(TypedDict):
    """The people of a campaign: all rows of its lists, less those who are never called."""

    rows: float
    """Rows of its lists."""
    barred: list[BarredPeople]
    """People who may not be called, by reason, most first."""
    unserved: dict[str, float]
    """People whom no caller ID may call for the operator of their number, by operator."""
    zones: list[ZonePeople]
    """People who may be called, by their hours, most first."""
    done_before: float
    """People whom earlier calls are done with."""
    never_open: float
    """People whose hours meet no shift."""
    people: float
    """People who can be called."""
    read: dict[str, int]
    """Rows of the file of each list that is read from one."""


@with_config(CLOSED)
class OutcomeGaps(TypedDict):
    """Waits of a campaign before each further attempt, all attempts having ended alike."""

    seen: str
    """How they ended, as the dialer sees it."""
    asked_ms: int | None
    """The campaign's retry; None: it does not try again."""
    gaps_ms: list[int]
    """The wait before the second, third ... attempt."""
    by: list[GapCause]
    """What decides each."""


@with_config(CLOSED)
class RetryGaps(TypedDict):
    """Waits of a campaign before further attempts to a person."""

    retry_gap_ms: int
    """The least gap between attempts to a person."""
    outcomes: list[OutcomeGaps]
    """By outcome of the attempts."""


@with_config(CLOSED)
class IdleAgents(TypedDict):
    """A group of agents that is at work while no contact may be called."""

    agents: str
    """Name of the group."""
    agent_hours: float
    """Hours of all its agents at work."""
    idle_hours: float
    """Hours of these in which no contact may be called."""
    windows: list[ClockWindow]
    """When that is."""
