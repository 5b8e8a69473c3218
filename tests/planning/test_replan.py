"""A plan for the rest of a run: its past is the run's, what holds begins later, walls stand."""

from __future__ import annotations

import copy
import json
import shutil
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from rich.cells import cell_len

import dialsim
from dialsim.__main__ import main
from dialsim.errors import ScenarioError
from dialsim.execution.branches import Fork
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.planning.plan_page import plan_page
from dialsim.planning import PlanFound
from dialsim.planning.plans.candidates import candidates, decisions_of
from dialsim.planning.replans.decisions import Moment, kind_of
from dialsim.planning.replans.start_point import FromHere
from dialsim.results.cost_statement import Used, cost_statement
from dialsim.scenario.as_of import AsOf
from dialsim.scenario.teams import all_teams
from dialsim.scheduler.stop import Stop
from tests.planning.worlds import few_runs, in_few_runs, small

pytestmark = [pytest.mark.needs_jit, pytest.mark.once]
MOMENT = "2026-04-13T09:10"
HOUR_MS = 3_600_000
SHIFTS = [
    {"days": "daily", "from": time(9), "to": time(9, 15)},
    {"days": "daily", "from": time(10), "to": time(10, 15)},
]
NUMBERS = {"key": "caller_ids.north.count", "values": [2, 3], "filed_on": date(2026, 4, 1),
           "price_each": "20 CNY"}  # fmt: skip


def underway(**changes: Any) -> dict[str, Any]:
    """Return the scenario of three days of two quarters of an hour, with a plan for the rest."""
    raw = small(days=3, name="underway")
    raw["people"][0]["synthetic"]["count"] = 400
    raw["agents"][0] |= {"shifts": SHIFTS, "absence": 0.2, "count": 4, "teams": 2}
    raw["network"]["overrides"] = {"filing.lead_time": "14d"}
    raw["plan"]["decisions"] = [
        copy.deepcopy(NUMBERS),
        {"key": "agents.day.count", "values": [2, 4, 6]},
    ]
    raw["goals"] = [{"metric": "conversations", "at_least": 22}]
    return raw | changes


def folder_of(raw: dict[str, Any], out: Path) -> Path:
    folder = dialsim.run(raw, out=out).folder
    assert folder is not None
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(underway(), tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def found(run: Path) -> PlanFound:
    """A proof in tens of runs; `test_replan_log.py` has one in hundreds."""
    with few_runs(other_network=60):
        return dialsim.replan(run, as_of=MOMENT, plan=in_few_runs(underway()), executor="threads")


def here(scenario: dialsim.Scenario, moment: str = MOMENT) -> tuple[FromHere, Fork]:
    """Return the moment of a scenario's own run, and the run that has come to it."""
    from dialsim.api.stepping import moment_tick
    from dialsim.engine import host

    tick = moment_tick(scenario, moment)
    whole = dialsim.load_scenario(scenario.to_dict())
    whole._as_of = AsOf(scenario, tick, 0)
    fork = Fork(whole)
    begun = fork.branch_point()
    assert begun is not None
    made = int(begun.world.state.control[0]["attempts"])
    at = Moment.of(scenario, tick)
    return FromHere(scenario, at, made, host.digest(begun.world), frozenset(), {}), fork


# --- what is found --------------------------------------------------------------------------------


@pytest.mark.full
def test_the_cheapest_that_holds_is_found_and_proved(found: PlanFound) -> None:
    assert found.certified
    assert found.complete
    told = found.to_dict()
    past = told["here"]
    run = dialsim.load_run(past["run"])
    assert past["as_of"] == MOMENT
    calls = run.calls.to_pandas()
    assert past["attempts"] == int((calls["time"] < f"{MOMENT}+08:00").sum()) > 0
    assert past["caller_ids"] == {"all": 2, "suspended": 0, "down": 0}
    costs = [row["cost"] for row in told["candidates"]]
    assert all(cost > 0 for cost in costs)
    assert past["spent"] > 0
    assert told["recommended"]["changes"][1]["after"] in (2, 4)
    assert not told["elsewhere"]


def test_the_recommended_scenario_is_one_to_run(found: PlanFound, tmp_path: Path) -> None:
    """Played from the start it has the past of the run, for nothing in it begins before."""
    path = found.save(tmp_path / "rest.toml")
    assert "as of 2026-04-13 09:10" in path.read_text("utf-8").split("\n")[0]
    assert found.here is not None
    again = dialsim.Simulation(path).advance(MOMENT)
    assert int(again.world.state.control[0]["attempts"]) == found.here.attempts
    many = dialsim.replicate(path, 1).played[0]
    assert many.metrics["conversations"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 100])
