"""Which worlds are still there: what holds one has to let it go without the collector."""

from __future__ import annotations

import gc
import time
import weakref
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from dialsim.engine.build import World
from dialsim.outcomes.writer import MemorySink, RunWriter
from dialsim.people.lists import Lists
from dialsim.scheduler.feed import Feed
from dialsim.scheduler.prepared_inputs import Beginning
from dialsim.scheduler.run import Player

LARGE = (World, Player, Beginning, Feed, Lists, MemorySink, RunWriter)
PATIENCE_S = 20.0  # of a thread that was left behind at work: a failure alone takes so long


class Alive:
    """Every large object made since, and every array of a state, by weak references."""

    def __init__(self) -> None:
        self._made: list[tuple[str, weakref.ref[Any]]] = []

    def note(self, thing: Any) -> None:
        """Watch an object."""
        self._made.append((type(thing).__name__, weakref.ref(thing)))

    def made(self, name: str) -> int:
        """Return how many objects of a class were made."""
        return sum(each == name for each, _ in self._made)

    def left_now(self) -> dict[str, int]:
        """Return by class how many objects are still there."""
        return dict(Counter(name for name, ref in self._made if ref() is not None))

    def left(self) -> dict[str, int]:
        """Return by class how many objects are still there; threads left behind may end first."""
        end = time.monotonic() + PATIENCE_S
        while True:
            found = self.left_now()
            if not found or time.monotonic() > end:
                return found
            time.sleep(0.02)


@contextmanager
def watching(monkeypatch: pytest.MonkeyPatch) -> Iterator[Alive]:
    """Yield what watches; Python's collector is off meanwhile."""
    found = Alive()

    def watched(kind: type[Any]) -> None:
        plain = kind.__init__

        def init(self: Any, *given: Any, **options: Any) -> None:
            found.note(self)
            plain(self, *given, **options)
            if kind is World:
                for array in _arrays(self.state):
                    found.note(array)

        monkeypatch.setattr(kind, "__init__", init)

    for kind in LARGE:
        watched(kind)
    on = gc.isenabled()
    gc.disable()
    try:
        yield found
    finally:
        if on:
            gc.enable()


def _arrays(frame: tuple[Any, ...]) -> Iterator[Any]:
    for each in frame:
        if isinstance(each, tuple):
            yield from _arrays(each)
        elif isinstance(each, np.ndarray):
            yield each
