"""Arrays of the event queue and their construction; see `dialsim.core.queue`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.jit.frame import frame

NEAR_BITS = 16
NEAR = 1 << NEAR_BITS
"""Slots of the first level, one a tick: a minute of them, from the cursor on.

With fewer, what is to be half a minute later, as the end of most calls, would lie at a further
level first and fall from there.
"""
SLOTS = 256
"""Of each further level, each as long as all of the level before."""
LEVELS = 4
HEADS = NEAR + (LEVELS - 1) * SLOTS
"""Slots of all levels."""
KINDS = 16
"""Later than every tick: what ``queue_peek`` returns for an empty queue."""
HORIZON = 1 << 40
"""First tick that is too far to be put."""

# What `queue_soon` takes and returns.
ROW_BITS = 3
"""Of a row's number: one for each kind."""
COUNT_BITS = 12
"""Of how many nodes a row holds: one for each of at most five rows."""

# Places in `clock`.
CURSOR = 0
COUNT = 1
SORTED = 2
FAULT = 3
KIND = 4
TAIL = 5
RANKED = 6
ALONE = 7

# Values of `clock[FAULT]`: the first wrong use since the queue was made, kept for the face to
# report; the wrong put or removal itself is left undone.
NO_FAULT = 0
PUT_LATE = 1  # before the cursor
PUT_FAR = 2  # at or beyond HORIZON
PUT_TWICE = 3
NOT_QUEUED = 4

TIMER = np.dtype(
    [
        ("due", "<i8"),  # tick * 16 + kind while in the wheel, -1 otherwise
        ("next", "<i4"),  # node behind this one, -1 at the tail
        ("prev", "<i4"),  # node before this one, -1 at the head
    ],
    align=True,
)


@frame
class Queue(NamedTuple):
    """The arrays of one wheel; a copy of them is a copy of the queue.

    Attributes
    ----------
    timers
        :data:`TIMER` records, one a node.
    heads
        int32 (HEADS): first node of each slot, -1 if it is empty.
    bits
        uint64 (HEADS // 64): one bit a slot that is not empty.
    clock
        int64: cursor tick, nodes in the wheel, tick whose list is sorted, first fault, kind of the
        node popped last, last node of the sorted list; by the names CURSOR, COUNT, SORTED, FAULT,
        KIND, TAIL; the first node that has a rank: RANKED; and the one that waits for the cursor's
        tick in no list, then the only one there, -1: none: ALONE. Nobody follows it, as its
        ``next`` says.
    ranks
        int32: by what nodes from RANKED on come before and behind others of their tick and kind,
        in place of their number. Not to be changed while a node is in the wheel; nodes of a kind
        have all a rank, or none.
    """

    timers: NDArray[Any]
    heads: NDArray[Any]
    bits: NDArray[Any]
    clock: NDArray[Any]
    ranks: NDArray[Any]


def make_queue(
    n_nodes: int, later: range = range(0), ranked: range = range(0), room: int = 0
) -> Queue:
    """Return an empty queue for nodes 0 to ``n_nodes - 1``, its cursor at tick 0.

    Costs 16 bytes a node, 4 a ranked one, and 274 kB.

    Parameters
    ----------
    later
        Nodes whose memory is not touched yet: each must be freed (:func:`free_nodes`) before
        anything is done with it.
    ranked
        Nodes that have a rank; all 0 yet.
    room
        Further nodes that :func:`grow_queue` can add without a copy; their memory is not touched,
        and until then nothing may be done with them.
    """
    timers = np.zeros(n_nodes + room, TIMER)
    free_nodes(timers, 0, later.start)
    free_nodes(timers, later.stop, n_nodes)
    return Queue(
        timers=timers,
        heads=np.full(HEADS, -1, np.int32),
        bits=np.zeros(HEADS >> 6, np.uint64),
        clock=np.array([0, 0, -1, NO_FAULT, -1, -1, ranked.start, -1], np.int64),
        ranks=np.zeros(len(ranked), np.int32),
    )


def grow_queue(q: Queue, n_nodes: int, more: int) -> Queue:
    """Return the queue with `more` of `n_nodes` nodes; waiting nodes stay.

    Its arrays are shared with the old queue: use only the new one. Where it was made with too
    little room, the timers are copied, which takes their memory twice.
    """
    timers = q.timers
    if n_nodes + more > len(timers):
        timers = np.empty(n_nodes + more, TIMER)
        timers[:n_nodes] = q.timers[:n_nodes]
    free_nodes(timers, n_nodes, n_nodes + more)
    return q._replace(timers=timers)


def free_nodes(timers: NDArray[Any], first: int, stop: int) -> None:
    """Mark nodes `first` to ``stop - 1`` as neither waiting nor in a list."""
    mine = timers[first:stop]
    mine["due"] = mine["next"] = mine["prev"] = -1
