"""Replications that end when the intervals asked for are narrow enough."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from rich.cells import cell_len
from rich.console import Console

from dialsim.__main__ import main
from dialsim.api import replicate
from dialsim.api.replications import Replications
from dialsim.errors import ScenarioError
from dialsim.execution.replication import Played
from dialsim.pages.comparison.replications_page import replications_page
from dialsim.pages.console import put
from dialsim.pages.model.terminal import page_lines
from dialsim.scheduler.replication_progress import RepeatsDone
from dialsim.scheduler.stop import Stop
from dialsim.statistics.stopping import Target, level_of
from tests.people.scenarios import small_scenario

GOALS = [
    {"metric": "conversations", "at_least": 5},
    {"metric": "conversations", "campaign": "upsell", "at_least": 5},
    {"metric": "caller_ids_suspended", "at_most": 0},
]
pytestmark = pytest.mark.once


def scenario() -> dict[str, Any]:
    """Return a world that is played in some milliseconds."""
    return small_scenario({"name": "list", "synthetic": {"count": 30}}) | {"goals": GOALS}


def dice(
    monkeypatch: pytest.MonkeyPatch, conversations: Any, suspended: Any = lambda n: False
) -> list[int]:
    """Play figures from a table instead of worlds; which numbers were asked for."""
    asked: list[int] = []
    (like,) = replicate(scenario(), 1).played

    def play(_: Any, replication: int, stop: Stop | None = None) -> tuple[Played | None, None]:
        if stop is not None and stop.requested:
            return None, None
        asked.append(replication)
        value = int(conversations(replication))
        gone = bool(suspended(replication))
        goals = [dict(goal) for goal in like.goals]
        goals[0]["value"] = goals[1]["value"] = value
        metrics = {**like.metrics, "conversations": value, "caller_ids_suspended": int(gone)}
        return Played(replication, metrics, goals, True, "", suspended=gone), None

    monkeypatch.setattr("dialsim.execution.replications.play_again", play)
    return asked


def test_it_ends_at_the_first_look_that_is_narrow_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(2).normal(100, 30, 2000).round()
    asked = dice(monkeypatch, values.__getitem__)
    found = replicate(scenario(), until={"conversations": 0.04}, threads=2)
    assert found.complete
    assert found.precise
    n = len(found)
    assert n > 150
    assert n % 50 == 0
    assert sorted(asked) == list(range(n))
    before = Replications("x", 1, n - 50, found.played[:-50], found.targets)
    assert not before.precise
    (one,) = found.precision
    assert one.interval.level == level_of(1)
    assert one.reached is not None
    assert one.reached <= 0.04


def test_all_must_be_narrow_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(2).normal(100, 10, 2000).round()
    dice(monkeypatch, values.__getitem__, lambda n: n % 10 == 0)
    quick = replicate(scenario(), until=["goal:conversations=0.1"])
    both = replicate(scenario(), until=["goal:conversations=0.1", "any_suspension=0.03"])
    assert (len(quick), quick.complete) == (100, True)
    assert len(both) > 400
    assert [each.target.metric for each in both.precision] == [
        *("goal_1.value", "goal_2.value", "any_suspension")
    ]
    assert both.precision[0].interval.level == level_of(3)
    assert both.precision[2].interval.kind == "Clopper-Pearson"
    half = both.precision[2].interval.half_width
    assert half is not None
    assert half == pytest.approx(both.precision[2].reached)


def test_the_most_is_a_full_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = dice(monkeypatch, lambda n: n % 7)
    found = replicate(scenario(), 170, until={"conversations": 0.001})
    assert sorted(asked) == list(range(170))
    assert (len(found), found.wanted, found.complete, found.precise) == (170, 170, True, False)
    lines = [line.plain for line in page_lines(replications_page(found.to_dict()), 80)]
    assert any("Ended at 170 replications, the most allowed" in line for line in lines)


def test_ctrl_c_keeps_what_was_played(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, told = Stop(), list[RepeatsDone]()

    def conversations(replication: int) -> int:
        if replication == 120:
            stop.request()
        return replication % 7

    dice(monkeypatch, conversations)
    until = {"conversations": 0.001}
    found = replicate(scenario(), 500, until=until, threads=1, progress=told.append, stop=stop)
    assert told[0].whole == 500
    assert 120 <= len(found) <= 121
    assert (found.wanted, found.complete) == (500, False)
    page = "\n".join(line.plain for line in page_lines(replications_page(found.to_dict()), 80))
    assert "Broken off" in page
    assert "Ended at" not in page


def test_first_moves_all_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = dice(monkeypatch, lambda n: 50 + n % 3)
    found = replicate(scenario(), first=40, until="conversations=0.05")
    assert sorted(asked) == list(range(40, 140))
    assert found.numbers[0] == 40


@pytest.mark.full
def test_the_same_replications_as_without(monkeypatch: pytest.MonkeyPatch) -> None:
    _ = monkeypatch
    found = replicate(scenario(), until={"conversations": 0.5})
    assert len(found) == 100
    assert found.played == replicate(scenario(), 100).played


@pytest.mark.parametrize(
    ("until", "message"),
    [
        ({"any_suspensions": 0.1}, 'did you mean "any_suspension"'),
        ({"zzz": 0.1}, "no such metric"),
        ({"goal:reach": 0.1}, "no goal of that metric"),
        ({"goal:reach": 0.1}, 'name the metric itself: "reach"'),
        ({"goal:conversation": 0.1}, 'did you mean "goal:conversations"'),
        ({"reach": 0}, "no half-width"),
        ({"reach": -0.1}, "no half-width"),
        ({"reach": "narrow"}, "no half-width"),
        ({"reach": True}, "no half-width"),
        ({"reach": float("nan")}, "no half-width"),
        ({"reach": float("inf")}, "no half-width"),
        ({"goals_met": 1}, "above 0 and below 1"),
        ({"goal_3.met": 1.5}, "above 0 and below 1"),
        ({"suspension_chance": 0.1}, "ask for it: rare=True, or --rare"),
        (["reach=0.1", "reach=0.2"], "asked for twice"),
        (["goal:conversations=0.1", "goal_1.value=0.2"], "asked for twice"),
        (["reach"], "no metric with a width"),
        ([], "names no metric"),
    ],
)
def test_what_cannot_be_played_until_is_said(until: Any, message: str) -> None:
    with pytest.raises(ScenarioError) as told:
        replicate(scenario(), until=until)
    assert message in str(told.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ScenarioError) as told:
        replicate(scenario(), 60, threads=0, until={"zzz": 0.1, "reach": 0, "goal:asr": 0.1})
    assert len(told.value.problems) == 5
    with pytest.raises(ScenarioError, match="not a number of replications"):
        replicate(scenario())


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "s.toml"
    path.write_text(tomli_w.dumps(scenario()))
    asked = ["run", str(path), "--until", "goal:conversations=0.5", "--json"]
    assert main(asked) in (0, 1)
    found = json.loads(capsys.readouterr().out)
    assert len(found["replications"]) == 100
    assert [each["met"] for each in found["until"]] == [True, True]
    wrong = [*asked[:2], "--until", "reach=0", "--until", "zzz=1", "--out", "x", "--by", "branch"]
    assert main(wrong) == 2
    told = capsys.readouterr().err
    for part in ("reach", "zzz", "--out is about one run", "--by is about one run"):
        assert part in told
    assert main([*asked[:2], "--replications", "99", "--until", "reach=0.1"]) == 2
    assert main([*asked[:2], "--rare"]) == 2
    assert "--rare is of use with --replications" in capsys.readouterr().err
    assert not list(tmp_path.glob("small-*"))


def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return figures of replications with every kind of target."""
    values = np.random.default_rng(2).normal(100, 30, 2000).round()
    dice(monkeypatch, values.__getitem__, lambda n: n % 60 == 0)
    until = {"goal:conversations": 0.1, "any_suspension": 0.05, "goal_3.margin": 0.1}
    until |= {"caller_ids_suspended": 0.3, "abandoned_share": 0.1, "goal_3.met": 0.1}
    return replicate(scenario(), 250, until=until).to_dict()


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_page_says_how_narrow(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(monkeypatch)
    json.dumps(found, allow_nan=False)
    english = [line.plain for line in page_lines(replications_page(found), width)]
    chinese = [line.plain for line in page_lines(replications_page(found, "zh"), width)]
    assert max(map(cell_len, english + chinese)) <= width
    whole = "\n".join(english)
    assert "Played until" in whole
    assert "N too small for any number suspended" in " ".join(whole.split())
    assert "停止条件" in "\n".join(chinese)
    if width >= 80:
        assert "…" not in whole.partition("\nMetrics")[0]


def test_the_page_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(width=80, record=True, file=io.StringIO())
    put(page_lines(replications_page(told(monkeypatch)), console.width), console)
    lines = console.export_text().splitlines()
    row = next(line for line in lines if line.startswith("  ✓  any number suspended"))
    assert "±" in row
    assert "5.0 %" in row


def test_targets_without_replications() -> None:
    empty = Replications("x", 1, 100, [], [Target("reach", "reach", "count", 0.1)])
    assert (empty.precision, empty.precise) == ([], False)
    assert empty.to_dict()["until"] == []
