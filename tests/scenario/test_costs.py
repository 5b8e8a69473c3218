"""Prices: one currency, a billing step, names that exist; they name no run."""

from __future__ import annotations

from typing import Any

import pytest

from dialsim.errors import ScenarioError
from dialsim.scenario import load_scenario, resolved_profiles, scenario_digest
from dialsim.scenario.models.costs import PRICES, TABLES, Costs
from dialsim.scenario.models.schema import Scenario
from tests.scenario.worlds import changed, world

EVERYTHING = {
    "billing_step": "6s",
    "per_minute": "0.06 CNY",
    "per_minute_by_trunk": {"main": "0.075 CNY"},
    "per_attempt": "0.002 CNY",
    "per_number_month": "25 CNY",
    "per_number_month_by_block": {"north": "10 CNY"},
    "per_agent_hour": "42.50 CNY",
    "per_agent_hour_by_group": {"day": "50 CNY"},
    "once": "3000 CNY",
}


def problems(costs: object) -> dict[str, str]:
    with pytest.raises(ScenarioError) as refused:
        load_scenario(changed("costs", costs))
    return {problem.path: problem.message for problem in refused.value.problems}


def digest(scenario: Scenario) -> str:
    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    return scenario_digest(scenario, rules, network)


def test_every_price_stands_and_comes_back() -> None:
    scenario = load_scenario(changed("costs", EVERYTHING))
    assert scenario.to_dict()["costs"] == EVERYTHING
    assert load_scenario(scenario.to_dict()) == scenario
    assert scenario.costs is not None
    assert scenario.costs.currency == "CNY"
    assert set(EVERYTHING) == set(Costs.model_fields)
    assert {path.partition(".")[0] for path, _ in scenario.costs.priced()} == {*PRICES, *TABLES}


def test_prices_name_no_run() -> None:
    plain = load_scenario(world())
    assert "costs" not in plain.to_dict()
    assert digest(load_scenario(changed("costs", EVERYTHING))) == digest(plain)


def test_a_price_can_be_set_alone() -> None:
    scenario = load_scenario(world()).with_("costs.per_agent_hour", "45 CNY")
    assert scenario.to_dict()["costs"] == {"per_agent_hour": "45 CNY"}


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        ({}, {"costs": "no price stands in it"}),
        ({"billing_step": "6s"}, {"costs": "no price stands in it"}),
        (
            {"per_minute": "0.06 CNY"},
            {"costs.billing_step": "nothing says by which steps calls are billed"},
        ),
        ({"once": "5"}, {"costs.once": "not a price"}),
        ({"once": "5 CNY", "twice": "5 CNY"}, {"costs.twice": "unknown key"}),
        (
            {"per_minute": "1 CNY", "billing_step": "0s"},
            {"costs.billing_step": "out of range"},
        ),
        (
            {"per_attempt": "1 CNY", "once": "5 USD"},
            {"costs.once": "another currency than per_attempt"},
        ),
        (
            {"per_agent_hour_by_group": {"dya": "5 CNY"}},
            {"costs.per_agent_hour_by_group.dya": "there is no group of agents of this name"},
        ),
    ],
)
def test_what_is_wrong_is_told(costs: dict[str, Any], expected: dict[str, str]) -> None:
    assert problems(costs) == expected


def test_scrubs_are_paid_in_the_same_currency() -> None:
    raw = changed("costs", {"once": "5 USD"})
    raw["refuse_call"] = {"access": "operator_scrub", "price": "0.02 CNY"}
    with pytest.raises(ScenarioError, match="another currency"):
        load_scenario(raw)
