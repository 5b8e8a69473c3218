"""Account of the call history: earlier calls and caller ID states."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.messages.text import Text
from dialsim.people.number_files import FileAccount

if TYPE_CHECKING:
    from dialsim.people.merging.identities import CallHistory


EARLIER_LINE = np.dtype(
    [
        ("caller", "i8"),  # row of the caller ID
        ("calls", "i8"),
        ("in_campaigns", "i8"),  # of these, calls that campaigns of the run made
        ("today", "i8"),  # of these, calls since the midnight before the run began
        ("first_tick", "i8"),  # of the calls; LONG_AGO without any
        ("last_tick", "i8"),
    ],
    align=True,
)
"""Calls of one caller ID in the call history."""


@dataclass
class HistoryAccount:
    """Earlier calls and states of caller IDs: rows used, rows not used, and what was assumed.

    Attributes
    ----------
    calls, caller_ids
        Accounts of the two files; None where there is none.
    repeated
        Duplicate rows of calls; each call counts once.
    to_persons
        Calls with a known callee.
    with_caller, with_outcome, in_campaigns, of_others
        Calls with a known caller ID, with a known outcome, made by a campaign of the scenario, made
        by another campaign.
    of_none, odd_talks, first_odd_talk, odd_rings
        Calls that name no campaign where some do; cells of talk times that are none, the first;
        cells of ring times that are none.
    unknown_callers
        Calls from numbers outside the scenario.
    left_out
        Calls at or after the moment from which the run is simulated.
    callers
        Caller IDs with any history.
    assumed
        Sentences on what was assumed where the files are silent.
    attempts_before
        int64[N]: calls in each caller ID's ring at the start, which its attempts begin with.
    lines
        EARLIER_LINE of each caller ID that a call or a state names, by row.
    states
        What the file of states says of caller IDs: ``carrier.history.CALLER_STATE``.
    calls_read
        The calls that were read, in an order of their own: ``scheduler.history_calls.CALL``.
    delivered, delivered_by_trunk
        int64[days] and int64[T, days]: calls of the run's days that were delivered before it began,
        as the network counts them against complaints; of trunks whose contract agrees on them.
    """

    calls: FileAccount | None = None
    caller_ids: FileAccount | None = None
    repeated: int = 0
    to_persons: int = 0
    with_caller: int = 0
    with_outcome: int = 0
    in_campaigns: int = 0
    of_others: int = 0
    of_none: int = 0
    left_out: int = 0
    unknown_callers: int = 0
    odd_talks: int = 0
    first_odd_talk: str = ""
    odd_rings: int = 0
    callers: int = 0
    assumed: list[Text] = field(default_factory=list)
    attempts_before: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    lines: NDArray[Any] = field(default_factory=lambda: np.zeros(0, EARLIER_LINE))
    states: NDArray[Any] | None = None
    delivered: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    delivered_by_trunk: NDArray[np.int64] = field(
        default_factory=lambda: np.zeros((0, 0), np.int64)
    )
    earlier: CallHistory | None = field(default=None, repr=False)
    calls_read: NDArray[Any] | None = field(default=None, repr=False)

    def own_calls(self) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Return the calls of the run's campaigns whose callees are on the lists.

        Empty until the lists are read.
        """
        assert self.calls_read is not None  # asked of a scenario that goes on
        calls = self.calls_read
        own = calls["campaign"] >= 0
        met = np.zeros(len(calls), np.bool_)
        if self.earlier is not None:
            met[(calls["number"] != 0) | (calls["id_key"] != 0)] = self.earlier.met
        return calls[own], met[own]

    @property
    def on_no_list(self) -> int:
        """Calls to people on no list read so far: they count for caller IDs only."""
        met = 0 if self.earlier is None else int(np.count_nonzero(self.earlier.met))
        return self.to_persons - met

    @property
    def files(self) -> list[FileAccount]:
        """Accounts of the files there are; `met` of the calls is known when lists are read."""
        if self.calls is not None and self.earlier is not None:
            self.calls.met = self.earlier.people
        return [account for account in (self.calls, self.caller_ids) if account is not None]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values without any number, for ``--json``; exact when lists are read."""
        return {
            "calls": None if self.calls is None else self.calls.to_dict(),
            "caller_ids": None if self.caller_ids is None else self.caller_ids.to_dict(),
            "repeated": self.repeated,
            "to_persons": self.to_persons,
            "on_no_list": self.on_no_list,
            "with_caller": self.with_caller,
            "with_outcome": self.with_outcome,
            "in_campaigns": self.in_campaigns,
            "callers": self.callers,
            "delivered": np.trim_zeros(self.delivered, "b").tolist(),
            "delivered_by_trunk": [
                np.trim_zeros(days, "b").tolist() for days in self.delivered_by_trunk
            ],
            "assumed": list(self.assumed),
            "assumed_zh": [each.zh for each in self.assumed],
        }
