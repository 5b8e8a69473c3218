"""Pacing decisions of campaigns: when, on which knowledge, with which feedback.

All of it is the dialer's own: agents, calls out, answers, drops. Nothing here reads the network.
"""

from typing import Any

import numpy as np

from dialsim.agents.kernels import idle_for, works
from dialsim.compliance.kernels import (
    is_given_up,
    is_registered,
    suspect_caller,
    suspect_unregistered,
)
from dialsim.core.codes import Kind, Limit, Seen
from dialsim.core.counts import quotient
from dialsim.core.queue import queue_is_in, queue_put, queue_put_now, queue_remove
from dialsim.core.time_units import SECOND_MS
from dialsim.engine.leads.kernels import request_decision
from dialsim.engine.order.kernels import has_leads
from dialsim.engine.rehearsal.kernels import dials_by_rehearsal
from dialsim.engine.sharing.kernels import (
    give_way,
    is_alone,
    linked_with,
    rivals,
    survey_agents,
    take_back,
)
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel
from dialsim.pacing.adaptive.kernels import (
    close_minute,
    placed_by_level,
    steered_level,
    take_sample,
    vicidial_level,
)
from dialsim.pacing.busy.kernels import follow_from, note_busy
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
    LATER,
    NO_SIGN,
    POLICY,
    POWER,
    PREDICTIVE,
    PREVIEW,
    PROGRESSIVE,
    QUICK,
    RATE,
    RATIO_UNIT,
    SIMULATE_AHEAD,
    VICIDIAL,
)
from dialsim.pacing.predictive.kernels import (
    dials_ahead,
    follow_drops,
    learn_end,
    learn_handling,
    note_ringing,
    weigh_busy,
    weigh_ringing,
)
from dialsim.pacing.rehearsal.kernels import note_talk, note_try
from dialsim.pacing.suspicion.kernels import (
    alarmed_today,
    doubt_after,
    judge_probes,
    learn_usual,
    note_gap,
    note_probe,
    slowed,
    take_probe,
)

NO_ANSWER, BUSY, UNREACHABLE = int(Seen.NO_ANSWER), int(Seen.BUSY), int(Seen.UNREACHABLE)
HALF_SECOND_MS = 500
LONGEST_SET_UP_S = 60  # a call out for longer than this and the ring timeout is as good as over
SAMPLE, PLACE, LEVEL, MINUTE = 2, 5, 30, 120  # half seconds between two of each


@kernel
def any_open(k: Static, s: State, campaign: int) -> bool:
    """Whether some hours class of a campaign is open."""
    zones = np.int64(k.world[0]["zones"])
    for z in range(campaign * zones, (campaign + 1) * zones):
        if s.open[z] == 1:
            return True
    return False


@kernel
def is_at_work(k: Static, s: State, campaign: int) -> bool:
    """Whether somebody may be called for a campaign and somebody is on shift for it."""
    return works(s.crew, k.routes, campaign) and any_open(k, s, campaign)


@kernel
def on_pace(k: Static, s: State, node: int, now: int) -> None:
    """Decide how many to dial, after an event or on the second."""
    world = k.world[0]
    campaign = node - np.int64(world["node_pace"])
    second = node >= world["node_second"]
    if second:
        campaign = node - np.int64(world["node_second"])
    terms = k.campaigns[campaign]
    progress = s.progress[campaign]
    progress["stale"] = 0
    at_work = works(s.crew, k.routes, campaign)
    if second and at_work:
        queue_put(s.queue, node, next_second(k, s, campaign, now), Kind.PACE)
    if not at_work or not any_open(k, s, campaign):
        progress["to_dial"] = 0
        set_limit(progress, s.limit_ms[campaign], Limit.CLOSED, now)
        return
    progress["to_dial"] = dials_wanted_now(k, s, campaign, second, now)
    if progress["to_dial"] == 0:
        set_limit(progress, s.limit_ms[campaign], held_by_itself(terms), now)
        if second and is_asked_anyway(k, campaign):
            pause_seconds(s, campaign, node, now)
        return
    if progress["limit"] == Limit.LEADS and not has_leads(k, s, campaign):
        progress["to_dial"] = 0  # an idle second of many campaigns would be a turn among them all
        if second and is_asked_anyway(k, campaign):
            pause_seconds(s, campaign, node, now)
        return
    dial = np.int64(world["node_dial"]) + campaign
    if not queue_is_in(s.queue, dial):
        queue_put_now(s.queue, dial, now, Kind.DIAL)


