"""Opening regular files for reading; folders and endless pipes are refused."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path

from dialsim.messages.text import message

ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)
"""What a system says of a path at which there can be no file."""


class NoFileError(OSError):
    """The path is something other than a regular file."""


def open_plain(path: Path, *, follow: bool = True) -> io.BufferedReader:
    """Open a regular file for reading, without ever waiting for another process.

    Parameters
    ----------
    follow
        Whether a link at the end of the path is followed.

    Raises
    ------
    NoFileError
        It is a folder, a pipe, a device or, unless they are followed, a link.
    OSError
        It is not there, or cannot be read.
    """
    _check(path, path.stat(follow_symlinks=follow).st_mode)  # opening a device may do things
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags | (0 if follow else getattr(os, "O_NOFOLLOW", 0)))
    try:
        _check(path, os.fstat(handle).st_mode)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def is_plain(path: Path) -> bool:
    """Return whether a path is a regular file, and no link to one."""
    try:
        return stat.S_ISREG(path.stat(follow_symlinks=False).st_mode)
    except OSError as error:
        if error.errno in ABSENT:
            return False
        raise


def _check(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise NoFileError(errno.EINVAL, message("it is no regular file"), str(path))