def test_the_page_begins_with_what_has_happened(found: PlanFound, width: int, lang: Any) -> None:
    lines = page_lines(plan_page(found.to_dict(), lang), width)
    assert all(cell_len(line.plain) <= width for line in lines)
    text = "\n".join(line.plain for line in lines)
    assert {"en": "Mon 13 Apr 09:10", "zh": "4月13日 周一 09:10"}[lang] in text
    certain = {**found.to_dict(), "without_calls": {"value": 0.5, "low": 0.4, "high": 0.6,
                                                    "runs": 60}}  # fmt: skip
    more = "\n".join(line.plain for line in page_lines(plan_page(certain, lang), width))
    assert ("further number would still be" if lang == "en" else "仍会有号码被停") in more
    assert ("further number would still be" if lang == "en" else "仍会有号码被停") not in text
    assert ("Goals count the whole run" if lang == "en" else "目标按整次任务计算") in text


# --- candidates -----------------------------------------------------------------------------------


def test_no_english_is_left_on_the_page_of_one_that_holds(found: PlanFound) -> None:
    from tests.planning.test_plan_pages import english_of_the_rest  # which takes from here

    assert english_of_the_rest(found) == []


@pytest.mark.parametrize("moment", [MOMENT, "2026-04-13T09:45", "2026-04-14T10:00"])
def test_no_candidate_changes_what_had_happened(moment: str) -> None:
    """Not the calls alone: every array of the dialer and the network that has the same shape."""
    scenario = dialsim.load_scenario(underway())
    at, own = here(scenario, moment)
    begun = own.branch_point()
    assert begun is not None
    for choice in candidates(decisions := decisions_of(scenario)):
        other = Fork(at.chosen(scenario, decisions, choice)).branch_point()  # and checks its digest
        assert other is not None
        mine, theirs = begun.world.state, other.world.state
        for name in ("lists", "people", "rings", "leads", "appointments", "classes", "progress",
                     "ledgers", "pacers", "taken", "limit_ms"):  # fmt: skip
            assert np.array_equal(getattr(mine, name), getattr(theirs, name)), (choice, name)
        assert np.array_equal(mine.carrier.subscribers, theirs.carrier.subscribers)
        n = len(mine.crew.agents)
        states = [each.crew.agents["state"][:n].tolist() for each in (mine, theirs)]
        assert states[0] == states[1]
        assert np.array_equal(mine.memory.tallies, theirs.memory.tallies)


def test_as_it_stands_the_own_future_is_that_of_the_run(run: Path, found: PlanFound) -> None:
    stands = found.trials.scenario((0, 1))
    own = Fork(stands).play(0)
    assert own is not None
    assert own.digest == dialsim.load_run(run).summary["outcome_digest"]