@kernel
def is_asked_anyway(k: Static, campaign: int) -> bool:
    """Whether a campaign that lacks agents or leads is asked again by the event that ends the lack.

    It has the agents to itself and dials for each of them once or more: a callee who is put
    through to an idle agent takes away a dial as well. Whatever else gives it one asks it, but
    that a busy agent goes on to a callee who waits, which rouses it. If its list holds it, whoever
    comes due asks it, and a call put through that may leave it no dial to make rouses it.
    """
    terms = k.campaigns[campaign]
    if not is_alone(k, campaign):
        return False
    mode = terms["mode"]
    return bool(mode == PROGRESSIVE or (mode == POWER and terms["ratio"] >= RATIO_UNIT))


@kernel(inlined=True)
def request_pool_decisions(k: Static, s: State, pool: int, changed: int, now: int) -> None:
    """Let campaigns of a pool decide after a call or a wrap-up ended.

    ``changed`` 0: no campaign has an agent or a call under way more or less than before. Who would
    decide what it did is not asked.
    """
    first = np.int64(k.routes.served[pool, 0])
    if first >= 0:
        request_linked_decisions(k, s, first, changed, now)


@kernel(inlined=True)
def request_linked_decisions(k: Static, s: State, campaign: int, changed: int, now: int) -> None:
    """Let campaigns of every pool of a campaign decide, and of those that share its agents."""
    for i in range(k.routes.linked.shape[1]):
        other = linked_with(k, campaign, i)
        if other < 0:
            return
        if not would_decide_alike(k, s, other, changed):
            request_decision(k, s, other, now)


@kernel
def would_decide_alike(k: Static, s: State, campaign: int, changed: int) -> bool:
    """Whether a campaign that needs no decisions on the second would decide as it did last.

    It is held by its agents, and has as many as before; or by its list, on which there is nobody
    still, and would make a dial more, or as many: in progressive a call that is put through leaves
    it as many as it had.
    """
    progress = s.progress[campaign]
    if progress["rested"] == 0:
        return False
    if progress["limit"] == Limit.AGENTS:
        return changed == 0
    if progress["limit"] != Limit.LEADS or k.campaigns[campaign]["mode"] != PROGRESSIVE:
        return False
    return not has_leads(k, s, campaign)


@kernel
def more_than_one_each(terms: Any) -> bool:
    """Whether a campaign dials more than once for each idle agent."""
    return bool(terms["mode"] == POWER and terms["ratio"] > RATIO_UNIT)


@kernel
def pause_seconds(s: State, campaign: int, node: int, now: int) -> None:
    """Stop a campaign's decisions on the second until an event resumes them."""
    queue_remove(s.queue, node)
    s.progress[campaign]["rested"] = now


@kernel
def resume_seconds(k: Static, s: State, campaign: int, after: int) -> None:
    """Resume a campaign's decisions on the second, from the first second after a tick."""
    progress = s.progress[campaign]
    since = np.int64(progress["rested"])
    if since == 0:
        return
    progress["rested"] = 0
    tick = since + (quotient(after - since, SECOND_MS) + 1) * SECOND_MS
    queue_put(s.queue, np.int64(k.world[0]["node_second"]) + campaign, tick, Kind.PACE)


@kernel
def order_dials(k: Static, s: State, campaign: int, count: int, now: int) -> None:
    """Set how often a campaign dials, as its policy decided."""
    s.progress[campaign]["allotted"] = count
    request_decision(k, s, campaign, now)


@kernel
def decide_anew(k: Static, s: State, campaign: int, now: int) -> bool:
    """Decide again for a campaign whose turn it is; return whether it has dials to make.

    How many is worked out if another has dialled for the same agents since, and with what is left
    if it gives way.
    """
    progress = s.progress[campaign]
    if is_alone(k, campaign):
        return bool(progress["to_dial"] > 0)
    if progress["to_dial"] == 0:
        return False
    terms = k.campaigns[campaign]
    given, kept = 0, 1
    if terms["mode"] != RATE and terms["mode"] != POLICY:
        given, kept = give_way(k, s, campaign, now)
    if kept > 0 and (given > 0 or progress["stale"] == 1):
        progress["to_dial"] = dials_wanted_now(k, s, campaign, False, now)
    progress["stale"] = 0
    if given > 0:
        take_back(k, s, campaign)
    if kept > 0 and progress["to_dial"] > 0:
        return True
    set_limit(progress, s.limit_ms[campaign], held_by_itself(terms), now)
    return False


