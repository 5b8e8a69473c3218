"""Own ceilings that keep numbers below what is filed for them: raised so far, never beyond."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.cli.changes import load_changed
from dialsim.errors import Problem, ScenarioError
from dialsim.feasibility.recommendations.ceilings import raised_ceiling
from dialsim.messages.stored_text import localised
from dialsim.planning.plans.candidates import chosen, decisions_of
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.filed_ceilings import beyond_filing
from tests.feasibility.test_recommend import paced, told
from tests.feasibility.test_recommendations import lost
from tests.pages.test_chinese import english_in
from tests.planning.worlds import small
from tests.scheduler.worlds import as_toml

HOURLY, DAILY = {"count": 20, "per": "1h"}, {"count": 100, "per": "1d"}


def held(*limits: dict[str, Any], filed: int = 300, **given: Any) -> dict[str, Any]:
    """Return a campaign whose own ceilings hold numbers below what is filed for them."""
    raw = copy.deepcopy(paced(rules={"caller_limits": list(limits or [HOURLY])}, **given))
    raw["caller_ids"][0]["filed"]["daily_volume"] = filed
    return raw


def of_95(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the same campaign as a service from 95 numbers."""
    del raw["caller_ids"][0]["area_code"]
    raw["caller_ids"][0] |= {"class": "95_enterprise"}
    raw["caller_ids"][0]["filed"]["use"] = "service"
    raw["trunks"][0]["permits"] = ["service"]
    raw["campaigns"][0] |= {"purpose": "service", "lawful_basis": "contract"}
    return raw


def room(raw: dict[str, Any], place: int = 0) -> tuple[int, int] | None:
    """Return how far an own ceiling may be raised, and what is filed."""
    scenario = dialsim.load_scenario(raw)
    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    found = raised_ceiling(scenario, rules, network, place)
    return None if found is None else (found.most, found.filed)


# --- advice ---------------------------------------------------------------------------------------


@pytest.mark.full
@pytest.mark.needs_jit
@pytest.mark.parametrize("number", ["fixed", "95"])
@pytest.mark.parametrize("limit", [HOURLY, DAILY | {"count": 45}], ids=["hourly", "daily"])
def test_a_ceiling_below_the_filing_is_raised_and_helps(
    number: str, limit: dict[str, Any], tmp_path: Path
) -> None:
    longer = [{"days": "daily", "from": "09:00", "to": "12:00"},
              {"days": "daily", "from": "14:00", "to": "20:30"}]  # fmt: skip
    raw = held(limit)
    raw["agents"][0]["shifts"] = longer
    raw["goals"] = [{"metric": "attempts", "at_least": 100_000}]
    raw = of_95(raw) if number == "95" else raw
    file = as_toml(raw, tmp_path / "held.toml")
    run = dialsim.run(file)
    change = told(run)["up_to_filed"]
    count = 24 if limit is HOURLY else 54
    assert change["set"] == [f"rules.caller_limits.0.count={count}"]
    assert f"instead of {limit['count']}, within the 300 a day that are filed" in change["sentence"]
    assert english_in(localised(change, "sentence", "zh")) == []
    assert "300" in localised(change, "sentence", "zh")
    played = dialsim.run(load_changed(file, change["set"]))
    assert played.metrics["attempts"] == pytest.approx(change["to"], rel=0.05)
    assert (played.metrics["attempts"] or 0) > 1.1 * (run.metrics["attempts"] or 0)
    assert lost(played) == lost(run) == 0
    days = np.array([each.day for each in played.calls["time"].to_pylist()])
    callers = np.array(played.calls["caller"].cast("string").to_pylist())
    _, most = np.unique(np.char.add(callers, days.astype(str)), return_counts=True)
    assert most.max() <= 300


@pytest.mark.needs_jit
def test_no_more_is_raised_than_a_missed_goal_takes(tmp_path: Path) -> None:
    file = as_toml(held(goals=[{"metric": "attempts", "at_least": 3_900}]), tmp_path / "held.toml")
    run = dialsim.run(file)
    assert run.metrics["attempts"] == 3_600
    change = told(run)["up_to_filed"]
    assert change["set"] == ["rules.caller_limits.0.count=22"]
    assert dialsim.run(load_changed(file, change["set"])).goals_met
    (goal,) = dialsim.check(file)["estimate"]["goals"]
    numbers, raised, *_ = goal["campaigns"][0]["remedies"]
    assert raised["set"] == change["set"]
    assert raised["resources"] == ["caller IDs"]
    assert raised["sentence"] == (
        "or own ceilings of 22 calls an hour instead of 20, within the 300 calls a day that are "
        "filed for each number"
    )
    assert english_in(raised["sentence_zh"]) == []
    assert numbers["set"] == ["caller_ids.desk.count=33"]


