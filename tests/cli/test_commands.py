"""The commands: what they print, where, and what they exit with."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tomli
from pydantic_core import SchemaError

import dialsim
from dialsim.__main__ import main
from dialsim.errors import CacheError, CapacityError, InternalError
from tests.house.sources import ROOT
from tests.scheduler.worlds import as_toml, tiny
from tests.tiers import tiered

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: Any) -> Call:
    """Run a command in an empty folder; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return as_toml(tiny(), tmp_path / "tiny.toml")


def test_run_prints_a_page_and_leaves_a_folder(call: Call, scenario: Path) -> None:
    code, out, err = call("run", scenario)
    assert code == 0
    assert err == ""
    assert "attempts" in out
    folder = next(Path("runs").iterdir())
    assert out.rstrip().endswith(f"results: {folder}\npage:    {folder}/report.html")
    assert (folder / "report.html").read_text("utf-8").startswith("<!doctype html>")
    assert dialsim.load_run(folder).complete


@pytest.mark.parametrize(
    "words",
    [
        ["forget", "+86 138 0000 0001", "--in"],
        ["init"],
        ["run", "tiny.toml", "--out"],
        ["dossier", "runs", "--for", "boss", "--out"],
    ],
)
def test_an_empty_path_is_not_the_folder_one_is_in(
    call: Call, scenario: Path, words: list[str]
) -> None:
    """A variable that nobody has set: above all nothing may be forgotten or written there."""
    code, _, err = call(*words, "")
    assert code == 2
    assert "the path is empty" in err
    assert list(scenario.parent.iterdir()) == [scenario]


def test_a_missed_goal_exits_1(call: Call, tmp_path: Path) -> None:
    raw = tiny(goals=[{"metric": "conversations", "at_least": 10_000}])
    assert call("run", as_toml(raw, tmp_path / "a.toml"))[0] == 1


def test_json_is_all_there_is(call: Call, scenario: Path) -> None:
    code, out, err = call("run", scenario, "--json", "--seed", "5", "--out", "elsewhere")
    assert (code, err) == (0, "")
    assert json.loads(out)["identity"]["seed"] == 5
    assert Path("elsewhere").is_dir()
    assert not Path("runs").exists()


def test_quiet_is_quiet(call: Call, scenario: Path) -> None:
    assert call("run", scenario, "--quiet", "--no-log") == (0, "", "")
    assert not (next(Path("runs").iterdir()) / "calls").exists()


def test_set_changes_values(call: Call, scenario: Path) -> None:
    code, out, _ = call(
        "run", scenario, "--json", "--set", "people.drawn.synthetic.count=10",
        "--set", "campaigns.first.pacing={ mode = 'progressive' }", "--set", "aftermath=30d",
        "--set", "goals=[]",
    )  # fmt: skip
    assert code == 0
    assert json.loads(out)["goals"] == []
    resolved = dialsim.load_scenario(next(Path("runs").iterdir()) / "scenario.toml")
    assert resolved.people[0].synthetic is not None
    assert resolved.people[0].synthetic.count == 10
    assert resolved.campaigns[0].pacing.mode == "progressive"
    assert resolved.aftermath == 30 * 86_400_000


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("days=0", "days"),
        ("caller_ids.nort.count=5", 'did you mean "north"?'),
        ("pases=3", "unknown key"),
        ("days", "not KEY=VALUE"),
    ],
)
def test_a_bad_change_is_bad_input(call: Call, scenario: Path, change: str, words: str) -> None:
    code, out, err = call("run", scenario, "--set", change)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
    assert not Path("runs").exists()


def test_all_bad_changes_are_named_together(call: Call, scenario: Path) -> None:
    changes = ("days", "caller_ids.nort.count=5", "pases=3", "agents.9.count=1", "days=0")
    told = [word for change in changes for word in ("--set", change)]
    for command in ("run", "check"):
        code, out, err = call(command, scenario, *told)
        assert (code, out) == (2, "")
        for words in ("not KEY=VALUE", 'did you mean "north"?', "unknown key", "agents.9"):
            assert words in err
    assert not Path("runs").exists()


def test_every_problem_is_told_at_once(call: Call, tmp_path: Path) -> None:
    path = as_toml(tiny(days=0, time_zone="Mars", nonsense=1), tmp_path / "a.toml")
    for command in ("run", "check"):
        code, out, err = call(command, path)
        assert (code, out) == (2, "")
        assert all(word in err for word in ("days", "time_zone", "nonsense", f"{path}:"))
        assert "Traceback" not in err
    assert not Path("runs").exists()


