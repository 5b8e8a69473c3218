"""A whole plan of a small campaign: its optimum is known, its proof is new, walls stand."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from rich.cells import cell_len

import dialsim
from dialsim.__main__ import main
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.planning.plan_page import forecast_lines, plan_page
from dialsim.planning import PlanFound
from dialsim.planning.plans.candidates import Choice, candidates, chosen, decisions_of
from dialsim.planning.plans.verification import FIRST_HOLDOUT, FIRST_VERIFYING
from dialsim.scheduler.progress import ERASE
from dialsim.scheduler.stop import Stop
from tests.planning.worlds import METHOD, in_few_runs, small

RUNS = 60
TARGET = 32
"""Conversations that three numbers with two agents always reach, and no cheaper candidate often."""


@pytest.fixture(scope="module")
def found() -> PlanFound:
    goals = [{"metric": "conversations", "at_least": TARGET}]
    return dialsim.plan(small(goals=goals), executor="threads")


def enumerated(scenario: dialsim.Scenario) -> dict[Choice, tuple[float, float]]:
    """Return mean cost, and share of runs that reach the goal, of every candidate."""
    decisions = decisions_of(scenario)
    figures = {}
    for choice in candidates(decisions):
        many = dialsim.replicate(chosen(scenario, decisions, choice), RUNS, first=5_000)
        price = float(sum(d.options[at].price for d, at in zip(decisions, choice, strict=True)))
        met = (many.values("conversations") >= TARGET).mean()
        figures[choice] = (float(many.values("cost").mean()) + price, float(met))
    return figures


@pytest.mark.full
@pytest.mark.once
def test_the_optimum_of_an_enumerable_case_is_found(found: PlanFound) -> None:
    """All candidates are played by themselves: the cheapest that holds is the one found."""
    figures = enumerated(found.scenario)
    holding = {choice: cost for choice, (cost, met) in figures.items() if met >= 0.97}
    best = min(holding, key=lambda choice: holding[choice])
    assert found.chosen is not None
    assert found.chosen.choice == best
    doubtful = [c for c, (cost, met) in figures.items() if cost < holding[best] and met >= 0.85]
    assert not doubtful  # the case is clear cut
    cost = found.to_dict()["recommended"]["cost"]
    assert cost["low"] <= holding[best] * 1.01
    assert cost["high"] >= holding[best] * 0.99


@pytest.mark.full
def test_the_proof_rests_on_runs_of_its_own(found: PlanFound) -> None:
    assert found.certified
    assert found.complete
    proof = found.chosen
    assert proof is not None
    assert all(each.certified for each in proof.kept)
    assert 299 <= len(proof.evidence) <= proof.runs  # no suspension, with 99 %
    numbers = set(found.trials.kept[proof.choice])
    searched = {number for number in numbers if number < FIRST_VERIFYING}
    proved = {number for number in numbers if FIRST_VERIFYING <= number < FIRST_HOLDOUT}
    assert searched == set(range(len(searched)))
    assert len(proved) == len(proof.evidence)
    assert found.holdout
    for promise, each in zip(found.promises, found.to_dict()["holdout"], strict=True):
        assert each["high"] >= promise.probability


def test_the_recommended_scenario_is_a_scenario_to_run(found: PlanFound, tmp_path: Path) -> None:
    path = found.save(tmp_path / "plan.toml")
    again = dialsim.load_scenario(path)
    assert found.chosen is not None
    values = found.values(found.chosen.choice)
    assert again.caller_ids[0].count == values["caller_ids.north.count"]
    assert again.agents[0].count == values["agents.day.count"]
    assert again.plan is None
    assert again == found.recommended
    assert "certified at 95%" in path.read_text("utf-8").split("\n")[0]


@pytest.mark.full
def test_who_plays_makes_no_difference() -> None:
    raw = small(goals=[{"metric": "conversations", "at_least": 22}])
    raw["plan"]["decisions"] = [{"key": "caller_ids.north.count", "values": [1, 2]}]
    raw["agents"][0]["count"] = 1  # short of the goal by less than arithmetic can tell
    told = [
        {
            key: value
            for key, value in dialsim.plan(raw, executor=executor).to_dict().items()
            if key not in ("seconds", "forecast")  # of this machine
        }
        for executor in ("serial", "processes")
    ]
    assert told[0] == told[1]
    assert told[0]["struck"]["misses"] > 0


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 100])
def test_the_page_tells_it_within_its_width(found: PlanFound, width: int, lang: Any) -> None:
    lines = page_lines(plan_page(found.to_dict(), lang), width)
    assert all(cell_len(line.plain) <= width for line in lines)
    text = "\n".join(line.plain for line in lines)
    cost = found.to_dict()["recommended"]["cost"]["value"]
    assert f"{cost:,.0f} CNY" in text
    assert "caller_ids.north.count" in text
    if lang == "zh":
        assert not any(word in text for word in ("promise", "The ", "candidate"))
    assert forecast_lines(found.forecast.to_dict(), lang)
    assert "certified at" in found._repr_html_()


def test_progress_leaves_the_line_before_the_forecast_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both go to the same terminal."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    dialsim.plan(
        small(),
        executor="serial",
        only_forecast=True,
        progress=True,
        on_forecast=lambda ahead: print("forecast", file=terminal),
    )
    before, _ = terminal.getvalue().split("forecast")
    assert "1 of 1 run of the search" in before
    assert before.endswith(ERASE)


# --- where no plan holds --------------------------------------------------------------------------


@pytest.mark.full
def test_an_impossible_goal_is_said_quickly() -> None:
    raw = small(goals=[{"metric": "conversations", "at_least": 3000}])
    none = dialsim.plan(raw, executor="serial")
    assert not none.certified
    assert none.runs <= 16
    told = none.to_dict()
    near = told["nearest"]
    assert near["broken"][0]["promise"] == 0
    assert near["values"] == {"caller_ids.north.count": 4, "agents.day.count": 3}
    assert {each["end"] for each in near["ends"]} == {"last"}
    assert near["resources"][0]["resource"] in ("agents", "caller IDs", "people to call")
    page = "\n".join(line.plain for line in page_lines(plan_page(told), 80))
    assert "No plan among 12 candidates" in page
    assert "conversations at least 3,000" in page


def test_a_wall_that_stands_in_the_way_is_named() -> None:
    """Numbers that call unlooked-after people: complaints close some of them in most runs."""
    raw = small()
    raw["people"][0]["synthetic"] |= {"count": 3000}
    raw["network"] = {
        "profile": "typical",
        "overrides": {"complaints.rate_12321.opted_in": 30_000},
    }
    raw["aftermath"] = "45d"
    raw["goals"] = [{"metric": "conversations", "at_least": 1}]
    raw["plan"]["decisions"] = [{"key": "agents.day.count", "values": [2, 3]}]
    none = dialsim.plan(raw, executor="serial")
    assert not none.certified
    broken = none.to_dict()["nearest"]["broken"]
    walls = {none.promises[each["promise"]].key for each in broken if each["wall"]}
    assert "any_suspension" in walls
    assert "never to be traded" in "\n".join(
        x.plain for x in page_lines(plan_page(none.to_dict()), 80)
    )


@pytest.mark.usefixtures("each_told")
def test_stopped_early_nothing_is_certified_by_half() -> None:
    stop = Stop()
    runs = []

    def told(done: Any) -> None:
        runs.append(done.what)
        if done.what == "run of the search" and done.done >= 3:
            stop.request()

    broken = dialsim.plan(small(), executor="serial", progress=told, stop=stop)
    assert not broken.complete
    assert not broken.certified
    assert "run of the proof" not in runs


@pytest.mark.full
@pytest.mark.usefixtures("brief", "each_told")
def test_stopped_in_the_proof_it_is_no_finished_plan(tmp_path: Path) -> None:
    """What was certified before stays; what is broken off stands beside it."""
    from dialsim.planning.plans.plan_folder import save_plan

    raw = small(goals=[{"metric": "conversations", "at_least": 5}])
    raw["plan"]["decisions"] = [{"key": "agents.day.count", "values": [2]}]
    whole = dialsim.plan(raw, executor="serial")
    assert whole.certified
    folder = save_plan(whole, tmp_path)
    stop = Stop()

    def told(done: Any) -> None:
        if done.what == "run of the proof" and done.done >= 20:
            stop.request()

    broken = dialsim.plan(raw, executor="serial", progress=told, stop=stop)
    assert not broken.complete
    assert not broken.certified
    assert broken.to_dict()["nearest"] is None
    assert "Broken off" in "\n".join(
        line.plain for line in page_lines(plan_page(broken.to_dict()), 80)
    )
    beside = save_plan(broken, tmp_path)
    assert beside.name == f"{folder.name}-partial"
    assert (folder / "scenario.toml").exists()
    assert sorted(each.name for each in tmp_path.iterdir()) == [folder.name, beside.name]
    (folder / "notes.txt").write_text("mine")
    save_plan(whole, tmp_path)  # a second run replaces the first
    assert (folder / "notes.txt").read_text() == "mine"
    assert sorted(each.name for each in tmp_path.iterdir()) == [folder.name, beside.name]


@pytest.mark.full
def test_what_has_no_price_is_named() -> None:
    raw = small(goals=[{"metric": "conversations", "at_least": 3000}])
    raw["costs"] = {"per_agent_hour": "45 CNY"}
    told = dialsim.plan(raw, executor="serial").to_dict()
    assert {each["what"] for each in told["unpriced"]} == {"minutes", "numbers"}


# --- by hand --------------------------------------------------------------------------------------


def written(tmp_path: Path, **changes: Any) -> str:
    path = tmp_path / "hour.toml"
    path.write_text(tomli_w.dumps(small(**changes)), "utf-8")
    return str(path)


@pytest.mark.usefixtures("brief")
def test_the_command_leaves_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, asked = tmp_path / "plans", in_few_runs(small())["plan"]
    asked["decisions"] = [{"key": "agents.day.count", "values": [2, 3]}]
    path = written(tmp_path, plan=asked, goals=[{"metric": "conversations", "at_least": 5}])
    code = main(["plan", path, "--out", str(out), "--executor", "threads"])
    assert code == 0
    (folder,) = out.iterdir()
    assert {each.name for each in folder.iterdir()} == {
        "scenario.toml",
        "plan.json",
        "candidates.parquet",
    }
    assert dialsim.load_scenario(folder / "scenario.toml").plan is None
    told = json.loads((folder / "plan.json").read_text("utf-8"))
    assert told["certified"]
    captured = capsys.readouterr()
    assert "The cheapest plan that keeps every promise" in captured.out
    assert "A certificate of 90 % takes 33 runs" in captured.err


def test_the_command_says_what_it_would_take(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["plan", written(tmp_path), "--forecast", "--executor", "serial"])
    assert code == 0
    assert "12 candidates" in capsys.readouterr().out
    assert not (tmp_path / "plans").exists()


def test_an_impossible_plan_exits_with_one(tmp_path: Path) -> None:
    path = written(tmp_path, goals=[{"metric": "conversations", "at_least": 3000}])
    out = tmp_path / "plans"
    assert main(["plan", path, "--out", str(out), "--executor", "serial", "--quiet"]) == 1
    (folder,) = out.iterdir()
    assert not (folder / "scenario.toml").exists()


def test_bad_input_exits_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = small()
    raw["plan"]["probability"] = 1.0
    path = tmp_path / "bad.toml"
    path.write_text(tomli_w.dumps(raw), "utf-8")
    assert main(["plan", str(path)]) == 2
    assert "no number of runs shows a probability of 1" in capsys.readouterr().err
    good = written(tmp_path)
    assert main(["plan", good, "--executor", "ponies"]) == 2


def test_the_figures_of_the_method_are_said_once() -> None:
    assert METHOD.search_runs == METHOD.first_runs * 2 ** (METHOD.rounds - 1)
