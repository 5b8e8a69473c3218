"""The dialer's own resources and rules: caller IDs, trunks, hours classes."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.pool import Pools
from dialsim.jit.frame import frame
from dialsim.jit.specialise import grant_lengths

CALLER = np.dtype(
    [
        ("attempts", "i4"),  # attempts so far; the ring's write position
        ("group", "i4"),  # caller ID group
        ("rejected", "i4"),  # rejections in a row
        ("probe", "i4"),  # lead of the call whose end is waited for, -1 none
        ("today", "i4"),  # calls of the day of its last
        ("day", "i2"),  # that day
        ("retired", "u1"),  # 1: not used any more
        ("why", "u1"),  # bits of the reasons: own status, a stop, its trunk, the platform, doubt
        ("doubt", "f8"),  # how far it looks intercepted: more calls fail at once than of the others
    ],
    align=True,
)
"""One caller ID, dialer side: half a line of memory, the other half is of who calls next.

Its next-free tick and its turn are in arrays of their own."""

SUSPECTED = np.dtype([("tick", "i8"), ("times", "i4")], align=True)
"""When a caller ID was last given up because it looks intercepted, -1 it never was; how often."""

GROUP = np.dtype(
    [
        ("first", "i4"),  # first caller ID
        ("count", "i4"),  # caller IDs in the group
        ("trunk", "i4"),
        ("ramped", "u1"),  # 1: none of its numbers makes more calls a day than agreed
        ("day", "i8"),  # day of its last call
        ("today", "i8"),  # calls of that day
        ("registered_from", "i8"),  # ticks between which its numbers are registered
        ("registered_until", "i8"),
    ],
    align=True,
)
"""A group of caller IDs: a pool by next-free tick in each track."""

TRUNK = np.dtype(
    [
        ("channels", "i4"),
        ("in_use", "i4"),  # channels busy now
        ("callee_per_day", "i4"),  # trunk contract, read by the network; -1 none
        ("callee_per_month", "i4"),
        ("abroad", "i4"),  # 1: it passes an international gateway
        ("refused", "i4"),  # calls in a row refused for their number, of any number
        ("held_until", "i8"),  # no call before, as it refuses whichever number calls
    ],
    align=True,
)
"""A trunk's channels; how many calls it takes is metered."""

LIMIT = np.dtype(
    [
        ("count", "i8"),  # calls allowed in a window; 0: no limit
        ("per_ms", "i8"),  # length of the window
        ("periods", "i4"),  # row of the calendar's periods
        ("window", "u1"),  # `Window`
        ("counts", "u1"),  # `Counted`
        ("scope", "u1"),  # `Scope`
        ("plain", "u1"),  # 1: slides over attempts to the person, so its L-th last is enough
    ],
    align=True,
)
"""At most `count` calls in a window."""

OPENED = np.dtype([("end", "i8"), ("count", "i8")], align=True)
"""An anchored or calendar window that is open: its end, and the calls in it."""

METER = np.dtype(
    [
        ("booked", "i8"),  # calls so far
        ("free", "i8"),  # first tick at which another call is allowed
        ("limits", "i8"),  # how many it has; without any it counts nothing
        ("first", "i8"),  # where its ring begins
        ("depth", "i8"),
        ("place", "i8"),  # in the ring: of the next call, and of the oldest once it is full
        ("per_ms", "i8"),  # of its only limit if that slides, which then has `depth` calls; else 0
    ],
    align=True,
)
"""What counts the calls of the enterprise (row 0) and of each trunk (1 + its row)."""

CLASS = np.dtype(
    [
        ("position", "i4"),  # next boundary in `boundaries`
        ("count", "i4"),  # boundaries of this class
    ],
    align=True,
)
"""An hours class: campaign x zone. Boundaries alternate opening, closing."""


@frame
class Areas(NamedTuple):
    """Caller IDs that a campaign may dial from, by area; read only.

    An area is people whose numbers no group of caller IDs tells apart.
    """

    of: NDArray[Any]  # uint8[C, 256]: area by PERSON.home
    groups: NDArray[Any]  # int32[C, areas, g]: groups of caller IDs, -1 behind the last
    tracks: NDArray[Any]  # int32[C, areas]: which of a caller ID's next-free ticks counts
    barred: NDArray[Any]  # uint32[C]: bits ``1 << Province`` that no group may call
    barred_of: NDArray[Any]  # uint32[C, 8]: the same by `Operator` of the number's prefix


grant_lengths("usual", Areas, of=(None, 256), groups=(None, 1, None), tracks=(None, 1))


@frame
class Limits(NamedTuple):
    """Every limit on calls, read only."""

    callee: NDArray[Any]  # LIMIT[k]
    caller: NDArray[Any]  # LIMIT[k]: of all calls from a caller ID
    to_operator: NDArray[Any]  # LIMIT[k]: of those from a caller ID to one operator's numbers
    meters: NDArray[Any]  # LIMIT[1 + t, k]
    periods: NDArray[Any]  # int64[p, n]: first ticks of a calendar's periods, ascending
    stops: NDArray[Any]  # int64[t, k]: no calls on a trunk; start, end, start ... ticks, -1 behind


grant_lengths("usual", Limits, to_operator=(0,), meters=(None, 1), stops=(None, 2))


@frame
class Resources(NamedTuple):
    """Resources of the dialer that a dial needs."""

    callers: NDArray[Any]  # CALLER[N]
    suspected: NDArray[Any]  # SUSPECTED[N]
    unregistered: NDArray[Any]  # CALLER[1]: probe and doubt of all that are not registered
    free: NDArray[Any]  # int64[tracks, N]: next-free tick, the pools' key; a track an operator
    pools: Pools  # of each group those that are not retired, in the order of their turns
    rings: NDArray[Any]  # int64[N, depth]: ticks of the last attempts
    groups: NDArray[Any]  # GROUP[g]
    agreed: NDArray[Any]  # int64[g, days]: calls that are filed for all its numbers, 0 none
    made: NDArray[Any]  # int64[g, tracks]: calls of the day of its last call
    opened: NDArray[Any]  # OPENED[N, k]; no columns if all caller limits slide
    operator_rings: NDArray[Any]  # int64[N, tracks, depth]: ticks of the last attempts by operator
    operator_booked: NDArray[Any]  # int64[N, tracks]: attempts by operator; none if nobody counts
    operator_opened: NDArray[Any]  # OPENED[N, tracks, k]
    trunks: NDArray[Any]  # TRUNK[t]
    meters: NDArray[Any]  # METER[1 + t]
    meter_rings: NDArray[Any]  # int64[sum of depths]: ticks of the last calls of each meter
    meter_opened: NDArray[Any]  # OPENED[1 + t, k]


grant_lengths(
    "usual",
    Resources,
    unregistered=(1,),
    free=(1, None),
    made=(None, 1),
    opened=(None, 0),
    operator_rings=(0, 1, 1),
    operator_booked=(0, 1),
    operator_opened=(0, 1, 0),
    meter_opened=(None, 0),
)
