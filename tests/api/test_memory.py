"""A world ends as soon as nobody refers to it, whoever has played it and however that ended."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.outcomes.writer import MemorySink
from dialsim.people.list_reading import ListReading
from dialsim.scheduler.run import Player
from dialsim.scheduler.stop import Stop
from tests.alive import Alive
from tests.people.scenarios import ONE_NUMBER, file_scenario, small_scenario

pytestmark = [pytest.mark.once, pytest.mark.needs_jit]

DRAWN = {"name": "list", "synthetic": {"count": 60, "relation": "opted_in"}}
LONG = {"name": "list", "synthetic": {"count": 140_000, "relation": "opted_in"}}
"""So long a list that a thread of its own feeds it, as of any run of a size that matters."""

GOALS = [{"metric": "attempts", "at_least": 20}, {"metric": "abandoned_share", "at_most": 0.01}]
Raw = dict[str, Any]


def drawn(**changes: Any) -> Raw:
    return small_scenario(dict(DRAWN)) | {"goals": GOALS} | changes


def filed(**changes: Any) -> Raw:
    return file_scenario(ONE_NUMBER) | {"goals": GOALS} | changes  # type: ignore[arg-type]


def long(**changes: Any) -> Raw:
    return small_scenario(dict(LONG)) | {"goals": GOALS} | changes


EACH = pytest.mark.parametrize("raw", [drawn, filed, long])


@EACH
def test_a_run_in_memory(alive: Alive, raw: Callable[[], Raw]) -> None:
    dialsim.run(raw())
    assert alive.made("World") == 1
    assert not alive.left()


def test_a_run_whose_tables_were_read_and_told(alive: Alive) -> None:
    run = dialsim.run(drawn())
    assert [run.calls, run.events, run.interventions, run.series, run.people, run.log, run.plot]
    assert run.report()
    assert run.page()
    assert run.split("hour").rows
    assert run.person(1)
    assert run.dossier("compliance")
    assert alive.made("World") == 1
    del run
    assert not alive.left()


def test_a_run_in_memory_that_is_kept_holds_what_its_tables_are_made_from(alive: Alive) -> None:
    run = dialsim.run(long())
    left = alive.left_now()
    assert left["World"] == 1
    assert not left.keys() & {"Player", "Feed", "Beginning"}
    assert run.metrics["attempts"]


@EACH
def test_a_run_of_a_folder_that_is_kept_holds_no_world(
    alive: Alive, raw: Callable[[], Raw], tmp_path: Path
) -> None:
    run = dialsim.run(raw(), out=tmp_path, report=raw is drawn)
    assert not alive.left()
    assert run.people.num_rows


@pytest.mark.parametrize("executor", ["threads", "serial"])
@EACH
def test_replications(alive: Alive, raw: Callable[[], Raw], executor: str) -> None:
    found = dialsim.replicate(raw(), 3, executor=executor)
    assert alive.made("World") >= 3
    assert not alive.left()
    assert len(found) == 3


def test_rare_replications(alive: Alive) -> None:
    assert len(dialsim.replicate(drawn(), 3, rare=True)) == 3
    assert not alive.left()


def test_a_cell_of_a_worker_of_a_cluster(alive: Alive) -> None:
    """What a worker process or a worker of a cluster plays: it keeps beginnings, no world."""
    from dialsim.execution.cells import PreparedCache, play_cell, send

    begun = PreparedCache()
    for raw in (drawn(), long()):
        scenario = dialsim.load_scenario(raw)
        assert len(play_cell(send(scenario, range(2)), cache=begun).played) == 2
    assert alive.made("World") == 4
    assert not alive.left_now().keys() - {"Beginning", "Lists"}
    del begun
    assert not alive.left()


@EACH
def test_a_simulation_and_its_branches(alive: Alive, raw: Callable[[], Raw]) -> None:
    day = dialsim.Simulation(raw())
    day.advance("10:30")
    other = day.branch({})
    changed = day.branch({"seed": 9})
    assert other.finish().summary["outcome_digest"] == day.finish().summary["outcome_digest"]
    changed.advance("10:40")
    del day, other, changed
    assert alive.made("World") >= 3
    assert not alive.left()


def test_pairs_that_are_compared(alive: Alive) -> None:
    found = dialsim.compare(drawn(), long(name="other"), replications=2)
    assert not alive.left()
    assert found.to_dict()


def test_what_is_not_played(alive: Alive, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("number\n13800010022\n13800010023\n", encoding="utf-8")
    raw = filed() | {"people": [{"name": "list", "file": str(path)}]}
    raw["campaigns"][0]["people"] = ["list"]
    kept = [
        dialsim.check(raw),
        dialsim.people_account(raw),
        dialsim.screen(None, raw),
        dialsim.explain("answer.gross.opted_in"),
    ]
    assert alive.made("Lists") >= 3
    assert not alive.left()
    assert all(kept)


# --- ends that are none ---------------------------------------------------------------------------


def test_a_run_that_is_stopped(
    alive: Alive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = Stop()
    play = Player._slice

    def slice_and_stop(self: Player, target: int) -> Any:
        status = play(self, target)
        if self.world.state.control[0]["attempts"]:
            stop.request()
        return status

    with monkeypatch.context() as patch:
        patch.setattr(Player, "_slice", slice_and_stop)
        run = dialsim.run(long(), out=tmp_path, stop=stop)
    assert run.summary["metrics"]["attempts"]["value"]
    assert not run.complete
    before = Stop()
    before.request()
    assert not dialsim.run(filed(), stop=before).complete
    assert not alive.left()


PLAYERS: list[Callable[[Raw], Any]] = [
    dialsim.run,
    lambda raw: dialsim.replicate(raw, 3, threads=2),
    lambda raw: dialsim.replicate(raw, 3, executor="serial"),
    lambda raw: dialsim.Simulation(raw).finish(),
]


@pytest.mark.parametrize("play", PLAYERS)
@EACH
def test_an_engine_that_fails(
    alive: Alive, monkeypatch: pytest.MonkeyPatch, play: Any, raw: Callable[[], Raw]
) -> None:
    def fail(self: Player, target: int) -> None:
        raise MemoryError

    monkeypatch.setattr(Player, "_slice", fail)
    with pytest.raises(MemoryError) as caught:
        play(raw())
    assert "fail" in [each.name for each in caught.traceback]  # where it was can still be seen
    del caught
    assert alive.made("World") >= 1
    assert not alive.left()


@pytest.mark.parametrize("play", PLAYERS)
def test_a_list_that_breaks_off(alive: Alive, monkeypatch: pytest.MonkeyPatch, play: Any) -> None:
    def fail(*given: Any) -> Any:
        del given
        raise dialsim.ScenarioError("the list breaks off")
        yield

    monkeypatch.setattr(ListReading, "_read", fail)
    with pytest.raises(dialsim.ScenarioError, match="breaks off"):
        play(filed())
    assert alive.made("World") >= 1
    assert not alive.left()


@EACH
def test_a_log_that_cannot_be_written(
    alive: Alive, monkeypatch: pytest.MonkeyPatch, raw: Callable[[], Raw]
) -> None:
    def fail(*given: Any) -> None:
        raise dialsim.CapacityError("the disk", "is full")

    monkeypatch.setattr(MemorySink, "write", fail)
    with pytest.raises(dialsim.CapacityError, match="is full"):
        dialsim.run(raw())
    assert alive.made("World") == 1
    assert not alive.left()


# --- how much of it -------------------------------------------------------------------------------

PEAKS = """
import resource, sys
import dialsim

