"""Causes of failed attempts that are blocks, by the network or at a callee's request."""

from dialsim.core.codes import Cause
from dialsim.jit.decorator import kernel

FIRST_BLOCK = int(Cause.REFUSED_CATEGORY)
CANCELLED = int(Cause.CANCELLED)


@kernel
def is_blocked(cause: int) -> bool:
    """Return whether a block ended an attempt, and neither chance nor the dialer."""
    return cause >= FIRST_BLOCK and cause != CANCELLED


BLOCKS = tuple(cause for cause in Cause if cause >= FIRST_BLOCK and cause != CANCELLED)
"""The same as a list, for tables and pages."""
