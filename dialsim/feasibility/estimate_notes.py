"""Notes on an estimate: what it leaves to a run, and what its figures assume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dialsim.feasibility.audience import audience
from dialsim.feasibility.inputs import EstimateInputs
from dialsim.feasibility.resource_words import CONTRACT
from dialsim.results import formatting
from dialsim.results.assumptions import NEEDLESS_STUDY, misuses_of, replaced
from dialsim.results.lists.scrubs import scrubs, written_scrubs
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.schema import Goal, Scenario

if TYPE_CHECKING:
    from dialsim.feasibility.progress_so_far import ProgressSoFar


def estimate_notes(
    known: EstimateInputs,
    campaigns: Sequence[Mapping[str, Any]],
    favoured: Sequence[tuple[Goal, float | None]],
) -> list[str]:
    """Return notes on what the estimate leaves out, bounds or assumes.

    Parameters
    ----------
    campaigns
        As of :func:`dialsim.feasibility.estimate.estimate`.
    favoured
        Each goal, and what its campaign reaches at most with priority; None: no priority counts.
    """
    scenario = known.scenario
    found = [
        "figures are means, no upper bounds: a run may make more or fewer; interceptions and "
        "suspensions of registered numbers are left to it",
        *replaced(scenario),
    ]
    if known.progress is not None:
        found += _begun(known, known.progress)
    if len(scenario.campaigns) > 1:
        found.append("what campaigns share is divided in proportion to what each could do alone")
        found += [
            f"{goal.campaign}: while its goal is in danger it gets more of what is shared, here up "
            f"to about {formatting.number(round(most))} {metrics()[goal.metric].name}"
            for goal, most in favoured
            if most is not None
        ]
    if _partly_shared(scenario):
        found.append(
            "agents whom campaigns share in part are reckoned as if each of these could use all of "
            "them: an upper bound"
        )
    found += [
        f"{campaign.name}: who takes over from its robots, and for how long, is left to a run"
        for campaign in scenario.campaigns
        if campaign.transfer is not None
    ]
    found += [
        f"{campaign.name}: calls agreed on with callees are left to a run"
        for campaign in scenario.campaigns
        if campaign.callbacks is not None
    ]
    found += [
        f"{campaign.name}: its blocks of caller IDs may not all call the same people, each makes "
        "the calls to its own: what all of them allow together is an upper bound"
        for campaign in scenario.campaigns
        if any(len(names) < len(campaign.caller_ids) for names in audience(known, campaign).served)
    ]
    looked_up = scrubs(scenario, sum(known.rows))
    if looked_up is not None:
        found.append(written_scrubs(looked_up))
    if scenario.study == "unlawful" and not misuses_of(scenario, known.rules):
        found.append(NEEDLESS_STUDY)
    cap = known.rules["abandon.at_most"]
    for campaign, each in zip(scenario.campaigns, campaigns, strict=True):
        if each["binding"] == CONTRACT:
            found.append(
                f"{campaign.name}: what the contract does not take the operator refuses, and the "
                "dialer does not wait: such attempts are lost, so a run may bring far fewer "
                "conversations; own `limits` of the trunk, or fewer `channels`, keep below it"
            )
        if campaign.pacing.may_drop and cap < 1:
            found.append(
                f"{campaign.name}: the abandon guard may hold {campaign.pacing.mode} pacing back; "
                "that is left to a run"
            )
        if campaign.pacing.dials_ahead:
            found.append(
                f"{campaign.name}: {campaign.pacing.mode} pacing dials ahead of busy agents; they "
                "are reckoned as if each dial kept a free one waiting, so a run makes more calls"
            )
        if campaign.pacing.mode == "policy":
            found.append(
                f"{campaign.name}: its policy is not asked; agents are reckoned as if a callee "
                "waited for each that is free"
            )
        answers = campaign.pacing.ratio * each["rates"]["answered"]
        if answers > 1 and cap < 1:
            found.append(
                f"{campaign.name}: {campaign.pacing.ratio:g} dials for each free agent bring "
                f"{answers:.1f} answers at a gross answer rate of "
                f"{formatting.percent(each['rates']['answered'])}: drops above the cap of "
                f"{formatting.percent(cap)} are likely"
            )
    return found


def _begun(known: EstimateInputs, progress: ProgressSoFar) -> list[str]:
    """Return notes on people left after earlier calls, and on assumptions about them."""
    several = len(progress.campaigns) > 1
    found = []
    for campaign, made in zip(known.scenario.campaigns, progress.campaigns, strict=True):
        text = (
            f"earlier calls have done with "
            f"{formatting.count_noun(made.done, 'person', 'people')}; "
            f"{sum(made.waiting):,} are to be tried again, {made.fresh:,} not called yet"
        )
        found.append(f"{campaign.name}: {text}" if several else text)
    closed, today = sum(progress.closed.values()), sum(progress.today.values())
    numbers = []
    if closed:
        numbers.append(f"{formatting.count_noun(closed, 'closed number')} left out")
    if today:
        numbers.append(f"{formatting.count_noun(today, 'call')} of the day count against filings")
    return [
        *found,
        *(["; ".join(numbers)] if numbers else []),
        "who is to be tried again is taken for due at once, and to answer like whoever was called "
        "as often in a run; own ceilings, limits of people and complaints on their way are left to "
        "a run",
    ]


def _partly_shared(scenario: Scenario) -> bool:
    """Return whether two campaigns have some groups of agents in common, but not all."""
    groups = [frozenset(campaign.all_agents) for campaign in scenario.campaigns]
    return any(one & other and one != other for one in groups for other in groups)
