"""Notes and journals of changes: atomic writes, and validation on reading.

Anybody may have written them, and a disk may have damaged them. What is no regular file, no JSON or
not of our form is no note; what cannot be read just now is not taken for missing.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from dialsim.messages.text import message
from dialsim.storage.plain import ABSENT, NoFileError, open_plain

NOTE = ".dialsim-changes"
FOLDERS, JOURNAL, LOCK, FIRST, WHOLE = (
    f"{NOTE}.{name}" for name in ("folders", "journal", "lock", "note", "whole")
)
RECORDS = frozenset({FOLDERS, JOURNAL, LOCK, FIRST, WHOLE, f"{JOURNAL}.tmp", f"{WHOLE}.tmp"})


class PendingError(OSError):
    """Another command is changing a folder, or an unfinished change cannot be settled."""

    def __init__(self, message: str, number: int | None = errno.EBUSY) -> None:
        super().__init__(number, message)

    def __str__(self) -> str:
        return str(self.strerror)


def is_of_changes(name: str) -> bool:
    """Return whether a file name is that of a note, a journal or a temporary file."""
    return name == NOTE or name.startswith(f"{NOTE}.")


def is_path(value: object) -> bool:
    """Return whether a value read from a file can be a path at all."""
    if not isinstance(value, str) or "\0" in value:
        return False
    with suppress(UnicodeEncodeError):  # half a surrogate pair
        return bool(os.fsencode(value))
    return False


def read_json(path: Path) -> dict[str, Any]:
    """Return the content of a note or journal; empty if there is none, or none of ours.

    Raises
    ------
    PendingError
        It is there and cannot be read.
    """
    try:
        with open_plain(path, follow=False) as file:
            found = json.loads(file.read().decode())
    except (NoFileError, ValueError, RecursionError):
        return {}
    except OSError as error:
        if error.errno in ABSENT:
            return {}
        sentence = message("{path} cannot be read ({strerror}): try again, or remove it").filled(
            path=path, strerror=error.strerror
        )
        raise PendingError(sentence, error.errno) from None
    return found if isinstance(found, dict) and isinstance(found.get("token"), str) else {}


def token_of(path: Path) -> str | None:
    """Return the owner's token in the name of a note, journal or mark; None if it has none.

    Raises
    ------
    PendingError
        It is there and cannot be read.
    """
    token = read_json(path).get("token")
    return token if isinstance(token, str) else None


def journal_of(home: Path, token: str) -> list[Path] | None:
    """Return the folders that a command's journal will change; None if it has no journal.

    Raises
    ------
    PendingError
        It is damaged, or cannot be read: nobody knows what was renamed.
    """
    journal = read_json(home / JOURNAL)
    if journal and journal["token"] != token:
        return None
    names = journal.get("folders")
    if isinstance(names, list) and all(is_path(name) for name in names):
        return [Path(os.path.realpath(home / name)) for name in names]
    if not journal and not _is_file(home / JOURNAL):
        return None
    raise PendingError(
        message(
            "{count} is damaged: nobody knows which files were already "
            "replaced; remove it, and what is written aside is removed, too"
        ).filled(count=home / JOURNAL)
    )


def write_whole(path: Path, value: dict[str, Any]) -> None:
    """Write a small file under a temporary name, sync it, and rename it.

    Raises
    ------
    PendingError
        A folder has one of the names.
    OSError
        It cannot be written.
    """
    temporary = path.with_name(path.name + ".tmp")
    for each in (temporary, path):
        if each.is_dir() and not each.is_symlink():
            raise folder_of_our_name(each)
    temporary.unlink(missing_ok=True)  # it may be a link or a pipe
    with temporary.open("x", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    fsync_folder(path.parent)


def write_first_note(folder: Path, note: dict[str, Any]) -> None:
    """Write a folder's note; never overwrite another command's.

    Raises
    ------
    PendingError
        Another command has a note there.
    OSError
        It cannot be written.
    """
    path, staged_path = folder / NOTE, folder / FIRST
    with staged_path.open("w", encoding="utf-8") as file:
        json.dump(note, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        if not _linked(staged_path, path):  # no such links there
            staged_path.replace(path)
    except FileExistsError:
        raise PendingError(
            message("another command is changing files in {folder}").filled(folder=folder)
        ) from None
    finally:
        staged_path.unlink(missing_ok=True)
    fsync_folder(folder)


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


def fsync_folder(folder: Path) -> None:
    """Sync a folder's entries to disk, where the system supports it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def names_of_changes(folder: Path) -> list[tuple[str, int]]:
    """Return a folder's entries that belong to changes, each with its kind.

    A folder that is missing has none.
    """
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if is_of_changes(entry.name):
                    with suppress(FileNotFoundError):  # it went as another command came to its end
                        mode = entry.stat(follow_symlinks=False).st_mode
                        found.append((entry.name, stat.S_IFMT(mode)))
    except OSError as error:
        if error.errno not in ABSENT:
            raise
    return found


def temporary_files(folder: Path) -> list[Path]:
    """Return the temporary files in a folder, complete or not."""
    return [
        folder / name
        for name, kind in names_of_changes(folder)
        if name != NOTE and name not in RECORDS and kind != stat.S_IFDIR
    ]


def remove_record(path: Path) -> None:
    """Remove a file of ours if it exists; leave a folder of that name."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        if path.is_symlink() or not path.is_dir():
            raise


def refuse_others(folder: Path) -> None:
    """Remove non-files from the names that changes will use: nothing is written into them.

    Raises
    ------
    PendingError
        A folder has such a name.
    """
    for name, kind in names_of_changes(folder):
        if kind == stat.S_IFDIR:
            raise folder_of_our_name(folder / name)
        if kind != stat.S_IFREG:
            (folder / name).unlink(missing_ok=True)


def folder_of_our_name(path: Path) -> PendingError:
    """Return the error for a folder that has one of our names."""
    what = message("this is a folder, and dialsim writes a file of that name: remove it")
    return PendingError(f"{path}: {what}", errno.EISDIR)


def _is_file(path: Path) -> bool:
    with suppress(OSError):
        return stat.S_ISREG(path.stat(follow_symlinks=False).st_mode)
    return False
