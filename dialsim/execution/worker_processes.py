"""Lanes that run one cell at a time: this thread, another thread, a process."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import resource_tracker, util
from multiprocessing.connection import Connection, Pipe, wait
from multiprocessing.context import BaseContext
from types import ModuleType
from typing import Protocol

from dialsim.execution.cells import PlayedCell, PreparedCache, SentCell, play_cell
from dialsim.scheduler.stop import PATIENCE_S, Stop

OF_TERMINAL = {getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)}
"""Signals that every process of a terminal gets at once."""
LOADED_BEFORE = ("dialsim.execution.cells", "dialsim.scheduler.run", "dialsim.results.goals")
"""Modules that a forked process finds imported."""

SOCKET_BYTES = 103
"""Longest name of a socket on any system that has them (104 bytes with its end on macOS)."""


class Lane(Protocol):
    """A place where one cell runs at a time."""

    def submit(self, cell: SentCell) -> Future[PlayedCell]:
        """Begin to run a cell."""

    def stop(self) -> None:
        """Request an early end of the running cell; its completed part is returned."""

    def close(self) -> None:
        """End the running cell and all resources; the lane may be used again."""


class SerialLane:
    """Runs a cell in the submitting thread.

    Parameters
    ----------
    stop
        Ends it early.
    """

    def __init__(self, stop: Stop) -> None:
        self._stop, self._cache = stop, PreparedCache()

    def submit(self, cell: SentCell) -> Future[PlayedCell]:
        """Run a cell."""
        try:
            played = play_cell(cell, self._stop, self._cache)
        except Exception as error:  # passed on in the future, as an executor does
            return _failed(error)
        future: Future[PlayedCell] = Future()
        future.set_result(played)
        return future

    def stop(self) -> None:
        """Do nothing: no cell is running."""

    def close(self) -> None:
        """Release the lists."""
        self._cache = PreparedCache()


def _failed(error: Exception) -> Future[PlayedCell]:
    """Return a failed future that no frame of the error's traceback refers to."""
    future: Future[PlayedCell] = Future()
    future.set_exception(error)
    return future


class ThreadLane:
    """A lane that runs cells in a thread of this process.

    Parameters
    ----------
    stop
        Ends it early.
    cache
        Shared by all lanes.
    """

    def __init__(self, stop: Stop, cache: PreparedCache) -> None:
        self._outer, self._cache = stop, cache
        self._inner = Stop(stop)
        self._pool: ThreadPoolExecutor | None = None

    def submit(self, cell: SentCell) -> Future[PlayedCell]:
        """Begin to run a cell."""
        if self._pool is None:
            self._inner = Stop(self._outer)
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="dialsim")
        return self._pool.submit(play_cell, cell, self._inner, self._cache)

    def stop(self) -> None:
        """Request an early end of the running cell."""
        self._inner.request()

    def close(self) -> None:
        """End the running cell."""
        self.stop()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


class ProcessLane:
    """A lane with its own process, started on demand and restarted if it was killed.

    Each lane has an executor of one process, since an executor whose process is killed gives up all
    its tasks: here, one cell.
    """

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._ends: tuple[Connection, Connection] | None = None

    def submit(self, cell: SentCell) -> Future[PlayedCell]:
        """Begin to run a cell.

        Raises
        ------
        BrokenExecutor
            The process was killed while it was idle.
        """
        with _apart():
            if self._pool is None:
                self._pool = self._open()
            return self._pool.submit(_play_here, cell)

    def _open(self) -> ProcessPoolExecutor:
        context = _context()
        self._ends = Pipe(duplex=False)
        return ProcessPoolExecutor(1, context, initializer=_begin, initargs=(self._ends[0],))

    def stop(self) -> None:
        """Request an early end of the running cell; the process ends after it."""
        if self._ends is not None:
            self._ends[1].close()

    def close(self) -> None:
        """End the process; one that does not respond ends by itself after some seconds."""
        self.stop()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
        if self._ends is not None:
            self._ends[0].close()
            self._ends = None


def begin_importing() -> None:
    """Start the process that all others are forked from, if one is used.

    Its imports run in parallel with its parent.
    """
    if _context().get_start_method() == "forkserver":
        from multiprocessing.forkserver import ensure_running

        with _apart():
            ensure_running()


def _context() -> BaseContext:
    forked = "forkserver" in multiprocessing.get_all_start_methods() and _socket_fits()
    context = multiprocessing.get_context("forkserver" if forked else "spawn")
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload(list(LOADED_BEFORE))
    return context


def _socket_fits() -> bool:
    """Return whether a socket in the temporary folder can reach the fork server."""
    return len(os.fsencode(f"{util.get_temp_dir()}/listener-xxxxxxxx")) <= SOCKET_BYTES


@contextmanager
def _apart() -> Iterator[None]:
    """Start processes that ignore Ctrl-C and hang-ups and do not run the caller's script.

    A terminal sends both signals to all its processes; a signal mask is inherited, a handler is
    not. Workers only run code of this package, so a script or a notebook needs no ``if __name__ ==
    "__main__"``.
    """
    main = sys.modules["__main__"]
    masks = hasattr(signal, "pthread_sigmask")
    before = set()
    if masks:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, OF_TERMINAL - {signal.SIGINT})
        resource_tracker.ensure_running()  # ignores SIGINT, and would remove it from the mask
        signal.pthread_sigmask(signal.SIG_BLOCK, OF_TERMINAL)
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


# --- in the process -------------------------------------------------------------------------------

_stop = Stop()


def _begin(leash: Connection) -> None:
    """Ignore SIGINT (the parent handles it) and exit when the parent's pipe closes.

    A mask instead of a handler, because a simulation installs its own handlers.
    """
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, OF_TERMINAL)
    else:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_stop_with_parent, args=(leash,), name="leash", daemon=True).start()


def _stop_with_parent(leash: Connection) -> None:
    """Request a stop when the other end of the pipe is closed or its holder is gone.

    The pipe never carries data. A process that has not ended some seconds later is stuck in code
    that ignores the stop, or has no parent to receive its result; it is killed.
    """
    wait([leash])
    _stop.request()
    parent = multiprocessing.parent_process()
    wait([] if parent is None else [parent.sentinel], PATIENCE_S)
    os._exit(1)


def _play_here(cell: SentCell) -> PlayedCell:
    return play_cell(cell, _stop)
