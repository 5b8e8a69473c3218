"""What the network remembers of caller IDs from before a run: windows, labels, links."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.frequency.build import RULES, judges_of, rule_spans
from dialsim.carrier.labels.build import ALL_PLATFORMS
from dialsim.carrier.layout import (
    W_DAY,
    W_DELIVERED,
    W_HOUR,
    W_MARKS,
    W_TRIAGED,
    WINDOW_FAMILIES,
    Carrier,
)
from dialsim.core.codes import NumberClass
from dialsim.core.time_units import DAY_MS
from dialsim.core.windows import BUCKETS, PLACES, count_as, counted
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile

Array = NDArray[Any]

CALLER_STATE = np.dtype(
    [
        ("caller", "i8"),  # row of the caller ID
        ("age_days", "i8"),  # since its first call; from here on -1: not stated
        ("calls_hour", "i8"),
        ("calls_day", "i8"),
        ("delivered_30d", "i8"),
        ("marks_30d", "i8"),
        ("complaints_30d", "i8"),
        ("labelled", "i1"),
        ("suspended", "i1"),
    ],
    align=True,
)
"""State of a caller ID when a run begins to be played; at most one record a caller ID."""

CALLER_CALL = np.dtype([("caller", "i8"), ("tick", "i8")], align=True)
"""A call made before the tick from which a run is played."""

WINDOWS = (
    ("calls_hour", W_HOUR, True),  # whether calls tell it too
    ("calls_day", W_DAY, True),
    ("marks_30d", W_MARKS, False),
    ("delivered_30d", W_DELIVERED, False),
    ("complaints_30d", W_TRIAGED, False),
)
BUCKET_MS = tuple(WINDOW_FAMILIES.values())


class Young(NamedTuple):
    """Mobile caller IDs younger than `below_ms` at the start have frequency rules of their own.

    `below_ms` and `rule_first` by operator; `rule_first` and `rule_count`: their rows of the
    profile's `frequency`.
    """

    below_ms: NDArray[np.int64]
    rule_first: NDArray[np.int64]
    rule_count: int


def young(scenario: Scenario, network: Profile) -> Young:
    """Return what the operators' profiles say of new mobile numbers."""
    judges = judges_of(scenario, network)
    first, count = rule_spans()["new mobile"]
    return Young(
        np.array([judge["frequency.mobile.new_age"] for judge in judges], np.int64),
        first + len(RULES) * np.arange(len(judges)),
        count,
    )


def remember(
    carrier: Carrier,
    count: int,
    states: Array,
    calls: Array,
    labels: bool,
    new: Young,
    opening: int = 0,
) -> None:
    """Let the network begin with what it saw before the run is played.

    Parameters
    ----------
    carrier
        As built, nothing played; written.
    count
        Caller IDs N.
    states
        CALLER_STATE: a total that is stated goes into the caller ID's window, spread evenly over
        its last buckets, what is left over towards the latest; `labelled` replaces what the caller
        ID was drawn to arrive with.
    calls
        CALLER_CALL in any order: for the hour and day of caller IDs whose state does not state
        them.
    labels
        False: labels are switched off, nothing is labelled.
    new
        Unregistered mobile caller IDs of a stated age below this are judged by its rules, all
        through.
    opening
        Tick from which the run is played; the last bucket is that of the tick before it.

    Notes
    -----
    A caller ID's first use, by its age or its earliest call, brings the tick forward from which it
    is linked with its enterprise. The shared rows count what linked unregistered caller IDs did
    from then on, exact to a bucket. O(caller IDs + calls).

    Examples
    --------
    >>> spread(np.array([7]))[0, -10:].tolist(), int(spread(np.array([7])).sum())
    ([0, 1, 0, 0, 0, 0, 0, 0, 0, 1], 7)
    """
    begin = np.zeros(count, np.int64)
    aged = states[states["age_days"] >= 0]
    np.minimum.at(begin, aged["caller"], opening - DAY_MS * aged["age_days"])
    np.minimum.at(begin, calls["caller"], calls["tick"])
    carrier.numbers["linked_tick"][:count] += begin
    _begin_new_rules(carrier, count, states, new)
    if labels:
        stated = states[states["labelled"] >= 0]
        carrier.numbers["labelled"][stated["caller"]] = ALL_PLATFORMS * stated["labelled"]
    for name, family, by_calls in WINDOWS:
        bucket_ms = BUCKET_MS[family]
        stated = states[states[name] >= 0]
        # complaints go on with the numbers that replace a caller ID: one counter is theirs
        rows = (
            carrier.numbers["root"][stated["caller"]] if family == W_TRIAGED else stated["caller"]
        )
        last = (opening - 1) // bucket_ms
        counts = counted(carrier.windows, carrier.window_counts, family)
        np.add.at(counts.T, rows, spread(stated[name], last))
        if by_calls:
            others = calls[~np.isin(calls["caller"], stated["caller"])]
            bucket = others["tick"] // bucket_ms
            inside = bucket > last - BUCKETS
            np.add.at(counts, (bucket[inside] % PLACES, others["caller"][inside]), 1)
        if family != W_TRIAGED:
            counts[:, count] = _shared(carrier, counts[:, :count], bucket_ms, opening)
        count_as(carrier.windows, carrier.window_counts, family, counts, last)


def _begin_new_rules(carrier: Carrier, count: int, states: Array, new: Young) -> None:
    """Give young mobile caller IDs their rules, here and with every operator there."""
    aged = states[states["age_days"] >= 0]
    age_ms = np.full(count, np.iinfo(np.int64).max)
    age_ms[aged["caller"]] = DAY_MS * aged["age_days"]
    numbers = carrier.numbers
    mine = (numbers["shown"] < count) & (numbers["registered"] == 0)
    mine &= numbers["number_class"] == NumberClass.MOBILE
    rows = np.flatnonzero(mine)
    shown: Array = numbers["shown"][rows]
    below_ms: Array = new.below_ms[numbers["operator"][rows]]
    rows = rows[age_ms[shown] < below_ms]
    operator: Array = numbers["operator"][rows]
    numbers["rule_first"][rows] = new.rule_first[operator]
    numbers["rule_count"][rows] = new.rule_count


def spread(totals: Array, last: int = -1) -> NDArray[np.int32]:
    """Return totals as int32[n, 64], spread over 60 buckets up to the last, each at its place."""
    edges = totals[:, None] * np.arange(BUCKETS + 1) // BUCKETS
    found = np.zeros((len(totals), PLACES), np.int32)
    found[:, np.arange(last - BUCKETS + 1, last + 1) % PLACES] = np.diff(edges, axis=1)
    return found


def _shared(carrier: Carrier, counts: Array, bucket_ms: int, opening: int) -> Array:
    """Return what the shared row counts, int32[64], of what the caller IDs do: int32[64, N].

    What they counted from the tick on at which each was linked.
    """
    numbers = carrier.numbers[: counts.shape[1]]
    last = (opening - 1) // bucket_ms
    place = np.arange(PLACES)
    ends = (last - (last - place) % PLACES + 1) * bucket_ms  # first tick behind each bucket
    linked = np.flatnonzero((numbers["registered"] == 0) & (numbers["linked_tick"] < opening))
    since = ends[:, None] > numbers["linked_tick"][linked]
    found: Array = np.where(since, counts[:, linked], 0).sum(axis=1)
    return found