@kernel(inlined=True)
def next_second(k: Static, s: State, campaign: int, now: int) -> int:
    """The tick of a campaign's next decision without an event."""
    terms = k.campaigns[campaign]
    mode = terms["mode"]
    if mode == RATE:
        return next_due(terms, s.progress[campaign], k.gaps, k.world[0]["run_base"], now)
    if mode == VICIDIAL or mode == ABANDON_TARGET:
        return now + HALF_SECOND_MS
    if mode == PREVIEW:
        length_ms = np.int64(terms["preview_ms"])
        _, due = idle_for(s.crew, k.routes, campaign, length_ms, now)
        if due >= 0:
            return min(due, now + SECOND_MS)
    return now + SECOND_MS


@kernel
def dials_wanted_now(k: Static, s: State, campaign: int, second: bool, now: int) -> int:
    """Dials that an open campaign wants to make now."""
    terms = k.campaigns[campaign]
    mode = terms["mode"]
    if mode == RATE:
        return np.int64(s.progress[campaign]["to_dial"]) + (1 if second else 0)
    if mode == POLICY:
        return np.int64(s.progress[campaign]["allotted"])
    survey_agents(k, s, campaign)
    if mode == VICIDIAL or mode == ABANDON_TARGET:
        return dials_by_level(k, s, campaign, second, now)
    if mode == SIMULATE_AHEAD:
        return dials_by_rehearsal(k, s, campaign, second, now)
    floor = s.crew.floor[0]
    idle = np.int64(floor["idle"])
    if mode == PREVIEW:
        idle, _ = idle_for(s.crew, k.routes, campaign, np.int64(terms["preview_ms"]), now)
    plain = dials_wanted(terms, floor, idle)
    if mode != PREDICTIVE:
        return plain
    if s.pacers[campaign]["alarm"] == 1:
        return slowed(s.pacers[campaign], plain, now)
    if second:
        ages_s = np.int64(terms["ring_timeout_ms"]) // SECOND_MS + LONGEST_SET_UP_S
        weigh_ringing(s.pacers[campaign], ages_s, now)
        weigh_agents(k, s, campaign, now)
    return max(plain, dials_predicted(k, s, campaign))


@kernel
def dials_by_level(k: Static, s: State, campaign: int, second: bool, now: int) -> int:
    """Dials of a mode that steers a level every half second."""
    terms = k.campaigns[campaign]
    pacer = s.pacers[campaign]
    floor = s.crew.floor[0]
    vicidial = terms["mode"] == VICIDIAL
    idle, waiting = np.int64(floor["idle"]), np.int64(floor["waiting"])
    talking, wrapping = np.int64(floor["talking"]), np.int64(floor["wrapping"])
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
    existing = np.int64(floor["outstanding"]) + waiting + talking
    if not vicidial:
        return placed_by_level(terms, pacer, idle + talking + wrapping, existing + wrapping)
    if second and clock % PLACE == 0:
        return placed_by_level(terms, pacer, idle + talking, existing)
    return np.int64(s.progress[campaign]["to_dial"])


@kernel
def weigh_agents(k: Static, s: State, campaign: int, now: int) -> None:
    """Sum up which busy agents of a campaign's pools will be free in time; a second's work."""
    order = k.routes.pools[campaign]
    within = np.int64(s.pacers[campaign]["within_s"])
    for i in range(order.shape[0]):
        if order[i] >= 0:
            weigh_pool(s, np.int64(order[i]), within, now)


@kernel
def weigh_pool(s: State, row: int, within: int, now: int) -> None:
    """Sum up which busy agents of a pool will be free within so many seconds."""
    if s.crew.pools[row]["followed"] == 0:
        follow_busy(s, row, now)
    weigh_busy(s.outlooks[row], within, now)


