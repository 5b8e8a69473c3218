"""``dialsim init``: which scenarios there are, and writing one with what it names."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from dialsim.__main__ import main
from dialsim.scenario import load_scenario
from dialsim.scenario.library import template, template_names

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Call:
    """Run a command in an empty folder; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_the_list_fits_and_says_what_each_shows(call: Call) -> None:
    code, out, err = call("init", "--list")
    assert (code, err) == (0, "")
    assert [line for line in out.splitlines() if not line.startswith(" ")] == template_names()
    assert max(cell_len(line) for line in out.splitlines()) <= 80
    for name in template_names():
        assert template(name).shows in " ".join(out.split())
    assert not any(Path().iterdir())


@pytest.mark.parametrize("name", template_names())
def test_each_is_written_and_loads(call: Call, name: str) -> None:
    code, out, err = call("init", "--template", name, "mine/plan.toml")
    assert (code, err) == (0, "")
    assert out.rstrip().endswith("next: dialsim check mine/plan.toml")
    written = load_scenario(Path("mine/plan.toml"))
    assert written == load_scenario(template(name).path)
    for path, source in template(name).files().items():
        assert f"mine/{path}" in out
        assert (Path("mine") / path).read_bytes() == source.read_bytes()
    assert "scenarios/" + name not in Path("mine/plan.toml").read_text("utf-8")


def test_a_path_of_its_own(call: Call) -> None:
    assert call("init", "--template", "robot-to-agent")[1].startswith("wrote robot_to_agent.toml;")
    Path("plans").mkdir()
    assert call("init", "plans")[1].startswith("wrote plans/campaign.toml;")
    out = call("init", "--template", "two_campaigns", "my plan.toml")[1]
    assert out == "wrote my plan.toml; next: dialsim check 'my plan.toml'\n"
    assert "dialsim run 'my plan.toml'" in Path("my plan.toml").read_text("utf-8")


def test_an_unknown_name(call: Call) -> None:
    code, out, err = call("init", "--template", "colections")
    assert (code, out) == (2, "")
    assert 'did you mean "collections"?' in err
    assert all(name in err for name in template_names())
    assert not any(Path().iterdir())


def test_nothing_is_replaced_and_nothing_half_written(call: Call) -> None:
    Path("lists").mkdir()
    mine = Path("lists/do_not_call.csv")
    mine.write_text("number\n")
    Path("dirty_list.toml").write_text("mine")
    code, out, err = call("init", "--template", "dirty_list")
    assert (code, out) == (2, "")
    assert err.count("exists and is not replaced") == 2  # both at once
    assert Path("dirty_list.toml").read_text() == "mine"
    assert not Path("lists/dirty_list.csv").exists()
    mine.write_bytes(template("dirty_list").files()["lists/do_not_call.csv"].read_bytes())
    code, out, _ = call("init", "--template", "dirty_list", "second.toml")
    assert code == 0
    assert out.startswith("wrote second.toml, lists/dirty_list.csv; next")  # the other is there


def test_a_disk_that_refuses_leaves_nothing(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = os.open

    def full(path: str | Path, flags: int, *rest: Any, **options: Any) -> int:
        if Path(path).name.startswith(".do_not_call.csv.") and flags & os.O_EXCL:
            raise OSError(28, "No space left on device")
        return plain(path, flags, *rest, **options)

    monkeypatch.setattr(os, "open", full)
    code, _, err = call("init", "--template", "dirty_list")
    assert code == 3
    assert "is full" in err
    assert list(Path().iterdir()) == []


def test_a_path_that_cannot_be_written(call: Call) -> None:
    code, out, err = call("init", "/proc/none.toml")
    assert (code, out) == (3, "")
    assert err.count("\n") == 1


def test_a_path_that_is_no_unicode(tmp_path: Path) -> None:
    """It is printed as it was given, where standard output is strict about such things too."""
    path = os.fsencode(tmp_path) + b"/my\xff.toml"
    command = [sys.executable.encode(), b"-m", b"dialsim", b"init", path]
    env = os.environ | {"PYTHONIOENCODING": "utf-8:strict"}
    done = subprocess.run(command, env=env, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"wrote " + path)
    assert load_scenario(Path(os.fsdecode(path))).name == "my-campaign"
