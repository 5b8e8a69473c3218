"""A whole load test: one run on the virtual clock, then the measured runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from dialsim.errors import InternalError
from dialsim.loadtest.figures import RunFigures, run_figures
from dialsim.loadtest.histograms import quantiles_ms
from dialsim.loadtest.limit import RateLimit, RateTrial, find_limit
from dialsim.loadtest.load_world import LoadTarget, load_target
from dialsim.loadtest.one_run import Played, play_in_real_time, play_virtually
from dialsim.loadtest.plan import MilliRate, Plan, make_plan
from dialsim.loadtest.progress import LoadProgress, OnLoad
from dialsim.loadtest.request import TARGETED, LoadRequest
from dialsim.loadtest.unthrottled_scenario import BUILT_IN, SEED
from dialsim.messages.text import message

if TYPE_CHECKING:
    from dialsim.scenario.models.schema import Scenario
    from dialsim.scheduler.stop import Stop

OnRun = Callable[[int, RunFigures], None]
MOST_VOID = 3
"""A search repeats a run that the machine disturbed this many times in a row."""

MOST_RATE_MILLI = 10**11


class LoadTestRunner:
    """The runs of one load test.

    Parameters
    ----------
    asked
        The request.
    scenario
        None: the built-in one, created for each rate of a search.
    on_progress
        Called several times a second.
    """

    def __init__(
        self, asked: LoadRequest, scenario: Scenario | None, stop: Stop, on_progress: OnLoad | None
    ) -> None:
        self.asked, self._scenario, self._stop = asked, scenario, stop
        self._on_progress = on_progress
        self.expected_digest: str | None = None
        self.guard_lifted = False
        self.scenario_name = BUILT_IN if scenario is None else scenario.name
        self.seed = SEED if scenario is None else scenario.seed
        if asked.seed is not None:
            self.seed = asked.seed

    def play_runs(self, on_run: OnRun) -> list[RunFigures]:
        """Run the load as often as requested; if interrupted, return the runs so far.

        Parameters
        ----------
        on_run
            Called with the number of each run, from 1, and its figures, at its end.

        Raises
        ------
        ScenarioError, CapacityError
            The load is too long for the scenario's hours, or too large for this machine.
        InternalError
            A run had another outcome than the same offers on the virtual clock.
        """
        target, plan = self._target(self.asked.rates_milli)
        found: list[RunFigures] = []
        self._report("virtual run", plan, 0.0, None)
        virtual = self._virtual(target, plan)
        if virtual is not None and self._lifts_guard(target, run_figures(virtual)):
            virtual = self._virtual(target, plan)
        if virtual is None:
            return found
        self.expected_digest = virtual.digest
        for number in range(1, self.asked.runs + 1):
            played = self._measured(target, plan, number)
            if played is None:
                break
            self._check(played, virtual)
            figures = run_figures(played, by_interval=True)
            found.append(figures)
            on_run(number, figures)
            if played.interrupted:
                break
        return found

    def search(self) -> RateLimit:
        """Search for the highest rate that passes.

        Raises
        ------
        CapacityError
            This machine cannot generate even the first rate.
        """
        target, plan = self._target(self.asked.rates_milli)
        if self._virtual(target, plan) is None:
            return RateLimit(None, None, (), complete=False)
        del target
        first_milli = self.asked.rates_milli[0]
        return find_limit(self._try, first_milli, MOST_RATE_MILLI, self.asked.least_milli)

    def _try(self, rate_milli: MilliRate) -> RateTrial | None:
        """Run one rate; repeat it if the machine, or the abandon guard, disturbed it."""
        target, plan = self._target((rate_milli,))
        void = 0
        while True:
            played = self._measured(target, plan, None)
            if played is None or played.interrupted:
                return None
            run = run_figures(played)
            if self._lifts_guard(target, run):
                continue
            tried = judge_rate(
                rate_milli, run, self.asked.lateness_ms[TARGETED], open_road=target.built_in
            )
            void += tried.void
            if void == MOST_VOID:
                return replace(tried, why=message("void, {count} times").filled(count=MOST_VOID))
            if not tried.void:
                return tried

    def _lifts_guard(self, target: LoadTarget, run: RunFigures) -> bool:
        """Disable the built-in scenario's abandon guard if it held up dials.

        A scenario may have a million agents. Beyond the calls they can take, the guard holds dials
        up on any machine, while a load test measures the machine. Waits in virtual time are the
        same in every run.
        """
        held = any("agents" in stage.short_of for stage in run.stages)
        if not (held and target.built_in and target.guarded):
            return False
        target.guarded, self.guard_lifted = False, True
        return True

    def _target(self, rates_milli: tuple[MilliRate, ...]) -> tuple[LoadTarget, Plan]:
        stages = self.asked.stages(rates_milli)
        scenario = self._scenario
        campaigns = 1 if scenario is None else len(scenario.campaigns)
        dials = sum(stage.expected for stage in stages)
        margin = 6 * int(dials**0.5) + 10  # a Poisson stream hardly ever has more
        peak = max(stage.rate_per_s for stage in stages)
        target = load_target(scenario, self.asked.profile, dials + margin, peak, self.seed)
        if self.guard_lifted:
            target.guarded = False
        plan = make_plan(
            stages, campaigns, target.scenario.seed, evenly=self.asked.arrivals == "even"
        )
        return target, plan

    def _virtual(self, target: LoadTarget, plan: Plan) -> Played | None:
        """Run a load on the virtual clock, compiling first if needed."""

        def report(kernels: int) -> None:
            if self._on_progress is not None:
                rate_per_s = plan.stages[0].rate_per_s
                self._on_progress(LoadProgress("compiling", rate_per_s, 0.0, None, kernels))

        return play_virtually(target, plan, self.asked.timeouts, self._stop, report)

    def _measured(self, target: LoadTarget, plan: Plan, number: int | None) -> Played | None:
        what = (
            message("search", "load test")
            if number is None
            else message("run {number} of {runs}").filled(number=number, runs=self.asked.runs)
        )
        runs_left = 0 if number is None else self.asked.runs - number
        whole_s = plan.length_ms / 1000

        def report(done: float) -> None:
            left = None if number is None else whole_s * (1 - min(1.0, done) + runs_left)
            self._report(what, plan, done, left)

        return play_in_real_time(
            target,
            plan,
            self.asked.timeouts,
            self._stop,
            on_progress=None if self._on_progress is None else report,
        )

    def _report(self, what: str, plan: Plan, done: float, left_s: float | None) -> None:
        if self._on_progress is None:
            return
        at = done * plan.length_ms
        stage = sum(1 for begin in plan.begins[1:-1] if begin <= at)
        self._on_progress(LoadProgress(what, plan.stages[stage].rate_per_s, done, left_s))

    def _check(self, played: Played, virtual: Played) -> None:
        """Raise an error unless a fully decided run without drops equals the virtual run."""
        whole = played.digest is not None and self.asked.timeouts.deadline_s is None
        if whole and played.digest != virtual.digest:
            raise InternalError("a load on the wall clock came to another outcome than in virtual")


def judge_rate(
    rate_milli: MilliRate, run: RunFigures, target_ms: float, *, open_road: bool
) -> RateTrial:
    """Return whether a run at a rate passes, and if not, why.

    Parameters
    ----------
    target_ms
        Greatest own lateness at p99.
    open_road
        The scenario is the built-in one, in which offers must never wait.
    """
    stage = run.stages[0]
    late = quantiles_ms(stage.lateness)[TARGETED]
    why: str | None = None
    if run.void:
        why = message("void")
    elif stage.counts["censored"]:
        why = message("some undecided")
    elif late is None or late > target_ms:
        why = message("late")
    elif stage.backlog_grows:
        why = message("backlog grows")
    elif open_road and stage.short_of:
        why = message("its scenario is too small")
    offered = stage.counts["offered"]
    return RateTrial(
        rate_milli,
        passed=why is None,
        void=run.void,
        lateness_ms=late,
        backlog_slope_per_s=stage.backlog_slope_per_s,
        why=why,
        admitted=stage.counts["admitted"] / offered if offered else None,
    )
