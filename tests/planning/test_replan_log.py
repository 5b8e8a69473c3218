"""`replan CALLS`: a campaign goes on from what its call log tells."""

from __future__ import annotations

import copy
import csv
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.__main__ import main
from dialsim.carrier.layout import W_DAY, W_HOUR
from dialsim.core.codes import LeadState, Reason, Seen
from dialsim.core.queue_layout import KINDS
from dialsim.core.windows import counted, of_family
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.errors import ScenarioError
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.planning.plan_page import plan_page
from dialsim.planning.plans.candidates import decisions_of
from dialsim.planning.plans.plan_result import PlanFound
from dialsim.planning.plans.promises import promises_of
from dialsim.planning.replans.decisions import Moment
from dialsim.planning.replans.log_start import Logged, logged, of_campaign, stand_of_leads
from dialsim.results.goals import judge
from dialsim.results.metrics import metric_values
from dialsim.scenario.load import load_scenario
from dialsim.scheduler.prepared_inputs import Beginning
from tests.planning.call_logs import COLUMNS, PEOPLE, campaign, played, ready, rows_of, written
from tests.planning.worlds import in_few_runs

NOON = "2026-04-13T12:30"
HOUR_MS = 3_600_000
REFUSED = "ladder.throttle_refuses"


def told_by(raw: Mapping[str, Any], log: Path, moment: str = NOON) -> Logged:
    """What a log tells of a campaign."""
    when = datetime.fromisoformat(moment)
    tick = (when.hour * 60 + when.minute) * 60_000
    return logged(of_campaign(raw, log), Moment(tick, when))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log")


@pytest.fixture(scope="module")
def raw(folder: Path) -> dict[str, Any]:
    return campaign(folder)


