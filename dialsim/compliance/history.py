"""The dialer's record of its own caller IDs before the start."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.compliance.build import order_callers
from dialsim.compliance.kernels import replay_callers, replay_meter
from dialsim.compliance.layout import Limits, Resources
from dialsim.core.rng import wrapping

Array = NDArray[Any]


def remember_calls(
    resources: Resources, limits: Limits, callers: Array, ticks: Array, operators: Array
) -> None:
    """Fill the rings of caller IDs with their last calls, so that own limits count them.

    Parameters
    ----------
    resources
        As built, nothing played; rings, attempts, windows, next-free ticks and pools are written.
    limits
        Their `caller` are the own ceilings of each caller ID.
    callers, ticks
        int64[n], in any order: which caller ID dialled, and when; ticks are negative.
    operators
        int64[n]: whose number was called; -1 not known, so that it counts for every operator.

    Notes
    -----
    A caller ID's `attempts` is then the number of calls its ring holds: no more than any limit
    looks back on. Its next-free tick is never before its first use. O(n log n).
    """
    order = np.lexsort((ticks, callers))
    callers, ticks, operators = callers[order], ticks[order], operators[order]
    depth = resources.rings.shape[1]
    made = np.bincount(callers, minlength=len(resources.callers)).astype(np.int64)
    kept = np.minimum(made, depth)
    begin = np.cumsum(made) - made
    place = np.arange(len(callers)) - begin[callers] - (made - kept)[callers]
    last = place >= 0
    resources.rings[callers[last], place[last]] = ticks[last]
    resources.callers["attempts"] = kept
    first_use = resources.free.copy()
    with wrapping():
        replay_callers(resources, limits, callers, operators, ticks)
        np.maximum(resources.free, first_use, out=resources.free)
        order_callers(resources)


def remember_metered(resources: Resources, limits: Limits, row: int, ticks: Array) -> None:
    """Book earlier calls of the enterprise (row 0) or a trunk (1 + its row) on its meter."""
    with wrapping():
        replay_meter(resources, limits, row, np.sort(ticks))
