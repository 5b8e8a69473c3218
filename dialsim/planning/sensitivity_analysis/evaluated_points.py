"""Points of the assumptions played by workers: the margin of each goal there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.errors import ScenarioError
from dialsim.execution.cells import Cell
from dialsim.planning.sensitivity_analysis.factors import Factor
from dialsim.planning.sensitivity_analysis.uncertain_inputs import with_factors
from dialsim.results.summary_types.results import Goal
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.execution.replication import Played
    from dialsim.execution.workers import Workers

Floats = NDArray[np.float64]
HALVINGS = 6


@dataclass
class PlayedPoints:
    """Plays points, each the scenario with other values of some assumptions.

    Attributes
    ----------
    scenario
        What is changed.
    replications
        Runs a point.
    workers
        Entered; who plays.
    runs
        That came to their end.
    pulled
        Points that were invalid as a whole, and were pulled towards the scenario.
    """

    scenario: Scenario
    replications: int
    workers: Workers
    runs: int = 0
    pulled: int = 0

    def here(self) -> Floats | None:
        """Return each goal's margin in the unchanged scenario; None if stopped."""
        cell = self._cell(self.scenario)
        return next((self._margins(done) for _, done in self.workers.play([cell])), None)

    def margins(
        self,
        points: Floats,
        factors: Sequence[Factor],
        one_more: Callable[[], None],
        draws: int = 0,
    ) -> list[Floats | None]:
        """Return by point each goal's margin, its mean over replications; None if stopped before.

        Parameters
        ----------
        points
            float[points, factors]: the place of each factor in its range, from 0 to 1.
        one_more
            Called as a point comes to its end.
        draws
            Which set of replications is played: each is as many of its own.

        Raises
        ------
        ScenarioError
            A point is invalid however near to the scenario it is pulled.

        Notes
        -----
        Most invalid points are detected when they are made, others only when a worker builds their
        world. Those are simulated once more, at half the distance.
        """
        found: list[Floats | None] = [None] * len(points)
        halvings = [0] * len(points)
        left = list(range(len(points)))
        while left:
            refused: dict[int, ScenarioError] = {}
            cells = self._cells(points, factors, left, halvings, draws)
            for place, done in self.workers.play(cells, refused=refused.__setitem__):
                found[left[place]] = margins = self._margins(done)
                if margins is not None:
                    self.pulled += not draws and halvings[left[place]] > 0
                    one_more()
            for place, error in refused.items():
                halvings[left[place]] += 1
                if halvings[left[place]] > HALVINGS:
                    raise error
            left = [left[place] for place in sorted(refused)]
        return found

    def _cells(
        self,
        points: Floats,
        factors: Sequence[Factor],
        which: Sequence[int],
        halvings: list[int],
        draws: int,
    ) -> Iterator[Cell]:
        """Yield the cells of points, each adjusted until its scenario is valid."""
        for at in which:
            changed = None
            while changed is None:
                nearer = 0.5 ** halvings[at]
                places = zip(factors, points[at].tolist(), strict=True)
                values: dict[str, Any] = {each.key: each.near(u, nearer) for each, u in places}
                try:
                    changed = with_factors(self.scenario, values)
                except ScenarioError:
                    halvings[at] += 1
                    if halvings[at] > HALVINGS:
                        raise
            yield self._cell(changed, draws)

    def _cell(self, scenario: Scenario, draws: int = 0) -> Cell:
        first = draws * self.replications
        return Cell(scenario, tuple(range(first, first + self.replications)))

    def _margins(self, done: Sequence[Played]) -> Floats | None:
        """Return the mean margins of replications; None if some were not finished."""
        self.runs += len(done)
        if len(done) < self.replications:
            return None
        return np.asarray(np.mean([[margin(goal) for goal in each.goals] for each in done], axis=0))


def margin(goal: Goal) -> float:
    """Return a judged goal's distance from its bound, relative to the target (to 1 if that is 0).

    Positive if the goal is met; NaN if the metric's denominator is 0.
    """
    absolute = goal["margin"]["absolute"]
    if goal["value"] is None or absolute is None:
        return float("nan")
    return absolute / abs(goal["target"] or 1.0)
