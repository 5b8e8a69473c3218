"""Types of the changes of a rule pack and of obligations with the law."""

from __future__ import annotations

from typing import Literal, final

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.explanations.value_result import ValidDays, ValueVersion
from dialsim.results.result_types import CLOSED

ValueChange = Literal["stricter", "looser", "other", "basis", "known"]
"""How a value differs; basis: by its source alone; known: it is unknown on one of the days."""
ObligationChange = Literal["begins", "ends", "texts"]
"""How an obligation differs."""


@with_config(CLOSED)
class ChangedValue(TypedDict):
    """A value that differs between two days."""

    key: str
    """Its key."""
    unit: str
    """Its unit."""
    change: ValueChange
    """How it differs."""
    like: str | None
    """The key that it copies on both days; None: none."""
    before: ValueVersion
    """The value on the earlier day."""
    after: ValueVersion
    """The value on the later day."""


@with_config(CLOSED)
class NamedDay(TypedDict):
    """A value that is itself a day."""

    key: str
    """Its key."""
    day: str
    """The day, ISO 8601."""
    source: str
    """Ids of its sources."""
    confidence: str
    """How well it is known."""
    note: str
    """Its description."""


@with_config(CLOSED)
class ChangedText(TypedDict):
    """A text of an obligation that differs between two days."""

    text: str
    """Which text."""
    before: str
    """The text on the earlier day."""
    after: str
    """The text on the later day."""


@with_config(CLOSED)
class ChangedObligation(ValidDays):
    """An obligation that differs between two days."""

    key: str
    """Its name."""
    title: str
    """What it is called."""
    wall: bool
    """Whether a campaign is unlawful without it."""
    change: ObligationChange
    """How it differs."""
    texts: list[ChangedText]
    """Its texts that differ."""


@with_config(CLOSED)
class RuleCounts(TypedDict):
    """Numbers of values and obligations."""

    values: int
    """Values."""
    obligations: int
    """Obligations."""


@final
@with_config(CLOSED)
class RuleDifferences(TypedDict):
    """The differences of a rule pack and of obligations between two days."""

    pack: str
    """Name of the pack."""
    title: str
    """Its title."""
    before: str
    """The earlier day, ISO 8601."""
    after: str
    """The later day, ISO 8601."""
    values: list[ChangedValue]
    """Values that differ."""
    obligations: list[ChangedObligation]
    """Obligations that differ."""
    dates: list[NamedDay]
    """Values that are a day after the earlier and not after the later."""
    covered: bool
    """Whether the obligations are those of the pack; False: there are none."""
    alike: RuleCounts
    """How many are the same on both days."""
    undated: RuleCounts
    """How many have no known date."""


@with_config(CLOSED)
class ObligationOfDay(TypedDict):
    """An obligation that changes on a day."""

    key: str
    """Its name."""
    title: str
    """What it is called."""
    change: ObligationChange
    """How it changes."""


@with_config(CLOSED)
class DayOfChange(TypedDict):
    """A day on which values or obligations change."""

    day: str
    """The day, ISO 8601."""
    values: list[str]
    """Keys of values that are others from then on."""
    dates: list[NamedDay]
    """Values that are this day."""
    obligations: list[ObligationOfDay]
    """Obligations that change."""


@final
@with_config(CLOSED)
class RuleCalendar(TypedDict):
    """The days on which a rule pack and obligations change, the earliest first."""

    pack: str
    """Name of the pack."""
    title: str
    """Its title."""
    covered: bool
    """Whether the obligations are those of the pack; False: there are none."""
    undated: RuleCounts
    """How many have no known date."""
    days: list[DayOfChange]
    """The days."""
