"""Checks without a simulation, and compilation ahead of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast

from dialsim.api.sources import Source, loaded
from dialsim.errors import Problem, Problems, ScenarioError
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.model.display import PageResult
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.api.check_parts import CampaignOutlook, GoalOutlook, Obligation
    from dialsim.audit.context import Columns, Rows
    from dialsim.feasibility.estimate_result import CampaignEstimate, Estimate, GoalEstimate
    from dialsim.feasibility.progress_so_far import ProgressSoFar
    from dialsim.pages.check.check_result import CheckResult, ProblemFields
    from dialsim.pages.model.parts import Page
    from dialsim.people.lists import Lists
    from dialsim.people.read_progress import OnRows

Half = Literal["audit", "feasibility"]


class Check(dict[str, Any], PageResult):
    """Result of :func:`check`: a dict of plain values, objects by attribute, and a page.

    Examples
    --------
    ::

        found = dialsim.check("campaign.toml")
        [each.title for each in found.obligations if each.status == "missing"]
        {each.name: each.outlook for each in found.goals}
        found.campaigns[0].binding
    """

    @property
    def _result(self) -> CheckResult:
        return cast("CheckResult", self)

    @property
    def ok(self) -> bool:
        """Whether the scenario is valid."""
        return self._result["ok"]

    @property
    def exit_code(self) -> int:
        """0; 1 if a hard limit is missing, a goal out of reach, or unlawful; 2 of bad input."""
        return self._result["verdict"]["exit_code"]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with a scenario that is not valid."""
        return tuple(Problem(**each) for each in self._result["problems"])

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd about a valid one."""
        return tuple(self._result["warnings"])

    @property
    def obligations(self) -> tuple[Obligation, ...]:
        """How each obligation of a caller stands; none if the audit was not requested."""
        from dialsim.api.check_parts import obligation

        audited = self._result.get("audit")
        return () if audited is None else tuple(obligation(each) for each in audited["rows"])

    @property
    def campaigns(self) -> tuple[CampaignOutlook, ...]:
        """The estimate of each campaign; none if it was not requested."""
        from dialsim.api.check_parts import campaign_outlook

        return tuple(campaign_outlook(each) for each in self._estimate["campaigns"])

    @property
    def goals(self) -> tuple[GoalOutlook, ...]:
        """The outlook of each goal; none if the estimate was not requested."""
        from dialsim.api.check_parts import goal_outlook

        return tuple(goal_outlook(each) for each in self._estimate["goals"])

    @property
    def conclusion(self) -> str:
        """The conclusion of the estimate in a sentence or two; empty without one."""
        return self._estimate["conclusion"]

    @property
    def _estimate(self) -> Estimate | _NoEstimate:
        found = self._result.get("estimate")
        return NO_ESTIMATE if found is None else found

    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page of the check; of bad input its problems."""
        from dialsim.pages.check.check_result import whole_page

        return whole_page(self._result, language)


class _NoEstimate(TypedDict):
    campaigns: list[CampaignEstimate]
    goals: list[GoalEstimate]
    conclusion: str


NO_ESTIMATE: _NoEstimate = {"campaigns": [], "goals": [], "conclusion": ""}


def check(scenario: Source, *, only: Half | None = None, on_rows: OnRows | None = None) -> Check:
    """Return a scenario's problems, whether it may be started, and an estimate of its maximum.

    Parameters
    ----------
    only
        Only one half; None: both.
    on_rows
        Called several times a second with the rows read so far and an estimate of their total.

    Returns
    -------
    Check
        Objects by attribute (``obligations``, ``campaigns``, ``goals``), which a notebook shows as
        a page; and a dict, as ``--json`` prints it: ``ok``, ``problems`` (a list of dicts),
        ``warnings`` (sentences; ``warnings_zh`` in Chinese), and, if it is ok:

        ``audit``
            Every obligation of a caller as met, missing, not shown or not applicable; see
            :func:`dialsim.audit.audit.audit`.
        ``estimate``
            Who can be called, what each resource allows, which one binds, the outlook of each goal
            and what it takes, complaints; see :func:`dialsim.feasibility.estimate.estimate`.
        ``verdict``
            ``exit_code`` (0, or 1 if a hard limit is missing, a goal is out of reach or the study
            is unlawful), ``walls_missing``, ``out_of_reach``, ``unlawful``; for bad input only
            ``{"exit_code": 2}``.

        A half that was not requested is None.

    Notes
    -----
    Simulates nothing. Lists, registries and withdrawals are read to their end (a million rows in
    about a second); the audit by itself only reads the lists' column names and counts their rows.
    """
    try:
        return _checked(scenario, only, on_rows)
    except ScenarioError as error:
        return refused(error)


