"""File locks, which the kernel releases when their process ends.

A lock is advisory and lies on a small file. A number of a process is used again, and means another
process in another container; a lock has neither fault. Where the file system has no locks, such as
some network ones, a lock is taken without effect, and whoever asks about it goes by its age.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from dialsim.storage.plain import open_plain

NOTE_BYTES = 1 << 20

_IN_USE = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
_WITHOUT = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.EBADF)
"""What a file system without locks says."""
_BEYOND = 1 << 40
"""Where on Windows the locked byte is: what is written before it can still be read."""


class LockHeldError(Exception):
    """Another command holds a lock.

    Attributes
    ----------
    path
        The file of the lock.
    note
        What the other wrote into it; empty if that cannot be read.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(f"another command holds {path}")
        self.path, self.note = path, read_note(path)

    @property
    def pid(self) -> int | None:
        """The other process; None if unknown, or if it runs on another machine."""
        pid = self.note.get("pid")
        return pid if isinstance(pid, int) and self.note.get("host") == _host() else None


class Lock:
    """A lock that this process holds until :meth:`release`, or until it ends.

    A context: it releases at its end. A child that was forked meanwhile holds the lock, too.

    Parameters
    ----------
    path
        The file to lock; made if it is missing, never followed if it is a link. What stands in it
        stays until :meth:`write_note`.
    make
        Whether the file is made if it is missing.

    Attributes
    ----------
    path
        The file.
    effective
        Whether the file system has locks.

    Raises
    ------
    LockHeldError
        Another holds it: another process, or this one elsewhere.
    OSError
        The file cannot be made or opened.
    """

    def __init__(self, path: Path, *, make: bool = True) -> None:
        self.path = path
        flags = os.O_RDWR | _NO_LINK | (os.O_CREAT if make else 0)
        while True:
            self._handle = os.open(path, flags, 0o600)
            try:
                self.effective = _try_lock(self._handle)
                if self._stands():
                    return
            except BaseException as error:
                os.close(self._handle)
                if isinstance(error, BlockingIOError):
                    raise LockHeldError(path) from None
                raise
            os.close(self._handle)  # whoever held it has removed the file: another one counts now

    def write_note(self, **further: Any) -> None:
        """Write the holder and further values, replacing the previous note."""
        note = {"pid": os.getpid(), "host": _host(), **further}
        content = (json.dumps(note) + "\n").encode()
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.write(self._handle, content)
        os.ftruncate(self._handle, len(content))

    def release(self) -> None:
        """Remove the file and release the lock. Never raises; idempotent."""
        if self._handle < 0:
            return
        handle, self._handle = self._handle, -1
        if sys.platform == "win32":  # an open file cannot be removed there
            os.close(handle)
            with suppress(OSError):
                self.path.unlink()
            return
        with suppress(OSError):
            self.path.unlink()  # before another can hold it: nobody's file is removed but this one
        os.close(handle)

    def leave(self) -> None:
        """Release the lock, but leave file and note for the command that finishes the work."""
        if self._handle >= 0:
            handle, self._handle = self._handle, -1
            os.close(handle)

    def _stands(self) -> bool:
        """Return whether the path still names the locked file."""
        try:
            there = self.path.stat(follow_symlinks=False)
        except FileNotFoundError:
            return False
        here = os.fstat(self._handle)
        return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, *raised: object) -> None:
        self.release()


def read_note(path: Path) -> dict[str, Any]:
    """Return the note of a lock's holder; empty if it cannot be read."""
    try:
        with open_plain(path, follow=False) as file:
            content = json.loads(file.read(NOTE_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


_NO_LINK: int = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""A link is an error, and a named pipe does not wait for its other end."""


def _try_lock(handle: int) -> bool:
    """Lock a file; return whether its file system has locks.

    Raises
    ------
    BlockingIOError
        Another holds it.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _BEYOND, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _IN_USE:
            raise BlockingIOError(error.errno, "another process holds the lock") from None
        if error.errno in _WITHOUT:
            return False
        raise
    return True


def _host() -> str:
    import platform

    return platform.node()
