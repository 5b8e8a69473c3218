"""The call history of a run read from its own tables: calls, complaints, caller IDs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.arrow_numpy import values_of
from dialsim.core.codes import Seen
from dialsim.results.history.call_history import ANSWERS, COMPLAINTS, COUNTS
from dialsim.results.tables.coded_columns import coded

if TYPE_CHECKING:
    from dialsim.results.tables.run_log import RunLog

Array = NDArray[Any]
EARLIER_CALL = np.dtype(
    [
        ("tick", "i8"),  # dial; -2**62 where nobody knows
        ("person", "i4"),
        ("line", "i4"),  # row of the caller ID, -1 not known
        ("campaign", "i4"),
        ("seen", "i2"),  # `Seen`, 0 not known
        ("complaint_12321", "?"),
        ("complaint_hotline", "?"),
    ]
)
"""A call that a campaign of the run made before it began."""

UNTIMED = -(2**62)
_SEEN = {seen.name.lower(): int(seen) for seen in Seen if seen}


class EarlierLine(NamedTuple):
    """What is known of a caller ID before the run; ticks None: no call is known.

    `stated` holds what the file of states says of it, by column; what it does not say is left out.
    """

    calls: int
    in_campaigns: int
    first_tick: int | None
    last_tick: int | None
    stated: dict[str, int | bool]


class EarlierLog:
    """The time before a run, by its tables; nothing where they are not there.

    Parameters
    ----------
    log
        The run's own.
    """

    def __init__(self, log: RunLog) -> None:
        self._log = log

    @property
    def known(self) -> bool:
        """Whether the run has such tables: it has a history, and is of a version that kept it."""
        return bool(self._log.columns("earlier_calls"))

    @cached_property
    def calls(self) -> Array:
        """Calls that campaigns of the run made before: EARLIER_CALL, by time."""
        parts = [np.zeros(0, EARLIER_CALL)]
        if not self.known:
            return parts[0]
        log = self._log
        campaigns = {each.name: i for i, each in enumerate(log.scenario.campaigns)}
        columns = ("time", "campaign", "person", "caller", "seen_outcome", *COMPLAINTS)
        for batch in log.batches("earlier_calls", columns):
            part = np.zeros(batch.num_rows, EARLIER_CALL)
            part["tick"] = self._ticks(batch.column("time"), UNTIMED)
            part["line"] = coded(batch.column("caller"), log.row_of)
            part["campaign"] = coded(batch.column("campaign"), campaigns)
            part["seen"] = coded(batch.column("seen_outcome"), _SEEN, 0)
            for name in ("person", *COMPLAINTS):
                part[name] = values_of(batch.column(name))
            parts.append(part)
        return np.concatenate(parts)

    @cached_property
    def complaints(self) -> list[tuple[str, Any]]:
        """Complaints that these calls still brought, by time of the call: event, EARLIER_CALL."""
        found = [(name, call) for name in COMPLAINTS for call in self.calls[self.calls[name]]]
        return sorted(found, key=lambda each: int(each[1]["tick"]))

    @cached_property
    def lines(self) -> dict[int, EarlierLine]:
        """What is known of caller IDs, by row."""
        found: dict[int, EarlierLine] = {}
        if not self._log.columns("earlier_caller_ids"):
            return found
        columns = ("caller", "calls", "calls_in_campaigns", "first_call", "last_call")
        for batch in self._log.batches("earlier_caller_ids", (*columns, *COUNTS, *ANSWERS)):
            first, last = (self._ticks(batch.column(name), UNTIMED) for name in columns[3:])
            for i, row in enumerate(batch.to_pylist()):
                stated = {name: row[name] for name in (*COUNTS, *ANSWERS) if row[name] is not None}
                found[self._log.row_of[row["caller"]]] = EarlierLine(
                    row["calls"],
                    row["calls_in_campaigns"],
                    None if first[i] == UNTIMED else int(first[i]),
                    None if last[i] == UNTIMED else int(last[i]),
                    stated,
                )
        return found

    @cached_property
    def closed(self) -> frozenset[int]:
        """Rows of the caller IDs that were closed when the run began, as their states tell."""
        return frozenset(row for row, line in self.lines.items() if line.stated.get("suspended"))

    def delivered(self, trunk: str | None = None) -> Sequence[int]:
        """Return the calls delivered before the run by day of it, against which complaints count.

        `trunk`: of one whose contract agrees on complaints; None: the enterprise's.
        """
        history = self._log.summary.get("history")
        if history is None:
            return []
        if trunk is None:
            return list(history.get("delivered") or ())
        names = [each.name for each in self._log.scenario.trunks]
        rows = history.get("delivered_by_trunk") or ()
        return list(rows[names.index(trunk)]) if rows else []

    def _ticks(self, column: Any, empty: int) -> Array:
        nulls = values_of(column.is_null())
        ticks = self._log.ticks(column.fill_null(0))
        return np.where(nulls, empty, ticks)
