"""Mean rates of a scenario's calls, from its profile: the planner's figures, not the engine's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dialsim.people.build import opted_in_share
from dialsim.scenario.profile import Profile
from dialsim.scenario.schema import Campaign, PeopleList, Scenario
from dialsim.scenario.teams import kind_of

CONVERSATION_S = 30.0  # a definition, see `outcomes.layout.CONVERSATION_MS`


@dataclass(frozen=True)
class Rates:
    """What an average first attempt of a campaign comes to.

    Attributes
    ----------
    answered
        Share of first attempts that anything picks up.
    delivered
        Share of first attempts that reach the callee's phone.
    live
        Share of answered calls that a person picks up.
    talks
        Share of connects of 30 s or more.
    spread
        a + b of the beta that answer propensities follow: how fast later attempts decline.
    dial_s, handle_s
        Mean time from dial to answer or failure; mean talk and wrap-up of an answered call.
    """

    answered: float
    delivered: float
    live: float
    talks: float
    spread: float
    dial_s: float
    handle_s: float

    def answered_at(self, attempt: int) -> float:
        """Return the answer rate of the n-th attempt, from 1, after as many unanswered ones.

        Those who answer readily leave the list first, so the rate falls by selection.
        """
        if math.isinf(self.spread):
            return self.answered
        return self.answered * self.spread / (self.spread + attempt - 1)


def campaign_rates(
    scenario: Scenario, campaign: Campaign, network: Profile, counts: Sequence[int]
) -> Rates:
    """Return a campaign's mean rates, over its lists by their size (`counts`: rows of each)."""
    named = any(b.display_name for b in scenario.caller_ids if b.name in campaign.caller_ids)
    notice_s, stays = _recording(scenario, network)
    answered = talk_s = talks = delivered = total = 0.0
    for source, count in zip(scenario.people, counts, strict=True):
        if source.name not in campaign.people:
            continue
        people = float(max(count, 1))
        genuine = source.consent_genuine
        total += people
        answered += people * _mixed(genuine, *_gross(network, named))
        delivered += people * _delivered(scenario, campaign, source, network)
        talk = [network["talk.opted_in"], network["talk.bought"]]
        kind = kind_of(scenario, campaign)
        if kind != "people":
            talk = [network["talk.robot" if kind == "robots" else "talk.notification"]] * 2
        shape = network["talk.shape"]
        most_s = math.inf if campaign.message is None else campaign.message / 1000
        talk_s += people * _mixed(genuine, *(_mean_s(mixture, shape, most_s) for mixture in talk))
        bound_s = max(CONVERSATION_S - notice_s, 0.001)
        if most_s >= bound_s:
            long = (_above(mixture, shape, bound_s) for mixture in talk)
            talks += people * _mixed(genuine, *long)
    answered = answered / total * _from_abroad(scenario, campaign, network)
    talk_s, talks = stays * talk_s / total + notice_s, stays * talks / total
    delivered = max(answered, delivered / total)
    assistant, icc = network["answer.assistant_share"], network["answer.icc"]
    post_dial_s = _lognormal_s(network, "ring.post_dial")
    ring_s = min(_lognormal_s(network, "ring.answer"), campaign.ring_timeout / 1000)
    failed = min(1.0 - answered, network["people.unreachable"] + network["people.busy"])
    silent = 1.0 - answered - failed
    return Rates(
        answered=answered,
        delivered=delivered,
        live=1.0 - assistant,
        talks=talks,
        spread=1.0 / icc - 1.0 if icc else math.inf,
        dial_s=post_dial_s + answered * ring_s + silent * campaign.ring_timeout / 1000,
        handle_s=(1 - assistant) * talk_s
        + assistant * _lognormal_s(network, "talk.assistant")
        + _wrap_s(scenario, campaign, assistant, talks),
    )


def _wrap_s(scenario: Scenario, campaign: Campaign, assistant: float, talks: float) -> float:
    """Return the mean wrap-up of an answered call, over the agents of a campaign."""
    groups = [group for group in scenario.agents if group.name in campaign.all_agents]
    found = 0.0
    for group in groups:
        wraps = group.wraps
        live = talks * wraps.conversation + (1 - talks) * wraps.short
        mean_ms = (1 - assistant) * live + assistant * wraps.assistant
        found += group.count * mean_ms / 1000
    return found / sum(group.count for group in groups)