@pytest.fixture(scope="module")
def morning(raw: dict[str, Any]) -> tuple[World, Any]:
    world, calls = played(raw, 12 * HOUR_MS + HOUR_MS // 2)
    assert len(calls) > 100
    assert world.state.calls["lead"].max() == -1  # at lunch nobody is on a call
    return world, calls


@pytest.fixture(scope="module")
def log(folder: Path, morning: tuple[World, Any]) -> Path:
    return written(folder / "calls.csv", rows_of(*morning))


@pytest.fixture(scope="module")
def found(raw: dict[str, Any], log: Path) -> PlanFound:
    return dialsim.replan(log, as_of=NOON, plan=raw, executor="serial")


def test_a_trunk_is_throttled_in_what_is_left(raw: dict[str, Any], log: Path) -> None:
    """Since before the log ends: the event holds from then on, and what is left brings less."""
    squeeze = {
        "name": "squeeze", "what": "throttle", "trunks": ["main"],
        "from": datetime.fromisoformat("2026-04-13T10:30"),
    }  # fmt: skip
    asked = copy.deepcopy(raw)
    asked["network"]["overrides"] = {**asked["network"].get("overrides", {}), REFUSED: 0.5}
    ahead = [
        dialsim.replan(log, as_of=NOON, plan=each, executor="serial", only_forecast=True)
        for each in (asked, asked | {"events": [squeeze]})
    ]
    free, throttled = (dialsim.run(each.scenario) for each in ahead)
    assert throttled.metrics["intercepted"] > free.metrics["intercepted"]
    assert throttled.metrics["conversations"] < free.metrics["conversations"]


def begun(raw: dict[str, Any], log: Path, **states: Any) -> World:
    """The world that goes on from the log."""
    history = {"calls": {"file": str(log), "own": True}, "as_of": datetime.fromisoformat(NOON)}
    told = {key: value for key, value in raw.items() if key != "plan"}
    return ready(told | {"history": history | states})


@pytest.mark.rule("E-RESUME-5 to E-RESUME-9")
@pytest.mark.once
def test_leads_stand_where_the_run_left_them(
    raw: dict[str, Any], morning: tuple[World, Any], log: Path
) -> None:
    """Written down and read again: attempts, reasons, who is done with, whom the network counts."""
    ran, _ = morning
    again = begun(raw, log)
    mine, theirs = again.state.leads, ran.state.leads
    # whoever is READY was asleep until some time that has come
    rests = (LeadState.SLEEPING, LeadState.READY)
    assert np.isin(mine["state"], rests).tolist() == np.isin(theirs["state"], rests).tolist()
    for state in (LeadState.FINISHED, LeadState.FRESH):
        assert (mine["state"] == state).tolist() == (theirs["state"] == state).tolist()
    done = mine["state"] == LeadState.FINISHED
    # whoever asked not to be called is known to the run alone
    assert mine["reason"][done].tolist() == theirs["reason"][done].tolist()
    for name in ("attempts", "seen", "parts"):
        assert mine[name].tolist() == theirs[name].tolist()
    for name in ("attempts",):
        assert again.state.people[name].tolist() == ran.state.people[name].tolist()
    asleep = np.flatnonzero(
        (mine["state"] == LeadState.SLEEPING) & (theirs["state"] == mine["state"])
    )
    assert len(asleep) > 20
    node = int(again.static.world[0]["node_lead"])
    due = [world.state.queue.timers["due"][node + asleep] for world in (again, ran)]
    later = (due[1] - due[0]) // KINDS  # the log tells when a call began, not when it ended
    assert (later >= 0).all()
    assert (later < 60_000).all()
    assert Reason.CONNECTED in set(mine["reason"].tolist())


@pytest.mark.rule("E-COMING-3", "E-PAST-4")
@pytest.mark.once
def test_limits_and_windows_hold_the_calls_of_the_log(
    raw: dict[str, Any], morning: tuple[World, Any], log: Path
) -> None:
    ran, _ = morning
    again = begun(raw, log)
    callers = len(ran.caller_names)
    for family, bucket_ms in ((W_HOUR, 60_000), (W_DAY, 24 * 60_000)):
        opening = int(again.static.world[0]["opening"])
        for line in range(callers):
            assert window(again, family, line, opening // bucket_ms) == window(
                ran, family, line, opening // bucket_ms
            )
    assert window(ran, W_DAY, 0, opening // bucket_ms) > 20
    mine, theirs = again.state.resources, ran.state.resources
    depth = mine.rings.shape[1]
    for line in range(callers):
        made = [int(each.callers["attempts"][line]) for each in (mine, theirs)]
        last = [
            sorted(each.rings[line][[i % depth for i in range(max(0, n - depth), n)]].tolist())
            for each, n in zip((mine, theirs), made, strict=True)
        ]
        assert last[0] == last[1]
    assert again.state.carrier.enterprise_days[0, 0] > 0.5 * ran.state.carrier.enterprise_days[0, 0]


def judged(told: Logged) -> list[dict[str, Any]]:
    """The goals as a run would judge them that plays nothing."""
    world = Beginning(told.scenario).world(0)
    assert world is not None
    return judge(world, metric_values(world))


def window(world: World, family: int, line: int, bucket: int) -> int:
    """What a line's window of 60 buckets counts as of a bucket, its last."""
    carrier = world.state.carrier
    head = int(of_family(carrier.windows, family)["head"][line])
    counts = counted(carrier.windows, carrier.window_counts, family)[:, line]
    kept = range(max(head - 59, bucket - 59), head + 1)
    return int(sum(counts[each % 64] for each in kept))


@pytest.mark.rule("E-RESUME-1", "E-RESUME-2", "E-RESUME-7")
def test_nothing_is_played_before_the_moment(raw: dict[str, Any], log: Path) -> None:
    world = begun(raw, log)
    calls = host.run_to_end(world).calls
    opening = int(world.static.world[0]["opening"])
    assert calls["tick"].min() >= opening
    assert len(np.unique(calls["person"])) > 20
    # nobody who was connected is called again, and nobody too often
    told = world.begun[0][0]
    done = told["row"][told["seen"] == Seen.CONNECTED]
    assert not np.isin(calls["person"], done).any()
    assert int(world.state.leads["attempts"].max()) == 3
    assert world.state.crew.staff["idle_ms"][0][: 12 * 4].sum() == 0


@pytest.mark.rule("E-COMING-2", "E-COMING-4")
@pytest.mark.full
@pytest.mark.once
def test_complaints_on_their_way_are_as_many_as_in_the_run(
    folder: Path, raw: dict[str, Any]
) -> None:
    """The morning's calls bring as many cases, told by a log, as played."""
    loud = raw | {"network": {"profile": "typical", "overrides": {
        "complaints.rate_12321.opted_in": 200_000, "complaints.hotline_factor": 0,
    }}}  # fmt: skip
    rung = played_cases = told_cases = 0
    for seed in range(6):
        world, calls = played(loud | {"seed": seed}, 12 * HOUR_MS + HOUR_MS // 2)
        played_cases += int(world.state.control[0]["cases"])
        path = written(folder / f"loud{seed}.csv", rows_of(world, calls))
        for other in range(4):
            again = begun(loud | {"seed": 100 + 10 * seed + other}, path)
            told_cases += int(again.state.control[0]["cases"])
        rung += len(calls)
    assert played_cases > 20
    spread = (played_cases + played_cases / 4) ** 0.5
    assert abs(told_cases / 4 - played_cases) < 4 * spread


@pytest.mark.once
@pytest.mark.parametrize("campaigns", [1, 2])
def test_lines_that_are_no_rows_are_nobody(tmp_path: Path, campaigns: int) -> None:
    """Room is made for lines; blank ones hold no lead, fresh or barred."""
    raw = campaign(tmp_path)
    lines = (tmp_path / "people.csv").read_text(encoding="utf-8").splitlines()[:19]
    blank = ["", *lines[1:7], "", "", *lines[7:], ""]
    (tmp_path / "people.csv").write_text("\n".join([lines[0], *blank]), encoding="utf-8")
    first = raw["campaigns"][0]
    raw["campaigns"] += [first | {"name": f"again {i}"} for i in range(1, campaigns)]
    counts = stand_of_leads(ready(raw))
    assert (counts["fresh"], counts["barred"]) == (18 * campaigns, 0)
    assert (counts["finished"], counts["again"], counts["by_reason"]) == (0, 0, {})


def test_a_plan_for_what_is_left(
    found: PlanFound, morning: tuple[World, Any], raw: dict[str, Any]
) -> None:
    _, calls = morning
    here = found.to_dict()["here"]
    connected = calls[calls["seen"] == Seen.CONNECTED]
    talked = int((connected["talk_ms"] >= 30_000).sum())
    assert here["metrics"]["attempts"]["value"] == len(calls)
    assert here["metrics"]["connects"]["value"] == len(connected)
    assert here["goals"][0]["value"] == talked
    assert here["goals"][0]["state"] == "open"
    assert found.scenario.goals[0].at_least == 120  # of the whole, the log's calls among them
    leads = here["leads"]
    assert leads["finished"] + leads["again"] + leads["fresh"] == PEOPLE
    assert leads["by_reason"]["CONNECTED"] == len(np.unique(connected["person"]))
    assert found.certified


def test_the_plan_found_is_one_to_run(found: PlanFound, tmp_path: Path) -> None:
    """From its folder, wherever the lists lie."""
    path = (
        found.save(tmp_path / "deep" / "found.toml")
        if (tmp_path / "deep").mkdir() is None
        else None
    )
    assert path is not None
    done = dialsim.run(path)
    (goal,) = done.summary["goals"]
    assert goal["met"] is True
    assert goal["value"] == goal["before"]["value"] + done.metrics["conversations"]
    assert done.summary["lists"] is not None


@pytest.mark.full
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 100])
def test_its_page_says_what_the_log_tells(found: PlanFound, width: int, lang: Any) -> None:
    lines = [line.plain for line in page_lines(plan_page(found.to_dict(), lang), width)]
    assert max(len(line) for line in lines) <= width
    text = " ".join(" ".join(lines).split())
    said = {
        "en": (
            "In the log:",
            "done with (connected to an agent",
            "what the log has with what is to come",
            "for granted",
        ),
        "zh": ("记录中", "已结束", "计入记录中的部分", "假定"),
    }
    for words in said[lang]:
        assert words in text


@pytest.mark.rule("E-RESUME-3")
def test_closed_numbers_stay_closed(folder: Path, raw: dict[str, Any], log: Path) -> None:
    states = written(
        folder / "states.csv",
        [["north-001", "yes"], ["north-002", "no"]],
        ("caller_id", "suspended"),
    )
    world = begun(raw, log, caller_ids={"file": str(states)})
    calls = host.run_to_end(world).calls
    assert set(calls["caller"].tolist()) == {1}
    asked = raw | {"history": {"caller_ids": {"file": str(states)}}}
    told = told_by(asked, log)
    assert told.so_far["caller_ids"] == {"all": 2, "suspended": 1, "down": 1}


def test_calls_after_the_moment_are_left_out_and_told(raw: dict[str, Any], log: Path) -> None:
    told = told_by(raw, log, "2026-04-13T10:00")
    rows = list(csv.DictReader(log.read_text("utf-8").splitlines()))
    before = sum(row["time"] < "2026-04-13T10:00" for row in rows)
    assert told.so_far["metrics"]["attempts"]["value"] == before
    assert any(
        f"{len(rows) - before:,} calls at the moment" in each for each in told.so_far["assumed"]
    )


def test_goals_met_and_lost_already(raw: dict[str, Any], log: Path) -> None:
    past = datetime.fromisoformat("2026-04-13T10:00")
    goals = [
        {"metric": "connects", "at_least": 10},
        {"metric": "attempts", "at_most": 5},
        {"metric": "opt_outs", "at_most": 50},
        {"metric": "connects", "at_least": 9_000, "by": past},
        {"metric": "opt_outs", "at_most": 50, "by": past},
        {"metric": "leads_finished", "at_least": 500},
    ]
    told = told_by(raw | {"goals": goals}, log)
    assert [each["state"] for each in told.so_far["goals"]] == [
        *("met", "lost", "open", "lost", "unknown", "open"),
    ]
    assert told.so_far["goals"][2]["value"] is None
    assert told.so_far["goals"][5]["value"] == told.so_far["leads"]["finished"]
    assert told.from_here().lost == {1, 3}
    # nothing is promised that is lost, or that nobody can judge
    assert told.scenario.plan is not None
    promises = promises_of(told.scenario, told.scenario.plan)
    kept = told.from_here().open_promises(promises)
    assert {each.goal for each in promises} - {each.goal for each in kept} == {1, 3, 4}
    known = [each["value"] for each in told.so_far["goals"]]
    assert [each["value"] for each in judged(told)] == [*known[:2], 0, *known[3:]]


@pytest.mark.parametrize(
    ("columns", "changes", "says"),
    [
        ((0, 1, 2, 3), {}, "the log does not tell of every connected call"),
        ((1, 2, 3, 4), {}, "no column says when a call was made"),
        ((0, 1, 2, 4), {}, "no column says what came of a call"),
    ],
)
def test_a_log_that_lacks_something(
    raw: dict[str, Any], log: Path, tmp_path: Path, columns: tuple[int, ...],
    changes: dict[str, Any], says: str,
) -> None:  # fmt: skip
    rows = list(csv.reader(log.read_text("utf-8").splitlines()))
    some = [[row[i] for i in columns] for row in rows]
    path = written(tmp_path / "some.csv", some[1:], some[0])
    with pytest.raises(ScenarioError, match=says):
        dialsim.replan(path, as_of=NOON, plan=raw | changes, executor="serial")


@pytest.mark.parametrize("language", ["strange", "中文"])
def test_unknown_columns_are_said_to_be_named_in_the_scenario(
    raw: dict[str, Any], log: Path, tmp_path: Path, language: str
) -> None:
    """All that lack at once, and where to name them; named, the log is read."""
    rows = list(csv.reader(log.read_text("utf-8").splitlines()))
    names = [f"{language}{i}" for i in range(5)]
    path = written(tmp_path / "odd.csv", rows[1:], names)
    with pytest.raises(ScenarioError) as caught:
        told_by(raw, path)
    (problem,) = caught.value.problems
    assert problem.remedy == (
        'name them in the scenario: [history.calls.columns] with time = "...", number = "...", '
        'outcome = "..."'
    )
    path = written(tmp_path / "some.csv", rows[1:], ["time", *names[1:]])
    with pytest.raises(ScenarioError) as caught:
        told_by(raw, path)
    assert [each.remedy for each in caught.value.problems] == [
        f'name it in the scenario: [history.calls.columns] with {role} = "..."'
        for role in ("number", "outcome")
    ]
    columns = dict(zip(("time", "id", "caller_id", "outcome", "talk_s"), names, strict=True))
    named = raw | {"history": {"calls": {"columns": columns}}}
    path = written(tmp_path / "odd.csv", rows[1:], names)
    assert told_by(named, path).so_far["metrics"]["attempts"]["value"] == len(rows) - 1


def test_a_log_without_whom_is_refused(raw: dict[str, Any], log: Path, tmp_path: Path) -> None:
    """Numbers of nobody on the lists, or none at all."""
    rows = list(csv.reader(log.read_text("utf-8").splitlines()))
    head, *some = ([row[0], *row[2:]] for row in rows)
    path = written(tmp_path / "none.csv", some, head)
    with pytest.raises(ScenarioError, match="no column says whom a call went to"):
        told_by(raw, path)
    others = [[r[0], f"other{i}", *r[2:]] for i, r in enumerate(rows[1:])]
    path = written(tmp_path / "others.csv", others, rows[0])
    with pytest.raises(ScenarioError, match="nobody whom the log names is on the lists"):
        dialsim.replan(path, as_of=NOON, plan=raw, executor="serial")


def test_calls_without_a_caller_id_are_told(raw: dict[str, Any], log: Path, tmp_path: Path) -> None:
    rows = list(csv.reader(log.read_text("utf-8").splitlines()))
    some = [[*r[:2], "" if i < 7 else r[2], *r[3:]] for i, r in enumerate(rows[1:])]
    told = told_by(raw, written(tmp_path / "some.csv", some, rows[0])).so_far
    assert any(each.startswith("7 calls without a caller ID") for each in told["assumed"])


def test_a_log_needs_its_campaign(
    raw: dict[str, Any], log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replan", str(log), "--as-of", NOON]) == 2
    assert "a call log has no scenario of its own" in capsys.readouterr().err
    with pytest.raises(ScenarioError, match="no call of it lies before 2026-04-13 08:00"):
        dialsim.replan(log, as_of="2026-04-13T08:00", plan=raw, executor="serial")
    decisions = [{"key": "caller_ids.north.count", "values": [1]}, {"key": "seed", "values": [1]}]
    with pytest.raises(ScenarioError) as caught:
        dialsim.replan(log, as_of=NOON, plan=raw | {"plan": {"probability": 0.9,
                       "decisions": decisions[:1]}}, executor="serial")  # fmt: skip
    assert "numbers in use are not taken back" in str(caught.value)


def test_several_campaigns_are_told_apart_by_a_column(
    raw: dict[str, Any], log: Path, tmp_path: Path
) -> None:
    other = raw["campaigns"][0] | {"name": "service"}
    two = raw | {"campaigns": [raw["campaigns"][0], other], "plan": raw["plan"]}
    with pytest.raises(ScenarioError, match="which campaign made a call"):
        told_by(two, log)
    rows = list(csv.reader(log.read_text("utf-8").splitlines()))
    names = ["upsell", "service", "another"]
    some = [[*row, names[i % 3]] for i, row in enumerate(rows[1:])]
    path = written(tmp_path / "two.csv", some, (*COLUMNS, "campaign"))
    told = told_by(two, path).so_far
    third = sum(row[-1] == "another" for row in some)
    assert told["metrics"]["attempts"]["value"] == len(some) - third
    assert any("campaigns that are none of this scenario" in each for each in told["assumed"])


def test_whoever_was_done_with_is_told_as_such(raw: dict[str, Any], log: Path) -> None:
    """The account of the list sums to it, and does not take earlier connects for short talks."""
    history = {"calls": {"file": str(log), "own": True}, "as_of": datetime.fromisoformat(NOON)}
    done = dialsim.run({key: raw[key] for key in raw if key != "plan"} | {"history": history})
    waterfall = done.summary["waterfall"]["total"]
    exits = {each["key"]: each["leads"] for each in waterfall["exits"]}
    told = told_by(raw, log).so_far
    assert exits["done_before"] == told["leads"]["finished"]
    assert sum(exits.values()) == waterfall["rows"] == PEOPLE
    connected = exits["conversation"] + exits["short"]
    assert connected == done.metrics["connects"]


def test_agents_change_after_the_shift_under_way(raw: dict[str, Any], log: Path) -> None:
    """A shift that began before the moment goes on to its end."""
    here = told_by(raw, log, "2026-04-13T10:00").from_here()
    (decision,) = decisions_of(
        load_scenario(
            raw | {"plan": {"decisions": [{"key": "agents.day.count", "values": [2, 5]}]}}
        )
    )
    found = here.chosen(here.past, (decision,), (1,))
    assert [(each.name, each.count) for each in found.agents] == [("day", 2), ("day-next", 5)]
    assert found.agents[1].employed[0] == datetime.fromisoformat("2026-04-13T11:00")


def with_cell(log: Path, to: Path, row: int, column: str, cell: str) -> Path:
    """The log with another cell in one row."""
    rows = list(csv.reader(log.read_text("utf-8").splitlines()))
    rows[1 + row][COLUMNS.index(column)] = cell
    return written(to, rows[1:], rows[0])


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("time", "soon", "1 row that cannot be understood, the first in line 5"),
        ("outcome", "fine", "outcome that cannot be understood"),
        ("id", "", "1 row that cannot be understood"),
    ],
)
def test_a_row_that_would_be_lost_is_refused(
    raw: dict[str, Any], log: Path, tmp_path: Path, column: str, cell: str, says: str
) -> None:
    path = with_cell(log, tmp_path / "odd.csv", 3, column, cell)
    if column == "id":
        path = with_cell(path, tmp_path / "odder.csv", 3, "caller_id", "")
    with pytest.raises(ScenarioError, match=says):
        told_by(raw, path)


