"""Figures of a load test run, by stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.loadtest.histograms import histogram_of, judged_quantiles_ms, quantiles_ms
from dialsim.loadtest.intervals import Interval, intervals_of
from dialsim.loadtest.offer_times import known, offer_times
from dialsim.loadtest.offers import Fate, Held
from dialsim.loadtest.one_run import Played
from dialsim.loadtest.watchdog import VOID_ABOVE_MS
from dialsim.pages.load_result import Count, HeldOffers, QuantilesMs, RunResult, StageResult

BLOCKS = 10
MOMENTS = 2000  # of a stage, at which its backlog is measured
T_99 = 2.896  # one-sided 99 % quantile of Student's t with BLOCKS − 2 degrees of freedom
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StageFigures:
    """One stage of one run.

    Attributes
    ----------
    stage
        From 1, without the warm-up: the step in the histograms' names.
    counts
        ``offered`` = ``admitted`` + ``deferred`` + ``dropped`` + ``censored``.
    deferred_for
        Deferred offers by the last cause of their wait, by the names of `held`.
    lateness, latency
        HDR histograms, in µs. Lateness is own: from the moment of the tick at which an offer was
        decided to the return of the slice that held the decision. Latency starts at the offer's
        planned moment and so includes its virtual waits. Censored offers are in both with the
        elapsed time, dropped ones in neither.
    at_least
        Some offers are censored: quantiles are lower bounds.
    judged_ms
        Quantiles of lateness that thresholds are judged by: offers that were dropped or never taken
        count as later than all others. None: the quantile lies among them.
    held
        By cause of waits in virtual time: ``share`` of offers held, ``p50_ms``, ``p99_ms``,
        ``max_ms`` over all decided offers.
    backlog_slope_per_s
        Growth of the due but undecided offers, in offers a second; None if the stage was too short.
    backlog_grows
        Whether the slope is significantly above 0, by the means of ten equal parts of the stage
        (the lower end of a one-sided interval of 99 %), and adds more than a tick's offers.
    """

    stage: int
    rate_per_s: float
    counts: dict[Count, int]
    deferred_for: dict[str, int]
    lateness: Any
    latency: Any
    at_least: bool
    judged_ms: QuantilesMs
    held: dict[str, HeldOffers]
    backlog_most: int
    backlog_slope_per_s: float | None
    backlog_grows: bool

    @property
    def short_of(self) -> set[str]:
        """Names of `held`: what offers waited for or, without a hold, were deferred for."""
        return {name for name, each in self.held.items() if each["share"] > 0} | {
            *self.deferred_for
        }

    def to_dict(self) -> StageResult:
        """Return all fields, histograms as their quantiles in ms."""
        counts = self.counts
        return {
            "stage": self.stage,
            "rate_per_s": self.rate_per_s,
            "offered": counts["offered"],
            "admitted": counts["admitted"],
            "deferred": counts["deferred"],
            "dropped": counts["dropped"],
            "censored": counts["censored"],
            "deferred_for": self.deferred_for,
            "lateness_ms": quantiles_ms(self.lateness),
            "latency_ms": quantiles_ms(self.latency),
            "at_least": self.at_least,
            "judged_ms": self.judged_ms,
            "held": self.held,
            "backlog_most": self.backlog_most,
            "backlog_slope_per_s": self.backlog_slope_per_s,
            "backlog_grows": self.backlog_grows,
        }


def stage_figures(played: Played, stage: int) -> StageFigures:
    """Return the figures of one stage of a run, by its index in the plan.

    See :class:`StageFigures`.
    """
    plan, offers = played.plan, played.offers
    times = offer_times(played, stage)
    counts = times.counts()
    fate = times.fate
    decided = (fate == Fate.ADMITTED) | (fate == Fate.DEFERRED)
    reasons = offers.lacked[times.offers[fate == Fate.DEFERRED]]
    ends_s = np.array(offers.ends_s, np.float64)
    in_real_time = played.origin_s > 0
    most, slope, grows = _backlog(played, stage, ends_s) if in_real_time else (0, None, False)
    never_taken = int((~times.taken).sum())
    return StageFigures(
        stage=sum(each.measured for each in plan.stages[: stage + 1]),
        rate_per_s=plan.stages[stage].rate_per_s,
        counts=counts,
        deferred_for={
            Held(code).name.lower(): int(n)
            for code, n in zip(*np.unique(reasons, return_counts=True), strict=True)
        },
        lateness=histogram_of(known(times.lateness_s)),
        latency=histogram_of(known(times.latency_s)),
        at_least=never_taken > 0,
        judged_ms=judged_quantiles_ms(
            histogram_of(times.lateness_s[decided]), counts["dropped"] + never_taken
        ),
        held=_held(played, times.offers[decided]),
        backlog_most=most,
        backlog_slope_per_s=slope,
        backlog_grows=grows,
    )


def held_ticks(played: Played, decided: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the waits of some decided offers by cause: int64[n, len(Held)], ms.

    A row sums to the ticks from the planned one to that of the decision.
    """
    plan, offers = played.plan, played.offers
    at = offers.decided_tick[decided] - played.begin_tick
    campaign = np.searchsorted(plan.first, decided, side="right") - 1
    found = np.zeros((len(decided), len(Held)), np.int64)
    for row, causes in enumerate(offers.held_ticks):
        mine = campaign == row
        begin, end = plan.due[decided[mine]], at[mine]
        for cause, ticks in enumerate(causes):
            found[mine, cause] = np.searchsorted(ticks, end) - np.searchsorted(ticks, begin)
    return found


