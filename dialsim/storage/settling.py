"""Recovery after a killed command: changes with a journal are finished, others undone.

Asked of every folder from which a run or a list is about to be read; where nothing is pending that
costs one look at a name.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
import time  # det-ok: how long a reader waits changes no result
from contextlib import suppress
from pathlib import Path
from typing import Any

from dialsim.messages.terminal import for_terminal
from dialsim.messages.text import message
from dialsim.storage.locks import Lock, LockHeldError
from dialsim.storage.notes import (
    FOLDERS,
    JOURNAL,
    LOCK,
    NOTE,
    WHOLE,
    PendingError,
    folder_of_our_name,
    is_path,
    journal_of,
    names_of_changes,
    read_json,
    remove_record,
    token_of,
)
from dialsim.storage.plain import ABSENT, NoFileError, open_plain
from dialsim.storage.renames import finish, finish_folder, remove_records, undo_folder

WAIT_S = 10.0
"""How long to wait for a living command that renames files just now."""

_PAUSE_S = 0.05


def settle(folder: Path) -> None:
    """Finish or undo a killed command's changes in a folder, and report it on stderr.

    What a living command still writes aside is left alone: until it renames, all is as it was.

    Raises
    ------
    PendingError
        A living command renames files for longer than a reader waits; or what a dead one left
        cannot be read or finished: the text names the file.
    OSError
        A folder cannot be written.
    """
    if not os.path.lexists(folder / NOTE):
        return
    folder = Path(os.path.realpath(folder))
    if (folder / NOTE).is_dir() and not (folder / NOTE).is_symlink():
        return  # somebody's own
    note = read_json(folder / NOTE)
    token = note.get("token")
    whole = False
    if isinstance(token, str):
        home = _home(folder, note)
        whole = bool(note.get("changes"))  # of a folder that was moved away: it has what is its own
        if home is None:
            whole = whole and token_of(folder / WHOLE) == token
        else:
            outcome = _settle_all(home, token)
            if outcome is None or token_of(folder / NOTE) != token:
                return
            whole = whole and outcome
    left = finish_folder(folder, note) if whole else []
    undo_folder(folder)
    _report(folder, whole, left)


def sweep(folder: Path) -> None:
    """Settle a folder, and remove files that a command left before it wrote a note.

    For whoever looks through whole folders: it reads all names.

    Raises
    ------
    OSError
        As for :func:`settle`.
    """
    settle(folder)
    names = [name for name, kind in names_of_changes(folder) if kind != stat.S_IFDIR]
    if not names or os.path.lexists(folder / NOTE):
        return
    try:
        lock = _lock_in(folder)
    except LockHeldError:
        return
    try:
        for name in names:
            if name != LOCK:
                (folder / name).unlink(missing_ok=True)
    finally:
        lock.release()


def _settle_all(home: Path, token: str) -> bool | None:
    """Finish or undo all changes of one command.

    Returns
    -------
    bool or None
        Whether it had a journal; None: it lives, and what it began is its own.
    """
    try:
        lock = _locked(home, token)
    except OSError as error:
        held = isinstance(error, PendingError) and error.errno == errno.EBUSY
        if held or os.path.lexists(home / JOURNAL):
            raise
        return None  # nothing was changed yet, and nothing can be removed
    if lock is None:
        return None
    try:
        folders = journal_of(home, token)
        if folders is not None:
            _report(home, True, finish(home, token, folders))
            return True
        remove_records(home, token, _folders(home, token))
        _report(home, False, [])
        return False
    finally:
        lock.release()


def _locked(home: Path, token: str) -> Lock | None:
    """Return the lock of a dead command's changes; None if it lives and has renamed nothing."""
    until = time.monotonic() + WAIT_S
    while True:
        try:
            return _lock_in(home)
        except LockHeldError as error:
            if not os.path.lexists(home / JOURNAL):
                return None
            if time.monotonic() > until:
                sentence = message(
                    "another command (process {pid}) is changing files in {home}"
                ).filled(pid=error.pid, home=home)
                raise PendingError(sentence) from None
        time.sleep(_PAUSE_S)
        if token_of(home / NOTE) != token:
            return None


def _lock_in(home: Path) -> Lock:
    """Lock a folder's changes; replace a link or pipe of that name."""
    path = home / LOCK
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(path.stat(follow_symlinks=False).st_mode):
            remove_record(path)
    try:
        return Lock(path)
    except IsADirectoryError:
        raise folder_of_our_name(path) from None


def _home(folder: Path, note: dict[str, Any]) -> Path | None:
    """Return the folder that keeps, or would keep, the journal: the one that knows the command."""
    ways, unread = note.get("for"), None
    for way in ways if isinstance(ways, list) else []:
        if not is_path(way):
            continue
        home = Path(os.path.realpath(folder / way))
        try:
            found = token_of(home / NOTE)
        except PendingError as error:
            sentence = message(
                "{value} belongs to what another command changes, but {error}"
            ).filled(value=folder / NOTE, error=error)
            unread = PendingError(sentence, error.errno)
            continue
        if found == note["token"]:
            return home
    if unread is not None:
        raise unread
    return None


def _folders(home: Path, token: str) -> list[Path]:
    """Return the folders that a command was about to change."""
    try:
        with open_plain(home / FOLDERS, follow=False) as file:
            lines = file.read().decode("utf-8", "replace").splitlines()
    except NoFileError:
        return []
    except OSError as error:
        if error.errno in ABSENT:
            return []
        sentence = message("{value} cannot be read ({strerror}): try again, or remove it").filled(
            value=home / FOLDERS, strerror=error.strerror
        )
        raise PendingError(sentence, error.errno) from None
    found = []
    for line in lines:
        with suppress(ValueError, TypeError, RecursionError):
            of, name = json.loads(line)
            if of == token and is_path(name):
                found.append(Path(os.path.realpath(home / name)))
    return found


def _report(folder: Path, whole: bool, left: list[Path]) -> None:
    """Return a sentence about what was done."""
    names = ", ".join(str(path) for path in left)
    if not whole:
        done = message(
            "undid in {folder} what an interrupted `dialsim forget` had begun; forget again"
        )
    elif left:
        done = message(
            "finished in {folder} what an interrupted `dialsim forget` had begun, but for {names}, "
            "changed since by somebody: forget again"
        )
    else:
        done = message("finished in {folder} what an interrupted `dialsim forget` had begun")
    text = message("dialsim: {done}").filled(done=done.filled(folder=folder, names=names))
    sys.stderr.write(f"{for_terminal(text)}\n")
