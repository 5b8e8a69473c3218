"""Where the event loop runs: here, or in a thread of its own beside somebody else's loop."""

from __future__ import annotations

import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import trio

from dialsim.scheduler.stop import Stop

T = TypeVar("T")


def run_trio(main: Callable[[], Awaitable[T]], stop: Stop) -> T:
    """Run an async function to its end, in this thread if it is free.

    A notebook's thread runs an asyncio loop already; then `main` runs in a fresh thread, this one
    waits for it, and an interrupt here becomes a wish to stop there.
    """
    if not _loop_is_running():
        return trio.run(main)
    outcome: dict[str, Any] = {}

    def work() -> None:
        try:
            outcome["value"] = trio.run(main)
        except BaseException as error:  # handed to the thread that waits
            outcome["error"] = error

    thread = threading.Thread(target=work, name="dialsim", daemon=True)
    thread.start()
    while thread.is_alive():
        try:
            thread.join(0.1)
        except KeyboardInterrupt:
            stop.request()
    if "error" in outcome:
        raise outcome["error"]
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
