"""What goals come to if things go on, and that a campaign whose goal is in danger gets more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.engine.goals import EVERY_MS, GoalWatch
from dialsim.errors import ScenarioError
from dialsim.pacing.layout import PRIORITY_STEP
from dialsim.scenario.load import load_scenario
from tests.reference.compare import compare
from tests.reference.worlds import agents, caller_ids, campaign, scenario, synthetic, trunk

HOUR_MS = 3_600_000
NINE = 9 * HOUR_MS
MORNING = [{"days": "daily", "from": "09:00", "to": "11:00"}]
TARGET = 450  # conversations of the first: two thirds of what six agents have in three mornings


def two_campaigns(goals: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Six agents for two campaigns with people enough, from 9 to 11 on three days."""
    return scenario(
        days=3,
        aftermath="1h",
        network={
            "overrides": {"answer.gross.opted_in": 0.5},
            "off": ["frequency", "labels", "complaints", "behaviour"],
        },
        people=[synthetic(name, 2500) for name in ("a", "b")],
        trunks=[trunk("main", 50, 200)],
        caller_ids=[caller_ids("north", 60, "main", checked_clean=True)],
        rules={
            "contract": "test", "callee_limits": [], "retry_gap": "0s",
            "overrides": {"hours.marketing": ["09:00-11:00"]},
        },
        agents=[agents("day", 6, 0) | {"shifts": MORNING}],
        campaigns=[
            campaign(name, [name], ["north"], ["day"], attempts={"at_most": 1}) | more
            for name in ("a", "b")
        ],
        goals=goals,
    )  # fmt: skip


def goal(target: float, **more: Any) -> dict[str, Any]:
    return {"metric": "conversations", "campaign": "a", "at_least": target, **more}


def conversations(raw: dict[str, Any]) -> dict[str, int]:
    played = dialsim.Simulation(raw)
    played.finish()
    return {name: tallies["conversations"] for name, tallies in played.tallies.items()}


def test_the_goal_in_danger_is_favoured_and_nobody_starves() -> None:
    plain = conversations(two_campaigns([goal(TARGET, favoured=False)]))
    assert abs(plain["a"] - plain["b"]) < 0.1 * plain["a"]
    assert plain["a"] < TARGET
    helped = conversations(two_campaigns([goal(TARGET)]))
    assert helped["a"] >= TARGET
    assert helped["a"] < 1.1 * TARGET  # and no more than that
    assert helped["b"] > 0.5 * plain["b"]
    hopeless = conversations(two_campaigns([goal(20 * TARGET)]))
    assert hopeless["b"] > 0.03 * plain["b"]
    assert hopeless["a"] > 1.4 * plain["a"]


def test_two_goals_in_danger_share_as_before() -> None:
    both = [goal(20 * TARGET), goal(20 * TARGET, campaign="b")]
    found = conversations(two_campaigns(both))
    assert abs(found["a"] - found["b"]) < 0.15 * found["a"]


def test_a_goal_that_is_met_favours_nobody() -> None:
    raw = two_campaigns([goal(1)])
    plain = two_campaigns([])
    first, second = dialsim.Simulation(raw), dialsim.Simulation(plain)
    assert first.finish().summary["outcome_digest"] == second.finish().summary["outcome_digest"]


def test_it_is_the_same_in_steps_and_at_once() -> None:
    raw = two_campaigns([goal(TARGET)])
    whole = dialsim.Simulation(raw).finish().summary["outcome_digest"]
    steps = dialsim.Simulation(raw)
    for moment in ("09:14:59.999", "09:15", "09:40", "10:30"):
        steps.advance(moment)
    assert steps.finish().summary["outcome_digest"] == whole


