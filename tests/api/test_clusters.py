"""A cluster of two worker processes: the same figures, whoever is killed in the middle."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import dialsim
from dialsim.api import replicate
from dialsim.errors import CapacityError, ScenarioError
from dialsim.execution.cell_sizing import played
from dialsim.execution.cells import Cell, PlayedCell, program
from dialsim.execution.clusters import Cluster, ClusterLane
from dialsim.execution.workers import DEATHS, Workers, _Part
from dialsim.scheduler.replication_progress import RepeatsDone
from dialsim.scheduler.stop import Stop
from tests.api.test_workers import asking, killing, scenario

pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow_without_jit,
    pytest.mark.filterwarnings("ignore"),  # of the library and of what it imports
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    import dask
    from distributed import LocalCluster

    path = os.pathsep.join(filter(None, sys.path))
    with (
        dask.config.set({"distributed.nanny.pre-spawn-environ": {"PYTHONPATH": path}}),
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=50,
        ) as running,
    ):
        yield running


def executor(cluster: Any) -> str:
    return "dask://" + str(cluster.scheduler_address).removeprefix("tcp://")


@pytest.mark.full
def test_one_is_killed_in_mid_sweep_and_nothing_is_lost(cluster: Any) -> None:
    told: list[int] = []

    def watch(far: RepeatsDone) -> None:
        if far.what == "replication":
            told.append(far.done)
            if len(told) == 4:
                os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

    given: dict[str, Any] = {"vary": {"agents.day.count": [2, 20]}, "n": 40}
    expected = dialsim.sweep(scenario(), executor="serial", **given)
    found = dialsim.sweep(scenario(), executor=executor(cluster), progress=watch, **given)
    assert found.complete
    assert found.table.equals(expected.table, check_metadata=True)
    assert found.outcome_digest == expected.outcome_digest
    assert told[-1] == 80
    assert len(told) > 4
    with Workers(executor(cluster)) as workers:
        assert workers.count >= 1


@pytest.mark.full
def test_replicate_on_it(cluster: Any) -> None:
    by_cluster = replicate(scenario(), 4, executor=executor(cluster), workers=1)
    assert by_cluster.played == replicate(scenario(), 4).played


@pytest.mark.full
def test_a_stop_keeps_what_is_done(cluster: Any) -> None:
    stop = Stop()
    told: list[int] = []

    def tell(n: int) -> None:
        told.append(n)
        if sum(told) >= 2:
            stop.request()

    with Workers(executor(cluster), stop=stop) as workers:
        (done,) = played(workers, [(scenario(), range(5000))], tell)
    assert 2 <= len(done) < 5000


SLOW = """
import time
from pathlib import Path
from dialsim import Decision

def decide(seen):
    with Path({marker!r}).open("a") as marker:
        marker.write("x")
    time.sleep(0.02)
    return Decision({{"upsell": 1}}, wake_in_s=60)
