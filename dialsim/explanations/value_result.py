"""Types of explained sources, values, reasons and obligations."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED

ValidDays = TypedDict("ValidDays", {"from": str | None, "until": str | None})
"""The first and the last day of something, ISO 8601; None: no end is known."""


@with_config(CLOSED)
class ExplainedSource(TypedDict):
    """A document that values rest on."""

    kind: Literal["source"]
    """What is explained."""
    name: str
    """Its id."""
    title: str
    """Its title."""
    type: str
    """What kind of document it is."""
    copy: bool
    """Whether the original was not read."""
    addresses: list[str]
    """Where it is."""


@with_config(CLOSED)
class ValueVersion(ValidDays):
    """A version of a value, and the days on which it holds."""

    value: Any
    """The value; None: not known."""
    source: str
    """Ids of its sources."""
    confidence: str
    """How well it is known."""
    wall: bool
    """Whether it is a hard limit."""
    note: str
    """Its description."""
    stands_in: str
    """The file that it is in."""


@with_config(CLOSED)
class ExplainedValue(ValueVersion):
    """A value of a rule pack or a network profile."""

    kind: Literal["value"]
    """What is explained."""
    key: str
    """Its key."""
    profile: str
    """The pack or profile that was asked."""
    unit: str
    """Its unit."""
    tighter: str
    """Which values are stricter."""
    like: str | None
    """The key that it copies; None: none."""
    override: Literal["tighten", "contract", "free"]
    """How a scenario may replace it."""
    reasons: list[str]
    """Names of the reasons that it decides."""
    on: str | None
    """The day that was asked for, ISO 8601; None: none."""
    history: list[ValueVersion]
    """All its versions; empty: it has no dates."""
    published: str
    """Of a weak default, what is published instead; else empty."""


@with_config(CLOSED)
class ExplainedReason(TypedDict):
    """A reason for which a contact may not be called."""

    kind: Literal["reason"]
    """What is explained."""
    reason: str
    """Its name."""
    code: int
    """Its code in the tables."""
    verdict: str
    """What it means for the contact."""
    severity: str
    """How binding it is."""
    sentence: str
    """What it says."""
    basis: str
    """Where it is written."""
    sources: list[str]
    """Ids of its sources."""
    mend: str
    """What to do about it."""
    exposure: str | None
    """What a breach costs; None: nothing."""
    acts: str | None
    """Who makes a breach cost that; None: it costs nothing."""
    exposure_sources: list[str]
    """Ids of the sources of that."""
    values: list[str]
    """Keys of the values that decide it."""


@with_config(CLOSED)
class ObligationVersion(ValidDays):
    """A version of a text of an obligation, and the days on which it holds."""

    text: str
    """Which text."""
    wording: str
    """The text."""
    sources: list[str]
    """Ids of its sources."""


@with_config(CLOSED)
class ExplainedObligation(ValidDays):
    """An obligation of a caller."""

    kind: Literal["obligation"]
    """What is explained."""
    key: str
    """Its name."""
    title: str
    """What it is called."""
    basis: str
    """Where it is written."""
    sources: list[str]
    """Ids of its sources."""
    confidence: str
    """How well it is known."""
    wall: bool
    """Whether a campaign is unlawful without it."""
    exposure: str
    """What a breach costs."""
    acts: str
    """Who makes a breach cost that."""
    show: str
    """What to declare, so that it is shown."""
    on: str | None
    """The day that was asked for, ISO 8601; None: none."""
    in_force: bool | None
    """Whether it is in force on that day; None: none was asked for."""
    history: list[ObligationVersion]
    """The versions of its texts that changed."""


Explanation: TypeAlias = ExplainedSource | ExplainedValue | ExplainedReason | ExplainedObligation
"""What `dialsim explain NAME` lists, by its ``kind``."""