@pytest.mark.parametrize("arguments", [["run"], ["run", "x.toml"], ["rnu"], ["run", "--sed", "1"]])
def test_bad_arguments_exit_2(call: Call, arguments: list[str]) -> None:
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err


def test_a_missing_command_names_the_near_one(call: Call) -> None:
    assert 'did you mean "run"?' in call("rnu")[2]


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (CapacityError("memory will not suffice", "9 GB"), 3, "memory will not suffice: 9 GB"),
        (InternalError("broken"), 70, "Please report"),
        (ZeroDivisionError("oh"), 70, "ZeroDivisionError"),
        (EOFError("a file is empty"), 70, "EOFError"),
        (CacheError("kernels.advance", "no object"), 3, "`dialsim warm --anew`"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_exit_codes(
    call: Call, scenario: Path, monkeypatch: Any, error: BaseException, code: int, words: str
) -> None:
    def fails(*args: Any, **options: Any) -> None:
        raise error

    monkeypatch.setattr("dialsim.api.run", fails)
    found, out, err = call("run", scenario)
    assert (found, out) == (code, "")
    assert words in err
    assert ("Traceback" in err) == (code == 70)


def test_memory_is_checked_before_the_run(call: Call, scenario: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("dialsim.scheduler.memory.bytes_available", lambda: 1000)
    code, _, err = call("run", scenario)
    assert code == 3
    assert "GB are available" in err
    assert not Path("runs").exists()


def test_a_full_disk_is_one_sentence(scenario: Path, tmp_path: Path) -> None:
    """A limit on the size of a file stands for the disk."""
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000));"
        "from dialsim.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "run", str(scenario), "--out", str(tmp_path / "runs")],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert done.stderr.count("\n") == 1
    assert "is full" in done.stderr
    assert ".tmp" not in done.stderr


# --- check, init, schema, explain, warm -----------------------------------------------------------


def test_check(call: Call, scenario: Path) -> None:
    code, out, err = call("check", scenario)
    assert (code, err) == (0, "")
    assert "attempts, at mean rates" in out
    code, out, _ = call("check", scenario, "--json", "--set", "days=3")
    assert code == 0
    assert json.loads(out)["ok"] is True
    code, out, err = call("check", scenario, "--json", "--set", "days=0")
    assert (code, err) == (2, "")
    assert json.loads(out)["problems"][0]["path"] == "days"


def test_init_writes_a_scenario_that_passes(call: Call) -> None:
    code, out, _ = call("init")
    assert code == 0
    assert "campaign.toml" in out
    assert call("check", "campaign.toml")[0] == 0
    Path("campaign.toml").write_text("mine")
    code, _, err = call("init", "campaign.toml")
    assert code == 2
    assert "exists" in err
    assert Path("campaign.toml").read_text() == "mine"
    assert call("init", "deep/er/plan.toml")[0] == 0


def test_schema_is_json(call: Call) -> None:
    code, out, _ = call("schema")
    assert code == 0
    assert json.loads(out)["properties"]["campaigns"]


def test_the_reference_is_printed_as_it_is_kept(call: Call) -> None:
    kept = (ROOT / "dialsim/scenario/REFERENCE.md").read_text(encoding="utf-8")
    assert call("schema", "--markdown") == (0, kept, "")


def test_explain(call: Call) -> None:
    code, out, _ = call("explain", "callee.retry_gap")
    assert code == 0
    assert all(word in out for word in ("2h", "duration", "S32", "practice"))
    code, out, _ = call("explain", "frequency.mobile", "--json")
    assert code == 0
    assert len(json.loads(out)) > 1
    code, _, err = call("explain", "callee.retry_gab")
    assert code == 2
    assert "callee.retry_gap" in err
    assert call("explain", "--network", "typikal")[0] == 2
    assert len(call("explain")[1].splitlines()) > 50


def test_warm(call: Call, monkeypatch: Any) -> None:
    monkeypatch.setattr(
        "dialsim.jit.decorator.prune_cache", lambda: 2
    )  # other tests share the cache
    code, out, _ = call("warm")
    assert code == 0
    assert "2 stale caches removed" in out
    assert "none is kept" not in out
    found = json.loads(call("warm", "--json")[1])
    assert found["kernels"] > 20
    assert found["kept"]


def test_warm_anew_clears_and_says_where_nothing_is_kept(call: Call, monkeypatch: Any) -> None:
    monkeypatch.setattr("dialsim.jit.decorator.prune_cache", lambda: 0)
    monkeypatch.setattr("dialsim.jit.decorator.clear_cache", lambda: 5)
    monkeypatch.setattr("dialsim.scheduler.warm.is_kept", lambda: False)
    code, out, _ = call("warm", "--anew")
    assert code == 0
    assert "; 5 caches removed; none is kept: the folder for them cannot be written" in out
    code, _, err = call("warm", "--anew", "--keep")
    assert code == 2
    assert "name one of them" in err


