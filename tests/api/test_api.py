"""Everything from Python: in memory, in a folder, step by step, broken off."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dialsim
from dialsim.errors import ScenarioError
from dialsim.outcomes.writer import RunWriter
from dialsim.scheduler.progress import Progress
from dialsim.scheduler.stop import Stop
from tests.scheduler.worlds import as_toml, tiny

TABLES = ("calls", "events", "interventions", "series", "people")


@pytest.fixture(scope="module")
def in_memory() -> dialsim.Run:
    return dialsim.run(tiny())


def test_a_run_in_memory(in_memory: dialsim.Run) -> None:
    assert in_memory.complete
    assert in_memory.goals_met
    assert in_memory.folder is None
    assert in_memory.calls.num_rows == in_memory.summary["metrics"]["attempts"]["value"]
    assert in_memory.people.num_rows == 170
    assert "tiny" in repr(in_memory)
    json.dumps(in_memory.summary)


def test_a_folder_holds_the_same(in_memory: dialsim.Run, tmp_path: Path) -> None:
    written = dialsim.run(as_toml(tiny(), tmp_path / "tiny.toml"), out=tmp_path / "runs")
    read = dialsim.load_run(written.folder or "")
    assert read.folder is not None
    assert list((tmp_path / "runs").iterdir()) == [read.folder]
    assert read.folder.name.startswith("tiny-")
    for name in TABLES:
        stored, kept = getattr(read, name), getattr(in_memory, name)
        assert stored.schema.equals(kept.schema), name
        assert stored.to_pydict() == kept.to_pydict(), name
    for summary in (read.summary, written.summary):
        assert summary["outcome_digest"] == in_memory.summary["outcome_digest"]
        assert summary["goals"] == in_memory.summary["goals"]
    assert dialsim.load_scenario(read.folder / "scenario.toml") == dialsim.load_scenario(tiny())
    assert not list(read.folder.rglob("*.tmp"))


def test_the_seed_changes_behaviour_not_people(in_memory: dialsim.Run, tmp_path: Path) -> None:
    other = dialsim.run(tiny(), seed=7, out=tmp_path)
    assert other.folder is not None
    assert other.folder.name.endswith("-7")
    assert other.summary["identity"]["seed"] == 7
    assert other.summary["outcome_digest"] != in_memory.summary["outcome_digest"]
    dialled = [set(run.calls["person"].to_pylist()) for run in (other, in_memory)]
    operators = [
        {row["person"]: row["true_operator"] for row in run.calls.to_pylist()}
        for run in (other, in_memory)
    ]
    both = dialled[0] & dialled[1]
    assert len(both) > 20
    assert all(operators[0][person] == operators[1][person] for person in both)
    with pytest.raises(ScenarioError, match="seed"):
        dialsim.run(tiny(), seed=-1)


def test_the_clock_changes_nothing(in_memory: dialsim.Run) -> None:
    timed = dialsim.run(tiny(), speed=100_000)
    assert timed.summary["outcome_digest"] == in_memory.summary["outcome_digest"]
    for speed in (0, float("inf"), float("nan"), 1e308):
        with pytest.raises(ScenarioError, match="above 0"):
            dialsim.run(tiny(), speed=speed)


def test_without_a_log(in_memory: dialsim.Run, tmp_path: Path) -> None:
    bare = dialsim.run(tiny(), out=tmp_path, log=False)
    assert bare.summary["outcome_digest"] == in_memory.summary["outcome_digest"]
    assert bare.events.equals(in_memory.events)
    with pytest.raises(ScenarioError, match="this run has no calls"):
        _ = bare.calls


def test_in_a_notebook(in_memory: dialsim.Run) -> None:
    async def cell() -> dialsim.Run:
        return dialsim.run(tiny())

    assert asyncio.run(cell()).summary["outcome_digest"] == in_memory.summary["outcome_digest"]


@pytest.mark.slow_without_jit
def test_a_missed_goal_and_a_study_are_not_met() -> None:
    missed = dialsim.run(tiny(goals=[{"metric": "conversations", "at_least": 1000}]))
    assert missed.complete
    assert not missed.goals_met
    assert dialsim.run(tiny(goals=[])).goals_met
    assert not dialsim.run(tiny(goals=[], study="unlawful")).goals_met


# --- broken off -----------------------------------------------------------------------------------


def test_an_interrupt_keeps_what_was_done(tmp_path: Path) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.phase == "playing":
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    part = dialsim.run(tiny(), speed=60, out=tmp_path, progress=interrupt)
    assert signal.getsignal(signal.SIGINT) is before
    assert not part.complete
    assert not part.goals_met
    assert part.summary["complete"] is False
    assert dialsim.load_run(part.folder or "").people.num_rows >= 0
    assert "broken off" in repr(part)

    whole = dialsim.run(tiny(), out=tmp_path)
    assert whole.folder == part.folder
    again = dialsim.run(tiny(), speed=60, out=tmp_path, progress=interrupt)
    assert again.folder is not None
    assert again.folder.name.endswith("-partial")
    assert dialsim.load_run(whole.folder or "").complete


def test_a_stop_from_another_thread() -> None:
    stop = Stop()
    threading.Timer(0.2, stop.request).start()
    assert not dialsim.run(tiny(), speed=1, stop=stop).complete


def test_an_interrupt_before_the_first_call_leaves_no_folder(tmp_path: Path) -> None:
    stop = Stop()
    stop.request()
    none = dialsim.run(tiny(), out=tmp_path / "runs", stop=stop)
    assert not none.complete
    assert none.folder is None
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ScenarioError, match="this run has no calls"):
        _ = none.calls


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(ScenarioError, match="a file stands where"):
        dialsim.run(tiny(), out=tmp_path / "runs")


@pytest.mark.full
def test_a_changed_list_is_told_when_it_replaces(tmp_path: Path) -> None:
    raw = tiny()
    raw["people"][0] = {"name": "drawn", "file": str(tmp_path / "x.parquet")}
    for first, told in ((0, False), (0, False), (1, True)):
        numbers = [f"1390000{i:04d}" for i in range(first, first + 40)]
        pq.write_table(pa.table({"number": numbers}), tmp_path / "x.parquet")
        assert bool(dialsim.run(raw, out=tmp_path / "runs").notes) == told
    assert len(list((tmp_path / "runs").iterdir())) == 1


def test_bad_input_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError):
        dialsim.run(tiny(days=0), out=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


# --- load_run -------------------------------------------------------------------------------------


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no such run folder"):
        dialsim.load_run(tmp_path / "none")
    (tmp_path / "file").write_text("")
    with pytest.raises(ScenarioError, match="not a folder"):
        dialsim.load_run(tmp_path / "file")
    (tmp_path / "runs" / "one").mkdir(parents=True)
    with pytest.raises(ScenarioError, match=r"it has no summary\.json"):
        dialsim.load_run(tmp_path / "runs" / "one")
    (tmp_path / "runs" / "one" / "summary.json").write_text('{"schema_version": 99}')
    with pytest.raises(ScenarioError, match="this dialsim reads 1"):
        dialsim.load_run(tmp_path / "runs" / "one")
    with pytest.raises(ScenarioError, match=r"did you mean .*one"):
        dialsim.load_run(tmp_path / "runs")
    (tmp_path / "runs" / "one" / "summary.json").write_text("{")
    with pytest.raises(ScenarioError, match="cannot be read"):
        dialsim.load_run(tmp_path / "runs" / "one")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 100_000, "nested too deeply"),
        ("[]", "this dialsim reads 1"),
        ('{"schema_version": [1]}', "this dialsim reads 1"),
        ('{"schema_version": 1}', "is damaged: identity"),
        ('{"schema_version": 1, "identity": {"name": "a", "seed": 1}}', "is damaged: complete"),
    ],
)
def test_a_damaged_summary_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "summary.json").write_text(text)
    with pytest.raises(ScenarioError, match=words):
        dialsim.load_run(tmp_path)


def test_a_missing_or_damaged_part_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        RunWriter.__init__, "__kwdefaults__", {"calls": True, "rows_per_part": 50, "shown": None}
    )
    folder = dialsim.run(tiny(), out=tmp_path).folder
    assert folder is not None
    parts = sorted((folder / "calls").iterdir())
    assert len(parts) > 2
    parts[1].rename(tmp_path / "kept")
    with pytest.raises(ScenarioError, match=r"00002.parquet is missing\n.*people can still be"):
        _ = dialsim.load_run(folder).calls
    assert dialsim.load_run(folder).people.num_rows == 170
    parts[1].write_bytes((tmp_path / "kept").read_bytes()[:-9])
    with pytest.raises(ScenarioError, match=r"00002.parquet is damaged"):
        _ = dialsim.load_run(folder).calls
    (tmp_path / "kept").rename(parts[1])
    parts[-1].unlink()
    with pytest.raises(ScenarioError, match=rf"what came after calls/{parts[-2].name} is missing"):
        _ = dialsim.load_run(folder).calls
    (folder / "people.parquet").write_text("PAR1")
    with pytest.raises(ScenarioError, match=r"people.parquet is damaged"):
        _ = dialsim.load_run(folder).people


# --- Simulation -----------------------------------------------------------------------------------


def test_step_by_step(in_memory: dialsim.Run) -> None:
    sim = dialsim.Simulation(tiny())
    assert sim.now.isoformat() == "2026-04-13T00:00:00+08:00"
    assert sim.advance("10:30").now.isoformat() == "2026-04-13T10:30:00+08:00"
    early = sim.tallies["first"]["attempts"]
    assert 0 < early == sim.metrics["attempts"]
    sim.advance(timedelta(minutes=5))
    assert sim.tick == (10 * 60 + 35) * 60_000
    sim.advance("10:30")
    assert sim.now == datetime.fromisoformat("2026-04-14T10:30:00+08:00")
    sim.advance("2026-04-14T11:00").advance(datetime(2026, 4, 14, 11, 1))
    sim.advance(sim.tick + 1)
    assert not sim.complete
    result = sim.finish()
    assert sim.complete
    assert result.summary["outcome_digest"] == in_memory.summary["outcome_digest"]
    assert result.summary["goals"] == in_memory.summary["goals"]
    assert result.calls.equals(in_memory.calls)
    assert sim.finish().calls.equals(in_memory.calls)


def test_time_does_not_go_back() -> None:
    sim = dialsim.Simulation(tiny()).advance("08:00")
    with pytest.raises(ValueError, match="does not go back"):
        sim.advance("2026-04-13T07:00")
    with pytest.raises(ValueError, match="no moment"):
        sim.advance("half past ten")


# --- check, warm ----------------------------------------------------------------------------------


def test_check_tells_without_playing() -> None:
    found = dialsim.check(tiny())
    assert found["ok"]
    assert found["problems"] == []
    assert found["estimate"]["campaigns"]
    bad = dialsim.check(tiny(days=0, start="x"))
    assert not bad["ok"]
    assert {problem["path"] for problem in bad["problems"]} >= {"days", "start"}
    json.dumps([found, bad])


@pytest.mark.parametrize("odd", [{1: 2}, None, 3, b"x"])
def test_what_is_no_scenario_at_all(odd: Any) -> None:
    assert not dialsim.check(odd)["ok"]
    with pytest.raises(ScenarioError):
        dialsim.run(odd)


def test_check_counts_rows_of_files(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1 cut off")
    raw = tiny()
    raw["people"][0] = {"name": "drawn", "file": str(tmp_path / "x.parquet")}
    found = dialsim.check(raw)
    assert [problem["path"] for problem in found["problems"]] == ["people[0].file"]
