"""Errors of standard output: closed or full."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

_REFUSED = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def takes_nothing(error: OSError) -> bool:
    """Return whether an error comes from standard output (full or closed), which names no file."""
    return error.errno in _REFUSED and error.filename is None


def silence() -> None:
    """Discard remaining output, which would fail again when the interpreter ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
