"""Unpriced parts of a campaign, which a plan takes as free."""

from __future__ import annotations

from dialsim.results.cost_statement import Billed, Used, cost_statement
from dialsim.results.planning_types.plan import UnpricedInput
from dialsim.scenario.models.costs import Costs
from dialsim.scenario.models.schema import Scenario


def unpriced(scenario: Scenario) -> list[UnpricedInput]:
    """Return what has no price: ``what`` (minutes, numbers, agents ...) and ``whose``.

    Everything if the scenario has no ``[costs]``: then only the prices of decisions count.
    """
    costs = scenario.costs or Costs(once=f"0 {_currency(scenario)}")
    nothing = {row: Billed(0, 0) for row in range(len(scenario.trunks))}
    used = Used(scenario, 0, scenario.start, 0, nothing, None)
    lines = cost_statement(used, costs).lines
    return [{"what": line.what, "whose": line.whose} for line in lines if line.amount is None]


def _currency(scenario: Scenario) -> str:
    return scenario.plan.currency(scenario) if scenario.plan is not None else "CNY"
