"""Folder, memory, progress line, warm-up."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest

from dialsim.errors import CapacityError, InternalError, ScenarioError
from dialsim.scenario.load import load_scenario
from dialsim.scheduler import memory
from dialsim.scheduler.folder import RunFolder
from dialsim.scheduler.memory import bytes_available, bytes_needed, check_memory
from dialsim.scheduler.prepare import prepare_world
from dialsim.scheduler.progress import Progress, ProgressLine
from dialsim.scheduler.warm import warm
from tests.scheduler.worlds import tiny


def make(parent: Path, complete: bool, text: str) -> Path:
    with RunFolder(parent, "one") as folder:
        (folder.path / "summary.json").write_text(json.dumps({"complete": complete, "text": text}))
        (folder.path / "x.parquet").write_text(text)
        return folder.settle(complete=complete)


def read(path: Path) -> str:
    return str(json.loads((path / "summary.json").read_text())["text"])


def test_a_second_run_replaces_the_first(tmp_path: Path) -> None:
    for text in ("a", "b"):
        assert read(make(tmp_path, True, text)) == text
    assert [p.name for p in tmp_path.iterdir()] == ["one"]


def test_a_part_never_replaces_a_whole(tmp_path: Path) -> None:
    assert make(tmp_path, False, "a").name == "one"
    assert make(tmp_path, False, "b").name == "one"
    assert make(tmp_path, True, "c").name == "one"
    assert make(tmp_path, False, "d").name == "one-partial"
    assert read(tmp_path / "one") == "c"


def break_off(parent: Path, error: Exception) -> None:
    with RunFolder(parent, "one") as folder:
        (folder.path / "x.parquet").write_text("")
        raise error


def test_bad_input_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError):
        break_off(tmp_path / "runs", ScenarioError("bad"))
    assert list(tmp_path.iterdir()) == []


def test_after_a_failure_what_is_whole_is_kept(tmp_path: Path) -> None:
    with pytest.raises(InternalError):
        break_off(tmp_path / "runs", InternalError("broken"))
    assert [p.name for p in (tmp_path / "runs").iterdir()] == ["one"]


def test_memory_is_estimated_from_the_records() -> None:
    world = prepare_world(load_scenario(tiny()))
    s = world.state
    arrays = (s.people, s.rings, s.leads, s.carrier.subscribers)
    depth = s.rings.shape[1]
    needed = bytes_needed(world.scenario, [1120, 1050], depth)
    per_row = (needed - bytes_needed(world.scenario, [120, 50], depth)) / 2000
    stored = sum(array.nbytes for array in arrays) / len(s.people) + 16
    assert per_row == pytest.approx(stored)


def test_memory_that_will_not_suffice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = load_scenario(tiny())
    monkeypatch.setattr(memory, "bytes_available", lambda: 10**9)
    check_memory(scenario, [1000, 50], 5)
    with pytest.raises(
        CapacityError, match=r"people take .* GB, 1\.0 GB are available.*people\[0\]"
    ):
        check_memory(scenario, [100_000_000, 50], 5)


def test_available_memory_has_a_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (bytes_available() or 1) > 0
    monkeypatch.setattr(memory, "_meminfo", lambda: None)
    monkeypatch.setattr(memory, "_control_group", lambda: None)
    assert (bytes_available() or 1) > 0


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


PROGRESS = Progress("playing", 37_800_000, 12_345, 99, 0.25, 1_000.0, 75.0, 0)


def test_progress_on_a_terminal() -> None:
    stream = Terminal()
    line = ProgressLine(date(2026, 4, 13), "Asia/Shanghai", 86_400_000, stream)
    line(PROGRESS)
    assert (
        "25%  Mon 13 Apr 10:30  12,345 attempts  1,000 a second  1 min 15 s left"
        in stream.getvalue()
    )
    line.clear()
    assert stream.getvalue().endswith("\r\x1b[2K")


def test_no_progress_on_a_pipe() -> None:
    stream = io.StringIO()
    line = ProgressLine(date(2026, 4, 13), "Asia/Shanghai", 86_400_000, stream)
    line(PROGRESS)
    line.clear()
    assert stream.getvalue() == ""


def test_warm_again_compiles_nothing(jit_off: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialsim.core.jit.prune_cache", lambda: 0)  # other tests share the cache
    warm()
    found = warm()
    assert found["compiled"] == []
    assert found["kernels"] > 20
