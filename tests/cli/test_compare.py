"""``dialsim compare``: what it prints and exits with."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.__main__ import main
from tests.house.sources import ROOT
from tests.scheduler.worlds import as_toml, tiny

Call = Callable[..., tuple[int, str, str]]
GOALS = [{"metric": "attempts", "at_least": 150}]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: Any) -> Call:
    """Run the command in an empty folder; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main(["compare", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return as_toml(tiny(goals=GOALS), tmp_path / "tiny.toml")


FEWER = ("--set", "people.drawn.synthetic.count=20", "--replications", "6")


def test_a_worse_change_exits_1(call: Call, scenario: Path) -> None:
    code, out, err = call(scenario, *FEWER)
    assert (code, err) == (1, "")
    assert "B is worse in attempts" in out
    assert re.search(r"people\.drawn\.synthetic\.count +120 +20", out)
    assert f"B{scenario},changed" in "".join(out.split())


def test_a_better_one_exits_0(call: Call, scenario: Path, tmp_path: Path) -> None:
    raw = tiny(goals=GOALS)
    raw["people"][0]["synthetic"]["count"] = 20
    fewer = as_toml(raw, tmp_path / "fewer.toml")
    code, out, _ = call(fewer, scenario, "--replications", "6", "--seed", "7", "--json")
    found = json.loads(out)
    assert code == found["verdict"]["exit_code"] == 0
    assert found["verdict"]["better"] == ["attempts"]
    assert found["a"]["seed"] == 7
    assert len(found["replications"]) == 6
    assert call(fewer, scenario, "--replications", "2", "--quiet") == (0, "", "")


def test_run_folders(call: Call, scenario: Path, tmp_path: Path) -> None:
    one = dialsim.run(scenario, out=tmp_path / "runs").folder
    two = dialsim.run(scenario, out=tmp_path / "runs", seed=8).folder
    code, out, err = call(one, two)
    assert (code, err) == (0, "")
    assert re.search(r"seed +1 +8", out)
    assert "there are no intervals" in " ".join(out.split())
    code, out, _ = call(one, *FEWER)
    assert code == 1
    assert "A is a run: its scenario is simulated again" in out
    code, out, _ = call(one, two, "--replications", "2")
    assert "2 pairs · seed 1" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name B, or with --set"),
        (["tiny.toml", "--set", "days=1"], "leave B out"),
        (["gone.toml"], "no such scenario file"),
        (["empty"], "no finished run"),
        (["--set", "caller_ids.nort.count=5"], 'did you mean "north"?'),
        (["--set", "pases=3"], "unknown key"),
        (["--set", "days"], "not KEY=VALUE"),
        (["tiny.toml", "--replications", "1"], "play at least two"),
        (["tiny.toml", "--seed", "-1"], "--seed"),
    ],
)
def test_bad_input_exits_2(call: Call, scenario: Path, arguments: list[str], words: str) -> None:
    (scenario.parent / "empty").mkdir()
    code, out, err = call(scenario, *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


def test_both_files_are_judged_at_once(call: Call, tmp_path: Path) -> None:
    one = as_toml(tiny(days=0), tmp_path / "one.toml")
    two = as_toml(tiny(time_zone="Mars"), tmp_path / "two.toml")
    code, _, err = call(one, two)
    assert code == 2
    assert f"{one}:" in err
    assert f"{two}:" in err


@pytest.mark.full
def test_ctrl_c_keeps_the_pairs_that_are_done(scenario: Path) -> None:
    process = subprocess.Popen(
        [
            sys.executable, "-m", "dialsim", "compare", str(scenario), "--json",
            "--set", "agents.day.count=3", "--replications", "100000",
        ],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(4.0)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 130, stderr
    if not stdout:  # a slow machine was compiling yet
        assert stderr.strip() == "interrupted"
        return
    found = json.loads(stdout)
    done = len(found["replications"])
    assert found["complete"] is False
    assert stderr.strip() == f"interrupted after {done} of 100000 pairs"
    assert len(found["digests"]["a"]) == len(found["digests"]["b"]) == done
