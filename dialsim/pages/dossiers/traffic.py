"""The calls of a run by trunk: concurrency, calls a second and a day, callees by operator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.arrow_numpy import values_of
from dialsim.core.codes import Operator, Province
from dialsim.errors import ScenarioError
from dialsim.outcomes.reader import DamagedError
from dialsim.pages.charts.callers import days_of
from dialsim.results.tables.coded_columns import coded
from dialsim.results.tables.run_log import RunLog
from dialsim.scenario.checks.reachable import PROVINCES

Array = NDArray[Any]
COLUMNS = (
    *("time", "person", "caller", "trunk", "true_operator", "sip_code"),
    *("ring_ms", "wait_ms", "talk_ms"),
)
ANSWERED = 200
"""The first phase code of an answered call, from which on it is billed."""
SECOND, HOUR = 1000, 3_600_000


class Peak(NamedTuple):
    """The maximum of a quantity, and the tick at which it was first reached."""

    most: int
    tick: int


@dataclass(frozen=True)
class Traffic:
    """All attempts in the order of their dials; arrays of one length.

    Attributes
    ----------
    tick, end
        int64: dial and end of the call, which occupies a channel in between.
    billed_ms
        int64: from the answer to the end; 0 if nobody answered.
    answered
        bool: whether the signalling reported an answer.
    trunk, line
        Rows of the trunk and the caller ID in the scenario.
    operator
        `Operator` of the callee, a ported number's own.
    province
        `Province` of the callee's number.
    day
        int64: local day of the dial, from 0.
    days
        Local days of the run.
    """

    tick: Array
    end: Array
    billed_ms: Array
    answered: Array
    trunk: Array
    line: Array
    operator: Array
    province: Array
    day: Array
    days: int

    def of(self, chosen: Array) -> Traffic:
        """Return the selected calls (bool, one for each)."""
        parts = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "days"}
        return Traffic(**{name: part[chosen] for name, part in parts.items()}, days=self.days)

    def __len__(self) -> int:
        return len(self.tick)

    @cached_property
    def at_once(self) -> Peak:
        """The most concurrent calls."""
        return most_at_once(self.tick, self.end)

    @cached_property
    def in_a_second(self) -> Peak:
        """The most calls begun within any second."""
        return most_within(self.tick, SECOND)

    @cached_property
    def in_an_hour(self) -> Peak:
        """The most calls begun within any hour."""
        return most_within(self.tick, HOUR)

    @cached_property
    def by_day(self) -> Array:
        """Calls of each day: int64[days]."""
        return np.bincount(self.day, minlength=self.days)

    def by_operator(self) -> dict[Operator, Array]:
        """Return calls of each day by the callee's operator, most first, without empty ones."""
        return _most_first(Operator, self._daily(self.operator, len(Operator)))

    def by_both(self) -> Array:
        """Return calls by `Province` and `Operator`: int64[provinces, operators]."""
        width = len(Operator)
        table = np.bincount(
            self.province.astype(np.int64) * width + self.operator, minlength=len(Province) * width
        )
        return table.reshape(len(Province), width)

    def by_province(self) -> dict[Province, Array]:
        """Return calls of each day by the province of the callee's number, as in `by_operator`."""
        return _most_first(Province, self._daily(self.province, len(Province)))

    def _daily(self, codes: Array, kinds: int) -> Array:
        places = codes.astype(np.int64) * self.days + self.day
        return np.bincount(places, minlength=kinds * self.days).reshape(kinds, self.days)

    def most_of_a_number(self, first: int, count: int) -> int:
        """Return the calls of the busiest of some caller IDs on its busiest day."""
        mine = (self.line >= first) & (self.line < first + count)
        table = np.bincount((self.line[mine] - first) * self.days + self.day[mine])
        return int(table.max()) if len(table) else 0


def _most_first(kinds: Any, table: Array) -> dict[Any, Array]:
    kept = {code: table[code] for code in kinds if table[code].any()}
    return dict(sorted(kept.items(), key=lambda item: -int(item[1].sum())))


