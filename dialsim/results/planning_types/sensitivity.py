"""Types of a sensitivity analysis: what it varied, and what moves each goal."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import with_config
from typing_extensions import TypedDict

from dialsim.results.result_types import CLOSED
from dialsim.scenario.profiles.weak_defaults import WeakDefaultRow


@with_config(CLOSED)
class EffectFigures(TypedDict):
    """The size of an effect with its interval."""

    strength: float
    """Mean absolute effect on the goal's margin (Morris's μ*), a share of the target."""
    low: float
    """Lower end of its 95 % interval."""
    high: float
    """Upper end of its 95 % interval."""


@with_config(CLOSED)
class AssumptionEffect(EffectFigures):
    """Effect of one assumption on one goal's margin over its whole range."""

    key: str
    """Name of the network value."""
    mean: float
    """Mean effect with its sign (μ), a share of the target; positive: a larger value helps."""
    spread: float
    """Standard deviation of effects (σ), a share of the target."""
    first: float | None
    """Sobol's index of the assumption alone, a share of the variance; None: not computed."""
    first_half: float | None
    """Half the width of its 95 % interval; None: not computed."""
    total: float | None
    """Sobol's total index, a share of the variance; None: not computed."""
    total_half: float | None
    """Half the width of its 95 % interval; None: not computed."""
    above_noise: bool | None
    """Whether the effect stands out from what chance alone makes of one; None: not known."""
    first_interval: list[float] | None
    """Both ends of the 95 % interval of `first`; None: not computed."""
    total_interval: list[float] | None
    """Both ends of the 95 % interval of `total`; None: not computed."""


@with_config(CLOSED)
class VariedAssumption(TypedDict):
    """An assumption that was varied, and between which values."""

    value: Any
    """The value in force, as its profile writes it."""
    unit: str
    """Its unit."""
    source: str
    """Ids of its sources."""
    confidence: str
    """How well it is known."""
    low: Any
    """Lower end of its range, in the form of the value; of a shape, the multiplier."""
    high: Any
    """Upper end of its range, likewise."""
    given: bool
    """Whether the range was given by the user."""
    shape: dict[str, str] | None
    """By language what is varied of a value that is more than a number; None: it is a number."""
    measure: dict[str, str]
    """By language how the value can be measured."""


@with_config(CLOSED)
class SensitivityGoal(TypedDict):
    """What moves one goal."""

    index: int
    """Its place in the scenario, from 0."""
    metric: str
    """Key of its metric."""
    bound: Literal["at_least", "at_most"]
    """Which side of the target is good."""
    target: float
    """What it asks for, in `unit`."""
    by: str | None
    """When it is due, ISO 8601; None: at the end."""
    name: str
    """What its metric is called."""
    name_zh: str
    """The same in Chinese."""
    unit: str
    """Unit of the target."""
    now: float | None
    """Its margin as the scenario stands, a share of the target; None: undecided."""
    trajectories: int
    """Trajectories that were analysed."""
    agree: float | None
    """Share of resamples in which the same assumptions lead; None: too few trajectories."""
    in_order: float | None
    """Share of resamples in which they lead in the same order; None: likewise."""
    settled: bool
    """Whether the leading ones agree often enough for a ranking to be shown."""
    leading: list[str]
    """Names of the leading assumptions, strongest first; empty while not settled."""
    candidates: list[str]
    """Names of those that could still be among the leading ones; empty once settled."""
    noise: EffectFigures | None
    """What chance alone makes of an effect; None: not known."""
    effects: list[AssumptionEffect]
    """Of the assumptions that move it: settled, the strongest first; else by name."""


@with_config(CLOSED)
class SensitivityResult(TypedDict):
    """Which assumptions decide whether the goals are met."""

    name: str
    """Name of the scenario."""
    seed: int
    """Its seed."""
    people: str | None
    """Whether replications drew the people anew, `redrawn`, or shared them, `fixed`."""
    trajectories: int
    """Trajectories that were asked for."""
    base_samples: int
    """Base samples of Sobol's indices that were asked for; 0: no indices."""
    replications: int
    """Runs a point."""
    scale: float
    """Share of the campaign's size at which it was played."""
    complete: bool
    """Whether it was not stopped."""
    settled: bool
    """Whether every goal has a ranking."""
    runs: int
    """Runs played."""
    pulled: int
    """Points that were no valid scenario as a whole, and were played nearer to it."""
    resamples: int
    """Resamples of the trajectories by which a ranking is judged."""
    settled_from: float
    """Share of resamples that have to agree before a ranking is shown."""
    assumptions: dict[str, VariedAssumption]
    """By name, the assumptions that were varied."""
    left: dict[str, dict[str, str]]
    """By name of each other value, and by language, why it was not varied."""
    goals: list[SensitivityGoal]
    """What moves each goal."""
    weak_defaults: list[WeakDefaultRow]
    """The weak defaults that it rests on."""
