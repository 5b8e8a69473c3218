"""Files in several folders that change together or not at all, however their command ends.

Each folder in which something is to change gets a note before anything is written into it. What is
to take the place of a file is written beside it, and all of it is on the disk before a journal says
so; only then are files renamed. A command that meets a note of a dead one finishes what has a
journal and undoes what has none: see :mod:`dialsim.storage.settling`.

Names, in every folder: ``.dialsim-changes`` is the note, ``.dialsim-changes.N`` what is written
aside. In the folder whose command it is there are also ``.folders``, ``.journal`` and ``.lock``.
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

from dialsim.storage.locks import Lock, LockHeldError

NOTE = ".dialsim-changes"
FOLDERS, JOURNAL, LOCK = (f"{NOTE}.{name}" for name in ("folders", "journal", "lock"))


class PendingError(OSError):
    """Another command is just changing a folder, or what it left there cannot be read."""

    def __init__(self, message: str) -> None:
        super().__init__(errno.EBUSY, message)

    def __str__(self) -> str:
        return str(self.strerror)


class ChangedError(OSError):
    """A file that was to be replaced is not what it was."""


@dataclass
class _Change:
    folder: Path
    aside: Path
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
        From :meth:`aside`: another command changes this folder.
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
        """Return where the content is that a file is going to have; itself, if none was written."""
        change = self._changes.get(_real(path))
        return path if change is None else change.aside

    def aside(self, path: Path, folder: Path | None = None) -> Path:
        """Return where to write what shall take the place of a file.

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
        aside = home / f"{NOTE}.{self._count}{path.suffix}"
        earlier = self._changes.get(path)
        seen = stamp_of(path) if earlier is None else earlier.seen
        self._changes[path] = _Change(home, aside, seen)
        return aside

    @contextmanager
    def part(self) -> Iterator[None]:
        """Let go of the replacements of a block that ends with an error; those before it stay."""
        before = dict(self._changes)
        try:
            yield
        except BaseException:
            self._changes = before
            raise

    def commit(self) -> None:
        """Put everything in its place.

        Raises
        ------
        ChangedError
            Somebody else has changed a file meanwhile. Nothing was changed.
        OSError
            The journal cannot be written, and nothing was changed; or a file cannot be replaced,
            and the next command tries again.
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
                raise ChangedError(f"{path} was changed meanwhile")
        names = [relative(each, self.folder) for each in self._folders]
        record = {"token": self.token, "folders": names}
        write_whole(self.folder / JOURNAL, record)
        finish(self.folder, self.token, self._folders)
        self._let_go()

    def close(self) -> None:
        """Undo what was not committed, and remove what was written aside."""
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
        try:
            self._lock = Lock(self.folder / LOCK)
        except LockHeldError:
            raise PendingError(f"another command is changing files in {self.folder}") from None
        self._lock.write_note()
        if os.path.lexists(self.folder / NOTE):
            self._let_go()
            raise PendingError(f"another command is changing files in {self.folder}")
        for name in (FOLDERS, JOURNAL):  # of a command that was killed as it let go
            (self.folder / name).unlink(missing_ok=True)
        try:
            self._take(self.folder)
        except BaseException:
            self._let_go()
            raise

    def _take(self, folder: Path) -> None:
        """Write down that a folder is about to be changed, there and in the folder of all."""
        from dialsim.storage.settling import settle

        settle(folder)
        with (self.folder / FOLDERS).open("a", encoding="utf-8") as file:
            file.write(json.dumps([self.token, relative(folder, self.folder)]) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._write_first_note(folder)
        self._folders.append(folder)

    def _write_first_note(self, folder: Path) -> None:
        """Write a folder's note, in place of no other's."""
        note, aside = folder / NOTE, folder / f"{NOTE}.note"
        with aside.open("w", encoding="utf-8") as file:
            json.dump(self._note(folder), file)
            file.flush()
            os.fsync(file.fileno())
        try:
            if not _linked(aside, note):  # no such links there
                aside.replace(note)
        except FileExistsError:
            raise PendingError(f"another command is changing files in {folder}") from None
        finally:
            aside.unlink(missing_ok=True)
        fsync_folder(folder)

    def _note(self, folder: Path, changes: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        ways = [relative(self.folder, folder), str(self.folder)]
        return {"token": self.token, "for": ways, "changes": changes}

    def _remove_superseded(self) -> None:
        """Remove what was written aside and is not to take any place."""
        kept = {change.aside for change in self._changes.values()}
        for folder in self._folders:
            for path in _written_aside(folder):
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
    """Give changes to take part in; with none of a caller's, some that take place at the end."""
    if changes is not None:
        with changes.part():
            yield changes
        return
    with Changes(folder) as alone:
        yield alone
        alone.commit()


