"""A call log as arrays, independent of its file format."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration.durations import NEAREST
from dialsim.people.call_logs.outcome import ANSWERED, Outcome
from dialsim.results.calibration_result import Remark

RELATIONS = ("opted_in", "bought")

OF_THE_PERSON = ("refused_category", "blocked_by_callee", "blocked_prefix", "refused")
"""Blocks that are about who is called: part of what a gross answer rate is lowered by."""


@dataclass
class CallLog:
    """One row per attempt; arrays of one length, None if the log lacks the column.

    Attributes
    ----------
    name
        What the values are said to be calibrated from.
    rows
        Attempts.
    outcome
        `Outcome`, uint8; None: the log does not say how attempts ended.
    time_ms
        Local wall-clock time, ms since 1970, int64; with `timed` False it holds days only.
    person, caller, trunk, campaign
        Number of each, int64.
    attempt
        Attempt to the person, from 1, int32.
    ring_ms, talk_ms
        Float; NaN where a cell is empty.
    timeout_ms
        Ring timeout of the attempt, float; NaN: not known.
    relation
        0 opted_in, 1 bought, int8.
    registered, named, labelled
        1 yes, 0 no, -1 not known, int8.
    reason, reasons
        Index into `reasons`, -1 none; the words.
    contacts
        Contacts made to the client of a row in all, int64.
    true_causes
        Outcomes are what really happened, as a simulated log knows it, and not as signalled.
    ring_from_dial
        Ring times hold the delay between dialling and ringing.
    quick_ms
        An unanswered attempt that ended sooner after its dial cannot have rung; 0: nobody knows.
    refusers
        Share of the people called who are registered to refuse, as a scrub found; None: not known.
    notice_ms
        Announcement of the recording at the beginning of each talk.
    offsets
        How talk may have been rounded, as offsets of `durations.ROUNDED`, the likeliest first.
    by_machines
        Talks with robots or recordings, which are not in `talk_ms`.
    remarks
        What was assumed when reading: (key, value) of a sentence.
    """

    name: str
    rows: int
    outcome: NDArray[np.uint8] | None = None
    time_ms: NDArray[np.int64] | None = None
    timed: bool = True
    person: NDArray[np.int64] | None = None
    caller: NDArray[np.int64] | None = None
    trunk: NDArray[np.int64] | None = None
    campaign: NDArray[np.int64] | None = None
    attempt: NDArray[np.int32] | None = None
    ring_ms: NDArray[np.float64] | None = None
    talk_ms: NDArray[np.float64] | None = None
    timeout_ms: NDArray[np.float64] | None = None
    relation: NDArray[np.int8] | None = None
    registered: NDArray[np.int8] | None = None
    named: NDArray[np.int8] | None = None
    labelled: NDArray[np.int8] | None = None
    reason: NDArray[np.int16] | None = None
    reasons: list[str] = field(default_factory=list)
    contacts: NDArray[np.int64] | None = None
    true_causes: bool = False
    ring_from_dial: bool = True
    quick_ms: float = 0.0
    refusers: float | None = None
    notice_ms: int = 0
    offsets: tuple[float, ...] = (NEAREST,)
    by_machines: int = 0
    remarks: list[Remark] = field(default_factory=list)

    @property
    def hour(self) -> NDArray[np.int64] | None:
        """Hour of the day of each attempt."""
        if self.time_ms is None or not self.timed:
            return None
        return self.time_ms // 3_600_000 % 24

    @property
    def weekday(self) -> NDArray[np.int64] | None:
        """Day of the week of each attempt, Monday 0."""
        return None if self.time_ms is None else (self.time_ms // 86_400_000 + 3) % 7

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Which attempts were answered, by a person or a machine."""
        if self.outcome is None:
            return np.zeros(self.rows, bool)
        return np.asarray(np.isin(self.outcome, ANSWERED))

    @property
    def has_unanswered(self) -> bool:
        """Whether the log holds unanswered attempts, without which no rate is known."""
        if self.outcome is None:
            return False
        return bool(np.any((self.outcome >= Outcome.NO_ANSWER) & (self.outcome < Outcome.UNKNOWN)))

    def is_reason(self, *names: str) -> NDArray[np.bool_]:
        """Return which attempts ended for one of the reasons."""
        if self.reason is None:
            return np.zeros(self.rows, bool)
        wanted = [i for i, name in enumerate(self.reasons) if name in names]
        return np.asarray(np.isin(self.reason, wanted))

    @property
    def telling(self) -> NDArray[np.bool_]:
        """Attempts whose end shows that retries are useless, or that no phone rang.

        A dialer goes on by it: numbers out of service and blocks are not tried again, and who may
        have been intercepted waits for a day.
        """
        if self.outcome is None or self.true_causes:
            return np.zeros(self.rows, bool)
        found = np.isin(self.outcome, (Outcome.INVALID, Outcome.BLOCKED))
        if self.ring_ms is not None and self.ring_from_dial:
            found |= (self.outcome == Outcome.NO_ANSWER) & (self.ring_ms < self.quick_ms)
        return np.asarray(found)

    @property
    def other_blocks(self) -> NDArray[np.bool_]:
        """Attempts stopped because of the caller, not because of the callee.

        With reasons unknown, none: a block then counts as one that lowers the gross rate.
        """
        if self.outcome is None or self.reason is None:
            return np.zeros(self.rows, bool)
        known = self.reason >= 0
        return np.asarray(
            (self.outcome == Outcome.BLOCKED) & known & ~self.is_reason(*OF_THE_PERSON)
        )
