"""The answer model: rates by attempt, given how earlier attempts select the people left.

People differ for good: some numbers are dead, some callees refuse, others answer readily or hardly.
Each attempt takes out those who answered and those whose failure the campaign does not try again,
so that the next one meets others than the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.delivery.build import (
    reference_indices,
    solve_display,
    solve_propensity,
    solve_robot,
)
from dialsim.carrier.delivery.signalling import seen_shares
from dialsim.carrier.populations import refusing_people
from dialsim.core.codes import Cause, Operator, Seen
from dialsim.core.quantiles import beta_table, lognormal_mixture_table
from dialsim.people.build import operator_shares
from dialsim.scenario.models.attempts import MOST_ATTEMPTS
from dialsim.scenario.models.people import Relation, opted_in_share
from dialsim.scenario.models.schema import CallerIds, Campaign, PeopleList, Scenario
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.teams import by_machines

Floats = NDArray[np.float64]

KINDS = 64
"""Number of equally large classes of people whose phones ring, by readiness to answer."""
_BODY = 4096  # cells of a quantile table that are equally likely
_CERTAIN = float(1 << 32)
_DEAD = {"empty": Cause.INVALID, "suspended": Cause.INVALID, "dormant": Cause.UNREACHABLE}
"""Unreachable numbers, by the outcome of a call to them."""


@dataclass(frozen=True)
class Prospects:
    """Classes of people with the same chances at each attempt.

    Attributes
    ----------
    people
        float64[k]: share of all people, as the first attempts meet them.
    rings
        float64[k]: chance that a call reaches the phone and makes it ring.
    answers
        float64[k]: chance that anything picks up.
    again
        float64[k, `Seen`]: chance that an attempt is seen as each outcome and tried again for it.
    """

    people: Floats
    rings: Floats
    answers: Floats
    again: Floats

    def delivered_at(self, attempt: int) -> float:
        """Return the share of n-th attempts, from 1, that make a phone ring."""
        return float(self._by_attempt[attempt - 1, 0])

    def answered_at(self, attempt: int) -> float:
        """Return the share of n-th attempts, from 1, that anything picks up."""
        return float(self._by_attempt[attempt - 1, 1])

    def goes_on_at(self, attempt: int) -> float:
        """Return the share of n-th attempts, from 1, after which another would follow."""
        return float(self._by_attempt[attempt - 1, 2])

    def after(self) -> Floats:
        """Return of first attempts that are tried again the share of each outcome (float64[Seen]).

        All 0 if none is.
        """
        shares: Floats = self.people @ self.again
        return shares / (shares.sum() or 1.0)

    @cached_property
    def _by_attempt(self) -> Floats:
        """Return the shares delivered, answered and retried by attempt (float64[MOST_ATTEMPTS, 3]).

        0 if no people are left.
        """
        goes_on = self.again.sum(axis=1)
        chances = np.column_stack([self.rings, self.answers, goes_on])
        left = self.people * goes_on ** np.arange(MOST_ATTEMPTS)[:, None]
        total = left.sum(axis=1, keepdims=True)
        found: Floats = np.zeros((MOST_ATTEMPTS, 3))
        np.divide(left @ chances, total, out=found, where=total > 0)
        return found


def prospects(
    scenario: Scenario,
    campaign: Campaign,
    network: Profile,
    lists: Sequence[tuple[PeopleList, float]],
    hours: Floats | None = None,
) -> Prospects:
    """Return the people of a campaign in classes.

    Parameters
    ----------
    network
        The profile by which calls go.
    lists
        Its lists, and how many people are on each.
    hours
        float64[168]: how much it calls in each hour of the week, from Monday 0 h on; None: in those
        that published rates refer to.

    Notes
    -----
    A connected person gets no further attempt. Abandoned calls, callbacks and second numbers of a
    person are left to the simulation.
    """
    chances = _Chances(scenario, campaign, network, hours)
    total = sum(count for _, count in lists)
    rows = [
        (count / total * part * share, *each)
        for source, count in lists
        for relation, part in _relations(source)
        for share, *each in chances.classes(source, relation)
    ]
    people, rings, answers, again = (np.array(column) for column in zip(*rows, strict=True))
    return Prospects(people, rings, answers, again)


def _relations(source: PeopleList) -> Iterator[tuple[Relation, float]]:
    own = opted_in_share(source)
    if own > 0:
        yield "opted_in", own
    if own < 1:
        yield "bought", 1.0 - own


class _Chances:
    """Chances of the attempts of one campaign, by class of people."""

    def __init__(
        self, scenario: Scenario, campaign: Campaign, network: Profile, hours: Floats | None
    ) -> None:
        self.scenario, self.campaign, self.network = scenario, campaign, network
        factors = np.array(reference_indices(network))
        self._hours = factors, np.full(len(factors), 1.0 / len(factors))
        if hours is not None and hours.sum() > 0:
            index = np.outer(network["answer.weekday_index"], network["answer.hour_index"])
            self._hours = index.ravel(), hours / hours.sum()
        retry = dict(campaign.attempts.retry)
        again = np.array([retry.get(seen.name.lower()) is not None for seen in Seen], float)
        self._again = seen_shares(scenario, network) * again
        self._assistants = np.eye(len(Seen))[Seen.ASSISTANT] * again
        self._named = any(b.display_name for b in self._blocks)

    @property
    def _blocks(self) -> list[CallerIds]:
        names = self.campaign.caller_ids
        return [block for block in self.scenario.caller_ids if block.name in names]

    def classes(
        self, source: PeopleList, relation: Relation
    ) -> Iterator[tuple[float, float, float, Floats]]:
        """Yield share, chance to ring, to be answered and to be tried again of each class.

        In the order in which the network judges: whoever refuses may have a dead number as well.
        """
        drawn, network = source.synthetic, self.network
        refuses = self._refuses(source, relation)
        yield refuses, 0.0, 0.0, self._again[Cause.REFUSED_CATEGORY]
        left = 1.0 - refuses
        alive = left
        for kind, cause in _DEAD.items():
            share = None if drawn is None else getattr(drawn, kind)
            dead = left * (network[f"people.{relation}.{kind}"] if share is None else share)
            alive -= dead
            yield dead, 0.0, 0.0, self._again[cause]
        genuine = source.genuine_of(relation)
        for own, part in ((True, genuine), (False, 1.0 - genuine)):
            if part:
                for each in self._callees(relation, own):
                    yield max(alive, 0.0) * part / KINDS, *each

    def _refuses(self, source: PeopleList, relation: Relation) -> float:
        """Return the share of people who refuse all calls of the campaign."""
        off = self.scenario.network.off
        operators = self._operators(source)
        trade = self.campaign.category
        refuses = refusing_people(source, self.network, relation, trade, operators)
        if "refuse_call" in off:
            refuses = 0.0
        blocks = self.network[f"subscriber_blocks.{relation}"]
        if "subscriber_blocks" in off:
            blocks = 0.0
        return float(1.0 - (1.0 - refuses) * (1.0 - blocks))

    def _operators(self, source: PeopleList) -> dict[str, float]:
        """Return the share of each operator among a list's people, after porting.

        Numbers of `prefixes` count as the market's.
        """
        drawn, ported = source.synthetic, self.network["portability.share"]
        market = operator_shares(None, self.network, {})
        prefixes = dict.fromkeys((drawn.prefixes or {}) if drawn else {}, market)
        listed = operator_shares(drawn, self.network, prefixes)
        return {
            operator.name: (1.0 - ported) * before + ported * (1.0 - listed[Operator.ABROAD]) * to
            for operator, before, to in zip(Operator, listed, market, strict=True)
        }

    def _callees(self, relation: Relation, own: bool) -> Iterator[tuple[float, float, Floats]]:
        """Yield the chances of people whose phones ring, by how readily they answer.

        `own`: whether they really agreed to be called.
        """
        network, again = self.network, self._again
        off, busy = network["people.unreachable"], network["people.busy"]
        busy *= 1.0 - off
        rings = 1.0 - off - busy
        ready = self._readiness(relation, own)
        failed = off * again[Cause.UNREACHABLE] + busy * again[Cause.BUSY]
        assistant = network["answer.assistant_share"] * self._assistants
        for answers in ready.tolist():
            silent = (1.0 - answers) * again[Cause.NO_ANSWER]
            yield rings, rings * answers, failed + rings * (silent + answers * assistant)

    def _readiness(self, relation: Relation, own: bool) -> Floats:
        """Return how likely people pick up in time whose phones ring (float64[KINDS]).

        As the network draws it: a propensity of each for good, times what the hour and the display
        do, at most 1.
        """
        network = self.network
        ring = lognormal_mixture_table(
            [(1.0, network["ring.answer_median"], network["ring.answer_sigma"])]
        )
        shown = self._from_abroad()
        if self._named and own:
            shown *= solve_display(network, solve_propensity(network, "opted_in", ring), ring)
        elif self._named:
            shown *= network["display.factor"]
        mean = solve_propensity(network, relation, ring)
        if by_machines(self.scenario, self.campaign) and not own:
            bought = solve_propensity(network, "bought", ring)
            shown *= solve_robot(network, bought, ring)
        table = beta_table(mean, network["answer.icc"])[:_BODY].reshape(KINDS, -1).mean(axis=1)
        factors, weights = self._hours
        ready = np.minimum(1.0, np.outer(table / _CERTAIN, factors * shown)) @ weights
        found: Floats = ready * float(np.mean(ring[:_BODY] < self.campaign.ring_timeout))
        return found

    def _from_abroad(self) -> float:
        """Return the factor on a campaign's answers when its calls show as international."""
        passing = {trunk.name for trunk in self.scenario.trunks if trunk.by_gateway}
        shown = sum(b.count for b in self._blocks if b.trunk in passing and b.authorised_by is None)
        lets_in = self.network["gateway.answer_factor"]
        if "subscriber_blocks" not in self.scenario.network.off:
            lets_in *= 1.0 - self.network["subscriber_blocks.international"]
        return float(1.0 - (1.0 - lets_in) * shown / sum(block.count for block in self._blocks))
