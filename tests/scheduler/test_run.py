"""The outcome does not depend on how a world is driven."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import trio
from trio.testing import MockClock

from dialsim.core.ticks import local_tick
from dialsim.engine import host
from dialsim.errors import CapacityError, InternalError, ScenarioError
from dialsim.results.metrics import goal_values
from dialsim.scenario.load import load_scenario
from dialsim.scheduler import run as run_module
from dialsim.scheduler.feed import Feed
from dialsim.scheduler.prepare import prepare_world
from dialsim.scheduler.progress import Progress
from dialsim.scheduler.run import Player, wall_clock
from dialsim.scheduler.stop import Stop
from tests.scheduler.worlds import player, tiny

TEN = 10 * 3_600_000


def outcome(played: Player) -> tuple[str, Any, Any, Any]:
    sink: Any = played._recorder.sink
    return host.digest(played.world), sink.calls, sink.events, sink.interventions


@functools.cache
def plain_outcome() -> tuple[str, Any, Any, Any]:
    played = player()
    assert played.play()
    assert played.record.complete
    return outcome(played)


def same(played: Player) -> bool:
    digest, *tables = outcome(played)
    wanted, *others = plain_outcome()
    return digest == wanted and all(a.equals(b) for a, b in zip(tables, others, strict=True))


def test_the_scheduler_changes_nothing() -> None:
    played = player()
    host.fill_all(played.world)
    logs = host.run_to_end(played.world)
    assert host.digest(played.world) == plain_outcome()[0]
    assert len(logs.calls) == plain_outcome()[1].num_rows > 100


@pytest.mark.parametrize("budget", [3, 50, 10**9])
def test_any_slice(budget: int) -> None:
    played = player(budget=budget)
    played.play()
    assert same(played)


@pytest.mark.parametrize("chunk_rows", [1, 7, 64, 10**6])
def test_any_chunk(chunk_rows: int) -> None:
    played = player(chunk_rows=chunk_rows)
    played.play()
    assert same(played)


def test_any_log_size() -> None:
    played = player()
    memory = played.world.state.memory
    played.world.state = played.world.state._replace(memory=memory._replace(calls=memory.calls[:1]))
    played.play()
    assert same(played)


def test_any_number_of_steps() -> None:
    played = player()
    for tick in range(0, played.world.end_tick, 1_700_000_000):
        assert played.play(tick)
        assert played.tick == tick
    for tick in (TEN, TEN + 1):
        assert played.play(tick), "what is past already is no work"
    played.play()
    assert same(played)
    played.play()
    assert same(played)


def test_wall_clock() -> None:
    played = player()
    played._clock = wall_clock(played.world, 360.0)

    async def main() -> float:
        begin = trio.current_time()
        await played.play_async(played.world.end_tick)
        return trio.current_time() - begin

    # A mock clock also jumps while a thread works, so at least the six staffed hours pass.
    assert trio.run(main, clock=MockClock(autojump_threshold=0)) >= 59.9
    assert same(played)


def test_in_a_running_asyncio_loop() -> None:
    async def main() -> Player:
        played = player()
        played.play()
        return played

    assert same(asyncio.run(main()))


async def test_in_a_running_trio_loop() -> None:
    played = player()
    played.play()
    assert same(played)


def test_in_another_thread() -> None:
    played = player()
    thread = threading.Thread(target=played.play)
    thread.start()
    thread.join()
    assert same(played)


# --- lists from files -----------------------------------------------------------------------------


@pytest.fixture
def from_files(tmp_path: Path) -> dict[str, Any]:
    """Two lists that share a third of their numbers."""
    raw = tiny()
    for name, first in (("drawn", 0), ("sorted", 80)):
        numbers = [f"1390000{i:04d}" for i in range(first, first + 120)]
        pq.write_table(pa.table({"number": numbers}), tmp_path / f"{name}.parquet")
    raw["people"] = [
        {"name": name, "file": str(tmp_path / f"{name}.parquet")} for name in ("drawn", "sorted")
    ]
    raw["campaigns"][0]["people"] = ["sorted", "drawn"]  # the engine wants the second list first
    return raw


@pytest.mark.full
def test_lists_from_files_in_any_chunks(from_files: dict[str, Any]) -> None:
    digests = set()
    for chunk_rows in (1, 50, 10**6):
        played = player(from_files, chunk_rows=chunk_rows)
        played.play()
        assert played.record.complete
        digests.add(host.digest(played.world))
        assert set(played.record.inputs) == {list_["file"] for list_ in from_files["people"]}
        assert all(len(digest) == 64 for digest in played.record.inputs.values())
    assert len(digests) == 1


def test_calls_are_made_before_the_last_row_is_read(tmp_path: Path) -> None:
    """A list in its own order streams: the reader is a few chunks ahead of the dialler."""
    raw = tiny()
    rows = [f"1380000{i:04d}" for i in range(2000)]
    (tmp_path / "list.csv").write_text("\n".join(["number", *rows]), encoding="ascii")
    raw["people"] = [{"name": "drawn", "file": str(tmp_path / "list.csv")}]
    raw["campaigns"][0]["people"] = ["drawn"]
    unsuspecting = {"dialer.suspicion_known": 2_000_000_000}  # else it gives its numbers up
    raw["rules"] = raw.get("rules", {}) | {"contract": "test", "overrides": unsuspecting}
    played = player(raw, chunk_rows=50)
    played.play(until=local_tick(date(2026, 4, 13), "Asia/Shanghai", datetime(2026, 4, 13, 9, 5)))
    assert int(played.world.state.control[0]["attempts"]) > 0
    assert int(played.world.state.lists[0]["resident"]) < 500
    played.play()
    assert int(played.world.state.lists[0]["resident"]) == 2000


def test_a_file_that_changes_is_bad_input(from_files: dict[str, Any]) -> None:
    played = player(from_files)
    numbers = [f"1390000{i:04d}" for i in range(80, 90)]
    pq.write_table(pa.table({"number": numbers}), from_files["people"][1]["file"])
    with pytest.raises(ScenarioError, match="has changed since it was opened"):
        played.play()


def test_a_file_that_breaks_is_bad_input(from_files: dict[str, Any]) -> None:
    played = player(from_files)
    path = Path(from_files["people"][0]["file"])
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(
        ScenarioError, match=r"people\[0\].file: the file cannot be read to its end"
    ):
        played.play()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError("gone"), "cannot be read: gone"),
        (KeyboardInterrupt(), "reading it was interrupted"),
    ],
)
def test_a_list_that_broke_off_does_not_end_there(
    from_files: dict[str, Any], error: BaseException, told: str
) -> None:
    """Whoever asks again hears it again, and does not take what was read for the whole list."""
    world = prepare_world(load_scenario(from_files))
    assert world.lists is not None
    whole = world.lists.chunks

    def breaking(source: int, rows: int) -> Iterator[Any]:
        yield next(whole(source, rows))
        raise error

    world.lists.chunks = breaking  # type: ignore[method-assign]
    feed = Feed(world, chunk_rows=10)
    with pytest.raises((ScenarioError, KeyboardInterrupt)):
        list(feed.rest())
    for _ in range(2):
        with pytest.raises(ScenarioError, match=told):
            list(feed.rest())
    assert not feed.ended


# --- agenda, progress, stop, faults ---------------------------------------------------------------


def test_goals_are_measured_at_their_moment() -> None:
    world = player().world
    due = local_tick(world.scenario.start, world.scenario.time_zone, world.scenario.goals[0].by)  # type: ignore[arg-type]
    played = player(deadlines={0: due}, take_snapshot=goal_values)
    played.play()
    by_ten = sum(t.hour < 10 and t.day == 13 for t in plain_outcome()[1]["time"].to_pylist())
    attempts = played.record.snapshots[0]["attempts"]
    assert attempts is not None
    assert by_ten - 8 <= attempts <= by_ten + 8  # tallied when a call ends
    assert same(played)


def test_progress_grows_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "PROGRESS_S", 0.001)
    seen: list[Progress] = []
    played = player(budget=20, on_progress=seen.append)
    played.play()
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    assert seen[-1].done == 1.0
    assert seen[-1].attempts == plain_outcome()[1].num_rows
    assert {p.phase for p in seen} <= {"compiling", "playing"}
    assert {p.left_s for p in seen if p.done < 0.05} <= {None}
    assert any(p.left_s is not None for p in seen)


def stopping_after(stop: Stop, events: int) -> Any:
    def on_progress(progress: Progress) -> None:
        if progress.events >= events:
            stop.request()

    return on_progress


def test_a_stopped_run_keeps_what_was_done_and_can_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "PROGRESS_S", 0.001)
    stop = Stop()
    played = player(budget=10, on_progress=stopping_after(stop, 200))
    assert not played.play(stop=stop)
    assert not played.record.complete
    kept = outcome(played)[1]
    assert 0 < kept.num_rows < plain_outcome()[1].num_rows
    assert kept.equals(plain_outcome()[1].slice(0, kept.num_rows))
    assert played.play()
    assert same(played)


def test_a_stop_before_the_start_plays_nothing() -> None:
    stop = Stop()
    stop.request()
    played = player()
    assert not played.play(stop=stop)
    assert played.tick == 0


def test_a_stop_ends_the_wait_for_the_wall() -> None:
    played = player()
    played._clock = wall_clock(played.world, 0.001)
    stop = Stop()
    threading.Timer(0.3, stop.request).start()
    assert not played.play(stop=stop)
    assert played.measures.wall_s < 60


class Full:
    """A sink without room."""

    def write(self, *rows: Any) -> None:
        raise CapacityError("the disk", "is full")

    def rotate(self) -> None:
        pass

    def close(self) -> None:
        pass


def test_a_full_sink_ends_the_run_with_its_own_error() -> None:
    world = player().world
    with pytest.raises(CapacityError, match="the disk: is full"):
        Player(world, Full(), budget=10).play()


def test_a_fault_of_the_engine_comes_out_bare(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> Iterator[None]:
        raise InternalError("broken")

    monkeypatch.setattr(host, "advance", broken)
    with pytest.raises(InternalError, match="broken"):
        player().play()


def test_performance_is_measured() -> None:
    played = player()
    played.play()
    found = played.record.performance
    assert found["attempts"] == plain_outcome()[1].num_rows
    assert found["slices"]["count"] > 0
    assert 0 < found["slices"]["p50_ms"] <= found["slices"]["max_ms"]
    assert 0 < found["engine_seconds"] < found["wall_seconds"]
