"""Agents and turns that several campaigns share: possible assignments, and turns.

Campaigns *hang together* that use an agent in common, or hang together with a third by one. Calls
under way are spread over the pools of such campaigns in the order in which agents are asked, as if
all were answered at once: that bounds what may come to each pool, however the answers fall.

Turns are start-time fair queueing (Goyal, Vin, Cheng 1996): each dial begins where the campaign's
last one ended or where the others are by now, whichever is later, and ends after what it costs,
by weight; the earliest beginning goes first, and who has dials to make makes them in the end.

Who dials ahead fills the room of the others, who then have no dials to make and would come to less
than their share. Therefore one who is behind keeps a claim on half a minute of its agents' time; if
it finds no room for that, those it shares agents with give way until it has caught up. It is a time
long enough that dialling ahead is seldom broken off. Nobody saves up more.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.agents.kernels import sure_agents
from dialsim.core.codes import Limit
from dialsim.core.queue import queue_is_in
from dialsim.engine.order.kernels import choose_lead, next_list
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel
from dialsim.pacing.kernels import within_cap
from dialsim.pacing.layout import (
    ABANDON_UNIT,
    CLAIM_MS,
    FIRST_BUSY_MS,
    PREDICTIVE,
    VICIDIAL,
    WEIGHT_UNIT,
)

Array = NDArray[Any]

BEFORE, TOO_FAR = 1, 2  # of `claimed`


# --- who can take whose callee --------------------------------------------------------------------


@kernel
def count_room(k: Static, s: State, campaign: int, until: int) -> None:
    """Write how many idle agents each pool has now, or surely at a tick (-1: now).

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
def spread_calls(k: Static, s: State, campaign: int, more: int) -> None:
    """Spread the calls under way, and more of a campaign's, over the pools with room.

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
                onward = min(arrivals[other, j], excess_calls(k, s, linked, np.int64(order[j])))
                if onward > arrivals[other, j + 1]:
                    arrivals[other, j + 1] = onward
                    changed = True


@kernel
def excess_calls(k: Static, s: State, linked: Array, pool: int) -> int:
    """How many more calls may come to a pool than it has agents for."""
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
def unserved_calls(k: Static, s: State, campaign: int) -> int:
    """Calls of a campaign that, once spread, may find no agent in its last pool either."""
    order = k.routes.pools[campaign]
    last = 0
    while last + 1 < order.shape[0] and order[last + 1] >= 0:
        last += 1
    over = excess_calls(k, s, k.routes.linked[campaign], np.int64(order[last]))
    return min(s.crew.arrivals[campaign, last], over)


@kernel
def uses_one_pool(k: Static, campaign: int) -> bool:
    """Whether a campaign and all that share agents with it use one and the same pool."""
    alone = k.routes.linked.shape[1] == 1 and k.routes.pools.shape[1] == 1
    return bool(alone or k.routes.single[campaign] == 1)


@kernel
def linked_with(k: Static, campaign: int, place: int) -> int:
    """The campaign at a place among those that share agents with one, itself too; -1 behind."""
    if k.routes.linked.shape[1] == 1:
        return campaign
    return np.int64(k.routes.linked[campaign, place])


@kernel
def may_risk(k: Static, s: State, campaign: int, now: int) -> bool:
    """Whether the abandon guard lets a campaign dial once more.

    A dial that a sure agent waits for is no risk: one who is idle, and still at work when the
    callee may answer.
    """
    record = k.campaigns[campaign]
    if record["abandon_cap"] >= ABANDON_UNIT:
        return True
    if uses_one_pool(k, campaign):
        return may_risk_in_one(k, s, campaign, now)
    count_room(k, s, campaign, now + np.int64(record["reach_ms"]))
    spread_calls(k, s, campaign, 1)
    linked = k.routes.linked[campaign]
    for i in range(linked.shape[0]):
        if linked[i] < 0:
            break
        other = np.int64(linked[i])
        cap = np.int64(k.campaigns[other]["abandon_cap"])
        short = unserved_calls(k, s, other)
        if short > 0 and not within_cap(s.ledgers[other], cap, short, now):
            return False
    return True


@kernel
def may_risk_in_one(k: Static, s: State, campaign: int, now: int) -> bool:
    """`may_risk` where all campaigns that share agents use one pool."""
    most, calls = k.routes.linked.shape[1], np.int64(1)
    for i in range(most):
        other = linked_with(k, campaign, i)
        if other < 0:
            break
        ledger = s.ledgers[other]
        calls += np.int64(ledger["outstanding"]) + np.int64(ledger["waiting"])
    until = now + np.int64(k.campaigns[campaign]["reach_ms"])
    over = calls - sure_agents(s.crew, k.shifts, np.int64(k.routes.pools[campaign, 0]), until)
    if over <= 0:
        return True
    for i in range(most):
        other = linked_with(k, campaign, i)
        if other < 0:
            break
        ledger = s.ledgers[other]
        mine = np.int64(ledger["outstanding"]) + np.int64(ledger["waiting"])
        short = min(over, mine + 1 if other == campaign else mine)
        cap = np.int64(k.campaigns[other]["abandon_cap"])
        if short > 0 and not within_cap(ledger, cap, short, now):
            return False
    return True


@kernel
def rivals(k: Static, s: State, campaign: int, other: int) -> int:
    """Calls of another campaign, once spread, that may come to agents of a campaign.

    Not to those of pools that it has given up.
    """
    ledger = s.ledgers[other]
    under_way = np.int64(ledger["outstanding"]) + np.int64(ledger["waiting"])
    if other == campaign or uses_one_pool(k, campaign):
        return under_way
    mine, theirs = k.routes.pools[campaign], k.routes.pools[other]
    found = np.int64(0)
    for j in range(theirs.shape[0]):
        for i in range(mine.shape[0]):
            if theirs[j] < 0 or mine[i] != theirs[j]:
                continue
            if s.crew.pools[theirs[j]]["given_up"] == 0:
                found += s.crew.arrivals[other, j]
    return min(found, under_way)


@kernel
def survey_agents(k: Static, s: State, campaign: int) -> None:
    """Write what a campaign sees of its agents and of the calls out for them."""
    if uses_one_pool(k, campaign):
        survey_one_pool(k, s, campaign)
        return
    floor = s.crew.floor[0]
    floor["idle"] = floor["talking"] = floor["wrapping"] = 0
    order = k.routes.pools[campaign]
    for i in range(order.shape[0]):
        if order[i] < 0:
            break
        pool = s.crew.pools[order[i]]
        if pool["given_up"] == 1:
            continue
        floor["idle"] += pool["idle"]
        floor["talking"] += pool["talking"]
        floor["wrapping"] += pool["wrapping"]
    count_room(k, s, campaign, -1)
    spread_calls(k, s, campaign, 0)
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
def survey_one_pool(k: Static, s: State, campaign: int) -> None:
    """`survey_agents` where all campaigns that share agents use one pool."""
    outstanding = waiting = np.int64(0)
    for i in range(k.routes.linked.shape[1]):
        other = linked_with(k, campaign, i)
        if other < 0:
            break
        ledger = s.ledgers[other]
        outstanding += np.int64(ledger["outstanding"])
        waiting += np.int64(ledger["waiting"])
    floor, pool = s.crew.floor[0], s.crew.pools[k.routes.pools[campaign, 0]]
    there = np.int64(1 - pool["given_up"])
    floor["idle"] = there * np.int64(pool["idle"])
    floor["talking"] = there * np.int64(pool["talking"])
    floor["wrapping"] = there * np.int64(pool["wrapping"])
    floor["outstanding"], floor["waiting"] = outstanding, waiting


@kernel
def next_waiting(k: Static, s: State, pool: int) -> int:
    """Call slot of the callee whom a free agent of a pool gets, -1: no callee waits.

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
    """The campaign that makes the next dial, of those that have dials to make now.

    Those that hang together take turns by agents' time; between them, by dials.
    """
    node = np.int64(k.world[0]["node_dial"])
    if s.queue.timers[node + asked]["next"] < 0:
        return asked
    best, best_start, best_own = asked, np.int64(0), np.int64(0)
    best_first = -1
    at = node + asked
    while at >= 0:  # all that is left of a tick once dials are its first: they are its last kind
        campaign = at - node
        at = np.int64(s.queue.timers[at]["next"])
        first = linked_with(k, campaign, 0)
        start, own = starts(k, s, campaign, first)
        if best_first < 0 or (start, first, own) < (best_start, best_first, best_own):
            best, best_start, best_first, best_own = campaign, start, first, own
    return best


