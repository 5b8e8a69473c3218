"""Figures of a run while it is played, second by second."""

from __future__ import annotations

import time
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.loadtest.abort import AbortRule, StepTally
from dialsim.loadtest.clock import OfferClock
from dialsim.loadtest.live_counts import BUCKETS_S, LATE_MS, LiveSecond, LiveTotals
from dialsim.loadtest.offers import Fate
from dialsim.loadtest.plan import Plan
from dialsim.messages.text import Text

SECOND_S = 1.0


class _Decided(NamedTuple):
    """Dials of one tick of one stage that were decided in one slice, or dropped."""

    tick: int
    fate: Fate
    stage: int
    dials: int


@dataclass
class _Open:
    """The second under way: lateness, fate, stage and number of dials."""

    begin_s: float = 0.0
    late_s: list[float] = field(default_factory=list)
    fates: list[int] = field(default_factory=list)
    stages: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)


class LiveFigures:
    """Counts the decisions of a run as they are made.

    Only the thread that plays the run changes it. `latest`, `totals` and `aborted` are replaced
    whole, so that another thread may read them at any time.

    Parameters
    ----------
    plan
        Every dial of the run.
    lateness_ms
        Thresholds by quantile; that of p99, or else the last one, says which dials are late.
    abort
        Ends the run when a threshold can no longer be met; None: nothing does.

    Attributes
    ----------
    latest
        The last whole second; None: there is none yet.
    aborted
        Why the run should end; None: it goes on.
    cost_s
        Real time spent here, in seconds.

    Notes
    -----
    Some 10 µs a slice: 0.7 % of one core at 700 slices a second. `cost_s` has what it was.
    """

    def __init__(
        self,
        plan: Plan,
        lateness_ms: dict[str, float] | None = None,
        abort: AbortRule | None = None,
    ) -> None:
        limits = lateness_ms or {}
        self.late_ms = limits.get("p99", next(reversed(limits.values()), LATE_MS))
        self.plan, self._abort = plan, abort
        self.latest: LiveSecond | None = None
        self.totals = LiveTotals()
        self.aborted: Text | None = None
        self.cost_s = 0.0
        self._limits_s = {} if abort is None else abort.limits_s()
        self._due = plan.due if plan.campaigns == 1 else np.sort(plan.due)
        self._measured_due = np.sort(
            plan.due[np.array([each.measured for each in plan.stages])[plan.stage_of]]
        )
        self._measured = [each.measured for each in plan.stages]
        planned = np.bincount(plan.stage_of, minlength=len(plan.stages))
        self._tallies = [StepTally(int(count)) for count in planned]
        self._slice: list[_Decided] = []
        self._open = _Open()
        self._clock: OfferClock | None = None

    def start(self, clock: OfferClock) -> None:
        """Take the clock of the run, before its first slice."""
        self._clock = clock

    def decided(self, offers: NDArray[np.int64], fate: Fate, tick: int) -> None:
        """Count dials of a campaign, in order of time, that were decided at a tick."""
        if not len(offers):
            return
        begin = time.perf_counter()
        stage_of = self.plan.stage_of
        first = int(stage_of[offers[0]])
        if first == stage_of[offers[-1]]:
            self._slice.append(_Decided(tick, fate, first, len(offers)))
        else:
            found = np.unique(stage_of[offers], return_counts=True)
            for stage, count in zip(*found, strict=True):
                self._slice.append(_Decided(tick, fate, int(stage), int(count)))
        self.cost_s += time.perf_counter() - begin

    def slice_over(self, end_s: float, tick: int) -> None:
        """Take the moment at which a slice returned, and the tick it played up to."""
        assert self._clock is not None
        begin = time.perf_counter()
        second = self._open
        for each in self._slice:
            second.late_s.append(end_s - self._clock.moment_s(each.tick))
            second.fates.append(each.fate)
            second.stages.append(each.stage)
            second.counts.append(each.dials)
        self._slice.clear()
        passed_s = end_s - self._clock.moment_s(self._clock.begin_tick)
        if passed_s - second.begin_s >= SECOND_S:
            self._close(second, passed_s, tick)
            self._open = _Open(passed_s)
        self.cost_s += time.perf_counter() - begin

    def finish(self, end_s: float, tick: int) -> None:
        """Count what the last slices decided, at the end of the run.

        Rates of a small part of a second say little: `latest` then stays the last whole one.
        """
        assert self._clock is not None
        passed_s = end_s - self._clock.moment_s(self._clock.begin_tick)
        if passed_s > self._open.begin_s:
            whole, short = self.latest, passed_s - self._open.begin_s < SECOND_S / 2
            self._close(self._open, passed_s, tick)
            if short and whole is not None:
                self.latest = whole
            self._open = _Open(passed_s)

    def _close(self, second: _Open, end_s: float, tick: int) -> None:
        """Sum up a second, and judge by it whether the run should end."""
        assert self._clock is not None
        late_s = np.array(second.late_s, np.float64)
        fates, stages = np.array(second.fates, np.int64), np.array(second.stages, np.int64)
        counts = np.array(second.counts, np.int64)
        of_time = np.isin(fates, (Fate.ADMITTED, Fate.DEFERRED))
        is_late = of_time & (late_s > self.late_ms / 1000)
        span_s = end_s - second.begin_s
        due = int(np.searchsorted(self._due, end_s * 1000, side="right"))
        before = int(np.searchsorted(self._due, second.begin_s * 1000, side="right"))
        gone = int(np.searchsorted(self._due, tick - self._clock.begin_tick))
        self.latest = LiveSecond(
            begin_s=second.begin_s,
            end_s=end_s,
            stage=self._step_at(end_s),
            planned_per_s=(due - before) / span_s,
            reached_per_s=float(counts[of_time].sum()) / span_s,
            p99_ms=_p99_ms(late_s[of_time], counts[of_time]),
            late=int(counts[is_late].sum()),
            deferred=int(counts[fates == Fate.DEFERRED].sum()),
            dropped=int(counts[fates == Fate.DROPPED].sum()),
            backlog=max(0, due - gone),
            late_ms=self.late_ms,
        )
        for stage in np.unique(stages):
            mine = stages == stage
            tally = self._tallies[stage]
            self._add(tally, late_s[mine], fates[mine], counts[mine])
        mine = np.array(self._measured)[stages] if len(stages) else of_time
        self._add_totals(late_s[mine], fates[mine], counts[mine], end_s)
        self._judge(end_s)

    def _add(
        self, tally: StepTally, late_s: Any, fates: NDArray[np.int64], counts: NDArray[np.int64]
    ) -> None:
        tally.admitted += int(counts[fates == Fate.ADMITTED].sum())
        tally.deferred += int(counts[fates == Fate.DEFERRED].sum())
        tally.dropped += int(counts[fates == Fate.DROPPED].sum())
        of_time = fates != Fate.DROPPED
        for name, limit_s in self._limits_s.items():
            more = int(counts[of_time & (late_s > limit_s)].sum())
            tally.later[name] = tally.later.get(name, 0) + more

    def _add_totals(
        self, late_s: Any, fates: NDArray[np.int64], counts: NDArray[np.int64], end_s: float
    ) -> None:
        of_time, old = fates != Fate.DROPPED, self.totals
        places = np.searchsorted(BUCKETS_S, late_s[of_time])
        found = np.bincount(places, weights=counts[of_time], minlength=len(BUCKETS_S) + 1)
        is_late = late_s[of_time] > self.late_ms / 1000
        self.totals = LiveTotals(
            planned=int(np.searchsorted(self._measured_due, end_s * 1000, side="right")),
            admitted=old.admitted + int(counts[fates == Fate.ADMITTED].sum()),
            deferred=old.deferred + int(counts[fates == Fate.DEFERRED].sum()),
            dropped=old.dropped + int(counts[fates == Fate.DROPPED].sum()),
            late=old.late + int(counts[of_time][is_late].sum()),
            lateness_s=old.lateness_s + float((late_s * counts)[of_time].sum()),
            buckets=tuple(a + int(b) for a, b in zip(old.buckets, found, strict=True)),
        )

    def _judge(self, end_s: float) -> None:
        if self._abort is None or self.aborted is not None:
            return
        for stage, tally in enumerate(self._tallies):
            begun_s = end_s - int(self.plan.begins[stage]) / 1000
            if self._measured[stage] and begun_s >= self._abort.grace_s:
                self.aborted = self._abort.missed(self.plan.stages[stage].rate_per_s, tally)
            if self.aborted is not None:
                return

    def _step_at(self, at_s: float) -> int:
        begins = self.plan.begins[:-1].tolist()
        stage = max(0, bisect_left(begins, int(at_s * 1000) + 1) - 1)
        return sum(self._measured[: stage + 1]) if self._measured[stage] else 0


def _p99_ms(late_s: NDArray[np.float64], counts: NDArray[np.int64]) -> float | None:
    """Return p99 of times, each of so many dials.

    >>> _p99_ms(np.array([0.5, 0.001]), np.array([1, 99])), _p99_ms(np.array([]), np.array([]))
    (1.0, None)
    """
    if not len(late_s):
        return None
    order = np.argsort(late_s)
    sums = np.cumsum(counts[order])
    place = int(np.searchsorted(sums, np.ceil(0.99 * sums[-1])))
    return float(late_s[order][place]) * 1000
