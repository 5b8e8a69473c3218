"""Sensitivity study: which assumptions decide whether the goals of a scenario are met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dialsim.api.sources import Source, loaded, seeded
from dialsim.distribution import install_command
from dialsim.errors import Problems
from dialsim.execution.workers import Workers, check_executor
from dialsim.messages.text import Text, message
from dialsim.planning.phase_progress import PhaseProgress
from dialsim.planning.sensitivity_analysis import morris, sobol
from dialsim.planning.sensitivity_analysis.evaluated_points import PlayedPoints
from dialsim.planning.sensitivity_analysis.factors import Factor
from dialsim.planning.sensitivity_analysis.scaling import scaled
from dialsim.planning.sensitivity_analysis.sensitivity_result import (
    GoalFound,
    Sensitivity,
    goal_found,
)
from dialsim.planning.sensitivity_analysis.uncertain_inputs import Ranges, chosen_factors, proven
from dialsim.planning.sensitivity_analysis.uncertainty_ranges import knowledge
from dialsim.results.weak_defaults import weak_rows
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.scheduler.replication_progress import OnRepeat, Repeats
    from dialsim.scheduler.stop import Stop

Floats = NDArray[np.float64]

FEWEST = 4  # trajectories that say anything when they are drawn again
MOST_POINTS = 10_000_000


def sensitivity(
    scenario: Source,
    *,
    seed: int | None = None,
    trajectories: int | None = None,
    base_samples: int | None = None,
    replications: int = 1,
    only: str | Sequence[str] = (),
    ranges: Ranges | None = None,
    scale: float = 1.0,
    executor: str = "processes",
    workers: int | None = None,
    progress: bool | OnRepeat = False,
    stop: Stop | None = None,
) -> Sensitivity:
    """Find out which assumptions decide whether the goals are met.

    Parameters
    ----------
    scenario
        As for :func:`dialsim.run`; with goals, and lawful.
    seed
        Draws behaviour, and the points that are played, instead of the scenario's seed.
    trajectories
        Of Morris's screening, at least 4; None: 20. Each takes one run an assumption and one more,
        and two under other draws: the noise floor.
    base_samples
        Of Sobol's indices on the six leading assumptions, a power of two; None: 64, which takes
        512 runs; 0: none.
    replications
        Runs a point, whose mean margin counts.
    only
        Names of network values, or beginnings of names, such as ``"answer"``.
    ranges
        By name the two ends to try, in place of the range by confidence.
    scale
        Plays a campaign smaller by this factor. What counts for the whole enterprise does not
        shrink with it.
    executor, workers
        Who plays, and how many at a time; as for :class:`~dialsim.execution.workers.Workers`. The
        figures are the same.
    progress
        True: a line on a terminal or below a notebook's cell; or a function of a `RepeatsDone`.
    stop
        Asked to end early from another thread.

    Returns
    -------
    Sensitivity
        After Ctrl-C what the trajectories that came to their end say.

    Raises
    ------
    ScenarioError
        No goals, a study of what is forbidden, a name that does not exist, a range that makes the
        scenario invalid, an executor that is none or cannot be reached, or SALib is not installed.
    CapacityError
        As for :func:`dialsim.run`.

    Notes
    -----
    The factors are values of the network profile that rest on assumption, practice, inference or a
    vendor's word, unless the scenario states them. The least credible defaults come first, each
    over the published range (``profiles/weak_defaults.toml``), then the others, each within a range
    by its confidence (``profiles/sensitivity.toml``). Rules are not varied. All runs use common
    random numbers, except two runs at the first point of each trajectory: their difference is the
    noise floor. An effect that does not exceed it is marked. The output is the margin of each goal
    relative to its target (to 1 if that is 0).

    Examples
    --------
    ::

        found = dialsim.sensitivity("scenarios/first_campaign.toml", scale=0.05)
        found.goals[0].settled, found.goals[0].leading
    """
    from dialsim.scheduler.stop import interrupts, stop_of

    base = scaled(seeded(loaded(scenario).without_plan(), seed), scale)
    names = [only] if isinstance(only, str) else list(only)
    method = knowledge().method
    plan = Plan(
        base,
        trajectories=method["trajectories"] if trajectories is None else trajectories,
        base_samples=method["base_samples"] if base_samples is None else base_samples,
        replications=replications,
        scale=scale,
        stop=stop_of(stop),
        progress=progress,
    )
    _check(plan, executor, workers)
    _, network = resolved_profiles(base)
    assert network is not None  # or it would have raised
    factors, left = chosen_factors(base, network, names, ranges or {})
    team = Workers(executor, workers, stop=plan.stop, progress=progress)
    with interrupts(plan.stop), team as crew:
        try:
            plan.keep_proven(factors, left)
            return plan.found(crew)
        finally:
            plan.clear()


@dataclass
class Plan(PhaseProgress):
    """One sensitivity study while it is computed."""

    scenario: Scenario
    trajectories: int
    base_samples: int
    replications: int
    scale: float
    stop: Stop
    progress: bool | OnRepeat = False
    factors: list[Factor] = field(default_factory=list)
    left: dict[str, Text] = field(default_factory=dict)
    repeats: Repeats | None = None

    def keep_proven(self, factors: Sequence[Factor], left: dict[str, Text]) -> None:
        """Keep the factors that the scenario reads, each with a range that is valid."""
        self.left = dict(left)
        self.begin_phase("range", len(factors))
        for factor, why in proven(self.scenario, factors):
            if self.stop.requested:
                return
            if why is None:
                self.factors.append(factor)
            else:
                self.left[factor.key] = why
            self.count()

    def found(self, crew: Workers) -> Sensitivity:
        """Play all points and return the result."""
        self.played = PlayedPoints(self.scenario, self.replications, crew)
        now = self.played.here()
        goals: list[GoalFound] = []
        whole = now is not None
        if now is not None and self.factors:
            points, margins = self._screen()
            whole = len(points) == self.trajectories
            apart = self._under_other_draws(points) if whole else None
            whole = apart is not None
            goals = self._judged(now, points, margins, apart)
            if whole and self.base_samples:
                whole = self._decompose(goals)
        elif now is not None:
            goals = self._judged(now, np.zeros((0, 1, 0)), np.zeros((0, 1, len(now))))
        return Sensitivity(
            name=self.scenario.name,
            seed=self.scenario.seed,
            trajectories=self.trajectories,
            base_samples=self.base_samples,
            replications=self.replications,
            scale=self.scale,
            complete=whole,
            runs=self.played.runs,
            pulled=self.played.pulled,
            factors=tuple(self.factors),
            left=self.left,
            goals=goals,
            people=self.scenario.replications.people,
            weak_defaults=weak_rows(self.scenario),
        )

    def _screen(self) -> tuple[Floats, Floats]:
        """Play whole trajectories; return their points and margins by trajectory."""
        k = len(self.factors)
        levels = knowledge().method["levels"]
        points = morris.draw_trajectories(k, self.trajectories, levels, self.scenario.seed)
        flat = points.reshape(-1, k)
        self.begin_phase("run", len(flat))
        played = self.played.margins(flat, self.factors, self.count)
        goals = len(self.scenario.goals)
        each = [played[at : at + k + 1] for at in range(0, len(flat), k + 1)]
        whole = [at for at, some in enumerate(each) if all(m is not None for m in some)]
        return points[whole], np.array([each[at] for at in whole]).reshape(-1, k + 1, goals)

    def _under_other_draws(self, points: Floats) -> Floats | None:
        """Play the first point of each trajectory twice more; float[2, trajectories, goals]."""
        self.begin_phase("run", 2 * len(points))
        played = [
            self.played.margins(points[:, 0], self.factors, self.count, draws) for draws in (1, 2)
        ]
        if any(each is None for side in played for each in side):
            return None
        return np.array(played)

    def _judged(
        self, now: Floats, points: Floats, margins: Floats, apart: Floats | None = None
    ) -> list[GoalFound]:
        method = knowledge().method
        seed = self.scenario.seed
        goals = []
        for index, goal in enumerate(self.scenario.goals):
            outputs = margins[:, :, index]
            effects, settled, noise = None, None, None
            if len(points) >= FEWEST and not np.isnan(outputs).any():
                effects = morris.elementary_effects(points, outputs)
                settled = morris.settle(effects, method["leading"], method["resamples"], seed)
                if apart is not None and not np.isnan(apart[:, :, index]).any():
                    one, two = apart[:, :, index]
                    noise = morris.noise_floor(effects, one, two, method["levels"], seed)
            found = goal_found(index, goal, float(now[index]), self.factors, effects, settled)
            goals.append(found)
            if noise is not None:
                found.add_noise(noise)
        return goals

    def _decompose(self, goals: Sequence[GoalFound]) -> bool:
        """Add Sobol's indices of the leading factors to the goals that are settled."""
        leading = self._leading([goal for goal in goals if goal.settled])
        if len(leading) < 2:
            return True
        points = sobol.draw_samples(len(leading), self.base_samples, self.scenario.seed)
        self.begin_phase("run", len(points))
        played = self.played.margins(points, [self.factors[i] for i in leading], self.count)
        if any(each is None for each in played):
            return False
        margins = np.array(played)
        for goal in goals:
            outputs = margins[:, goal.index]
            if goal.settled and not np.isnan(outputs).any():
                parts = sobol.indices(len(leading), outputs, self.scenario.seed)
                if parts is not None:
                    goal.add_indices([self.factors[i].key for i in leading], parts)
        return True

    def _leading(self, goals: Sequence[GoalFound]) -> list[int]:
        """Return up to six factors: those with the largest share in any settled goal."""
        part = np.zeros(len(self.factors))
        for goal in goals:
            strength = np.array([effect.strength for effect in goal.effects])
            if strength.max(initial=0.0) > 0:
                part = np.maximum(part, strength / strength.max())
        order = np.argsort(-part, kind="stable")[: knowledge().method["decomposed"]]
        return [int(i) for i in order if part[i] > 0]


