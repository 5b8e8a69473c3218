"""Calls abandoned because agents left while they rang: a missed goal says so, and what helps."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyarrow import compute
from rich.cells import cell_len

import dialsim
from dialsim.cli.changes import load_changed
from dialsim.feasibility.recommendations.shift_ends import explained, watched_campaigns
from dialsim.messages.stored_text import localised
from dialsim.outcomes.abandoned import DROPPED
from dialsim.pages.dossiers.summary_rows import goal_row
from dialsim.pages.run.terminal import page
from dialsim.scenario import load_scenario
from dialsim.summary.schema import summary_faults
from tests.feasibility.test_recommend import paced
from tests.pages.test_chinese import english_in
from tests.results.worlds import fabricated
from tests.scheduler.worlds import as_toml

pytestmark = pytest.mark.needs_jit
LAST_MS = 40_000
"""Before the end of a shift: the ring timeout, and what the rule pack allows for setting up."""


def no_drops(metric: str = "abandoned_share", at_most: float = 0, **given: Any) -> dict[str, Any]:
    """Return a campaign that dials one call for each idle agent, and may abandon none."""
    people = [{"name": "owners", "synthetic": {"count": 12_000, "relation": "opted_in"}}]
    raw = paced(rules={}, people=people, goals=[{"metric": metric, "at_most": at_most}])
    raw["caller_ids"][0]["count"], raw["agents"][0]["count"] = 200, 20
    return raw | given


@cache
def missed() -> dialsim.Run:
    return dialsim.run(no_drops())


def test_the_page_says_how_many_fell_into_the_end_of_a_shift() -> None:
    run = missed()
    (goal,) = run.summary["goals"]
    assert goal["met"] is False
    calls = run.calls
    calls = calls.filter(compute.equal(calls["seen_outcome"].cast("string"), "abandoned"))
    at_end = [
        each["ring_ms"] + each["wait_ms"] - ms
        for each in calls.to_pylist()
        for ms in [(12 * 3600 - _second(each["time"])) * 1000]
        if 0 < ms <= each["ring_ms"] + each["wait_ms"]
    ]
    found = goal["shift_end"]
    assert (found["abandoned"], found["at_end"]) == (run.metrics["abandoned"], len(at_end))
    assert found["at_end"] > 0
    assert 0 < found["last_ms"] <= LAST_MS
    assert summary_faults(run.summary) == []
    text = found["sentence"]
    assert text.startswith(f"{found['at_end']} of {found['abandoned']} abandoned calls: dialled in")
    assert english_in(localised(found, "sentence", "zh"), ()) == []
    for language, sentence in (("en", text), ("zh", localised(found, "sentence", "zh"))):
        lines = [line.plain for line in page(run.summary, 80, language=language)]  # type: ignore[arg-type]
        assert max(map(cell_len, lines)) <= 80
        assert _squeezed(sentence) in _squeezed("".join(lines))
        assert goal_row(goal, language)["why"] == sentence  # type: ignore[arg-type]


def _second(time: Any) -> float:
    return float(time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6)


def _squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("kind", ["own_cap", "two_teams"])
def test_what_is_advised_helps(kind: str, tmp_path: Path) -> None:
    run = missed()
    assert [each["kind"] for each in run.summary["changes"]] == ["own_cap", "two_teams"]
    (change,) = [each for each in run.summary["changes"] if each["kind"] == kind]
    file = as_toml(no_drops(), tmp_path / "paced.toml")
    played = dialsim.run(load_changed(file, change["set"]))
    before, after = run.metrics["abandoned"], played.metrics["abandoned"]
    assert before is not None
    assert after is not None
    assert after < before
    if kind == "own_cap":
        assert played.goals_met  # for sure: no call is dialled that may outlast the shift
        assert played.metrics["attempts"] > 0.98 * (run.metrics["attempts"] or 0)
    told = [localised(change, key, "zh") for key in ("sentence", "effect")]
    assert english_in("".join(told), ("day",)) == []


def test_a_cap_of_ones_own_is_no_looser_than_the_goal() -> None:
    (goal,), changes = _judged("abandoned_share", 0.0004)
    assert goal["shift_end"]["at_end"] > 0
    assert changes["own_cap"]["set"] == ["rules.overrides.abandon.at_most=0.0004"]
    (goal,), changes = _judged("abandoned", 2)
    assert goal["shift_end"]["abandoned"] > 2
    assert changes["own_cap"]["set"] == ["rules.overrides.abandon.at_most=0.0"]
    assert changes["two_teams"]["set"] == ["agents.day.teams=2", "agents.day.stagger=1m"]


def _judged(metric: str, at_most: float) -> tuple[list[Any], dict[str, Any]]:
    run = dialsim.run(no_drops(metric, at_most), log=False)
    return run.summary["goals"], {each["kind"]: each for each in run.summary["changes"]}


def test_a_run_says_it_however_it_is_played(tmp_path: Path) -> None:
    expected = missed().summary["goals"][0]["shift_end"]
    step = dialsim.Simulation(no_drops()).advance("2026-04-13T15:00")
    assert step.branch().finish().summary["goals"][0]["shift_end"] == expected
    assert step.finish().summary["goals"][0]["shift_end"] == expected
    folder = dialsim.run(no_drops(), out=tmp_path, log=False).folder
    assert folder is not None
    assert dialsim.load_run(folder).summary["goals"][0]["shift_end"] == expected


@pytest.mark.parametrize(
    "change",
    [
        {"goals": [{"metric": "abandoned_share", "at_most": 0.5}]},
        {"goals": [{"metric": "conversations", "at_least": 10_000}]},
    ],
    ids=["met", "another goal"],
)
def test_what_is_not_missed_is_not_explained(change: dict[str, Any]) -> None:
    run = dialsim.run(no_drops(**change), log=False)
    assert all("shift_end" not in goal for goal in run.summary["goals"])
    assert not {"own_cap", "two_teams"} & {each["kind"] for each in run.summary["changes"]}


def test_pacing_that_dials_ahead_is_another_matter() -> None:
    raw = copy.deepcopy(no_drops())
    raw["campaigns"][0]["pacing"] = {"mode": "predictive"}
    assert watched_campaigns(load_scenario(raw)) == []
    assert watched_campaigns(load_scenario(no_drops())) == [0]
    run = dialsim.run(raw, log=False)
    assert run.summary["goals"][0]["met"] is False
    assert "shift_end" not in run.summary["goals"][0]
    assert run.summary["changes"] == []


def test_calls_in_the_middle_of_a_shift_are_none_of_its_end() -> None:
    goals = [{"metric": "abandoned", "at_most": 0}]
    made = fabricated({"goals": goals})
    judged = [{"index": 0, "met": False}]
    rows = np.zeros(2, DROPPED)
    rows["tick"], rows["end"] = 10 * 3_600_000, 10 * 3_600_000 + 9_000
    assert explained(made, judged, rows) == judged
    assert explained(made, judged, None) == judged
