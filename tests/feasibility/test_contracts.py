"""What line contracts allow in ``check``: volume, calls at a time, complaints."""

from __future__ import annotations

from typing import Any

import pytest

from dialsim.engine.build import prepare
from dialsim.feasibility.estimate import estimate
from dialsim.pages.check.feasibility_page import check_page
from dialsim.pages.model.terminal import page_lines
from dialsim.scenario import Profile, load_scenario, resolved_profiles, scenario_digest
from dialsim.scenario.models.schema import Scenario
from tests.feasibility.test_complaint_budget import large
from tests.feasibility.test_estimate import first_goal, planned, still_short, tried

CONTRACT = "line contract"


def under(target: int, **terms: Any) -> Scenario:
    return planned(target, "attempts", trunks__main__contract={"name": "K-7", **terms})


def capacity(scenario: Scenario) -> dict[str, Any]:
    """Return what check says of the contract; empty: nothing."""
    (campaign,) = estimate(scenario)["campaigns"]
    found = [each for each in campaign["capacities"] if each["resource"] == CONTRACT]
    return {**found[0], "binding": campaign["binding"]} if found else {}


def test_a_daily_volume_caps_the_calls_of_each_day() -> None:
    found = capacity(under(100, daily_volume=70))
    assert found["attempts"] == 5 * 70
    assert found["binding"] == CONTRACT
    assert found["why"] == "K-7 for main: 70 calls a day, and its numbers are filed for 1,200"
    assert capacity(under(100, daily_volume=100_000))["binding"] != CONTRACT


def test_concurrency_caps_the_channels() -> None:
    one, two = (capacity(under(100, concurrency=count)) for count in (1, 2))
    assert two["attempts"] == pytest.approx(2 * one["attempts"])
    assert one["binding"] == CONTRACT
    (campaign,) = estimate(under(100, concurrency=1).with_("trunks.main.channels", 1))["campaigns"]
    lines = [each for each in campaign["capacities"] if each["resource"] == "trunks"]
    assert one["attempts"] == pytest.approx(lines[0]["attempts"])


def test_what_a_contract_refuses_is_lost() -> None:
    """A goal is not called likely where the operator refuses the dialer's calls, and it is told."""
    scenario = under(100, daily_volume=70)
    assert first_goal(scenario)["expected"] > 200
    assert first_goal(scenario)["outlook"] == "too close to tell"
    (note,) = [each for each in estimate(scenario)["notes"] if "the operator refuses" in each]
    assert "own `limits` of the trunk" in note
    kept = scenario.with_("trunks.main.limits", [{"count": 70, "per": "1d"}])
    assert first_goal(kept)["outlook"] == "likely"
    assert not [each for each in estimate(kept)["notes"] if "the operator refuses" in each]


def test_nothing_is_said_of_contracts_without_such_terms_or_switched_off() -> None:
    assert not capacity(under(100, callee_per_day=2, complaints_per_million=9.0))
    assert not capacity(under(100, daily_volume=70).with_("network.off", ["contract"]))


@pytest.mark.parametrize("terms", [{"daily_volume": 70}, {"daily_volume": 70, "concurrency": 1}])
def test_what_it_takes_is_agreed_with_the_operator(terms: dict[str, Any]) -> None:
    scenario = under(1_000, **terms)
    (takes,) = first_goal(scenario)["campaigns"]
    (remedy,) = [each for each in takes["remedies"] if each["resources"] == [CONTRACT]]
    assert "agree with it on" in remedy["sentence"]
    assert "whose numbers are filed for 1,200 a day" in remedy["sentence"]
    assert "file more" not in remedy["sentence"]
    assert CONTRACT not in still_short(changed(scenario, remedy["set"]))
    assert remedy["set"][0] == "trunks.main.contract.daily_volume=250"  # four days until it is due
    less = ["trunks.main.contract.daily_volume=249", *remedy["set"][1:]]
    assert CONTRACT in still_short(changed(scenario, less))


def changed(scenario: Scenario, changes: list[str]) -> Scenario:
    for change in changes:
        key, _, text = change.partition("=")
        scenario = scenario.with_(key, int(text))
    return scenario


