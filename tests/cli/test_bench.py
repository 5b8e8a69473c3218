"""``dialsim bench load``: what it prints, what it leaves, what it exits with."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dialsim.__main__ import main
from dialsim.errors import CapacityError
from dialsim.loadtest import testing
from dialsim.loadtest.files import LoadFiles
from dialsim.loadtest.result import LoadTest
from dialsim.loadtest.testing import LoadTestRunner
from tests.house.sources import ROOT
from tests.scheduler.worlds import as_toml, tiny

HOLD = ("--hold", "50ms")  # all of it passes on the wall clock, in each of five runs
QUICK = ("--rate", "200/s", "--for", "200ms", "--warm-up", "50ms", *HOLD)
pytestmark = [pytest.mark.slow_without_jit, pytest.mark.once]


@pytest.fixture(autouse=True)
def _quiet_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether this machine holds a process up is no matter of these tests.

    Nor is the garbage of a thousand other tests, looked through twice before each of twenty runs:
    the process of its own that Ctrl-C ends has the collector as it is.
    """
    monkeypatch.setattr("dialsim.loadtest.figures.VOID_ABOVE_MS", 1e9)
    monkeypatch.setattr(gc, "collect", partial(gc.collect, 0))


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["bench", "load", *(str(argument) for argument in arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_thresholds_decide_the_exit_code(capsys: Any, tmp_path: Path) -> None:
    out, junit = tmp_path / "results", tmp_path / "load.xml"
    code, page, err = call(
        capsys, *QUICK, "--p50", "1h", "--admitted", "100%", "--out", out, "--junit", junit
    )
    assert (code, err) == (0, "")
    assert "Every threshold is met." in page
    assert page.rstrip().endswith(f"results: {out}")
    assert json.loads((out / "load.json").read_text("utf-8"))["met"] is True
    suite = ElementTree.parse(junit).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("5", "0")
    held = {"trunks.main.calls_per_second=1"}
    scenario = as_toml(tiny(), tmp_path / "tiny.toml")
    code, text, err = call(
        capsys, scenario, *QUICK, "--set", *held, "--admitted", "100%", "--hold", "10ms", "--json"
    )
    assert (code, err) == (1, "")
    found = json.loads(text)
    (step,) = found["steps"]
    assert step["deferred"][0] > 0
    assert step["deferred_for"].keys() == {"rate_limit"}
    for run in found["runs"]:
        (stage,) = run["stages"]
        parts = ("admitted", "deferred", "dropped", "censored")
        assert stage["offered"] == sum(stage[part] for part in parts)
        assert run["digest"] == found["digest"]


def test_a_smoke_run_is_marked_as_such(
    capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LoadTest, "undecided", True)  # which is no verdict of one run
    hlog, table = tmp_path / "load.hlog", tmp_path / "load.csv"
    code, text, err = call(capsys, *QUICK, "--smoke", "--json", "--hlog", hlog, "--csv", table)
    assert (code, err) == (0, "")
    found = json.loads(text)
    assert (found["asked"]["smoke"], len(found["runs"]), found["behind"]) == (True, 1, None)
    assert "Tag=run-1-lateness,0.050,0.200," in hlog.read_text("utf-8")
    assert table.read_text("utf-8").splitlines()[1].startswith("1,1,200,0.05,0.25,")
    code, page, _ = call(capsys, *QUICK, "--runs", "1", "--p50", "1ms", "--deadline", "1h")
    assert "Smoke run" in page
    assert code in (0, 1)  # as the threshold has it


def test_bad_input_is_told_at_once(capsys: Any, tmp_path: Path) -> None:
    code, out, err = call(capsys, "--rate", "fast", "--for", "0s", "--p99", "never")
    assert (code, out) == (2, "")
    assert all(option in err for option in ("--rate", "--for", "--p99", "allowed:"))
    assert call(capsys, *QUICK, "--set", "days=2")[0] == 2
    assert call(capsys, tmp_path / "none.toml", *QUICK)[0] == 2
    code, _, err = call(capsys, "--rate", "900000000/s")
    assert code == 3
    assert "cannot generate that load" in err
    (tmp_path / "file").write_text("")
    code, _, err = call(capsys, *QUICK, "--out", tmp_path / "file" / "below")
    assert (code, "--out" in err) == (2, True)


@pytest.mark.full
def test_a_disk_that_fails_ends_with_the_page_and_3(
    capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: LoadFiles, number: int, run: object) -> None:
        raise CapacityError("the disk", "is full", "--out")

    monkeypatch.setattr(LoadFiles, "keep_run", full)
    code, page, err = call(capsys, *QUICK, "--out", tmp_path / "results")
    assert code == 3
    assert "200 dials/s" in page
    assert "is full" in err


@pytest.mark.parametrize(
    ("far", "options", "said"),
    [
        ("virtual run", (), "interrupted before anything was measured"),
        (
            "virtual run",
            ("--out",),
            "interrupted before anything was measured; DIR/results is as it was",
        ),
        ("run 2 of 5", (), "interrupted; what was measured by then is shown"),
        ("run 2 of 5", ("--out",), "interrupted; what was measured by then is kept"),
        ("run 2 of 5", ("--quiet",), "interrupted"),
    ],
)
def test_what_is_said_of_an_interrupted_load_is_so(
    far: str,
    options: tuple[str, ...],
    said: str,
    capsys: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def measured(runner: LoadTestRunner, *where: object, **how: object) -> object:
        if far == f"run {where[-1]} of 5":
            runner._stop.request()
        return play(runner, *where, **how)

    play = LoadTestRunner._measured
    monkeypatch.setattr(LoadTestRunner, "_measured", measured)
    if far == "virtual run":
        monkeypatch.setattr("dialsim.loadtest.testing.play_virtually", lambda *_: None)
    given = (*options, tmp_path / "results") if "--out" in options else options
    code, _, err = call(capsys, *QUICK, *given)
    assert code == 130
    assert err.strip().replace(str(tmp_path), "DIR") == said


@pytest.mark.full
def test_ctrl_c_before_anything_was_measured_takes_no_former_result(
    capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, junit = tmp_path / "results", tmp_path / "load.xml"
    kept = ("--out", out, "--junit", junit)
    assert call(capsys, *QUICK, *kept)[0] == 0
    before = {path: path.read_bytes() for path in (*out.iterdir(), junit)}
    monkeypatch.setattr("dialsim.loadtest.testing.play_virtually", lambda *_: None)
    for how in (QUICK, ("--find-limit", "--for", "200ms")):
        code, page, _ = call(capsys, *how, *kept)
        assert code == 130
        assert "results:" not in page
        assert {path: path.read_bytes() for path in (*out.iterdir(), junit)} == before


def test_too_little_memory_is_no_fault_of_ours(
    capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise MemoryError("Unable to allocate 11.4 MiB.")

    monkeypatch.setattr("dialsim.loadtest.testing.run_figures", full)
    code, _, err = call(capsys, *QUICK)
    assert code == 3
    assert err == "memory: this machine has too little of it (Unable to allocate 11.4 MiB)\n"


@pytest.mark.full
def test_dials_that_nobody_decided_are_a_limit_of_the_machine(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Unless a threshold judges them."""
    behind = "200 dials/s: 7 of them were still not decided at the end"
    monkeypatch.setattr(LoadTest, "undecided", True)
    monkeypatch.setattr(LoadTest, "behind", behind)
    code, page, err = call(capsys, *QUICK, "--out", tmp_path)
    assert code == 3
    assert f"this machine does not keep up: {behind}; change --rate or --ramp" in err
    assert "This machine does not keep up with 200 dials/s" in page
    assert (tmp_path / "load.json").exists()
    assert call(capsys, *QUICK, "--p50", "1h")[0] == 0


@pytest.mark.full
def test_a_search_names_its_limit(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialsim.loadtest.testing.MOST_RATE_MILLI", 600_000)
    judged = testing.judge_rate

    def passed(*asked: Any, **how: Any) -> Any:
        """Whatever the machine is busy with."""
        return replace(judged(*asked, **how), passed=True, void=False, why=None)

    monkeypatch.setattr(testing, "judge_rate", passed)
    brief = ("--for", "200ms", "--warm-up", "0s", *HOLD)
    code, page, _ = call(capsys, "--find-limit", "--rate", "500/s", *brief, "--p99", "1h")
    assert code == 0
    assert "600 dials/s pass, none failed" in page


@pytest.mark.full
@pytest.mark.skipif(os.name == "nt", reason="signals of a terminal")
def test_ctrl_c_keeps_what_was_measured(tmp_path: Path) -> None:
    out = tmp_path / "results"
    arguments = ["bench", "load", *QUICK[:2], "--for", "1h", "--warm-up", "0s", "--out", str(out)]
    process = subprocess.Popen(
        [sys.executable, "-m", "dialsim", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not out.exists() and process.poll() is None:
        time.sleep(0.01)
    time.sleep(1)  # somewhere before the first run or in it: it ends in good order either way
    process.send_signal(signal.SIGINT)
    page, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Broken off" in page or "Void" in page
    assert (out / "load.json").exists() is ("before anything was measured" not in err)
    if (out / "load.json").exists():
        assert json.loads((out / "load.json").read_text("utf-8"))["complete"] is False
