"""An account is of all rows: how far a list was read when the last call was made is luck."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.core.person_flags import PersonFlag
from dialsim.core.ticks import local_tick
from dialsim.engine import host
from dialsim.errors import ScenarioError
from dialsim.scheduler import run as run_module
from dialsim.scheduler.feed import Feed
from dialsim.scheduler.progress import Progress
from dialsim.scheduler.run import Player
from dialsim.scheduler.stop import Stop
from tests.scheduler.lists import written
from tests.scheduler.worlds import player, tiny

ROWS = 1000
BEFORE_THE_END = list(range(ROWS - 30, ROWS - 10))  # who withdraws so that it is known
LATE = 700  # the row from which on the reader lags behind all calls
ON_THE_SECOND_DAY = "2026-04-14T11:30:00"
AFTER_ALL_EVENTS = "2026-04-14T23:00:00"
AT_THE_END = "2026-04-15T00:00:00"  # of the last day: no call can have to mind it


@pytest.fixture
def longer(tmp_path: Path) -> dict[str, Any]:
    """A list of which few are called; of the others some withdraw before the end, some after."""
    raw = tiny()
    raw["campaigns"][0]["people"] = ["drawn"]
    numbers = [f"1390000{i:04d}" for i in range(ROWS)]
    raw["people"] = [{"name": "drawn", "file": written(tmp_path, "list.csv", "number", *numbers)}]
    times = [(number, ON_THE_SECOND_DAY) for number in numbers[ROWS - 30 : ROWS - 20]]
    times += [(number, AFTER_ALL_EVENTS) for number in numbers[ROWS - 20 : ROWS - 10]]
    times += [(number, AT_THE_END) for number in numbers[ROWS - 10 :]]
    rows = [f"{number},{moment}" for number, moment in times]
    file = written(tmp_path, "withdrawn.csv", "number,time", *rows)
    raw["agents"][0] |= {"count": 1}
    # a number of nowhere may be called when all of China may
    raw["agents"][0]["shifts"][0] |= {
        "from": "11:10",
        "to": "11:40",
    }
    unsuspecting = {"dialer.suspicion_known": 2_000_000_000}  # else it gives its numbers up
    raw["rules"] = raw.get("rules", {}) | {"contract": "test", "overrides": unsuspecting}
    raw["withdrawals"] = [{"file": file}]
    return raw


def when(played: Player, moment: str) -> int:
    scenario = played.world.scenario
    return local_tick(scenario.start, scenario.time_zone, datetime.fromisoformat(moment))


def rows_of(played: Player) -> int:
    return int(played.world.state.lists[0]["resident"])


def withdrawn(played: Player) -> list[int]:
    return np.flatnonzero(played.world.state.people["flags"] & PersonFlag.WITHDRAWN).tolist()


def feeding_after(monkeypatch: pytest.MonkeyPatch, over: threading.Event) -> None:
    """Let the reader wait for something before its last rows."""
    fill = Feed._fill

    def late(self: Feed, source: int) -> bool:
        if self.world.filled[source] >= LATE:
            over.wait()
        return fill(self, source)

    monkeypatch.setattr(Feed, "_fill", late)


def feeding_after_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the reader come too late: nobody waits for its last rows any more."""
    drive, over = Player._drive, threading.Event()

    async def driven(self: Player, until: int) -> None:
        await drive(self, until)
        over.set()

    feeding_after(monkeypatch, over)
    monkeypatch.setattr(Player, "_drive", driven)


def feeding_late(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object] = bool) -> None:
    """Let the reader be late: its last rows come when everything has been played."""
    read_rest, over = Player._read_rest, threading.Event()

    async def told(self: Player) -> None:
        meanwhile()
        over.set()
        await read_rest(self)

    feeding_after(monkeypatch, over)
    monkeypatch.setattr(Player, "_read_rest", told)


