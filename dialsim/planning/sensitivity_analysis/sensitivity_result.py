"""Result of a sensitivity study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Text
from dialsim.pages.model.display import PageResult
from dialsim.planning.sensitivity_analysis.factors import SHAPES, Factor
from dialsim.planning.sensitivity_analysis.morris import Noise, Settled
from dialsim.planning.sensitivity_analysis.sobol import Indices
from dialsim.planning.sensitivity_analysis.uncertainty_ranges import knowledge
from dialsim.results.planning_types.sensitivity import (
    AssumptionEffect,
    SensitivityGoal,
    SensitivityResult,
    VariedAssumption,
)
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.schema import Goal
from dialsim.scenario.profiles.weak_defaults import WeakDefaultRow

if TYPE_CHECKING:
    from dialsim.pages.model.parts import Page

Floats = NDArray[np.float64]


@dataclass
class Effect:
    """Effect of one assumption on one goal's margin over its whole range.

    Attributes
    ----------
    key
        Name of the network value.
    strength, low, high
        Mean absolute elementary effect (Morris's μ*), and its 95 % interval.
    mean, spread
        Mean effect with its sign (μ): positive if a larger value helps; and the standard deviation
        of effects (σ): large beside `strength` if it depends on other assumptions.
    first, first_half, total, total_half
        Sobol's indices and half the widths of their 95 % intervals; None: not computed.
    above_noise
        Whether `strength` stands out from what chance alone makes of an effect; None: not known.
    """

    key: str
    strength: float
    low: float
    high: float
    mean: float
    spread: float
    first: float | None = None
    first_half: float | None = None
    total: float | None = None
    total_half: float | None = None
    above_noise: bool | None = None

    def to_dict(self) -> AssumptionEffect:
        """Return plain values, with both ends of each interval of an index."""
        return {
            "key": self.key,
            "strength": self.strength,
            "low": self.low,
            "high": self.high,
            "mean": self.mean,
            "spread": self.spread,
            "first": self.first,
            "first_half": self.first_half,
            "total": self.total,
            "total_half": self.total_half,
            "above_noise": self.above_noise,
            "first_interval": _ends(self.first, self.first_half),
            "total_interval": _ends(self.total, self.total_half),
        }


def _ends(value: float | None, half: float | None) -> list[float] | None:
    return None if value is None or half is None else [value - half, value + half]


@dataclass
class GoalFound:
    """Assumptions that move one goal.

    Attributes
    ----------
    index, metric, bound, target, by
        The goal.
    now
        Its margin as the scenario stands.
    trajectories
        That came to their end and were analysed.
    agree, in_order
        Share of resamples in which the same assumptions lead, and in the same order; None: not
        enough trajectories, or a metric with nothing to divide by.
    settled
        Whether the leading ones agree often enough for a ranking to be shown.
    effects
        Of every assumption, as they are listed; see `ranking`.
    noise
        Mean absolute effect between two runs of the same point under other draws, and its 95 %
        interval; None: not known.
    """

    index: int
    metric: str
    bound: Literal["at_least", "at_most"]
    target: float
    by: str | None
    now: float
    trajectories: int
    agree: float | None
    in_order: float | None
    settled: bool
    effects: list[Effect] = field(default_factory=list, repr=False)
    noise: tuple[float, float, float] | None = None

    def add_noise(self, found: Noise) -> None:
        """Add the noise floor, and mark the effects above it."""
        self.noise = (found.strength, found.low, found.high)
        for effect, above in zip(self.effects, found.above, strict=True):
            effect.above_noise = bool(above)

    @property
    def ranking(self) -> list[Effect]:
        """Assumptions that move the margin, strongest first; empty while not settled."""
        if not self.settled:
            return []
        moving = [effect for effect in self.effects if effect.strength > 0]
        return sorted(moving, key=lambda effect: (-effect.strength, effect.key))

    @property
    def moving(self) -> list[Effect]:
        """Assumptions that move the margin, by name."""
        moving = [effect for effect in self.effects if effect.strength > 0]
        return sorted(moving, key=lambda effect: effect.key)

    @property
    def leading(self) -> list[str]:
        """Names of the leading assumptions, strongest first; empty while not settled."""
        return [effect.key for effect in self.ranking[: knowledge().method["leading"]]]

    @property
    def candidates(self) -> list[str]:
        """By name, assumptions that could still be among the leading ones."""
        strongest = sorted(self.moving, key=lambda effect: -effect.strength)
        leading = strongest[: knowledge().method["leading"]]
        bar = min((effect.low for effect in leading), default=0.0)
        return [effect.key for effect in self.moving if effect.high >= bar]

    def add_indices(self, keys: Sequence[str], found: Indices) -> None:
        """Add Sobol's indices of some assumptions."""
        by_key = {effect.key: effect for effect in self.effects}
        for key, *four in zip(keys, *found, strict=True):
            effect = by_key[key]
            effect.first, effect.first_half, effect.total, effect.total_half = map(float, four)


def goal_found(
    index: int,
    goal: Goal,
    now: float,
    factors: Sequence[Factor],
    effects: Floats | None,
    settled: Settled | None,
) -> GoalFound:
    """Return the result of elementary effects (float[trajectories, factors]) for a goal."""
    target = goal.at_least if goal.at_least is not None else goal.at_most
    assert target is not None  # the schema asks for one of the two
    found = GoalFound(
        index=index,
        metric=goal.metric,
        bound="at_least" if goal.at_least is not None else "at_most",
        target=target,
        by=None if goal.by is None else goal.by.isoformat(),
        now=now,
        trajectories=0 if effects is None else len(effects),
        agree=None if settled is None else settled.agree,
        in_order=None if settled is None else settled.in_order,
        settled=settled is not None and settled.agree >= knowledge().method["settled"],
    )
    if effects is not None and settled is not None:
        strength, mean, spread = np.abs(effects).mean(0), effects.mean(0), effects.std(0, ddof=1)
        found.effects = [
            Effect(
                factor.key,
                strength=float(strength[i]),
                low=float(settled.low[i]),
                high=float(settled.high[i]),
                mean=float(mean[i]),
                spread=float(spread[i]),
            )
            for i, factor in enumerate(factors)
        ]
    return found


@dataclass(frozen=True)
class Sensitivity(PageResult):
    """Which assumptions decide whether the goals are met.

    Attributes
    ----------
    name, seed
        The scenario's.
    trajectories, base_samples, replications, scale
        As asked for.
    complete
        False after Ctrl-C.
    runs
        Runs played.
    pulled
        Points that were no valid scenario as a whole, and were played nearer to it.
    factors
        The assumptions that were varied.
    left
        Why each other value of the profile was not varied.
    goals
        What moves each.
    people
        Whether replications drew the people anew (``"redrawn"``) or shared them (``"fixed"``).
    weak_defaults
        The least credible defaults that it rests on, with which the varied assumptions begin; as
        of :func:`dialsim.results.weak_defaults.weak_rows`.
    """

    name: str
    seed: int
    trajectories: int
    base_samples: int
    replications: int
    scale: float
    complete: bool
    runs: int
    pulled: int
    factors: tuple[Factor, ...]
    left: Mapping[str, Text]
    goals: Sequence[GoalFound]
    people: str | None = None
    weak_defaults: Sequence[WeakDefaultRow] = ()

    @property
    def settled(self) -> bool:
        """Whether every goal has a ranking."""
        return bool(self.goals) and all(goal.settled for goal in self.goals)

    def to_dict(self) -> SensitivityResult:
        """Return plain values, ready for JSON."""
        return {
            "name": self.name,
            "seed": self.seed,
            "people": self.people,
            "trajectories": self.trajectories,
            "base_samples": self.base_samples,
            "replications": self.replications,
            "scale": self.scale,
            "complete": self.complete,
            "settled": self.settled,
            "runs": self.runs,
            "pulled": self.pulled,
            "resamples": knowledge().method["resamples"],
            "settled_from": knowledge().method["settled"],
            "assumptions": {factor.key: _assumption(factor) for factor in self.factors},
            "left": {key: {"en": why.en, "zh": why.zh} for key, why in self.left.items()},
            "goals": [_goal(goal) for goal in self.goals],
            "weak_defaults": [each.copy() for each in self.weak_defaults],
        }

    @property
    def table(self) -> Any:
        """Arrow table, one row per goal and varied assumption."""
        import pyarrow as pa

        rows = [
            {"goal": goal.index, "metric": goal.metric, "settled": goal.settled} | vars(effect)
            for goal in self.goals
            for effect in goal.effects
        ]
        text, number = pa.string(), pa.float64()
        fields = [("goal", pa.int32()), ("metric", text), ("settled", pa.bool_()), ("key", text)]
        *numbers, above = list(Effect.__dataclass_fields__)[1:]
        fields += [*((name, number) for name in numbers), (above, pa.bool_())]
        return pa.Table.from_pylist(rows, schema=pa.schema(fields))

    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page of the analysis."""
        from dialsim.pages.planning.sensitivity_page import sensitivity_page

        return sensitivity_page(self.to_dict(), language)

    def __repr__(self) -> str:
        state = "" if self.complete else ", broken off"
        return (
            f"<Sensitivity {self.name}, seed {self.seed}, {len(self.factors)} assumptions, "
            f"{self.runs} runs{state}>"
        )


def _assumption(factor: Factor) -> VariedAssumption:
    how = knowledge().how_to_measure(factor.key)
    shape = SHAPES.get(factor.value.unit)
    return {
        "value": factor.value.value,
        "unit": factor.value.unit,
        "source": factor.value.source,
        "confidence": factor.value.confidence,
        "low": factor.low,
        "high": factor.high,
        "given": factor.given,
        "shape": None if shape is None else {"en": shape.en, "zh": shape.zh},
        "measure": {"en": how.en, "zh": how.zh},
    }


def _goal(goal: GoalFound) -> SensitivityGoal:
    metric, noise = metrics()[goal.metric], goal.noise
    return {
        "index": goal.index,
        "metric": goal.metric,
        "bound": goal.bound,
        "target": goal.target,
        "by": goal.by,
        "name": metric.name["en"],
        "name_zh": metric.name["zh"],
        "unit": metric.unit,
        "now": None if np.isnan(goal.now) else goal.now,
        "trajectories": goal.trajectories,
        "agree": goal.agree,
        "in_order": goal.in_order,
        "settled": goal.settled,
        "leading": goal.leading,
        "candidates": [] if goal.settled else goal.candidates,
        "noise": None
        if noise is None
        else {"strength": noise[0], "low": noise[1], "high": noise[2]},
        "effects": [effect.to_dict() for effect in (goal.ranking if goal.settled else goal.moving)],
    }
