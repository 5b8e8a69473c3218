"""A loop beside somebody else's, whose thread waits for it."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from typing import Any

import trio

from dialsim.scheduler.stop import Stop
from dialsim.scheduler.threads import run_trio


def test_interrupts_of_who_waits_are_wishes() -> None:
    """However many: what the other thread plays is still played to its end, and comes back."""
    stop, heard, begun = Stop(), 0, threading.Event()

    def interrupt(number: int, frame: Any) -> None:
        nonlocal heard
        heard += 1
        raise KeyboardInterrupt

    async def until_wished() -> int:
        begun.set()
        await stop.wait()
        while heard < 3:
            await trio.sleep(0.01)
        await trio.sleep(0.3)  # the last of them is heard by who waits
        return 7

    async def beside() -> int:
        return run_trio(until_wished, stop)

    def send() -> None:
        begun.wait()
        for sent in range(3):
            time.sleep(0.15)
            os.kill(os.getpid(), signal.SIGINT)
            while heard == sent:  # two that nobody has heard yet are one
                time.sleep(0.01)

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        thread = threading.Thread(target=send)
        thread.start()
        assert asyncio.run(beside()) == 7
        thread.join()
    finally:
        signal.signal(signal.SIGINT, before)
    assert stop.requested
    assert heard == 3