@pytest.mark.rule("E-KNOWN-2")
@pytest.mark.parametrize("chunk_rows", [7, 64, 10**6])
def test_rows_are_as_if_they_had_been_there_from_the_start(
    longer: dict[str, Any], chunk_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = player(longer)
    first.fill_lists()
    first.play()
    assert int(first.world.state.taken[0, 0]) < LATE
    feeding_late(monkeypatch)
    whole = player(longer, chunk_rows=chunk_rows, whole_lists=True)
    assert whole.play()
    assert rows_of(whole) == rows_of(first) == ROWS
    for name in ("lists", "people", "leads"):
        mine, theirs = getattr(whole.world.state, name), getattr(first.world.state, name)
        np.testing.assert_array_equal(mine, theirs, name)
    assert host.now(first.world) < when(first, AFTER_ALL_EVENTS)
    assert withdrawn(first) == BEFORE_THE_END
    assert host.digest(whole.world) == host.digest(first.world)
    assert whole.record.inputs == first.record.inputs != {}


def test_a_player_whose_account_nobody_asks_for_leaves_them(
    longer: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    feeding_after_all(monkeypatch)
    played = player(longer, chunk_rows=100)
    assert played.play()
    assert rows_of(played) < ROWS
    assert played.record.complete


@pytest.mark.parametrize("by_playing_on", [True, False])
def test_a_stop_while_the_rest_is_read_leaves_it_until_it_is_asked_for(
    longer: dict[str, Any], by_playing_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "PROGRESS_S", 0.001)
    stop, seen = Stop(), set()

    def on_progress(progress: Progress) -> None:
        seen.add(progress.phase)
        if progress.phase == "reading" and progress.read * ROWS >= LATE:
            stop.request()

    feeding_after_all(monkeypatch)
    played = player(longer, chunk_rows=100, whole_lists=True, on_progress=on_progress)
    assert played.play(stop=stop)
    assert played.record.complete
    assert "reading" in seen
    assert rows_of(played) < ROWS
    assert not played.over
    if by_playing_on:
        assert played.play()
    else:
        played.fill_lists()
    assert played.over
    assert rows_of(played) == ROWS
    assert withdrawn(played) == BEFORE_THE_END


def test_a_list_that_breaks_in_the_rest_is_bad_input(
    longer: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is where the engine still waits for its rows: which it is, is luck."""
    file = tmp_path / "list.csv"
    feeding_late(monkeypatch, lambda: file.write_text("number\n13900009999\n", "utf-8"))
    played = player(longer, chunk_rows=100, whole_lists=True)
    with pytest.raises(ScenarioError, match="has changed since it was opened"):
        played.play()
    assert played.tick == played.world.end_tick
    with pytest.raises(ScenarioError, match="has changed since it was opened"):
        played.play()
    assert not played.over
    assert not played.record.complete


def test_a_simulation_says_it_each_time(
    longer: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "list.csv"
    begun = dialsim.Simulation(longer)
    begun._player._feed.chunk_rows = 100
    feeding_late(monkeypatch, lambda: file.write_text("number\n13900009999\n", "utf-8"))
    for _ in range(2):
        with pytest.raises(ScenarioError, match="has changed since it was opened"):
            begun.finish()


def test_a_run_accounts_for_every_row(tmp_path: Path) -> None:
    raw = tiny()
    raw["people"][0]["synthetic"]["count"] = 200_000
    done = dialsim.run(raw, out=tmp_path, log="none")
    total = done.summary["waterfall"]["total"]
    assert total["rows"] == done.people.num_rows > 200_000
    assert "not_loaded" not in {leave["key"] for leave in total["exits"]}
    assert dialsim.run(raw, log="none").summary["waterfall"] == done.summary["waterfall"]
    begun = dialsim.Simulation(raw).advance("2026-04-13T09:30")
    assert begun.finish().summary["waterfall"] == done.summary["waterfall"]


@pytest.mark.parametrize("form", ["synthetic", "file"])
def test_a_thread_left_behind_is_waited_for(
    form: str, longer: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stop does not wait for a first chunk; whoever goes on fills no row a second time."""
    raw = tiny() if form == "synthetic" else longer
    whole = dialsim.run(raw).summary["outcome_digest"]
    write, begins, may_end = host._make_room, threading.Event(), threading.Event()

    def slow(*of_rows: Any) -> None:
        first = not begins.is_set()
        begins.set()
        if first:
            may_end.wait()
        write(*of_rows)

    monkeypatch.setattr(host, "_make_room", slow)
    begun = dialsim.Simulation(raw).advance("2026-04-13T00:00")
    assert begins.wait(10)
    assert begun.world.filled == [0] * len(begun.world.filled)
    threading.Timer(0.1, may_end.set).start()
    branch = begun.branch()
    assert begun.world.filled == begun.world.state.lists["count"].tolist()
    assert branch.finish().summary["outcome_digest"] == whole
    assert begun.finish().summary["outcome_digest"] == whole


@pytest.mark.parametrize("how", ["finish", "branch", "left behind"])
def test_rows_that_could_not_be_filled_are_no_end_of_a_list(
    how: str, longer: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What had been read by then is lost: whoever goes on hears of it each time."""
    room, failed, may_fail = host._make_room, threading.Event(), threading.Event()

    def fails(*of_rows: Any) -> None:
        if not failed.is_set():
            may_fail.wait()
            failed.set()
            raise MemoryError("no room for rows")
        room(*of_rows)

    monkeypatch.setattr(host, "_make_room", fails)
    begun = dialsim.Simulation(longer)
    if how == "left behind":
        begun.advance("2026-04-13T00:00")
        may_fail.set()  # no sooner: a thread that fails in time is no thread left behind
        assert failed.wait(10)
        time.sleep(0.05)  # its thread ends
    else:
        may_fail.set()
        with pytest.raises(MemoryError):
            getattr(begun, how)()
    for _ in range(2):
        with pytest.raises(MemoryError, match="no room for rows"):
            begun.finish()
