"""Steps of a load test: the least and the most of each figure over all runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialsim.loadtest.figures import RunFigures, StageFigures
from dialsim.loadtest.histograms import quantiles_ms
from dialsim.loadtest.progress import rate_text
from dialsim.pages.load_result import Count, HeldOffers, QuantileRangesMs, QuantilesMs, StepResult


def steps_of(runs: Sequence[RunFigures]) -> list[StepResult]:
    """Return each step with the least and most of each figure over all runs.

    An interrupted step is left out unless there is no other. ``held`` and ``deferred_for`` have
    maxima; runs differ in them only after drops or an interruption.
    """
    by_stage: dict[int, list[StageFigures]] = {}
    for run in runs:
        for figures in run.stages[: -1 if run.interrupted else None]:
            by_stage.setdefault(figures.stage, []).append(figures)
    for run in runs:  # an interrupted step is used only if there is no complete one
        for figures in run.stages[-1:] if run.interrupted else ():
            by_stage.setdefault(figures.stage, [figures])
    return [_step(found) for _, found in sorted(by_stage.items())]


def _step(found: Sequence[StageFigures]) -> StepResult:
    """Return one step of several runs."""
    first = found[0]  # with a deadline or an interruption, waits differ between runs
    return {
        "stage": first.stage,
        "rate_per_s": first.rate_per_s,
        "rate": rate_text(first.rate_per_s),
        "runs": len(found),
        "offered": _counts(found, "offered"),
        "admitted": _counts(found, "admitted"),
        "deferred": _counts(found, "deferred"),
        "dropped": _counts(found, "dropped"),
        "censored": _counts(found, "censored"),
        "deferred_for": _most([figures.deferred_for for figures in found]),
        "lateness_ms": _ranges([quantiles_ms(figures.lateness) for figures in found]),
        "latency_ms": _ranges([quantiles_ms(figures.latency) for figures in found]),
        "held": {cause: _longest([each.held[cause] for each in found]) for cause in first.held},
        "at_least": sum(figures.at_least for figures in found),
        "backlog_most": _ends([figures.backlog_most for figures in found]),
        "backlog_slope_per_s": _ends([figures.backlog_slope_per_s for figures in found]),
        "backlog_grows": sum(figures.backlog_grows for figures in found),
    }


def _counts(found: Sequence[StageFigures], name: Count) -> list[int]:
    counts = [figures.counts[name] for figures in found]
    return [min(counts), max(counts)]


def _ranges(times: Sequence[QuantilesMs]) -> QuantileRangesMs:
    return {name: _ends([each[name] for each in times]) for name in times[0]}


def _most(figures: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the maximum of each figure by its name."""
    names = dict.fromkeys(name for each in figures for name in each)
    return {name: max(each.get(name, 0) for each in figures) for name in names}


def _longest(found: Sequence[HeldOffers]) -> HeldOffers:
    """Return the maximum of each figure on waits for a cause."""
    return {
        "share": max(each["share"] for each in found),
        "p50_ms": max(each["p50_ms"] for each in found),
        "p99_ms": max(each["p99_ms"] for each in found),
        "max_ms": max(each["max_ms"] for each in found),
    }


def _ends(values: Sequence[float | None]) -> list[float | None]:
    known = [value for value in values if value is not None]
    return [min(known), max(known)] if known else [None, None]