def play(numbers, first):
    found = dialsim.replicate(sys.argv[1], numbers, first=first, executor=sys.argv[2], workers=2)
    assert len(found) == numbers
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

few = play(3, 0)
print(few, play(int(sys.argv[3]), 3))
"""
ROWS = 300_000
A_WORLD_KB = 25_000
"""Of the people of such a list alone, which a world of theirs has touched: 85 bytes each."""


def _peaks(folder: Path, executor: str, further: int) -> tuple[int, int]:
    """Return the most memory of a process after three replications and after more, in kB."""
    import tomli_w

    numbers = np.random.default_rng(1).choice(90_000_000, ROWS, replace=False) + 10_000_000
    rows = "\n".join(f"138{number}" for number in numbers)
    (folder / "list.csv").write_text(f"number\n{rows}\n", encoding="utf-8")
    raw = small_scenario({"name": "list", "file": "list.csv"})
    raw["agents"][0] |= {"count": 2, "shifts": [{"days": "daily", "from": "09:00", "to": "09:30"}]}
    (folder / "fat.toml").write_text(tomli_w.dumps(raw), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PEAKS, "fat.toml", executor, str(further)],
        capture_output=True,
        text=True,
        timeout=230,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    few, many = map(int, done.stdout.split())
    return few, many


@pytest.mark.full
@pytest.mark.slow_without_jit
@pytest.mark.parametrize("executor", ["threads", "serial"])
def test_many_replications_take_the_memory_of_a_few(tmp_path: Path, executor: str) -> None:
    """Twelve more worlds of a list, which were kept, would take twelve times `A_WORLD_KB`."""
    few, many = _peaks(tmp_path, executor, 12)
    assert many - few < 4 * A_WORLD_KB


@pytest.mark.full
def test_four_hundred_replications_take_less_than_a_gigabyte(tmp_path: Path) -> None:
    few, many = _peaks(tmp_path, "threads", 397)
    assert many - few < 4 * A_WORLD_KB
    assert many < 1_000_000
