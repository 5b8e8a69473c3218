"""A run that goes on with earlier calls tells of them: of people, caller IDs, and complaints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len

import dialsim
from dialsim.errors import ScenarioError
from dialsim.explanations.caller_life import states_of
from dialsim.explanations.recount import recount
from dialsim.outcomes.erasing import erase_persons
from dialsim.pages.charts.callers import life_rows
from dialsim.pages.explain.story_page import story_page
from dialsim.pages.model.parts import Section
from dialsim.pages.model.terminal import in_terminal, page_lines
from dialsim.pages.run.lists_section import files_table
from dialsim.results.history.call_history import COMPLAINTS
from dialsim.results.network.network_rules import network_rules
from dialsim.results.tables.run_log import RunLog
from tests.results.begun_runs import logged, loud, mid_campaign, with_history

OPENING = datetime.fromisoformat("2026-04-14T10:40:00+08:00")
CLOSED = "north-003"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> dialsim.Run:
    return dialsim.run(mid_campaign(), out=tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def loud_run(tmp_path_factory: pytest.TempPathFactory) -> dialsim.Run:
    return dialsim.run(loud(), out=tmp_path_factory.mktemp("loud"))


@pytest.fixture(scope="module")
def page() -> Callable[..., str]:
    """A story's page as one line of text; every line of it fits the width."""

    def drawn(found: dict[str, Any], width: int = 80, language: Any = "en") -> str:
        lines = [line.plain for line in page_lines(story_page(found, language), width)]
        assert all(cell_len(line) <= width for line in lines)
        return " ".join(" ".join(lines).split())

    return drawn


# --- people ------------------------------------------------------------------------------------


def test_every_call_of_the_log_is_told(run: dialsim.Run) -> None:
    """To whom, when, from which number and what came of it, as the log has it."""
    found: dict[int, list[tuple[str, str, str]]] = {}
    for call in run.earlier_calls.to_pylist():
        when = call["time"].strftime("%Y-%m-%d %H:%M:%S")
        found.setdefault(call["person"], []).append((when, call["caller"], call["seen_outcome"]))
    log = {
        row: [(call["called_at"], call["line"], call["result"]) for call in calls]
        for row, calls in logged().items()
    }
    assert found == log
    assert len(found) > 500


def test_what_followed_of_each_person_is_what_the_run_did(run: dialsim.Run) -> None:
    """Whoever is done with is not called; whoever waits is called no earlier than is told."""
    first: dict[int, datetime] = {}
    for call in run.calls.to_pylist():
        first.setdefault(call["person"], call["time"])
    how: Counter[str] = Counter()
    for person, calls in sorted(logged().items())[::12]:
        found = dialsim.explain_run(run, person=person)
        (lead,) = found["before"]["leads"]
        assert lead["calls"] == len(calls) == len(found["before"]["calls"])
        assert lead["last"]["seen"] == calls[-1]["result"]
        how[lead["then"]] += 1
        if lead["then"] == "done":
            assert person not in first
            assert lead["reason"] == found["leads"][0]["reason"]
            if any(call["result"] == "connected" for call in calls):
                assert lead["reason"] == "connected"
        else:
            due = lead["not_before"]
            not_before = OPENING if due is None else datetime.fromisoformat(due)
            assert not_before > OPENING - timedelta(seconds=1)
            assert person not in first or first[person] >= not_before
    assert min(how["done"], how["retry"]) > 5


def test_a_retry_that_is_due_is_made_when_it_is_told(run: dialsim.Run) -> None:
    """A bound that is never met would be none: some retries are made in their very minute."""
    gaps = []
    for call in run.calls.to_pylist():
        if call["attempt"] > 1 and len(gaps) < 30 and call["person"] in logged():
            before = dialsim.explain_run(run, person=call["person"])["before"]
            due = before["leads"][0]["not_before"]
            if due is not None:
                gaps.append(call["time"] - datetime.fromisoformat(due))
    assert min(gaps) < timedelta(minutes=2)


