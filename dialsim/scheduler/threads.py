"""Threads: one for an event loop beside the caller's, several for replications."""

from __future__ import annotations

import itertools
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

import trio

from dialsim.scheduler.stop import Stop

T = TypeVar("T")
MOST_UNASKED = 4


def threads_of_machine() -> int:
    """Return the default number of threads: one per usable core, up to 4."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # Windows and macOS have none
        cores = os.cpu_count() or 1
    return min(MOST_UNASKED, cores)


def side_by_side(
    play: Callable[[int, Stop], T | None], numbers: Iterable[int], threads: int, stop: Stop
) -> Iterator[tuple[int, T | None]]:
    """Yield `play`'s result for each number, as it comes, from `threads` threads.

    Parameters
    ----------
    play
        Called with a number and a stop, in a thread of its own.
    stop
        Once it is wished no further number is begun, and None stands for what was not; what is
        under way ends by its own stop, which this one reaches.

    Raises
    ------
    Exception
        The first of `play`, after those under way were stopped; `stop` itself is not wished then.
    """
    inner = Stop(stop)

    def begin(number: int) -> T | None:
        return None if inner.requested else play(number, inner)

    waiting = iter(numbers)
    working: dict[Future[T | None], int] = {}
    ended: set[Future[T | None]] = set()
    future: Future[T | None] | None = None
    with ThreadPoolExecutor(threads, thread_name_prefix="dialsim") as pool:
        try:
            while True:
                room = 0 if inner.requested else 2 * threads - len(working)
                for number in itertools.islice(waiting, room):
                    working[pool.submit(begin, number)] = number
                if not working:
                    return
                ended = wait(working, return_when=FIRST_COMPLETED).done
                for future in sorted(ended, key=working.__getitem__):
                    number = working.pop(future)
                    yield number, future.result()
        finally:
            inner.request()
            for each in working:
                each.cancel()
            # Else an error would keep this frame, which keeps the future that keeps the error.
            working.clear()
            ended.clear()
            future = None


def run_trio(main: Callable[[], Awaitable[T]], stop: Stop) -> T:
    """Run an async function to its end, in this thread if it is free.

    A notebook's thread runs an asyncio loop already; then `main` runs in a fresh thread, this one
    waits for it, and an interrupt here becomes a wish to stop there.
    """
    if not _loop_is_running():
        return trio.run(main)
    outcome: dict[str, Any] = {}
    over = threading.Event()

    def work() -> None:
        try:
            outcome["value"] = trio.run(main)
        except BaseException as error:  # handed to the thread that waits
            outcome["error"] = error
        finally:
            over.set()

    threading.Thread(target=work, name="dialsim", daemon=True).start()
    while not over.is_set():  # a thread whose `join` was interrupted is taken for ended
        try:
            over.wait(0.1)
        except KeyboardInterrupt:
            stop.request()
    if "error" in outcome:
        try:
            raise outcome["error"]
        finally:
            outcome.clear()  # or this frame and the error would keep each other
    value: T = outcome["value"]
    return value


def _loop_is_running() -> bool:
    if trio.lowlevel.in_trio_run():
        return True
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return False
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
