"""Leftovers of killed commands: how they differ from files in use, and how they are removed.

Whatever dialsim writes aside is called ``.NAME.TOKEN.dialsim-tmp``, file or folder, and beside it
lies a lock ``.NAME.TOKEN.dialsim-lock`` for as long as its command lives. An earlier folder on its
way out is called ``.NAME.TOKEN.dialsim-old``; the lock of a place that only one command may write
to is ``.NAME.claim.dialsim-lock``.

A lock is taken before what it guards is made, and before what it guards is removed. So two commands
may clean at once, and one may begin while another cleans.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialsim.messages.text import MARKS, Text, joined, message, plural
from dialsim.storage.locks import Lock, LockHeldError, read_note

SHOWN = 50
"""Letters of its name in that of what is written aside, so that both are short enough."""

TEMPORARY, OLD, LOCK = "tmp", "old", "lock"
CLAIM = "claim"
NAME = re.compile(r"(\..+\.(?:[0-9a-f]{16}|claim)\.dialsim-)(tmp|old|lock)", re.DOTALL)

PLACE, NEW, OURS = "place", "new", "ours"
"""What the note of a lock holds while one folder replaces another."""

YOUNG_S = 86_400.0
"""Where the file system has no locks, whatever is younger than this counts as in use."""


@dataclass(frozen=True)
class Leftover:
    """The temporary files of one command, running or killed.

    Attributes
    ----------
    paths
        Files and folders, without the lock.
    alive
        Whether the command still lives, or may: its lock is held, or cannot be asked about.
    pid
        The command's process as it noted it; None if it did not.
    place
        Name of the folder that was about to be replaced: an earlier one may be among `paths`.
    """

    paths: tuple[Path, ...]
    alive: bool
    pid: int | None
    place: str | None


@dataclass
class Cleared:
    """Result of removing leftovers; false if there were none.

    Attributes
    ----------
    removed
        What is gone.
    restored
        Earlier results that were put back in their places.
    """

    removed: list[Path] = field(default_factory=list)
    restored: list[Path] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.removed or self.restored)

    def sentence(self) -> Text:
        """Return one sentence about it; empty if there is nothing to report."""
        parts: list[Text] = []
        if self.removed:
            removed = plural(
                "removed {count} leftover of killed commands in {folders}",
                "removed {count} leftovers of killed commands in {folders}",
            )
            parts.append(removed.of(len(self.removed), folders=_folders(self.removed)))
        if self.restored:
            restored = message("put back what a killed command was about to replace: {names}")
            parts.append(restored.filled(names=", ".join(str(path) for path in self.restored)))
        return joined(MARKS["then"], parts)


def is_staging_name(name: str) -> bool:
    """Return whether a name is one that dialsim gives to temporary files and locks."""
    return NAME.fullmatch(name) is not None


def leftovers(folder: Path) -> list[Leftover]:
    """Return the temporary files in a folder, those of killed commands marked.

    Below the folder nothing is looked at. A folder that is missing or cannot be read has nothing.
    """
    found = []
    for stem, kinds in _by_stem(folder, own=False).items():
        paths = tuple(folder / f"{stem}{kind}" for kind in sorted(kinds - {LOCK}))
        if paths:
            note = read_note(folder / f"{stem}{LOCK}")
            pid = note.get("pid")
            alive = _alive(folder, stem, kinds)
            found.append(
                Leftover(paths, alive, pid if isinstance(pid, int) else None, _place(note))
            )
    return found


def remove_leftovers(folder: Path) -> Cleared:
    """Remove the leftovers of killed commands in a folder, and return what was done.

    An earlier result that was about to be replaced is put back if nothing stands in its place.
    What a living command writes is never touched, no link is followed, and nothing is removed but
    what has a name of :func:`is_staging_name` and is this user's. What cannot be removed stays.
    Never raises OSError.
    """
    cleared = Cleared()
    for stem in _by_stem(folder):
        _clear(folder, stem, cleared)
    _report(cleared)
    return cleared


def restore(place: Path) -> bool:
    """Put back an earlier folder that a killed command was about to replace.

    Does nothing if something stands in its place. Never raises OSError.

    Returns
    -------
    bool
        Whether it stands there now, and did not before.
    """
    if os.path.lexists(place):
        return False
    cleared = Cleared()
    for stem, kinds in _by_stem(place.parent).items():
        if OLD in kinds and _place(read_note(place.parent / f"{stem}{LOCK}")) == place.name:
            _clear(place.parent, stem, cleared)
    _report(cleared)
    return bool(cleared.restored)


_tellers: list[Callable[[str], object]] = []


@contextmanager
def telling(report: Callable[[str], object]) -> Iterator[None]:
    """Pass a sentence to a callback whenever leftovers are removed, in any thread, meanwhile."""
    _tellers.append(report)
    try:
        yield
    finally:
        _tellers.remove(report)


def _report(cleared: Cleared) -> None:
    if cleared:
        for report in tuple(_tellers):
            report(cleared.sentence())


def _clear(folder: Path, stem: str, cleared: Cleared) -> None:
    """Put back, carry over and remove one command's leftovers, if it is dead."""
    lock_path, temporary, old = (folder / f"{stem}{kind}" for kind in (LOCK, TEMPORARY, OLD))
    had_lock, young = os.path.lexists(lock_path), _young((lock_path, temporary, old))
    try:
        lock = Lock(lock_path)
    except (LockHeldError, OSError):
        return
    gone = False
    try:
        if not lock.effective and young:
            gone = not had_lock
            return
        note = read_note(lock_path)
        name = _place(note)
        place = None if name is None else folder / name
        there = os.path.lexists(temporary)
        with suppress(OSError):
            if os.path.lexists(old):
                if place is None:  # nobody knows what it was
                    gone = not had_lock
                    return
                if os.path.lexists(place):
                    carry_over(old, place, _ours(note))
                else:
                    old.rename(place)
                    cleared.restored.append(place)
            elif place is not None and place.is_dir() and note.get(NEW) == number_of(place):
                carry_over(temporary, place, _ours(note))
        gone = not os.path.lexists(old) and remove(temporary)
        if gone and there:
            cleared.removed.append(temporary)
    finally:
        if gone:
            lock.release()
        else:
            lock.leave()