def _check(plan: Plan, executor: str, workers: int | None) -> None:
    """Refuse an impossible study; all problems at once."""
    scenario = plan.scenario
    problems = Problems(scenario._origin.file, scenario._origin.lines)
    if not scenario.goals:
        problems.add(
            "goals",
            message("sensitivity measures the margin to a goal, and the scenario sets none"),
            allowed=message("at least one goal"),
            remedy=message('add [[goals]] with metric = "conversations" and at_least = ...'),
        )
    if scenario.study is not None:
        problems.add(
            "study", message("a study of what is forbidden is no plan, and is not analysed as one")
        )
    if not _whole(plan.trajectories, FEWEST, 10_000):
        problems.add(
            "trajectories",
            message("not enough of them"),
            found=plan.trajectories,
            allowed=message("4 to 10,000"),
        )
    power = _whole(plan.base_samples, 0, 1 << 16)
    if not power or plan.base_samples & (plan.base_samples - 1):
        allowed = message("0, or a power of two up to 65,536")
        problems.add(
            "base_samples", message("not so many"), found=plan.base_samples, allowed=allowed
        )
    if not _whole(plan.replications, 1, MOST_POINTS):
        problems.add(
            "replications",
            message("at least one"),
            found=plan.replications,
            allowed=message("1 or more"),
        )
    check_executor(executor, workers, problems)
    if find_spec("SALib") is None:
        problems.add(
            "",
            message("the sampling schemes come from SALib"),
            remedy=install_command("plan"),
        )
    problems.raise_if_any()


def _whole(value: object, least: int, most: int) -> bool:
    return not isinstance(value, bool) and isinstance(value, int) and least <= value <= most
