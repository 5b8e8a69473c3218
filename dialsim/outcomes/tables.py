"""Arrow tables from the log: codes become names, ticks become times, fields have units.

A column that holds a code is dictionary-encoded under the code's lower-case name; a code 0 that
means "none" is null. pyarrow is imported when first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import IntEnum
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dialsim.core.causes import BLOCKS
from dialsim.core.codes import (
    FIRST_RANGE,
    Action,
    Announcement,
    Cause,
    EventCode,
    NumberClass,
    Operator,
    Rule,
    Seen,
)
from dialsim.outcomes.columns import named, plain, texts, truth
from dialsim.outcomes.layout import TALLIED
from dialsim.outcomes.passthrough import Carried

INTERCEPTED = frozenset(BLOCKS)
"""Causes that are an act of the network; the true outcome of them all is "intercepted"."""


@dataclass(frozen=True)
class Labels:
    """Names for the numbers of a log row.

    Attributes
    ----------
    start, zone
        The scenario's first day and IANA zone: tick 0 is that midnight.
    campaigns, trunks, callers
        Name by index. A caller ID's label is its block and ordinal, never a phone number.
    pools
        Name of each pool of agents.
    blocks
        Name of each block of caller IDs.
    interval_ms
        Length of a series interval.
    carried
        Columns of file lists that tables show on request; None: no list comes from a file.
    """

    start: date
    zone: str
    campaigns: Sequence[str]
    trunks: Sequence[str]
    callers: Sequence[str]
    pools: Sequence[str] = ()
    blocks: Sequence[str] = ()
    interval_ms: int = 3_600_000
    carried: Carried | None = None
    transfers: bool = False

    @cached_property
    def campaign_words(self) -> Any:
        """The campaigns' names as an Arrow column."""
        return texts(self.campaigns)

    @cached_property
    def trunk_words(self) -> Any:
        """The trunks' names as an Arrow column."""
        return texts(self.trunks)

    @cached_property
    def caller_words(self) -> Any:
        """The caller IDs' names as an Arrow column, built once: there may be 100,000."""
        return texts(self.callers)

    @cached_property
    def epoch_ms(self) -> int:
        """Unix time of tick 0, in ms."""
        midnight = datetime.combine(self.start, time(), ZoneInfo(self.zone))
        return int(midnight.timestamp()) * 1000


def call_table(rows: NDArray[Any], labels: Labels) -> Any:
    """Return the attempts of a log batch as an Arrow table.

    Parameters
    ----------
    rows
        CALL_ROW[n]; the table is made of copies, so they may change after that.
    labels
        Names of callers, campaigns and trunks.

    Returns
    -------
    pyarrow.Table
        A row an attempt, in the order in which attempts ended; with the attributes, pseudonym
        and number of the person called if the run was asked for them.
    """
    cause = rows["cause"]
    carried = labels.carried
    further = [] if carried is None else carried_columns(carried, rows["person"], carried.in_calls)
    return _table(
        [
            ("time", _times(rows["tick"], labels), "local time"),
            ("campaign", named(rows["campaign"], labels.campaign_words), None),
            ("person", plain(rows["person"]), "row"),
            ("caller", named(rows["caller"], labels.caller_words), None),
            ("trunk", named(rows["trunk"], labels.trunk_words), None),
            ("attempt", plain(rows["attempt"]), "1"),
            ("seen_outcome", _coded(rows["seen"], Seen), None),
            ("sip_code", plain(rows["sip"]), None),
            ("seen_announcement", _coded(rows["announcement"], Announcement), None),
            ("seen_operator", _coded(rows["seen_operator"], Operator, none=False), None),
            ("true_operator", _coded(rows["true_operator"], Operator, none=False), None),
            ("true_outcome", _looked_up(cause, *_OUTCOME), None),
            ("true_reason", _looked_up(cause, *_REASON), None),
            ("delivered", _truth(rows["delivered"]), None),
            ("ring_ms", plain(rows["ring_ms"]), "ms"),
            ("wait_ms", plain(rows["wait_ms"]), "ms"),
            ("talk_ms", plain(rows["talk_ms"]), "ms"),
            ("agent", _optional(rows["agent"]), "row"),
            ("declined", _truth(rows["declined"]), None),
            *_transfer_columns(rows, labels.transfers),
            *further,
        ]
    )