def test_agents_come_and_go_after_the_shift_under_way() -> None:
    """Those of before stay to its end, whatever is decided; hours and costs are what they are."""
    scenario = dialsim.load_scenario(underway())
    at, _ = here(scenario)
    decisions = decisions_of(scenario)
    one = at.chosen(scenario, decisions, (0, 2))
    old, new = one.agents
    assert (old.name, old.count, new.name, new.count) == ("day", 4, "day-next", 6)
    assert old.end == new.start == datetime(2026, 4, 13, 9, 15)
    assert one.campaigns[0].agents == ("day", "day-next")
    worked = [sum(int((t.spans[:, 1] - t.spans[:, 0]).sum()) * t.count for t in all_teams(one)
                  if t.group == place) / HOUR_MS for place in (0, 1)]  # fmt: skip
    assert worked == [4 * 0.25, 6 * 1.25]
    assert one.costs is not None
    bill = cost_statement(Used(one, 3 * 24 * HOUR_MS, date(2026, 4, 15), 0, {}, None), one.costs)
    hours = {line.whose: float(line.figures[1]) for line in bill.lines if line.what == "agents"}
    assert hours == {"day": 1.0, "day-next": 7.5}
    assert at.chosen(scenario, decisions, (0, 1)).agents == scenario.agents


def test_further_numbers_replace_nobody_and_wait_for_their_filing() -> None:
    scenario = dialsim.load_scenario(underway())
    at, _ = here(scenario)
    decisions = decisions_of(scenario)
    (old, new) = at.chosen(scenario, decisions, (1, 1)).caller_ids
    assert old == scenario.caller_ids[0]
    assert (new.count, new.replaces, new.registered) == (1, None, True)
    assert new.start == datetime(2026, 4, 15)  # filed on April 1, in force 14 days later
    assert new.filed is not None
    assert new.filed.on == date(2026, 4, 1)
    begun = dialsim.Simulation(at.chosen(scenario, decisions, (1, 1))).finish()
    used = begun.calls.to_pandas().groupby("caller")["time"].min()
    assert {str(each)[:10] for each in used.index if "further" in str(each)} or len(used) == 3
    first = used[[name for name in used.index if str(name) not in ("north-001", "north-002")]]
    assert (first >= "2026-04-15T00:00+08:00").all()


def test_what_comes_if_nobody_is_called_any_more(found: PlanFound) -> None:
    """Not one attempt after the moment; what is suspended all the same is told."""
    scenario = dialsim.load_scenario(underway())
    at, _ = here(scenario)
    still = at.silent(scenario)
    assert still is not None
    for number in (0, 5):
        played = Fork(still).play(number)
        assert played is not None
        assert played.metrics["attempts"] == at.attempts
    silent = found.to_dict()["without_calls"]
    assert (silent["value"], silent["runs"]) == (0.0, 60)
    assert found.recommended is not None
    agreed = scenario.with_("campaigns.upsell.callbacks", {"share": 0.1})
    assert at.silent(agreed) is None


def test_days_may_be_added() -> None:
    raw = underway()
    raw["plan"]["decisions"] = [{"key": "days", "values": [2, 3, 5]}]
    scenario = dialsim.load_scenario(raw)
    at, _ = here(scenario)
    decisions = decisions_of(scenario)
    attempts = []
    for choice in candidates(decisions):
        played = Fork(at.chosen(scenario, decisions, choice)).play(3)
        assert played is not None
        attempts.append(played.metrics["attempts"] or 0)
    assert attempts[0] < attempts[1] < attempts[2]


def test_figures_hold_from_the_moment_on() -> None:
    raw = underway()
    raw["plan"]["decisions"] = [
        {"key": "campaigns.upsell.attempts.retry.no_answer", "values": ["4h", "20m"]}
    ]
    scenario = dialsim.load_scenario(raw)
    at, own = here(scenario)
    decisions = decisions_of(scenario)
    sooner = Fork(at.chosen(scenario, decisions, (1,)))
    plain, other = own.play(0), sooner.play(0)
    begun = sooner.branch_point()
    assert plain is not None
    assert other is not None
    assert begun is not None
    assert int(begun.world.state.control[0]["attempts"]) == at.attempts
    assert other.digest != plain.digest


def test_a_key_decides_one_kind_of_thing() -> None:
    assert kind_of("campaigns[0].attempts.at_most") == "figures"
    assert kind_of("campaigns.upsell.pacing.ratio") == "figures"
    assert kind_of("campaigns.upsell.ring_timeout") == "figures"
    assert kind_of("campaigns.upsell.pacing") is None
    assert kind_of("rules.caller_limits.0.count") is None


