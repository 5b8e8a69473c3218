"""Comparisons and replications are of their types: every key and no other, in every branch."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

import dialsim
from dialsim.api import Comparison, compare, replicate
from dialsim.results.comparison.comparison_result import ComparisonResult
from dialsim.results.comparison.replications_result import ReplicationsResult
from dialsim.scheduler.stop import Stop
from tests.api.test_comparing import GOALS, scenario, wider
from tests.api.test_rare import WORLDS
from tests.results.begun_runs import mid_campaign
from tests.scheduler.worlds import tiny

pytestmark = pytest.mark.once
COMPARED: TypeAdapter[Any] = TypeAdapter(ComparisonResult)
REPLICATED: TypeAdapter[Any] = TypeAdapter(ReplicationsResult)
LUNCH = datetime(2026, 4, 13, 12)


def is_of(adapter: TypeAdapter[Any], found: Any) -> dict[str, Any]:
    """Return a result that has the keys of its type, and values of their kinds."""
    assert adapter.validate_python(found, strict=True) == found
    return dict(found)


@pytest.fixture(scope="module")
def pairs() -> Comparison:
    """Two scenarios whose numbers of complaints, goals and hard limits are compared."""
    goals = [*GOALS[:2], {"metric": "abandoned_share", "at_most": 0.4}, {"metric": "reach",
             "at_least": 3}]  # fmt: skip
    return compare(scenario(), wider(goals=goals), replications=3, rare=True)


# --- comparisons ----------------------------------------------------------------------------------


def test_pairs_of_two_scenarios(pairs: Comparison) -> None:
    found = is_of(COMPARED, pairs.to_dict())
    assert [goal["wall"] for goal in found["goals"]] == [False, False, False, True]
    assert [goal["metric"] for goal in found["only_b"]] == ["reach"]
    assert found["suspensions"]
    assert found["changes"]
    assert found["weak_defaults"]


def test_suspensions_that_happen() -> None:
    other = deepcopy(WORLDS["reviews"])
    other["caller_ids"][0]["count"] = 12
    found = is_of(COMPARED, compare(WORLDS["reviews"], other, replications=6, rare=True).to_dict())
    assert any(each[side]["hits"] for each in found["happened"].values() for side in "ab")
    assert all(goal["wall"] for goal in found["goals"])


def test_a_scenario_and_itself_a_study_and_theory() -> None:
    lab = scenario(rules={"pack": "lab"}, study="unlawful")
    for other in (scenario(), lab, scenario(goals=[])):
        is_of(COMPARED, compare(scenario(), other, replications=2).to_dict())


def test_nothing_was_complete() -> None:
    stop = Stop()
    stop.request()
    assert is_of(COMPARED, compare(scenario(), wider(), stop=stop).to_dict())["replications"] == []


def test_two_runs() -> None:
    one, two = dialsim.run(scenario()), dialsim.run(wider(study="unlawful"))
    for first, second in ((one, two), (two, one), (one, one)):
        found = is_of(COMPARED, compare(first, second).to_dict())
        assert all("margin" in goal for goal in found["goals"])
        assert found["suspensions"] == {}


def test_runs_that_go_on_from_a_call_log() -> None:
    goals = [
        {"metric": "attempts", "at_least": 1_200},
        {"metric": "opt_outs", "at_most": 400, "by": LUNCH},
    ]
    one, two = (mid_campaign(goals=goals, seed=seed) for seed in (1, 2))
    found = is_of(COMPARED, compare(one, two, replications=2).to_dict())
    assert all(goal["before"]["a"] for goal in found["goals"] if not goal["wall"])
    is_of(COMPARED, compare(dialsim.run(one), dialsim.run(tiny())).to_dict())


@pytest.mark.parametrize(
    "path",
    [
        ("a",),
        ("changes", 0),
        ("goals", 0),
        ("goals", 0, "value", "change"),
        ("only_b", 0),
        ("metrics", "attempts"),
        ("happened", "any_suspension", "a"),
        ("suspensions", "any_review"),
        ("weak_defaults", 0),
        ("verdict",),
    ],
)
def test_an_unknown_or_a_missing_key_is_no_comparison(
    pairs: Comparison, path: tuple[str | int, ...]
) -> None:
    is_closed(COMPARED, pairs.to_dict(), path)


def is_closed(adapter: TypeAdapter[Any], whole: Any, path: tuple[str | int, ...]) -> None:
    """Assert that a table of a result takes no other key, and needs its first."""
    for change in ("unknown", "missing"):
        found = deepcopy(whole)
        table: Any = found
        for step in path:
            table = table[step]
        if change == "unknown":
            table["misspelt"] = 1
        else:
            del table[next(iter(table))]
        with pytest.raises(ValidationError):
            adapter.validate_python(found, strict=True)


# --- replications ---------------------------------------------------------------------------------


def test_replications_with_and_without_goals() -> None:
    found = is_of(REPLICATED, replicate(scenario(), 2).to_dict())
    assert len(found["goals"]) == len(GOALS)
    assert is_of(REPLICATED, replicate(scenario(goals=[]), 1).to_dict())["goals"] == []


def test_replications_with_chances_and_a_stopping_rule() -> None:
    raw = tiny(days=1)
    until = {"goal:attempts": 0.5, "any_suspension": 0.4, "suspension_chance": 0.9}
    found = replicate(raw, 100, until=until, rare=True).to_dict()
    assert is_of(REPLICATED, found)["until"]
    for path in (("until", 0), ("goals", 0), ("happened", "any_review"), ("metrics", "attempts"),
                 ("metrics", "attempts", "quantiles"), ("goals_met",)):  # fmt: skip
        is_closed(REPLICATED, found, path)


def test_replications_that_go_on_from_a_call_log_and_none() -> None:
    raw = mid_campaign(goals=[{"metric": "attempts", "at_least": 1_200}])
    (goal,) = is_of(REPLICATED, replicate(raw, 1).to_dict())["goals"]
    assert set(goal["before"]) == {"as_of", "value"}
    stop = Stop()
    stop.request()
    found = is_of(REPLICATED, replicate(raw, 2, stop=stop).to_dict())
    assert (found["goals_met"], found["happened"]) == (None, {})
