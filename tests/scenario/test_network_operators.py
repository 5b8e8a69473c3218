"""Profiles by operator: names, digest, and what is not said leaves everything as it was."""

from __future__ import annotations

from typing import Any

import pytest

from dialsim.errors import ScenarioError
from dialsim.scenario import load_scenario
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.identity import scenario_digest
from dialsim.scenario.models.schema import Scenario
from tests.carrier.unregistered import unregistered


def digest(scenario: Scenario) -> str:
    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    return scenario_digest(scenario, rules, network)


def test_an_unknown_profile_is_told_with_its_place() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(unregistered(operators={"CMCC": "strikt"}))
    (problem,) = caught.value.problems
    assert problem.path == "network.operators.CMCC"
    assert "strict" in (problem.allowed or "")


def test_an_unknown_operator_is_told() -> None:
    with pytest.raises(ScenarioError, match="CMCX"):
        load_scenario(unregistered(operators={"CMCX": "strict"}))


def test_what_is_not_said_is_not_written() -> None:
    plain = load_scenario(unregistered())
    assert "operators" not in plain.to_dict()["network"]
    assert "answers_callbacks" not in plain.to_dict()["caller_ids"][0]
    named = load_scenario(unregistered(operators={"CMCC": "strict"}))
    assert named.to_dict()["network"]["operators"] == {"CMCC": "strict"}
    assert load_scenario(named.to_dict()) == named
    assert len({digest(plain), digest(named)}) == 2


def test_values_are_heard_where_they_may_decide() -> None:
    """Test calls only where somebody answers them; behaviour not where every rule is neutral."""

    def is_heard(key: str, value: Any, answers: bool = False, profile: str = "typical") -> bool:
        made = unregistered(profile=profile)
        made["caller_ids"][0]["answers_callbacks"] = answers
        scenario = load_scenario(made)
        rules, network = resolved_profiles(scenario)
        assert rules is not None
        assert network is not None
        other = network.with_overrides({key: value})
        return scenario_digest(scenario, rules, network) != scenario_digest(scenario, rules, other)

    assert is_heard("callbacks.spared", 0.1, answers=True)
    assert not is_heard("callbacks.spared", 0.1)
    assert is_heard("behaviour.at_least", 10)
    assert not is_heard("behaviour.at_least", 10, profile="lab")
    assert is_heard("behaviour.answers.warn", 0.5, profile="lab")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("behaviour.short.throttle", 0.1, "ladder is out of order"),
        ("behaviour.answers.throttle", 0.2, "ladder is out of order"),
        ("behaviour.confidence", 0.2, "out of range"),
        ("behaviour.at_least", 0, "out of range"),
        ("behaviour.new_callees.after", "0s", "out of range"),
        ("behaviour.mean_talk.warn", "1d", "out of range"),
        ("behaviour.mean_talk.spread", 11, "out of range"),
        ("recording.notice", "100d", "out of range"),
    ],
)
def test_what_cannot_be_played_is_refused(key: str, value: Any, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(unregistered(overrides={key: value}))
    (problem,) = caught.value.problems
    assert problem.path == f"network.overrides.{key}"
    assert message in problem.message
