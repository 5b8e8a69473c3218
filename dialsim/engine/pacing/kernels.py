"""When a campaign decides how many to dial, what it goes by, and what it hears of its calls.

All of it is the dialer's own: agents, calls out, answers, drops. Nothing here reads the network.
"""

import numpy as np

from dialsim.agents.kernels import idle_for
from dialsim.core.codes import Kind, Limit
from dialsim.core.jit import kernel
from dialsim.core.queue import queue_is_in, queue_put
from dialsim.engine.state import State, Static
from dialsim.pacing.adaptive.kernels import (
    close_minute,
    placed_by_level,
    steered_level,
    take_sample,
    vicidial_level,
)
from dialsim.pacing.kernels import (
    dials_wanted,
    held_by_itself,
    next_due,
    note_in_window,
    set_limit,
    turn_to_day,
    window_sums,
)
from dialsim.pacing.layout import (
    ABANDON_TARGET,
    PREDICTIVE,
    PREVIEW,
    RATE,
    VICIDIAL,
)
from dialsim.pacing.predictive.kernels import (
    dials_ahead,
    follow_drops,
    free_soon,
    learn_end,
    learn_handling,
    note_ringing,
    weigh_ringing,
)

K_PACE = int(Kind.PACE)
K_DIAL = int(Kind.DIAL)
L_CLOSED = int(Limit.CLOSED)
L_AGENTS = int(Limit.AGENTS)
SECOND_MS = 1000
HALF_SECOND_MS = 500
LONGEST_SET_UP_S = 60  # a call out for longer than this and the ring timeout is as good as over
SAMPLE, PLACE, LEVEL, MINUTE = 2, 5, 30, 120  # half seconds between two of each


@kernel
def any_open(k: Static, s: State, campaign: int) -> bool:
    """Whether some hours class of a campaign is open."""
    zones = np.int64(k.world[0]["zones"])
    for z in range(campaign * zones, (campaign + 1) * zones):
        if s.classes[z]["open"] == 1:
            return True
    return False


@kernel
def on_pace(k: Static, s: State, node: int, now: int) -> None:
    """Decide how many to dial, after an event or on the second."""
    world = k.world[0]
    campaign = node - np.int64(world["node_pace"])
    second = node >= world["node_second"]
    if second:
        campaign = node - np.int64(world["node_second"])
    terms = k.campaigns[campaign]
    pool = s.crew.pools[terms["pool"]]
    progress = s.progress[campaign]
    if second and pool["on_shift"] > 0:
        queue_put(s.queue, node, next_second(k, s, campaign, now), K_PACE)
    if pool["on_shift"] == 0 or not any_open(k, s, campaign):
        progress["to_dial"] = 0
        set_limit(progress, s.limit_ms[campaign], L_CLOSED, now)
        return
    progress["to_dial"] = wanted(k, s, campaign, second, now)
    if progress["to_dial"] == 0:
        set_limit(progress, s.limit_ms[campaign], held_by_itself(terms), now)
        return
    dial = np.int64(world["node_dial"]) + campaign
    if not queue_is_in(s.queue, dial):
        queue_put(s.queue, dial, now, K_DIAL)


@kernel
def next_second(k: Static, s: State, campaign: int, now: int) -> int:
    """When a campaign decides next without an event: on its clock, or when a dial is due."""
    terms = k.campaigns[campaign]
    mode = terms["mode"]
    if mode == RATE:
        return next_due(terms, s.progress[campaign], k.gaps, k.world[0]["run_base"], now)
    if mode == VICIDIAL or mode == ABANDON_TARGET:
        return now + HALF_SECOND_MS
    if mode == PREVIEW:
        length_ms = np.int64(terms["preview_ms"])
        _, due = idle_for(s.crew, np.int64(terms["pool"]), length_ms, now)
        if due >= 0:
            return min(due, now + SECOND_MS)
    return now + SECOND_MS


@kernel
def wanted(k: Static, s: State, campaign: int, second: bool, now: int) -> int:
    """Dials a campaign that is open wants to make now."""
    terms = k.campaigns[campaign]
    mode = terms["mode"]
    pool = s.crew.pools[terms["pool"]]
    if mode == RATE:
        return np.int64(s.progress[campaign]["to_dial"]) + (1 if second else 0)
    if mode == VICIDIAL or mode == ABANDON_TARGET:
        return by_level(k, s, campaign, second, now)
    idle = np.int64(pool["idle"])
    if mode == PREVIEW:
        idle, _ = idle_for(s.crew, np.int64(terms["pool"]), np.int64(terms["preview_ms"]), now)
    plain = dials_wanted(terms, pool, idle)
    if mode != PREDICTIVE:
        return plain
    if second:
        ages_s = np.int64(terms["ring_timeout_ms"]) // SECOND_MS + LONGEST_SET_UP_S
        weigh_ringing(s.pacers[campaign], ages_s, now)
        weigh_agents(k, s, campaign, now)
    return max(plain, ahead(k, s, campaign))