# --- goals ----------------------------------------------------------------------------------------


@pytest.mark.full
def test_a_goal_that_is_lost_is_told_and_not_promised(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = in_few_runs(underway())
    raw["goals"] = [
        {"metric": "attempts", "at_most": 3},
        {"metric": "conversations", "at_least": 1},
        {"metric": "conversations", "at_least": 9_000, "by": datetime(2026, 4, 13, 9, 5)},
    ]
    raw["plan"]["decisions"] = [{"key": "agents.day.count", "values": [2, 4]}]
    out = str(tmp_path / "plans")
    with few_runs():
        folder = folder_of(raw, tmp_path)
    wanted = ["replan", str(folder), "--as-of", MOMENT, "--out", out, "--executor", "serial"]
    with few_runs():
        assert main(wanted) == 1  # though what can be promised is certified
    page = capsys.readouterr().out
    assert page.count("lost already") == 2
    assert "met already" in page
    assert "The cheapest plan that keeps every promise" in page
    (left,) = (tmp_path / "plans").iterdir()
    told = json.loads((left / "plan.json").read_text("utf-8"))
    assert [each["key"] for each in told["promises"]][:2] == ["goal_2", "walls"]
    assert told["certified"]

    raw["goals"] = raw["goals"][:1]
    asked = tmp_path / "asked.toml"
    asked.write_text(tomli_w.dumps(raw), "utf-8")
    with few_runs():
        assert main([*wanted, "--plan", str(asked)]) == 2
    assert "every goal is lost already" in capsys.readouterr().err


def test_the_plan_of_another_file_is_asked(tmp_path: Path) -> None:
    """A run without [plan] and prices: both, and the goals, are the file's."""
    bare = underway()
    del bare["plan"], bare["costs"]
    folder = folder_of(bare, tmp_path)
    with pytest.raises(ScenarioError, match="nothing says what may be decided") as caught:
        dialsim.replan(folder, as_of=MOMENT)
    assert caught.value.problems[0].remedy == "--plan FILE names a scenario with one"
    asked = underway(goals=[{"metric": "conversations", "at_least": 2}])
    asked["plan"]["decisions"] = [{"key": "agents.day.count", "values": [2, 4]}]
    found = dialsim.replan(folder, as_of=MOMENT, plan=asked, executor="serial", only_forecast=True)
    assert found.runs == 1
    assert found.scenario.goals[0].at_least == 2


SQUEEZE = {
    "name": "squeeze", "what": "throttle", "trunks": ["main"],
    "from": datetime(2026, 4, 13, 9, 5), "to": datetime(2026, 4, 14, 10),
}  # fmt: skip


@pytest.mark.full
def test_a_throttle_that_the_run_does_not_know_holds_from_the_moment_on(
    run: Path, tmp_path: Path
) -> None:
    """The operator has throttled the trunk since 9:05: what is left is planned with that."""
    other = SQUEEZE | {"name": "over", "to": datetime(2026, 4, 13, 9, 6)}
    hours = {"name": "none", "what": "hours", "hours": [], "from": "2026-04-15", "to": "2026-04-15"}
    asked = underway(events=[SQUEEZE, other, hours])
    asked["network"]["overrides"]["ladder.throttle_refuses"] = 1.0  # the run's network, not this
    found = dialsim.replan(run, as_of=MOMENT, plan=asked, executor="serial", only_forecast=True)
    (event,) = found.scenario.events
    assert (event.name, event.begins) == ("squeeze", datetime(2026, 4, 13, 9, 10))
    assert event.ends == datetime(2026, 4, 14, 10)
    fork = Fork(found.scenario)
    begun = fork.branch_point()
    assert begun is not None
    acts = begun.world.state.carrier.dated_acts
    assert acts[["start", "end"]].tolist() == [(550 * 60_000, 34 * HOUR_MS)]
    throttled, free = fork.play(0), Fork(here_again(run)).play(0)
    assert throttled is not None
    assert free is not None
    assert throttled.metrics["intercepted"] > free.metrics["intercepted"] + 50
    assert throttled.metrics["conversations"] < free.metrics["conversations"]


def here_again(run: Path) -> dialsim.Scenario:
    """Return a run's scenario, going on from the moment as it stands."""
    return dialsim.replan(run, as_of=MOMENT, executor="serial", only_forecast=True).scenario


def test_a_throttle_of_the_run_itself_goes_on(tmp_path: Path) -> None:
    """It began before the moment, in the run and in every future of it."""
    folder = folder_of(underway(events=[SQUEEZE]), tmp_path)
    found = dialsim.replan(
        folder, as_of=MOMENT, plan=underway(events=[SQUEEZE]), executor="serial", only_forecast=True
    )
    assert found.scenario.events == found.here.past.events  # type: ignore[union-attr]
    begun = Fork(found.scenario).branch_point()
    assert begun is not None
    assert begun.world.state.carrier.dated_acts["start"].tolist() == [545 * 60_000]
    assert dialsim.load_run(folder).summary["metrics"]["intercepted"]["value"] > 50


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        ("soon", "cannot be read"),
        ("2026-04-12T10:00", "outside the days of the run"),
        ("2026-04-16T00:00", "outside the days of the run"),
        (0, "outside the days of the run"),
    ],
)
def test_a_moment_outside_the_run_is_refused(run: Path, moment: Any, says: str) -> None:
    with pytest.raises(ScenarioError, match=says) as caught:
        dialsim.replan(run, as_of=moment)
    assert caught.value.problems[0].path == "--as-of"
    assert "2026-04-15T23:59" in str(caught.value.problems[0].allowed)


