"""Figures of a run by interval, as its CSV file and its histogram log have them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dialsim.loadtest.histograms import QUANTILES, histogram_of, quantile_name, quantiles_ms
from dialsim.loadtest.offer_times import known, offer_times
from dialsim.loadtest.one_run import Played
from dialsim.pages.load_result import COUNTS, Count, IntervalResult, QuantilesMs

SHORTEST_MS = 1000
MOST_INTERVALS = 600
TIMES = ("lateness", "latency")
_NAMES = (*(quantile_name(q) for q in QUANTILES), "max")
CSV_HEAD = (
    "run", "step", "rate_per_s", "begin_s", "end_s", *COUNTS,
    *(f"{what}_{name}_ms" for what in TIMES for name in _NAMES),
)  # fmt: skip
HLOG_VERSION = "1.2"


@dataclass(frozen=True)
class Interval:
    """The offers planned within a stretch of one step.

    Attributes
    ----------
    stage
        As in `StageFigures`.
    begin_s, end_s
        Seconds from the start of the load, warm-up included.
    counts
        As of a step: an offer belongs to the interval of its planned moment, whenever it was
        decided, so that no stall empties an interval.
    lateness_ms, latency_ms
        Quantiles and maximum.
    lateness_log, latency_log
        The histograms in µs, compressed as in a histogram log; None: no times.
    """

    stage: int
    rate_per_s: float
    begin_s: float
    end_s: float
    counts: dict[Count, int]
    lateness_ms: QuantilesMs
    latency_ms: QuantilesMs
    lateness_log: str | None
    latency_log: str | None

    def to_dict(self) -> IntervalResult:
        """Return the main figures as a plain dict."""
        return {
            "stage": self.stage,
            "begin_s": self.begin_s,
            "end_s": self.end_s,
            "offered": self.counts["offered"],
            "admitted": self.counts["admitted"],
            "deferred": self.counts["deferred"],
            "dropped": self.counts["dropped"],
            "censored": self.counts["censored"],
            "lateness_ms": _main(self.lateness_ms),
            "latency_ms": _main(self.latency_ms),
        }


def intervals_of(played: Played) -> tuple[Interval, ...]:
    """Return the intervals of all measured stages of a run.

    An interval lasts a second, and longer in a run of more than ten minutes; the last one of a
    step may be shorter.
    """
    plan = played.plan
    length_ms = SHORTEST_MS * -(-plan.length_ms // (SHORTEST_MS * MOST_INTERVALS))
    found: list[Interval] = []
    stage_number = 0
    for index, stage in enumerate(plan.stages):
        stage_number += stage.measured
        begin, end = int(plan.begins[index]), min(int(plan.begins[index + 1]), played.offered_ms)
        if not stage.measured or begin >= end:
            continue
        times = offer_times(played, index)
        due = plan.due[times.offers]
        for at in range(begin, end, length_ms):
            until = min(end, at + length_ms)
            mine = (due >= at) & (due < until)
            late, latency = (
                histogram_of(known(each[mine])) for each in (times.lateness_s, times.latency_s)
            )
            found.append(
                Interval(
                    stage_number,
                    stage.rate_per_s,
                    at / 1000,
                    until / 1000,
                    times.counts(mine),
                    quantiles_ms(late),
                    quantiles_ms(latency),
                    _log(late),
                    _log(latency),
                )
            )
    return tuple(found)


def intervals_csv(runs: Sequence[Sequence[Interval]]) -> str:
    """Return the intervals of all runs as CSV, one row each; an unknown time is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_HEAD)
    for number, intervals in enumerate(runs, 1):
        for each in intervals:
            times = (
                table[name] for table in (each.lateness_ms, each.latency_ms) for name in _NAMES
            )
            writer.writerow(
                [
                    number, each.stage, f"{each.rate_per_s:g}", each.begin_s, each.end_s,
                    *(each.counts[name] for name in COUNTS),
                    *("" if value is None else f"{value:g}" for value in times),
                ]
            )  # fmt: skip
    return out.getvalue()


def histogram_log(runs: Sequence[Sequence[Interval]], begun_at_s: Sequence[float]) -> str:
    """Return the intervals of all runs as an HdrHistogram log, which its tools read.

    Parameters
    ----------
    begun_at_s
        When the load of each run began, in seconds since 1970.

    Notes
    -----
    Values are in µs, the maximum of a line in ms. Tags are ``run-1-lateness`` and
    ``run-1-latency``, since tools take the lines of one tag together.
    """
    start_s = begun_at_s[0] if begun_at_s else 0.0
    when = datetime.fromtimestamp(start_s, UTC).isoformat(timespec="milliseconds")
    lines = [
        f"#[Histogram log format version {HLOG_VERSION}]",
        f"#[StartTime: {start_s:.3f} (seconds since epoch), {when}]",
        f"#[BaseTime: {start_s:.3f} (seconds since epoch)]",
        "#[Unit: us; interval maximum: ms]",
        '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ]
    for number, (intervals, begun_s) in enumerate(zip(runs, begun_at_s, strict=True), 1):
        for each in intervals:
            at_s, length_s = begun_s - start_s + each.begin_s, each.end_s - each.begin_s
            for what, table, log in (
                ("lateness", each.lateness_ms, each.lateness_log),
                ("latency", each.latency_ms, each.latency_log),
            ):
                if log is not None:
                    tag = f"Tag=run-{number}-{what}"
                    lines.append(f"{tag},{at_s:.3f},{length_s:.3f},{table['max']:.3f},{log}")
    return "\n".join([*lines, ""])


def _main(times: QuantilesMs) -> QuantilesMs:
    return {name: times[name] for name in ("p50", "p99", "max")}


def _log(made: Any) -> str | None:
    """Return an HDR histogram as a histogram log has it; None if it is empty."""
    return made.encode().decode("ascii") if made.get_total_count() else None
