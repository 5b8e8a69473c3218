"""The complaint budget, against exact distributions and the network's own rule."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson  # type: ignore[import-untyped]

from dialsim.carrier.complaints.build import poisson_lower
from dialsim.feasibility.complaint_budget import at_least
from dialsim.feasibility.estimate import estimate
from dialsim.scenario import load_scenario
from dialsim.scenario.models.schema import Scenario
from tests.scenario.worlds import world


@given(st.integers(0, 3000), st.floats(0, 2500))
def test_the_chance_of_so_many(count: int, mean: float) -> None:
    assert at_least(count, mean) == pytest.approx(poisson.sf(count - 1, mean), rel=1e-6, abs=1e-12)


def large(**changes: Any) -> Scenario:
    raw = world()
    raw["people"][0]["synthetic"]["count"] = 2_000_000
    raw["agents"][0]["count"] = 20_000
    raw["trunks"][0] |= {"channels": 100_000, "calls_per_second": 1000}
    raw["caller_ids"][0] |= {"count": 2_000, "checked_clean": True}
    raw["caller_ids"][0]["filed"]["daily_volume"] = 500
    again = dict.fromkeys(("no_answer", "busy", "unreachable"), "2h")
    raw["campaigns"][0]["attempts"] = {"at_most": 3, "retry": again}
    scenario = load_scenario(raw)
    for key, value in changes.items():
        scenario = scenario.with_(key.replace("__", "."), value)
    return scenario


def budget(scenario: Scenario) -> dict[str, Any]:
    found: dict[str, Any] = estimate(scenario)["complaints"]
    return found


def test_a_campaign_like_the_reference_has_about_the_published_rate() -> None:
    found = budget(large())
    assert 3.2 < found["expected"]["complaints_12321"] / found["delivered"] * 1e6 < 4.4
    assert found["expected"]["hotline"] == pytest.approx(10 * found["expected"]["complaints_12321"])
    assert found["expected"]["complaints_per_million"] == pytest.approx(
        found["expected"]["complaints"] / found["delivered"] * 1e6
    )


def test_what_changes_the_rate() -> None:
    def rate(**changes: Any) -> float:
        found = budget(large(**changes))
        return float(found["expected"]["complaints_12321"] / found["delivered"])

    plain = rate()
    assert rate(caller_ids__0__display_name="Example") == pytest.approx(0.7 * plain, rel=0.1)
    assert rate(campaigns__0__attempts={"at_most": 1}) < plain
    seen = 0.08 * 0.85  # of new numbers are labelled, of handsets show it
    assert rate(caller_ids__0__checked_clean=False) == pytest.approx(plain * (1 + seen * 0.3))
    assert rate(campaigns__0__pacing={"mode": "power", "ratio": 1.5}) > plain
    cold = rate(people__0__synthetic={"count": 2_000_000, "relation": "bought"})
    assert 4 < cold / plain < 7  # 20 against 4, each over its own reference campaign


def test_numbers_and_enterprise() -> None:
    found = budget(large(people__0__synthetic={"count": 2_000_000, "relation": "bought"}))
    each = found["expected"]["complaints_12321"] / 2_000
    for rung, at in zip(found["numbers"], (1, 3, 7), strict=True):
        p = poisson.sf(at - 1, each)
        assert (rung["at"], rung["allowed"]) == (at, at - 1)
        assert rung["expected_numbers"] == pytest.approx(2_000 * p)
        assert rung["chance"] == pytest.approx(1 - (1 - p) ** 2_000, rel=1e-6, abs=1e-12)
    whole = found["enterprise"]
    bounds = poisson_lower(0.95) / 1000

    def reviewed(cases: int) -> bool:  # the network's rule, said plainly
        return cases >= 5 and bool(bounds[cases] * 1e6 > 60 * found["delivered"])

    assert not reviewed(whole["allowed"])
    assert reviewed(whole["allowed"] + 1)
    assert whole["chance"] == pytest.approx(poisson.sf(whole["allowed"], whole["expected"]))


def test_a_goal_on_suspended_numbers_goes_by_the_chance() -> None:
    goal = [{"metric": "caller_ids_suspended", "at_most": 0}]
    calm = estimate(large(goals=goal))["goals"][0]
    assert calm["outlook"] == "likely"
    cold = large(goals=goal, people__0__synthetic={"count": 2_000_000, "relation": "bought"})
    assert estimate(cold)["goals"][0]["outlook"] != "likely"
    raw = large(goals=goal).to_dict()
    raw["caller_ids"][0]["registered"] = False
    del raw["caller_ids"][0]["filed"]
    assert estimate(load_scenario(raw))["goals"][0]["outlook"] == "not estimated"


def test_complaints_switched_off() -> None:
    scenario = large(network={"off": ["complaints"]})
    found = estimate(scenario)
    assert found["complaints"] is None
    assert found["expected"]["complaints"] == 0


def test_goals_on_complaints_are_estimated() -> None:
    goal = [{"metric": "complaints_per_million", "at_most": 5}]
    assert estimate(large(goals=goal))["goals"][0]["outlook"] == "out of reach"