def test_warm_lists_compile_times(call: Call, monkeypatch: Any) -> None:
    asked = []

    def child(command: list[str], **options: Any) -> Any:
        asked.append((command[1:], options["env"]["NUMBA_CACHE_DIR"]))
        times = {"a": 0.5, "b": 2.0}
        compiled = [{"kernel": k, "seconds": s} for k, s in [*times.items(), ("a", 2.0)]]
        return SimpleNamespace(returncode=0, stdout=json.dumps({"compiled": compiled}), stderr="")

    monkeypatch.setattr("dialsim.scheduler.warm.subprocess.run", child)
    code, out, _ = call("warm", "--list")
    assert code == 0
    assert asked[0][0] == ["-m", "dialsim", "warm", "--json", "--keep", "--processes", "1"]
    assert not Path(asked[0][1]).exists()  # a cache of its own, and gone
    assert [line.split() for line in out.splitlines()] == [
        *(["2.50", "s", "55.6", "%", "a"], ["2.00", "s", "44.4", "%", "b"]),
        ["4.50", "s", "2", "kernels"],
    ]
    assert [row["kernel"] for row in json.loads(call("warm", "--list", "--json")[1])] == ["a", "b"]
    failed = SimpleNamespace(returncode=1, stdout="", stderr="no room")
    monkeypatch.setattr("dialsim.scheduler.warm.subprocess.run", lambda *_, **__: failed)
    assert call("warm", "--list")[0] == 70


