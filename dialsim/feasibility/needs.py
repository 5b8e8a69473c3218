"""What a campaign must do for a goal: attempts, people, and the resources that fall short."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dialsim.feasibility.campaign_figures import Figures
from dialsim.feasibility.resources import ROUNDS, Case

SLACK = 1e-9  # of an attempt count, for sums in another order


@dataclass(frozen=True)
class Need:
    """What one campaign must do for a goal, by a moment.

    Attributes
    ----------
    begun
        People it must begin with, each tried to the end.
    attempts
        Attempts that takes.
    """

    case: Case
    figures: Figures
    until: int
    begun: float
    attempts: float

    @property
    def short(self) -> list[str]:
        """The resources that allow fewer attempts, the scarcest first."""
        found = sorted(self.figures.capacities, key=lambda each: each.attempts)
        return [each.resource for each in found if each.attempts < self.attempts * (1 - SLACK)]

    def allows(self, resource: str) -> float:
        """Return the attempts a resource allows; without one of the name, any."""
        found = [each.attempts for each in self.figures.capacities if each.resource == resource]
        return min(found, default=math.inf)


def need(case: Case, until: int, metric: str, target: float) -> Need | None:
    """Return what a campaign must do to bring so much of a metric by a tick; None: it cannot."""
    found, before = None, -1.0
    figures = case.until(until)
    for _ in range(ROUNDS):  # more attempts mean earlier first attempts, and so more retries
        each = case.yields(figures)[metric]
        if each <= 0:
            return None
        begun = target / each
        found = Need(case, figures, until, begun, begun * sum(figures.shares))
        if abs(begun - before) <= SLACK * begun:
            break
        before = begun
        figures = case.until(until, found.attempts, found.begun)
    return found
