"""The whole study on a small scenario, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from rich.cells import cell_len

import dialsim
from dialsim.__main__ import main
from dialsim.errors import Problem, ScenarioError
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.planning.sensitivity_page import sensitivity_page
from dialsim.planning import Sensitivity, sensitivity
from dialsim.planning.sensitivity_analysis.scaling import scaled
from dialsim.planning.sensitivity_analysis.uncertain_inputs import (
    UNREAD,
    chosen_factors,
    proven,
    with_factors,
)
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import load_network
from dialsim.scheduler.stop import Stop
from tests.people.scenarios import ONE_NUMBER, file_scenario, small_scenario

FEW: dict[str, Any] = {
    "trajectories": 4,
    "base_samples": 4,
    "only": ["answer.gross.opted_in", "people.busy"],
    "executor": "serial",
}
GOALS = [
    {"metric": "conversations", "at_least": 20},
    {"metric": "caller_ids_suspended", "at_most": 0},
]


def scenario(**changes: Any) -> dict[str, Any]:
    """Return a small scenario with goals."""
    people = {"name": "list", "synthetic": {"count": 300, "relation": "opted_in"}}
    return small_scenario(people) | {"goals": GOALS} | changes


@pytest.fixture(scope="module")
def found() -> Sensitivity:
    """What the small study finds."""
    return sensitivity(scenario(), **FEW)


def test_what_decides_a_goal(found: Sensitivity) -> None:
    assert [factor.key for factor in found.factors] == ["answer.gross.opted_in", "people.busy"]
    conversations, suspended = found.goals
    assert conversations.now > 0
    assert conversations.settled
    assert conversations.leading[0] == "answer.gross.opted_in"
    strongest = conversations.ranking[0]
    assert strongest.mean > 0
    assert strongest.low <= strongest.strength <= strongest.high
    assert strongest.total is not None
    assert suspended.settled
    assert not suspended.ranking
    # the scenario itself, four trajectories of two factors and two runs of each under other
    # draws, Saltelli's scheme
    assert found.runs == 1 + 4 * 3 + 4 * 2 + 4 * 4
    assert found.complete


@pytest.mark.full
def test_the_same_again(found: Sensitivity) -> None:
    assert sensitivity(scenario(), **FEW).to_dict() == found.to_dict()
    json.dumps(found.to_dict(), allow_nan=False)
    other = sensitivity(scenario(), seed=99, **FEW | {"base_samples": 0})
    assert other.goals[0].ranking[0].strength != found.goals[0].ranking[0].strength


def test_a_ranking_that_is_not_settled_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    from dialsim.planning.sensitivity_analysis.uncertainty_ranges import knowledge

    monkeypatch.setitem(knowledge().method, "settled", 1.01)
    found = sensitivity(scenario(), **FEW)
    goal = found.goals[0]
    assert (goal.settled, goal.leading, goal.ranking) == (False, [], [])
    assert "answer.gross.opted_in" in goal.candidates
    assert all(effect.total is None for effect in goal.effects)
    page = "\n".join(line.plain for line in page_lines(sensitivity_page(found.to_dict()), 80))
    assert "Not settled, more replications needed" in page
    assert "Measure first" not in page


def test_a_narrow_range_moves_less(found: Sensitivity) -> None:
    ranges = {"answer.gross.opted_in": (0.41, 0.43)}
    narrow = sensitivity(scenario(), ranges=ranges, **FEW | {"base_samples": 0})
    strength = [
        next(e.strength for e in study.goals[0].effects if e.key == "answer.gross.opted_in")
        for study in (found, narrow)
    ]
    assert strength[1] < strength[0] / 3


def test_ranges_are_cut_where_the_scenario_ends_to_be_valid() -> None:
    """The filed volume of 500 is the most that can be filed: only more of it is possible."""
    loaded = dialsim.load_scenario(scenario())
    factors, _ = chosen_factors(loaded, load_network("typical"), ["frequency.registered"], {})
    proved = {factor.key: (factor, why) for factor, why in proven(loaded, factors)}
    notice, _ = proved["frequency.registered.notice_per_day"]
    assert (notice.low, notice.home) == (500, 0.0)
    assert notice.high > 500
    throttle, why = proved["frequency.registered.throttle_per_hour"]
    assert (throttle.low, throttle.high, throttle.home, why) == (30, 120, 0.5, None)


@pytest.mark.once
def test_what_nothing_reads_is_left_out_whatever_memory_held_before() -> None:
    """Records have gaps between their fields, which nobody writes."""
    loaded = dialsim.load_scenario(scenario())
    factors, _ = chosen_factors(loaded, load_network("typical"), ["answer.gross.robot"], {})
    for byte in range(1, 12):
        held = [np.full(size, byte, np.uint8) for size in range(64, 24_000, 64)]
        del held  # memory that the next arrays are likely to be given
        ((_, why),) = proven(loaded, factors)
        assert why == UNREAD


@pytest.mark.full
def test_points_that_are_invalid_together_are_pulled_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two values each of which may be large, but not both."""

    def never_both(loaded: Scenario, values: dict[str, Any]) -> Scenario:
        if values["people.busy"] + values["people.unreachable"] > 0.18:
            raise ScenarioError([Problem("network.overrides", "too much of both")])
        return with_factors(loaded, values)

    monkeypatch.setattr(
        "dialsim.planning.sensitivity_analysis.evaluated_points.with_factors", never_both
    )
    ranges = {"people.busy": (0.0, 0.15), "people.unreachable": (0.0, 0.15)}
    only = ["people.busy", "people.unreachable"]
    few = FEW | {"trajectories": 6, "base_samples": 0, "only": only}
    study = sensitivity(scenario(), ranges=ranges, **few)
    assert study.complete
    assert 0 < study.pulled < study.runs
    assert "nearer to it" in "\n".join(
        line.plain for line in page_lines(sensitivity_page(study.to_dict()), 80)
    )


