"""Division of non-negative integers: counts, ring positions, ticks within a run.

Python rounds towards minus infinity. For signed numbers of 64 bits that is a slow division and a
correction behind it, some twenty instructions at each place of a ring; without a sign it is a few.
"""

from __future__ import annotations

import numpy as np

from dialsim.jit.decorator import kernel


@kernel
def quotient(count: int, by: int) -> int:
    """Return ``count // by`` of a count that is not negative and a divisor above zero.

    >>> quotient(89, 30)
    2
    """
    return np.int64(np.uint64(count) // np.uint64(by))


@kernel
def remainder(count: int, by: int) -> int:
    """Return ``count % by`` of a count that is not negative and a divisor above zero.

    >>> remainder(89, 30)
    29
    """
    return np.int64(np.uint64(count) % np.uint64(by))


@kernel(inlined=True)
def place_in_ring(count: int, depth: int) -> int:
    """Return ``count % depth`` of a count that is not negative, mostly without dividing.

    For rings as long as what they nearly always hold: the few attempts to a person.

    >>> place_in_ring(2, 3), place_in_ring(7, 3)
    (2, 1)
    """
    return count if count < depth else remainder(count, depth)