def _checked(scenario: Source, only: Half | None, on_rows: OnRows | None) -> Check:
    from dialsim.audit.audit import audit
    from dialsim.pages.check.check_result import verdict
    from dialsim.scenario.checks.warnings import warnings

    ready = loaded(scenario)
    lists = None if only == "audit" else _opened(ready)
    columns, rows = looked_into(ready) if lists is None else (lists.columns, lists.rows)
    audited = None if only == "feasibility" else audit(ready, columns, rows)
    estimate = None if lists is None else estimated(ready, lists, on_rows)
    found: CheckResult = {
        "ok": True,
        "problems": [],
        "warnings": warnings(ready, "en"),
        "warnings_zh": warnings(ready, "zh"),
        "audit": audited,
        "estimate": estimate,
        "verdict": verdict(audited, estimate),
    }
    return Check(found)


def estimated(
    scenario: Scenario, lists: Lists | None = None, on_rows: OnRows | None = None
) -> Estimate:
    """Return the estimated mean results of a scenario, its call history included.

    Parameters
    ----------
    scenario, lists, on_rows
        As for :func:`dialsim.feasibility.estimate.estimate`.

    Raises
    ------
    ScenarioError
        A file cannot be read, or has content that a run refuses.
    """
    from dialsim.feasibility.estimate import estimate

    known = _already(scenario), _complaints_on_record(scenario)
    return estimate(scenario, lists, on_rows, *known)


def _already(scenario: Scenario) -> ProgressSoFar | None:
    """Return the call history of a continued campaign; None if it is not continued.

    Its lists are read as a run reads them, so that a check refuses what a run refuses.
    """
    calls = None if scenario.history is None else scenario.history.calls
    if calls is None or not calls.own:
        return None
    from dialsim.feasibility.progress_so_far import progress_so_far
    from dialsim.scheduler.prepare import prepare_world

    return progress_so_far(prepare_world(scenario))


def _complaints_on_record(scenario: Scenario) -> dict[str, tuple[int, ...]]:
    """Return the complaints in the caller IDs' states, by number range; empty without a file.

    The history is read as a run reads it, so that a check refuses what a run refuses.
    """
    history = scenario.history
    if history is None:
        return {}
    from dialsim.feasibility.complaints_on_record import complaints_on_record
    from dialsim.scheduler.history import read_history
    from dialsim.scheduler.own_numbers import own_numbers

    if history.calls is not None and history.calls.own:  # the lists have been read by now
        history = history.model_copy(update={"calls": None})
    problems = Problems(file=scenario._origin.file, lines=scenario._origin.lines)
    stated = scenario.model_copy(update={"history": history})
    read = read_history(stated, own_numbers(scenario, problems), problems)
    problems.raise_if_any()
    return complaints_on_record(scenario, None if read is None else read.account.states)


def _opened(scenario: Scenario) -> Lists:
    from dialsim.people.lists import Lists

    problems = Problems(file=scenario._origin.file, lines=scenario._origin.lines)
    lists = Lists(scenario, problems)
    problems.raise_if_any()
    return lists


def looked_into(scenario: Scenario) -> tuple[Columns, Rows]:
    """Return the columns and row counts of the lists' files, except unreadable ones."""
    from dialsim.people.list_files import columns_found, rows_found
    from dialsim.people.list_terms import open_list

    problems = Problems()
    opened = [open_list(scenario, i, problems) for i in range(len(scenario.people))]
    return columns_found(scenario, opened), rows_found(scenario, opened)


def refused(error: ScenarioError) -> Check:
    """Return the result of a check for invalid input."""
    found: CheckResult = {
        "ok": False,
        "problems": [cast("ProblemFields", each.to_dict()) for each in error.problems],
        "warnings": [],
        "warnings_zh": [],
        "verdict": {"exit_code": 2},
    }
    return Check(found)


def warm(
    on_kernel: Callable[[str, float], None] | None = None,
    *,
    keep: bool = False,
    anew: bool = False,
    processes: int | None = None,
) -> dict[str, Any]:
    """Compile every kernel and remove stale ones; see :func:`dialsim.scheduler.warm.warm`."""
    from dialsim.scheduler.warm import warm as compile_all

    return compile_all(on_kernel, other_kernels, keep=keep, anew=anew, processes=processes)


def other_kernels() -> None:
    """Compile the kernels that no run reaches."""
    from dialsim.api.screening import screen
    from dialsim.loadtest.plan import Stage, make_plan
    from dialsim.scheduler.warm import TINY

    screen(None, TINY)
    make_plan((Stage(1000, 100),), 1, 1)


def compile_times() -> list[tuple[str, float]]:
    """Compile every kernel again; see :func:`dialsim.scheduler.warm.compile_times`."""
    from dialsim.scheduler.warm import compile_times as of_each

    return of_each()
