"""FIFO lists of queue nodes that are not in the wheel, in their unused links."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.queue_layout import Queue
from dialsim.jit.decorator import kernel


@kernel
def list_push(q: Queue, ends: NDArray[Any], row: int, node: int) -> None:
    """Append a node that is neither in the wheel nor in a list to one of the caller's lists.

    Parameters
    ----------
    ends
        int32 (lists, 2): first and last node of each list, -1 and -1 while it is empty.
    row
        Which list.
    """
    tail = np.int64(ends[row, 1])
    q.timers[node]["next"] = -1
    q.timers[node]["prev"] = tail
    if tail < 0:
        ends[row, 0] = node
    else:
        q.timers[tail]["next"] = node
    ends[row, 1] = node


@kernel
def list_pop(q: Queue, ends: NDArray[Any], row: int) -> int:
    """Take the first node out of a list and return it, or -1 if the list is empty."""
    node = np.int64(ends[row, 0])
    if node >= 0:
        list_take(q, ends, row, node)
    return node


@kernel
def list_take(q: Queue, ends: NDArray[Any], row: int, node: int) -> None:
    """Take a node out of the list it is in, wherever it stands there; O(1)."""
    before = np.int64(q.timers[node]["prev"])
    behind = np.int64(q.timers[node]["next"])
    if before < 0:
        ends[row, 0] = behind
    else:
        q.timers[before]["next"] = behind
    if behind < 0:
        ends[row, 1] = before
    else:
        q.timers[behind]["prev"] = before
