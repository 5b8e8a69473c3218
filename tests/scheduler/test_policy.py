"""A pacing policy in Python: what it sees, what it decides, and what it may do wrong."""

from __future__ import annotations

import time
from dataclasses import FrozenInstanceError
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim import Decision, Observation, Run, ScenarioError, Simulation, run
from tests.people.scenarios import small_scenario

LIST = {"name": "list", "synthetic": {"count": 200, "relation": "opted_in"}}


def asking(until: str = "09:30", **more: Any) -> dict[str, Any]:
    """A scenario of one morning whose campaign asks its policy."""
    made = small_scenario(dict(LIST)) | more
    made["agents"] = [
        {"name": "day", "count": 4, "shifts": [{"days": "daily", "from": "09:00", "to": until}]}
    ]
    made["campaigns"][0]["pacing"] = {"mode": "policy"}
    return made


def value(done: Run, metric: str) -> float:
    return float(done.summary["metrics"][metric]["value"])


def one_each(seen: Observation) -> Decision:
    """As progressive pacing does, every second."""
    each = seen.campaigns["upsell"]
    return Decision({"upsell": max(0, each.idle - each.outstanding - each.waiting)})


class Counting:
    """Remembers what it saw, and dials three times every five seconds."""

    def __init__(self) -> None:
        self.seen: list[Observation] = []

    def decide(self, seen: Observation) -> Decision:
        self.seen.append(seen)
        return Decision({"upsell": 3}, wake_in_s=5)


def test_it_is_asked_as_often_as_it_wishes_and_sees_its_dialer() -> None:
    policy = Counting()
    done = run(asking(), policy=policy)
    ticks = [seen.tick for seen in policy.seen]
    assert ticks[0] == 9 * 3_600_000 + 1  # the agents are there
    assert {b - a for a, b in pairwise(ticks)} == {5000}
    assert ticks[-1] < 9 * 3_600_000 + 1_800_000
    first, last = policy.seen[0].campaigns["upsell"], policy.seen[-1].campaigns["upsell"]
    assert (first.idle, first.attempts, first.open, first.handle_s) == (4, 0, True, None)
    assert policy.seen[0].now.isoformat() == "2026-04-13T09:00:00.001000+08:00"
    calls = done.calls.to_pylist()
    assert last.attempts <= len(calls)
    assert last.seen["connected"] > 0
    assert last.handle_s is not None
    assert last.handle_s > 15  # wrap-up alone takes that
    for seen in policy.seen:  # never more agents than there are
        each = seen.campaigns["upsell"]
        assert each.idle + each.talking + each.wrapping <= 4


def test_no_more_is_dialled_than_it_decided_and_the_guard_holds() -> None:
    policy = Counting()
    done = run(asking(), policy=policy)
    seconds = sorted(call["time"].timestamp() for call in done.calls.to_pylist())
    for begin in seconds:
        assert sum(begin <= s < begin + 5 for s in seconds) <= 2 * 3  # of two decisions at most
    assert value(done, "abandoned") <= 0.03 * value(done, "live_answers")


@pytest.mark.full
def test_a_policy_that_dials_for_each_free_agent_keeps_them_as_busy() -> None:
    plain = asking("10:00")  # the list is called through before they leave
    plain["campaigns"][0]["pacing"] = {"mode": "progressive"}
    theirs, ours = run(plain), run(asking("10:00"), policy=one_each)
    assert value(ours, "abandoned") == 0
    assert 0.9 * value(theirs, "attempts") < value(ours, "attempts") <= value(theirs, "attempts")


@pytest.mark.full
def test_it_is_the_same_in_steps_and_at_once() -> None:
    whole = run(asking(), policy=one_each)
    steps = Simulation(asking(), policy=one_each)
    for moment in ("09:00", "09:13", "09:40"):
        steps.advance(moment)
    assert steps.finish().summary["outcome_digest"] == whole.summary["outcome_digest"]


def test_what_it_sees_cannot_be_changed() -> None:
    policy = Counting()
    run(asking(), policy=policy)
    seen = policy.seen[-1]
    with pytest.raises(FrozenInstanceError):
        seen.tick = 0  # type: ignore[misc]
    with pytest.raises(TypeError):
        seen.campaigns["upsell"] = None  # type: ignore[index]
    with pytest.raises(TypeError):
        seen.campaigns["upsell"].seen["connected"] = 9  # type: ignore[index]


