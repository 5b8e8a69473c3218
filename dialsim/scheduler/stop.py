"""Stop requests of a run: by Ctrl-C, another thread, or a notebook."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import trio

from dialsim.errors import ScenarioError, shown
from dialsim.messages.text import message

PATIENCE_S = 3.0  # a second Ctrl-C within it is impatience, after it an order


class Stop:
    """A stop request, which any thread or signal handler may make.

    The driver ends after the slice in hand and keeps what was done.

    Parameters
    ----------
    outer
        Whoever wishes that to end wishes this to end, too, and not the other way round.
    """

    def __init__(self, outer: Stop | None = None) -> None:
        self._outer = outer
        self._requested = False
        self._waiting: set[tuple[trio.lowlevel.TrioToken, trio.Event]] = set()

    @property
    def requested(self) -> bool:
        """Whether a stop was requested."""
        return self._requested or (self._outer is not None and self._outer.requested)

    def request(self) -> None:
        """Request the stop. Safe from every thread and signal handler; idempotent."""
        self._requested = True
        for token, event in tuple(self._waiting):
            with suppress(trio.RunFinishedError):  # it has ended by itself
                token.run_sync_soon(event.set)

    async def wait(self) -> None:
        """Return once a stop is requested; several loops may wait, each in its own thread."""
        event = trio.Event()
        one = (trio.lowlevel.current_trio_token(), event)
        heard: list[Stop] = []
        further: Stop | None = self
        while further is not None:
            heard.append(further)
            further = further._outer
        for stop in heard:
            stop._waiting.add(one)
        try:
            if not self.requested:
                await event.wait()
        finally:
            for stop in heard:
                stop._waiting.discard(one)


def stop_of(stop: Any) -> Stop:
    """Return the given stop, or a new one.

    Raises
    ------
    ScenarioError
        It is none.
    """
    if isinstance(stop, Stop):
        return stop
    if not stop:
        return Stop()
    allowed = message("a Stop, as `from dialsim.scheduler.stop import Stop` makes it")
    raise ScenarioError.at("stop", message("this is no stop"), found=shown(stop), allowed=allowed)


@contextmanager
def interrupts(stop: Stop) -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into a stop request while the context lasts.

    A hang-up that was ignored before, as under ``nohup``, stays ignored. A plain handler instead
    of Trio's receiver, because it holds before the loop starts and while files are closed after
    it, too. Does nothing outside the main thread, which alone gets signals. Another Ctrl-C after
    some seconds raises KeyboardInterrupt.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    first: list[float] = []

    def wish(number: int, frame: Any) -> None:
        del number, frame
        now = time.monotonic()
        if first and now - first[0] > PATIENCE_S:
            raise KeyboardInterrupt
        first.append(now)
        stop.request()

    wanted = [signal.SIGINT, signal.SIGTERM]
    hang_up = getattr(signal, "SIGHUP", None)  # Windows has none
    if hang_up is not None and signal.getsignal(hang_up) is not signal.SIG_IGN:
        wanted.append(hang_up)
    before = [signal.signal(number, wish) for number in wanted]
    try:
        yield
    finally:
        for number, handler in zip(wanted, before, strict=True):
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise KeyboardInterrupt for a Ctrl-C received inside, at the end if not at once.

    Python drops an exception that is raised in a callback from C, and compiling kernels is full of
    such callbacks. Does nothing outside the main thread, which alone gets signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = False

    def interrupt(number: int, frame: Any) -> None:
        nonlocal heard
        del number, frame
        heard = True
        raise KeyboardInterrupt

    def unraisable(dropped: Any) -> None:
        if not isinstance(dropped.exc_value, KeyboardInterrupt):
            hook(dropped)

    hook, sys.unraisablehook = sys.unraisablehook, unraisable
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)
        sys.unraisablehook = hook
    if heard:
        raise KeyboardInterrupt