@pytest.mark.parametrize("width", [80, 100])
def test_pages_of_people(run: dialsim.Run, page: Any, width: int) -> None:
    log = logged()
    done = next(row for row, calls in log.items() if calls[-1]["result"] == "connected")
    english = page(dialsim.explain_run(run, person=done), width)
    assert "Before the run began until 14 Apr 10:40" in english
    used = f"Attempts used: {len(log[done])} of 3"
    assert f"hence done with: The person talked with an agent. {used}" in english
    assert "none in this run" in english
    assert "never dialled" not in english
    waiting = next(
        row
        for row, calls in log.items()
        if len(calls) == 2
        and calls[-1]["result"] == "no_answer"
        and "14 " in calls[-1]["called_at"]
    )
    english = page(dialsim.explain_run(run, person=waiting), width)
    assert "upsell: 2 calls, the last 14 Apr" in english
    assert "attempts used 2 of 3" in english
    chinese = page(dialsim.explain_run(run, person=waiting, language="zh"), width, "zh")
    assert "运行开始之前 截至 4月14日 10:40" in chinese
    assert "次数已用 2，共 3" in chinese
    fresh = next(row for row in range(900) if row not in log)
    assert dialsim.explain_run(run, person=fresh)["before"] is None


def test_calls_of_others_are_told_as_such(tmp_path: Path, page: Any) -> None:
    """Before a start, by none of the run's campaigns: for limits alone."""
    raw = mid_campaign()
    raw = with_history(raw, tmp_path, [f"2026-04-1{i},13800010001,no_answer" for i in (1, 2)])
    found = dialsim.explain_run(dialsim.run(raw, out=tmp_path / "runs"), person=0)
    assert found["before"]["other_attempts"] == 2
    assert found["before"]["calls"] == found["before"]["leads"] == []
    text = page(found)
    assert "2 attempts of none of these campaigns: for limits alone" in text
    assert "until 13 Apr 00:00" in text


# --- caller IDs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 100])
def test_a_number_that_was_closed(run: dialsim.Run, page: Any, width: int) -> None:
    found = dialsim.explain_run(run, caller=CLOSED)
    assert [state["action"] for state in found["states"]] == ["close"]
    assert found["states"][0]["from"] == OPENING.isoformat()
    assert found["states"][0]["to"] == found["ends"]
    assert found["taken_out"]["why"] == "before"
    assert found["first_call"] is None
    made = [call for calls in logged().values() for call in calls if call["line"] == CLOSED]
    assert found["before"]["calls"] == len(made) > 100
    assert found["before"]["stated"]["marks_30d"] == 6
    english = page(found, width)
    assert "closed before the run began, as the states of caller IDs tell" in english
    assert "closed: used no more, and not replaced" in english
    assert "from to state 14 Apr 10:40 31 May 00:00 closed" in english
    chinese = page(dialsim.explain_run(run, caller=CLOSED, language="zh"), width, "zh")
    assert "已关停：不再使用，也不替换" in chinese


def test_a_closed_number_is_closed_wherever_states_are_told(run: dialsim.Run) -> None:
    ids = run.summary["caller_ids"]
    assert ids["by_state"] == ids["severest"] == {"clear": 3, "closed": 1}
    assert ids["closed_before"] == ids["retired"] == 1
    assert "1 closed before the run began" in " ".join(run.page().split())
    assert "given up by the dialer" not in run.page()

    (closed,) = life_rows(run.log)
    assert (closed["caller"], closed["state"]) == (CLOSED, "close")
    assert closed["from"] == OPENING.isoformat()[:19]


def test_other_numbers_are_clear_from_where_the_run_began(run: dialsim.Run) -> None:
    found = dialsim.explain_run(run, caller=1)
    assert [state["action"] for state in found["states"]] == ["none"]
    assert found["states"][0]["from"] == OPENING.isoformat()
    assert found["before"]["closed"] is False
    assert found["taken_out"] is None


# --- complaints ----------------------------------------------------------------------------------


@pytest.mark.full
def test_each_figure_of_complaints_is_its_list_with_those_of_before(loud_run: dialsim.Run) -> None:
    """A number's counts, the enterprise's review and the contract's: counted again to the one."""
    told = Counter()
    for number in range(len(loud_run.interventions)):
        found = dialsim.explain_run(loud_run, intervention=number)
        figure, listed = found["figure"], found["before"]["complaints"]
        assert (
            sum(each["before_run"] for each in listed) == found["before"]["complaints_before_run"]
        )
        if figure is None:
            continue
        assert figure["agreement"] == "agrees", found["sentence"]
        if found["rule"] == "complaints_number":
            counted = [
                each
                for each in listed
                if each["event"] == "complaint_12321" and each["counts"] <= figure["to"]
            ]
            assert figure["counted"] == len(counted)
            assert figure["before"] == sum(each["before_run"] for each in counted)
        told[found["rule"]] += figure["before"]
    assert set(told) == {"complaints_number", "complaints_enterprise", "contract_complaints"}
    assert all(told.values())


