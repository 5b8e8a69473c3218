"""What a dead command began to change: finished by whoever meets it if it had a journal, or undone.

Asked of every folder from which a run or a list is about to be read; where nothing is pending that
costs one look at a name.
"""

from __future__ import annotations

import json
import os
import sys
import time  # det-ok: how long a reader waits changes no result
from contextlib import suppress
from pathlib import Path
from typing import Any

from dialsim.storage.journal import (
    FOLDERS,
    JOURNAL,
    LOCK,
    NOTE,
    PendingError,
    finish,
    finish_folder,
    read_json,
    remove_records,
    undo_folder,
)
from dialsim.storage.locks import Lock, LockHeldError

WAIT_S = 10.0
"""How long to wait for a living command that renames files just now."""

_PAUSE_S = 0.05


def settle(folder: Path) -> None:
    """Finish or undo what a dead command began to change in a folder, and say so on stderr.

    What a living command still writes aside is left alone: until it renames, all is as it was.

    Raises
    ------
    PendingError
        A living command renames files for longer than a reader waits.
    OSError
        It cannot be finished: a folder cannot be written.
    """
    if not os.path.lexists(folder / NOTE):
        return
    folder = Path(os.path.realpath(folder))
    note = read_json(folder / NOTE)
    token = str(note.get("token"))
    home = _home(folder, note)
    whole = bool(note.get("changes"))  # of a folder that was moved away: it has what is its own
    if home is not None:
        outcome = _settle_all(home, token)
        if outcome is None or read_json(folder / NOTE).get("token") != token:
            return
        whole = whole and outcome
    left = finish_folder(folder, note) if whole else []
    undo_folder(folder)
    _say(folder, whole, left)


def sweep(folder: Path) -> None:
    """Settle a folder, and remove what a command left there before it had written a note.

    For whoever looks through whole folders: it reads all names.

    Raises
    ------
    OSError
        As for :func:`settle`.
    """
    settle(folder)
    names = [name for name in _names(folder) if is_of_changes(name)]
    if not names or os.path.lexists(folder / NOTE):
        return
    try:
        lock = Lock(folder / LOCK)
    except LockHeldError:
        return
    try:
        for name in names:
            if name != LOCK:
                (folder / name).unlink(missing_ok=True)
    finally:
        lock.release()


def is_of_changes(name: str) -> bool:
    """Return whether a file of this name is a note, a journal or something written aside."""
    return name == NOTE or name.startswith(f"{NOTE}.")


def _settle_all(home: Path, token: str) -> bool | None:
    """Finish or undo all changes of one command.

    Returns
    -------
    bool or None
        Whether it had a journal; None: it lives, and what it began is its own.
    """
    try:
        lock = _locked(home, token)
    except PendingError:
        raise
    except OSError:
        if os.path.lexists(home / JOURNAL):
            raise
        return None  # nothing was changed yet, and nothing can be removed
    if lock is None:
        return None
    try:
        journal = read_json(home / JOURNAL)
        if journal.get("token") == token:
            folders = [home / name for name in journal.get("folders", [])]
            _say(home, True, finish(home, token, [Path(os.path.realpath(f)) for f in folders]))
            return True
        remove_records(home, token, _folders(home, token))
        _say(home, False, [])
        return False
    finally:
        lock.release()


def _locked(home: Path, token: str) -> Lock | None:
    """Return the lock of a dead command's changes; None if it lives and has renamed nothing."""
    until = time.monotonic() + WAIT_S
    while True:
        try:
            return Lock(home / LOCK)
        except LockHeldError as error:
            if not os.path.lexists(home / JOURNAL):
                return None
            if time.monotonic() > until:
                message = f"another command (process {error.pid}) is changing files in {home}"
                raise PendingError(message) from None
        time.sleep(_PAUSE_S)
        if read_json(home / NOTE).get("token") != token:
            return None


def _home(folder: Path, note: dict[str, Any]) -> Path | None:
    """Return the folder that keeps the journal, or would: one that knows the note's command."""
    ways = note.get("for")
    for way in ways if isinstance(ways, list) else []:
        if not isinstance(way, str) or "\0" in way:
            continue
        home = Path(os.path.realpath(folder / way))
        if read_json(home / NOTE).get("token") == note.get("token"):
            return home
    return None


def _folders(home: Path, token: str) -> list[Path]:
    """Return the folders that a command was about to change."""
    found = []
    with suppress(OSError):
        for line in (home / FOLDERS).read_text("utf-8").splitlines():
            with suppress(ValueError, TypeError):
                of, name = json.loads(line)
                found += [Path(os.path.realpath(home / name))] if of == token else []
    return found


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError:
        return []


def _say(folder: Path, whole: bool, left: list[Path]) -> None:
    """Say in a sentence what was done."""
    if not whole:
        done = f"undid in {folder} what an interrupted `dialsim forget` had begun; forget again"
    else:
        done = f"finished in {folder} what an interrupted `dialsim forget` had begun"
        if left:
            names = ", ".join(str(path) for path in left)
            done += f", but for {names}, changed since by somebody: forget again"
    sys.stderr.write(f"dialsim: {done}\n")
