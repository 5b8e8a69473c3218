"""Folder, memory, progress line, warm-up."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dialsim.api.results import load_run
from dialsim.errors import CapacityError, InternalError, ScenarioError
from dialsim.scenario.load import load_scenario
from dialsim.scheduler import memory
from dialsim.scheduler.folder import RunFolder
from dialsim.scheduler.memory import bytes_available, bytes_needed, check_memory
from dialsim.scheduler.prepare import prepare_world
from dialsim.scheduler.progress import Progress, ProgressLine
from dialsim.scheduler.warm import warm
from dialsim.storage.leftovers import restore, telling
from tests.scheduler.worlds import tiny


def make(parent: Path, complete: bool, text: str, attempts: int = 0, digest: str = "") -> Path:
    summary = {
        "identity": {}, "complete": complete, "text": text, "inputs": {"a.parquet": digest},
        "metrics": {"attempts": {"value": attempts}},
    }  # fmt: skip
    with RunFolder(parent, "one") as folder:
        (folder.path / "summary.json").write_text(json.dumps(summary))
        (folder.path / "calls").mkdir()
        (folder.path / "calls" / "part-00001.parquet").write_text(text)
        place = folder.settle(complete=complete)
    make.notes = folder.notes  # type: ignore[attr-defined]
    return place


def read(path: Path) -> str:
    return str(json.loads((path / "summary.json").read_text())["text"])


def names(path: Path) -> set[str]:
    return {p.name for p in path.iterdir()}


def test_a_second_run_replaces_the_first(tmp_path: Path) -> None:
    for text in ("a", "b"):
        assert read(make(tmp_path, True, text)) == text
    assert names(tmp_path) == {"one"}


def test_other_files_in_a_run_folder_stay(tmp_path: Path) -> None:
    place = make(tmp_path, True, "a")
    (place / "notes.txt").write_text("mine")
    (place / "calls" / "part-mine.parquet").write_text("mine")
    (place / "deep").mkdir()
    (place / "deep" / "link").symlink_to("../notes.txt")
    (place / "series.parquet").write_text("of the earlier run")
    assert read(make(tmp_path, True, "b")) == "b"
    assert names(tmp_path) == {"one"}
    assert names(place) == {"summary.json", "calls", "notes.txt", "deep"}
    assert names(place / "calls") == {"part-00001.parquet", "part-mine.parquet"}
    assert (place / "deep" / "link").read_text() == "mine"


@pytest.mark.parametrize("kind", ["file", "link", "dangling", "folder", "summary", "calls"])
def test_what_is_no_run_is_never_replaced(tmp_path: Path, kind: str) -> None:
    place, other = tmp_path / "runs" / "one", tmp_path / "other"
    place.parent.mkdir()
    other.mkdir()
    if kind == "file":
        place.write_text("mine")
    elif kind in ("link", "dangling"):
        place.symlink_to(other if kind == "link" else "nowhere")
    else:
        place.mkdir()
        (place / "thesis.txt").write_text("mine")
    if kind == "summary":
        (place / "summary.json").write_text("[" * 100_000)
    if kind == "calls":
        (place / "calls").write_text("mine")
    before = names(place.parent)
    with pytest.raises(ScenarioError, match=r"stands .*not replaced\n.*choose another --out"):
        make(place.parent, True, "a")
    assert names(place.parent) == before
    if kind == "folder":
        assert (place / "thesis.txt").read_text() == "mine"


def test_a_folder_of_runs_that_can_be_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for parent in (tmp_path / "file", tmp_path / "file" / "in"):
        with pytest.raises(ScenarioError, match="a file stands where"):
            make(parent, True, "a")
    with pytest.raises(ScenarioError, match="NUL"):
        make(tmp_path / "a\0b", True, "a")


def test_a_part_never_replaces_a_whole(tmp_path: Path) -> None:
    assert make(tmp_path, False, "a").name == "one"
    assert make(tmp_path, False, "b").name == "one"
    assert make(tmp_path, True, "c").name == "one"
    assert make(tmp_path, False, "d").name == "one-partial"
    assert read(tmp_path / "one") == "c"


def test_a_part_never_replaces_one_that_got_further(tmp_path: Path) -> None:
    assert make(tmp_path, False, "a", attempts=9).name == "one"
    assert make(tmp_path, False, "b", attempts=8).name == "one-partial"
    assert make(tmp_path, False, "c", attempts=7).name == "one-partial-2"
    assert make(tmp_path, False, "d", attempts=8).name == "one-partial"
    assert [read(tmp_path / f"one{end}") for end in ("", "-partial", "-partial-2")] == [*"adc"]


def test_a_killed_run_leaves_nothing_to_the_next(tmp_path: Path) -> None:
    place = make(tmp_path, True, "a")
    left = tmp_path / ".one.0123456789abcdef.dialsim-tmp"
    (left / "calls").mkdir(parents=True)
    (left / "calls" / "part-00001.parquet").write_text("138")
    told: list[str] = []
    with telling(told.append):
        make(tmp_path, True, "b")
    assert told == [f"removed 1 leftover of killed commands in {tmp_path}"]
    assert names(tmp_path) == {"one"}
    assert read(place) == "b"


def test_a_run_that_was_about_to_be_replaced_is_found_again(tmp_path: Path) -> None:
    place = make(tmp_path, True, "a")
    old = tmp_path / ".one.0123456789abcdef.dialsim-old"
    for look in (
        lambda: restore(place),
        lambda: load_run(place),
        lambda: make(tmp_path, False, "b", attempts=1),
    ):
        place.rename(old)
        old.with_name(f"{old.name[:-3]}lock").write_text(json.dumps({"place": "one"}))
        with suppress(ScenarioError):  # this is no whole run
            look()
        assert read(place) == "a"
        assert names(tmp_path) <= {"one", "one-partial"}


def test_two_may_make_the_same_run_at_once(tmp_path: Path) -> None:
    with RunFolder(tmp_path, "one") as folder:
        (folder.path / "summary.json").write_text(json.dumps({"identity": {}, "text": "a"}))
        make(tmp_path, True, "b")
        assert read(folder.settle(complete=True)) == "a"
    assert names(tmp_path) == {"one"}


def test_a_changed_input_is_told(tmp_path: Path) -> None:
    for digest, told in (("x", False), ("x", False), ("y", True)):
        make(tmp_path, True, "a", digest=digest)
        assert any("a.parquet has changed" in note for note in make.notes) == told  # type: ignore[attr-defined]


def break_off(parent: Path, error: Exception) -> None:
    with RunFolder(parent, "one") as folder:
        (folder.path / "calls").mkdir()
        (folder.path / "calls" / "part-00001.parquet").write_text("")
        raise error


def test_bad_input_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError):
        break_off(tmp_path / "deep" / "runs", ScenarioError("bad"))
    assert list(tmp_path.iterdir()) == []


def test_after_a_failure_what_is_whole_is_kept(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(InternalError):
            break_off(tmp_path / "runs", InternalError("broken"))
        assert names(tmp_path / "runs") == {"one"}
    assert make(tmp_path / "runs", True, "a").name == "one"


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
        CapacityError, match=r"takes .* GB, 1\.0 GB are available; .* people take .*people\[0\]"
    ):
        check_memory(scenario, [100_000_000, 50], 5)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("trunks[0].channels", 1_000_000, r"channels take .*trunks\[0\]\.channels"),
        ("trunks[0].calls_per_second", 100_000, r"change trunks\[0\]\.calls_per_second"),
        ("caller_ids[0].count", 200_000, r"caller IDs take .*caller_ids\[0\]\.count"),
        (
            "rules.caller_limits",
            [{"count": 100_000, "per": "1h"}],
            r"change rules\.caller_limits\[0\]\.count",
        ),
    ],
)
def test_whatever_takes_the_memory_is_named(
    monkeypatch: pytest.MonkeyPatch, key: str, value: Any, words: str
) -> None:
    monkeypatch.setattr(memory, "bytes_available", lambda: memory.FIXED_BYTES + 500_000)
    raw = tiny()
    if key != "caller_ids[0].count":
        raw["caller_ids"][0]["count"] = 20
    scenario = load_scenario(raw).with_(key, value)
    with pytest.raises(CapacityError, match=words):
        check_memory(scenario, [1000, 50], 5)


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


def test_progress_when_only_lists_are_left() -> None:
    line = ProgressLine(date(2026, 4, 13), "Asia/Shanghai", 86_400_000, Terminal())
    rest = replace(PROGRESS, phase="reading", read=0.426)
    assert line.text(rest) == " 43%  of the lists read; every call has been made ..."


def test_progress_while_kernels_are_compiled() -> None:
    line = ProgressLine(date(2026, 4, 13), "Asia/Shanghai", 86_400_000, Terminal())
    far = replace(PROGRESS, phase="compiling", kernels=216, kernels_in_all=510)
    assert line.text(far).endswith(": 216 of 510")
    assert line.text(replace(far, kernels=513)).endswith(": 510 of 510")


def test_no_progress_on_a_pipe() -> None:
    stream = io.StringIO()
    line = ProgressLine(date(2026, 4, 13), "Asia/Shanghai", 86_400_000, stream)
    line(PROGRESS)
    line.clear()
    assert stream.getvalue() == ""


def test_warm_again_compiles_nothing(jit_off: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "dialsim.jit.decorator.prune_cache", lambda: 0
    )  # other tests share the cache
    warm()
    found = warm()
    assert found["compiled"] == []
    assert found["kernels"] > 20
