"""Passes list rows to a world, in chunks, from a thread of its own.

Rows that are written but not resident do not exist for the engine, so neither the size of a chunk
nor the moment it arrives can change a result.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import NamedTuple

import trio

from dialsim.engine import host
from dialsim.engine.build import World
from dialsim.errors import InternalError, ScenarioError
from dialsim.gc_pause import copy_of
from dialsim.messages.text import message
from dialsim.people.chunks import Chunk as ListChunk

CHUNK_ROWS = 1 << 17
AHEAD = 4  # chunks filled before the driver has asked for them


class Chunk(NamedTuple):
    """Rows of a list that were filled; `ended`: the list has no more."""

    source: int
    ended: bool


class Feed:
    """The people of a world that are still to come.

    Parameters
    ----------
    world
        Its lists are filled from where they are.
    chunk_rows
        Rows filled at a time.

    Notes
    -----
    Lists are filled one after another; a list the engine waits for goes first. Lists from files
    keep their order in any case: which of two rows of one person counts depends on it.
    """

    def __init__(self, world: World, chunk_rows: int = CHUNK_ROWS) -> None:
        self.world = world
        self.chunk_rows = chunk_rows
        self.wanted: int | None = None
        self.ended: set[int] = set()
        self._readers: dict[int, Iterator[ListChunk]] = {}
        self._failed: dict[int, Exception] = {}
        self._compiled = False
        self._filling = threading.Lock()
        lists = range(len(world.scenario.people))
        self._unfinished = [i for i in lists if host.rows_left(world, i) > 0]
        self._files = [i for i in lists if world.scenario.people[i].file is not None]

    @property
    def inputs(self) -> dict[str, str]:
        """Content digests of the files read to their end."""
        return {} if self.world.lists is None else dict(self.world.lists.inputs)

    @property
    def finished(self) -> bool:
        """Whether every row is filled."""
        return not self._unfinished

    async def run(self, send: trio.MemorySendChannel[Chunk]) -> None:
        """Fill until nothing is left; wait whenever the channel is full."""
        while self._unfinished:
            source = self._next()
            # A first chunk may compile for many seconds: whoever stops does not wait for it. Its
            # thread fills on, and whoever fills next waits for that.
            more = await trio.to_thread.run_sync(
                self._fill, source, abandon_on_cancel=not self._compiled
            )
            self._compiled = True
            if not more:
                self._unfinished.remove(source)
                self.ended.add(source)
            await send.send(Chunk(source, not more))
        send.close()  # not after a failure: then the driver is cancelled, and no list has ended

    def rest(self) -> Iterator[Chunk]:
        """Fill all that is left in this thread; report each chunk."""
        while self._unfinished:
            source = self._next()
            more = self._fill(source)
            if not more:
                self._unfinished.remove(source)
                self.ended.add(source)
            yield Chunk(source, not more)

    def publish(self, chunk: Chunk) -> None:
        """Make the filled rows of a list resident; a list that has ended has no others."""
        host.publish(self.world, chunk.source)
        if chunk.ended and host.rows_left(self.world, chunk.source):
            host.shorten(self.world, chunk.source)

    def _next(self) -> int:
        wanted = self.wanted if self.wanted in self._unfinished else self._unfinished[0]
        assert wanted is not None
        if wanted in self._files:
            return next(i for i in self._files if i in self._unfinished)
        return wanted

    def _fill(self, source: int) -> bool:
        """Fill the next rows of a list and return whether more follow.

        One thread at a time: that of a first chunk may have been left behind, at work.
        """
        with self._filling:
            return self._fill_alone(source)

    def _fill_alone(self, source: int) -> bool:
        if source not in self._files:
            host.fill(self.world, source, self.chunk_rows)
            return host.rows_left(self.world, source) > 0
        if source in self._failed:
            raise copy_of(self._failed[source])
        try:
            chunk = self._next_of_file(source)
            if chunk is None:
                return False
            host.fill_chunk(self.world, source, chunk)
            return not chunk.ended
        except BaseException as error:
            # rows are lost, and its reader may have no more: which must not be taken for an end
            # a copy: the traceback of the error itself leads to this feed, and its world
            failed = copy_of(error) if isinstance(error, Exception) else _broken_off(source)
            self._failed[source] = failed
            raise

    def _next_of_file(self, source: int) -> ListChunk | None:
        """Return up to a chunk of a file's rows; None at its end."""
        import pyarrow as pa

        lists = self.world.lists
        if lists is None:
            raise InternalError(f"list {source} comes from a file nobody opened")
        try:
            if source not in self._readers:
                self._readers[source] = lists.chunks(source, self.chunk_rows)
            return next(self._readers[source], None)
        except (OSError, pa.ArrowException) as error:
            reason = str(error).splitlines()[0][:120]
            name = str(self.world.scenario.people[source].file)
            raise ScenarioError.at(
                f"people[{source}].file",
                message("cannot be read: {reason}").filled(reason=reason),
                found=name,
            ) from error


def _broken_off(source: int) -> ScenarioError:
    """Return the message for a list whose reading Ctrl-C interrupted."""
    sentence = message("the list was not read to its end, as reading it was interrupted")
    return ScenarioError.at(f"people[{source}].file", sentence, remedy=message("begin anew"))
