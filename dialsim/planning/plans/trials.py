"""Runs of candidates: each is a scenario, under one or more networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dialsim.messages.text import Text
from dialsim.planning.plans.candidates import Choice, Decision, chosen, price_of
from dialsim.planning.plans.evidence import Outcome
from dialsim.planning.plans.promises import Promise, margins
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.execution.replication import Played
    from dialsim.execution.workers import Workers

FIRST_VERIFYING = 10_000_000
"""Number of the first replication of a proof; those of the search lie below."""
FIRST_HOLDOUT = 20_000_000
"""Number of the first replication that decides nothing: those below do."""
Counted = Callable[[int], None]
Choose = Callable[[Scenario, Sequence[Decision], Choice], Scenario]
"""Returns the scenario of a candidate, or raises what is wrong with it."""


@dataclass(frozen=True)
class Network:
    """A network to play under: its name, how it changes a scenario, whether it is its own.

    `shown` is its display name, if that differs from its name.
    """

    name: str
    under: Callable[[Scenario], Scenario]
    own: bool = False
    shown: Text | None = None

    @property
    def label(self) -> Text:
        """Its display name."""
        return self.shown or Text(self.name)


def own_network(scenario: Scenario) -> Network:
    """Return the network that a scenario names itself."""
    return Network(scenario.network.profile, lambda same: same, own=True)


def profile_network(name: str) -> Network:
    """Return the network of another profile."""
    return Network(name, lambda scenario: scenario.with_("network.profile", name))


@dataclass
class Trials:
    """Plays candidates, and returns the cost of each run and the margin of each promise.

    Attributes
    ----------
    base
        The scenario with its ``[plan]``.
    decisions
        What may be decided.
    own
        What has to hold under each network.
    networks
        That whose cost counts first; all promises have to hold under each.
    workers
        Entered; who plays.
    on_played
        Called with the number of further runs that came to their end.
    choose
        Makes candidates.
    kept
        What was played under the scenario's own network, by candidate and replication.
    """

    base: Scenario
    decisions: Sequence[Decision]
    own: Sequence[Promise]
    workers: Workers
    networks: Sequence[Network]
    on_played: Counted | None = None
    choose: Choose = chosen
    kept: dict[Choice, dict[int, Played]] = field(default_factory=dict)
    _bases: dict[int, Scenario] = field(default_factory=dict)
    _scenarios: dict[tuple[Choice, int], Scenario] = field(default_factory=dict)

    @property
    def promises(self) -> tuple[Promise, ...]:
        """The promises, network by network."""
        return tuple(
            replace(promise, under=under)
            for under in range(len(self.networks))
            for promise in self.own
        )

    def scenario(self, choice: Choice, under: int = 0) -> Scenario:
        """Return a candidate's scenario under one of the networks.

        Raises
        ------
        ScenarioError
            It is not valid.
        """
        if (choice, under) not in self._scenarios:
            base = self._bases.get(under)
            if base is None:  # first the network: when a filing is in force is its matter, too
                network = self.networks[under]
                base = self.base if network.own else network.under(self.base.without_plan())
                self._bases[under] = base
            self._scenarios[choice, under] = self.choose(base, self.decisions, choice)
        return self._scenarios[choice, under]

    def play(self, asks: Sequence[tuple[Choice, Sequence[int]]]) -> list[list[Outcome]]:
        """Play replications of candidates under every network; see `search.Play`."""
        from dialsim.execution.cell_sizing import played

        wanted = [
            (self.scenario(choice, under), list(numbers))
            for choice, numbers in asks
            for under in range(len(self.networks))
        ]
        # for search and proof alone: the figures shown besides use counts
        rare = all(max(numbers, default=0) < FIRST_HOLDOUT for _, numbers in asks)
        done = played(self.workers, wanted, self.on_played, rare=rare)
        several = len(self.networks)
        return [
            self._outcomes(choice, done[place * several : (place + 1) * several])
            for place, (choice, _) in enumerate(asks)
        ]

    def _outcomes(self, choice: Choice, under: Sequence[Sequence[Played]]) -> list[Outcome]:
        """Return the outcomes of replications that were finished under every network."""
        price = float(price_of(self.decisions, choice))
        by_number = [{each.replication: each for each in some} for some in under]
        self.kept.setdefault(choice, {}).update(by_number[0])
        found = []
        for number in by_number[0]:
            runs = [some[number] for some in by_number if number in some]
            if len(runs) < len(by_number):
                break
            held = tuple(m for run in runs for m in margins(run, self.own))
            risks = tuple(_risk(run, each) for run in runs for each in self.own)
            found.append(Outcome(price + (runs[0].cost or 0.0), held, risks))
        return found


def _risk(played: Played, promise: Promise) -> float | None:
    """Return the probability that a run breaks a promise, given its calls; None if unknown."""
    if promise.chance_of == "suspension":
        return played.suspension_chance
    return played.stop_chance if promise.chance_of == "stop" else None
