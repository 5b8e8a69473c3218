"""Queues of nodes with equal delays, one per delay, which feed the timing wheel.

Who begins to wait later is due later, so that a line of nodes that all wait two hours is in order
as they come, and putting one more costs a link. In the wheel each would lie at a far level and fall
from level to level, a wait for memory each time: its lists are walked from node to node, strewn
over gigabytes by then. A line hands nodes on to the wheel shortly before they are due. It asks for
the memory of each a dozen nodes ahead, since each knows who stands so far behind it.

The order of events is the wheel's. Where a line holds anybody, the node that it handed on last is
still in the wheel, and nobody in the line goes before it. Time is played in spans: as the wheel
comes to the first node of a span, and before that is taken out, all are handed on who are due
within it, and of each line one more (:func:`delays_hand_on`). So the wheel never runs past anybody.
A node that would not stand in order goes to the wheel at once, and so does one that waits less than
`SHORTEST`: it might be due within the span that is played.

A node in a line is one of :func:`dialsim.core.queue.queue_is_in`, with its tick and kind; it cannot
be removed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.aligned import aligned_zeros, whole_lines
from dialsim.core.prefetch import prefetch
from dialsim.core.queue import node_due, queue_put
from dialsim.core.queue_layout import Queue
from dialsim.jit.decorator import kernel

BEHIND = 16
"""So many nodes behind one the node stands that it names; a power of two."""
SHORTEST = 1 << 16
"""Ticks; who waits less lies at a near level of the wheel anyway. No span reaches further."""
MOST_LINES = 16
"""Each is looked at whenever nodes are handed on."""
NO_LINE = -1

DELAY = whole_lines(
    np.dtype(
        [
            ("length", "i8"),  # ticks that each of its nodes waits; -1: nobody does
            ("due", "i8"),  # of the node handed on last: tick * 16 + kind; -1: none was
            ("handed", "i4"),  # which that was
            ("head", "i4"),  # the first in the line
            ("tail", "i4"),
            ("waiting", "i4"),  # how many there are
            ("joined", "i8"),  # how many ever were
            ("latest", "i4", (BEHIND,)),  # those that joined last, by their number in that
        ],
        align=True,
    )
)
"""A line of nodes that wait equally long."""


def make_delays(lengths: NDArray[np.int64]) -> NDArray[Any]:
    """Return empty queues (:data:`DELAY`), one for each delay of nodes.

    Parameters
    ----------
    lengths
        In ticks; those below `SHORTEST` have none. Of more than `MOST_LINES`, the commonest have.

    Examples
    --------
    >>> make_delays(np.array([7_200_000, -1, 900_000, 5_000, 7_200_000]))["length"].tolist()
    [7200000, 900000]
    """
    each, count = np.unique(lengths[lengths >= SHORTEST], return_counts=True)
    commonest = each[np.argsort(-count, kind="stable")][:MOST_LINES]
    delays: NDArray[Any] = aligned_zeros(max(len(commonest), 1), DELAY)
    delays["length"] = -1
    delays["length"][: len(commonest)] = commonest
    delays["due"] = -1
    return delays


def with_lines(delays: NDArray[Any], lengths: NDArray[np.int64]) -> NDArray[Any]:
    """Return the queues, with empty ones appended for delays that have none yet.

    Parameters
    ----------
    lengths
        As of :func:`make_delays`; where there would be more than `MOST_LINES`, the commonest.

    Examples
    --------
    >>> lines = make_delays(np.array([7_200_000]))
    >>> with_lines(lines, np.array([900_000, 7_200_000]))["length"].tolist()
    [7200000, 900000]
    """
    further = make_delays(lengths[~np.isin(lengths, delays["length"])])
    further = further[further["length"] >= 0][: MOST_LINES - len(delays)]
    found: NDArray[Any] = aligned_zeros(len(delays) + len(further), DELAY)
    found[: len(delays)], found[len(delays) :] = delays, further
    return found


@kernel
def delay_of(delays: NDArray[Any], length: int) -> int:
    """Return which line's nodes wait so long, or NO_LINE."""
    for row in range(delays.shape[0]):
        if delays[row]["length"] == length:
            return row
    return NO_LINE


@kernel
def delay_put(q: Queue, delays: NDArray[Any], row: int, node: int, now: int, kind: int) -> None:
    """Let a node wait as long as a line says, from the tick that is played.

    Parameters
    ----------
    row
        Which line: from :func:`delay_of`.
    node
        Neither in the wheel nor in a list.
    now
        The tick that is played: all before it are over.
    """
    line = delays[row]
    tick, waiting = now + np.int64(line["length"]), np.int64(line["waiting"])
    if waiting == 0 and np.int64(line["due"]) >> 4 <= now:  # the wheel may hold none of it
        line["due"], line["handed"] = node_due(tick, kind), node
        queue_put(q, node, tick, kind)
        return
    timer, before = q.timers[node], np.int64(line["tail"] if waiting > 0 else line["handed"])
    due, theirs = node_due(tick, kind), np.int64(q.timers[before]["due"])
    if timer["due"] >= 0 or due < theirs or (due == theirs and node < before):
        queue_put(q, node, tick, kind)
        return
    timer["due"], timer["next"], timer["prev"] = due, -1, -1
    if waiting > 0:
        q.timers[before]["next"] = node
    else:
        line["head"] = node
    line["tail"], line["waiting"] = node, waiting + 1
    place = np.int64(line["joined"]) & (BEHIND - 1)
    if waiting >= BEHIND:
        q.timers[line["latest"][place]]["prev"] = node
    line["latest"][place] = node
    line["joined"] += 1


@kernel(inlined=False)
def delays_hand_on(
    q: Queue, delays: NDArray[Any], until: int, owners: NDArray[Any], first: int
) -> None:
    """Put those into the wheel that are due before a tick, and of each line one more.

    Parameters
    ----------
    until
        Behind the span of the wheel's next node; at most `SHORTEST` behind where that begins.
    owners
        What is kept of those whom nodes stand for, from node `first` on; asked for early.
    """
    for row in range(delays.shape[0]):
        line = delays[row]
        while line["waiting"] > 0 and np.int64(line["due"]) >> 4 < until:
            node = np.int64(line["head"])
            timer = q.timers[node]
            due, behind = np.int64(timer["due"]), np.int64(timer["prev"])
            line["due"], line["handed"], line["head"] = due, node, timer["next"]
            line["waiting"] -= 1
            if behind >= 0:
                prefetch(q.timers, behind)
            prefetch(owners, node - first)
            timer["due"] = -1
            queue_put(q, node, due >> 4, due & 15)
