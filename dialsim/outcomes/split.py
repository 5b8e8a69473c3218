"""Counts of attempts and later events, by a value that each person has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.arrow_numpy import text_codes, values_of
from dialsim.core.codes import Cause, EventCode, Seen
from dialsim.core.time_units import CONVERSATION_MS
from dialsim.outcomes.tables import INTERCEPTED
from dialsim.outcomes.writer import Sink

Array = NDArray[Any]

CALL_COUNTS = (
    "attempts",
    "delivered",
    "answered",
    "live_answers",
    "connects",
    "conversations",
    "abandoned",
    "intercepted",
    "talk_ms",
)
EVENT_COUNTS = {
    EventCode.OPT_OUT: "opt_outs",
    EventCode.MARK: "marks",
    EventCode.COMPLAINT_12321: "complaints_12321",
    EventCode.COMPLAINT_HOTLINE: "complaints_hotline",
    EventCode.COMPLAINT_SECTOR: "complaints_sector",
}
COUNTS = (*CALL_COUNTS, "reach", *EVENT_COUNTS.values(), "leads", "leads_finished")


class SplitCounts:
    """Counts by value, added up batch by batch.

    Parameters
    ----------
    codes_of
        Gives int32[n], the code of the value of each of n person rows; -1 for none. Codes are
        whole numbers from 0 and may grow while batches come.
    within_ms
        Who waited longer than that for an agent counts as abandoned.

    Notes
    -----
    Order and size of batches do not matter. Cost: some 0.15 µs an attempt, one byte a person.
    """

    def __init__(self, codes_of: Callable[[Array], Array], within_ms: int) -> None:
        self._codes_of, self._within_ms = codes_of, within_ms
        self._counts: dict[str, Array] = {name: np.zeros(1, np.int64) for name in COUNTS}
        self._reached = np.zeros(0, np.bool_)

    def add_calls(self, persons: Array, columns: dict[str, Array]) -> None:
        """Add attempts.

        Parameters
        ----------
        persons
            int[n], person rows.
        columns
            By each name of `CALL_COUNTS` what an attempt adds to it: bool[n], or int64[n] for
            ``talk_ms``.
        """
        codes = self._codes_of(persons)
        for name in CALL_COUNTS:
            self._add(name, codes, None if name == "attempts" else columns[name])
        live = persons[columns["live_answers"]]
        if len(live):
            top = int(live.max()) + 1
            if top > len(self._reached):
                more = np.zeros(max(top, 2 * len(self._reached)), np.bool_)
                more[: len(self._reached)] = self._reached
                self._reached = more
            self._reached[live] = True

    def add_rows(self, rows: Array) -> None:
        """Add attempts as they are logged, CALL_ROW[n]."""
        self.add_calls(rows["person"], call_columns(rows, self._within_ms))

    def add_events(self, persons: Array, events: Array) -> None:
        """Add events: int[n] person rows, uint8[n] `EventCode`."""
        codes = self._codes_of(persons)
        for event, name in EVENT_COUNTS.items():
            self._add(name, codes[events == event], None)

    def add_leads(self, persons: Array, finished: Array) -> None:
        """Add leads: int[n] person rows, bool[n] whether they need no further attempt."""
        codes = self._codes_of(persons)
        self._add("leads", codes, None)
        self._add("leads_finished", codes, finished)

    def counts(self, values: int) -> dict[str, Array]:
        """Return int64[values + 1] by each name of `COUNTS`; the last is for no value."""
        reached = np.flatnonzero(self._reached)
        found = {}
        for name in COUNTS:
            counted = self._counts[name]
            if name == "reach":
                counted = np.bincount(self._codes_of(reached).astype(np.int64) + 1, minlength=1)
            whole = np.zeros(max(values + 1, len(counted)), np.int64)
            whole[: len(counted)] = counted
            found[name] = np.roll(whole, -1)
        return found

    def _add(self, name: str, codes: Array, weights: Array | None) -> None:
        shifted = codes.astype(np.int64) + 1
        if weights is None:
            counted = np.bincount(shifted, minlength=1)
        elif weights.dtype == np.bool_:
            counted = np.bincount(shifted[weights], minlength=1)
        else:  # whole numbers stay exact: bincount would add them up as floats
            counted = np.zeros(int(shifted.max(initial=0)) + 1, np.int64)
            np.add.at(counted, shifted, weights.astype(np.int64))
        before = self._counts[name]
        if len(before) < len(counted):
            before, counted = counted.astype(np.int64), before
        before[: len(counted)] += counted
        self._counts[name] = before


def call_columns(rows: Array, within_ms: int) -> dict[str, Array]:
    """Return what logged attempts, CALL_ROW[n], add to each of `CALL_COUNTS`."""
    return _columns(
        delivered=rows["delivered"] != 0,
        answered=rows["sip"] == 200,
        live=rows["cause"] == Cause.LIVE,
        connected=rows["seen"] == Seen.CONNECTED,
        abandoned=(rows["seen"] == Seen.ABANDONED)
        | ((rows["seen"] == Seen.CONNECTED) & (rows["wait_ms"] - rows["hold_ms"] > within_ms)),
        intercepted=np.isin(rows["cause"], [int(cause) for cause in INTERCEPTED]),
        talk_ms=rows["talk_ms"],
    )


CALL_TABLE_COLUMNS = (
    "person",
    "sip_code",
    "delivered",
    "true_outcome",
    "seen_outcome",
    "wait_ms",
    "talk_ms",
)
"""Columns of a table of attempts that counting needs; and `HOLD`, where there is one."""
HOLD = "hold_ms"
"""Of ``wait_ms``: not for an agent but for a person, whom the robot was asked for."""


def table_columns(batch: Any, within_ms: int) -> tuple[Array, dict[str, Array]]:
    """Return persons, and what each attempt of an Arrow table or batch adds to `CALL_COUNTS`."""

    def of(name: str) -> Array:
        column = batch.column(name)
        return values_of(column)

    def is_(name: str, word: str) -> Array:
        codes, texts = text_codes(batch.column(name))
        return np.equal(codes, texts.index(word) if word in texts else len(texts))

    waited = of("wait_ms")
    if HOLD in batch.schema.names:
        waited = waited - of(HOLD)
    return of("person"), _columns(
        delivered=of("delivered").astype(np.bool_),
        answered=of("sip_code") == 200,
        live=is_("true_outcome", "live"),
        connected=is_("seen_outcome", "connected"),
        abandoned=is_("seen_outcome", "abandoned")
        | (is_("seen_outcome", "connected") & (waited > within_ms)),
        intercepted=is_("true_outcome", "intercepted"),
        talk_ms=of("talk_ms"),
    )


def _columns(
    *,
    delivered: Array,
    answered: Array,
    live: Array,
    connected: Array,
    abandoned: Array,
    intercepted: Array,
    talk_ms: Array,
) -> dict[str, Array]:
    """Return the columns as the tallies of a run define them (`outcomes.kernels.tally_call`)."""
    live_answers = answered & live
    connects = live_answers & connected
    return {
        "delivered": delivered,
        "answered": answered,
        "live_answers": live_answers,
        "connects": connects,
        "conversations": connects & (talk_ms >= CONVERSATION_MS),
        "abandoned": live_answers & abandoned,
        "intercepted": intercepted,
        "talk_ms": talk_ms,
    }


class CountingSink:
    """Counts what passes on its way to another sink, which may drop it.

    Parameters
    ----------
    sink
        Gets everything.
    splits
        Count attempts and events.
    """

    def __init__(self, sink: Sink, splits: Iterable[SplitCounts]) -> None:
        self._sink = sink
        self._splits = tuple(splits)

    def write(self, calls: Array, events: Array, actions: Array) -> None:
        """Count a batch and pass it on."""
        for split in self._splits:
            if len(calls):
                split.add_rows(calls)
            if len(events):
                split.add_events(events["person"], events["code"])
        self._sink.write(calls, events, actions)

    def rotate(self) -> None:
        """Pass the call on."""
        self._sink.rotate()

    def close(self) -> None:
        """Pass the call on."""
        self._sink.close()