def _delivered(
    scenario: Scenario, campaign: Campaign, source: PeopleList, network: Profile
) -> float:
    """Return which share of a list's first attempts reach a phone that rings."""
    drawn = source.synthetic
    own = opted_in_share(source)
    share = 0.0
    for relation, part in (("opted_in", own), ("bought", 1.0 - own)):
        dead = 0.0
        for kind in ("empty", "suspended", "dormant"):
            said = getattr(drawn, kind) if drawn is not None else None
            dead += network[f"people.{relation}.{kind}"] if said is None else said
        refused = network[f"refuse_call.category_share.{relation}"]
        if drawn is not None and drawn.refuses is not None:
            refused = drawn.refuses.get(campaign.category, refused)
        if "refuse_call" in scenario.network.off:
            refused = 0.0
        if "subscriber_blocks" not in scenario.network.off:
            refused = 1.0 - (1.0 - refused) * (1.0 - network[f"subscriber_blocks.{relation}"])
        share += part * max(0.0, 1.0 - dead) * (1.0 - refused)
    return float(share * (1.0 - network["people.unreachable"]) * (1.0 - network["people.busy"]))


def _recording(scenario: Scenario, network: Profile) -> tuple[float, float]:
    """Return the length of the recording notice in s, and which share does not hang up at it."""
    if not scenario.enterprise.tells_of_recording or "recording_notice" in scenario.network.off:
        return 0.0, 1.0
    return network["recording.notice"] / 1000, 1.0 - network["recording.hangs_up"]


def _from_abroad(scenario: Scenario, campaign: Campaign, network: Profile) -> float:
    """Return what is left of a campaign's answers where its calls show as international."""
    passing = {trunk.name for trunk in scenario.trunks if trunk.by_gateway}
    blocks = [block for block in scenario.caller_ids if block.name in campaign.caller_ids]
    shown = sum(b.count for b in blocks if b.trunk in passing and b.authorised_by is None)
    lets_in = network["gateway.answer_factor"]
    if "subscriber_blocks" not in scenario.network.off:
        lets_in *= 1.0 - network["subscriber_blocks.international"]
    return float(1.0 - (1.0 - lets_in) * shown / sum(block.count for block in blocks))


def _gross(network: Profile, named: bool) -> tuple[float, float]:
    """Return the gross answer rates of genuine and of other people."""
    own = network["answer.gross.named" if named else "answer.gross.opted_in"]
    return own, network["answer.gross.bought"] * (network["display.factor"] if named else 1.0)


def _mixed(share: float, genuine: float, other: float) -> float:
    return share * genuine + (1.0 - share) * other


def _lognormal_s(network: Profile, key: str) -> float:
    sigma = float(network[f"{key}_sigma"])
    return float(network[f"{key}_median"]) / 1000 * math.exp(sigma * sigma / 2)


def _mean_s(mixture: list[Any], shape: str, most_s: float = math.inf) -> float:
    """Return the mean of a mixture whose lengths are cut at a bound.

    >>> round(_mean_s([[1.0, 30.0, 0.0]], "exponential", 30.0), 2)
    18.96
    """
    if math.isfinite(most_s):
        from scipy.integrate import quad  # takes longer to import than all the rest

        return float(quad(lambda t: _above(mixture, shape, max(t, 1e-9)), 0.0, most_s)[0])
    if shape == "exponential":
        return float(sum(weight * mean_s for weight, mean_s, _ in mixture))
    return float(sum(w * median * math.exp(sigma**2 / 2) for w, median, sigma in mixture))


def _above(mixture: list[Any], shape: str, bound_s: float) -> float:
    """Return the share of a mixture above a bound.

    >>> round(_above([[1.0, 30.0, 0.9]], "lognormal", 30.0), 3)
    0.5
    >>> round(_above([[1.0, 30.0, 0.0]], "exponential", 30.0), 3)
    0.368
    """
    if shape == "exponential":
        return float(sum(w * math.exp(-bound_s / mean_s) for w, mean_s, _ in mixture))
    return float(
        sum(
            weight * 0.5 * math.erfc(math.log(bound_s / median) / (sigma * math.sqrt(2)))
            if sigma
            else weight * (median >= bound_s)
            for weight, median, sigma in mixture
        )
    )
