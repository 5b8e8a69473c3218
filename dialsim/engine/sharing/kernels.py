"""Agents and lines that several campaigns use: who can take whose callee, and whose turn it is.

Campaigns *hang together* that use an agent in common, or hang together with a third by one. Calls
under way are spread over the pools of such campaigns in the order in which agents are asked, as if
all were answered at once: that bounds what may come to each pool, however the answers fall.

Turns are start-time fair queueing (Goyal, Vin, Cheng 1996): each dial begins where the campaign's
last one ended or where the others are by now, whichever is later, and ends after what it costs,
by weight; the earliest beginning goes first. Nobody saves up turns, and who has dials to make
makes them in the end.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.agents.kernels import sure_agents
from dialsim.core.jit import kernel
from dialsim.core.queue import queue_is_in
from dialsim.engine.state import State, Static
from dialsim.pacing.kernels import within_cap
from dialsim.pacing.layout import ABANDON_UNIT, FIRST_BUSY_MS, WEIGHT_UNIT

Array = NDArray[Any]


# --- who can take whose callee --------------------------------------------------------------------


@kernel
def make_room(k: Static, s: State, campaign: int, until: int) -> None:
    """Write how many idle agents each pool has, or will still have at a tick (-1: idle now).

    Of the pools of all campaigns that hang together with one.
    """
    linked = k.routes.linked[campaign]
    for i in range(linked.shape[0]):
        if linked[i] < 0:
            return
        order = k.routes.pools[linked[i]]
        for j in range(order.shape[0]):
            if order[j] < 0:
                break
            pool = np.int64(order[j])
            if until < 0:
                s.crew.room[pool] = s.crew.pools[pool]["idle"]
            else:
                s.crew.room[pool] = sure_agents(s.crew, k.shifts, pool, until)


@kernel
def spread(k: Static, s: State, campaign: int, more: int) -> None:
    """Spread calls under way, and so many more of a campaign's, over pools with room.

    Each comes to its campaign's first pool; what that has no room for may come to the next, of
    each campaign as much as came: the least numbers of which that holds (written in `arrivals`).
    """
    linked = k.routes.linked[campaign]
    arrivals = s.crew.arrivals
    for i in range(linked.shape[0]):
        if linked[i] < 0:
            break
        other = np.int64(linked[i])
        arrivals[other, :] = 0
        ledger = s.ledgers[other]
        arrivals[other, 0] = np.int64(ledger["outstanding"]) + np.int64(ledger["waiting"])
        if other == campaign:
            arrivals[other, 0] += more
    changed = True
    while changed:
        changed = False
        for i in range(linked.shape[0]):
            if linked[i] < 0:
                break
            other = np.int64(linked[i])
            order = k.routes.pools[other]
            for j in range(order.shape[0] - 1):
                if order[j + 1] < 0:
                    break
                onward = min(arrivals[other, j], too_many(k, s, linked, np.int64(order[j])))
                if onward > arrivals[other, j + 1]:
                    arrivals[other, j + 1] = onward
                    changed = True


@kernel
def too_many(k: Static, s: State, linked: Array, pool: int) -> int:
    """How many more calls may come to a pool than it has room for."""
    calls = np.int64(0)
    for i in range(linked.shape[0]):
        if linked[i] < 0:
            break
        order = k.routes.pools[linked[i]]
        for j in range(order.shape[0]):
            if order[j] == pool:
                calls += s.crew.arrivals[linked[i], j]
    return max(np.int64(0), calls - s.crew.room[pool])


@kernel
def left_over(k: Static, s: State, campaign: int) -> int:
    """Calls of a campaign that, once spread, may find no agent in its last pool either."""
    order = k.routes.pools[campaign]
    last = 0
    while last + 1 < order.shape[0] and order[last + 1] >= 0:
        last += 1
    over = too_many(k, s, k.routes.linked[campaign], np.int64(order[last]))
    return min(s.crew.arrivals[campaign, last], over)


@kernel
def may_risk(k: Static, s: State, campaign: int, now: int) -> bool:
    """Whether the abandon guard lets a campaign dial once more.

    A dial that a sure agent waits for is no risk: one who is idle, and still at work when the
    callee may answer.
    """
    record = k.campaigns[campaign]
    if record["abandon_cap"] >= ABANDON_UNIT:
        return True
    make_room(k, s, campaign, now + np.int64(record["reach_ms"]))
    spread(k, s, campaign, 1)
    linked = k.routes.linked[campaign]
    for i in range(linked.shape[0]):
        if linked[i] < 0:
            break
        other = np.int64(linked[i])
        cap = np.int64(k.campaigns[other]["abandon_cap"])
        short = left_over(k, s, other)
        if short > 0 and not within_cap(s.ledgers[other], cap, short, now):
            return False
    return True


@kernel
def rivals(k: Static, s: State, campaign: int, other: int) -> int:
    """Calls of another campaign, once spread, that may come to agents of a campaign."""
    ledger = s.ledgers[other]
    under_way = np.int64(ledger["outstanding"]) + np.int64(ledger["waiting"])
    if other == campaign or k.routes.single[campaign] == 1:
        return under_way
    mine, theirs = k.routes.pools[campaign], k.routes.pools[other]
    found = np.int64(0)
    for j in range(theirs.shape[0]):
        for i in range(mine.shape[0]):
            if theirs[j] >= 0 and mine[i] == theirs[j]:
                found += s.crew.arrivals[other, j]
    return min(found, under_way)


@kernel
def survey(k: Static, s: State, campaign: int) -> None:
    """Write what a campaign sees of its agents and of the calls out for them."""
    floor = s.crew.floors[campaign]
    floor["idle"] = floor["talking"] = floor["wrapping"] = 0
    order = k.routes.pools[campaign]
    for i in range(order.shape[0]):
        if order[i] < 0:
            break
        pool = s.crew.pools[order[i]]
        floor["idle"] += pool["idle"]
        floor["talking"] += pool["talking"]
        floor["wrapping"] += pool["wrapping"]
    if k.routes.single[campaign] == 0:
        make_room(k, s, campaign, -1)
        spread(k, s, campaign, 0)
    floor["outstanding"] = floor["waiting"] = 0
    linked = k.routes.linked[campaign]
    for i in range(linked.shape[0]):
        if linked[i] < 0:
            break
        calls = rivals(k, s, campaign, np.int64(linked[i]))
        waiting = min(calls, np.int64(s.ledgers[linked[i]]["waiting"]))
        floor["waiting"] += waiting
        floor["outstanding"] += calls - waiting


@kernel
def next_waiting(k: Static, s: State, pool: int) -> int:
    """Call slot of the callee whom a free agent of a pool gets, -1: nobody waits.

    Of the most urgent campaign with somebody waiting; among equals who waits longest.
    """
    served = k.routes.served[pool]
    best, slot = -1, np.int64(-1)
    for i in range(served.shape[0]):
        if served[i] < 0:
            break
        head = np.int64(s.ledgers[served[i]]["wait_head"])
        if head < 0:
            continue
        if best >= 0:
            if k.campaigns[served[i]]["priority"] > k.campaigns[best]["priority"]:
                break
            if s.calls[head]["answer_tick"] >= s.calls[slot]["answer_tick"]:
                continue
        best, slot = np.int64(served[i]), head
    return slot


# --- whose turn it is -----------------------------------------------------------------------------


@kernel
def whose_turn(k: Static, s: State, asked: int) -> int:
    """Of the campaigns that have dials to make now, the one that makes the next.

    Those that hang together take turns by agents' time; between them, by dials.
    """
    node = np.int64(k.world[0]["node_dial"])
    best, best_line, best_own = asked, np.int64(0), np.int64(0)
    best_first = -1
    for campaign in range(s.progress.shape[0]):
        if not queue_is_in(s.queue, node + campaign):
            continue
        first = np.int64(k.routes.linked[campaign][0])
        line, own = starts(s, campaign, first)
        if best_first < 0 or (line, first, own) < (best_line, best_first, best_own):
            best, best_line, best_first, best_own = campaign, line, first, own
    return best


@kernel
def starts(s: State, campaign: int, first: int) -> tuple[int, int]:
    """Where a campaign's next dial begins: among all, by dials, and among those linked, by time.

    ``first``: the first of the campaigns linked with it.
    """
    leader = s.progress[first]
    line = max(np.int64(s.control[0]["line_virtual"]), np.int64(leader["line_tag"]))
    own = max(np.int64(leader["virtual"]), np.int64(s.progress[campaign]["tag"]))
    return line, own


@kernel
def take_turn(k: Static, s: State, campaign: int) -> None:
    """Charge a campaign for a dial; others with dials to make for the same agents decide anew."""
    linked = k.routes.linked[campaign]
    first = np.int64(linked[0])
    line, own = starts(s, campaign, first)
    progress, leader = s.progress[campaign], s.progress[first]
    mean_ms = (np.int64(progress["busy_ms"]) + FIRST_BUSY_MS) // (np.int64(progress["ended"]) + 1)
    progress["tag"] = own + mean_ms * WEIGHT_UNIT // np.int64(progress["weight"])
    leader["virtual"] = own
    weight = np.int64(0)
    for i in range(linked.shape[0]):
        if linked[i] < 0:
            break
        other = np.int64(linked[i])
        weight += np.int64(s.progress[other]["weight"])
        if other != campaign and queue_is_in(s.queue, np.int64(k.world[0]["node_dial"]) + other):
            s.progress[other]["stale"] = 1
    leader["line_tag"] = line + WEIGHT_UNIT * WEIGHT_UNIT // weight
    s.control[0]["line_virtual"] = line