@kernel
def by_level(k: Static, s: State, campaign: int, second: bool, now: int) -> int:
    """Dials of a mode that steers a level; its clock goes on with each half second."""
    terms = k.campaigns[campaign]
    pacer = s.pacers[campaign]
    pool = s.crew.pools[terms["pool"]]
    vicidial = terms["mode"] == VICIDIAL
    idle, waiting = np.int64(pool["idle"]), np.int64(pool["waiting"])
    talking, wrapping = np.int64(pool["talking"]), np.int64(pool["wrapping"])
    clock = np.int64(pacer["clock"])
    if second:
        pacer["clock"] = clock + 1
        if vicidial:
            if clock % SAMPLE == 0:
                take_sample(pacer, idle, waiting, idle + talking + wrapping)
            if clock % MINUTE == 0:
                close_minute(pacer)
        if clock % LEVEL == 0:
            if vicidial:
                turn_to_day(s.ledgers[campaign], now)
                pacer["level"] = vicidial_level(terms, pacer, s.ledgers[campaign], now)
            else:
                answers, drops = window_sums(pacer, terms, now)
                pacer["level"] = steered_level(terms, pacer, answers, drops)
    existing = np.int64(pool["outstanding"]) + waiting + talking
    if not vicidial:
        return placed_by_level(terms, pacer, idle + talking + wrapping, existing + wrapping)
    if second and clock % PLACE == 0:
        return placed_by_level(terms, pacer, idle + talking, existing)
    return np.int64(s.progress[campaign]["to_dial"])


@kernel
def weigh_agents(k: Static, s: State, campaign: int, now: int) -> None:
    """Sum up, a second's work, which busy agents of the pool will be free in time."""
    row = np.int64(k.campaigns[campaign]["pool"])
    outlook = s.outlooks[row]
    within = np.int64(s.pacers[campaign]["within_s"])
    mean = spread = 0.0
    for team in range(s.crew.groups.shape[0]):
        group = s.crew.groups[team]
        if group["pool"] != row or group["on_shift"] == 0:
            continue  # who is busy still goes home afterwards
        first = np.int64(group["first"])
        for agent in range(first, first + np.int64(group["count"])):
            record = s.crew.agents[agent]
            if record["lead"] >= 0:
                chance = free_soon(outlook, now - np.int64(record["busy_since"]), within)
                mean += chance
                spread += chance * (1.0 - chance)
    outlook["free_mean"] = mean
    outlook["free_var"] = spread


@kernel
def ahead(k: Static, s: State, campaign: int) -> int:
    """Dials of predictive pacing, with all that rings for the same agents."""
    row = np.int64(k.campaigns[campaign]["pool"])
    pool, outlook = s.crew.pools[row], s.outlooks[row]
    answers = spread = 0.0
    served = k.pool_campaigns[row]
    for i in range(served.shape[0]):
        other = np.int64(served[i])
        if other < 0:
            break
        if k.campaigns[other]["mode"] == PREDICTIVE:
            answers += s.pacers[other]["ringing_mean"]
            spread += s.pacers[other]["ringing_var"]
        else:
            answers += np.int64(s.ledgers[other]["outstanding"])
    free = np.int64(pool["idle"]) - np.int64(pool["waiting"]) + outlook["free_mean"]
    return dials_ahead(s.pacers[campaign], free, outlook["free_var"], answers, spread)


# --- what a campaign hears of its calls -----------------------------------------------------------


@kernel
def note_dial(k: Static, s: State, campaign: int, now: int) -> None:
    """A call goes out."""
    ledger = s.ledgers[campaign]
    turn_to_day(ledger, now)
    ledger["calls"] += 1
    ledger["outstanding"] += 1
    s.pacers[campaign]["calls"] += 1
    if k.campaigns[campaign]["mode"] == PREDICTIVE:
        note_ringing(s.pacers[campaign], now, 1)


@kernel
def note_end(k: Static, s: State, campaign: int, dial_tick: int, answered: int, now: int) -> None:
    """A call rings no more: it was answered, or ended without."""
    s.ledgers[campaign]["outstanding"] -= 1
    if k.campaigns[campaign]["mode"] == PREDICTIVE:
        note_ringing(s.pacers[campaign], dial_tick, -1)
        learn_end(s.pacers[campaign], now - dial_tick, answered)


@kernel
def note_served(k: Static, s: State, campaign: int, dropped: int, now: int) -> None:
    """An answer found an agent in time, or did not."""
    terms = k.campaigns[campaign]
    pacer = s.pacers[campaign]
    pacer["drops"] += dropped
    if terms["mode"] == ABANDON_TARGET:
        note_in_window(pacer, terms, dropped, now)
    elif terms["mode"] == PREDICTIVE:
        held = s.progress[campaign]["limit"] != L_AGENTS
        follow_drops(pacer, terms["drop_percent"] / 100.0, dropped, held)


@kernel
def note_free(k: Static, s: State, agent: int, now: int) -> None:
    """An agent's handling of a call is over."""
    record = s.crew.agents[agent]
    campaign = np.int64(s.leads[record["lead"]]["campaign"])
    if k.campaigns[campaign]["mode"] != PREDICTIVE:
        return
    row = np.int64(record["pool"])
    outlook, pool = s.outlooks[row], s.crew.pools[row]
    learn_handling(outlook, now - np.int64(record["busy_since"]))
    busy = np.int64(pool["talking"]) + np.int64(pool["wrapping"])
    if busy > 0:
        outlook["free_mean"] -= outlook["free_mean"] / busy
        outlook["free_var"] -= outlook["free_var"] / busy