def most_at_once(begins: Array, ends: Array) -> Peak:
    """Return how many of some spans overlap at most, and from which tick on.

    Parameters
    ----------
    begins, ends
        int64[n]: a span holds the first tick, not the last.

    Examples
    --------
    >>> most_at_once(np.array([0, 5, 10]), np.array([10, 12, 20]))
    Peak(most=2, tick=5)

    Notes
    -----
    Exact, by a sort of each; `begins` need not be sorted.
    """
    if not len(begins):
        return Peak(0, 0)
    begun = np.sort(begins)
    over = np.searchsorted(np.sort(ends), begun, side="right")
    under_way = np.arange(1, len(begun) + 1) - over
    place = int(np.argmax(under_way))
    return Peak(int(under_way[place]), int(begun[place]))


def most_within(ticks: Array, span_ms: int) -> Peak:
    """Return how many of some ticks lie within a span of a length at most, and where it begins.

    >>> most_within(np.array([0, 400, 1000, 1300, 1399]), 1000)
    Peak(most=4, tick=400)

    Notes
    -----
    Two that are `span_ms` apart are not within one span. Exact, by a sort.
    """
    if not len(ticks):
        return Peak(0, 0)
    begun = np.sort(ticks)
    within = np.arange(1, len(begun) + 1) - np.searchsorted(begun, begun - span_ms, side="right")
    place = int(np.argmax(within))
    most = int(within[place])
    return Peak(most, int(begun[place - most + 1]))


def traffic(log: RunLog) -> Traffic:
    """Return every attempt of a run.

    Raises
    ------
    ScenarioError
        The run kept no call log, or a part of it is damaged.

    Notes
    -----
    One pass over nine columns of the call log; about 70 bytes a call. Provinces are those of the
    table of people; without such a table, or where it has none, the province is unknown.
    """
    trunks = {each.name: row for row, each in enumerate(log.scenario.trunks)}
    operators = {code.name.lower(): int(code) for code in Operator}
    parts: dict[str, list[Array]] = {}
    for batch in log.batches("calls", COLUMNS):
        plain = {
            name: values_of(batch.column(name))
            for name in ("person", "sip_code", "ring_ms", "wait_ms", "talk_ms")
        }
        rows = {
            **plain,
            "tick": log.ticks(batch.column("time")),
            "trunk": coded(batch.column("trunk"), trunks),
            "line": coded(batch.column("caller"), log.row_of),
            "operator": coded(batch.column("true_operator"), operators),
        }
        for name, column in rows.items():
            parts.setdefault(name, []).append(column)
    read = {name: np.concatenate(columns) for name, columns in parts.items()}
    if not read:
        names = ("tick", "trunk", "line", "operator", "person", "sip_code")
        read = {name: np.zeros(0, np.int64) for name in (*names, "ring_ms", "wait_ms", "talk_ms")}
    order = np.argsort(read["tick"], kind="stable")
    read = {name: column[order] for name, column in read.items()}
    talked = read["wait_ms"].astype(np.int64) + read["talk_ms"]
    answered = read["sip_code"] == ANSWERED
    return Traffic(
        tick=read["tick"],
        end=read["tick"] + read["ring_ms"] + talked,
        billed_ms=np.where(answered, talked, 0),
        answered=answered,
        trunk=read["trunk"],
        line=read["line"],
        operator=read["operator"],
        province=_provinces(log, read["person"]),
        day=days_of(log, read["tick"]),
        days=log.scenario.days,
    )


def _provinces(log: RunLog, persons: Array) -> Array:
    """Return the `Province` of each callee; UNKNOWN if the table of people has none."""
    known = np.zeros(int(persons.max()) + 1 if len(persons) else 1, np.int8)
    codes = {str(name): place for place, name in enumerate(PROVINCES, 1)}
    for batch in _province_batches(log):
        rows = values_of(batch.column("person"))
        inside = rows < len(known)
        known[rows[inside]] = coded(batch.column("number_province"), codes, 0)[inside]
    return known[persons]


def _province_batches(log: RunLog) -> Iterable[Any]:
    """Yield persons with their provinces; nothing if the run has no such table."""
    try:
        if "number_province" in log.columns("people"):
            yield from log.batches("people", ("person", "number_province"))
    except DamagedError:
        raise
    except ScenarioError:  # an interrupted run lacks this table, which takes long to write
        return
