"""Calls before a run, read from a file: to whom, when, from which number, with which outcome."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import RowFault, Seen
from dialsim.core.time_units import DAY_MS
from dialsim.engine.call_history.attempts import MOST_TELLING
from dialsim.errors import Problems
from dialsim.messages.text import message, plural
from dialsim.people.history_account import HistoryAccount
from dialsim.people.layout import LONG_AGO
from dialsim.people.number_files import FileAccount, cell_text, number_faults, shown_cell
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.models.files import EarlierCalls
from dialsim.scenario.models.schema import Scenario
from dialsim.scheduler.history_rows import (
    AFTER_START,
    CHUNK_ROWS,
    NAMES,
    UNKNOWN_CALLER,
    UNKNOWN_OUTCOME,
    USELESS,
    add_lost,
    fault_name,
    no_column,
    note_fault,
    opened,
    take_rows,
)
from dialsim.scheduler.own_numbers import OwnNumbers

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

Array = NDArray[Any]
OTHER = -3  # a campaign that is none of the scenario
CALL_NAMES = ("number", "id_key", "tick", "caller")
"""Fields that identify a call."""

CALL = np.dtype(
    [
        ("number", "i8"),
        ("id_key", "u8"),
        ("tick", "i8"),
        ("caller", "i8"),
        ("seen", "i8"),
        ("campaign", "i8"),  # row of it; -1 none of this scenario
        ("talk_ms", "i8"),  # -1 not known
        ("not_rung", "i8"),  # 1: nobody answered, and it ended too soon to have rung
        ("declined", "i8"),  # 1: connected, and said "not interested"
    ],
    align=True,
)
"""A call made before; 0 and 0 nobody known, caller -1 and `Seen` 0 not known."""


def read_calls(
    scenario: Scenario, spec: EarlierCalls, own: OwnNumbers, history: HistoryAccount,
    problems: Problems, quick_ms: int,
) -> tuple[Array, dict[str, str]]:  # fmt: skip
    """Return a file's calls as CALL, in a canonical order, and the file's digest.

    `history` gets the account of its rows; `problems` what is wrong with it. A call without an
    answer that ended sooner than `quick_ms` cannot have rung.
    """
    from dialsim.people.reading.cells import DECLINED_WORDS, SEEN_WORDS, plain
    from dialsim.people.reading.dates import Dates

    where = "history.calls"
    nothing: tuple[Array, dict[str, str]] = (np.zeros(0, CALL), {})
    roles = ("number", "id", "time", "caller_id", "outcome", "campaign", "talk_s", "ring_s")
    source = opened(scenario, spec, where, roles, problems)
    if source is None:
        return nothing
    lacking = _lacking(source, spec, len(scenario.campaigns))
    for role_words, role in lacking:
        no_column(source, where, role_words, role, problems)
    if lacking:
        return nothing
    account = FileAccount(where, "", "earlier calls", spec.file)
    reader = _CallReader(
        source,
        spec.home,
        Dates(scenario.start, scenario.time_zone, serial_days=True, date_format=spec.date_format),
        own,
        account,
        opening_tick(scenario),
        {plain(each.name): row for row, each in enumerate(scenario.campaigns)},
        spec.own,
        0 if spec.own and len(scenario.campaigns) == 1 else -1,
        quick_ms,
    )
    parts = list(reader.read())
    account.take_malformed(source)
    history.calls = account
    history.of_others, history.of_none = reader.of_others, reader.of_none
    history.odd_talks, history.first_odd_talk = reader.odd["talk_s"]
    history.odd_rings = reader.odd["ring_s"][0]
    late = account.unusable[NAMES[AFTER_START]]
    odd = account.unusable[NAMES[UNKNOWN_OUTCOME]]
    if odd:
        problems.add(
            f"{where}.columns.outcome",
            plural(
                "{count} call with an outcome that cannot be understood, in line {first_odd}",
                "{count} calls with an outcome that cannot be understood, the first in line "
                "{first_odd}",
            ).of(odd, first_odd=reader.first_odd),
            found=", ".join(f"{word} ({n:,})" for word, n in reader.odd_words.most_common(12)),
            allowed=", ".join((*SEEN_WORDS, *DECLINED_WORDS)),
            remedy=message(
                "write it in one of these words, or leave the cell empty: then every limit "
                "counts the call"
            ),
        )
    assert scenario.history is not None  # it has these calls
    played_on = scenario.history.as_of is not None
    history.left_out = late if played_on else 0
    if late and not played_on:
        problems.add(
            f"{where}.file",
            plural(
                "{count} call at or after the start, the first in line {first_late}",
                "{count} calls at or after the start, the first in line {first_late}",
            ).of(late, first_late=reader.first_late),
            found=spec.file,
            allowed=message("calls before {isoformat} 00:00, {time_zone}").filled(
                isoformat=scenario.start.isoformat(), time_zone=scenario.time_zone
            ),
        )
    elif late and not account.used:
        problems.add(
            f"{where}.file",
            message(
                "no call of it lies before {as_of:%Y-%m-%d %H:%M}, when the run begins to be played"
            ).filled(as_of=scenario.history.as_of),
            found=plural(
                "{count} call, then or later", "{count} calls, all of them then or later"
            ).of(late),
            allowed=message("at least one call before"),
        )
    elif spec.own and not odd:
        _check_own(account, history, problems)
    elif not odd:
        account.refuse_if_useless(problems, *USELESS)
    calls = np.concatenate([np.zeros(0, CALL), *(part for part, _ in parts)])
    loose = np.concatenate([np.zeros(0, np.bool_), *(loose for _, loose in parts)])
    found = in_order(calls, loose)
    history.repeated = len(calls) - len(found)
    history.with_outcome = int(np.count_nonzero(found["seen"]))
    history.in_campaigns = int(np.count_nonzero(found["campaign"] >= 0))
    known = (found["number"] != 0) | (found["id_key"] != 0)
    history.to_persons = int(np.count_nonzero(known))
    history.with_caller = int(np.count_nonzero(found["caller"] >= 0))
    account.numbers = int(np.count_nonzero(_begins(found[known], "number", "id_key")))
    return found, {f"{where}.file": source.digest}


def _lacking(source: Source, spec: EarlierCalls, campaigns: int) -> list[tuple[str, str]]:
    """Return the required roles that no column of a file has.

    What came of their own calls decides whom campaigns call again: a log that tells it of no call
    has a column of another name.
    """
    known = set(source.columns)
    found = []
    if "time" not in known:
        found.append(("when a call was made", "time"))
    if spec.own and not {"number", "id"} & known:
        found.append(("whom a call went to", "number"))
    elif not {"number", "id", "caller_id"} & known:
        found.append(("whom a call went to or who was shown", "number"))
    if spec.own and campaigns > 1 and "campaign" not in known:
        found.append(("which campaign made a call", "campaign"))
    if spec.own and "outcome" not in known:
        found.append(("what came of a call", "outcome"))
    return found


def _check_own(account: FileAccount, history: HistoryAccount, problems: Problems) -> None:
    """Add rows that would be lost: a person whom a campaign called must not be called once more."""
    late = NAMES[AFTER_START]
    history.unknown_callers = strange = account.taken_strictly[NAMES[UNKNOWN_CALLER]]
    if strange and strange == account.used:
        problems.add(
            "history.calls.columns.caller_id",
            message(
                "no call is from a caller ID of the scenario: neither limits nor the network would "
                "know of any"
            ),
            found=next((each.text for each in account.strict_examples), ""),
            allowed=message('numbers of the blocks, or names such as "north-001"'),
        )
    lost = account.unusable + account.taken_strictly  # of the latter nobody knows whom they were to
    for reason in (late, NAMES[UNKNOWN_CALLER]):
        del lost[reason]
    if not lost:
        account.refuse_if_useless(problems, *USELESS)
        return
    add_lost(
        account,
        lost,
        "a campaign would call those people as if it never had",
        "rows with a time, whom the call went to, and an outcome in known words",
        "correct these rows, or take out those that are no calls of the campaigns",
        problems,
    )


@dataclass
class _CallReader:
    source: Source
    home: str
    dates: Any
    own: OwnNumbers
    account: FileAccount
    opening: int
    rows_of_campaigns: dict[str, int]
    own_calls: bool
    only_campaign: int
    quick_ms: int
    of_others: int = 0
    of_none: int = 0
    odd: dict[str, tuple[int, str]] = field(
        default_factory=lambda: {"talk_s": (0, ""), "ring_s": (0, "")}
    )
    odd_words: Counter[str] = field(default_factory=Counter)
    first_late: int = 0
    first_odd: int = 0
    words: dict[str, int] = field(default_factory=dict)

    def read(self) -> Any:
        """Yield the usable rows of each batch as CALL, and which lack a time of their own."""
        from dialsim.people.reading.cells import BAD, DECLINED
        from dialsim.people.reading.dates import READ

        first = 0
        for batch in self.source.batches(CHUNK_ROWS):
            count = batch.num_rows
            columns = {name: batch.column(name) for name in batch.schema.names}
            calls = np.zeros(count, CALL)
            moments = self.dates.read(columns["time"])
            # of a day alone its end: limits hold for as long as they might
            ends = moments.ticks + DAY_MS
            before = moments.ticks < self.opening
            ends[before] = np.minimum(ends[before], self.opening)
            ticks = np.where(moments.day_alone, ends - 1, moments.ticks)
            calls["tick"] = np.maximum(ticks, LONG_AGO)
            odd = self._whom(calls, columns)
            calls["caller"], no_caller = self._caller(columns, count)
            strange = ~no_caller & (calls["caller"] < 0)
            person = (calls["number"] != 0) | (calls["id_key"] != 0)
            faults = np.zeros(count, np.uint8)
            note_fault(faults, moments.state != READ, RowFault.BAD_DATE)
            note_fault(faults, ticks >= self.opening, AFTER_START)
            calls["campaign"] = self._campaign(columns, count)
            calls["talk_ms"] = self._span(columns, "talk_s", count)
            seen = self._seen(columns, count)
            calls["declined"] = seen == DECLINED
            calls["seen"] = np.where(seen == DECLINED, np.int64(Seen.CONNECTED), seen)
            ring_ms = self._span(columns, "ring_s", count)
            quick = (ring_ms >= 0) & (ring_ms < self.quick_ms)
            calls["not_rung"] = (calls["seen"] == Seen.NO_ANSWER) & quick
            note_fault(faults, calls["seen"] == BAD, UNKNOWN_OUTCOME)
            anonymous = ~person & (calls["caller"] < 0)
            note_fault(faults, anonymous & strange, UNKNOWN_CALLER)
            note_fault(faults, anonymous, np.where(odd == 0, RowFault.NO_NUMBER, odd))
            late = np.flatnonzero(faults == AFTER_START)
            if len(late) and not self.first_late:
                self.first_late = self.source.line_of(first + int(late[0]))
            odd_words = np.flatnonzero(faults == UNKNOWN_OUTCOME)
            for row in odd_words.tolist():
                self.odd_words[shown_cell(cell_text(columns["outcome"], row), False)] += 1
            if len(odd_words) and not self.first_odd:
                self.first_odd = self.source.line_of(first + int(odd_words[0]))
            names = [name for name in ("number", "id", "caller_id") if name in columns]
            cells = {RowFault.BAD_DATE: columns["time"], AFTER_START: columns["time"]}
            if "caller_id" in columns:
                cells[UNKNOWN_CALLER] = columns["caller_id"]
            if "outcome" in columns:
                cells[UNKNOWN_OUTCOME] = columns["outcome"]
            take_rows(self.account, self.source, first, faults, columns[names[0]], cells)
            used = faults == 0
            half = np.where(strange, np.uint8(UNKNOWN_CALLER), odd)
            half[~used | (half == RowFault.NO_NUMBER)] = 0
            for code in np.unique(half[half != 0]).tolist():
                rows = np.flatnonzero(half == code)
                texts = cells.get(code, columns[names[0]])
                self.account.take_strictly(fault_name(code), self.source, rows, first, texts)
            first += count
            loose = moments.day_alone | (ticks < LONG_AGO)
            yield calls[used], loose[used]

    def _whom(self, calls: Array, columns: dict[str, Any]) -> NDArray[np.uint8]:
        """Write number and key of an identifier; return why a cell is no number."""
        from dialsim.numbering.classify import classify_column
        from dialsim.people.merging.identities import id_keys

        faults = np.zeros(len(calls), np.uint8)
        if "number" in columns:
            found = classify_column(columns["number"], self.home)
            faults = number_faults(found)
            calls["number"] = np.where(faults == 0, found["number"], 0)
        if "id" in columns:
            calls["id_key"] = id_keys(columns["id"])
        return faults

    def _seen(self, columns: dict[str, Any], count: int) -> Array:
        from dialsim.people.reading.cells import by_value, read_seen

        if "outcome" not in columns:
            return np.zeros(count, np.int64)
        return by_value(columns["outcome"], read_seen, int(Seen.NONE), self.words)

    def _campaign(self, columns: dict[str, Any], count: int) -> Array:
        """Return each call's campaign in the scenario; -1 if none."""
        from dialsim.people.reading.cells import by_value

        if "campaign" not in columns or not self.own_calls:
            return np.full(count, self.only_campaign, np.int64)
        rows = by_value(
            columns["campaign"],
            lambda name: self.rows_of_campaigns.get(name, OTHER),
            self.only_campaign,
            {},
        )
        self.of_others += int(np.count_nonzero(rows == OTHER))
        self.of_none += int(np.count_nonzero(rows == -1))
        return np.maximum(rows, -1)

    def _span(self, columns: dict[str, Any], name: str, count: int) -> Array:
        """Return the ms in a column of seconds; -1 if unknown."""
        from dialsim.people.reading.cells import BAD, by_value, read_talk_ms

        if name not in columns:
            return np.full(count, -1, np.int64)
        found = by_value(columns[name], read_talk_ms, -1, {})
        odd = np.flatnonzero(found == BAD)
        so_far, first = self.odd[name]
        if len(odd) and not first:
            first = shown_cell(cell_text(columns[name], int(odd[0])), False)
        self.odd[name] = so_far + len(odd), first
        return np.where(found == BAD, -1, found)

    def _caller(self, columns: dict[str, Any], count: int) -> tuple[Array, Array]:
        if "caller_id" not in columns:
            return np.full(count, -1, np.int64), np.ones(count, np.bool_)
        return self.own.rows_of(columns["caller_id"], self.home)


def in_order(calls: Array, loose: Array) -> Array:
    """Return calls in canonical order, without duplicates, one per person and tick.

    Parameters
    ----------
    calls
        CALL[n].
    loose
        bool[n]: only a day, or a bound, is known of its time; several such calls to one person
        are several, and get ticks next to each other.

    Notes
    -----
    Two rows with one time, person and caller ID are one call; if they say different things of its
    outcome, the stricter is kept. Rows that name no person are never taken for the same.
    """
    rank = np.where(calls["seen"] == Seen.NONE, len(Seen), len(Seen) - 1)
    for place, seen in enumerate(MOST_TELLING):
        rank[calls["seen"] == seen] = place
    keys = (rank, loose, calls["caller"], calls["tick"], calls["id_key"], calls["number"])
    order = np.lexsort((-calls["declined"], *keys))
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
    """Return where a call differs from its predecessor."""
    begins = np.ones(len(calls), np.bool_)
    begins[1:] = False
    for name in names:
        begins[1:] |= calls[name][1:] != calls[name][:-1]
    return begins
