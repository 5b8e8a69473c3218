"""Cells and workers: whoever plays, wherever it is cut, whoever is killed: the same figures."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.api import replicate
from dialsim.errors import CapacityError, ScenarioError
from dialsim.execution.cell_sizing import Cut, played
from dialsim.execution.cells import Cell, program, send
from dialsim.execution.replication import Played
from dialsim.execution.workers import Workers
from dialsim.scenario.models.schema import Scenario
from dialsim.scheduler import memory
from dialsim.scheduler.stop import Stop, interrupts
from tests.people.scenarios import small_scenario

pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]

LIST = {"name": "list", "synthetic": {"count": 60, "relation": "opted_in"}}


def scenario(**changes: Any) -> Scenario:
    return dialsim.load_scenario(small_scenario(dict(LIST)) | changes)


@pytest.fixture(scope="module")
def two() -> list[Scenario]:
    """Two scenarios, and what serial playing makes of them."""
    return [scenario(), scenario().with_("agents.day.count", 2)]


@pytest.fixture(scope="module")
def serial(two: list[Scenario]) -> list[list[Played]]:
    with Workers("serial") as workers:
        return played(workers, [(each, range(6)) for each in two])


@pytest.fixture(scope="module")
def processes() -> Iterator[Workers]:
    with Workers("processes", 2) as workers:
        yield workers


def children() -> list[int]:
    return [each.pid for each in multiprocessing.active_children() if each.pid is not None]


def test_serial_is_what_replicate_plays(two: list[Scenario], serial: list[list[Played]]) -> None:
    for each, done in zip(two, serial, strict=True):
        assert tuple(done) == replicate(each, 6, threads=1).played


def test_threads_and_processes_come_to_the_same(
    two: list[Scenario], serial: list[list[Played]], processes: Workers
) -> None:
    asks = [(each, range(6)) for each in two]
    assert played(processes, asks) == serial
    with Workers("threads", 3) as threads:
        assert played(threads, asks) == serial
    told: list[int] = []
    some = [(two[0], [4, 1]), (two[1], []), (two[1], [5])]
    assert played(processes, some, told.append) == [
        [serial[0][4], serial[0][1]],
        [],
        [serial[1][5]],
    ]
    assert sum(told) == 3


@pytest.mark.parametrize("cut", [(6,), (1, 1, 1, 1, 1, 1), (4, 2)])
def test_cuts_change_nothing(
    cut: tuple[int, ...],
    two: list[Scenario],
    serial: list[list[Played]],
    processes: Workers,
) -> None:
    cells, first = [], 0
    for n in cut:
        cells.append(Cell(two[0], tuple(range(first, first + n))))
        first += n
    found = dict(processes.play(cells))
    assert [one for at in sorted(found) for one in found[at]] == serial[0]
    assert [len(found[at]) for at in sorted(found)] == list(cut)


def test_cells_are_worth_handing_over(two: list[Scenario]) -> None:
    with Workers("threads", 2) as workers:
        cut = iter(Cut(workers, [(two[0], range(100)), (two[1], range(10))]))
        assert len(next(cut).replications) == 1  # nobody knows yet what one takes
        workers.replication_s = 0.05
        assert len(next(cut).replications) == 10  # half a second
        workers.replication_s = 0.001
        assert len(next(cut).replications) == 25  # a quarter of what is left: all end together
        rest = list(cut)
        assert sum(len(cell.replications) for cell in rest) == 110 - 36
        assert all(len({id(cell.scenario)}) == 1 for cell in rest)


def test_what_is_sent_is_small(tmp_path: Path) -> None:
    """Lists are the workers' to build: a million people take no more room than sixty."""
    large = dict(LIST, synthetic={"count": 1_000_000, "relation": "opted_in"})
    sent = send(dialsim.load_scenario(small_scenario(large)), range(10))
    assert len(sent.scenario) < 30_000
    assert sent.key == send(dialsim.load_scenario(small_scenario(large)), [3]).key


def test_lists_from_files_are_read_by_the_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: Workers
) -> None:
    """Whose current folder is another one."""
    monkeypatch.chdir(tmp_path)
    rows = [f"{i},138{10_000_000 + 37 * i}" for i in range(40)]
    Path("list.csv").write_text("\n".join(["id,number", *rows]))
    made = dialsim.load_scenario(small_scenario({"name": "list", "file": "list.csv"}))
    assert played(processes, [(made, range(3))]) == [list(replicate(made, 3).played)]
    assert list(processes.inputs(made)) == ["list.csv"]
    Path("list.csv").write_text("\n".join(["id,number", *rows[:20]]))
    with Workers("threads", 1) as other:
        other._inputs = processes._inputs  # as a worker of the same, begun after the change
        with pytest.raises(ScenarioError, match=r"list\.csv has another content"):
            played(other, [(made, range(1))])