def test_talk_times_as_exports_write_them(raw: dict[str, Any], log: Path, tmp_path: Path) -> None:
    rows = list(csv.reader(log.read_text("utf-8").splitlines()))
    for i, row in enumerate(rows[1:]):
        if row[-1]:
            seconds = round(float(row[-1]))
            row[-1] = (f"{seconds // 60}:{seconds % 60:02d}", f"{seconds}秒", str(seconds))[i % 3]
    path = written(tmp_path / "talks.csv", rows[1:], rows[0])
    assert told_by(raw, path).so_far["metrics"] == told_by(raw, log).so_far["metrics"]
    talked = next(i for i, row in enumerate(rows[1:]) if row[3] == "connected")
    odd = with_cell(log, tmp_path / "odd.csv", talked, "talk_s", "a while")
    with pytest.raises(ScenarioError, match="a while"):
        told_by(raw, odd)
    connects = raw | {"goals": [{"metric": "connects", "at_least": 900}]}
    told = told_by(connects, odd).so_far  # it is a call all the same
    assert told["metrics"]["connects"] == told_by(connects, log).so_far["metrics"]["connects"]
    assert any("1 talk times that cannot be read" in each for each in told["assumed"])


def test_a_stopped_number_that_would_be_lost_is_refused(
    raw: dict[str, Any], log: Path, tmp_path: Path
) -> None:
    for cell, number in (("perhaps", "north-001"), ("关停", "north-099")):
        rows = [[number, cell], ["north-002", "正常"]]
        states = written(tmp_path / "states.csv", rows, ("caller_id", "suspended"))
        with pytest.raises(ScenarioError, match="a stopped number would be used"):
            told_by(raw | {"history": {"caller_ids": {"file": str(states)}}}, log)


