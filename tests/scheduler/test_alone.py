"""Who plays alone, in one thread and without a loop, plays the same."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

import dialsim
from dialsim.core.codes import Status
from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.errors import InternalError
from dialsim.execution.player import player_of
from dialsim.outcomes.writer import MemorySink
from dialsim.results.run_view import labels_of
from dialsim.scenario.load import load_scenario
from dialsim.scheduler.feed import CHUNK_ROWS, Feed
from dialsim.scheduler.inline_player import AlonePlayer
from dialsim.scheduler.prepare import prepare_world
from dialsim.scheduler.run import Player
from dialsim.scheduler.stop import Stop
from tests.scheduler.lists import written
from tests.scheduler.test_run import outcome, same
from tests.scheduler.worlds import player, tiny


def alone(raw: dict[str, Any] | None = None, **options: Any) -> AlonePlayer:
    world = prepare_world(load_scenario(raw or tiny()))
    return AlonePlayer(world, MemorySink(labels_of(world)), **options)


@pytest.mark.parametrize(
    "options", [{}, {"budget": 3}, {"chunk_rows": 7}, {"chunk_rows": 1, "whole_lists": True}]
)
def test_it_comes_to_the_same(options: dict[str, Any]) -> None:
    played = alone(**options)
    assert played.play()
    assert played.record.complete
    assert same(played)


def test_with_a_log_of_any_size_in_any_steps() -> None:
    played = alone()
    memory = played.world.state.memory
    played.world.state = played.world.state._replace(memory=memory._replace(calls=memory.calls[:1]))
    for tick in range(0, played.world.end_tick, 1_700_000_000):
        assert played.play(tick)
        assert played.tick == tick
    played.play()
    assert same(played)


def test_rows_that_somebody_has_filled_are_there() -> None:
    played = alone()
    for source in range(len(played.world.filled)):
        host.fill(played.world, source, 10**6)
    played._feed = Feed(played.world)
    assert played.play()
    assert same(played)


def test_lists_from_files(tmp_path: Any) -> None:
    raw = tiny()
    numbers = [f"1390000{i:04d}" for i in range(120)]
    raw["people"] = [
        {"name": name, "file": written(tmp_path, f"{name}.csv", "number", *numbers[at:])}
        for at, name in enumerate(("drawn", "sorted"))
    ]
    raw["campaigns"][0]["people"] = ["sorted", "drawn"]
    other = player(raw, whole_lists=True)
    played = alone(raw, chunk_rows=50, whole_lists=True)
    assert other.play()
    assert played.play()
    assert outcome(played)[0] == outcome(other)[0]
    assert played.record.inputs == other.record.inputs
    assert played.record.snapshots == other.record.snapshots


def test_in_several_threads_side_by_side() -> None:
    crowd = [alone() for _ in range(4)]
    threads = [threading.Thread(target=each.play) for each in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(same(each) for each in crowd)


def test_a_wish_to_stop_is_heard_between_two_slices() -> None:
    stop = Stop()

    def advance(world: World, until: int, budget: int) -> Status:
        if world.state.control[0]["attempts"] > 10:
            stop.request()
        return host.advance(world, until, budget)

    played = alone(advance=advance, budget=20)
    assert not played.play(stop=stop)
    assert not played.record.complete
    assert 10 < int(played.world.state.control[0]["attempts"]) < 60
    assert played.play()
    assert same(played)


def test_nothing_is_waited_for() -> None:
    played = alone()

    async def wait(target: int) -> None:
        await asyncio.sleep(0)

    played._wait = wait  # type: ignore[method-assign]
    with pytest.raises(InternalError, match="waited for something"):
        played.play()


def test_who_plays_a_replication(monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone as soon as all is compiled, so that Ctrl-C need not wait for the compiler."""
    world = prepare_world(load_scenario(tiny()))
    sink = MemorySink(labels_of(world))
    monkeypatch.setattr(Player, "compiled", False)
    assert type(player_of(world, sink, watched=False)) is Player
    dialsim.run(tiny(), log="none")
    assert Player.compiled
    assert type(player_of(world, sink, watched=False)) is AlonePlayer
    assert type(player_of(world, sink)) is Player
    many = tiny()
    many["people"][0]["synthetic"]["count"] = CHUNK_ROWS + 1
    assert type(player_of(prepare_world(load_scenario(many)), sink, watched=False)) is Player
    raw = tiny()
    raw["campaigns"][0]["pacing"] = {"mode": "policy"}
    asks = prepare_world(load_scenario(raw))
    policy = lambda seen: dialsim.Decision(dict.fromkeys(seen.campaigns, 1), 60)  # noqa: E731
    assert type(player_of(asks, sink, policy=policy, watched=False)) is Player
