"""Agents between calls: the idle list, the waiting list, and the accounting of staffed time."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.agents.layout import (
    AFTER_ASSISTANT,
    AFTER_CONVERSATION,
    AFTER_SHORT,
    NOT_BUSY,
    WRAP_UNIT,
    Crew,
    Routes,
)
from dialsim.core.codes import NO_INDEX, AgentState, Stream
from dialsim.core.counts import quotient
from dialsim.core.quantiles import quantile
from dialsim.core.rng import StreamKeys, draw, draw_by, hit
from dialsim.core.time_units import CONVERSATION_MS, DAY_MS
from dialsim.jit.decorator import kernel

Array = NDArray[Any]


@kernel(inlined=True)
def book_time(crew: Crew, row: int, state: int, since: int, now: int, interval_ms: int) -> None:
    """Add the stay ``[since, now)`` of an agent of a pool in a state to its intervals.

    A stay is cut at interval borders, so that occupancy by interval adds up to the millisecond.
    Most lie within the interval in which the pool's latest ended: they are summed up beside what
    else is touched of the pool, and booked together.
    """
    pool = crew.pools[row]
    begin = np.int64(pool["slot"]) * interval_ms
    if since >= begin and now <= begin + interval_ms:
        add_stay(pool, state, now - since)
    else:
        book_apart(crew, row, state, since, now, interval_ms)


@kernel
def add_stay(pool: Any, state: int, stay_ms: int) -> None:
    """Add a stay in a state to a pool's sums."""
    if state == AgentState.IDLE:
        pool["idle_ms"] += stay_ms
    elif state == AgentState.TALK:
        pool["talk_ms"] += stay_ms
    elif state == AgentState.WRAP_UP:
        pool["wrap_ms"] += stay_ms


@kernel(inlined=False)
def book_apart(crew: Crew, row: int, state: int, since: int, now: int, interval_ms: int) -> None:
    """Add a stay that reaches beyond the interval that a pool sums up."""
    last = crew.booked.shape[1] - 1
    while since < now:
        slot = quotient(since, interval_ms)
        border = (slot + 1) * interval_ms
        if slot >= last:
            slot = last
            border = now
        turn_to_interval(crew, row, slot)
        stay_ms = min(border, now) - since
        add_stay(crew.pools[row], state, stay_ms)
        since += stay_ms


@kernel
def turn_to_interval(crew: Crew, row: int, slot: int) -> None:
    """Book what a pool has summed up, and start an interval."""
    pool = crew.pools[row]
    times = crew.booked[row, pool["slot"]]
    times["idle_ms"] += pool["idle_ms"]
    times["talk_ms"] += pool["talk_ms"]
    times["wrap_ms"] += pool["wrap_ms"]
    pool["idle_ms"] = pool["talk_ms"] = pool["wrap_ms"] = 0
    pool["slot"] = slot


@kernel(inlined=True)
def set_agent_state(crew: Crew, agent: int, state: int, now: int, interval_ms: int) -> None:
    """Move an agent to another state and book the time spent in the old one."""
    record = crew.agents[agent]
    row = np.int64(record["pool"])
    book_time(crew, row, np.int64(record["state"]), np.int64(record["since"]), now, interval_ms)
    pool = crew.pools[row]
    if record["state"] == AgentState.TALK:
        pool["talking"] -= 1
    elif record["state"] == AgentState.WRAP_UP:
        pool["wrapping"] -= 1
    if state == AgentState.TALK:
        pool["talking"] += 1
    elif state == AgentState.WRAP_UP:
        pool["wrapping"] += 1
    record["state"] = state
    record["since"] = now


@kernel
def idle_push(crew: Crew, agent: int) -> None:
    """Enter an agent, idle since now, in the idle list: longest idle first, ties by number."""
    agents = crew.agents
    record = agents[agent]
    pool = crew.pools[record["pool"]]
    before = np.int64(pool["idle_tail"])
    while before != NO_INDEX and agents[before]["since"] == record["since"] and before > agent:
        before = np.int64(agents[before]["prev"])
    after = np.int64(pool["idle_head"])
    if before != NO_INDEX:
        after = np.int64(agents[before]["next"])
        agents[before]["next"] = agent
    else:
        pool["idle_head"] = agent
    if after != NO_INDEX:
        agents[after]["prev"] = agent
    else:
        pool["idle_tail"] = agent
    record["prev"] = before
    record["next"] = after
    pool["idle"] += 1
    crew.groups[record["group"]]["idle"] += 1


