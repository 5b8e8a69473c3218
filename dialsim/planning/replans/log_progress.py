"""How far a call log has brought a campaign: its goals and its leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from dialsim.core.codes import LeadState, Reason
from dialsim.engine.call_history.goal_progress import WHOLE, OnRecord
from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.results.planning_types.replan import ElapsedGoal, ElapsedLeads
from dialsim.scenario.metrics import metrics

if TYPE_CHECKING:
    from dialsim.engine.build import World


def goal_on_record(record: OnRecord, place: int, finished: int, problems: Problems) -> ElapsedGoal:
    """Return the log's part of a goal; what it lacks counts from the moment on."""
    scenario = record.world.scenario
    goal = scenario.goals[place]
    metric = metrics()[goal.metric]
    over = record.due_before(goal)
    value = finished if goal.metric in WHOLE else record.of_goal(goal)
    at_least = goal.at_least is not None
    target = goal.at_least if at_least else goal.at_most
    assert target is not None  # a goal has a bound
    if goal.metric == "conversations" and value is None:
        _no_talk(place, goal.metric, record.world, problems)
    state: Literal["open", "met", "lost", "unknown"] = "open"
    if value is None:
        state = "unknown" if over else "open"
    elif over or (value >= target if at_least else value > target):
        state = "met" if (value >= target if at_least else value <= target) else "lost"
    return {
        "index": place,
        "metric": goal.metric,
        "campaign": goal.campaign,
        "name": metric.name["en"],
        "name_zh": metric.name["zh"],
        "unit": metric.unit,
        "bound": "at_least" if at_least else "at_most",
        "target": target,
        "by": None if goal.by is None else goal.by.isoformat(),
        "value": value,
        "state": state,
    }


def _no_talk(place: int, metric: str, world: World, problems: Problems) -> None:
    account = world.history
    odd = "" if account is None or not account.odd_talks else account.first_odd_talk
    problems.add(
        f"goals[{place}]",
        message("the log does not tell of every connected call whether it was a conversation"),
        found=message("a talk time of {odd!r}").filled(odd=odd) if odd else metric,
        allowed=message(
            "a column with the seconds talked, or m:ss, filled for every connected call"
        ),
        remedy=message(
            'name it in the scenario: [history.calls.columns] with talk_s = "...", or a goal of '
            "`connects`"
        ),
    )


def stand_of_leads(world: World) -> ElapsedLeads:
    """Return the state of leads, one per person and campaign."""
    from dialsim.results.lists.waterfall import final_reasons, lead_blocks, people_on

    states = np.zeros(max(LeadState) + 1, np.int64)
    reasons = np.zeros(max(Reason) + 1, np.int64)
    states_barred = np.zeros_like(states)
    for campaign in range(len(world.scenario.campaigns)):
        for source, rows, _ in lead_blocks(world, campaign):
            leads, people = world.state.leads[rows], people_on(world, campaign, source, rows)
            states += np.bincount(leads["state"], minlength=len(states))
            finished = leads["state"] == LeadState.FINISHED
            reasons += np.bincount(leads["reason"][finished], minlength=len(reasons))
            barred = (final_reasons(world, campaign, leads, people) > 0) & ~finished
            states_barred += np.bincount(leads["state"][barred], minlength=len(states))
    return {
        "finished": int(states[LeadState.FINISHED]),
        "by_reason": {each.name: int(reasons[each]) for each in Reason if reasons[each]},
        "again": int((states - states_barred)[LeadState.SLEEPING]),
        "fresh": int((states - states_barred)[LeadState.FRESH]),
        "barred": int(states_barred.sum()),
    }
