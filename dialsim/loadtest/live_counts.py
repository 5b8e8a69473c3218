"""What a run counts while it is played: the second before, and everything so far."""

from __future__ import annotations

from dataclasses import dataclass

LATE_MS = 10.0
"""Own lateness above which a dial counts as late where no threshold says otherwise."""

BUCKETS_S = (
    *(0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075),
    *(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0),
)
"""Upper ends of the classes in which lateness is counted."""


@dataclass(frozen=True)
class LiveSecond:
    """What a run decided within a second or so of real time, its warm-up included.

    Attributes
    ----------
    begin_s, end_s
        Seconds from the start of the load; longer than one if the scheduler returned late.
    stage
        The step under way at its end, from 1; 0: the warm-up.
    planned_per_s, reached_per_s
        Dials that were due in it, and dials decided in it, both a second.
    p99_ms
        p99 of the own lateness of the dials decided in it; None: there were none.
    late, deferred, dropped
        Dials decided in it that were later than `late_ms`, deferred, or dropped.
    backlog
        Dials due and undecided at its end.
    """

    begin_s: float
    end_s: float
    stage: int
    planned_per_s: float
    reached_per_s: float
    p99_ms: float | None
    late: int
    deferred: int
    dropped: int
    backlog: int
    late_ms: float


@dataclass(frozen=True)
class LiveTotals:
    """Counts since the start of a run, its warm-up left out.

    Attributes
    ----------
    planned
        Dials that have become due.
    buckets
        Dials by lateness: at most each of `BUCKETS_S`, and above the last.
    lateness_s
        Sum of their lateness.
    """

    planned: int = 0
    admitted: int = 0
    deferred: int = 0
    dropped: int = 0
    late: int = 0
    lateness_s: float = 0.0
    buckets: tuple[int, ...] = (0,) * (len(BUCKETS_S) + 1)
