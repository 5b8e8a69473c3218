"""Analytical estimates of candidates, before anything is played."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from dialsim.errors import ScenarioError
from dialsim.feasibility.estimate_result import Estimate
from dialsim.planning.plans.candidates import Choice
from dialsim.scenario.models.schema import Scenario

OUT_OF_REACH = "out of reach"


LONG_BYTES = 20_000_000


def has_long_lists(scenario: Scenario) -> bool:
    """Return whether a scenario's lists take so long to read that they are read once."""
    files = [each.file for each in scenario.people if each.file is not None]
    return sum(scenario.file_path(name).stat().st_size for name in files) > LONG_BYTES


@dataclass
class Reach:
    """Estimates of candidates, each computed once.

    Attributes
    ----------
    scenario_of
        Returns the scenario of a candidate, or raises what is wrong with it.
    long_lists
        Whether lists from files are too long to be read once more for each candidate.
    estimates
        By candidate what :func:`dialsim.feasibility.estimate.estimate` says.
    invalid
        By candidate what is wrong with it.
    """

    scenario_of: Callable[[Choice], Scenario]
    long_lists: bool = False
    estimates: dict[Choice, Estimate] = field(default_factory=dict)
    invalid: dict[Choice, ScenarioError] = field(default_factory=dict)

    def within(self, choice: Choice) -> bool:
        """Return whether a candidate is valid and can meet every goal on average.

        Notes
        -----
        A candidate is out of reach if its estimate misses a goal by more than the error of an
        estimate (`estimate.CLOSE_CALL`). The estimate is the most that each resource allows at mean
        rates, without losses by the network. Cost: about 20 ms a candidate. With long lists from
        files, which each estimate would read completely, every valid candidate counts as within
        reach.
        """
        from dialsim.api.checking import estimated

        if choice in self.invalid:
            return False
        if self.long_lists:
            return self.is_valid(choice)
        if choice not in self.estimates:
            try:
                self.estimates[choice] = estimated(self.scenario_of(choice))
            except ScenarioError as error:
                self.invalid[choice] = error
                return False
        goals = self.estimates[choice]["goals"]
        return all(goal["outlook"] != OUT_OF_REACH for goal in goals)

    def is_valid(self, choice: Choice) -> bool:
        """Return whether a candidate is a valid scenario."""
        if choice in self.invalid:
            return False
        try:
            self.scenario_of(choice)
        except ScenarioError as error:
            self.invalid[choice] = error
            return False
        return True

    def shortfall(self, choice: Choice) -> float:
        """Return a candidate's mean relative shortfall from its goals."""
        total = 0.0
        for goal in self.estimates[choice]["goals"]:
            if goal["expected"] is not None and goal["bound"] == "at_least" and goal["target"]:
                total += max(0.0, 1 - float(goal["expected"]) / float(goal["target"]))
        return total