def _transfer_columns(rows: NDArray[Any], wanted: bool) -> list[tuple[str, Any, str | None]]:
    """Return the columns of transfers from robots to persons, if any are possible."""
    if not wanted:
        return []
    return [
        ("robot", _optional(rows["robot"]), "row"),
        ("robot_ms", plain(rows["robot_ms"]), "ms"),
        ("hold_ms", plain(rows["hold_ms"]), "ms"),
    ]


RESERVED = frozenset(
    {
        *("time", "campaign", "person", "caller", "trunk", "attempt", "seen_outcome", "sip_code"),
        *("seen_announcement", "seen_operator", "true_operator", "true_outcome", "true_reason"),
        *("delivered", "ring_ms", "wait_ms", "talk_ms", "agent", "robot", "robot_ms", "hold_ms"),
        "declined",
        *("list", "row", "line", "state", "number_operator", "number_province"),
        *("reason", "attempts", "next_eligible", "other_attempts", "pseudonym", "number"),
    }
)
"""Columns that tables have in any case: an attribute of such a name is written with a prefix."""


def attribute_column(name: str) -> str:
    """Return the column of an attribute in the tables.

    >>> attribute_column("branch"), attribute_column("state")
    ('branch', 'attribute.state')
    """
    return f"attribute.{name}" if name in RESERVED or name.startswith("attribute.") else name


def carried_columns(
    carried: Carried, persons: NDArray[Any], attributes: bool
) -> list[tuple[str, Any, str | None]]:
    """Return what tables show of persons beside their row: (name, column, unit).

    Attributes are null where the list has none, or the cell was empty; pseudonym and number are
    null where a row has no number, as rows of synthetic lists.
    """
    found: list[tuple[str, Any, str | None]] = []
    for name in carried.names if attributes else ():
        codes = _named(carried.codes(name, persons), carried.values(name))
        found.append((attribute_column(name), codes, None))
    if carried.key is not None:
        digests, has = carried.pseudonyms(persons)
        text = digests.tobytes().hex()
        size = 2 * digests.shape[1]
        words = [text[i : i + size] for i in range(0, len(text), size)]
        found.append(("pseudonym", texts(words, ~has), None))
    if carried.with_numbers:
        numbers = carried.numbers(persons)
        shown = [f"+{number}" for number in numbers.tolist()]
        found.append(("number", texts(shown, numbers <= 0), "E.164"))
    return found


def event_table(rows: NDArray[Any], labels: Labels) -> Any:
    """Return people's reactions after calls (EVENT_ROW[n]) as an Arrow table."""
    return _table(
        [
            ("time", _times(rows["tick"], labels), "local time"),
            ("event", _coded(rows["code"], EventCode), None),
            ("campaign", named(rows["campaign"], labels.campaign_words), None),
            ("person", plain(rows["person"]), "row"),
            ("caller", named(rows["caller"], labels.caller_words), None),
            ("call_time", _times(rows["call_tick"], labels), "local time"),
        ]
    )


TARGETS = ("caller", "enterprise", "unregistered", "trunk", "block")
"""Whom an action of the network meets."""


