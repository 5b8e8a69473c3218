"""A thread that reports on a run while another one plays it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

PERIOD_S = 0.25


class Reporter:
    """Calls a function several times a second while its context lasts, and once at its end.

    A terminal that does not take a line, or a function that takes long, then holds up this thread
    and not the run. What the function raises is raised at the end of the context.

    Parameters
    ----------
    report
        The function; None: no thread is started.

    Attributes
    ----------
    cost_s
        Processor time of the thread, in seconds.
    """

    def __init__(self, report: Callable[[], None] | None, period_s: float = PERIOD_S) -> None:
        self._report, self._period_s = report, period_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="load figures", daemon=True)
        self._error: BaseException | None = None
        self.cost_s = 0.0

    def __enter__(self) -> Reporter:
        if self._report is not None:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del kind, trace
        if self._report is None:
            return
        self._over.set()
        self._thread.join()
        if error is not None:
            return
        wrong, self._error = self._error, None
        if wrong is not None:
            raise wrong
        self._report()

    def _work(self) -> None:
        assert self._report is not None
        try:
            while True:
                self._report()
                self.cost_s = time.thread_time()
                if self._over.wait(self._period_s):
                    return
        except BaseException as error:
            self._error = error
