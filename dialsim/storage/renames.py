"""Renames of a journal, carried out or undone.

Notes are read as they are found: anybody may have written them.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from dialsim.messages.text import message
from dialsim.storage.file_stamps import digest_of
from dialsim.storage.notes import (
    FIRST,
    FOLDERS,
    JOURNAL,
    NOTE,
    WHOLE,
    PendingError,
    fsync_folder,
    is_of_changes,
    is_path,
    read_json,
    remove_record,
    temporary_files,
    token_of,
    write_whole,
)
from dialsim.storage.plain import ABSENT, NoFileError, is_plain


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
