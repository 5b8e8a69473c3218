"""Workers of a Dask cluster, through the executor of ``distributed``."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

from dialsim.distribution import install_command
from dialsim.errors import ScenarioError
from dialsim.execution import cells
from dialsim.execution.cells import PlayedCell, SentCell, play_cell, program
from dialsim.gc_pause import collector_at_rest
from dialsim.messages.text import message
from dialsim.scheduler.stop import Stop

LOOK_S = 0.2
ANSWER_S = 10.0
"""Time limit for the answer of a scheduler, and then of its first worker."""


class Cluster:
    """A connection to the scheduler of a cluster.

    Parameters
    ----------
    address
        ``HOST:PORT`` of the scheduler.

    Attributes
    ----------
    threads
        Threads of all its workers.

    Raises
    ------
    ScenarioError
        ``distributed`` is not installed, the scheduler does not answer, the cluster has no workers,
        or one of them has no dialsim or another version of it.

    Notes
    -----
    The scheduler gives the cell of a lost worker to another one. After a stop no cell begins, no
    worker is waited for, and workers abandon their cells within some tenths of a second; their
    results are discarded.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        try:
            library: Any = import_module("distributed")
        except ImportError:
            raise _refusal(
                address,
                message("a cluster is reached through distributed"),
                install_command("dask"),
            ) from None
        try:
            self._client: Any = _client(library, address)
        except (OSError, ValueError, TimeoutError) as error:
            reason = str(error).partition("\n")[0] or message("no answer")
            raise _refusal(
                address,
                message("no cluster answers there: {reason:.120}").filled(reason=reason),
                message(
                    "look whether its scheduler runs and the port is open, or play "
                    "on this machine with --executor processes"
                ),
            ) from None
        except AssertionError:
            raise _refusal(
                address,
                message("distributed failed twice as it began on this machine"),
                message("try again while less runs here"),
            ) from None
        try:
            self.threads = self._threads()
        except BaseException:
            self._client.close()
            raise
        self._executor: Any = self._client.get_executor(pure=False)

    def _threads(self) -> int:
        """Return the number of threads, once every worker has reported its program."""
        ours = program()
        for worker, theirs in sorted(self._programs().items()):
            if theirs != ours:
                raise ScenarioError.at(
                    "--executor",
                    message("worker {worker} runs another version of dialsim").filled(
                        worker=worker
                    ),
                    found=theirs,
                    allowed=ours,
                    remedy=message(
                        "install the same version on every worker, and start the workers again"
                    ),
                )
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def _programs(self) -> dict[str, str]:
        """Return each worker's program; a worker that ends is replaced by its successor.

        A worker that cannot be reached may just have been killed; its cluster is not refused before
        there was time to replace it.
        """
        until = time.monotonic() + ANSWER_S
        while True:
            self._wait_for_one()
            reports = self._client.run(cells.program, on_error="return")
            errors = [each for each in reports.values() if isinstance(each, Exception)]
            raised = [each for each in errors if not isinstance(each, OSError)]
            if raised:  # any error: a worker without dialsim
                raise _refusal(
                    self._address,
                    message("a worker cannot import dialsim: {value!s:.120}").filled(
                        value=raised[0]
                    ),
                    message("install the same version of dialsim on every worker"),
                )
            if reports and not errors:
                return {worker: str(each) for worker, each in reports.items()}
            if errors and time.monotonic() >= until:
                raise _refusal(
                    self._address,
                    message("a worker does not answer: {value!s:.120}").filled(value=errors[0]),
                    message("look whether it runs and its port is open, or stop it"),
                )
            time.sleep(LOOK_S)

    def _wait_for_one(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=ANSWER_S)
        except TimeoutError:
            raise _refusal(
                self._address,
                message("this cluster has no workers"),
                message("start some: dask worker HOST:PORT"),
            ) from None

    def lane(self) -> ClusterLane:
        """Return a lane for one cell at a time."""
        return ClusterLane(self._executor)

    def gave_up(self, error: Exception) -> bool:
        """Return whether an error reports that a cell killed every worker that simulated it."""
        return type(error).__name__ == "KilledWorker"

    def mislaid(self, error: Exception) -> bool:
        """Return whether an error reports only that a task's result was lost before it was read.

        A worker that ends loses its results. If one is lost while it is fetched, the library's
        executor treats the response as an error and fails on its missing type, value and traceback.
        A fault in dialsim may look the same if the library dropped its traceback, so callers limit
        their retries.
        """
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        module = None if at is None else at.tb_frame.f_globals.get("__name__")
        unpacked = isinstance(error, TypeError) and str(error).startswith("cannot unpack")
        return unpacked and module == "distributed.cfexecutor"

    @property
    def gone(self) -> bool:
        """Whether the connection has ended for good; some tasks then never report."""
        return str(self._client.status) in ("closing", "closed")

    def close(self) -> None:
        """Disconnect from the cluster."""
        self._executor.shutdown(wait=False)
        self._client.close()


class ClusterLane:
    """A lane for one cell, on any free worker.

    Parameters
    ----------
    executor
        The executor of the cluster's client.
    """

    def __init__(self, executor: Any) -> None:
        self._executor = executor
        self._future: Future[PlayedCell] | None = None

    def submit(self, cell: SentCell) -> Future[PlayedCell]:
        """Begin to simulate a cell."""
        self._future = self._executor.submit(play_wanted, cell)
        return self._future

    def stop(self) -> None:
        """Cancel the running cell."""
        if self._future is not None:
            self._future.cancel()

    def close(self) -> None:
        """Cancel the running cell."""
        self.stop()
        self._future = None


# --- on a worker ----------------------------------------------------------------------------------


def play_wanted(cell: SentCell) -> PlayedCell:
    """Simulate a cell as a task of a worker, until its result is no longer wanted."""
    library: Any = import_module("distributed")
    worker = library.get_worker()
    with _while_wanted(worker, worker.get_current_task()) as stop:
        return play_cell(cell, stop)


@contextmanager
def _while_wanted(worker: Any, task: Any) -> Iterator[Stop]:
    """Yield a stop that is requested when a task is cancelled.

    Python cannot interrupt a thread, and the library does not try to, but its worker knows of the
    cancellation. The result of a cancelled task is discarded, so a false alarm only costs a
    repetition.
    """
    stop, over = Stop(), threading.Event()

    def watch() -> None:
        while not over.wait(LOOK_S):
            known = worker.state.tasks.get(task)
            if known is None or known.state == "cancelled":
                stop.request()
                return

    watching = threading.Thread(target=watch, name="wanted", daemon=True)
    watching.start()
    try:
        yield stop
    finally:
        over.set()
        watching.join()


def _client(library: Any, address: str) -> Any:
    """Return a connection to a cluster.

    The library gives a thread of its own ten seconds to start and then fails an assertion. A busy
    machine once took longer, so the connection is retried. The starting thread holds a lock that an
    earlier connection needs while it is garbage-collected. Collection in the new thread caused a
    deadlock once, so garbage collection is off meanwhile.
    """
    connect = partial(library.Client, f"tcp://{address}", timeout=ANSWER_S, set_as_default=False)
    with warnings.catch_warnings(), collector_at_rest():
        warnings.simplefilter("ignore")  # the versions of other libraries do not matter
        try:
            return connect()
        except AssertionError:
            return connect()


def _refusal(address: str, message: str, remedy: str) -> ScenarioError:
    return ScenarioError.at("--executor", message, found=f"dask://{address}", remedy=remedy)