def test_calls_that_are_no_work_of_the_campaign_reach_no_goal(
    raw: dict[str, Any], log: Path, tmp_path: Path
) -> None:
    rows = list(csv.reader(log.read_text("utf-8").splitlines()))
    more = [["2026-04-13T09:30:00", f"q{i}", "north-001", "connected", 99] for i in range(40)]
    more += [["2026-03-01T09:30:00", f"p{i}", "north-001", "connected", 99] for i in range(30)]
    told = told_by(raw, written(tmp_path / "more.csv", rows[1:] + more, rows[0])).so_far
    was = told_by(raw, log).so_far
    assert told["metrics"]["attempts"] == was["metrics"]["attempts"]
    assert told["goals"][0]["value"] == was["goals"][0]["value"]
    assert told["assumed"][:2] == [
        "40 calls to nobody on the lists: not counted towards goals",
        "30 calls before the first day: not counted towards goals",
    ]


def test_the_scenario_of_a_log_with_columns_of_its_own(
    raw: dict[str, Any], log: Path, tmp_path: Path
) -> None:
    """It need not name the file; the log stands in place of one that it names."""
    rows = list(csv.reader(log.read_text("utf-8").splitlines()))
    path = written(tmp_path / "export.csv", rows[1:], ("时间", *COLUMNS[1:]))
    columns = {"calls": {"columns": {"time": "时间"}}}
    told = told_by(raw | {"history": columns}, path).so_far
    assert told["metrics"] == told_by(raw, log).so_far["metrics"]
    other = {"calls": {"file": str(log), "columns": {"time": "时间"}}}
    assert told_by(raw | {"history": other}, path).so_far["metrics"] == told["metrics"]


@pytest.mark.full
@pytest.mark.usefixtures("brief")
def test_a_plan_whose_goals_are_met_is_one_to_run(
    raw: dict[str, Any], log: Path, tmp_path: Path
) -> None:
    met = raw | {"goals": [{"metric": "connects", "at_least": 10}]}
    met = in_few_runs(met | {"plan": dict(raw["plan"])})
    found = dialsim.replan(log, as_of=NOON, plan=met, executor="serial")
    assert found.certified
    done = dialsim.run(found.save(tmp_path / "found.toml"))
    assert done.summary["verdict"]["all_met"]
