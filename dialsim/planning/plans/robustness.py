"""Robustness of a plan: other networks, and assumptions that break it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from dialsim.messages.text import Text, message
from dialsim.planning.plans.candidates import Choice
from dialsim.planning.plans.evidence import Evidence, Outcome, chance
from dialsim.planning.plans.promises import Promise
from dialsim.planning.plans.trials import Network, Trials
from dialsim.planning.plans.verification import LOOK_APART
from dialsim.planning.sensitivity_analysis.factors import Factor
from dialsim.planning.sensitivity_analysis.uncertain_inputs import (
    chosen_factors,
    proven,
    with_factors,
)
from dialsim.planning.sensitivity_analysis.uncertainty_ranges import knowledge
from dialsim.results.planning_types.plan import (
    BreakingAssumption,
    PromiseBrokenElsewhere,
    RobustPlan,
)
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.plan_rules import plan_rules

if TYPE_CHECKING:
    from dialsim.planning.plans.plan_result import PlanFound

FIRST_ASSUMED = 40_000_000
"""Number of the first replication under an assumption's end."""


@dataclass(frozen=True)
class Assumed:
    """One end of an assumption's range, and the promises that a plan keeps there.

    Attributes
    ----------
    factor
        The assumption.
    place
        0: the low end of its range; 1: the high one.
    runs
        Runs played there.
    broken
        Places of the promises whose chance falls below what is promised, each with that chance.
    """

    factor: Factor
    place: float
    runs: int
    broken: Sequence[tuple[int, float]]

    @property
    def name(self) -> str:
        """The assumption and its end, as a network's name."""
        return self._shown.en

    @property
    def _shown(self) -> Text:
        end = message("{} low", "end") if self.place == 0 else message("{} high", "end")
        return end.filled(self.factor.key)

    def network(self) -> Network:
        """Return the network with the assumption at this end."""
        values = {self.factor.key: self.factor.at(self.place)}
        return Network(self.name, partial(with_factors, values=values), shown=self._shown)

    def to_dict(self) -> BreakingAssumption:
        """Return plain values, with how the value can be measured."""
        measure = knowledge().how_to_measure(self.factor.key)
        return {
            "key": self.factor.key,
            "value": self.factor.value.value,
            "unit": self.factor.value.unit,
            "confidence": self.factor.value.confidence,
            "end": self.factor.low if self.place == 0 else self.factor.high,
            "runs": self.runs,
            "broken": [{"promise": place, "chance": share} for place, share in self.broken],
            "measure": measure.en,
            "measure_zh": measure.zh,
        }


@dataclass
class Robust:
    """Result of a plan under other networks.

    Attributes
    ----------
    networks
        Names of the networks under all of which a plan was looked for.
    plan
        The cheapest that is certified under all of them, or why there is none.
    tried
        Ends of assumptions that were tried, those that break it among them.
    """

    networks: list[Text] = field(default_factory=list)
    plan: PlanFound | None = None
    tried: list[Assumed] = field(default_factory=list)

    @property
    def breaking(self) -> list[Assumed]:
        """Ends of assumptions under which the plan breaks a promise, the worst first."""
        broken = [each for each in self.tried if each.broken]
        return sorted(broken, key=lambda each: min(share for _, share in each.broken))

    def _broken_elsewhere(self) -> list[PromiseBrokenElsewhere]:
        """Return the promises that the nearest candidate breaks, if no plan is certified."""
        if self.plan is None or self.plan.certified:
            return []
        plain = self.plan.to_dict()
        nearest = plain["nearest"]
        broken = [] if nearest is None else nearest["broken"]
        return [{**plain["promises"][each["promise"]], **each} for each in broken]

    def to_dict(self) -> RobustPlan:
        """Return plain values, ready for JSON."""
        return {
            "networks": [each.en for each in self.networks],
            "networks_zh": [each.zh for each in self.networks],
            "certified": self.plan is not None and self.plan.certified,
            "plan": None if self.plan is None else self.plan.to_dict(),
            "broken": self._broken_elsewhere(),
            "tried": len(self.tried),
            "breaking": [each.to_dict() for each in self.breaking],
        }


def assumptions_tried(
    trials: Trials,
    choice: Choice,
    scenario: Scenario,
    whole: Callable[[int], None],
    look: int = 0,
) -> list[Assumed]:
    """Return what a candidate keeps with each assumption at either end of its range.

    Parameters
    ----------
    whole
        Told how many runs it will take.
    look
        How often ends were tried before: each time by runs of its own.

    Notes
    -----
    One assumption is changed at a time, under the scenario's own network. The values and their
    ranges are those of :func:`dialsim.sensitivity`. An end of a range breaks a promise if the
    probability expected from its runs is below the promised one; for an event, if more than one run
    broke it.
    """
    _, network = resolved_profiles(scenario)
    assert network is not None  # it was checked
    factors, _ = chosen_factors(scenario, network, (), {})
    runs = int(plan_rules().method["assumed_runs"])
    ends = [
        (factor, place)
        for factor, why in proven(scenario, factors)
        if why is None
        for place in (0.0, 1.0)
    ]
    whole(runs * len(ends))
    first = FIRST_ASSUMED + look * LOOK_APART
    found: list[Assumed] = []
    for factor, place in ends:
        under = Assumed(factor, place, runs, ()).network()
        there = Trials(
            trials.base, trials.decisions, trials.own, trials.workers, (under,), trials.on_played
        )
        (outcomes,) = there.play([(choice, range(first, first + runs))])
        if len(outcomes) < runs:
            return found
        found.append(Assumed(factor, place, runs, _broken(outcomes, trials.own)))
    return found


def _broken(outcomes: Sequence[Outcome], promises: Sequence[Promise]) -> list[tuple[int, float]]:
    evidence = Evidence(list(outcomes))
    found = []
    for place, promise in enumerate(promises):
        likely = chance(evidence.margins(place), promise.gradual)
        lost = len(evidence) - evidence.held(place)
        if likely < promise.probability and (lost > 1 or (promise.gradual and lost)):
            found.append((place, likely))
    return found
