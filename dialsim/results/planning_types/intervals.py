"""Types of means and shares that have a value, with their confidence intervals."""

from __future__ import annotations

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED
from dialsim.statistics.intervals import Interval, Kind


@with_config(CLOSED)
class KnownMean(TypedDict):
    """A mean over replications of which each has a value, with its interval."""

    value: float
    """Mean."""
    low: float | None
    """Lower end of the interval; None: one value alone says nothing of the spread."""
    high: float | None
    """Upper end of the interval; None: as of the lower one."""
    n: int
    """Replications."""
    level: float
    """How often such an interval holds the true value, from 0 to 1."""
    kind: Kind
    """Method of the interval."""


@with_config(CLOSED)
class KnownShare(TypedDict):
    """A share of one replication or more, with its interval."""

    value: float
    """Share, from 0 to 1."""
    low: float
    """Lower end of the interval."""
    high: float
    """Upper end of the interval."""
    n: int
    """Replications."""
    level: float
    """How often such an interval holds the true value, from 0 to 1."""
    kind: Kind
    """Method of the interval."""


def known_mean(found: Interval) -> KnownMean:
    """Return the mean of one value or more as plain values, ready for JSON."""
    assert found.value is not None  # there is a value
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "n": found.n,
        "level": found.level,
        "kind": found.kind,
    }


def known_share(found: Interval) -> KnownShare:
    """Return the share of one replication or more as plain values, ready for JSON."""
    assert found.value is not None  # there is a replication
    assert found.low is not None
    assert found.high is not None
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "n": found.n,
        "level": found.level,
        "kind": found.kind,
    }