def test_more_than_is_filed_is_filed_as_well() -> None:
    (takes,) = first_goal(under(6_000, daily_volume=70))["campaigns"]
    (remedy,) = [each for each in takes["remedies"] if each["resources"] == [CONTRACT]]
    assert "filed for 1,200 a day, 300 too few: file more as well" in remedy["sentence"]


def test_numbers_without_a_filing_are_registered_first() -> None:
    raw = under(1_000, daily_volume=70).to_dict()
    raw["caller_ids"][0]["registered"] = False
    del raw["caller_ids"][0]["filed"]
    (takes,) = first_goal(load_scenario(raw))["campaigns"]
    (remedy,) = [each for each in takes["remedies"] if each["resources"] == [CONTRACT]]
    assert remedy["set"] == []
    assert "register the numbers on main first" in remedy["sentence"]


def test_more_days_mend_it_too() -> None:
    scenario = under(500, daily_volume=70)
    (takes,) = first_goal(scenario)["campaigns"]
    days = takes["remedies"][-1]
    assert CONTRACT in days["resources"]
    assert CONTRACT not in still_short(tried(scenario, days["set"]))


def test_campaigns_share_what_their_line_was_agreed_for() -> None:
    raw = under(100, daily_volume=70).to_dict()
    raw["campaigns"].append(raw["campaigns"][0] | {"name": "again"})
    found = estimate(load_scenario(raw))
    assert found["expected"]["attempts"] == pytest.approx(5 * 70)
    assert CONTRACT in {each["resource"] for each in found["campaigns"][1]["shared"]}
    goal = first_goal(load_scenario(raw | {"goals": [{"metric": "attempts", "at_least": 900}]}))
    (shared,) = [each for each in goal["shared"] if each["resources"] == [CONTRACT]]
    assert "agree on more with the operator" in shared["sentence"]


# --- complaints -----------------------------------------------------------------------------------


def agreed(per_million: float, **changes: Any) -> Scenario:
    terms = {"name": "K-7", "complaints_per_million": per_million}
    return large(trunks__main__contract=terms, **changes)


def test_a_contract_has_an_allowance_of_its_own() -> None:
    loose, strict = (estimate(agreed(each))["complaints"] for each in (60.0, 5.0))
    (same,) = loose["contracts"]  # the figure the network holds against the whole enterprise
    assert {key: same[key] for key in ("allowed", "expected", "chance")} == {
        key: loose["enterprise"][key] for key in ("allowed", "expected", "chance")
    }
    assert same["mend"] is None
    (found,) = strict["contracts"]
    assert found["expected"] > found["allowed"]
    assert found["mend"].startswith("main: about ")
    assert f"K-7 allows {found['allowed']}" in found["mend"]
    assert estimate(large())["complaints"]["contracts"] == []


def test_the_page_shows_it_and_a_goal_on_suspended_numbers_counts_it() -> None:
    goal = [{"metric": "caller_ids_suspended", "at_most": 0}]
    strict = estimate(agreed(5.0, goals=goal))
    page = " ".join(" ".join(line.plain for line in page_lines(check_page(strict), 80)).split())
    assert "main: a notice" in page
    assert "agree on another figure with the operator" in page
    assert strict["goals"][0]["outlook"] == "out of reach"
    assert estimate(agreed(60.0, goals=goal))["goals"][0]["outlook"] == "likely"


def test_what_a_contract_does_not_say_of_one_callee_is_the_networks() -> None:
    """`contract.callee_per_day` of a profile was read by nothing: 3 held under any."""

    def most(network: dict[str, Any], **terms: Any) -> tuple[int, int]:
        made = under(100, **terms).with_("network", network)
        trunk = prepare(made).state.resources.trunks[0]
        return int(trunk["callee_per_day"]), int(trunk["callee_per_month"])

    usual = {"profile": "typical"}
    assert most(usual) == (3, 20)
    assert most(usual | {"overrides": {"contract.callee_per_day": 2}}) == (2, 20)
    assert most({"profile": "lenient"}) == (10, 60)
    assert most({"profile": "lenient"}, callee_per_day=1) == (1, 60)
    plain, written = under(100), under(100, callee_per_day=3, callee_per_month=20)
    digests = [scenario_digest(each, *resolved(each)) for each in (plain, written)]
    assert digests[0] == digests[1]  # as before, when these were defaults of the contract


def resolved(scenario: Scenario) -> tuple[Profile, Profile]:
    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    return rules, network