@kernel
def starts(k: Static, s: State, campaign: int, first: int) -> tuple[int, int]:
    """Virtual start of a campaign's next dial: among all by dials, among those linked by time.

    ``first``: the first of the campaigns linked with it. Who is linked with none shares no time.
    """
    leader = s.progress[first]
    start = max(np.int64(s.control[0]["dial_virtual"]), np.int64(leader["dial_tag"]))
    if is_alone(k, campaign):
        return start, np.int64(0)
    since = np.int64(leader["virtual"]) - claim(k, s, campaign)
    return start, max(since, np.int64(s.progress[campaign]["tag"]))


@kernel
def is_alone(k: Static, campaign: int) -> bool:
    """Whether a campaign shares its agents with no other."""
    linked = k.routes.linked[campaign]
    return bool(linked.shape[0] < 2 or linked[1] < 0)


@kernel
def claim(k: Static, s: State, campaign: int) -> int:
    """By how much agents' time, by weight, a campaign may be behind at most."""
    order = k.routes.pools[campaign]
    agents = np.int64(0)
    for i in range(order.shape[0]):
        if order[i] < 0:
            break
        pool = s.crew.pools[order[i]]
        agents += np.int64(pool["idle"]) + np.int64(pool["talking"]) + np.int64(pool["wrapping"])
    return CLAIM_MS * agents * WEIGHT_UNIT // np.int64(s.progress[campaign]["weight"])


