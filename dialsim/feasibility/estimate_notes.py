"""Notes on an estimate: what it leaves to a run, and what its figures assume."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dialsim.feasibility.audience import audience
from dialsim.feasibility.estimate_result import CampaignEstimate
from dialsim.feasibility.inputs import EstimateInputs
from dialsim.feasibility.resource_words import CONTRACT
from dialsim.messages.text import Text, message, plural
from dialsim.results import formatting
from dialsim.results.assumptions import LABELS as ASSUMED
from dialsim.results.assumptions import misuses_of, replaced
from dialsim.results.lists.scrubs import scrubs, written_scrubs
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.schema import Campaign, Goal, Scenario

if TYPE_CHECKING:
    from dialsim.feasibility.progress_so_far import ProgressSoFar

MEANS = message(
    "figures are means, no upper bounds: a run may make more or fewer; interceptions and "
    "suspensions of registered numbers are left to it"
)
DIVIDED = message("what campaigns share is divided in proportion to what each could do alone")
FAVOURED = message(
    "{campaign}: while its goal is in danger it gets more of what is shared, here up to about "
    "{most} {metric}"
)
PARTLY_SHARED = message(
    "agents whom campaigns share in part are reckoned as if each of these could use all of them: "
    "an upper bound"
)
TRANSFERS = message(
    "{campaign}: who takes over from its robots, and for how long, is left to a run"
)
CALLBACKS = message("{campaign}: calls agreed on with callees are left to a run")
SERVED = message(
    "{campaign}: its blocks of caller IDs may not all call the same people, each makes the calls "
    "to its own: what all of them allow together is an upper bound"
)
REFUSED = message(
    "{campaign}: what the contract does not take the operator refuses, and the dialer does not "
    "wait: such attempts are lost, so a run may bring far fewer conversations; own `limits` of the "
    "trunk, or fewer `channels`, keep below it"
)
GUARDED = message(
    "{campaign}: the abandon guard may hold {mode} pacing back; that is left to a run"
)
AHEAD = message(
    "{campaign}: {mode} pacing dials ahead of busy agents; they are reckoned as if each dial kept "
    "a free one waiting, so a run makes more calls"
)
POLICY = message(
    "{campaign}: its policy is not asked; agents are reckoned as if a callee waited for each that "
    "is free"
)
DROPS = message(
    "{campaign}: {ratio:g} dials for each free agent bring {answers:.1f} answers at a gross answer "
    "rate of {rate}: drops above the cap of {cap} are likely"
)
DONE = plural(
    "earlier calls have done with {count:,} person; {waiting:,} are to be tried again, {fresh:,} "
    "not called yet",
    "earlier calls have done with {count:,} people; {waiting:,} are to be tried again, {fresh:,} "
    "not called yet",
)
OF_CAMPAIGN = message("{}: {}")
CLOSED = plural("{count:,} closed number left out", "{count:,} closed numbers left out")
TODAY = plural(
    "{count:,} call of the day count against filings",
    "{count:,} calls of the day count against filings",
)
BOTH = message("{}; {}")
TAKEN_AS_DUE = message(
    "who is to be tried again is taken for due at once, and to answer like whoever was called as "
    "often in a run; own ceilings, limits of people and complaints on their way are left to a run"
)


def estimate_notes(
    known: EstimateInputs,
    campaigns: Sequence[CampaignEstimate],
    favoured: Sequence[tuple[Goal, float | None]],
) -> list[Text]:
    """Return notes on what the estimate leaves out, bounds or assumes.

    Parameters
    ----------
    campaigns
        As of :func:`dialsim.feasibility.estimate.estimate`.
    favoured
        Each goal, and what its campaign reaches at most with priority; None: no priority counts.
    """
    scenario = known.scenario
    found: list[Text] = [MEANS, *replaced(scenario)]
    if known.progress is not None:
        found += _begun(known, known.progress)
    if len(scenario.campaigns) > 1:
        found.append(DIVIDED)
        found += [_favoured(goal, most) for goal, most in favoured if most is not None]
    if _partly_shared(scenario):
        found.append(PARTLY_SHARED)
    found += _of_campaigns(known)
    looked_up = scrubs(scenario, sum(known.rows))
    if looked_up is not None:
        found.append(written_scrubs(looked_up))
    if scenario.study == "unlawful" and not misuses_of(scenario, known.rules):
        found.append(ASSUMED.messages["needless_study"])
    for campaign, each in zip(scenario.campaigns, campaigns, strict=True):
        found += _of_pacing(known, campaign, each)
    return found


def _favoured(goal: Goal, most: float) -> Text:
    """Return what a campaign reaches at most while its goal has priority."""
    metric = metrics()[goal.metric]
    return FAVOURED.filled(
        campaign=goal.campaign,
        most=formatting.number(round(most)),
        metric=metric.name,
    )


def _of_campaigns(known: EstimateInputs) -> list[Text]:
    """Return notes on transfers, callbacks, and blocks that do not all call the same people."""
    campaigns = known.scenario.campaigns
    found: list[Text] = [
        TRANSFERS.filled(campaign=c.name) for c in campaigns if c.transfer is not None
    ]
    found += [CALLBACKS.filled(campaign=c.name) for c in campaigns if c.callbacks is not None]
    return found + [
        SERVED.filled(campaign=campaign.name)
        for campaign in campaigns
        if any(len(names) < len(campaign.caller_ids) for names in audience(known, campaign).served)
    ]


def _of_pacing(
    known: EstimateInputs, campaign: Campaign, found: CampaignEstimate
) -> Iterator[Text]:
    """Yield notes on what a contract, the abandon guard or the pacing changes in a run."""
    pacing, cap = campaign.pacing, known.rules["abandon.at_most"]
    named = {"campaign": campaign.name, "mode": pacing.mode}
    if found["binding"] == CONTRACT:
        yield REFUSED.filled(**named)
    if pacing.may_drop and cap < 1:
        yield GUARDED.filled(**named)
    if pacing.dials_ahead:
        yield AHEAD.filled(**named)
    if pacing.mode == "policy":
        yield POLICY.filled(**named)
    answers = pacing.ratio * found["rates"]["answered"]
    if answers > 1 and cap < 1:
        yield DROPS.filled(
            **named,
            ratio=pacing.ratio,
            answers=answers,
            rate=formatting.percent(found["rates"]["answered"]),
            cap=formatting.percent(cap),
        )


def _begun(known: EstimateInputs, progress: ProgressSoFar) -> list[Text]:
    """Return notes on people left after earlier calls, and on assumptions about them."""
    several = len(progress.campaigns) > 1
    found: list[Text] = []
    for campaign, made in zip(known.scenario.campaigns, progress.campaigns, strict=True):
        text = DONE.of(made.done, waiting=sum(made.waiting), fresh=made.fresh)
        found.append(OF_CAMPAIGN.filled(campaign.name, text) if several else text)
    closed, today = sum(progress.closed.values()), sum(progress.today.values())
    numbers = [form.of(count) for form, count in ((CLOSED, closed), (TODAY, today)) if count]
    if numbers:
        found.append(BOTH.filled(*numbers) if len(numbers) > 1 else numbers[0])
    return [*found, TAKEN_AS_DUE]


def _partly_shared(scenario: Scenario) -> bool:
    """Return whether two campaigns have some groups of agents in common, but not all."""
    groups = [frozenset(campaign.all_agents) for campaign in scenario.campaigns]
    return any(one & other and one != other for one in groups for other in groups)