def test_what_is_filed_may_not_be_enough() -> None:
    raw = held(goals=[{"metric": "attempts", "at_least": 9_000}])
    (goal,) = dialsim.check(raw)["estimate"]["goals"]
    _, told_of, *_ = goal["campaigns"][0]["remedies"]
    assert (told_of["set"], told_of["resources"]) == ([], [])
    assert told_of["sentence"] == (
        "own ceilings keep numbers below the 300 calls a day that are filed for each: 30 calls an "
        "hour instead of 20 would be within it, and not enough alone"
    )
    assert english_in(told_of["sentence_zh"]) == []


@pytest.mark.parametrize(
    ("limits", "filed", "expected"),
    [
        ([HOURLY], 300, (30, 300)),  # nine and a half hours begin ten windows of one
        ([HOURLY], 200, None),
        ([HOURLY], 150, None),
        ([DAILY], 300, (300, 300)),
        ([DAILY | {"window": "anchored"}], 300, (150, 300)),  # two windows meet in 24 h
        ([HOURLY | {"scope": "operator"}], 300, None),  # of five operators
        ([HOURLY | {"count": 4, "scope": "operator"}], 300, (6, 300)),
    ],
)
def test_there_is_room_up_to_the_filing_and_no_further(
    limits: list[dict[str, Any]], filed: int, expected: tuple[int, int] | None
) -> None:
    assert room(held(*limits, filed=filed)) == expected


def test_of_a_ramp_the_least_day_counts() -> None:
    raw = held()
    ramp = [
        {"from": "2026-04-13", "daily_volume": 250},
        {"from": "2026-04-14", "daily_volume": 300},
    ]
    raw["caller_ids"][0]["filed"]["ramp"] = ramp
    assert room(raw) == (25, 250)


def test_a_ceiling_that_holds_for_unregistered_numbers_too_stays() -> None:
    raw = held()
    other = copy.deepcopy(raw["caller_ids"][0]) | {"name": "sims", "registered": False}
    del other["filed"]
    raw["caller_ids"].append(other)
    assert room(raw) is not None  # nobody calls from it
    raw["campaigns"][0]["caller_ids"].append("sims")
    assert room(raw) is None


@pytest.mark.needs_jit
def test_what_the_network_would_throttle_is_not_advised() -> None:
    ceiling = {"frequency.registered.throttle_per_hour": 21}
    run = dialsim.run(held(network={"overrides": ceiling}), log=False)
    assert "up_to_filed" not in told(run)
    assert "more_numbers" in told(run)


# --- a plan ---------------------------------------------------------------------------------------


def asked(*values: int, **limit: Any) -> dict[str, Any]:
    """Return a small campaign that may decide its own hourly ceiling; 300 calls are filed."""
    raw = small()
    raw["caller_ids"][0]["filed"]["daily_volume"] = 300
    raw["rules"]["caller_limits"] = [HOURLY | limit]
    raw["plan"]["decisions"] = [{"key": "rules.caller_limits.0.count", "values": list(values)}]
    return raw


def refused(raw: dict[str, Any]) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        dialsim.load_scenario(raw)
    return list(caught.value.problems)


def test_a_plan_varies_an_own_ceiling_up_to_the_filing() -> None:
    assert dialsim.load_scenario(asked(15, 20, 30)).plan is not None
    one, two = refused(asked(20, 30, 31, 60))
    assert (one.path, two.path) == ("plan.decisions[0].values[2]", "plan.decisions[0].values[3]")
    assert "make 310 calls a day, and 300 are filed for it" in one.message
    assert (two.found, two.allowed) == ("60", "at most 30")
    ranged = asked(20)
    ranged["plan"]["decisions"] = [{"key": "rules.caller_limits.0.count", "from": 20, "to": 60}]
    (problem,) = refused(ranged)
    assert problem.path == "plan.decisions[0].to"
    above = asked(40, 50, 60, count=50)  # as the scenario has it: no plan raises it further
    assert [each.path for each in refused(above)] == ["plan.decisions[0].values[2]"]


def test_ceilings_that_are_beyond_together_are_no_candidate() -> None:
    raw = asked(20, 100)
    raw["rules"]["caller_limits"].append({"count": 200, "per": "1d"})
    raw["plan"]["decisions"].append({"key": "rules.caller_limits.1.count", "values": [200, 500]})
    scenario = dialsim.load_scenario(raw)
    decisions = decisions_of(scenario)
    for valid in ((0, 0), (0, 1), (1, 0)):
        assert chosen(scenario, decisions, valid).plan is None
    with pytest.raises(ScenarioError) as caught:
        chosen(scenario, decisions, (1, 1))
    assert "make 500 calls a day, and 300 are filed for it" in str(caught.value)


def test_of_numbers_without_a_filing_nothing_is_said() -> None:
    base = asked(20, 500)
    del base["caller_ids"][0]["filed"]
    base["caller_ids"][0]["registered"] = False
    scenario = dialsim.load_scenario(base)
    rules, _ = resolved_profiles(scenario)
    assert rules is not None
    higher = scenario.with_("rules.caller_limits.0.count", 500)
    assert [*beyond_filing(scenario, higher, rules)] == []