@kernel
def take_turn(k: Static, s: State, campaign: int) -> None:
    """Charge a campaign for a dial; let those that share its agents decide anew."""
    progress = s.progress[campaign]
    if is_alone(k, campaign):
        start = max(np.int64(s.control[0]["dial_virtual"]), np.int64(progress["dial_tag"]))
        s.control[0]["dial_virtual"] = start
        progress["dial_tag"] = start + np.int64(progress["turn"])
        return
    linked = k.routes.linked[campaign]
    first = np.int64(linked[0])
    start, own = starts(k, s, campaign, first)
    leader = s.progress[first]
    s.control[0]["dial_virtual"] = start
    mean_ms = (np.int64(progress["busy_ms"]) + FIRST_BUSY_MS) // (np.int64(progress["ended"]) + 1)
    progress["tag"] = own + mean_ms * WEIGHT_UNIT // np.int64(progress["weight"])
    leader["virtual"] = max(own, np.int64(leader["virtual"]))
    weight = np.int64(0)
    for i in range(linked.shape[0]):
        if linked[i] < 0:
            break
        other = np.int64(linked[i])
        weight += np.int64(s.progress[other]["weight"])
        if other != campaign and queue_is_in(s.queue, np.int64(k.world[0]["node_dial"]) + other):
            s.progress[other]["stale"] = 1
    leader["dial_tag"] = start + WEIGHT_UNIT * WEIGHT_UNIT // weight


# --- who gives way --------------------------------------------------------------------------------


@kernel
def give_way(k: Static, s: State, campaign: int, now: int) -> tuple[int, int]:
    """Mark the pools that a campaign gives up; return how many these and the others are.

    Those of hungry campaigns before it, from when one of them is too far behind until there is
    none. The marks stand until `take_back`.
    """
    order = k.routes.pools[campaign]
    most = 0
    for i in range(order.shape[0]):
        if order[i] >= 0:
            most = max(most, claimed(k, s, campaign, np.int64(order[i]), now))
    progress = s.progress[campaign]
    progress["gives_way"] = 1 if most == TOO_FAR or (most > 0 and progress["gives_way"] == 1) else 0
    given = kept = 0
    for i in range(order.shape[0]):
        if order[i] < 0:
            break
        if progress["gives_way"] == 1 and claimed(k, s, campaign, np.int64(order[i]), now) > 0:
            s.crew.pools[order[i]]["given_up"] = 1
            given += 1
        else:
            kept += 1
    return given, kept


@kernel
def take_back(k: Static, s: State, campaign: int) -> None:
    """Clear the marks of `give_way`."""
    order = k.routes.pools[campaign]
    for i in range(order.shape[0]):
        if order[i] >= 0:
            s.crew.pools[order[i]]["given_up"] = 0


@kernel
def claimed(k: Static, s: State, campaign: int, pool: int, now: int) -> int:
    """Whether campaigns that want to dial use a pool before one: 0, BEFORE or TOO_FAR."""
    first = np.int64(k.routes.linked[campaign][0])
    _, own = starts(k, s, campaign, first)
    served = k.routes.served[pool]
    found = 0
    for i in range(served.shape[0]):
        if served[i] < 0:
            break
        other = np.int64(served[i])
        _, theirs = starts(k, s, other, first)
        if (theirs, other) < (own, campaign) and is_hungry(k, s, other, now):
            found = max(found, TOO_FAR if own - theirs > claim(k, s, other) else BEFORE)
    return found


@kernel
def is_hungry(k: Static, s: State, campaign: int, now: int) -> bool:
    """Whether a campaign would dial now if there were agents enough.

    Not one that is held by something of its own: an alarm, agents whom it wants idle, or that it
    has nobody to dial or no caller ID to dial from.
    """
    limit = s.progress[campaign]["limit"]
    if limit != Limit.AGENTS and limit != Limit.ABANDON_GUARD:
        return False
    if queue_is_in(s.queue, np.int64(k.world[0]["node_dial"]) + campaign):
        return False
    terms = k.campaigns[campaign]
    if terms["mode"] == PREDICTIVE and s.pacers[campaign]["alarm"] == 1:
        return False
    if terms["mode"] == VICIDIAL and terms["agents_target"] < 0:
        return False
    row, caller, _, lacking = choose_lead(k, s, campaign, now)
    fresh = caller >= 0 or lacking < 0  # lacking nothing without a caller ID: all are barred
    return bool(row >= 0 or (fresh and next_list(k, s, campaign) >= 0))
