"""Recommendations with a figure, played: each brings the goal nearer, or spares the numbers."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.cli.changes import load_changed
from dialsim.core.codes import Limit
from dialsim.explanations.intervention_trace import intervention_trace
from dialsim.feasibility.recommendations.number_changes import TAKEN_FROM_NUMBERS
from dialsim.messages.catalogue import Language
from tests.explanations.test_explained_network import FILED, OLD, act, log_of, scenario
from tests.feasibility.test_recommend import paced
from tests.scheduler.worlds import as_toml
from tests.tiers import tiered

pytestmark = pytest.mark.needs_jit


def wanted(metric: str, at_least: int, **given: Any) -> dict[str, Any]:
    return paced(goals=[{"metric": metric, "at_least": at_least}], **given)


def with_agents(count: int, **given: Any) -> dict[str, Any]:
    raw = wanted("conversations", 5000, rules={}, **given)
    raw["agents"][0]["count"] = count
    return raw


def used_up() -> dict[str, Any]:
    people = [{"name": "owners", "synthetic": {"count": 1500, "relation": "opted_in"}}]
    return wanted("conversations", 5000, people=people)


def throttled(ceiling: int = 20, **given: Any) -> dict[str, Any]:
    return paced(
        rules={}, goals=[{"metric": "interventions", "at_most": 0}],
        network={"overrides": {"frequency.registered.throttle_per_hour": ceiling}}, **given,
    )  # fmt: skip


def above_its_filing() -> dict[str, Any]:
    """Return a campaign of more agents than its numbers' filing has calls for."""
    raw = throttled(60)
    raw["caller_ids"][0]["filed"]["daily_volume"] = 100
    return raw


def lost(run: dialsim.Run) -> float:
    """Return the share of attempts that the network took from numbers."""
    taken = {cause.name.lower() for cause in TAKEN_FROM_NUMBERS}
    refused = run.summary["interventions"]["refused"]
    return sum(each["attempts"] for each in refused if each["cause"] in taken) / (
        run.metrics["attempts"] or 1
    )


# --- after a run ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    tiered(
        [with_agents(10), wanted("conversations", 300), used_up(), above_its_filing()],
        [wanted("conversations", 5000), wanted("attempts", 3900), throttled()],
    ),
    ids=["agents", "idle", "people", "filing", "numbers", "a few attempts", "throttled"],
)  # fmt: skip
def test_each_recommendation_helps(raw: dict[str, Any], tmp_path: Path) -> None:
    file = as_toml(raw, tmp_path / "paced.toml")
    run = dialsim.run(file)
    assert run.summary["changes"]
    for change in run.summary["changes"]:
        assert change["set"]
        played = dialsim.run(load_changed(file, change["set"]))
        if change["metric"] is None:
            assert lost(played) < lost(run), change["sentence"]
        elif change["kind"] == "fewer_agents":
            assert played.goals_met, change["sentence"]
        else:
            value = played.metrics[change["metric"]] or 0
            assert value > change["now"], change["sentence"]
            if change["to"] >= raw["goals"][0]["at_least"]:
                assert played.goals_met, change["sentence"]


def test_no_more_is_advised_than_a_missed_goal_takes(tmp_path: Path) -> None:
    """A miss by 300 attempts of 3,600 takes 33 numbers, as `check` knows, and not a fifth more."""
    file = as_toml(wanted("attempts", 3900), tmp_path / "paced.toml")
    run = dialsim.run(file)
    assert run.metrics["attempts"] == 3600
    numbers = next(each for each in run.summary["changes"] if each["kind"] == "more_numbers")
    (goal,) = dialsim.check(file)["estimate"]["goals"]
    known = next(each for each in goal["campaigns"][0]["remedies"] if each["set"])
    assert numbers["set"] == known["set"] == ["caller_ids.desk.count=33"]
    assert numbers["to"] == pytest.approx(3960, rel=0.001)
    assert dialsim.run(load_changed(file, numbers["set"])).goals_met


def test_more_days_are_no_answer_to_a_ceiling_of_an_hour() -> None:
    """While the list is not used up, each further day brings as many calls an hour."""
    run = dialsim.run(throttled())
    assert "longer" not in [each["kind"] for each in run.summary["changes"]]


def test_where_numbers_were_given_up_nothing_else_is_advised() -> None:
    raw = wanted("conversations", 5000, days=8, aftermath="1d")
    raw["enterprise"]["appeals"] = False
    overrides = {"complaints.rate_12321.opted_in": 4000, "complaints.number.suspend": 2}
    raw["network"] = {"overrides": overrides, "off": ["labels"]}
    run = dialsim.run(raw)
    assert run.summary["caller_ids"]["retired"] > 3
    assert run.summary["binding"][0]["shares"][Limit.CALLER_IDS.name.lower()] > 0.005
    assert lost(run) < 0.005
    assert run.summary["changes"] == []


# --- what would have avoided it -------------------------------------------------------------------


def avoid(raw: dict[str, Any], rule: str, action: str, language: Language) -> str:
    log = log_of(raw, act(1000, action, rule))
    return " ".join(intervention_trace(log, log.acts[0], language)["avoid"])


def test_an_hourly_ceiling_is_not_answered_by_the_volume_of_a_day() -> None:
    raw = scenario(OLD | FILED)
    for language, filed in (("en", "within the filed volume"), ("zh", "不超过报备外呼量")):
        hourly = avoid(raw, "calls_per_hour", "throttle", language)  # type: ignore[arg-type]
        assert filed not in hourly
        assert ("hourly limit" if language == "en" else "每小时上限") in hourly
        assert filed in avoid(raw, "calls_per_day", "throttle", language)  # type: ignore[arg-type]


def test_an_own_limit_of_an_hour_keeps_to_a_ceiling_of_an_hour() -> None:
    raw = throttled()
    assert lost(dialsim.run(raw)) > 0.05
    raw["rules"] = {"caller_limits": [{"count": 20, "per": "1h"}]}
    assert lost(dialsim.run(raw)) == 0


def test_recordings_are_not_told_to_staff_agents() -> None:
    raw = scenario(OLD | FILED)
    played = copy.deepcopy(raw)
    played["agents"][0] |= {"kind": "recordings", "wrap_up": "0s"}
    played["campaigns"][0]["message"] = "18s"
    for language, word in (("en", "agents that"), ("zh", "配足坐席")):
        assert word in avoid(raw, "complaints_number", "warn", language)  # type: ignore[arg-type]
        said = avoid(played, "complaints_number", "warn", language)  # type: ignore[arg-type]
        assert word not in said
        assert ("recording" in said) == (language == "en")
