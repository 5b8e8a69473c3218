"""What is asked of the rest of a campaign: its scenario, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialsim.api.results import Run
from dialsim.api.sources import Source, loaded
from dialsim.errors import InternalError, Problem, Problems, ScenarioError
from dialsim.execution.branches import BranchPoint, Fork
from dialsim.messages.text import message
from dialsim.planning.plans.candidates import Decision
from dialsim.planning.replans.decisions import Moment, as_problem, kind_of, late_options
from dialsim.planning.replans.elapsed import name_of
from dialsim.planning.replans.start_point import FromHere
from dialsim.results.formatting import number
from dialsim.results.planning_types.replan import Elapsed
from dialsim.scenario.models.schema import Scenario


def request_for_rest(
    own: Scenario, plan: Source | None, run: Run, here: Moment
) -> tuple[Scenario, str]:
    """Return the run's scenario with the request for the rest, and the request's source.

    It also adds network events that the run lacks; they apply from the moment on, whenever they
    began.
    """
    from dialsim.scenario.load import scenario_from

    if plan is None:
        # a copy: what it goes on from is its own
        return scenario_from(own._raw or own.to_dict(), own._origin), name_of(run)
    asked = loaded(plan)
    written: dict[str, Any] = asked._raw or asked.to_dict()
    raw = dict(own._raw or own.to_dict())
    for key in ("plan", "costs", "goals"):
        if key in written:
            raw[key] = written[key]
    if "plan" not in written:
        raw.pop("plan", None)
    met = _network_events(own, asked, written, here)
    if met:
        raw["events"] = [*raw.get("events", ()), *met]
    file = asked._origin.file or "plan"
    try:
        return scenario_from(raw, own._origin), file
    except ScenarioError as error:
        problems = Problems(file=file)
        for each in error.problems:
            problems.add(
                each.path,
                message("{message} (in the run's scenario with what this one asks)").filled(
                    message=each.message
                ),
                found=each.found,
                allowed=each.allowed,
                remedy=each.remedy,
            )
        raise ScenarioError(problems.items) from None


def _network_events(
    own: Scenario, asked: Scenario, written: Mapping[str, Any], here: Moment
) -> list[dict[str, Any]]:
    """Return the network events after a moment that another scenario has and the run has not.

    As plain values. An event that began earlier begins at the moment, since the run's past is
    fixed.
    """
    found = []
    for event, raw in zip(asked.events, written.get("events", ()), strict=True):
        if not event.by_network or event in own.events or event.ends <= here.now:
            continue
        found.append({**raw, "from": here.now} if event.begins < here.now else dict(raw))
    return found


def check_request(scenario: Scenario, problems: Problems) -> None:
    """Raise what is wrong with a request: without decisions, or of a campaign with a policy."""
    if scenario.plan is None:
        problems.add(
            "plan",
            message("nothing says what may be decided from here on"),
            allowed=message("a table [plan] with [[plan.decisions]]"),
            remedy=message("--plan FILE names a scenario with one"),
        )
    asking = [each.name for each in scenario.campaigns if each.pacing.mode == "policy"]
    if asking:
        problems.add(
            "campaigns",
            message("campaign {value} asks a policy, whose memory cannot be copied").filled(
                value=asking[0]
            ),
            allowed=message("campaigns that are paced by dialsim"),
        )
    problems.raise_if_any()


def nothing_left(so_far: Elapsed, file: str) -> Problem:
    """Return the problem of a campaign whose goals are all lost."""
    names = ", ".join(
        f"{goal['name']} {'at least' if goal['bound'] == 'at_least' else 'at most'} "
        f"{number(goal['target'])} (it is {number(goal['value'])})"
        for goal in so_far["goals"]
    )
    return Problem(
        "goals",
        message("every goal is lost already, whatever is done: {names}").filled(names=names),
        allowed=message("a goal that can still be met"),
        remedy=message("--plan FILE names a scenario with other goals"),
        file=file,
    )


def invalid_options(
    scenario: Scenario, decisions: Sequence[Decision], here: FromHere, branch_point: BranchPoint
) -> list[Problem]:
    """Return the problems of each option by itself, other decisions unchanged."""
    from dialsim.scheduler.branching import branched

    found: list[Problem] = []
    for place, decision in enumerate(decisions):
        for at in range(len(decision.options)):
            try:
                one = here.chosen(scenario, (decision,), (at,))
                if kind_of(decision.key) == "figures":
                    value = decision.options[at].value
                    if value != decision.present:
                        branched(branch_point.world, one, {decision.key: value}, here.moment.tick)
            except ScenarioError as error:
                found.append(as_problem(place, error.problems[0]))
    for place, decision, at in late_options(decisions, "days"):
        try:
            Fork(here.chosen(scenario, (decision,), (at,))).branch_point()
        except InternalError:
            value = decision.options[at].value
            sentence = message("with so many days it would have gone otherwise already")
            found.append(as_problem(place, Problem("", sentence, found=str(value))))
    return found