def _by_stem(folder: Path, *, own: bool = True) -> dict[str, set[str]]:
    """Return the kinds of a folder's entries, by the beginning of their names.

    With `own` what another user wrote is left out: in a folder for everybody's temporary files
    anybody may have made such a name.
    """
    found: dict[str, set[str]] = {}
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = NAME.fullmatch(entry.name)
            if match is None:
                continue
            with suppress(OSError):  # it went as another command came to its end
                if not entry.is_symlink() and (not own or _is_own(entry)):
                    found.setdefault(match[1], set()).add(match[2])
    return dict(sorted(found.items()))


def _is_own(entry: os.DirEntry[str]) -> bool:
    if not hasattr(os, "geteuid"):  # Windows, where everybody has such a folder of their own
        return True
    return entry.stat(follow_symlinks=False).st_uid == os.geteuid()


def _alive(folder: Path, stem: str, kinds: set[str]) -> bool:
    paths = [folder / f"{stem}{kind}" for kind in kinds]
    if LOCK not in kinds:  # a lock is there before what it guards, and goes after it
        return False
    try:
        lock = Lock(folder / f"{stem}{LOCK}", make=False)
    except FileNotFoundError:  # it has come to its end
        return False
    except (LockHeldError, OSError):
        return True
    lock.leave()
    return not lock.effective and _young(paths)


def _young(paths: Iterable[Path]) -> bool:
    """Return whether any of these was written recently."""
    times = []
    for path in paths:
        with suppress(OSError):
            times.append(path.stat(follow_symlinks=False).st_mtime)
    return bool(times) and time.time() - max(times) < YOUNG_S


def _place(note: dict[str, Any]) -> str | None:
    name = note.get(PLACE)
    if isinstance(name, str) and name not in ("", ".", "..") and Path(name).name == name:
        return name
    return None


def _ours(note: dict[str, Any]) -> list[str]:
    """Return the noted paths of our own files, without any that leads out of the folder."""
    names = note.get(OURS)
    if not isinstance(names, list):
        return []
    return [
        name
        for name in names
        if isinstance(name, str) and not Path(name).is_absolute() and ".." not in Path(name).parts
    ]


def _folders(paths: Iterable[Path]) -> str:
    return ", ".join(dict.fromkeys(str(path.parent) for path in paths))


def number_of(folder: Path) -> list[int]:
    """Return a folder's identity, independent of its name."""
    found = folder.stat(follow_symlinks=False)
    return [found.st_dev, found.st_ino]


def remove(path: Path) -> bool:
    """Remove a temporary file or folder; return whether it is gone. Never raises."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return not os.path.lexists(path)


def carry_over(old: Path, place: Path, ours: Collection[str]) -> None:
    """Delete our files in a replaced folder, move the others to its successor, and remove it.

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
