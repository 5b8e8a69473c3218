"""Standard output that is closed or full."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

_REFUSED = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def takes_nothing(error: OSError) -> bool:
    """Return whether an error is that of standard output, which names no file: full or closed."""
    return error.errno in _REFUSED and error.filename is None


def silence() -> None:
    """Let what is left to print vanish: it would fail again when the interpreter ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
