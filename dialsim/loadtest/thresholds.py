"""Thresholds of a load test and their verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialsim.loadtest.figures import RunFigures
from dialsim.loadtest.progress import rate_text
from dialsim.pages.load_result import ThresholdResult


@dataclass(frozen=True)
class Judged:
    """One threshold at one stage.

    Attributes
    ----------
    stage
        As in `StageFigures`.
    name
        ``"lateness p99"`` or ``"admitted"``.
    worst
        The worst value of all runs; None if some run has none.
    unknown
        There is no value because the quantile lies among offers that were dropped or never taken.
    limit
        Upper limit in ms; for ``admitted`` a least share.
    """

    stage: int
    rate_per_s: float
    name: str
    worst: float | None
    limit: float
    met: bool
    unknown: bool = False

    def to_dict(self) -> ThresholdResult:
        """Return the fields as a plain dict, with the rate as a page shows it."""
        return {
            "stage": self.stage,
            "rate_per_s": self.rate_per_s,
            "name": self.name,
            "worst": self.worst,
            "limit": self.limit,
            "met": self.met,
            "unknown": self.unknown,
            "rate": rate_text(self.rate_per_s),
        }


def judge(
    runs: Sequence[RunFigures], lateness_ms: Mapping[str, float], admitted: float | None
) -> list[Judged]:
    """Judge every measured stage by the worst of all runs.

    Offers that were dropped or never taken count as later than all others, so that no deadline
    makes a load pass.

    Parameters
    ----------
    lateness_ms
        Greatest own lateness by the name of its quantile, such as ``{"p99": 10.0}``.
    admitted
        Least admitted share of offers; None: any.
    """
    by_stage: dict[int, list[Any]] = {}
    for run in runs:
        for figures in run.stages:
            by_stage.setdefault(figures.stage, []).append(figures)
    out = []
    for stage, found in sorted(by_stage.items()):
        rate = found[0].rate_per_s
        times = [figures.judged_ms for figures in found]
        for name, limit in lateness_ms.items():
            known = [value for value in (t[name] for t in times) if value is not None]
            worst = max(known) if known and len(known) == len(times) else None
            met = worst is not None and worst <= limit
            unknown = any(f.judged_ms[name] is None and f.counts["offered"] for f in found)
            out.append(Judged(stage, rate, f"lateness {name}", worst, limit, met, unknown))
        if admitted is not None:
            shares = [
                f.counts["admitted"] / f.counts["offered"] for f in found if f.counts["offered"]
            ]
            least = min(shares, default=None)
            met = least is not None and least >= admitted
            out.append(Judged(stage, rate, "admitted", least, admitted, met))
    return out
