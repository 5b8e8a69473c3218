"""Plays a world in the calling thread, without event loop, threads or progress.

Of a replication only the end is wanted, and there are many. A small world is played in half a
millisecond; starting a loop, and handing each slice to a thread and back, takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import trio

from dialsim.engine.build import World
from dialsim.errors import InternalError
from dialsim.outcomes.writer import Sink
from dialsim.scheduler.record import PlainRecorder
from dialsim.scheduler.run import Player


class AlonePlayer(Player):
    """A :class:`Player` with the same results that never waits.

    It asks no policy, keeps no pace with the wall clock and tells nobody how far it is; how long it
    took is not kept. A wish to stop is heard between two slices. What is not compiled yet is
    compiled on the way: see ``Player.compiled``.
    """

    def __init__(self, world: World, sink: Sink, **options: Any) -> None:
        super().__init__(world, sink, **options)
        self._recorder = PlainRecorder(world, sink, self.record, self.measures)

    def _play(self, until: int) -> bool:
        self._publish_filled()
        _run(self._drive(until))
        return self._tick >= until

    def _note_performance(self) -> None:
        pass

    async def _compile(self) -> bool:
        return True

    async def _wait(self, target: int) -> None:
        pass

    def _publish_ready(self) -> None:
        pass

    async def _await_chunk(self) -> int | None:
        for chunk in self._feed.rest():
            self._publish(chunk)
            return chunk.source
        raise trio.EndOfChannel


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run an async function that never waits."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise InternalError("who plays alone waited for something")
