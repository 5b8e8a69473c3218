"""A name aside to write to, locked while its command lives, and how it takes the place of another.

Whatever dialsim writes aside is called ``.NAME.TOKEN.dialsim-tmp``, file or folder, and beside it
lies a lock ``.NAME.TOKEN.dialsim-lock`` for as long as it is being written. The lock is taken
before what it guards is made. ``.NAME.TOKEN.dialsim-old`` is an earlier folder on its way out.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from dialsim.storage.exchanging import exchange
from dialsim.storage.locks import Lock, LockHeldError

SHOWN = 50
"""Letters of its name in that of what is written aside, so that both are short enough."""

ASIDE, OLD, LOCK = "tmp", "old", "lock"
NAME = re.compile(r"(\..+\.[0-9a-f]{16}\.dialsim-)(tmp|old|lock)", re.DOTALL)

PLACE, NEW, OURS = "place", "new", "ours"
"""What the note of a lock holds while one folder replaces another."""


class Workplace:
    """A name aside that is locked: of a file or folder that its user makes and renames.

    A context. At its end the lock goes, and whatever is still called :attr:`path`.

    Parameters
    ----------
    parent
        Folder, which must exist.
    name
        What the result will be called, about.

    Attributes
    ----------
    path
        Name to write to; nothing is there yet.

    Raises
    ------
    OSError
        Nothing can be written there.
    """

    def __init__(self, parent: Path, name: str) -> None:
        while True:
            stem = f".{name[:SHOWN]}.{secrets.token_hex(8)}.dialsim-"
            self.path = parent / f"{stem}{ASIDE}"
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
        """Give the folder that was made its final name; at no time is there half of anything.

        Parameters
        ----------
        place
            Where to. A folder that stands there goes; what is not ours in it moves to the new one.
        ours
            Returns what was written by dialsim into a folder, as paths relative to it.

        Raises
        ------
        OSError
            It cannot be done. Either of the two stands in the place.

        Notes
        -----
        Where the system has it the two are exchanged at once. Elsewhere the earlier one is renamed
        first; if the process is killed just then, whoever next looks for it puts it back
        (:func:`dialsim.storage.leftovers.restore`).
        """
        if not os.path.lexists(place):
            self.path.rename(place)
            return
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
        carry_over(old, place, names)

    def close(self) -> None:
        """Remove what is left, and let go of the name. Never raises.

        An earlier folder that could not be put back, or what of it could not be carried over,
        stays: the next command tries again.
        """
        if self._old.exists():
            self._lock.leave()
            return
        remove(self.path)
        self._lock.release()

    def __enter__(self) -> Workplace:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()


def number_of(folder: Path) -> list[int]:
    """Return what tells a folder from every other, whatever its name is."""
    found = folder.stat(follow_symlinks=False)
    return [found.st_dev, found.st_ino]


def remove(path: Path) -> bool:
    """Remove a file or folder that was written aside; return whether it is gone. Never raises."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return not os.path.lexists(path)


def carry_over(old: Path, place: Path, ours: Collection[str]) -> None:
    """Remove from a replaced folder what is ours, move the rest to its successor, and remove it.

    Raises
    ------
    OSError
        It cannot be done; what is left is still in `old`.
    """
    folders: dict[Path, None] = {}
    for name in ours:
        path = old / name
        above = [each for each in path.parents if each != old and old in each.parents]
        if any(each.is_symlink() for each in above):
            continue
        if path.is_symlink() or path.is_file():
            path.unlink()
        folders.update(dict.fromkeys(above))
    for folder in sorted(folders, reverse=True):
        with suppress(OSError):  # somebody else's files are in it, or it is not there
            folder.rmdir()
    _move_in(old, place)


def _move_in(old: Path, place: Path) -> None:
    for path in list(old.iterdir()):
        beside = place / path.name
        if all(each.is_dir() and not each.is_symlink() for each in (path, beside)):
            _move_in(path, beside)
        else:
            path.rename(beside)
    old.rmdir()
