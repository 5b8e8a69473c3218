"""Causes of failed attempts that are blocks, by the network or at a callee's request."""

from dialsim.core.codes import Cause
from dialsim.jit.decorator import kernel


@kernel
def is_blocked(cause: int) -> bool:
    """Return whether a block ended an attempt, and neither chance nor the dialer."""
    return cause >= Cause.REFUSED_CATEGORY and cause != Cause.CANCELLED


BLOCKS = tuple(
    cause for cause in Cause if cause >= Cause.REFUSED_CATEGORY and cause != Cause.CANCELLED
)
"""The same as a list, for tables and pages."""
