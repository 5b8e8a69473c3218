"""Counts of a run by hour and by part: campaign, number range, or value of an attribute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.arrow_numpy import values_of
from dialsim.core.time_units import NEVER
from dialsim.outcomes.split import CALL_TABLE_COLUMNS, table_columns
from dialsim.outcomes.tables import attribute_column
from dialsim.results.splits import PERSON_PARTS, dictionary_codes
from dialsim.results.tables.coded_columns import coded
from dialsim.results.tables.run_log import RunLog

Array = NDArray[Any]

CALL_COUNTS = ("attempts", "answered", "live_answers", "conversations", "abandoned", "intercepted")
COUNTS = (*CALL_COUNTS, "marks", "complaints")
LEAST_PEOPLE = 20
"""People of a value that is shown by itself: values of fewer belong to the others, so that an
attribute that tells people apart, such as a contract number, shows nobody."""
MOST_VALUES = 40
"""Values of an attribute that are shown by themselves, if a chart has few enough hours."""
_ABSENT = -2
"""Code of the rows of persons who are on no list; that of people without a value is -1."""
MOST_CELLS = 10_000
"""Parts times hours, which are embedded in a page: some 30 bytes each."""


class Group(NamedTuple):
    """The parts of a run by one characteristic; each call is in one of them.

    Attributes
    ----------
    kind
        "campaign", "range" or "attribute".
    name
        Of the attribute; empty for the other kinds.
    values
        Names of the parts; None: people without a value.
    others
        Values that the last part stands for; 0: it is a value of its own.
    counts
        By each of `COUNTS` int64[parts, hours]: calls by the hour of the dial; marks and
        complaints by that of the call they are about.
    """

    kind: str
    name: str
    values: tuple[str | None, ...]
    others: int
    counts: dict[str, Array]


def grouped_counts(log: RunLog, starts: Array) -> list[Group]:
    """Return the counts of each group that has more than one part, and no more than fit a page.

    Parameters
    ----------
    starts
        datetime64[n], rising: the hours or days of the run's charts, which hold all of its calls.

    Notes
    -----
    Cost: campaigns are counted from the series; the others in one pass over the call log, some
    0.15 µs a call and group, and only if the run kept every call. Memory: 4 bytes a person and
    attribute.
    """
    if not len(starts):
        return []
    room, groups = MOST_CELLS // len(starts), list[Group]()
    if 1 < len(log.scenario.campaigns) <= room:
        groups.append(campaign_counts(log, starts))
        room -= len(log.scenario.campaigns)
    if not log.columns("calls"):
        return groups
    ranges, counters = [each.name for each in log.scenario.caller_ids], list[_Counter]()
    if 1 < len(ranges) <= room:
        names = {name: log.lines.block[row] for name, row in log.row_of.items()}
        counters.append(_Counter(("range", "", tuple(ranges), 0), starts, callers=names))
        room -= len(ranges)
    counters += _attributes(log, starts, room)
    if counters:
        _count(log, counters)
    return [*groups, *(each.group() for each in counters)]


def _count(log: RunLog, counters: Sequence[_Counter]) -> None:
    """Count the calls of a run, and what people did after them."""
    for batch in log.batches("calls", ("time", "caller", *CALL_TABLE_COLUMNS)):
        persons, columns = table_columns(batch, NEVER)
        local = _local(batch.column("time"))
        for counter in counters:
            places = counter.places(local, persons, batch.column("caller"))
            counter.add("attempts", places)
            for name in CALL_COUNTS[1:]:
                counter.add(name, places[columns[name]])
    for batch in log.batches("events", ("event", "person", "caller", "call_time")):
        local, persons = _local(batch.column("call_time")), values_of(batch.column("person"))
        kinds = batch.column("event").dictionary.to_pylist()
        index = values_of(batch.column("event").indices)
        is_mark = np.array([kind == "mark" for kind in kinds] or [False])[index]
        is_case = np.array([kind.startswith("complaint") for kind in kinds] or [False])[index]
        for counter in counters:
            places = counter.places(local, persons, batch.column("caller"))
            counter.add("marks", places[is_mark])
            counter.add("complaints", places[is_case])


class _Counter:
    """Adds up calls of a group batch by batch.

    `callers`: the part of each caller ID by name; `people`: int32[persons], the part of each.
    """

    def __init__(
        self,
        named: tuple[str, str, tuple[str | None, ...], int],
        starts: Array,
        *,
        callers: Mapping[str, int] | None = None,
        people: Array | None = None,
    ) -> None:
        self.named, self.callers, self.people = named, callers, people
        self.starts = starts
        self.cells = len(named[2]) * len(starts)
        self.sums = {name: np.zeros(self.cells, np.int64) for name in COUNTS}

    def places(self, local: Array, persons: Array, callers: Any) -> Array:
        """Return the cell of each call: its part and its hour."""
        hours = np.searchsorted(self.starts, local, side="right") - 1
        if self.callers is not None:
            parts = coded(callers, self.callers)
        else:
            assert self.people is not None
            parts = self.people[persons].astype(np.int64)
        found = parts * len(self.starts) + hours
        return np.where((parts < 0) | (hours < 0), self.cells, found)

    def add(self, name: str, places: Array) -> None:
        """Count calls in their cells; calls of none are in the last, which is left out."""
        self.sums[name] += np.bincount(places, minlength=self.cells + 1)[: self.cells]

    def group(self) -> Group:
        """Return what was counted."""
        shape = (len(self.named[2]), len(self.starts))
        return Group(*self.named, {name: sums.reshape(shape) for name, sums in self.sums.items()})


def campaign_counts(log: RunLog, starts: Array) -> Group:
    """Return the counts by campaign, which the series has, whatever calls were kept."""
    names = tuple(each.name for each in log.scenario.campaigns)
    codes = {name: code for code, name in enumerate(names)}
    shape = (len(names), len(starts))
    sums = {name: np.zeros(shape, np.int64) for name in COUNTS}
    cases = ("complaints_12321", "complaints_hotline", "complaints_sector")
    counted = (*CALL_COUNTS, "marks", *cases)
    for batch in log.batches("series", ("time", "campaign", *counted)):
        hours = np.searchsorted(starts, _local(batch.column("time")), side="right") - 1
        campaigns = np.array([codes[name] for name in batch.column("campaign").to_pylist()], int)
        inside = hours >= 0
        for name in counted:
            into = sums["complaints" if name in cases else name]
            place = (campaigns[inside], hours[inside])
            np.add.at(into, place, values_of(batch.column(name))[inside])
    return Group("campaign", "", names, 0, sums)


def _attributes(log: RunLog, starts: Array, room: int) -> Iterator[_Counter]:
    """Yield a counter for each attribute with several values of enough people."""
    held = set(log.columns("people"))
    named = {name: attribute_column(name) for name in log.summary.get("attributes") or ()}
    named |= {name: column for name, column in PERSON_PARTS.items() if name not in named}
    named = {name: column for name, column in named.items() if column in held}
    if not named or room < 2:
        return
    most = max(2, min(MOST_VALUES, room // len(named)))
    for name, (codes, words) in _people(log, named).items():
        found = _grouped(codes, words, most)
        if found is not None:
            values, others, parts = found
            yield _Counter(("attribute", name, values, others), starts, people=parts)


def _people(log: RunLog, named: Mapping[str, str]) -> dict[str, tuple[Array, list[str]]]:
    """Return the code of each person's value, and the values, by attribute."""
    words: dict[str, dict[str, int]] = {name: {} for name in named}
    codes = {name: np.zeros(0, np.int32) for name in named}
    for batch in log.batches("people", ("person", *named.values())):
        persons = values_of(batch.column("person"))
        top = int(persons.max(initial=-1)) + 1
        for name, column in named.items():
            if top > len(codes[name]):
                more = np.full(max(top, 2 * len(codes[name])), _ABSENT, np.int32)
                more[: len(codes[name])] = codes[name]
                codes[name] = more
            codes[name][persons] = dictionary_codes(batch.column(column), words[name])
    return {name: (codes[name], list(words[name])) for name in named}


