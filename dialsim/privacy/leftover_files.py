"""Temporary files of running or killed commands, with numbers in clear and in no scenario.

Leftovers of a killed command are no results and are removed, whoever is in them. Files of a running
command may hold the person; they, and files that may be a user's own, are reported instead of
removed.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from dialsim.messages.text import message
from dialsim.outcomes.call_files import call_parts
from dialsim.outcomes.writer import SUMMARY
from dialsim.people.erasing.erase_person import Person
from dialsim.privacy.forget_result import Forgotten
from dialsim.scheduler.folder import FILES
from dialsim.storage.leftovers import OLD, is_staging_name, leftovers, remove_leftovers
from dialsim.storage.settling import settle, sweep

_BLOCK = 1 << 20
_OVERLAP = 128
_LIVING = message(
    "a living command writes it, and it may hold the person: forget again when it has ended"
)
_NOT_KNOWN = message(
    "it may be what a killed command left, and holds the number: look at it, and remove it"
)

# Name patterns of earlier versions, which had no lock.
_OF_PROCESS = re.compile(r"\..+\.(\d+)-\d+\.tmp|\.list-(\d+)\.tmp", re.DOTALL)
_OLD_RUN = re.compile(r"\..+\.\d+-\d+\.old", re.DOTALL)
_AT_RANDOM = re.compile(r"\..+\.[a-z0-9_]{8}(\.part)?", re.DOTALL)
_PART = re.compile(r"part-[0-9]{5}(\.parquet|\.arrow)(\.tmp)?")
_PARQUET = b"PAR1"  # magic bytes of such a file


def from_all_leftovers(place: Path, person: Person, found: Forgotten) -> None:
    """Settle and remove killed commands' leftovers in a folder and all below it.

    This comes first: it restores an earlier run that a killed command was replacing.
    """
    for above in place.resolve().parents:
        _settle(above, settle, found)
    for at, folders, names in os.walk(place):
        here = Path(at)
        from_leftovers(here, person, found)
        if SUMMARY in names or call_parts(here):
            from_leftovers(here / "calls", person, found)
            _from_parts(here, found)
            folders.clear()
        folders[:] = filter(is_searched, folders)


def is_searched(name: str) -> bool:
    """Return whether a folder of this name is searched; hidden ones are not.

    The backup folder of an earlier version holds a run and is searched.
    """
    return not name.startswith(".") or _OLD_RUN.fullmatch(name) is not None


def from_leftovers(folder: Path, person: Person, found: Forgotten) -> None:
    """Remove killed commands' leftovers in a folder; report other files with the person.

    Parameters
    ----------
    folder
        The folder, without its subfolders.
    found
        Receives the removed files, or those that would be, and the unsearched ones.
    """
    _settle(folder, settle if found.dry_run else sweep, found)
    dead: list[Path] = []
    for each in leftovers(folder):
        if each.alive:
            found.could_not += [message("{}: {}").filled(path, _LIVING) for path in each.paths]
        else:
            dead += [path for path in each.paths if not _goes_back(folder, path, each.place)]
    if not found.dry_run:
        remove_leftovers(folder)
    _account(dead, found)
    for path in _entries(folder):
        if not is_staging_name(path.name):
            _from_earlier_version(path, person, found)


def _goes_back(folder: Path, path: Path, place: str | None) -> bool:
    """Return whether an earlier result is restored because a killed command was replacing it."""
    is_old = path.name.endswith(OLD)
    return is_old and place is not None and not os.path.lexists(folder / place)


def _settle(folder: Path, how: Callable[[Path], None], found: Forgotten) -> None:
    """Complete or undo the changes that a killed command began in a folder."""
    try:
        how(folder)
    except OSError as error:
        found.could_not.append(
            message("{folder}: what was begun here cannot be finished ({error})").filled(
                folder=folder, error=error
            )
        )


def _from_parts(run: Path, found: Forgotten) -> None:
    """Remove partial files of a run that an earlier version left: ``people.parquet.tmp``."""
    parts = [
        path
        for folder in (run, run / "calls")
        for path in _entries(folder)
        if path.suffix == ".tmp" and _is_of_run(path, run) and path.is_file()
    ]
    _remove(parts, Path.unlink, found)


def _from_earlier_version(path: Path, person: Person, found: Forgotten) -> None:
    match = _OF_PROCESS.fullmatch(path.name)
    if match is not None and not path.is_symlink():
        ours = _is_run(path) if path.is_dir() else match[2] is not None and _is_parquet(path)
        if ours and _is_alive(int(match[1] or match[2])):
            found.could_not.append(message("{}: {}").filled(path, _LIVING))
        elif ours:
            _remove([path], shutil.rmtree if path.is_dir() else Path.unlink, found)
        elif path.is_file() and _mentions(path, person):
            found.could_not.append(message("{}: {}").filled(path, _NOT_KNOWN))
        return
    if _AT_RANDOM.fullmatch(path.name) and path.is_file() and _mentions(path, person):
        found.could_not.append(message("{}: {}").filled(path, _NOT_KNOWN))


def _remove(paths: list[Path], how: Callable[[Path], object], found: Forgotten) -> None:
    for path in paths:
        if not found.dry_run:
            with suppress(OSError):
                how(path)
    _account(paths, found)


def _account(paths: list[Path], found: Forgotten) -> None:
    """Report what was removed, and what could not be."""
    for path in paths:
        if not found.dry_run and os.path.lexists(path):
            found.could_not.append(
                message("{path}: a killed command left it, and it cannot be removed").filled(
                    path=path
                )
            )
        else:
            found.leftovers.append(str(path))


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_alive(pid: int) -> bool:
    """Return whether a process of this number exists; it may be a different one."""
    if pid <= 0 or os.name == "nt":  # there os.kill would end the process
        return os.name == "nt"
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True


def _is_run(folder: Path) -> bool:
    """Return whether a folder holds files of a run, and nothing else."""
    files = [path for path in folder.rglob("*") if not path.is_dir()]
    return bool(files) and all(_is_of_run(path, folder) for path in files)


def _is_of_run(path: Path, run: Path) -> bool:
    """Return whether a name is that of a run's file, or of its temporary file."""
    if path.parent == run / "calls":
        return _PART.fullmatch(path.name) is not None
    return path.parent == run and path.name.removesuffix(".tmp") in FILES


def _is_parquet(path: Path) -> bool:
    """Return whether a file is Parquet, or the beginning of one."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_PARQUET))
    except OSError:
        return False
    return _PARQUET.startswith(head)


def _mentions(path: Path, person: Person) -> bool:
    """Return whether a file has the number in clear; compressed files cannot be searched."""
    try:
        return any(person.places(block) for block in _blocks(path))
    except OSError:
        return True


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        rest = b""
        while block := file.read(_BLOCK):
            yield rest + block
            rest = block[-_OVERLAP:]
