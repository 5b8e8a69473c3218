"""What `check` estimates of every shipped scenario is what its run comes to, within margins.

Where the network will hold a run back, `check` says so, and its figures are an upper bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli

import dialsim
from dialsim.feasibility.estimate import estimate
from dialsim.pages.check.feasibility_page import check_page
from dialsim.pages.model.terminal import page_lines
from dialsim.planning.sensitivity_analysis.scaling import scaled
from dialsim.scenario.library import template, template_names
from dialsim.scenario.load import load_scenario
from dialsim.scenario.models.schema import Scenario

FIGURES = ("attempts", "delivered", "answered", "live_answers", "connects", "conversations")
MARGIN = 0.12
"""Of each figure, either way; besides it what chance brings."""
WIDER = {
    ("collections", "*"): 0.15,  # predictive pacing dials ahead: more calls than are estimated
    ("robot_to_agent", "conversations"): 0.20,  # whom agents take over talks longer
}
"""Scenarios and figures that `check` leaves to a run, in its notes."""
SIGMAS = 4.0
SMALL = ("mid_campaign", "plan_numbers", "starter", "too_fast", "too_fast_paced",
         "bought_list")  # fmt: skip
"""Played as shipped in no time."""
SCALED = {"first_campaign": 0.04, "robot_to_agent": 0.1, "two_campaigns": 0.2}
"""Played with so much of their lists, numbers and agents."""


def agrees(name: str, scenario: Scenario) -> None:
    found = _checked(scenario)
    done = dialsim.run(scenario, log="none")
    held = found["held_back"]
    for key in FIGURES:
        expected, came = float(found["expected"][key] or 0), float(done.metrics[key])
        margin = WIDER.get((name, key), WIDER.get((name, "*"), MARGIN))
        most = expected * (1 + margin) + SIGMAS * expected**0.5
        least = expected * (1 - margin) - SIGMAS * expected**0.5
        # what is dialled from stopped numbers is intercepted: attempts, and nothing else
        stopped = key == "attempts" and any(each["kind"] == "registration" for each in held)
        assert stopped or came <= most, (name, key, came, expected)
        assert held or came >= least, (name, key, came, expected)
    _where_the_list_went(name, found, done.summary["waterfall"]["total"])
    _suspended(name, found, done, held)


def _where_the_list_went(name: str, found: Mapping[str, Any], waterfall: Mapping[str, Any]) -> None:
    """Whom nobody may call, by the list and by the run's waterfall."""
    exits = {each["key"]: each["leads"] for each in waterfall["exits"]}
    rows = sum(each["who"]["rows"] for each in found["campaigns"])
    assert waterfall["rows"] == rows, name
    barred = sum(each["people"] for who in _who(found) for each in who["barred"])
    seen = sum(exits.get(key, 0) for key in BARRED)
    assert seen == pytest.approx(barred, abs=SIGMAS * max(barred, 1) ** 0.5), name
    before = sum(who["done_before"] for who in _who(found))
    assert exits.get("done_before", 0) == pytest.approx(before, abs=1), name


BARRED = (
    "invalid", "unusable_row", "protected", "duplicate", "other_country", "no_consent",
    "wrong_purpose", "no_proof", "expired", "withdrawn", "internal_dnc", "industry_dnc",
)  # fmt: skip
"""Ways out of a list before any dial."""


def _suspended(name: str, found: Mapping[str, Any], done: Any, held: Any) -> None:
    """A run that suspends numbers does not come as a surprise, nor one that does not."""
    budget = found["complaints"]
    if budget is None:
        return
    all_numbers = sum(block.count for block in done.scenario.caller_ids)
    came = int(done.metrics["caller_ids_suspended"])
    if came >= 0.5 * all_numbers and came > 0:
        assert held, name
        by_complaints = all(each["kind"] != "registration" for each in held)
        assert not by_complaints or budget["suspended"] >= 0.05 * all_numbers, name
    if budget["suspended"] < 0.05 and not held:
        assert came == 0, name


def _who(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each["who"] for each in found["campaigns"]]


def _checked(scenario: Scenario) -> dict[str, Any]:
    found = dialsim.check(scenario, only="feasibility")
    assert found["ok"], found["problems"]
    estimated: dict[str, Any] = found["estimate"]
    return estimated


@pytest.mark.parametrize("name", SMALL)
def test_small_scenarios(name: str) -> None:
    agrees(name, load_scenario(template(name).path))


@pytest.mark.full
@pytest.mark.parametrize("name", SCALED)
def test_scenarios_made_smaller(name: str) -> None:
    agrees(name, scaled(load_scenario(template(name).path), SCALED[name]))


