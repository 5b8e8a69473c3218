"""Queue nodes: which owner of events has which, and in which order.

Every owner has a range of nodes, one for each of its campaigns, calls, leads and so on. The order
of `Owner` is the order of the ranges: it decides which of two events of one kind at one tick comes
first, and the kernels that hand events out compare with it (`dispatch_call`).
"""

from collections.abc import Mapping
from enum import IntEnum, auto
from typing import Any


class Owner(IntEnum):
    """Owners of events, in the order of their queue nodes; the comment says one node for what."""

    PACE = 0  # campaign: a decision after an event
    SECOND = auto()  # campaign: a decision on the second
    DIAL = auto()  # campaign: the next dial
    WAKE = auto()  # campaign: the tick at which a caller ID may be had
    CLASS = auto()  # hours class: it opens or closes
    GROUP = auto()  # group of agents: a shift begins or ends
    LADDER = auto()  # caller ID: the network's next step against it
    ENTERPRISE = auto()  # the only one: a review ends
    GATEWAY = auto()  # gateway: it is blocked
    CALM = auto()  # gateway: the block ends
    LABEL = auto()  # caller ID, then class of labels: its owner looks it up
    STOP_APPEAL = auto()  # the only one: the appeal against a stop of all numbers is answered
    PLATFORM = auto()  # the only one: the platform is stopped or released
    BLOCK = auto()  # number range: a registration begins or ends
    TRUNK = auto()  # trunk: a step of its operator against it
    DATED = auto()  # the only one: the next dated event
    AGENT = auto()  # agent: wrap-up ends
    CALL = auto()  # call under way: its next event
    LEAD = auto()  # lead: it comes due
    CASE = auto()  # complaint: CASE_NODES each; the last range, which may grow


FIRST_NODES = [(f"node_{owner.name.lower()}", "i4") for owner in Owner]
"""Fields of WORLD that hold the first node of each owner."""


def number_nodes(world: Any, counts: Mapping[Owner, int]) -> None:
    """Write each owner's first node to `world`; `counts` says how many nodes each but CASE has."""
    node = 0
    for owner, (field, _) in zip(Owner, FIRST_NODES, strict=True):
        world[field] = node
        if owner != Owner.CASE:
            node += counts[owner]
