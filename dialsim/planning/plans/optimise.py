"""The cheapest plan that keeps its promises: search, proof, and blocking constraints."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from dialsim.api.sources import Source, loaded, seeded
from dialsim.errors import Problem, Problems, ScenarioError
from dialsim.messages.text import message
from dialsim.planning.phase_progress import PhaseProgress
from dialsim.planning.plans.candidates import (
    Choice,
    Decision,
    candidate_count,
    candidates,
    check_filings,
    chosen,
    decisions_of,
    outward,
)
from dialsim.planning.plans.certification import Kept, Proof, check_proof_runs, kept
from dialsim.planning.plans.evidence import Evidence, Outcome
from dialsim.planning.plans.forecast import Forecast, forecast
from dialsim.planning.plans.plan_result import Elsewhere, PlanFound
from dialsim.planning.plans.prefilter import Reach, has_long_lists
from dialsim.planning.plans.promises import promises_of
from dialsim.planning.plans.robustness import Assumed, Robust, assumptions_tried
from dialsim.planning.plans.sampling import descend, needs_optuna, propose
from dialsim.planning.plans.search import Method, Search
from dialsim.planning.plans.trials import Network, Trials, own_network, profile_network
from dialsim.planning.plans.verification import (
    FIRST_ELSEWHERE,
    FIRST_HOLDOUT,
    FIRST_VERIFYING,
    LOOK_APART,
    Verified,
    verify,
)
from dialsim.planning.replans.start_point import FromHere
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.plan_rules import plan_rules

if TYPE_CHECKING:
    from dialsim.execution.workers import Workers
    from dialsim.scheduler.replication_progress import OnRepeat, Repeats
    from dialsim.scheduler.stop import Stop

OnForecast = Callable[[Forecast], None]
FIRST_TIMED = 50_000_000
"""Number of the first replication that is played to see how long one takes."""
PROFILES = ("strict", "typical", "lenient")
LOOKED_AT = 1000
"""Candidates among which a valid one is looked for to begin with."""
NEAREST = 3  # candidates simulated if estimates put none within reach


def plan(
    scenario: Source,
    *,
    seed: int | None = None,
    executor: str = "processes",
    workers: int | None = None,
    robust: bool = False,
    proof_runs: int | None = None,
    only_forecast: bool = False,
    progress: bool | OnRepeat = False,
    on_forecast: OnForecast | None = None,
    stop: Stop | None = None,
) -> PlanFound:
    """Find the cheapest plan that keeps every promise, and prove that it does.

    Parameters
    ----------
    scenario
        As for :func:`dialsim.run`, with a table ``[plan]``.
    seed
        Draws behaviour instead of the scenario's seed.
    executor, workers
        Who plays; see :class:`dialsim.execution.workers.Workers`.
    robust
        Look for a plan that keeps every promise under the profiles strict, typical and lenient as
        well, and with each assumption at either end of its range; or say which breaks it.
    proof_runs
        That may be played to prove one candidate, at most; None: 5,000. More of them go on where
        fewer had ended: the runs before are the same.
    only_forecast
        End after the forecast of the effort.
    progress
        True: a line on a terminal or below a notebook's cell; or a function of a `RepeatsDone`.
    on_forecast
        Told what it will take, before the search begins.
    stop
        Asked to end early from another thread.

    Returns
    -------
    PlanFound
        After Ctrl-C what the runs played by then say; nothing is certified by half.

    Raises
    ------
    ScenarioError
        There is no ``[plan]``, something of it cannot be, or an option makes the scenario invalid
        whatever the others are; all at once. Or no candidate is valid.
    CapacityError
        As for :func:`dialsim.run`.

    Notes
    -----
    A candidate is checked as a whole when it is first used; an invalid scenario is skipped and
    counted. Candidates that an estimate puts out of reach are not simulated. The others run in
    rounds of twice as many replications, with common random numbers. A candidate is rejected only
    if a bound misses a promise, or if a candidate that looks safe is cheaper beyond doubt. The
    remaining ones are verified from the safest to the cheapest, with unused replications, up to the
    first that is not certified. Runs are added while a promise is open, up to `proof_runs`; the
    evidence is valid at every look. `plan.toml` holds the figures of the method. The result depends
    only on the scenario, its files, the seed, `proof_runs` and the version.
    """
    from dialsim.execution.workers import Workers
    from dialsim.scheduler.stop import interrupts, stop_of

    ready = seeded(loaded(scenario), seed)
    stop = stop_of(stop)
    making = _checked(ready, proof_runs)
    making.progress = progress
    team = Workers(executor, workers, stop=stop, progress=progress)
    with interrupts(stop), team as crew:
        making.begin(crew)
        try:
            found = making.found(on_forecast, only_forecast=only_forecast)
            if robust and found.certified and found.complete:
                found.robust = making.hardened(found)
                found.complete = not stop.requested
            return found
        finally:
            making.clear()


def _checked(scenario: Scenario, proof_runs: int | None = None) -> Making:
    """Return the checked inputs of a plan, or raise every problem."""
    problems = Problems(scenario._origin.file, scenario._origin.lines)
    if scenario.plan is None:
        problems.add(
            "plan",
            message("the scenario does not say what may be decided"),
            allowed=message("a table [plan] with [[plan.decisions]]"),
            remedy=message(
                'such as [[plan.decisions]] with key = "caller_ids.NAME.count" and values = '
                "[200, 250, 300]"
            ),
        )
    if scenario.study is not None:
        problems.add(
            "study", message("a study of what is forbidden can be neither planned nor exported")
        )
    check_proof_runs(proof_runs, problems)
    problems.raise_if_any()
    decisions = decisions_of(scenario)
    figures = plan_rules().method
    needs_optuna(problems, candidate_count(decisions), int(figures["enumerated"]))
    for problem in check_filings(scenario, decisions):
        problems.take(problem)
    problems.raise_if_any()
    return Making(scenario, decisions, Method.of(figures), proof_runs)


@dataclass
class Making(PhaseProgress):
    """One plan while it is computed.

    Attributes
    ----------
    proof_runs
        That may be played to prove one candidate, at most; None: those of the method.
    here
        Where it holds from, if a part of the campaign is over; None: from the start.
    """

    scenario: Scenario
    decisions: Sequence[Decision]
    method: Method
    proof_runs: int | None = None
    progress: bool | OnRepeat = False
    repeats: Repeats | None = None
    elsewhere: bool = True
    look: int = 0
    here: FromHere | None = None
    began_s: float = field(default_factory=time.monotonic)

    @property
    def proof(self) -> Proof:
        """Method of proof."""
        proof = self.method.proof
        return proof if self.proof_runs is None else replace(proof, runs=self.proof_runs)

    def begin(self, crew: Workers, networks: Sequence[Network] = ()) -> None:
        """Set the executor and the networks."""
        assert self.scenario.plan is not None  # it was checked
        self.crew = crew
        here = self.here
        promises = promises_of(self.scenario, self.scenario.plan)
        self.trials = Trials(
            self.scenario,
            self.decisions,
            promises if here is None else here.open_promises(promises),
            crew,
            (own_network(self.scenario), *networks),
            self.count,
            chosen if here is None else here.chosen,
        )
        self.search = Search(self.trials.promises, self.method, self._play)
        # no estimate exists for the rest of a campaign: estimates begin at the start
        unknown = here is not None or has_long_lists(self.scenario)
        self.reach = Reach(self._under_all, unknown)
        self.what = "run of the search"

    def found(self, on_forecast: OnForecast | None, *, only_forecast: bool = False) -> PlanFound:
        """Search, verify, and return the result."""
        ahead = self._forecast()
        if on_forecast is not None and not self.search.stopped:
            self.clear()  # it goes to the same terminal
            on_forecast(ahead)
        if not only_forecast and not self.search.stopped:
            self._search()
        verified = [] if only_forecast or self.search.stopped else self._verified()
        best = next((each for each in reversed(verified) if each.certified), None)
        found = PlanFound(
            scenario=self.scenario,
            decisions=self.decisions,
            promises=self.trials.promises,
            search=self.search,
            reach=self.reach,
            trials=self.trials,
            verified=verified,
            chosen=best,
            forecast=ahead,
            here=self.here,
            proof=self.proof,
        )
        if best is not None:
            found.holdout = self._holdout(best)
            found.elsewhere = self._elsewhere(best) if self.elsewhere else []
        elif not only_forecast and not self.search.stopped:
            self._play_nearest()
        if self.here is not None and not only_forecast and not self.search.stopped:
            found.without_calls = self._without_calls(self.here)
        found.complete = not self.search.stopped
        found.seconds = time.monotonic() - self.began_s
        return found

    def hardened(self, found: PlanFound) -> Robust:
        """Find a plan that holds under every profile and under the assumptions that break it.

        Assumptions that break the current plan become networks under which the next plan must hold.
        This repeats while further assumptions break the new plan.
        """
        own, figures = self.scenario.network.profile, plan_rules().method
        worst, looks = int(figures["assumed_worst"]), int(figures["assumed_looks"])
        networks = [profile_network(name) for name in PROFILES if name != own]
        tried = self._assumed(found)
        robust = Robust([each.label for each in networks], None, tried)
        for look in range(looks):
            if self.search.stopped:
                return robust
            known = {each.name for each in networks}
            worse = [each for each in robust.breaking if each.name not in known]
            networks += [each.network() for each in worse[:worst]]
            again = Making(self.scenario, self.decisions, self.method, self.proof_runs)
            again.progress, again.elsewhere, again.look = self.progress, False, look + 1
            again.begin(self.crew, networks)
            try:
                held = again.found(None)
                self.search.stopped |= not held.complete
                if held.chosen is None and robust.plan is not None:
                    return robust  # what held under fewer networks still does
                robust.plan = held
                robust.networks = [each.label for each in again.trials.networks]
                if held.chosen is None:
                    return robust
                robust.tried = again._assumed(held)
            finally:
                again.clear()
            known = {each.name for each in networks}
            if all(each.name in known for each in robust.breaking):
                break
        return robust

    def _assumed(self, found: PlanFound) -> list[Assumed]:
        """Play the plan with each assumption at either end of its range."""
        assert found.chosen is not None  # there is a plan
        self.what = "run with an assumption off"
        self.clear()
        return assumptions_tried(
            self.trials, found.chosen.choice, self.scenario, self.whole, self.look
        )

    # --- what will be played ----------------------------------------------------------------------

    def _forecast(self) -> Forecast:
        """Play one run, which compiles, and estimate the effort of all."""
        start = self.start()
        self.search.add([start])
        self.search.play_up_to([start], 1)  # compiles, and reads lists
        run_s = self._timed(start)
        total = candidate_count(self.decisions)
        figures = plan_rules().method
        if total <= figures["enumerated"]:
            within = sum(self.reach.within(choice) for choice in candidates(self.decisions))
        else:
            within = int(figures["trials"])
        run = run_s / len(self.trials.networks), self.crew.count
        networks = len(self.trials.networks)
        counts = total, within
        return forecast(self.trials.own, self.method, self.proof.runs, counts, run, networks)

    def _timed(self, choice: Choice) -> float:
        """Return the seconds in which every worker plays one run, after start-up.

        The timed runs are discarded: the result must not depend on the number of workers.
        """
        at_once = self.crew.count
        numbers = range(FIRST_TIMED, FIRST_TIMED + at_once)
        self._play([(choice, numbers)])
        began_s = time.monotonic()
        self._play([(choice, numbers)])
        return time.monotonic() - began_s

    def start(self) -> Choice:
        """Return the valid candidate nearest to the scenario's values.

        Raises
        ------
        ScenarioError
            Of so many that were looked at none is valid.
        """
        named = tuple(_nearest(each) for each in self.decisions)
        nearest = list(islice(outward(self.decisions, named), LOOKED_AT))
        for choice in nearest:
            if self.reach.is_valid(choice):
                return choice
        raise ScenarioError([_none_valid(self.reach.invalid[named], len(nearest), self.scenario)])

    def _under_all(self, choice: Choice) -> Scenario:
        """Return the scenario of a candidate, valid under every network, or raise."""
        for under in range(1, len(self.trials.networks)):
            self.trials.scenario(choice, under)
        return self.trials.scenario(choice)

    def _search(self) -> None:
        figures = plan_rules().method
        start = self.start()
        if not self.reach.within(start):
            self.search.alive.remove(start)
            self.search.struck[start] = "out of reach"
        if candidate_count(self.decisions) <= figures["enumerated"]:
            for choice in candidates(self.decisions):
                if self.reach.within(choice):
                    self.search.add([choice])
                elif choice not in self.search.struck:
                    invalid = choice in self.reach.invalid
                    self.search.struck[choice] = "invalid" if invalid else "out of reach"
        else:
            trials, within = int(figures["trials"]), self.reach.within
            propose(self.search, self.decisions, trials, self.scenario.seed, within, start)
            descend(self.search, self.decisions, within, 2 * trials)
        self.search.halve()

    # --- proof ------------------------------------------------------------------------------------

    def _verified(self) -> list[Verified]:
        finalists = self.search.finalists()
        self.what = "run of the proof"
        networks = len(self.trials.networks)
        likely = {c: min(self.proof.runs, self.search.plan_runs(c)[0]) for c in finalists}
        self.whole(networks * sum(likely.values()))

        def announce(choice: Choice, runs: int) -> None:
            if self.repeats is not None and runs > likely[choice]:
                self.repeats.extend(networks * (runs - likely[choice]))
                likely[choice] = runs

        return verify(
            finalists,
            self.search.promises,
            self._play,
            self.proof,
            FIRST_VERIFYING + self.look * LOOK_APART,
            announce,
        )

    def _holdout(self, best: Verified) -> list[Kept]:
        """Play the plan with unused runs, to check that it keeps its promises."""
        runs = int(plan_rules().method["holdout"])
        self.what = "run of the holdout"
        evidence = Evidence(
            self._play([(best.choice, range(FIRST_HOLDOUT, FIRST_HOLDOUT + runs))])[0]
        )
        if not len(evidence):
            return []
        return kept(evidence, self.search.promises, self.proof)

    def _elsewhere(self, best: Verified) -> list[Elsewhere]:
        """Play the plan under the other profiles, for which it promises nothing."""
        runs = int(plan_rules().method["other_network"])
        own = self.scenario.network.profile
        others = [name for name in PROFILES if name != own and own in PROFILES]
        numbers = range(FIRST_ELSEWHERE, FIRST_ELSEWHERE + runs)
        self.what = "run under another network"
        found = []
        for name in others:
            trials = Trials(
                self.scenario,
                self.decisions,
                self.trials.own,
                self.crew,
                (profile_network(name),),
                self.count,
            )
            self.whole(runs)
            (outcomes,) = trials.play([(best.choice, numbers)])
            if len(outcomes):
                shown = kept(Evidence(outcomes), self.trials.own, self.proof)
                found.append(Elsewhere(name, shown))
        return found

    def _without_calls(self, here: FromHere) -> tuple[int, int] | None:
        """Return how many runs still suspend a number if calling stops.

        The second figure is the number of runs. None if it cannot be determined.
        """
        from dialsim.execution.cell_sizing import played

        scenario = here.silent(self.scenario)
        if scenario is None:
            return None
        runs = int(plan_rules().method["other_network"])
        self.what = "run without a further call"
        self.whole(runs)
        numbers = range(FIRST_ELSEWHERE, FIRST_ELSEWHERE + runs)
        (done,) = played(self.crew, [(scenario, numbers)], self.count)
        return (sum(each.suspended for each in done), len(done)) if done else None

    def _play_nearest(self) -> None:
        """Play a few runs of the nearest candidate, if none was worth a run before."""
        played = [
            choice
            for choice, each in self.search.evidence.items()
            if len(each) and self.search.struck.get(choice) != "out of reach"
        ]
        if played or not self.reach.estimates:
            return
        nearest = sorted(self.reach.estimates, key=lambda c: (self.reach.shortfall(c), c))
        nearest = nearest[:NEAREST]
        for choice in nearest:
            self.search.evidence.setdefault(choice, Evidence())
        self.search.play_up_to(nearest, self.method.first_runs)

    # --- progress ---------------------------------------------------------------------------------

    def _play(self, asks: Sequence[tuple[Choice, Sequence[int]]]) -> list[list[Outcome]]:
        if self.repeats is None or self.what != "run of the proof":
            networks = len(self.trials.networks)
            self.whole(networks * sum(len(numbers) for _, numbers in asks))
        played = self.trials.play(asks)
        short = (len(some) < len(n) for some, (_, n) in zip(played, asks, strict=True))
        self.search.stopped = self.search.stopped or any(short)
        return played

    def whole(self, runs: int) -> None:
        """Start the progress line of so many runs of the current phase."""
        self.begin_phase(self.what, runs)


def _none_valid(error: ScenarioError, looked_at: int, scenario: Scenario) -> Problem:
    """Return the result for no valid candidate, with the problems of the nearest."""
    first = error.problems[0]
    return Problem(
        "plan.decisions",
        message(
            "none of {looked_at:,} candidates is a valid scenario, whatever is combined; of the "
            "one nearest to the scenario {path}: {message}"
        ).filled(looked_at=looked_at, path=first.path, message=first.message),
        found=first.found,
        allowed=first.allowed,
        remedy=first.remedy,
        file=scenario._origin.file,
        line=scenario._origin.lines.get("plan.decisions") or None,
    )


def _nearest(decision: Decision) -> int:
    """Return the index of the option equal or nearest to the scenario's value."""
    values = [option.value for option in decision.options]
    if decision.present in values:
        return values.index(decision.present)
    if isinstance(decision.present, (int, float)):
        numbers = [v if isinstance(v, (int, float)) else float("inf") for v in values]
        return min(range(len(values)), key=lambda at: abs(numbers[at] - decision.present))
    return 0
