"""Replanning: the past is fixed, decisions hold from here on."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dialsim.api.replaying import scenario_of
from dialsim.api.results import Run, load_run
from dialsim.api.sources import Source
from dialsim.errors import Problems, ScenarioError
from dialsim.execution.branches import BranchPoint, Fork
from dialsim.messages.text import message
from dialsim.planning.plans.candidates import candidate_count, decisions_of
from dialsim.planning.plans.certification import check_proof_runs
from dialsim.planning.plans.optimise import Making, OnForecast
from dialsim.planning.plans.plan_result import PlanFound
from dialsim.planning.plans.sampling import needs_optuna
from dialsim.planning.plans.search import Method
from dialsim.planning.replans.decisions import (
    as_problem,
    check_decisions,
    not_fewer,
)
from dialsim.planning.replans.elapsed import (
    check_run,
    check_same,
    happened,
    moment_in,
    moment_of,
    name_of,
)
from dialsim.planning.replans.log_start import logged, of_campaign
from dialsim.planning.replans.request import (
    check_request,
    invalid_options,
    nothing_left,
    request_for_rest,
)
from dialsim.planning.replans.start_point import FromHere
from dialsim.scenario.as_of import AsOf
from dialsim.scenario.profiles.plan_rules import plan_rules

if TYPE_CHECKING:
    from dialsim.scheduler.replication_progress import OnRepeat
    from dialsim.scheduler.stop import Stop


def replan(
    run: Run | str | Path,
    *,
    as_of: str | datetime | timedelta | int,
    plan: Source | None = None,
    files: str | Path | None = None,
    executor: str = "processes",
    workers: int | None = None,
    proof_runs: int | None = None,
    only_forecast: bool = False,
    progress: bool | OnRepeat = False,
    on_forecast: OnForecast | None = None,
    stop: Stop | None = None,
) -> PlanFound:
    """Find the cheapest plan for the rest of a run that keeps every promise, and prove it.

    Parameters
    ----------
    run
        A run, or its folder; or the campaign's call log, CSV or Parquet, whose columns are those of
        ``[history.calls]`` of `plan`.
    as_of
        The moment up to which the run has happened, as :meth:`dialsim.Simulation.advance` reads
        it: ``"10:30"`` is the first time the clock shows it.
    plan
        A scenario whose ``[plan]`` is taken, and its ``[costs]`` and goals, if it has any; None:
        those of the run's own scenario. Events that the network brings about come with it, and
        hold from the moment on. With a call log the campaign's scenario, from its first day
        to its last.
    files
        Folder from which the paths of the run's scenario start; None: the current one.
    executor, workers, proof_runs, only_forecast, progress, on_forecast, stop
        As for :func:`dialsim.plan`.

    Returns
    -------
    PlanFound
        With `here`, what had happened. Goals and their metrics count the whole run; that no number
        is suspended and the enterprise not stopped is promised of what comes; costs are those from
        the moment on. Goals that are lost already are shown, not promised. With a call log goals
        count what it has of the campaign with what is played; what it does not have counts from the
        moment on.

    Raises
    ------
    ScenarioError
        No run can be read there, it is a study or asks a policy, or it does not come to the same
        past any more; the moment lies outside of it; there is no ``[plan]``, or a decision of it
        comes too late; every goal is lost. Of a log besides: there is no `plan`; it cannot be read,
        or names nobody on the lists. All of a kind at once.
    CapacityError
        As for :func:`dialsim.run`.
    KeyboardInterrupt
        It was stopped before it had come to the moment.

    Notes
    -----
    The run's scenario is simulated again with its own seed up to the moment, so every candidate has
    the run's past, attempt by attempt. From there each replication has other random draws; people
    stay the same. Decisions apply from the moment on: further numbers from the day their filing is
    in force (`filed_on`, or filed at the moment), agents and shifts from the end of the current
    shift, pacing and retries at once. A suspended number is not replaced. The method is that of
    :func:`dialsim.plan`, without its estimates. The result depends only on the run, its files, the
    moment and the version.

    A call log holds what the dialer saw. People it called continue from their last call; limits and
    the network's windows of an hour and a day contain its calls. Labels, marks, counted complaints
    and closed numbers come from ``[history.caller_ids]``. Future complaints about its calls are
    drawn anew in each run.
    """
    from dialsim.execution.workers import Workers
    from dialsim.scheduler.stop import interrupts, stop_of

    stop = stop_of(stop)
    problems = Problems()
    check_proof_runs(proof_runs, problems)
    problems.raise_if_any()
    with interrupts(stop):
        if isinstance(run, Run) or not Path(run).is_file():
            begun = run if isinstance(run, Run) else load_run(run)
            making = _making(begun, as_of, plan, files, stop, progress)
        else:
            making = _of_log(Path(run), as_of, plan, stop, progress)
    making.progress, making.proof_runs = progress, proof_runs
    team = Workers(executor, workers, stop=stop, progress=progress)
    with interrupts(stop), team as crew:
        making.begin(crew)
        try:
            return making.found(on_forecast, only_forecast=only_forecast)
        finally:
            making.clear()


def _of_log(
    log: Path,
    as_of: str | datetime | timedelta | int,
    plan: Source | None,
    stop: Stop,
    progress: bool | OnRepeat,
) -> Making:
    """Return the inputs of a plan for the rest after a call log, or raise every problem."""
    if plan is None:
        raise ScenarioError.at(
            "--plan",
            message("a call log has no scenario of its own"),
            allowed=message("the campaign's scenario, from its first day to its last"),
            remedy=message(
                "--plan FILE names it, with [plan] for what may be decided from here on"
            ),
            file=str(log),
        )
    from dialsim.scheduler.warm import compile_ahead

    asked = of_campaign(plan, log)
    file = asked._origin.file or "plan"
    here = moment_in(asked, as_of)
    problems = Problems(file=file, lines=asked._origin.lines)
    check_request(asked, problems)
    compile_ahead(progress, stop)
    if stop.requested:
        raise KeyboardInterrupt
    found = logged(asked, here)
    decisions = not_fewer(found.scenario, decisions_of(found.scenario))
    problems = Problems(file=file, lines=asked._origin.lines)
    check_decisions(found.scenario, decisions, here, problems)
    figures = plan_rules().method
    needs_optuna(problems, candidate_count(decisions), int(figures["enumerated"]))
    problems.raise_if_any()
    from_here = found.from_here()
    if from_here.lost and len(from_here.lost) == len(asked.goals):
        raise ScenarioError([nothing_left(found.so_far, file)])
    for place, decision in enumerate(decisions):
        for at in range(len(decision.options)):
            try:
                from_here.chosen(found.scenario, (decision,), (at,))
            except ScenarioError as error:
                problems.take(as_problem(place, error.problems[0]))
    problems.raise_if_any()
    making = Making(found.scenario, decisions, Method.of(figures), here=from_here)
    making.elsewhere = False
    return making


def _making(
    run: Run,
    as_of: str | datetime | timedelta | int,
    plan: Source | None,
    files: str | Path | None,
    stop: Stop,
    progress: bool | OnRepeat,
) -> Making:
    """Return the inputs of a plan for the rest, or raise every problem."""
    from dialsim.scheduler.warm import compile_ahead

    problems = Problems(file=name_of(run))
    check_run(run, problems)
    problems.raise_if_any()
    own = scenario_of(run, files)
    here = moment_of(run, own, as_of)
    base = request_for_rest(own, plan, run, here)
    problems = Problems(file=base[1])
    check_request(base[0], problems)
    decisions = not_fewer(base[0], decisions_of(base[0]))
    check_decisions(base[0], decisions, here, problems)
    figures = plan_rules().method
    needs_optuna(problems, candidate_count(decisions), int(figures["enumerated"]))
    problems.raise_if_any()

    scenario = base[0]
    scenario._as_of = AsOf(own, here.tick, 0)
    compile_ahead(progress, stop)
    branch_point = None if stop.requested else Fork(scenario).branch_point(stop)
    if branch_point is None:
        raise KeyboardInterrupt
    check_same(run, branch_point, own, here)
    so_far = happened(run, branch_point, scenario, here)
    lost = frozenset(goal["index"] for goal in so_far["goals"] if goal["state"] == "lost")
    if len(lost) == len(scenario.goals):
        raise ScenarioError([nothing_left(so_far, base[1])])
    from_here = FromHere(
        own,
        here,
        int(branch_point.world.state.control[0]["attempts"]),
        _digest(branch_point),
        lost,
        so_far,
    )
    problems = Problems(file=base[1])
    for problem in invalid_options(scenario, decisions, from_here, branch_point):
        problems.take(problem)
    problems.raise_if_any()
    making = Making(scenario, decisions, Method.of(figures), here=from_here)
    making.elsewhere = False
    return making


def _digest(branch_point: BranchPoint) -> str:
    from dialsim.engine import host

    return host.digest(branch_point.world)
