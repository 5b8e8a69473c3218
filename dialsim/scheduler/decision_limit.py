"""A limit on the real time of a function that is called in this thread.

Handing a call to another thread and back takes some hundred microseconds, many times what a pacing
policy takes to decide. Here the function runs where it is called, and another thread looks a few
times a second whether it is over.
"""

from __future__ import annotations

import ctypes
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

LOOK_S = 0.05
"""How often the other thread looks."""
IDLE_LOOKS = 40
"""Looks without a call under way after which it ends; the next call starts another."""


class TooLong(BaseException):
    """Raised in a function that has taken too long; no `except Exception` may catch it."""


@dataclass(slots=True)
class _Call:
    """One call: who runs it, until when, and how it stands."""

    thread: int
    deadline_s: float
    is_over: bool = False
    is_late: bool = False
    is_settled: bool = False


class DecisionLimit:
    """Calls functions, and ends those that take too long.

    Python code is ended wherever it is. A call into compiled code that waits, such as
    ``time.sleep``, is ended in the main thread of a POSIX system; elsewhere as soon as it returns.

    Parameters
    ----------
    limit_s
        Real time that a call may take.

    Notes
    -----
    Costs some 2 µs a call. A call just above the limit may pass if it ends before the next look.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._call: _Call | None = None
        self._watch: threading.Thread | None = None

    def call(self, function: Callable[[], T]) -> T:
        """Return what a function returns.

        Raises
        ------
        TooLong
            It took longer than the limit.
        """
        call = _Call(threading.get_ident(), time.monotonic() + self._limit_s)
        try:
            self._call = call
            if self._watch is None or not self._watch.is_alive():
                self._watch = threading.Thread(
                    target=self._look, name="decision limit", daemon=True
                )
                self._watch.start()
            try:
                return function()
            finally:
                call.is_over = True  # before the look at `is_late`: see `_end`
                self._call = None
                if call.is_late:
                    _receive(call)
        except TooLong:
            call.is_over = True
            self._call = None
            raise

    def _look(self) -> None:
        """End calls that take too long, until there have been none for a while."""
        idle = 0
        while idle < IDLE_LOOKS:
            time.sleep(min(LOOK_S, self._limit_s / 4))
            call = self._call
            idle = idle + 1 if call is None else 0
            if call is not None and not call.is_late and time.monotonic() > call.deadline_s:
                _end(call)


def _end(call: _Call) -> None:
    """Raise `TooLong` in a call's thread unless the call is over.

    The one writes `is_late` and then reads `is_over`, the other writes `is_over` and then reads
    `is_late`: either this sees that the call is over, or the call waits for what is raised here.
    """
    call.is_late = True
    if not call.is_over:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(call.thread), ctypes.py_object(TooLong)
        )
        if call.thread == threading.main_thread().ident and hasattr(signal, "pthread_kill"):
            signal.pthread_kill(call.thread, signal.SIGINT)  # whatever waits there looks up
    call.is_settled = True


def _receive(call: _Call) -> None:
    """Wait for what `_end` has raised or not raised; then say that the call was late."""
    while not call.is_settled:
        time.sleep(0.001)
    time.sleep(0)
    raise TooLong