def test_a_projection_is_the_last_hours_rate_over_the_hours_to_come() -> None:
    raw = two_campaigns(
        [goal(TARGET), {"metric": "attempts", "at_least": 900, "by": "2026-04-13T10:30:00"}]
    )
    day = dialsim.Simulation(raw)
    before = day.goals
    assert [each.rate_per_hour for each in before] == [None, None]
    assert [each.finish_tick for each in before] == [None, None]
    day.advance("10:15")
    mine, together = day.goals
    series = day.world.state.memory.series
    last_hour = slice((NINE + HOUR_MS // 4) // EVERY_MS, (NINE + 5 * HOUR_MS // 4) // EVERY_MS)
    assert mine.value == day.tallies["a"]["conversations"]
    assert mine.rate_per_hour == series["conversations"][0][last_hour].sum()
    assert mine.projected == pytest.approx(mine.value + mine.rate_per_hour * 4.75)
    assert mine.in_danger == (mine.projected < TARGET)
    if mine.finish_tick is not None:
        hours = (TARGET - mine.value) / mine.rate_per_hour - 0.75
        days, rest = divmod(hours, 2)
        expected = (1 + days) * 24 * HOUR_MS + NINE + rest * HOUR_MS
        assert mine.finish_tick == pytest.approx(expected, abs=2)
    rate = series["attempts"].sum(axis=0)[last_hour].sum()
    assert together.rate_per_hour == rate
    assert together.due_tick == NINE + 3 * HOUR_MS // 2
    assert together.projected == pytest.approx(together.value + rate / 4)
    day.finish()
    if together.value >= 900:
        assert together.reached
    for each in day.goals:
        if each.reached:
            counted = series[each.metric][[0] if each.campaign else [0, 1]].sum(axis=0).cumsum()
            assert counted[each.finish_tick // EVERY_MS - 1] >= each.target
            assert counted[each.finish_tick // EVERY_MS - 2] < each.target


def test_weights_stay_between_the_scenarios_and_a_step_of_priority() -> None:
    """Whatever was counted, and whenever it is asked."""
    day = dialsim.Simulation(two_campaigns([goal(TARGET), goal(5, campaign="b")]))
    watch = GoalWatch(day.world)
    base = day.world.static.campaigns["weight"].copy()
    draws = np.random.default_rng(1)
    memory = day.world.state.memory
    seen = set()
    for step in range(400):
        place = draws.integers(NINE // EVERY_MS, NINE // EVERY_MS + 8)
        memory.series["conversations"][0][place] = draws.integers(0, 60)
        memory.later["conversations"][0] = draws.integers(0, 2 * TARGET)
        tick = NINE + int(draws.integers(1, 8)) * EVERY_MS
        for row, weight in watch.weights(tick).items():
            day.world.state.progress[row]["weight"] = weight
            seen.add(row)
        found = day.world.state.progress["weight"]
        assert (found >= base).all(), step
        assert (found <= base * PRIORITY_STEP).all()
    assert 0 in seen


def test_a_campaign_that_has_brought_nothing_yet_is_favoured_and_one_that_is_done_is_not() -> None:
    day = dialsim.Simulation(two_campaigns([goal(TARGET), goal(5, campaign="b")]))
    watch, tick = GoalWatch(day.world), NINE + EVERY_MS
    progress, memory = day.world.state.progress, day.world.state.memory
    base = day.world.static.campaigns["weight"].tolist()
    assert set(watch.weights(tick)) == {0, 1}
    assert all(weight > base[row] for row, weight in watch.weights(tick).items())
    memory.later["conversations"][1] = 5
    assert set(watch.weights(tick)) == {0}
    progress["weight"][1] = 3 * base[1]
    assert base[1] < watch.weights(tick)[1] < 3 * base[1]  # and gives back what it was given


def test_the_twin_takes_turns_by_weights_set_on_the_way() -> None:
    raw = scenario(
        days=1,
        people=[synthetic(name, 60) for name in ("a", "b")],
        agents=[agents("day", 3, 0) | {"shifts": MORNING}],
        campaigns=[campaign(name, [name], ["north"], ["day"]) for name in ("a", "b")],
    )
    unit = 1 << 20
    weights = [(NINE + 600_000, 0, 5 * unit), (NINE + 1_200_000, 1, 9 * unit)]
    found = compare(raw, weights=weights)
    assert not found, found


def test_a_campaigns_goal_is_judged_by_its_own() -> None:
    shares = [
        {"metric": metric, "campaign": "b", "at_most": 1.0} for metric in ("asr", "abandoned_share")
    ]
    day = dialsim.Simulation(
        two_campaigns([goal(1, campaign=name) for name in ("a", "b")] + shares)
    )
    judged = day.finish().summary["goals"]
    assert [each["value"] for each in judged[:2]] == [
        day.tallies[name]["conversations"] for name in ("a", "b")
    ]
    counts = day.tallies["b"]
    assert judged[2]["value"] == counts["answered"] / counts["attempts"]
    assert [each["campaign"] for each in judged] == ["a", "b", "b", "b"]
    assert judged[0]["name"] == "a: conversations"


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (goal(5, campaign="c"), "no such campaign"),
        ({"metric": "occupancy", "campaign": "a", "at_least": 0.5}, "of all campaigns together"),
    ],
)
def test_bad_goals_are_explained(bad: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        load_scenario(two_campaigns([bad]))


def test_check_reckons_a_campaigns_goal_with_its_own_people() -> None:
    raw = two_campaigns([goal(TARGET), goal(TARGET, campaign="b"), goal(9000, campaign=None)])
    mine, other, both = dialsim.check(raw, only="feasibility")["estimate"]["goals"]
    assert both["expected"] == pytest.approx(mine["expected"] + other["expected"])
    assert mine["name"] == "a: conversations"
    raw["people"][1]["synthetic"]["count"] = 10
    fewer = dialsim.check(raw, only="feasibility")["estimate"]["goals"]
    assert fewer[1]["expected"] < 10
    assert fewer[0]["expected"] >= mine["expected"]


def test_check_says_that_a_goal_may_be_met_at_the_cost_of_others() -> None:
    plain = dialsim.check(two_campaigns([goal(1)]), only="feasibility")["estimate"]["goals"][0]
    more = 1.4 * plain["expected"]
    near, beyond, alone = (
        dialsim.check(two_campaigns([goal(target, **terms)]), only="feasibility")["estimate"]
        for target, terms in ((more, {}), (3 * more, {}), (more, {"favoured": False}))
    )
    assert [each["goals"][0]["outlook"] for each in (near, beyond, alone)] == [
        "too close to tell", "out of reach", "out of reach",
    ]  # fmt: skip
    told = [note for note in near["notes"] if note.startswith("a: while its goal is in danger")]
    assert len(told) == 1
    assert not any("in danger" in note for note in alone["notes"])
