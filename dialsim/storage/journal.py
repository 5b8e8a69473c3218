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

import errno
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialsim.messages.text import message
from dialsim.storage.locks import Lock, LockHeldError
from dialsim.storage.notes import (
    FIRST,
    FOLDERS,
    JOURNAL,
    LOCK,
    NOTE,
    WHOLE,
    PendingError,
    fsync_folder,
    is_of_changes,
    is_path,
    read_json,
    refuse_others,
    remove_record,
    temporary_files,
    token_of,
    write_whole,
)
from dialsim.storage.plain import ABSENT, NoFileError, is_plain, open_plain


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
        from dialsim.storage.settling import settle

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
        from dialsim.storage.settling import settle

        settle(folder)
        refuse_others(folder)
        with (self.folder / FOLDERS).open("a", encoding="utf-8") as file:
            file.write(json.dumps([self.token, relative(folder, self.folder)]) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._write_first_note(folder)
        (folder / WHOLE).unlink(missing_ok=True)  # of a killed command
        self._folders.append(folder)

    def _write_first_note(self, folder: Path) -> None:
        """Write a folder's note; never overwrite another command's."""
        note, staged_path = folder / NOTE, folder / FIRST
        with staged_path.open("w", encoding="utf-8") as file:
            json.dump(self._note(folder), file)
            file.flush()
            os.fsync(file.fileno())
        try:
            if not _linked(staged_path, note):  # no such links there
                staged_path.replace(note)
        except FileExistsError:
            raise PendingError(
                message("another command is changing files in {folder}").filled(folder=folder)
            ) from None
        finally:
            staged_path.unlink(missing_ok=True)
        fsync_folder(folder)

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


def finish(home: Path, token: str, folders: list[Path]) -> list[Path]:
    """Carry out a journal's renames, then remove journal and notes; safe to repeat.

    Returns
    -------
    list of Path
        Files that somebody has changed since, and which are left as they are.
    """
    notes = {folder: note for folder in folders if (note := read_json(folder / NOTE))}
    notes = {folder: note for folder, note in notes.items() if note["token"] == token}
    for folder in notes:  # all before the first is renamed: any may be moved away in between
        if token_of(folder / WHOLE) != token:
            write_whole(folder / WHOLE, {"token": token})
    left = []
    for folder, note in notes.items():
        left += finish_folder(folder, note)
    remove_records(home, token, folders)
    return left


def finish_folder(folder: Path, note: dict[str, Any]) -> list[Path]:
    """Carry out one folder's renames; return the files changed since, which stay.

    Raises
    ------
    PendingError
        A file cannot be replaced; the text names it, and says who can act.
    """
    left = []
    touched = {folder}
    changes = note.get("changes")
    for entry in changes if isinstance(changes, list) else []:
        if not _is_inside(folder, entry):
            continue
        staged_path, path = folder / entry["aside"], folder / entry["name"]
        try:
            found = digest_of(path)
        except NoFileError:
            found = ""
        if found == entry["before"]:
            _replace(staged_path, path)
            touched.add(path.parent)
        else:
            staged_path.unlink()
            left += [] if found == entry.get("after") else [path]
    for each in touched:
        fsync_folder(each)
    return left


def undo_folder(folder: Path) -> None:
    """Remove a folder's temporary files, its note, and then the mark."""
    for path in temporary_files(folder):
        path.unlink(missing_ok=True)
    for name in (FIRST, f"{WHOLE}.tmp", NOTE, WHOLE):
        remove_record(folder / name)


def remove_records(home: Path, token: str, folders: list[Path]) -> None:
    """Remove the temporary files and notes of some folders, and the journal."""
    for folder in folders:
        if folder != home and token_of(folder / NOTE) == token:
            undo_folder(folder)
        elif folder != home:
            for path in (folder / FIRST, folder / WHOLE):
                if token_of(path) == token:
                    remove_record(path)
    for path in temporary_files(home):
        path.unlink(missing_ok=True)
    # without its note the journal means nothing
    for name in (FOLDERS, FIRST, f"{JOURNAL}.tmp", f"{WHOLE}.tmp", WHOLE, NOTE, JOURNAL):
        remove_record(home / name)
    fsync_folder(home)


def check_replaceable(path: Path, staged_path: Path) -> None:
    """Refuse a file that this user may not replace, as far as the system reports.

    Raises
    ------
    PermissionError
        The folder may not be written, or is one for everybody, in which each removes their own.
    OSError
        The folder is on another disk than what was written aside.
    """
    above = path.parent.stat()
    effective = os.access in os.supports_effective_ids
    if not os.access(path.parent, os.W_OK | os.X_OK, effective_ids=effective):
        raise PermissionError(
            errno.EACCES, message("the folder may not be written"), str(path.parent)
        )
    if above.st_dev != staged_path.stat().st_dev:
        raise OSError(errno.EXDEV, message("the folder is on another disk"), str(path.parent))
    if not hasattr(os, "geteuid") or not above.st_mode & stat.S_ISVTX:
        return
    try:
        owners = {above.st_uid, path.stat(follow_symlinks=False).st_uid}
    except FileNotFoundError:
        return
    if os.geteuid() not in (0, *owners):
        what = message(
            "the file is another user's, in a folder where each may replace only their own"
        )
        raise PermissionError(errno.EPERM, what, str(path))


def _replace(staged_path: Path, path: Path) -> None:
    try:
        staged_path.replace(path)
    except OSError as error:
        raise PendingError(
            message(
                "{path} cannot be replaced ({strerror}): what was begun is "
                "finished by the next command of its owner, or of whoever else "
                "may replace files in {parent}"
            ).filled(path=path, strerror=error.strerror, parent=path.parent),
            error.errno,
        ) from error


def digest_of(path: Path) -> str | None:
    """Return the digest of a file's content; None if there is no file.

    Raises
    ------
    OSError
        It cannot be read, or is no regular file.
    """
    try:
        with open_plain(path) as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).hexdigest()
    except FileNotFoundError:
        return None


