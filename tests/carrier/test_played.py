"""Mechanisms played: each can be switched off, and then it counts nothing that decides."""

from __future__ import annotations

from typing import Any

import pytest

import dialsim
from tests.carrier.unregistered import unregistered
from tests.people.scenarios import small_scenario

EASY = {
    "behaviour.at_least": 10,
    "behaviour.new_callees.mobile.suspend_per_day": 6,
    "frequency.delay": "1m",
    "frequency.fixed.intercept_per_day": 15,
}
MORNING = [
    {"name": "day", "count": 4, "shifts": [{"days": "daily", "from": "09:00", "to": "10:30"}]}
]
BEHAVIOUR = {"short_calls", "unanswered", "talk_time", "new_callees_day", "new_callees_5min"}


def played(answers: bool = False, **network: Any) -> tuple[list[dict[str, Any]], dialsim.Run]:
    made = unregistered(**{"overrides": EASY} | network)
    made["people"][0]["synthetic"]["count"] = 200
    made["agents"] = MORNING
    for block in made["caller_ids"]:
        block["answers_callbacks"] = answers
    run = dialsim.run(made)
    return run.interventions.to_pylist(), run


@pytest.mark.rule("N-BEHAVE-1", "N-THERE-1")
@pytest.mark.slow_without_jit
def test_behaviour_and_operators_there_can_be_switched_off() -> None:
    rows, _ = played()
    assert {row["rule"] for row in rows} >= {"new_callees_day", "calls_per_day"}
    assert {row["there"] for row in rows} == {True, False}
    assert all(row["operator"] not in ("ctcc", None) for row in rows if row["there"])
    rows, _ = played(off=["terminating"])
    assert not any(row["there"] for row in rows)
    rows, _ = played(off=["behaviour"])
    assert not BEHAVIOUR & {row["rule"] for row in rows}
    assert {"calls_per_day"} <= {row["rule"] for row in rows}


@pytest.mark.rule("N-JUDGE-5")
def test_what_is_shut_there_reaches_its_subscribers_alone() -> None:
    """Calls that the callee's operator stops are to its own subscribers."""
    many = {
        "behaviour.new_callees.mobile.suspend_per_day": 1000,
        "frequency.mobile.suspend_per_day": 1000,
    }
    _, run = played(operators={"CMCC": "strict"}, overrides=many)
    calls = run.calls.to_pylist()
    there = [call for call in calls if call["true_reason"] == "shut_there"]
    assert there
    assert {call["true_operator"] for call in there} == {"cmcc"}
    assert not any(call["delivered"] for call in there)


@pytest.mark.slow_without_jit
def test_test_calls_spare_only_who_answers() -> None:
    """With them off, or unanswered, nothing is spared, and nothing else changes either."""
    spared, _ = played(answers=True)
    assert any(row["action"] == "spare" for row in spared)
    assert all(row["until"] is None for row in spared if row["action"] == "spare")
    plain, unanswered = played()
    assert not any(row["action"] == "spare" for row in plain)
    off, switched = played(answers=True, off=["callbacks"])
    assert off == plain
    assert switched.summary["outcome_digest"] == unanswered.summary["outcome_digest"]
    assert spared != plain


@pytest.mark.slow_without_jit
def test_registered_numbers_are_told_and_nothing_else() -> None:
    """A notice on short calls leaves every call as it would have been."""
    people = {"name": "list", "synthetic": {"count": 150, "relation": "opted_in"}}

    def play(**network: Any) -> tuple[list[dict[str, Any]], str]:
        made = small_scenario(people)
        made["caller_ids"][0]["count"], made["agents"] = 2, MORNING
        made["network"] = network
        run = dialsim.run(made)
        return run.interventions.to_pylist(), run.summary["outcome_digest"]

    strange = {"behaviour.at_least": 10, "behaviour.answers.warn": 0.99}
    told, digest = play(overrides=strange)
    notices = [row for row in told if row["rule"] == "unanswered"]
    assert sorted(row["caller"] for row in notices) == ["north-001", "north-002"]
    assert all(row["noticed"] and row["action"] == "warn" for row in notices)
    for off in (["behaviour"], ["terminating", "callbacks"]):
        assert play(overrides=strange, off=off)[1] == digest
