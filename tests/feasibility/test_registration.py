"""Numbers whose filing is not in force: what `check` counts, and what is advised, played."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.cli.changes import load_changed
from dialsim.feasibility.registration import ceiling_of, counted_together, start_in_force
from dialsim.messages.stored_text import localised
from dialsim.pages.model.terminal import in_terminal
from dialsim.pages.run.recommendations_page import changes_section
from dialsim.scenario import load_scenario
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.models.schema import Scenario
from tests.feasibility.test_recommend import paced
from tests.results.begun_runs import mid_campaign
from tests.scheduler.worlds import as_toml

pytestmark = pytest.mark.needs_jit
GOAL = {"metric": "conversations", "at_least": 700, "by": "2026-04-14T12:00:00"}


def filed_late(**given: Any) -> dict[str, Any]:
    """Return a campaign whose numbers are filed on its first day."""
    raw = paced(goals=[GOAL], **given)
    raw["caller_ids"][0]["filed"]["on"] = "2026-04-13"
    return raw


def unfiled(**given: Any) -> dict[str, Any]:
    """Return a campaign from numbers that nobody has filed."""
    raw = paced(goals=[GOAL], **given)
    raw["caller_ids"][0] |= {"registered": False}
    del raw["caller_ids"][0]["filed"]
    return raw


def withdrawn(**given: Any) -> dict[str, Any]:
    """Return a campaign whose numbers are deregistered on its second day."""
    out = {"name": "out", "what": "deregistered", "from": "2026-04-14", "caller_ids": ["desk"]}
    return paced(goals=[GOAL], events=[out], **given)


def registration(found: dict[str, Any]) -> list[dict[str, Any]]:
    (campaign,) = found["estimate"]["campaigns"]
    return [each for each in campaign["capacities"] if each["resource"] == "registration"]


def entity_database(found: dict[str, Any]) -> dict[str, Any]:
    rows: list[dict[str, Any]] = found["audit"]["rows"]
    return next(row for row in rows if row["key"] == "entity_database")


# --- check ----------------------------------------------------------------------------------------


def test_a_filing_in_the_future_is_no_registration() -> None:
    raw = filed_late()
    found, run = dialsim.check(raw), dialsim.run(raw)
    (goal,) = found["estimate"]["goals"]
    assert (goal["outlook"], found["verdict"]["exit_code"]) == ("out of reach", 1)
    assert 0.5 < (run.metrics["conversations"] or 0) / goal["expected"] < 2
    assert goal["expected"] < 0.4 * dialsim.check(paced())["estimate"]["expected"]["conversations"]
    (allowed,) = registration(found)
    assert found["estimate"]["campaigns"][0]["binding"] == "registration"
    assert "desk is registered from Mon 27 Apr on" in allowed["why"]
    assert "4月27日 周一" in allowed["why_zh"]
    row = entity_database(found)
    assert (row["status"], "27 Apr 2026" in row["why"]) == ("missing", True)
    assert "2026年4月27日" in row["why_zh"]


def test_what_check_advises_is_to_start_then(tmp_path: Path) -> None:
    file = as_toml(filed_late(), tmp_path / "late.toml")
    (goal,) = dialsim.check(file)["estimate"]["goals"]
    (taken,) = goal["campaigns"]
    (remedy,) = taken["remedies"]
    assert "start on Mon 27 Apr" in remedy["sentence"]
    assert "lead time about 14 days" in remedy["sentence"]
    assert "4月27日" in remedy["sentence_zh"]
    assert remedy["set"] == ["start=2026-04-27", "goals.0.by=2026-04-28T12:00:00"]
    then = load_changed(file, remedy["set"])
    assert entity_database(dialsim.check(then))["status"] == "met"
    assert not registration(dialsim.check(then))
    assert dialsim.run(then).goals_met


def test_numbers_that_are_not_used_before_are_registered_all_the_time() -> None:
    raw = filed_late(days=20)
    raw["caller_ids"][0]["from"] = "2026-04-27"
    found = dialsim.check(raw)
    assert not registration(found)
    assert entity_database(found)["status"] == "met"


def test_what_can_be_done_from_then_on_is_counted() -> None:
    raw = filed_late(days=16) | {"goals": []}
    late = dialsim.check(raw)["estimate"]["campaigns"][0]
    two_days = dialsim.check(paced(goals=[], start="2026-04-27"))["estimate"]["campaigns"][0]
    (allowed,) = [each for each in late["capacities"] if each["resource"] == "registration"]
    before = dialsim.check(filed_late(days=14))["estimate"]["campaigns"][0]
    (first,) = [each for each in before["capacities"] if each["resource"] == "registration"]
    assert allowed["attempts"] == pytest.approx(first["attempts"] + two_days["attempts"], rel=0.02)


def test_what_campaigns_share_is_there_once_from_then_on() -> None:
    raw = filed_late(days=16) | {"goals": []}
    alone = dialsim.check(raw)["estimate"]["expected"]["attempts"]
    second = copy.deepcopy(raw["campaigns"][0]) | {"name": "second", "people": ["others"]}
    raw["campaigns"].append(second)
    raw["people"].append(copy.deepcopy(raw["people"][0]) | {"name": "others"})
    both = dialsim.check(raw)["estimate"]["expected"]["attempts"]
    assert both == pytest.approx(alone, rel=0.05)


def test_a_campaign_from_other_numbers_loses_nothing() -> None:
    raw = filed_late() | {"goals": []}
    second = copy.deepcopy(raw["campaigns"][0])
    second |= {"name": "second", "people": ["others"], "caller_ids": ["other"], "agents": ["more"]}
    raw["campaigns"].append(second)
    for kind, name in (("people", "others"), ("caller_ids", "other"), ("agents", "more")):
        raw[kind].append(copy.deepcopy(raw[kind][0]) | {"name": name})
    del raw["caller_ids"][1]["filed"]["on"]
    raw["trunks"][0]["channels"] = 3000
    raw["trunks"][0]["calls_per_second"] = 100
    (late, other) = dialsim.check(raw)["estimate"]["campaigns"]
    whole = dialsim.check(paced(goals=[]))["estimate"]["campaigns"][0]
    assert late["binding"] == "registration"
    assert other["expected"]["attempts"] == pytest.approx(whole["expected"]["attempts"], rel=0.01)


@pytest.mark.parametrize(
    ("raw", "why", "status"),
    [(unfiled(), "desk is not registered", "missing"),
     (withdrawn(), "desk is registered until Tue 14 Apr", "missing")],
)  # fmt: skip
def test_no_other_unregistered_time_is_taken_for_registered(
    raw: dict[str, Any], why: str, status: str
) -> None:
    found = dialsim.check(raw)
    (allowed,) = registration(found)
    assert why in allowed["why"]
    assert entity_database(found)["status"] == status
    played = dialsim.run(raw).metrics["conversations"] or 0
    assert 0.5 < played / found["estimate"]["expected"]["conversations"] < 2


# --- after a run ----------------------------------------------------------------------------------


def test_a_run_advises_to_start_then_and_nothing_else(tmp_path: Path) -> None:
    file = as_toml(filed_late(), tmp_path / "late.toml")
    run = dialsim.run(file)
    (change,) = run.summary["changes"]
    assert (change["kind"], change["metric"]) == ("in_force", "conversations")
    assert "start on Mon 27 Apr" in change["sentence"]
    assert "4月27日" in localised(change, "sentence", "zh")
    then = dialsim.run(load_changed(file, change["set"]))
    assert then.goals_met
    assert then.metrics["conversations"] == pytest.approx(change["to"], rel=0.25)


def begun(filed_on: str) -> dict[str, Any]:
    """Return a campaign that goes on from its log, its numbers filed on a day."""
    raw = mid_campaign(goals=[{"metric": "conversations", "at_least": 600}])
    for block in raw["caller_ids"]:
        block["filed"]["on"] = filed_on
    return raw


def test_a_campaign_that_has_begun_goes_on_when_its_numbers_are_registered(tmp_path: Path) -> None:
    file = as_toml(begun("2026-04-01"), tmp_path / "begun.toml")
    run = dialsim.run(file)
    (goal,), (change,) = run.summary["goals"], run.summary["changes"]
    assert goal["before"]["value"] > 200
    assert change["set"] == ["caller_ids.north.from=2026-04-15"]  # the campaign has its first day
    assert "call from it again from Wed 15 Apr on" in change["sentence"]
    assert "起再用其外呼" in localised(change, "sentence", "zh")
    assert change["now"] == goal["value"] == goal["before"]["value"] + goal["before"]["played"]
    then = dialsim.run(load_changed(file, change["set"]))
    (later,) = then.summary["goals"]
    assert later["value"] == pytest.approx(change["to"], rel=0.1)
    assert then.metrics["intercepted"] < run.metrics["intercepted"]


def test_a_filing_that_comes_after_the_last_day_sets_nothing() -> None:
    (change,) = dialsim.run(begun("2026-04-02")).summary["changes"]
    assert (change["kind"], change["set"]) == ("register", [])


def test_calls_before_the_first_day_count_in_what_a_later_one_brings(tmp_path: Path) -> None:
    """Whom a campaign was done with before it began anew is not called by it again."""
    raw = filed_late()
    numbers = [13800000000 + 7 * i for i in range(2_000)]
    lines = "\n".join(f"{number},2026-01-05" for number in numbers)
    (tmp_path / "owners.csv").write_text(f"number,consent_date\n{lines}\n", "utf-8")
    raw["people"] = [{"name": "owners", "file": "owners.csv", "relation": "opted_in"}]
    calls = "\n".join(f"2026-04-10 10:00,{number},connected" for number in numbers[:1_500])
    (tmp_path / "calls.csv").write_text(f"time,number,outcome\n{calls}\n", "utf-8")
    raw["goals"] = [{"metric": "attempts", "at_least": 9_000}]
    without = _in_force(as_toml(raw, tmp_path / "late.toml"))
    raw["history"] = {"calls": {"file": "calls.csv", "own": True}}
    with_log = _in_force(as_toml(raw, tmp_path / "late.toml"))
    assert 0 < with_log["to"] < 0.5 * without["to"]


def _in_force(file: Path) -> dict[str, Any]:
    (change,) = dialsim.run(file).summary["changes"]
    assert change["kind"] == "in_force"
    return change


@pytest.mark.parametrize(
    ("raw", "advice"),
    [(unfiled(), "register numbers for this use first"), (withdrawn(), "stop then")],
)
def test_unregistered_numbers_are_not_told_to_spread_their_calls(
    raw: dict[str, Any], advice: str
) -> None:
    (change,) = dialsim.run(raw).summary["changes"]
    assert (change["kind"], change["set"]) == ("register", [])
    assert advice in change["sentence"]


def test_the_page_gives_no_command_where_nothing_is_set() -> None:
    changes = dialsim.run(unfiled()).summary["changes"]
    for language in ("en", "zh"):
        lines = in_terminal(changes_section(changes, "late.toml", language), 80, language)
        text = " ".join(line.plain.strip() for line in lines)
        assert ("register numbers" in text) == (language == "en")
        assert "dialsim run" not in text


# --- the arithmetic -------------------------------------------------------------------------------


def loaded(raw: dict[str, Any]) -> tuple[Scenario, Any, Any]:
    scenario = load_scenario(raw)
    return scenario, *resolved_profiles(scenario)


def test_the_ceiling_is_that_of_the_class() -> None:
    scenario, rules, network = loaded(unfiled())
    fixed = ceiling_of(scenario, rules, network, scenario.caller_ids[0])
    assert fixed is not None
    assert (fixed.calls, fixed.days) == (150, 1)
    mobile = scenario.caller_ids[0].model_copy(update={"number_class": "mobile"})
    found = ceiling_of(scenario, rules, network, mobile)
    assert found is not None
    assert (found.calls, found.days) == (30, 30)  # new callees: a protective suspension
    for of_class in ("400", "axb"):  # no rule on how much they call
        other = scenario.caller_ids[0].model_copy(update={"number_class": of_class})
        assert ceiling_of(scenario, rules, network, other) is None
    off = scenario.with_("network.off", ["frequency", "behaviour"])
    assert ceiling_of(off, rules, network, mobile) is None


def test_numbers_in_another_name_are_counted_together_after_two_days() -> None:
    scenario, _, network = loaded(unfiled())
    (block,) = scenario.caller_ids
    other = block.model_copy(update={"holder": "Stranger"})
    assert [counted_together(scenario, network, [block], day) for day in (0, 2)] == [1, 1]
    assert [counted_together(scenario, network, [other], day) for day in (0, 2)] == [30, 1]
    assert counted_together(scenario, network, [block, other], 0) == 31


def test_goals_move_with_the_first_day() -> None:
    scenario, _, network = loaded(filed_late())
    start = start_in_force(scenario, network)
    assert start is not None
    assert start.day == date(2026, 4, 27)
    assert start_in_force(*(loaded(paced())[i] for i in (0, 2))) is None
    ends = {"kind": "outsourced", "outsourcer": "Hua Hu", "licence": "B24",
            "scope": "national", "expires": "2026-04-20"}  # fmt: skip
    raw = filed_late(enterprise={"name": "Example", "sector": "insurance", "call_centre": ends})
    scenario, _, network = loaded(raw)
    stuck = start_in_force(scenario, network)
    assert stuck is not None
    assert (stuck.day, stuck.sets) == (date(2026, 4, 27), {})  # the licence ends before
