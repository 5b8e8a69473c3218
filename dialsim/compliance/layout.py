"""The dialer's own resources and rules: caller IDs, trunks, hours classes."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.frame import frame

CALLER = np.dtype(
    [
        ("attempts", "i8"),  # attempts so far; the ring's write position
        ("group", "i4"),  # caller ID group
        ("rejected", "i4"),  # line rejections in a row
        ("retired", "u1"),  # 1: not used any more
    ],
    align=True,
)
"""One caller ID, dialer side. Its next-free tick and heap place are in arrays of their own."""

GROUP = np.dtype(
    [
        ("first", "i4"),  # first caller ID
        ("count", "i4"),  # caller IDs in the group
        ("active", "i4"),  # not retired: the heap's length
        ("trunk", "i4"),
    ],
    align=True,
)
"""A group of caller IDs: one heap by next-free tick."""

TRUNK = np.dtype(
    [
        ("calls_per_second", "i4"),
        ("channels", "i4"),
        ("in_use", "i4"),  # channels busy now
        ("callee_per_day", "i4"),  # line contract, read by the network; -1 none
        ("callee_per_month", "i4"),
        ("dialled", "i8"),  # calls so far; the ring's write position
    ],
    align=True,
)
"""A trunk: ceiling per rolling second and channels."""

CLASS = np.dtype(
    [
        ("open", "u1"),
        ("position", "i4"),  # next boundary in `boundaries`
        ("count", "i4"),  # boundaries of this class
    ],
    align=True,
)
"""An hours class: campaign x zone. Boundaries alternate opening, closing."""


@frame
class Resources(NamedTuple):
    """What a dial needs and the dialer owns."""

    callers: NDArray[Any]  # CALLER[N]
    free: NDArray[Any]  # int64[N]: next-free tick, the heap's key
    heap: NDArray[Any]  # int32[N]
    pos: NDArray[Any]  # int32[N]
    rings: NDArray[Any]  # int64[N, depth]: ticks of the last attempts
    groups: NDArray[Any]  # GROUP[g]
    trunks: NDArray[Any]  # TRUNK[t]
    trunk_rings: NDArray[Any]  # int64[t, calls_per_second]: ticks of the last calls