def test_without_those_of_before_no_figure_would_be_right(loud_run: dialsim.Run) -> None:
    """The figures above are no empty agreement."""
    log = RunLog(loud_run.scenario, loud_run.summary, loud_run.batches, loud_run.columns)
    log.earlier.__dict__["complaints"] = []
    short = [recount(log, act) for act in log.acts if act.rule == "complaints_number"]
    assert any(each is not None and each.agreement == "earlier" for each in short)


def test_how_many_there_were_is_told_once_for_all(loud_run: dialsim.Run, page: Any) -> None:
    to_come = loud_run.summary["history"]["to_come"]
    before = [each for each in loud_run.log.happenings if each.before]
    assert Counter(each.event for each in before) == Counter(to_come)
    assert sum(to_come.values()) > 5
    assert [each.tick for each in before] == sorted(each.tick for each in before)
    events = len(loud_run.events.to_pylist())
    assert len(loud_run.log.happenings) == events + len(before)
    text = " ".join(loud_run.page().split())
    assert f"and {sum(to_come.values())} about calls before the run began" in text
    person = before[0].person
    found = dialsim.explain_run(loud_run, person=person)
    assert found["events"][0]["before_run"] is True
    assert "(before the run began)" in page(found)
    line = loud_run.log.lines.names[before[0].line]
    caller = dialsim.explain_run(loud_run, caller=line)
    mine = sum(each.line == before[0].line for each in before)
    assert caller["before"]["complaints"] == mine
    assert f"{mine} of {len(caller['complaints'])} about calls before" in page(caller)
    events_of_it = [each for each in loud_run.events.to_pylist() if each["caller"] == line]
    own = sum(each["event"].startswith("complaint") for each in events_of_it)
    assert caller["totals"]["complaints"] == own


def test_late_complaints_count_those_of_before() -> None:
    """Of calls on the last day, some of them made before the run."""
    raw = loud() | {"days": 2, "goals": []}
    late = {each["channel"]: each for each in dialsim.run(raw).summary["aftermath"]["complaints"]}
    assert late
    assert all(each["count"] > each["of_earlier"] > 0 for each in late.values())


# --- the tables ----------------------------------------------------------------------------------


def test_a_person_who_is_forgotten_is_gone_from_the_past(tmp_path: Path) -> None:
    made = dialsim.run(mid_campaign(), out=tmp_path)
    assert made.folder is not None
    rows = made.earlier_calls.column("person").to_pylist()
    person = rows[0]
    erased = erase_persons(made.folder, {person}, made.summary)
    assert erased.rows["earlier_calls"] == rows.count(person) > 0
    again = dialsim.load_run(made.folder)
    assert person not in again.earlier_calls.column("person").to_pylist()
    assert again.summary["forgotten"]["earlier_calls"] == rows.count(person)
    again.check_summary()


@pytest.mark.parametrize(("log", "part"), [("none", 0.0), ("sample=1/3", 1 / 3)])
def test_the_past_is_kept_as_the_calls_are(run: dialsim.Run, log: str, part: float) -> None:
    """Nobody's, or that of the same people; caller IDs of all."""
    some = dialsim.run(mid_campaign(), log=log)
    every = len(run.earlier_calls.column("person"))
    kept = some.earlier_calls.column("person").to_pylist()
    assert abs(len(kept) - part * every) < 5 * np.sqrt(every * part) + 1
    called = set(some.calls.column("person").to_pylist()) & set(logged())
    assert called <= set(kept)
    assert len(some.earlier_caller_ids.column("caller")) == 4