def _held(played: Played, decided: NDArray[np.int64]) -> dict[str, HeldOffers]:
    ticks = held_ticks(played, decided)
    out: dict[str, HeldOffers] = {}
    for cause in Held:
        mine = ticks[:, cause]
        some = len(mine) > 0
        out[cause.name.lower()] = {
            "share": float((mine > 0).mean()) if some else 0.0,
            "p50_ms": float(np.quantile(mine, 0.5, method="inverted_cdf")) if some else 0.0,
            "p99_ms": float(np.quantile(mine, 0.99, method="inverted_cdf")) if some else 0.0,
            "max_ms": float(mine.max()) if some else 0.0,
        }
    return out


def _backlog(played: Played, stage: int, ends_s: Floats) -> tuple[int, float | None, bool]:
    """Return a stage's largest backlog, its slope, and whether it grows significantly.

    Measured at equal distances: offers due by then, less those of completed slices.
    """
    plan = played.plan
    due = np.sort(plan.due)
    end_ms = min(int(plan.begins[stage + 1]), played.offered_ms)
    at_ms = np.linspace(plan.begins[stage], end_ms, MOMENTS, endpoint=False)
    last = np.searchsorted((ends_s - played.origin_s) * 1000, at_ms, side="right")
    ticks = np.array([played.begin_tick, *played.offers.end_ticks], np.int64)[last]
    come = np.searchsorted(due, at_ms, side="right")
    gone = np.searchsorted(due, ticks - played.begin_tick, side="left")
    backlog = np.maximum(0, come - gone).astype(np.float64)
    slope, grows = backlog_slope(at_ms / 1000, backlog, plan.stages[stage].rate_per_s / 1000)
    return int(backlog.max()), slope, grows


def backlog_slope(at_s: Floats, backlog: Floats, least: float = 1.0) -> tuple[float | None, bool]:
    """Return the backlog's growth per second, and whether it is significant.

    Parameters
    ----------
    at_s, backlog
        Moments in ascending order, and the backlog at each.
    least
        Total growth that counts as none, such as the offers of one tick.

    Returns
    -------
    slope
        Least squares through the means of ten equal parts of the time; None if some part is
        without a moment.
    grows
        The lower end of its one-sided interval of 99 % is above 0, and it has grown by more than
        `least`.
    """
    span = at_s[-1] - at_s[0]
    if span <= 0:
        return None, False
    part = np.minimum(BLOCKS - 1, ((at_s - at_s[0]) / span * BLOCKS).astype(np.int64))
    sizes = np.bincount(part, minlength=BLOCKS)
    if (sizes == 0).any():
        return None, False
    means = np.bincount(part, weights=backlog, minlength=BLOCKS) / sizes
    x = (np.arange(BLOCKS) + 0.5) * span / BLOCKS
    away = x - x.mean()
    slope = float((away * means).sum() / (away**2).sum())
    rest = means - means.mean() - slope * away
    error = float(np.sqrt((rest**2).sum() / (BLOCKS - 2) / (away**2).sum()))
    grows = slope - T_99 * error > 0 and slope * span > max(1.0, least)
    return slope, bool(grows)


@dataclass(frozen=True)
class RunFigures:
    """One run of a load with all its measured stages.

    Attributes
    ----------
    heartbeat_ms
        Quantiles of the lateness of a heartbeat, which depends only on the machine.
    void
        Its p99.9 is above `VOID_ABOVE_MS`: the figures reflect the machine.
    begun_at_s
        When its load began, in seconds since 1970.
    intervals
        Its measured stages by interval; empty for a run of a search.
    """

    stages: tuple[StageFigures, ...]
    heartbeat_ms: QuantilesMs
    void: bool
    slices: dict[str, float]
    engine_s: float
    digest: str | None
    interrupted: bool
    begun_at_s: float = 0.0
    intervals: tuple[Interval, ...] = ()

    def to_dict(self) -> RunResult:
        """Return everything but the histograms."""
        return {
            "stages": [stage.to_dict() for stage in self.stages],
            "heartbeat_ms": self.heartbeat_ms,
            "void": self.void,
            "slices": self.slices,
            "engine_seconds": round(self.engine_s, 6),
            "digest": self.digest,
            "interrupted": self.interrupted,
            "begun_at_s": self.begun_at_s,
            "intervals": [each.to_dict() for each in self.intervals],
        }


def run_figures(played: Played, *, by_interval: bool = False) -> RunFigures:
    """Return the figures of a run, also by interval if requested; its warm-up is left out."""
    beats = quantiles_ms(histogram_of(np.array(played.late_beats_s, np.float64)))
    worst = beats["p99.9"]
    numbers = [i for i, stage in enumerate(played.plan.stages) if stage.measured]
    begun = [i for i in numbers if played.plan.begins[i] < played.offered_ms]
    return RunFigures(
        stages=tuple(stage_figures(played, i) for i in begun),
        heartbeat_ms=beats,
        void=worst is not None and worst > VOID_ABOVE_MS,
        slices=played.slices,
        engine_s=played.engine_s,
        digest=played.digest,
        interrupted=played.interrupted,
        begun_at_s=round(played.begun_at_s, 3),
        intervals=intervals_of(played) if by_interval else (),
    )
