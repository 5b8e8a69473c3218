"""Atomic writes of one file: the target is complete at any time."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from dialsim.storage.workplaces import Workplace

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What an error says of a disk that takes nothing more."""


def is_full(error: BaseException | None) -> bool:
    """Return whether an error reports a full disk, by its number or by its text alone.

    >>> is_full(OSError(28, "No space left on device")), is_full(OSError("[errno 28] No space"))
    (True, True)
    """
    if not isinstance(error, OSError):
        return False
    if error.errno is not None:
        return error.errno in FULL
    return any(f"[errno {number}]" in str(error).lower() for number in FULL)


@contextmanager
def written_atomically(
    path: Path, private: bool = False, *, fresh: bool = False, clear: bool = True
) -> Iterator[BinaryIO]:
    """Yield a temporary file that replaces `path` if the block ends without an error.

    A link stays, and what it points to is replaced. What is no file, such as a pipe or a device,
    is written to.

    Parameters
    ----------
    private
        It is its owner's alone.
    fresh
        Whatever stands there by then stays, and is an error.
    clear
        Whether leftovers of killed commands beside it are removed before; False for one of very
        many files.

    Raises
    ------
    FileExistsError
        It was to be `fresh`, and is not.
    OSError
        It cannot be written there; nothing of it is left.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    place = path.resolve()
    with Workplace(place.parent, place.name, clear=clear) as workplace:
        temporary = workplace.path
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        with os.fdopen(handle, "wb") as file:
            yield file
        if not private:
            temporary.chmod(0o666 & ~_mask())
        if fresh:
            _put_fresh(temporary, place)
        else:
            temporary.replace(place)


_BINARY: int = getattr(os, "O_BINARY", 0)


def _put_fresh(temporary: Path, place: Path) -> None:
    """Rename a file to its final name unless that name exists."""
    try:
        place.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # the file system has no second names
        if os.path.lexists(place):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place)) from None
        temporary.replace(place)


def _mask() -> int:
    """Return the mode bits that new files lack (umask)."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