def raising(seen: Observation) -> Decision:
    return Decision({"upsell": 1 // (seen.tick - seen.tick)})


def leaving(seen: Observation) -> Decision:
    raise SystemExit(5)


def hanging(seen: Observation) -> Decision:
    time.sleep(3)
    return Decision()


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        (raising, ["policy raising raised ZeroDivisionError", "of test_policy.py", "4 idle"]),
        (leaving, ["policy leaving raised SystemExit: 5", "of test_policy.py"]),
        (lambda seen: 12, ["answered something that is no decision", "found: 12", "Decision("]),
        (
            lambda seen: Decision({"upsel": 1}),
            ["does not ask it", "upsel", 'did you mean "upsell"'],
        ),
        (lambda seen: Decision({"upsell": -1}), ["from 0 to 1000000; found -1"]),
        (lambda seen: Decision({"upsell": 1.5}), ["whole number"]),  # type: ignore[dict-item]
        (lambda seen: Decision([3]), ["must be a mapping"]),  # type: ignore[arg-type]
        (lambda seen: Decision({}, wake_in_s=0), ["wake_in_s must be from 0.1 to 86400 seconds"]),
        (lambda seen: Decision({}, wake_in_s="5s"), ["wake_in_s"]),  # type: ignore[arg-type]
        (3, ["is no policy"]),
    ],
)
def test_what_it_does_wrong_is_told(policy: Any, says: list[str]) -> None:
    with pytest.raises(ScenarioError) as caught:
        run(asking(), policy=policy)
    told = str(caught.value)
    for words in says:
        assert words in told, told
    assert caught.value.exit_code == 2


class Waiting:
    """Hangs in a thread of its own."""

    waits = True

    def decide(self, seen: Observation) -> Decision:
        return hanging(seen)


@pytest.mark.parametrize("policy", [hanging, Waiting()])
def test_one_that_hangs_ends_the_run(tmp_path: Path, policy: Any) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def mine(seen):\n    raise SystemError", "utf-8")
    made = asking(policy={"file": str(file), "name": "mine", "timeout": "300ms"})
    begin = time.perf_counter()
    with pytest.raises(ScenarioError, match=r"had not decided after 0\.3 s of real time"):
        run(made, policy=policy)
    assert time.perf_counter() - begin < 60


FILE = """
from dialsim import Decision

class Steady:
    def decide(self, seen):
        idle = seen.campaigns["upsell"].idle - seen.campaigns["upsell"].outstanding
        return Decision({"upsell": max(0, idle)}, wake_in_s=2)

def broken(seen):
    return Decision({"upsell": 1 / 0})
"""


def in_a_file(tmp_path: Path, name: str, text: str = FILE) -> dict[str, Any]:
    file = tmp_path / "mine.py"
    file.write_text(text, "utf-8")
    return asking(policy={"file": str(file), "name": name})


@pytest.mark.full
def test_it_may_stand_in_a_file_which_names_the_run(tmp_path: Path) -> None:
    made = in_a_file(tmp_path, "Steady")
    first = run(made, out=tmp_path / "runs")
    again = run(made, out=tmp_path / "runs")
    assert first.summary["outcome_digest"] == again.summary["outcome_digest"]
    assert first.folder == again.folder
    other = run(in_a_file(tmp_path, "Steady", FILE.replace("=2", "=3")), out=tmp_path / "runs")
    assert other.folder != first.folder
    assert other.summary["outcome_digest"] != first.summary["outcome_digest"]


@pytest.mark.full
def test_replications_make_it_anew_each(tmp_path: Path) -> None:
    text = FILE.replace("    def decide", "    asked = 0\n\n    def decide").replace(
        "        idle", "        self.asked += 1\n        idle"
    )
    few = dialsim.replicate(in_a_file(tmp_path, "Steady", text), 2)
    assert few.complete


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("Stedy", FILE, ["has nothing of this name", "Stedy", 'did you mean "Steady"']),
        ("broken", FILE, ["ZeroDivisionError", "line 10 of mine.py"]),
        ("Steady", "class Steady(:", ["cannot be executed: SyntaxError"]),
        ("Steady", "raise SystemExit", ["cannot be executed: it ends the program"]),
        ("FILE", "FILE = 3", ["is no policy"]),
        ("Needy", "class Needy:\n    def __init__(self, x): pass", ["TypeError", "'x'"]),
    ],
)
def test_a_file_that_is_wrong_is_told(
    tmp_path: Path, name: str, text: str, says: list[str]
) -> None:
    with pytest.raises(ScenarioError) as caught:
        run(in_a_file(tmp_path, name, text))
    for words in says:
        assert words in str(caught.value), str(caught.value)


def test_a_policy_that_is_not_there_or_that_nobody_asks(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="a campaign asks a policy, and there is none"):
        run(asking())
    with pytest.raises(ScenarioError, match="no such file"):
        run(asking(policy={"file": str(tmp_path / "none.py"), "name": "Mine"}))
    with pytest.raises(ScenarioError, match="no campaign asks it"):
        run(small_scenario(dict(LIST)) | {"policy": in_a_file(tmp_path, "Steady")["policy"]})
    with pytest.raises(ScenarioError, match="no campaign has pacing"):
        run(small_scenario(dict(LIST)), policy=one_each)
    with pytest.raises(ScenarioError, match="put it into a file"):
        run(asking(), policy=one_each, out=tmp_path)
