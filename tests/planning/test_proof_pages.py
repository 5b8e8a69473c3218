"""What is not proved yet is told from what is broken, with the command that goes on."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
import tomli_w

import dialsim
from dialsim.__main__ import main
from dialsim.pages.model.terminal import page_lines
from dialsim.pages.planning.plan_page import plan_page
from dialsim.pages.planning.plan_proof import of_log
from dialsim.planning import PlanFound
from tests.planning.test_plan_pages import english_on
from tests.planning.worlds import in_few_runs, small


def one_candidate(**changes: Any) -> dict[str, Any]:
    """Return the small campaign with nothing to decide."""
    raw = in_few_runs(small(**changes))
    raw["caller_ids"][0]["count"] = 3
    raw["plan"]["decisions"] = [{"key": "agents.day.count", "values": [2]}]
    return raw


def text_of(found: dict[str, Any], lang: Any = "en") -> str:
    return " ".join(" ".join(line.plain for line in page_lines(plan_page(found, lang), 80)).split())


@pytest.mark.full
@pytest.mark.usefixtures("brief")
def test_a_proof_that_is_open_goes_on_by_the_command_it_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "an hour.toml", tmp_path / "plans"
    raw = one_candidate(goals=[{"metric": "conversations", "at_least": 5}])
    path.write_text(tomli_w.dumps(raw), "utf-8")
    asked = ["plan", str(path), "--set", "seed=7", "--executor", "serial", "--out", str(out)]
    assert main([*asked, "--proof-runs", "60"]) == 1
    (folder,) = out.iterdir()
    told = json.loads((folder / "plan.json").read_text("utf-8"))
    assert (told["certified"], told["state"], told["proof_runs"]) == (False, "open", 60)
    (finalist,) = told["finalists"]
    assert (finalist["state"], finalist["runs"]) == ("open", 60)
    states = {each["promise"]: each["state"] for each in finalist["promises"]}
    assert states["goal_1"] == "certified"
    assert states["enterprise_stop"] == "open"
    page = capsys.readouterr()
    assert "is proved yet" in page.out
    assert "enterprise not stopped: not proved yet" in page.out
    assert "at most 60 runs (`--proof-runs`)" in page.err
    words = shlex.split(told["go_on"]["command"])
    assert words[0] == "dialsim"
    printed = page.out[page.out.index("  dialsim plan") :].split("\n\n")[0]
    assert shlex.split(printed.replace("\\\n", "")) == words  # as a shell takes it
    assert english_on({**told, "name": ""} | {"go_on": {**told["go_on"], "command": ""}}) == []

    assert main(words[1:]) == 0
    again = json.loads((folder / "plan.json").read_text("utf-8"))
    assert (again["state"], again["go_on"]) == ("certified", None)
    assert list(out.iterdir()) == [folder]
    assert again["candidates"][0]["runs"] == told["candidates"][0]["runs"]  # the same search
    capsys.readouterr()


@pytest.fixture(scope="module")
def broken() -> PlanFound:
    """A plan that keeps its goal in some two thirds of runs: eight of a search do not tell."""
    from tests.planning.worlds import few_runs

    with few_runs(rounds=2):
        raw = one_candidate(goals=[{"metric": "conversations", "at_least": 39}])
        return dialsim.plan(raw, executor="serial")


def test_what_is_broken_is_said_to_be(broken: PlanFound) -> None:
    told = broken.to_dict()
    assert (told["state"], told["go_on"]) == ("broken", None)
    assert [each["state"] for each in told["finalists"]] == ["broken"]
    text = text_of(told)
    assert "No plan among 1 candidates is certified" in text
    assert "broken, proved to hold in less than the 90 % promised" in text
    assert "broken after" in text
    assert english_on(told) == []


def test_what_no_number_of_runs_would_prove_is_said_to_be_so(broken: PlanFound) -> None:
    told = broken.to_dict()
    (finalist,) = told["finalists"]
    stuck = {"state": "open", "more": None}
    near = told["nearest"]
    found = {
        **told,
        "state": "open",
        "finalists": [{**finalist, **stuck}],
        "nearest": {**near, "broken": [{**each, **stuck} for each in near["broken"]]},
    }
    assert "at this rate no number would" in text_of(found)
    assert "no number of runs would" in text_of(found)
    assert english_on(found) == []


@pytest.mark.full
def test_from_python_the_page_names_the_argument() -> None:
    from tests.planning.worlds import few_runs

    with few_runs():
        raw = one_candidate(goals=[{"metric": "conversations", "at_least": 5}])
        found = dialsim.plan(raw, executor="serial", proof_runs=60)
    told = found.to_dict()
    assert found.state == "open"
    assert f"proof_runs={told['go_on']['proof_runs']}" in text_of(told)
    assert english_on(told) == []


@pytest.mark.parametrize("runs", [0, -5, 1_000_001, 2.5, True])
def test_what_is_no_number_of_runs_is_refused(runs: Any) -> None:
    with pytest.raises(dialsim.ScenarioError, match="not a number of runs"):
        dialsim.plan(small(), proof_runs=runs)


def test_the_command_refuses_it_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "hour.toml"
    path.write_text(tomli_w.dumps(small()), "utf-8")
    assert main(["plan", str(path), "--proof-runs", "0"]) == 2
    assert "--proof-runs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("unit", "known", "lines"),
    [
        (
            "calls",
            {"value": 233, "expected": 120.0},
            ["233 before Tue 14 Apr 10:40 + about 120 expected"],
        ),
        (
            "calls",
            {"value": 233, "expected": None},
            ["as the call log has it before Tue 14 Apr 10:40: 233"],
        ),
        ("share", {"value": 0.2, "played": 0.25}, ["20 % before Tue 14 Apr 10:40, 25 % played"]),
    ],
)
def test_a_promise_says_what_a_call_log_has_of_it(
    unit: str, known: dict[str, Any], lines: list[str]
) -> None:
    log = {"unit": unit, "before": {"as_of": "2026-04-14T10:40", **known}}
    assert [each.text for each in of_log({"log": log}, "en")] == lines
    assert of_log({"log": None}, "en") == []