def test_a_fault_of_the_input_comes_back_as_such(tmp_path: Path, processes: Workers) -> None:
    policy = tmp_path / "policy.py"
    policy.write_text("def decide(seen):\n    return 1 / 0\n")
    made = asking(policy)
    with pytest.raises(ScenarioError, match="ZeroDivisionError"):
        played(processes, [(made, range(4))])
    assert played(processes, [(scenario(), [0])])  # and they can be used again


def asking(policy: Path) -> Scenario:
    """A scenario that executes a file of ours in the worker."""
    made = small_scenario(dict(LIST))
    made["campaigns"][0]["pacing"] = {"mode": "policy"}
    made["policy"] = {"file": str(policy), "name": "decide"}
    return dialsim.load_scenario(made)


KILLS = """
import os, signal
from pathlib import Path
from dialsim import Decision

def decide(seen):
    if {when}:
        Path({marker!r}).write_text("x" * (Path({marker!r}).stat().st_size + 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return Decision({{"upsell": 1}}, wake_in_s=600)
"""


def killing(folder: Path, when: str) -> Scenario:
    marker = folder / "killed"
    marker.write_text("")
    policy = folder / "policy.py"
    policy.write_text(KILLS.format(when=when.format(marker=str(marker)), marker=str(marker)))
    return asking(policy)


needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal")


@needs_kill
def test_a_killed_worker_costs_its_own_cells(tmp_path: Path, processes: Workers) -> None:
    """It is killed in the middle of one; all comes to the end and to the same."""
    made = killing(tmp_path, "not Path({marker!r}).stat().st_size")
    found = dict(processes.play([Cell(made, (0, 1, 2)), Cell(made, (3,))]))
    assert (tmp_path / "killed").read_text() == "x"
    assert [one for at in sorted(found) for one in found[at]] == list(replicate(made, 4).played)


@needs_kill
def test_whoever_is_killed_while_idle_is_not_missed(processes: Workers) -> None:
    assert played(processes, [(scenario(), range(4))])
    for pid in children():
        os.kill(pid, signal.SIGKILL)
    assert played(processes, [(scenario(), range(2))]) == [list(replicate(scenario(), 2).played)]


@needs_kill
def test_what_no_worker_survives_is_named(tmp_path: Path, processes: Workers) -> None:
    made = killing(tmp_path, "True")
    with pytest.raises(
        CapacityError, match=r"killed 3 times or more.*while replication 7 of small was"
    ):
        list(processes.play([Cell(scenario(), (0,)), Cell(made, (7,))]))
    assert (tmp_path / "killed").read_text() == "xxx"


def test_a_worker_that_was_asked_to_end_is_not_believed(two: list[Scenario]) -> None:
    """Half a cell without a wish of ours is as good as none."""
    with Workers("threads", 1) as workers:
        real = workers._lanes[0].submit
        asked: list[int] = []

        def submit(cell: Any) -> Any:
            future = real(cell)
            if not asked:
                asked.append(1)
                workers._lanes[0].stop()
            return future

        workers._lanes[0].submit = submit  # type: ignore[method-assign]
        assert len(dict(workers.play([Cell(two[0], tuple(range(40)))]))[0]) == 40


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_ctrl_c_keeps_what_is_done_and_leaves_nothing(executor: str, two: list[Scenario]) -> None:
    stop = Stop()
    told: list[int] = []

    def tell(n: int) -> None:
        told.append(n)
        if sum(told) >= 3:
            signal.raise_signal(signal.SIGINT)

    others, threads = children(), set(threading.enumerate())
    with interrupts(stop), Workers(executor, 2, stop=stop) as workers:
        (done,) = played(workers, [(two[0], range(5000))], tell)
        mine = children()
    assert 3 <= len(done) < 5000
    assert done[0] == replicate(two[0], 1, first=done[0].replication).played[0]
    assert not set(children()) & (set(mine) - set(others))
    fresh = {each.name for each in set(threading.enumerate()) - threads}
    assert not {name for name in fresh if not name.startswith("Trio thread")}  # Trio keeps its own


def test_workers_outlive_a_play_that_was_left(processes: Workers, two: list[Scenario]) -> None:
    for _ in processes.play([Cell(two[0], (n,)) for n in range(100)]):
        break
    assert len(played(processes, [(two[0], range(3))])[0]) == 3


