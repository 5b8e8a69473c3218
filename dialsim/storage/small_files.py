"""Files read whole, such as a scenario, up to a maximum size."""

from __future__ import annotations

import errno
import os
import select
import stat
import sys
from pathlib import Path

from dialsim.messages.text import message

MOST_BYTES = 4 << 20
"""The longest scenario, profile, policy or other file that is read whole: 4 MiB."""

_AT_ONCE = sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NONBLOCK", "O_BINARY"))

PATIENCE_S = 30.0
"""Seconds in which a pipe or a terminal must bring something, if only its end."""


def read_small(path: Path, most: int = MOST_BYTES, patience_s: float = PATIENCE_S) -> bytes:
    """Return the content of a file, a device, or a pipe such as ``<(command)``.

    Parameters
    ----------
    most
        Bytes that it may have. Of what is longer no more than these are read.
    patience_s
        How long is waited for the next bytes of what is no regular file.

    Raises
    ------
    OSError
        It cannot be read, is longer (EFBIG), or nothing writes to the pipe (ETIMEDOUT); its
        `strerror` says so.
    """
    handle = os.open(path, os.O_RDONLY | _AT_ONCE)
    try:
        about = os.fstat(handle)
        regular = stat.S_ISREG(about.st_mode)
        if regular and about.st_size > most:
            raise _too_long(most)
        parts: list[bytes] = []
        left = most + 1
        while left > 0:
            if not regular and not stat.S_ISDIR(about.st_mode):
                _wait(handle, patience_s)
            part = os.read(handle, min(left, 1 << 20))
            if not part:
                return b"".join(parts)
            parts.append(part)
            left -= len(part)
    finally:
        os.close(handle)
    raise _too_long(most)


def _too_long(most: int) -> OSError:
    return OSError(
        errno.EFBIG,
        message("longer than {count} MiB, the most such a file may have").filled(count=most >> 20),
    )


def _wait(handle: int, seconds: float) -> None:
    if sys.platform == "win32":  # it has no such thing for files
        return
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    if not waiting.poll(round(1000 * seconds)):
        raise OSError(
            errno.ETIMEDOUT,
            message("nothing has been written to it in {seconds:g} s").filled(seconds=seconds),
        )


def read_small_text(path: Path) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark.

    Raises
    ------
    OSError
        As :func:`read_small`.
    UnicodeDecodeError
        It is no UTF-8.
    """
    return read_small(path).decode("utf-8-sig")
