"""What the scenario says the network does at a tick, and when the next of it begins or ends."""

from typing import Any

import numpy as np

from dialsim.carrier.layout import Carrier
from dialsim.core.codes import Action
from dialsim.jit.decorator import kernel

THROTTLED, THROTTLED_THERE, INTERCEPTED, BLOCKED = 1, 2, 4, 8


@kernel
def in_force(carrier: Carrier, record: Any, caller: int, operator: int, now: int) -> int:
    """Bits of what meets a call of a caller ID (``record``) to a subscriber of an operator."""
    found = 0
    for row in range(carrier.dated_acts.shape[0]):
        act = carrier.dated_acts[row]
        if now < act["start"] or now >= act["end"]:
            continue
        first = np.int64(act["first"])
        if caller < first or caller >= first + np.int64(act["count"]):
            continue
        if act["trunk"] >= 0 and act["trunk"] != record["trunk"]:
            continue
        there = act["operator"] >= 0
        if there and act["operator"] != operator:
            continue
        if act["action"] == Action.THROTTLE:
            found |= THROTTLED_THERE if there else THROTTLED
        else:
            found |= INTERCEPTED if act["action"] == Action.INTERCEPT else BLOCKED
    return found


@kernel
def next_act_tick(carrier: Carrier) -> int:
    """The tick at which an act begins or ends next; -1: none does."""
    turn = np.int64(carrier.enterprise[0]["dated_turn"])
    if turn >= carrier.dated_turns.shape[0]:
        return np.int64(-1)
    return np.int64(carrier.dated_turns[turn, 0])


@kernel
def take_act(carrier: Carrier) -> tuple[int, bool]:
    """The act whose turn it is, and whether it ends; the next one's turn comes."""
    turn = np.int64(carrier.enterprise[0]["dated_turn"])
    carrier.enterprise[0]["dated_turn"] = turn + 1
    row = np.int64(carrier.dated_turns[turn, 1])
    return row, carrier.dated_turns[turn, 0] == carrier.dated_acts[row]["end"]