@kernel
def follow_busy(s: State, row: int, now: int) -> None:
    """Begin to count a pool's busy agents by how long they are at a call."""
    outlook = s.outlooks[row]
    s.crew.pools[row]["followed"] = 1
    follow_from(outlook, now)
    for team in range(s.crew.groups.shape[0]):
        group = s.crew.groups[team]
        if group["pool"] != row or group["on_shift"] == 0:
            continue  # who is busy still goes home afterwards
        first = np.int64(group["first"])
        for agent in range(first, first + np.int64(group["count"])):
            if s.crew.busy_since[agent] <= now:
                note_busy(outlook, np.int64(s.crew.busy_since[agent]), 1)


@kernel
def dials_predicted(k: Static, s: State, campaign: int) -> int:
    """Dials of predictive pacing, after `survey_agents`; counts all calls for the same agents."""
    answers = spread = 0.0
    linked = k.routes.linked[campaign]
    for i in range(linked.shape[0]):
        other = np.int64(linked[i])
        if other < 0:
            break
        calls = rivals(k, s, campaign, other)
        if k.campaigns[other]["mode"] != PREDICTIVE:
            answers += max(0, calls - np.int64(s.ledgers[other]["waiting"]))
            continue
        ledger = s.ledgers[other]
        under_way = np.int64(ledger["outstanding"]) + np.int64(ledger["waiting"])
        part = 1.0 if calls == under_way else calls / under_way
        answers += part * s.pacers[other]["ringing_mean"]
        spread += part * s.pacers[other]["ringing_var"]
    floor = s.crew.floor[0]
    free = float(floor["idle"] - floor["waiting"])
    order = k.routes.pools[campaign]
    for i in range(order.shape[0]):
        if order[i] < 0:
            break
        if s.crew.pools[order[i]]["given_up"] == 1:
            continue
        free += s.outlooks[order[i]]["worth"] * s.outlooks[order[i]]["free_mean"]
        spread += s.outlooks[order[i]]["free_var"]
    return dials_ahead(s.pacers[campaign], free, answers, spread)


# --- what a campaign hears of its calls -----------------------------------------------------------


@kernel
def note_dial(k: Static, s: State, campaign: int, now: int) -> None:
    """Note that a call was dialled."""
    ledger = s.ledgers[campaign]
    turn_to_day(ledger, now)
    ledger["calls"] += 1
    ledger["outstanding"] += 1
    mode = k.campaigns[campaign]["mode"]
    if mode == PREDICTIVE or mode == SIMULATE_AHEAD:
        note_gap(s.pacers[campaign], now)
        note_ringing(s.pacers[campaign], now, 1)
    elif mode == POLICY:
        s.progress[campaign]["allotted"] -= 1
    s.pacers[campaign]["calls"] += 1


@kernel(inlined=True)
def note_end(k: Static, s: State, campaign: int, dial_tick: int, answered: int, now: int) -> None:
    """Note that a call rings no more: it was answered or ended."""
    s.ledgers[campaign]["outstanding"] -= 1
    mode = k.campaigns[campaign]["mode"]
    if mode == PREDICTIVE:
        note_ringing(s.pacers[campaign], dial_tick, -1)
        learn_end(s.pacers[campaign], now - dial_tick, answered)
    elif mode == SIMULATE_AHEAD:
        note_ringing(s.pacers[campaign], dial_tick, -1)
        note_try(s.rehearsals[campaign], now - dial_tick, answered, now)


@kernel
def choose_probe(k: Static, s: State, slot: int, now: int) -> None:
    """Choose a call that begins as a probe: its end is evidence for or against an interception.

    Those that are not registered are one number.
    First attempts alone: who could not be reached once is likelier not to be reached again.
    """
    if k.world[0]["suspicion_quick_ms"] == 0:
        return
    call = s.calls[slot]
    lead = np.int64(call["lead"])
    call["probe"] = -1
    if s.leads[lead]["attempts"] > 1:
        return
    caller = np.int64(call["caller"])
    alone = is_registered(s.resources, caller, now)
    doubted = s.resources.callers[caller] if alone else s.resources.unregistered[0]
    if doubted["probe"] < 0:
        doubted["probe"] = lead
    call["probe"] = take_probe(s.pacers[call["campaign"]])


