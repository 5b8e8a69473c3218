"""Hands list rows to a world, a chunk at a time, in another thread than the engine's.

Rows that are written but not resident do not exist for the engine, so neither the size of a chunk
nor the moment it arrives can change a result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import trio
from numpy.typing import NDArray

from dialsim.engine import face
from dialsim.engine.build import World
from dialsim.errors import Problem, ScenarioError
from dialsim.people.files import read_rows

CHUNK_ROWS = 1 << 17
AHEAD = 4  # chunks filled before the driver has asked for them


class Chunk(NamedTuple):
    """Rows of a list have been filled; `ended`: the list has no more."""

    source: int
    ended: bool


class Feed:
    """The people of a world still to come.

    Parameters
    ----------
    world
        Its lists are filled from where they are.
    chunk_rows
        Rows filled at a time.

    Notes
    -----
    Lists are filled one after another; a list the engine waits for goes first. Lists from files
    keep their order in any case: which of two equal numbers is the duplicate depends on it.
    """

    def __init__(self, world: World, chunk_rows: int = CHUNK_ROWS) -> None:
        self.world = world
        self.chunk_rows = chunk_rows
        self.wanted: int | None = None
        self.inputs: dict[str, str] = {}
        self.ended: set[int] = set()
        self._readers: dict[int, Iterator[NDArray[Any]]] = {}
        self._pending: dict[int, NDArray[Any]] = {}
        self._compiled = False
        lists = range(len(world.scenario.people))
        self._unfinished = [i for i in lists if face.rows_left(world, i) > 0]
        self._files = [i for i in lists if world.scenario.people[i].file is not None]

    @property
    def finished(self) -> bool:
        """Whether every row is filled."""
        return not self._unfinished

    async def run(self, send: trio.MemorySendChannel[Chunk]) -> None:
        """Fill until nothing is left; waits whenever the channel is full."""
        while self._unfinished:
            source = self._next()
            # A first chunk may compile for many seconds; rows that are not resident may be
            # left half written.
            more = await trio.to_thread.run_sync(
                self._fill, source, abandon_on_cancel=not self._compiled
            )
            self._compiled = True
            if not more:
                self._unfinished.remove(source)
                self.ended.add(source)
            await send.send(Chunk(source, not more))
        send.close()  # not after a failure: then the driver is cancelled, and no list has ended

    def _next(self) -> int:
        wanted = self.wanted if self.wanted in self._unfinished else self._unfinished[0]
        assert wanted is not None
        if wanted in self._files:
            return next(i for i in self._files if i in self._unfinished)
        return wanted

    def _fill(self, source: int) -> bool:
        """Fill the next rows of a list and return whether more follow."""
        if source not in self._files:
            face.fill(self.world, source, self.chunk_rows)
            return face.rows_left(self.world, source) > 0
        rows = self._read(source)
        if rows is None:
            return False
        left = face.rows_left(self.world, source)
        face.fill_rows(self.world, source, rows[:left])
        return left > len(rows)

    def _read(self, source: int) -> NDArray[Any] | None:
        """Return up to a chunk of a file's rows; None at its end."""
        import pyarrow as pa

        name = str(self.world.scenario.people[source].file)
        try:
            if source not in self._readers:
                self.inputs[name] = self._content_digest(name)
                self._readers[source] = read_rows(
                    self.world.scenario, source, self.world.numbers_met, self.chunk_rows
                )
            rows = self._pending.pop(source, None)
            if rows is None or not len(rows):
                rows = next(self._readers[source], None)
        except (OSError, pa.ArrowException) as error:
            reason = str(error).splitlines()[0][:120]
            raise ScenarioError(
                [Problem(f"people[{source}].file", f"cannot be read: {reason}", found=name)]
            ) from error
        if rows is not None and len(rows) > self.chunk_rows:
            rows, self._pending[source] = rows[: self.chunk_rows], rows[self.chunk_rows :]
        return rows

    def _content_digest(self, name: str) -> str:
        with self.world.scenario.file_path(name).open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).hexdigest()