"""


@pytest.mark.full
def test_workers_leave_what_nobody_wants_any_more(cluster: Any, tmp_path: Path) -> None:
    """A stop in the middle of a cell that would take minutes: it is not played to its end."""
    marker, stop = tmp_path / "asked", Stop()
    marker.write_text("")
    (tmp_path / "policy.py").write_text(SLOW.format(marker=str(marker)))
    made = asking(tmp_path / "policy.py")

    def stop_in_the_middle() -> None:
        until = time.monotonic() + 60
        while marker.stat().st_size < 10 and time.monotonic() < until:
            time.sleep(0.05)
        stop.request()

    waiting = threading.Thread(target=stop_in_the_middle)
    waiting.start()
    with Workers(executor(cluster), 1, stop=stop) as workers:
        assert list(workers.play([Cell(made, tuple(range(200)))])) == []
    waiting.join()
    asked = -1
    for _ in range(60):  # until nobody asks the policy for a second, within a minute
        if asked == (asked := marker.stat().st_size):
            break
        time.sleep(1.0)
    else:
        pytest.fail("it is still being played")
    assert asked >= 10
    assert replicate(scenario(), 1, executor=executor(cluster)).complete


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialsim.execution.clusters.ANSWER_S", 0.3)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"dask://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ScenarioError, match="no cluster answers there") as caught:
        replicate(scenario(), 2, executor=address)
    assert "--executor processes" in str(caught.value.problems[0].remedy)
    with pytest.raises(ScenarioError, match="no cluster answers there"):
        replicate(scenario(), 2, executor="dask://nonsense")


@pytest.mark.parametrize("fails", [1, 2])
def test_a_library_that_does_not_begin_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    asked: list[str] = []

    def client(address: str, **_: Any) -> Any:
        asked.append(address)
        if len(asked) <= fails:
            raise AssertionError
        raise OSError("refused")

    monkeypatch.setattr(
        "dialsim.execution.clusters.import_module", lambda _: SimpleNamespace(Client=client)
    )
    says = "failed twice as it began" if fails == 2 else "no cluster answers there: ref"
    with pytest.raises(ScenarioError, match=says):
        replicate(scenario(), 2, executor="dask://127.0.0.1:1")
    assert asked == ["tcp://127.0.0.1:1"] * 2


def test_nothing_is_collected_while_a_connection_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """An earlier one that is collected then waits for what the library holds until it has begun."""
    collecting: list[bool] = []

    def client(*_: Any, **__: Any) -> Any:
        collecting.append(gc.isenabled())
        raise OSError("refused")

    monkeypatch.setattr(
        "dialsim.execution.clusters.import_module", lambda _: SimpleNamespace(Client=client)
    )
    assert gc.isenabled()
    with pytest.raises(ScenarioError, match="no cluster answers there"):
        replicate(scenario(), 2, executor="dask://127.0.0.1:1")
    assert collecting == [False]
    assert gc.isenabled()


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("dialsim.execution.clusters.import_module", missing)
    with pytest.raises(ScenarioError, match=r"pip install .*\[dask\]'"):
        replicate(scenario(), 2, executor="dask://127.0.0.1:1")


def test_another_version_on_a_worker(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialsim.execution.clusters.program", lambda: "0.0 here")
    with pytest.raises(ScenarioError, match="another version") as caught:
        replicate(scenario(), 2, executor=executor(cluster))
    assert "install the same version" in str(caught.value)


class Asked(Cluster):
    """A cluster whose workers say one thing after another when they are asked what they run."""

    def __init__(self, *answers: object) -> None:
        self._address = "127.0.0.1:8786"
        told = iter(answers)
        self._client = SimpleNamespace(
            wait_for_workers=lambda *_, **__: None,
            run=lambda *_, **__: {"tcp://worker": next(told)},
            nthreads=lambda: {"tcp://worker": 3},
        )


LOST = ConnectionResetError("in <TCP (closed)>: reset")


def test_a_worker_that_ends_while_it_is_asked_is_asked_for_again() -> None:
    """Its successor answers; that it was lost says nothing of what it ran."""
    assert Asked(LOST, LOST, program())._threads() == 3


def test_a_worker_that_stays_away_is_said_not_to_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialsim.execution.clusters.ANSWER_S", 0.0)
    with pytest.raises(ScenarioError, match="does not answer: in <TCP") as caught:
        Asked(LOST)._threads()
    assert "version" not in str(caught.value)


def test_a_worker_without_dialsim_is_not_asked_again() -> None:
    with pytest.raises(ScenarioError, match="cannot import dialsim: No module"):
        Asked(ModuleNotFoundError("No module named 'dialsim'"))._threads()


@pytest.mark.full
def test_what_no_worker_survives_is_named(cluster: Any, tmp_path: Path) -> None:
    made = killing(tmp_path, "True")
    with (
        Workers(executor(cluster)) as workers,
        pytest.raises(CapacityError, match="while replication 7 of small was"),
    ):
        list(workers.play([Cell(made, (7,))]))
    with Workers(executor(cluster)) as workers:
        assert played(workers, [(scenario(), range(2))]) == [list(replicate(scenario(), 2).played)]


class Bare(Cluster):
    """A cluster as far as its connection goes, of which nobody is asked."""

    def __init__(self, status: str) -> None:
        self._client = SimpleNamespace(status=status)


def handed_on(status: str, answer: object) -> Future[Any]:
    """Hand on a task's answer as the library's executor does, which sees it in this state."""
    from distributed.cfexecutor import _cascade_future

    async def result(raiseit: bool) -> object:
        del raiseit
        return answer

    async def cascade() -> None:
        await _cascade_future(task, told)  # type: ignore[no-untyped-call]

    task, told = SimpleNamespace(status=status, _result=result), Future[Any]()
    asyncio.run(cascade())
    return told


def test_an_answer_that_is_mislaid_is_asked_for_again() -> None:
    """The library's own executor, with an answer that a worker takes with it."""
    told = handed_on("lost", object())
    error = told.exception()
    assert isinstance(error, TypeError)
    cluster = Bare("running")
    assert cluster.mislaid(error)
    assert not cluster.mislaid(TypeError("ours"))
    workers = Workers("dask://127.0.0.1:1")
    workers._cluster = cluster
    part = _Part(SimpleNamespace(), SimpleNamespace())  # type: ignore[arg-type]
    again = workers._take(told, ClusterLane(None), part, None)
    assert again == [replace(part, deaths=1)]
    with pytest.raises(TypeError):  # it is asked for again, but not for ever
        workers._take(told, ClusterLane(None), replace(part, deaths=DEATHS - 1), None)


def test_a_fault_of_ours_is_none_that_was_mislaid() -> None:
    """Also where the library has dropped its traceback: its executor raises it, too."""
    error = handed_on("error", (TypeError, TypeError("ours"), None)).exception()
    assert isinstance(error, TypeError)
    assert not Bare("running").mislaid(error)


class Silent:
    """An executor of whose tasks nobody hears, and which may end its cluster meanwhile."""

    def __init__(self, cluster: Bare, stop: Stop | None = None) -> None:
        self._cluster, self._stop = cluster, stop

    def submit(self, *asked: Any) -> Future[PlayedCell]:
        if self._stop is not None:
            self._stop.request()
        self._cluster._client.status = "closed"
        return Future()


def test_a_connection_that_has_ended_is_not_waited_for() -> None:
    workers = Workers("dask://127.0.0.1:1", 1)
    workers._cluster = Bare("running")
    workers._lanes = [ClusterLane(Silent(workers._cluster))]
    with pytest.raises(CapacityError, match="was lost"):
        list(workers.play([Cell(scenario(), (0,))]))


def test_nor_is_it_once_a_stop_is_wished() -> None:
    stop = Stop()
    workers = Workers("dask://127.0.0.1:1", 1, stop=stop)
    workers._cluster = Bare("running")
    workers._lanes = [ClusterLane(Silent(workers._cluster, stop))]
    assert not list(workers.play([Cell(scenario(), (0,))]))


@pytest.mark.full
def test_a_cluster_that_goes_away_is_said(cluster: Any) -> None:
    """Last of all: nobody plays on it any more."""

    def tell(n: int) -> None:
        if not gone:
            gone.append(n)
            cluster.close()

    gone: list[int] = []
    with (
        Workers(executor(cluster)) as workers,
        pytest.raises(CapacityError, match="was lost"),
    ):
        played(workers, [(scenario(), range(5000))], tell)
