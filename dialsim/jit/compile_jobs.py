"""Shared compilation by several processes, coordinated by files in a folder.

A process that comes upon calls of kernels offers those it does not turn to at once; one that has
nothing to do takes the job nearest the root, which has most below it. Who needs a part that another
process is at takes up meanwhile what is offered below that part, and nothing else: as no kernel
calls itself, what is done meanwhile never needs what waits. Claims are advice, not locks. Whoever
waits in vain compiles for himself; the same part comes out, and replaces the other's as a whole.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import os
import pickle
import uuid  # det-ok: names a file until it is renamed
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from numba.core import serialize

_dumps: Any = serialize.dumps

IN_VAIN = 2_000
"""Pauses in a row, nothing done in between, after which a process compiles what it waits for."""
_OFFERED, _TAKEN = ".job", ".taken"
_LAST = 999


class Job(NamedTuple):
    """A part or a whole to be compiled.

    Attributes
    ----------
    kernel
        Its module, and its name there.
    arguments
        The types it is called with.
    is_whole
        Whether it is machine code of the kernel with all its parts; that is never offered.
    """

    kernel: tuple[str, str]
    arguments: tuple[Any, ...]
    is_whole: bool = False


@functools.lru_cache(4096)
def key_of(job: Job) -> str:
    """Return a part's key for file names, equal in every process."""
    return hashlib.blake2b(repr(tuple(job)).encode(), digest_size=10).hexdigest()


class Jobs:
    """Offered and claimed jobs, as one process sees them.

    Parameters
    ----------
    folder
        Of these processes alone.
    pause
        Lets a moment pass; False: no other process is left.
    part_of
        The dispatcher of a kernel's part, by the kernel's module and name.
    """

    def __init__(
        self, folder: Path, pause: Callable[[], bool], part_of: Callable[[str, str], Any]
    ) -> None:
        self.folder, self._pause, self._part_of = folder, pause, part_of
        self._above: tuple[str, ...] = ()  # what needs the job at hand, by key, from the root on
        self._read: dict[str, tuple[Job, tuple[str, ...]] | None] = {}
        self._mine: set[str] = set()  # what is being compiled here, by key

    def offer(self, job: Job, above: tuple[Job, ...], order: int) -> None:
        """Offer a part to idle processes.

        Parameters
        ----------
        job
            The part.
        above
            The parts that this process is at, each of which needs the next, and the last this one.
        order
            Among those that the same part needs: the last one is taken up first by others.
        """
        key = key_of(job)
        if (self.folder / f"{key}{_TAKEN}").exists():
            return
        needing = tuple(dict.fromkeys([*self._above, *map(key_of, above)]))
        name = f"{min(len(needing), _LAST):03}-{max(_LAST - order, 0):03}-{key}"
        aside = self.folder / f"{name}.{uuid.uuid4().hex[:16]}"
        with contextlib.suppress(OSError):  # then this process will do it
            aside.write_bytes(_dumps((tuple(job), needing)))
            aside.replace(self.folder / f"{name}{_OFFERED}")

    def claim(self, job: Job) -> bool:
        """Claim a job for this process; return False if another process has it."""
        return self._claim(key_of(job))

    def end(self, job: Job) -> None:
        """Release a claim: others find the job compiled, or compile it."""
        self._release(key_of(job))

    def do_errand(self, errand: str, go: Callable[[], object]) -> None:
        """Do something once for all of these processes, unless another has begun it.

        What goes wrong is left to whoever comes upon it again, and can say so.
        """
        key = hashlib.blake2b(errand.encode(), digest_size=10).hexdigest()
        if key not in self._mine and self._claim(key):
            self._try(go)

    def await_other(self, job: Job, is_there: Callable[[], bool]) -> None:
        """Return once another process has compiled a job, or this one has to."""
        key, in_vain = key_of(job), 0
        while not is_there() and (self.folder / f"{key}{_TAKEN}").exists() and in_vain < IN_VAIN:
            if self.do_one(key):
                in_vain = 0
            elif self._pause():
                in_vain += 1
            else:
                return

    def do_one(self, below: str | None = None) -> bool:
        """Compile one offered part; return False if there is none.

        Parameters
        ----------
        below
            Only one that this part needs, by its key.
        """
        for offer in sorted(self.folder.glob(f"*{_OFFERED}")):
            key = offer.stem.rpartition("-")[2]
            if not self._is_below(offer, key, below):
                continue
            mine = self._claim(key)
            offer.unlink(missing_ok=True)
            if mine:
                self._do(key)
                return True
        return False

    def _is_below(self, offer: Path, key: str, below: str | None) -> bool:
        if key not in self._read:
            try:
                job, needing = pickle.loads(offer.read_bytes())
                self._read[key] = (Job(*job), needing)
            except Exception:  # taken meanwhile, or of types that are not known here
                self._read[key] = None
        found = self._read[key]
        return found is not None and (below is None or below in found[1])

    def _do(self, key: str) -> None:
        found = self._read[key]
        assert found is not None
        (kernel, arguments, _), needing = found

        def compile_part() -> None:
            importlib.import_module(kernel[0])
            self._part_of(*kernel).compile(arguments)

        before, self._above = self._above, needing
        try:
            self._try(compile_part)
        finally:
            self._above = before
            self._release(key)

    def _try(self, go: Callable[[], object]) -> None:
        """Do something, and release its claim if it fails."""
        before = set(self._mine)
        try:
            go()
        except Exception:
            for key in sorted(self._mine - before):
                self._release(key)

    def _release(self, key: str) -> None:
        self._mine.discard(key)
        with contextlib.suppress(OSError):
            (self.folder / f"{key}{_TAKEN}").unlink(missing_ok=True)

    def _claim(self, key: str) -> bool:
        if key not in self._mine:
            try:
                os.close(os.open(self.folder / f"{key}{_TAKEN}", os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                return False
            except OSError:  # nobody is told; at worst it is done twice
                pass
            self._mine.add(key)
        return True


_shared: list[Jobs] = []


def shared() -> Jobs | None:
    """Return this process's shared jobs; None if it compiles alone."""
    return _shared[-1] if _shared else None


@contextlib.contextmanager
def sharing(jobs: Jobs) -> Iterator[None]:
    """Share compilation with other processes meanwhile, in any thread."""
    _shared.append(jobs)
    try:
        yield
    finally:
        _shared.remove(jobs)