def _grouped(
    codes: Array, words: Sequence[str], most: int
) -> tuple[tuple[str | None, ...], int, Array] | None:
    """Return the parts of an attribute, those with most people first, and each person's part.

    The last part may stand for several values. None: fewer than two parts.

    Examples
    --------
    >>> people = np.repeat(np.array([0, 1, 2, -1], np.int32), [30, 50, 3, 25])
    >>> values, others, parts = _grouped(people, ["north", "south", "rare"], 10)
    >>> values, others, np.bincount(parts).tolist()
    (('south', 'north', None, None), 1, [50, 30, 25, 3])
    """
    people = np.bincount(codes.astype(np.int64) - _ABSENT, minlength=len(words) + 2)
    people[0] = 0
    order = [place for place in np.argsort(-people, kind="stable").tolist() if people[place]]
    own = [place for place in order if people[place] >= LEAST_PEOPLE]
    if len(own) > most or (len(own) == most and len(own) < len(order)):
        own = own[: most - 1]
    rest = len(order) - len(own)
    if not own or len(own) + bool(rest) < 2:
        return None
    part_of = np.full(len(words) + 2, len(own), np.int32)
    part_of[0] = -1
    part_of[own] = np.arange(len(own), dtype=np.int32)
    values = tuple(None if place == 1 else words[place - 2] for place in own)
    return (*values, *([None] if rest else [])), rest, part_of[codes - _ABSENT]


def _local(column: Any) -> Array:
    """Return times on the clocks of their zone: datetime64[ms]."""
    from pyarrow import compute

    return values_of(compute.local_timestamp(column))