@kernel(inlined=True)
def judge_end(k: Static, s: State, slot: int, answered: int, now: int) -> None:
    """Judge by a call's end whether its caller ID is intercepted, or all of the campaign's are.

    Nothing where no call can fail too soon.
    """
    if k.world[0]["suspicion_quick_ms"] == 0:
        return
    call = s.calls[slot]
    lead, place = np.int64(call["lead"]), np.int64(call["probe"])
    caller = np.int64(call["caller"])
    alone = is_registered(s.resources, caller, np.int64(call["dial_tick"]))
    doubted = s.resources.callers[caller] if alone else s.resources.unregistered[0]
    pacer, world = s.pacers[call["campaign"]], k.world[0]
    end = sign_of_end(k, call, answered, now)
    known = pacer["heard"] >= world["suspicion_known"]
    stopped, limit = world["suspicion_stopped"], world["suspicion_calls"]
    quick = 1 if end == QUICK else 0
    if doubted["probe"] == lead:
        doubted["probe"] = -1
        if known and end != NO_SIGN:
            doubted["doubt"] = doubt_after(doubted["doubt"], pacer["usual"], stopped, quick)
            if doubted["doubt"] > limit and alone:
                suspect_caller(s.resources, caller, now)
            elif doubted["doubt"] > limit:
                suspect_unregistered(s.resources, now)
    if place >= 0:
        note_probe(pacer, place, end)
        if place == pacer["judged"]:  # of the others one that began before is not over
            judge_probes(pacer, stopped, limit, known, now)
        if quick == 1 and not alone and alarmed_today(pacer, now):
            if not is_given_up(s.resources, caller):
                suspect_unregistered(s.resources, now)  # an alarm needs fewer of their calls
    if end != NO_SIGN and s.leads[lead]["attempts"] == 1:
        learn_usual(pacer, quick)


@kernel
def sign_of_end(k: Static, call: Any, answered: int, now: int) -> int:
    """Whether a call failed before it can have rung (QUICK), later (LATER), or shows nothing."""
    seen = call["seen"]
    if answered == 1:
        return LATER
    if seen != NO_ANSWER and seen != BUSY and seen != UNREACHABLE:
        return NO_SIGN
    return QUICK if now - call["dial_tick"] < k.world[0]["suspicion_quick_ms"] else LATER


@kernel(inlined=True)
def note_served(k: Static, s: State, campaign: int, dropped: int, now: int) -> None:
    """Note whether an answer found an agent in time."""
    terms = k.campaigns[campaign]
    pacer = s.pacers[campaign]
    if terms["mode"] == VICIDIAL:
        pacer["drops"] += dropped
    elif terms["mode"] == ABANDON_TARGET:
        note_in_window(pacer, terms, dropped, now)
    elif terms["mode"] == PREDICTIVE:
        held = s.progress[campaign]["limit"] != Limit.AGENTS
        target = terms["drop_percent"] / 100.0
        follow_drops(pacer, s.ledgers[campaign], target, dropped, held)


@kernel
def note_taken(s: State, agent: int, now: int) -> None:
    """Note that an agent has a callee, and is busy until the wrap-up ends."""
    record = s.crew.agents[agent]
    if s.crew.pools[record["pool"]]["followed"] == 1:
        if s.crew.groups[record["group"]]["on_shift"] == 1:
            note_busy(s.outlooks[record["pool"]], now, 1)


@kernel
def note_free(k: Static, s: State, agent: int, now: int) -> None:
    """Note that an agent's handling of a call is over."""
    record = s.crew.agents[agent]
    if s.crew.pools[record["pool"]]["followed"] == 1:
        if s.crew.groups[record["group"]]["on_shift"] == 1:
            note_busy(s.outlooks[record["pool"]], np.int64(s.crew.busy_since[agent]), -1)
    campaign = np.int64(record["campaign"])
    mode = k.campaigns[campaign]["mode"]
    if mode == SIMULATE_AHEAD:
        note_talk(s.rehearsals[campaign], now - np.int64(s.crew.busy_since[agent]), now)
    if mode != PREDICTIVE:
        return
    row = np.int64(record["pool"])
    outlook, pool = s.outlooks[row], s.crew.pools[row]
    learn_handling(outlook, now - np.int64(s.crew.busy_since[agent]))
    busy = np.int64(pool["talking"]) + np.int64(pool["wrapping"])
    if busy > 0:
        outlook["free_mean"] -= outlook["free_mean"] / busy
        outlook["free_var"] -= outlook["free_var"] / busy
