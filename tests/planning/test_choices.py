"""What may be decided: options, candidates and their scenarios; what may not, and why."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import dialsim
from dialsim.errors import ScenarioError
from dialsim.planning.plans.candidates import (
    candidate_count,
    candidates,
    check_filings,
    chosen,
    decisions_of,
    in_force,
    price_of,
)
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.identity import scenario_digest
from dialsim.scenario.profiles.plan_rules import plan_rules
from tests.planning.worlds import small


def loaded(*decisions: dict[str, Any], **plan: Any) -> dialsim.Scenario:
    raw = small()
    raw["plan"] = {"decisions": list(decisions), **plan}
    return dialsim.load_scenario(raw)


def problems_of(*decisions: dict[str, Any], **plan: Any) -> dict[str, str]:
    """Return what is wrong with a plan, message by path."""
    with pytest.raises(ScenarioError) as caught:
        loaded(*decisions, **plan)
    return {each.path: each.message for each in caught.value.problems}


def test_a_plan_changes_nothing_that_a_run_does() -> None:
    with_plan = dialsim.load_scenario(small())
    bare = small()
    del bare["plan"]
    without = dialsim.load_scenario(bare)
    digests = []
    for scenario in (with_plan, without):
        rules, network = resolved_profiles(scenario)
        assert rules is not None
        assert network is not None
        digests.append(scenario_digest(scenario, rules, network))
    assert digests[0] == digests[1]
    assert dialsim.load_scenario(with_plan.to_dict()) == with_plan


def test_candidates_are_all_combinations_as_checked_scenarios() -> None:
    scenario = loaded(
        {"key": "caller_ids.north.count", "from": 1, "to": 5, "step": 2, "price_each": "20 CNY"},
        {"key": "caller_ids.north.display_name", "values": [False, "Example Bank"],
         "prices": ["0 CNY", "900 CNY"]},
    )  # fmt: skip
    decisions = decisions_of(scenario)
    assert candidate_count(decisions) == len(list(candidates(decisions))) == 6
    assert [option.value for option in decisions[0].options] == [1, 3, 5]
    assert price_of(decisions, (2, 1)) == Decimal(3 * 20 + 900)
    assert price_of(decisions, (0, 0)) == 0  # fewer than there are give nothing back
    bare = chosen(scenario, decisions, (1, 0))
    assert (bare.caller_ids[0].count, bare.caller_ids[0].display_name) == (3, None)
    assert bare.plan is None
    assert bare.costs == scenario.costs
    named = chosen(scenario, decisions, (1, 1))
    assert named.caller_ids[0].display_name == "Example Bank"


def test_numbers_filed_anew_are_a_block_that_waits_for_its_filing() -> None:
    raw = small()
    raw["costs"]["per_number_month_by_block"] = {"north": "31 CNY"}
    raw["days"] = 3
    raw["plan"]["decisions"] = [
        {"key": "caller_ids.north.count", "values": [2, 5], "filed_on": date(2026, 3, 31)},
        {"key": "caller_ids.north.display_name", "values": ["Other Name"]},
    ]
    scenario = dialsim.load_scenario(raw)
    decisions = decisions_of(scenario)
    assert in_force(scenario, decisions[0]) == date(2026, 4, 14)  # 14 days of lead time
    assert len(chosen(scenario, decisions, (0, 0)).caller_ids) == 1
    more = chosen(scenario, decisions, (1, 0))
    old, new = more.caller_ids
    assert (old.count, new.count, new.name) == (2, 3, "north-new")
    assert new.display_name == "Other Name"
    assert new.filed is not None
    assert (new.filed.on, new.start) == (date(2026, 3, 31), date(2026, 4, 14))
    assert more.campaigns[0].caller_ids == ("north", "north-new")
    assert more.costs is not None
    assert more.costs.per_number_month_by_block["north-new"] == "31 CNY"
    run = dialsim.run(more)
    calls = run.calls.to_pandas()
    first = calls[calls["caller"].astype(str).str.startswith("north-new")]["time"].min()
    assert first.date() == date(2026, 4, 14)
    assert not check_filings(scenario, decisions)


def test_a_filing_that_comes_too_late_is_refused() -> None:
    with pytest.raises(ScenarioError, match="after the last day"):
        dialsim.plan(
            loaded({"key": "caller_ids.north.count", "values": [2, 5], "filed_on": "2026-04-10"}),
            executor="serial",
        )


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("caller_ids.north.registered", "unregistered"),
        ("caller_ids.north.filed.use", "filed for"),
        ("caller_ids.north.replaces", "never replaced"),
        ("rules.pack", "wall"),
        ("rules.overrides.consent.required", "wall"),
        ("network.profile", "nobody's decision"),
        ("network.overrides.answer.gross.opted_in", "nobody's decision"),
        ("refuse_call.access", "wall"),
        ("people.customers.synthetic.count", "fact"),
        ("people.customers.synthetic.consent_genuine", "fact"),
        ("campaigns.upsell.purpose", "no choice"),
        ("campaigns.upsell.lawful_basis", "wall"),
        ("goals.0.at_least", "another plan"),
        ("costs.per_attempt", "facts"),
        ("seed", "luck"),
        ("aftermath", "hides"),
        ("study", "no plan"),
    ],
)
def test_walls_and_facts_are_never_varied(key: str, why: str) -> None:
    found = problems_of({"key": key, "values": [1]})
    assert list(found) == ["plan.decisions[0].key"]
    assert why in found["plan.decisions[0].key"]


def test_everything_wrong_is_told_at_once() -> None:
    found = problems_of(
        {"key": "caller_ids.north.cuont", "values": [1]},
        {"key": "agents.dya.count", "values": [1]},
        {"key": "rules.pack", "values": ["lab"], "prices": ["1 EUR"]},
        promises=[{"metric": "conversation", "probability": 0.9}],
    )
    assert set(found) == {
        "plan.decisions[0].key",
        "plan.decisions[1].key",
        "plan.decisions[2].key",
        "plan.decisions[2].prices[0]",
        "plan.promises[0].metric",
    }


@pytest.mark.parametrize(
    ("decision", "plan", "path", "why"),
    [
        ({"from": 5, "to": 1}, {}, "plan.decisions[0].to", "empty range"),
        ({"values": []}, {}, "plan.decisions[0].values", "no value"),
        ({"from": 1}, {}, "plan.decisions[0].to", "two ends"),
        ({"from": 1, "to": 9, "values": [1]}, {}, "plan.decisions[0].values", "either"),
        ({"values": [1, 1]}, {}, "plan.decisions[0].values", "twice"),
        ({"values": [1, 2], "prices": ["1 CNY"]}, {}, "plan.decisions[0].prices", "1 prices"),
        ({"from": 1, "to": 1e6}, {}, "plan.decisions[0].step", "too many"),
        ({"values": [1]}, {"probability": 1.0}, "plan.probability", "no number of runs"),
        ({"values": [1]}, {"probability": 0.2}, "plan.probability", "out of range"),
        ({"values": [1]}, {"any_suspension_at_most": 0.05}, "plan.any_suspension_at_most",
         "never to be traded"),
        ({"values": [1]}, {"enterprise_stop_at_most": 0.01}, "plan.enterprise_stop_at_most",
         "never to be traded"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(
    decision: dict[str, Any], plan: dict[str, Any], path: str, why: str
) -> None:
    found = problems_of({"key": "caller_ids.north.count", **decision}, **plan)
    assert why in found[path]


def test_goals_that_contradict_each_other_are_named() -> None:
    raw = small(
        goals=[
            {"metric": "conversations", "at_least": 30},
            {"metric": "conversations", "at_most": 20},
        ]
    )
    with pytest.raises(ScenarioError, match=r"goals\[1\]: conflicts with goals\[0\]"):
        dialsim.load_scenario(raw)


def test_without_goals_or_prices_there_is_nothing_to_plan() -> None:
    with pytest.raises(ScenarioError, match="a plan is for a goal"):
        dialsim.load_scenario(small(goals=[]))
    free = small()
    del free["costs"]
    del free["plan"]["decisions"][0]["price_each"]
    with pytest.raises(ScenarioError, match="nothing has a price"):
        dialsim.load_scenario(free)


def test_a_scenario_without_plan_says_how_to_ask() -> None:
    bare = small()
    del bare["plan"]
    with pytest.raises(ScenarioError, match="does not say what may be decided"):
        dialsim.plan(bare)


def test_consent_is_renewed_with_those_who_agree_and_never_for_nothing() -> None:
    key = "people.customers.synthetic.consent_recorded"
    raw = small()
    raw["people"][0]["synthetic"] |= {"consent_recorded": 0.6, "consent_genuine": 0.8}
    asked = copy.deepcopy(raw)
    asked["plan"]["decisions"] = [{"key": key, "values": [0.6, 0.9]}]
    with pytest.raises(ScenarioError) as caught:
        dialsim.load_scenario(asked)
    assert "renewed with those who agree" in str(caught.value)
    asked["plan"]["decisions"] = [{"key": key, "values": [0.6, 0.8]}]
    with pytest.raises(ScenarioError, match="a renewal costs"):
        dialsim.load_scenario(asked)
    asked["plan"]["decisions"] = [
        {"key": key, "values": [0.6, 0.8], "prices": ["0 CNY", "5000 CNY"]}
    ]
    assert dialsim.load_scenario(asked).plan is not None


def test_no_spelling_leads_around_a_wall() -> None:
    key = "people.customers.synthetic.consent_recorded"
    raw = small()
    raw["people"][0]["synthetic"] |= {"consent_recorded": 0.0, "consent_genuine": 0.1}
    raw["plan"]["decisions"] = [{"key": key, "values": [False], "prices": ["9 CNY"]}]
    with pytest.raises(ScenarioError, match="never left out"):
        dialsim.load_scenario(raw)
    found = problems_of(
        {"key": "caller_ids[0].registered", "values": [1]},
        {"key": "caller_ids.north.count", "values": [2]},
        {"key": "caller_ids[0].count", "values": [3]},
    )
    assert "unregistered" in found["plan.decisions[0].key"]
    assert "spelt otherwise" in found["plan.decisions[2].key"]
    assert problems_of({"key": "caller_ids.north.count", "values": [2]},
                       any_suspension_at_most=1e-17)  # fmt: skip


def test_what_befalls_a_block_befalls_what_is_filed_like_it() -> None:
    raw = small(days=3)
    raw["events"] = [
        {"name": "out", "what": "deregistered", "from": date(2026, 4, 15), "caller_ids": ["north"]}
    ]
    raw["plan"]["decisions"] = [
        {"key": "caller_ids.north.count", "values": [5], "filed_on": date(2026, 3, 30)}
    ]
    scenario = dialsim.load_scenario(raw)
    made = chosen(scenario, decisions_of(scenario), (0,))
    assert made.events[0].caller_ids == ("north", "north-new")
    later = scenario.with_("network.overrides.filing.lead_time", "15d")
    assert chosen(later, decisions_of(later), (0,)).caller_ids[1].start == date(2026, 4, 14)


def test_an_option_that_loosens_a_rule_is_refused_when_the_file_is_read() -> None:
    found = problems_of(
        {"key": "rules.overrides.hours.marketing", "values": [["09:00-12:00"], ["05:00-23:00"]]},
        {"key": "agents.day.count", "from": 0, "to": 2},
        {"key": "campaigns.upsell.attempts.at_most", "values": [3, 50]},
    )
    assert set(found) == {
        "plan.decisions[0].values[1]",
        "plan.decisions[1].from",
        "plan.decisions[2].values[1]",
    }


def test_every_pattern_says_what_it_is_in_both_languages() -> None:
    rules = plan_rules()
    for said in [*rules.may_vary.values(), *rules.never.values()]:
        assert said.en
        assert said.zh
    for pattern in rules.may_vary:
        parts = pattern.replace("*", "x").split(".")
        assert rules.variable(parts) is not None


def test_a_range_says_each_fault_once() -> None:
    found = loaded_problems({"key": "caller_ids.north.count", "from": 1, "to": 3, "step": 0.1})
    assert [(each.path, each.found) for each in found] == [("plan.decisions[0].to", "1.1")]


def loaded_problems(*decisions: dict[str, Any]) -> Any:
    with pytest.raises(ScenarioError) as caught:
        loaded(*decisions)
    return caught.value.problems