@kernel
def idle_remove(crew: Crew, agent: int) -> None:
    """Take an agent out of the idle list."""
    agents = crew.agents
    record = agents[agent]
    pool = crew.pools[record["pool"]]
    before = np.int64(record["prev"])
    after = np.int64(record["next"])
    if before != NO_INDEX:
        agents[before]["next"] = after
    else:
        pool["idle_head"] = after
    if after != NO_INDEX:
        agents[after]["prev"] = before
    else:
        pool["idle_tail"] = before
    record["prev"] = NO_INDEX
    record["next"] = NO_INDEX
    pool["idle"] -= 1
    crew.groups[record["group"]]["idle"] -= 1


@kernel
def start_shift(crew: Crew, group: int, now: int, interval_ms: int, run_base: np.uint64) -> None:
    """Log a group of agents in: all who are off and not absent today become idle.

    Who still works on goes on.
    """
    record = crew.groups[group]
    record["on_shift"] = 1
    absent = np.int64(record["absent"])
    crew.pools[record["pool"]]["on_shift"] += 1
    first = np.int64(record["first"])
    for agent in range(first, first + np.int64(record["count"])):
        if crew.agents[agent]["state"] == AgentState.OFF:
            if absent > 0:
                if hit(draw(run_base, Stream.ABSENCE, crew.keys[agent], now // DAY_MS), absent):
                    continue
            set_agent_state(crew, agent, AgentState.IDLE, now, interval_ms)
            idle_push(crew, agent)


@kernel
def end_shift(crew: Crew, group: int, now: int, interval_ms: int) -> None:
    """Log a group out: idle agents leave; busy ones finish their call and wrap-up first."""
    record = crew.groups[group]
    record["on_shift"] = 0
    crew.pools[record["pool"]]["on_shift"] -= 1
    first = np.int64(record["first"])
    for agent in range(first, first + np.int64(record["count"])):
        if crew.agents[agent]["state"] == AgentState.IDLE:
            idle_remove(crew, agent)
            set_agent_state(crew, agent, AgentState.OFF, now, interval_ms)


@kernel
def note_next_end(crew: Crew, shifts: Array, pool: int) -> None:
    """Write when the next group of a pool goes off shift."""
    first = np.int64(0)
    for row in range(crew.groups.shape[0]):
        group = crew.groups[row]
        if group["pool"] == pool and group["on_shift"] == 1:
            end = np.int64(shifts[row, group["position"]])
            if first == 0 or end < first:
                first = end
    crew.pools[pool]["next_end"] = first


@kernel
def sure_agents(crew: Crew, shifts: Array, pool: int, until: int) -> int:
    """Count the idle agents of a pool who are still on shift at a tick."""
    groups = crew.groups
    if until <= crew.pools[pool]["next_end"]:
        return np.int64(crew.pools[pool]["idle"])
    sure = 0
    for row in range(groups.shape[0]):
        group = groups[row]
        if group["pool"] == pool and group["on_shift"] == 1:
            if shifts[row, group["position"]] >= until:
                sure += np.int64(group["idle"])
    return sure


@kernel
def idle_for(
    crew: Crew, routes: Routes, campaign: int, length_ms: int, now: int
) -> tuple[int, int]:
    """Count a campaign's agents idle for so long; return the next one's tick too (-1: none)."""
    order = routes.pools[campaign]
    count, due = 0, -1
    for i in range(order.shape[0]):
        if order[i] < 0:
            break
        if crew.pools[order[i]]["given_up"] == 1:
            continue
        more, then = idle_in_pool(crew, np.int64(order[i]), length_ms, now)
        count += more
        due = then if due < 0 else min(due, then) if then >= 0 else due
    return count, due


@kernel
def idle_in_pool(crew: Crew, pool: int, length_ms: int, now: int) -> tuple[int, int]:
    """Count a pool's agents idle for so long; return the next one's tick too (-1: none)."""
    agent = np.int64(crew.pools[pool]["idle_head"])
    count = 0
    while agent != NO_INDEX:
        due = np.int64(crew.agents[agent]["since"]) + length_ms
        if due > now:
            return count, due
        count += 1
        agent = np.int64(crew.agents[agent]["next"])
    return count, np.int64(-1)


@kernel
def free_agent(crew: Crew, routes: Routes, campaign: int) -> int:
    """Choose the agent for a campaign's next callee: longest idle in its first pool with any."""
    order = routes.pools[campaign]
    for i in range(order.shape[0]):
        if order[i] < 0:
            break
        agent = np.int64(crew.pools[order[i]]["idle_head"])
        if agent != NO_INDEX:
            return agent
    return NO_INDEX


@kernel
def works(crew: Crew, routes: Routes, campaign: int) -> bool:
    """Whether a group that a campaign may use is on shift."""
    order = routes.pools[campaign]
    for i in range(order.shape[0]):
        if order[i] >= 0 and crew.pools[order[i]]["on_shift"] > 0:
            return True
    return False


@kernel(inlined=True)
def take_agent(crew: Crew, agent: int, campaign: int, now: int, interval_ms: int) -> None:
    """Connect an idle agent with a callee of a campaign."""
    idle_remove(crew, agent)
    set_agent_state(crew, agent, AgentState.TALK, now, interval_ms)
    crew.agents[agent]["campaign"] = campaign
    crew.busy_since[agent] = now


@kernel
def wrap_up_ms(
    group: Any, wraps: Array, live: int, talk_ms: int, keys: StreamKeys, key: np.uint64, n: int
) -> int:
    """How long the wrap-up after attempt ``n`` to the person with ``key`` takes.

    It is drawn only if the group's lengths scatter.
    """
    outcome = AFTER_ASSISTANT
    if live == 1:
        outcome = AFTER_CONVERSATION if talk_ms >= CONVERSATION_MS else AFTER_SHORT
    mean = np.int64(group["wrap_ms"][outcome])
    if group["wrap_table"] < 0:
        return mean
    u = draw_by(keys, Stream.WRAP_UP, key, n)
    return mean * np.int64(quantile(wraps[group["wrap_table"]], u)) // WRAP_UNIT


@kernel
def end_wrap_up(crew: Crew, agent: int, now: int, interval_ms: int) -> bool:
    """Finish an agent's wrap-up; true when the agent is idle now, false when gone home."""
    crew.agents[agent]["campaign"] = NO_INDEX
    crew.busy_since[agent] = NOT_BUSY
    if crew.groups[crew.agents[agent]["group"]]["on_shift"] == 1:
        set_agent_state(crew, agent, AgentState.IDLE, now, interval_ms)
        idle_push(crew, agent)
        return True
    set_agent_state(crew, agent, AgentState.OFF, now, interval_ms)
    return False


@kernel
def wait_push(ledger: Any, calls: Array, slot: int) -> None:
    """Put a call at the end of its campaign's waiting list."""
    tail = np.int64(ledger["wait_tail"])
    calls[slot]["prev"] = tail
    calls[slot]["next"] = NO_INDEX
    if tail != NO_INDEX:
        calls[tail]["next"] = slot
    else:
        ledger["wait_head"] = slot
    ledger["wait_tail"] = slot
    ledger["waiting"] += 1


@kernel
def wait_remove(ledger: Any, calls: Array, slot: int) -> None:
    """Take a call out of its campaign's waiting list."""
    before = np.int64(calls[slot]["prev"])
    after = np.int64(calls[slot]["next"])
    if before != NO_INDEX:
        calls[before]["next"] = after
    else:
        ledger["wait_head"] = after
    if after != NO_INDEX:
        calls[after]["prev"] = before
    else:
        ledger["wait_tail"] = before
    ledger["waiting"] -= 1