@pytest.mark.parametrize("folder", ["lists", "/srv/campaigns/of/a/bank", f"/srv/{'long' * 12}"])
@pytest.mark.parametrize("width", [60, 80, 100])
def test_files_of_one_folder_are_told_apart(width: int, folder: str, run: dialsim.Run) -> None:
    """Where a path does not fit, it goes on in the next line."""
    history = run.summary["history"]
    names = {"calls": "mid_campaign_calls.csv", "caller_ids": "mid_campaign_caller_ids.csv"}
    files = [history[each] | {"file": f"{folder}/{name}"} for each, name in names.items()]
    section = Section("", (files_table(files, "en"),))
    lines = [line.plain for line in in_terminal(section, width, "en")]
    assert all(cell_len(line) <= width for line in lines)
    starts = "".join(line[2:].split("  ")[0].strip() for line in lines)
    assert all(each["file"].replace(" ", "") in starts.replace(" ", "") for each in files)
    words = " ".join(lines).split()
    assert all(word in words for word in ["earlier", "calls", "states", "of", "caller", "IDs"])


def test_a_run_without_a_history_has_no_such_tables(tmp_path: Path) -> None:
    raw = mid_campaign()
    del raw["history"]
    plain = dialsim.run(raw, out=tmp_path)
    assert plain.folder is not None
    assert not list(plain.folder.glob("earlier_*"))
    assert "other_attempts" not in plain.columns("people")
    assert dialsim.explain_run(plain, person=0)["before"] is None
    assert dialsim.explain_run(plain, caller=3)["before"] is None
    in_memory = dialsim.run(raw)
    assert in_memory.columns("earlier_calls") == []
    with pytest.raises(ScenarioError, match="its scenario has no history"):
        _ = in_memory.earlier_calls


def test_states_reach_from_the_opening_to_the_end(loud_run: dialsim.Run) -> None:
    log = loud_run.log
    for line in range(4):
        states = states_of(log, line, network_rules())
        assert states[0].from_tick == log.opening_tick
        assert states[-1].to_tick == log.last_tick
        assert states[0].action == ("close" if line == 2 else "none")


def test_cases_of_before_are_those_the_network_has(loud_run: dialsim.Run) -> None:
    """Each has its call in the table, by person, number and time."""
    rows = loud_run.earlier_calls.to_pylist()
    marked = sum(row[name] for row in rows for name in COMPLAINTS)
    assert marked == sum(loud_run.summary["history"]["to_come"].values())


# --- frequency -----------------------------------------------------------------------------------


def too_fast(tmp_path: Path, **stated: int) -> dialsim.Run:
    """A run above its filings from its first minute on; what one number's state says of calls."""
    raw = mid_campaign(name="too-fast")
    raw["caller_ids"][0]["filed"]["daily_volume"] = 120
    if stated:
        path = tmp_path / "states.csv"
        values = ",".join(map(str, stated.values()))
        path.write_text(f"caller_id,{','.join(stated)}\nnorth-001,{values}\n", encoding="utf-8")
        raw["history"]["caller_ids"]["file"] = str(path)
    return dialsim.run(raw)


def throttled(run: dialsim.Run) -> list[dict[str, Any]]:
    found = [dialsim.explain_run(run, intervention=i) for i in range(len(run.interventions))]
    return [each for each in found if each["rule"] == "calls_per_day" and each["figure"]]


def test_calls_of_before_are_counted_with_those_of_the_run(tmp_path: Path, page: Any) -> None:
    acts = throttled(too_fast(tmp_path))
    assert len(acts) > 5
    assert {each["figure"]["agreement"] for each in acts} == {"agrees"}
    first = acts[0]["figure"]
    assert 0 < first["before"] < first["counted"] == first["logged"]
    assert f"{first['before']} of these before the run began" in page(acts[0])


def test_what_a_state_says_of_calls_stands_for_the_log(tmp_path: Path, page: Any) -> None:
    """The network counts what is stated; the page says so, and calls nobody's figure wrong."""
    acts = throttled(too_fast(tmp_path, calls_hour=20, calls_day=500))
    stated = [each for each in acts if each["target_name"] == "north-001"]
    assert stated[0]["figure"]["agreement"] == "earlier"
    assert stated[0]["figure"]["before"] == 0
    assert stated[0]["figure"]["stated"] == 500
    assert "the history tells of 500 then" in page(stated[0])
    others = [each for each in acts if each["target_name"] != "north-001"]
    assert {each["figure"]["agreement"] for each in others} == {"agrees"}
