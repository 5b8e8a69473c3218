"""Journalled changes of several files: all or none take place, however the command ends.

Each folder in which something is to change gets a note before anything is written into it. What is
to take the place of a file is written beside it, and all of it is on the disk before a journal says
so; only then are files renamed. A command that meets a note of a dead one finishes what has a
journal and undoes what has none: see :mod:`dialsim.storage.settling`.

Names, in every folder: ``.dialsim-changes`` is the note, ``.dialsim-changes.N`` what is written
aside, ``.dialsim-changes.whole`` the mark that the journal was on the disk: a folder that is moved
away is finished by it. In the folder whose command it is there are also ``.folders``, ``.journal``
and ``.lock``.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialsim.messages.text import message
from dialsim.storage.file_stamps import check_replaceable, digest_of, stamp_of
from dialsim.storage.locks import Lock, LockHeldError
from dialsim.storage.notes import (
    FOLDERS,
    JOURNAL,
    LOCK,
    NOTE,
    WHOLE,
    PendingError,
    fsync_folder,
    refuse_others,
    temporary_files,
    write_first_note,
    write_whole,
)
from dialsim.storage.renames import finish, remove_records
from dialsim.storage.settling import settle


class ChangedError(OSError):
    """A file to be replaced was changed by somebody else meanwhile."""


@dataclass
class _Change:
    folder: Path
    staged_path: Path
    seen: tuple[int, int, int]


class Changes:
    """Replacements of files that take place together at :meth:`commit`.

    A context: without a commit everything stays as it was, and nothing is left.

    Parameters
    ----------
    folder
        Keeps the journal. Written to with the first replacement.

    Raises
    ------
    PendingError
        From :meth:`staged_path`: another command changes this folder.
    OSError
        A folder cannot be written; then it is as it was.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(os.path.realpath(folder))
        self.token = secrets.token_hex(8)
        self._changes: dict[Path, _Change] = {}
        self._folders: list[Path] = []
        self._lock: Lock | None = None
        self._count = 0

    def now(self, path: Path) -> Path:
        """Return the path of a file's new content, or its own path if none was written."""
        change = self._changes.get(_real(path))
        return path if change is None else change.staged_path

    def staged_path(self, path: Path, folder: Path | None = None) -> Path:
        """Return the temporary path for the content that will replace a file.

        Parameters
        ----------
        path
            The file; what it is now can be read, also from an earlier name aside, until then.
        folder
            Above the file and on its disk; has the note and what is written aside. Given anew for
            every file of one result, it is read again whole wherever it is moved. None: the file's.
        """
        path = _real(path)
        home = path.parent if folder is None else Path(os.path.realpath(folder))
        if not path.is_relative_to(home):  # a link leads out of it
            home = path.parent
        self._enter(home)
        self._count += 1
        staged_path = home / f"{NOTE}.{self._count}{path.suffix}"
        earlier = self._changes.get(path)
        seen = stamp_of(path) if earlier is None else earlier.seen
        self._changes[path] = _Change(home, staged_path, seen)
        return staged_path

    @contextmanager
    def part(self) -> Iterator[None]:
        """Drop the replacements of a block that ends with an error; earlier ones stay."""
        before = dict(self._changes)
        try:
            yield
        except BaseException:
            self._changes = before
            raise

    def commit(self) -> None:
        """Rename every replacement to its place.

        Raises
        ------
        ChangedError
            Somebody else has changed a file meanwhile. Nothing was changed.
        PendingError
            Some files were replaced, and another cannot be: it is named, and the journal stays, so
            that the next command tries again. Or all were but those named, which somebody changed
            in the very moment before.
        OSError
            A file may not be replaced, or the disk is full. Nothing was changed.
        """
        if not self._changes:
            self.close()
            return
        self._remove_superseded()
        entries: dict[Path, list[dict[str, Any]]] = {}
        for path, change in self._changes.items():
            entries.setdefault(change.folder, []).append(_entry(path, change))
        for folder, changes in entries.items():
            write_whole(folder / NOTE, self._note(folder, changes))
        for path, change in self._changes.items():
            if stamp_of(path) != change.seen:
                raise ChangedError(message("{path} was changed meanwhile").filled(path=path))
        names = [relative(each, self.folder) for each in self._folders]
        for path, change in self._changes.items():
            check_replaceable(path, change.staged_path)
        record = {"token": self.token, "folders": names}
        asides = [change.staged_path for change in self._changes.values()]
        try:
            write_whole(self.folder / JOURNAL, record)
            left = finish(self.folder, self.token, self._folders)
        except OSError as error:
            if not all(os.path.lexists(staged_path) for staged_path in asides):
                raise
            self._withdraw()  # nothing was replaced
            raise error.__cause__ or error from None
        self._let_go()
        if left:
            sentence = message("everything else was changed, but somebody changed meanwhile: ")
            raise PendingError(sentence + ", ".join(str(path) for path in left))

    def _withdraw(self) -> None:
        """Remove the marks, then the journal: if killed, recovery finishes or undoes it."""
        for folder in self._folders:
            (folder / WHOLE).unlink(missing_ok=True)
        (self.folder / JOURNAL).unlink(missing_ok=True)
        fsync_folder(self.folder)

    def close(self) -> None:
        """Undo what was not committed and remove the temporary files."""
        if self._lock is None or os.path.lexists(self.folder / JOURNAL):
            self._let_go()  # a journal stays for the next command
            return
        try:
            remove_records(self.folder, self.token, self._folders)
        finally:
            self._let_go()

    def _enter(self, folder: Path) -> None:
        if self._lock is None:
            self._begin()
        if folder not in self._folders:
            self._take(folder)

    def _begin(self) -> None:
        settle(self.folder)
        refuse_others(self.folder)
        try:
            self._lock = Lock(self.folder / LOCK)
        except LockHeldError:
            raise PendingError(
                message("another command is changing files in {folder}").filled(folder=self.folder)
            ) from None
        self._lock.write_note()
        if os.path.lexists(self.folder / NOTE):
            self._let_go()
            raise PendingError(
                message("another command is changing files in {folder}").filled(folder=self.folder)
            )
        for name in (FOLDERS, JOURNAL):  # of a command that was killed as it let go
            (self.folder / name).unlink(missing_ok=True)
        try:
            self._take(self.folder)
        except BaseException:
            self._let_go()
            raise

    def _take(self, folder: Path) -> None:
        """Record that a folder is about to change, in it and in the common folder."""
        settle(folder)
        refuse_others(folder)
        with (self.folder / FOLDERS).open("a", encoding="utf-8") as file:
            file.write(json.dumps([self.token, relative(folder, self.folder)]) + "\n")
            file.flush()
            os.fsync(file.fileno())
        write_first_note(folder, self._note(folder))
        (folder / WHOLE).unlink(missing_ok=True)  # of a killed command
        self._folders.append(folder)

    def _note(self, folder: Path, changes: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        ways = [relative(self.folder, folder), str(self.folder)]
        return {"token": self.token, "for": ways, "changes": changes}

    def _remove_superseded(self) -> None:
        """Remove temporary files that no longer replace anything."""
        kept = {change.staged_path for change in self._changes.values()}
        for folder in self._folders:
            for path in temporary_files(folder):
                if path not in kept:
                    path.unlink()

    def _let_go(self) -> None:
        self._changes.clear()
        self._folders.clear()
        if self._lock is not None:
            lock, self._lock = self._lock, None
            lock.release()

    def __enter__(self) -> Changes:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()


@contextmanager
def together(changes: Changes | None, folder: Path) -> Iterator[Changes]:
    """Yield the caller's changes to join, or new ones that are committed at the end."""
    if changes is not None:
        with changes.part():
            yield changes
        return
    with Changes(folder) as alone:
        yield alone
        alone.commit()


def _entry(path: Path, change: _Change) -> dict[str, Any]:
    with change.staged_path.open("rb+") as file:
        os.fsync(file.fileno())
    return {
        "aside": change.staged_path.name,
        "name": path.relative_to(change.folder).as_posix(),
        "before": digest_of(path),
        "after": digest_of(change.staged_path),
    }


def _real(path: Path) -> Path:
    """Return a path with its folder resolved; a link at its end stays a link."""
    return Path(os.path.realpath(path.parent)) / path.name


def relative(path: Path, folder: Path) -> str:
    """Return the path relative to a folder; the path itself if there is none."""
    try:
        return os.path.relpath(path, folder)
    except ValueError:  # on another drive
        return str(path)
