"""Locked temporary names to write to, and how they replace their targets.

See :mod:`dialsim.storage.leftovers` for the names.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dialsim.storage.exchanging import exchange
from dialsim.storage.leftovers import (
    CLAIM,
    LOCK,
    NEW,
    OLD,
    OURS,
    PLACE,
    SHOWN,
    TEMPORARY,
    carry_over,
    number_of,
    remove,
    remove_leftovers,
)
from dialsim.storage.locks import Lock, LockHeldError
from dialsim.storage.paths import fitting

CLAIMS, BETWEEN_S = 10, 0.02
"""How often, and how far apart, a place is asked for before it counts as taken."""


class Workplace:
    """A locked temporary name of a file or folder that its user creates and renames.

    A context. At its end the lock goes, and whatever is still called :attr:`path`.

    Parameters
    ----------
    parent
        Folder, which must exist.
    name
        What the result will be called, about.
    clear
        Whether leftovers of killed commands in `parent` are removed before; False for one of very
        many.

    Attributes
    ----------
    path
        Name to write to; nothing is there yet.
    placed
        Whether :meth:`put_in_place` gave the folder its final name.

    Raises
    ------
    OSError
        Nothing can be written there.
    """

    def __init__(self, parent: Path, name: str, *, clear: bool = True) -> None:
        self.placed = False
        if clear:
            remove_leftovers(parent)
        while True:
            stem = f".{name[:SHOWN]}.{secrets.token_hex(8)}.dialsim-"
            self.path = parent / f"{stem}{TEMPORARY}"
            self._old = parent / f"{stem}{OLD}"
            with suppress(LockHeldError):  # another command is just cleaning it
                self._lock = Lock(parent / f"{stem}{LOCK}")
                break
        try:
            self._lock.write_note()
        except BaseException:
            self._lock.release()
            raise

    def put_in_place(self, place: Path, ours: Callable[[Path], Collection[str]]) -> None:
        """Rename the folder to its final name; it is complete at any time.

        Parameters
        ----------
        place
            Where to. A folder that stands there goes; what is not ours in it moves to the new one.
        ours
            Returns what was written by dialsim into a folder, as paths relative to it.

        Raises
        ------
        OSError
            It cannot be done. Either of the two stands in the place; if the new one does, what of
            the earlier one could not be carried over is still aside, for the next command.

        Notes
        -----
        Where the system has it the two are exchanged at once. Elsewhere the earlier one is renamed
        first; if the process is killed just then, whoever next looks for it puts it back
        (:func:`dialsim.storage.leftovers.restore`).
        """
        if not os.path.lexists(place):
            self.path.rename(place)
            self.placed = True
            return
        remove_leftovers(place)
        names = sorted(ours(place))
        self._lock.write_note(**{PLACE: place.name, NEW: number_of(self.path), OURS: names})
        if exchange(self.path, place):
            old = self.path
        else:
            old = self._old
            place.rename(old)
            try:
                self.path.rename(place)
            except OSError:
                old.rename(place)
                raise
        self.placed = True
        carry_over(old, place, names)

    def close(self) -> None:
        """Remove leftovers and release the name. Never raises.

        An earlier folder that could not be put back, or what of it could not be carried over,
        stays: the next command tries again.
        """
        if self._old.exists() or (self.placed and self.path.exists()):
            self._lock.leave()
            return
        remove(self.path)
        self._lock.release()

    def __enter__(self) -> Workplace:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()


@contextmanager
def staged_folder(parent: Path, name: str, mode: int = 0o777) -> Iterator[Workplace]:
    """Yield a temporary folder to fill and put in place; leftovers are removed at the end."""
    with Workplace(parent, name) as workplace:
        workplace.path.mkdir(mode)
        yield workplace


def claim_path(folder: Path, name: str) -> Path:
    """Return the file whose lock :func:`claim` takes."""
    return folder / f".{fitting(name, SHOWN)}.{CLAIM}.dialsim-{LOCK}"


def claim(folder: Path, name: str) -> Lock:
    """Lock a place in a folder: only one command writes there until it ends.

    Parameters
    ----------
    name
        What the place is called.

    Raises
    ------
    LockHeldError
        Another command writes there.
    OSError
        Nothing can be written into the folder.
    """
    path = claim_path(folder, name)
    for _ in range(CLAIMS):
        with suppress(LockHeldError):
            lock = Lock(path)
            break
        time.sleep(BETWEEN_S)  # it may be held by a command that is just cleaning
    else:
        lock = Lock(path)
    lock.write_note()
    return lock
