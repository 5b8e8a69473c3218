"""The types of a check describe what it returns: every key and no other, in every branch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

import dialsim
from dialsim.api.checking import refused
from dialsim.errors import ScenarioError
from dialsim.feasibility.complaint_result import ComplaintReview, ContractReview
from dialsim.feasibility.estimate import estimate
from dialsim.feasibility.estimate_result import Estimate
from dialsim.pages.check.check_result import CheckResult
from dialsim.scenario.library import template, template_names
from dialsim.scenario.load import load_scenario
from tests.feasibility.test_contracts import under
from tests.feasibility.test_estimate import planned
from tests.results.begun_runs import mid_campaign
from tests.results.strict_types import assert_closed

CHECK: TypeAdapter[Any] = TypeAdapter(CheckResult)
ESTIMATE: TypeAdapter[Any] = TypeAdapter(Estimate)
SLOW = {"dirty_list", "mid_campaign", "robot_notification", "bad_client"}
"""Names of templates left out: read for long, or checked below by another scenario."""


@pytest.fixture(scope="module")
def collections() -> dict[str, Any]:
    return dict(dialsim.check(load_scenario(template("collections").path)))


@pytest.mark.parametrize("name", sorted(set(template_names()) - SLOW))
def test_a_check_has_the_keys_of_its_type(name: str) -> None:
    found = dialsim.check(load_scenario(template(name).path))
    assert CHECK.validate_python(dict(found), strict=True) == dict(found)


def test_halves_that_were_not_asked_for_are_none() -> None:
    scenario = load_scenario(template("collections").path)
    for half, other in (("audit", "estimate"), ("feasibility", "audit")):
        found = dict(dialsim.check(scenario, only=half))  # type: ignore[arg-type]
        assert CHECK.validate_python(found, strict=True)[other] is None


def test_a_refused_scenario_has_a_check_of_the_type() -> None:
    with pytest.raises(ScenarioError) as error:
        load_scenario({"name": "bad"})
    found = dict(refused(error.value))
    assert CHECK.validate_python(found, strict=True) == found
    assert found["problems"]


def test_a_campaign_that_has_begun() -> None:
    found = dict(dialsim.check(mid_campaign()))
    assert CHECK.validate_python(found, strict=True) == found
    assert any("before" in goal for goal in found["estimate"]["goals"])


def test_a_goal_on_reviews_that_was_due_before_the_run_is_not_estimated() -> None:
    """The log has no reviews, so nothing is known of the goal, whatever the calls to come bring."""
    raw = mid_campaign()
    raw["goals"] = [{"metric": "reviews", "at_most": 0, "by": datetime(2026, 4, 14, 9)}]
    (goal,) = dialsim.check(raw)["estimate"]["goals"]
    assert (goal["outlook"], goal["expected"]) == ("not estimated", None)


@pytest.mark.parametrize(
    "scenario",
    [
        planned(1_000_000),
        under(100_000, daily_volume=70),
        under(100_000, complaints_per_million=1),
        planned(100, network__off=["complaints", "labels"]),
    ],
    ids=["out of reach", "contract volume", "contract complaints", "mechanisms off"],
)
def test_estimates_with_remedies_contracts_and_mechanisms_off(scenario: Any) -> None:
    found = estimate(scenario)
    assert ESTIMATE.validate_python(found, strict=True) == found


def test_a_contract_that_is_exceeded_says_what_to_do() -> None:
    budget = estimate(under(100_000, complaints_per_million=1))["complaints"]
    assert budget is not None
    (review,) = budget["contracts"]
    assert set(ContractReview.__annotations__) == set(review)
    assert set(ComplaintReview.__annotations__) < set(review)


@pytest.mark.parametrize(
    "path",
    [
        ("verdict",),
        ("audit", "rows", 0),
        ("estimate",),
        ("estimate", "campaigns", 0, "who", "zones", 0),
        ("estimate", "campaigns", 0, "capacities", 0),
        ("estimate", "goals", 0),
        ("estimate", "complaints", "enterprise", "basis"),
    ],
)
def test_an_unknown_or_a_missing_key_is_no_result(
    collections: dict[str, Any], path: tuple[str | int, ...]
) -> None:
    assert_closed(CHECK, collections, path)