@pytest.mark.full
@pytest.mark.once
@pytest.mark.slow_without_jit
@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_who_plays_makes_no_difference(executor: str, found: Sensitivity) -> None:
    played = sensitivity(scenario(), **FEW | {"executor": executor, "workers": 2})
    assert played.to_dict() == found.to_dict()
    assert played.table.equals(found.table)


@pytest.mark.full
@pytest.mark.once
def test_points_that_only_a_worker_finds_invalid_are_pulled_back_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same two values, but the scenario is made, and its world is refused."""
    from dialsim.scheduler import prepared_inputs

    real = prepared_inputs.prepare

    def never_both(loaded: Scenario, *rest: Any, **named: Any) -> Any:
        values = loaded.network.overrides
        if values.get("people.busy", 0) + values.get("people.unreachable", 0) > 0.18:
            raise ScenarioError([Problem("network.overrides", "too much of both")])
        return real(loaded, *rest, **named)

    ranges = {"people.busy": (0.0, 0.15), "people.unreachable": (0.0, 0.15)}
    few = FEW | {"trajectories": 6, "base_samples": 0, "only": list(ranges)}
    plain = sensitivity(scenario(), ranges=ranges, **few)
    monkeypatch.setattr(prepared_inputs, "prepare", never_both)
    studies = [
        sensitivity(scenario(), ranges=ranges, **few | {"executor": executor, "workers": 3})
        for executor in ("serial", "threads")
    ]
    assert studies[0].to_dict() == studies[1].to_dict()
    assert studies[0].complete
    assert studies[0].runs == plain.runs
    assert 0 < studies[0].pulled < studies[0].runs
    assert studies[0].goals[0].effects != plain.goals[0].effects


@pytest.mark.usefixtures("each_told")
def test_what_is_done_stays_when_it_is_stopped() -> None:
    stop = Stop()

    def watch(far: Any) -> None:
        if far.what == "run" and far.done >= 3:
            stop.request()

    found = sensitivity(scenario(), progress=watch, stop=stop, **FEW)
    assert not found.complete
    page = "\n".join(line.plain for line in page_lines(sensitivity_page(found.to_dict()), 80))
    assert "Broken off" in page
    before = Stop()
    before.request()
    nothing = sensitivity(scenario(), stop=before, **FEW)
    assert (nothing.complete, nothing.runs, nothing.goals) == (False, 0, [])
    json.dumps(nothing.to_dict())


@pytest.mark.parametrize("width", [60, 80, 100])
def test_pages_fit(found: Sensitivity, width: int) -> None:
    pages = [
        page_lines(sensitivity_page(found.to_dict(), language), width) for language in ("en", "zh")
    ]
    assert max(cell_len(line.plain) for page in pages for line in page) <= width
    text = ["\n".join(line.plain for line in page) for page in pages]
    assert "dialsim calibrate" in text[0].replace("\n    ", " ")
    assert "优先测量" in text[1]
    assert "No assumption moves this goal" in text[0]
    shown = found._repr_html_()
    assert shown.startswith('<div class="dialsim">')
    assert "No assumption moves this goal" in shown


def test_what_chance_alone_makes_of_an_effect(found: Sensitivity) -> None:
    conversations, suspended = found.goals
    assert conversations.noise is not None
    strength, low, high = conversations.noise
    assert 0 < low <= strength <= high
    assert suspended.noise == (0.0, 0.0, 0.0)
    by_key = {effect.key: effect for effect in conversations.effects}
    assert by_key["answer.gross.opted_in"].above_noise
    plain = found.to_dict()["goals"][0]
    assert plain["noise"] == {"strength": strength, "low": low, "high": high}
    (first,) = (e for e in plain["effects"] if e["key"] == "answer.gross.opted_in")
    half = first["total_half"]
    assert first["total_interval"] == pytest.approx([first["total"] - half, first["total"] + half])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 100])
def test_what_does_not_stand_out_from_noise_is_marked(
    found: Sensitivity, width: int, language: Any
) -> None:
    plain = found.to_dict()
    goal = plain["goals"][0]
    goal["noise"] = {"strength": 0.31, "low": 0.2, "high": 0.4}
    for effect in goal["effects"]:
        effect |= {"above_noise": effect["key"] == "answer.gross.opted_in"}
        effect |= {"first": 0.4312, "first_half": 0.1234, "total": 0.5123, "total_half": 0.0312}
    page = page_lines(sensitivity_page(plain, language), width)
    assert max(cell_len(line.plain) for line in page) <= width
    lines = [line.plain for line in page]
    (first,) = (row for row in lines if "1  answer.gross.opted_in" in row)
    (second,) = (row for row in lines if "2  people.busy" in row)
    assert ("~" in first, "~" in second) == (False, True)
    text = " ".join(" ".join(lines).split())
    for said in {
        "en": ("moves it by 31 pts (20–40)", "not distinguishable", "alone 0.4 ± 0.1, total 0.51"),
        "zh": ("变动 31 点（20–40）", "与随机噪声无法区分", "单独 0.4 ± 0.1，合计 0.51 ± 0.03"),
    }[language]:
        assert said.replace(" ", "") in text.replace(" ", "")
    measured = text.partition("Measure first" if language == "en" else "优先测量")[2]
    assert "answer.gross.opted_in" in measured
    assert "people.busy" not in measured


def test_where_nothing_stands_out_nothing_is_to_be_measured(found: Sensitivity) -> None:
    plain = found.to_dict()
    for effect in plain["goals"][0]["effects"]:
        effect["above_noise"] = False
    text = "\n".join(line.plain for line in page_lines(sensitivity_page(plain), 80))
    assert "None of those that lead can be told from noise" in text
    assert "Measure first" not in text


def test_its_table(found: Sensitivity) -> None:
    table = found.table
    assert table.num_rows == 2 * 2
    assert {"goal", "key", "strength", "total"} <= set(table.column_names)


def problems(error: ScenarioError) -> str:
    """Return every problem as text."""
    return "\n".join(str(problem) for problem in error.problems)


@pytest.mark.parametrize(
    ("changes", "options", "said"),
    [
        ({"goals": []}, {}, "sets none"),
        ({}, {"only": ["answer.grosss"]}, "no value answer.grosss"),
        ({}, {"ranges": {"people.bussy": (0.1, 0.2)}}, 'did you mean "people.busy"'),
        ({}, {"ranges": {"people.busy": (0.1, 1.2)}}, "a share from 0 to 1"),
        ({}, {"ranges": {"people.busy": 0.2}}, "a range is two values"),
        ({}, {"ranges": {"answer.gross.opted_in": (0.9, 0.2)}}, "below the upper one"),
        (
            {},
            {"ranges": {"frequency.registered.notice_per_day": (100, 600)}},
            "makes the scenario invalid",
        ),
        ({}, {"trajectories": 3}, "4 to 10,000"),
        ({}, {"base_samples": 3}, "a power of two"),
        ({}, {"replications": 0}, "at least one"),
        ({}, {"scale": 0}, "above 0"),
        ({}, {"scale": 2}, "at most 1"),
        ({"study": "unlawful"}, {}, "no plan"),
        ({}, {"executor": "proceses"}, 'did you mean "processes"'),
        ({}, {"workers": 0}, "not a number of workers"),
    ],
)
def test_what_it_refuses(changes: dict[str, Any], options: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        sensitivity(scenario(**changes), **(FEW | options))
    assert said in problems(caught.value)


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        sensitivity(
            scenario(), only=["nothing.at.all"], ranges={"people.busy": (2, 1), "x": (1, 2)}
        )
    assert len(caught.value.problems) == 3


def test_a_smaller_campaign() -> None:
    loaded = dialsim.load_scenario(scenario())
    small = scaled(loaded, 0.1)
    assert small.people[0].synthetic is not None
    assert small.people[0].synthetic.count == 30
    assert small.caller_ids[0].count == 5
    assert small.agents[0].count == 2
    assert (small.trunks[0].channels, small.trunks[0].calls_per_second) == (4, 2)
    assert [goal.at_least or goal.at_most for goal in small.goals] == [2, 0]
    assert scaled(loaded, 1.0) is loaded
    raw = loaded.to_dict()
    raw["agents"][0] |= {"count": 20, "teams": 4, "stagger": "5m"}
    raw["campaigns"][0]["pacing"] = {"mode": "rate", "per_minute": 30.0}
    raw["trunks"][0]["limits"] = [{"count": 60, "per": "1m"}]
    raw["trunks"][0]["contract"] = {"name": "line", "daily_volume": 900, "callee_per_day": 3}
    few = scaled(dialsim.load_scenario(raw), 0.1)
    assert few.trunks[0].limits[0].count == 6
    assert few.trunks[0].contract is not None
    agreed = few.trunks[0].contract
    assert (agreed.daily_volume, agreed.concurrency, agreed.callee_per_day) == (90, None, 3)
    assert (few.agents[0].count, few.agents[0].teams) == (2, 2)
    assert few.campaigns[0].pacing.per_minute == 3.0
    one = scaled(dialsim.load_scenario(raw), 0.05)
    assert (one.agents[0].count, one.agents[0].teams, one.agents[0].stagger) == (1, 1, None)
    with pytest.raises(ScenarioError, match="from a file"):
        scaled(dialsim.load_scenario(file_scenario(Path(ONE_NUMBER))), 0.5)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "s.toml"
    path.write_text(tomli_w.dumps(scenario()))
    short = ["sensitivity", str(path), "--trajectories", "4", "--base-samples", "0"]
    short += ["--executor", "serial"]
    only = ["--only", "answer.gross.opted_in", "--range", "people.busy=0.02:0.06"]
    assert main([*short, *only, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["assumptions"]["people.busy"]["low"] == 0.02
    assert found["goals"][0]["leading"][0] == "answer.gross.opted_in"
    assert main([*short, *only, "--lang", "zh"]) == 0
    assert "有效通话" in capsys.readouterr().out
    assert main([*short, "--range", "people.busy"]) == 2
    assert main([*short, "--only", "people.bussy"]) == 2
    assert "did you mean" in capsys.readouterr().err
