"""Types of the history of a person."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.explanations.history_result import (
    CallerExplained,
    InterventionExplained,
    OfRun,
    PersonBefore,
    RunExplained,
)
from dialsim.explanations.intervention_result import ExplainedComplaint, PersonEvent
from dialsim.results.result_types import CLOSED


@with_config(CLOSED)
class PersonLead(TypedDict):
    """A person in a campaign."""

    campaign: str
    """The campaign."""
    list: str
    """The list."""
    row: int
    """Row of the list."""
    line: int | None
    """Line of its file; None: it has none."""
    state: str
    """State at the end."""
    reason: str | None
    """Why it ended so; None: it did not end."""
    sentence: str | None
    """The reason in a sentence; None: it has none."""
    mend: str | None
    """What to do about it; None: nothing."""
    attempts: int
    """Attempts by the campaign."""
    other_attempts: int
    """Attempts by others before the run."""
    next_eligible: str | None
    """From when on the person may be called again, ISO 8601; None: not at all."""


@with_config(CLOSED)
class Takeover(TypedDict):
    """What followed when a callee asked a robot for a person."""

    taken_over: bool
    """Whether an agent took over."""
    hold_ms: int
    """How long the callee waited."""


@with_config(CLOSED)
class AfterAttempt(TypedDict):
    """Whether, and from when on, a campaign tries again."""

    retry: bool
    """Whether it does."""
    attempts_used: NotRequired[bool]
    """Of one that does not: whether for want of attempts."""
    not_before: NotRequired[str | None]
    """Of one that does: from when on, ISO 8601; None: as agreed."""
    by: NotRequired[Literal["agreed", "other_part", "retry", "retry_gap"]]
    """Of one that does: what decides that."""
    others_not_before: NotRequired[str | None]
    """From when on other caller IDs may, ISO 8601; None: they need not wait."""


@with_config(CLOSED)
class PersonAttempt(TypedDict):
    """An attempt to a person."""

    time: str
    """When, ISO 8601."""
    campaign: str
    """The campaign."""
    caller: str
    """The caller ID."""
    caller_state: str
    """The state of the caller ID then."""
    attempt: int
    """Which attempt of the campaign it was, from 1."""
    seen: str
    """How the dialer saw it."""
    seen_name: str
    """What that is called."""
    sip_code: int
    """The SIP response."""
    true: str
    """What it was in truth."""
    true_name: str
    """What that is called."""
    delivered: bool
    """Whether it was delivered."""
    ring_ms: int
    """How long it rang."""
    wait_ms: int
    """How long the callee waited."""
    talk_ms: int
    """How long they talked."""
    transfer: Takeover | None
    """What followed if the callee asked a robot for a person; None: that was not so."""
    then: AfterAttempt
    """Whether the campaign tries again."""


@with_config(CLOSED)
class PersonHistory(TypedDict):
    """The history of a person."""

    kind: Literal["person"]
    """What is explained."""
    person: int
    """Row of the person."""
    time_zone: str
    """Zone of the times."""
    leads: list[PersonLead]
    """The person in each campaign."""
    before: PersonBefore | None
    """Call history; None: there is none."""
    attempts: list[PersonAttempt]
    """The attempts."""
    events: list[PersonEvent | ExplainedComplaint]
    """What the person did."""


@with_config(CLOSED)
class PersonExplained(PersonHistory, OfRun):
    """The explanation of a person."""


Explained: TypeAlias = InterventionExplained | CallerExplained | PersonExplained | RunExplained
"""What `dialsim explain FOLDER` returns, by its ``kind``."""
