"""Types of metrics and of events of both sides of a comparison."""

from __future__ import annotations

from typing import Literal

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.interval_result import IntervalResult
from dialsim.results.result_types import CLOSED

EventVerdict = Literal["likelier", "less likely", "same", "untold"]
"""What the pairs say of the probability of an event in B."""


@with_config(CLOSED)
class MetricDifference(TypedDict):
    """A metric of both sides, before it is tested together with the others."""

    name: str
    """What it is called."""
    name_zh: str
    """The same in Chinese."""
    unit: str
    """Its unit."""
    better: Literal["higher", "lower"]
    """Which way is better."""
    a: float | None
    """Mean of A over the pairs that have both."""
    b: float | None
    """Mean of B over the same pairs."""
    change: IntervalResult
    """B less A, with its paired t interval; of rates of rare events with an exact one."""
    p: float | None
    """Of the paired t test; None: there is nothing to test."""
    constant: bool
    """Whether the difference is the same in every pair."""
    saved: float | None
    """Independent replications that one pair is worth; None: the difference does not vary."""


@with_config(CLOSED)
class MetricCompared(MetricDifference):
    """A metric of both sides."""

    p_holm: float | None
    """The p value after Holm's correction over all metrics tested; None: it is not tested."""
    told: bool
    """Whether the difference is significant."""


# --- suspensions and reviews ----------------------------------------------------------------------


@with_config(CLOSED)
class EventCount(TypedDict):
    """Replications of one side in which an event happened."""

    hits: int
    """How many."""
    share: IntervalResult
    """Their share of all replications."""


@with_config(CLOSED)
class EventChance(EventCount):
    """Replications in which an event happened, and its probability by the calls made."""

    by_calls: IntervalResult
    """Mean probability given the calls made."""


@with_config(CLOSED)
class EventCompared(TypedDict):
    """Pairs in which an event happened."""

    name: str
    """What it is called."""
    a: EventCount
    """In A."""
    b: EventCount
    """In B."""
    change: IntervalResult
    """Share of B less that of A, with Newcombe's interval for pairs."""


@with_config(CLOSED)
class ChanceDifference(TypedDict):
    """Probability of an event in both sides, before it is tested together with the others."""

    name: str
    """What the event is called."""
    a: EventChance
    """In A."""
    b: EventChance
    """In B."""
    change: IntervalResult
    """Mean probability of B less that of A, with its paired t interval."""
    p: float | None
    """Of the paired t test; None: there is nothing to test."""


@with_config(CLOSED)
class ChanceTested(ChanceDifference):
    """Probability of an event in both sides with its verdict."""

    p_holm: float | None
    """The p value after Holm's correction over all events tested; None: it is not tested."""
    verdict: EventVerdict
    """What the pairs say of B."""


@with_config(CLOSED)
class ChanceCompared(ChanceTested):
    """Probability of an event, given the calls made, in both sides."""

    sentence: str
    """The verdict as a sentence, with the counts."""