def action_table(rows: NDArray[Any], labels: Labels) -> Any:
    """Return the network's interventions (ACTION_ROW[n]) as an Arrow table.

    `target` says whom an action met: ``caller`` (then `caller` names it), ``enterprise``, or
    ``unregistered`` for all linked unregistered numbers of the `number_class`, or ``trunk`` for
    all calls over a line (then `trunk` names it), or ``block`` for the numbers of one. `operator`
    acted, null where it was no single one; `there`: for calls to its own subscribers alone.
    """
    line = rows["target"].astype(np.int64)
    n = len(labels.callers)
    target = np.where(line < -1, 3, np.where(line < 0, 1, np.where(line < n, 0, 2)))
    target[line <= FIRST_RANGE] = 4
    until = rows["until"]
    return _table(
        [
            ("time", _times(rows["tick"], labels), "local time"),
            ("action", _coded(rows["action"], Action), None),
            ("rule", _coded(rows["rule"], Rule), None),
            ("target", _named(target, TARGETS), None),
            ("caller", named(np.where(target == 0, line, -1), labels.caller_words), None),
            ("number_class", _looked_up(np.where(target == 2, line - n, -1), *_CLASS), None),
            ("trunk", named(np.where(target == 3, -2 - line, -1), labels.trunk_words), None),
            ("block", _named(np.where(target == 4, FIRST_RANGE - line, -1), labels.blocks), None),
            ("measured", plain(rows["measured"]), None),
            ("threshold", plain(rows["threshold"]), None),
            ("until", _times(until, labels, empty=until < 0), "local time"),
            ("cause_person", _optional(rows["cause_person"]), "row"),
            ("noticed", _truth(rows["noticed"]), None),
            ("operator", _coded(rows["operator"], Operator, none=False), None),
            ("there", _truth(rows["there"]), None),
        ]
    )


def series_table(series: NDArray[Any], labels: Labels) -> Any:
    """Return the tallies by campaign and interval (TALLY[C, intervals]) as an Arrow table.

    Rows are sorted by time, then campaign; intervals without an attempt are kept.
    """
    campaigns, intervals = series.shape
    flat = series.T.reshape(-1)
    ticks = np.repeat(np.arange(intervals, dtype=np.int64) * labels.interval_ms, campaigns)
    which = np.tile(np.arange(campaigns), intervals)
    columns: list[tuple[str, Any, str | None]] = [
        ("time", _times(ticks, labels), "local time"),
        ("campaign", named(which, labels.campaign_words), None),
    ]
    columns += [
        (name, plain(flat[name]), "ms" if name.endswith("_ms") else "count") for name in TALLIED
    ]
    return _table(columns)


def concatenated(tables: Iterable[Any], empty: Any) -> Any:
    """Return tables of one schema as one; `empty` if there are none."""
    import pyarrow as pa

    parts = list(tables)
    return pa.concat_tables(parts) if parts else empty


def _table(columns: list[tuple[str, Any, str | None]]) -> Any:
    import pyarrow as pa

    fields = [
        pa.field(name, array.type, metadata={"unit": unit} if unit else None)
        for name, array, unit in columns
    ]
    return pa.Table.from_arrays([array for _, array, _ in columns], schema=pa.schema(fields))


def _times(ticks: NDArray[Any], labels: Labels, empty: NDArray[Any] | None = None) -> Any:
    import pyarrow as pa

    stamps = ticks.astype(np.int64) + labels.epoch_ms
    return plain(stamps, empty, pa.timestamp("ms", tz=labels.zone))


def _optional(values: NDArray[Any]) -> Any:
    return plain(values, values < 0)


def _truth(values: NDArray[Any]) -> Any:
    return truth(values != 0)


def _named(indices: NDArray[Any], names: Sequence[str]) -> Any:
    return named(indices, texts(names))


def _coded(codes: NDArray[Any], kind: type[IntEnum], none: bool = True) -> Any:
    """Return codes under their names; with `none`, code 0 is null."""
    members = [member for member in kind if not (none and member == 0)]
    return _looked_up(codes, *_lookup({m: m.name.lower() for m in members}))


def _lookup(names: dict[Any, str]) -> tuple[NDArray[np.int8], list[str]]:
    """Return the dictionary index by code, -1 for null, and the dictionary."""
    words = list(dict.fromkeys(names.values()))
    index = np.full(256, -1, np.int8)
    for code, name in names.items():
        index[int(code)] = words.index(name)
    return index, words


def _looked_up(codes: NDArray[Any], index: NDArray[np.int8], words: list[str]) -> Any:
    return _named(index[codes.astype(np.uint8)], words)


_OUTCOME = _lookup({c: "intercepted" if c in INTERCEPTED else c.name.lower() for c in Cause if c})
_CLASS = _lookup({c: c.name.lower() for c in NumberClass if c <= NumberClass.AXB})
_REASON = _lookup({c: c.name.lower() for c in Cause if c in INTERCEPTED})
