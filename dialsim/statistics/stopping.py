"""Stopping rules of replications: intervals narrow enough, at looks fixed beforehand.

Pure: figures in, decision out. Looking again and again makes an interval lie, because one stops
where chance made it narrow. So the intervals of the looks, and the one reported at the end, are
computed at a stricter level than the one reported: a part of the allowed error is spent on the
looks. `tests/statistics/test_stopping.py` plays the rule itself, and finds what the
intervals hold through it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.statistics.intervals import (
    LEVEL,
    Floats,
    Interval,
    count_ends,
    count_interval,
    events_in,
    mean_ends,
    mean_interval,
    share_ends,
    share_interval,
)
from dialsim.statistics.rate import Rate
from dialsim.statistics.rate_intervals import (
    Counted,
    counted_of,
    rate_bounds,
    rate_events,
    rate_interval,
)

Kind = Literal["mean", "count", "share", "rate"]
FIRST = 100
"""Replications before the first look."""
STEP = 50
"""Replications from one look to the next."""
MOST = 10_000
"""Replications that are played at most, unless said otherwise."""
KEPT = 0.25
"""Part of the error allowed that is kept for the looking."""
FEW = 10
"""A probability rests on too few replications if fewer had the event, or fewer had it not."""


class Target(NamedTuple):
    """Target width of the interval of one metric.

    Attributes
    ----------
    name
        As it was asked for, such as ``goal:conversations``.
    metric
        Column that holds its values.
    kind
        ``"share"``: of replications; `width` is absolute. ``"mean"``, or ``"count"``, the mean of
        something counted, which may be rare, or ``"rate"``, such a count over its exposure; `width`
        is relative to the mean.
    width
        Half-width of the interval, at most.
    rate
        Of a rate: the columns of its events and of its exposure.
    """

    name: str
    metric: str
    kind: Kind
    width: float
    rate: Rate | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that its interval is computed from."""
        return (self.metric,) if self.rate is None else self.rate[:2]


class Precision(NamedTuple):
    """Precision of one target at one look.

    Attributes
    ----------
    target
        What was asked for.
    interval
        At the level at which it holds through the looks, stricter than the one it is told at.
    reached
        Its half-width, of a mean relative to it; None where there is none, or the mean is 0.
    met
        Whether that is at most the width asked for.
    events
        Replications in which it happened, or in which it did not if these are fewer; of a rare
        count its events, clumps as one; None of other means.
    """

    target: Target
    interval: Interval
    reached: float | None
    met: bool
    events: float | None

    @property
    def too_few(self) -> bool:
        """Whether N is too small: fewer than 10 events."""
        return self.events is not None and self.events < FEW


def looks(most: int = MOST) -> Iterator[int]:
    """Yield the numbers of replications at which to look: 100, 150 and on, up to the maximum.

    >>> list(looks(220)), list(looks(80))
    ([100, 150, 200, 220], [80])
    """
    yield from range(FIRST, most, STEP)
    yield most


def level_of(targets: int, level: float = LEVEL) -> float:
    """Return the level of each interval such that all hold together over the looks.

    Bonferroni over the targets, after a quarter of the error was kept for the looking.

    >>> round(level_of(1), 4), round(level_of(3), 4)
    (0.9625, 0.9875)
    """
    return 1 - (1 - level) * (1 - KEPT) / targets


def look(
    values: Mapping[str, NDArray[np.float64]], targets: Sequence[Target], level: float = LEVEL
) -> list[Precision]:
    """Return the precision of each target after the replications so far.

    Parameters
    ----------
    values
        float[n] by metric; not a number where a replication has no value: it is left out.
    targets
        Those asked for, at least one.
    level
        How often all intervals together are to hold the true values.

    Notes
    -----
    Before 100 replications have a value no target is met, whatever its interval.
    """
    each = level_of(len(targets), level)
    return [_precision(_known(values, target), target, each) for target in targets]


def _known(values: Mapping[str, Floats], target: Target) -> Floats | Counted:
    """Return the values behind a target's interval, of replications that have one."""
    if target.rate is not None:
        counted = counted_of(values, target.rate)
        return counted.of(counted.known)
    each = values[target.metric]
    return each[~np.isnan(each)]


def _precision(known: Floats | Counted, target: Target, level: float) -> Precision:
    interval = _interval(known, target.kind, level)
    n = interval.n
    if n < 2:
        return Precision(target, interval, None, False, None)
    width = float(half_width(target.kind, known, level))
    events = _events(known, target.kind, interval)
    reached = width if np.isfinite(width) else None
    return Precision(target, interval, reached, n >= FIRST and width <= target.width, events)


def _interval(known: Floats | Counted, kind: Kind, level: float) -> Interval:
    if isinstance(known, Counted):
        return rate_interval(known, level)
    if kind == "share":
        return share_interval(int(known.sum()), len(known), level)
    return (count_interval if kind == "count" else mean_interval)(known, level)


def _events(known: Floats | Counted, kind: Kind, interval: Interval) -> float | None:
    if isinstance(known, Counted):
        return rate_events(known) if interval.kind == "Garwood" else None
    if kind == "share":
        hits = float(known.sum())
        return min(hits, len(known) - hits)
    if interval.kind != "Garwood":
        return None
    return float(events_in(len(known), known.mean(), known.std(ddof=1)))


def bounds(kind: Kind, values: Floats | Counted, level: float) -> tuple[Floats, Floats, Floats]:
    """Return values and interval ends of samples, float[..., n], each by itself."""
    if isinstance(values, Counted):
        return rate_bounds(values, level)
    n = values.shape[-1]
    mean = values.mean(axis=-1)
    if kind == "share":
        return mean, *share_ends(n, values.sum(axis=-1), level)
    spread = values.std(axis=-1, ddof=1)
    if kind == "count":
        return mean, *count_ends(n, mean, spread, level)[:2]
    return mean, *mean_ends(n, mean, spread, level)


def half_width(kind: Kind, values: Floats | Counted, level: float) -> Floats:
    """Return the relative or absolute width of samples float[..., n]; infinite at mean 0.

    Of a mean half the interval over the mean; of a share half the interval.
    """
    mean, low, high = bounds(kind, values, level)
    half: Floats = (high - low) / 2
    if kind == "share":
        return half
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(mean == 0, np.inf, half / np.abs(mean))
