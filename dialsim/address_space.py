"""Check whether a limit of address space leaves room for the libraries; recognise a lack of memory.

A limit such as ``ulimit -v`` counts what is reserved, not what is used. Where it is too low, Python
can catch little: OpenBLAS ends the process as numpy is imported, LLVM aborts, a pool that cannot
start its threads waits for ever. So a command asks before it loads them.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

from dialsim.errors import CapacityError
from dialsim.messages.text import message

MB = 1_000_000

LOOKING = 450 * MB
"""For scenarios and pages: numpy, numba's types, pydantic. Measured: 380 MB on two cores."""

READING = 650 * MB
"""For lists: pyarrow and compiled kernels as well. Measured: all end well with 600 MB, none with
500. A gigabyte that pyarrow reserves where it can be had is not needed."""

PLAYING = 1_200 * MB
"""For whatever plays or calibrates: LLVM, and threads with a heap of their own. Measured: all end
well with 1,100 MB; with 1,000 some wait for ever for a thread that cannot begin."""

CORES = 2  # of the machine on which these were measured
A_CORE = 75 * MB
"""A thread that numpy's library keeps for a further core: its stack and a heap of 64 MB."""

MOST_CORES = 64  # for which that library has threads

_TEXTS = (
    "cannot allocate memory",
    "failed to map segment",
    "cannot map zero-fill",
    "memory allocation",
    "unable to allocate",
    "can't start new thread",
    "can't allocate lock",
    "bad_alloc",
    "cannot open shared object file: error 12",
)


def check_address_space(least: int, what: str = "this") -> None:
    """Refuse a command that would run out of address space half-way.

    Parameters
    ----------
    least
        What it takes from here on, on two cores: one of the constants of this module.
    what
        Takes so much, such as ``"dialsim run"``.

    Raises
    ------
    CapacityError
        Less is left to this process.
    """
    left = address_space_left()
    least += A_CORE * max(0, min(MOST_CORES, os.cpu_count() or 1) - CORES)
    if left is None or left >= least or "numba" in sys.modules:  # what is loaded found its room
        return
    raise CapacityError(
        message("memory will not suffice"),
        message(
            "{what} takes {value:,} MB of address space, {value_2:,} MB are left to this process"
        ).filled(what=what, value=least // MB, value_2=left // MB),
        message("the limit (ulimit -v)"),
    )


def address_space_left() -> int | None:
    """Return the address space this process may still take; None if there is no limit."""
    try:
        import resource
    except ImportError:  # Windows has none
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return None
    taken = 0
    with suppress(OSError, ValueError):  # macOS has no /proc
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        taken = pages * resource.getpagesize()
    return max(0, limit - taken)


def is_lack_of_memory(error: BaseException) -> bool:
    """Return whether an error, or one of its causes, is a lack of memory.

    Libraries say it in many ways: of a module that cannot be mapped, a thread that cannot begin.

    >>> is_lack_of_memory(RuntimeError("can't start new thread")), is_lack_of_memory(KeyError())
    (True, False)
    """
    seen: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in seen:
        seen.append(each)
        if isinstance(each, MemoryError):
            return True
        if isinstance(each, OSError) and each.errno == errno.ENOMEM:
            return True
        if isinstance(each, (OSError, ImportError, RuntimeError)) and any(
            text in str(each).lower() for text in _TEXTS
        ):
            return True
        # What is missing because an import before it has failed says nothing of memory.
        scarce = isinstance(each, (OSError, ImportError)) and _is_scarce()
        if scarce and ("shared object" in str(each) or "partially initialized" in str(each)):
            return True
        each = each.__context__ if each.__cause__ is None else each.__cause__
    return False


def _is_scarce() -> bool:
    left = address_space_left()
    return left is not None and left < READING
