"""Result of a load test: runs, steps with their range over the runs, verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dialsim.loadtest.figures import RunFigures
from dialsim.loadtest.histograms import quantiles_ms
from dialsim.loadtest.limit import RateLimit
from dialsim.loadtest.request import LoadRequest
from dialsim.loadtest.steps import steps_of
from dialsim.loadtest.thresholds import Judged, judge
from dialsim.loadtest.watchdog import VOID_ABOVE_MS
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Text, message
from dialsim.pages.load_result import COUNTS, LoadResult, StepResult
from dialsim.pages.model.display import PageResult
from dialsim.scheduler.performance import machine

if TYPE_CHECKING:
    from dialsim.errors import CapacityError
    from dialsim.pages.model.parts import Page

_UNDECIDED = message("{rate} dials/s: {least:,} of them were still not decided at the end")
_UNDECIDED_RANGE = message(
    "{rate} dials/s: {least:,} to {most:,} of them were still not decided at the end"
)
_GROWS = message("{rate} dials/s: the backlog grows in every run")


class LoadTest(PageResult):
    """A load test that is finished or was interrupted.

    Parameters
    ----------
    asked
        The request.
    scenario_name, seed
        The scenario of the load.
    runs
        The measured runs, the last perhaps interrupted; none for a search.
    limit
        The result of a search; else None.
    digest
        The outcome digest, the same in every run without drops.
    guard_lifted
        There were more concurrent calls than a scenario may have agents, so the abandon guard,
        which would have held dials up, was disabled.

    Attributes
    ----------
    unwritten
        Why some of its files are missing; None: all were written.
    """

    def __init__(
        self,
        asked: LoadRequest,
        scenario_name: str,
        seed: int,
        runs: Sequence[RunFigures] = (),
        limit: RateLimit | None = None,
        digest: str | None = None,
        *,
        guard_lifted: bool = False,
    ) -> None:
        self.asked, self.scenario_name, self.seed = asked, scenario_name, seed
        self.runs, self.limit, self.digest = tuple(runs), limit, digest
        self.guard_lifted = guard_lifted
        self.unwritten: CapacityError | None = None

    @property
    def complete(self) -> bool:
        """Whether every run, or the whole search, was finished."""
        if self.limit is not None:
            return self.limit.complete
        whole = len(self.runs) == self.asked.runs
        return whole and not any(run.interrupted for run in self.runs)

    @property
    def measured(self) -> bool:
        """Whether there is any figure: not if interrupted in set-up or warm-up."""
        if self.limit is not None:
            return bool(self.limit.tried)
        return any(run.stages for run in self.runs)

    @property
    def void(self) -> Text | None:
        """Why the figures reflect the machine and not dialsim; None if they are valid."""
        if self.limit is not None:
            some = self.limit.void
            return message("the machine held a run up, three times in a row") if some else None
        late = [run.heartbeat_ms["p99.9"] or 0.0 for run in self.runs if run.void]
        if not late:
            return None
        return held_up(max(late), len(late), len(self.runs))

    @property
    def behind(self) -> Text | None:
        """Lowest rate that this machine sustained in no run; None if it sustained all.

        None of a smoke run, which is no measurement of capacity.
        """
        if self.asked.smoke:
            return None
        for step in self.steps():
            least, most = step["censored"]
            if least:
                text = _UNDECIDED if least == most else _UNDECIDED_RANGE
                return text.filled(rate=step["rate"], least=least, most=most)
            if step["backlog_grows"] == step["runs"]:
                return _GROWS.filled(rate=step["rate"])
        return None

    @property
    def undecided(self) -> bool:
        """Whether some step had undecided offers in every run."""
        return any(step["censored"][0] for step in self.steps())

    @property
    def judged(self) -> list[Judged]:
        """Every threshold at every step."""
        if self.limit is not None:
            return []
        return judge(self.runs, self.asked.lateness_ms, self.asked.admitted)

    @property
    def met(self) -> bool:
        """Whether every threshold is met, or a search found a passing rate; not if void.

        A smoke run without thresholds claims no figure, so that it may be void.
        """
        if not self.complete:
            return False
        if self.void is not None and (self.judged or not self.asked.smoke):
            return False
        if self.limit is not None:
            return self.limit.last_pass_milli is not None
        return all(each.met for each in self.judged)

    def steps(self) -> list[StepResult]:
        """Return each step with the least and most of each figure over all runs."""
        return steps_of(self.runs)

    @property
    def steps_table(self) -> Any:
        """Arrow table, one row per step: least and most of each figure over the runs."""
        rows = []
        for step in self.steps():
            flat: dict[str, Any] = {"rate_per_s": step["rate_per_s"], "runs": step["runs"]}
            for name in COUNTS:
                flat[f"{name}_min"], flat[f"{name}_max"] = step[name]
            for what, times in (
                ("lateness_ms", step["lateness_ms"]),
                ("latency_ms", step["latency_ms"]),
            ):
                for quantile, ends in times.items():
                    flat[f"{what}_{quantile}_min"], flat[f"{what}_{quantile}_max"] = ends
            rows.append(flat)
        return _table(rows)

    @property
    def runs_table(self) -> Any:
        """Arrow table, one row per run and step."""
        rows = []
        for number, run in enumerate(self.runs, 1):
            for figures in run.stages:
                row: dict[str, Any] = {
                    "run": number,
                    "rate_per_s": figures.rate_per_s,
                }
                row |= {name: figures.counts[name] for name in COUNTS}
                for name, value in quantiles_ms(figures.lateness).items():
                    row[f"lateness_ms_{name}"] = value
                for name, value in quantiles_ms(figures.latency).items():
                    row[f"latency_ms_{name}"] = value
                for cause, held in figures.held.items():
                    row[f"{cause}_share"], row[f"{cause}_p99_ms"] = held["share"], held["p99_ms"]
                row["backlog_slope_per_s"] = figures.backlog_slope_per_s
                row["heartbeat_ms_p99.9"] = run.heartbeat_ms["p99.9"]
                row["void"] = run.void
                rows.append(row)
        return _table(rows)

    def to_dict(self) -> LoadResult:
        """Return everything but the histograms, ready for JSON."""
        return {
            "scenario": self.scenario_name,
            "seed": self.seed,
            "asked": self.asked.to_dict(),
            "complete": self.complete,
            "void": self.void,
            "met": self.met,
            "behind": self.behind,
            "thresholds": [each.to_dict() for each in self.judged],
            "steps": self.steps(),
            "runs": [run.to_dict() for run in self.runs],
            "limit": None if self.limit is None else self.limit.to_dict(),
            "digest": self.digest,
            "guard_lifted": self.guard_lifted,
            "machine": machine(),
        }

    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page of the load test."""
        from dialsim.pages.load_page import load_page

        return load_page(self.to_dict(), language)

    def __repr__(self) -> str:
        state = "void" if self.void else "met" if self.met else "not met"
        return f"<LoadTest {self.scenario_name}, {len(self.runs)} runs, {state}>"


def held_up(worst_ms: float, held: int, runs: int) -> Text:
    """Return why some of a load test's runs are void: the machine held the process up.

    >>> held_up(10.66, 1, 5)
    'the machine held the process up: heartbeat p99.9 10.7 ms in 1 of 5 runs, 10 ms at most'
    """
    return message(
        "the machine held the process up: heartbeat p99.9 {worst:.1f} ms in {held} of {runs} runs, "
        "{most:g} ms at most"
    ).filled(worst=worst_ms, held=held, runs=runs, most=VOID_ABOVE_MS)


def _table(rows: list[dict[str, Any]]) -> Any:
    import pyarrow as pa

    return pa.Table.from_pylist(rows)
