"""Whether a file is as it was, and whether it may be replaced."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

from dialsim.messages.text import message
from dialsim.storage.plain import open_plain


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
