"""What happened before the start, read from files: earlier calls, and states of caller IDs.

Nothing here depends on the order of rows: rows are put in an order of their own, and of rows that
say the same thing twice one counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier import history as carrier_history
from dialsim.carrier.history import CALLER_CALL, CALLER_STATE
from dialsim.compliance.history import remember_calls, remember_metered
from dialsim.compliance.layout import Limits, Resources
from dialsim.core.codes import RowFault
from dialsim.engine.build import World
from dialsim.errors import Problems
from dialsim.people.history_account import HistoryAccount
from dialsim.people.layout import LONG_AGO
from dialsim.people.lists import Lists
from dialsim.people.number_files import (
    MOST_EXAMPLES,
    Example,
    FileAccount,
    number_faults,
    shown_cell,
)
from dialsim.scenario.files import CallerStates, EarlierCalls
from dialsim.scenario.schema import Scenario
from dialsim.scheduler.own_numbers import OwnNumbers

if TYPE_CHECKING:
    from dialsim.people.source import Source

Array = NDArray[Any]
CHUNK_ROWS = 1 << 18
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
SECOND_MS = 1000
UNKNOWN_CALLER, AFTER_START, MORE_IN_HOUR = 201, 202, 203
NAMES = {
    UNKNOWN_CALLER: "UNKNOWN_CALLER",  # no caller ID of the scenario
    AFTER_START: "AFTER_START",
    MORE_IN_HOUR: "MORE_IN_HOUR_THAN_DAY",
}
"""Reasons beside `RowFault`."""
_COUNTED = (UNKNOWN_CALLER, MORE_IN_HOUR, RowFault.BAD_COUNT, RowFault.BAD_ANSWER)
"""What is no phone number by itself: names of lines and counts are shown as they stand."""
USELESS = (
    "no row of this history can be understood, so it would tell nothing",
    "calls, or states of caller IDs",
    "mend the file, or name the columns that are meant",
)
CALL_NAMES = ("number", "id_key", "tick", "caller")
COUNTS = ("age_days", "calls_hour", "calls_day", "delivered_30d", "marks_30d", "complaints_30d")
MOST = 1_000_000  # that a state may count: calls of one number
MOST_IN_ALL = 1 << 30  # over all caller IDs, which the network adds up

CALL = np.dtype([("number", "i8"), ("id_key", "u8"), ("tick", "i8"), ("caller", "i8")], align=True)
"""A call made before the start; 0 and 0 nobody known, caller -1 not known."""


@dataclass
class History:
    """The time before the start, as far as the scenario tells of it.

    Attributes
    ----------
    states, calls
        CALLER_STATE and CALL records, in an order of their own.
    account
        What became of the rows.
    inputs
        Digest of each file's content, by its place in the scenario.
    """

    states: Array
    calls: Array
    account: HistoryAccount
    inputs: dict[str, str] = field(default_factory=dict)

    def tell(self, lists: Lists) -> None:
        """Tell lists from files of calls to their people; before any row is read."""
        known = self.calls[(self.calls["number"] != 0) | (self.calls["id_key"] != 0)]
        if len(known):
            self.account.earlier = lists.know_earlier(
                *(np.ascontiguousarray(known[name]) for name in CALL_NAMES)
            )

    def begin(self, world: World) -> None:
        """Write what is known of caller IDs into a world that has played nothing yet."""
        shown = self.calls[self.calls["caller"] >= 0]
        calls = np.zeros(len(shown), CALLER_CALL)
        calls["line"], calls["tick"] = shown["caller"], shown["tick"]
        labels = "labels" not in world.scenario.network.off
        new = carrier_history.young(world.network)
        carrier_history.remember(world.state.carrier, self.states, calls, labels, new)
        limits = world.static.limits
        resources = world.state.resources
        told = ~np.isin(self.states["line"], calls["line"])
        if len(limits.caller):  # else nobody looks into the rings
            drawn = as_calls(self.states[told], resources.rings.shape[1])
            both = np.concatenate([calls, drawn])
            remember_calls(resources, limits, both["line"], both["tick"])
        self._begin_meters(resources, limits, calls, self.states[told])
        self.account.attempts_before = world.state.resources.callers["attempts"].copy()

    def _begin_meters(
        self, resources: Resources, limits: Limits, calls: Array, states: Array
    ) -> None:
        """Book earlier calls on the enterprise's and the trunks' meters that look back so far."""
        long = np.flatnonzero((limits.meters["per_ms"] > SECOND_MS).any(axis=1))
        if not len(long):
            return
        drawn = as_calls(states, int(limits.meters["count"][long].max()))
        told = np.concatenate([calls, drawn])
        trunk_of = resources.groups["trunk"][resources.callers["group"]][told["line"]]
        for row in long.tolist():
            if row == 0:
                unknown = self.calls["tick"][self.calls["caller"] < 0]
                ticks = np.concatenate([told["tick"], unknown])
            else:
                ticks = told["tick"][trunk_of == row - 1]
            remember_metered(resources, limits, row, ticks)


def as_calls(states: Array, most: int) -> Array:
    """Return the last calls that states count, at most so many a line, as CALLER_CALL.

    They are spread evenly over the last hour, the others over the day before it.
    """
    parts = [np.zeros(0, CALLER_CALL)]
    for state in states[(states["calls_day"] > 0) | (states["calls_hour"] > 0)]:
        hour = max(int(state["calls_hour"]), 0)
        rest = max(int(state["calls_day"]) - hour, 0)
        late = np.arange(min(hour, most)) * HOUR_MS // max(hour, 1)
        early = np.arange(min(rest, most - len(late))) * (DAY_MS - HOUR_MS) // max(rest, 1)
        calls = np.zeros(len(late) + len(early), CALLER_CALL)
        calls["line"] = state["line"]
        calls["tick"] = -1 - np.concatenate([late, HOUR_MS + early])
        parts.append(calls)
    return np.concatenate(parts)


def read_history(scenario: Scenario, own: OwnNumbers, problems: Problems) -> History | None:
    """Read what a scenario tells of the time before its start; None if it tells nothing.

    Parameters
    ----------
    scenario
        Its `history`, `start` and `time_zone`.
    own
        The caller IDs, which rows name by number or as ``north-001``.
    problems
        Gets what is wrong with a file, a file without a row that can be understood, and calls at
        or after the start.

    Notes
    -----
    A row that cannot be understood is in the account, with its line and why. O(rows log rows);
    32 bytes a call.
    """
    history = scenario.history
    if history is None:
        return None
    made = History(np.zeros(0, CALLER_STATE), np.zeros(0, CALL), HistoryAccount())
    if history.caller_ids is not None:
        _states(made, scenario, history.caller_ids, own, problems)
    if history.calls is not None:
        _calls(made, scenario, history.calls, own, problems)
    lines = np.concatenate([made.states["line"], made.calls["caller"]])
    made.account.callers = len(np.unique(lines[lines >= 0]))
    made.account.assumed = _assumed(made, history.calls is not None)
    return made


# --- states of caller IDs --------------------------------------------------------------------


def _states(
    made: History, scenario: Scenario, spec: CallerStates, own: OwnNumbers, problems: Problems
) -> None:
    where = "history.caller_ids"
    source = _opened(scenario, spec, where, ("caller_id", *COUNTS, "labelled"), problems)
    if source is None:
        return
    if "caller_id" not in source.columns:
        _no_column(source, where, "which caller ID a row is about", "caller_id", problems)
        return
    account = FileAccount(where, "", "states of caller IDs", spec.file)
    parts = list(_state_rows(source, own, account))
    account.take_malformed(source)
    account.refuse_if_useless(problems, *USELESS)
    made.inputs[f"{where}.file"] = source.digest
    rows = np.concatenate([np.zeros(0, CALLER_STATE), *parts])
    made.states = _one_each(rows)
    account.numbers = len(made.states)
    if account.numbers < account.used:
        account.taken_strictly["REPEATED"] = account.used - account.numbers
    made.account.caller_ids = account
    for name in COUNTS[1:]:
        total = int(np.maximum(made.states[name], 0).sum())
        if total > MOST_IN_ALL:
            problems.add(
                f"{where}.columns.{name}",
                "more in all than any enterprise makes",
                found=total,
                allowed=f"at most {MOST_IN_ALL} over all caller IDs",
            )


def _state_rows(source: Source, own: OwnNumbers, account: FileAccount) -> Any:
    """Yield the usable rows of each batch as CALLER_STATE, and account for the others."""
    from dialsim.people.cells import BAD, by_value, read_answer, whole_numbers

    first = 0
    for batch in source.batches(CHUNK_ROWS):
        texts = batch.column("caller_id")
        names = batch.schema.names
        rows = np.full(batch.num_rows, -1, np.int64)
        states = np.zeros(batch.num_rows, CALLER_STATE)
        rows, empty = own.rows_of(texts)
        faults = np.where(empty, np.uint8(RowFault.NO_NUMBER), np.uint8(0))
        faults[~empty & (rows < 0)] = UNKNOWN_CALLER
        states["line"] = rows
        for name in COUNTS:
            values = np.full(len(rows), -1, np.int64)
            if name in names:
                values = whole_numbers(batch.column(name), -1, 0, MOST)
            _fault(faults, values == BAD, RowFault.BAD_COUNT)
            states[name] = values
        states["labelled"] = -1
        if "labelled" in names:
            values = by_value(batch.column("labelled"), read_answer, -1, {})
            _fault(faults, values == BAD, RowFault.BAD_ANSWER)
            states["labelled"] = np.where(values == BAD, -1, values)
        hour, day = states["calls_hour"], states["calls_day"]
        _fault(faults, (day >= 0) & (hour > day), MORE_IN_HOUR)
        states["calls_day"] = np.maximum(hour, day)
        _take(account, source, first, faults, texts)
        first += len(rows)
        yield states[faults == 0]


def _one_each(rows: Array) -> Array:
    """Return one state a line; of several the worst of each column, and the youngest age."""
    lines, group = np.unique(rows["line"], return_inverse=True)
    states = np.zeros(len(lines), CALLER_STATE)
    states["line"] = lines
    for name in (*COUNTS, "labelled"):
        states[name] = -1
        np.maximum.at(states[name], group, rows[name])
    stated = rows["age_days"] >= 0
    youngest = states["age_days"].copy()
    np.minimum.at(youngest, group[stated], rows["age_days"][stated])
    states["age_days"] = youngest
    return states


# --- calls -----------------------------------------------------------------------------------


def _calls(
    made: History, scenario: Scenario, spec: EarlierCalls, own: OwnNumbers, problems: Problems
) -> None:
    from dialsim.people.dates import Dates

    where = "history.calls"
    source = _opened(scenario, spec, where, ("number", "id", "time", "caller_id"), problems)
    if source is None:
        return
    if "time" not in source.columns:
        _no_column(source, where, "when a call was made", "time", problems)
        return
    if not {"number", "id", "caller_id"} & set(source.columns):
        _no_column(source, where, "whom a call went to or who was shown", "number", problems)
        return
    account = FileAccount(where, "", "earlier calls", spec.file)
    reader = _CallReader(source, spec.home, Dates(scenario.start, scenario.time_zone), own, account)
    parts = list(reader.read())
    account.take_malformed(source)
    made.inputs[f"{where}.file"] = source.digest
    made.account.calls = account
    late = account.unusable[NAMES[AFTER_START]]
    if late:
        problems.add(
            f"{where}.file",
            f"{late} {'call' if late == 1 else 'calls'} at or after the start, the first in line "
            f"{reader.first_late}",
            found=spec.file,
            allowed=f"calls before {scenario.start.isoformat()} 00:00, {scenario.time_zone}",
        )
    else:
        account.refuse_if_useless(problems, *USELESS)
    calls = np.concatenate([np.zeros(0, CALL), *(part for part, _ in parts)])
    loose = np.concatenate([np.zeros(0, np.bool_), *(loose for _, loose in parts)])
    made.calls = in_order(calls, loose)
    made.account.repeated = len(calls) - len(made.calls)
    known = (made.calls["number"] != 0) | (made.calls["id_key"] != 0)
    made.account.to_persons = int(np.count_nonzero(known))
    made.account.with_caller = int(np.count_nonzero(made.calls["caller"] >= 0))
    account.numbers = int(np.count_nonzero(_begins(made.calls[known], "number", "id_key")))


@dataclass
class _CallReader:
    source: Source
    home: str
    dates: Any
    own: OwnNumbers
    account: FileAccount
    first_late: int = 0

    def read(self) -> Any:
        """Yield the usable rows of each batch as CALL, and which have no time of their own."""
        from dialsim.people.dates import READ

        first = 0
        for batch in self.source.batches(CHUNK_ROWS):
            count = batch.num_rows
            columns = {name: batch.column(name) for name in batch.schema.names}
            calls = np.zeros(count, CALL)
            moments = self.dates.read(columns["time"])
            # of a day alone its end: limits hold for as long as they might
            ticks = np.where(moments.day_alone, moments.ticks + DAY_MS - 1, moments.ticks)
            calls["tick"] = np.maximum(ticks, LONG_AGO)
            odd = self._whom(calls, columns)
            calls["caller"], no_caller = self._caller(columns, count)
            strange = ~no_caller & (calls["caller"] < 0)
            person = (calls["number"] != 0) | (calls["id_key"] != 0)
            faults = np.zeros(count, np.uint8)
            _fault(faults, moments.state != READ, RowFault.BAD_DATE)
            _fault(faults, ticks >= 0, AFTER_START)
            nobody = ~person & (calls["caller"] < 0)
            _fault(faults, nobody & strange, UNKNOWN_CALLER)
            _fault(faults, nobody, np.where(odd == 0, RowFault.NO_NUMBER, odd))
            late = np.flatnonzero(faults == AFTER_START)
            if len(late) and not self.first_late:
                self.first_late = self.source.line_of(first + int(late[0]))
            names = [name for name in ("number", "id", "caller_id") if name in columns]
            cells = {RowFault.BAD_DATE: columns["time"], AFTER_START: columns["time"]}
            if "caller_id" in columns:
                cells[UNKNOWN_CALLER] = columns["caller_id"]
            _take(self.account, self.source, first, faults, columns[names[0]], cells)
            used = faults == 0
            half = np.where(strange, np.uint8(UNKNOWN_CALLER), odd)
            half[~used | (half == RowFault.NO_NUMBER)] = 0
            for code in np.unique(half[half != 0]).tolist():
                rows = np.flatnonzero(half == code)
                texts = cells.get(code, columns[names[0]])
                self.account.take_strictly(_name(code), self.source, rows, first, texts)
            first += count
            loose = moments.day_alone | (ticks < LONG_AGO)
            yield calls[used], loose[used]

    def _whom(self, calls: Array, columns: dict[str, Any]) -> NDArray[np.uint8]:
        """Write number and key of an identifier; return why a cell is no number."""
        from dialsim.numbering.classify import classify_column
        from dialsim.people.persons import id_keys

        faults = np.zeros(len(calls), np.uint8)
        if "number" in columns:
            found = classify_column(columns["number"], self.home)
            faults = number_faults(found)
            calls["number"] = np.where(faults == 0, found["number"], 0)
        if "id" in columns:
            calls["id_key"] = id_keys(columns["id"])
        return faults

    def _caller(self, columns: dict[str, Any], count: int) -> tuple[Array, Array]:
        if "caller_id" not in columns:
            return np.full(count, -1, np.int64), np.ones(count, np.bool_)
        return self.own.rows_of(columns["caller_id"], self.home)


def in_order(calls: Array, loose: Array) -> Array:
    """Return calls in an order of their own, each once, no two to one person at one tick.

    Parameters
    ----------
    calls
        CALL[n].
    loose
        bool[n]: only a day, or a bound, is known of its time; several such calls to one person
        are several, and get ticks next to each other.

    Notes
    -----
    Two rows with one time, person and caller ID are one call. Rows that name no person are never
    taken for the same.
    """
    order = np.lexsort((loose, calls["caller"], calls["tick"], calls["id_key"], calls["number"]))
    calls, loose = calls[order], loose[order]
    person = (calls["number"] != 0) | (calls["id_key"] != 0)
    again = ~_begins(calls, *CALL_NAMES) & person & ~loose
    calls, loose, person = calls[~again], loose[~again], person[~again]
    begins = np.flatnonzero(_begins(calls, "number", "id_key", "tick"))
    first = np.repeat(begins, np.diff(np.append(begins, len(calls))))
    rank = np.where(loose & person, np.arange(len(calls)) - first, 0)
    bound = calls["tick"] == LONG_AGO
    calls["tick"] += np.where(bound, rank, -rank)
    return calls


def _begins(calls: Array, *names: str) -> NDArray[np.bool_]:
    """Return where a call differs from the one before it."""
    begins = np.ones(len(calls), np.bool_)
    begins[1:] = False
    for name in names:
        begins[1:] |= calls[name][1:] != calls[name][:-1]
    return begins


# --- both ------------------------------------------------------------------------------------


def _opened(
    scenario: Scenario,
    spec: EarlierCalls | CallerStates,
    where: str,
    roles: tuple[str, ...],
    problems: Problems,
) -> Source | None:
    from dialsim.people.source import open_source

    return open_source(
        scenario.file_path(spec.file),
        spec,
        {role: (role,) for role in roles},
        where,
        problems,
        required=(),
        given=spec.columns.given,
        named=spec.file,
        may_be_empty=True,
    )


def _no_column(source: Source, where: str, says: str, role: str, problems: Problems) -> None:
    problems.add(
        f"{where}.columns",
        f"no column says {says}",
        found=", ".join(source.names),
        remedy=f'name it: columns = {{ {role} = "..." }}',
    )


def _fault(faults: NDArray[np.uint8], bad: Array, fault: Any) -> None:
    """Note a fault where a row has none yet."""
    bad = bad & (faults == 0)
    faults[bad] = np.broadcast_to(fault, bad.shape)[bad]


def _name(code: int) -> str:
    return NAMES[code] if code in NAMES else RowFault(code).name


def _take(
    account: FileAccount, source: Source, first: int, faults: Array, texts: Any,
    cells: Mapping[int, Any] | None = None,
) -> None:  # fmt: skip
    """Count some rows, with examples of each reason: of `texts`, or of a fault's own `cells`."""
    account.rows += len(faults)
    account.used += int(np.count_nonzero(faults == 0))
    for code in np.unique(faults[faults != 0]).tolist():
        rows = np.flatnonzero(faults == code)
        room = max(0, MOST_EXAMPLES - account.unusable[_name(code)])
        account.unusable[_name(code)] += len(rows)
        for row in rows[:room].tolist():
            line = source.line_of(first + row)
            cell = (cells or {}).get(code, texts)[row].as_py()
            shown = shown_cell(cell, code not in (RowFault.BAD_DATE, AFTER_START, *_COUNTED))
            account.examples.append(Example(line, _name(code), shown))


def _assumed(made: History, with_calls: bool) -> list[str]:
    """Return sentences on what the files do not say."""
    states = made.states
    lacking = {name: int(np.count_nonzero(states[name] < 0)) for name in COUNTS}
    found = []
    if not with_calls:
        found.append("earlier calls to single people are not known: their limits begin empty")
    if not len(states):
        found.append("marks, complaints and labels of caller IDs are not known: none, but by draw")
    elif lacking["age_days"]:
        found.append(
            f"{lacking['age_days']} caller IDs without an age: in use since their first known call"
        )
    found += [
        f"{lacking[name]} caller IDs without {name}: taken as none"
        for name in COUNTS[1:]
        if lacking[name] and not (with_calls and name.startswith("calls_"))
    ]
    if len(states) > lacking["age_days"]:
        found.append("a mobile number that is new at the start counts as new to the end")
    if len(states):
        found.append("totals of caller IDs are spread evenly over their hour, day or 30 days")
        found.append("the enterprise's own rate of complaints begins empty")
    return found