def test_a_run_that_broke_off_goes_on_from_before_that(run: Path, tmp_path: Path) -> None:
    other = tmp_path / "broken"
    shutil.copytree(run, other)
    summary = json.loads((other / "summary.json").read_text("utf-8"))
    summary["complete"] = False
    summary["period"]["reached"] = "2026-04-13T09:14:00+08:00"
    (other / "summary.json").write_text(json.dumps(summary), "utf-8")
    with pytest.raises(ScenarioError, match="behind where the run broke off"):
        dialsim.replan(other, as_of="2026-04-13T09:14:30")
    ahead = dialsim.replan(other, as_of=MOMENT, only_forecast=True, executor="serial")
    assert ahead.here is not None
    assert ahead.here.attempts > 0


def test_a_log_that_tells_of_another_past_is_found_out(run: Path, tmp_path: Path) -> None:
    """As many calls in all, but the first of them made on another day."""
    import pyarrow as pa
    from pyarrow import parquet

    other = tmp_path / "edited"
    shutil.copytree(run, other)
    parts = sorted((other / "calls").glob("*.parquet"))
    table = parquet.read_table(parts[0])
    times = table.column("time").to_numpy().copy()
    times[0] += np.timedelta64(1, "D")
    place = table.schema.get_field_index("time")
    column = pa.array(times).cast(table.schema.field("time").type)
    parquet.write_table(table.set_column(place, table.schema.field("time"), column), parts[0])
    told = json.loads((other / "summary.json").read_text("utf-8"))
    del told["checksums"]  # as of a version that kept none: the file is whole by itself
    (other / "summary.json").write_text(json.dumps(told), "utf-8")
    with pytest.raises(ScenarioError, match="another past than the run's folder holds"):
        dialsim.replan(other, as_of=MOMENT)