def test_help_and_version_are_light() -> None:
    code = (
        "import sys; from dialsim.__main__ import main; main(['--help']); main(['--version']);"
        "print([n for n in ('numba', 'pydantic', 'pyarrow', 'rich', 'trio') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "warm" in done.stdout
    assert done.stdout.endswith("[]\n")


def test_a_run_does_not_import_pandas(tmp_path: Path) -> None:
    code = """
import sys
import pyarrow as pa
from dialsim.__main__ import main
from dialsim.arrow_numpy import values_of
for kind in (pa.int64(), pa.bool_(), pa.float32(), pa.timestamp("ms", "UTC")):
    column = pa.Array.from_buffers(kind, 3, [None, pa.py_buffer(bytes(64))])
    assert len(values_of(pa.chunked_array([column, column]))) == 6
assert main(["init", "my.toml"]) == 0
assert main(["run", "my.toml", "--quiet"]) in (0, 1)
print("pandas" in sys.modules)
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"
    assert list(tmp_path.glob("runs/*/report.html"))


# --- Ctrl-C ---------------------------------------------------------------------------------------


def start(scenario: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "dialsim", "run", str(scenario), "--out", str(out), *options],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


HANG_UP = getattr(signal, "SIGHUP", signal.SIGINT)


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(HANG_UP, marks=pytest.mark.full, id="hang-up")]
)
def test_ctrl_c_keeps_what_was_done(number: int, scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    process = start(scenario, out, "--speed", "600", "--json")
    limit = time.monotonic() + 120
    while not list(out.glob(".*/calls")) and time.monotonic() < limit:
        time.sleep(0.05)
    time.sleep(2.0)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=60)  # to its end it would play longer
    assert process.returncode == 130, stderr
    assert json.loads(stdout)["complete"] is False
    assert re.match(r"interrupted at \d+ \w+ \d{4} \d\d:\d\d:\d\d; done so far: ", stderr), stderr
    assert stderr.count("\n") == 1
    run = dialsim.load_run(next(out.iterdir()))
    assert not run.complete
    assert run.calls.num_rows == run.summary["metrics"]["attempts"]["value"]
    assert run.people.num_rows > 0


def test_ctrl_c_while_the_command_is_imported() -> None:
    code = (
        "import sys; sys.argv = ['dialsim', 'warm']; import os, signal, dialsim.__main__;"
        "os.kill(os.getpid(), signal.SIGINT)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


def test_ctrl_c_at_the_start(scenario: Path, tmp_path: Path) -> None:
    process = start(scenario, tmp_path / "runs")
    time.sleep(0.4)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode in (0, 130), stderr
    assert "Traceback" not in stderr


@pytest.mark.parametrize("place", ["dialsim.cli.commands.main", "dialsim.__main__._command"])
def test_ctrl_c_while_a_class_is_made(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """As Python 3.11 hands it on; any other error of that kind is ours."""

    def interrupted(*_: Any, **__: Any) -> int:
        raise RuntimeError("Error calling __set_name__") from KeyboardInterrupt()

    def wrong(*_: Any, **__: Any) -> int:
        raise RuntimeError("Error calling __set_name__") from KeyError()

    monkeypatch.setattr(place, interrupted)
    assert main(["run"]) == 130
    assert capsys.readouterr().err == "interrupted\n"
    monkeypatch.setattr(place, wrong)
    if place.endswith("_command"):
        with pytest.raises(RuntimeError):
            main(["run"])
    else:
        assert main(["run"]) == 70


@pytest.mark.parametrize(
    ("behind", "code", "told"),
    [("KeyboardInterrupt: ", 130, "interrupted"), ("KeyError: 'schema'", 70, "Please report it")],
)
def test_ctrl_c_while_a_validator_is_made(
    behind: str, code: int, told: str, monkeypatch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """As pydantic hands it on."""

    def interrupted(*_: Any, **__: Any) -> int:
        raise SchemaError(f'Error building "model" validator:\n  {behind}')

    monkeypatch.setattr("dialsim.cli.commands.main", interrupted)
    assert main(["run"]) == code
    assert told in capsys.readouterr().err


def test_ctrl_c_while_the_world_is_built(scenario: Path, tmp_path: Path) -> None:
    text = scenario.read_text("utf-8")
    raw = tomli.loads(text)
    raw["caller_ids"][0]["count"] = 100_000
    process = start(as_toml(raw, scenario), tmp_path / "runs")
    time.sleep(0.6)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert stderr.strip() == "interrupted"
    assert not (tmp_path / "runs").exists()


def test_ctrl_c_while_the_page_is_printed(call: Call, scenario: Path, monkeypatch: Any) -> None:
    def interrupted(*args: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dialsim.pages.run.run_page.run_page", interrupted)
    code, _, err = call("run", scenario)
    assert code == 130
    assert f"results: {next(Path('runs').iterdir())}" in err


@pytest.mark.parametrize("option", tiered(["--json"], ["--no-log"]))
def test_a_reader_that_leaves_early(scenario: Path, tmp_path: Path, option: str) -> None:
    process = start(scenario, tmp_path / "runs", option)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    stderr = process.stderr.read()
    code = process.wait(timeout=120)
    process.stderr.close()
    assert stderr == ""
    run = dialsim.load_run(next((tmp_path / "runs").iterdir()))
    assert code == (0 if run.goals_met else 1)


def in_shell(words: str, *arguments: object) -> tuple[int, str]:
    command = f'"$@" {words}'
    done = subprocess.run(
        ["bash", "-c", command, "-", sys.executable, "-m", "dialsim", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_other_commands_say_that_the_reader_left() -> None:
    code, stderr = in_shell("| true; exit ${PIPESTATUS[0]}", "schema")
    assert (code, stderr) == (141, "")


@pytest.mark.parametrize("words", tiered([">/dev/full"], [">&-"]))
def test_an_output_that_takes_nothing(scenario: Path, tmp_path: Path, words: str) -> None:
    for arguments in (["run", scenario, "--out", tmp_path / "runs"], ["schema"]):
        code, stderr = in_shell(words, *arguments)
        assert code == 3
        assert "standard output" in stderr
        assert "Traceback" not in stderr


def test_a_place_that_is_taken_is_bad_input(call: Call, scenario: Path) -> None:
    assert call("run", scenario, "--quiet")[0] in (0, 1)
    place = next(Path("runs").iterdir())
    place.rename("kept")
    place.mkdir()
    (place / "thesis.txt").write_text("mine")
    code, out, err = call("run", scenario)
    assert (code, out) == (2, "")
    assert f"{place}: a folder that is no run of dialsim" in err
    assert "another --out" in err
    assert [p.name for p in place.iterdir()] == ["thesis.txt"]
    assert call("run", scenario, "--out", scenario)[0] == 2
    assert call("run", scenario, "--speed", "inf")[0] == 2


def test_a_changed_list_is_told(call: Call, tmp_path: Path) -> None:
    raw = tiny()
    raw["people"][0] = {"name": "drawn", "file": "x.parquet"}
    path = as_toml(raw, tmp_path / "a.toml")
    for first, told in ((0, ""), (1, "note: an earlier result of the same name was replaced")):
        numbers = [f"1390000{i:04d}" for i in range(first, first + 40)]
        pq.write_table(pa.table({"number": numbers}), tmp_path / "x.parquet")
        err = call("run", path)[2]
        assert err.startswith(told)
        assert bool(err) == bool(told)
