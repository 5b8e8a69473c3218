"""Mean rates of a scenario's calls, from its profile: the planner's figures, not the engine's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.time_units import CONVERSATION_MS, SECOND_MS
from dialsim.feasibility.answer_model import Prospects, prospects
from dialsim.scenario.models.people import opted_in_share
from dialsim.scenario.models.schema import Campaign, Scenario
from dialsim.scenario.named import named
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.teams import kind_of

LEAST_S = 0.001
CONVERSATION_S = CONVERSATION_MS / SECOND_MS


@dataclass(frozen=True)
class MeanAttempt:
    """The average of all attempts of a campaign, first ones and later ones.

    Attributes
    ----------
    answered
        Share that anything picks up.
    delivered
        Share that make a phone ring.
    dial_s, handle_s
        Mean time from dial to answer or failure; mean talk and wrap-up of an answered call.
    """

    answered: float
    delivered: float
    dial_s: float
    handle_s: float

    @property
    def talk_s(self) -> float:
        """Mean time of talk and wrap-up an attempt takes, answered or not."""
        return self.answered * self.handle_s

    @property
    def held_s(self) -> float:
        """Mean time a call holds a channel."""
        return max(LEAST_S, self.dial_s + self.talk_s)


@dataclass(frozen=True)
class Rates:
    """Mean rates and durations of a campaign's attempts.

    Attributes
    ----------
    prospects
        Who rings and answers, attempt by attempt.
    live
        Share of answered calls that a person picks up.
    talks
        Share of connects of 30 s or more.
    post_dial_s, ring_s, timeout_s
        Mean time until a call rings or has failed; from then to an answer; to its end without one.
    handle_s
        Mean talk and wrap-up of an answered call.
    """

    prospects: Prospects
    live: float
    talks: float
    post_dial_s: float
    ring_s: float
    timeout_s: float
    handle_s: float

    def mean(self, shares: Sequence[float] = (1.0,)) -> MeanAttempt:
        """Return the average attempt, `shares` of all people coming to the n-th; first ones alone.

        Examples
        --------
        >>> one = np.ones(1)
        >>> who = Prospects(one, rings=0.8 * one, answers=0.5 * one, again=0.5 * np.ones((1, 1)))
        >>> rates = Rates(who, 1.0, 0.5, post_dial_s=2.0, ring_s=10.0, timeout_s=25.0, handle_s=60)
        >>> rates.mean([1.0, 0.5])
        MeanAttempt(answered=0.5, delivered=0.8, dial_s=14.5, handle_s=60)
        """
        total = sum(shares)
        answered = delivered = 0.0
        for attempt, share in enumerate(shares, start=1):
            answered += share / total * self.prospects.answered_at(attempt)
            delivered += share / total * self.prospects.delivered_at(attempt)
        silent = delivered - answered
        dial_s = self.post_dial_s + answered * self.ring_s + silent * self.timeout_s
        return MeanAttempt(answered, delivered, dial_s, self.handle_s)


def campaign_rates(
    scenario: Scenario,
    campaign: Campaign,
    network: Profile,
    counts: Sequence[int],
    hours: NDArray[np.float64] | None = None,
) -> Rates:
    """Return a campaign's mean rates, over its lists by their size.

    Parameters
    ----------
    counts
        Rows of each of the scenario's lists.
    hours
        float64[168]: how much it calls in each hour of the week, as for
        :func:`dialsim.feasibility.answer_model.prospects`.
    """
    notice_s, stays = _recording(scenario, network)
    lists = [
        (source, float(max(count, 1)))
        for source, count in zip(scenario.people, counts, strict=True)
        if source.name in campaign.people
    ]
    total = sum(people for _, people in lists)
    talk_s = talks = 0.0
    for source, people in lists:
        own = opted_in_share(source)
        genuine = own * source.genuine_of("opted_in") + (1.0 - own) * source.genuine_of("bought")
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
    talk_s, talks = stays * talk_s / total + notice_s, stays * talks / total
    assistant = network["answer.assistant_share"]
    return Rates(
        prospects=prospects(scenario, campaign, network, lists, hours),
        live=1.0 - assistant,
        talks=talks,
        post_dial_s=_lognormal_s(network, "ring.post_dial"),
        ring_s=min(_lognormal_s(network, "ring.answer"), campaign.ring_timeout / 1000),
        timeout_s=campaign.ring_timeout / 1000,
        handle_s=(1 - assistant) * talk_s
        + assistant * _lognormal_s(network, "talk.assistant")
        + _wrap_s(scenario, campaign, assistant, talks),
    )


def _wrap_s(scenario: Scenario, campaign: Campaign, assistant: float, talks: float) -> float:
    """Return the mean wrap-up of an answered call, over the agents of a campaign."""
    groups = named(scenario.agents, campaign.all_agents)
    found = 0.0
    for group in groups:
        wraps = group.wraps
        live = talks * wraps.conversation + (1 - talks) * wraps.short
        mean_ms = (1 - assistant) * live + assistant * wraps.assistant
        found += group.count * mean_ms / 1000
    return found / sum(group.count for group in groups)


def _recording(scenario: Scenario, network: Profile) -> tuple[float, float]:
    """Return the length of the recording notice in s, and which share does not hang up at it."""
    if not scenario.enterprise.announces_recording or "recording_notice" in scenario.network.off:
        return 0.0, 1.0
    return network["recording.notice"] / 1000, 1.0 - network["recording.hangs_up"]


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
        from scipy.integrate import quad  # slow to import

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
