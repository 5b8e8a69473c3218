"""Records of agents, their groups and pools."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.core.aligned import whole_lines
from dialsim.jit.frame import frame
from dialsim.jit.specialise import grant_lengths

NOT_BUSY = 1 << 62
AGENT = np.dtype(
    [
        ("since", "i8"),  # tick of the last change of state
        ("group", "i4"),
        ("pool", "i4"),
        ("campaign", "i4"),  # whose callee is served, until the wrap-up is over; else -1
        ("next", "i4"),  # idle list
        ("prev", "i4"),
        ("state", "u1"),  # `AgentState`
    ],
    align=True,
)
"""One agent: half a line of memory."""

AGENT_GROUP = np.dtype(
    [
        ("first", "i4"),  # first agent
        ("count", "i4"),
        ("pool", "i4"),
        ("position", "i4"),  # next boundary in `shifts`
        ("boundaries", "i4"),  # boundaries of this group; they alternate start, end
        ("idle", "i4"),  # agents of the group who are idle
        ("wrap_table", "i4"),  # row of `wraps` that lengths are drawn from; -1: always the mean
        ("on_shift", "u1"),
        ("wrap_ms", "i8", (3,)),  # mean wrap-up after a conversation, a shorter call, an assistant
        ("absent", "i8"),  # threshold of not being there on a day
    ],
    align=True,
)
"""A team: agents with the same shifts and wrap-up; one line of memory."""

AFTER_CONVERSATION, AFTER_SHORT, AFTER_ASSISTANT = 0, 1, 2
"""Places in ``wrap_ms``."""

WRAP_UNIT = 1_000_000
"""Mean of the tables of wrap-up lengths."""

POOL = whole_lines(
    np.dtype(
        [
            ("idle_head", "i4"),  # longest idle agent
            ("idle_tail", "i4"),
            ("idle", "i4"),
            ("talking", "i4"),
            ("wrapping", "i4"),
            ("on_shift", "i4"),  # teams on shift
            ("given_up", "u1"),  # 1: while a campaign decides that leaves it to one before it
            ("followed", "u1"),  # 1: pacing counts who becomes busy and who is it no more
            ("slot", "i4"),  # interval of which the three below are
            ("next_end", "i8"),  # first tick at which one of these goes off; 0: none is on
            ("idle_ms", "i8"),  # its agents' time in an interval, as far as it is not `booked`
            ("talk_ms", "i8"),
            ("wrap_ms", "i8"),
        ],
        align=True,
    )
)
"""Agents who can stand in for each other: their teams serve the same campaigns, as first or as
overflow for each."""

FLOOR = np.dtype(
    [
        ("idle", "i4"),  # agents of its pools
        ("talking", "i4"),
        ("wrapping", "i4"),
        ("outstanding", "i4"),  # calls out whose answer may take one of them
        ("waiting", "i4"),  # callees waiting for one of them
    ],
    align=True,
)
"""What a campaign sees of the agents it may use, and of the calls out for them."""

STAFF = np.dtype([("idle_ms", "i8"), ("talk_ms", "i8"), ("wrap_ms", "i8")], align=True)
"""Agents' time by pool and interval."""


@frame
class Routes(NamedTuple):
    """Which agents a campaign may use, and who else uses them; read only."""

    pools: NDArray[Any]  # int32[C, p]: a campaign's pools, who is asked first first; -1 behind
    served: NDArray[Any]  # int32[p, c]: campaigns of a pool, the first to be connected first
    linked: NDArray[Any]  # int32[C, c]: campaigns that hang together with one, by number
    desks: NDArray[Any]  # int32[C, d]: pools that take over from a campaign's robots, in order
    at_desk: NDArray[Any]  # int32[p, c]: campaigns whose robots a pool takes over from
    single: NDArray[Any]  # int32[C]: 1: those linked with a campaign have one pool, all the same


grant_lengths(
    "usual",
    Routes,
    pools=(None, 1),
    served=(None, 1),
    linked=(None, 1),
    desks=(None, 1),
    at_desk=(None, 1),
)


@frame
class Crew(NamedTuple):
    """All agents, and how their time was spent."""

    agents: NDArray[Any]  # AGENT[A]
    busy_since: NDArray[Any]  # int64[A]: tick at which an agent's callee was connected, until the
    # wrap-up after the call is over; else NOT_BUSY, which no tick comes to
    keys: NDArray[Any]  # uint64[A]: hash of the group's name and an agent's place in it
    groups: NDArray[Any]  # AGENT_GROUP[ag]
    pools: NDArray[Any]  # POOL[p]
    booked: NDArray[Any]  # STAFF[pools, intervals]: agents' time, but for what pools still hold
    floor: NDArray[Any]  # FLOOR[1]: of the campaign that is deciding
    room: NDArray[Any]  # int64[pools]: agents that calls are reckoned against
    arrivals: NDArray[Any]  # int64[C, p]: calls that may come to a campaign's pools, in its order

    @property
    def staff(self) -> NDArray[Any]:
        """STAFF[pools, intervals]: agents' time; summed at each access, read only."""
        found = self.booked.copy()
        rows, slots = np.arange(len(self.pools)), self.pools["slot"]
        for name in STAFF.names or ():
            found[name][rows, slots] += self.pools[name]
        found.flags.writeable = False
        return found