def stamp_of(path: Path) -> tuple[int, int, int]:
    """Return a stamp that changes with every write to a file: inode, size and time."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return found.st_ino, found.st_size, found.st_mtime_ns


def _entry(path: Path, change: _Change) -> dict[str, Any]:
    with change.staged_path.open("rb+") as file:
        os.fsync(file.fileno())
    return {
        "aside": change.staged_path.name,
        "name": path.relative_to(change.folder).as_posix(),
        "before": digest_of(path),
        "after": digest_of(change.staged_path),
    }


def _linked(path: Path, name: Path) -> bool:
    """Create a hard link to a file; return False if the file system has none.

    Raises
    ------
    FileExistsError
        The name is taken.
    """
    try:
        os.link(path, name)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(name):
            raise FileExistsError(name) from None
        return False
    return True


def _is_inside(folder: Path, entry: Any) -> bool:
    """Return whether a note, which is untrusted input, stays within its folder.

    What was written aside must be there still.
    """
    if not isinstance(entry, dict) or "before" not in entry:
        return False
    staged_path, written = entry.get("aside"), entry.get("name")
    if not isinstance(staged_path, str) or not isinstance(written, str):
        return False
    if not is_path(staged_path) or not is_path(written):
        return False
    name = Path(written)
    if (
        Path(staged_path).name != staged_path
        or not is_of_changes(staged_path)
        or staged_path == NOTE
    ):
        return False
    if name.is_absolute() or ".." in name.parts or not name.parts or is_of_changes(name.name):
        return False
    path = folder / name
    try:
        if any((folder / each).is_symlink() for each in list(name.parents)[:-1]):
            return False
        with suppress(FileNotFoundError):
            path.stat()
        return path.parent.is_dir() and is_plain(folder / staged_path)
    except OSError as error:
        if error.errno in ABSENT:  # no file can have this name
            return False
        raise


def _real(path: Path) -> Path:
    """Return a path with its folder resolved; a link at its end stays a link."""
    return Path(os.path.realpath(path.parent)) / path.name


def relative(path: Path, folder: Path) -> str:
    """Return the path relative to a folder; the path itself if there is none."""
    try:
        return os.path.relpath(path, folder)
    except ValueError:  # on another drive
        return str(path)