@pytest.mark.full
@pytest.mark.parametrize("name", sorted(set(template_names()) - set(SMALL)))
def test_scenarios_as_shipped(name: str) -> None:
    agrees(name, load_scenario(template(name).path))


# --- what an estimate says of complaints ----------------------------------------------------------


def test_a_stop_of_every_number_is_in_the_suspended_ones() -> None:
    """Of a bought list complaints stop all numbers, not a ten-thousandth of one."""
    scenario = load_scenario(template("bad_client").path)
    found = estimate(scenario)
    numbers = sum(block.count for block in scenario.caller_ids)
    stop = found["complaints"]["enterprise"]["stop"]
    assert 0.4 < stop < 0.75  # of the seeds 20 to 39 all numbers are stopped in 14
    assert found["complaints"]["suspended"] == pytest.approx(stop * numbers, rel=0.01)
    assert "stop every number" in found["conclusion"]


def test_only_rates_that_are_in_play_are_named() -> None:
    bought = estimate(load_scenario(template("bought_list").path))["complaints"]["assumes"]
    own = estimate(load_scenario(template("starter").path))["complaints"]["assumes"]
    assert not any("opted_in" in each for each in bought)
    assert any("rate_12321.opted_in" in each for each in own)


def test_numbers_that_call_too_much_are_named() -> None:
    fast, paced = (
        estimate(load_scenario(template(name).path)) for name in ("too_fast", "too_fast_paced")
    )
    (held,) = fast["held_back"]
    assert (held["kind"], held["block"], held["threshold"]) == ("calls_per_hour", "desk", 60)
    assert "throttles above 60" in fast["conclusion"]
    assert paced["held_back"] == []


def test_numbers_that_get_a_label_are_named() -> None:
    found = estimate(load_scenario(template("bad_client").path))
    (label,) = [each for each in found["held_back"] if each["kind"] == "labels"]
    assert (label["block"], label["campaigns"]) == ("lender", ["lender"])
    assert label["measured"] > 3 * label["threshold"]
    assert not any("labelled on the way" in each for each in found["complaints"]["assumes"])


def with_complaints(folder: Path, each: int) -> Scenario:
    """A small campaign some of whose numbers begin with complaints of the last thirty days."""
    raw = tomli.loads(template("plan_numbers").text)
    block = raw["caller_ids"][0]
    states = folder / "states.csv"
    lines = [f"{block['name']}-{i:03d},{each}" for i in range(1, 9)]
    states.write_text("\n".join(["caller_id,complaints_30d", *lines]) + "\n", encoding="utf-8")
    raw["history"] = {"caller_ids": {"file": str(states)}}
    raw["network"] = raw.get("network", {}) | {"profile": "typical"}
    raw["goals"] = [{"metric": "caller_ids_suspended", "at_most": 0}]
    raw.pop("plan", None)
    return load_scenario(raw)


@pytest.mark.parametrize("each", [0, 1, 2])
def test_complaints_on_record_count(tmp_path: Path, each: int) -> None:
    """The chance that a number is suspended is near to that of replications, however rare."""
    scenario = with_complaints(tmp_path, each)
    budget = _checked(scenario)["complaints"]
    (rung,) = [one for one in budget["numbers"] if one["action"] == "suspended"]
    assert budget["on_record"] == ({"north": [each] * 8} if each else {})
    played = dialsim.replicate(scenario, 4, rare=True, executor="serial")
    truth = float(np.mean(played.values("suspension_chance")))
    chance = 1 - (1 - rung["chance"]) * (1 - budget["enterprise"]["stop"])
    assert chance == pytest.approx(truth, rel=0.6)
    assert truth > (0.02 if each == 2 else 1e-6)


def test_its_page_shows_complaints_on_record(tmp_path: Path) -> None:
    found = _checked(with_complaints(tmp_path, 2))
    text = " ".join(" ".join(line.plain for line in page_lines(check_page(found), 80)).split())
    assert "On record for the last 30 days: north: 8 numbers, up to 2." in text
    assert "every number stopped" in text


def test_a_closed_number_has_no_further_complaint_to_fear(tmp_path: Path) -> None:
    scenario = with_complaints(tmp_path, 2)
    states = tmp_path / "states.csv"
    rows = [f"north-{i:03d},2,{'yes' if i < 8 else 'no'}" for i in range(1, 9)]
    states.write_text("\n".join(["caller_id,complaints_30d,suspended", *rows]) + "\n", "utf-8")
    assert _checked(scenario)["complaints"]["on_record"] == {"north": [2]}


def test_unregistered_numbers_are_named() -> None:
    found = estimate(load_scenario(template("bought_list").path))
    assert {each["kind"] for each in found["held_back"]} == {"registration", "labels"}
    assert "unregistered numbers of loans are stopped early" in found["conclusion"].lower()