SCRIPT = """
import os, sys, time
import dialsim
from dialsim.execution.cell_sizing import played
from dialsim.execution.workers import Workers
made = dialsim.load_scenario({made!r})
with Workers("processes", 2) as workers:
    def tell(n):
        if sys.argv[1] == "dies":
            os.kill(os.getpid(), 9)
    print(len(played(workers, [(made, range(40))], tell)[0]), flush=True)
"""


def script(tmp_path: Path, *arguments: str, temporary: Path | None = None) -> subprocess.Popen[str]:
    """The script at work; `temporary`: its folder of temporary files."""
    path = tmp_path / "mine.py"
    path.write_text(SCRIPT.format(made=small_scenario(dict(LIST))))
    return subprocess.Popen(
        [sys.executable, str(path), *arguments],
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        | ({} if temporary is None else {"TMPDIR": str(temporary)}),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.full
def test_a_script_needs_no_guard(tmp_path: Path) -> None:
    """What multiprocessing asks of a script, this package does not ask."""
    out, _ = script(tmp_path, "lives").communicate(timeout=120)
    assert out == "40\n"


@pytest.mark.full
def test_temporary_files_may_lie_far_down(tmp_path: Path) -> None:
    """No socket has so long a name: each process is begun by itself then."""
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    out, _ = script(tmp_path, "lives", temporary=folder).communicate(timeout=120)
    assert out == "40\n"


@pytest.mark.full
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="nowhere to look for processes")
def test_nothing_outlives_whoever_began_it(tmp_path: Path) -> None:
    started = script(tmp_path, "dies")
    started.communicate(timeout=120)  # its pipe is open as long as any of them lives
    until = time.monotonic() + 30
    while time.monotonic() < until and session(started.pid):
        time.sleep(0.05)
    assert session(started.pid) == []


def session(leader: int) -> list[str]:
    """Processes of a session that are alive."""
    found = []
    for stat in sorted(Path("/proc").glob("[0-9]*/stat")):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(words[3]) == leader and words[0] != "Z":
            found.append(stat.parent.name)
    return found


def test_memory_bounds_the_workers(
    monkeypatch: pytest.MonkeyPatch, two: list[Scenario], serial: list[list[Played]]
) -> None:
    with Workers("processes", 8) as workers:
        monkeypatch.setattr("dialsim.scheduler.memory.bytes_available", lambda: 1 << 40)
        assert workers._room(two[0]) == 8
        workers._rooms.clear()
        monkeypatch.setattr(
            "dialsim.scheduler.memory.bytes_available", lambda: int(2.5 * memory.FIXED_BYTES)
        )
        assert workers._room(two[0]) == 2
        before = len(children())
        assert played(workers, [(two[0], range(6))]) == serial[:1]
        assert len(children()) <= before + 2


@pytest.mark.parametrize(
    ("executor", "count", "match"),
    [
        ("proceses", None, 'did you mean "processes"'),
        ("dask://", None, "nobody to play with"),
        (3, None, "nobody to play with"),
        ("processes", 0, "not a number of workers"),
        ("processes", True, "not a number of workers"),
        ("threads", 1000, "not a number of workers"),
    ],
)
def test_what_is_no_executor_is_refused(executor: Any, count: Any, match: str) -> None:
    with pytest.raises(ScenarioError, match=match):
        Workers(executor, count)
    with pytest.raises(ScenarioError, match=match):
        replicate(scenario(), 2, executor=executor, workers=count)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        replicate(scenario(), 0, executor="x", workers=0, threads=0)
    assert [each.path for each in caught.value.problems] == ["n", "executor", "workers", "threads"]
    with pytest.raises(ScenarioError, match="say workers instead"):
        replicate(scenario(), 1, executor="processes", threads=2)


def test_replicate_and_compare_by_processes() -> None:
    one = replicate(scenario(), 5, executor="processes", workers=2)
    assert one.played == replicate(scenario(), 5).played
    other = scenario().with_("agents.day.count", 2)
    told = []
    found = dialsim.compare(
        scenario(),
        other,
        replications=3,
        executor="processes",
        workers=2,
        progress=lambda far: told.append(far.done),
    )
    assert found.to_dict() == dialsim.compare(scenario(), other, replications=3).to_dict()
    assert told[-1] == 3


def test_another_program_is_refused(two: list[Scenario], monkeypatch: pytest.MonkeyPatch) -> None:
    assert program().startswith(("0.", "unknown"))
    monkeypatch.setattr("dialsim.execution.cells.program", lambda: "0.0 (000000000000)")
    cell = send(two[0], (0,))
    monkeypatch.undo()
    from dialsim.execution.cells import play_cell

    with pytest.raises(ScenarioError, match="another version") as caught:
        play_cell(cell)
    assert caught.value.problems[0].allowed == "0.0 (000000000000)"
