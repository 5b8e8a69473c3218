"""The analytical estimate: capacity of each resource, binding constraint, remedies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dialsim.core.ticks import end_tick, local_tick
from dialsim.core.time_units import HOUR_MS
from dialsim.feasibility.audience import idle_hours, who_can_be_called
from dialsim.feasibility.complaint_budget import complaint_budget, expected_metrics
from dialsim.feasibility.complaint_result import ComplaintBudget
from dialsim.feasibility.conclusion import CLOSE, OUT_OF_REACH, conclusion
from dialsim.feasibility.estimate_notes import estimate_notes
from dialsim.feasibility.estimate_result import (
    CampaignEstimate,
    CampaignNeeds,
    Estimate,
    EstimateFigures,
    GoalEstimate,
    HeldBack,
    Outlook,
    ScarceResource,
    SharedRemedy,
)
from dialsim.feasibility.inputs import EstimateInputs, estimate_inputs
from dialsim.feasibility.needs import SLACK, need
from dialsim.feasibility.network_limits import held_back, reasons_for
from dialsim.feasibility.registration import unregistered_time
from dialsim.feasibility.remedies import remedies, shared_remedy
from dialsim.feasibility.resource_words import CONTRACT, REGISTRATION
from dialsim.feasibility.resources import Case
from dialsim.feasibility.retry_gaps import effective_gaps
from dialsim.feasibility.shared_resources import Division, divided
from dialsim.messages.catalogue import Language
from dialsim.messages.text import in_each, message
from dialsim.pacing.layout import PRIORITY_STEP
from dialsim.results.capacity import length_ms, used_in
from dialsim.results.hard_limits import heading
from dialsim.results.lists.scrubs import scrubs
from dialsim.results.weak_defaults import weak_rows
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.schema import Goal, Scenario

if TYPE_CHECKING:
    from dialsim.feasibility.progress_so_far import GoalBefore, ProgressSoFar
    from dialsim.people.lists import Lists
    from dialsim.people.read_progress import OnRows

CLOSE_CALL = 0.15  # an estimate nearer to the goal than this says "too close to tell"
SURE, OPEN = 0.05, 0.5  # chances of exceeding up to which a bound is likely, or open, to be kept
OF = message("{}: {}")
_SUSPENDED, _REVIEWS = "caller_ids_suspended", "reviews"


def estimate(
    scenario: Scenario,
    lists: Lists | None = None,
    on_rows: OnRows | None = None,
    progress: ProgressSoFar | None = None,
    complaints: Mapping[str, Sequence[int]] | None = None,
) -> Estimate:
    """Return the analytical estimate of a scenario's mean results.

    Parameters
    ----------
    scenario
        Checked.
    lists, on_rows, progress, complaints
        As for :func:`dialsim.feasibility.inputs.estimate_inputs`.

    Returns
    -------
    Estimate
        A dict; :class:`dialsim.feasibility.estimate_result.Estimate` describes its keys.

    Raises
    ------
    ScenarioError
        A list's file cannot be read.

    Notes
    -----
    Caller limits are exact; the rest uses mean rates of the profile. What campaigns
    share is divided in proportion to what each could do alone. Interceptions and suspensions are
    left to the simulation.
    """
    known = estimate_inputs(scenario, lists, on_rows, progress, complaints)
    cases = [Case(known, campaign) for campaign in scenario.campaigns]
    last = end_tick(scenario.start, scenario.days, scenario.time_zone)
    then = moment_of(known, cases, last)
    campaigns = [_campaign(known, cases, place, then, last) for place in range(len(cases))]
    held = held_back(known, cases, then, then.budget)
    goals = [_goal(known, cases, index, last, held) for index in range(len(scenario.goals))]
    favoured = [
        (goal, each["favoured"] if each["outlook"] != "likely" else None)
        for goal, each in zip(scenario.goals, goals, strict=True)
    ]
    notes = estimate_notes(known, campaigns, favoured)
    unlawful = heading(scenario, known.rules)
    figures: EstimateFigures = {
        "name": scenario.name,
        "heading": None if unlawful is None else unlawful.en,
        "heading_zh": None if unlawful is None else unlawful.zh,
        "campaigns": campaigns,
        "expected": _summed(then.expected) | expected_metrics(then.budget),
        "held_back": held,
        "idle": idle_hours(known, last),
        "complaints": then.budget,
        "goals": goals,
        "scrubs": scrubs(scenario, sum(known.rows)),
        "notes": [text.en for text in notes],
        "notes_zh": [text.zh for text in notes],
        "weak_defaults": weak_rows(scenario, known.network),
    }
    concluded = in_each(partial(conclusion, figures))
    return {"conclusion": concluded.en, "conclusion_zh": concluded.zh, **figures}


@dataclass(frozen=True)
class Moment(Division):
    """All campaigns up to a moment, with their expected metrics.

    Attributes
    ----------
    expected
        Of each campaign, by metric.
    budget
        As of :func:`dialsim.feasibility.complaint_budget.complaint_budget`.
    """

    expected: Sequence[dict[str, float]]
    budget: ComplaintBudget | None


def moment_of(known: EstimateInputs, cases: Sequence[Case], until: int) -> Moment:
    """Return all campaigns up to a tick, what they share divided among them."""
    now = divided(cases, until)
    attempts = [part * each for part, each in zip(now.left, now.alone, strict=True)]
    expected = [
        case.expected(each, count)
        for case, each, count in zip(cases, now.figures, attempts, strict=True)
    ]
    budget = complaint_budget(known, list(zip(cases, now.figures, attempts, strict=True)))
    return Moment(now.figures, now.alone, now.shared, now.left, expected, budget)


def _campaign(
    known: EstimateInputs, cases: Sequence[Case], place: int, then: Moment, until: int
) -> CampaignEstimate:
    case, figures = cases[place], then.figures[place]
    days = figures.days
    binding = figures.binding
    first = case.rates.mean()
    return {
        "campaign": case.campaign.name,
        "open_hours": length_ms(figures.spans) / HOUR_MS,
        "days": days,
        "capacities": [
            {
                "resource": each.resource,
                "attempts": float(each.attempts),
                "why": each.why.en,
                "why_zh": each.why.zh,
                "per_day": each.attempts / days if days else 0.0,
            }
            for each in figures.capacities
        ],
        "binding": binding.resource,
        "attempts": float(binding.attempts),
        "expected": then.expected[place],
        "shared": _scarce(known, then, place),
        "who": who_can_be_called(known, case.campaign, case.audience, until),
        "gaps": effective_gaps(known.scenario, known.rules, case.campaign),
        "rates": {"answered": first.answered, "dial_s": first.dial_s, "handle_s": first.handle_s},
    }


def _scarce(known: EstimateInputs, then: Moment, place: int) -> list[ScarceResource]:
    """Return what a campaign shares with others and is too scarce for all of them."""
    return [
        {
            "resource": each.resource,
            "campaigns": [known.scenario.campaigns[i].name for i in each.members],
            "attempts": float(each.attempts),
        }
        for each in then.shared
        if place in each.members and each.attempts < sum(then.alone[i] for i in each.members)
    ]


def _summed(parts: Sequence[Mapping[str, float]]) -> dict[str, float | None]:
    return {key: sum(part[key] for part in parts) for key in parts[0]}


# --- goals ----------------------------------------------------------------------------------------


def _goal(
    known: EstimateInputs,
    cases: Sequence[Case],
    index: int,
    last: int,
    held: Sequence[HeldBack],
) -> GoalEstimate:
    scenario = known.scenario
    goal = scenario.goals[index]
    until = last
    if goal.by is not None:
        until = min(last, max(0, local_tick(scenario.start, scenario.time_zone, goal.by)))
    then = moment_of(known, cases, until)
    budget = then.budget
    expected = _summed(then.expected) | expected_metrics(budget) | _suspensions(known, budget)
    expected[_REVIEWS] = 0.0 if budget is None else budget["enterprise"]["chance"]
    about = range(len(cases))
    if goal.campaign is not None:
        place = [case.campaign.name for case in cases].index(goal.campaign)
        about, expected = range(place, place + 1), dict(then.expected[place])
    at_least = goal.at_least is not None
    target = goal.at_least if goal.at_least is not None else goal.at_most
    assert target is not None
    value = played = expected.get(goal.metric)
    before, had = _before(known, index), 0
    if before is not None:
        had = before.value or 0
        value = before.value if before.over else None if played is None else had + played
    outlook = _outlook(value, target, at_least, had)
    if before is not None and before.over:
        outlook = _decided(before.value, target, at_least)
    if goal.metric == _SUSPENDED and budget is not None and value is not None:
        outlook = _kept(_suspension_chance(budget), target, at_least, outlook)
    if goal.metric == _REVIEWS and budget is not None and value is not None:
        outlook = _kept(budget["enterprise"]["chance"], target, at_least, outlook)
    most = _favoured(cases, then, about[0], goal) if goal.campaign and goal.favoured else None
    open_still = before is None or not before.over
    if outlook == OUT_OF_REACH and most is not None and had + most > target and open_still:
        outlook = CLOSE
    refused = any(then.figures[place].binding.resource == CONTRACT for place in about)
    if outlook == "likely" and at_least and refused:
        outlook = CLOSE  # refused people have been tried already: far fewer may remain
    growing = at_least and goal.metric in then.expected[0]
    if outlook == "likely" and growing and open_still and had < target:
        outlook = CLOSE if reasons_for(held, goal.campaign) else outlook
    name = in_each(partial(_goal_name, goal))
    found: GoalEstimate = {
        "metric": goal.metric,
        "name": name.en,
        "name_zh": name.zh,
        "bound": "at_least" if at_least else "at_most",
        "target": target,
        "by": goal.by.isoformat() if goal.by is not None else None,
        "until": until,
        "expected": value,
        "outlook": outlook,
        "unit": metrics()[goal.metric].unit,
        "favoured": None if most is None else had + most,
        "campaigns": [],
        "shared": [],
    }
    if before is not None:
        assert scenario.history is not None  # the log is in it
        assert scenario.history.as_of is not None
        found["before"] = {
            "as_of": scenario.history.as_of.isoformat(timespec="minutes"),
            "value": before.value,
            "expected": None if before.over or played is None else played,
        }
    lawful = scenario.study is None  # an unlawful study gets no remedies
    if lawful and growing and open_still and value is not None and value < target:
        needs = _takes(cases, then, goal, index, until, about, target - had, played)
        found["campaigns"], found["shared"] = needs
    return found


def _goal_name(goal: Goal, language: Language) -> str:
    """Return what a goal is about: its metric, with its campaign if it names one."""
    metric = metrics()[goal.metric]
    name = metric.name[language]
    return name if goal.campaign is None else OF[language].format(goal.campaign, name)


def _before(known: EstimateInputs, index: int) -> GoalBefore | None:
    """Return what a log has of a goal; None: the run goes on from none."""
    goals = () if known.progress is None else known.progress.goals
    return goals[index] if goals else None


def _decided(value: float | None, target: float, at_least: bool) -> Outlook:
    """Return the outlook of a goal that was due before the run."""
    if value is None:
        return "not estimated"
    return "likely" if value == target or (value > target) == at_least else OUT_OF_REACH


def _favoured(cases: Sequence[Case], then: Moment, place: int, goal: Goal) -> float | None:
    """Return the estimate of a campaign that gets priority for a goal at risk.

    Against others it then weighs PRIORITY_STEP times what it did; None: not a goal of calls made.
    """
    part = then.left[place]
    if goal.at_least is None or goal.metric not in then.expected[place] or not part:
        return None
    share = PRIORITY_STEP / (PRIORITY_STEP + 1 / part - 1)
    brought = cases[place].expected(then.figures[place], share * then.alone[place])
    return brought[goal.metric]


def _takes(
    cases: Sequence[Case],
    then: Moment,
    goal: Goal,
    index: int,
    until: int,
    about: range,
    target: float,
    brought: float | None,
) -> tuple[list[CampaignNeeds], list[SharedRemedy]]:
    """Return what each campaign of a goal needs if all grow by the same factor.

    And what they share and is too scarce. `target`: what is to be brought, and `brought` what is.
    """
    times = target / brought if brought else None
    targets = [
        part[goal.metric]
        if i not in about
        else target / len(about)
        if times is None
        else part[goal.metric] * times
        for i, part in enumerate(then.expected)
    ]
    needs = [
        need(case, until, goal.metric, each) for case, each in zip(cases, targets, strict=True)
    ]
    common: set[tuple[int, str]] = set()
    shared: list[SharedRemedy] = []
    for each in then.shared:
        if each.resource == REGISTRATION:
            continue  # each campaign's own: to start when filings are in force
        needed = sum(wanted.attempts for i in each.members if (wanted := needs[i]) is not None)
        if each.attempts < needed * (1 - SLACK):
            common |= {(i, each.resource) for i in each.members}
            remedy = shared_remedy(cases[each.members[0]], each, needed)
            shared.append({"attempts": float(each.attempts), "needs": needed, **remedy})
    campaigns: list[CampaignNeeds] = []
    for i, (case, wanted) in enumerate(zip(cases, needs, strict=True)):
        name = case.campaign.name
        if wanted is None:
            campaigns.append({"campaign": name, "attempts": None, "short": [], "remedies": []})
            continue
        mine = {resource for place, resource in common if place == i}
        campaigns.append(
            {
                "campaign": name,
                "attempts": wanted.attempts,
                "short": [
                    {"resource": resource, "attempts": float(wanted.allows(resource))}
                    for resource in wanted.short
                ],
                "people": wanted.begun,
                "remedies": remedies(wanted, goal, index, goal.metric, targets[i], mine),
            }
        )
    return campaigns, shared


def _outlook(value: float | None, target: float, at_least: bool, had: float = 0) -> Outlook:
    """Return how likely a goal is met, of which there is so much already, as a log has it."""
    if value is None:
        return "not estimated"
    if had and (had >= target if at_least else had > target):
        return "likely" if at_least else OUT_OF_REACH
    if abs(value - target) <= CLOSE_CALL * (target - had):
        return CLOSE
    return "likely" if (value > target) == at_least else OUT_OF_REACH


def _suspensions(known: EstimateInputs, budget: ComplaintBudget | None) -> dict[str, float | None]:
    """Return the expected number of registered numbers that complaints suspend."""
    scenario, network = known.scenario, known.network
    used = {name for campaign in scenario.campaigns for name in campaign.caller_ids}
    last = np.array([[0, end_tick(scenario.start, scenario.days, scenario.time_zone)]])
    for block in scenario.caller_ids:
        spans = used_in(scenario, block, last)
        if block.name in used and len(unregistered_time(scenario, network, block, spans)):
            return {}
    if budget is None:
        return {_SUSPENDED: 0.0}
    return {_SUSPENDED: budget["suspended"]}


def _suspension_chance(budget: ComplaintBudget) -> float:
    """Return the chance that complaints suspend a number."""
    (found,) = [each for each in budget["numbers"] if each["action"] == "suspended"]
    spared = (1.0 - found["chance"]) * (1.0 - budget["enterprise"]["stop"])
    for review in budget["contracts"]:  # whose line may be suspended
        spared *= 1.0 - review["chance"]
    return float(1.0 - spared)


def _kept(chance: float, target: float, at_least: bool, otherwise: Outlook) -> Outlook:
    """Return the outlook of a bound of zero, by the chance that it is exceeded."""
    if at_least or target >= 1:
        return otherwise
    if chance <= SURE:
        return "likely"
    return CLOSE if chance <= OPEN else OUT_OF_REACH