def test_what_comes_too_late_is_refused_all_at_once(tmp_path: Path) -> None:
    raw = underway()
    raw["caller_ids"].append(
        {"name": "sims", "class": "mobile", "count": 1, "trunk": "main", "checked_clean": True}
    )
    raw["plan"]["decisions"] = [
        {"key": "caller_ids.north.count", "values": [1]},
        {"key": "caller_ids.sims.count", "values": [1, 2]},
        {"key": "days", "values": [1, 3]},
        {"key": "rules.caller_limits.0.count", "values": [40, 50]},
        {"key": "agents.day.count", "values": [4, 5]},
    ]
    folder = folder_of(raw, tmp_path)
    with pytest.raises(ScenarioError) as caught:
        dialsim.replan(folder, as_of="2026-04-15T10:15")
    said = {each.path: each.message for each in caught.value.problems}
    assert "not taken back" in said["plan.decisions[0].values"]
    assert "after the last day" in said["plan.decisions[0].filed_on"]
    assert "evasion" in said["plan.decisions[1].key"]
    assert "over by 2026-04-15" in said["plan.decisions[2].values"]
    assert "shapes what has begun" in said["plan.decisions[3].key"]
    assert "no shift of this group begins" in said["plan.decisions[4].key"]
    assert len(said) == 6


def test_a_figure_that_would_change_what_is_remembered_is_refused(tmp_path: Path) -> None:
    raw = underway()
    raw["plan"]["decisions"] = [{"key": "campaigns.upsell.attempts.at_most", "values": [3, 9]}]
    with pytest.raises(ScenarioError, match="would change what has begun") as caught:
        dialsim.replan(folder_of(raw, tmp_path), as_of=MOMENT)
    assert caught.value.problems[0].path == "plan.decisions[0].values"


def test_what_is_no_run_is_refused(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replan", str(tmp_path / "nothing"), "--as-of", "10:30"]) == 2
    assert "no such run folder" in capsys.readouterr().err


def test_a_run_of_another_version_is_refused(run: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(run, other)
    summary = json.loads((other / "summary.json").read_text("utf-8"))
    summary["identity"]["version"] = "0.0.1"
    (other / "summary.json").write_text(json.dumps(summary), "utf-8")
    with pytest.raises(ScenarioError, match=r"instead of 0\.0\.1") as caught:
        dialsim.replan(other, as_of=MOMENT)
    assert "run it again" in str(caught.value.problems[0].remedy)


def test_a_list_that_has_changed_is_refused(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    rows = ["number,consent_date,consent_purpose,consent_evidence"]
    rows += [f"0106555{n:04d},2026-01-05,marketing,form {n}" for n in range(300)]
    people.write_text("\n".join(rows) + "\n", "utf-8")
    raw = underway(goals=[{"metric": "conversations", "at_least": 2}])
    raw["people"] = [{"name": "customers", "file": str(people)}]
    raw["plan"]["decisions"] = [{"key": "agents.day.count", "values": [4, 5]}]
    folder = folder_of(raw, tmp_path / "runs")
    ahead = dialsim.replan(folder, as_of=MOMENT, only_forecast=True, executor="serial")
    assert ahead.here is not None
    assert ahead.here.attempts > 0
    people.write_text("\n".join(rows[:-9]) + "\n", "utf-8")
    with pytest.raises(ScenarioError, match="content of"):
        dialsim.replan(folder, as_of=MOMENT)


def test_a_run_in_memory_is_gone_on_from_and_stays_as_it_is() -> None:
    run = dialsim.run(underway())
    ahead = dialsim.replan(run, as_of=MOMENT, only_forecast=True, executor="serial")
    assert ahead.here is not None
    assert ahead.here.so_far["run"] == "underway, seed 20260413"
    assert run.scenario._as_of is None
    stop = Stop()
    stop.request()
    with pytest.raises(KeyboardInterrupt):
        dialsim.replan(run, as_of=MOMENT, stop=stop)


def test_a_policy_and_a_study_are_refused(tmp_path: Path) -> None:
    raw = underway()
    del raw["plan"]
    raw["study"] = "unlawful"
    with pytest.raises(ScenarioError, match="neither planned nor exported"):
        dialsim.replan(folder_of(raw, tmp_path), as_of=MOMENT)