def finish(home: Path, token: str, folders: list[Path]) -> list[Path]:
    """Rename what a journal says, and remove journal and notes; again, if it was begun before.

    Returns
    -------
    list of Path
        Files that somebody has changed since, and which are left as they are.
    """
    left = []
    for folder in folders:
        note = read_json(folder / NOTE)
        if note.get("token") == token:
            left += finish_folder(folder, note)
    remove_records(home, token, folders)
    return left


def finish_folder(folder: Path, note: dict[str, Any]) -> list[Path]:
    """Rename what the note of one folder says; return what was changed since, and is left."""
    left = []
    touched = {folder}
    changes = note.get("changes")
    for entry in changes if isinstance(changes, list) else []:
        if not _is_inside(folder, entry):
            continue
        aside, path = folder / entry["aside"], folder / entry["name"]
        if not os.path.lexists(aside):
            continue
        found = digest_of(path)
        if found == entry["before"]:
            aside.replace(path)
            touched.add(path.parent)
        else:
            aside.unlink()
            left += [] if found == entry.get("after") else [path]
    for each in touched:
        fsync_folder(each)
    return left


def undo_folder(folder: Path) -> None:
    """Remove what was written aside in one folder, then its note."""
    for path in _written_aside(folder):
        with suppress(FileNotFoundError):
            path.unlink()
    (folder / f"{NOTE}.note").unlink(missing_ok=True)
    (folder / NOTE).unlink(missing_ok=True)


def remove_records(home: Path, token: str, folders: list[Path]) -> None:
    """Remove what was written aside in some folders, their notes, and the journal."""
    for folder in folders:
        if folder != home and read_json(folder / NOTE).get("token") == token:
            undo_folder(folder)
        elif folder != home and read_json(folder / f"{NOTE}.note").get("token") == token:
            (folder / f"{NOTE}.note").unlink(missing_ok=True)
    for path in _written_aside(home):
        path.unlink(missing_ok=True)
    for name in (FOLDERS, f"{NOTE}.note", f"{JOURNAL}.tmp", NOTE, JOURNAL):
        (home / name).unlink(missing_ok=True)  # without its note the journal means nothing
    fsync_folder(home)


def write_whole(path: Path, value: dict[str, Any]) -> None:
    """Write a small file aside, onto the disk, and give it its name."""
    aside = path.with_name(path.name + ".tmp")
    with aside.open("w", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    fsync_folder(path.parent)


def read_json(path: Path) -> dict[str, Any]:
    """Return what a note or journal says; empty if there is none, or none that can be read."""
    try:
        if not stat.S_ISREG(path.stat(follow_symlinks=False).st_mode):
            return {}
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def digest_of(path: Path) -> str | None:
    """Return the digest of a file's content; None if there is no file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).hexdigest()
    except FileNotFoundError:
        return None


def stamp_of(path: Path) -> tuple[int, int, int]:
    """Return what changes if somebody writes a file: its number, size and time."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return found.st_ino, found.st_size, found.st_mtime_ns


def fsync_folder(folder: Path) -> None:
    """See that the names in a folder are on the disk, where a system can be asked for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _entry(path: Path, change: _Change) -> dict[str, Any]:
    with change.aside.open("rb+") as file:
        os.fsync(file.fileno())
    return {
        "aside": change.aside.name,
        "name": path.relative_to(change.folder).as_posix(),
        "before": digest_of(path),
        "after": digest_of(change.aside),
    }


def _linked(path: Path, name: Path) -> bool:
    """Give a file another name; return False where files have one name alone.

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
    """Return whether what a note says, which anybody may have written, stays in its folder."""
    if not isinstance(entry, dict) or "before" not in entry:
        return False
    aside, written = entry.get("aside"), entry.get("name")
    if not isinstance(aside, str) or not isinstance(written, str) or "\0" in aside + written:
        return False
    name = Path(written)
    if Path(aside).name != aside or not aside.startswith(f"{NOTE}."):
        return False
    if name.is_absolute() or ".." in name.parts or not name.parts:
        return False
    above = [folder / each for each in list(name.parents)[:-1]]
    return not any(each.is_symlink() for each in above)


def _written_aside(folder: Path) -> list[Path]:
    """Return what was written aside in a folder, whole or not."""
    records = {FOLDERS, JOURNAL, LOCK, f"{NOTE}.note", f"{JOURNAL}.tmp"}
    found = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(f"{NOTE}.") and entry.name not in records:
                mode = entry.stat(follow_symlinks=False).st_mode
                if not stat.S_ISDIR(mode):
                    found.append(folder / entry.name)
    return found


def _real(path: Path) -> Path:
    """Return a path by the real folder that it is in; a link at its end stays one."""
    return Path(os.path.realpath(path.parent)) / path.name


def relative(path: Path, folder: Path) -> str:
    """Return the way from a folder to a path; the path itself if there is none."""
    try:
        return os.path.relpath(path, folder)
    except ValueError:  # on another drive
        return str(path)
